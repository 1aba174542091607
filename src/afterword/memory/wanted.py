"""What kind of thing would answer a question. In: a question; lines. Out: the kinds wanted, and whether a line holds one.

"How many", "what colour", 几点, 姓什么: the words of asking say what an answer looks like, and a topic that is spoken of
without a number near it does not say how many. The lists are `measures/lang/<language>/wanted.txt`. The hard choice: only
kinds that a few words can tell. Nearly every line holds somebody, and reasons are given without "because".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache

from afterword.measures.lexicon import entries, scripts, single_words, trie_pattern
from afterword.memory.query import STOP_EN
from afterword.memory.where import towns
from afterword.store.search import CJK, in_cjk, words_of

KINDS = ("amount", "clock", "length", "colour", "name", "place")
NUMBERED = ("amount", "money", "clock", "length")
"""Kinds that a figure answers, if it does not count something else."""
UNITS = ("money", "clock", "length", "other")
MEASURED = ("money", "age", "size", "far", "heat", "score")
"""Kinds that a number answers with a unit of its own, or a bare one."""
SHOWN = ("clock", "colour", "name", "job", "flavour", "breed")
"""Kinds that always show. How many and how long is told in many ways, and a town may be anywhere, since who was in it writes
of what was there."""
BARE = 2
"""Digits from which on a number by itself may be a price or an age."""
SHORT = 3
"""Words of a line that may be a name and nothing else."""
_THOSE = "那这好前后第"
"""那几天 asks for nothing; nor does 多少分钟 for points."""
_FIGURE = re.compile(rf"(?P<sign>[£$€¥]?)(?P<n>\d[\d.,]*)(?P<clock>[:：]\d\d)?\s*(?P<unit>[a-z%£$€]+|[{CJK}]{{1,3}})?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MANY = re.compile("[一二两三四五六七八九几][百千万]")
_QUOTED = re.compile('["“《「『]')
_CAPITAL = re.compile(r"(?<![^\W\d_])[A-Z][a-z]+")
_AT, _HAN = re.compile(r"\b(?:in|to|from|near|around) (?P<at>[a-z]+)"), re.compile("[一-鿿]{2,}")
_WORDS = re.compile(rf"[^\W_{CJK}]+")


@cache
def _asks(kind: str) -> re.Pattern[str]:
    latin, other = map(trie_pattern, scripts(entries("wanted", f"asks-{kind}")))
    return re.compile(rf"\b(?:{latin})\b|(?<![{_THOSE}])(?:{other})(?!(?<=分)钟)")


@cache
def fitting(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """Words that stand apart, and those that do not."""
    apart, joined = scripts(single_words("wanted", f"fits-{kind}"))
    return frozenset(apart), frozenset(joined)


@lru_cache(256)
def wanted(question: str) -> tuple[str, ...]:
    low = question.casefold()
    kinds = tuple(k for k in KINDS if _asks(k).search(low))
    apart, joined = scripts(single_words("wanted", "pays"))
    pays = any(w in low for w in joined) or not {*words_of(low)}.isdisjoint(apart)
    return tuple("money" if k == "amount" and pays else k for k in kinds)


@lru_cache(256)
def shown(question: str) -> tuple[str, ...]:
    """The kinds wanted whose answer shows: where nothing of the kind stands, it was not told."""
    low = question.casefold()
    asked = {*wanted(question), *(k for k in (*MEASURED[1:], *SHOWN) if k not in KINDS and _asks(k).search(low))}
    return tuple(k for k in (*MEASURED, *SHOWN) if k in asked)


@cache
def _measures(kind: str) -> re.Pattern[str]:
    """A number, in figures or words, and what it must count."""
    latin, other = map(trie_pattern, scripts(single_words("wanted", f"unit-{kind}")))
    words, numbers = trie_pattern(fitting("amount")[0]), "".join(fitting("amount")[1]) + "一几"
    return re.compile(
        rf"(?:\d|(?<![^\W_])(?:{words}))[ -]?(?:{latin})(?![^\W_{CJK}])|[\d{numbers}] ?[多来几]?[个点]?(?:{other})"
    )


def gives(kind: str, text: str, question: str) -> bool:
    """As `fits`, but a number must count what is asked for or stand by itself: three of us are no price."""
    if kind not in MEASURED:
        return fits(kind, text, question)
    low = text.casefold()
    says = single_words("wanted", f"says-{kind}")
    if _measures(kind).search(low) or _MANY.search(low) or any(in_cjk(w) and w in low for w in says):
        return True
    return any(map(_alone, _FIGURE.finditer(low))) or not says.isdisjoint(_WORDS.findall(low))


def _alone(m: re.Match[str]) -> bool:
    """Whether a figure has no unit but may have one: a sum, an age, no year and no time of day."""
    if m["sign"]:
        return True
    unit = "" if m["n"][-1] in ".," else m["unit"] or ""
    bare = not m["clock"] and (not unit or unit in STOP_EN)
    return bare and not _YEAR.fullmatch(m["n"]) and sum(map(str.isdigit, m["n"])) >= BARE


def _counts(kind: str, text: str, question: str) -> bool:
    """Whether a line holds a figure that may count what is asked for: no year, no time of day, nothing else that has a unit."""
    for m in _FIGURE.finditer(text.casefold()):
        unit = m["unit"] or ""
        counted = "money" if m["sign"] else "clock" if m["clock"] else next((k for k in UNITS if _in(unit, k)), "")
        year = not (counted or unit) and _YEAR.fullmatch(m["n"])
        if not year and counted in ("", kind) or unit and _begins(unit, own_words(question)):
            return True
    return False


def _in(unit: str, kind: str) -> bool:
    return _begins(unit, single_words("wanted", f"unit-{kind}"))


def _begins(unit: str, words: Collection[str]) -> bool:
    """Whether it is one of these words; in Chinese, whether it begins with one: 块钱 with 块."""
    return unit in words or in_cjk(unit or "a") and any(unit[:n] in words for n in (1, 2))


@lru_cache(256)
def own_words(question: str) -> frozenset[str]:
    """The question's words and characters, which are no answer to it."""
    return frozenset(w.casefold() for w in words_of(question)) | frozenset(c for c in question if in_cjk(c))


def fits(kind: str, text: str, question: str) -> bool:
    """Whether a line holds what may be an answer of that kind."""
    own = own_words(question)
    if (
        kind in NUMBERED
        and _counts(kind, text, question)
        or kind == "name"
        and (_QUOTED.search(text) or _named(text, own))
    ):
        return True
    if kind == "place" and _place(text, own):
        return True
    apart, joined = fitting("amount" if kind == "money" else kind)
    return not (apart - own).isdisjoint(_WORDS.findall(text.casefold())) or any(w in text for w in joined - own)


def _place(text: str, own: frozenset[str]) -> bool:
    """A town that is written as one; Chinese towns by their characters."""
    table = towns()
    if any(m[0].casefold() in table and m[0].casefold() not in own for m in _CAPITAL.finditer(text)):
        return True
    if any(m["at"] in table and m["at"] not in own for m in _AT.finditer(text)):
        return True
    return any(
        run[i : i + n] in table for run in _HAN.findall(text) for n in (2, 3, 4) for i in range(len(run) - n + 1)
    )


def _named(text: str, own: frozenset[str]) -> bool:
    begin = 0 if len(text.split()) <= SHORT else 1  # a line's first word has its capital for being first
    return any(m.start() >= begin and m[0].casefold() not in own | STOP_EN for m in _CAPITAL.finditer(text))
