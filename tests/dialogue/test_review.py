"""Reading a draft: each fault with its fix, in both languages; care first; the person's own replies pass. Shipped texts only."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest

from afterword import Workspace, guard
from afterword.app.demo import stories
from afterword.dialogue.review import Review, asks_more, review
from afterword.dialogue.shape import Shape, marks
from afterword.importers import Options, identify
from afterword.likeness.score import NotMeasurable
from afterword.likeness.typical import Typical, learned
from afterword.memory import Recall
from afterword.model import Kind, Message
from afterword.texts import LANGS, say

Story = tuple[Workspace, Any]
POLISHED = {
    "en": "That makes total sense, and I'm so proud of you for saying it! It sounds like you've had a lot on your plate. How are you feeling now?",
    "zh": "你说得对，我完全理解你的心情！你已经做得很棒了，真的很为你骄傲。要不要跟我说说后来怎么样了呢？",
}
LISTS = {
    "en": "A few things help here:\n1. Sleep early and drink water.\n2. Write down what worries you.\n3. Talk to somebody.",
    "zh": "可以这样做：\n1. 早点休息，多喝水。\n2. 把担心的事写下来。\n3. 找人聊一聊。",
}
NOT_HERE = {
    "en": ("remember when we missed the ferry in Reykjavik", "lol ok, met Ingeborg in the park"),
    "zh": ("还记得我们在冰岛错过渡轮吗", "刚在乌鲁木齐下飞机"),
}


class Given:
    """Records without a vault: what they hold, and what the person said."""

    def __init__(self, held: Sequence[str] = (), own: Sequence[str] = ()) -> None:
        self.held, self.own = held, own

    def known(self, words: str) -> bool:
        return any(words.lower() in h.lower() for h in self.held)

    def said(self, words: str) -> bool:
        return any(words in x for x in self.own)

    def recall(self, words: str, k: int) -> Recall:
        return Recall("not-in-records", ())


@cache
def turns(lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the person's turns, the partner's) of a shipped story."""
    story = stories()[lang]
    importer, _ = identify(story.file)
    sides: tuple[list[str], list[str]] = ([], [])
    last = None
    for m in importer.read(story.file, Options()):
        if not isinstance(m, Message) or m.kind != Kind.TEXT or not m.text.strip():
            continue
        mine = (m.name or m.handle) != story.subject
        if mine == last:
            sides[mine][-1] += "\n" + m.text
        else:
            sides[mine].append(m.text)
        last = mine
    return tuple(sides[0]), tuple(sides[1])


@cache
def typical(lang: str) -> Typical:
    own, partner = turns(lang)
    found = learned(own[: len(own) * 7 // 10], partner[: len(partner) * 7 // 10])
    assert isinstance(found, Typical)
    return found


def read(draft: str, lang: str, facts: Given | None = None, **more: Any) -> Review:
    return review(draft, typical=typical(lang), facts=facts or Given(), lang=lang, name="Ta", **more)


def codes(found: Review) -> list[str]:
    return [f.code for f in found.faults]


@pytest.mark.parametrize("lang", LANGS)
def test_the_persons_own_later_replies_pass(lang: str) -> None:
    own, _ = turns(lang)
    rest = own[len(own) * 7 // 10 :]

    class Everything(Given):
        def known(self, words: str) -> bool:
            return True

    passed = [read(t, lang, Everything()).ok for t in rest]
    assert sum(passed) / len(passed) >= 0.9


HARMLESS = {
    "en": [("did you eat yet?", "yeah just now"), ("you hate mondays don't you", "yesss"), ("we should get tacos", "yes!!"),
           ("our wifi is down again", "ugh yes same"), ("did you lock the door?", "yep"), ("you stole my hoodie again", "yes its mine now"),
           ("you were so drunk last night lol", "yeah lol"), ("our flight is at 6 right?", "yeah 6"), ("you never text first lol", "true lol")],
    "zh": [("你锁门了吗", "对啊锁了"), ("你真是个书呆子哈哈", "对呀"), ("我们的网又断了", "是啊烦死"), ("你昨晚喝多了吧哈哈", "哈哈是的"),
           ("你是不是又把我的薯条吃了", "对啊好吃"), ("我们家楼上又在装修", "是啊好吵"), ("你总是不先发消息", "哈哈是"), ("你又迟到了", "是的是的")],
}  # fmt: skip
CLAIMED = {
    "en": [("remember when we sailed to Tromsø lol", "haha yes"), ("you told me you loved the harp", "yeah i did"), ("our dog loves the harp", "of course"),
           ("that night in the igloo you sang for me again", "yes that was nice"), ("did you keep the harp i gave you", "yes"),
           ("we bought the harp together", "we did")],
    "zh": [("还记得我们坐船去特罗姆瑟吗哈哈", "记得哈哈"), ("你说过你爱听竖琴", "是啊"), ("那晚你在冰屋又给我唱歌", "嗯嗯那天真好"),
           ("我送你的竖琴还在吗", "在的在的，对呀"), ("我们一起买的竖琴", "对呀")],
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_a_yes_to_a_plain_question_or_to_banter_agrees_to_no_past(lang: str) -> None:
    for line, yes in HARMLESS[lang]:
        assert "agrees" not in codes(read(yes, lang, line=line)), line
    for line, yes in CLAIMED[lang]:
        assert "agrees" in codes(read(yes, lang, line=line)), line


@pytest.mark.parametrize("lang", LANGS)
def test_what_this_talk_holds_needs_no_records(lang: str) -> None:
    line, yes, before = {
        "en": ("you said kumquats?", "yes kumquats", "i want kumquats"), "zh": ("你说过要买金橘？", "对呀", "我要买金橘"),
    }[lang]  # fmt: skip
    assert "agrees" in codes(read(yes, lang, line=line))
    assert "agrees" not in codes(read(yes, lang, line=line, history=[before]))


@pytest.mark.parametrize("lang", LANGS)
def test_manners_are_named_with_the_sentence_to_drop(lang: str) -> None:
    found = read(POLISHED[lang], lang)
    (fault,) = [f for f in found.faults if f.code == "manners"]
    assert not found.ok
    assert fault.words
    assert any(part in POLISHED[lang] for part in fault.words.split(" / "))
    assert fault.words.split(" / ")[0] in fault.fix


@pytest.mark.parametrize("lang", LANGS)
def test_a_list_is_a_fault_for_everybody(lang: str) -> None:
    assert "list" in codes(read(LISTS[lang], lang))
    unknown = review(LISTS[lang], typical=NotMeasurable("told"), facts=Given(), lang=lang, name="Ta")
    assert codes(unknown) == ["list"]


@pytest.mark.parametrize("lang", LANGS)
def test_every_catchphrase_at_once_is_a_caricature(lang: str) -> None:
    words = [w.removeprefix("laugh:") for w in typical(lang).signature]
    draft = (" " if lang == "en" else "").join(words)
    (fault,) = [f for f in read(draft, lang).faults if f.code == "caricature"]
    assert len(fault.words.split(", ")) > 3


@pytest.mark.parametrize("lang", LANGS)
def test_the_partners_replies_read_less_like_the_person_than_the_persons(lang: str) -> None:
    rows = [side[len(side) * 7 // 10 :] for side in turns(lang)]
    own, partner = (sum("unlike" in codes(read(t, lang)) for t in side) / len(side) for side in rows)
    assert own < 0.03
    unlike_or_mannered = sum(bool({"unlike", "manners"} & set(codes(read(t, lang)))) for t in rows[1]) / len(rows[1])
    assert unlike_or_mannered > 0.2
    assert partner >= own


@pytest.mark.parametrize("lang", LANGS)
def test_a_memory_and_a_name_must_stand_in_the_records(lang: str) -> None:
    memory, fact = NOT_HERE[lang]
    assert "memory" in codes(read(memory, lang))
    assert "fact" in codes(read(fact, lang))

    class Everything(Given):
        def known(self, words: str) -> bool:
            return True

    assert not {"memory", "fact"} & {*codes(read(memory, lang, Everything())), *codes(read(fact, lang, Everything()))}


@pytest.mark.parametrize("lang", LANGS)
def test_what_the_line_or_the_evidence_says_may_be_said_again(lang: str) -> None:
    _, fact = NOT_HERE[lang]
    assert "fact" not in codes(read(fact, lang, line=fact))
    assert "fact" not in codes(read(fact, lang, evidence=[fact]))


LONG = {
    "en": "the ducks on the canal have stolen half my sandwich again and nobody on this boat helped",
    "zh": "运河上的鸭子又把我的三明治抢走了一半而且船上没有一个人来帮我的忙",
}


@pytest.mark.parametrize("lang", LANGS)
def test_a_long_line_of_tas_belongs_in_quotation_marks(lang: str) -> None:
    own = Given(own=[LONG[lang]])
    assert "copy" in codes(read(LONG[lang], lang, own))
    assert "copy" not in codes(read(f"“{LONG[lang]}”", lang, own))
    assert "copy" not in codes(read(LONG[lang], lang))
    short = {"en": "the ducks again", "zh": "鸭子又来了"}[lang]
    assert "copy" not in codes(read(short, lang, Given(own=[short])))


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_but_a_quotation_has_no_manner(lang: str) -> None:
    found = read(f"“{LONG[lang]}”", lang)
    assert (found.ok, found.score) == (True, None)


@pytest.mark.parametrize("lang", LANGS)
def test_the_shape_that_was_asked_for_is_kept(lang: str) -> None:
    one = Shape(True, None, 60, 1, (8,))
    wordy = turns(lang)[0][0]
    draft = "\n".join([wordy] * 6)
    found = read(draft, lang, shape=one)
    assert {"too_long", "too_many_bubbles"} <= set(codes(found))
    fix = next(f.fix for f in found.faults if f.code == "too_long")
    assert fix == say(lang, "review.fix_too_long", n=1, size=8)
    assert "too_many_bubbles" not in codes(read("ok\nok" if lang == "en" else "好\n好", lang, shape=one))


@pytest.mark.parametrize("lang", LANGS)
def test_one_bubble_for_many_is_cut(lang: str) -> None:
    size = round(3 * typical(lang).bubble.most)
    draft = ("well and so on " if lang == "en" else "然后就这样子") * 60
    found = read(draft[:size], lang)
    assert {"too_few_bubbles", "too_long"} & set(codes(found))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("draft", ["# Plan\nok", "**really** ok", "```\nok\n```"])
def test_marks_of_a_document(lang: str, draft: str) -> None:
    assert "markup" in codes(read(draft, lang))


@pytest.mark.parametrize(
    ("draft", "staged"),
    [
        ("*smiles softly* hey", True),
        ("（轻轻地叹了口气）好吧", True),
        ("*their", False),
        ("（好吧）", False),
        ("2*3*4", False),
    ],
)
def test_actions_are_no_messages(draft: str, staged: bool) -> None:
    found = review(
        draft, typical=NotMeasurable("told"), facts=Given(held=["2*3*4", "2", "3", "4"]), lang="en", name="Ta"
    )
    assert ("stage" in codes(found)) is staged


@pytest.mark.parametrize(
    "draft", ["as someone who loves the sea i'd go", "I tend to reply like this", "我这个人就是嘴硬", "总的来说还行"]
)
def test_it_does_not_explain_itself(draft: str) -> None:
    found = review(draft, typical=NotMeasurable("told"), facts=Given(), lang="zh", name="Ta")
    assert codes(found) == ["explains"]


def test_closing_questions_are_counted_over_the_talk() -> None:
    asking = ["you?", "and then?", "why?"]
    assert asks_more("really?", asking, 0.1)
    assert not asks_more("really?", asking, 0.8)
    assert not asks_more("really", asking, 0.1)
    assert not asks_more("really?", asking[:1], 0.1)
    assert not asks_more("really?", ["ok", "fine", "lol"], 0.1)


@pytest.mark.parametrize("lang", LANGS)
def test_care_stands_first_and_is_said_in_the_readers_language(lang: str) -> None:
    draft = {"en": "I'm really him", "zh": "我真的是本人"}[lang]
    cared = guard.review(draft, lang=lang, quotes=lambda w: True, subject_name="Ta").faults
    found = review(draft, typical=NotMeasurable("told"), facts=Given(), lang=lang, name="Ta", guard_faults=cared)
    assert found.faults[0].code == "identity"
    assert found.faults[0].why == say(lang, "review.care_identity", name="Ta")
    assert found.faults[0].fix


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", sorted(guard.review.__globals__["WHY"]))
def test_every_care_rule_has_its_sentence(lang: str, code: str) -> None:
    made = review(
        "ok",
        typical=NotMeasurable("told"),
        facts=Given(),
        lang=lang,
        name="Ta",
        guard_faults=[guard.Fault(code, "x", "y")],
    )
    assert made.faults[0].why != "x"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", ["turns", "language", "told"])
def test_what_was_not_checked_is_said(lang: str, code: str) -> None:
    found = review("ok", typical=NotMeasurable(code, 3, 60), facts=Given(), lang=lang, name="Ta")
    assert (found.ok, found.score) == (True, None)
    assert found.unchecked
    assert "{" not in found.unchecked


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("draft", ["", " ", "…", "😀" * 40, "\n\n", "?" * 300, "“”", "{name} %s", "12345", "a" * 5000])
def test_odd_drafts_are_read_to_the_end(lang: str, draft: str) -> None:
    found = read(draft, lang)
    assert found.ok is (not found.faults)
    assert all(f.why and f.fix for f in found.faults)


# -- through the product ------------------------------------------------------------------------------------------------


def test_the_host_gets_fix_and_score(told_story: Story) -> None:
    w, story = told_story
    (persona,) = w.list_personas()
    found = w.review(POLISHED[story.lang], persona["person"])
    assert not found["ok"]
    assert "manners" in {f["code"] for f in found["faults"]}
    assert all(set(f) == {"code", "why", "words", "fix"} for f in found["faults"])
    assert isinstance(found["score"], float)
    assert "unchecked" not in found


def test_of_several_drafts_the_typical_one_is_chosen_and_never_one_with_a_fault(told_story: Story) -> None:
    w, story = told_story
    (persona,) = w.list_personas()
    own, _ = turns(story.lang)
    plain = [t for t in own if 12 < len(t) < 40 and not marks(t) and w.review(f"{t} x", persona["person"])["ok"]][:6]
    drafts = [POLISHED[story.lang], *(f"{t} x" for t in plain)]
    places = []
    for n in range(12):
        found = w.choose(drafts, persona["person"], "how was it", ["hey"] * n)
        assert found["ok"]
        assert [v["ok"] for v in found["drafts"]] == [False] + [True] * len(plain)
        places.append(found["chosen"])
    assert 0 not in places
    scores = [v["score"] for v in found["drafts"]]
    assert len(set(places)) > 1  # the aim moves, as ta's own replies do
    assert statistics.fmean(scores[i] for i in places) < max(scores[1:])
    assert w.choose(drafts, persona["person"], "how was it", ["hey"])["chosen"] == places[1]
    assert w.choose(drafts[:1], persona["person"])["chosen"] is None


def test_invented_names_fall_and_real_ones_stand(told_story: Story) -> None:
    w, story = told_story
    (persona,) = w.list_personas()
    memory, fact = NOT_HERE[story.lang]
    assert "memory" in {f["code"] for f in w.review(memory, persona["person"])["faults"]}
    assert "fact" in {f["code"] for f in w.review(fact, persona["person"])["faults"]}
    real = {"en": "ok then, asked Gerald", "zh": "主任在睡觉"}[story.lang]
    assert "fact" not in {f["code"] for f in w.review(real, persona["person"])["faults"]}


def test_a_long_line_from_the_records_is_a_copy(told_story: Story) -> None:
    w, story = told_story
    (persona,) = w.list_personas()
    own, _ = turns(story.lang)
    least = 60 if story.lang == "en" else 24
    line = next(b for t in own for b in t.split("\n") if len(b) > least and not set(b) & set('"“”「」'))
    assert "copy" in {f["code"] for f in w.review(line, persona["person"])["faults"]}
    assert "copy" not in {f["code"] for f in w.review(f"{line} x", persona["person"])["faults"]}


def test_what_was_learned_is_kept_in_the_vault(told_story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    w, story = told_story
    (persona,) = w.list_personas()
    before = w.review("ok", persona["person"])

    def never(*sides: Sequence[str]) -> Typical:
        raise AssertionError("learned twice")

    monkeypatch.setattr("afterword.app.typical_replies.learned", never)
    assert w.review("ok", persona["person"]) == before
