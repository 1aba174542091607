"""A folder or a zip of anything: what is taken, what is left and why; and that unpacking leaves nothing behind."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from afterword import Workspace
from afterword.errors import BadInput, ChoiceNeeded
from afterword.store.vault import Vault

ANDROID = "17/03/2023, {}:{:02} - {}: {}\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as opened:
        yield opened


def chat(who: str, hour: int = 10, lines: int = 6) -> str:
    pair = ("Ann Ash", who)
    return "".join(ANDROID.format(hour, i, pair[i % 2], f"line {i} for {who}") for i in range(lines))


def telegram(name: str, messages: int) -> str:
    import json

    rows = [
        {
            "id": i,
            "type": "message",
            "date_unixtime": str(1_679_000_000 + 60 * i),
            "from": (name, "Ann Ash")[i % 2],
            "from_id": f"user{i % 2}",
            "text": f"card {i}",
        }
        for i in range(messages)
    ]
    return json.dumps({"name": name, "type": "personal_chat", "id": 0, "messages": rows})


def test_a_zip_of_several_exports_is_read_like_its_folder(w: Workspace, inbox: Path, tmp_path: Path) -> None:
    parts = {
        "phone/WhatsApp Chat with Bob Birch.txt": chat("Bob Birch"),
        "desktop/ChatExport/result.json": telegram("Cleo Cole", 4),
        "desktop/ChatExport/video_files/v.mp4": "film",
        "notes/state.bin": "\x00\x01",
    }
    for name, text in parts.items():
        path = inbox / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with zipfile.ZipFile(inbox / "all.zip", "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(name, text)
    done = w.import_files([inbox / "all.zip"], me="Ann Ash")
    assert {Path(s["path"]).name: s["messages"] for s in done["sources"]} == {
        "WhatsApp Chat with Bob Birch.txt": 6,
        "result.json": 4,
    }
    assert all(s["path"].startswith(str(inbox / "all.zip") + "/") for s in done["sources"])
    assert done["left_by_reason"] == {"media": 1, "unknown": 1}
    again = w.import_files([inbox / "export"], me="Ann Ash")
    assert [s["new"] for s in again["sources"]] == [0, 0]
    assert not (tmp_path / "vault" / "workshop").exists()


@pytest.mark.parametrize("name", ["all.tar", "all.tgz", "all.tar.gz"])
def test_a_tar_is_read_like_its_folder(w: Workspace, inbox: Path, tmp_path: Path, name: str) -> None:
    parts = {
        "Takeout/WhatsApp Chat with Bob Birch.txt": chat("Bob Birch"),
        "Takeout/film/v.mp4": "film",
        "Takeout/state.bin": "\x00\x01",
    }
    with tarfile.open(inbox / name, "w" if name.endswith(".tar") else "w:gz") as tar:
        for entry, text in parts.items():
            info = tarfile.TarInfo(entry)
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    done = w.import_files([inbox / name], me="Ann Ash")
    assert [s["path"] for s in done["sources"]] == [str(inbox / name) + "/Takeout/WhatsApp Chat with Bob Birch.txt"]
    assert [s["messages"] for s in done["sources"]] == [6]
    assert done["left_by_reason"] == {"media": 1, "unknown": 1}
    assert not (tmp_path / "vault" / "workshop").exists()


def test_a_tar_with_a_link_leaves_nothing_behind(w: Workspace, inbox: Path, tmp_path: Path) -> None:
    (inbox / "chat.txt").write_text(chat("Cleo Cole"), encoding="utf-8")
    with tarfile.open(inbox / "all.tgz", "w:gz") as tar:
        tar.add(inbox / "chat.txt", "first.txt")
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hosts"
        tar.addfile(link)
    with pytest.raises(BadInput) as e:
        w.import_files([inbox / "all.tgz"], me="Ann Ash")
    assert e.value.code == "import.zip.unsafe"
    done = w.import_files([inbox], me="Ann Ash")
    assert [Path(s["path"]).name for s in done["sources"]] == ["chat.txt"]
    assert done["left_by_reason"] == {"import.zip.unsafe": 1}
    assert not (tmp_path / "vault" / "workshop").exists()


def test_a_zip_in_a_zip_is_opened_and_one_deeper_is_left(w: Workspace, inbox: Path) -> None:
    inner = chat("Bob Birch").encode()
    for depth in range(4):
        path = inbox / f"z{depth}.zip"
        with zipfile.ZipFile(path, "w") as z:
            z.writestr("readme.bin", b"\x00")
            z.writestr(f"z{depth - 1}.zip" if depth else "a/chat.txt", inner)
        inner = path.read_bytes()
    done = w.import_files([inbox / "z1.zip"], me="Ann Ash")
    assert [s["messages"] for s in done["sources"]] == [6]
    with pytest.raises(BadInput) as e:
        w.import_files([inbox / "z3.zip"], me="Ann Ash")
    assert e.value.code == "import.nothing"
    assert [item["reason"] for item in e.value.details["left"]].count("zip") == 1


def test_what_a_crash_left_unpacked_is_gone_on_the_next_open(tmp_path: Path) -> None:
    home = tmp_path / "vault"
    with Workspace(home, passphrase="a made up passphrase"):
        (home / "workshop" / "0").mkdir(parents=True)
        (home / "workshop" / "0" / "chat.txt").write_text("CANARY", encoding="utf-8")
    Vault(home, lambda fresh: "a made up passphrase").close()
    assert not (home / "workshop").exists()


def test_unpacked_files_are_for_the_owner_only_and_go_when_the_import_fails(
    w: Workspace, inbox: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(inbox / "all.zip", "w") as z:
        z.writestr("x.bin", b"\x00")
        z.writestr("a/WhatsApp Chat with Bob.txt", chat("Bob"))
        z.writestr("a/WhatsApp Chat with Cleo.txt", chat("Cleo", 11))
    modes: list[int] = []

    def look(what: str, n: int) -> None:
        modes.append((tmp_path / "vault" / "workshop").stat().st_mode & 0o777)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        w.import_files([inbox / "all.zip"], me="Ann Ash", progress=look)
    assert modes == [0o700]
    assert not (tmp_path / "vault" / "workshop").exists()
    assert w.people() == []


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt", "a/../../evil.txt", "C:\\evil.txt"])
def test_a_zip_that_climbs_out_is_refused(w: Workspace, inbox: Path, tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(inbox / "all.zip", "w") as z:
        z.writestr("x.bin", b"\x00")
        z.writestr(name, chat("Bob"))
    with pytest.raises(BadInput) as e:
        w.import_files([inbox / "all.zip"], me="Ann Ash")
    assert e.value.code == "import.zip.unsafe"
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_bomb_is_refused_before_it_is_opened(w: Workspace, inbox: Path) -> None:
    with zipfile.ZipFile(inbox / "all.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("x.bin", b"\x00")
        z.writestr("a/chat.txt", b"0" * (64 << 20))
    with pytest.raises(BadInput) as e:
        w.import_files([inbox / "all.zip"], me="Ann Ash")
    assert e.value.code == "import.zip.bomb"


def test_one_file_that_leaves_a_choice_open_does_not_stop_the_others(w: Workspace, inbox: Path) -> None:
    (inbox / "clear.txt").write_text(chat("Bob Birch"), encoding="utf-8")
    open_ = "".join(f"03/0{d}/2023, 10:00 - {who}: hi\n" for d, who in ((4, "Ann Ash"), (4, "Cleo Cole")))
    (inbox / "open.txt").write_text(open_, encoding="utf-8")
    done = w.import_files([inbox], me="Ann Ash")
    assert [Path(s["path"]).name for s in done["sources"]] == ["clear.txt"]
    assert [(Path(f["path"]).name, f["code"]) for f in done["failed"]] == [("open.txt", "import.date-order")]


def test_numbers_in_names_are_numbers(inbox: Path) -> None:
    from afterword.app.gathering import walk

    for n in (1, 2, 10, 9):
        (inbox / f"message_{n}.json").write_text("{}", encoding="utf-8")
    assert [p.name for p in walk(inbox)[0]] == [f"message_{n}.json" for n in (1, 2, 9, 10)]


def test_the_report_says_how_a_file_was_read(w: Workspace, inbox: Path) -> None:
    path = inbox / "chat.txt"
    path.write_text(chat("Bob Birch"), encoding="utf-8")
    (looked,) = w.inspect([path], zone="Europe/London")["sources"]
    (done,) = w.import_files([path], me="Ann Ash")["sources"]
    same = ("importer", "reason", "records", "messages", "skipped", "people", "first", "last", "encoding", "date_order")
    assert {k: looked[k] for k in same} == {k: done[k] for k in same}
    assert looked["people"] == [
        {"name": "Ann Ash", "messages": 3, "mine": None},
        {"name": "Bob Birch", "messages": 3, "mine": None},
    ]
    assert (looked["first"], looked["last"]) == ("2023-03-17", "2023-03-17")
    assert looked["reason"]
    assert (looked["new"], done["new"], done["duplicates"]) == (0, 6, 0)


def test_looking_needs_no_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("AFTERWORD_HOME", str(home))
    (tmp_path / "chat.txt").write_text(chat("Bob"), encoding="utf-8")
    Workspace.inspect([tmp_path / "chat.txt"])
    assert not home.exists()


def test_links_and_hidden_files_in_a_folder_are_not_followed(w: Workspace, inbox: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(chat("Eve"), encoding="utf-8")
    os.symlink(secret, inbox / "link.txt")
    (inbox / ".hidden.txt").write_text(chat("Eve"), encoding="utf-8")
    (inbox / "chat.txt").write_text(chat("Bob"), encoding="utf-8")
    done = w.import_files([inbox], me="Ann Ash")
    assert [Path(s["path"]).name for s in done["sources"]] == ["chat.txt"]


def test_folders_of_programs_and_hidden_files_are_counted_not_read(w: Workspace, inbox: Path) -> None:
    for name in (
        "a/node_modules/x/README.txt", "a/node_modules/x/y.txt", ".git/config", "venv/lib/z.txt", "b/.hidden.txt", "b/.DS_Store",
        "b/~$lock.docx",
    ):  # fmt: skip
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(chat("Eve"), encoding="utf-8")
    (inbox / "b" / "chat.txt").write_text(chat("Bob"), encoding="utf-8")
    with zipfile.ZipFile(inbox / "all.zip", "w") as z:
        z.writestr("c/chat.txt", chat("Bob"))
        z.writestr("c/.cache/d.txt", chat("Eve"))
        z.writestr(".hidden.txt", chat("Eve"))
    done = w.import_files([inbox], me="Ann Ash")
    assert {Path(s["path"]).name for s in done["sources"]} == {"chat.txt"}
    assert {(str(Path(x["path"]).relative_to(inbox)), x["reason"], x["note"]) for x in done["left"]} == {
        (".git", "program", "1"),
        ("a/node_modules", "program", "2"),
        ("venv", "program", "1"),
        ("b", "hidden", "3"),
        ("all.zip", "hidden", "1"),
        ("all.zip/c/.cache", "program", "1"),
    }


def test_a_folder_of_a_program_that_is_given_by_itself_is_read(w: Workspace, tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "chat.txt").write_text(chat("Bob"), encoding="utf-8")
    assert len(w.import_files([tmp_path / ".cache"], me="Ann Ash")["sources"]) == 1


def locked(data: bytes) -> bytes:
    """A zip whose entries say that they have a password."""
    out = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        here = -1
        while (here := out.find(mark, here + 1)) >= 0:
            out[here + at] |= 1
    return bytes(out)


@pytest.mark.parametrize("inside", ["holiday.jpg", "WhatsApp Chat with Eve.txt"])
def test_zips_that_cannot_be_opened_are_named_and_stop_nothing(w: Workspace, inbox: Path, inside: str) -> None:
    (inbox / "chat.txt").write_text(chat("Bob"), encoding="utf-8")
    path = inbox / "secret.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr(inside, chat("Eve"))
    whole = path.read_bytes()
    path.write_bytes(locked(whole))
    (inbox / "cut.zip").write_bytes(b"\x00 no zip at all")
    (inbox / "damaged.zip").write_bytes(whole.replace(b"line 2 for Eve", b"line 7 for Bob"))
    done = w.import_files([inbox], me="Ann Ash")
    assert [Path(s["path"]).name for s in done["sources"]] == ["chat.txt"]
    told = {Path(x["path"]).name: x.get("reason") or x["code"] for x in (*done["left"], *done["failed"])}
    assert told == {
        "secret.zip": "import.zip.password",
        "cut.zip": "import.zip.broken",
        "damaged.zip": "import.zip.broken",
    }
    for name, code in told.items():
        with pytest.raises(BadInput) as e:
            w.import_files([inbox / name], me="Ann Ash")
        assert e.value.code == code
        assert e.value.next_step


def test_a_stray_file_without_the_owner_does_not_stop_the_others(w: Workspace, inbox: Path) -> None:
    (inbox / "chat.txt").write_text(chat("Bob"), encoding="utf-8")
    others = chat("Bob").replace("Ann Ash", "Somebody Else")
    (inbox / "others.txt").write_text(others, encoding="utf-8")
    with pytest.raises(ChoiceNeeded) as e:
        w.import_files([inbox], me="Nobody Here")
    assert e.value.code == "people.me"
    done = w.import_files([inbox], me="Ann Ash")
    assert [Path(s["path"]).name for s in done["sources"]] == ["chat.txt"]
    assert [(Path(f["path"]).name, f["code"]) for f in done["failed"]] == [("others.txt", "people.me")]


def test_what_only_might_be_a_chat_asks_nothing_among_other_files(w: Workspace, inbox: Path) -> None:
    (inbox / "chat.txt").write_text(chat("Bob"), encoding="utf-8")
    (inbox / "play.txt").write_text("ROMEO: hark\nJULIET: what now\n" * 30, encoding="utf-8")
    (inbox / "bank.csv").write_text("Date,Description,Amount\n" + "01/03/2024,CARD,-3.20\n" * 9, encoding="utf-8")
    done = w.import_files([inbox], me="Ann Ash")
    assert [Path(s["path"]).name for s in done["sources"]] == ["chat.txt"]
    assert {Path(item["path"]).name for item in done["left"]} == {"play.txt", "bank.csv"}
    assert not done["failed"]
    with pytest.raises(ChoiceNeeded) as e:
        w.import_files([inbox / "play.txt"])
    assert e.value.code == "people.me"
