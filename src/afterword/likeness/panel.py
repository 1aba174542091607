"""Verifiers that have not seen what they score. In: rows of a person's turns and of others. Out: a score for every row.

Each verifier of a panel leaves out another quarter of the person's turns and of the partner's. Such a turn is scored by
the one that did not learn from it, any other by the mean of all. A quarter is one stretch of time, since turns of one
talk share its words. When one verifier learned from one half and scored the other, half as many turns carried the scale
and it knew the person by two thirds as many: on real chats its intervals were up to twice as wide. Eighths knew no more.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from afterword.likeness.verifier import Rows, Verifier

QUARTERS = 4
DRAWN = 2.0


def drawn_in(score: float) -> float:
    """asinh: a logarithm that knows 0 and both sides. For the mean of many turns: the higher a turn of the person stands
    the more it scatters, and one full of pet words outweighed ten plain ones. On real people it narrows the spread of a
    half on the scale of the other by a third. Single drafts are not drawn in: what is too much must stand out there."""
    return math.asinh(DRAWN * score)


def drawn_out(score: float) -> float:
    """As it was. For who wrote this: there a pet word is what tells."""
    return math.sinh(score) / DRAWN


class Panel:
    """`scores`: of every row, drawn in."""

    def __init__(
        self, rows: Rows, own: Sequence[int], groups: Sequence[Sequence[int]], partner: Sequence[int] = ()
    ) -> None:
        """`groups`: others, who weigh the same; `partner`: rows among them that are left out by quarters, as own ones."""
        self._verifiers: list[Verifier] = []
        apart: dict[int, float] = {}
        each = []
        for quarter in range(QUARTERS):
            out = {row for part in (own, partner) for i, row in enumerate(part) if i * QUARTERS // len(part) == quarter}
            made = rows.trained(_without(out, own), [_without(out, g) for g in groups])
            scores = [*map(drawn_in, rows.scores(made))]
            self._verifiers.append(made)
            each.append(scores)
            apart.update((row, scores[row]) for row in out)
        self.scores = [apart.get(row, statistics.fmean(x)) for row, x in enumerate(zip(*each, strict=True))]

    def read(self, text: str) -> float:
        """A turn that is no row."""
        return statistics.fmean(drawn_in(made.score(text)) for made in self._verifiers)


def _without(out: set[int], rows: Sequence[int]) -> list[int]:
    return [row for row in rows if row not in out]
