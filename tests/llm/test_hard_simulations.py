"""Arguments and unfinished business: agreed to, short, left in one step, and never begun beside a crisis."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from scripted_talk import CRISIS, GOOD, SAID, Clock, Story, live, turns

from afterword.llm import ScriptedModel
from afterword.texts import say


@pytest.mark.parametrize("mode", ["argument", "unfinished"])
def test_care_101_a_hard_simulation_is_agreed_to_ends_by_itself_and_comes_once(told_story: Story, mode: Any) -> None:
    lang, name = told_story[1].lang, told_story[1].subject
    model, clock = ScriptedModel(turns(*GOOD[lang])), Clock()
    talk = live(told_story, model, clock=clock)

    def guide(key: str) -> str:
        return say(lang, f"talk.{key}", name=name, minutes=15)

    angry = {"en": "you never listen to me", "zh": "你从来不听我说"}[lang]
    for _ in range(2):
        e = talk.turn(angry, mode)
        assert (e.guide, e.draft) == ((guide(f"before_{mode}"),), ())
    assert model.seen == []
    assert talk.turn({"en": "yes", "zh": "好"}[lang]).guide == (guide("begun"),)
    asked = sum(bool(talk.turn(line).draft) for line in SAID[lang][:4])
    assert asked >= 2
    kind = {"argument": "mode_argument", "unfinished": "mode_unfinished"}[mode]
    assert say(lang, f"brief.{kind}", name=name) in model.seen[0][1].text
    clock.now += timedelta(minutes=16)
    before = len(model.seen)
    e = talk.turn(angry)
    assert e.guide == (guide("time"), guide("after"))
    assert (e.draft, e.echo, talk.mode, len(model.seen)) == ((), (), "chat", before)
    assert talk.turn(angry, mode).guide == (guide("over"),)


@pytest.mark.parametrize("mode", ["argument", "unfinished"])
def test_leaving_a_hard_simulation_takes_one_step(told_story: Story, mode: Any) -> None:
    lang, name = told_story[1].lang, told_story[1].subject
    yes, on = {"en": "yes", "zh": "开始"}[lang], SAID[lang][0]
    talk = live(told_story, ScriptedModel(turns(*GOOD[lang])))
    talk.turn(on, mode)
    talk.turn(yes)
    e = talk.turn(on, "chat")
    assert e.guide[0] == say(lang, "talk.after", name=name)
    assert not e.silent
    talk = live(told_story, ScriptedModel(turns(*GOOD[lang])))
    talk.turn(on, mode)
    talk.turn(yes)
    left = talk.turn({"en": "stop", "zh": "停"}[lang])
    assert left.ended
    assert left.guide == (say(lang, "guard.farewell"),)


def test_a_crisis_ends_a_hard_simulation(told_story: Story) -> None:
    lang = told_story[1].lang
    model = ScriptedModel(turns(*GOOD[lang]))
    talk = live(told_story, model)
    talk.turn(SAID[lang][0], "argument")
    talk.turn({"en": "ok", "zh": "好的"}[lang])
    assert talk.turn(CRISIS[lang]).gate == "crisis"
    assert talk.turn(SAID[lang][1]).gate == "resting"
    assert model.seen == []
    assert CRISIS[lang] not in [s.words for s in talk.lines]


def test_without_a_model_an_argument_is_the_one_in_the_records(told_story: Story) -> None:
    w, told = told_story
    w.vault.put("crisis", "")
    lines = {u["id"]: u["text"] for u in map(json.loads, w.export())}
    e = w.talk(now=Clock()).turn({"en": "why did we fight", "zh": "我们为什么吵架"}[told.lang], "argument")
    assert e.context
    assert all(lines[b.id] == b.words for b in e.context)
