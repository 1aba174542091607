"""What marks a hand: words of chat, laughter, closings, emoji, typing. In: bubbles. Out: in how many of them each stands.

The same counter reads the person and the invented voices, so a rate here and a rate there mean the same. A word that the
voices often write and the person, in enough bubbles, never did, is a word that a draft must not hold; models reach for
the commonest words first, and for some that nobody writes in a chat at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import msgspec

from afterword.measures.counting import wilson
from afterword.measures.lexicon import LANGUAGES, lower, scripts, sections, trie_pattern
from afterword.measures.tokens import common, words
from afterword.measures.voice import EMOJI, LAUGHTER, particles

ENOUGH = 5.0
"""Uses that the usual rate lets expect: none of them is then less than one chance in a hundred (e^-5 = .007)."""
KNOWN = 300
"""Bubbles before "never" is said: none in fewer leaves more than one in a hundred possible, and habits drift."""
FEW = 0.5
"""Seldom: surely (95 %) under this share of the usual rate."""
OWN = 0.2
"""A language is the person's own when a fifth of their bubbles are in it; English is known by its small words."""
MANNERS = ("assistant:", "mark:list", "mark:bold", "mark:dash", "mark:colon")
"""What hardly anybody writes in a chat: here the rate of models says whether its absence tells anything."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]")
_EDGES = " \t.!?~:;)(,'\"。！？～…，、"
_LAUGHS = (
    ("lol", re.compile("lo+l+")), ("lmao", re.compile("lmf?ao+")), ("rofl", re.compile("rofl")), ("xd", re.compile("xd+")),
    ("haha", re.compile("[bmwu]*a*(?:h+a+)+h*s*")), ("hehe", re.compile("h+e+.*")), ("hihi", re.compile("h+i+.*")),
    ("hhh", re.compile("h+")), ("233", re.compile("2333+")), ("哈哈", re.compile("哈+")), ("嘿嘿", re.compile("嘿+")),
    ("嘻嘻", re.compile("嘻+")), ("呵呵", re.compile("呵+")), ("笑死", re.compile("笑死|笑哭")),
)  # fmt: skip
_MARKS = {
    "exclamation": re.compile("[!！]"),
    "question": re.compile("[?？]"),
    "comma": re.compile("[,，]"),
    "period": re.compile(r"(?<![.。])[.。]\s*$"),
    "ellipsis": re.compile(r"…|\.\.|。。"),
    "tilde": re.compile("[~～]"),
    "colon": re.compile(r"[:：](?![)(DPpd/])(?=\s|$|[\u4e00-\u9fff])"),
    "semicolon": re.compile(r"[;；](?![)D])"),
    "dash": re.compile("—|–| - "),
    "quotes": re.compile('["“”「」]'),
    "list": re.compile(r"^\s*(?:[-*•]|\d+[.)、])\s*\S", re.MULTILINE),
    "bold": re.compile(r"\*\*"),
    "capital": re.compile(r"^[^A-Za-z]*[A-Z]"),
    "emoji": EMOJI,
}


class Counted(msgspec.Struct, frozen=True):
    """`n`: bubbles by language, "" for all of them; `uses`: marker → bubbles that hold it. A marker is "kind:form"."""

    n: dict[str, int]
    uses: dict[str, int]


class Usual(msgspec.Struct, frozen=True):
    """How often a marker stands in 10,000 bubbles of people, and of models that were not told whom to be."""

    people: float
    models: float


class Habit(msgspec.Struct, frozen=True):
    """A marker that the person never or seldom writes: in how many of `n` bubbles, and in how many it would be usual."""

    kind: str
    form: str
    uses: int
    n: int
    usual: float


@cache
def _listed() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str], dict[str, str]]:
    """Latin and other forms as searches; form → marker where it stands anywhere, and where it must be the whole bubble."""
    anywhere: dict[str, str] = {}
    whole: dict[str, str] = {}
    for section, forms in sections("markers").items():
        for form in forms:
            # one Chinese character is a word in a bubble of its own and a syllable elsewhere; dialect words are words
            held = whole if len(form) == 1 and not form.isascii() and section == "chat" else anywhere
            held.setdefault(form, f"{section}:{form}")
    latin, other = map(trie_pattern, scripts(anywhere))
    return re.compile(rf"(?<![a-z0-9']){latin}(?![a-z0-9'])"), re.compile(other), anywhere, whole


def _found(text: str) -> Iterator[str]:
    lowered = lower(text)
    latin, other, anywhere, whole = _listed()
    bare = lowered.strip(_EDGES)
    if bare in whole:
        yield whole[bare]
    if _LATIN.search(lowered):
        yield from (anywhere[m[0]] for m in latin.finditer(lowered))
    if not lowered.isascii():
        yield from (anywhere[m[0]] for m in other.finditer(lowered))
        yield from (f"emoji:{e}" for e in EMOJI.findall(text))
    laughs = LAUGHTER.findall(lowered)
    for laugh in laughs:
        yield f"laughter:{next((name for name, form in _LAUGHS if form.fullmatch(str(laugh))), laugh[:4])}"
    tail = EMOJI.sub(" ", lowered[-32:]).rstrip(_EDGES)
    if (m := particles().search(tail)) and not (laughs and tail.endswith(laughs[-1])):
        yield f"closing:{m[1] or m[2][:1]}"
    yield from (f"mark:{name}" for name, mark in _MARKS.items() if mark.search(text))


def counted(bubbles: Iterable[str]) -> Counted:
    """Each marker once a bubble."""
    uses: Counter[str] = Counter()
    n = Counter(dict.fromkeys(("", *LANGUAGES), 0))
    english = small = 0
    for text in bubbles:
        if not text.strip():
            continue
        n[""] += 1
        uses.update({*_found(text)})
        if _HAN.search(text):
            n["zh"] += 1
        elif said := words(text):
            n["en"] += 1
            english += len(said)
            small += sum(w in common() for w in said)
    if english and small < OWN * english:
        n["en"] = 0
    return Counted(dict(n), dict(sorted(uses.items())))


@cache
def usual(language: str) -> dict[str, Usual]:
    """Marker → its rates, from `markers.tsv` (quality/marker_rates.py)."""
    path = files("afterword") / "measures" / "lang" / language / "markers.tsv"
    out = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        marker, people, models = line.split("\t")
        out[marker] = Usual(float(people), float(models))
    return out


def own_languages(said: Counted) -> tuple[str, ...]:
    return tuple(x for x in LANGUAGES if said.n.get(x, 0) >= max(1.0, OWN * said.n.get("", 0)))


def apart(said: Counted) -> tuple[tuple[Habit, ...], tuple[Habit, ...]]:
    """(never, seldom), what a model would most likely write first; () where there are too few bubbles to say so."""
    never: dict[str, tuple[Usual, Habit]] = {}
    seldom: dict[str, tuple[Usual, Habit]] = {}
    for language in own_languages(said):
        n = said.n[language]
        for marker, rates in usual(language).items():
            rate = (rates.models if marker.startswith(MANNERS) else rates.people) / 10_000
            uses = said.uses.get(marker, 0)
            kind, _, form = marker.partition(":")
            if rate * n < ENOUGH:
                continue
            row = (rates, Habit(kind, form, uses, n, round(rate * n, 1)))
            if uses == 0 and n >= KNOWN:
                never.setdefault(marker, row)
            elif (wilson(min(uses, n), n) or (0, 1))[1] < FEW * rate:
                seldom.setdefault(marker, row)
    return _ranked(never), _ranked(seldom)


def _ranked(rows: dict[str, tuple[Usual, Habit]]) -> tuple[Habit, ...]:
    """In turn what models write most, and what people do."""
    found = sorted(rows.values(), key=lambda r: (r[1].kind, r[1].form))
    by_models = sorted(found, key=lambda r: -r[0].models)
    by_people = sorted(found, key=lambda r: -r[0].people)
    return tuple(dict.fromkeys(h for pair in zip(by_models, by_people, strict=True) for _, h in pair))


def per_10_000(uses: int, n: int) -> float:
    return round(10_000 * uses / n, 1) if n else 0.0
