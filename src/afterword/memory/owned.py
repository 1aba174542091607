"""Whose brother, whose dog. In: a question; lines. Out: who is said to have whom, and whether the records say so too.

People and animals near somebody are the things of which a chat says whose they are, time and again: "my brother" by one of
two people, "your brother" by the other. A question for hers, where all that is ever said is of his, is about nobody. The
relations stand in `measures/lang/<language>/owned.txt`, a line for each with its names. The hard choice: what is called by
its name alone ("mum rang") is the writer's own, but less surely.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache

import msgspec

from afterword.measures.lexicon import entries
from afterword.memory.where import towns
from afterword.store.blocks import Line
from afterword.store.search import in_cjk

BARE, BESIDE = 0.6, 0.5
"""How surely it is theirs: named alone; a third person's, near whose name it stands."""
AROUND, MOST, BEFORE = 2, 60, 24
_ASKING = "what|who|where|when|how|that|it|there|here|let"
_CAPITAL = re.compile(r"(?<![^\W\d_])[A-Z][a-z]+")
_NICK = ("老", "小", "阿", "大")
"""A third person's name in Chinese is known by these: 老顾的女儿; 衣服的邻居 is nobody's."""
_OWNED = {
    True: r"(?:\b(?P<me>{mine}|{ours})|\b(?P<you>{yours})|\b(?:{theirs}|\w+['’]s)) (?:[\w'’]+ )?$",
    False: r"(?:(?P<me>{mine}|{ours})|(?P<you>{yours})|{theirs}|[一-鿿]的)[的家]?$",
}
"""What stands right before a relation and says whose it is; in Latin letters, and not."""


class Owner(msgspec.Struct, frozen=True):
    """`who`: a speaker; a third person's name where `named`; nobody alone for "our". `what`: the names of the relation;
    `called`: those by which the records call the one who is meant."""

    who: str
    what: tuple[str, ...]
    named: bool = False
    called: tuple[str, ...] = ()


@cache
def section(name: str) -> dict[str, tuple[str, ...]]:
    rows = map(str.split, entries("owned", name))
    return {w: (*row,) for row in rows for w in row}


def either(words: Collection[str], latin: bool) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True) if w.isascii() == latin)


@cache
def _asked() -> re.Pattern[str]:
    own = {w for s in ("mine", "ours", "theirs") for w in section(s)}
    kin = section("relations")
    return re.compile(
        rf"\b(?:(?P<own>{either(own, True)})|(?!(?:{_ASKING})\b)(?P<name>\w+)['’]s) (?:\w+ )?(?P<what>{either(kin, True)})s?\b"
        rf"|(?:(?P<han>{either(own, False)})[的家]?|(?P<called>[一-鿿]{{2}})(?P<de>的?))"
        rf"(?P<kin>{either(kin, False)})(?!的?(?:{either(kin, False)}))"
    )


@cache
def _names(what: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(w)}s?\b" if w.isascii() else re.escape(w) for w in what))


@cache
def _before(latin: bool) -> re.Pattern[str]:
    return re.compile(
        _OWNED[latin].format(**{s: either(section(s), latin) for s in ("mine", "ours", "yours", "theirs")})
    )


def owners(question: str, people: Mapping[str, Sequence[str]], me: str, subject: str) -> tuple[Owner, ...]:
    """`people`: speaker → names; `me` and `subject` are the speakers that "my" and "her" mean. Where somebody is called by a
    name, "her" may be that one's: only a speaker's is followed."""

    def speaker(text: str) -> str:
        """Whose name, or first name, the text ends with."""
        words = re.split(r"[^\w]+", text)[-1]
        for s, names in people.items():
            for name in (n.casefold() for n in names if n.strip()):
                if text.endswith(name) if in_cjk(name) else words in (name, name.split()[0]):
                    return s
        return ""

    called = {w for m in _CAPITAL.finditer(question) if m.start() and (w := m[0].casefold()) not in towns()}
    theirs = subject if not called else speaker(*called) if len(called) == 1 else ""
    out = []
    for m in _asked().finditer(question.casefold()):
        what = section("relations")[m["what"] or m["kin"]]
        word, name = m["own"] or m["han"], m["name"] or m["called"] or ""
        if word in section("mine") or word in section("ours"):
            out.append(Owner(me if word in section("mine") else "", what))
        elif word and theirs:
            out.append(Owner(theirs, what))
        elif word:
            continue
        elif by := speaker(m["name"] or question[: m.start("kin")].removesuffix("的").casefold()):
            out.append(Owner(by, what))
        elif m["name"] or m["de"] and name.startswith(_NICK):
            out.append(Owner(name, what, named=True))
    return tuple(out)


def owned(owner: Owner, lines: Sequence[Line | None]) -> float:
    """How surely these lines speak of what is said to be theirs: 1 if it is called so, 0 if only somebody else's is."""
    best = 0.0
    texts = {i: x.text.casefold() for i, x in enumerate(lines) if x is not None}
    if any(name in text for name in owner.called for text in texts.values()):
        return 1.0
    for i in [i for i, text in texts.items() if any(w in text for w in owner.what)][:MOST]:
        for m in _names(owner.what).finditer(texts[i]):
            if owner.named:
                near = any(owner.who in texts.get(j, "") for j in range(i - AROUND, i + AROUND + 1))
                best = max(best, 1.0 if owner.who in texts[i] else BESIDE * near)
            elif line := lines[i]:
                best = max(best, _theirs(owner.who, line.speaker, texts[i][: m.start()], in_cjk(m[0])))
    return best


def _theirs(who: str, speaker: str, before: str, cjk: bool) -> float:
    """Of a relation in a line: "my" and "your" say whose; "our" in the question is either's."""
    said = _before(not cjk).search(before[-BEFORE:])
    if said is None:
        return BARE if who in ("", speaker) else 0.0
    mine, yours = said["me"] is not None, said["you"] is not None
    return float((mine or yours) if not who else mine if speaker == who else yours)
