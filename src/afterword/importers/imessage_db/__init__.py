"""The Mac's `chat.db` and the telephone's `sms.db`. In: a path. Out: one record for each row of `message`, by ROWID.

Recent systems leave `text` empty and keep the words in `attributedBody`, a typedstream. Edits and what was taken back
lie in a plist, tapbacks are rows of their own, and the columns differ from system to system: a column that is missing
is read as empty. Rows come as they are stored, not by date: a sort would need the whole file before the first message.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.imessage_db._body import Summary, attributed_text, transcript
from afterword.importers.imessage_db._opening import Patience, in_order, opened, rows, select, tables, up_to_a_cut
from afterword.importers.imessage_db._people import BOOKS, JOINS, People, by_a_service
from afterword.importers.media import kind_of_mime
from afterword.importers.telephones import SENT_AS_TEXT
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

__all__ = ["ImessageDb", "attributed_text", "importer"]

EPOCH = 978_307_200
LAST = 253_402_300_800
BACKUP = "3d0d7e5fb2ce288813306e4d4636395e047a3d28"
"""The name of sms.db inside an unencrypted iOS backup."""
FIELDS = (
    "ROWID", "guid", "text", "attributedBody", "handle_id", "date", "is_from_me", "item_type", "associated_message_type",
    "thread_originator_guid", "balloon_bundle_id", "date_edited", "date_retracted", "message_summary_info", "subject",
    "is_audio_message", "schedule_type", "is_sent",
    "associated_message_guid", "associated_message_emoji", "group_title", "group_action_type", "other_handle",
)  # fmt: skip
TAPBACKS = ("loved", "liked", "disliked", "laughed", "emphasized", "questioned", "", "sticker")
HISTORY = (b"Rec", b"Rrp", b"<key>")
"""How the names of an edit and of a part taken back stand in a binary plist; a plist of text is read whole."""
URL = "com.apple.messages.URLBalloonProvider"
APPS = (
    ("PeerPayment", Kind.TRANSFER), ("findmy", Kind.LOCATION), ("FindMy", Kind.LOCATION), ("SafetyMonitor", Kind.LOCATION),
    ("Handwriting", Kind.IMAGE), ("DigitalTouch", Kind.IMAGE), ("PhotosMessagesApp", Kind.IMAGE), ("messages.Polls", Kind.POLL),
    ("Stickers", Kind.STICKER), ("Animoji", Kind.STICKER),
)  # fmt: skip
MIMES = {
    "heic": "image/heic", "heif": "image/heif", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
    "mov": "video/quicktime", "mp4": "video/mp4", "m4v": "video/x-m4v", "3gp": "video/3gpp", "caf": "audio/x-caf", "amr": "audio/amr",
    "m4a": "audio/x-m4a", "mp3": "audio/mpeg", "aac": "audio/aac", "vcf": "text/vcard", "pdf": "application/pdf",
}  # fmt: skip


class ImessageDb:
    name = "imessage_db"
    version = 1
    title = "iMessage (chat.db)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if not head.startswith(b"SQLite format 3\x00"):
            return None
        if b"chat_message_join" in head or b"message_attachment_join" in head:
            return Match(1.0, "SQLite with chat_message_join")
        if filename.casefold() in ("chat.db", "sms.db", BACKUP):
            return Match(0.8, "SQLite called chat.db")
        if filename in BOOKS or b"ZABCDPHONENUMBER" in head:
            return Match(0.9, "the address book of a Mac or an iPhone", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        patience = Patience()
        with opened(path, patience) as db:
            people = _people(db, path)
            yield FileFacts(zone="instant")
            yield from up_to_a_cut(
                _records(db, people, patience),
                path,
                options,
                "Copy chat.db again, with Messages closed, together with chat.db-wal. If there is no better copy, take what "
                "can be read with --confirmed.",
            )

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        with opened(path) as db:
            people = _people(db, path)
            # Messages in no chat exist in whole databases too, and databases cut down by other tools have no chats.
            there = tables(db)
            joined = [
                f"ROWID NOT IN (SELECT message_id FROM {t} WHERE typeof(message_id) = 'integer' AND chat_id IS NOT NULL)"
                for t in JOINS
                if t in there
            ]
            alone = f"WHERE {' AND '.join(joined)}" if joined else ""
            handle, damaged = select(db, "message", ("handle_id",)), people.damaged
            query = f"SELECT DISTINCT {handle} FROM message {alone}"
            accounts = {people.other(h) for (h,) in rows(db, query, "message", damaged)}
            if damaged:
                query = f"SELECT {handle}, ROWID FROM message ORDER BY ROWID"
                accounts |= {people.other(h) for h, _ in rows(db, query, "message", damaged)}
            for account in sorted(accounts):
                people.key(None, account)
            yield from people.refs.values()


class _Beside:
    """Rows of another table, in the order of the messages they belong to, taken along as the messages are read."""

    def __init__(self, found: Iterator[Any]) -> None:
        self._rows = found
        self._head = next(found, None)

    def of(self, id: int) -> list[Any]:
        found: list[Any] = []
        while self._head is not None and self._head[0] <= id:
            if self._head[0] == id:
                found.append(self._head)
            self._head = next(self._rows, None)
        return found


def _people(db: sqlite3.Connection, path: Path) -> People:
    there = tables(db)
    for table in ("message", "handle"):
        if table not in there:
            raise BadInput(
                "import.imessage.table",
                f"{path.name} has no table {table!r}.",
                next_step="This is not the chat.db of Messages.",
            )
    return People(db, path)


def _records(db: sqlite3.Connection, people: People, patience: Patience) -> Iterator[Message | Skipped]:
    there = tables(db)
    damaged = people.damaged
    joins: Iterator[Any] = iter(())
    if "chat_message_join" in there:
        query = "SELECT message_id, min(chat_id) FROM chat_message_join WHERE typeof(message_id) = 'integer' GROUP BY 1 ORDER BY 1"
        joins = rows(db, query, "chat_message_join", damaged)
    join = next(joins, None)
    files = _Beside(_files(db, there, damaged))
    deleted: dict[int, int] = {}
    if table := next(iter(there & {"chat_recoverable_message_join"}), ""):
        deleted = dict(
            rows(
                db,
                f"SELECT message_id, min(chat_id) FROM {table} WHERE typeof(message_id) = 'integer' GROUP BY 1",
                table,
                damaged,
            )
        )
    fresh: tuple[Any, Any] = ((), ())
    key, other, service, name = "", "", False, ""
    for row in in_order(db.execute(f"SELECT {select(db, 'message', FIELDS)} FROM message ORDER BY ROWID")):
        patience.ticks = 0
        (rowid, guid, text, blob, handle_id, date, from_me, item, tapback, thread, balloon, edited, retracted, summary,
         subject, audio, scheduled, sent, *rest) = row  # fmt: skip
        while join is not None and join[0] < rowid:
            join = next(joins, None)
        chat = join[1] if join is not None and join[0] == rowid else deleted.get(rowid)
        if (chat, handle_id) != fresh:
            fresh = (chat, handle_id)
            other = people.other(handle_id)
            key, name = people.key(chat, other), people.names.get(other, "")
            service = bool(other) and by_a_service(other, bool(name))
        attached = files.of(rowid)
        where = f"message:{rowid}"
        # 0 is a column that was never filled, not New Year's night of 2001
        at = (EPOCH + (date / 1e9 if abs(date) > 1e11 else float(date))) if type(date) in (int, float) and date else 0.0
        if not 0 < at < LAST:
            yield Skipped(where, "no-date", str(guid or "")[:2000])
            continue
        if type(text) is not str:
            text = str(text) if text is not None and type(text) is not bytes else None
        words = text or (attributed_text(blob) if type(blob) is bytes else None) or ""
        mine = from_me == 1
        handle, called = ("", "") if mine else (other, name)
        if type(guid) is not str:
            guid = str(guid or "")
        if (
            summary is not None
            and not (edited or retracted)
            and type(summary) is bytes
            and not any(k in summary for k in HISTORY)
        ):
            summary = None  # most rows have one, and few say anything
        special = (
            attached or item or tapback or balloon or edited or retracted or summary or subject or audio or scheduled
        )
        if words and not special and rowid not in deleted:
            if "\ufffc" in words:
                words = _without_marks(words)
            kind = Kind.TEXT
            if not mine and service:
                kind = Kind.AUTOMATED
            elif words[-1:] in "” \n" and (m := SENT_AS_TEXT.fullmatch(words)):
                yield Message(
                    where, at, handle, "", Kind.REACTION, called, mine, key, guid, quoted=m[1], raw=words[:2000]
                )
                continue
            if words:
                yield Message(where, at, handle, words, kind, called, mine, key, guid, str(thread or ""))
                continue
        base = (where, at, handle, called, mine, key, guid)
        if scheduled == 2 and not sent:
            yield Skipped(where, "not-sent", words[:500])
        elif item:
            yield _notice(base, int(item) if type(item) is int else -1, words, rest, people)
        elif type(tapback) is int and 1000 <= tapback < 5000:
            yield _reaction(base, tapback, words, rest, attached)
        else:
            yield _message(base, words, blob, attached, summary, service, rowid in deleted, row)
    if damaged:
        yield Skipped("other tables", "unreadable", ", ".join(damaged))


def _files(db: sqlite3.Connection, there: set[str], damaged: list[str]) -> Iterator[Any]:
    if not {"attachment", "message_attachment_join"} <= there:
        return iter(())
    wanted = select(db, "attachment", ("ROWID", "transfer_name", "mime_type", "filename", "uti", "is_sticker"))
    query = (
        f"SELECT j.message_id, f.* FROM message_attachment_join j JOIN (SELECT {wanted} FROM attachment) f"
        " ON f.ROWID = j.attachment_id WHERE typeof(j.message_id) = 'integer' ORDER BY j.message_id, f.ROWID"
    )
    return rows(db, query, "attachment", damaged)


Base = tuple[str, float, str, str, bool, str, str]


def _notice(base: Base, item: int, words: str, rest: list[Any], people: People) -> Message:
    where, at, _, _, _, key, guid = base
    _, _, title, action, whom = rest
    if item == 4:  # a place shared, not written by anybody
        return Message(where, at, "", "", Kind.SYSTEM, "", None, key, guid, raw="item 4: location sharing")
    said = words.replace("\ufffc", "").strip() or (str(title) if title and item == 2 else "")
    raw = f"item {item}, action {action or 0}" + (f", {people.other(whom)}" if whom and people.other(whom) else "")
    return Message(where, at, "", said, Kind.SYSTEM, "", None, key, guid, raw=raw)


def _reaction(base: Base, tapback: int, words: str, rest: list[Any], attached: list[Any]) -> Message:
    where, at, handle, called, mine, key, guid = base
    target = str(rest[0] or "").rpartition("/")[2].removeprefix("bp:")
    emoji = str(rest[1] or "")
    files = tuple(_attachment(f) for f in attached)
    if tapback < 2000:  # a sticker put onto a message
        return Message(where, at, handle, "", Kind.STICKER, called, mine, key, guid, target, attachments=files)
    if tapback >= 4000:
        return Message(where, at, handle, "", Kind.POLL, called, mine, key, guid, target, raw="a vote")
    which = TAPBACKS[tapback % 1000] if tapback % 1000 < len(TAPBACKS) else str(tapback)
    raw = ("removed " if tapback >= 3000 else "") + (emoji or which or str(tapback))
    quoted = words[words.find("“") + 1 : words.rfind("”")] if "“" in words and words.rstrip().endswith("”") else ""
    return Message(
        where, at, handle, "", Kind.REACTION, called, mine, key, guid, target, quoted, attachments=files, raw=raw
    )


def _attachment(row: Any) -> Attachment:
    _, _, name, mime, filename, uti, _ = row
    name = str(name or "") or str(filename or "").rpartition("/")[2]
    mime = str(mime or "") or MIMES.get(name.rpartition(".")[2].casefold(), "")
    if not mime and str(uti or "") == "com.apple.coreaudio-format":
        mime = "audio/x-caf"
    return Attachment(name, mime)


def _kind(file: Attachment, row: Any) -> Kind:
    if row[6]:
        return Kind.STICKER
    if file.name.endswith(".loc.vcf") or file.mime == "text/x-vlocation":
        return Kind.LOCATION
    if file.mime in ("text/vcard", "text/x-vcard"):
        return Kind.CONTACT
    return kind_of_mime(file.mime) or Kind.FILE


def _without_marks(words: str) -> str:
    """Each attachment stands as U+FFFC; where it parted two bubbles, they stay two lines."""
    return re.sub(r"(?<=[^\s\ufffc])\ufffc+(?=[^\s\ufffc])", "\n", words).replace("\ufffc", "").strip()


def _message(
    base: Base, words: str, blob: Any, attached: list[Any], info: Any, service: bool, gone: bool, row: Any
) -> Message:
    where, at, handle, called, mine, key, guid = base
    thread, balloon, edited, retracted, _, subject, audio = row[9:16]
    words = _without_marks(words) if "\ufffc" in words else words
    summary = Summary(info) if info else None
    if not words and summary and summary.last:
        words = "\n".join(summary.last)
    # What hangs on a link's preview is not a file somebody sent.
    attached = [f for f in attached if not str(f[2] or "").endswith(".pluginPayloadAttachment")]
    files = tuple(_attachment(f) for f in attached)
    taken_back = bool(summary and (summary.wholly or (summary.partly and not words and not files)))
    if gone or taken_back or (retracted and not (summary and summary.partly)):
        return Message(where, at, handle, "", Kind.RECALLED, called, mine, key, guid, str(thread or ""))
    earlier = summary.earlier if summary else ()
    changed = bool(edited or earlier or (summary and summary.partly))
    raw = ""
    if subject:
        words = f"{subject}\n{words}" if words else str(subject)
    if balloon and balloon != URL:
        # The words of an app's bubble are the app's.
        kind = next((k for part, k in APPS if part in str(balloon)), Kind.UNKNOWN)
        words, raw = "", f"{balloon} {words}".strip()[:2000]
    elif audio:
        kind = Kind.VOICE
        words = words or (transcript(blob) if type(blob) is bytes else "")
    elif words:
        kind = Kind.AUTOMATED if service and not mine else Kind.TEXT
    elif files:
        kind = _kind(files[0], attached[0])
    else:
        kind, raw = (Kind.LINK, "") if balloon else (Kind.UNKNOWN, guid)
    return Message(
        where, at, handle, words, kind, called, mine, key, guid, str(thread or ""), "", changed, files, earlier, (), raw
    )  # fmt: skip


importer = ImessageDb()
