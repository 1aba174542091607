"""The court over titles: what a model proposes for an episode may say nothing that the words do not.

In: a proposed title and the lines it is about. Out: the fault in a sentence, or "". Every name, number and date in it must stand
in the lines, as they are written or as the day of one of them; nothing else is judged: a title may choose its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from afterword.measures.dates import MONTHS, WEEKDAYS
from afterword.measures.lexicon import lower
from afterword.memory.days import named
from afterword.model import Utterance

MOST = 80
_NUMBER = re.compile(r"\d+(?:[.:]\d+)?")
_NAME = re.compile(r"(?<![.!?。！？:：\"“] )(?<!^)\b[A-Z][^\W\d_]+")
_QUOTE = re.compile(r"[\"“「『]([^\"”」』]+)[\"”」』]")
_FIRST = re.compile(r"^[A-Z][^\W\d_]+")

Propose = Callable[[Sequence[Utterance]], str]
"""The hook: lines in, a title out. Whatever it proposes stands only if `fault` is silent."""


def fault(title: str, lines: Sequence[Utterance], names: Sequence[str] = ()) -> str:
    """ "" or what is wrong. `names` are those of the people in the chat, which may always be said."""
    text = lower("\n".join(u.text for u in lines))
    if not title.strip() or len(title) > MOST or "\n" in title:
        return "A title is one line of 80 letters at most."
    for hit in _QUOTE.finditer(title):
        if lower(hit[1]) not in text:
            return f"{hit[1]!r} is quoted and nobody wrote it."
    own = {w for u in lines for w in _written_day(u)}
    for u in lines:
        own |= {
            str(n)
            for first, last in named(lower(u.text), u.local.date())
            for d in (first, last)
            for n in (d.day, d.month, d.year)
        }
    said = set(_NUMBER.findall(text)) | own
    for number in _NUMBER.findall(title):
        if number not in said and number.lstrip("0") not in said:
            return f"{number} stands nowhere in the words."
    known = {w for n in names for w in lower(n).split()} | {w for u in lines for w in _named_day(u)}
    for name in [*_NAME.findall(title), *_proper_first(title)]:
        if lower(name) not in known and not re.search(rf"(?<![a-z]){re.escape(lower(name))}(?![a-z])", text):
            return f"{name} stands nowhere in the words."
    for name in _chinese_names(title):
        if name not in text and not any(name in n for n in names):
            return f"{name} stands nowhere in the words."
    return ""


def refined(lines: Sequence[Utterance], title: str, propose: Propose, names: Sequence[str] = ()) -> str:
    """A model's title where it stands, else the one there is."""
    better = propose(lines).strip()
    return title if fault(better, lines, names) else better


def _written_day(u: Utterance) -> Sequence[str]:
    d = u.local
    return (str(d.day), str(d.month), str(d.year)) if u.at else ()


def _named_day(u: Utterance) -> Sequence[str]:
    d = u.local
    names = (w for known, n in ((MONTHS, d.month), (WEEKDAYS, d.weekday())) for w, i in known.items() if i == n)
    return [*names] if u.at else ()


def _proper_first(title: str) -> list[str]:
    """A title's first word is a name if it is one elsewhere: towns are known; other words open with a capital anyway."""
    from afterword.memory.where import towns

    m = _FIRST.search(title)
    return [m[0]] if m and lower(m[0]) in towns() else []


def _chinese_names(title: str) -> list[str]:
    if title.isascii():
        return []
    import rjieba

    from afterword.memory.where import towns

    tagged: list[tuple[str, str]] = rjieba.tag(title, False)
    return [w for w, tag in tagged if len(w) > 1 and (tag in ("ns", "nr", "nt") or w in towns())]
