"""WeFlow's WeChat markdown. In: a path. Out: a record for each `## YYYY-MM-DD HH:MM:SS name` heading.

The head of the file says whether it is a chat of two, where 我 is the owner. Quoted words stand as a block quote before
the answer; markdown's own characters carry a backslash.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.importers.wechat_exports._blocks import blocks
from afterword.importers.wechat_exports._words import NOTICE, kind_of_label, moment, old_quote, path_kind, spoken, told
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

HEADER = re.compile(r"## (\d{4}(?:\\?-)\d\d(?:\\?-)\d\d \d\d(?:\\?:)\d\d(?:\\?:)\d\d) (.*)$")
FIELD = re.compile(r"- (会话ID|会话类型|导出工具)[:：] ?`?(.*?)`?$")
TITLE = re.compile(r"# (.*)$")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
LINK = re.compile(r"(!?)\[((?:[^\[\]\\]|\\.)*)\]\((<?)(.*?)(>?)\)$", re.S)
ME = "我"


class WeflowMd:
    name = "weflow_md"
    version = 1
    title = "WeChat by WeFlow (markdown)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if "- 导出工具: WeFlow" in text or ("- 会话ID:" in text and "- 会话类型:" in text):
            return Match(1.0, "WeFlow's head of a markdown file")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        codec = encoding_of(path, options.encoding)
        yield FileFacts(encoding=codec, zone="local")
        _, fields = _head(path, codec)
        private = fields.get("会话类型") == "私聊"
        for start, head, body in blocks(lines(path, codec), HEADER.match, True):
            if head is not None:
                yield _record(start, head, body, private)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        title, fields = _head(path, encoding_of(path, options.encoding))
        kind = fields.get("会话类型", "")
        direct = True if kind == "私聊" else False if kind == "群聊" else None
        yield ChatRef("", title or path.stem, direct, "wechat", title if direct else "", title if direct else "")


def _head(path: Path, codec: str) -> tuple[str, dict[str, str]]:
    title, fields = "", dict[str, str]()
    for number, line in lines(path, codec):
        if number > 20 or HEADER.match(line):
            break
        if not title and (m := TITLE.match(line)):
            title = _plain(m[1]).strip()
        elif m := FIELD.match(line):
            fields[m[1]] = m[2]
    return title, fields


def _record(start: int, head: re.Match[str], body: list[str], private: bool) -> Message | Skipped:
    at, name, where = moment(_plain(head[1])), _plain(head[2]).strip(), f"line {start}"
    while body and not body[0].strip():
        body = body[1:]
    if at is None:
        return Skipped(where, "no-date", head[0][:500])
    quoted, files, kind = "", tuple[Attachment, ...](), Kind.TEXT
    if body and body[0].startswith(">"):
        n = next((i for i, line in enumerate(body) if not line.startswith(">")), len(body))
        words = _plain("\n".join(line[1:].removeprefix(" ") for line in body[:n]))
        quoted, body = spoken(words.partition(": ")[2] or words), body[n + 1 :]
    if body and (m := LINK.match(body[0])):
        label, source = _plain(m[2]), m[4]
        seen = path_kind(source) or (kind_of_label(label) if m[1] else None)
        kind, files = (seen, (Attachment(source),)) if seen else (Kind.LINK, ())
        body = [label] if kind == Kind.LINK else body[2:]
    raw = "\n".join(body)
    text = _plain(raw)
    if kind == Kind.TEXT:
        if text[:1] == "「" and not quoted:
            text, quoted = old_quote(text)
        kind, text, files = told(text, True)
    elif kind in (Kind.IMAGE, Kind.VIDEO, Kind.STICKER, Kind.FILE):
        text = ""
    elif kind == Kind.VOICE:
        text = told(text, True)[1] if text.startswith("[") else text
    if kind == Kind.SYSTEM or (kind == Kind.TEXT and not quoted and NOTICE.match(text)):
        return Message(where, at, "", text, Kind.SYSTEM)
    mine = name == ME if private else None
    odd = raw[:2000] if kind == Kind.UNKNOWN else ""
    return Message(where, at, "" if mine else name, text, kind, "", mine, quoted=quoted, attachments=files, raw=odd)


def _plain(text: str) -> str:
    text = ESCAPED.sub(r"\1", text) if "\\" in text else text
    return html.unescape(text) if "&" in text else text


importer = WeflowMd()
