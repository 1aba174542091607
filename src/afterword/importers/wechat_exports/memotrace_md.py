"""MemoTrace (留痕) v2 markdown. In: a path. Out: a record for each `**HH:MM:SS name**:` or `> date time` paragraph.

The day stands in a heading above its messages. Characters that mean something in markdown carry a backslash; a line
`> …` behind the words is what was quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.importers.wechat_exports._words import NOTICE, moment, old_quote, spoken, told
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

DAY = re.compile(r"#### (\d{4}-\d\d-\d\d)\s*$")
HEADING = re.compile(r"#{2,3} \d{4}(?:-\d\d)?\s*$")
SAID = re.compile(r"\*\*(\d\d:\d\d:\d\d) (.*?)\*\*[:：](.*)$")
NOTED = re.compile(r"> (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (.*)$")
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|])")
PICTURE = re.compile(r"!\[图片\]\((.*)\)$")
STICKER = re.compile(r"\[表情包\]\[.*\]$", re.S)
CARD = re.compile(r"(?:【小程序】: (.*?)：)?\[(.*)\]\(([^()]*)\)$", re.S)


class MemotraceMd:
    name = "memotrace_md"
    version = 1
    title = "WeChat by MemoTrace 留痕 (markdown)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        rows = [line.rstrip("\r") for line in text.split("\n")[:60]]
        dated = any(DAY.match(row) for row in rows)
        if dated and any(SAID.match(row) or NOTED.match(row) for row in rows):
            return Match(0.95, "a heading for each day, bold time and name")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        codec = encoding_of(path, options.encoding)
        yield FileFacts(encoding=codec, zone="local")
        day, start = "", 0
        head: re.Match[str] | None = None
        body: list[str] = []
        for number, line in lines(path, codec):
            fits = SAID.match(line) or NOTED.match(line) if line[:1] in "*>" else None
            if fits is None and not (line[:1] == "#" and (HEADING.match(line) or DAY.match(line))):
                if head is not None:
                    body.append(line)
                elif line.strip():
                    yield Skipped(f"line {number}", "before-first-header", line[:500])
                continue
            if head is not None:
                yield _record(start, head, body, day)
            start, head, body = number, fits, []
            if fits is None and (m := DAY.match(line)):
                day = m[1]
        if head is not None:
            yield _record(start, head, body, day)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield ChatRef("", path.stem, None, "wechat")


def _record(start: int, head: re.Match[str], body: list[str], day: str) -> Message | Skipped:
    where = f"line {start}"
    while body and not body[-1].strip():
        body.pop()
    if head.re is NOTED:
        at = moment(head[1])
        text = "\n".join([head[2], *body])
        return Skipped(where, "no-date", head[0][:500]) if at is None else Message(where, at, "", text, Kind.SYSTEM)
    at = moment(f"{day} {head[1]}")
    if at is None:
        return Skipped(where, "no-date", head[0][:500])
    first, quoted = head[3].removeprefix(" "), ""
    mark = next((n for n, line in enumerate(body) if line.startswith("> ")), None)
    if mark is not None and first.endswith(" "):  # the exporter sets a space before the line it quotes in
        quoted = spoken(_plain("\n".join([body[mark][2:], *body[mark + 1 :]])))
        body = body[:mark]
        first = first[:-1] if not body else first
        if body and body[-1].endswith(" "):
            body[-1] = body[-1][:-1]
    raw = "\n".join([first, *body])
    name, kind, text, files = _plain(head[2]).strip(), Kind.TEXT, raw, tuple[Attachment, ...]()
    if m := PICTURE.match(raw):
        kind, text, files = Kind.IMAGE, "", (Attachment(m[1]),)
    elif STICKER.match(raw):
        kind, text = Kind.STICKER, ""
    elif not quoted and (m := CARD.match(raw)):
        kind, text = Kind.LINK, _plain(m[2])
    elif raw.startswith("[语音]"):
        kind, text = Kind.VOICE, raw.removeprefix("[语音]").strip()
        text = "" if text == "None" else text
    else:
        text = raw if quoted else _plain(raw)
        if text[:1] == "「" and not quoted:
            text, quoted = old_quote(text)
        kind, text, files = told(text.lstrip("\n"), False)
    if kind == Kind.SYSTEM or (kind == Kind.TEXT and not quoted and NOTICE.match(text)):
        return Message(where, at, "", text, Kind.SYSTEM)
    odd = raw[:2000] if kind == Kind.UNKNOWN else ""
    return Message(where, at, name, text, kind, quoted=quoted, attachments=files, raw=odd)


def _plain(text: str) -> str:
    return ESCAPED.sub(r"\1", text) if "\\" in text else text


importer = MemotraceMd()
