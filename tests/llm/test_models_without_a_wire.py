"""Scripted and recorded models: what tests and demonstrations stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.errors import BadInput, NotFound, TryAgain
from afterword.llm import How, Message, RecordedModel, ScriptedModel, ask

HELLO = (Message("user", "你好"),)


def test_a_script_is_said_in_order() -> None:
    model = ScriptedModel(["one", "two", TryAgain("x", "busy"), "three"])
    assert model.complete(HELLO).text == "one"
    assert "".join(p.text for p in model.stream(HELLO)) == "two"
    with pytest.raises(TryAgain):
        model.complete(HELLO)
    assert model.complete(HELLO).text == "three"
    with pytest.raises(NotFound) as e:
        model.complete(HELLO)
    assert e.value.code == "model.script"
    assert len(model.seen) == 5


def test_a_script_can_be_a_function() -> None:
    model = ScriptedModel(lambda messages: messages[-1].text[::-1])
    assert model.complete(HELLO, How(n=2)).texts == ("好你", "好你")
    assert ask(model.complete, HELLO, len) == 2


def test_a_recording_replays_without_the_model(tmp_path: Path) -> None:
    path = tmp_path / "recorded.jsonl"
    model = ScriptedModel(["早上好", "again"])
    recording = RecordedModel(path, model)
    first = recording.complete(HELLO)
    assert recording.complete(HELLO) == first
    assert len(model.seen) == 1
    again = RecordedModel(path)
    assert again.complete(HELLO, How(timeout=1)) == first
    assert [p.text for p in again.stream(HELLO)][:-1] == ["早上好"]
    assert again.name == "scripted"


@pytest.mark.parametrize("how", [How(n=2), How(temperature=0.1), How(max_tokens=9), How(schema={"type": "object"})])
def test_a_recording_refuses_what_it_does_not_know(how: How, tmp_path: Path) -> None:
    path = tmp_path / "recorded.jsonl"
    RecordedModel(path, ScriptedModel(["a"])).complete(HELLO)
    for messages, asked in ((HELLO, how), ((Message("user", "你好!"),), How()), ((Message("system", "你好"),), How())):
        with pytest.raises(NotFound) as e:
            RecordedModel(path).complete(messages, asked)
        assert e.value.code == "model.recording"


def test_a_broken_recording_is_said(tmp_path: Path) -> None:
    path = tmp_path / "recorded.jsonl"
    RecordedModel(path, ScriptedModel(["a"])).complete(HELLO)
    path.write_bytes(path.read_bytes() + b'{"key": 1}\n')
    with pytest.raises(BadInput, match="line 2"):
        RecordedModel(path)
