"""Dates as .NET writes them for a locale: "1/17/2023 7:33 PM", "17.01.2023 19:33", "2023/1/17 下午 07:33".

In: the text between the brackets. Out: wall-clock text. The order of day and month is decided from all dates of the
file: a number above 12, else the order in which the file runs one way (an export may also run backwards), else asked.
"""

from __future__ import annotations

import functools
import re
from datetime import date, datetime

from afterword.errors import BadInput, ChoiceNeeded

_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"))
_SHAPE = re.compile(
    r"(\d{1,4})\s?[./\-年]\s?(\d{1,2}|[^\W\d_]{3,9}\.?)\s?[./\-月 ]\s?(\d{1,4})(?:[.日]|\s?г\.)?[\s,]+"
    r"([^\d\s]{1,12}\s?[^\d\s]{0,4}\s?)??(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s?([^\d]{1,14})?\Z"
)
_QUICK = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4}) (\d{1,2}):(\d\d)(?:[ \u202f]([AP])M)?\Z")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_MONTHS = {
    m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_AFTERNOON = {"pm", "下午", "午後", "오후", "م", "μμ", "ch", "晚上", "อหลังเที่ยง"}
_MORNING = {"am", "上午", "午前", "오전", "ص", "πμ", "sa", "凌晨", "早上"}

Parts = tuple[str, str, str, str]


@functools.lru_cache(maxsize=4096)
def parts(raw: str) -> Parts | None:
    """(first, second, third field, "HH:MM:SS"), None when the text is no date. Cheap enough for every bracket."""
    if q := _QUICK.match(raw):
        hours = int(q[4])
        if q[6]:
            hours = hours % 12 + (12 if q[6] == "P" else 0)
        return (q[1], q[2], q[3], f"{hours:02}:{q[5]}:00") if hours < 24 and q[5] < "60" else None
    m = _SHAPE.match(raw.translate(_MARKS).strip())
    if m is None:
        return None
    word = re.sub(r"[\W_]", "", (m[4] or "") + (m[8] or "")).lower()
    hour, minute, second = int(m[5]), int(m[6]), int(m[7] or 0)
    if word in _AFTERNOON:
        hour = hour % 12 + 12 if hour <= 12 else hour
    elif word in _MORNING:
        hour = hour % 12 if hour == 12 else hour
    elif word:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    return m[1], m[2], m[3], f"{hour:02}:{minute:02}:{second:02}"


def moment(raw: str, order: str) -> str | float | None:
    """Wall-clock text, or an instant where the text has an offset; None when it names no moment."""
    if _ISO.match(raw):
        try:
            at = datetime.fromisoformat(raw)
        except ValueError:
            return None
        return at.timestamp() if at.tzinfo else at.isoformat(timespec="seconds")
    p = parts(raw)
    day = _day(p[0], p[1], p[2], order) if p else None
    return f"{day}T{p[3]}" if p and day else None


@functools.lru_cache(maxsize=8192)
def _day(a: str, b: str, c: str, order: str) -> str | None:
    if len(a) > 2:
        y, m, d = a, b, c
    elif not b.isdigit():
        d, m, y = a, str(_MONTHS.get(b[:3].lower(), 0)), c
    elif order == "ymd":
        y, m, d = a, b, c
    else:
        y, (m, d) = c, (a, b) if order == "mdy" else (b, a)
    try:
        year = int(y)
        year += 2000 if year < 100 else -543 if 2400 < year < 2700 else 0
        return date(year, int(m), int(d)).isoformat()
    except ValueError:
        return None


class Order:
    """Gathers the dates of a file in its order, then decides."""

    def __init__(self) -> None:
        self.proofs = {"dmy": 0, "mdy": 0}
        self.open = 0
        self.example = ""
        self._last: tuple[str, str] | None = None
        self._steps = [[0, 0], [0, 0]]
        self._raw = ""

    def add(self, raw: str) -> None:
        day = raw.partition(" ")[0]
        if day == self._raw:
            return
        self._raw = day
        p = None if _ISO.match(raw) else parts(raw)
        if p is None or len(p[0]) > 2 or not p[1].isdigit() or len(p[2]) == 3:
            return
        dmy, mdy = _day(*p[:3], "dmy"), _day(*p[:3], "mdy")
        if dmy is None or mdy is None:
            self.proofs["dmy"] += dmy is not None
            self.proofs["mdy"] += mdy is not None
            return
        if dmy != mdy:
            self.open += 1
            self.example = self.example or raw
        if self._last:
            for i, (old, new) in enumerate(zip(self._last, (dmy, mdy), strict=True)):
                self._steps[i][0] += new < old
                self._steps[i][1] += new > old
        self._last = (dmy, mdy)

    def decide(self, name: str, asked: str | None) -> tuple[str, str]:
        """(order, how it was decided)."""
        dmy, mdy = self.proofs["dmy"], self.proofs["mdy"]
        if asked:
            other = {"dmy": "mdy", "mdy": "dmy"}.get(asked, "")
            if other and self.proofs[other] and not self.proofs[asked]:
                raise BadInput(
                    "import.date-order",
                    f"{name}: {self.proofs[other]} dates cannot be read as {asked}.",
                    next_step=f"Leave out --date-order, or say --date-order {other}.",
                )
            return asked, "asked"
        if dmy != mdy and (not dmy or not mdy or dmy > 9 * mdy or mdy > 9 * dmy):
            return ("dmy" if dmy > mdy else "mdy"), "above-12"
        if not self.open:
            return "", "format"
        odd = [min(steps) for steps in self._steps]
        if odd[0] != odd[1]:
            return ("dmy" if odd[0] < odd[1] else "mdy"), "monotone"
        raise ChoiceNeeded(
            "import.date-order",
            f"{name}: the dates fit day-first and month-first ({self.open} such as {self.example}).",
            next_step="Say which with --date-order dmy (day first) or --date-order mdy (month first).",
            choices=["dmy", "mdy"],
        )
