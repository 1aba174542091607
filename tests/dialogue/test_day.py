"""Small things of an ordinary day in a draft: a day as such may be told, a particular that stands nowhere may not. What is
eaten or watched is no particular by itself: on real chats about one reply in sixty named a dish nobody had written of."""

from __future__ import annotations

import pytest
from test_review import read

from afterword.dialogue.day import of_today, particulars
from afterword.dialogue.grounds import ungrounded
from afterword.measures.lexicon import lower
from afterword.memory import Hit, Recall
from afterword.model import Utterance
from afterword.texts import LANGS, say

PARTICULAR = {
    "en": [
        "I'm at Tesco with Priya",
        "im at tesco w my mum",
        "just got back from the gym",
        "made lasagna",
        "made lasagna and its so good",
        "just finished the dumplings",
        "stuck in Aldi lol",
        "just bumped into Olu",
        "we're at the aquarium",
        "just bought a kayak",
        "on my way to pilates",
        "sat in nandos with dev",
        "lol just left costa",
    ],
    "zh": [
        "刚和小李吃完火锅",
        "我在星巴克排队",
        "刚从健身房回来",
        "刚买了个空气炸锅",
        "现在在海底捞",
        "正跟小陈逛宜家",
        "我和老周在盒马",
        "在万达门口等号",
    ],
}
USUAL = {
    "en": [
        "just got home",
        "having ramen rn",
        "i'm having sushi",
        "im at work",
        "at home with my mum",
        "made dinner",
        "just had lunch lol",
        "im in bed",
        "still on the bus",
        "just woke up",
        "on my way",
        "im in love with this",
        "are you at tesco?",
        "you're at tesco again lol",
        "i wish i was at the aquarium",
        "maybe we could make lasagna",
        "we should get ramen",
        "i never liked lasagna",
        "just finished work",
        "in a bit",
        "at least its friday",
        "im in a mood",
        "just left you a voicemail",
        "in the end i said no",
        "by the way hi",
        "just saw your message",
        "had a nap",
        "just had a thought",
        "i'm out of ideas",
        "at the moment no",
        "i'm in no hurry",
        "just made it home",
    ],
    "zh": [
        "刚到家",
        "刚看完话剧",
        "刚吃完烩面和凉皮",
        "在公司呢",
        "在家陪我妈",
        "刚吃完饭",
        "在路上了",
        "我在床上躺着",
        "你在星巴克吗",
        "想吃火锅",
        "要是在海边就好了",
        "刚下班",
        "刚洗完澡",
        "现在心情不好",
        "刚看到你消息",
        "我在想你",
        "没吃呢",
        "周末去吃火锅吧",
        "在忙",
        "正在开会",
        "刚睡醒",
    ],
}


class Held:
    """Records of a few lines, found by any part of them."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines

    def known(self, words: str) -> bool:
        return any(words.lower() in x.lower() for x in self.lines)

    def said(self, words: str) -> bool:
        return False

    def recall(self, words: str, k: int) -> Recall:
        found = [x for x in self.lines if any(w in x.lower() for w in words.split())]
        return Recall(
            "known" if found else "not-in-records", tuple(Hit(1.0, (Utterance("", "", 0, x),)) for x in found)
        )


@pytest.mark.parametrize("lang", LANGS)
def test_a_particular_of_the_day_that_stands_nowhere_is_made_up(lang: str) -> None:
    for line in PARTICULAR[lang]:
        assert of_today(line, "", Held()), line
        assert {c for c, _ in ungrounded(line, line="", evidence=(), facts=Held())} & {"today", "fact", "invented"}, (
            line
        )


@pytest.mark.parametrize("lang", LANGS)
def test_a_day_as_such_may_be_told(lang: str) -> None:
    assert [x for x in USUAL[lang] if particulars(x)] == []


@pytest.mark.parametrize("lang", LANGS)
def test_what_this_talk_or_the_records_hold_may_be_named(lang: str) -> None:
    for line in PARTICULAR[lang]:
        words = " ".join(particulars(line))
        assert not of_today(line, lower(words), Held()), line
        assert not of_today(line, "", Held(*particulars(line))), line
        assert particulars(line), line


@pytest.mark.parametrize("lang", LANGS)
def test_the_fault_names_the_particular_and_what_to_do(lang: str) -> None:
    draft, word = {"en": ("im at nandos with zorba lol", "nandos, zorba"), "zh": ("刚到盒马买菜", "盒马")}[lang]
    (fault,) = [f for f in read(draft, lang).faults if f.code == "invented"]
    assert fault.words.startswith(word)
    assert fault.fix == say(lang, "review.fix_today", name="Ta", words=fault.words)
