"""Days that a line names, as seen from the day it was written. In: words and their day. Out: first and last day of each.

"Saturday" is the next one, "the 14th" and 14号 the next fourteenth, "was on Friday" the last one: a chat speaks of what is
near. A month without its year is the nearest one. What is no day ("soon", 改天) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

DAY = timedelta(days=1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_NTH = r"(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)"
_WEEK_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK_ZH = "一二三四五六日"
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "俩": 2}
_HINT = re.compile(
    r"\d|day\b|night|weekend|tomorrow|\b(?:mon|tues?|weds?|thurs?|fri|sat|sun)\b|[周天晚午号日期末]|五一|国庆|元旦"
)

_RANGE = re.compile(
    rf"(?:on )?(?:the )?(?P<a>{_NTH}|\d\d?)(?: (?:of )?(?P<am>{_MONTH}))?(?: ?(?:to|-|–|until|till) ?|,? (?:and )?back (?:on )?)(?:on )?(?:the )?"
    rf"(?P<b>{_NTH})(?: (?:of )?(?P<bm>{_MONTH}))?\b"
)
_EN = re.compile(
    rf"\b(?P<day>{_NTH}|\d\d?) (?:of )?(?P<month>{_MONTH})\b|\b(?P<month2>{_MONTH}) (?P<day2>{_NTH}|[12]\d|3[01]|[1-9])(?![\d:.%])"
    rf"|\bthe (?P<nth>{_NTH})(?! (?:time|one|bus|floor|birthday|century|row|place|page|day))"
    r"|\b(?P<word>today|tonight|this (?:morning|afternoon|evening)|tomorrow|yesterday|last night|(?:this |the )?weekend)\b"
    r"|\b(?P<before>last )?(?P<week>mon|tues?|weds?|wednes|thurs?|fri|satur|sat|sun)(?:day)?\b(?!s)"
)
_ZH = re.compile(
    r"(?<!\d)(?P<month>1[0-2]|[1-9])\s*月\s*(?P<day>3[01]|[12]\d|[1-9])\s*[日号]|(?<![\d.])(?P<nth>3[01]|[12]\d|[1-9])\s*号(?![楼线店院口码门])"
    r"|(?P<word>大后天|后天|明天|明早|明晚|昨天|昨晚|前天|今天|今晚|今早|下午(?!好)|晚上(?!好)|(?:这|下)?个?周末|五一|国庆|元旦)"
    r"|(?P<next>下下|下|上)?个?(?:周|星期|礼拜)(?P<week>[一二三四五六日天])"
)
_LENGTH = re.compile(r"(?P<n>\d+|[一二两三四五六七八九十]|two|three|four|five|six|seven|ten) ?(?:天|夜|nights?|days?)")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_WORDS = {
    "today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "last night": -1, "今天": 0, "今晚": 0, "今早": 0, "下午": 0,
    "晚上": 0, "明天": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3, "昨天": -1, "昨晚": -1, "前天": -2,
}  # fmt: skip
_FEASTS = {"五一": (5, 1, 4), "国庆": (10, 1, 6), "元旦": (1, 1, 2)}

Days = tuple[date, date]


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
    n = int(m["n"]) if m["n"].isdigit() else _NUMBERS.get(m["n"], 0) or _HAN.get(m["n"], 0)
    return n if 1 < n <= 21 else 0


def _range(m: re.Match[str], day: date) -> Days | None:
    month = _month(m["bm"] or m["am"]) if m["bm"] or m["am"] else 0
    first = _near(_month(m["am"]) if m["am"] else month, _n(m["a"]), day)
    if first is None:
        return None
    last = _after(_n(m["b"]), first)
    return (first, last) if last and (last - first).days <= 31 else None


def _english(m: re.Match[str], day: date) -> Days | None:
    if m["month"] or m["month2"]:
        return _one(_near(_month(m["month"] or m["month2"]), _n(m["day"] or m["day2"]), day))
    if m["nth"]:
        return _one(_after(_n(m["nth"]), day))
    if m["word"]:
        return _word(m["word"], day)
    weekday = next(i for i, w in enumerate(_WEEK_EN) if m["week"].startswith(w[:2]))
    return _one(day - timedelta(days=(day.weekday() - weekday) % 7 or 7) if m["before"] else _coming(weekday, day))


def _chinese(m: re.Match[str], day: date) -> Days | None:
    if m["month"]:
        return _one(_near(int(m["month"]), int(m["day"]), day))
    if m["nth"]:
        return _one(_after(int(m["nth"]), day))
    if m["word"]:
        return _word(m["word"], day)
    weekday = _WEEK_ZH.index("日" if m["week"] == "天" else m["week"])
    monday = day - timedelta(days=day.weekday())
    if m["next"]:
        return _one(monday + timedelta(days=weekday + {"上": -7, "下": 7, "下下": 14}[m["next"]]))
    return _one(_coming(weekday, day))


def _word(word: str, day: date) -> Days | None:
    if word in _FEASTS:
        month, first, more = _FEASTS[word]
        start = _near(month, first, day)
        return (start, start + timedelta(days=more)) if start else None
    if "weekend" in word or "周末" in word:
        start = _coming(5, day) if day.weekday() != 6 else day - DAY
        start += timedelta(days=7) if word.startswith("下") and day.weekday() < 5 else timedelta()
        return start, start + DAY
    return _one(day + timedelta(days=_WORDS.get(word, 0)))


def _coming(weekday: int, day: date) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _one(day: date | None) -> Days | None:
    return (day, day) if day else None


def _n(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _month(name: str) -> int:
    return 1 + _MONTHS.index(name[:3])


def _date(year: int, month: int, n: int) -> date | None:
    try:
        return date(year, month, n)
    except ValueError:
        return None


def _near(month: int, n: int, day: date) -> date | None:
    """The nearest such day of the calendar; without a month the next one."""
    if not month:
        return _after(n, day)
    held = [d for y in (day.year - 1, day.year, day.year + 1) if (d := _date(y, month, n))]
    return min(held, key=lambda d: abs((d - day).days), default=None)


def _after(n: int, day: date) -> date | None:
    """The next day of a month that has this number."""
    for months in range(3):
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        found = _date(year, month + 1, n)
        if found and found >= day:
            return found
    return None
