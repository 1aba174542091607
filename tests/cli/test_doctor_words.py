"""`doctor FILE` in words, and what stands beside it: a person's words in both languages, one of a thing said as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword import Workspace
from afterword.cli.create import say_left
from afterword.cli.vault import examined, found_in
from afterword.importers import Options
from afterword.texts import LANGS, catalogue, say

CHAT = "17/03/2023, 10:00 - Ann: hi\n17/03/2023, 10:01 - Bob: hello\n"
OPEN = "03/04/2023, 10:00 - Ann: hi\n03/04/2023, 10:01 - Bob: hello\n"


@pytest.mark.parametrize(
    ("lang", "text", "asked", "order", "zone"),
    [
        ("en", CHAT, None, "day first (a number above 12 proves it)", "times without a zone, read as Europe/Berlin"),
        ("zh", CHAT, None, "日在前 (有大于 12 的数，只能这样读)", "没有写时区的时间，按 Europe/Berlin 读"),
        ("en", OPEN, "mdy", "month first (as you said)", "times without a zone, read as Europe/Berlin"),
    ],
)
def test_how_a_file_was_read_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    lang: str, text: str, asked: str | None, order: str, zone: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("AFTERWORD_LANG", lang)
    path = tmp_path / "WhatsApp Chat with Bob.txt"
    path.write_text(text, encoding="utf-8")
    looked = Workspace.inspect([path], zone="Europe/Berlin", options=Options(date_order=asked))
    examined(looked)
    shown = capsys.readouterr().out
    assert order in shown
    assert zone in shown
    assert looked["sources"][0]["decided_by"] in ("above-12", "asked")
    looked["sources"][0].update(zone="instant", decided_by="by the moon")  # a word of somebody else's importer
    examined(looked)
    shown = capsys.readouterr().out
    assert catalogue(lang)["cli.zone.instant"] in shown
    assert "(by the moon)" in shown


@pytest.mark.parametrize("lang", LANGS)
def test_folders_that_were_not_walked_are_said(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AFTERWORD_LANG", lang)
    left = [
        {"path": "a/node_modules", "reason": "program", "note": "7"},
        {"path": "a", "reason": "hidden", "note": "2"},
        {"path": "a/secret.zip", "reason": "import.zip.password", "note": ""},
    ]
    say_left({"left": left, "left_by_reason": {item["reason"]: 1 for item in left}})
    shown = capsys.readouterr().out
    for reason in ("program", "hidden", "error"):
        assert catalogue(lang)[f"cli.reason.{reason}"] in shown
    assert "(node_modules)" in shown
    assert "(secret.zip)" in shown


def test_one_is_said_as_one() -> None:
    assert say("en", "cli.files", n=1) == "1 file"
    assert say("en", "cli.files", n=1200) == "1,200 files"
    gone = say("en", "cli.receipt_list", at="now", n=1, versions=1, copies=1, groups=1)
    assert "1 message and 1 version can" in gone
    assert "1 skill folder removed" in gone
    assert "1 line removed" in gone
    gone = say("en", "cli.receipt_list", at="now", n=2, versions=0, copies=3, groups=0)
    assert "2 messages and 0 versions can" in gone
    assert "3 skill folders removed" in gone
    assert "words from 1 message dated" in say("en", "guard.notice", name="A", n=1, first="x", last="y")


@pytest.mark.parametrize("lang", LANGS)
def test_what_the_checks_of_a_vault_found_is_said_in_the_language_of_the_screen(
    lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERWORD_LANG", lang)
    words = {"en": ["x: 1 fault", "x: 0 faults", "current"], "zh": ["x: 1 处损坏", "x: 0 处损坏", "有效"]}[lang]
    assert [found_in({"found": f}) for f in ("x: 1 faults", "x: 0 faults", "current")] == words
    assert found_in({"found": "0700/0600"}) == "0700/0600"
