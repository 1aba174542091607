"""The court over titles: what a model says of a scene may say nothing that the words do not.

In: a sentence and the lines it names. Out: its fault, or "". Every name, number, day and telling word must stand in the
lines, as it is written, by its stem, or as a word of the same meaning; a day also as the day of one of them. The hard
choice: what was left out is nobody's fault, but who says "not" must point at one, and lines that all say "not" are not
told without.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from afterword.guard import injection_marks
from afterword.measures.dates import MONTHS, WEEKDAYS
from afterword.measures.lexicon import lower, single_words
from afterword.memory.asked import SAME, alike
from afterword.memory.days import named
from afterword.memory.query import STOP_ZH, root, terms_of
from afterword.memory.where import towns
from afterword.model import Utterance
from afterword.store.search import in_cjk, words_of

MOST_TITLE, MOST_SENTENCE = 80, 240
_NUMBER = re.compile(r"\d+(?:[.:]\d+)?")
_NAME = re.compile(r"(?<![.!?。！？:：\"“] )(?<!^)\b[A-Z][^\W\d_]+")
_QUOTE = re.compile(r"[\"“「『]([^\"”」』]+)[\"”」』]")
_FIRST = re.compile(r"^[A-Z][^\W\d_]+")


@cache
def _frame() -> frozenset[str]:
    return frozenset(root(w) for w in single_words("scenes", "frame", "negation"))


def fault(sentence: str, lines: Sequence[Utterance], names: Sequence[str] = (), most: int = MOST_TITLE) -> str:
    """ "" or what is wrong. `names` are those of the people in the chat, which may always be said."""
    if not sentence.strip() or len(sentence) > most or "\n" in sentence:
        return f"It must be one line of {most} letters at most."
    if not lines:
        return "It names no line that was given."
    if marks := injection_marks(sentence):
        return f"It reads like an instruction ({marks[0]})."
    text = lower("\n".join(u.text for u in lines))
    for hit in _QUOTE.finditer(sentence):
        if lower(hit[1]) not in text:
            return f"{hit[1]!r} is quoted and nobody wrote it."
    for word in (*_numbers(sentence, text, lines), *_names(sentence, text, lines, names)):
        return f"{word} stands nowhere in the words."
    if word := _unheld(sentence, text, lines, names):
        return f"{word} stands nowhere in the words."
    said, denied = _denies(sentence), [_denies(u.text) for u in lines]
    if said and not any(denied):
        return "It says not, and the words do not."
    return "The words say not, and it does not." if not said and all(denied) else ""


def _numbers(sentence: str, text: str, lines: Sequence[Utterance]) -> list[str]:
    known = {*_NUMBER.findall(text)}
    for u in (u for u in lines if u.at):
        spans = [*named(lower(u.text), u.local.date()), (u.local.date(), u.local.date())]
        known |= {str(n) for span in spans for d in span for n in (d.day, d.month, d.year)}
    return [n for n in _NUMBER.findall(sentence) if n not in known and n.lstrip("0") not in known]


def _names(sentence: str, text: str, lines: Sequence[Utterance], names: Sequence[str]) -> list[str]:
    """Names that neither the lines nor the people have."""
    known = {w for n in names for w in lower(n).split()} | {w for u in lines for w in _day_words(u)}
    first = _FIRST.search(sentence)  # opens with a capital anyway: a name if it is a town
    latin = [*_NAME.findall(sentence), *([first[0]] if first and lower(first[0]) in towns() else [])]
    out = [
        n for n in latin if lower(n) not in known and not re.search(rf"(?<![a-z]){re.escape(lower(n))}(?![a-z])", text)
    ]
    return out + [n for n in _chinese_names(sentence) if n not in text and not any(n in x for x in names)]


def _unheld(sentence: str, text: str, lines: Sequence[Utterance], names: Sequence[str]) -> str:
    """The first telling word for which the lines have none of the same meaning."""
    stems = {root(w) for w in words_of(text)} | {root(w) for u in lines for w in _day_words(u)}

    def held(word: str) -> bool:
        if in_cjk(word):
            bare = word.strip("".join(w for w in STOP_ZH if len(w) == 1))
            return not bare or bare in text or word in _frame() or all(c in _frame() for c in bare)
        return root(word) in stems or root(word) in _frame() or word.isdigit()  # numbers have a rule of their own

    for word in terms_of(sentence, names):
        if not held(word) and not any(held(other) for other, weight in alike(word) if weight >= SAME):
            return word
    return ""


def _denies(text: str) -> bool:
    lowered = lower(text)
    latin = {*re.findall(r"[a-z']+", lowered)}
    return any(w in latin if w.isascii() else w in lowered for w in single_words("scenes", "negation"))


def _day_words(u: Utterance) -> Sequence[str]:
    d = u.local
    names = (w for known, n in ((MONTHS, d.month), (WEEKDAYS, d.weekday())) for w, i in known.items() if i == n)
    return [*names] if u.at else ()


def _chinese_names(sentence: str) -> list[str]:
    if sentence.isascii():
        return []
    import rjieba

    tagged: list[tuple[str, str]] = rjieba.tag(sentence, False)
    return [w for w, tag in tagged if len(w) > 1 and (tag in ("ns", "nr", "nt") or w in towns())]
