"""Counts in; shares and medians with the interval that their n allows out.

Kept by hand: two closed formulas do not earn a statistics library of 100 MB at start-up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Z = 1.959964
"""Two-sided 95 % of the normal distribution."""


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """95 % interval of a share (Wilson 1927); None without observations."""
    if n == 0:
        return None
    share, z2 = hits / n, Z * Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return round(max(0.0, centre - half), 4), round(min(1.0, centre + half), 4)


def quantile(ordered: Sequence[float], q: float) -> float:
    """The q-quantile of sorted values, linear between neighbours (Hyndman and Fan 1996, type 7)."""
    place = (len(ordered) - 1) * q
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def median_interval(ordered: Sequence[float]) -> tuple[float, float] | None:
    """95 % interval of the median of sorted values by order statistics (Conover 1999); None below 6 values."""
    n = len(ordered)
    if n < 6:
        return None
    half = Z * math.sqrt(n) / 2
    low = max(0, math.floor(n / 2 - half))
    high = min(n - 1, math.ceil(n / 2 + half) - 1)
    return float(ordered[low]), float(ordered[high])


def rounded(value: float, digits: int = 4) -> float:
    return round(value, digits)


def spread_out(places: Sequence[int], keep: int) -> list[int]:
    """At most `keep` of the places, evenly from the first to the last."""
    if len(places) <= keep:
        return list(places)
    step = (len(places) - 1) / (keep - 1)
    return [places[round(i * step)] for i in range(keep)]
