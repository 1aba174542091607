"""Days that a line names, as seen from the day it was written. In: words and their day. Out: first and last day of each.

"Saturday" is the next one, "the 14th" and 14号 the next fourteenth, "was on Friday" the last one: a chat speaks of what is
near. A month without its year is the nearest one. What is no day ("soon", 改天) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from afterword.measures.dates import (
    COUNT,
    DAY,
    FIXED,
    HOLIDAY,
    MONTH,
    MONTHS,
    NEAR,
    NTH,
    WEEKDAYS,
    Days,
    day_of,
    either,
    number,
)

LONGEST = 21
"""Days that a stay may take, as people tell it."""
_FEASTS = {"五一": "labour", "国庆": "national", "元旦": "new-year"}
"""What a Chinese plan names for its holiday; English says the days."""
_HINT = re.compile(
    r"\d|day\b|night|weekend|tomorrow|\b(?:mon|tues?|weds?|thurs?|fri|sat|sun)\b|[周天晚午号日期末]|五一|国庆|元旦"
)

_RANGE = re.compile(
    rf"(?:on )?(?:the )?(?P<a>{NTH}|\d\d?)(?: (?:of )?(?P<am>{MONTH}))?(?: ?(?:to|-|–|until|till) ?|,? (?:and )?back (?:on )?)(?:on )?(?:the )?"
    rf"(?P<b>{NTH})(?: (?:of )?(?P<bm>{MONTH}))?\b"
)
_EN = re.compile(
    rf"\b(?P<day>{NTH}|\d\d?) (?:of )?(?P<month>{MONTH})\b|\b(?P<month2>{MONTH}) (?P<day2>{NTH}|[12]\d|3[01]|[1-9])(?![\d:.%])"
    rf"|\bthe (?P<nth>{NTH})(?! (?:time|one|bus|floor|birthday|century|row|place|page|day))"
    rf"|\b(?P<word>{either(w for w in NEAR if w.isascii())}|(?:this |the )?weekend)\b|\b(?P<before>last )?(?P<week>{either(w for w in WEEKDAYS if w.isascii())})\b"
)
_ZH = re.compile(
    r"(?<!\d)(?P<month>1[0-2]|[1-9])\s*月\s*(?P<day>3[01]|[12]\d|[1-9])\s*[日号]|(?<![\d.])(?P<nth>3[01]|[12]\d|[1-9])\s*号(?![楼线店院口码门])"
    rf"|(?P<word>{either(w for w in NEAR if not w.isascii())}|(?:下午|晚上)(?!好)|(?:这|下)?个?周末)|(?P<feast>{'|'.join(_FEASTS)})"
    r"|(?P<next>下下|下|上)?个?(?:周|星期|礼拜)(?P<week>[一二三四五六日天])"
)
_LENGTH = re.compile(rf"(?P<n>{COUNT}) ?(?:天|夜|nights?|days?)")


def named(lowered: str, day: date) -> Iterator[Days]:
    """First and last day of everything that is named, in the order of the words; a range before its parts."""
    if not _HINT.search(lowered):
        return
    rest = lowered
    for m in _RANGE.finditer(lowered):
        if (m["am"] or m["bm"] or m["a"][-1].isalpha()) and (pair := _range(m, day)):
            yield pair
            rest = rest.replace(m[0], " ")
    for m in _EN.finditer(rest):
        if found := _english(m, day):
            yield found
    if not rest.isascii():
        for m in _ZH.finditer(rest):
            if found := _chinese(m, day):
                yield found


def length(lowered: str) -> int:
    """How many days a line says that something takes; 0 where it says nothing."""
    m = _LENGTH.search(lowered)
    if not m:
        return 0
    n = number(m["n"]) or 0
    return n if 1 < n <= LONGEST else 0


def _range(m: re.Match[str], day: date) -> Days | None:
    month = MONTHS[m["bm"] or m["am"]] if m["bm"] or m["am"] else 0
    first = _near(MONTHS[m["am"]] if m["am"] else month, _n(m["a"]), day)
    if first is None:
        return None
    last = _after(_n(m["b"]), first)
    return (first, last) if last and (last - first).days <= 31 else None


def _english(m: re.Match[str], day: date) -> Days | None:
    if m["month"] or m["month2"]:
        return _one(_near(MONTHS[m["month"] or m["month2"]], _n(m["day"] or m["day2"]), day))
    if m["nth"]:
        return _one(_after(_n(m["nth"]), day))
    if m["word"]:
        return _word(m["word"], day)
    weekday = WEEKDAYS[m["week"]]
    return _one(day - timedelta(days=(day.weekday() - weekday) % 7 or 7) if m["before"] else _coming(weekday, day))


def _chinese(m: re.Match[str], day: date) -> Days | None:
    if m["month"]:
        return _one(_near(int(m["month"]), int(m["day"]), day))
    if m["nth"]:
        return _one(_after(int(m["nth"]), day))
    if m["word"]:
        return _word(m["word"], day)
    if m["feast"]:
        name = _FEASTS[m["feast"]]
        start = _near(*FIXED[name], day)
        return (start, start + timedelta(days=HOLIDAY[name] - 1)) if start else None
    weekday = WEEKDAYS[m["week"]]
    monday = day - timedelta(days=day.weekday())
    if m["next"]:
        return _one(monday + timedelta(days=weekday + {"上": -7, "下": 7, "下下": 14}[m["next"]]))
    return _one(_coming(weekday, day))


def _word(word: str, day: date) -> Days | None:
    if "weekend" in word or "周末" in word:
        start = _coming(5, day) if day.weekday() != 6 else day - DAY
        start += timedelta(days=7) if word.startswith("下") and day.weekday() < 5 else timedelta()
        return start, start + DAY
    return _one(day + timedelta(days=NEAR.get(word, 0)))


def _coming(weekday: int, day: date) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _one(day: date | None) -> Days | None:
    return (day, day) if day else None


def _n(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _near(month: int, n: int, day: date) -> date | None:
    """The nearest such day of the calendar; without a month the next one."""
    if not month:
        return _after(n, day)
    held = [d for y in (day.year - 1, day.year, day.year + 1) if (d := day_of(y, month, n))]
    return min(held, key=lambda d: abs((d - day).days), default=None)


def _after(n: int, day: date) -> date | None:
    """The next day of a month that has this number."""
    for months in range(3):
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        found = day_of(year, month + 1, n)
        if found and found >= day:
            return found
    return None
