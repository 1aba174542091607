"""The lines with the day, told apart from bodies that hold such a line.

In: what a first pass over the file met. Out: the day of every line that is one, and the order of day and month. A line
is one when a message follows, its weekday is the day's, it has the form of the others, and it does not go back in
time; people write dates into messages, and one that is taken for a heading would move every message behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from afterword.errors import BadInput, ChoiceNeeded

_DAYS = (
    "月 一 월 mon monday จ จันทร์ sen senin lun lunes lundi mo montag пн",
    "火 二 화 tue tues tuesday อ อังคาร sel selasa mar martes mardi di dienstag вт",
    "水 三 수 wed wednesday พ พุธ rab rabu mié miércoles mer mercredi mi mittwoch ср",
    "木 四 목 thu thur thurs thursday พฤ พฤหัสบดี พฤหัส kam kamis jue jueves jeu jeudi do donnerstag чт",
    "金 五 금 fri friday ศ ศุกร์ jum jumat vie viernes ven vendredi fr freitag пт",
    "土 六 토 sat saturday ส เสาร์ sab sabtu sáb sábado sam samedi sa samstag сб",
    "日 天 일 sun sunday อา อาทิตย์ min minggu dom domingo dim dimanche so sonntag вс",
)
WEEKDAYS = {word: n for n, words in enumerate(_DAYS) for word in words.split()}
_TRIM = re.compile(r"^(?:週|周|星期|礼拜|禮拜|วัน)|(?:曜日|曜|요일|\.)$")

LINE = re.compile(
    r"(?:(?P<before>[^\W\d_][^\d\s,]{0,11})[,.]? )?"
    r"(?:(?P<y>\d{4}|(?:[RH]|令和|平成)\d{1,2})(?:[./-] ?|年 ?|년 ?)(?P<m>\d{1,2})(?:[./-] ?|月 ?|월 ?)(?P<d>\d{1,2})(?:日|일|\.)?"
    r"|(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<z>\d{4}))"
    r"(?: ?(?:BE|CE|AD|พ\.ศ\.))?"
    r"(?: ?[(（]?(?P<after>[^\d()（）\t ]{1,14})[)）]?)?\s*"
)
_ERAS = {"R": 2018, "令和": 2018, "H": 1988, "平成": 1988}
"""The year before the first of a Japanese era: phones with the Japanese calendar count so."""
_FORM = re.compile(r"\d+|[^\W\d_]+[^\W\d_\u0e00-\u0e7f]*[\u0e00-\u0e7f]*")


class Candidate(NamedTuple):
    line: int
    fields: tuple[int, int, int]
    order: str
    """ "ymd", or "" when day and month are to be told apart."""
    weekday: int | None
    form: str
    blank: bool


def weekday(word: str | None) -> int | None:
    if not word:
        return None
    return WEEKDAYS.get(_TRIM.sub("", word.lower()) or word.lower(), WEEKDAYS.get(word.lower()))


def candidate(number: int, line: str, blank: bool) -> Candidate | None:
    m = LINE.fullmatch(line)
    if not m:
        return None
    named = weekday(m["before"]) if m["before"] else weekday(m["after"])
    if m["before"] and named is None:
        return None
    form = _FORM.sub(lambda t: "9" if t[0][0].isdecimal() else "a", line.strip())
    if year := m["y"]:
        era = year.rstrip("0123456789")
        return Candidate(
            number, (int(year[len(era) :]) + _ERAS.get(era, 0), int(m["m"]), int(m["d"])), "ymd", named, form, blank
        )
    return Candidate(number, (int(m["z"]), int(m["a"]), int(m["b"])), "", named, form, blank)


def _day(c: Candidate, order: str, named: bool = True) -> date | None:
    year, a, b = c.fields
    year -= 543 if year > 2400 else 0  # the Thai calendar counts from the Buddha
    month, day = (b, a) if (c.order or order) == "dmy" else (a, b)
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if not named or c.weekday is None or found.weekday() == c.weekday else None


def day_order(found: Sequence[Candidate], asked: str | None, day_first: bool, name: str) -> tuple[str, str]:
    """(order, decided by). ChoiceNeeded when the whole file fits both."""
    open_ = [c for c in found if not c.order]
    if not open_:
        return "ymd", "format"
    good = {o: [d for c in open_ if (d := _day(c, o))] for o in ("dmy", "mdy")}
    if asked in good:
        if not good[asked]:
            raise BadInput(
                "import.date-order",
                f"{name}: its dates cannot be read as {asked}.",
                next_step="Leave out --date-order.",
            )
        return asked, "asked"
    if len(good["dmy"]) != len(good["mdy"]):
        above = any(max(c.fields[1:]) > 12 for c in open_)
        return max(good, key=lambda o: len(good[o])), "above-12" if above else "format"
    back = {o: sum(b < a for a, b in zip(d, d[1:], strict=False)) for o, d in good.items()}
    if back["dmy"] != back["mdy"]:
        return min(back, key=lambda o: back[o]), "monotone"
    if day_first or good["dmy"] == good["mdy"]:
        return "dmy", "locale" if day_first else "format"
    raise ChoiceNeeded(
        "import.date-order",
        f"{name}: the dates fit day-first and month-first ({len(open_)} days).",
        next_step="Say which with --date-order dmy (day first) or --date-order mdy (month first).",
        choices=["dmy", "mdy"],
    )


def accepted(found: Sequence[Candidate], order: str) -> dict[int, str]:
    """Line → "YYYY-MM-DD" of the lines that are headings."""
    days = [(c, d) for c in found if (d := _day(c, order))]
    days = days or [
        (c, d) for c in found if (d := _day(c, order, named=False))
    ]  # no weekday is right: they tell nothing
    if not days:
        return {}
    forms = Counter(c.form for c, _ in days)
    most = max(forms.values())
    kept = {f for f, n in forms.items() if n > 1 and n * 4 >= most} | {days[0][0].form}
    days = [(c, d) for c, d in days if c.form in kept]
    rest = days[1:]
    if rest and sum(c.blank for c, _ in rest) * 10 >= len(rest) * 6:
        days = days[:1] + [(c, d) for c, d in rest if c.blank]
    rising = _rising([d for _, d in days])
    if len(rising) * 5 >= len(days) * 4 or len(days) < 4:
        days = [days[i] for i in rising]
    # else several exports stand in one file, one behind the other
    return {c.line: d.isoformat() for c, d in days}


def _rising(days: Sequence[date]) -> list[int]:
    """Indices of a longest run of days that rises."""
    tails: list[date] = []
    at: list[int] = []
    before: list[int] = []
    for i, day in enumerate(days):
        n = bisect_left(tails, day)
        before.append(at[n - 1] if n else -1)
        if n == len(tails):
            tails.append(day)
            at.append(i)
        else:
            tails[n], at[n] = day, i
    run: list[int] = []
    i = at[-1] if at else -1
    while i >= 0:
        run.append(i)
        i = before[i]
    return run[::-1]
