"""When a mail was written. In: a header or an mbox separator. Out: epoch seconds, or None where there is no date."""

from __future__ import annotations

import calendar
import re
from datetime import datetime
from email.utils import parsedate_tz
from functools import lru_cache

from afterword.importers.mail.mime import header_text


@lru_cache(maxsize=1024)
def _zone_first(value: str) -> str:
    # "Mon Jan 05 12:00:00 +0000 2018", as Gmail's separators have it: the zone goes to the end
    return re.sub(r"([+-]\d{4})\s+(\d{4})\s*$", r"\2 \1", value)


def instant(value: str) -> float | None:
    """A mail's date as epoch seconds; None when it is none. Without a zone it is UTC, as the standard has it."""
    value = header_text(value).strip().strip('"')
    if not value:
        return None
    try:
        parts = parsedate_tz(value[:200])
        if parts is not None:
            at = calendar.timegm((*parts[:6], 0, 1, 0)) - (parts[9] or 0)
            datetime(*parts[:6])  # a day that the calendar has
            return _likely(float(at))
    except (ValueError, TypeError, OverflowError, IndexError):
        pass
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    at_ = moment.timestamp() if moment.tzinfo else calendar.timegm(moment.timetuple())
    return _likely(float(at_))


def _likely(at: float) -> float | None:
    """Epoch zero is a clock that was never set."""
    return at if not -86_400 <= at <= 86_400 and -2_208_988_800 <= at < 4_102_444_800 else None


def envelope_instant(line: str) -> float | None:
    """The date of an mbox separator "From address Mon Jan  5 12:00:00 2018"; Thunderbird's ("From -") is that of a download."""
    words = line.split(None, 2)
    return instant(_zone_first(words[2])) if len(words) == 3 and words[1] != "-" else None
