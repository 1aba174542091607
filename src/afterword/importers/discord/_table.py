"""csv: `AuthorID,Author,Date,Content,…` with an instant or a local date, in 2018 `Author;Date;Content;…`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Options, Record
from afterword.importers.discord._dates import Order, moment
from afterword.importers.discord._words import (
    file_kind,
    files_of,
    is_webhook,
    notice,
    quotes_apart,
    reactions_of,
    readable,
)
from afterword.importers.reading import encoding_of, header_cells, table
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped


def layout(cells: list[str]) -> str:
    """The delimiter when these are the exporter's columns."""
    joined = ",".join(cells)
    if joined.startswith(("AuthorID,Author,Date,Content,", "AuthorId,Author,Date,Content,")):
        return ","
    return ";" if joined.startswith(("Author;Date;Content;Attachments", "AuthorID;Author;Date;Content")) else ""


def read(path: Path, options: Options) -> Iterator[Record]:
    encoding = encoding_of(path, options.encoding)
    with path.open("rb") as f:
        head = header_cells(f.read(4096))
    delimiter, start, column = layout(head) or ",", 0, 2 if head[0].startswith("AuthorI") else 1
    order, local = Order(), False
    for n, cells in table(path, encoding, delimiter):
        start = start or n
        if n != start and len(cells) > column:
            local = local or "T" not in cells[column]
            order.add(cells[column])
    decided, by = order.decide(path.name, options.date_order)
    yield FileFacts(encoding, decided, by, "local" if local else "instant")
    before = 0
    for n, cells in table(path, encoding, delimiter):
        where, before = f"line {before + 1}", n
        if n == start or not cells:
            continue
        yield _record(where, cells, column, decided)


def chats(path: Path, options: Options) -> Iterator[ChatRef]:
    yield ChatRef("", path.stem.partition(" [part ")[0], None, "discord")


def _record(where: str, cells: list[str], column: int, order: str) -> Message | Skipped:
    if len(cells) < column + 2:
        return Skipped(where, "unreadable", ",".join(cells)[:500])
    at = moment(cells[column], order)
    if at is None:
        return Skipped(where, "no-date", ",".join(cells)[:500])
    handle = cells[column - 2] if column > 1 else cells[column - 1]
    name = cells[column - 1] if column > 1 else ""
    text = cells[column + 1]
    found = notice(text)
    if found and found[0] == Kind.SYSTEM:
        return Message(where, at, "", text, Kind.SYSTEM)
    if found:
        return Message(where, at, handle, "", Kind.CALL, name, attachments=(Attachment("call", "", found[1]),))
    text, quoted = quotes_apart(text)
    text = readable(text, {}) if "<" in text else text
    urls = cells[column + 2].split(",") if len(cells) > column + 2 else []
    files = files_of(urls)
    kind = Kind.AUTOMATED if is_webhook(name or handle) else Kind.TEXT
    raw = ""
    if kind == Kind.TEXT and not text and not quoted:
        # a sticker, an embed or a poll leaves nothing in this form
        kind = file_kind(files[0].name) if files else Kind.UNKNOWN
        raw = "" if files else ",".join(cells)[:2000]
    marks = reactions_of(cells[column + 3]) if len(cells) > column + 3 else ()
    return Message(where, at, handle, text, kind, name, quoted=quoted, attachments=files, reactions=marks, raw=raw)
