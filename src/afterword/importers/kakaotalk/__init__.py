"""KakaoTalk's exports: txt of Android, iOS and Windows, csv of the Mac. In: a path. Out: one record for each message.

Four dialects of one thing: the day and time stand in every line (Android, newer iOS), or the day on a line of its own
(older iOS, Windows), or in a column (Mac). Only Android says who the owner is, with a word for "you". A line that looks
like a day is one when a message follows it; bodies hold such lines too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from afterword.importers.base import HEAD, Match, Options, Record
from afterword.importers.kakaotalk import _days
from afterword.importers.kakaotalk._words import BOTS, OWNER, SERVICE, by_service, maybe, told
from afterword.importers.reading import encoding_of, encoding_of_head, head_text, lines, table
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

FULL = re.compile(rf"({_days.STAMP})(, |: )(.*)", re.S)
SHORT = re.compile(rf"({_days.TIME})(, )(.*)", re.S)
PC = re.compile(rf"\[(.*?)\] \[({_days.TIME})\](?: (.*))?", re.S)
TITLES = tuple(
    re.compile(p)
    for p in (
        r"(.+?) ?님과(?:의)? 카카오톡 ?대화",
        r"(.+?) ?\(\d+명\)과(?:의)? 카카오톡 ?대화",
        r"(.+?) 카카오톡 ?대화",
        r"KakaoTalk Chats? with (.+?)(?: \(\d+ people\))?",
        r"(.+?) with KakaoTalk Chats?",
        r"(.+?) (?:Kakao)?Talk Chats",
        r"Chat with (.+)",
        r"(.+?)(?:さん)?とのカカオトーク(?:の)?(?:トーク|会話)",
        r"(?:Kakao)?Talk_.*\.txt",
    )
)
PART = re.compile(r"-\d{1,3}\.txt\Z")
SAVED = re.compile(r"(?:저장한 ?날짜|Date Saved|Saved Date|保存日時|保存した日付) ?: ?\S")
COLUMNS = ["date", "user", "message"]
LOOK = 3000
_HANGUL = re.compile("[\uac00-\ud7a3]")


class _Plan(NamedTuple):
    codec: str
    dialect: str
    """ "full" | "short" | "pc" | "table"."""
    title: str
    begins: int
    language: str
    owned: bool


class KakaoTalk:
    name = "kakaotalk"
    version = 1
    title = "KakaoTalk (txt, csv)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = _text(head)
        rows = [r.rstrip("\r") for r in text.split("\n", 80)[:80]]
        filled = [r for r in rows if r.strip()]
        if not filled:
            return None
        if [c.strip().strip('"').lower() for c in filled[0].split(",")] == COLUMNS:
            dated = len(filled) < 2 or _days.stamp(filled[1].partition(",")[0].strip('"'))
            return Match(1.0, "KakaoTalk's columns") if dated else None
        if len(filled) > 1 and SAVED.match(filled[1]) and (_title(filled[0]) is not None or "카카오톡" in filled[0]):
            return Match(1.0, "KakaoTalk's heading")
        if len(filled) > 2 and SAVED.match(filled[1]):  # a room's own name stands above the day of saving
            filled = filled[2:]
        if SAVED.match(filled[0]) and len(filled) > 1:
            filled = filled[1:]
            if len(filled) > 1 and _title(filled[0]) is not None:  # the day of saving above the heading
                return Match(1.0, "KakaoTalk's heading")
        first = filled[0]
        second = filled[1] if len(filled) > 1 else ""
        if _days.stamp(first) and FULL.match(second):
            return Match(0.95, "a time alone, then the same time and a name")
        if FULL.match(first) and " : " in first and first[:4].isdecimal() and not first[4:5].isascii():
            return Match(0.9, "day, time and name, parted by a colon between spaces")
        if (found := _days.day(first)) is not None:
            if found[1] and PC.match(second):
                return Match(0.95, "a day between rules, then name and time in brackets")
            if " : " in second and (SHORT.match(second) or FULL.match(second)):
                return Match(0.85, "a day, then times and names")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        plan = _plan(path, options)
        yield FileFacts(plan.codec, "ymd", "format", "local")
        yield from _table(path, plan) if plan.dialect == "table" else _written(path, plan)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        plan = _plan(path, options)
        others: set[str] = set()
        for record in _table(path, plan) if plan.dialect == "table" else _written(path, plan):
            if isinstance(record, Message) and record.handle and record.kind != Kind.AUTOMATED:
                others.add(record.handle)
                if len(others) > 2:
                    break
        # A group's heading has the same form; with two who speak, one of whom it names, it is no group.
        direct = True if plan.title in others and len(others) <= (1 if plan.owned else 2) else None
        direct = False if len(others) > (1 if plan.owned else 2) else direct
        other = plan.title if direct else ""
        yield ChatRef("", plan.title, direct, "kakaotalk", other, other)


def _text(head: bytes) -> str:
    """The head as text; older programs for Windows wrote Korean in its own codec, which no ladder tells from Chinese."""
    if encoding_of_head(head) != "gb18030":
        return head_text(head)
    return head.decode("cp949", "replace")


def _codec(path: Path, asked: str | None) -> str:
    codec = encoding_of(path, asked)
    if codec == "gb18030" and not asked:
        with path.open("rb") as f:
            head = f.read(HEAD)
        if len(_HANGUL.findall(head.decode("cp949", "ignore"))) > len(head) // 20:
            return encoding_of(path, "cp949")
    return codec


def _title(line: str) -> str | None:
    line = line.strip("\ufeff ")
    if not line.startswith(("Talk_", "KakaoTalk_")):
        line = PART.sub("", line)
    for pattern in TITLES:
        if m := pattern.fullmatch(line):
            return "" if pattern is TITLES[-1] else m[1].strip()
    return None


def _plan(path: Path, options: Options) -> _Plan:
    codec = _codec(path, options.encoding)
    title, above, begins, language = "", "", 1, ""
    counts = {"full": 0, "short": 0, "pc": 0}
    owned = False
    for number, line in lines(path, codec):
        if number == 1 and [c.strip().strip('"').lower() for c in line.split(",")] == COLUMNS:
            return _Plan(codec, "table", "", 2, "", False)
        if number <= 4:
            head = _title(line) if number == 1 or (begins > 1 and not title and not above) else None
            if head is not None:
                title, begins = head, number + 1
                language = "ko" if "카카오톡" in line else "en"
            elif SAVED.match(line.strip("\ufeff ")):
                title = title or (above if number == 2 else "")
                begins = number + 1
                language = "ko" if line.lstrip("\ufeff ").startswith("저장") else language or "en"
            elif number == 1:
                above = line.strip("\ufeff ")
                begins = begins if above else 2
        if number <= LOOK:
            if FULL.match(line):
                counts["full"] += 1
            elif SHORT.match(line):
                counts["short"] += 1
            elif PC.match(line):
                counts["pc"] += 1
        elif owned or counts["full"] < counts["short"] + counts["pc"]:
            break
        if not owned and (", 회원님 : " in line or ", you : " in line):
            m = FULL.match(line)
            owned = m is not None and m[m.re.groups].partition(" : ")[0] in OWNER
    dialect = max(counts, key=lambda d: counts[d])
    return _Plan(codec, dialect, title, begins, language, owned and dialect == "full")


def _said(where: str, at: str, name: str, body: list[str], plan: _Plan) -> Message:
    mine: bool | None = None
    if plan.owned:
        mine = name in OWNER
        name = "" if mine else name
    text = body[0] if len(body) == 1 else "\n".join(body)
    kind: Kind = Kind.TEXT
    parts: tuple[Attachment, ...] = ()
    if len(body) == 1 and text and maybe(text):
        kind, text, parts = told(text, plan.language)
    if name in BOTS:
        kind = Kind.AUTOMATED
    return Message(where, at, name, text, kind, "", mine, attachments=parts)


def _written(path: Path, plan: _Plan) -> Iterator[Message | Skipped]:
    """Lines of a txt. `waiting` is a line that is a day if a message follows it, else part of the body above."""
    row = {"full": FULL, "short": SHORT, "pc": PC}[plan.dialect]
    pc, full = plan.dialect == "pc", plan.dialect == "full"
    stamps: dict[str, str | None] = {}
    start, at, name = 0, "", ""
    system = False
    body: list[str] = []
    day = last = ""
    waiting: tuple[str, str] | None = None
    loose: list[tuple[int, str]] = []  # lines by the service on a day on which nobody has spoken yet

    def closed(ended: bool) -> Iterator[Message | Skipped]:
        if ended and len(body) > 1 and not body[-1]:
            body.pop()
        where = f"line {start}"
        if not at:
            yield Skipped(where, "no-date", "\n".join(body)[:500])
        elif system:
            yield Message(where, at, "", "\n".join(body).strip(), Kind.SYSTEM)
        else:
            yield _said(where, at, name, body, plan)

    for number, line in lines(path, plan.codec):
        m = row.match(line) if line else None
        if m:
            if pc:
                speaker, clock, words = m[1], m[2], m[8] or ""
                found = stamps.get(clock)
                if found is None:
                    found = stamps[clock] = _days.clock(clock)
                moment = f"{day}T{found}" if day and found else ""
                quiet = speaker in SERVICE
            else:
                mark = m[1]
                rest = m[m.re.groups]
                found = stamps.get(mark)
                if found is None:
                    if len(stamps) > 50_000:
                        stamps.clear()
                    found = stamps[mark] = _days.stamp(mark) if full else _days.clock(mark)
                if waiting is not None and full and found and found[:10] != waiting[1][:10]:
                    if start:
                        body.append(waiting[0])  # a day in somebody's words
                    waiting = None
                if waiting is not None and not full:
                    if start:
                        yield from closed(True)
                    start, day, waiting = 0, waiting[1], None
                moment = (found or "") if full else f"{day}T{found}" if day and found else ""
                who, colon, words = rest.partition(" : ")
                if not colon and rest.endswith(" :"):
                    who, colon, words = rest[:-2], " : ", ""
                quiet = not colon or m[m.re.groups - 1] == ": " or who.strip() in SERVICE or len(who) > 80
                speaker, words = (
                    (who, words) if not quiet else ("", words if colon and who.strip() in SERVICE else rest)
                )
            if start:
                yield from closed(waiting is not None)
            waiting = None
            for n, service in loose:
                yield (
                    Message(f"line {n}", moment, "", service, Kind.SYSTEM)
                    if moment
                    else Skipped(f"line {n}", "no-date", service[:500])
                )
            loose = []
            start, at, name, system, body = number, moment, speaker, quiet, [words]
            last = moment or last
            continue
        if waiting is not None:
            if not line and not full:
                continue
            if start:
                body.append(waiting[0])
            else:
                day = waiting[1]
            waiting = None
        found_day = _days.day(line) if 7 < len(line) < 60 and ("20" in line or "19" in line) else None
        if pc and found_day is not None and found_day[1]:
            if start:
                yield from closed(True)
            for n, service in loose:
                yield Skipped(f"line {n}", "no-date", service[:500])
            loose, start, day, last = [], 0, found_day[0], ""
            continue
        if not pc and found_day is not None:
            waiting = (line, found_day[0])
            continue
        if full and len(line) < 60 and (alone := _days.stamp(line)):
            waiting = (line, alone)
            continue
        if pc and line and by_service(line):
            if start:
                yield from closed(False)
                start = 0
            if last:
                yield Message(f"line {number}", last, "", line, Kind.SYSTEM)
            else:
                loose.append((number, line))
            continue
        if start:
            body.append(line)
        elif number >= plan.begins and line.strip():
            yield Skipped(f"line {number}", "before-first-message", line[:500])
    if start:
        yield from closed(waiting is not None)
    for n, service in loose:
        yield Skipped(f"line {n}", "no-date", service[:500])


def _table(path: Path, plan: _Plan) -> Iterator[Message | Skipped]:
    stamps: dict[str, str | None] = {}
    for n, (_, cells) in enumerate(table(path, plan.codec)):
        if n == 0 or not any(cells):
            continue
        where = f"row {n}"
        if len(cells) < 3:
            yield Skipped(where, "unreadable", ",".join(cells)[:500])
            continue
        when, name, text = cells[0], cells[1], ",".join(cells[2:])
        at = stamps.get(when)
        if at is None:
            if len(stamps) > 50_000:
                stamps.clear()
            at = stamps[when] = _days.stamp(when)
        if at is None:
            yield Skipped(where, "no-date", ",".join(cells)[:500])
        elif name in SERVICE or by_service(text):
            yield Message(where, at, "", text, Kind.SYSTEM)
        else:
            yield _said(where, at, name, text.split("\n"), plan)


importer = KakaoTalk()
