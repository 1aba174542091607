"""The claims of whole chats, for both people in each: every claim opens, every quote is the subject's own line.

In: the shipped stories, and every conversation of the shared data dressed as an export. Looked at twice: as `show` and
`why` tell it, and as it stands in the files of the skill folder, which is what a host's model reads.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.app.demo import stories
from afterword.model import Measurement
from afterword.profile import voice

SHARED = Path(os.environ.get("AFTERWORD_SHARED") or Path(__file__).resolve().parents[3] / "shared")
TALKS = sorted((SHARED / "data" / "conversations").glob("*.json"))
QUOTED = re.compile(r"^  - `?(\{.*\})`?$", re.M)
OTHERS = re.compile(r"^  - ([^`{\n]+): (\{.*\})$", re.M)
EXAMPLE = re.compile(r"^(\{.*\})$", re.M)


def portrait(folder: Path, files: list[Path], me: str, subject: str, zone: str = "UTC", lang: str = "en") -> int:
    """Make a persona and look at every claim; the number of claims."""
    with Workspace(folder / "vault", passphrase="a made up passphrase", zone=zone, lang=lang) as w:
        made = w.create(files, name=subject, me=me, subject=subject, lang=lang)
        lines = {u["id"]: u for u in map(json.loads, w.export())}
        shown = [c for part in w.show(made["person"])["topics"].values() for c in part]
        assert sorted(c["id"] for c in shown) == sorted({c["id"] for c in made["claims"]})
        for c in shown:
            opened = w.why(c["id"], made["person"])
            assert c["verdict"] == "supported", c
            assert c["made_by"] == "measure"
            # the court had nothing to drop: what it was given was chosen with care
            assert not re.search("somebody else|not in the records|not the words|fewer than|nothing was", c["why"]), c
            assert opened["quotes"] or opened["measurements"], c
            for quote in opened["quotes"]:
                line = lines[quote["utterance"]]
                assert line["speaker"] == subject, c["statement"]
                assert quote["words"] == line["text"]
                assert quote["at"] == line["at"]
                for near in quote["context"]:
                    assert (near["speaker"], near["text"]) == (lines[near["id"]]["speaker"], lines[near["id"]]["text"])
                assert quote["utterance"] in [near["id"] for near in quote["context"]]
            for m in opened["measurements"]:
                assert m["value"] is not None
                assert m["n"] >= m["minimum"] >= 1, m["name"]
                assert m["source"], m["name"]
        files_hold(Path(made["skill"]), lines, subject)
        return len(shown)


def files_hold(skill: Path, lines: dict[str, Any], subject: str) -> None:
    """Each line of chat in the folder is given to the person who wrote it."""
    quoted = 0
    for path in (skill / "references").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        for raw in QUOTED.findall(text):
            quote = json.loads(raw)
            line = lines[quote["id"]]
            assert (line["speaker"], line["text"], line["at"][:16]) == (subject, quote["words"], quote["at"])
            quoted += 1
        for name, raw in OTHERS.findall(text):
            said = json.loads(raw)
            line = lines[said["line"]]
            assert (line["speaker"], line["text"], line["at"][:16]) == (name, said["said"], said["at"])
            assert name != subject
        for raw in EXAMPLE.findall(text) if path.name == "voice.md" else ():
            example = json.loads(raw)
            (name,) = [k for k in example if k not in ("at", "to", "ids")]
            assert example[name] == [lines[i]["text"] for i in example["ids"]]
            assert {lines[i]["speaker"] for i in example["ids"]} == {subject}
            theirs = {line["text"] for line in lines.values() if line["speaker"] != subject}
            assert {*example["to"]} <= theirs
    assert quoted


@pytest.mark.parametrize("side", ["subject", "me"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_claim_of_a_shipped_story_opens(lang: str, side: str, tmp_path: Path) -> None:
    story = stories()[lang]
    me, subject = (story.me, story.subject) if side == "subject" else (story.subject, story.me)
    assert portrait(tmp_path, [story.file], me, subject, story.zone, lang) > 40


@pytest.mark.skipif(not TALKS, reason="the shared conversations are not on this machine (AFTERWORD_SHARED)")
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("talk", TALKS, ids=lambda p: p.stem)
def test_every_claim_of_a_real_conversation_opens(talk: Path, side: int, tmp_path: Path) -> None:
    doc = json.loads(talk.read_text(encoding="utf-8"))
    chat = tmp_path / "chat.txt"
    tool = SHARED / "tools" / "as_export.py"
    subprocess.run(
        [sys.executable, str(tool), str(talk), "whatsapp-android", str(chat)], check=True, capture_output=True
    )
    assert portrait(tmp_path, [chat], doc["speakers"][1 - side], doc["speakers"][side]) > 5


def test_too_short_a_chat_makes_no_number(tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    rows = [("Ann", "is the kettle on"), ("Bob", "it is"), ("Ann", "good"), ("Bob", "come then")]
    chat.write_text(
        "".join(f"17/03/2023, 10:0{i} - {who}: {text}\n" for i, (who, text) in enumerate(rows)), encoding="utf-8"
    )
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        made = w.create([chat], name="Bob", me="Ann", subject="Bob")
        measured = w.show(made["person"])["measurements"]
        assert all(m["value"] is None or m["n"] >= m["minimum"] for m in measured)
        named = {m for c in made["claims"] for m in c["measurements"]}
        assert named <= {m["name"] for m in measured if m["value"] is not None}
        assert not named & {m["name"] for m in measured if m["name"].startswith("voice.") and m["n"] < 5}
        assert "Too few messages" in (Path(made["skill"]) / "SKILL.md").read_text(encoding="utf-8")


def test_a_correction_that_the_records_contradict_shows_the_lines(tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    rows = [("Ann", "早安 love"), ("Bob", "Morning, sunshine"), ("Ann", "sunshine yourself"), ("Bob", "起床啦")] * 5
    chat.write_text(
        "".join(f"17/03/2023, 10:{i:02d} - {who}: {text}\n" for i, (who, text) in enumerate(rows)), encoding="utf-8"
    )
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        made = w.create([chat], name="Bob", me="Ann", subject="Bob")
        met = w.correct("Bob would never say sunshine", words="SUNSHINE")
        assert met["claim"]["verdict"] == "contested"
        assert {q["words"] for q in met["contradicted_by"]} == {"Morning, sunshine"}
        assert {q["speaker"] for q in met["contradicted_by"]} == {"Bob"}
        assert len(w.why(met["claim"]["id"])["against"]) == 5
        chinese = w.correct("ta不会这么说", words="起床")
        assert {q["words"] for q in chinese["contradicted_by"]} == {"起床啦"}
        for words in ("早安", "love", "darling", ""):
            plain = w.correct("Bob would not say that", words=words)
            assert (plain["claim"]["verdict"], plain["contradicted_by"]) == ("told-by-user", []), words
        told = w.remember("Bob said sunshine every morning", kind="habit")
        assert told["claim"]["verdict"] == "told-by-user"
        evidence = (Path(made["skill"]) / "references" / "evidence.md").read_text(encoding="utf-8")
        assert "Morning, sunshine" in evidence


@pytest.mark.parametrize(("plain", "telling"), [("before", "gutted"), ("已经", "绝了")])
def test_words_that_anybody_uses_are_no_claim_unless_they_stand_far_out(plain: str, telling: str) -> None:
    def row(term: str, z: float) -> dict[str, object]:
        return {"term": term, "count": 20, "sessions": 9, "z": z, "dp": 0.2, "support": []}

    def claimed(*rows: dict[str, object]) -> list[str]:
        m = Measurement("words.typical", [*rows], "terms", 500)
        return [d.key.removeprefix("typical:") for d in voice.drafts(m, {}, {}, "s")]

    assert claimed(row(plain, 2.5), row(telling, 2.5)) == [telling]
    assert claimed(row(plain, 6.5)) == [plain]
    assert len(claimed(*(row(f"{telling}{i}", 3.0) for i in range(40)))) == voice.SHOWN
