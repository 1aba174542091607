"""The telephone's `sms.db` of iOS 1 to 5 (2007 to 2012), before it became the Mac's. In: a path. Out: one record for each row.

Whose a message is stands in bits, and an iMessage (the columns called madrid) counts its seconds from 2001 where a text
message counts from 1970; no text message is older than the telephone, so the number itself says which. Chats are told
by the addresses of their members, so that one person's texts and iMessages are one chat.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.imessage_db._body import attributed_text
from afterword.importers.imessage_db._opening import (
    ERRORS,
    Patience,
    in_order,
    opened,
    rows,
    select,
    tables,
    up_to_a_cut,
)
from afterword.importers.imessage_db._people import by_a_service, cards
from afterword.importers.media import kind_of_mime
from afterword.importers.telephones import TAIL
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

EPOCH = 978_307_200
FIRST = 1_000_000_000
"""Seconds after 1970 that every text message of an iPhone has, and no iMessage after 2001."""
LAST = 4_102_444_800
FROM_ME = 4
OUT = 1
UNSENT = frozenset((33, 35, 131))
DELETED = 129
FIELDS = (
    "ROWID", "address", "date", "text", "flags", "group_id", "subject",
    "is_madrid", "madrid_handle", "madrid_flags", "madrid_roomname", "madrid_attributedBody", "madrid_error",
)  # fmt: skip


class Telephone2007:
    name = "iphone_sms_db"
    version = 1
    title = "iPhone text messages of 2007 to 2012 (sms.db)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if head.startswith(b"SQLite format 3\x00") and b"svc_center" in head and b"association_id" in head:
            return Match(1.0, "SQLite with messages of iOS 1 to 5")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        patience = Patience()
        with opened(path, patience) as db:
            chats = _Chats(db, path)
            yield FileFacts(zone="instant")
            yield from up_to_a_cut(
                _records(db, chats, patience),
                path,
                options,
                "Copy it from the backup again. If there is no better copy, take what can be read with --confirmed.",
            )

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        with opened(path) as db:
            chats = _Chats(db, path)
            try:
                for _ in _records(db, chats, Patience()):
                    pass
            except ERRORS:
                pass  # said when the records are read
            yield from chats.refs.values()


class _Chats:
    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        if "message" not in tables(db):
            raise BadInput(
                "import.imessage.table",
                f"{path.name} has no table 'message'.",
                next_step="This is not the sms.db of an iPhone.",
            )
        self.damaged: list[str] = []
        self.members: dict[Any, list[str]] = {}
        self.refs: dict[str, ChatRef] = {}
        self._first: dict[str, str] = {}
        if "group_member" in tables(db):
            query = f"SELECT {select(db, 'group_member', ('group_id', 'address'))} FROM group_member ORDER BY ROWID"
            for group, address in rows(db, query, "group_member", self.damaged):
                if address:
                    self.members.setdefault(group, []).append(self.one(address))
        accounts: set[str] = set()
        for column in ("address", "madrid_handle"):
            wanted = select(db, "message", (column,))
            accounts |= {str(a) for (a,) in rows(db, f"SELECT DISTINCT {wanted} FROM message", "message", []) if a}
        known = dict.fromkeys(
            [*(m for group in self.members.values() for m in group), *map(self.one, sorted(accounts))]
        )
        self.names = {account: name for account, (_, name) in cards(path, list(known)).items()}

    def one(self, address: Any) -> str:
        """One spelling for each number: the first that was met."""
        text = str(address).strip()
        digits = re.sub(r"\D", "", text)
        tail = digits[-TAIL:] if len(digits) >= TAIL and "@" not in text else text.casefold()
        return self._first.setdefault(tail, text)

    def key(self, other: str, group: Any, room: str) -> str:
        members = list(dict.fromkeys(self.members.get(group, [])))
        direct = not room and len(members) < 2
        other = other or (members[0] if len(members) == 1 else "")
        key = room or (other if direct else "~".join(sorted(members)))
        if key not in self.refs:
            name = self.names.get(other, "") if direct else ""
            title = name or (key if direct or room else ", ".join(self.names.get(m, m) for m in members))
            self.refs[key] = ChatRef(
                key, title, direct if key else None, "imessage", other if direct else "", name if direct else ""
            )
        return key


def _records(db: sqlite3.Connection, chats: _Chats, patience: Patience) -> Iterator[Message | Skipped]:
    pieces = _pieces(db, chats.damaged)
    piece = next(pieces, None)
    for row in in_order(db.execute(f"SELECT {select(db, 'message', FIELDS)} FROM message ORDER BY ROWID")):
        patience.ticks = 0
        (rowid, address, date, text, flags, group, subject, madrid, handle, bits, room, blob, error) = row
        where, files, words = f"message:{rowid}", [], []
        while piece is not None and piece[0] <= rowid:
            if piece[0] == rowid and (kind := str(piece[1] or "")) != "application/smil":
                if kind != "text/plain":
                    files.append(Attachment(str(piece[2] or ""), kind))
                elif piece[3]:
                    said = piece[3]
                    words.append(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))
            piece = next(pieces, None)
        if type(date) not in (int, float) or not 0 < date < LAST:
            yield Skipped(where, "no-date", str(text or "")[:500])
            continue
        at = float(date if date >= FIRST else date + EPOCH)
        flags = flags if type(flags) is int else 0
        bits = bits if type(bits) is int else 0
        said_ = str(text or "") or (attributed_text(blob) if type(blob) is bytes else "") or "\n".join(words)
        said_ = said_.replace("\ufffc", "").strip("\r\n")
        if subject:
            said_ = f"{subject}\n{said_}".strip()
        other = chats.one(handle or address) if handle or address else ""
        mine: bool | None = bool(bits & FROM_ME) if madrid else bool(flags & OUT) if flags else None
        key = chats.key(other, None if madrid else group, str(room or "") if madrid else "")
        if not madrid and flags == DELETED:
            yield Skipped(where, "deleted", said_[:500])
        elif not madrid and flags in UNSENT or madrid and mine and error:
            yield Skipped(where, "not-sent", said_[:500])
        elif not said_ and not files:
            yield Skipped(where, "empty")
        else:
            named = chats.names.get(other, "")
            who, called = ("", "") if mine else (other, named)
            kind_ = Kind.TEXT if said_ else kind_of_mime(files[0].mime) or Kind.FILE
            if not mine and who and by_a_service(who, bool(named)):
                kind_ = Kind.AUTOMATED
            yield Message(where, at, who, said_, kind_, called, mine, key, attachments=tuple(files))
    if chats.damaged:
        yield Skipped("other tables", "unreadable", ", ".join(chats.damaged))


def _pieces(db: sqlite3.Connection, damaged: list[str]) -> Iterator[Any]:
    """The parts of picture messages, in the order of their messages; of the pictures themselves the names."""
    if "msg_pieces" not in tables(db):
        return iter(())
    wanted = select(db, "msg_pieces", ("message_id", "content_type", "content_loc"))
    data = "CASE WHEN content_type = 'text/plain' THEN data END"
    query = f"SELECT {wanted}, {data} FROM msg_pieces WHERE typeof(message_id) = 'integer' ORDER BY message_id, ROWID"
    return rows(db, query, "msg_pieces", damaged)


importer = Telephone2007()
