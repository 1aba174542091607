"""Bumble's `ChatComDatabase` from an Android phone. In: a path. Out: one record for each row of `message`, by date.

Bumble's answer to a data request has no fixed machine-readable form, so only the database is read. It names the
matches and not the owner. It is somebody else's file: opened read-only, its schema not trusted. Columns are those that
public readers of this database use; no public sample was found.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import object_in, text_of
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_COLUMNS = ("id", "conversation_id", "created_timestamp", "is_incoming", "payload_type", "payload", "reply_to_id")
_KINDS = {
    "IMAGE": Kind.IMAGE,
    "GIF": Kind.IMAGE,
    "VIDEO": Kind.VIDEO,
    "INSTANT_VIDEO": Kind.VIDEO,
    "AUDIO": Kind.VOICE,
    "LOCATION": Kind.LOCATION,
}


class Bumble:
    name = "bumble"
    version = 1
    title = "Bumble (ChatComDatabase)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if head.startswith(b"SQLite format 3\x00") and b"conversation_info" in head and b"payload_type" in head:
            return Match(1.0, "SQLite with conversation_info and payload_type")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(zone="instant")
        with _opened(path) as db:
            names = _names(db)
            found = {str(row[1]) for row in db.execute("PRAGMA table_info(message)")}
            if not {"conversation_id", "created_timestamp", "payload"} <= found:
                raise BadInput(
                    "import.bumble.columns",
                    f"{path.name} has no messages in the form that Afterword knows.",
                    next_step="Please report this with the version of Bumble, never with the file.",
                )
            wanted = ", ".join(c if c in found else "NULL" for c in _COLUMNS)
            seen: set[int] = set()
            for row in db.execute(f"SELECT rowid, {wanted} FROM message ORDER BY created_timestamp, rowid"):
                if row[0] in seen:  # pages of a damaged database, read twice
                    continue
                seen.add(row[0])
                yield _record(row, names)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        with _opened(path) as db:
            names = _names(db)
            for (id,) in db.execute("SELECT DISTINCT conversation_id FROM message"):
                key = str(id or "")
                yield ChatRef(key, names.get(key, ""), True, "bumble", key, names.get(key, ""))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as db:
            db.text_factory = lambda b: b.decode("utf-8", "replace")
            for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
                db.execute(f"PRAGMA {pragma}")
            yield db
    except (
        sqlite3.Error,
        UnicodeDecodeError,
        MemoryError,
    ) as e:  # of a damaged file, sqlite cannot even say what is wrong
        raise BadInput(
            "import.sqlite",
            f"{path.name} is not a whole SQLite database ({e}).",
            next_step="Copy the database again, with Bumble closed.",
        ) from e


def _names(db: sqlite3.Connection) -> dict[str, str]:
    return {str(i): str(n) for i, n in db.execute("SELECT user_id, user_name FROM conversation_info") if n}


def _record(row: tuple[Any, ...], names: dict[str, str]) -> Message | Skipped:
    rowid, id, chat, stamp, incoming, kind, payload, reply = row
    where, chat, raw = f"message:{rowid}", str(chat or ""), str(payload or "")
    if type(stamp) not in (int, float) or not 0 < stamp < 1e14:
        return Skipped(where, "no-date", raw[:500])
    value = object_in(raw)
    text = text_of(value.get("text"))
    what = Kind.TEXT
    files: tuple[Attachment, ...] = ()
    if not text:
        what = _KINDS.get(str(kind), Kind.UNKNOWN)
        link = value.get("url")
        files = (Attachment(link.partition("?")[0]),) if isinstance(link, str) else ()
    mine = not incoming
    handle, name = ("", "") if mine else (chat, names.get(chat, ""))
    raw = raw[:2000] if what == Kind.UNKNOWN else ""
    return Message(
        where, stamp / 1000, handle, text, what, name, mine, chat, str(id or ""), str(reply or ""),
        attachments=files, raw=raw,
    )  # fmt: skip


importer = Bumble()
