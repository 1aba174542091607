"""chatlog's plain text. In: a path. Out: a record for each `name(account) time` header and the words below it.

chatlog leaves out the year when all messages are of one year, and the day when all are of one day. A date that is not
there is never guessed, so such a file is refused, with the way to a better one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.importers.wechat_exports._blocks import blocks
from afterword.importers.wechat_exports._quotes import plain
from afterword.importers.wechat_exports._words import moment
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

HEADER = re.compile(
    r"(?:(.*)\(([^()\s]+)\)|([^()\s]+)) (?:\[(?:(.*)\(([^()\s]+)\)|([^\]\s]+))\] )?"
    r"((?:(?:\d{4}-)?\d\d-\d\d )?\d\d:\d\d:\d\d)$"
)
ME, NOBODY = "我", "系统消息"


class ChatlogTxt:
    name = "chatlog_txt"
    version = 1
    title = "WeChat by chatlog (plain text)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        first = head_text(head).lstrip("\r\n ").split("\n", 1)[0].rstrip("\r")
        m = HEADER.match(first)
        if m and (m[2] or m[3] in (ME, NOBODY) or (m[3] or "").startswith(("wxid_", "gh_")) or "@" in (m[3] or "")):
            return Match(0.85, "name(account) and a time on the first line")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        codec = encoding_of(path, options.encoding)
        yield FileFacts(encoding=codec, zone="local")
        for start, head, body in blocks(lines(path, codec), HEADER.match, True):
            if head is None:
                yield Skipped("line 1", "before-first-header", "\n".join(body)[:500])
            elif len(head[7]) < 19:
                raise BadInput(
                    "import.chatlog.no-year",
                    f"{path.name}, line {start}: chatlog has left out the year, so no message has a date.",
                    next_step="Export the chat again with format=json or format=csv.",
                )
            else:
                yield _record(start, head, body)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        seen: dict[str, None] = {}
        for _, line in lines(path, encoding_of(path, options.encoding)):
            if (m := HEADER.match(line)) and (key := m[5] or m[6] or "") not in seen:
                seen[key] = None
                yield ChatRef(key, m[4] or key or path.stem, False if key else None, "wechat")
        if not seen:
            yield ChatRef("", path.stem, None, "wechat")


def _record(start: int, head: re.Match[str], body: list[str]) -> Message | Skipped:
    where, at, text = f"line {start}", moment(head[7]), "\n".join(body)
    if at is None:
        return Skipped(where, "no-date", f"{head[0]}\n{text}"[:500])
    chat, account = head[5] or head[6] or "", head[2] or head[3]
    if account == NOBODY:
        return Message(where, at, "", text, Kind.SYSTEM, chat=chat)
    kind, words, quoted, files = plain(text)
    mine = account == ME
    raw = text[:2000] if kind == Kind.UNKNOWN else ""
    handle = "" if mine else account
    return Message(where, at, handle, words, kind, head[1] or "", mine, chat, quoted=quoted, attachments=files, raw=raw)


importer = ChatlogTxt()
