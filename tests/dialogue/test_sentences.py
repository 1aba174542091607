"""The words of a talk: what the fixed sentences never say, what was corrected, and the mood of a line."""

from __future__ import annotations

from pathlib import Path

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
