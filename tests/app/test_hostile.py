"""Bad files and bad names: a clear error each, nothing outside the vault, nothing lost."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from afterword import Workspace
from afterword.errors import AfterwordError, BadInput, NotAllowed
from afterword.importers import Options, identify

LINE = "17/03/2023, 10:00 - {}: {}\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "data" / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as opened:
        yield opened


def outside(root: Path) -> set[str]:
    return {str(p.relative_to(root)) for p in root.rglob("*") if (root / "data") not in (p, *p.parents)}


NAMES = [
    "../../evil",
    "/etc/passwd",
    "a\x00b",
    "x" * 300,
    "\u202eevil\u2066",
    "CON",
    "-rf",
    "😀",
    "$(touch x)",
    "`ls`",
    "a/b\\c",
    "..",
    "林\u200b小雨",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_writes_nothing_outside(w: Workspace, inbox: Path, tmp_path: Path, name: str) -> None:
    chat = inbox / "chat.txt"
    shown = name.replace("\x00", "").replace("\n", " ")
    chat.write_text(
        "".join(LINE.format(who, f"words {i}") for i in range(40) for who in ("Ann Ash", shown)), encoding="utf-8"
    )
    before = outside(tmp_path)
    with contextlib.suppress(AfterwordError):  # an empty name, or one that nobody in the chat bears, is asked for
        made = w.create([chat], name=name, me="Ann Ash", subject=shown)
        skill = Path(made["skill"])
        assert skill.parent == tmp_path / "data" / "vault-skills"
        assert len(skill.name) <= 64
        assert w.skill_validate(skill)["ok"]
        assert w.let_go(made["person"], name)["copies_left"] == []
    assert outside(tmp_path) == before


@pytest.mark.parametrize(
    "name", [*NAMES, "-", "…", "\u200f\u202d", "NUL", "con.txt", "aux ", "\n\n---\nname: evil", "../" * 90]
)
def test_a_persona_may_bear_any_name(shared: Workspace, shared_root: Path, name: str) -> None:
    before = outside(shared_root)
    made = shared.create(name=name, about="We met on a ferry.")
    skill = Path(made["skill"])
    assert skill.parent == shared_root / "data" / "vault-skills"
    assert re.fullmatch(r"ex-[a-z0-9-]{1,61}", skill.name)
    assert skill.name[3:] not in ("con", "nul", "aux")
    assert shared.skill_validate(skill) == {"skill": str(skill), "ok": True, "faults": []}
    page = (skill / "SKILL.md").read_text(encoding="utf-8")
    assert not set(page) & {"\u202e", "\u202d", "\u2066", "\u200f", "\x00"}
    assert page.split("\n")[1].startswith("name: ex-")
    assert shared.show(made["person"])["name"] == name
    with pytest.raises(BadInput):
        shared.let_go(made["person"], name + "x")
    assert shared.let_go(made["person"], made["person"])["copies_left"] == []
    assert not skill.exists()
    assert shared.list_personas() == []
    assert outside(shared_root) == before


@pytest.fixture(scope="module")
def shared_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def shared(shared_root: Path) -> Iterator[Workspace]:
    (shared_root / "inbox").mkdir()
    home = shared_root / "data" / "vault"
    with Workspace(home, passphrase="a made up passphrase", zone="UTC", lang="en") as opened:
        yield opened


def refused(w: Workspace, path: Path) -> AfterwordError:
    """The error of a file that cannot be read: it says what and what next, and nothing of it is kept."""
    with pytest.raises(AfterwordError) as caught:
        w.import_files([path], me="Ann Ash")
    assert caught.value.message
    assert caught.value.next_step
    assert list(w.export()) == []
    return caught.value


def test_empty_and_foreign_files(w: Workspace, inbox: Path) -> None:
    empty = inbox / "chat.txt"
    empty.write_bytes(b"")
    assert refused(w, empty).code == "import.empty"
    picture = inbox / "picture.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(4000))
    assert refused(w, picture).code == "import.picture"
    assert refused(w, inbox / "absent.txt").code
    prose = inbox / "novel.txt"
    prose.write_bytes(b"\x00\x01novel" + os.urandom(4000))
    assert refused(w, prose).code == "import.unknown"
    log = inbox / "server.log"
    log.write_text(
        "".join(f"127.0.0.1 - - [01/Mar/2024:10:{i:02}:00 +0000] GET /{i} 200\n" for i in range(60)), encoding="utf-8"
    )
    assert refused(w, log).code == "import.unknown"


def test_a_file_that_may_not_be_read(w: Workspace, inbox: Path) -> None:
    closed = inbox / "chat.txt"
    closed.write_text(LINE.format("Ann Ash", "x"), encoding="utf-8")
    closed.chmod(0)
    if os.access(closed, os.R_OK):
        pytest.skip("this user may read everything")
    assert refused(w, closed).next_step


def bomb(path: Path, *members: tuple[str, int]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, size in members:
            with z.open(name, "w") as f:
                for _ in range(size // (1 << 20)):
                    f.write(b"\0" * (1 << 20))
    return path


def test_a_zip_bomb_is_refused_before_it_opens(w: Workspace, inbox: Path, tmp_path: Path) -> None:
    before = outside(tmp_path)
    big = bomb(inbox / "WhatsApp Chat.zip", ("_chat.txt", 600 << 20))
    assert isinstance(refused(w, big), BadInput)
    big.unlink()
    assert outside(tmp_path) == before


@pytest.mark.parametrize("name", ["../../evil.txt", "/abs.txt"])
def test_a_zip_that_leaves_its_folder_is_refused(w: Workspace, inbox: Path, tmp_path: Path, name: str) -> None:
    path = inbox / "chat.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr(name, "x")
        z.writestr("_chat.txt", LINE.format("Ann Ash", "hello") + LINE.format("Bob", "hi"))
    before = outside(tmp_path)
    assert isinstance(refused(w, path), BadInput)
    assert outside(tmp_path) == before


def test_a_cut_zip_says_so(w: Workspace, inbox: Path) -> None:
    path = inbox / "chat.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("_chat.txt", LINE.format("Ann Ash", "hello") + LINE.format("Bob", "hi"))
    w.import_files([path], me="Ann Ash")
    assert [json.loads(u)["text"] for u in w.export()] == ["hello", "hi"]
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadInput):
        w.import_files([path], me="Ann Ash")


XXE = '<?xml version="1.0"?><!DOCTYPE smses [<!ENTITY e SYSTEM "file:///etc/hostname">]><smses count="1"><sms address="1" date="1650000000000" type="1" body="&e;"/></smses>'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE smses [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{i} "{"&a;" * 10 if i == 0 else f"&a{i - 1};" * 10}">' for i in range(12))
    + "]>"
    '<smses count="1"><sms address="1" date="1650000000000" type="1" body="&a11;"/></smses>'
)


@pytest.mark.parametrize("text", [XXE, LAUGHS], ids=["external", "laughs"])
def test_xml_entities_are_refused(w: Workspace, inbox: Path, text: str) -> None:
    path = inbox / "sms.xml"
    path.write_text(text, encoding="utf-8")
    assert refused(w, path).code == "import.xml.unsafe"


def test_a_broken_database(w: Workspace, inbox: Path) -> None:
    path = inbox / "chat.db"
    db = sqlite3.connect(path)
    db.executescript(
        "CREATE TABLE handle (id TEXT); CREATE TABLE chat (chat_identifier TEXT); CREATE TABLE chat_message_join (chat_id, message_id);"
        "CREATE TABLE message (guid TEXT, text TEXT, handle_id INT, date INT, is_from_me INT);"
    )
    db.executemany("INSERT INTO message VALUES (?, ?, 0, 1, 1)", [(str(i), "x" * 500) for i in range(400)])
    db.commit()
    db.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(w, path).code == "import.sqlite"
    view = inbox / "sms.db"
    db = sqlite3.connect(view)
    db.executescript(
        "CREATE TABLE handle (id TEXT); CREATE TABLE chat_message_join (a, b); CREATE VIEW message AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c;"
    )
    db.close()
    assert refused(w, view).code == "import.imessage.table"


def test_one_enormous_line_and_deep_json(w: Workspace, inbox: Path) -> None:
    path = inbox / "chat.txt"
    path.write_text(LINE.format("Ann Ash", "x" * 5_000_000) + LINE.format("Bob", "short"), encoding="utf-8")
    w.import_files([path], me="Ann Ash")
    assert sorted(len(json.loads(u)["text"]) for u in w.export()) == [5, 5_000_000]
    deep = inbox / "result.json"
    deep.write_text(
        '{"name": "x", "type": "personal_chat", "id": 1, "messages": [{"id": 1, "type": "message", "date_unixtime": "1", "text": '
        + "[" * 200_000,
        encoding="utf-8",
    )
    importer, _ = identify(deep)
    with pytest.raises(BadInput) as e:
        list(importer.read(deep, Options()))
    assert e.value.code == "import.json.deep"


DEEP = 1_000_000
CHATLAB = '{"chatlab": {"version": "0.0.1"}, "meta": {"name": "x", "platform": "wechat", "type": "private"}, "members": [], "messages": ['
TELEGRAM = '{"name": "x", "type": "personal_chat", "id": 1, "messages": ['
WEFLOW = '{"weflow": {"version": "1"}, "session": {"wxid": "x", "nickname": "y"}, "messages": ['
BAD: dict[str, str | bytes] = {
    "open.json": "[" * DEEP,
    "objects.json": '{"a":' * DEEP,
    "lines.jsonl": '{"at": "2023-01-01", "speaker": "a", "text": ' + "[" * DEEP,
    "chatlab.json": CHATLAB + "[" * DEEP,
    "weflow.json": WEFLOW + '{"a":' * DEEP,
    "result.json": TELEGRAM + '{"id": 1, "text": ' + '{"a": [' * DEEP,
    "spaces.txt": " \n" * 100,
    "zeros.txt": b"\0" * 5000,
    "head.zip": b"PK\x03\x04" + b"\x99" * 100,
    "head.db": b"SQLite format 3\0",
    "page.db": b"SQLite format 3\0" + b"\x55" * 4080,
    "outside.xml": '<!DOCTYPE smses SYSTEM "http://127.0.0.1/x.dtd"><smses count="1"><sms address="1" date="1" type="1" body="a"/></smses>',
    "parameter.xml": '<!DOCTYPE smses [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><smses count="1"><sms address="1" date="1" type="1" body="a"/></smses>',
    "wide.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE smses [<!ENTITY e "x">]><smses count="1"><sms address="1" date="1" type="1" body="&e;"/></smses>'.encode(
        "utf-16"
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_made_to_do_harm_is_refused(shared: Workspace, shared_root: Path, name: str) -> None:
    path = shared_root / "inbox" / name
    given = BAD[name]
    path.write_bytes(given.encode() if isinstance(given, str) else given)
    before = outside(shared_root)
    error = refused(shared, path)
    assert isinstance(error, BadInput)
    assert error.code not in ("import.failed", "import.nothing")
    assert name in error.message
    with contextlib.suppress(AfterwordError):
        shared.who([path])
    assert outside(shared_root) == before
    assert list((shared_root / "data" / "vault" / "shelves").iterdir()) == []
    assert shared.vault.keys.names() == ("vault",)
    path.unlink()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lines.jsonl", '{"at": "2023-01-01T10:00:00", "speaker": "Bob", "text": "half \\ud83d of it \\u0000"}\n{"at": "2023-01-01T10:01:00", "speaker": "Ann Ash", "text": "whole"}\n'),
        ("result.json", TELEGRAM + '{"id": 1, "type": "message", "date_unixtime": "1600000000", "from": "Bob\\ud83d", "from_id": "user1", "text": "half \\ud83d"}, {"id": 2, "type": "message", "date_unixtime": "1600000060", "from": "Ann Ash", "from_id": "user2", "text": "whole"}, 5, null, "x", [1]]}'),
        ("chat.txt", LINE.format("Bob", "\x1b]0;owned\x07 \u2028 \x85 \x0c \ufffe") + LINE.format("Ann Ash", "whole")),
    ],
    ids=["jsonl", "telegram", "whatsapp"],
)  # fmt: skip
def test_broken_characters_inside_a_good_file_are_kept_or_counted(
    w: Workspace, inbox: Path, name: str, text: str
) -> None:
    path = inbox / name
    path.write_text(text, encoding="utf-8")
    (source,) = w.import_files([path], me="Ann Ash")["sources"]
    assert source["records"] == source["messages"] + sum(source["skipped"].values())
    assert source["messages"] == 2
    texts = [json.loads(line)["text"] for line in w.export()]
    assert len(texts) == 2
    assert "whole" in texts
    "".join(texts).encode()  # half a character would not be UTF-8


def test_a_bad_file_beside_a_good_one_loses_nothing(w: Workspace, inbox: Path) -> None:
    (inbox / "a.txt").write_text(LINE.format("Ann Ash", "hello") + LINE.format("Bob", "hi"), encoding="utf-8")
    (inbox / "b.bin").write_bytes(b"\x00PNG" + os.urandom(500))
    done = w.import_files([inbox], me="Ann Ash")
    assert [s["messages"] for s in done["sources"]] == [2]
    assert [Path(f["path"]).name for f in done["left"]] == ["b.bin"]


def test_care_rights_of_every_file(w: Workspace, inbox: Path, tmp_path: Path) -> None:
    chat = inbox / "chat.txt"
    chat.write_text(
        "".join(LINE.format(who, f"words {i}") for i in range(40) for who in ("Ann Ash", "Bob")), encoding="utf-8"
    )
    mask = os.umask(0)
    try:
        w.create([chat], name="Bob", me="Ann Ash", subject="Bob")
    finally:
        os.umask(mask)
    held = [p for name in ("vault", "vault-skills") for p in (tmp_path / "data" / name).rglob("*")]
    assert len(held) > 8
    for path in held:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    for name in ("vault", "vault-skills"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o777 == 0o700


def test_a_skill_overwrites_nothing_that_is_not_ours(w: Workspace, tmp_path: Path) -> None:
    person = w.create(name="Bob", about="x")["person"]
    theirs = tmp_path / "skills" / person
    theirs.mkdir(parents=True)
    (theirs / "notes.md").write_text("mine", encoding="utf-8")
    with pytest.raises(NotAllowed):
        w.skill_write(person, tmp_path / "skills")
    assert (theirs / "notes.md").read_text(encoding="utf-8") == "mine"


def test_two_at_once_lose_nothing(tmp_path: Path, inbox: Path) -> None:
    files = []
    for n in range(2):
        path = inbox / f"chat{n}.txt"
        path.write_text(
            "".join(LINE.format(who, f"chat {n} words {i}") for i in range(300) for who in ("Ann Ash", f"Bob {n}")),
            encoding="utf-8",
        )
        files.append(path)
    home = tmp_path / "data" / "vault"
    Workspace(home, passphrase="a made up passphrase", zone="UTC").close()
    faults: list[AfterwordError] = []

    def come_in(path: Path) -> None:
        try:
            with Workspace(home, passphrase="a made up passphrase", zone="UTC") as one:
                one.import_files([path], me="Ann Ash")
        except AfterwordError as e:
            faults.append(e)

    threads = [threading.Thread(target=come_in, args=(f,)) for f in files]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert {e.code for e in faults} <= {"vault.busy"}
    with Workspace(home, passphrase="a made up passphrase", zone="UTC") as w:
        w.import_files(files, me="Ann Ash")
        assert len(list(w.export())) == 1200
