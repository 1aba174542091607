"""Wall clocks and instants. In: what a file says of time. Out: epoch seconds and the writer's offset from UTC.

Half of the formats give local time without a zone (WhatsApp, MemoTrace), half give instants. Both become an instant
and the minutes east of UTC at that moment, so that "23:40" stays 23:40 wherever the vault is opened later. The zone is
the caller's or the system's, and reports say "local time, zone assumed".
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from afterword.errors import BadInput, BadSettings


def system_zone() -> str:
    """The IANA name of this computer's zone; "UTC" where it cannot be told."""
    named = os.environ.get("TZ", "").lstrip(":")
    if not named:
        link = Path("/etc/localtime")
        if link.is_symlink() and "zoneinfo/" in (target := os.readlink(link)):
            named = target.split("zoneinfo/", 1)[1]
    try:
        return ZoneInfo(named).key if named else "UTC"
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"


class Clock:
    """Converts with one zone. An hour is looked up once: chats hold a thousand times more messages than hours."""

    def __init__(self, zone: str) -> None:
        try:
            self._zone: tzinfo = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as e:
            raise BadSettings(
                "settings.timezone",
                f"{zone!r} is not a time zone.",
                next_step="Use a name such as Asia/Shanghai or Europe/London.",
            ) from e
        self._hours: dict[str, tuple[int, int]] = {}
        self._offsets: dict[int, int] = {}

    def local(self, text: str) -> tuple[int, int]:
        """ "YYYY-MM-DDTHH:MM:SS" → (epoch seconds, minutes east). "" (undated) → (0, 0)."""
        hour = self._hours.get(text[:13])
        if hour is None:
            if not text:
                return 0, 0
            try:
                moment = datetime.fromisoformat(text[:13] + ":00:00").replace(tzinfo=self._zone)
            except ValueError as e:
                raise BadInput(
                    "import.date", f"{text!r} is not a date and time.", next_step="Look at the file near it."
                ) from e
            offset = moment.utcoffset()
            assert offset is not None
            hour = int(moment.timestamp()), int(offset.total_seconds()) // 60
            self._hours[text[:13]] = hour
        return hour[0] + int(text[14:16]) * 60 + int(text[17:19] or 0), hour[1]

    def instant(self, epoch: float) -> tuple[int, int]:
        """Epoch seconds → (whole epoch seconds, minutes east)."""
        at = int(epoch)
        quarter = at // 900
        east = self._offsets.get(quarter)
        if east is None:
            try:
                offset = datetime.fromtimestamp(at, UTC).astimezone(self._zone).utcoffset()
            except (ValueError, OverflowError, OSError) as e:
                raise BadInput(
                    "import.date", f"{epoch!r} is not a moment in time.", next_step="Look at the file near it."
                ) from e
            assert offset is not None
            east = self._offsets[quarter] = int(offset.total_seconds()) // 60
        return at, east
