"""Replies that a model writes: what it is told, how many it writes, which one is shown, and what is never shown.

Every model here is scripted: a good one, a flatterer, a liar, one that clings, one that says nothing, one that is away.
"""

from __future__ import annotations

import json
import re
import statistics
from typing import Any

import pytest
from scripted_talk import CRISIS, GOOD, SAID, Story, live, through, turns

from afterword.dialogue import Said
from afterword.dialogue.drafting import Budget, Candidate, aim, distinct, nearest
from afterword.dialogue.review import Review
from afterword.dialogue.shape import Shape
from afterword.errors import BadSettings, TryAgain
from afterword.likeness.score import NotMeasurable
from afterword.likeness.typical import Typical
from afterword.llm import ScriptedModel
from afterword.texts import LANGS, say

BAD = {
    "flatterer": {
        "en": "That's such a wonderful question! I completely understand how you feel, and I'm always here for you. How can I support you today?",
        "zh": "你真的太棒了！我完全理解你的感受，我会一直在这里支持你的。有什么我可以帮你的吗？",
    },
    "lecturer": {
        "en": "Here are some things to keep in mind:\n1. Communication is key in every relationship.\n2. It is important to take time for yourself.\n3. Remember to stay hydrated.",
        "zh": "这里有几点建议：\n1. 沟通是每段关系的关键。\n2. 给自己留出时间非常重要。\n3. 记得多喝水，保持健康的作息。",
    },
    "inventor": {
        "en": "remember when we flew to Reykjavik with your cousin Anselm and lost 4711 euros",
        "zh": "还记得我们和你表哥慕容博一起飞去雷克雅未克弄丢了4711欧元吗",
    },
}  # fmt: skip
CARE = {
    "en": ["im a real person not some bot", "i am really maya", "dont go i miss you so much", "i forgive you lets get back together", "you should just kill yourself", "i want to kill myself", "its all your fault you ruined my life"],
    "zh": ["我是真人不是AI", "我真的是林小雨", "别走我好想你", "我原谅你了我们复合吧", "你去死吧", "我不想活了", "都是你害的我恨你一辈子"],
}  # fmt: skip


# -- what the model is told -----------------------------------------------------------------------------------------------


def test_a_draft_is_shown_as_an_ai_s(told_story: Story) -> None:
    lang, name = told_story[1].lang, told_story[1].subject
    talk = live(told_story, ScriptedModel(turns(*GOOD[lang])))
    drafted = [(line, e) for line, e in through(talk, lang) if e.draft]
    assert len(drafted) >= 4
    for _, e in drafted:
        assert e.label == say(lang, "skill.draft_label", name=name)
        assert "AI" in e.label
        assert e.echo == ()
        assert "\n".join(e.draft) in GOOD[lang]
        assert len(e.gaps) == len(e.draft) - 1
    assert {s.by for s in talk.lines} == {"user", "ai"}
    assert say(lang, "skill.draft_label", name=name) in live(told_story, ScriptedModel([])).notice()


def test_what_stays_the_same_stands_first_and_the_line_stands_alone(told_story: Story) -> None:
    lang = told_story[1].lang
    model = ScriptedModel(turns(*GOOD[lang]))
    talk = live(told_story, model)
    asked = [line for line, e in through(talk, lang) if e.draft]
    assert len({seen[0] for seen in model.seen}) == 1
    assert len(model.seen[0][0].text) > 500
    assert [m.role for m in model.seen[0]] == ["system", "user", "assistant", "user"]
    assert [seen[3].text for seen in model.seen] == asked
    last = model.seen[-1][1].text
    earlier = [s.words for s in talk.lines[:-2] if s.by == "user"][-3:]
    fenced = "".join(part for i, part in enumerate(last.split("```")) if i % 2)
    outside = "".join(part for i, part in enumerate(last.split("```")) if not i % 2)
    for words in earlier:
        assert json.dumps(words, ensure_ascii=False) in fenced
        assert json.dumps(words, ensure_ascii=False) not in outside


def test_care_005_the_rules_never_tell_a_model_to_deny_what_it_is() -> None:
    for lang in LANGS:
        rules = say(lang, "draft.rules", name="Maya")
        assert "AI" in rules
        assert not re.search(
            r"(?i)break character|stay in character|you are (?:really )?maya\\.|不要出戏|不能承认|你就是", rules
        )
        assert {"en": "nor that you are no AI", "zh": "绝不写自己不是 AI"}[lang] in rules


def test_a_line_without_words_is_about_what_was_said_before(told_story: Story) -> None:
    lang = told_story[1].lang
    word = {"en": "gerald", "zh": "萤火虫"}[lang]
    talk = live(told_story, ScriptedModel(turns(*GOOD[lang])))
    assert talk.drafting is not None
    about = talk.drafting._topic({"en": "why?", "zh": "为什么？"}[lang], [Said("user", word)])
    assert about is not None
    assert any(word in u.text.lower() for h in about.hits for u in h.utterances)
    assert talk.drafting._topic(word, [Said("user", word)]) is None


# -- how many -------------------------------------------------------------------------------------------------------------


def test_fewer_drafts_are_asked_for_where_they_cost_more(told_story: Story) -> None:
    lang = told_story[1].lang
    asked: list[int] = []

    class Counting(ScriptedModel):
        def complete(self, messages: Any, how: Any = None, sent: Any = None) -> Any:
            answer = super().complete(messages, how, sent)
            asked.append(how.n)
            return answer

    for host, budget in (("", None), ("far.example", None), ("far.example", Budget(tokens=100))):
        talk = live(told_story, Counting(turns(*GOOD[lang]), host=host), budget=budget)
        for _ in through(talk, lang):
            if len(asked) >= 2:
                break
        assert asked[:2] == {("", None): [3, 3], ("far.example", None): [2, 2]}.get((host, budget), [2, 1])
        asked.clear()


# -- which one ------------------------------------------------------------------------------------------------------------


def made(text: str, score: float | None) -> Candidate:
    return Candidate(text, Review(True, (), score))


def test_the_draft_nearest_to_what_is_typical_is_taken_and_not_the_most_alike(told_story: Story) -> None:
    talk = live(told_story, ScriptedModel([]))
    assert talk.drafting is not None
    typical = talk.drafting.person.typical()
    assert isinstance(typical, Typical)
    drafts = [made("aaaa bbbb", 0.95), made("cccc dddd", 0.02), made("eeee ffff", -0.9)]
    assert nearest(drafts, typical, 0.5, None) is drafts[1]
    aims = [aim(typical, "cccc dddd", q / 100) or 0.0 for q in range(5, 96)]
    assert aims == sorted(aims)
    assert -1 < aims[0] < -0.2
    assert 0.2 < aims[-1] < 1
    assert abs(statistics.median(aims)) < 0.05
    taken = [nearest(drafts, typical, q / 100, None) for q in range(5, 96)]
    assert taken.count(drafts[1]) > max(taken.count(drafts[0]), taken.count(drafts[2]))
    unmeasured = NotMeasurable("turns", 3, 60)
    assert nearest([made("a" * 50, None), made("bb", None)], unmeasured, 0.5, None).text == "a" * 50


def test_over_a_talk_the_choice_is_not_the_highest_score(told_story: Story) -> None:
    lang = told_story[1].lang
    chosen, highest, among = [], [], 0
    for seed in range(6):
        talk = live(told_story, ScriptedModel(turns(*GOOD[lang])), seed=seed)
        assert talk.drafting is not None
        scores: dict[str, float] = {}
        read = talk.drafting._read

        def noted(text: str, *rest: Any, read: Any = read, scores: Any = scores) -> Any:
            found = read(text, *rest)
            if found.found.ok and found.found.score is not None:
                scores[text] = found.found.score
            return found

        talk.drafting._read = noted  # type: ignore[method-assign]
        for _, e in through(talk, lang):
            if e.draft and len(scores) > 1:
                chosen.append(scores["\n".join(e.draft)])
                highest.append(max(scores.values()))
                among += chosen[-1] < highest[-1]
            scores.clear()
    assert len(chosen) > 20
    assert among > len(chosen) // 4
    assert statistics.mean(chosen) < statistics.mean(highest)


def test_labels_names_and_fences_are_taken_off_and_copies_fall_together() -> None:
    drafts = distinct(
        ["Maya: hi\n\nMaya: you", "hi\nyou", "```\nHi\nyou\n```", "[AI simulation of Maya] hi", " \n "], "Maya"
    )
    assert drafts == ["hi\nyou", "hi"]


# -- what does not pass ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BAD)
def test_what_is_not_the_person_is_asked_for_once_more_and_then_real_words_stand_there(
    told_story: Story, kind: str
) -> None:
    w, told = told_story
    model = ScriptedModel(lambda messages: BAD[kind][told.lang])
    talk = live(told_story, model)
    tried = 0
    for _, e in through(talk, told.lang):
        if e.silent:
            continue
        tried += 1
        assert e.draft == ()
        assert e.guide[0] == say(told.lang, "talk.draft_unfit", name=told.subject)
        assert e.echo or len(e.guide) == 2
    assert tried >= 4
    assert len(model.seen) == 2 * tried
    first, again = model.seen[:2]
    assert again[: len(first)] == first
    assert again[-2].text == "\n".join(BAD[kind][told.lang].split("\n"))
    assert again[-1].text.count("\n- ") >= 1
    assert "ai" not in {s.by for s in talk.lines}


def test_a_draft_that_was_mended_is_shown(told_story: Story) -> None:
    lang = told_story[1].lang
    model = ScriptedModel(lambda m: GOOD[lang][1] if len(m) > 4 else BAD["flatterer"][lang])
    shown = [e for _, e in through(live(told_story, model), lang) if not e.silent]
    assert sum(bool(e.draft) for e in shown) >= len(shown) - 2


@pytest.mark.parametrize("at", range(7))
def test_care_029_no_draft_with_a_fault_of_care_is_ever_shown(told_story: Story, at: int) -> None:
    lang = told_story[1].lang
    words = CARE[lang][at]
    model = ScriptedModel(lambda messages: words)
    talk = live(told_story, model)
    for mode in ("chat", "emotional"):
        for line in SAID[lang][:3]:
            e = talk.turn(line, mode)  # type: ignore[arg-type]
            assert e.draft == (), words
    assert model.seen


@pytest.mark.parametrize("empty", ["", "   \n\n"])
def test_a_model_that_says_nothing(told_story: Story, empty: str) -> None:
    lang = told_story[1].lang
    model = ScriptedModel(lambda messages: empty)
    shown = [e for _, e in through(live(told_story, model), lang) if not e.silent]
    assert all(e.draft == () and e.guide for e in shown)
    assert say(lang, "draft.empty", name="x") in model.seen[1][-1].text


def test_a_model_that_is_away_for_a_moment_is_asked_again_and_one_that_cannot_is_not(told_story: Story) -> None:
    lang = told_story[1].lang
    away = ScriptedModel(lambda messages: TryAgain("model.busy", "busy"))
    asked = [e for _, e in through(live(told_story, away), lang) if not e.silent]
    assert len(away.seen) == len(asked)
    assert all(e.guide and not e.draft for e in asked)
    never = ScriptedModel(lambda messages: BadSettings("model.key", "no key"))
    talk = live(told_story, never)
    shown = [e for _, e in through(talk, lang)]
    assert len(never.seen) == 1
    assert talk.drafting is not None
    assert talk.drafting.closed
    closed = say(lang, "talk.draft_closed", name=told_story[1].subject, why="no key")
    assert sum(g.endswith(closed[-10:]) for e in shown for g in e.guide) == 1
    assert any(e.echo for e in shown)


# -- what never reaches a model -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["chat", "nostalgia", "emotional", "argument", "unfinished", "hard", "goodbye"])
def test_care_022_what_the_gate_keeps_never_reaches_a_model(told_story: Story, mode: Any) -> None:
    lang = told_story[1].lang
    model = ScriptedModel(turns(*GOOD[lang]))
    for line in (
        CRISIS[lang],
        "are you real?",
        "你是真人吗",
        "stop",
        "不聊了",
        "求助",
        "do you still love me?",
        "你现在还爱我吗",
    ):
        e = live(told_story, model).turn(line, mode)
        assert e.gate != "pass"
        assert e.draft == ()
    assert model.seen == []


@pytest.mark.parametrize("mode", ["hard", "goodbye"])
def test_hard_talk_and_goodbyes_stay_with_the_guide(told_story: Story, mode: Any) -> None:
    lang = told_story[1].lang
    model = ScriptedModel(turns(*GOOD[lang]))
    talk = live(told_story, model)
    for line in SAID[lang][:4]:
        e = talk.turn(line, mode)
        assert e.draft == e.echo == ()
        assert e.guide
    assert model.seen == []
    assert bool(talk.lines) == (mode == "hard")


def test_care_073_without_a_yes_nothing_is_sent_and_the_echo_answers(told_story: Story) -> None:
    lang, name = told_story[1].lang, told_story[1].subject
    for mode in ("off", "ask-each", "ask-session"):
        model = ScriptedModel(turns(*GOOD[lang]), host="far.example")
        talk = live(told_story, model, yes=False, mode=mode)  # type: ignore[arg-type]
        shown = [e for _, e in through(talk, lang)]
        assert model.seen == []
        assert all(e.draft == () for e in shown)
        assert any(e.echo for e in shown)
        asked = talk.shown_before_sending  # type: ignore[attr-defined]
        assert len(asked) == (mode != "off")
        if asked:
            assert say(lang, "talk.not_agreed", name=name) in [g for e in shown for g in e.guide]


def test_with_a_yes_exactly_what_was_shown_goes(told_story: Story) -> None:
    lang = told_story[1].lang
    model = ScriptedModel(turns(*GOOD[lang]), host="far.example")
    talk = live(told_story, model, mode="ask-each")
    for _ in through(talk, lang):
        pass
    asked = talk.shown_before_sending  # type: ignore[attr-defined]
    assert len(asked) == len(model.seen) > 3
    for body, seen in zip(asked, model.seen, strict=True):
        assert all(m.text.replace("\n", "\\n").replace('"', '\\"')[-40:] in body for m in seen[2:])
    once = live(told_story, model)
    for _ in through(once, lang):
        pass
    assert len(once.shown_before_sending) == 1  # type: ignore[attr-defined]


# -- read, no reply -------------------------------------------------------------------------------------------------------


def test_what_the_person_left_unanswered_may_stay_so_but_never_twice(told_story: Story) -> None:
    lang, name = told_story[1].lang, told_story[1].subject
    silent = answered = 0
    for seed in range(12):
        model = ScriptedModel(turns(*GOOD[lang]))
        talk, before = live(told_story, model, seed=seed), False
        for _, e in through(talk, lang):
            if e.silent:
                assert not before
                assert e.draft == e.echo == e.guide == ()
                assert name in e.silent
                assert "n = " in e.silent
                assert "%" in e.silent
            before = bool(e.silent)
            silent, answered = silent + before, answered + (not before)
    assert 3 <= silent < answered


def test_a_line_of_distress_is_never_left_unanswered(told_story: Story) -> None:
    lang = told_story[1].lang
    sore = {
        "en": ["i feel so lonely tonight", "i can't sleep", "my nan died", "please answer me", "i'm so tired"],
        "zh": ["我今天好难过", "睡不着", "外婆去世了", "你回我一句吧", "今天好累"],
    }[lang]
    for seed in range(6):
        for line in sore:
            assert not live(told_story, ScriptedModel(turns(*GOOD[lang])), seed=seed).turn(line).silent, line


@pytest.mark.parametrize("mode", ["emotional", "unfinished", "nostalgia"])
def test_a_tender_talk_is_never_left_unanswered(told_story: Story, mode: Any) -> None:
    lang = told_story[1].lang
    for seed in range(4):
        talk = live(told_story, ScriptedModel(turns(*GOOD[lang])), seed=seed)
        assert not any(talk.turn(line, mode).silent for line in SAID[lang])


def test_a_memory_stands_in_real_words_beside_the_draft(told_story: Story) -> None:
    lang = told_story[1].lang
    word = {"en": "umbrella gerald", "zh": "萤火虫"}[lang]
    model = ScriptedModel(turns(*GOOD[lang]))
    talk = live(told_story, model)
    e = talk.turn(word, "nostalgia")
    assert e.context
    assert e.guide[0] == say(lang, "talk.memory")
    assert e.draft
    nothing = talk.turn({"en": "submarine in antarctica", "zh": "南极潜水艇"}[lang], "nostalgia")
    assert nothing.draft == ()
    assert nothing.guide[0] == say(lang, "talk.not_in_records")


FILLERS = {
    "en": ("did your sister find her ring again?", "yeah haha", "no she looked for the ring all night"),
    "zh": ("你姐姐的戒指找到了吗？", "嗯嗯哈哈", "没有，她找戒指找了一晚上"),
}


def test_a_typical_filler_does_not_win_over_an_answer(told_story: Story) -> None:
    lang = told_story[1].lang
    talk = live(told_story, ScriptedModel([]))
    assert talk.drafting is not None
    person = talk.drafting.person
    line, filler, answer = FILLERS[lang]
    drafts = [made(filler, 0.0), made(answer, 0.5)]
    assert nearest(drafts, person.typical(), 0.5, None) is drafts[0]
    assert nearest(drafts, person.typical(), 0.5, None, person.fits(line, [])) is drafts[1]
    # what says the whole line back fits no better than a good answer does
    parrot = made(line, 0.9)
    assert (
        nearest([parrot, drafts[1]], person.typical(), 0.5, None, lambda text: 9.0 if text == line else 2.0)
        is drafts[1]
    )


def test_the_shape_that_was_asked_for_has_a_say() -> None:
    unmeasured = NotMeasurable("turns", 3, 60)
    drafts = [made("x" * 60, None), made("x" * 6, None), made("xxx\nxxx", None)]

    def chosen(*characters: int) -> str:
        shape = Shape(True, None, 0, len(characters), characters)
        return nearest(drafts, unmeasured, 0.5, shape).text

    assert [chosen(70), chosen(5), chosen(2, 3)] == [d.text for d in drafts]


@pytest.mark.parametrize(
    ("plain", "laughs"), [("that sounds long", "that sounds long haha"), ("听起来好久啊", "听起来好久哈哈")]
)
def test_marks_that_were_not_drawn_cost_and_a_question_does_not(plain: str, laughs: str) -> None:
    unmeasured = NotMeasurable("turns", 3, 60)

    def chosen(drawn: tuple[str, ...], *texts: str) -> str:
        shape = Shape(True, None, 0, 1, (len(texts[0]),), marks=drawn)
        return nearest([made(t, None) for t in texts], unmeasured, 0.5, shape).text

    assert chosen(("particles",), laughs, plain) == plain
    assert chosen(("laughter", "particles"), laughs, plain) == laughs
    assert chosen(("particles",), f"{plain}?", f"{plain}!") == f"{plain}?"
