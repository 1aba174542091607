"""Real and derived exports that lie beside the repository, and conversations dressed as eight of their formats.

The material is not shipped: AFTERWORD_SHARED names the folder, by default `../shared`. Without it these tests are skipped.
What an importer finds must be what the manifest expects, or the reason stands in DIFFERENT; a reason that is no longer
needed fails as well. Formats of a later day stand in NOT_YET: they must end in a clear error, never in a wrong reading.
A right count can still hold wrong words, so quotes, places and, for iMessage, the words themselves are compared too.
Words are compared outside of `assert`, which would print them: people wrote them, and no log may show them.
"""

from __future__ import annotations

import base64
import csv
import functools
import json
import os
import re
import sqlite3
import subprocess
import sys
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
from afterword.model import Message, Skipped

SHARED = Path(os.environ.get("AFTERWORD_SHARED") or Path(__file__).resolve().parents[3] / "shared")
TALKS = sorted((SHARED / "data" / "conversations").glob("*.json"))
DRESSES = {
    "whatsapp-android": ".txt", "whatsapp-ios": ".txt", "telegram": ".json", "memotrace": ".txt",
    "weflow": ".json", "sms": ".xml", "chatlab": ".json", "imessage": ".db",
}  # fmt: skip
FOLDERS = ("whatsapp/", "wechat/", "telegram/", "sms_android/", "imessage/", "chatlab/")
DATA = (".txt", ".zip", ".csv", ".json", ".jsonl", ".xml", ".db")

pytestmark = pytest.mark.skipif(not TALKS, reason="the shared exports are not on this machine (AFTERWORD_SHARED)")

LEFT_OUT = (
    "the project's own test counts no lines without a sender; those are records here, and the six senders' are compared"
)
# end of path -> (records found, why that is not what the manifest expects)
DIFFERENT: dict[str, tuple[int, str]] = {
    "whatsapp/test_[mmddyy]_24hrs.txt": (9, LEFT_OUT),
    "whatsapp/test_ddmmyy_24hrs.txt": (9, LEFT_OUT),
    "whatsapp/test_mmddyyyy_12hrs.txt": (9, LEFT_OUT),
    "telegram_chat_json/result.json": (4, "the project's own test joins neighbouring messages of one sender first"),
    "sms_and_mms.xml": (
        50,
        "nothing is counted, the file ends inside an element: 49 messages and one record of the cut",
    ),
}
# end of path -> (code of the error, why it is right)
ERRORS: dict[str, tuple[str, str]] = {
    "_chat 3.txt": ("import.date-order", "every date fits day-first and month-first, so it is asked for"),
    "WhatsApp Chat with Andrew Ryan.txt": ("import.empty", "the file has 0 bytes"),
    "derived/wechat/memotrace_v2_ai_chat.txt": ("import.memotrace.masked", "no times, and names are masked"),
}
# part of path -> what it is. Not read yet, or no export at all: must end in "import.unknown".
NOT_YET: dict[str, str] = {
    "memotrace_v1_train.json": "MemoTrace's json for training",
    "pywxdump_wxid": "PyWxDump json",
    "weflow.txt": "WeFlow txt",
    "chatlog.json": "chatlog json",
    "wechatexporter": "WechatExporter txt",
    "whatsapp_chat_exporter_result.json": "WhatsApp-Chat-Exporter json",
    "target.json": "what chat-miner expects to find, no export",
    "/dbs/chats/": "rows of a chat.db, read below as a database",
    "/dbs/contacts/": "rows of an address book",
    "/transcript-": "what the rows say, used below",
    "beeper__platform-imessage": "rows of a chat.db, read below",
    "schema.json": "the schema of SMS Backup & Restore",
}


@functools.cache
def manifest() -> tuple[tuple[str, str, str], ...]:
    """(file, expected, counted) of the formats that are read today."""
    with (SHARED / "fixtures" / "MANIFEST.tsv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t"))
    chosen = {
        r["file"]: (r["file"], r["n_messages_expected"], r["n_messages_counted"])
        for r in rows
        if r["file"].removeprefix("derived/").startswith(FOLDERS) and Path(r["file"]).suffix in DATA
    }
    return tuple(chosen.values())


def fixtures() -> list[tuple[str, str, str]]:
    return list(manifest()) if TALKS else [("absent", "", "")]


def truth(expected: str, counted: str) -> int | None:
    """How many records there are: what the project's own tests expect, else a neutral count, else nobody knows."""
    m = re.fullmatch(r"\d+", expected) or re.match(r"\d+", counted)
    return int(m[0]) if m else None


def compare(file: str, expected: str, counted: str, records: Sequence[Message | Skipped]) -> None:
    found, why = next((v for end, v in DIFFERENT.items() if file.endswith(end)), (truth(expected, counted), ""))
    assert found is not None, f"the manifest counts nothing for {file}: say in DIFFERENT what is right, and why"
    assert len(records) == found, why or f"{len(records)} records, the manifest has {found}"
    assert not why or found != truth(expected, counted), f"no longer needed: {why}"
    if m := re.search(r"\((\d+) with sender\)", counted):
        assert sum(1 for r in records if isinstance(r, Message) and (r.handle or r.mine)) == int(m[1])


@pytest.mark.parametrize(("file", "expected", "counted"), fixtures(), ids=lambda v: v if "/" in str(v) else "")
def test_a_real_export_has_its_expected_count(file: str, expected: str, counted: str) -> None:
    path = SHARED / "fixtures" / file
    code = next((c for end, (c, _) in ERRORS.items() if file.endswith(end)), "")
    code = code or ("import.unknown" if any(part in file for part in NOT_YET) else "")
    if not code:
        compare(file, expected, counted, list(identify(path)[0].read(path, Options())))
        return
    with pytest.raises((BadInput, ChoiceNeeded)) as e:
        list(identify(path)[0].read(path, Options()))
    assert e.value.code == code
    assert e.value.next_step
    if code == "import.date-order":  # and with either answer the records are those that the manifest counts
        for order in e.value.details["choices"]:  # type: ignore[attr-defined]
            compare(file, "", counted, list(identify(path)[0].read(path, Options(date_order=order))))


def test_no_explanation_has_outlived_its_file() -> None:
    files = [file for file, _, _ in manifest()]
    unused = [end for end in [*DIFFERENT, *ERRORS] if not any(f.endswith(end) for f in files)]
    unused += [part for part in NOT_YET if not any(part in f for f in files)]
    assert not unused


@pytest.mark.parametrize("file", [f for f, _, _ in fixtures()], ids=str)
def test_a_real_record_is_where_it_says_and_keeps_quotes_apart(file: str) -> None:
    path = SHARED / "fixtures" / file
    try:
        records = list(identify(path)[0].read(path, Options()))
    except (BadInput, ChoiceNeeded):
        pytest.skip("not read: the reason stands above")
    assert len({r.locator for r in records}) == len(records)
    for r in records:
        if isinstance(r, Message):
            clean = not re.search(r"^引用[:：]|\[引用[ \]]", r.text, re.M) and (not r.quoted or r.quoted not in r.text)
            assert clean, f"{r.locator}: somebody else's words, under this name"
    if path.suffix == ".json":
        whole = json.loads(path.read_text(encoding="utf-8-sig"))
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
    said_in = [Counter((bool(r.mine), r.text) for r in found if r.chat == str(chat)) for chat in chats]
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
