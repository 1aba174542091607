"""LINE's txt, as phones and computers send it. In: a path. Out: one record for each line that begins with a time.

Phones put tabs between time, name and words; a system line has no name. Bodies go on over lines, in quotes or not.
The file does not say who its owner is. Two passes: which lines are a day's heading, and in the form for computers
where a name ends, is only known from the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from afterword.importers.base import HEAD, Match, Options, Record
from afterword.importers.line_txt import _days
from afterword.importers.line_txt._names import SAMPLE, names_in
from afterword.importers.line_txt._words import BARE, MOVE, MOVED, SAVED, heading, told, unsent
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_MORNING = "上午 午前 오전 凌晨 早上 清晨 am a.m."
_EVENING = "下午 午後 오후 中午 晚上 傍晚 pm p.m."
_HALVES = dict.fromkeys(_MORNING.split(), "am") | dict.fromkeys(_EVENING.split(), "pm")
_HALF = "|".join(re.escape(w) for w in sorted(_HALVES, key=len, reverse=True))
CLOCK = re.compile(rf"(?:({_HALF})[\s\u202f]?)?(\d{{1,2}})[:：.](\d\d)(?:[\s\u202f]?({_HALF}))?", re.I)
SPACED = re.compile(rf"((?:(?:{_HALF})[ \u202f]?)?\d{{1,2}}:\d\d(?:[ \u202f]?(?:{_HALF}))?) (?=\S)", re.I)
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"))
_DIGITS = frozenset("0123456789")
NIGHT = 24 * 60
WIDE = re.compile(rf"^(?:{CLOCK.pattern}) {{2,}}\S.*? {{2,}}\S", re.I | re.M)
GAP = re.compile(" {2,}")
COPY = re.compile(r" ?\(\d{1,3}\)\Z")


class _Plan(NamedTuple):
    """What the first pass found out."""

    codec: str
    spaced: bool
    title: str
    direct: bool | None
    begins: int
    """The first line that is no heading of the file."""
    days: dict[int, str]
    order: str
    decided_by: str
    names: dict[str, tuple[str, ...]]
    once: frozenset[str]


class LineTxt:
    name = "line_txt"
    version = 1
    title = "LINE (txt)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        rows = [r.rstrip("\r").translate(_MARKS) for r in head_text(head).split("\n", 60)[:60]]
        rows = [r for r in rows if r.strip()]
        if not rows:
            return None
        titled = heading(rows[0]) is not None
        saved = len(rows) > 1 and SAVED.match(rows[1]) is not None
        days = [(n, c) for n, r in enumerate(rows[:12]) if (c := _days.candidate(n, r, True))]
        day = days[0][0] if days else None
        if rows[0].startswith("[LINE]") and (saved or day is not None):
            return Match(1.0, "LINE's heading")
        if day is None or day + 1 >= len(rows) or day > 2:
            return Match(0.6, "LINE's heading alone") if rows[0].startswith("[LINE]") or (titled and saved) else None
        if not (titled or saved or (day == 0 and days[0][1].weekday is not None)):
            return None  # without a heading a talk begins with its day, and the day's name stands beside it
        clock, tab, _ = rows[day + 1].partition("\t")
        if tab and CLOCK.fullmatch(clock):
            return Match(0.95, "a day, then times and tabs")
        said = [r[m.end() :].split(" ", 1)[0] for r in rows[day + 1 :] if (m := SPACED.match(r))]
        if not SPACED.match(rows[day + 1]) or (len(said) > 3 and len(set(said)) == len(said)):
            return None  # an agenda has times too, but nobody comes up twice
        return Match(0.85, "a day, then times and spaces")

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        plan = _plan(path, options)
        yield FileFacts(plan.codec, plan.order, plan.decided_by, "local")
        yield from _spaced(path, plan) if plan.spaced else _tabbed(path, plan)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        plan = _plan(path, options)
        direct = plan.direct
        if direct:
            senders: set[str] = set()
            for record in _spaced(path, plan) if plan.spaced else _tabbed(path, plan):
                if isinstance(record, Message) and record.handle:
                    senders.add(record.handle)
                    if len(senders) > 2:
                        break
            if len(senders) > 2 or (len(senders) == 2 and plan.title not in senders):
                direct = None  # the English app says "with" of groups as well
        other = plan.title if direct else ""
        yield ChatRef("", plan.title, direct, "line", other, other)


def _minutes(clock: str) -> int | None:
    """Minutes since midnight of a time as it is written; hours 24 and 25 stay above 24."""
    m = CLOCK.fullmatch(clock.translate(_MARKS).strip())
    if not m:
        return None
    hour, minute = int(m[2]), int(m[3])
    half = _HALVES.get((m[1] or m[4] or "").lower(), "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return hour * 60 + minute if hour < 30 and minute < 60 else None


def _rows(path: Path, codec: str) -> Iterator[tuple[int, str]]:
    """The file's lines; where an editor has made spaces of the tabs, the tabs again."""
    with path.open("rb") as f:
        head = f.read(HEAD).decode(codec, "replace")
    if "\t" in head or not WIDE.search(head):
        yield from lines(path, codec)
        return
    for number, line in lines(path, codec):
        yield number, GAP.sub("\t", line, count=2) if WIDE.match(line) else line


def _plan(path: Path, options: Options) -> _Plan:
    codec = encoding_of(path, options.encoding)
    found: list[_days.Candidate] = []
    waiting: _days.Candidate | None = None
    tabbed, blank, thai = 0, True, False
    title, direct, begins = "", None, 1
    rests: list[str] = []
    members: set[str] = set()
    for number, line in _rows(path, codec):
        row = False
        if "\t" in line:
            if waiting is not None or not tabbed:
                clock = line.partition("\t")[0]
                row = len(clock) < 16 and _minutes(clock) is not None
                tabbed += row
        elif not tabbed and (m := SPACED.match(line)):
            row = True
            if len(rests) < SAMPLE:
                rests.append(line[m.end() : m.end() + 80])
        elif not line or line == "\u200e":
            blank = True
            continue
        if waiting is not None:
            if row:
                found.append(waiting)
            waiting = None
        if not row and len(line) < 48 and "\t" not in line:
            plain = line.translate(_MARKS)
            if number <= 5 and not found and not tabbed:
                head = heading(plain) if number == 1 or plain.startswith("[LINE]") else None
                if head is not None:
                    (title, direct), begins, thai = head, number + 1, "ประวัติ" in plain
                elif SAVED.match(plain.strip()):
                    begins, thai = number + 1, thai or "บันทึก" in plain
            if not _DIGITS.isdisjoint(plain):
                waiting = _days.candidate(number, plain, blank)
        elif number == 1 and (head := heading(line.translate(_MARKS))) is not None:
            (title, direct), begins = head, 2
        blank = False
    if not title and path.stem.startswith("[LINE]"):  # the app for computers names the talk in the file's name alone
        stem = COPY.sub("", path.stem)
        title, direct = heading(f"{stem}履歴" if stem.endswith("のトーク") else stem) or ("", None)
    if waiting is not None:  # the file ends with a day of which nothing follows
        found.append(waiting)
    order, decided_by = _days.day_order(found, options.date_order, thai, path.name)
    spaced = not tabbed and bool(rests)
    for rest in rests if spaced else ():
        if (who := unsent(rest)) is not None:
            members.add(who)
    days = _days.accepted(found, order)
    names: dict[str, tuple[str, ...]] = {}
    once: frozenset[str] = frozenset()
    if spaced:
        said = [r for r in rests if unsent(r) is None and not MOVED.fullmatch(r)]
        names, once = names_in(said, (title if direct else "", *members))
    return _Plan(codec, spaced, title, direct, begins, days, order, decided_by, names, once)


class _Night:
    """Hour 24. Some phones count the first hour of a day so, some forms the hour after its last: the order tells."""

    def __init__(self) -> None:
        self.day, self.begun = "", False

    def at(self, day: str, minutes: int) -> str:
        if day != self.day:
            self.day, self.begun = day, False
        if minutes < NIGHT:
            self.begun = True
            return f"{day}T{minutes // 60:02}:{minutes % 60:02}:00"
        minutes -= NIGHT
        if self.begun or minutes >= 60:
            day = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        return f"{day}T{minutes // 60:02}:{minutes % 60:02}:00"


def _closed(body: list[str], ended: bool) -> str:
    """The words of a body; `ended` by a day's heading or the file, before which one empty line stands."""
    if ended and len(body) > 1 and not body[-1]:
        body.pop()
    text = "\n".join(body) if len(body) > 1 else body[0]
    # A body of several lines may stand in quotes, as in a table; a single line in quotes is what was said.
    if text[:1] == '"' and len(text) > 1 and text[-1] == '"' and (len(body) > 1 or '""' in text):
        inner = text[1:-1]
        if '"' not in inner.replace('""', ""):
            return inner.replace('""', '"')
    return text


def _tabbed(path: Path, plan: _Plan) -> Iterator[Message | Skipped]:
    days, night = plan.days, _Night()
    bare = plan.begins == 1  # no heading: the form for computers, with tabs
    clocks: dict[str, int | None] = {}
    stamps: dict[str, str] = {}
    day = ""
    start, at, name = 0, "", ""
    body: list[str] = []

    def closed(ended: bool) -> Message | Skipped:
        text = _closed(body, ended)
        where = f"line {start}"
        if not at:
            return Skipped(where, "no-date", text[:500])
        kind: Kind = Kind.TEXT
        parts: tuple[Attachment, ...] = ()
        if not name and text[:1] != "☎":
            who = unsent(text)
            if who is None:
                return Message(where, at, "", text, Kind.SYSTEM)
            return Message(where, at, who, "", Kind.RECALLED)
        if text and text[0] in "[☎":
            kind, text, parts = told(text)
        elif bare and text.lower() in BARE:
            kind, text = BARE[text.lower()], ""
        elif unsent(text) is not None:
            kind, text = Kind.RECALLED, ""
        return Message(where, at, name, text, kind, attachments=parts)

    for number, line in _rows(path, plan.codec):
        if "\t" in line:
            clock, _, rest = line.partition("\t")
            minutes = clocks.get(clock, -1)
            if minutes == -1:
                minutes = _minutes(clock) if len(clock) < 16 else None
                if len(clocks) < 20_000:
                    clocks[clock] = minutes
            if minutes is not None:
                if start:
                    yield closed(False)
                start = number
                if not day:
                    at = ""
                elif minutes < NIGHT:
                    night.begun = True
                    at = stamps.get(clock) or stamps.setdefault(clock, f"{day}T{minutes // 60:02}:{minutes % 60:02}:00")
                else:
                    at = night.at(day, minutes)
                name, tab, words = rest.partition("\t")
                if not tab:
                    name, words = "", rest
                body = [words]
                continue
        elif number in days:
            if start:
                yield closed(True)
                start = 0
            day, night.day, night.begun = days[number], days[number], False
            stamps = {}
            continue
        if start:
            body.append(line)
        elif number >= plan.begins and line.strip():
            yield Skipped(f"line {number}", "before-first-message", line[:500])
    if start:
        yield closed(True)


def _spaced(path: Path, plan: _Plan) -> Iterator[Message | Skipped]:
    days, night = plan.days, _Night()
    clocks: dict[str, int] = {}
    day, last = "", 0
    start, at, rest = 0, "", ""
    body: list[str] = []

    def closed(ended: bool) -> Message | Skipped:
        where = f"line {start}"
        if not at:
            return Skipped(where, "no-date", _closed(body, ended)[:500])
        word = rest.split(" ", 1)[0]
        name = word
        for known in plan.names.get(word, ()):
            if known == word or rest == known or rest.startswith(f"{known} "):
                name = known
                break
        body[0] = rest[len(name) + 1 :]
        if len(body) == 1 or (len(body) == 2 and ended and not body[1]):
            stranger = word in plan.once or word not in plan.names
            who = unsent(body[0]) if body[0] and not stranger else unsent(rest)
            if who is not None:
                return Message(where, at, who or ("" if stranger else name), "", Kind.RECALLED)
            if MOVE.fullmatch(f" {body[0]}") or (stranger and MOVED.fullmatch(rest)):
                return Message(where, at, "", rest, Kind.SYSTEM)
        text = _closed(body, ended)
        kind: Kind = Kind.TEXT
        parts: tuple[Attachment, ...] = ()
        if text and text[0] in "[☎":
            kind, text, parts = told(text)
        elif text.lower() in BARE:
            kind, text = BARE[text.lower()], ""
        return Message(where, at, name, text, kind, attachments=parts)

    for number, line in lines(path, plan.codec):
        if number in days:
            if start:
                yield closed(True)
                start = 0
            day, last = days[number], 0
            continue
        clock, _, tail = line.partition(" ")
        minutes = clocks.get(clock)
        if minutes is None or tail[:3] in ("AM ", "PM ", "am ", "pm "):
            m = SPACED.match(line)
            minutes = _minutes(m[1]) if m else None
            if m and minutes is not None:
                tail = line[m.end() :]
                if m[1] == clock:
                    clocks[clock] = minutes
        if minutes is not None and tail and tail[0] != " ":
            if start and minutes < last < NIGHT and tail.split(" ", 1)[0] in plan.once:
                body.append(line)  # a time in somebody's words: it goes back, and nobody of that name speaks again
                continue
            last = minutes
            if start:
                yield closed(False)
            start, at, rest = number, night.at(day, minutes) if day else "", tail
            body = [rest]
        elif start:
            body.append(line)
        elif number >= plan.begins and line.strip():
            yield Skipped(f"line {number}", "before-first-message", line[:500])
    if start:
        yield closed(True)


importer = LineTxt()
