"""The vault: encrypted at every moment, whole or an error, and really gone when a key is destroyed."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from afterword.errors import AfterwordError, BadInput, BadSettings
from afterword.store import Vault, pairs
from afterword.store.cipher import DatabaseError
from afterword.store.keys import derive
from afterword.store.search import search

CANARY = "kanarienvogel-七三一九"


def words(fresh: bool) -> str:
    return "correct horse"


def filled(home: Path) -> tuple[Vault, str]:
    vault = Vault(home, words)
    shelf = vault.stage()
    shelf.db.execute("INSERT INTO source VALUES (1, 's1:x', '')")
    shelf.db.execute("INSERT INTO handle VALUES (1, '', 'Ann', '', NULL, 'p1:ann')")
    shelf.add_rows([(1, 60 * i, 0, 0, f"{CANARY} {i}", 1, f"line {i}", None) for i in range(500)])
    shelf.mint(lambda handle, at, kind, text: at + 1, lambda key, n: key + n)
    return vault, vault.adopt(shelf, speaker="p1:ann", title=CANARY, direct=True, platform="test").id


def everything(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_care_053_nothing_readable_on_disk_while_open(tmp_path: Path) -> None:
    vault, id = filled(tmp_path / "v")
    vault.put("note", CANARY)
    held = everything(tmp_path)
    assert CANARY.encode() not in held
    assert CANARY.encode("utf-16-le") not in held
    assert not (tmp_path / "v" / "vault.db").read_bytes().startswith(b"SQLite format")
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "v" / "shelves" / f"{id}.db").execute("SELECT * FROM utterance")
    vault.close()


def test_care_054_nothing_readable_after_a_forced_kill(tmp_path: Path) -> None:
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[2])\n"
        "from test_vault import *\n"
        "vault, id = filled(Path(sys.argv[1]))\n"
        "shelf = vault.shelf(id); shelf.db.execute('BEGIN'); shelf.put('half', CANARY)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "v"), str(Path(__file__).parent)], check=False)
    assert done.returncode == -9
    assert CANARY.encode() not in everything(tmp_path)
    with_open = Vault(tmp_path / "v", words)
    assert len(list(with_open.shelf(with_open.shelves()[0]["id"]).rows())) == 500
    with_open.close()


def test_a_wrong_passphrase_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    vault, _ = filled(tmp_path / "v")
    vault.close()
    before = everything(tmp_path)
    with pytest.raises(BadSettings) as e:
        Vault(tmp_path / "v", lambda fresh: "wrong")
    assert e.value.code == "vault.passphrase"
    assert everything(tmp_path) == before


def test_care_055_known_answer_and_no_downgrade(tmp_path: Path) -> None:
    key = derive("password", b"somesaltsomesalt", 3, 64 * 1024, 4)
    assert key == derive("password", b"somesaltsomesalt", 3, 64 * 1024, 4)
    assert len(key) == 32
    Vault(tmp_path / "v", words).close()
    path = tmp_path / "v" / "keys.json"
    data = json.loads(path.read_text())
    data["kdf"]["memory"] = 1024
    path.write_text(json.dumps(data))
    with pytest.raises(BadInput, match="weaker"):
        Vault(tmp_path / "v", words)


def test_care_056_swapped_keys_do_not_open(tmp_path: Path) -> None:
    vault, id = filled(tmp_path / "v")
    vault.close()
    path = tmp_path / "v" / "keys.json"
    data = json.loads(path.read_text())
    data["keys"]["vault"], data["keys"][f"shelf:{id}"] = data["keys"][f"shelf:{id}"], data["keys"]["vault"]
    path.write_text(json.dumps(data))
    with pytest.raises(BadSettings):
        Vault(tmp_path / "v", words)


def test_care_057_flipped_bits_are_errors_never_other_words(tmp_path: Path) -> None:
    import random

    vault, id = filled(tmp_path / "v")
    vault.close()
    path = tmp_path / "v" / "shelves" / f"{id}.db"
    whole = path.read_bytes()
    honest = sorted(f"{CANARY} {i}" for i in range(500))
    chance = random.Random(7)
    noticed = 0
    for _ in range(60):
        broken = bytearray(whole)
        broken[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(broken))
        again = Vault(tmp_path / "v", words)
        try:
            read = sorted(r[5] for r in again.shelf(id).rows())
            assert read == honest
        except (AfterwordError, DatabaseError):
            noticed += 1
        finally:
            again.close()
    assert noticed >= 3  # most of the file is pages that reading the chat does not touch


def test_care_061_only_the_owner_may_read(tmp_path: Path) -> None:
    vault, _ = filled(tmp_path / "v")
    for path in (tmp_path / "v").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    vault.close()


def test_care_062_without_the_cipher_there_is_an_error_and_no_file(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['sqlcipher3'] = None\n"
        "from afterword.errors import BadSettings\n"
        "try:\n    import afterword.store\nexcept BadSettings as e:\n    print(e.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "AFTERWORD_HOME": str(tmp_path / "v")},
    )
    assert done.stdout.strip() == "vault.cipher-missing"
    assert not (tmp_path / "v").exists()


def test_care_066_an_old_copy_and_the_new_key_file_open_nothing(tmp_path: Path) -> None:
    vault, id = filled(tmp_path / "v")
    shelf = tmp_path / "v" / "shelves" / f"{id}.db"
    vault.shelf(id).db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    old = shelf.read_bytes()
    vault.destroy(id)
    assert not shelf.exists()
    shelf.write_bytes(old)
    with pytest.raises(BadInput) as e:
        vault.shelf(id)
    assert e.value.code == "vault.key-gone"
    vault.close()


def test_a_staging_file_of_a_crash_is_gone_on_the_next_open(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "v", words)
    vault.stage().close()
    vault.close()
    again = Vault(tmp_path / "v", words)
    assert list((tmp_path / "v" / "shelves").iterdir()) == []
    assert again.keys.names() == ("vault",)
    again.close()


def test_two_character_chinese_words_are_found(tmp_path: Path) -> None:
    vault, id = filled(tmp_path / "v")
    shelf = vault.shelf(id)
    said = ["今天去吃火锅吧", "下雨了，锅里有火", "running late"]
    pairs.add(shelf, [pairs.Pair(60 * i, (i,), (), text) for i, text in enumerate(said, 1)])
    assert [i for _, i in search(shelf, "pair", ["火锅"], 5)[0]] == [1]
    assert [i for _, i in search(shelf, "pair", ["run"], 5)[0]] == [3]
    vault.close()
