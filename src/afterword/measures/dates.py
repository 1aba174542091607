"""What words of time stand for. In: a word of any language. Out: a number, a month, a season, a feast, the days of each.

The words are `lang/<language>/dates.toml`. Here is what every room that reads a day from words has in common; which year
is meant where none is said is the room's own to decide. Seasons are the northern ones, by whole months; feasts of the
lunar calendar are read from a table (2009 to 2030), since their day moves, and outside it they have none.
"""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from afterword.measures.lexicon import LANGUAGES, trie_pattern

Days = tuple[date, date]
"""First and last day."""

DAY = timedelta(days=1)


def _read() -> dict[str, dict[str, Any]]:
    """By section, all languages together; a feast's forms side by side."""
    found: dict[str, dict[str, Any]] = {}
    for language in LANGUAGES:
        path = files("afterword") / "measures" / "lang" / language / "dates.toml"
        for section, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            held = found.setdefault(section, {})
            for word, value in rows.items():
                held[word] = f"{held[word]}|{value}" if section == "feasts" and word in held else value
    return found


_WORDS = _read()
MONTHS: Mapping[str, int] = _WORDS["months"]
WEEKDAYS: Mapping[str, int] = _WORDS["weekdays"]
SEASONS: Mapping[str, int] = _WORDS["seasons"]
NUMBERS: Mapping[str, int] = _WORDS["numbers"]
ABOUT: Mapping[str, int] = _WORDS["about"]
UNITS: Mapping[str, str] = _WORDS["units"]
YEARS: Mapping[str, int] = _WORDS["years"]
NEAR: Mapping[str, int] = _WORDS["near"]
FEASTS: Mapping[str, str] = _WORDS["feasts"]
PHASES: Mapping[str, str] = _WORDS["phases"]

LENGTH = {"day": 1, "week": 7, "month": 30, "year": 365}
"""Days in a unit, about."""
HOLIDAY = {"new-year": 3, "spring-festival": 15, "labour": 5, "national": 7}
"""Feasts that last longer than a day."""
FIXED = {
    "new-year": (1, 1),
    "valentines": (2, 14),
    "labour": (5, 1),
    "five-twenty": (5, 20),
    "national": (10, 1),
    "halloween": (10, 31),
    "thanksgiving": (11, 25),
    "christmas": (12, 25),
}
_LUNAR = {
    "spring-festival": (
        "0126 0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203"
    ),
    "dragon-boat": (
        "0528 0616 0606 0623 0612 0602 0620 0609 0530 0618 0607 0625 0614 0603 0622 0610 0531 0619 0609 0528 0616 0605"
    ),
    "qixi": (
        "0826 0816 0806 0823 0813 0802 0820 0809 0828 0817 0807 0825 0814 0804 0822 0810 0829 0819 0808 0826 0816 0805"
    ),
    "mid-autumn": (
        "1003 0922 0912 0930 0919 0908 0927 0915 1004 0924 0913 1001 0921 0910 0929 0917 1006 0925 0915 1003 0922 0912"
    ),
}
LUNAR = {
    key: {year: (int(md[:2]), int(md[2:])) for year, md in enumerate(days.split(), start=2009)}
    for key, days in _LUNAR.items()
}


def either(words: Iterable[str]) -> str:
    """A pattern for one of them, the longest first."""
    return f"(?:{trie_pattern(words)})"


YEAR = r"(?:19|20)\d\d"
MONTH, SEASON, UNIT = either(MONTHS), either(SEASONS), either(UNITS)
FIGURE = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
"""The number of a month or day."""
COUNT = (
    rf"(?:\d+|{either(w for w in NUMBERS if w.isascii())}|[{''.join(w for w in NUMBERS if not w.isascii())}]{{1,3}})"
)
SOME = rf"(?:{COUNT}|{either(ABOUT)})"
"""How many days, weeks or years; and as people say it who do not count."""
NTH = r"(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)"


def number(word: str) -> int | None:
    """ "12", "十二", "twelve"; None where it is no number."""
    word = word.strip().lower()
    if word.isdecimal():
        return int(word)
    if word in NUMBERS:
        return NUMBERS[word]
    tens, ten, ones = word.partition("十")
    head, tail = NUMBERS.get(tens) if tens else 1, NUMBERS.get(ones) if ones else 0
    return None if not ten or head is None or tail is None else 10 * head + tail


def about(word: str) -> int | None:
    """The same, where it may be vague: "a few", 几."""
    return ABOUT.get(word.strip().lower(), number(word))


def day_of(year: int, month: int, day: int) -> date | None:
    """None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def later(day: date, months: int) -> date:
    """The same day of another month, or the last that it has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_days(year: int, month: int) -> Days:
    return _from(date(year, month, 1), 1)


def season_days(year: int, season: str) -> Days:
    return _from(date(year, SEASONS[season], 1), 3)


def year_days(year: int) -> Days:
    return _from(date(year, 1, 1), 12)


def _from(first: date, months: int) -> Days:
    return first, later(first, months) - DAY


def is_eve(words: str) -> bool:
    """Whether a feast is named by the day before it, which lies in another year where it is new year's."""
    return words.lower().rstrip().endswith((" eve", "跨年"))


def feast(name: str, year: int) -> date | None:
    """Its day in a year, where that is known."""
    at = FIXED.get(name) or LUNAR.get(name, {}).get(year)
    return date(year, *at) if at else None
