"""What a line takes for granted of the past, and whether a draft goes along with it. In: the user's line, the records.
Out: the sentence that nothing in the records bears out, or nothing.

People ask by asserting ("remember when we went to Paris?", "you promised me, didn't you?"), and whoever answers in ta's
manner tends to agree: half-remembering is polite. So what is asserted is looked for, all of its words in one place and
by the one it speaks of, and what is not found may be doubted or asked about, never agreed to. The hard choice: an
explicit call on memory must be borne out in full; anything else said of the past ("you wore the red dress") counts only
if it names what nobody ever wrote, because "you left me" needs no evidence and must never be told that it has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Protocol

import msgspec

from afterword.measures.lexicon import LANGUAGES, lower, trie_pattern, word_list
from afterword.memory import Recall
from afterword.memory.query import STOP_ZH, holds, stems, terms_of
from afterword.model import Utterance

PLACES, MANY = 5, 3
"""Places looked at; words that make a sentence about the past one that can be looked up."""
_SENTENCE = re.compile(r"[^.!?。！？…\n]+[.!?。！？…~～]*")
_PRONOUN = re.compile(r"\b(?:we|us)\b|我们|咱们?|\b(?:i|im|ive)\b|我(?!们)|\b(?:you|u|youre)\b|你(?!们)")
_PLURAL = re.compile(r"\b(?:our|ours|we|us)\b|我们|咱")
_OURS = re.compile(r"\bour ([a-z]+)|(?:我们|咱们?)家?的?([狗猫鱼鸟兔龟娃房车店])")
_DOING = re.compile(r"^\W*[a-z]+ing\b")
_PRONOUNS = {"i": "i", "im": "i", "ive": "i", "我": "i", "you": "you", "u": "you", "youre": "you", "你": "you"}


class Past(Protocol):
    """What the records can say of the past."""

    def recall(self, words: str, k: int) -> Recall: ...

    def said(self, words: str) -> bool:
        """Whether the person wrote exactly these words."""
        ...


class Granted(msgspec.Struct, frozen=True):
    """`sentence` as it was written; `words` to look for, "" if it names nothing; `stands`: the records bear it out."""

    sentence: str
    words: str
    stands: bool


@cache
def _lists() -> dict[str, re.Pattern[str]]:
    rows: dict[str, tuple[list[str], list[str]]] = {}
    for language in LANGUAGES:
        for form, section, _ in word_list(language, "granted"):
            rows.setdefault(section, ([], []))[form.startswith("^")].append(form.lstrip("^"))

    def search(forms: Sequence[str]) -> str:
        latin = trie_pattern(x for f in forms if f.isascii() for x in {f, f.replace("'", "")})
        other = trie_pattern(f for f in forms if not f.isascii())
        return "|".join(p for p in (rf"(?<![a-z0-9']){latin}(?![a-z0-9'])" if latin else "", other) if p) or "(?!)"

    found = {
        name: re.compile(rf"{search(anywhere)}|^\W*(?:{search(opening)})" if opening else search(anywhere))
        for name, (anywhere, opening) in rows.items()
    }
    verbs = search(rows["verb"][0])
    found["did"] = re.compile(
        rf"(?<![a-z])(?:we|you|u)(?: (?:both|all|even|really|just|still|never|always|almost|nearly|once|so))*"
        rf" (?:{verbs}|[a-z]{{3,}}ed\b)|(?<![a-z])i (?:gave|bought|made|wrote|sent|built|brought|taught|showed|took)"
        rf"(?: it| them)? (?:you|us)\b"
    )
    return found


@cache
def _feeling() -> frozenset[str]:
    """Words that name a feeling or a frame and no event."""
    rows = [form for lang in LANGUAGES for form, section, _ in word_list(lang, "granted") if section == "feeling"]
    return frozenset(rows)


def granted(line: str, past: Past) -> Granted | None:
    """The first sentence that is not borne out; else the first that calls on a memory and is; else None."""
    stood = None
    for m in _SENTENCE.finditer(line):
        if found := _of(m[0].strip(), past):
            if not found.stands:
                return found
            stood = stood or found
    return stood


def _of(sentence: str, past: Past) -> Granted | None:
    text, lists = lower(sentence), _lists()
    if vow := lists["vow"].search(text):
        words = _terms(text[: vow.start()] + " " + text[vow.end() :])
        return Granted(sentence, " ".join(words), bool(words) and _given(words, past))
    call = lists["call"].search(text)
    ours = [m[0] for m in _OURS.finditer(text) if not _shared(m[1] or m[2], past)]
    if not call and not ours and not lists["past"].search(text) and not lists["did"].search(text):
        return None
    terms = [t for t in _terms(lists["call"].sub(" ", text) if call else text) if t not in _feeling()]
    if not terms:
        return None
    words = " ".join(terms)
    stands = _stands(terms, _actor(text, call), past)
    if call or ours:
        return Granted(sentence, words, stands and not ours)
    told = not stands and (len(terms) >= MANY or any(not t.isdigit() and not _written(t, past) for t in terms))
    return Granted(sentence, words, False) if told else None


def _terms(text: str) -> list[str]:
    """Words that can be looked for. A Chinese word may be cut with the pronoun before it ("我会")."""
    cut = (t.lstrip("我你他她它们") for t in terms_of(text))
    return [t for t in dict.fromkeys(cut) if t and not t.isspace() and (len(t) > 2 or not t.isascii()) and t not in STOP_ZH]


def _shared(noun: str, past: Past) -> bool:
    """Whether the two ever called it theirs: both words in one line."""
    if noun in _feeling():
        return True
    said = (lower(u.text) for hit in past.recall(noun, PLACES).hits for u in hit.utterances)
    return any(_PLURAL.search(text) and _holds(text, noun) for text in said)


def _given(terms: Sequence[str], past: Past) -> bool:
    """Whether ta wrote such words: all of them in one line, and hardly more than them, since a promise is made of common
    words, which stand in many a line that promises nothing."""
    for hit in past.recall(" ".join(terms), PLACES).hits:
        for u in hit.utterances:
            if all(_holds(u.text, t) for t in terms) and 2 * len(terms) >= len(_terms(lower(u.text))):
                if _about(u, past) == "you":
                    return True
    return False


def _written(term: str, past: Past) -> bool:
    return any(_holds(u.text, term) for hit in past.recall(term, 1).hits for u in hit.utterances)


def _holds(text: str, term: str) -> bool:
    return holds(stems(text), term)


def _actor(text: str, call: re.Match[str] | None) -> str:
    """Whom a claim is about, by its first pronoun: "you" for ta, "i" for the user, "" for both."""
    start = call.end() if call else 0
    if call and (last := [m for m in _PRONOUN.finditer(text, call.start(), call.end()) if m.end() == call.end()]):
        start = last[0].start()
    if _DOING.match(text[start:]):
        return "you"
    found = _PRONOUN.search(text, start)
    return _PRONOUNS.get(found[0], "") if found else ""


def _stands(terms: Sequence[str], actor: str, past: Past) -> bool:
    """Whether one place holds all of the words, in lines that speak of the one the claim is about."""
    for hit in past.recall(" ".join(terms), PLACES).hits:
        told = [u for u in hit.utterances if not actor or _about(u, past) in ("", actor)]
        if all(any(_holds(_dated(u), t) for u in told) for t in terms):
            return True
    return False


def _about(u: Utterance, past: Past) -> str:
    """Whom a line of the records speaks of, by its first pronoun, as `_actor` names them."""
    found = _PRONOUN.search(lower(u.text))
    of = _PRONOUNS.get(found[0], "") if found else "i"
    if not of:
        return ""
    theirs = past.said(u.text)
    return "you" if theirs is (of == "i") else "i"


def _dated(u: Utterance) -> str:
    day = u.local
    return f"{u.text}\n{day:%Y-%m-%d} {day:%Y} {day:%B} {day.year}年 {day.month}月 {day.day}日" if u.at else u.text


def goes_along(draft: str) -> bool:
    """Whether a draft agrees, adds to it or lets it stand; to doubt it, deny it or ask about it is none of these."""
    text, lists = lower(draft).strip(), _lists()
    doubted = lists["denies"].search(text)
    return bool(text) and (not doubted or bool(lists["still-agrees"].search(text)))
