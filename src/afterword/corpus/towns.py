"""Places named without a network. In: latitude and longitude in degrees. Out: the nearest town, in words.

The table is GeoNames' towns of 15,000 people and more. A photo taken in a district is worth more under the city that
people say, so a larger town a little further away wins over a small one.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files

FARTHEST = 60.0
"""Kilometres; beyond it a town says nothing about a place."""

Town = tuple[float, float, str, int, str, str]
"""(latitude, longitude, country, thousands of people, name, Chinese name or "")."""


@cache
def _cells() -> dict[tuple[int, int], list[Town]]:
    """Towns by whole degree."""
    cells: dict[tuple[int, int], list[Town]] = {}
    for line in (files("afterword.corpus") / "towns.tsv").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            lat, lon, country, people, name, chinese = line.split("\t")
            town = (float(lat), float(lon), country, int(people), name, chinese)
            cells.setdefault((math.floor(town[0]), math.floor(town[1])), []).append(town)
    return cells


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance (haversine, mean Earth radius)."""
    p, q = math.radians(a[0]), math.radians(b[0])
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 12_742 * math.asin(math.sqrt(min(1.0, h)))


@cache
def town_near(where: tuple[float, float], lang: str = "en") -> str:
    """ "Brighton, GB" / "厦门, CN", or "" where no town is near."""
    lat, lon = where
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return ""
    reach = 1 if abs(lat) < 60 else 3
    near = [
        town
        for y in range(math.floor(lat) - 1, math.floor(lat) + 2)
        for x in range(math.floor(lon) - reach, math.floor(lon) + reach + 1)
        for town in _cells().get((y, (x + 180) % 360 - 180), ())
    ]

    def rank(town: Town) -> float:
        # a city of a million reaches about ten times as far as a town of ten thousand
        return kilometres(where, town[:2]) / (1 + math.sqrt(town[3]) / 4)

    best = min((t for t in near if kilometres(where, t[:2]) <= FARTHEST), key=rank, default=None)
    if best is None:
        return ""
    return f"{(best[5] if lang == 'zh' and best[5] else best[4])}, {best[2]}"
