"""Days that a line names, as seen from the day it was written."""

from __future__ import annotations

from datetime import date

import pytest

from afterword.memory.days import length, named

WRITTEN = date(2023, 5, 3)
"""A Wednesday."""

NAMED = [
    ("see you saturday", ["2023-05-06"]), ("周六见", ["2023-05-06"]),
    ("tomorrow at ten", ["2023-05-04"]), ("明天十点", ["2023-05-04"]),
    ("on the 14th", ["2023-05-14"]), ("14号", ["2023-05-14"]),
    ("the 2nd of june", ["2023-06-02"]), ("6月2号", ["2023-06-02"]),
    ("last night", ["2023-05-02"]), ("昨晚", ["2023-05-02"]),
    ("the 5th to the 8th of may", ["2023-05-05/2023-05-08"]),
    ("flying on the 28th, back on the 1st", ["2023-05-28/2023-06-01"]),
    ("this weekend", ["2023-05-06/2023-05-07"]), ("周末去", ["2023-05-06/2023-05-07"]),
    ("下周三", ["2023-05-10"]), ("国庆", ["2023-10-01/2023-10-07"]),
    ("soon", []), ("改天", []), ("4号楼", []), ("the 2nd floor", []), ("page 12", []),
]  # fmt: skip


@pytest.mark.parametrize(("words", "days"), NAMED)
def test_days_are_read_from_the_day_they_were_written(words: str, days: list[str]) -> None:
    found = [str(a) if a == b else f"{a}/{b}" for a, b in named(words, WRITTEN)]
    assert found == days


@pytest.mark.parametrize(
    ("words", "n"),
    [
        ("four nights", 4),
        ("厦门四天", 4),
        ("十一天", 11),
        ("eleven days", 11),
        ("10 days", 10),
        ("a day", 0),
        ("一天", 0),
        ("90天", 0),
    ],
)
def test_how_long_a_stay_is(words: str, n: int) -> None:
    assert length(words) == n
