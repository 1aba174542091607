"""The court: words letter by letter, speaker by speaker; numbers with their n; what the user told, as told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword import Workspace
from afterword.model import Claim, Evidence, Measurement, Quote, Utterance
from afterword.profile import judge
from afterword.profile.court import check_correction

SAID = Utterance("u1", "ta", 0, "I left it by the radiator, 记得吗")
THEIRS = Utterance("u2", "me", 0, "I have your umbrella")
WITNESS = {"u1": SAID, "u2": THEIRS}.get
SHARED = Path(os.environ.get("AFTERWORD_SHARED") or Path(__file__).resolve().parents[3] / "shared")
TALKS = sorted((SHARED / "data" / "conversations").glob("*.json"))


def claim(
    *quotes: Quote, numbers: tuple[str, ...] = (), made_by: str = "measure", against: Evidence | None = None
) -> Claim:
    return Claim(
        "c1:x", "voice", "k", {"en": "x", "zh": "x"}, "ta", made_by, Evidence(quotes, numbers), against or Evidence()
    )  # type: ignore[arg-type]


def verdict(c: Claim, measured: dict[str, Measurement] | None = None) -> str:
    return judge(c, WITNESS, measured or {}).verdict.name


def test_exact_words_of_the_subject_stand() -> None:
    for words in ("I left it", "by the radiator, 记得吗", SAID.text):
        judged = judge(claim(Quote("u1", words)), WITNESS, {})
        assert (judged.verdict.name, judged.evidence.quotes) == ("supported", (Quote("u1", words),))


@given(st.integers(0, len(SAID.text) - 1), st.characters(exclude_categories=["Cs"]))
def test_one_changed_character_loses_the_quote(place: int, char: str) -> None:
    words = SAID.text[:place] + char + SAID.text[place + 1 :]
    assert verdict(claim(Quote("u1", words))) == ("supported" if words == SAID.text else "unsupported")


@pytest.mark.parametrize(
    ("quote", "why"),
    [
        (Quote("u2", "I have your umbrella"), "somebody else"),
        (Quote("u9", "I left it"), "not in the records"),
        (Quote("u1", "  "), "empty"),
        (Quote("u1", "i left it"), "not the words"),
    ],
)
def test_what_does_not_stand_says_why(quote: Quote, why: str) -> None:
    judged = judge(claim(quote), WITNESS, {})
    assert judged.verdict.name == "unsupported"
    assert why in judged.verdict.why
    assert judged.evidence.quotes == ()


def test_a_false_quote_does_not_hide_behind_a_true_one() -> None:
    judged = judge(claim(Quote("u1", "I left it"), Quote("u2", "your umbrella")), WITNESS, {})
    assert judged.verdict.name == "supported"
    assert len(judged.evidence.quotes) == 1
    assert "somebody else" in judged.verdict.why


def test_numbers_need_their_n() -> None:
    enough = Measurement("voice.length", 3, "words", 40, minimum=30)
    few = Measurement("voice.length", 3, "words", 29, minimum=30)
    unknown = Measurement("voice.length", None, "words", 400, minimum=30)
    assert verdict(claim(numbers=("voice.length",)), {"voice.length": enough}) == "supported"
    for m in (few, unknown):
        assert verdict(claim(numbers=("voice.length",)), {"voice.length": m}) == "unsupported"
    assert verdict(claim(numbers=("voice.other",)), {"voice.length": enough}) == "unsupported"


def test_what_the_user_told_is_never_evidence() -> None:
    assert verdict(claim(made_by="user")) == "told-by-user"
    assert verdict(claim(Quote("u1", "I left it"), made_by="user")) == "told-by-user"
    contested = judge(claim(made_by="user", against=Evidence((Quote("u1", "I left it"),))), WITNESS, {})
    assert contested.verdict.name == "contested"
    assert contested.against.quotes


def test_a_correction_is_met_with_the_words() -> None:
    assert check_correction("LEFT it", [SAID]) == (Quote("u1", SAID.text),)
    assert check_correction("honey", [SAID]) == ()
    assert check_correction(" ", [SAID]) == ()


def every_claim_holds(w: Workspace, person: str, subject: str) -> int:
    """Each claim opens with `why`, each quote stands letter by letter in a line that the subject wrote."""
    lines = {u["id"]: u for u in map(json.loads, w.export())}
    shown = w.show(person)
    claims = [c for part in shown["topics"].values() for c in part]
    for c in claims:
        proof = w.why(c["id"], person)
        assert c["verdict"] in ("supported", "told-by-user", "contested"), c
        if c["made_by"] == "measure":
            assert proof["quotes"] or proof["measurements"], c
        for quote in proof["quotes"]:
            line = lines[quote["utterance"]]
            assert line["speaker"] == subject, (c["statement"], line)
            assert quote["words"] in line["text"]
            assert any(x["id"] == quote["utterance"] for x in quote["context"])
        for m in proof["measurements"]:
            assert m["n"] >= m["minimum"]
            assert m["value"] is not None
    return len(claims)


def test_every_claim_of_a_story_opens(told_story: tuple[Workspace, Any]) -> None:
    w, story = told_story
    (person,) = [p["person"] for p in w.list_personas()]
    assert every_claim_holds(w, person, story.subject) > 40


@pytest.mark.skipif(not TALKS, reason="the shared conversations are not on this machine (AFTERWORD_SHARED)")
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("talk", TALKS, ids=lambda p: p.stem)
def test_no_quote_of_the_partner_is_given_to_the_subject(talk: Path, side: int, tmp_path: Path) -> None:
    doc = json.loads(talk.read_text(encoding="utf-8"))
    subject, me = doc["speakers"][side], doc["speakers"][1 - side]
    chat = tmp_path / "chat.txt"
    tool = SHARED / "tools" / "as_export.py"
    subprocess.run(
        [sys.executable, str(tool), str(talk), "whatsapp-android", str(chat)], check=True, capture_output=True
    )
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC") as w:
        made = w.create([chat], name=subject, me=me, subject=subject)
        assert every_claim_holds(w, made["person"], subject) == len(made["claims"]) > 5
