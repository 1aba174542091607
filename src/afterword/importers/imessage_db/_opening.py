"""Somebody else's database, opened without touching it. In: a path. Out: a connection that can only read.

Read-only and immutable, its schema not trusted, a query that does not end stopped. The newest rows may lie in a
write-ahead log beside the file; SQLite would write to merge them, so they are merged here, in memory, page by page.
"""

from __future__ import annotations

import contextlib
import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from afterword.errors import BadInput
from afterword.importers.base import Options, Record
from afterword.model import Message, Skipped

LARGEST = 1 << 30
"""A database with a log is held in memory; above this size the user merges them first."""
PATIENCE = 20_000
"""Times 100,000 steps of SQLite's machine without one row."""

ERRORS = (sqlite3.Error, UnicodeDecodeError, MemoryError)
"""What a damaged file raises; the second where SQLite quotes damaged names in its message, the third for a damaged size."""

_HEAD = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")


class Patience:
    """Counts the steps since the last row; the reader sets `ticks` back."""

    def __init__(self) -> None:
        self.ticks = 0

    def over(self) -> bool:
        self.ticks += 1
        return self.ticks > PATIENCE


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


@contextlib.contextmanager
def opened(path: Path, patience: Patience | None = None) -> Iterator[sqlite3.Connection]:
    wal = path.with_name(path.name + "-wal")
    patience, whole = patience or Patience(), False
    with contextlib.ExitStack() as stack:
        try:
            if wal.is_file() and wal.stat().st_size > _HEAD.size:
                db = stack.enter_context(contextlib.closing(sqlite3.connect(":memory:")))
                db.deserialize(_merged(path, wal))
            else:
                uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
                db = stack.enter_context(contextlib.closing(sqlite3.connect(uri, uri=True)))
            db.text_factory = _text
            for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "temp_store = MEMORY"):
                db.execute(f"PRAGMA {pragma}")
            with contextlib.suppress(*ERRORS):
                db.execute("SELECT name FROM sqlite_master").fetchall()
                whole = True
            if not whole:  # the file is shorter than it says; with this, SQLite reads the pages that are there
                db.execute("PRAGMA writable_schema = ON")
            db.set_progress_handler(patience.over, 100_000)
            yield db
        except ERRORS as e:
            raise BadInput(
                "import.sqlite",
                f"{path.name} is not a whole SQLite database ({e}).",
                next_step="Copy chat.db again, with Messages closed, together with chat.db-wal.",
            ) from e


def up_to_a_cut(records: Iterator[Message | Skipped], path: Path, options: Options, next_step: str) -> Iterator[Record]:
    """The records of a database that may be damaged in its middle. BadInput there, unless the user has agreed: half a
    conversation must not look like the whole, and there may be a better copy."""
    last = None
    try:
        for record in records:
            yield record
            last = record.locator
    except ERRORS as e:
        if not options.confirmed:
            raise BadInput(
                "import.sqlite",
                f"{path.name} is damaged or cut after {last or 'its beginning'} ({e}).",
                next_step=next_step,
            ) from e
        yield Skipped(f"after {last or 'nothing'}", "truncated", str(e)[:200])


def in_order(found: Iterator[Any]) -> Iterator[Any]:
    """Rows whose first column is their id. Where pages are missing, SQLite gives a row of nothing again and again."""
    last = -(1 << 63)
    for row in found:
        if row[0] <= last:
            raise sqlite3.DatabaseError("pages are missing: a row comes twice")
        last = row[0]
        yield row


def rows(db: sqlite3.Connection, query: str, table: str, damaged: list[str]) -> Iterator[Any]:
    """What can be read of a table that only helps; its name is noted when that is not all."""
    try:
        yield from db.execute(query)
    except ERRORS:
        if table not in damaged:
            damaged.append(table)


def tables(db: sqlite3.Connection) -> set[str]:
    """Real tables only: a view can hide any query."""
    return {str(name) for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def columns(db: sqlite3.Connection, table: str) -> set[str]:
    return {str(r[1]) for r in db.execute(f"PRAGMA table_info({table})")}


def select(db: sqlite3.Connection, table: str, wanted: tuple[str, ...]) -> str:
    """`wanted` as a list for SELECT, NULL for a column that this system did not have yet."""
    there = columns(db, table)
    return ", ".join(c if c in there or c == "ROWID" else "NULL" for c in wanted)


def _merged(path: Path, wal: Path) -> bytearray:
    """The database with every committed page of its log."""
    if path.stat().st_size + wal.stat().st_size > LARGEST:
        raise BadInput(
            "import.imessage.wal",
            f"{wal.name} holds the newest messages of {path.name}, and together they are larger than one gigabyte.",
            next_step=f"In a copy of both files run: sqlite3 {path.name} 'PRAGMA wal_checkpoint(TRUNCATE);'",
        )
    whole = bytearray(path.read_bytes())
    log = wal.read_bytes()
    magic, _, size, _, salt1, salt2, sum1, sum2 = _HEAD.unpack_from(log)
    if magic & ~1 != 0x377F0682 or size < 512 or size & (size - 1) or _sums(log[:24], magic, 0, 0) != (sum1, sum2):
        return _rollback_mode(whole)
    pages: dict[int, int] = {}
    waiting: dict[int, int] = {}
    count = 0
    for at in range(_HEAD.size, len(log) - _FRAME.size - size + 1, _FRAME.size + size):
        page, commit, one, two, check1, check2 = _FRAME.unpack_from(log, at)
        body = at + _FRAME.size
        sum1, sum2 = _sums(log[body : body + size], magic, *_sums(log[at : at + 8], magic, sum1, sum2))
        # Frames of an older round, or half written, end the log.
        if (one, two) != (salt1, salt2) or (check1, check2) != (sum1, sum2) or not page:
            break
        waiting[page] = body
        if commit:
            pages.update(waiting)
            waiting.clear()
            count = commit
    if pages:
        if count * size > LARGEST:
            raise sqlite3.DatabaseError("its log names pages that cannot be there")
        whole = whole[: count * size].ljust(count * size, b"\0")
        for page, body in pages.items():
            if page <= count:
                whole[(page - 1) * size : page * size] = log[body : body + size]
    return _rollback_mode(whole)


def _rollback_mode(whole: bytearray) -> bytearray:
    if whole[18:20] == b"\x02\x02":
        whole[18:20] = b"\x01\x01"
    return whole


def _sums(data: bytes, magic: int, s1: int, s2: int) -> tuple[int, int]:
    words = struct.unpack(f"{'>' if magic & 1 else '<'}{len(data) // 4}I", data)
    for a, b in zip(words[::2], words[1::2], strict=True):
        s1 = (s1 + a + s2) & 0xFFFFFFFF
        s2 = (s2 + b + s1) & 0xFFFFFFFF
    return s1, s2
