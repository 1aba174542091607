"""Encrypted WeChat databases, made here with SQLCipher and the parameters of both generations, and opened with a key.

In: databases in `tmp_path`, invented. What a decrypted one says is a case under `wechat_db/`; here it is the key.
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from afterword.errors import BadInput
from afterword.importers.base import HEAD, Options
from afterword.importers.wechat_db import importer
from afterword.model import ChatRef, Message, Skipped

KEY = "5f" * 16 + "0a1b2c3d" * 4
DIGESTS = {3: ("sha1", 64_000), 4: ("sha512", 256_000)}
V3 = """CREATE TABLE MSG (localId INTEGER PRIMARY KEY, TalkerId INT, MsgSvrID INT, Type INT, SubType INT, IsSender INT,
        CreateTime INT, StrTalker TEXT, StrContent TEXT, CompressContent BLOB, BytesExtra BLOB);
    INSERT INTO MSG VALUES (1, 1, 11, 1, 0, 0, 1650000000, 'wxid_amo', '雪停了', NULL, NULL);
    INSERT INTO MSG VALUES (2, 1, 12, 1, 0, 1, 1650000060, 'wxid_amo', '我看见了', NULL, NULL);"""
V4 = """CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY);
    INSERT INTO Name2Id VALUES ('wxid_amo'), ('wxid_xiaochuan');
    CREATE TABLE {table} (local_id INTEGER PRIMARY KEY, server_id INTEGER, local_type INTEGER, real_sender_id INTEGER,
        create_time INTEGER, message_content TEXT, WCDB_CT_message_content INTEGER);
    INSERT INTO {table} VALUES (1, 11, 1, 1, 1650000000, '雪停了', 0);
    INSERT INTO {table} VALUES (2, 12, 1, 2, 1650000060, '我看见了', 0);""".format(
    table="Msg_" + hashlib.md5(b"wxid_amo").hexdigest()
)
CONTACTS = {
    3: """CREATE TABLE Contact (UserName TEXT PRIMARY KEY, Alias TEXT, Remark TEXT, NickName TEXT, BigHeadImgUrl TEXT);
        INSERT INTO Contact VALUES ('wxid_amo', '', '阿默', 'amo', '');""",
    4: """CREATE TABLE contact (username TEXT, remark TEXT, nick_name TEXT, big_head_url TEXT);
        INSERT INTO contact VALUES ('wxid_amo', '', '阿默', '');""",
}
PLACES = {3: ("Msg/Multi/MSG0.db", "Msg/MicroMsg.db"), 4: ("message/message_0.db", "contact/contact.db")}


def encrypted(path: Path, version: int, script: str, salt: bytes = b"sixteen saltings") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, rounds = DIGESTS[version]
    raw = hashlib.pbkdf2_hmac(digest, bytes.fromhex(KEY), salt, rounds, 32)
    with closing(dbapi2.connect(str(path))) as db:
        db.execute(f"PRAGMA key = \"x'{raw.hex()}{salt.hex()}'\"")
        db.execute(f"PRAGMA cipher_compatibility = {version}")
        db.execute("PRAGMA cipher_page_size = 4096")
        db.executescript(script)
        db.commit()
    assert path.read_bytes()[:16] == salt
    return path


def export(folder: Path, version: int) -> Path:
    messages, contacts = PLACES[version]
    encrypted(folder / contacts, version, CONTACTS[version], b"another salt 16b")
    return encrypted(folder / messages, version, V3 if version == 3 else V4)


def read(path: Path, key: str | None = KEY) -> list[Any]:
    return [r for r in importer.read(path, Options(key=key)) if isinstance(r, (Message, Skipped))]


def sniff(path: Path, name: str = "") -> Any:
    return importer.sniff(path.read_bytes()[:HEAD], name or path.name)


@pytest.mark.parametrize("version", [3, 4])
def test_the_key_of_the_account_opens_messages_and_the_names_beside_them(version: int, tmp_path: Path) -> None:
    path = export(tmp_path, version)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    records = read(path)
    assert [(r.text, r.mine, r.name, r.chat) for r in records] == [
        ("雪停了", False, "阿默", "wxid_amo"),
        ("我看见了", True, "", "wxid_amo"),
    ]
    assert list(importer.chats(path, Options(key=KEY))) == [
        ChatRef("wxid_amo", "阿默", True, "wechat", "wxid_amo", "阿默")
    ]
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("version", [3, 4])
def test_the_key_derived_for_one_file_opens_it_too(version: int, tmp_path: Path) -> None:
    path = export(tmp_path, version)
    digest, rounds = DIGESTS[version]
    raw = hashlib.pbkdf2_hmac(digest, bytes.fromhex(KEY), path.read_bytes()[:16], rounds, 32).hex()
    assert [r.text for r in read(path, raw)] == ["雪停了", "我看见了"]
    assert [r.text for r in read(path, f"0x{raw.upper()}")] == ["雪停了", "我看见了"]


@pytest.mark.parametrize(
    ("key", "code"),
    [(None, "key"), ("", "key"), ("12ab", "key-form"), ("zz" * 32, "key-form"), ("00" * 32, "wrong-key")],
)
@pytest.mark.parametrize("version", [3, 4])
def test_without_the_right_key_the_error_says_what_is_needed(
    version: int, key: str | None, code: str, tmp_path: Path
) -> None:
    path = export(tmp_path, version)
    for door in (lambda: read(path, key), lambda: list(importer.chats(path, Options(key=key)))):
        with pytest.raises(BadInput) as e:
            door()
        assert e.value.code == f"import.wechat-db.{code}"
        assert e.value.next_step
        assert not key or key not in str(e.value.as_json())
    if code == "key":
        assert "never extracts keys" in e.value.message


@pytest.mark.parametrize("version", [3, 4])
def test_an_encrypted_database_is_claimed_by_its_name_and_its_noise_alone(version: int, tmp_path: Path) -> None:
    path = export(tmp_path, version)
    found, other = sniff(path), sniff(tmp_path / PLACES[version][1])
    assert 0 < found.score < 0.9
    assert not found.companion
    assert other.companion
    assert sniff(path, "anything.db").score < found.score
    assert sniff(path, "noise.bin") is None
    assert importer.sniff(path.read_bytes()[:5000], "MSG0.db") is None
    assert importer.sniff(b"plain words " * 1024 * 4, "MSG0.db") is None


@pytest.mark.parametrize("version", [3, 4])
def test_a_damaged_database_gives_what_is_good(version: int, tmp_path: Path) -> None:
    many = "".join(
        f"INSERT INTO MSG VALUES ({i}, 1, {i}, 1, 0, 0, {1650000000 + i}, 'wxid_amo', '第{i}片雪', NULL, NULL);"
        if version == 3
        else f"INSERT INTO Msg_{hashlib.md5(b'wxid_amo').hexdigest()} VALUES ({i}, {i}, 1, 1, {1650000000 + i}, '第{i}片雪', 0);"
        for i in range(10, 3000)
    )
    path = encrypted(tmp_path / PLACES[version][0], version, (V3 if version == 3 else V4) + many)
    data = bytearray(path.read_bytes())
    assert len(read(path)) == 2992
    at = len(data) // 4096 // 2 * 4096
    data[at : at + 64] = bytes(64)
    path.write_bytes(data)
    records = read(path)
    assert len(records) > 100
    assert isinstance(records[-1], Skipped)
    assert records[-1].reason == "unreadable"
    assert len({r.locator for r in records}) == len(records)


def test_rows_in_a_write_ahead_log_are_not_lost_in_silence(tmp_path: Path) -> None:
    path = export(tmp_path, 4)
    path.with_name(path.name + "-wal").write_bytes(b"newer rows")
    last = read(path)[-1]
    assert isinstance(last, Skipped)
    assert last.reason == "not-merged"


@pytest.mark.parametrize(("library", "version"), [("lz4.block", 3), ("zstandard", 4)])
def test_a_missing_library_is_named(
    library: str, version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = (
        "INSERT INTO MSG VALUES (3, 1, 13, 49, 57, 0, 1650000120, 'wxid_amo', '', X'1020', NULL);"
        if version == 3
        else f"INSERT INTO Msg_{hashlib.md5(b'wxid_amo').hexdigest()} VALUES (3, 13, 49, 1, 1650000120, X'28B52FFD00', 4);"
    )
    path = encrypted(tmp_path / PLACES[version][0], version, (V3 if version == 3 else V4) + more)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(BadInput) as e:
        read(path)
    assert e.value.code == "import.wechat-db.extra"
    assert "afterword[wechat-db]" in e.value.next_step


def test_a_database_of_contacts_alone_says_where_messages_are(tmp_path: Path) -> None:
    path = encrypted(tmp_path / "contact.db", 4, CONTACTS[4])
    with pytest.raises(BadInput) as e:
        read(path)
    assert e.value.code == "import.wechat-db.table"


def test_names_that_cannot_be_opened_do_not_stop_the_messages(tmp_path: Path) -> None:
    path = export(tmp_path, 4)
    (tmp_path / PLACES[4][1]).write_bytes(b"no database at all")
    assert [r.text for r in read(path)] == ["雪停了", "我看见了"]


def test_in_groups_alone_the_folder_of_the_account_says_who_the_owner_is(tmp_path: Path) -> None:
    group = "Msg_" + hashlib.md5(b"551122@chatroom").hexdigest()
    script = V4.replace("Msg_" + hashlib.md5(b"wxid_amo").hexdigest(), group)
    script += "INSERT INTO Name2Id VALUES ('551122@chatroom');"
    path = encrypted(tmp_path / "wxid_xiaochuan_1a2b/db_storage/message/message_1.db", 4, script)
    assert [(r.handle, r.mine) for r in read(path)] == [("wxid_amo", False), ("wxid_xiaochuan", True)]
    other = encrypted(tmp_path / "copied/message_1.db", 4, script)
    assert [r.mine for r in read(other)] == [None, None]
