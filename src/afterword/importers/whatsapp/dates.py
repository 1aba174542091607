"""Dates as phones write them, and which of their numbers is the day.

In: the date text of headers, marks and all. Out: "YYYY-MM-DD", or None where the text names no day.

A date without a year has none until the file proves one (see `years`): a made-up year would move a life about.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from afterword.importers.whatsapp.headers import STRIP_MARKS
from afterword.importers.whatsapp.times import bare, calendar

_NUMBERS = re.compile(r"[Rh]?\d+", re.I)
_ERAS = {"r": 2018, "h": 1988}
_PIECES = re.compile(r"\d+|[^\W\d_][^\d\s,]*")
_NEAR = 183
"""Days up to which an undated line belongs to the dated one beside it: nearer than to any other year's."""
FIRST_YEAR, LAST_YEAR = 2009, 2037
"""Years that a weekday is looked for in: WhatsApp is not older."""


def fields(raw: str) -> tuple[str, str, str] | None:
    """The three fields of a numeric date, or None when the date has a month's name."""
    clean = raw.translate(STRIP_MARKS)
    if "和" in clean or "成" in clean:
        clean = clean.replace("令和", "R").replace("平成", "H")
    found = _NUMBERS.findall(clean)
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def settled(f: tuple[str, str, str]) -> bool:
    """Year first: nothing to decide."""
    return len(f[0]) > 2 or not f[0].isdigit() or int(f[0]) > 31


def _day(y: int, m: int, d: int) -> str | None:
    try:
        return datetime.date(y, m, d).isoformat()
    except ValueError:
        return None


def _persian(y: int, m: int, d: int) -> str | None:
    """A day of the Solar Hijri calendar. Its leap years follow a cycle of 33 that is exact for these centuries."""
    if not (1 <= m <= 12 and 1 <= d <= (31 if m < 7 else 30)):
        return None
    leaps = sum(1 for k in range(1380, y) if k % 33 in (1, 5, 9, 13, 17, 22, 26, 30))
    days = (y - 1380) * 365 + leaps + (m - 1) * 31 - max(0, m - 7) + d - 1
    return (datetime.date(2001, 3, 21) + datetime.timedelta(days=days)).isoformat()


def _in_year(year: str, m: int, d: int) -> str | None:
    """A day of a Gregorian, Buddhist, Japanese or Persian year; None for a calendar that a number does not settle."""
    if not year.isdigit():
        return _day(_ERAS[year[0].lower()] + int(year[1:]), m, d)
    y = int(year)
    if len(year) <= 2:
        return _day(2000 + y, m, d)
    if 1380 <= y <= 1416:
        return _persian(y, m, d)
    return _day(y - 543, m, d) if 2400 <= y < 2700 else _day(y, m, d) if 1990 <= y < 2400 else None


@lru_cache(maxsize=65_536)
def iso_date(raw: str, order: str) -> str | None:
    """ "YYYY-MM-DD" of a header date read in `order`; None when it names no day (or no year)."""
    f = fields(raw)
    if f is None:
        named = named_date(raw)
        return _day(named[0], named[1], named[2]) if named and named[0] else None
    if settled(f) or order == "ymd":
        year, m, d = f[0], f[1], f[2]
    else:
        year, m, d = (f[2], f[1], f[0]) if order == "dmy" else (f[2], f[0], f[1])
    if not m.isdigit() or not d.isdigit():
        return None
    return _in_year(year, int(m), int(d))


Named = tuple[int, int, int, int | None]
"""(year or 0, month, day, weekday or None); Monday is 0."""


@cache
def _lookup(table: str) -> dict[str, int]:
    return {word: int(n) for n, words in calendar()[table].items() for word in words.split()}


@lru_cache(maxsize=4096)
def named_date(raw: str) -> Named | None:
    """A date with a month's name, or None when its words are not known."""
    months, weekdays = _lookup("months"), _lookup("weekdays")
    year = month = 0
    day = weekday = None
    pieces = _PIECES.findall(raw.translate(STRIP_MARKS))
    for n, piece in enumerate(pieces):
        if piece.isdigit():
            if len(piece) > 2:
                year = int(piece)
            else:
                day = int(piece) if day is None else day
            continue
        word = bare(piece)
        before_a_month = len(pieces) > 2 and not pieces[1].isdigit()
        if n == 0 and word in weekdays and (before_a_month or word not in months):
            weekday = weekdays[word]
        elif word in months:
            month = months[word]
    if not month or day is None or _day(year or 2000, month, day) is None:
        return None
    return year, month, day, weekday


Undated = tuple[int, int, int | None]
"""(month, day, weekday)."""
Dated = tuple[str, bool]
"""(day, its year stands in a date of the same form as the undated ones)."""


def years(runs: Sequence[Dated | Undated | None]) -> dict[int, str]:
    """Days for the dates without a year, by their place in `runs`, which holds every change of date in file order.

    Proof is a dated line on both sides that leaves one year; a dated line on one side less than half a year away; or a
    weekday that only one year fits. One export writes the year on old lines only, so when the line before has one, the
    undated line is of another year.
    """
    out: dict[int, str] = {}
    before: Dated | None = None
    span: list[tuple[int, Undated]] = []
    for k, run in enumerate([*runs, ("", False)]):
        if run is None:
            continue
        if len(run) == 3:
            span.append((k, run))
            continue
        if span:
            out |= _span(span, before, run[0])
            span = []
        before = run
    return out


def _span(span: list[tuple[int, Undated]], before: Dated | None, after: str) -> dict[int, str]:
    offsets, turn, last = [], 0, (0, 0)
    for _, (m, d, _) in span:
        turn += (m, d) < last
        last = (m, d)
        offsets.append(turn)
    first_year, least = (int(before[0][:4]), before[0]) if before else (0, "")
    low = first_year or (int(after[:4]) - turn - 1 if after else FIRST_YEAR)
    high = int(after[:4]) if after else first_year + 28 if before else LAST_YEAR
    fits: list[list[str]] = []
    for year in range(low, high + 1):
        if before and before[1] and not after and year == first_year:
            continue
        days: list[str] = []
        for (_, (m, d, weekday)), more in zip(span, offsets, strict=True):
            day = _day(year + more, m, d)
            if day is None or (weekday is not None and datetime.date.fromisoformat(day).weekday() != weekday):
                break
            days.append(day)
        else:
            if least <= days[0] and (not after or days[-1] <= after):
                fits.append(days)
    if len(fits) > 1:
        limit = _NEAR if all(weekday is None for _, (_, _, weekday) in span) else 3 * 365
        if before and not after and _apart(least, fits[0][0]) <= limit:
            fits = fits[:1]
        elif after and not before and _apart(fits[-1][-1], after) <= limit:
            fits = fits[-1:]
    if len(fits) != 1:
        return {}
    return {k: day for (k, _), day in zip(span, fits[0], strict=True)}


def _apart(first: str, second: str) -> int:
    return (datetime.date.fromisoformat(second) - datetime.date.fromisoformat(first)).days
