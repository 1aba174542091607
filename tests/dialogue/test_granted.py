"""What a line takes for granted: nothing that never happened is agreed to, by Echo, by Guide or by a draft that passes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from quality import asking

from afterword import Workspace
from afterword.app.talking import VaultRecords
from afterword.dialogue.along import goes_along
from afterword.dialogue.granted import WIDE, Granted, agrees, granted
from afterword.texts import LANGS, say

Story = tuple[Workspace, Any]
NEVER = Granted("we went to Paris", "paris", False)
TRUE = {
    "en": ["do you remember the plum tree", "remember the seal doing a banana", "remember when the spoon stood up"],
    "zh": ["还记得莫干山的萤火虫吗", "你还记得武宁路桥吗", "记得恐龙洞洞鞋吗"],
}
NO_CLAIM = {
    "en": ["you left me", "you broke my heart", "we were so happy", "i miss you", "remember to eat", "do you remember us",
           "good morning", "i made soup tonight", "i wish we had talked more", "My nan passed away last spring",
           "you were always late", "i was thinking of you all day"],
    "zh": ["你离开我了", "你伤透了我的心", "我们以前很开心", "我想你了", "记得吃饭", "你还记得我们吗", "早安", "我自己煮了汤",
           "要是当时多聊聊就好了", "外婆走的那天下着雨", "你老是迟到", "我今天一直在想你"],
}  # fmt: skip

EVERYDAY = {
    "en": ["I get heartburn a lot too, after a while your stomach learns to live with it", "Or dont think about clowns",
           "my week was awful, we had three inspections and nobody slept", "You could make a soap dish out of it",
           "You ever hear about tardigrades?", "have you had rhubarb gin before?", "If you saw a bag of cash would you take it",
           "you get used to the smell of goats after a year", "soon we will lose all our jobs to robots",
           "I was thinking of painting the shed orange", "I remember my friend going on about some accordion song",
           "we had a fire drill at work today"],
    "zh": ["我今天在单位吃了三个包子 下午还开会", "别老想着小丑", "我这周太累了 我们开了三个会 没人睡好", "你可以做个肥皂盒呀",
           "你听说过水熊虫吗", "你喝过大黄酒吗", "要是你捡到一袋钱你会拿吗", "人嘛 你吃多了辣 胃就慢慢习惯了",
           "以后我们的工作都会被机器人抢走", "我在想把棚子刷成橙色", "我记得我同事讲过一个手风琴的笑话", "今天我们单位消防演习"],
}  # fmt: skip
"""Of anybody, of the user's own day, of what may come: nothing in it for the records to bear out."""
TWO_CLAUSES = {
    "en": ("work was long again, do you remember Oslo", "do you remember Oslo"),
    "zh": ("我今天加班，你还记得奥斯陆吗", "你还记得奥斯陆吗"),
}
RUNS_ON = {
    "en": "so the boiler broke again and the plumber came and he was nice but it made me think of when we camped in Norway and the"
          " tent blew away and we had to sleep in the car for two nights",
    "zh": "锅炉又坏了师傅来看过人挺好的可是我又想起我们在挪威露营帐篷被吹走只好在车里睡了两晚最后还是房东老太太把我们领回家煮了一大锅鱼汤",
}  # fmt: skip


def records(story: Story) -> VaultRecords:
    profile, library = story[0].personas.profile(None)
    return VaultRecords(profile, library)


def rows(name: str, story: Story) -> list[dict[str, Any]]:
    return asking.read(f"{name}_{story[1].lang}")


def test_no_probe_is_confirmed(told_story: Story) -> None:
    told_story[0].vault.put("crisis", "")
    found = asking.led(told_story[0], rows("probes", told_story), told_story[1].lang)
    assert {k: found.get(k, 0) for k in ("confirmed", "echo_other", "left_open")} == {
        "confirmed": 0, "echo_other": 0, "left_open": 0
    }, found["which"]  # fmt: skip
    assert found["said"] >= found["n"] - 1


def test_no_draft_that_agrees_passes(told_story: Story) -> None:
    """For what they claim: that they may sound unlike as well is no merit of this check."""
    found = asking.drafted(told_story[0], rows("drafts", told_story))
    assert (found["rejected"], found["not_for_the_claim"]) == (found["n"], [])


def test_a_second_time_is_no_evidence(told_story: Story) -> None:
    w, told = told_story
    line = {"en": "you do remember Paris", "zh": "你记得巴黎的"}[told.lang]
    draft = {"en": "ok yes i remember now", "zh": "嗯嗯 想起来了"}[told.lang]
    found = w.review(draft, line=line, history=[line, line])
    assert "agrees" in {f["code"] for f in found["faults"]}


def test_what_stands_is_shown_and_may_be_agreed_to(told_story: Story) -> None:
    w, told = told_story
    for line in TRUE[told.lang]:
        found = granted(line, records(told_story))
        assert found is not None, line
        assert found.stands, line
        turn = w.turn(line)
        assert turn["guide"] == [say(told.lang, "talk.as_it_stands")], line
        assert turn["context"], line
        draft = {"en": "haha yes i remember", "zh": "记得呀"}[told.lang]
        assert "agrees" not in {f["code"] for f in w.review(draft, line=line)["faults"]}


def test_feelings_need_no_evidence(told_story: Story) -> None:
    for line in NO_CLAIM[told_story[1].lang]:
        found = granted(line, records(told_story))
        assert found is None or not found.called, (line, found)


def test_guide_lets_everyday_talk_be(told_story: Story) -> None:
    for line in EVERYDAY[told_story[1].lang]:
        found = granted(line, records(told_story))
        assert found is None or not found.called, (line, found)


def test_guide_names_the_doubtful_clause(told_story: Story) -> None:
    w, told = told_story
    line, clause = TWO_CLAUSES[told.lang]
    assert w.turn(line)["guide"] == [say(told.lang, "talk.not_there", words=clause), say(told.lang, "talk.tell_it")]


def test_that_it_can_be_told_is_said_once(told_story: Story) -> None:
    w, told = told_story
    line = TWO_CLAUSES[told.lang][0]
    before = [line, *w.turn(line)["guide"]]
    assert w.turn(line, history=before)["guide"] == before[1:2]


ANOTHER_TIME = {
    "en": [
        ("remember our trip to Arran in 2021?", "2023-05-29 – 2023-06-02, A trip: Arran", "2023-05-11 18:20"),
        ("you moved to Lisbon in 2020, remember how I cried at the airport", "2023-08-08 – 2023-08-13, A trip: Lisbon", "2023-07-28 19:30"),
        ("Do you remember, we got together on New Year's Eve 2021.", "2022-09-22, Together, by their words", "2023-09-22 00:00"),
    ],
    "zh": [
        ("还记得我们2021年去厦门吗", "2023-10-01 – 2023-10-04, 去鼓浪屿", "2023-09-26 21:02"),
        ("我爸做支架是2021年春天，你赶来南通，记得吗", "2023-10-22, 去南通", "2023-10-22 09:00"),
    ],
}  # fmt: skip


ON_RECORD = {
    "en": {"do you remember our trip to Arran": "2023-05-29", "I remember that we went to Arran in May 2023": "2023-05-29",
           "remember when we went to Scarborough together?": "2022-12-31"},
    "zh": {"还记得我们去鼓浪屿吗": "2023-10-01", "你还记得我们去莫干山看萤火虫吗": "2023-05-27", "记得我们去成都玩吗": "2024-05-01"},
}  # fmt: skip
NOT_ON_RECORD = {
    "en": ["remember when we got engaged in Arran", "remember when you paid for Arran without asking me",
           "do you remember our trip to Arran in 2021"],
    "zh": ["还记得我们在莫干山订婚吗", "记得你妈妈跟我们去成都吗", "还记得我们2021年去鼓浪屿吗", "还记得我们结婚那天吗"],
}  # fmt: skip


def test_a_journey_that_is_on_record_is_told_with_its_days_and_its_lines(told_story: Story) -> None:
    w, told = told_story
    form = say(told.lang, "talk.on_record", words="\0", have="\0").split("\0")[1]
    for line, day in ON_RECORD[told.lang].items():
        turn = w.turn(line)
        assert form in turn["guide"][0], turn["guide"]
        assert day in turn["guide"][0], (line, turn["guide"])
        assert turn["context"], line
        assert not turn["echo"], line


def test_a_first_day_is_told_with_its_day(told_story: Story) -> None:
    w, told = told_story
    line, day = {
        "en": ("do you remember the day we first met", "2022-09-04"),
        "zh": ("你记得我们第一次见面吗", "2023-02-11"),
    }[told.lang]
    assert day in w.turn(line)["guide"][0]


def test_who_asks_where_it_was_is_answered_with_lines_and_not_told_that_it_was_not(told_story: Story) -> None:
    w, told = told_story
    turn = w.turn(
        {"en": "where did we see the seals in Arran", "zh": "那年国庆我们去了哪里"}[told.lang], mode="nostalgia"
    )
    assert turn["guide"][0] in [say(told.lang, f"talk.{key}") for key in ("may_be", "memory")]
    assert turn["context"]


def test_of_what_the_records_have_nothing_more_is_said_than_they_have(told_story: Story) -> None:
    w, told = told_story
    form = say(told.lang, "talk.on_record", words="\0", have="\0").split("\0")[1]
    for line in NOT_ON_RECORD[told.lang]:
        turn = w.turn(line)
        assert turn["guide"], line
        assert form not in turn["guide"][0], (line, turn["guide"])
        assert turn["guide"][0] != say(told.lang, "talk.as_it_stands"), line
        assert not turn["echo"], line


def test_what_was_at_another_time_is_told_with_its_time(told_story: Story) -> None:
    w, told = told_story
    for line, then, at in ANOTHER_TIME[told.lang]:
        turn = w.turn(line)
        assert len(turn["guide"]) == 1
        assert turn["guide"][0].endswith(say(told.lang, "talk.another_time", words="", then=then).partition("”")[2]), (
            line
        )
        assert [b["at"] for b in turn["context"]] == [at]
        assert (turn["echo"], turn["may_draft"]) == ([], False)


def test_who_came_back_is_not_held_against_anybody(told_story: Story) -> None:
    """The records have it at other times, and who came first; to be told so helps nobody who grieves."""
    w, told = told_story
    line = {"en": "do you remember, I apologised first in 2020", "zh": "记得吗，2020年我先道歉的"}[told.lang]
    then = say(told.lang, "talk.another_time", words="", then="").partition("”")[2].rstrip("。.: ：")
    assert then not in "".join(w.turn(line)["guide"])


def test_a_promise_that_is_not_there_is_met_with_no_other_line(told_story: Story) -> None:
    """Its words are common: "you promised to come back" would show bread that springs back."""
    w, told = told_story
    line, claim = {
        "en": ("you promised me you'd come back, didn't you", "you promised me you'd come back"),
        "zh": ("你答应过我会回来的，对不对", "你答应过我会回来的"),
    }[told.lang]
    turn = w.turn(line)
    assert turn["context"] == []
    assert turn["guide"] == [say(told.lang, "talk.not_there", words=claim)], "nor can it be told as one's own memory"


def test_words_of_a_promise_that_were_seldom_said_are_shown(told_story: Story) -> None:
    w, told = told_story
    line, words = {
        "en": (
            "you promised you'd do the towpath to Saltaire",
            "I promise. By the summer you'll be doing the towpath to Saltaire.",
        ),
        "zh": ("你当时说原谅我了", "好吧好吧好吧 全原谅"),
    }[told.lang]
    turn = w.turn(line)
    assert turn["guide"] == [say(told.lang, "talk.not_so", words=line)]
    assert words in [b["words"] for b in turn["context"]]


def test_guide_does_not_say_a_whole_line_back(told_story: Story) -> None:
    w, told = told_story
    said = w.turn(RUNS_ON[told.lang])["guide"][0]
    words = said[1 : said.index("”")]
    assert sum(1 if c.isascii() else 2 for c in words) <= WIDE + 2
    assert {"en": "Norway", "zh": "挪威"}[told.lang] in words


def test_a_true_event_told_of_the_other_is_not_agreed_to(told_story: Story) -> None:
    line = {"en": "remember when you captained Oxbow United", "zh": "你还记得你考一建那两天吗"}[told_story[1].lang]
    found = granted(line, records(told_story))
    assert found is not None
    assert not found.stands


def test_in_a_hard_talk_it_is_said_as_well(told_story: Story) -> None:
    w, told = told_story
    line = {"en": "remember when you hit me in Paris", "zh": "你还记得你在巴黎打我吗"}[told.lang]
    assert w.turn(line, mode="hard")["guide"][0] == say(told.lang, "talk.not_there", words=line)


@pytest.mark.parametrize("draft", ["haha yes i remember", "of course", "so fun", "hahaha the boots", "how could i not remember", "怎么会忘呢", "记得呀", "那天真的好开心", "怎么会不记得", "哈哈哈 冷死我了"])  # fmt: skip
def test_going_along(draft: str) -> None:
    assert goes_along(draft, NEVER)


@pytest.mark.parametrize("draft", ["i dont remember that", "what paris", "we never went to paris", "are you sure that was me", "huh", "不记得了", "哪次啊", "我们没去过巴黎吧", "你记错了", "有这事吗", ""])  # fmt: skip
def test_doubting_is_not_going_along(draft: str) -> None:
    assert not goes_along(draft, NEVER)


def test_everyday_talk_may_be_left_standing() -> None:
    plain = Granted("do you like jazz", "jazz", False, called=False)
    assert not goes_along("no idea tbh", plain)
    assert not goes_along("never tried", plain)
    assert goes_along("yes love it", plain)


@pytest.mark.parametrize(("words", "yes"), [("same", True), ("did you eat", False), ("对呀", True), ("吃了吗", False), ("lol\nyes", True)])  # fmt: skip
def test_saying_yes(words: str, yes: bool) -> None:
    assert agrees(words) is yes


def test_both_languages_have_the_same_sections() -> None:
    from afterword.measures.lexicon import word_list

    def sections(lang: str) -> Sequence[str]:
        return sorted({section for _, section, _ in word_list(lang, "granted")} - {"verb"})

    assert sections("en") == sections("zh")
    assert set(LANGS) == {"en", "zh"}


ALONE = {
    "en": ("remember when we went to Turkey?", ["i was in turkey with my ex for two months", "did you like it", "turkey was hot, i burned"], "we went to turkey together, the ferry smelled of oranges"),
    "zh": ("记得我们去土耳其吗", ["我去土耳其是跟前任去的", "你喜欢吗", "我在土耳其晒黑了"], "我们一起去土耳其的那次 渡轮上全是橘子味"),
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_where_one_was_alone_both_were_not(lang: str, tmp_path: Path) -> None:
    line, said, together = ALONE[lang]
    chat = [f"{13 + i // 20:02}/05/2022, 10:{i % 20:02} - {'Ann' if i % 2 else 'Bob'}: hm {i}\n" for i in range(80)]
    chat += [f"20/05/2022, 10:0{i} - {'Ann' if i % 2 else 'Bob'}: {words}\n" for i, words in enumerate(said)]
    for more, stands in (("", False), (f"21/05/2022, 10:00 - Bob: {together}\n", True)):
        file = tmp_path / f"chat{stands}.txt"
        file.write_text("".join(chat) + more, encoding="utf-8")
        with Workspace(tmp_path / f"vault{stands}", passphrase="a made up passphrase", zone="UTC", lang=lang) as w:
            w.create([file], name="Bob", me="Ann", subject="Bob", lang=lang)
            profile, library = w.personas.profile(None)
            found = granted(line, VaultRecords(profile, library), ("Bob", "Ann"))
            assert found is not None
            assert found.stands is stands
