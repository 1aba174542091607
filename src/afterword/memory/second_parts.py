"""What may be said back to a line between the two. In: a line, an exchange of the records. Out: how well its answer goes.

Acts between people come in pairs (Schegloff and Sacks 1973): love for love, an easing word for an apology. Where a line
says such a thing to the person, sharing a word with it makes no answer: only what was once said to the same act, of the
same to the same, or the second part of its pair. The hard choice: nothing else is good enough, however near its words
come; the silence of Guide hurts less than an answer about somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from afterword.measures.lexicon import LANGUAGES, lower
from afterword.memory.acts import acts, rest
from afterword.memory.between import DONE, POLITE, TOGETHER, Bond, Who, between, bonds, personal, same, words
from afterword.memory.habits import content, leans
from afterword.memory.moment import opening, sentences, third
from afterword.store.search import in_cjk

MUTUAL = TOGETHER | {"love", "miss", "need", "touch"}
KIND = frozenset({"love", "miss", "need", "touch", "proud", "thanks"})
"""What a good day may be shown to."""
EVIDENT = MUTUAL | DONE | {"proud", "hate", "anger", "hurt", "forgive", "trust"}
"""What a line of the records may be evidence of; an apology or a fear is of its own day."""
SECOND: dict[str, tuple[str, ...]] = {
    "love": ("love", "miss"),
    "miss": ("miss", "love"),
    "need": ("need", "miss", "love"),
    "touch": ("touch", "miss", "love"),
    "proud": ("proud", "love"),
    "thanks": ("love",),
    "sorry": ("forgive",),
    "fault": ("forgive",),
    "anger": ("sorry",),
    "hurt": ("sorry",),
    "scared": ("soothed", "love"),
    "sad": ("soothed", "touch", "love"),
    "lonely": ("soothed", "touch", "miss", "love"),
}
"""Second parts of a pair: what the one addressed says back to whoever said the first, or asked for it."""
ONCE = {"sorry": ("eased",), "fault": ("eased",), "thanks": ("thanks",)}
"""These only where they were said to the same: "it's ok" and "thanks" are said to much else."""
_FOND: tuple[str, ...] = ("affection",)
DOES = {"thanks": ("welcome",), **dict.fromkeys(("love", "miss", "need", "touch", "sad", "lonely", "scared"), _FOND)}
"""The same as acts."""
ASKED = frozenset({"love", "miss", "need", "touch", "proud", "sorry", "fault"})
"""Firsts that may also be asked for: "do you love me", "can you forgive me"."""
BESIDE = frozenset({"say", "agree", "token", "affection", "welcome", "thanks", "comfort", "tease", "sorry", "praise"})
"""What a second part may do besides, where it was not said to the same: no news, no plans, no questions."""
NAMED = 2
"""Words from which on a line names something that can be looked up."""
FEW = 3
"""Words of a line about both, up to which none of them makes a topic."""
LITTLE = 5
"""Words of an answer that was said to the same act, beside those of the line: more of them are about that day."""
KIND_OF = 0.6
"""How well goes what is of the kind and was never said to the same."""
_NEGATED = re.compile(r"[a-z]+n't")
_TURNED: dict[Who, Who] = {"i": "you", "you": "i", "we": "we", "thing": "thing", "other": "other", "": ""}


def addressed(text: str) -> frozenset[Bond]:
    """What a line does to the one it is written to, if that is what it is for: thanks and "sorry" also stand beside other
    things, and count where they close the line and are most of it."""
    found = between(text)
    if not found or {b.act for b in found} - POLITE:
        return found
    parts = [p for p in sentences(text) if p.strip()]
    polite = [p for p in parts if between(p)]
    return found if between(parts[-1]) and 2 * sum(map(len, polite)) >= sum(map(len, parts)) else frozenset()


def of_both(text: str) -> bool:
    """A line of few words about both: what it speaks of is the two, and no word of it makes a topic."""
    return personal(text) and len(content(text)) <= FEW


def apart(line: str, other: str) -> bool:
    """Does a line that was answered say what weighs between two, and this one does not; or the same of other people?
    Then it was another line, however many words they share."""
    more = {b.act for b in between(other)} - POLITE - {b.act for b in between(line)}
    return bool(more) or parted(line, other) or (of_both(line) and not personal(other))


def parted(line: str, other: str) -> bool:
    """Do both say one act, the one between the two and the other of something else?"""
    mine, theirs = bonds(line), bonds(other)
    return any(
        {b.of_two for b in mine if b.act == act}.isdisjoint({b.of_two for b in theirs if b.act == act})
        for act in {b.act for b in mine} & {b.act for b in theirs}
    )


def answers(line: str, answered: Iterable[str], reply: str) -> float:
    """How well an answer goes with a line that is `addressed`: 0 if not at all, more than KIND_OF for what was said to the same.

    It says the second part of the pair and little else; or it was said to the same act of the same to the same, about the
    same thing if one is named, and stands by itself."""
    firsts = addressed(line)
    if third(reply) - third(line):
        return 0.0
    said = [p for text in answered for p in sentences(text) if any(same(a, b) for a in firsts for b in between(p))]
    named, more = _named(line), _named(reply) - content(line)
    about = any(named and 2 * len(named & content(p)) >= len(named) for p in said)
    if about and leans(reply) < 0.5:
        return 1.0
    if any(_second(b, opening(reply), bool(said)) for b in firsts) and (leans(reply) < 0.5 or not more):
        if said and len(more) <= 2:
            return 1.0
        return 0.0 if more or {*acts(reply)} - BESIDE else KIND_OF
    free = said and not named and not any(_paired(b) or (b.form == "not" and b.act in DOES) for b in firsts)
    return 0.8 if free and len(more) <= LITTLE and (leans(reply) < 0.5 or not more) else 0.0


def _named(text: str) -> frozenset[str]:
    """What a line speaks of beside its acts."""
    bare = _NEGATED.sub(" ", lower(rest(text)))
    for language in LANGUAGES:
        bare = words(language).find.sub(" ", bare)
    return frozenset(w for w in content(bare) if len(w) > 1 or in_cjk(w)) - _small()


@cache
def _small() -> frozenset[str]:
    """Words that stand around such a word and name nothing."""
    return frozenset(w for x in LANGUAGES for forms in words(x).small.values() for f in forms for w in (f, *content(f)))


def _paired(first: Bond) -> bool:
    """Does a first part make its second expected? Not where it is denied, or asked for a reason."""
    said = (first.who, first.form) == ("i", "") or (first.act in ASKED and first.form == "asks")
    return said and first.act in {*SECOND, *DOES}


def _second(first: Bond, reply: str, once: bool) -> bool:
    """Does a reply say the second part of the pair?"""
    if not _paired(first):
        return False
    back = SECOND.get(first.act, ()) + (ONCE.get(first.act, ()) if once else ())
    own = [b for b in bonds(reply) if b.act in back]
    if any((b.who, b.whom, b.form) == ("i", "you", "") for b in own):
        return True
    if own:  # it says the same act, and denies it or says it of others
        return False
    return first.who == "i" and bool({*acts(reply)} & {*DOES.get(first.act, ())})


def bare(line: str) -> frozenset[str]:
    """The acts of a line that is hardly more than what it says between the two; none for one that names what can be looked
    up."""
    found = frozenset(b.act for b in addressed(line))
    return frozenset() if len(_named(line)) >= NAMED and not found & {"sorry", "fault"} else found


def borne(line: str, said: str, mine: bool) -> bool:
    """Does a line of the records say the same of the two? `mine`: it is by the one who writes now."""
    return any(
        (same(a, b) and (mine or a.act in MUTUAL)) or (not mine and same(_turned(a), b)) for a, b in _plain(line, said)
    )


def _plain(line: str, said: str) -> Iterable[tuple[Bond, Bond]]:
    """Asked or said is one; denied is another."""
    for a in addressed(line):
        for b in between(said):
            if "not" not in (a.form, b.form) or a.form == b.form:
                yield a._replace(form=""), b._replace(form="")


def _turned(bond: Bond) -> Bond:
    """The same as the other says it."""
    return bond._replace(who=_TURNED[bond.who], whom=_TURNED[bond.whom])


def keys(answered: str, reply: str) -> tuple[str, ...]:
    """Under what an exchange is kept: what it answered between the two, and what it says itself."""
    heard = {f"to {b.act}" for b in between(answered)}
    said = {f"says {b.act}" for b in bonds(reply) if (b.who, b.whom, b.form) == ("i", "you", "")}
    return tuple(sorted(heard | said))


def sought(firsts: Iterable[Bond]) -> tuple[str, ...]:
    """The keys of the exchanges that may answer."""
    kept = {f"to {b.act}" for b in firsts} | {f"says {act}" for b in firsts for act in SECOND.get(b.act, ())}
    return (*sorted(kept), *sorted({act for b in firsts for act in DOES.get(b.act, ())}))
