"""What a line does, in both languages, and what is left of it without that. In: lines. Out: acts, leaning, ready answers."""

from __future__ import annotations

import pytest

from afterword.measures.lexicon import LANGUAGES, word_list
from afterword.memory.acts import FOLLOWS, acts, asks, rest
from afterword.memory.habits import alone, content, leans

DOES = [
    ("good morning!", {"greet"}), ("早呀", {"greet"}),
    ("good night babe", {"goodnight", "affection"}), ("晚安宝贝", {"goodnight", "affection"}),
    ("thanks a lot", {"thanks"}), ("谢谢啦", {"thanks"}),
    ("i'm so sorry", {"sorry"}), ("对不起", {"sorry"}),
    ("haha", {"tease", "token"}), ("哈哈哈", {"tease", "token"}),
    ("so tired", {"complain"}), ("今天好累", {"complain"}),
    ("where are you?", {"ask-where"}), ("你在哪", {"ask-where"}),
    ("why did you go?", {"ask-why"}), ("为什么不告诉我？", {"ask-why"}),
    ("and you?", {"ask-back"}), ("那你呢", {"ask-back"}),
    ("is it far", {"ask-yes"}), ("远吗", {"ask-yes"}),
    ("let's go", {"plan"}), ("我们一起去", {"plan"}),
    ("guess what", {"news"}), ("跟你说", {"news"}),
    ("nope", {"refuse"}), ("不去", {"refuse"}),
    ("i miss you", {"affection"}), ("想你", {"affection"}),
    ("happy birthday", {"wish"}), ("生日快乐", {"wish"}),
    ("my dog died", {"grave"}), ("外公去世", {"grave"}),
    ("the kiln is warm", {"say"}), ("窑还热着", {"say"}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "does"), DOES)
def test_a_line_is_known_by_what_it_does(line: str, does: set[str]) -> None:
    assert {*acts(line)} == does


@pytest.mark.parametrize(
    ("line", "not_"),
    [
        ("no problem", "refuse"),
        ("what a day", "ask-what"),
        ("没什么", "ask-what"),
        ("好像下雨了", "agree"),
        ("别人说的", "refuse"),
        ("早饭", "greet"),
        ("no idea", "refuse"),
    ],
)
def test_a_longer_expression_takes_its_word_along(line: str, not_: str) -> None:
    assert not_ not in acts(line)


def test_every_act_has_words_in_every_language() -> None:
    here = [{section for _, section, _ in word_list(x, "speech")} for x in LANGUAGES]
    assert all(sections == here[0] for sections in here)
    assert {*FOLLOWS} | {b for after in FOLLOWS.values() for b in after} <= here[0]
    assert not any(a.startswith("ask") or a in ("sorry", "plan", "news", "grave") for a in FOLLOWS)


def test_what_is_left_of_a_line() -> None:
    assert [content(rest(t)) for t in ("good night", "晚安", "haha")] == [frozenset()] * 3
    assert "kiln" in content(rest("good night, the kiln is warm"))
    assert asks(acts("are you there")) > asks(acts("i am there"))


@pytest.mark.parametrize(
    ("line", "stands"),
    [
        ("night x", True), ("晚安", True), ("haha", True), ("抱抱", True),
        ("haha the otter", False), ("晚安老王", False), ("thanks for the photo", False), ("明天见", False), ("see you at 5", False),
    ],
)  # fmt: skip
def test_only_what_stands_by_itself_is_ready(line: str, stands: bool) -> None:
    assert alone(line) is stands


@pytest.mark.parametrize(
    ("plain", "leaning"),
    [
        ("i like soup", "that was soup"),
        ("我爱喝汤", "那就喝汤"),
        ("the sea", "the sea on monday"),
        ("海", "周一去海边"),
    ],
)
def test_what_points_back_leans(plain: str, leaning: str) -> None:
    assert leans(plain) == 0 < leans(leaning) <= 1
