"""Times of day as phones write them.

In: the time of a header, marks and day period and all. Out: "HH:MM:SS", or None where the text names no moment; and the
time's style, which every header of one export shares.

The hard choice: a day period is a window of hours ("晚上" is 19 to 24, "de la tarde" 12 to 20), not just one half of the day,
and the hour taken is the one nearest to it: 晚上12:05 is past midnight and 中午11:30 before noon. A word that no table
knows leaves the time unread; its message is counted, never guessed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from afterword.importers.whatsapp.headers import SPACES, STRIP_MARKS, has_seconds

_TIME = re.compile(r"(\d{1,2})(?:[:.]|\Wh\W)(\d{2})(?:(?:[:.]|\Wmin\W)(\d{2})(?:\Ws)?)?")
_PLAIN_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$")
_TWELVE = re.compile(r"(1[0-2]|0?[1-9]):([0-5]\d)(?::([0-5]\d))?[ \u202f]([AaPp])[Mm]$", re.ASCII)
_HOURS = {f"{h}{p}": f"{h % 12 + 12 * (p in 'Pp'):02}" for h in range(1, 13) for p in "AaPp"}
_ENDS = {"AM": "PM", "PM": "PM", "am": "pm", "pm": "pm"}
_LATIN = re.compile(r"[ap]\.?[^\w.]?m\.?$", re.I)

# What CLDR lacks: words that phones wrote before it or in its older versions; and a Turkish morning that is also an Estonian night.
_MORE = {
    "0-12": "a πμ sa öö fm pd preslubnog dopoledne ip0 दपू সকাল পূর্বাহ্ন сабах пгтг prijepodne преподне прп 오전 ضحى सकाळी முற்பகல் ಪೂರ್ವಾಹ್ನ",
    "12-24": "p μμ öss ös md popoludnju odpoledne pl अप বিকাল অপরাহ্ন بظ popodne поподне попладне 오후 गते दुपारी பிற்பகல் ಅಪರಾಹ್ನ",
    "20-4": "atnight nachts रात्री",
    "22-4": "半夜 深夜 夜半",
    "18-24": "傍晚 夜晚",
    "11-14": "noon atnoon medelmiddag पारी",
}
_NO_PERIOD = {"", "ч", "uhr", "h"}


@cache
def calendar() -> dict[str, Any]:
    """{"periods", "months", "weekdays"}: words in lower case, letters and marks only, by what they name."""
    found: dict[str, Any] = json.loads(
        files("afterword.importers").joinpath("data/whatsapp_calendar.json").read_text("utf-8")
    )
    return found


def bare(word: str) -> str:
    """Letters and combining marks in lower case: what the tables are looked up by."""
    composed = unicodedata.normalize("NFC", word).lower()
    return "".join(c for c in composed if unicodedata.category(c)[0] in "LM")


@cache
def _windows() -> dict[str, tuple[tuple[int, int], ...]]:
    out: dict[str, tuple[tuple[int, int], ...]] = {}
    for table in (calendar()["periods"], _MORE):
        for hours, words in table.items():
            windows = tuple((int(a), int(b)) for a, b in (w.split("-") for w in hours.split()))
            out |= dict.fromkeys(words.split(), windows)
    return out


@lru_cache(maxsize=4096)
def _hour(hour: int, period: str) -> int | None:
    """The hour of 24 that a period means; None when the word is unknown or both halves of the day fit equally."""
    word = bare(period)
    if word in _NO_PERIOD or hour > 12:
        return hour
    windows = _windows().get(word)
    if windows is None:
        return None
    early, late = hour % 12, hour % 12 + 12
    if all(start >= 12 and 15 <= end <= 20 for start, end in windows):
        return late  # an afternoon at nine: older phones wrote that word for the whole second half
    a, b = (min(_away(h, w) for w in windows) for h in (early, late))
    return early if a < b else late if b < a else None


def _away(hour: int, window: tuple[int, int]) -> float:
    """Hours between the half of this hour and a window; 0 inside."""
    start, end = window
    at = hour + 0.5
    if start < end and start < at < end or start >= end and (at > start or at < end):
        return 0.0
    return min((start - at) % 24, (at - end) % 24)


def iso_time(raw: str) -> str | None:
    """ "HH:MM:SS" of a header time; None when its day period is a word not known and the hour needs it."""
    if len(raw) == 8 and _PLAIN_TIME.match(raw):
        return raw
    if m := _TWELVE.match(raw):
        return f"{_HOURS[m[1].lstrip('0') + m[4]]}:{m[2]}:{m[3] or '00'}"
    clean = raw.translate(STRIP_MARKS)
    m = _TIME.search(clean)
    if m is None:
        return None
    found = _hour(int(m[1]), clean[: m.start()] + clean[m.end() :])
    if found is None:
        return None
    hour = 0 if found == 24 else found
    minute, second = int(m[2]), int(m[3] or 0)
    return f"{hour:02}:{minute:02}:{second:02}" if hour < 24 and minute < 60 and second < 60 else None


def style_of(time: str) -> str:
    """How a time is written: "s" with seconds, then the kind of its day period. The same for a whole export."""
    seconds = "s" if has_seconds(time) else ""
    if found := _ENDS.get(time[-2:]):
        return seconds + found
    if time[-1:].isdigit() and time[:1].isdigit():
        return seconds
    clean = time.translate(STRIP_MARKS).strip(SPACES)
    if m := _LATIN.search(clean):
        return seconds + m[0].replace("a", "p").replace("A", "P")
    return seconds + ("오" if "오" in clean else "w")
