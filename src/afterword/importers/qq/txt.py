"""QQ's text exports: the message manager's .txt, and chats copied out of a window or a phone.

In: a path. Out: one record for each header `2019-07-16 9:17:00 name(12345)`; a file may hold every contact, one section
each. The hard choice is which line is a header, since people paste chats: the client writes an empty line before each,
so one is asked for, unless the whole file shows that an editor took the empty lines away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import HEAD, Match, Options, Record
from afterword.importers.qq._words import clock, day, is_pasted, kind_of, order_of, sender
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

TITLE = "消息记录（此消息记录为文本格式"
_HALF = "[AaPp][Mm]|[上下]午|凌晨|早上|中午|晚上|傍晚"
_TIME = r"(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d"
HEADER = re.compile(
    rf"(\d{{4}}[-/](?:0?[1-9]|1[0-2])[-/](?:0?[1-9]|[12]\d|3[01])) (?:({_HALF}) ?)?({_TIME})(?: ([AaPp][Mm])(?=\s|$))?(?:\s(.*))?$"
)
COPIED = re.compile(rf"(\S.{{0,60}}?)(?<![:：])\s+(\d{{1,4}}[-/]\d{{1,2}}[-/]\d{{1,4}})\s+({_TIME})(?: ([AP]M))?\s*$")
MOBILE_DAY = re.compile(r"\s*— —\s+(\d{4}-\d{1,2}-\d{1,2})\s+— —\s*$")
MOBILE = re.compile(rf"(\S.{{0,60}}?)  ({_TIME}) ?$")
SECTION = re.compile(r"消息(分组|对象)[:：](.*)$")
RULE = "=" * 20
_ACCOUNT = re.compile(r"(?:\(\d{4,12}\)|<[^<>\s@]+@[^<>\s]+>)\s*$")
_GROUPED = re.compile("群|讨论组|多人聊天")
_NOTICE = re.compile(r"(?:.{1,60}撤回了一条消息(?: 重新编辑)?|.{1,60}加入(?:了)?本群。?|.{1,80}点击添加好友。)\s*$")

Block = tuple[int, tuple[str, str], str, str, str, list[str]]
"""(line, (section, contact), date and time, half, who, body)."""


class QqTxt:
    name = "qq_txt"
    version = 1
    title = "QQ message manager (txt)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if text[:1] in ("{", "[", "<"):
            return None
        if TITLE in text[:300]:
            return Match(1.0, "the message manager's first line")
        if SECTION.match(text.lstrip("\r\n= ")):
            return Match(0.95, "a section of the message manager")
        rows = [line.rstrip("\r") for line in text.split("\n")]
        if any(MOBILE_DAY.match(row) for row in rows[:50]) and any(MOBILE.match(row) for row in rows):
            return Match(0.95, "days and names as QQ on a phone copies them")
        first = next((row for row in rows if row.strip()), "")
        if HEADER.match(first):
            headers = [m[5] or "" for row in rows if (m := HEADER.match(row))]
            if sum(_ACCOUNT.search(name) is not None for name in headers) * 2 > len(headers):
                return Match(0.92, "times before names with their numbers")
        copied = [
            row for before, row in zip(["", *rows], rows, strict=False) if not before.strip() and COPIED.match(row)
        ]
        if COPIED.match(first) and (len(copied) > 1 or len(rows) < 5):
            return Match(0.5, "names before whole dates, as copied from a window")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = encoding_of(path, options.encoding)
        keys: dict[tuple[str, str], str] = {}
        people: dict[str, tuple[str, str, bool]] = {}
        plain, text_kind, system = Kind.TEXT, int(Kind.TEXT), int(Kind.SYSTEM)
        order, decided = _order(path, encoding, options)
        yield FileFacts(encoding, order, decided, "local")
        section, key = None, ""
        for start, place, moment, half, who, body in _blocks(path, encoding, order):
            if moment is None:
                yield Skipped(f"line {start}", who, body[0][:500])
                continue
            if place is not section:
                section, key = place, _key(place, keys)
            while body and not body[-1]:
                body.pop()
            known = people.get(who)
            if known is None:
                known = people[who] = sender(who)
            if half or len(moment) != 19:
                date, _, time = moment.partition("T")
                moment = f"{date}T{clock(time, half)}"
            text = "\n".join(body) if len(body) > 1 else body[0] if body else ""
            kind = text_kind
            if known[2]:
                yield Message(f"line {start}", moment, "", text, system, chat=key)
                continue
            raw = ""
            if "[" in text:
                found, words = kind_of(text)
                if found is not plain:
                    raw = text[:2000] if found is Kind.UNKNOWN else ""
                    kind, text = int(found), words
            if kind == text_kind and len(body) > 1 and is_pasted(text):
                kind = int(Kind.FORWARD)
            yield Message(f"line {start}", moment, known[0], text, kind, known[1], None, key, raw=raw)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        encoding = encoding_of(path, options.encoding)
        keys: dict[tuple[str, str], str] = {}
        seen: dict[str, tuple[tuple[str, str], set[str], bool]] = {}
        for _, place, moment, _, who, _ in _blocks(path, encoding, "ymd"):
            if moment is None:
                continue
            key = _key(place, keys)
            _, names, numbered = seen.setdefault(key, (place, set(), False))
            if who not in names:
                names.add(who)
                if not sender(who)[2] and _ACCOUNT.search(who):
                    seen[key] = (place, names, True)
        for key, (place, names, numbered) in seen.items():
            people = {h: n for h, n, service in map(sender, names) if not service}
            account, name, _ = sender(place[1])
            other = next((h for h, n in people.items() if place[1] and {h, n} & {account, name, place[1]} - {""}), "")
            # Most versions write contacts of their own sections without numbers, so a number says group, unless it is
            # the contact's. Names alone say nothing.
            if _GROUPED.search(place[0]) or (numbered and not other) or (other and len(people) > 2 and numbered):
                direct: bool | None = False
            else:
                direct = True if place[1] and len(people) <= 2 else None
            title = name or place[1]
            yield ChatRef(key, title or path.stem, direct, "qq", other if direct else "", title if direct else "")


def _key(place: tuple[str, str], keys: dict[tuple[str, str], str]) -> str:
    """A contact's name; with its section's where another section has a contact of that name."""
    key = keys.get(place)
    if key is None:
        key = place[1] if place[1] not in keys.values() else "/".join(place)
        keys[place] = key
    return key


def _layout(head: str) -> str:
    rows = [line.rstrip("\r") for line in head.split("\n")]
    if any(MOBILE_DAY.match(row) for row in rows[:50]):
        return "mobile"
    if (
        TITLE not in head[:300]
        and not any(HEADER.match(row) for row in rows)
        and any(COPIED.match(row) for row in rows)
    ):
        return "copied"
    alone = close = 0
    before = "x"
    for row in rows:
        if row[:1].isdigit() and HEADER.match(row):
            if before.strip() and not before.startswith((RULE, "消息")):
                close += 1
            elif not before.startswith((RULE, "消息")):
                alone += 1
        before = row
    return "close" if close > alone else "manager"


def _head(path: Path, encoding: str) -> str:
    with path.open("rb") as f:
        return f.read(HEAD).decode(encoding, errors="replace").lstrip("\ufeff")


def _order(path: Path, encoding: str, options: Options) -> tuple[str, str]:
    if _layout(_head(path, encoding)) != "copied":
        return "ymd", "format"
    days = {m[2]: None for _, line in lines(path, encoding) if (m := COPIED.match(line))}
    return order_of(list(days), options, path.name)


def _blocks(
    path: Path, encoding: str, order: str
) -> Iterator[tuple[int, tuple[str, str], str | None, str, str, list[str]]]:
    """Every record as (line, (section, contact), moment, half of the day, who, lines of its body), streaming.

    A line that belongs to no record has no moment; its reason stands in the place of its sender.
    """
    layout = _layout(_head(path, encoding))
    if layout in ("mobile", "copied"):
        yield from _copied(path, encoding, layout, order)
        return
    close = layout == "close"
    match = HEADER.match
    place = ("", "")
    group = ""
    start, moment, half, who = 0, "", "", ""
    body: list[str] = []
    blank, preface, before = True, True, ""
    for number, line in lines(path, encoding):
        if not line:
            blank = True
            if start:
                body.append(line)
            before = line
            continue
        if (blank or close) and line[0].isdigit() and (m := match(line)):
            if start:
                yield start, place, moment, half, who, body
            date, early, time, late, name = m.groups()
            if len(date) != 10 or date[4] != "-":
                date = day(date, "ymd")
            start, moment, half, who = number, f"{date}T{time}", early or late or "", name or ""
            body, blank, preface = [], False, False
        elif line.startswith("消息") and (preface or before.startswith(RULE)) and (m := SECTION.match(line)):
            if start:
                while body and (not body[-1] or body[-1].startswith(RULE)):
                    body.pop()
                yield start, place, moment, half, who, body
                start = 0
            if m[1] == "分组":
                group = m[2].strip()
            else:
                place = (group, m[2].strip())
            preface = True
        elif line.startswith(TITLE):
            if start:
                yield start, place, moment, half, who, body
                start = 0
            group, place, preface = "", ("", ""), True
        elif start:
            body.append(line)
            blank = line.isspace()
        elif not line.startswith(RULE) and not line.isspace():
            yield number, place, None, "", "before-first-header", [line]
        before = line
    if start:
        yield start, place, moment, half, who, body


def _copied(
    path: Path, encoding: str, layout: str, order: str
) -> Iterator[tuple[int, tuple[str, str], str | None, str, str, list[str]]]:
    """Names before times: `name 2020/2/14 21:16:13`, or on a phone a line for the day and `name  21:16:13`."""
    place = ("", "")
    today, start, moment, half, who = "", 0, "", "", ""
    body: list[str] = []
    blank = True
    for number, line in lines(path, encoding):
        if layout == "mobile" and (m := MOBILE_DAY.match(line)):
            today, blank = day(m[1], "ymd"), True
            continue
        m = (MOBILE if layout == "mobile" else COPIED).match(line) if blank else None
        if m and layout == "mobile" and not today:
            if start:
                yield start, place, moment, half, who, body
                start = 0
            yield number, place, None, "", "no-date", [line]
        elif m:
            if start:
                yield start, place, moment, half, who, body
            start, who, body, blank = number, m[1], [], False
            if layout == "mobile":
                moment, half = f"{today}T{m[2]}", ""
            else:
                moment, half = f"{day(m[2], order)}T{m[3]}", m[4] or ""
            if moment.startswith("T"):
                yield start, place, None, "", "unreadable-date", [line]
                start = 0
        elif blank and _NOTICE.match(line):  # the client's own line; it stands there without a time
            if start:
                yield start, place, moment, half, who, body
                start = 0
            yield number, place, None, "", "no-date", [line]
        elif start:
            body.append(line)
            blank = not line or line.isspace()
        elif line.strip():
            yield number, place, None, "", "before-first-header", [line]
    if start:
        yield start, place, moment, half, who, body


importer = QqTxt()
