"""What no case folder can hold: a log beside the database, an address book, a file that ends too early."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from afterword.errors import AfterwordError, BadInput
from afterword.importers import Options, identify, importers
from afterword.importers.imessage_db import _opening
from afterword.model import ChatRef, FileFacts, Message, Skipped

TABLES = """
    CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT);
    CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, guid TEXT, style INTEGER, chat_identifier TEXT, display_name TEXT);
    CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, handle_id INTEGER, date INTEGER, is_from_me INTEGER);
    CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);
    CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER);
    INSERT INTO handle VALUES (1, '+8613800000001', 'iMessage'), (2, 'LAN@example.org', 'iMessage'), (3, '+15550100009', 'SMS');
    INSERT INTO chat VALUES (1, 'a', 45, '+8613800000001', ''), (2, 'b', 45, 'LAN@example.org', ''), (3, 'c', 45, '+15550100009', ''),
        (4, 'd', 43, 'chat4', '');
    INSERT INTO chat_handle_join VALUES (4, 1), (4, 3);
"""


def add(db: sqlite3.Connection, first: int, last: int) -> None:
    for i in range(first, last):
        values = (i, f"g{i}", f"第{i}句" + "。" * 40, 1 + i % 3, 700_000_000_000_000_000 + i * 10**9, 0)
        db.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)", values)
        db.execute("INSERT INTO chat_message_join VALUES (?, ?)", (4 if i % 7 == 0 else 1 + i % 3, i))


def made(path: Path, messages: int) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(TABLES)
        add(db, 1, messages + 1)
    return path


AS_IS = Options()


def read(path: Path, options: Options = AS_IS) -> list[Message | Skipped]:
    importer, _ = identify(path)
    found = list(importer.read(path, options))
    assert isinstance(found[0], FileFacts)
    return [r for r in found if isinstance(r, Message | Skipped)]


def gathered(path: Path) -> list[Message | Skipped]:
    """What can be read of a damaged file, when the user asks for that."""
    with contextlib.suppress(AfterwordError):
        return read(path, Options(confirmed=True))
    return []


def chats(path: Path) -> list[ChatRef]:
    return list(importers()["imessage_db"].chats(path, Options()))


def logged(tmp_path: Path) -> Path:
    """A database whose newest messages lie in its log alone, copied while Messages holds it open."""
    live = tmp_path / "live.db"
    with closing(sqlite3.connect(live)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA wal_autocheckpoint = 0")
        with db:
            db.executescript(TABLES)
            add(db, 1, 41)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with db:
            add(db, 41, 101)
        with db:
            db.execute("UPDATE message SET text = '改过的' WHERE ROWID = 1")
        folder = tmp_path / "copy"
        folder.mkdir()
        shutil.copy(live, folder / "chat.db")
        shutil.copy(live.with_name("live.db-wal"), folder / "chat.db-wal")
    return folder / "chat.db"


def test_the_log_beside_a_database_is_read_and_left_alone(tmp_path: Path) -> None:
    path = logged(tmp_path)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    found = read(path)
    assert len(found) == 100
    assert isinstance(found[0], Message)
    assert found[0].text == "改过的"
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


def test_a_log_that_was_cut_gives_what_was_whole(tmp_path: Path) -> None:
    path = logged(tmp_path)
    log = path.with_name("chat.db-wal")
    whole = log.read_bytes()
    for share in (0.2, 0.9, 0.97):  # the last commit, the one before it, none
        log.write_bytes(whole[: int(len(whole) * share)])
        assert len(read(path)) in (40, 100)
    log.write_bytes(b"\0" * len(whole))
    assert len(read(path)) == 40
    log.write_bytes(whole[:200] + b"?" + whole[201:])
    assert len(read(path)) == 40


def test_a_log_too_large_for_memory_is_merged_by_the_user_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = logged(tmp_path)
    monkeypatch.setattr(_opening, "LARGEST", 1000)
    with pytest.raises(BadInput) as e:
        read(path)
    assert e.value.code == "import.imessage.wal"
    assert "wal_checkpoint" in e.value.next_step


def test_the_address_book_beside_it_names_people_and_joins_their_accounts(tmp_path: Path) -> None:
    path = made(tmp_path / "chat.db", 30)
    assert [c.key for c in chats(path)] == ["1", "2", "3", "4"]
    book = tmp_path / "Sources" / "11111111-2222" / "AddressBook-v22.abcddb"
    book.parent.mkdir(parents=True)
    with closing(sqlite3.connect(book)) as db, db:
        db.executescript("""
            CREATE TABLE ZABCDRECORD (Z_PK INTEGER PRIMARY KEY, ZFIRSTNAME TEXT, ZLASTNAME TEXT, ZORGANIZATION TEXT);
            CREATE TABLE ZABCDPHONENUMBER (Z_PK INTEGER PRIMARY KEY, ZOWNER INTEGER, ZFULLNUMBER TEXT);
            CREATE TABLE ZABCDEMAILADDRESS (Z_PK INTEGER PRIMARY KEY, ZOWNER INTEGER, ZADDRESS TEXT);
            INSERT INTO ZABCDRECORD VALUES (1, '岚', '沈', NULL), (2, 'Bo', 'Ek', NULL), (3, NULL, NULL, 'Ek & Sons');
            INSERT INTO ZABCDPHONENUMBER VALUES (1, 1, '138 0000 0001'), (2, 2, '(555) 010-0009'), (3, 3, '555-010-0009');
            INSERT INTO ZABCDEMAILADDRESS VALUES (1, 1, 'lan@EXAMPLE.org'), (2, 2, NULL);
        """)
    assert identify(book)[1].companion
    found = {c.key: c for c in chats(path)}
    assert list(found) == ["1", "3", "4"]
    assert (found["1"].other_handle, found["1"].other_name, found["1"].title) == ("+8613800000001", "沈岚", "沈岚")
    assert found["3"].other_name == ""  # two cards have this number: nobody's name is guessed
    assert found["4"].title == "沈岚, +15550100009"
    said = [r for r in read(path) if isinstance(r, Message)]
    assert {(r.handle, r.name) for r in said} == {
        ("+8613800000001", "沈岚"),
        ("LAN@example.org", "沈岚"),
        ("+15550100009", ""),
    }
    assert {r.chat for r in said} == set(found)
    book.write_bytes(b"SQLite format 3\0 and nothing else")
    assert len(read(path)) == 30


def test_the_address_book_of_a_telephone_is_read_as_well(tmp_path: Path) -> None:
    path = made(tmp_path / "sms.db", 10)
    with closing(sqlite3.connect(tmp_path / "AddressBook.sqlitedb")) as db, db:
        db.executescript("""
            CREATE TABLE ABPerson (ROWID INTEGER PRIMARY KEY, First TEXT, Last TEXT, Nickname TEXT);
            CREATE TABLE ABMultiValue (UID INTEGER PRIMARY KEY, record_id INTEGER, property INTEGER, value TEXT);
            INSERT INTO ABPerson VALUES (1, 'Bo', 'Ek', 'Bobo');
            INSERT INTO ABMultiValue VALUES (1, 1, 3, '+1 555-010-0009'), (2, 1, 22, 'https://example.org/5550100009');
        """)
    assert {c.other_name for c in chats(path)} == {"", "Bo Ek"}


def test_a_database_that_ends_too_early_gives_its_beginning(tmp_path: Path) -> None:
    whole = made(tmp_path / "chat.db", 3000).read_bytes()
    path = tmp_path / "cut" / "chat.db"
    path.parent.mkdir()
    most = 0
    for tenth in range(1, 10):
        path.write_bytes(whole[: len(whole) * tenth // 10])
        found = gathered(path)
        if not found:
            continue
        with pytest.raises(AfterwordError) as e:
            read(path)
        assert e.value.code == "import.sqlite"
        assert isinstance(found[-1], Skipped)
        assert found[-1].reason in ("truncated", "unreadable")
        there = {r.locator: (r.at, r.text) for r in read(tmp_path / "chat.db") if isinstance(r, Message)}
        assert all(there[r.locator] == (r.at, r.text) for r in found if isinstance(r, Message))
        assert {r.chat for r in found if isinstance(r, Message)} <= {c.key for c in chats(path)}
        most = max(most, len(found))
    assert most > 1000
