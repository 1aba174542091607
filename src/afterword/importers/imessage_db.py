"""The Mac's `chat.db`. In: a path. Out: one record for each row of `message`, in the order of their dates.

Recent systems leave `text` empty and keep the words in `attributedBody`, a typedstream. The database is somebody
else's file: it is opened read-only and immutable, its schema is not trusted, only real tables are read, and a query
that does not end is stopped. A write-ahead log beside it holds the newest rows, so both are read from a private copy.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from afterword.errors import BadInput
from afterword.importers.base import Match, Options
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

EPOCH = 978_307_200
PATIENCE = 5.0
GROUP = 43


class ImessageDb:
    name = "imessage_db"
    version = 1
    title = "iMessage (chat.db)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if head.startswith(b"SQLite format 3\x00") and b"chat_message_join" in head:
            return Match(1.0, "SQLite with chat_message_join")
        if head.startswith(b"SQLite format 3\x00") and filename.casefold() in ("chat.db", "sms.db"):
            return Match(0.8, "SQLite called chat.db")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        with _opened(path) as db:
            columns = _columns(db, path, "message")
            _columns(db, path, "handle")
            # Databases cut down by other tools have no chats; then each handle is a chat of its own.
            joined = (
                "chat_message_join" if _has(db, "chat_message_join") else "(SELECT NULL AS chat_id, NULL AS message_id)"
            )
            handles = dict(db.execute("SELECT ROWID, id FROM handle"))
            has_files = _has(db, "message_attachment_join")
            wanted = [c if c in columns else "NULL" for c in FIELDS]
            query = f"""SELECT m.ROWID, j.chat_id, {", ".join(w if w == "NULL" else "m." + w for w in wanted)} FROM message m
                        LEFT JOIN (SELECT message_id, min(chat_id) AS chat_id FROM {joined} GROUP BY message_id) j ON j.message_id = m.ROWID
                        ORDER BY m.date, m.ROWID"""
            for row in db.execute(query):
                yield _record(db, row, handles, has_files)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        with _opened(path) as db:
            # Messages in no chat exist in whole databases too, and databases cut down by other tools have no chats.
            handles = dict(db.execute("SELECT ROWID, id FROM handle"))
            joined = "WHERE ROWID NOT IN (SELECT message_id FROM chat_message_join)"
            alone = joined if _has(db, "chat_message_join") else ""
            for account in sorted(
                {_other(handles, h) for (h,) in db.execute(f"SELECT handle_id FROM message {alone}")}
            ):
                yield ChatRef(f"none:{account}", account, True, "imessage", account, "")
            if not _has(db, "chat"):
                return
            columns = _columns(db, path, "chat")
            style = "style" if "style" in columns else str(45)
            title = "display_name" if "display_name" in columns else "''"
            for id, kind, account, name in db.execute(f"SELECT ROWID, {style}, chat_identifier, {title} FROM chat"):
                direct = kind != GROUP
                yield ChatRef(str(id), name or account or "", direct, "imessage", (account or "") if direct else "", "")


FIELDS = (
    "guid", "text", "attributedBody", "handle_id", "date", "is_from_me", "item_type", "associated_message_type", "thread_originator_guid", "group_title",
    "date_edited", "date_retracted", "balloon_bundle_id", "cache_has_attachments",
)  # fmt: skip


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.ExitStack() as stack:
        wal = path.with_name(path.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="afterword-")))
            shutil.copyfile(path, folder / "chat.db")
            shutil.copyfile(wal, folder / "chat.db-wal")
            with contextlib.closing(sqlite3.connect(folder / "chat.db")) as merge:
                merge.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            path = folder / "chat.db"
        try:
            db = stack.enter_context(
                contextlib.closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True))
            )
            for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
                db.execute(f"PRAGMA {pragma}")
            start = time.monotonic()
            db.set_progress_handler(lambda: time.monotonic() - start > PATIENCE * 60, 100_000)
            yield db
        except sqlite3.DatabaseError as e:
            raise BadInput(
                "import.sqlite",
                f"{path.name} is not a whole SQLite database ({e}).",
                next_step="Copy chat.db again, with Messages closed, together with chat.db-wal.",
            ) from e


def _has(db: sqlite3.Connection, table: str) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone() is not None


def _columns(db: sqlite3.Connection, path: Path, table: str) -> set[str]:
    if not _has(db, table):
        raise BadInput(
            "import.imessage.table",
            f"{path.name} has no table {table!r}.",
            next_step="This is not the chat.db of Messages.",
        )
    return {r[1] for r in db.execute(f"PRAGMA table_info({table})")}


def attributed_text(blob: bytes) -> str | None:
    """The words of a typedstream: after NSString and the mark 0x01 0x2B, a length and UTF-8. None when there are none."""
    at = blob.find(b"NSString")
    at = blob.find(b"\x01+", at) if at != -1 else -1
    if at == -1 or at + 2 >= len(blob):
        return None
    size, start = blob[at + 2], at + 3
    if size == 0x81:
        size, start = int.from_bytes(blob[start : start + 2], "little"), start + 2
    elif size == 0x82:
        size, start = int.from_bytes(blob[start : start + 4], "little"), start + 4
    words = blob[start : start + size]
    if len(words) < size and (end := words.find(b"\x86\x84")) != -1:
        words = words[:end]
    return words.decode("utf-8", errors="replace")


def _other(handles: dict[int, str], id: int | None) -> str:
    # A database cut down by another tool may have lost the handle's row, but not who is who.
    return handles.get(id or 0) or (f"handle {id}" if id else "")


def _record(db: sqlite3.Connection, row: Any, handles: dict[int, str], has_files: bool) -> Message | Skipped:
    rowid, chat, guid, text, blob, handle_id, date, from_me, item, tapback, thread, _, edited, retracted, balloon, _ = (
        row
    )
    where = f"message:{rowid}"
    if not date:  # 0 is a column that was never filled, not New Year's night of 2001
        return Skipped(where, "no-date", guid or "")
    at = EPOCH + (date / 1e9 if abs(date) > 1e11 else float(date))
    mine = bool(from_me)
    other = _other(handles, handle_id)
    handle = "" if mine else other
    key = str(chat) if chat is not None else f"none:{other}"
    words = text if text is not None else (attributed_text(blob) if blob else None)
    files: tuple[Attachment, ...] = ()
    if words is None or "\ufffc" in words:
        if has_files:
            found = db.execute(
                "SELECT a.transfer_name, a.mime_type FROM attachment a JOIN message_attachment_join j ON j.attachment_id = a.ROWID WHERE j.message_id = ?",
                (rowid,),
            ).fetchall()
            files = tuple(Attachment(n or "", m or "") for n, m in found)
        words = (words or "").replace("\ufffc", "").strip() if words else ""
    if tapback and 2000 <= tapback < 4000:
        return Message(where, at, handle, "", Kind.REACTION, "", mine, key, guid or "")
    if item:
        return Message(where, at, "", words, Kind.SYSTEM, "", None, key, guid or "")
    if retracted:
        return Message(where, at, handle, "", Kind.RECALLED, "", mine, key, guid or "")
    kinds = {"image": Kind.IMAGE, "video": Kind.VIDEO, "audio": Kind.VOICE}
    kind = Kind.TEXT if words or not files else kinds.get(files[0].mime.split("/")[0], Kind.FILE)
    if not words and not files:
        kind = Kind.LINK if balloon else Kind.UNKNOWN
    return Message(where, at, handle, words, kind, "", mine, key, guid or "", thread or "", "", bool(edited), files)


importer = ImessageDb()
