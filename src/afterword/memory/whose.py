"""Of whom do the lines speak? In: a question that names one of two people, the lines that may answer. Out: signs.

What one of two has told is easily asked of the other, in the very same words. A clause with "I" speaks of the one who
writes it, one with "you" of the other, and a question mostly of the other too: whose answer follows is whose matter it is.
The hard choice: only the clauses that hold the question's words are weighed, since a line often speaks of both people.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from afterword.measures.lexicon import any_of
from afterword.memory.solid import listed
from afterword.store.search import in_cjk

if TYPE_CHECKING:
    from afterword.memory.ranking import Column, Ranked

MIXED, ASKS, ASKS_ITSELF = 0.6, 0.1, 0.5
"""What a clause says of its writer that has both "I" and "you", or neither; that asks; that asks with "I" alone."""
TOP, AROUND = 10, 1
"""Lines that are read, and how many more on either side."""
_CLAUSES = re.compile(r"[^.!?。！？\n;；]+[.!?。！？\n;；]*")
_QUESTION = re.compile("[?？]")


class Part(msgspec.Struct, frozen=True):
    """Of a line: how far it speaks of the person asked of; word by word, at most and at least; whether it asks for them."""

    whole: float
    words: dict[int, tuple[float, float]]
    asks: bool


@cache
def _person(section: str) -> re.Pattern[str]:
    return re.compile(any_of(listed(section), "[a-z']"))


def clauses(text: str) -> list[tuple[str, float, bool]]:
    """The clauses of a line, how far each speaks of the one who writes ("my dog" does, "your dog" does not), whether it asks."""
    out = []
    for clause in _CLAUSES.findall(text.casefold().replace("’", "'")):
        if clause.strip():
            me, you = (_person(x).search(clause) is not None for x in ("me", "you"))
            asks = _QUESTION.search(clause) is not None
            part = MIXED if me is you else float(me)
            out.append((clause, (ASKS_ITSELF if me and not you else ASKS) if asks else part, asks))
    return out


def _parts(ranked: Ranked, place: int) -> Part:
    line = ranked.lines[place]
    assert line is not None
    told = clauses(line.text)
    if line.speaker != ranked.asked.of:
        told = [(c, 1 - part, asks) for c, part, asks in told]
    words, holding = {}, set()
    for i, concept in enumerate(ranked.asked.concepts):
        if concept.piece or not (ranked.exact[i, place] or ranked.like[i, place]):
            continue
        forms = [concept.word] if ranked.exact[i, place] else [w for w, _ in concept.alike]
        begin = [w if in_cjk(w) else w[:4] if len(w) < 6 else w[:-2] for w in forms]
        places = [k for k, (c, _, _) in enumerate(told) if any(w in c for w in begin)]
        holding |= {*places}
        parts = [told[k][1] for k in places or range(len(told))]
        words[i] = (max(parts), min(parts)) if parts else (MIXED, MIXED)
    weighed = [told[k] for k in sorted(holding)] or told
    mean = sum(part for _, part, _ in weighed) / len(weighed) if weighed else MIXED
    return Part(mean, words, bool(holding) and any(asks for _, _, asks in weighed))


def of_whom(ranked: Ranked, like: Column, weights: Column, plain: Column) -> dict[str, float]:
    """`like`: what each line holds of each concept; `weights` of the concepts; `plain`: chances without a look at who is asked of."""
    import numpy as np

    of, lines = ranked.asked.of, ranked.lines
    own = np.array([x is not None and x.speaker == of for x in lines])
    whole, total = ranked.whole.sum() or 1.0, float(weights.sum()) or 1.0
    tops = [int(j) for j in np.argsort(-plain)[:TOP] if ranked.real[j]]
    seen: dict[int, Part] = {}

    def part(j: int) -> Part:
        if j not in seen:
            seen[j] = _parts(ranked, j)
        return seen[j]

    def held(places: Sequence[int], other: bool) -> float:
        best: dict[int, float] = {}
        for j in places:
            for i, (most, least) in part(j).words.items():
                best[i] = max(best.get(i, 0.0), like[i, j] * (1 - least if other else most))
        return float(sum(weights[i] * v for i, v in best.items())) / total

    def around(j: int) -> list[int]:
        return [k for k in range(j - AROUND, j + AROUND + 1) if 0 <= k < len(lines) and lines[k] is not None]

    turned = [
        float(like[:, j] @ weights) / total
        for j in tops
        if own[j] and part(j).asks and ranked.real[j + 1] and not own[j + 1]
    ]
    first = ranked.signs[tops[0]]
    return {
        "mass": float(plain[own].sum()),
        "told": max(held([j], False) for j in tops),
        "rival": max(held(around(j), True) for j in tops),
        "against": float(sum(plain[j] * (1 - part(j).whole) for j in tops if not own[j])),
        "turned": max(turned, default=0.0),
        "line": float((like.T @ ranked.whole)[own].max() / whole),
        "asks": float(not own[tops[0]] and first is not None and first.asks),
        "size": math.log1p(float(whole)),
        "sure": math.log(max(float(plain.max()), 1e-9)),
    }
