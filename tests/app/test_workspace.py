"""The operations behind every door: each record counted, one copy of a chat, nothing half done, the way back exact."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import threading
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.app.demo import stories
from afterword.errors import AfterwordError, BadInput, BadSettings, ChoiceNeeded, NotFound, TryAgain
from afterword.importers import Options
from afterword.store import vault as vault_room

PASSPHRASE = "a made up passphrase"


def android(lines: list[tuple[str, str]], first: int = 0) -> str:
    start = datetime(2023, 3, 17, 9, 0)
    return "".join(
        f"{start + timedelta(minutes=first + i):%d/%m/%Y, %H:%M} - {who}: {text}\n"
        for i, (who, text) in enumerate(lines)
    )


SNAILS = [
    ("Ann Ash", f"did you feed the snails {i}?") if i % 2 else ("Bob Birch", f"fed them, the big one bit me {i} haha")
    for i in range(80)
]


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as opened:
        yield opened


def chat(folder: Path, name: str = "chat.txt", lines: list[tuple[str, str]] = SNAILS) -> Path:
    path = folder / name
    path.write_text(android(lines), encoding="utf-8")
    return path


def made(w: Workspace, path: Path) -> dict[str, Any]:
    return w.create(
        [path], name="Bob", me="Ann Ash", subject="Bob Birch", about="We kept snails.", traits="Dry, and quick."
    )


def words(w: Workspace) -> list[tuple[str, str, str]]:
    return [(u["speaker"], u["at"], u["text"]) for u in map(json.loads, w.export())]


def on_disk(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def empty(w: Workspace) -> bool:
    """Nothing of any file is kept: no shelf, no key but the register's."""
    return not list((w.vault.home / "shelves").iterdir()) and w.vault.keys.names() == ("vault",)


# -- telling, correcting, going back ------------------------------------------------------------------------------


def test_every_claim_opens_to_words_or_a_number(w: Workspace, tmp_path: Path) -> None:
    person = made(w, chat(tmp_path))["person"]
    said = {u["id"]: u for u in map(json.loads, w.export())}
    claims = [c for part in w.show(person)["topics"].values() for c in part]
    assert len(claims) > 5
    for claim in claims:
        proof = w.why(claim["id"])
        assert proof["statement"] == claim["statement"]
        if claim["verdict"] == "told-by-user":
            assert proof["said_at"]
            continue
        assert proof["quotes"] or proof["measurements"]
        for quote in proof["quotes"]:
            assert quote["words"] in said[quote["utterance"]]["text"]
            assert said[quote["utterance"]]["speaker"] == "Bob Birch"
            assert quote["utterance"] in {line["id"] for line in quote["context"]}
        assert all(m["n"] > 0 for m in proof["measurements"])


def test_the_way_back_brings_the_portrait_and_the_folder(w: Workspace, tmp_path: Path) -> None:
    first = made(w, chat(tmp_path))
    person, folder = first["person"], Path(first["skill"])
    portrait, files = w.show(person), on_disk(folder)
    w.remember("we named the big one Gerald", person, "memory")
    wrong = w.correct("never laughed in writing", person, words="haha")
    assert wrong["claim"]["verdict"] == "contested"
    assert all("haha" in q["words"] for q in wrong["contradicted_by"])
    assert w.show(person) != portrait
    assert on_disk(folder) != files
    assert [v["version"] for v in w.versions(person)] == [1, 2, 3]
    back = w.rollback(1, person)
    assert back["version"] == 4
    assert w.show(person) == portrait
    assert on_disk(folder) == files
    assert w.versions(person)[0]["bytes"] == w.versions(person)[3]["bytes"]
    w.rollback(3, person)
    assert "Gerald" in json.dumps(w.show(person))


def test_what_was_told_is_found_and_labelled(w: Workspace, tmp_path: Path) -> None:
    person = made(w, chat(tmp_path))["person"]
    w.remember("she proposed at the lighthouse", person, "memory")
    found = w.recall("lighthouse", person)
    assert (found["label"], found["told"], found["hits"]) == ("told-by-you", ["she proposed at the lighthouse"], [])
    assert w.recall("submarine", person)["label"] == "not-in-records"
    known = w.recall("the big one bit me 40", person, k=2)
    assert known["label"] == "known"
    assert any(u["text"] == "fed them, the big one bit me 40 haha" for u in known["hits"][0]["utterances"])


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        (lambda w: w.remember("x", kind="gossip"), BadInput, "note.kind"),
        (lambda w: w.remember("  "), BadInput, "note.empty"),
        (lambda w: w.correct("x", claim="c1:none"), NotFound, "claim.unknown"),
        (lambda w: w.why("c1:none"), NotFound, "claim.unknown"),
        (lambda w: w.rollback(99), NotFound, "version.unknown"),
        (lambda w: w.show("nobody"), NotFound, "persona.unknown"),
        (lambda w: list(w.export("xml")), BadInput, "export.format"),
        (lambda w: w.skill_install(host="nohost"), BadInput, "skill.host"),
        (lambda w: w.let_go(None, "Rob"), BadInput, "let-go.name"),
        (lambda w: w.remember("half a character \ud83d"), BadInput, "text.encoding"),
        (lambda w: w.create(name="\udcff", about="x"), BadInput, "text.encoding"),
        (lambda w: w.create(name=" ", about="x"), BadInput, "create.name"),
        (lambda w: w.create(name="Zoe"), BadInput, "create.nothing"),
        (lambda w: w.create(name="Zoe", about="x", days=91), BadInput, "create.days"),
        (lambda w: w.create(name="Zoe", about="x", consent="maybe"), BadInput, "create.consent"),
        (lambda w: w.set_zone("Mars/Base"), BadSettings, "settings.timezone"),
    ],
)
def test_what_cannot_be_done_says_what_and_what_next(
    kept: Workspace, call: Any, error: type[AfterwordError], code: str
) -> None:
    before = (kept.list_personas(), kept.versions(), kept.show())
    with pytest.raises(error) as e:
        call(kept)
    assert (e.value.code, bool(e.value.message), bool(e.value.next_step)) == (code, True, True)
    assert (kept.list_personas(), kept.versions(), kept.show()) == before


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("kept")
    with Workspace(folder / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as opened:
        made(opened, chat(folder))
        yield opened


def test_with_two_personas_one_is_asked_for(w: Workspace) -> None:
    w.create(name="Zoe", about="x")
    w.create(name="林小雨", about="y")
    with pytest.raises(ChoiceNeeded) as e:
        w.show()
    assert len(e.value.details["choices"]) == 2
    assert w.show("林小雨")["name"] == "林小雨"


# -- files --------------------------------------------------------------------------------------------------------


def dresses(folder: Path) -> list[Path]:
    """One chat four times: an early export, a later and longer one, the same under another name, the same as a zip."""
    early = chat(folder, "WhatsApp Chat with Bob Birch.txt", SNAILS[:50])
    late = folder / "later"
    late.mkdir()
    longer = chat(late, "WhatsApp Chat with Bob Birch.txt")
    renamed = chat(late, "bob (2).txt", SNAILS[30:60])
    renamed.write_text(android(SNAILS[30:60], first=30), encoding="utf-8")
    packed = folder / "WhatsApp Chat - Bob Birch.zip"
    with zipfile.ZipFile(packed, "w") as z:
        z.write(longer, "_chat.txt")
        z.writestr("IMG-20230317-WA0001.jpg", b"\xff\xd8")
    return [early, longer, renamed, packed]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_a_chat_exported_again_is_one_copy(w: Workspace, tmp_path: Path, order: tuple[int, ...]) -> None:
    files = dresses(tmp_path)
    new = 0
    for i in order:
        done = w.import_files([files[i]], me="Ann Ash")
        new += done["sources"][0]["new"]
    assert new == len(SNAILS)
    assert [(who, text) for who, _, text in words(w)] == SNAILS
    assert len(w.vault.shelves()) == 1
    again = w.import_files(files, me="Ann Ash")
    assert [s["new"] for s in again["sources"]] == [0, 0, 0, 0]


def test_one_impossible_moment_costs_its_record_and_not_the_file(w: Workspace, tmp_path: Path) -> None:
    rows = "".join(
        f'<sms address="+100" contact_name="Bob Birch" date="{date}" type="{1 + i % 2}" body="words {i}"/>'
        for i, date in enumerate([1650000000000, 99999999999999999999, 1650000060000])
    )
    path = tmp_path / "sms.xml"
    path.write_text(f'<?xml version="1.0"?><smses count="3">{rows}</smses>', encoding="utf-8")
    (source,) = w.import_files([path])["sources"]
    assert (source["records"], source["messages"], source["skipped"]) == (3, 2, {"unreadable-date": 1})
    assert [text for _, _, text in words(w)] == ["words 0", "words 2"]
    (shelf,) = w.vault.shelves()
    ((raw,),) = w.vault.shelf(shelf["id"]).db.execute("SELECT raw FROM skipped").fetchall()
    assert "words 1" in raw


def test_a_file_that_fails_half_way_leaves_nothing(w: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    good = "".join(
        f'{{"id": {i}, "type": "message", "date_unixtime": "{1600000000 + i}", "from": "Bob", "from_id": "user1", "text": "x"}},'
        for i in range(500)
    )
    path.write_text('{"name": "Bob", "type": "personal_chat", "id": 1, "messages": [' + good + "[" * 9000, "utf-8")
    with pytest.raises(BadInput) as e:
        w.import_files([path], me="Ann Ash")
    assert e.value.code == "import.json.deep"
    assert empty(w)


def test_a_choice_that_is_open_leaves_nothing(w: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ChoiceNeeded):
        w.import_files([chat(tmp_path)])
    assert empty(w)


@pytest.mark.parametrize("change", ["grows", "shrinks"])
def test_a_file_that_changes_while_it_is_read_is_not_half_kept(w: Workspace, tmp_path: Path, change: str) -> None:
    path = chat(tmp_path, lines=SNAILS * 260)

    def meddle(what: str, n: int) -> None:
        if change == "grows":
            with path.open("a", encoding="utf-8") as f:
                f.write("18/04/2023, 09:00 - Bob Birch: and one more\n")
        else:
            os.truncate(path, 400_000)

    with pytest.raises((TryAgain, BadInput)) as e:
        w.import_files([path], me="Ann Ash", progress=meddle)
    assert e.value.code == "import.changed"
    assert e.value.next_step
    assert empty(w)
    (source,) = w.import_files([path], me="Ann Ash")["sources"]
    assert source["records"] == source["messages"] == source["new"] == len(words(w))


def test_what_lies_beside_a_chat_is_named_and_does_not_stop_it(w: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    chat(folder)
    (folder / "state.bin").write_bytes(b"\x00\xd8\xff" + os.urandom(400))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "film.mp4").write_bytes(b"....ftyp")
    assert {p["name"]: p["messages"] for p in w.who([folder])} == {"Ann Ash": 40, "Bob Birch": 40}
    done = w.import_files([folder], me="Ann Ash")
    assert [s["new"] for s in done["sources"]] == [80]
    left = {"state.bin": "unknown", "empty.txt": "empty", "film.mp4": "media"}
    assert {Path(f["path"]).name: f["reason"] for f in done["left"]} == left
    assert done["left_by_reason"] == {"unknown": 1, "empty": 1, "media": 1}
    assert not done["failed"]


def test_where_no_file_can_be_read_it_is_an_error(w: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    for call in (lambda: w.import_files([folder], me="A"), lambda: w.create([folder], name="Bob", me="A")):
        for inside in ((), ("a.bin", "b.bin")):
            for name in inside:
                (folder / name).write_bytes(b"\x00\xd8\xff" + os.urandom(400))
            with pytest.raises(BadInput) as e:
                call()
            assert e.value.code == "import.nothing"
            assert len(e.value.details["left"]) == len(list(folder.iterdir()))
            assert e.value.next_step
        for name in inside:
            (folder / name).unlink()


def closed(folder: Path) -> Path:
    """A file that the system refuses to read, also to a user who may read everything."""
    path = chat(folder)
    path.chmod(0)
    if os.access(path, os.R_OK):
        path = Path("/proc/self/mem")
    if not path.exists():
        pytest.skip("this user may read everything, and this system has no unreadable file")
    return path


def test_a_file_that_the_system_refuses(w: Workspace, tmp_path: Path) -> None:
    path = closed(tmp_path)
    for call in (lambda: w.import_files([path], me="Ann Ash"), lambda: w.who([path])):
        with pytest.raises(BadInput) as e:
            call()
        assert e.value.code == "import.unreadable"
        assert path.name in e.value.message
    assert empty(w)


def test_a_file_name_in_another_encoding(w: Workspace, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "聊天记录.txt".encode("gbk")))
    try:
        path.write_text(android(SNAILS), encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes UTF-8 names only")
    done = w.import_files([path], me="Ann Ash")
    assert done["sources"][0]["new"] == 80
    json.dumps(done, ensure_ascii=False).encode()
    assert w.import_files([path], me="Ann Ash")["sources"][0]["note"] == "already imported"


def test_options_that_mean_nothing(w: Workspace, tmp_path: Path) -> None:
    path = chat(tmp_path)
    for options, importer, code in (
        (Options(encoding="klingon"), None, "import.encoding"),
        (Options(), "fax", "import.importer"),
    ):
        with pytest.raises(BadInput) as e:
            w.import_files([path], me="Ann Ash", options=options, importer=importer)
        assert e.value.code == code
        assert e.value.next_step
    assert empty(w)


# -- the vault ----------------------------------------------------------------------------------------------------


def test_an_empty_passphrase_locks_nothing_and_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as e:
        Workspace(tmp_path / "vault", passphrase="")
    assert e.value.code == "vault.passphrase-empty"
    assert not (tmp_path / "vault" / "keys.json").exists()


def test_a_second_writer_waits_and_then_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_room, "PATIENCE", 0.3)
    path = chat(tmp_path)
    with contextlib.ExitStack() as stack:
        one, two = (
            stack.enter_context(Workspace(tmp_path / "vault", passphrase=PASSPHRASE, zone="UTC")) for _ in range(2)
        )
        with one.vault.alone():
            with pytest.raises(TryAgain) as e:
                two.import_files([path], me="Ann Ash")
            assert e.value.code == "vault.busy"
            assert two.people() == []  # reading goes on meanwhile
        assert two.import_files([path], me="Ann Ash")["sources"][0]["new"] == 80
        assert one.people()[0]["messages"] == 40


def test_many_writers_of_one_persona_lose_no_memory(tmp_path: Path) -> None:
    home = tmp_path / "vault"
    with Workspace(home, passphrase=PASSPHRASE, lang="en") as w:
        w.create(name="Zoe", about="We met on a ferry.")
    faults: list[AfterwordError] = []
    done: list[int] = []

    def tell(n: int) -> None:
        try:
            with Workspace(home, passphrase=PASSPHRASE, lang="en") as mine:
                for i in range(3):
                    mine.remember(f"memory {n}.{i}")
            done.append(n)
        except AfterwordError as e:
            faults.append(e)

    threads = [threading.Thread(target=tell, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert (faults, sorted(done)) == ([], [0, 1, 2, 3])
    with Workspace(home, passphrase=PASSPHRASE, lang="en") as w:
        told = {c["statement"] for part in w.show()["topics"].values() for c in part}
        assert told >= {f"memory {n}.{i}" for n in range(4) for i in range(3)}
        assert [v["version"] for v in w.versions()] == list(range(1, 14))
        assert all(c["ok"] for c in w.doctor() if c["check"] in ("integrity", "permissions", "header"))


def test_letting_go_takes_the_lines_in_groups_too(w: Workspace, tmp_path: Path) -> None:
    person = made(w, chat(tmp_path))["person"]
    group = [
        (("Ann Ash", "Bob Birch", "Cleo")[i % 3], f"{('picnic', 'birchwords', 'sunday')[i % 3]} {i}") for i in range(60)
    ]
    w.import_files([chat(tmp_path, "group.txt", group)], me="Ann Ash")
    assert w.let_go_plan(person)["groups"] == 20
    receipt = w.let_go(person, "bob")
    assert (receipt["group_lines"], receipt["utterances"]) == (20, 80)
    assert {who for who, _, _ in words(w)} == {"Ann Ash", "Cleo"}
    assert len(words(w)) == 40
    for entry in w.vault.shelves():
        db = w.vault.shelf(entry["id"]).db
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            assert not [r for r in db.execute(f"SELECT * FROM {table}") if "birchwords" in str(r)], table


def dressed(rows: list[tuple[str, str]]) -> str:
    return "".join(
        f"17/03/2023, {9 + i // 60:02d}:{i % 60:02d} - {who}: {text}\n" for i, (who, text) in enumerate(rows)
    )


def test_made_again_a_persona_keeps_what_was_told_and_agreed(tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    rows = [(("Ann Ash", "Bob Birch")[i % 2], f"fed them, the big one bit me {i}") for i in range(60)]
    chat.write_text(dressed(rows), encoding="utf-8")
    named = {"name": "Bob", "me": "Ann Ash", "subject": "Bob Birch"}
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        first = w.create([chat], **named, about="We kept snails.", traits="Dry.", days=60, consent="given")
        w.remember("we named the big one Gerald")
        w.correct("he would not say that", words="bit me")
        chat.write_text(dressed([*rows, ("Bob Birch", "one more")]), encoding="utf-8")
        again = w.create([chat], **named)
        assert (again["person"], again["ends"], again["consent"]) == (first["person"], first["ends"], "given")
        assert again["coverage"]["utterances"] == 61
        told = {c["statement"] for c in again["claims"] if c["made_by"] == "user"}
        assert told == {"We kept snails.", "Dry.", "we named the big one Gerald", "he would not say that"}
        third = w.create([chat], **named, about="We kept a lot of snails.", days=10)
        assert third["ends"] < first["ends"]
        told = {c["statement"] for c in third["claims"] if c["made_by"] == "user"}
        assert told == {"We kept a lot of snails.", "Dry.", "we named the big one Gerald", "he would not say that"}


def test_a_group_makes_a_portrait_only_when_asked(tmp_path: Path) -> None:
    chat = tmp_path / "WhatsApp Chat with Sunday hikers.txt"
    rows = [(("Ann Ash", "Bob Birch", "Cleo Carr")[i % 3], f"line number {i} of the hike hahaha") for i in range(150)]
    chat.write_text(dressed(rows), encoding="utf-8")
    named = {"name": "Bob", "me": "Ann Ash", "subject": "Bob Birch"}
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        with pytest.raises(AfterwordError) as e:
            w.create([chat], **named)
        assert e.value.code == "people.no-direct-chat"
        made = w.create([chat], **named, groups=True)
        assert made["coverage"]["by_subject"] == 50
        lines = {u["id"]: u["speaker"] for u in map(json.loads, w.export())}
        quoted = [q["utterance"] for c in made["claims"] for q in c["quotes"]]
        assert quoted
        assert {lines[q] for q in quoted} == {"Bob Birch"}
        assert not any(c["topic"] in ("names", "conflict") for c in made["claims"]), (
            "whom words are for is not known here"
        )
        with pytest.raises(AfterwordError) as e:
            w.create([chat], name="Cleo", me="Ann Ash", subject="Cleo Carr", groups=True)
        assert e.value.code == "create.group-taken"
        assert w.let_go(made["person"], "Bob")["key"] == "destroyed"


@pytest.mark.parametrize(
    ("lang", "line", "own"),
    [("zh", "你还记得我们去南极那次吗", "记录"), ("en", "remember when we went to Antarctica?", "records")],
)
def test_a_turn_is_in_the_language_of_the_persona_wherever_a_host_runs(
    lang: str, line: str, own: str, tmp_path: Path
) -> None:
    other = {"zh": "en", "en": "zh"}[lang]
    s = stories()[lang]
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone=s.zone, lang=other) as w:
        w.create([s.file], name=s.subject, me=s.me, subject=s.subject, lang=lang)
        assert own in w.turn(line)["show"]
        (fault, *_) = w.review("嗯嗯 记得记得" if lang == "zh" else "yes of course i remember", line=line)["faults"]
        assert bool(re.search("[一-鿿]", fault["fix"])) == (lang == "zh")
