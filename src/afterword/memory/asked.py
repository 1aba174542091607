"""What a question asks for. In: a question, the people, its times. Out: its concepts, times, who is asked of.

A concept is a word of the question with the words that may stand for it in the answer: "pets" is answered by "our dog".
They come from tables of everyday life (`lang/*/alike`) that were written for this project; no model, no network.
The hard choice: a word like it weighs less than the word itself, and less again the more things it is said to be a sign of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import msgspec

from afterword.han import simplified
from afterword.measures.dates import Days
from afterword.measures.lexicon import LANGUAGES, entries, single_words
from afterword.memory.owned import Owner, owners
from afterword.memory.query import STOP_EN, STOP_ZH, guessed, terms_of
from afterword.memory.query import root as stem
from afterword.memory.when import When
from afterword.store.search import folded, in_cjk, words_of

ALIKE = ("common", "people", "things", "doing")
SAME, SURELY, PART, WHOLE, PIECE, GUESS = 1.0, 0.95, 0.6, 0.4, 0.3, 0.6
"""Weights of a word of the same meaning; of the surest sign of it; of a kind of it; of what it is a kind of; of a part of a
longer Chinese word; of a part of a word that stands in no dictionary, so that the cut may be wrong."""
FRAME = 0.35
_NOT_OF = "(?!时|地方|日子|那|事|原因|东西)"
FEW, MOST = 6, 40
"""Lines of the tables up to which a word is as telling as any; words that are looked for beside the one that is asked."""


class Concept(msgspec.Struct, frozen=True):
    word: str
    weight: float
    alike: tuple[tuple[str, float], ...] = ()
    piece: bool = False


class Asked(msgspec.Struct, frozen=True):
    """`of`: the speaker whose words are asked for; `named`: whether by name, which is the surer sign. `called`: the names that the
    records have for a relation, and `naming` the rows of the lines that give them."""

    concepts: tuple[Concept, ...]
    days: tuple[Days, ...]
    of: str = ""
    named: bool = False
    time: bool = False
    count: bool = False
    name: bool = False
    question: str = ""
    owners: tuple[Owner, ...] = ()
    called: Mapping[str, tuple[str, ...]] = {}
    naming: frozenset[int] = frozenset()


@cache
def section(name: str) -> frozenset[str]:
    return frozenset(entries("asking", name)) if name in ("when", "count") else single_words("asking", name)


@cache
def _counting() -> re.Pattern[str]:
    """哪家, 几层, 那套: a word of asking or pointing with a word of measure."""
    return re.compile(f"(?:第?[几哪]|[这那每某])(?:{'|'.join(sorted(section('measure'), key=len, reverse=True))})")


@lru_cache(4_096)
def frames(term: str) -> bool:
    """Whether a word only says what sort of answer is wanted."""
    return term in section("frame") or in_cjk(term) and _counting().fullmatch(term) is not None


@cache
def _groups() -> tuple[tuple[list[str], list[str]], ...]:
    """Words that stand for one another, and the kinds, parts and signs of them, most telling first."""
    return tuple(
        (left.split(), right.split())
        for language in LANGUAGES
        for table in ALIKE
        for left, _, right in (simplified(x).partition(":") for x in entries(f"alike/{table}", language=language))
    )


@cache
def _places() -> dict[str, list[int]]:
    """Stem → the groups it stands in."""
    out: dict[str, list[int]] = {}
    for i, group in enumerate(_groups()):
        for s in {stem(w) for words in group for w in words}:
            out.setdefault(s, []).append(i)
    return out


@cache
def _phrases() -> tuple[re.Pattern[str], dict[str, str]]:
    """Whole turns of speech and the word for it: "爸爸的弟弟" is 叔叔, "mum's_sister" is an aunt. The longest first."""
    found: dict[str, str] = {}
    for (name, *others), _ in _groups():
        found = {x.replace("_", " "): name for x in others if "_" in x or "的" in x} | found
    longest = sorted(found, key=len, reverse=True)
    english = "|".join(re.escape(x) for x in longest if x.isascii())
    chinese = "|".join(re.escape(x) + _NOT_OF * x.endswith("的") for x in longest if not x.isascii())
    return re.compile(rf"\b(?:{english})\b|{chinese}"), found


@lru_cache(4_096)
def alike(word: str) -> tuple[tuple[str, float], ...]:
    """Words like it, as they are looked for, the likest first. Several groups that say the same make it surer."""
    own, like = stem(word), dict[str, float]()
    for i in _places().get(own, ()):
        left, right = _groups()[i]
        asked_for = any(stem(w) == own for w in left)
        for other in (*left, *right):
            if "_" in other or stem(other) == own or not (asked_for or other in left):
                continue
            if asked_for and other in left:
                like[other] = SAME
                continue
            telling = (PART if asked_for else WHOLE) * min(1.0, math.sqrt(FEW / len(_places()[stem(other)])))
            before = like.get(other, 0.0)
            like[other] = max(before, min(SURELY, 1 - (1 - before) * (1 - telling)))
    return tuple(sorted(like.items(), key=lambda a: -a[1])[:MOST])


@lru_cache(16_384)
def likened(word: str) -> tuple[tuple[str, float], ...]:
    """The stems of words like it, each once."""
    found: dict[str, float] = {}
    for other, weight in alike(word):
        found[stem(other)] = max(weight, found.get(stem(other), 0.0))
    return tuple(found.items())


def pieces(terms: Sequence[str]) -> dict[str, float]:
    """Pairs of characters in longer Chinese words and the characters of all: the same thing is often said with one of them."""
    words = [t for t in terms if in_cjk(t) and len(t) > 1 and not frames(t)]
    out = {p: GUESS for t in words for p in guessed(t)}
    pairs = [t[i : i + 2] for t in words if len(t) > 2 for i in range(len(t) - 1)]
    for p in [*pairs, *(c for t in words for c in t)]:
        out.setdefault(p, PIECE)
    return {p: w for p, w in out.items() if p not in terms and p not in STOP_ZH and not frames(p)}


def asked(question: str, people: Mapping[str, Sequence[str]], me: str, subject: str, times: When) -> Asked:
    """`people`: speaker → names; `times` of the question."""
    lowered = question.casefold()
    words = [folded(w.casefold()) for w in words_of(question)]
    of = {s for s, names in people.items() if any(_called(n, lowered, words) for n in names)}
    named = len(of) == 1
    speaker = of.pop() if named else "" if of else _pronoun(lowered, words, me, subject)
    names = [n for called in people.values() for n in called]
    rest = times.rest.casefold().replace("’", "'")
    phrases, named_by = _phrases()
    rest = phrases.sub(lambda m: named_by[m[0]], rest)
    for phrase in sorted((w for w in section("when") | section("count") if not w.isascii()), key=len, reverse=True):
        rest = rest.replace(phrase, " ")
    terms = terms_of(rest, names)
    if times.days and not _tells(terms):  # nothing but a time: "2023-04-22" is a day, "昨晚" is also a word
        terms = terms_of(question, names) if times.relative else []
    concepts = tuple(Concept(t, FRAME if frames(t) else 1.0, alike(t)) for t in terms)
    concepts += tuple(Concept(p, w, alike(p) if w == GUESS else (), piece=True) for p, w in pieces(terms).items())
    return Asked(
        concepts, times.days, speaker, named,
        time=any(w in lowered for w in section("when") if not w.isascii()) or _opens(lowered, "when"),
        count=any(w in lowered for w in section("count")),
        name=bool(section("name") & {*words}) or any(w in lowered for w in section("name") if not w.isascii()),
        owners=owners(question, people, me, subject), question=question,
    )  # fmt: skip


def _tells(terms: Sequence[str]) -> bool:
    return any(not frames(t) and t not in STOP_EN and t not in STOP_ZH for t in terms)


def _opens(lowered: str, kind: str) -> bool:
    return any(w.isascii() and re.search(rf"(?<![a-z]){w}(?![a-z])", lowered) for w in section(kind))


def _called(name: str, lowered: str, words: Sequence[str]) -> bool:
    """By the whole name or its first word; Chinese names whole."""
    parts = [folded(w.casefold()) for w in words_of(name)]
    if not parts or parts[0].isdigit():
        return False
    return parts[0] in lowered if in_cjk(parts[0]) else parts[0] in words


def _pronoun(lowered: str, words: Sequence[str], me: str, subject: str) -> str:
    """ "What did I say": mine; "what did she tell me": hers; "what did we": nobody's."""
    mine, theirs, ours = section("i"), section("ta"), section("we")
    for w in words:
        if in_cjk(w):
            first = min(((w.find(x), -len(x), x) for x in mine | theirs | ours if x in w), default=None)
            w = first[2] if first else w
        if w in ours:
            return ""
        if w in mine:
            return me
        if w in theirs:
            return subject
    return ""
