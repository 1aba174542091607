"""iCalendar and vCalendar: what calendars keep. In: a path. Out: a Keepsake for each component, event or note.

A moment is an instant where the file says the zone (UTC, a zone that is known by name, or one that the file describes
itself), a day where the file has only a day, and the clock's text where it says nothing. An event that returns stands
once, at its first date; only what returns each year is marked, a rule is never written into its words.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import head_text, library
from afterword.importers.versit.lines import NO_YEAR, Property, codec, day, logical, parsed, place
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Skipped

_BORDER = re.compile(r"\s*(BEGIN|END)\s*:\s*([A-Za-z-]+)\s*\Z", re.I)
_FIRST = re.compile(r"\s*BEGIN\s*:\s*V(?:CALENDAR|EVENT|TODO|JOURNAL|TIMEZONE)\b", re.I)
_ANYWHERE = re.compile(r"^BEGIN:VCALENDAR\s*$", re.I | re.M)
_KINDS = {"VEVENT": "event", "VTODO": "note", "VJOURNAL": "note", "VFREEBUSY": ""}
_STAMP = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d):?(\d\d)?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?\Z", re.I)
_LENGTH = re.compile(
    r"([+-])?P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?\Z", re.I
)
_OFFSET = re.compile(r"(?:UTC|GMT)\s*([+-])(\d{1,2})(?::?(\d\d))?", re.I)
_YEARLY = re.compile(r"(?:^|;)\s*FREQ=YEARLY(?:;|\s*\Z)", re.I)
_INTERVAL = re.compile(r"INTERVAL=0*([2-9]|[1-9]\d)", re.I)
_OTHER_SCALE = re.compile(r"RSCALE=(?!GREGORIAN)", re.I)
_LUNAR = re.compile(r"农历|農曆|阴历|陰曆|旧历|舊曆|旧暦|음력|\blunar\b|âm lịch", re.I)
_YEARLY_1_0 = re.compile(r"Y[MD]0*1\b", re.I)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h\d|tr)>(?=.)", re.I | re.S)
_MARK = re.compile(
    r"</?(?:br|p|div|b|i|u|a|ul|ol|li|span|strong|em|h\d|table|tbody|tr|td|font|html-blob)(?:\s[^<>]*)?/?>", re.I
)
_BIRTHDAYS = re.compile(
    r"birthday|geburtstag|anniversaire|cumplea|compleann|aniversári|verjaardag|födelsedag|fødselsdag|urodzin|дни рождения|дні народження|doğum gün|生日|誕生日|생일",
    re.I,
)
RAW = 2000


class Ics:
    name = "ics"
    version = 1
    title = "calendar (iCalendar, .ics)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if _FIRST.match(text):
            return Match(1.0, "BEGIN:VCALENDAR")
        if filename.lower().endswith((".ics", ".ical", ".vcs", ".ifb")) and _ANYWHERE.search(text.replace("\r", "")):
            return Match(0.9, "a calendar after other lines")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = codec(path, options.encoding)
        zones = _Zones(path, encoding)
        yield FileFacts(encoding=encoding, zone="instant")
        calendar: dict[str, str] = {}
        component: list[Property] = []
        kind, raw, number, depth = "", "", 0, 0
        for line, text in logical(path, encoding):
            m = _BORDER.match(text)
            begins, what = (m[1].upper() == "BEGIN", m[2].upper()) if m else (False, "")
            if not kind:
                if begins and what in _KINDS:
                    number += 1
                    kind, component, raw, depth = what, [], "", 0
                elif begins and what == "VCALENDAR":
                    calendar = {}
                elif not m and text.upper().startswith(("X-WR-CALNAME", "NAME")) and (p := parsed(line, text)):
                    calendar[p.name] = p.text
                continue
            raw = raw if len(raw) > RAW else f"{raw}{text[:RAW]}\n"
            if begins and what in _KINDS or m and not begins and what == "VCALENDAR":
                yield Skipped(f"component {number}", "unreadable", raw[:RAW])  # it was never closed
                kind = ""
                if begins:
                    number += 1
                    kind, component, raw, depth = what, [], "", 0
            elif begins:
                depth += 1  # an alarm inside
            elif m and what == kind:
                yield _record(f"component {number}", kind, component, calendar, zones, raw)
                kind = ""
            elif m:
                depth = max(0, depth - 1)
            elif not depth and (p := parsed(line, text)):
                component.append(p)
        if kind:
            yield Skipped(f"component {number}", "truncated", raw[:RAW])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield from ()


def _record(
    where: str, kind: str, component: list[Property], calendar: dict[str, str], zones: _Zones, raw: str
) -> Keepsake | Skipped:
    known: dict[str, Property] = {}
    for p in component:
        known.setdefault(p.name, p)

    def text(name: str) -> str:
        return known[name].text.strip() if name in known else ""

    if not _KINDS[kind]:
        return Skipped(where, "free-busy", raw[:RAW])
    if not known:
        return Skipped(where, "unreadable" if raw.strip().count("\n") else "empty", raw[:RAW])
    if text("STATUS").upper() == "CANCELLED":
        return Skipped(where, "cancelled", raw[:RAW])
    at, until = zones.moment(known.get("DTSTART")), zones.moment(known.get("DTEND"))
    if "DTSTART" in known and at is None and known["DTSTART"].raw.strip():
        return Skipped(where, "unreadable", raw[:RAW])
    if kind == "VTODO":
        at = at if at is not None else zones.moment(known.get("DUE"))
    if kind != "VEVENT" and at is None:
        at = zones.moment(known.get("CREATED"))
    if until is None and at is not None and "DURATION" in known:
        until = _after(at, known["DURATION"].raw)
    elif isinstance(until, str) and len(until) == 10 and isinstance(at, str) and len(at) == 10:
        until = _last_day(at, until)
    if until == at:
        until = None
    yearly = _is_yearly(known, calendar if kind == "VEVENT" else {})
    if yearly and isinstance(at, str) and at.startswith(NO_YEAR):
        at, until = f"-{at[4:10]}", None
    by = known.get("ORGANIZER")
    author = (by.said("CN") or by.text.strip().removeprefix("mailto:").removeprefix("MAILTO:")) if by else ""
    return Keepsake(
        where,
        _KINDS[kind],
        at=at,
        until=until,
        author=author,
        title=text("SUMMARY"),
        text=_plain(text("DESCRIPTION")),
        where=place(known["GEO"].raw) if "GEO" in known else None,
        place=text("LOCATION"),
        yearly=yearly,
        attachments=tuple(_attached(p) for p in component if p.name == "ATTACH"),
    )


def _plain(text: str) -> str:
    """Google's and Outlook's descriptions hold the marks of a page, without being one."""
    if not _MARK.search(text):
        return text
    return unescape(_MARK.sub("", _BREAK.sub("\n", text))).replace("\u00a0", " ").strip()


def _is_yearly(known: dict[str, Property], calendar: dict[str, str]) -> bool:
    """Each year on this day of the Gregorian calendar; a lunar birthday comes back on another one."""
    rule = known["RRULE"].text if "RRULE" in known else ""
    summary = known["SUMMARY"].text if "SUMMARY" in known else ""
    if _OTHER_SCALE.search(rule) or any(_LUNAR.search(s) for s in (summary, *calendar.values())):
        return False
    if rule:
        return bool(_YEARLY.search(rule) and not _INTERVAL.search(rule) or _YEARLY_1_0.match(rule))
    if "RECURRENCE-ID" in known or "DTSTART" in known and "T" in known["DTSTART"].raw:
        return False
    said = [known[k].text for k in ("CATEGORIES", "X-GOOGLE-CALENDAR-CONTENT-TYPE", "X-EVENT-TYPE") if k in known]
    said += calendar.values()
    return any(_BIRTHDAYS.search(s) for s in said)


def _attached(p: Property) -> Attachment:
    name = p.said("FILENAME") or p.said("X-FILENAME") or p.said("X-APPLE-FILENAME")
    if not name and "BASE64" not in {e.upper() for e in p.params.get("ENCODING", ())}:
        name = p.text[:2000]
    return Attachment(name, p.said("FMTTYPE").lower())


def _after(at: float | str, raw: str) -> float | str | None:
    m = _LENGTH.match(raw.strip())
    if m is None or m[1] == "-":
        return None
    length = timedelta(
        weeks=int(m[2] or 0), days=int(m[3] or 0), hours=int(m[4] or 0), minutes=int(m[5] or 0), seconds=int(m[6] or 0)
    )
    try:
        if isinstance(at, float):
            return at + length.total_seconds()
        if len(at) == 10:
            return _last_day(at, (date.fromisoformat(at) + length).isoformat())
        return (datetime.fromisoformat(at) + length).isoformat()
    except (OverflowError, ValueError):
        return None


def _last_day(first: str, end: str) -> str | None:
    """The end of whole days is the day after the last one."""
    try:
        last = (date.fromisoformat(end) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return None
    return last if last > first else None


class _Zones:
    """The zones of a file: by name, or as the file itself describes them."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.described: dict[str, str] = {}
        self.made: dict[str, tzinfo | None] = {}
        block: list[str] | None = None
        name = ""
        for line, text in logical(path, encoding):
            m = _BORDER.match(text)
            if m and m[2].upper() == "VTIMEZONE":
                if m[1].upper() == "BEGIN":
                    block, name = [], ""
                elif block is not None:
                    self.described.setdefault(name, "\r\n".join(["BEGIN:VTIMEZONE", *block, "END:VTIMEZONE", ""]))
                    block = None
            elif block is not None and len(block) < 5000:
                block.append(text)
                if text.upper().startswith("TZID") and (p := parsed(line, text)):
                    name = p.text.strip()

    def moment(self, p: Property | None) -> float | str | None:
        if p is None:
            return None
        raw = p.raw.strip()
        m = _STAMP.match(raw)
        if m is None:
            return day(raw, "-") if p.said("VALUE").upper() != "DATE-TIME" and "T" not in raw.upper() else None
        try:
            local = datetime(*(int(v or 0) for v in m.groups()[:6]))  # type: ignore[arg-type]
        except ValueError:
            return None
        if p.said("VALUE").upper() == "DATE":
            return local.date().isoformat()
        zone: tzinfo | None = None
        if m[7]:
            sign, digits = m[7][0], m[7][1:].replace(":", "")
            offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) if digits else timedelta()
            zone = timezone(-offset if sign == "-" else offset) if offset < timedelta(hours=24) else None
        elif name := p.said("TZID").strip():
            zone = self.zone(name)
        if zone is None:
            return local.isoformat()
        try:
            return (local.replace(tzinfo=zone) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
        except (OverflowError, ValueError):
            return local.isoformat()

    def zone(self, name: str) -> tzinfo | None:
        if name not in self.made:
            self.made[name] = named_zone(name) or self._described(name) or _offset_zone(name)
        return self.made[name]

    def _described(self, name: str) -> tzinfo | None:
        text = self.described.get(name)
        if text is None:
            return None
        from icalendar import Timezone

        zone: Any = None
        with contextlib.suppress(BadInput), library(lambda e: BadInput("import.zone", str(e))):
            made: Any = Timezone.from_ical(text)
            zone = made.to_tz()
            datetime(2000, 1, 1, tzinfo=zone).utcoffset()
        return zone if isinstance(zone, tzinfo) else None


@lru_cache(maxsize=256)
def named_zone(name: str) -> tzinfo | None:
    """Europe/Berlin, "/vendor/2007/Europe/Berlin", "W. Europe Standard Time"."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name.upper() in ("UTC", "GMT", "Z", "ETC/UTC", "ETC/GMT"):
        return UTC
    parts = name.strip("/").split("/")
    for n in range(len(parts)):
        try:
            return ZoneInfo("/".join(parts[n:]))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    known = WINDOWS_TO_OLSON.get(name)
    return ZoneInfo(known) if known else None


def _offset_zone(name: str) -> tzinfo | None:
    m = _OFFSET.search(name)
    if m is None:
        return None
    offset = timedelta(hours=int(m[2]), minutes=int(m[3] or 0))
    return timezone(-offset if m[1] == "-" else offset) if offset < timedelta(hours=15) else None


importer = Ics()
