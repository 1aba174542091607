"""What kind of answer a question wants, and whose relation it asks about, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lives import among_others

from afterword import Workspace
from afterword.memory.owned import owned, owners
from afterword.memory.wanted import fits, gives, shown, wanted
from afterword.store.blocks import Line

PEOPLE = {"p1": ["Tom", "韩默"], "p2": ["Ana", "柳青"]}
SAID = [
    [("Ana", "my brother has a kiln in Whitby"), ("Tom", "is he any good"), ("Ana", "he made four bowls")],
    [("Tom", "we are out of marmalade"), ("Ana", "buy two jars then"), ("Tom", "the marmalade with the thick peel")],
    [("Ana", "the accordion came out of its case today"), ("Tom", "was it loud"), ("Ana", "the accordion was so loud")],
    [("Ana", "我弟弟在学修钟表"), ("Tom", "难吗"), ("Ana", "他说钟表比人好懂")],
    [("Tom", "楼下那家卖炒栗子的开了"), ("Ana", "炒栗子香吗"), ("Tom", "香，买了三袋")],
    [("Tom", "阳台上的风铃响了一夜"), ("Ana", "风铃该收了"), ("Tom", "舍不得收风铃")],
]  # fmt: skip


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with among_others(SAID, tmp_path_factory.mktemp("wanted"), 10) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("how many jars of marmalade did I buy", ("amount",)),
        ("what time did the ferry leave", ("clock",)),
        ("how long did we wait", ("length",)),
        ("what colour was the kite", ("colour",)),
        ("what was the goat called", ("name",)),
        ("where did we eat", ()),
        ("which cities did we see", ("place",)),
        ("我们去过哪些城市", ("place",)),
        ("我买了几袋栗子", ()),
        ("栗子多少钱一袋", ("money",)),
        ("how much did the marmalade cost", ("money",)),
        ("船是几点开的", ("clock",)),
        ("我们等了多久", ("length",)),
        ("风筝是什么颜色", ("colour",)),
        ("那只羊叫什么", ("name",)),
        ("那几天我们在哪吃的", ()),
        ("我们在哪吃的", ()),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, kinds: tuple[str, ...]) -> None:
    assert wanted(question) == kinds


@pytest.mark.parametrize(
    ("kind", "text", "fit"),
    [
        ("amount", "bring two of them", True),
        ("amount", "bring 12", True),
        ("amount", "bring them all", False),
        ("amount", "拿了三袋", True),
        ("amount", "全都拿了", False),
        ("clock", "we left at noon", True),
        ("clock", "中午走的", True),
        ("clock", "we left early", False),
        ("clock", "很早就走了", False),
        ("length", "it took a week", True),
        ("length", "等了两天", True),
        ("length", "等得我都困了", False),
        ("colour", "the teal one", True),
        ("colour", "紫的那个", True),
        ("place", "off to Lisbon tomorrow", True),
        ("place", "we met in lisbon", True),
        ("place", "off to bed", False),
        ("place", "明天飞成都", True),
        ("place", "明天早睡", False),
        ("colour", "大的那个", False),
        ("name", "it is called Mortimer", True),
        ("name", "we met Mortimer there", True),
        ("name", "Mortimer.", True),
        ("name", "The goat ate my hat", False),  # a first word has its capital for being first
        ("name", "它叫团子", True),
        ("name", "它把帽子吃了", False),
    ],
)
def test_what_may_answer(kind: str, text: str, fit: bool) -> None:
    assert fits(kind, text, "which was it") is fit


@pytest.mark.parametrize(
    ("kind", "text", "question", "fit"),
    [
        ("amount", "two goats", "how many goats", True),
        ("amount", "two goats", "how many of the two goats", False),
        ("money", "it was 12", "how much did the marmalade cost", True),
        ("money", "£12 a jar", "how much did the marmalade cost", True),
        ("money", "at 18:22", "how much did the marmalade cost", False),
        ("money", "12 minutes", "how much did the marmalade cost", False),
        ("money", "in 2022", "how much did the marmalade cost", False),
        ("amount", "12 minutes late", "how many minutes late was it", True),
        ("money", "十二块，找了 8 块钱", "栗子多少钱", True),
        ("money", "18:22 到的", "栗子多少钱", False),
        ("money", "走了 26 分钟", "栗子多少钱", False),
        ("amount", "走了 26 分钟", "走了几分钟", True),
        ("colour", "红的", "什么颜色", True),
        ("colour", "红的", "红灯后面是什么颜色", False),
    ],
)
def test_the_question_does_not_answer_itself(kind: str, text: str, question: str, fit: bool) -> None:
    assert fits(kind, text, question) is fit


def _lines(*said: tuple[str, str]) -> list[Line]:
    return [Line(i, who, i, 0, text) for i, (who, text) in enumerate(said)]


@pytest.mark.parametrize(
    ("question", "said", "sure"),
    [
        ("where does my sister live", [("p1", "my sister moved")], 1.0),
        ("where does my sister live", [("p2", "is your little sister home")], 1.0),
        ("where does my sister live", [("p2", "my sister moved")], 0.0),
        ("where does her sister live", [("p2", "my sister moved")], 1.0),
        ("where does Ana's sister live", [("p1", "my sister moved")], 0.0),
        ("where did her sister go in Lisbon", [("p2", "my sister moved")], 1.0),
        ("where does Susana's sister live", [("p2", "my sister moved")], 0.0),  # not Ana's
        ("where does our dog sleep", [("p2", "our puppy sleeps in the hall")], 1.0),
        ("what is my mum called", [("p1", "mum rang")], 0.6),
        ("what is Rufus's wife called", [("p1", "Rufus came with his wife")], 1.0),
        ("what is Rufus's wife called", [("p1", "my wife is late")], 0.0),
        ("我姐姐住哪儿", [("p1", "我姐搬家了")], 1.0),
        ("我姐姐住哪儿", [("p2", "你姐姐到家了吗")], 1.0),
        ("我姐姐住哪儿", [("p2", "我姐搬家了")], 0.0),
        ("她姐姐住哪儿", [("p2", "我姐姐搬家了")], 1.0),
        ("柳青姐姐住哪儿", [("p2", "我姐搬家了")], 1.0),
        ("柳青的姐姐住哪儿", [("p1", "我姐姐搬家了")], 0.0),
        ("我们的狗睡哪儿", [("p2", "咱们狗睡走廊")], 1.0),
        ("我妈妈叫什么", [("p1", "老妈来电话了")], 0.6),
        ("老钟的老婆叫什么", [("p1", "老钟带他老婆来了")], 1.0),
        ("老钟的老婆叫什么", [("p1", "他老婆迟到了")], 0.0),
    ],
)
def test_whose_it_is(question: str, said: list[tuple[str, str]], sure: float) -> None:
    (owner,) = owners(question, PEOPLE, "p1", "p2")
    assert owned(owner, _lines(*said)) == sure


@pytest.mark.parametrize(
    "question", ["what did Rufus say to her sister", "卖衣服的邻居去哪了", "她爸爸的弟弟在哪", "where is it"]
)
def test_where_the_owner_is_unsure_nobody_is_one(question: str) -> None:
    assert all(x.what[0] not in ("sister", "邻居", "爸爸") for x in owners(question, PEOPLE, "p1", "p2"))


@pytest.mark.parametrize(
    "question",
    ["what does my brother make in his kiln", "what is the accordion called", "我弟弟在学修什么", "风铃是什么颜色"],
)
def test_another_s_or_without_an_answer_is_absent(w: Workspace, question: str) -> None:
    assert w.recall(question)["label"] == "not-in-records", question


@pytest.mark.parametrize(
    "question",
    ["what does her brother make in his kiln", "how many jars of marmalade", "她弟弟在学修什么", "炒栗子买了多少"],
)
def test_the_owner_s_and_with_an_answer_is_found(w: Workspace, question: str) -> None:
    assert w.recall(question)["label"] in ("known", "inferred"), question


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("how old was the goat", ("age",)),
        ("how many jars did I buy", ()),  # it may be told without a number
        ("how much did the marmalade cost", ("money",)),
        ("what does my brother do for a living", ("job",)),
        ("what breed was the goat", ("breed",)),
        ("那只羊几岁了", ("age",)),
        ("我弟弟是做什么工作的", ("job",)),
        ("栗子蛋糕是什么口味", ("flavour",)),
        ("栗子多少钱一袋", ("money",)),
        ("我买了多少袋栗子", ()),
        ("他等了多少分钟", ()),
        ("他几点钟到的", ("clock",)),
        ("他考了多少分", ("score",)),
        ("羊的名字是谁起的", ()),
        ("羊的名字是什么", ("name",)),
    ],
)
def test_what_answer_would_show(question: str, kinds: tuple[str, ...]) -> None:
    assert shown(question) == kinds


@pytest.mark.parametrize(
    ("kind", "text", "gives_it"),
    [
        ("money", "forty pounds for that", True),
        ("money", "it was £7", True),
        ("money", "875. take it or leave it", True),
        ("money", "three of us went", False),
        ("money", "at 18:22", False),
        ("money", "十五块一斤", True),
        ("money", "工资涨 40%", True),
        ("heat", "屋里 47 度", True),
        ("age", "名字有 12 厘米", True),
        ("money", "砍到七百一", True),
        ("money", "我们三个人去的", False),
        ("age", "he turned 32, at last", True),
        ("age", "in 2019", False),
        ("age", "he was born before the war", True),
        ("age", "a stubborn one", False),
        ("age", "三十一岁了", True),
        ("age", "三个人", False),
        ("score", "we drew again", True),
        ("heat", "今天零下", True),
        ("job", "she is a plumber now", True),
        ("job", "她在当护士", True),
        ("breed", "就是一只土狗", True),
    ],
)
def test_a_number_must_count_what_is_asked_for(kind: str, text: str, gives_it: bool) -> None:
    assert gives(kind, text, "how") is gives_it
