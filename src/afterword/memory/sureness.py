"""Is it in the records at all? In: a question, the lines that may answer it and their chances. Out: yes or no.

Six things tell. A thing that everybody calls by its name, and whose name stands nowhere (`lost`). Another of the kind where
it should stand, or somebody else than the one named (`others`). A topic that is spoken of without anything near it that
could answer ("how much was the rent": no sum). Somebody's brother, where only another's is ever spoken of. How much is
asked for at once: who was there names more of what there was. And whether the lines that hold the words of the question
are of the one who is asked of. The hard choice: that a word is missing says little by itself, since most things are asked
for in other words years later. The weights are learned by `quality/fit_sureness.py`, the bars set so that one answerable
question in twenty is called absent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from afterword.memory.asked import FRAME, frames
from afterword.memory.lost import lost
from afterword.memory.others import apart, instead, near, stands
from afterword.memory.owned import owned, section
from afterword.memory.query import cut, root
from afterword.memory.ranking import SURE
from afterword.memory.solid import asks, listed, roles, several
from afterword.memory.wanted import fitting, gives, shown, wanted
from afterword.memory.weights import PLAIN
from afterword.memory.where import towns
from afterword.memory.whose import of_whom
from afterword.store.blocks import Found
from afterword.store.search import in_cjk, words_of

if TYPE_CHECKING:
    from afterword.memory.asked import Concept
    from afterword.memory.ranking import Column, Ranked, Span

FEW, HALF, WHOLE = 3, 0.5, 0.99
CLOSE, NEAR, WIDE = 1, 3, 6
"""Lines before and after: an answer beside its question; what belongs together; a talk about one thing."""
KINDLY = 0.25
"""The least likeness of one of the kind that is asked for."""
NAMING = ("thing", "name", "kind")
"""What words of a question may be there for that stand for something."""
PLACES = 12
"""Where the question's words stand together best: as many places are read for an answer."""
SPOKEN: dict[str, float] = {
    "mass": 3.021, "told": 3.754, "rival": -3.136, "against": -2.556, "turned": -0.814, "line": 0.883,
    "asks": 1.541, "size": -0.477, "sure": -0.109, "owned": 3.531, "instead": -8.938, "lost": -4.093,
    "one": -2.855,
}  # fmt: skip
"""Above zero, the answer is in the records: of a question that names whose words are meant."""
THINGS: dict[str, float] = {
    "lost": -3.209, "many": 1.599, "unsaid": -2.432, "owned": 1.737, "unfit": -3.223, "instead": -3.026,
    "apart": -3.544, "theirs": 1.293, "inside": 1.387, "detail": -0.808, "one": -3.611,
}  # fmt: skip
"""The same by the things asked for; `theirs`: the chance that lies on lines of the one asked of, `inside` on the days meant;
`unfit`: how much of the question stands where no answer of its kind does; `detail`: a figure, a colour or a name is wanted,
which is said seldomer than the thing; `many` things are asked for: who was there names more of what there was."""
SURELY = 1.785
"""How far below zero, where somebody is named: such a question may come from one who was not there, in their own words."""


class Held(msgspec.Struct, frozen=True):
    """`exact`: the share of the question's weight that the best hit holds in its own words. `signs`: all that is weighed."""

    exact: float
    signs: dict[str, float]


def share(ranked: Ranked, places: Sequence[int], exact: bool = False) -> float:
    """What these lines hold of the question's weight; `exact`: in its own words."""
    total = float(ranked.whole.sum())
    if not places:
        return 0.0
    if not total:  # nothing but a day is asked for
        return float(ranked.inside[[*places]].any())
    some = (ranked.exact if exact else ranked.held)[:, [*places]]
    return float((some > 0 if exact else some).max(1) @ ranked.whole) / total


def held(question: str, ranked: Ranked, found: Found, best: Sequence[Span], chance: Column) -> Held:
    """`chance`: of each line to be part of the answer."""
    import numpy as np

    ask = ranked.asked
    exact = max(share(ranked, span.places, exact=True) for span in best[:FEW])
    signs = {"words": float((ranked.whole > 0).sum())}
    role = roles(question)
    like = ranked.held
    form = listed("asks", "en")  # "how many jars" asks for jars
    tells = np.array([role.get(c.word) != "form" and c.word not in form for c in ask.concepts], dtype=float)
    signs["bare"] = float(not asks(question))
    signs |= _things(question, ranked, found, role, like, tells)
    signs["owned"] = min((owned(x, ranked.lines) for x in ask.owners), default=1.0)
    own = np.array([x is not None and x.speaker == ask.of for x in ranked.lines])
    signs["theirs"] = float(chance[own].sum()) if ask.of else HALF
    signs["inside"] = float((chance * ranked.inside).sum())
    speakers = {x.speaker for x in ranked.lines if x is not None}
    signs["named"] = float(ask.named and ask.of in speakers and len(speakers) > 1)
    words = {c.word for c in ask.concepts}
    # a speaker's name is no concept: one that stands there although nobody's words are meant is one of two
    signs["both"] = float(not ask.of and not ask.days and any(r == "name" and w not in words for w, r in role.items()))
    if signs["named"]:
        signs |= of_whom(ranked, like, ranked.whole * tells, ranked.chances(PLAIN))
    return Held(exact, signs)


# -- what stands nowhere, and what stands apart -------------------------------------------------------------------------


def _things(
    question: str, ranked: Ranked, found: Found, role: Mapping[str, str], like: Column, tells: Column
) -> dict[str, float]:
    """What was never spoken of, or stands apart from the rest; how much of the question stands together."""
    import numpy as np

    concepts = ranked.asked.concepts
    there = np.maximum(_stands(concepts, found), _related(ranked))
    # a word like it stands for one that is spoken of at all
    by = near(np.maximum(ranked.exact > 0, like * there[:, None]), NEAR)
    close, wide = near(like, CLOSE), near(like, WIDE)
    tell = ranked.whole * tells if (ranked.whole * tells).any() else ranked.whole
    whole = float((tell @ by).max(initial=0) / (tell.sum() or 1.0))
    things = max(1, int((ranked.whole > 0).sum()))
    return {
        "whole": whole,
        "nowhere": float(
            any(
                role.get(c.word) == "name" and c.word in towns() and not stood
                for c, stood in zip(concepts, there, strict=True)
            )
        ),
        "many": math.log(things),
        "unsaid": _unsaid(ranked, found, role) / things,  # of a long question one word is easily another's
        "instead": instead(ranked, like),
        "lost": lost(ranked, found, role),
        "apart": apart(ranked, close),
        "detail": float(bool({*wanted(question)} - {"place"})),
        "general": float(_general(ranked, role)),
        "unfit": whole * _unfit(question, ranked, tell @ (wide + close + like)),
    }


def _general(ranked: Ranked, role: Mapping[str, str]) -> bool:
    """Whether no more is asked than a kind ("what pets did she have") or what was done ("what did we argue about"), and one
    of the kind, or another word for the doing, stands by what else is asked; on the days meant, if any are. Or the name of one whom a
    line names."""
    import numpy as np

    ask, some = ranked.asked, several(ranked.asked.question)
    words = {i: c.word for i, c in enumerate(ask.concepts) if not c.piece and (c.word in some or c.weight > FRAME)}
    told = [i for i, w in words.items() if w in some or role.get(w) != "form"]
    liked = not listed("likes").isdisjoint(
        {w for r in words_of(ask.question.casefold()) for w in (cut(r) if in_cjk(r) else [r])}
    )
    told = [i for i in told if words[i] not in listed("likes")] or told
    if "name" in wanted(ask.question):
        asked_of = [i for i in told if not any(words[i] in x for x in fitting("name"))]
        if asked_of and all(words[i] in ask.called for i in asked_of):
            return True
    rest = [role.get(words[i], "other") for i in told if words[i] not in some]
    if not told or rest not in ([], ["other"]) or len(told) - len(rest) > 1:
        return False
    if len(rest) < len(told) or liked:  # "like to drink" is answered by a drink
        there = np.maximum(ranked.exact > 0, ranked.like >= KINDLY)[told].astype(float)
    else:
        same = frozenset(root(w) for i in told for w, weight in ask.concepts[i].alike if weight >= SURE)
        there = np.maximum(ranked.exact[told] > 0, stands(ranked, same)[None])
    if ask.days:
        there = there * (ranked.inside > 0)
    return bool(near(there, NEAR).min(axis=0).max(initial=0) > 0)


def _unfit(question: str, ranked: Ranked, held: Column) -> bool:
    """Whether a kind of answer is wanted, and where the question's words stand best there is none of that kind."""
    import numpy as np

    kinds = [k for k in shown(question) if k != "name" or not ranked.asked.called]
    if not kinds or not len(held):
        return False
    places = np.flatnonzero(held >= held.max() - 1e-6)[:PLACES]

    def given(kind: str) -> bool:
        reach = CLOSE if kind == "name" else NEAR  # names stand everywhere: one a few lines off is another's
        around = {int(j) for place in places for j in range(place - reach, place + reach + 1)}
        lines = (ranked.lines[j] for j in sorted(around) if 0 <= j < len(ranked.lines))
        return any(gives(kind, x.text, question) for x in lines if x is not None)

    return not all(map(given, kinds))


def _unsaid(ranked: Ranked, found: Found, role: Mapping[str, str]) -> float:
    """How unlike all that was read the thing is that stands nowhere."""
    most = 0.0
    for concept, like, (own, _) in zip(ranked.asked.concepts, ranked.like, found.seen, strict=True):
        if not concept.piece and not own and role.get(concept.word) in NAMING and not frames(concept.word):
            most = max(most, 1.0 - float(like.max(initial=0)))
    return most


def _stands(concepts: Sequence[Concept], found: Found) -> Column:
    """1 for what was ever said: as it is asked, or as a longer Chinese word's part, or once where it is doubled (爸爸, 爸)."""
    import numpy as np

    parts = {c.word for c, (own, _) in zip(concepts, found.seen, strict=True) if c.piece and own}

    def said(word: str) -> bool:
        if not in_cjk(word):
            return False
        if len(word) == 2:
            return word[0] == word[1] and word[0] in parts
        return any(len(p) > 1 and p in word for p in parts)

    return np.array([float(own or said(c.word)) for c, (own, _) in zip(concepts, found.seen, strict=True)])


def _related(ranked: Ranked) -> Column:
    """1 for a relation that is spoken of by another of its names, or by the name of the one who is meant."""
    import numpy as np

    texts = [s.text for s in ranked.signs if s is not None]

    def said(word: str) -> bool:
        names = (*section("relations").get(word, ()), *ranked.asked.called.get(word, ()))
        return any(w in text for w in names if w != word for text in texts)

    return np.array([float(said(c.word)) for c in ranked.asked.concepts])


def weigh(signs: dict[str, float], weights: dict[str, float]) -> float:
    return sum(w * (signs.get(k, 1.0)) for k, w in weights.items())


def present(what: Held) -> bool:
    signs = what.signs
    if not signs["words"]:
        return what.exact >= HALF
    if never(signs):
        return False
    if signs["named"] or signs["both"]:
        return weigh(signs, THINGS) > -SURELY and (not signs["named"] or weigh(signs, SPOKEN) > 0)
    return weigh(signs, THINGS) > 0 or complete(signs)


def never(signs: Mapping[str, float]) -> bool:
    """A place has no other word: who never wrote of Lisbon was not there by these records. All else may stand beside another
    of the kind. And who asks nothing, but gives words to look for, looks for all of them."""
    return signs["nowhere"] > 0 or signs["instead"] >= SURE or signs["bare"] > 0 and signs["whole"] <= HALF


def complete(signs: Mapping[str, float]) -> bool:
    """All that is asked for stands together, of nobody else, with what may answer: then its words may be as common as any."""
    stands = signs["whole"] >= WHOLE or signs["general"] > 0 or signs["bare"] > 0
    return stands and signs["owned"] >= HALF and not signs["unfit"] and not signs["lost"]
