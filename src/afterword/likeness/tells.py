"""Real or generated? In: two sets of turns. Out: how well a classifier that was trained on them tells unseen turns apart.

The classifier two-sample test of Lopez-Paz and Oquab (2017): an area under the curve of .5 says that nothing learned
from one part of the turns tells the two sets apart in the rest. Folds are made of blocks of eight turns, since neighbours
share a topic; both sides have the same number of turns, since the figure grows with it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from afterword.likeness.features import clean, grams, masked, surface
from afterword.likeness.linear import logistic
from afterword.likeness.score import BLOCK, Said, auc

FOLDS = 5


def rhythm(row: Said) -> Counter[str]:
    """Timing and size as terms, each on a scale of doublings: the wait, the gaps, the burst and its lines."""
    lines = row.text.split("\n")
    found = Counter(f"line:{len(line).bit_length()}" for line in lines)
    if row.wait is not None:
        found[f"wait:{int(row.wait).bit_length()}"] += 1
    found.update(f"gap:{int(gap).bit_length()}" for gap in row.gaps)
    found[f"bubbles:{min(len(lines), 8)}"] += 1
    found[f"size:{len(row.text).bit_length()}"] += 1
    return found


def sizes(row: Said) -> Counter[str]:
    """The rhythm of turns whose times are not known."""
    return rhythm(Said(row.text))


VIEWS: dict[str, Callable[[Said], Counter[str]]] = {
    "raw": lambda s: grams(clean(s.text)) + surface(clean(s.text)),
    "masked": lambda s: grams(masked(clean(s.text))) + surface(clean(s.text)),
    "rhythm": rhythm,
    "sizes": sizes,
}


class Tell(msgspec.Struct, frozen=True):
    """Area under the curve with its 95 % interval (Hanley and McNeil 1982), and the turns of either side."""

    auc: float
    low: float
    high: float
    n: int


def tell(real: Sequence[Said], other: Sequence[Said], view: str) -> Tell | None:
    """None if there are too few turns for two blocks on both sides."""
    n = min(len(real), len(other))
    if n < 2 * BLOCK:
        return None
    sides = [[VIEWS[view](s) for s in spread(rows, n)] for rows in (real, other)]
    folds = min(FOLDS, n // BLOCK)
    scores: tuple[list[float], list[float]] = ([], [])
    for fold in range(folds):
        inside = [[x for i, x in enumerate(rows) if i // BLOCK % folds != fold] for rows in sides]
        model = logistic(inside[0], inside[1:])
        for kept, rows in zip(scores, sides, strict=True):
            kept += [model.score(x) for i, x in enumerate(rows) if i // BLOCK % folds == fold]
    a = auc(*scores)
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    half = 1.96 * math.sqrt((a * (1 - a) + (n - 1) * (q1 - a * a + q2 - a * a)) / (n * n))
    return Tell(round(a, 3), round(max(0.0, a - half), 3), round(min(1.0, a + half), 3), n)


def spread(rows: Sequence[Said], n: int) -> list[Said]:
    """`n` rows evenly over all, in order."""
    return [rows[i * len(rows) // n] for i in range(n)]
