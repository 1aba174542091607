"""WeFlow's WeChat txt. In: a path. Out: a record for each `YYYY-MM-DD HH:MM:SS 'name'` header and the words below it.

In a chat of two the owner's name is 我; in a group a member may have chosen that very name, so the whole file is asked
first. The app's own lines stand under a name like any other and are told by their wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.importers.wechat_exports._blocks import blocks
from afterword.importers.wechat_exports._words import NOTICE, moment, old_quote, path_kind, told, without_quote
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

HEADER = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d{10}) '(.*)'$")
ME = "我"


class WeflowTxt:
    name = "weflow_txt"
    version = 1
    title = "WeChat by WeFlow (txt)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        first = head_text(head).lstrip("\r\n ").split("\n", 1)[0].rstrip("\r")
        return Match(0.95, "time and a name in single quotes on the first line") if HEADER.match(first) else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        codec = encoding_of(path, options.encoding)
        private = _private(path, codec)
        sample = next((m for _, line in lines(path, codec) if (m := HEADER.match(line))), None)
        yield FileFacts(encoding=codec, zone="instant" if sample and sample[1].isdigit() else "local")
        for start, head, body in blocks(lines(path, codec), HEADER.match, True):
            if head is None:
                yield Skipped("line 1", "before-first-header", "\n".join(body)[:500])
            else:
                yield _record(start, head, body, private)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        other = _private(path, encoding_of(path, options.encoding))
        direct = True if other else False if other is None else None
        yield ChatRef("", other or path.stem, direct, "wechat", other or "", other or "")


def _private(path: Path, codec: str) -> str | None:
    """The other side's name if this is a chat of two with the owner under 我; "" if nobody can tell, None for a group."""
    names: set[str] = set()
    for _, line in lines(path, codec):
        if line[-1:] == "'" and (m := HEADER.match(line)):
            names.add(m[2])
            if len(names) > 2:
                return None
    names.discard(ME) if ME in names else names.clear()
    return next(iter(names), "") if len(names) < 2 else None


def _record(start: int, head: re.Match[str], body: list[str], private: str | None) -> Message | Skipped:
    at, name, where = moment(head[1]), head[2], f"line {start}"
    text = "\n".join(body)
    if at is None:
        return Skipped(where, "no-date", f"{head[0]}\n{text}"[:500])
    if NOTICE.match(text):
        return Message(where, at, "", text, Kind.SYSTEM)
    own, quoted = without_quote(text) if text[:1] != "「" else old_quote(text)
    kind, words, files = told(own, True)
    if kind == Kind.TEXT and (seen := path_kind(own)) is not None:
        kind, words, files = seen, "", (Attachment(own.replace("\\", "/")),)
    if kind == Kind.SYSTEM:
        return Message(where, at, "", words, kind)
    mine = None if private is None or (not private and name != ME) else name == ME
    handle = "" if mine else name
    raw = own[:2000] if kind == Kind.UNKNOWN else ""
    return Message(where, at, handle, words, kind, "", mine, quoted=quoted, attachments=files, raw=raw)


importer = WeflowTxt()
