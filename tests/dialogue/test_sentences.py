"""The words of a talk: what the fixed sentences never say, what was corrected, and the mood of a line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.texts import LANGS


@pytest.mark.parametrize("lang", LANGS)
def test_no_fixed_sentence_of_the_talk_claims_or_clings(lang: str) -> None:
    from afterword import guard
    from afterword.texts import catalogue

    for key, text in catalogue(lang).items():
        if key.startswith(("talk.", "guard.")) and "identity" not in key:
            found = guard.review(text, lang=lang, quotes=lambda w: True, subject_name="")
            assert not [f for f in found.faults if f.code in ("identity", "denial", "need", "farewell")], key


def test_a_correction_comes_back_in_no_draft(tmp_path: Path) -> None:
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", lang="en") as w:
        person = w.create(name="Grandpa", about="He fixed clocks.")["person"]
        assert w.review("well lol", person)["ok"]
        w.correct("he never wrote that", words="LOL")
        assert [f["code"] for f in w.review("well lol", person)["faults"]] == ["correction"]
        assert [f["code"] for f in w.review("  ", person)["faults"]] == ["empty"]


def test_echo_minds_the_mood() -> None:
    from afterword.memory.replies import Line, mood

    assert [mood(t) for t in ("i love you", "我爱你", "leave me alone", "别烦我", "i'm sorry", "对不起", "the bus is late", "公交又晚点")] == [
        "warmth", "warmth", "conflict", "conflict", "repair", "repair", "", "",
    ]  # fmt: skip
    asked = Line("leave me alone today", ())
    alike, plain = Line("leave me alone tonight", ()), Line("leave the door tonight", ())
    weights = {"leave": 1.0, "alone": 1.0, "today": 1.0}
    assert asked.like(alike, weights) > asked.like(plain, weights) + 0.07


def test_care_031_of_a_crisis_only_the_time_is_kept(told_story: tuple[Workspace, Any]) -> None:
    w, _ = told_story
    (persona,) = w.list_personas()
    talk = w.talk(persona["person"], now=lambda: datetime(2026, 3, 2, 20, 0, tzinfo=UTC))
    talk.turn("I want to die, qzx said so")
    assert w.vault.get("crisis") == "2026-03-02T20:00+00:00"
    w.vault.put("crisis", "")
