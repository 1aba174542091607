"""Is it in the records at all? In: a question, the lines that may answer it and their chances. Out: yes or no.

Five things tell. A thing that is asked for and stands nowhere: a verb has many other words, a hotel or a town has few.
Words that stand in the chat but never near each other. A topic that is spoken of without anything near it that could answer
("how much was the rent": no figure). Somebody's brother, where only another's is ever spoken of. And of a question that names
somebody: whether the lines that hold its words speak of that person. The weights are learned by `quality/fit_sureness.py`,
the bars set so that one answerable question in twenty is called absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from afterword.memory.owned import owned
from afterword.memory.query import root
from afterword.memory.solid import roles
from afterword.memory.wanted import fits, wanted
from afterword.memory.where import towns
from afterword.memory.whose import of_whom
from afterword.store.blocks import Found
from afterword.store.search import in_cjk

if TYPE_CHECKING:
    from afterword.memory.asked import Concept
    from afterword.memory.ranking import Column, Ranked

LIKE, FEW, HALF, WHOLE = 0.7, 3, 0.5, 0.99
SOLID = {"name": 1.0, "thing": 1.0, "kind": 0.6}
CLOSE, NEAR, WIDE = 1, 3, 6
"""Lines before and after: an answer beside its question; what belongs together; a talk about one thing."""
RARE = 4.0
"""The weight from which on a word is as rare as any."""
GENERAL, KINDLY, MANY = 2, 0.25, 25
"""Words of a question that asks for no more than a kind; the least likeness of one of the kind; how many those are."""
PLACES = 12
"""Where the question's words stand together best: as many places are read for an answer."""
SPOKEN: dict[str, float] = {
    "mass": 2.573, "told": 3.845, "rival": -2.802, "against": -2.155, "turned": -0.750, "line": 1.104,
    "asks": 1.250, "size": -0.567, "sure": -0.290, "owned": 2.570, "one": -2.360,
}  # fmt: skip
"""Above zero, the answer is in the records: of a question that names whose words are meant."""
THINGS: dict[str, float] = {
    "gone": -0.889, "together": 0.259, "close": 0.720, "wide": 0.447, "owned": 2.543, "unfit": -2.233,
    "one": -3.551, "cjk": 0.640,
}  # fmt: skip
"""The same by the things asked for; `cjk`: a Chinese question shares fewer words with its answer."""
SURELY = 1.689
"""How far below zero, where somebody is named: such a question may come from one who was not there, in their own words."""


class Held(msgspec.Struct, frozen=True):
    """`exact`: the share of the question's weight that the best hit holds in its own words. `signs`: all that is weighed."""

    exact: float
    signs: dict[str, float]


def share(ranked: Ranked, start: int, end: int, of: str = "") -> tuple[float, float]:
    """What these lines, or one speaker's of them, hold of the question's weight: in its own words, and with words like them."""
    import numpy as np

    keep = np.array([x is not None and of in ("", x.speaker) for x in ranked.lines[start:end]], dtype=bool)
    total = ranked.whole.sum()
    if not total:  # nothing but a day is asked for
        on = float(ranked.inside[start:end].any())
        return on, on
    if not keep.any():
        return 0.0, 0.0
    exact = (ranked.exact[:, start:end][:, keep] > 0).max(1)
    like = np.maximum(exact, LIKE * ranked.like[:, start:end][:, keep].max(1))
    return float(exact @ ranked.whole / total), float(like @ ranked.whole / total)


def held(question: str, ranked: Ranked, found: Found, best: Sequence[tuple[float, int, int]], plain: Column) -> Held:
    """`plain`: chances without a look at who is asked of."""
    import numpy as np

    ask = ranked.asked
    exact = max(share(ranked, a, z)[0] for _, a, z in best[:FEW])
    signs = {"words": float((ranked.whole > 0).sum()), "cjk": float(any(in_cjk(c.word) for c in ask.concepts))}
    role = roles(question)
    like = np.maximum(ranked.exact > 0, LIKE * ranked.like)
    tells = np.array([role.get(c.word) != "form" for c in ask.concepts], dtype=float)
    signs |= _things(question, ranked, found, role, like, tells)
    signs["owned"] = min((owned(x, ranked.lines) for x in ask.owners), default=1.0)
    speakers = {x.speaker for x in ranked.lines if x is not None}
    signs["named"] = float(ask.named and ask.of in speakers and len(speakers) > 1)
    words = {c.word for c in ask.concepts}
    # a speaker's name is no concept: one that stands there although nobody's words are meant is one of two
    signs["both"] = float(not ask.of and not ask.days and any(r == "name" and w not in words for w, r in role.items()))
    if signs["named"]:
        signs |= of_whom(ranked, like, ranked.whole * tells, plain)
    return Held(exact, signs)


# -- what stands nowhere, and what stands apart -------------------------------------------------------------------------


def _things(
    question: str, ranked: Ranked, found: Found, role: Mapping[str, str], like: Column, tells: Column
) -> dict[str, float]:
    """Of the things asked for, what was never spoken of, and what stands together; of all its words, how many rare ones do."""
    import numpy as np

    concepts = ranked.asked.concepts
    stands = _stands(concepts, found)
    solid = ranked.whole * np.array([SOLID.get(role.get(c.word, ""), 0.0) for c in concepts])
    rare = np.minimum(ranked.whole, RARE) / RARE * tells
    # a word like it stands for one that is spoken of at all
    near = _near(np.maximum(ranked.exact > 0, like * stands[:, None]), NEAR)
    close, wide = _near(like, CLOSE), _near(like, WIDE)
    tell = ranked.whole * tells if (ranked.whole * tells).any() else ranked.whole
    things = solid if solid.any() else tell  # a question that names no thing asks for what is done
    total = things.sum() or 1.0
    return {
        "whole": float((tell @ near).max(initial=0) / (tell.sum() or 1.0)),
        "gone": float(things @ (1 - stands) / total),
        "nowhere": float(
            any(
                role.get(c.word) == "name" and c.word in towns() and not (stood or seen[1])
                for c, stood, seen in zip(concepts, stands, found.seen, strict=True)
            )
        ),
        "together": float((things @ near).max(initial=0) / total),
        "close": float((rare @ close).max(initial=0)),
        "wide": float((rare @ wide).max(initial=0)),
        "general": float(_general(ranked, role)),
        "unfit": _unfit(question, ranked, tell @ (wide + close + like)),
    }


def _general(ranked: Ranked, role: Mapping[str, str]) -> bool:
    """Whether little is asked but a kind ("what pets did she have"), and one of the kind stands by what else is asked."""
    import numpy as np

    concepts = ranked.asked.concepts
    told = [i for i, c in enumerate(concepts) if not c.piece and role.get(c.word) != "form"]
    roles_ = {role.get(concepts[i].word) for i in told}
    if not 0 < len(told) <= GENERAL or {"name", "thing"} & roles_ or not any(_broad(concepts[i], role) for i in told):
        return False
    there = np.maximum(ranked.exact > 0, ranked.like >= KINDLY)[told].astype(float)
    return bool(_near(there, NEAR).min(axis=0).max(initial=0) > 0)


def _broad(c: Concept, role: Mapping[str, str]) -> bool:
    """One of many is asked for: in English in the plural, in Chinese by a word that many are a kind of."""
    several = c.word.endswith("s") and root(c.word) != c.word if c.word.isascii() else len(c.alike) >= MANY
    return role.get(c.word) == "kind" and several


def _unfit(question: str, ranked: Ranked, held: Column) -> float:
    """1 if a kind of answer is wanted, and where the question's words stand best there is none of that kind."""
    import numpy as np

    kinds = wanted(question)
    if not kinds or not len(held):
        return 0.0
    places = np.flatnonzero(held >= held.max() - 1e-6)[:PLACES]
    around = {int(j) for place in places for j in range(place - NEAR, place + NEAR + 1)}
    texts = [x.text for j in sorted(around) if 0 <= j < len(ranked.lines) and (x := ranked.lines[j]) is not None]
    return float(any(not any(fits(k, text, question) for text in texts) for k in kinds))


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


def _near(x: Column, lines: int) -> Column:
    """The most within a few lines; runs are parted by more lines than that."""
    import numpy as np

    out = x.copy()
    for by in range(1, lines + 1):
        out[:, by:] = np.maximum(out[:, by:], x[:, :-by])
        out[:, :-by] = np.maximum(out[:, :-by], x[:, by:])
    return out


def weigh(signs: dict[str, float], weights: dict[str, float]) -> float:
    return sum(w * (signs.get(k, 1.0)) for k, w in weights.items())


def present(what: Held) -> bool:
    signs = what.signs
    if not signs["words"]:
        return what.exact >= HALF
    if signs["nowhere"]:  # a place has no other word: who never wrote of Lisbon was not there by these records
        return False
    if signs["named"] or signs["both"]:
        return weigh(signs, THINGS) > -SURELY and (not signs["named"] or weigh(signs, SPOKEN) > 0)
    return weigh(signs, THINGS) > 0 or complete(signs)


def complete(signs: Mapping[str, float]) -> bool:
    """All that is asked for stands together, of nobody else, with what may answer: then its words may be as common as any."""
    stands = signs["whole"] >= WHOLE or signs["general"] > 0
    return stands and signs["owned"] >= HALF and not signs["unfit"]
