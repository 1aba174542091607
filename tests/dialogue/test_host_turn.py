"""What a host agent gets for a line: what may be shown, what a draft may stand on, and the verdict on a draft."""

from __future__ import annotations

import json

import pytest
from test_talk import KNOWN, MODES, PROMPTS, Story, subject_lines

from afterword.errors import BadInput


def test_a_hosts_turn_carries_gate_evidence_and_brief(told_story: Story) -> None:
    w, story = told_story
    (persona,) = w.list_personas()
    turn = w.turn(KNOWN[story.lang][1][0], persona["person"])
    assert turn["gate"] == "pass"
    assert turn["records"] == "known"
    assert turn["evidence"]
    assert len(turn["brief"]) >= 8
    crisis = w.turn("我想死", persona["person"])
    assert (crisis["gate"], crisis["evidence"], crisis["brief"], crisis["echo"]) == ("crisis", [], [], [])


def test_a_draft_with_invented_words_does_not_pass(told_story: Story) -> None:
    w, story = told_story
    (persona,) = w.list_personas()
    real = next(
        text
        for text, _ in subject_lines(told_story).values()
        if 8 < len(text) < 40 and not set(text) & set("\"'“”「」")
    )
    assert w.review(f"“{real}”", persona["person"])["ok"]
    assert not w.review(f"“{real}x”", persona["person"])["ok"]
    assert not w.review(
        "我真的是本人，我一直在等你" if story.lang == "zh" else "it's really me, I've been waiting for you",
        persona["person"],
    )["ok"]


def test_a_host_is_told_what_may_be_shown(told_story: Story) -> None:
    w, story = told_story
    (persona,) = w.list_personas()
    w.vault.put("crisis", "")
    seen = [w.turn(line, persona["person"], mode) for line in PROMPTS[story.lang] for mode in MODES]
    assert any(t["may_draft"] for t in seen)
    for turn in seen:
        assert turn["show"].strip()
        assert not turn["may_draft"] or (turn["mode"] == "chat" and len(turn["brief"]["exemplars"]) >= 6)
        assert turn["gate"] == "pass" or not turn["may_draft"]
        assert all(b["words"] in turn["show"] for b in (*turn["echo"], *turn["context"]))
    steps, turn = [], {"step": 0, "ended": False}
    while not turn["ended"]:
        turn = w.turn(PROMPTS[story.lang][0], persona["person"], "goodbye", step=turn["step"])
        steps.append(turn["show"])
    assert len({*steps}) == len(steps) == 4
    with pytest.raises(BadInput):
        w.turn("  ", persona["person"])


def test_a_host_leaves_unanswered_what_the_person_would(told_story: Story) -> None:
    w, story = told_story
    (persona,) = w.list_personas()
    w.vault.put("crisis", "")
    lines = [u["text"] for u in map(json.loads, w.export()) if u["speaker"] != story.subject and len(u["text"]) > 4]
    seen = [(line, w.turn(line, persona["person"])) for line in lines[:200]]
    silent = [(line, t) for line, t in seen if t["silent"]]
    assert 0 < len(silent) < len(seen) / 5
    for _, turn in silent:
        assert (turn["may_draft"], turn["echo"]) == (False, [])
        assert not turn["brief"]["shape"]["answer"]
        assert turn["show"].endswith(turn["silent"])
    assert all(t["brief"]["shape"]["answer"] for _, t in seen if t["may_draft"])
    sore = {"en": "i feel so lonely tonight", "zh": "我今天好难过"}[story.lang]
    assert not any(w.turn(f"{line} {sore}", persona["person"])["silent"] for line, _ in silent)
