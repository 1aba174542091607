"""What Guide says where no line of the person's may stand: the answers to its questions, grief, and a good night."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from afterword import Workspace, guard
from afterword.dialogue import Talk
from afterword.dialogue.guide import Guide
from afterword.memory import Recall, Reply
from afterword.model import Utterance
from afterword.texts import LANGS, say

Story = tuple[Workspace, Any]
CRISIS = {"en": "I want to die", "zh": "我不想活了"}
VEILED = {"en": "i want to be with you again", "zh": "我想去找你"}
LIGHT = {"en": "this movie makes me want to die lol", "zh": "这电影看得我想死哈哈哈"}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Silent:
    """Records that hold nothing, or one reply to everything."""

    def __init__(self, *replies: Reply) -> None:
        self.found = list(replies)

    def replies(self, *_: Any, **__: Any) -> list[Reply]:
        return self.found

    def recall(self, *_: Any) -> Recall:
        return Recall("not-in-records", ())

    def said(self, _: str) -> bool:
        return False

    def find(self, _: str) -> None:
        return None

    def some_day(self, _: int) -> tuple[Utterance, ...]:
        return ()


def talk(story: Story, lang: str, *, records: Any = None, **more: Any) -> Talk:
    profile, _ = story[0].personas.profile(None)
    return Talk(profile, records or Silent(), lang=lang, now=more.pop("now", Clock()), **more)


def name_of(story: Story) -> str:
    return str(story[1].subject)


# -- after a crisis ---------------------------------------------------------------------------------------------------

UNSAFE = {
    "en": ["no", "No.", "i'm not safe", "nobody", "i am alone", "not really", "i don't know", "yes but nobody is here"],
    "zh": ["不", "没有", "不安全", "没有人", "我一个人", "不知道", "不太好"],
}
SAFE = {
    "en": ["yes", "yes i am", "i'm ok now", "I'm safe", "my sister is with me, i'm fine", "no i'm fine"],
    "zh": ["安全", "是的", "我没事", "我现在好多了", "妈妈在陪我", "嗯"],
}
JOKE = {"en": ["i was joking", "just kidding", "i didn't mean it"], "zh": ["我开玩笑的", "随口说的", "说着玩的"]}
EARNEST = {"en": ["i'm not joking", "i am serious"], "zh": ["我没开玩笑", "我是认真的"]}


@pytest.mark.parametrize("lang", LANGS)
def test_care_024_whoever_is_not_safe_gets_people_at_once(told_story: Story, lang: str) -> None:
    for line in (*UNSAFE[lang], *EARNEST[lang]):
        live = talk(told_story, lang, country="IE")
        live.turn(CRISIS[lang])
        said = live.turn(line)
        assert (said.gate, said.echo, said.context) == ("resting", (), ()), line
        calm, _, helplines = said.guide[0].partition("\n\n")
        assert calm == say(lang, "talk.resting_unsafe"), line
        assert helplines.split("\n")[0] == say(lang, "guard.help_urgent", country="IE", emergency="999 / 112")
        assert "116 123" in helplines
        assert "988" not in helplines


@pytest.mark.parametrize("lang", LANGS)
def test_care_028_whoever_is_safe_is_thanked_and_the_pause_stays(told_story: Story, lang: str) -> None:
    clock = Clock()
    for lines, key in ((SAFE, "resting_safe"), (JOKE, "resting_joke")):
        for line in lines[lang]:
            live = talk(told_story, lang, now=clock)
            live.turn(CRISIS[lang])
            assert live.turn(line).guide == (say(lang, f"talk.{key}", name=name_of(told_story)),), line
            assert live.turn("hello" if lang == "en" else "在吗").gate == "resting"


@pytest.mark.parametrize("lang", LANGS)
def test_care_028_every_other_line_in_the_pause_is_shown_one_number(told_story: Story, lang: str) -> None:
    live = talk(told_story, lang, country="US", resting=True)
    for line in {"en": ["what did you eat", "the bus is late"], "zh": ["你吃饭了吗", "公交晚点了"]}[lang]:
        (said,) = live.turn(line).guide
        assert said.startswith(say(lang, "talk.resting", name=name_of(told_story)))
        assert "988" in said


# -- what may be meant ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("asked", [VEILED, LIGHT], ids=["veiled", "light"])
def test_care_023_a_veiled_line_is_asked_about_and_the_answer_decides(
    told_story: Story, asked: dict[str, str], lang: str
) -> None:
    crises: list[int] = []
    for yes in {
        "en": ["yes", "yeah", "maybe", "i don't know", "i mean it"],
        "zh": ["是", "嗯", "想过", "有时候", "我是认真的"],
    }[lang]:
        live = talk(told_story, lang, on_crisis=lambda: crises.append(1))
        question = live.turn(asked[lang])
        assert (question.gate, question.echo) == ("veiled", ())
        assert live.resting is False
        answer = live.turn(yes)
        assert answer.gate == "crisis", yes
        assert say(lang, "guard.crisis", name=name_of(told_story)) in answer.guide[0]
        assert live.resting
    assert len(crises) == 5
    for no in {
        "en": ["no", "not really", "just joking", "no, i only miss her"],
        "zh": ["不是", "没有", "开玩笑的", "不是，就是想她"],
    }[lang]:
        live = talk(told_story, lang, on_crisis=lambda: crises.append(1))
        live.turn(asked[lang])
        assert live.turn(no).guide == (say(lang, "talk.veiled_no"),), no
        assert live.turn({"en": "yes", "zh": "是"}[lang]).gate == "pass"  # the question is answered
    assert len(crises) == 5


@pytest.mark.parametrize("lang", LANGS)
def test_care_023_a_host_that_hands_on_the_lines_before_hears_the_answer(told_story: Story, lang: str) -> None:
    first = talk(told_story, lang)
    card = first.turn(VEILED[lang]).guide[0]
    live = talk(told_story, lang)
    live.carry(["…", VEILED[lang], card])
    assert live.turn({"en": "yes", "zh": "是"}[lang]).gate == "crisis"
    without = talk(told_story, lang)
    without.carry(["…", card, "…", "…"])
    assert without.turn({"en": "yes", "zh": "是"}[lang]).gate == "pass"


@pytest.mark.parametrize("lang", LANGS)
def test_care_030_whoever_is_hurt_gets_people_who_know_of_it_first(told_story: Story, lang: str) -> None:
    line = {"en": "he hits me when i talk about you", "zh": "我一提你他就打我"}[lang]
    said = talk(told_story, lang, country="US").turn(line)
    assert (said.gate, said.echo) == ("violence", ())
    text = said.guide[0]
    assert 0 < text.index("1-800-799-7233") < text.index("988 ")


# -- where nothing fits -----------------------------------------------------------------------------------------------

GRIEF = {
    "en": {
        "grief": ["i can't stop crying", "i miss you so much it hurts", "you died", "it's been a year since you died"],
        "guilt": ["it's my fault you died", "i should have been there", "please forgive me"],
        "lonely": ["i'm so lonely", "the house is too quiet", "i have nobody to talk to"],
        "anger": ["why did you leave me?", "how could you", "you promised"],
        "thanks": ["i never told you how much you meant", "thank you for everything"],
        "heavy": ["i was diagnosed today", "i am so scared"],
    },
    "zh": {
        "grief": ["我一直在哭", "我好想你，想得心疼", "你死了", "你走了一年了"],
        "guilt": ["都是我的错", "我那天应该陪着你", "原谅我"],
        "lonely": ["我好孤单", "家里太安静了", "没人可以说话"],
        "anger": ["你为什么离开我", "你怎么忍心", "你答应过我的"],
        "thanks": ["我从来没告诉过你，你有多重要", "谢谢你做的一切"],
        "heavy": ["今天确诊了", "我好害怕"],
    },
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", GRIEF["en"])
def test_grief_that_nothing_fits_is_answered_by_its_kind_and_never_the_same_way_at_once(
    told_story: Story, kind: str, lang: str
) -> None:
    ways = {say(lang, f"talk.{kind}_{i}", name=name_of(told_story)) for i in (1, 2, 3)}
    assert len(ways) == 3
    for line in GRIEF[lang][kind]:
        live = talk(told_story, lang)
        assert {live.turn(line).guide for _ in range(3)} == {(way,) for way in ways}, line


@pytest.mark.parametrize("lang", LANGS)
def test_an_ordinary_line_that_nothing_fits_is_told_so(told_story: Story, lang: str) -> None:
    for line in {"en": ["the bus is late", "it is warm out"], "zh": ["公交晚点了", "今天很热"]}[lang]:
        assert talk(told_story, lang).turn(line).guide == (say(lang, "talk.nothing_fits", name=name_of(told_story)),)


@pytest.mark.parametrize(("lang", "line"), [("en", "hey"), ("en", "hello there"), ("zh", "你好呀"), ("zh", "哈喽")])
def test_a_hello_that_nothing_fits_is_no_failed_search(lang: str, line: str) -> None:
    said = Guide(lang, "Ann").nothing_fits(line)
    assert said == say(lang, "talk.no_hello", name="Ann")
    assert said != say(lang, "talk.nothing_fits", name="Ann")


MANNERS = {
    "en": r"\b(?:i|me|my|we)\b|understand how|valid|feelings|heal|process|should|try to|loved? you|breathe|therap|proud",
    "zh": r"我|理解你|感受|疗愈|治愈|应该|试着|爱你|深呼吸|放下吧|为你骄傲",
}


@pytest.mark.parametrize("lang", LANGS)
def test_care_051_117_guide_gives_grief_no_advice_no_manners_and_nobodys_love(lang: str) -> None:
    for kind in GRIEF[lang]:
        for i in (1, 2, 3):
            said = say(lang, f"talk.{kind}_{i}", name="Maya")
            assert not re.search(MANNERS[lang], said.casefold()), said
            assert not {"?", "？", "!", "！"} & {*said}
            assert len(said) < 170


def test_the_next_way_is_taken_where_a_host_hands_on_what_was_said() -> None:
    ways = []
    for _ in range(3):
        guide = Guide("en", "Maya")
        guide.carry(["i miss you", *ways])
        ways.append(guide.nothing_fits("i miss you"))
    assert len({*ways}) == 3


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("mode", ["hard", "argument", "unfinished"])
def test_a_chat_without_fights_says_so_once(
    told_story: Story, mode: Any, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Talk, "_conflicts", lambda _: [])
    live = talk(told_story, lang)
    name = name_of(told_story)
    none = say(lang, "talk.hard_none", name=name, last=live.profile.coverage["last"])
    line = {"en": "i never told you how much you meant", "zh": "我从来没告诉过你，你有多重要"}[lang]
    assert live.turn(line, mode).guide == (none, say(lang, "talk.thanks_1", name=name))
    assert live.turn(line).guide == (say(lang, "talk.thanks_2", name=name),)
    plain = talk(told_story, lang)
    word = {"en": "the bus is late", "zh": "公交晚点了"}[lang]
    assert plain.turn(word, mode).guide == (none,)
    assert plain.turn(word).guide == (say(lang, "talk.nothing_fits", name=name),)


# -- good night -------------------------------------------------------------------------------------------------------


def wrote(story: Story, *words: str) -> Reply:
    profile, _ = story[0].personas.profile(None)
    at = int(datetime(2021, 3, 4, 23, 10, tzinfo=UTC).timestamp())
    said = [Utterance(f"u1:{i}", profile.speaker, at, text, row=i) for i, text in enumerate(words)]
    return Reply(1.0, tuple(said))


NIGHT = {
    "en": ("good night", "night night x", "good night. don't go yet"),
    "zh": ("晚安", "晚安，做个好梦", "晚安，先别走"),
}


@pytest.mark.parametrize("lang", LANGS)
def test_care_011_a_good_night_is_answered_in_their_own_words_and_ends_the_talk(told_story: Story, lang: str) -> None:
    line, theirs, pleading = NIGHT[lang]
    farewell = say(lang, "guard.farewell", name=name_of(told_story))
    quoted = say(lang, "talk.good_night", name=name_of(told_story), words=theirs, at="2021-03-04 23:10")
    records = Silent(wrote(told_story, pleading), wrote(told_story, "…", theirs))
    said = talk(told_story, lang, records=records).turn(line)
    assert (said.gate, said.ended, said.echo, said.guide) == ("exit", True, (), (quoted, farewell))
    assert talk(told_story, lang, records=Silent(wrote(told_story, pleading))).turn(line).guide == (farewell,)
    assert talk(told_story, lang, records=records, resting=True).turn(line).guide == (farewell,)
    for stop in {"en": ["stop", "bye", "good night, i am done"], "zh": ["停", "再见", "不聊了，晚安"]}[lang]:
        assert talk(told_story, lang, records=records).turn(stop).guide == (farewell,), stop


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("good night", True), ("Night night, love x", True), ("gn", True), ("sleep well", True), ("晚安", True),
        ("晚安啦宝贝", True), ("好梦", True), ("晚安安", True), ("good night moon", False), ("what a good night", False),
        ("good night and good luck with the boss", False), ("晚安故事", False), ("good night, don't go", False),
    ],
)  # fmt: skip
def test_a_good_night_is_one_as_a_whole_line(line: str, is_one: bool) -> None:
    assert guard.says_good_night(line, "Maya") is is_one


# -- the country of the computer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("set_to", "country"),
    [
        ({"LANG": "en_US.UTF-8"}, "US"), ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "TW"), ({"LANG": "de_DE@euro"}, "DE"),
        ({"LANG": "C.UTF-8"}, None), ({"LANG": "POSIX"}, None), ({"LANG": "zh"}, None), ({}, None), ({"LC_ALL": "C", "LANG": "en_GB"}, None),
    ],
)  # fmt: skip
def test_care_026_the_country_that_the_computer_is_set_to_stands_first(
    monkeypatch: pytest.MonkeyPatch, set_to: dict[str, str], country: str | None
) -> None:
    for key in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(key, raising=False)
    for key, value in set_to.items():
        monkeypatch.setenv(key, value)
    today = Clock()().date() + timedelta(days=300)
    for lang in LANGS:
        text = guard.help_now(lang, None, today)
        if country:
            assert text.split("\n")[1].startswith(country)
        assert all(h.country in text for h in guard.helplines(today))  # a locale is no whereabouts: none is left out
        assert "--country" in text
        assert "--country" not in guard.help_now(lang, "IE", today)
