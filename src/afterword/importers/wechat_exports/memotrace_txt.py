"""MemoTrace (留痕, WeChatMsg) txt, v1 and v2. In: a path. Out: one record for each `YYYY-MM-DD HH:MM:SS name` header.

A record begins with a header after a blank line (or at the start) and ends with the blank line the exporter writes, so
bodies may hold blank lines of their own. A header with the time alone, or one that no body follows, is a system line.
Quoted words come as a last line `引用:name:words`; they are cut off, or the persona would learn the other person's voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.importers.wechat_exports._blocks import dense
from afterword.importers.wechat_exports._words import NOTICE, is_log, old_quote, spoken, told
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

HEADER = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: (.*))?$")
QUOTE = re.compile(r"^引用(?:[:：]未知$|[:：]([^:：\n]*)[:：] ?(.*))\Z", re.S | re.M)
MASKED = re.compile(r"\*{10,}\d{4}-\d\d-\d\d\*{10,}")


class MemotraceTxt:
    name = "memotrace_txt"
    version = 1
    title = "WeChat by MemoTrace 留痕 (txt)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip("\r\n ")
        first = text.split("\n", 1)[0].rstrip("\r")
        m = HEADER.match(first)
        if is_log(text) or _bare(text):
            return None
        if (
            m and not (m[3] or "").startswith(("'", "- ")) and not dense(text, HEADER.match)
        ):  # WeFlow quotes names, logs have dashes
            return Match(0.9, "time and name alone on the first line")
        if MASKED.match(first):
            return Match(0.9, "MemoTrace text for AI")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        codec = encoding_of(path, options.encoding)
        yield FileFacts(encoding=codec, zone="local")
        start, head = 0, None
        body: list[str] = []
        blank = True
        for number, line in lines(path, codec):
            m = HEADER.match(line) if blank and line[4:5] == "-" else None
            if m is not None:
                if head is not None:
                    yield _record(start, head, body, True)
                elif any(body):
                    yield Skipped("line 1", "before-first-header", "\n".join(body)[:500])
                start, head, body = number, m, []
            else:
                if head is None and MASKED.match(line):
                    raise BadInput(
                        "import.memotrace.masked",
                        f"{path.name} is MemoTrace's text for AI: it has no times, and names and numbers are masked.",
                        next_step="Export the chat again as TXT or CSV.",
                    )
                body.append(line)
            blank = not line
        if head is not None:
            yield _record(start, head, body, False)
        elif any(body):
            yield Skipped("line 1", "before-first-header", "\n".join(body)[:500])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield ChatRef("", path.stem, None, "wechat")


def _bare(text: str) -> bool:
    """Whether nearly every line is a time with something behind it, and no empty line between: a program's log."""
    rows = [line.rstrip("\r") for line in text.split("\n")[:200]]
    rows = rows[:-1] if rows and not rows[-1] else rows
    return len(rows) > 3 and all(rows) and sum(HEADER.match(row) is not None for row in rows) > 0.8 * len(rows)


def _record(start: int, head: re.Match[str], body: list[str], closed: bool) -> Message:
    # The exporter closes a record with one empty line; v2 joins with it, so the last record may have none.
    if body and not body[-1]:
        body = body[:-1]
    elif not body:
        closed = False
    text = "\n".join(body) if len(body) != 1 else body[0]
    day, clock, name = head.groups()
    where, at, name = f"line {start}", f"{day}T{clock}", (name or "").strip()
    if not name or not body and (closed or NOTICE.match(name)):
        return Message(where, at, "", text or name, Kind.SYSTEM)
    quoted = ""
    if "引用" in text and (m := QUOTE.search(text)):
        text, quoted = text[: m.start()].rstrip("\n"), spoken(m[2] or "")
    elif text[:1] == "「":
        text, quoted = old_quote(text)
    kind, words, files = told(text, False) if text[:1] in "[【语（我I" else (Kind.TEXT, text, ())
    if kind == Kind.TEXT:
        if ("拍了拍" in text or "条消息" in text) and NOTICE.match(text):
            return Message(where, at, "", text, Kind.SYSTEM)
        if text.startswith("            [链接]:title:"):
            kind, words = Kind.LINK, text.strip()
    elif kind == Kind.SYSTEM:
        return Message(where, at, "", words, kind)
    return Message(
        where, at, name, words, kind, quoted=quoted, attachments=files, raw=text[:2000] if kind == Kind.UNKNOWN else ""
    )


importer = MemotraceTxt()
