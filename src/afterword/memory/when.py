"""Times in a question. In: words, the days the records cover, today. Out: the days meant, and the question without them.

"8 May 2023", "in March", "last spring", "two weeks ago", "去年夏天", "那年国庆". The hard choice: a season or feast without a
year means every such time in the records, because nobody forgets the year of what they half remember; and "last" counts
from today unless that lies outside the records, since the talk may have ended long ago.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import msgspec

from afterword.measures.dates import (
    ABOUT,
    FEASTS,
    FIGURE,
    HOLIDAY,
    LENGTH,
    MONTH,
    MONTHS,
    SEASONS,
    SOME,
    UNIT,
    UNITS,
    YEAR,
    YEARS,
    Days,
    about,
    either,
    feast,
    is_eve,
    month_days,
    season_days,
    year_days,
)

_EARLY = 3
"""Days about a feast that are still it."""
_M, _N, _Y = MONTH, FIGURE, rf"(?P<y>{YEAR})"
_S = either(w for w in SEASONS if w.isascii())


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
        if word.strip().isdigit():
            n = int(word)
            return n if n > 99 else 2000 + n
        return self.today.year - YEARS[word] if word in YEARS else None

    def month(self, year: int | None, month: int) -> None:
        self.found += [month_days(y, month) for y in ([year] if year else self.years())]

    def day(self, year: int | None, month: int, day: int) -> None:
        for y in [year] if year else self.years():
            self.add(date(y, month, day), date(y, month, day))

    def season(self, year: int | None, season: str, last: bool = False) -> None:
        if last:
            year = self.today.year - (season_days(self.today.year, season)[1] > self.today)
        self.found += [season_days(y, season) for y in ([year] if year else self.years())]

    def feast(self, year: int | None, name: str) -> None:
        for y in [year] if year else self.years():
            if day := feast(name, y):
                after = max(_EARLY, HOLIDAY.get(name, 1) - 1)
                self.add(day - timedelta(days=_EARLY), day + timedelta(days=after))

    def ago(self, many: str, unit: str) -> None:
        """What nobody counted ("a few years ago") may be off by half of it."""
        n, size = _figure(many), LENGTH[UNITS[unit.lower()]]
        off = n if n > 1 and many.lower() in ABOUT else 1
        mid, slack = self.today - timedelta(days=n * size), timedelta(days=off * size // 2)
        self.relative = True
        self.add(mid - slack, mid + slack)


def _figure(word: str) -> int:
    """ValueError where it is none: then the words stay words."""
    found = about(word)
    if found is None:
        raise ValueError(word)
    return found


_ZY = rf"(?:(?P<y>{YEAR}|\d\d)年?|(?P<w>去年|前年|大前年|今年|那年|有一?年))?的?"
_FEAST = "|".join(f"(?P<{name.replace('-', '_')}>{words})" for name, words in FEASTS.items())


def _named(r: _Reader, m: re.Match[str]) -> None:
    g = m.groupdict()
    name = next(n for n in FEASTS if g[n.replace("-", "_")])
    year = g["y"] or g["w"] or ""
    said = r.year_of(year.lower())
    eve = is_eve(g[name.replace("-", "_")])
    r.feast(said + 1 if said and eve else said, name)


def _season(r: _Reader, m: re.Match[str]) -> None:
    g = m.groupdict()
    word = (g["y"] or g["w"] or "").lower()
    r.season(None if word == "last" else r.year_of(word), g["s"].lower(), last=word == "last")


def _date(r: _Reader, m: re.Match[str]) -> None:
    g = m.groupdict()
    year = r.year_of(g.get("y") or g.get("w") or "")
    month = MONTHS.get(g["m"].lower()) or _figure(g["m"])
    r.day(year, month, _figure(g["d"])) if g.get("d") else r.month(year, month)


def _numbers(r: _Reader, m: re.Match[str]) -> None:
    """14/11/2022; of 3/4/2022 nobody knows which stands first, so both days are meant."""
    year, a, b = r.year_of(m["y"]), int(m["a"]), int(m["b"])
    days = {(month, day) for month, day in ((b, a), (a, b)) if month <= 12}
    for month, day in sorted(days):
        r.day(year, month, day)
    if not days:
        raise ValueError(m[0])


def _relative(r: _Reader, m: re.Match[str]) -> None:
    unit = UNITS[m["u"].lower()]
    if unit == "year":
        r.relative = True
        r.found.append(year_days(r.today.year - 1))
    else:
        r.ago("1", unit)


_READ: tuple[tuple[re.Pattern[str], Callable[[_Reader, re.Match[str]], None]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (rf"\b{_Y}[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)\b", _date),
        (rf"(?<![\d.])(?P<a>\d\d?)(?P<by>[-/.])(?P<b>\d\d?)(?P=by)(?P<y>{YEAR}|\d\d)(?![\d.]\d|\d)", _numbers),
        (rf"{_ZY}(?P<m>{_N})月(?:份)?(?P<d>{_N})[日号]", _date),
        (rf"{_ZY}(?P<m>{_N})月(?:份)?", _date),
        (rf"\b(?P<d>\d\d?)(?:st|nd|rd|th)?(?: of)?,? (?P<m>{_M})\b\.?(?:,? {_Y})?", _date),
        (rf"\b(?P<m>{_M})\b\.? (?:the )?(?P<d>\d\d?)(?:st|nd|rd|th)?\b(?:,? {_Y})?", _date),
        (rf"\b(?P<m>{_M})\b\.?(?:,| of| in)? {_Y}\b", _date),
        (rf"\b(?P<w>last|this) (?P<m>{_M})\b", _date),
        (rf"\b(?:in|during|since|until|by|late|early|mid|of|every) (?P<m>{_M})\b", _date),
        (rf"(?:\b(?P<w>last|this) )?(?:{_FEAST})(?:(?: of| in|,)? {_Y})?", _named),
        (rf"\b(?:(?P<w>last|this) )?(?P<s>{_S})(?: of| in|,)? {_Y}", _season),
        (rf"\b(?P<w>last|this|in|that|the|during) (?P<y>)(?P<s>{_S})\b", _season),
        (rf"\b(?P<n>{SOME}) (?P<u>{UNIT})s? ago\b", lambda r, m: r.ago(m["n"], m["u"])),
        (rf"(?P<n>{SOME})(?P<u>天|周|个?星期|个?礼拜|个月|年)(?:以?前|之前)", lambda r, m: r.ago(m["n"], m["u"])),
        (r"\blast (?P<u>week|month|year)\b", _relative),
        (r"上个?(?P<u>周|星期|礼拜|月)", _relative),
        (r"\b(?P<y>yesterday)\b|昨[天晚]", lambda r, m: r.ago("1", "day")),
        (r"(?P<w>去年|前年|大前年|今年)", lambda r, m: r.found.append(year_days(r.year_of(m["w"]) or 1))),
        (rf"(?:(?<!\d){_Y}(?!\d)年?)", lambda r, m: r.found.append(year_days(int(m["y"])))),
    )
)  # fmt: skip
_ZH_FEAST = re.compile(rf"{_ZY}(?:{_FEAST})(?! ?(?:of |in )?{YEAR})")
_ZH_SEASON = re.compile(rf"{_ZY}(?P<s>{either(w for w in SEASONS if len(w) == 2)})")


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
