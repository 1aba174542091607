"""Times in a question: the same in both languages, counted from the day it is asked."""

from __future__ import annotations

from datetime import date

import pytest

from afterword.memory.when import when

FIRST, LAST, TODAY = date(2021, 11, 3), date(2023, 8, 20), date(2023, 8, 25)

TIMES = [
    ("twelve days ago", "十二天前", ["2023-08-13/2023-08-13"]),
    ("two weeks ago", "两周以前", ["2023-08-08/2023-08-14"]),
    ("a few weeks ago", "几个礼拜前", ["2023-07-25/2023-08-14"]),
    ("last week", "上周", ["2023-08-15/2023-08-21"]),
    ("in 2022", "2022年", ["2022-01-01/2022-12-31"]),
    ("winter 2022", "2022年冬天", ["2022-12-01/2023-02-28"]),
    ("autumn 2022", "22年秋季", ["2022-09-01/2022-11-30"]),
    ("last spring", "今年春天", ["2023-03-01/2023-05-31"]),
    ("in the spring", "那年春天", ["2022-03-01/2022-05-31", "2023-03-01/2023-05-31"]),
    ("15 May 2022", "2022年五月十五号", ["2022-05-15/2022-05-15"]),
    ("in May 2022", "去年5月", ["2022-05-01/2022-05-31"]),
    ("christmas 2022", "去年圣诞", ["2022-12-22/2022-12-28"]),
    ("spring festival 2023", "2023年春节", ["2023-01-19/2023-02-05"]),
    ("labour day 2023", "2023年五一", ["2023-04-28/2023-05-05"]),
    ("new year's eve 2022", "2022年跨年夜", ["2022-12-29/2023-01-04"]),
    ("31 June 2022", "2022年6月31日", ["2022-06-01/2022-06-30"]),
]  # fmt: skip


@pytest.mark.parametrize(("en", "zh", "days"), TIMES)
def test_a_time_is_the_same_days_in_both_languages(en: str, zh: str, days: list[str]) -> None:
    for words in (en, zh):
        assert [f"{a}/{b}" for a, b in when(words, FIRST, LAST, TODAY).days] == days, words


def test_a_season_that_is_not_over_is_not_the_last() -> None:
    late, over = date(2023, 5, 30), date(2023, 6, 1)
    assert when("last spring", FIRST, LAST, late).days == ((date(2022, 3, 1), date(2022, 5, 31)),)
    assert when("last spring", FIRST, LAST, over).days == ((date(2023, 3, 1), date(2023, 5, 31)),)


def test_what_is_no_time_stays_words() -> None:
    for words in ("三二天前", "who baked the cake", "谁烤的蛋糕"):
        found = when(words, FIRST, LAST, TODAY)
        assert (found.days, found.rest) == ((), words)
