"""Real and derived exports that lie beside the repository, and conversations dressed as eight of their formats.

The material is not shipped: AFTERWORD_SHARED names the folder, by default `../shared`. Without it these tests are skipped.
What an importer finds must be what the manifest counts, or the reason stands in DIFFERENT; a reason that is no longer
needed fails as well. Formats of a later day stand in NOT_YET: they must end in a clear error, never in a wrong reading.
"""

from __future__ import annotations

import csv
import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.errors import BadInput, ChoiceNeeded
from afterword.importers import Options, identify
from afterword.model import Message

SHARED = Path(os.environ.get("AFTERWORD_SHARED") or Path(__file__).resolve().parents[3] / "shared")
TALKS = sorted((SHARED / "data" / "conversations").glob("*.json"))
DRESSES = {
    "whatsapp-android": ".txt", "whatsapp-ios": ".txt", "telegram": ".json", "memotrace": ".txt",
    "weflow": ".json", "sms": ".xml", "chatlab": ".json", "imessage": ".db",
}  # fmt: skip
FOLDERS = ("whatsapp/", "wechat/", "telegram/", "sms_android/", "imessage/", "chatlab/")
DATA = (".txt", ".zip", ".csv", ".json", ".jsonl", ".xml", ".db")

pytestmark = pytest.mark.skipif(not TALKS, reason="the shared exports are not on this machine (AFTERWORD_SHARED)")

# end of path -> (records found, why it is not what the manifest counts)
DIFFERENT: dict[str, tuple[int, str]] = {
    "sms_and_mms.xml": (50, "the file ends inside its last element: 49 messages and one record of the cut"),
}
ERRORS: dict[str, str] = {
    "_chat 3.txt": "import.date-order",  # every date fits day-first and month-first, so it is asked for
    "WhatsApp Chat with Andrew Ryan.txt": "import.empty",
    "derived/wechat/memotrace_v2_ai_chat.txt": "import.memotrace.masked",
}
NOT_YET = re.compile(
    r"target\.json|/dbs/(?:chats|contacts)/|transcript-\d\.json|beeper__|schema\.json|memotrace_v1_train|pywxdump_wxid|weflow\.txt|chatlog\.json|"
    r"wechatexporter|whatsapp_chat_exporter_result|rows?\.json"
)


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


@pytest.mark.parametrize(("file", "expected", "counted"), fixtures(), ids=lambda v: v if "/" in str(v) else "")
def test_a_real_export_has_its_expected_count(file: str, expected: str, counted: str) -> None:
    path = SHARED / "fixtures" / file
    code = next(
        (c for end, c in ERRORS.items() if file.endswith(end)), "import.unknown" if NOT_YET.search(file) else ""
    )
    if code:
        with pytest.raises((BadInput, ChoiceNeeded)) as e:
            list(identify(path)[0].read(path, Options()))
        assert e.value.code == code
        return
    importer, _ = identify(path)
    records = list(importer.read(path, Options()))
    named = sum(1 for r in records if isinstance(r, Message) and (r.handle or r.mine))
    wanted = [int(n) for n in re.findall(r"^\d+", counted) + re.findall(r"^\d+$", expected)]
    found, reason = next((v for end, v in DIFFERENT.items() if file.endswith(end)), (None, ""))
    if reason:
        assert len(records) == found, reason
        assert found not in wanted, f"no longer needed: {reason}"
    else:
        assert wanted, f"the manifest counts nothing for {file}"
        assert len(records) in wanted, (importer.name, len(records), wanted)
        if m := re.search(r"\((\d+) with sender\)", counted):
            assert named == int(m[1])


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
    found = sorted((u["at"][:16], u["speaker"], u["text"]) for u in lines)
    assert found == said(doc)


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
    assert sorted((u["at"][:16], u["speaker"], u["text"]) for u in lines) == said(doc)
    assert {len(u["sources"]) for u in lines} == {8}
