"""Is it in the records at all? In: a question, the lines that may answer it and their chances. Out: yes or no.

Three things tell. A thing that is asked for and stands nowhere: a verb has many other words, a hotel or a town has few.
Words that stand in the chat but never near each other. And of a question that names somebody: whether the lines that hold
its words speak of that person, since what was said of one of two people is easily asked of the other. The weights are
learned by `quality/fit_sureness.py`, the bars set so that one answerable question in twenty is called absent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from afterword.memory.solid import listed, roles
from afterword.memory.where import towns
from afterword.store.blocks import Found
from afterword.store.search import folded, in_cjk

if TYPE_CHECKING:
    from afterword.memory.asked import Concept
    from afterword.memory.ranking import Column, Ranked

LIKE, FEW, HALF, WHOLE = 0.7, 3, 0.5, 0.99
SOLID = {"name": 1.0, "thing": 1.0, "kind": 0.6}
NEAR, RARE = 3, 4.0
"""Lines before and after that still belong together; the weight from which on a word is as rare as any."""
TOP, OCCURRENCES = 12, 40
MIXED = 0.6
"""What a clause with both "I" and "you" says of the one who writes it."""
SPOKEN: dict[str, float] = {
    "mass": 3.426, "about": 1.672, "theirs": 2.145, "others": -2.130, "line": 1.405, "asks": 1.100, "size": -0.618, "sure": -0.441,
    "disowned": -1.209, "one": -1.660,
}  # fmt: skip
"""Above zero, the answer is in the records: of a question that names whose words are meant."""
THINGS: dict[str, float] = {
    "gone": -0.520, "together": 1.341, "strict": 0.250, "loose": 1.087, "one": -2.167, "cjk": 0.739,
}  # fmt: skip
"""The same by the things asked for; `cjk`: a Chinese question shares fewer words with its answer."""
SURELY = 2.207
"""How far below zero, where somebody is named: such a question may come from one who was not there, in their own words."""
_CLAUSES = re.compile(r"[.!?。！？\n;；]+")
_OWNED = re.compile(r"'s (\w+(?: \w+)?)")


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
    ask = ranked.asked
    exact = max(share(ranked, a, z)[0] for _, a, z in best[:FEW])
    signs = {"words": float((ranked.whole > 0).sum()), "cjk": float(any(in_cjk(c.word) for c in ask.concepts))}
    role = roles(question)
    signs |= _things(ranked, found, role)
    speakers = {x.speaker for x in ranked.lines if x is not None}
    signs["named"] = float(ask.named and ask.of in speakers and len(speakers) > 1)
    words = {c.word for c in ask.concepts}
    # a speaker's name is no concept: one that stands there although nobody's words are meant is one of two
    signs["both"] = float(not ask.of and not ask.days and any(r == "name" and w not in words for w, r in role.items()))
    if signs["named"]:
        signs |= _of_whom(question, ranked, role, plain)
    return Held(exact, signs)


# -- what stands nowhere, and what stands apart -------------------------------------------------------------------------


def _things(ranked: Ranked, found: Found, role: Mapping[str, str]) -> dict[str, float]:
    """Of the things asked for, what was never spoken of, and what stands together; of all its words, how many rare ones do."""
    import numpy as np

    concepts = ranked.asked.concepts
    stands = _stands(concepts, found)
    tells = np.array([role.get(c.word) != "form" for c in concepts], dtype=float)
    solid = ranked.whole * np.array([SOLID.get(role.get(c.word, ""), 0.0) for c in concepts])
    rare = np.minimum(ranked.whole, RARE) / RARE * tells
    own = ranked.exact > 0
    like = np.maximum(own, LIKE * ranked.like)
    near = _near(np.maximum(own, like * stands[:, None]))  # a word like it stands for one that is spoken of at all
    total, tell = solid.sum(), ranked.whole * tells if (ranked.whole * tells).any() else ranked.whole
    return {
        "whole": float((tell @ near).max(initial=0) / (tell.sum() or 1.0)),
        "gone": float(solid @ (1 - stands) / total) if total else 0.0,
        "nowhere": float(
            any(
                role.get(c.word) == "name" and (in_cjk(c.word) or c.word in towns()) and not (stood or seen[1])
                for c, stood, seen in zip(concepts, stands, found.seen, strict=True)
            )
        ),
        "together": float((solid @ near).max(initial=0) / total) if total else 1.0,
        "strict": float((rare @ near).max(initial=0)),
        "loose": float((rare @ _near(like)).max(initial=0)),
    }


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


def _near(x: Column) -> Column:
    """The most within a few lines; runs are parted by more lines than that."""
    import numpy as np

    out = x.copy()
    for by in range(1, NEAR + 1):
        out[:, by:] = np.maximum(out[:, by:], x[:, :-by])
        out[:, :-by] = np.maximum(out[:, :-by], x[:, by:])
    return out


# -- of whom the lines speak --------------------------------------------------------------------------------------------


@cache
def _person(section: str) -> re.Pattern[str]:
    latin = "|".join(sorted((re.escape(w) for w in listed(section, "en")), key=len, reverse=True))
    return re.compile(rf"(?<![a-z'])(?:{latin})(?![a-z'])|{'|'.join(map(re.escape, sorted(listed(section, 'zh'))))}")


def _low(text: str) -> str:
    return text.casefold().replace("’", "'")


def _of_itself(text: str, words: Sequence[str]) -> float:
    """How far the clauses with these words speak of the one who writes: "my dog" does, "your dog" does not."""
    clauses = [c for c in _CLAUSES.split(_low(text)) if c.strip()]
    clauses = [c for c in clauses if any(w in c for w in words)] or clauses
    told = [(bool(_person("me").search(c)), bool(_person("you").search(c))) for c in clauses]
    return sum(MIXED if me is you else float(me) for me, you in told) / len(told) if told else HALF


def _of_whom(question: str, ranked: Ranked, role: Mapping[str, str], plain: Column) -> dict[str, float]:
    """How much of what answers is said by the person asked of, and is about them."""
    import numpy as np

    of, concepts = ranked.asked.of, ranked.asked.concepts
    own = np.array([x is not None and x.speaker == of for x in ranked.lines])
    whole = ranked.whole.sum() or 1.0
    weights = ranked.whole * np.array([role.get(c.word) != "form" for c in concepts], dtype=float)
    like = np.maximum(ranked.exact > 0, LIKE * ranked.like)
    theirs, others = np.zeros(len(concepts)), np.zeros(len(concepts))
    about = total = 0.0
    tops = [int(j) for j in np.argsort(-plain)[:TOP] if ranked.real[j]]
    for j in tops:
        line = ranked.lines[j]
        assert line is not None
        words = [
            c.word[:4] if c.word.isascii() else c.word for i, c in enumerate(concepts) if like[i, j] and not c.piece
        ]
        itself = _of_itself(line.text, words)
        part = itself if own[j] else 1 - itself
        about, total = about + plain[j] * part, total + plain[j]
        theirs, others = np.maximum(theirs, like[:, j] * part), np.maximum(others, like[:, j] * (1 - part))
    first = ranked.signs[tops[0]]
    return {
        "mass": float(plain[own].sum()),
        "about": float(about / (total or 1.0)),
        "theirs": float(theirs @ weights / (weights.sum() or 1.0)),
        "others": float(others @ weights / (weights.sum() or 1.0)),
        "line": float((like.T @ ranked.whole)[own].max() / whole),
        "asks": float(not own[tops[0]] and first is not None and first.asks),
        "size": math.log1p(float(whole)),
        "sure": math.log(max(float(plain.max()), 1e-9)),
        "disowned": _disowned(question, ranked),
    }


def _disowned(question: str, ranked: Ranked) -> float:
    """1 if something is asked for as this person's ("Ana's necklace") and only ever spoken of as the other's."""
    import numpy as np

    of, low = ranked.asked.of, _low(question)
    after = {folded(w) for m in _OWNED.finditer(low) for w in m[1].split()}
    for i, c in enumerate(ranked.asked.concepts):
        at = low.find(c.word)
        owned = at > 0 and low[at - 1].isalnum() if in_cjk(c.word) else c.word in after
        places = np.flatnonzero(ranked.exact[i] > 0)[:OCCURRENCES]
        if c.piece or ranked.whole[i] < 1 or not len(places) or not owned:
            continue
        if not any(_belongs(ranked, int(j), c.word, of) for j in places):
            return 1.0
    return 0.0


def _belongs(ranked: Ranked, place: int, word: str, of: str) -> bool:
    line = ranked.lines[place]
    assert line is not None
    text = _low(line.text)
    at = text.find(word[:4])
    before = text[max(0, at - 14) : max(0, at)]
    me, you = _person("me").search(before), _person("you").search(before)
    return not you if line.speaker == of else bool(you and not me)


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
    return signs["whole"] >= WHOLE or weigh(signs, THINGS) > 0
