"""Who feels or does what to whom, in both languages. In: lines. Out: the bonds in them, and none for what is not understood."""

from __future__ import annotations

import pytest

from afterword.measures.lexicon import LANGUAGES, word_list
from afterword.memory.between import SMALL, between, bonds
from afterword.memory.second_parts import DOES, SECOND

SAYS = [
    ("i love you", ("love", "i", "you", "")), ("我爱你", ("love", "i", "you", "")),
    ("i really do still love you so much", ("love", "i", "you", "")), ("我真的一直都很爱你", ("love", "i", "you", "")),
    ("miss you", ("miss", "i", "you", "")), ("好想你", ("miss", "i", "you", "")),
    ("do you miss me?", ("miss", "you", "i", "asks")), ("你想我吗", ("miss", "you", "i", "asks")),
    ("i don't hate you", ("hate", "i", "you", "not")), ("我不恨你", ("hate", "i", "you", "not")),
    ("why did you go", ("leave", "you", "", "why")), ("你为什么要走", ("leave", "you", "", "why")),
    ("why did you lie to me?", ("lie", "you", "i", "why")), ("你为什么骗我", ("lie", "you", "i", "why")),
    ("why do we always fight", ("fight", "we", "", "why")), ("我们为什么总是吵架", ("fight", "we", "", "why")),
    ("can we make up", ("mend", "we", "", "asks")), ("我们和好吧", ("mend", "we", "", "")),
    ("i'm so sorry", ("sorry", "i", "you", "")), ("真的对不起", ("sorry", "i", "you", "")),
    ("thank you for everything", ("thanks", "i", "you", "")), ("谢谢你做的一切", ("thanks", "i", "you", "")),
    ("did i do something wrong?", ("fault", "i", "you", "asks")), ("我做错什么了吗", ("fault", "i", "you", "asks")),
    ("i'm scared", ("scared", "i", "", "")), ("我好怕", ("scared", "i", "", "")),
    ("still angry?", ("anger", "you", "", "asks")), ("还在生气吗", ("anger", "you", "", "asks")),
    ("don't forget me", ("forget", "you", "i", "not")), ("别忘了我", ("forget", "you", "i", "not")),
    ("you broke my heart", ("hurt", "you", "i", "")), ("你伤了我的心", ("hurt", "you", "i", "")),
    ("hug me", ("touch", "you", "i", "")), ("抱抱我", ("touch", "you", "i", "")),
    ("tea's ready, miss you", ("miss", "i", "you", "")), ("茶好了 想你", ("miss", "i", "you", "")),
]  # fmt: skip


@pytest.mark.parametrize(("line", "bond"), SAYS)
def test_what_is_said_between_two(line: str, bond: tuple[str, str, str, str]) -> None:
    assert bond in {tuple(b) for b in between(line)}


@pytest.mark.parametrize(
    "line",
    [
        "i love cheese", "我爱吃奶酪", "i miss my parents", "我想我爸妈", "i love your hat", "我喜欢你的帽子",
        "my mother loves you", "我妈想你了", "she hates him", "他恨她", "i need you to buy milk", "我想你帮我买牛奶",
        "thanks to the ferry", "calling her that will scare her off", "他好怕", "the heron left", "鹤飞走了",
        "sorry to hear that", "i left my keys", "我想想", "i'm going home", "我不走", "the neighbours fight a lot", "楼上好吵",
        "don't worry", "没关系", "haha", "哈哈", "", "…",
    ],
)  # fmt: skip
def test_what_is_about_somebody_else_is_not(line: str) -> None:
    assert between(line) == frozenset()


def test_what_is_about_somebody_else_is_still_read() -> None:
    assert [b.whom for b in bonds("i love cheese")] == ["other"]
    assert [b.whom for b in bonds("我爱你们家的狗")] == ["thing"]


def test_both_languages_say_the_same_acts() -> None:
    here = [{section for _, section, _ in word_list(x, "between")} - SMALL for x in LANGUAGES]
    assert here[0] == here[1]
    assert {*SECOND, *DOES} | {b for after in SECOND.values() for b in after} <= here[0]
