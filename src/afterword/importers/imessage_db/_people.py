"""Accounts, names and chats of a chat.db. In: the database and the address book beside it. Out: names, keys and ChatRefs.

Messages keeps one chat for each account and service, so one person's talk lies in several. They become one chat where
a file says that the accounts are one person's: the same address, the system's own `person_centric_id`, or one card of
the address book. Nothing weaker joins people.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import AfterwordError
from afterword.importers.imessage_db._opening import ERRORS, opened, rows, select, tables
from afterword.importers.telephones import LETTERS, SERVICE, TAIL
from afterword.model import ChatRef

GROUP = 43
BOOKS = ("AddressBook-v22.abcddb", "AddressBook.sqlitedb", "31bb7ba8914766d4ba40d6dfb6113c8b614be442")
JOINS = ("chat_message_join", "chat_recoverable_message_join")
"""Which chat a message lies in, and in which it lay before it was deleted."""


class People:
    """Who is behind each account, and which chat a message belongs to."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        there = tables(db)
        self.handles: dict[int, str] = {}
        groups: dict[str, str] = {}
        self.damaged: list[str] = []
        query = f"SELECT {select(db, 'handle', ('ROWID', 'id', 'person_centric_id'))} FROM handle"
        for rowid, id, person in rows(db, query, "handle", self.damaged):
            self.handles[rowid] = str(id or "")
            if id and person:
                groups[str(id)] = str(person)
        addresses = list(dict.fromkeys([*self.handles.values(), *self._identifiers(db, there)]))
        self.cards = cards(path, [a for a in addresses if a])
        names: dict[str, str] = {}
        for address, (_, shown) in self.cards.items():  # a card names every account of its person
            names.setdefault(groups.get(address, ""), shown)
        self.names = {
            a: name
            for a in addresses
            if a and (name := self.cards[a][1] if a in self.cards else names.get(groups.get(a) or "-", ""))
        }
        self._person = {a: f"card {self.cards[a][0]}" for a in self.cards}
        for address, group in groups.items():
            card = next((self._person[a] for a in self.cards if groups.get(a) == group), "")
            self._person.setdefault(address, card or f"person {group}")
        self.keys: dict[int, str] = {}
        self.refs: dict[str, ChatRef] = {}
        self._chats(db, there)

    def other(self, id: Any) -> str:
        # A database cut down by another tool may have lost the handle's row, but not who is who.
        return self.handles.get(id or 0) or (f"handle {id}" if id else "")

    def key(self, chat: Any, other: str) -> str:
        """The key of a chat id, or of an account's messages that lie in no chat."""
        key = self.keys.get(chat) if chat is not None else f"none:{other}"
        if key is None:
            key = self.keys[chat] = str(chat)
        if key not in self.refs:
            name = self.names.get(other, "")
            direct = True if other and key.startswith("none:") else None
            self.refs[key] = ChatRef(
                key, name or other, direct, "imessage", other if direct else "", name if direct else ""
            )
        return key

    def _identifiers(self, db: sqlite3.Connection, there: set[str]) -> Iterator[str]:
        if "chat" in there:
            query = f"SELECT {select(db, 'chat', ('chat_identifier',))} FROM chat"
            for (identifier,) in rows(db, query, "chat", self.damaged):
                if identifier and not re.fullmatch(r"chat\d+", str(identifier)):
                    yield str(identifier)

    def _chats(self, db: sqlite3.Connection, there: set[str]) -> None:
        members: dict[int, list[str]] = {}
        if "chat_handle_join" in there:
            for chat, handle in rows(
                db, "SELECT chat_id, handle_id FROM chat_handle_join", "chat_handle_join", self.damaged
            ):
                if known := self.handles.get(handle):
                    members.setdefault(chat, []).append(known)
        wanted = ("ROWID", "guid", "style", "chat_identifier", "display_name")
        query = f"SELECT {select(db, 'chat', wanted)} FROM chat ORDER BY ROWID"
        found = list(rows(db, query, "chat", self.damaged)) if "chat" in there else []
        known_ids = {row[0] for row in found}
        for table in JOINS:  # chats whose own row is lost
            if table in there:
                query = f"SELECT DISTINCT chat_id FROM {table} WHERE chat_id IS NOT NULL ORDER BY 1"
                alone = [id for (id,) in rows(db, query, table, self.damaged) if id not in known_ids]
                found += [(id, None, None, None, None) for id in alone]
                known_ids.update(alone)
        first: dict[str, str] = {}
        for id, guid, style, identifier, title in found:
            account = str(identifier or "")
            others = list(dict.fromkeys(members.get(id, [])))
            direct = _direct(style, str(guid or ""), account, others)
            if not direct:
                shown = str(title or "") or ", ".join(self.names.get(o, o) for o in others) or account
                self.keys[id] = str(id)
                self.refs[str(id)] = ChatRef(str(id), shown, direct, "imessage")
                continue
            account = account or (others[0] if others else "")
            person = self._person.get(account) or f"account {account}"
            self.keys[id] = key = first.setdefault(person, str(id)) if account else str(id)
            name = self.names.get(account, "")
            if key not in self.refs:
                self.refs[key] = ChatRef(key, str(title or "") or name or account, True, "imessage", account, name)


def _direct(style: Any, guid: str, account: str, members: list[str]) -> bool | None:
    if style is not None:
        return bool(style != GROUP)
    if ";+;" in guid or len(members) > 1 or re.fullmatch(r"chat\d+", account):
        return False
    return True if account or members or ";-;" in guid else None


def by_a_service(address: str, named: bool) -> bool:
    """Short codes and senders of letters: no person writes from those. Letters of somebody in the contacts are a name."""
    if SERVICE.fullmatch(re.sub(r"[\s().-]", "", address)):
        return True
    return not named and bool(LETTERS.fullmatch(address)) and not address.startswith("handle ")


def cards(path: Path, addresses: list[str]) -> dict[str, tuple[str, str]]:
    """address → (card, name), for accounts of exactly one card."""
    exact: dict[str, set[tuple[str, str]]] = {}
    ends: dict[str, set[tuple[str, str]]] = {}
    for book in _books(path):
        # An address book is a help, not the export: one that cannot be read stops nothing.
        with contextlib.suppress(AfterwordError, *ERRORS, OSError), opened(book) as db:
            for card, name, value in _entries(db):
                if "@" in value:
                    exact.setdefault(value.casefold().strip(), set()).add((card, name))
                elif len(digits := re.sub(r"\D", "", value)) >= 3:
                    exact.setdefault(digits, set()).add((card, name))
                    if len(digits) >= TAIL:
                        ends.setdefault(digits[-TAIL:], set()).add((card, name))
    found: dict[str, tuple[str, str]] = {}
    for address in addresses if exact else ():
        digits = re.sub(r"\D", "", address)
        cards = exact.get(address.casefold()) if "@" in address else exact.get(digits) or ends.get(digits[-TAIL:])
        if cards and len(cards) == 1:
            found[address] = next(iter(cards))
    return found


def _books(path: Path) -> Iterator[Path]:
    for folder in (path.parent, path.parent / "AddressBook", path.parent.parent / "31"):
        for name in BOOKS:
            if (folder / name).is_file():
                yield folder / name
        if (folder / "Sources").is_dir():
            yield from sorted((folder / "Sources").glob(f"*/{BOOKS[0]}"))


def _entries(db: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """(card, name, number or address), of the Mac's book or of the telephone's."""
    there = tables(db)
    names: dict[Any, str] = {}
    if "ZABCDRECORD" in there:
        wanted = ("Z_PK", "ZFIRSTNAME", "ZLASTNAME", "ZORGANIZATION", "ZNICKNAME")
        for pk, *parts in db.execute(f"SELECT {select(db, 'ZABCDRECORD', wanted)} FROM ZABCDRECORD"):
            names[pk] = _name(*parts)
        for table, column in (("ZABCDPHONENUMBER", "ZFULLNUMBER"), ("ZABCDEMAILADDRESS", "ZADDRESS")):
            if table in there:
                for owner, value in db.execute(f"SELECT {select(db, table, ('ZOWNER', column))} FROM {table}"):
                    if value and names.get(owner):
                        yield str(owner), names[owner], str(value)
    elif "ABPerson" in there and "ABMultiValue" in there:
        wanted = ("ROWID", "First", "Last", "Organization", "Nickname")
        for pk, *parts in db.execute(f"SELECT {select(db, 'ABPerson', wanted)} FROM ABPerson"):
            names[pk] = _name(*parts)
        for owner, value in db.execute(
            f"SELECT {select(db, 'ABMultiValue', ('record_id', 'value'))} FROM ABMultiValue"
        ):
            if value and names.get(owner) and (not isinstance(value, str) or "://" not in value):
                yield str(owner), names[owner], str(value)


def _name(first: Any, last: Any, organization: Any, nickname: Any) -> str:
    parts = [str(p).strip() for p in (first, last) if p and str(p).strip()]
    # Two Chinese, Japanese or Korean parts are written family name first, without a space.
    if len(parts) == 2 and all("\u3000" < c < "\ud7b0" for p in parts for c in p):
        return parts[1] + parts[0]
    return " ".join(parts) or str(organization or "").strip() or str(nickname or "").strip()
