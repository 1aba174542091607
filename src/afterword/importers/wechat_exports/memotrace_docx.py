"""MemoTrace's (留痕) Word file of a chat. In: a path. Out: a record for each table of one row, and for each notice.

A message is a table of two cells: the picture of whoever spoke, and the words; the picture on the right is the owner's.
The time stands in a line of its own, at most once in five minutes, and holds for what follows. In a chat of two the
other side's name stands nowhere but in the file's name; where several pictures speak, each is a member of its own.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import library
from afterword.importers.wechat_exports._words import moment, spoken, told
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

STAMP = re.compile(r"\s*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s*$")
PART = re.compile(r"_\d+$")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
NAME = "word/document.xml"


class MemotraceDocx:
    name = "memotrace_docx"
    version = 1
    title = "WeChat by MemoTrace 留痕 (docx)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if not head.startswith(b"PK\x03\x04"):
            return None
        text = _document(head)
        if re.search(r"<w:t>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d</w:t>", text) and "<w:tbl>" in text:
            return Match(0.9, "times in lines of their own and a table for each message")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        body = _body(path)
        yield FileFacts(zone="local")
        speakers = _pictures(body)
        at: float | str | None = None
        for n, part in enumerate(body, 1):
            where = f"message:{n}"
            if part.tag == f"{W}tbl":
                yield _message(part, where, at, speakers, PART.sub("", path.stem))
            elif part.tag == f"{W}p" and (text := _text(part)).strip():
                m = STAMP.match(text)
                if m is not None:
                    at = moment(m[1])
                elif at is None:
                    yield Skipped(where, "no-date", text[:500])
                else:
                    yield Message(where, at, "", text.strip("\n"), Kind.SYSTEM)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        title = PART.sub("", path.stem)
        many = len(_pictures(_body(path))) > 1
        yield ChatRef("", title, False if many else None, "wechat")


def _document(head: bytes) -> str:
    """The beginning of the text part, unpacked as far as the head of the file holds it."""
    at = 0
    while (at := head.find(b"PK\x03\x04", at)) >= 0 and at + 30 <= len(head):
        name_size, extra = (
            int.from_bytes(head[at + 26 : at + 28], "little"),
            int.from_bytes(head[at + 28 : at + 30], "little"),
        )
        name, start = head[at + 30 : at + 30 + name_size], at + 30 + name_size + extra
        if name == NAME.encode():
            packed = head[start:]
            try:
                data = zlib.decompressobj(-15).decompress(packed, 1 << 18) if head[at + 8] == 8 else packed
            except zlib.error:
                return ""
            return data.decode("utf-8", "replace")
        at += 4
    return ""


def _body(path: Path) -> list[Any]:
    try:
        import docx
    except ImportError as e:
        raise BadInput(
            "import.docx.missing",
            f"{path.name} is a Word file, and the library that reads those is not installed.",
            next_step='Install it with: pip install "afterword[docs-import]". Or export the chat again as TXT or CSV.',
        ) from e
    with library(lambda e: _broken(path)):
        return list(docx.Document(str(path)).element.body.iterchildren())


def _broken(path: Path) -> BadInput:
    return BadInput(
        "import.docx",
        f"{path.name} cannot be read as a Word file: it is damaged or incomplete.",
        next_step="Export the chat again.",
    )


def _cells(table: Any) -> list[Any]:
    row = table.find(f"{W}tr")
    return row.findall(f"{W}tc") if row is not None else []


def _picture(cell: Any) -> str:
    blip = next((e for e in cell.iter() if e.tag.endswith("}blip")), None)
    return str(blip.get(EMBED) or "") if blip is not None else ""


def _side(table: Any) -> tuple[Any, Any, bool | None]:
    """(cell of the picture, cell of the words, whether the owner spoke)."""
    cells = _cells(table)
    if len(cells) != 2:
        return None, cells[0] if cells else None, None
    left, right = cells
    place = table.find(f"{W}tblPr/{W}jc")
    if place is not None and place.get(f"{W}val") in ("right", "end"):
        return right, left, True
    if _picture(left) or not _picture(right):
        return left, right, False
    return right, left, True


def _pictures(body: list[Any]) -> list[str]:
    """The pictures of all who spoke from the left, in the order in which they came."""
    found: dict[str, None] = {}
    for part in body:
        if part.tag == f"{W}tbl":
            face, _, mine = _side(part)
            if mine is False and face is not None and (picture := _picture(face)):
                found[picture] = None
    return list(found)


def _text(part: Any) -> str:
    words: list[str] = []
    for e in part.iter(f"{W}t", f"{W}br", f"{W}tab", f"{W}cr"):
        words.append((e.text or "") if e.tag == f"{W}t" else "\t" if e.tag == f"{W}tab" else "\n")
    return "".join(words)


def _message(table: Any, where: str, at: float | str | None, speakers: list[str], title: str) -> Message | Skipped:
    face, cell, mine = _side(table)
    if cell is None:
        return Skipped(where, "unreadable", _text(table)[:500])
    nested = cell.find(f"{W}tbl")
    rows = list(cell.findall(f"{W}p"))
    quoted = ""
    if len(rows) > 1 and nested is None and rows[-1].find(f".//{W}highlight") is not None:
        quoted = spoken(_text(rows.pop()).partition(":")[2])
    text = "\n".join(_text(p) for p in rows).strip("\n")
    if at is None:
        return Skipped(where, "no-date", text[:500])
    name = ""
    if mine is False:
        picture = _picture(face)
        name = title
        if len(speakers) > 1:
            name = f"{title} {speakers.index(picture) + 1}" if picture in speakers else title
            first, newline, rest = text.partition("\n")
            if newline and not quoted:  # v2 sets the name above the words, in groups
                name, text = first.strip() or name, rest
    if nested is not None:
        return Message(where, at, name, _text(nested).strip(), Kind.LINK, "", mine)
    kind, words, files = told(text, False)
    if kind == Kind.TEXT and not text and _picture(cell):
        kind, files = Kind.IMAGE, (Attachment(_picture(cell)),)
    raw = text[:2000] if kind == Kind.UNKNOWN else ""
    return Message(where, at, name, words, kind, "", mine, quoted=quoted, attachments=files, raw=raw)


importer = MemotraceDocx()
