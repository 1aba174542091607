"""Real and derived exports that lie beside the repository, and conversations dressed as eight of their formats.

The material is not shipped: AFTERWORD_SHARED names the folder, by default `../shared`. Without it these tests are skipped.
What an importer finds must be what the manifest expects, or the reason stands in a `fixtures.toml`, here or beside the
cases of the importer; a reason that is no longer needed fails as well.
A right count can still hold wrong words, so quotes, places and, for iMessage, the words themselves are compared too.
Words are compared outside of `assert`, which would print them: people wrote them, and no log may show them.
"""

from __future__ import annotations

import base64
import contextlib
import csv
import functools
import json
import os
import re
import sqlite3
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.errors import BadInput, ChoiceNeeded
from afterword.importers import Options, identify, importers
from afterword.importers.imessage_db import attributed_text
from afterword.model import FileFacts, Keepsake, Kind, Message, Skipped

SHARED = Path(os.environ.get("AFTERWORD_SHARED") or Path(__file__).resolve().parents[3] / "shared")
TALKS = sorted((SHARED / "data" / "conversations").glob("*.json"))
DRESSES = {
    "whatsapp-android": ".txt", "whatsapp-ios": ".txt", "telegram": ".json", "memotrace": ".txt",
    "weflow": ".json", "sms": ".xml", "chatlab": ".json", "imessage": ".db",
}  # fmt: skip
pytestmark = pytest.mark.skipif(not TALKS, reason="the shared exports are not on this machine (AFTERWORD_SHARED)")

AS_IS = Options()
HERE = Path(__file__).resolve().parent
NO_DATA = {".py", ".md", ".ts", ".go", ".rs", ".sql", ".cs"}


def explained(table: str) -> dict[str, dict[str, Any]]:
    """What `fixtures.toml`, here and beside the cases of each importer, says of files: path or part of it → entry."""
    pages = [HERE / "fixtures.toml", *sorted(HERE.glob("*/fixtures.toml"))]
    entries = [e for p in pages if p.exists() for e in tomllib.loads(p.read_text(encoding="utf-8")).get(table, [])]
    return {e["file"]: e for e in entries}


# [[different]] file, records, why: a count that is not what the manifest expects. `file` is the end of a path.
DIFFERENT = explained("different")
# [[error]] file, code, why: the file must end in this error.
ERRORS = explained("error")
# [[left]] file, why: no export, or one of no chat: must end in "import.unknown" or be known as a companion. Part of a path.
LEFT = explained("left")


@functools.cache
def manifest() -> tuple[tuple[str, str, str], ...]:
    """(file, expected, counted) of every file that is data: no source code, no schema, no list of expectations."""
    with (SHARED / "fixtures" / "MANIFEST.tsv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t"))
    chosen = {
        r["file"]: (r["file"], r["n_messages_expected"], r["n_messages_counted"])
        for r in rows
        if r["kind"].startswith(("real", "derived")) and Path(r["file"]).suffix not in NO_DATA
    }
    return tuple(chosen.values())


def found_in(path: Path, options: Options = AS_IS) -> list[Message | Keepsake | Skipped]:
    importer, match = identify(path)
    assert not match.companion, "a companion is not read by itself: say so under [[left]]"
    return [r for r in importer.read(path, options) if not isinstance(r, FileFacts)]


def fixtures() -> list[tuple[str, str, str]]:
    return list(manifest()) if TALKS else [("absent", "", "")]


def truth(expected: str, counted: str) -> int | None:
    """How many records there are: what the project's own tests expect, else a neutral count, else nobody knows."""
    m = re.fullmatch(r"\d+", expected) or re.match(r"\d+", counted)
    return int(m[0]) if m else None


def compare(file: str, expected: str, counted: str, records: Sequence[Message | Keepsake | Skipped]) -> None:
    other = next((v for end, v in DIFFERENT.items() if file.endswith(end)), {})
    found, why = other.get("records", truth(expected, counted)), other.get("why", "")
    assert found is not None, f"the manifest counts nothing for {file}: say under [[different]] what is right, and why"
    assert len(records) == found, why or f"{len(records)} records, the manifest has {found}"
    assert not why or found != truth(expected, counted), f"no longer needed: {why}"
    if m := re.search(r"\((\d+) with sender\)", counted):
        assert sum(1 for r in records if isinstance(r, Message) and (r.handle or r.mine)) == int(m[1])


@pytest.mark.parametrize(("file", "expected", "counted"), fixtures(), ids=lambda v: v if "/" in str(v) else "")
def test_a_real_export_has_its_expected_count(file: str, expected: str, counted: str) -> None:
    path = SHARED / "fixtures" / file
    code = next((e["code"] for end, e in ERRORS.items() if file.endswith(end)), "")
    if not code and any(part in file for part in LEFT):
        with contextlib.suppress(BadInput):
            assert identify(path)[1].companion, "it is read, so it is not left"
        return
    if not code:
        compare(file, expected, counted, found_in(path))
        return
    with pytest.raises((BadInput, ChoiceNeeded)) as e:
        found_in(path)
    assert e.value.code == code
    assert e.value.next_step
    if code == "import.date-order":  # and with either answer the records are those that the manifest counts
        for order in e.value.details["choices"]:  # type: ignore[attr-defined]
            compare(file, "", counted, found_in(path, Options(date_order=order)))


def test_no_explanation_has_outlived_its_file() -> None:
    files = [file for file, _, _ in manifest()]
    unused = [end for end in [*DIFFERENT, *ERRORS] if not any(f.endswith(end) for f in files)]
    unused += [part for part in LEFT if not any(part in f for f in files)]
    assert not unused


@pytest.mark.parametrize("file", [f for f, _, _ in fixtures()], ids=str)
def test_a_real_record_is_where_it_says_and_keeps_quotes_apart(file: str) -> None:
    path = SHARED / "fixtures" / file
    try:
        records = found_in(path)
    except (AssertionError, BadInput, ChoiceNeeded):
        pytest.skip("not read: the reason stands above")
    assert len({r.locator for r in records}) == len(records)
    for r in records:
        if isinstance(r, Message):
            clean = not re.search(r"^引用[:：]|\[引用[ \]]", r.text, re.M) and (not r.quoted or r.quoted not in r.text)
            assert clean, f"{r.locator}: somebody else's words, under this name"
    if path.suffix == ".json":
        try:
            whole = json.loads(path.read_text(encoding="utf-8-sig"))
        except ValueError:
            return  # a line of JSON for each record; its locators are lines
        for r in records:
            here = whole
            for step in r.locator.split("/")[1:]:
                here = here[int(step)] if isinstance(here, list) else here[step]
            right = isinstance(here, dict) and (
                not isinstance(r, Message) or not r.id or r.id in {str(v) for v in here.values()}
            )
            assert right, f"{r.locator} is another place"


def test_rows_of_a_real_chat_db_say_what_their_transcripts_say(tmp_path: Path) -> None:
    """The rows lie there as json, with words for ids; as a database they must give back what was said, and by whom."""
    (folder,) = (SHARED / "fixtures" / "imessage").glob("caleb531__*/tests/data")
    rows, joins = (
        json.loads((folder / "dbs" / "chats" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("message", "chat_message_join")
    )
    numbers: dict[str, int] = {}

    def number(word: object) -> int:
        return numbers.setdefault(str(word), len(numbers) + 1) if word else 0

    path = tmp_path / "chat.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(
            "CREATE TABLE message (ROWID INTEGER PRIMARY KEY, text TEXT, attributedBody BLOB, date INTEGER,"
            " is_from_me INTEGER, handle_id INTEGER);"
            "CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);"
            "CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, chat_identifier TEXT, style INTEGER);"
            "CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT);"
        )
        for m in rows:
            body = m["attributedBody"] or ""
            blob = base64.b64decode(body.removeprefix("base64:")) if body else None
            values = (number(m["ROWID"]), m["text"], blob, m["date"], m["is_from_me"], number(m["handle_id"]))
            db.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)", values)
        chats = {number(j["chat_id"]): j["chat_id"] for j in joins}
        db.executemany("INSERT INTO chat VALUES (?, ?, 45)", chats.items())
        db.executemany(
            "INSERT INTO handle VALUES (?, ?)",
            {(number(m["handle_id"]), m["handle_id"]) for m in rows if m["handle_id"]},
        )
        db.executemany(
            "INSERT INTO chat_message_join VALUES (?, ?)",
            [(number(j["chat_id"]), number(j["message_id"])) for j in joins],
        )
    importer, _ = identify(path)
    found = [r for r in importer.read(path, Options()) if isinstance(r, Message)]
    assert len(found) == len(rows) == int(next(c for f, _, c in manifest() if f.endswith("/dbs/chats/message.json")))
    assert {r.chat for r in found} <= {c.key for c in importer.chats(path, Options())}
    # A tapback that came as a text is no words either: the line it came in stands in `raw`.
    lines_of = [(r.chat, bool(r.mine), r.raw if r.kind == Kind.REACTION else r.text) for r in found]
    said_in = [Counter((mine, line) for key, mine, line in lines_of if key == str(chat)) for chat in chats]
    for name in ("transcript-1", "transcript-2"):
        lines = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        # An attachment stands there as one word in brackets; here it is no words.
        wanted = Counter(
            (t["sender"] == "Me", "" if re.fullmatch(r"\(\S+\)", t["message"]) else t["message"]) for t in lines
        )
        equal = wanted in said_in
        assert equal, f"no chat says what {name} says"


def test_a_real_typedstream_holds_the_text_that_stands_beside_it() -> None:
    compared = 0
    for path in sorted((SHARED / "fixtures" / "imessage").glob("beeper__*/src/tests/*.json")):
        row = json.loads(path.read_text(encoding="utf-8"))[0]
        words = attributed_text(base64.b64decode(row["attributedBody"].partition(",")[2]))
        assert words
        if row["text"] is not None:
            compared += 1
            equal = words == row["text"]
            assert equal, path.name
    assert compared


def test_real_rows_of_messages_keep_their_parts_and_wordings(tmp_path: Path) -> None:
    """Rows as json with their blobs: edits, parts taken back, attachments between words, tapbacks on a part."""
    edited = 0
    for source in sorted((SHARED / "fixtures" / "imessage").glob("beeper__*/src/tests/*.json")):
        row, files, *others = json.loads(source.read_text(encoding="utf-8"))
        files = [f for f in (files if isinstance(files, list) else [files]) if f.get("filename")]
        tapbacks = [
            t for found in others for t in (found if isinstance(found, list) else [found]) if isinstance(t, dict)
        ]
        path = tmp_path / f"{source.stem}.db"
        with closing(sqlite3.connect(path)) as db, db:
            db.executescript(
                "CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT);"
                "CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, attributedBody BLOB, date INTEGER, is_from_me INTEGER,"
                " handle_id INTEGER, message_summary_info BLOB, date_edited INTEGER, associated_message_type INTEGER, associated_message_guid TEXT);"
                "CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);"
                "CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY, transfer_name TEXT, filename TEXT);"
                "CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER);"
            )
            blobs = [
                base64.b64decode((row.get(k) or "").partition(",")[2]) or None
                for k in ("attributedBody", "message_summary_info")
            ]
            values = (
                row["guid"],
                row["text"],
                blobs[0],
                row["date"],
                row["is_from_me"],
                1,
                blobs[1],
                row.get("date_edited"),
                0,
                None,
            )
            db.execute("INSERT INTO message VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            for i, t in enumerate(tapbacks, 2):
                kind, target = t["associated_message_type"], t["associated_message_guid"]
                db.execute(
                    "INSERT INTO message VALUES (?, ?, '', NULL, ?, 0, 1, NULL, 0, ?, ?)",
                    (i, str(i), row["date"], kind, target),
                )
            for i, f in enumerate(files, 1):
                db.execute("INSERT INTO attachment VALUES (?, ?, ?)", (i, f["transfer_name"], f["filename"]))
                db.execute("INSERT INTO message_attachment_join VALUES (1, ?)", (i,))
        importer, _ = identify(path)
        first, *rest = [r for r in importer.read(path, Options()) if isinstance(r, Message)]
        body = attributed_text(blobs[0] or b"") or ""
        equal = "".join(first.text.split()) == "".join(body.replace("\ufffc", "").split())
        assert equal, source.name
        assert "\ufffc" not in first.text
        assert [a.name for a in first.attachments] == [f["transfer_name"] for f in files]
        assert [(r.kind, r.text, r.reply_to) for r in rest] == [(Kind.REACTION, "", row["guid"])] * len(tapbacks)
        assert first.kind != Kind.RECALLED, "a part is left"
        assert first.edited == source.name.startswith("partial")
        edited += bool(first.earlier)
    assert edited == 1


def test_a_real_table_of_other_columns_is_read_as_it_is_mapped() -> None:
    path = SHARED / "data" / "sms_zh.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    options = Options(mapping={"at": "at", "speaker": "writer", "text": "text"})
    found = list(importers()["generic_table"].read(path, options))
    dated = [(r["writer"], r["text"]) for r in rows if re.search(r"\d", r["at"])]
    assert len(found) == len(rows)
    assert Counter(r.reason for r in found if isinstance(r, Skipped)) == {"no-date": len(rows) - len(dated)}
    equal = [(r.handle, r.text) for r in found if isinstance(r, Message)] == dated
    assert equal


def dress(talk: Path, form: str, folder: Path) -> Path:
    out = folder / f"{form}{DRESSES[form]}"
    subprocess.run(
        [sys.executable, str(SHARED / "tools" / "as_export.py"), str(talk), form, str(out)],
        check=True,
        capture_output=True,
    )
    return out


def said(doc: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((m["at"][:16], m["speaker"], m["text"]) for m in doc["messages"])


@pytest.mark.parametrize("talk", TALKS, ids=lambda p: p.stem)
@pytest.mark.parametrize("form", DRESSES)
def test_every_dress_holds_every_message(talk: Path, form: str, tmp_path: Path) -> None:
    doc = json.loads(talk.read_text(encoding="utf-8"))
    me, other = doc["speakers"][1], doc["speakers"][0]
    path = dress(talk, form, tmp_path)
    with Workspace(tmp_path / "home", passphrase="a made up passphrase", zone="UTC") as w:
        done = w.import_files([path], me=me, subject=other)
        lines = [json.loads(line) for line in w.export()]
    assert [s["messages"] for s in done["sources"]] == [len(doc["messages"])]
    # a backup of text messages or of Messages knows an address for the other side and no name for the owner
    equal = sorted((u["at"][:16], u["speaker"], u["text"]) for u in lines) == said(doc)
    assert equal


@pytest.mark.parametrize("talk", TALKS[::5], ids=lambda p: p.stem)
def test_eight_dresses_are_one_copy(talk: Path, tmp_path: Path) -> None:
    doc = json.loads(talk.read_text(encoding="utf-8"))
    with Workspace(tmp_path / "home", passphrase="a made up passphrase", zone="UTC") as w:
        new = [
            source["new"]
            for form in DRESSES
            for source in w.import_files(
                [dress(talk, form, tmp_path)], me=doc["speakers"][1], subject=doc["speakers"][0]
            )["sources"]
        ]
        lines = [json.loads(line) for line in w.export()]
    assert new == [len(doc["messages"])] + [0] * 7
    equal = sorted((u["at"][:16], u["speaker"], u["text"]) for u in lines) == said(doc)
    assert equal
    assert {len(u["sources"]) for u in lines} == {8}
