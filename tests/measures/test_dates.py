"""What words of time stand for, in both languages."""

from __future__ import annotations

import re
from datetime import date

import pytest

from afterword.measures import dates


@pytest.mark.parametrize(
    ("word", "n"),
    [("12", 12), ("twelve", 12), ("十二", 12), ("二十三", 23), ("三十", 30), ("十", 10), ("两", 2), ("〇", 0), ("few", None), ("几", None), ("成都", None), ("十成", None), ("", None)],
)  # fmt: skip
def test_a_number_in_words(word: str, n: int | None) -> None:
    assert dates.number(word) == n


@pytest.mark.parametrize(
    ("word", "n"), [("a", 1), ("A few", 3), ("几", 3), ("couple of", 2), ("十一", 11), ("soon", None)]
)
def test_a_number_nobody_counted(word: str, n: int | None) -> None:
    assert dates.about(word) == n


def test_a_month_later_is_the_same_day_or_the_last_it_has() -> None:
    assert dates.later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert dates.later(date(2023, 11, 15), 3) == date(2024, 2, 15)
    assert dates.later(date(2024, 3, 31), -1) == date(2024, 2, 29)


def test_days_of_a_month_a_season_a_year() -> None:
    assert dates.month_days(2024, 2) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (
        dates.season_days(2023, "winter") == dates.season_days(2023, "冬天") == (date(2023, 12, 1), date(2024, 2, 29))
    )
    assert dates.year_days(2023) == (date(2023, 1, 1), date(2023, 12, 31))


def test_a_feast_has_its_day_where_it_is_known() -> None:
    assert dates.feast("mid-autumn", 2023) == date(2023, 9, 29)
    assert dates.feast("christmas", 1999) == date(1999, 12, 25)
    assert dates.feast("mid-autumn", 1999) is None
    assert {*dates.FEASTS} <= {*dates.FIXED, *dates.LUNAR}
    assert {*dates.HOLIDAY} <= {*dates.FEASTS}


def test_every_word_is_found_whole() -> None:
    for words, pattern in ((dates.MONTHS, dates.MONTH), (dates.SEASONS, dates.SEASON), (dates.UNITS, dates.UNIT)):
        assert [w for w in words if not re.fullmatch(pattern, w)] == []
        assert [m[0] for w in words for m in re.finditer(pattern, w)] == [*words]
