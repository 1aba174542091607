"""Dates and times as KakaoTalk writes them, in Korean, English and the other languages of its app."""

from __future__ import annotations

import re
from datetime import date

_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTHS = {m: n for n, m in enumerate(_MONTH_NAMES, 1)}
_HALVES = {
    "오전": 0,
    "午前": 0,
    "上午": 0,
    "am": 0,
    "a.m.": 0,
    "오후": 12,
    "午後": 12,
    "下午": 12,
    "pm": 12,
    "p.m.": 12,
}
_HALF = r"오전|오후|午前|午後|上午|下午|[AaPp]\.?[Mm]\.?"
_WEEKDAYS = {w: n for n, w in enumerate("월화수목금토일")} | {w: n for n, w in enumerate("月火水木金土日")}
_WEEKDAYS |= {w: n for n, w in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}

DATE = (
    r"(?:(\d{4})(?:년|年|[./-]) ?(\d{1,2})(?:월|月|[./-]) ?(\d{1,2})(?:일|日|\.)?"
    r"|([A-Z][a-z]{2,8})\.? (\d{1,2}),? (\d{4})|(\d{1,2}) ([A-Z][a-z]{2,8})\.? (\d{4}))"
)
TIME = rf"(?:({_HALF})[ \u00a0\u202f]?)?(\d{{1,2}}):(\d\d)(?::(\d\d))?(?:[ \u00a0\u202f]?({_HALF}))?"
STAMP = rf"(?:{DATE}(?:,| at)?[ \u00a0\u202f]+{TIME}|{TIME}, {DATE})"  # English phones of 2015 put the time first
_STAMP = re.compile(STAMP)
_TIME = re.compile(TIME)
_DAY = re.compile(
    rf"(?:(-{{3,}}) )?(?:([A-Z][a-z]{{2}})[a-z]*,? )?{DATE}(?:,? (?:([월화수목금토일月火水木金土日])(?:요일|曜日)|([A-Z][a-z]{{2}})[a-z]*day))?(?: -{{3,}})?"
)


def _iso(groups: tuple[str | None, ...]) -> str | None:
    y, m, d, name, d2, y2, d3, name3, y3 = groups
    try:
        if y:
            return date(int(y), int(m or 0), int(d or 0)).isoformat()
        month = _MONTHS.get((name or name3 or "")[:3].lower(), 0)
        return date(int(y2 or y3 or 0), month, int(d2 or d3 or 0)).isoformat()
    except ValueError:
        return None


def _clock(groups: tuple[str | None, ...]) -> str | None:
    before, hour, minute, second, after = groups
    h, half = int(hour or 0), _HALVES.get((before or after or "").lower().replace("am.", "a.m.").replace("pm.", "p.m."))
    if half is not None:
        h = h % 12 + half
    if h == 24:
        h = 0
    return f"{h:02}:{minute}:{second or '00'}" if h < 24 and int(minute or 0) < 60 and int(second or 0) < 60 else None


def stamp(text: str) -> str | None:
    """ "YYYY-MM-DDTHH:MM:SS" of a day and time."""
    m = _STAMP.fullmatch(text.strip())
    if not m:
        return None
    parts = m.groups() if m[11] else (*m.groups()[19:28], *m.groups()[14:19])
    day, clock = _iso(parts[:9]), _clock(parts[9:14])
    return f"{day}T{clock}" if day and clock else None


def clock(text: str) -> str | None:
    m = _TIME.fullmatch(text)
    return _clock(m.groups()) if m else None


def day(line: str) -> tuple[str, bool] | None:
    """("YYYY-MM-DD", whether rules stand beside it) of a line that is a day and nothing else.

    Without rules it may be somebody's words, so its weekday has to be the day's.
    """
    m = _DAY.fullmatch(line.strip())
    if not m:
        return None
    found = _iso(m.groups()[2:11])
    named = m[12] or m[13] or m[2]
    weekday = _WEEKDAYS.get(named.lower() if named and named.isascii() else named or "")
    ruled = bool(m[1])
    if not found or (weekday is not None and not ruled and date.fromisoformat(found).weekday() != weekday):
        return None
    return found, ruled
