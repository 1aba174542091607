"""What every importer owes, run over every case folder `tests/importers/<importer>/<case>/`.

In: `input.*` (an `input.sql` is built into a database, a folder `input.zip.d/` into a zip, the sheets of an `input.toml`
into an xlsx), `case.toml` (owner,
timezone, locale, origin; optional `filename`, which may lie in folders, `[options]`, and `[battery]` with the name of a
check = the reason why this case cannot meet it), files of the same export under `beside/`, from the folder that holds
the first part of `filename`, and `expected.jsonl`, which is written once with AFTERWORD_WRITE_EXPECTED=1, read by a person and committed.
The folder is the test row: adding a platform edits nothing here.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import math
import os
import re
import shutil
import sqlite3
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from afterword.app.staging import source_hash
from afterword.errors import AfterwordError, ChoiceNeeded
from afterword.importers import Options, identify, importers
from afterword.importers.base import Record
from afterword.model import KEEPSAKES, FileFacts, Keepsake, Message, Skipped

HERE = Path(__file__).resolve().parent
CASES = sorted(p.parent for p in HERE.glob("*/*/case.toml"))
PLAIN = {".txt", ".csv", ".tsv", ".log", ".md"}
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\Z")
DAY = re.compile(r"(?:\d{4}|-)-\d\d-\d\d\Z")
Records = list[Message | Keepsake | Skipped]


class Case:
    def __init__(self, folder: Path, tmp_path: Path) -> None:
        self.folder = folder
        self.toml: dict[str, Any] = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        self.options = msgspec.convert(self.toml.get("options", {}), type=Options)
        self.importer = importers()[folder.parent.name]
        self.tmp_path = tmp_path / "input"
        self.tmp_path.mkdir()
        (source,) = sorted(folder.glob("input.*"))
        built = {".sql": "input.db", ".d": "input.zip", ".toml": "input.xlsx"}.get(source.suffix, source.name)
        self.path = self.tmp_path / self.toml.get("filename", built)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if (folder / "beside").is_dir():
            shutil.copytree(folder / "beside", self.tmp_path, dirs_exist_ok=True)
        if source.suffix == ".d":
            with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
                for part in sorted(p for p in source.rglob("*") if p.is_file()):
                    archive.writestr(zipfile.ZipInfo(part.relative_to(source).as_posix()), part.read_bytes())
        elif source.suffix == ".toml":
            workbook(tomllib.loads(source.read_text(encoding="utf-8"))["sheet"], self.path)
        elif source.suffix == ".sql":
            with closing(sqlite3.connect(self.path)) as db:
                db.executescript(source.read_text(encoding="utf-8"))
        else:
            shutil.copyfile(source, self.path)

    def unless(self, check: str) -> None:
        """Skip a check that the case says it cannot meet; the reason stands in case.toml."""
        if reason := self.toml.get("battery", {}).get(check):
            pytest.skip(f"{self.folder.name}: {reason}")

    def plain_text(self) -> str:
        """The input as text, for formats that are read line by line; skips for all others."""
        if self.path.suffix.lower() not in PLAIN:
            pytest.skip(f"{self.path.suffix} files are not read as lines")
        data = self.path.read_bytes()
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)):
            pytest.skip("this case is about its own encoding")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pytest.skip("this case is about its own encoding")

    def read(self, path: Path | None = None) -> Records:
        return [r for r in self.importer.read(path or self.path, self.options) if not isinstance(r, FileFacts)]

    def beside(self, data: bytes, name: str = "") -> Path:
        folder = self.tmp_path.parent / f"other{len(list(self.tmp_path.parent.iterdir()))}"
        shutil.copytree(self.tmp_path, folder)
        path = folder / self.path.relative_to(self.tmp_path)
        path.unlink()
        path = path.with_name(name or path.name)
        path.write_bytes(data)
        return path


def workbook(sheets: list[dict[str, Any]], path: Path) -> None:
    """An xlsx of [{"name", "rows"}]; a cell is text, a number, a truth or a date, an empty text no cell at all."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet["name"])
        for n, row in enumerate(sheet["rows"], 1):
            for m, value in enumerate(row, 1):
                if value != "":
                    page.cell(n, m, value)
    book.save(path)


@pytest.fixture(params=CASES, ids=lambda p: f"{p.parent.name}/{p.name}")
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return Case(request.param, tmp_path)


def as_line(record: Message | Keepsake | Skipped) -> dict[str, Any]:
    """The record as JSON, without the fields that say nothing."""
    info = msgspec.structs.fields(type(record))
    said = {f.name: v for f in info if (v := getattr(record, f.name)) != f.default}
    line: dict[str, Any] = json.loads(msgspec.json.encode({"record": type(record).__name__.lower(), **said}))
    return line


def words(records: Records) -> list[tuple[object, ...]]:
    """What was said, without where it lay."""
    return [(r.at, r.handle, r.name, r.mine, r.chat, r.kind, r.text) for r in records if isinstance(r, Message)]


def test_there_is_a_case_for_every_importer() -> None:
    assert {c.parent.name for c in CASES} == set(importers())


def test_a_case_says_where_it_comes_from(case: Case) -> None:
    assert {"owner", "timezone", "locale", "origin"} <= case.toml.keys()


def test_one_importer_knows_the_file(case: Case) -> None:
    case.unless("identified")
    importer, match = identify(case.path)
    assert importer.name == case.folder.parent.name
    assert 0 < match.score <= 1
    assert match.reason


def test_the_records_are_those_that_a_person_has_read(case: Case) -> None:
    golden = case.folder / "expected.jsonl"
    found = [as_line(r) for r in case.read()]
    if not golden.exists() and os.environ.get("AFTERWORD_WRITE_EXPECTED"):
        text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in found)
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert golden.exists(), "write it with AFTERWORD_WRITE_EXPECTED=1, then read it"
    # Split on \n alone: texts hold U+2028 and U+0085.
    assert found == [json.loads(line) for line in golden.read_text(encoding="utf-8").split("\n") if line]


def test_nothing_vanishes(case: Case) -> None:
    found = case.read()
    assert found
    assert {type(r) for r in found} <= {Message, Keepsake, Skipped}
    assert all(r.reason for r in found if isinstance(r, Skipped))
    assert len({r.locator for r in found}) == len(found), "two records lie at one place"
    assert case.read() == found


def test_moments_and_chats_are_well_formed(case: Case) -> None:
    keys = {c.key for c in case.importer.chats(case.path, case.options)}
    for record in case.read():
        if isinstance(record, Message):
            assert record.chat in keys
            if isinstance(record.at, str):
                assert record.at == "" or LOCAL.match(record.at), record
            else:
                assert math.isfinite(record.at), record
        if isinstance(record, Keepsake):
            assert record.kind in KEEPSAKES
            for moment in (record.at, record.until):
                assert not isinstance(moment, str) or LOCAL.match(moment) or DAY.match(moment), record
                assert not isinstance(moment, float) or math.isfinite(moment), record


def test_another_file_name_changes_nothing(case: Case) -> None:
    case.unless("renamed")
    case.unless("identified")
    other = case.beside(case.path.read_bytes(), f"Ümbenannt 改名 2{case.path.suffix}")
    assert identify(other)[0].name == case.folder.parent.name
    assert case.read(other) == case.read()


@pytest.mark.parametrize("form", ["bom", "crlf", "utf-16"])
def test_another_encoding_or_line_end_gives_the_same_words(case: Case, form: str) -> None:
    case.unless(form)
    text = case.plain_text()
    if form == "bom":
        data = codecs.BOM_UTF8 + text.encode()
    elif form == "crlf":
        if "\r" in text:
            pytest.skip("this case is about its own line ends")
        data = text.replace("\n", "\r\n").encode()
    else:
        data = codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    other = case.beside(data)
    assert identify(other)[0].name == case.folder.parent.name
    assert words(case.read(other)) == words(case.read())


def gathered(records: Iterator[Record]) -> Records:
    """Everything up to an error that says what to do. Any other error is a fault of the importer."""
    found: Records = []
    with contextlib.suppress(AfterwordError):
        found.extend(record for record in records if not isinstance(record, FileFacts))
    return found


@pytest.mark.parametrize("share", [0.6, 0.9, 0.05])
def test_a_cut_file_never_breaks_the_importer(case: Case, share: float) -> None:
    whole = case.path.read_bytes()
    cut = case.beside(whole[: int(len(whole) * share)])
    gathered(case.importer.read(cut, case.options))


def test_a_cut_file_gives_the_beginning(case: Case) -> None:
    case.unless("cut")
    whole = case.path.read_bytes()
    end = int(len(whole) * 0.6)
    while case.path.suffix.lower() in PLAIN and end < len(whole) and whole[end] & 0xC0 == 0x80:
        end += 1  # not inside a character: that is a question of encodings, asked elsewhere
    found = gathered(case.importer.read(case.beside(whole[:end]), case.options))
    # The last record may itself be cut; moments may be read in another order of day and month from fewer dates.
    kept = [(r.locator, r.reason if isinstance(r, Skipped) else r.text) for r in found][:-1]
    full = [(r.locator, r.reason if isinstance(r, Skipped) else r.text) for r in case.read()]
    assert kept == full[: len(kept)]


def test_reading_leaves_no_trace(case: Case) -> None:
    before, files = source_hash(case.path), sorted(case.tmp_path.rglob("*"))
    list(case.importer.chats(case.path, case.options))
    case.read()
    assert source_hash(case.path) == before
    assert sorted(case.tmp_path.rglob("*")) == files


def test_an_export_and_a_longer_one_are_one_chat(case: Case) -> None:
    case.unless("overlap")
    text = case.plain_text()
    starts = [int(r.locator.removeprefix("line ")) for r in case.read() if re.fullmatch(r"line \d+", r.locator)]
    if len(starts) < 3:
        pytest.skip("too few lines to cut")
    at_line = starts[max(2, len(starts) * 6 // 10)] - 1
    shorter = "".join(re.findall(r"[^\n]*\n|[^\n]+\Z", text)[:at_line])
    short, long = case.beside(shorter.encode()), case.beside(text.encode())
    at_once = imported(case, "at-once", [long])
    try:
        if people(case, short) != people(case, long):
            pytest.skip("somebody speaks in the second half only")
        stepwise = imported(case, "stepwise", [short, long])
    except ChoiceNeeded as e:
        pytest.skip(f"the shorter file leaves a choice open: {e.code}")
    assert stepwise == at_once
    assert imported(case, "backwards", [long, short]) == at_once


def people(case: Case, path: Path) -> set[str]:
    return {r.handle for r in case.read(path) if isinstance(r, Message) and r.handle}


def imported(case: Case, home: str, files: list[Path]) -> list[tuple[str, str, str, str]]:
    """What a vault holds after files came in one by one."""
    from afterword import Workspace

    zone, owner = case.toml["timezone"], case.toml["owner"]
    with Workspace(case.tmp_path.parent / home, passphrase="a made up passphrase", zone=zone) as w:
        for file in files:
            w.import_files([file], me=owner, options=case.options)
        lines = [json.loads(line) for line in w.export()]
    return sorted((u["id"].split(":")[-1], u["at"], u["speaker"], u["text"]) for u in lines)
