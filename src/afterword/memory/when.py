"""Times in a question. In: words, the days the records cover, today. Out: the days meant, and the question without them.

"8 May 2023", "in March", "last spring", "two weeks ago", "去年夏天", "那年国庆". The hard choice: a season or feast without a
year means every such time in the records, because nobody forgets the year of what they half remember; and "last" counts
from today unless that lies outside the records, since the talk may have ended long ago.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import msgspec

from afterword.measures.calendar import FIXED, LUNAR

Days = tuple[date, date]
_MONTHS = {
    name: i
    for i, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip
_M = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12, "春": 3, "夏": 6, "秋": 9, "冬": 12}
_S = "spring|summer|autumn|fall|winter"
_ZH = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0, "几": 3, "半": 0}
_N = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_WORDS = {w: i for i, w in enumerate("zero one two three four five six seven eight nine ten".split())} | {"a": 1, "an": 1, "couple of": 2, "few": 3}  # fmt: skip
_UNITS = {
    "day": 1,
    "week": 7,
    "month": 30,
    "year": 365,
    "天": 1,
    "周": 7,
    "星期": 7,
    "个星期": 7,
    "礼拜": 7,
    "个月": 30,
    "年": 365,
}
_FEASTS = {
    "valentines": "valentine'?s?(?: day)?|情人节", "christmas": "christmas|xmas|圣诞节?", "new-year": "new year'?s?(?: eve| day)?|元旦|跨年",
    "spring-festival": "spring festival|lunar new year|chinese new year|春节|过年|除夕", "mid-autumn": "mid-?autumn(?: festival)?|中秋节?",
    "qixi": "七夕", "five-twenty": "520|五二零", "halloween": "halloween|万圣节", "national": "national day|golden week|国庆节?|十一黄金周",
    "labour": "labou?r day|五一(?:劳动节|假期|黄金周)?", "thanksgiving": "thanksgiving|感恩节",
}  # fmt: skip
_ALSO = {**FIXED, "halloween": (10, 31), "national": (10, 1), "labour": (5, 1), "thanksgiving": (11, 25)}
_LONG = {"national": 7, "spring-festival": 15, "labour": 4}
_EARLY = 3


class When(msgspec.Struct, frozen=True):
    """`relative`: counted from today, so that the words may also be looked for as words."""

    days: tuple[Days, ...]
    rest: str
    relative: bool = False


class _Reader:
    def __init__(self, first: date, last: date, today: date) -> None:
        self.first, self.last = first, last
        self.today = today if today <= last + timedelta(days=400) else last
        self.found: list[Days] = []
        self.relative = False

    def years(self) -> range:
        return range(self.first.year, self.last.year + 1)

    def add(self, start: date, end: date) -> None:
        self.found.append((start, end))

    def year_of(self, word: str) -> int | None:
        """The year a word stands for, counted from today."""
        self.relative = self.relative or not word.strip().isdigit()
        back = {"last": 1, "去年": 1, "上": 1, "前年": 2, "this": 0, "今年": 0, "这": 0, "大前年": 3}
        if word.strip().isdigit():
            n = int(word)
            return n if n > 99 else 2000 + n
        return self.today.year - back[word] if word in back else None

    def month(self, year: int | None, month: int) -> None:
        for y in [year] if year else self.years():
            self.add(date(y, month, 1), date(y, month, calendar.monthrange(y, month)[1]))

    def day(self, year: int | None, month: int, day: int) -> None:
        for y in [year] if year else self.years():
            self.add(date(y, month, day), date(y, month, day))

    def season(self, year: int | None, season: str, last: bool = False) -> None:
        month = _SEASONS[season]
        if last:
            year = self.today.year - (date(self.today.year, month, 1) + timedelta(days=90) > self.today)
        for y in [year] if year else self.years():
            self.add(date(y, month, 1), date(y, month, 1) + timedelta(days=91))

    def feast(self, year: int | None, name: str) -> None:
        for y in [year] if year else self.years():
            at = LUNAR[name].get(y) if name in LUNAR else _ALSO[name]
            if at:
                day = date(y, *at)
                self.add(day - timedelta(days=_EARLY), day + timedelta(days=_LONG.get(name, _EARLY)))

    def ago(self, n: int, unit: str) -> None:
        self.relative = True
        size = _UNITS[unit]
        mid, slack = self.today - timedelta(days=n * size), timedelta(days=size // 2)
        self.add(mid - slack, mid + slack)


def number(word: str) -> int:
    """ "12", "十二", "two"."""
    word = word.strip().lower()
    if word.isdigit():
        return int(word)
    if word in _WORDS:
        return _WORDS[word]
    tens, _, ones = word.partition("十")
    if "十" in word:
        return (_ZH.get(tens, 1) if tens else 1) * 10 + (_ZH.get(ones, 0) if ones else 0)
    return _ZH.get(word, 1)


def _months(word: str) -> int:
    return _MONTHS[word.lower()] if word.lower() in _MONTHS else number(word)


_YEAR = r"(?P<y>(?:19|20)\d\d)"
_ZY = r"(?:(?P<y>(?:19|20)\d\d|\d\d)年?|(?P<w>去年|前年|大前年|今年|那年|有一?年))?的?"
_FEAST = "|".join(f"(?P<{name.replace('-', '_')}>{words})" for name, words in _FEASTS.items())


def _named(r: _Reader, m: re.Match[str]) -> None:
    g = m.groupdict()
    name = next(n for n in _FEASTS if g[n.replace("-", "_")])
    year = g["y"] or g["w"] or ""
    r.feast(r.year_of(year.lower()), name)


def _season(r: _Reader, m: re.Match[str]) -> None:
    g = m.groupdict()
    word = (g["y"] or g["w"] or "").lower()
    r.season(None if word == "last" else r.year_of(word), g["s"].lower(), last=word == "last")


def _date(r: _Reader, m: re.Match[str]) -> None:
    g = m.groupdict()
    year = r.year_of(g.get("y") or g.get("w") or "")
    month = _months(g["m"])
    r.day(year, month, number(g["d"])) if g.get("d") else r.month(year, month)


def _relative(r: _Reader, m: re.Match[str]) -> None:
    unit = {"周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year"}.get(m["u"], m["u"].lower())
    if unit == "year":
        r.relative = True
        r.add(date(r.today.year - 1, 1, 1), date(r.today.year - 1, 12, 31))
    else:
        r.ago(1, unit)


_READ: tuple[tuple[re.Pattern[str], Callable[[_Reader, re.Match[str]], None]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (rf"\b{_YEAR}[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)\b", _date),
        (rf"{_ZY}(?P<m>{_N})月(?:份)?(?P<d>{_N})[日号]", _date),
        (rf"{_ZY}(?P<m>{_N})月(?:份)?", _date),
        (rf"\b(?P<d>\d\d?)(?:st|nd|rd|th)?(?: of)?,? (?P<m>{_M})\b\.?(?:,? {_YEAR})?", _date),
        (rf"\b(?P<m>{_M})\b\.? (?:the )?(?P<d>\d\d?)(?:st|nd|rd|th)?\b(?:,? {_YEAR})?", _date),
        (rf"\b(?P<m>{_M})\b\.?(?:,| of| in)? {_YEAR}\b", _date),
        (rf"\b(?P<w>last|this) (?P<m>{_M})\b", _date),
        (rf"\b(?:in|during|since|until|by|late|early|mid|of|every) (?P<m>{_M})\b", _date),
        (rf"(?:\b(?P<w>last|this) )?(?:{_FEAST})(?:(?: of| in|,)? {_YEAR})?", _named),
        (rf"\b(?:(?P<w>last|this) )?(?P<s>{_S})(?: of| in|,)? {_YEAR}", _season),
        (rf"\b(?P<w>last|this|in|that|the|during) (?P<y>)(?P<s>{_S})\b", _season),
        (r"\b(?P<n>\d\d?|a|an|one|two|three|four|five|six|a few|few|couple of) (?P<u>day|week|month|year)s? ago\b",
         lambda r, m: r.ago(number(m["n"]), m["u"].lower())),
        (r"(?P<n>\d\d?|[一两二三四五六七八九十半几])(?P<u>天|周|个星期|星期|个月|年)(?:以?前|之前)", lambda r, m: r.ago(number(m["n"]), m["u"])),
        (r"\blast (?P<u>week|month|year)\b", _relative),
        (r"上个?(?P<u>周|星期|礼拜|月)", _relative),
        (r"\b(?P<y>yesterday)\b|昨[天晚]", lambda r, m: r.ago(1, "day")),
        (r"(?P<w>去年|前年|大前年|今年)", lambda r, m: r.add(date(r.year_of(m["w"]) or 1, 1, 1), date(r.year_of(m["w"]) or 1, 12, 31))),
        (r"(?:(?<!\d)(?P<y>(?:19|20)\d\d)(?!\d)年?)", lambda r, m: r.add(date(int(m["y"]), 1, 1), date(int(m["y"]), 12, 31))),
    )
)  # fmt: skip
_ZH_FEAST = re.compile(rf"{_ZY}(?:{_FEAST})(?! ?(?:of |in )?(?:19|20)\d\d)")
_ZH_SEASON = re.compile(rf"{_ZY}(?P<s>[春夏秋冬])(?:天|季)")


def when(question: str, first: date, last: date, today: date) -> When:
    reader, rest = _Reader(first, last, today), question
    for pattern, read in _steps():
        kept: list[str] = []
        end = 0
        for m in pattern.finditer(rest):
            try:
                read(reader, m)
            except (ValueError, OverflowError):  # the 31st of June is no day: the words stay words
                continue
            kept.append(rest[end : m.start()])
            end = m.end()
        rest = " ".join([*kept, rest[end:]]) if kept else rest
    days = tuple(dict.fromkeys(d for d in reader.found if d[1] >= first and d[0] <= last))
    return When(days or tuple(reader.found), rest, reader.relative)


def _steps() -> Iterator[tuple[re.Pattern[str], Callable[[_Reader, re.Match[str]], None]]]:
    yield _ZH_FEAST, _named
    yield _ZH_SEASON, _season
    yield from _READ
