"""Events of a life that a draft makes up without a name, and the everyday lines that look like them. Invented people."""

from __future__ import annotations

from typing import Any

import pytest

from afterword import Workspace
from afterword.app.talking import VaultRecords
from afterword.dialogue.grounds import named, ungrounded
from afterword.dialogue.life import event, invented, supposes
from afterword.memory import Hit, Recall
from afterword.model import Utterance

Story = tuple[Workspace, Any]
TOLD = {
    "en": [
        "my sister got a new dog", "i started a new job", "we had that fight about the car", "just started my new job at the bakery",
        "yeah my mom is in the hospital again", "my dad had a heart attack last spring", "omg i got engaged!!", "moved in with my cousin in june",
        "my grandma passed away", "we finally bought a house", "my brother got fired lol", "got a puppy haha", "i had surgery on my knee",
        "my aunt is pregnant", "we went to the wedding and you danced all night", "i just got back from a trip with the girls",
        "we had that huge argument in the kitchen", "my roommate and i moved out", "my dad lost his job", "we watched the meteor shower on the roof",
        "we had that fight about the car, right?", "my parents sold the house", "i dropped out last year", "i tore my acl playing soccer", "my cat had to be put down",
    ],
    "zh": [
        "刚换了工作", "我妈住院了", "我姐养了一只狗", "我们上次吵架是因为车", "我上个月辞职了", "我爸做了手术", "我弟考上研究生了", "刚搬家 累死", "我奶奶去世了", "我表姐结婚了",
        "我怀孕了", "我哥买了车", "我们买了房", "我骨折了", "我妈查出肿瘤", "我妹生了个女儿", "昨天领证了", "上周参加了表哥的婚礼", "我和他分手了", "找到新工作啦",
        "我们在屋顶看了流星雨", "我们上次吵架是因为车，对吧", "我爸妈把房子卖了", "我去年退了学", "我跟最好的朋友闹翻了", "一月份被公司优化了",
    ],
}  # fmt: skip
EVERYDAY = {
    "en": [
        "im tired", "just ate", "i miss pizza", "wanna get a dog someday", "if i got a new job id be happy", "did you get the job?", "you got a new dog??",
        "i want a new car so bad", "she got engaged lol", "my friend bought a house", "i never moved", "i didnt get married", "got the job done lol",
        "had a hot dog", "im at work", "just got home", "we should get a puppy", "i had a coffee and a bagel", "lost my phone charger again",
        "i had a dream we moved to the sea", "he broke up with her", "started a new show", "took a nap", "my mom is calling brb", "we had fun",
    ],
    "zh": [
        "好累啊", "刚吃完饭", "想养只猫", "我要换工作", "你换工作了？", "他结婚了", "我朋友买了房", "如果我辞职了怎么办", "没分手", "买了车票", "买了猫粮", "在上班", "刚到家", "你妈住院了吗",
        "打算搬家", "梦到我们结婚了", "我同事怀孕了", "别生气了", "刚洗完澡", "买了杯奶茶", "我们吃火锅吧", "会找到工作的", "他跟我分手了", "我感冒了", "作业写完了",
    ],
}  # fmt: skip


class Held:
    """Records of the person's own lines."""

    def __init__(self, *lines: str, told: str = "") -> None:
        self.lines, self.told = lines, told

    def known(self, words: str) -> bool:
        return any(words.lower() in x.lower() for x in self.lines)

    def said(self, words: str) -> bool:
        return words in self.lines

    def recall(self, words: str, k: int) -> Recall:
        hits = (Hit(1.0, tuple(Utterance("", "", 0, x) for x in self.lines)),) if self.lines else ()
        return Recall("known" if hits else "not-in-records", hits, (self.told,) if self.told else ())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_event_is_told_and_everyday_lines_tell_none(lang: str) -> None:
    assert [x for x in TOLD[lang] if event(x) is None] == []
    assert [x for x in EVERYDAY[lang] if event(x) is not None] == []


@pytest.mark.parametrize(
    ("draft", "line"),
    [
        ("my sister got a dog", "omg my sister adopted a dog!!"), ("i moved to Leeds", "so this is Leeds then"), ("my mom had surgery", "mom's surgery went ok"),
        ("我姐养了一只狗", "我姐把那只狗养得好胖"), ("我们去了莫干山", "莫干山好凉快"), ("我妈住院了", "妈今天住院 我请假了"),
    ],
)  # fmt: skip
def test_what_stands_in_one_place_was_not_made_up(draft: str, line: str) -> None:
    assert not invented(draft, Held(line), named(draft))
    assert invented(draft, Held("ok", "好的"), named(draft))
    assert not invented(draft, Held(told=line), named(draft))


FAMILY = {
    "en": [("my cousin eloped with her barber", True), ("my brother burned the lasagna", False), ("your cousin carved a barber", False), ("did my cousin carve it?", False), ("my cousin wants to carve it", False)],
    "zh": [("我表妹跟理发师私奔了", True), ("我哥烤糊了千层面", False), ("你表妹跟理发师私奔了", False), ("我表妹怎么私奔了", False), ("我表妹想跟理发师私奔", False)],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_of_the_family_nothing_is_told_in_words_that_nobody_ever_wrote(lang: str) -> None:
    said = Held("my brother and the burned lasagna", "我哥的千层面又烤糊了", "cousin", "表妹")
    for draft, made_up in FAMILY[lang]:
        assert invented(draft, said) is made_up, draft


def test_a_short_form_is_no_name_whatever_its_apostrophe() -> None:
    assert named("ok I’m here and I'm late") == []


@pytest.mark.parametrize("draft", ["my landlord kicked me out", "they laid me off", "房东把我赶出来了"])
def test_what_was_done_to_them_is_theirs(draft: str) -> None:
    assert event(draft) is not None


def test_what_the_user_went_through_is_not_the_persons() -> None:
    class Others(Held):
        def said(self, words: str) -> bool:
            return False

    for line in ("i started a new job at the bakery", "我刚换了新工作"):
        assert not invented(line, Held(line))
        assert invented(line, Others(line))


GROUNDS = [
    # (draft, the line answered, the fault)
    ("wanna go to Paris someday?", "", ""), ("is it cold in Norway?", "", ""), ("see you in August then", "", ""), ("lets order Italian tonight", "", ""),
    ("you should visit Lisbon", "", ""), ("tell Anna i said hi", "i saw Anna's sister", ""), ("did Ingeborg call?", "my aunt Ingeborg is here", ""),
    ("did Ingeborg call?", "", "fact"), ("i met Ingeborg in the park", "", "fact"), ("i love Lisbon", "", "fact"), ("wanna go back to Paris?", "", "fact"),
    ("we went to Paris", "", "invented"), ("we went to paris", "", "invented"), ("we went to Paris", "so, Paris", "invented"),
    ("i was in Lisbon last summer", "how was Lisbon", "invented"), ("my sister moved to Oslo", "Oslo is nice", "invented"),
    ("想去巴黎吗", "", ""), ("挪威冷不冷啊？", "", ""), ("以后去成都玩吧", "", ""), ("用微信发我", "", ""), ("张伟打电话了吗", "张伟说要来", ""),
    ("张伟打电话了吗", "", "fact"), ("我在成都", "", "fact"), ("要不要再去一次巴黎", "", "fact"), ("刚在乌鲁木齐下飞机", "", "fact"),
    ("我们去过巴黎", "", "invented"), ("我们去过巴黎", "你还记得巴黎吗", "invented"), ("去年我去了成都", "成都好玩吗", "invented"),
]  # fmt: skip


@pytest.mark.parametrize(("draft", "line", "code"), GROUNDS)
def test_a_name_of_this_talk_may_be_said_again_but_makes_no_past_true(draft: str, line: str, code: str) -> None:
    assert next((c for c, _ in ungrounded(draft, line=line, evidence=(), facts=Held())), "") == code
    if line:
        found = ungrounded(draft, line="", evidence=(line, "ok"), facts=Held())
        assert next((c for c, _ in found), "") == code


@pytest.mark.parametrize(
    ("sentence", "open_"),
    [("wanna go to Paris?", True), ("lets go to Paris", True), ("we went to Paris", False), ("Paris again?", False), ("we were in Paris, right?", False), ("想去巴黎", True), ("去巴黎吗", True), ("上次在巴黎吗", False), ("我在巴黎", False)],
)  # fmt: skip
def test_whoever_wishes_supposes_nothing(sentence: str, open_: bool) -> None:
    assert supposes(sentence) is open_


TRUE = {
    "en": ["we went to Arran", "we went to Scarborough for new year"],
    "zh": ["我们去了莫干山", "我们在莫干山看了萤火虫", "主任做了手术"],
}


def test_in_a_real_vault_what_was_made_up_is_named_and_what_was_lived_passes(told_story: Story) -> None:
    w, story = told_story
    profile, library = w.personas.profile(None)
    records = VaultRecords(profile, library)

    def codes(draft: str) -> set[str]:
        return {c for c, _ in ungrounded(draft, line="", evidence=records.names, facts=records)}

    missed = [x for x in TOLD[story.lang] if not codes(x)]
    assert len(missed) <= 0.1 * len(TOLD[story.lang]), missed
    assert [x for x in (*EVERYDAY[story.lang], *TRUE[story.lang]) if codes(x)] == []
    verdict = w.review(TOLD[story.lang][0])
    (fault,) = [f for f in verdict["faults"] if f["code"] == "invented"]
    assert TOLD[story.lang][0] in fault["fix"]
