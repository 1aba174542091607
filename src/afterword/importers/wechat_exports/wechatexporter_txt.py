"""WechatExporter's txt, from an iPhone's backup. In: a path. Out: a record for each `name (time):words` line.

Lines of the app itself have no time in this form, and none is made up for them. In a chat of two the first line of the
file names the other side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.importers.wechat_exports._words import NOTICE, moment, old_quote, told
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

HEADER = re.compile(r"(.{0,120}?) \((\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]\d{1,2}:\d\d(?::\d\d)?)\)[:：](.*)$")
SYSTEM = re.compile(r"(?:系统消息|System Message)[:：] ?(.*)$")
TITLE = re.compile(r"(.*) - (?:微信聊天记录|WeChat Chat History)$")
TRANSFER = re.compile(r"(?:微信转账|Weixin Transfer) (.*)\Z", re.S)


class WechatExporterTxt:
    name = "wechatexporter_txt"
    version = 1
    title = "WeChat by WechatExporter (txt)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        rows = [line.rstrip("\r") for line in text.lstrip("\r\n ").split("\n")[:12]]
        if any(HEADER.match(row) for row in rows):
            return Match(1.0 if TITLE.match(rows[0]) else 0.8, "name (time):words")
        return Match(0.8, "WechatExporter's first line") if TITLE.match(rows[0]) else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        codec = encoding_of(path, options.encoding)
        yield FileFacts(encoding=codec, zone="local")
        other = _private(path, codec)
        start, head = 0, None
        body: list[str] = []
        titled = False
        for number, line in lines(path, codec):
            m = HEADER.match(line) if ")" in line else None
            said = SYSTEM.match(line) if m is None and line[:1] in "系S" else None
            if m is None and said is None:
                if head is None and not titled and (not line or TITLE.match(line)):
                    titled = bool(line)
                elif head is not None:
                    body.append(line)
                elif line.strip():
                    yield Skipped(f"line {number}", "before-first-header", line[:500])
                continue
            if head is not None:
                yield _record(start, head, body, other)
            start, head, body = (number, m, [m[3]]) if m else (0, None, [])
            titled = True
            if said:
                yield Skipped(f"line {number}", "no-date", line[:500])
        if head is not None:
            yield _record(start, head, body, other)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        codec = encoding_of(path, options.encoding)
        other = _private(path, codec)
        first = next((line for _, line in lines(path, codec) if line), "")
        m = TITLE.match(first)
        yield ChatRef("", m[1] if m else path.stem, True if other else None, "wechat", other or "", other or "")


def _private(path: Path, codec: str) -> str:
    """The other side's name, if two people speak and the first line names one of them; else ""."""
    title, names = "", set[str]()
    for number, line in lines(path, codec):
        if number == 1 and (t := TITLE.match(line)):
            title = t[1]
        elif not title:
            return ""
        elif ")" in line and (m := HEADER.match(line)):
            names.add(m[1])
            if len(names) > 2:
                return ""
    return title if title in names and len(names) == 2 else ""


def _record(start: int, head: re.Match[str], body: list[str], other: str) -> Message | Skipped:
    where, at, name = f"line {start}", moment(head[2]), head[1].strip()
    while len(body) > 1 and not body[-1].strip():
        body.pop()
    text = "\n".join(body)
    if at is None:
        return Skipped(where, "no-date", f"{head[0]}"[:500])
    if NOTICE.match(text) or not name:
        return Message(where, at, "", text, Kind.SYSTEM)
    text, quoted = old_quote(text) if text[:1] == "「" else (text, "")
    kind, words, files = told(text, True)
    if kind == Kind.TEXT and (m := TRANSFER.match(text)):
        kind, words = Kind.TRANSFER, m[1]
    raw = text[:2000] if kind == Kind.UNKNOWN else ""
    mine = name != other if other else None
    return Message(where, at, name, words, kind, "", mine, quoted=quoted, attachments=files, raw=raw)


importer = WechatExporterTxt()
