"""What is told against the records: who did it, when, likes, having. What nobody wrote of is left open, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from lives import Row, chat, dull

from afterword.memory.lived import live
from afterword.memory.told import Checked, Two, check

TWO = Two("a", "b", {"a": ("Anna",), "b": ("Ben", "小北")})
SAID: dict[str, list[Row]] = {
    "en": [
        ("b", "2023-03-01T10:00", "i love onion soup so much"), ("b", "2023-03-02T10:00", "i can't stand olives"),
        ("b", "2023-03-03T10:00", "my cat is on the roof again"), ("b", "2023-03-04T10:00", "told my sister about us"),
        ("b", "2023-05-01T20:00", "we should break up. i mean it"), ("a", "2023-05-01T20:01", "ok"),
        ("a", "2023-03-06T10:00", "there is a piano in the hall"),
    ],
    "zh": [
        ("b", "2023-03-01T10:00", "我最喜欢喝鱼汤"), ("b", "2023-03-02T10:00", "我讨厌香菜"),
        ("b", "2023-03-03T10:00", "我的猫又上房了"), ("b", "2023-03-04T10:00", "我姐姐也知道了"),
        ("b", "2023-05-01T20:00", "我们分手吧"), ("a", "2023-05-01T20:01", "好"),
        ("a", "2023-03-06T10:00", "走廊里有架钢琴"),
    ],
}  # fmt: skip


def told(lang: str, words: str, first: str = "", last: str = "") -> Checked:
    c = chat([*dull("2023-01-02", lang=lang), *SAID[lang], *dull("2024-06-03", lang=lang)])
    holding: Callable[[str], list] = lambda word: [u for u in c.utterances if word in u.text.lower()]  # noqa: E731
    days = (date.fromisoformat(first), date.fromisoformat(last or first)) if first else (None, None)
    return check(words, *days, live(c), TWO, holding)


AGAINST = [
    ("en", "i broke up with him"), ("zh", "分手是我提的"), ("en", "Anna broke up with me"), ("zh", "我提的分手"),
    ("en", "he hated onion soup"), ("zh", "他讨厌鱼汤"), ("en", "Ben loved olives"), ("zh", "小北喜欢吃香菜"),
    ("en", "he hated cats, hated them"), ("zh", "他讨厌猫"), ("en", "he never had a pet"), ("zh", "他从来没养过宠物"),
    ("en", "he never had a sister"), ("zh", "他没有姐姐"), ("zh", "他没有养过猫"),
]  # fmt: skip
FOR = [
    ("en", "he broke up with me"), ("zh", "分手是他提的"), ("en", "Ben loved onion soup"), ("zh", "小北爱喝鱼汤"),
    ("en", "he had a cat"), ("zh", "他养了一只猫"), ("en", "he couldn't stand olives"), ("zh", "他讨厌香菜"),
]  # fmt: skip
OPEN = [
    ("en", "he hated opera"), ("zh", "他讨厌京剧"), ("en", "he never had a brother"), ("zh", "他没有弟弟"),
    ("en", "he left for work at six"), ("zh", "他六点去上班"), ("en", "i hated onion soup"), ("zh", "我讨厌鱼汤"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "words"), AGAINST)
def test_what_the_words_contradict_is_shown_with_them(lang: str, words: str) -> None:
    found = told(lang, words)
    assert found.verdict == "contradicts"
    assert found.events or found.lines


@pytest.mark.parametrize(("lang", "words"), FOR)
def test_what_the_words_bear_out_agrees(lang: str, words: str) -> None:
    assert told(lang, words).verdict == "agrees"


@pytest.mark.parametrize(("lang", "words"), OPEN)
def test_what_nobody_wrote_of_is_left_open(lang: str, words: str) -> None:
    assert told(lang, words).verdict == "silent"


@pytest.mark.parametrize(
    ("lang", "words", "word"), [("en", "he loved the piano", "piano"), ("zh", "他喜欢钢琴", "钢琴")]
)
def test_lines_that_only_name_the_thing_are_counted_and_decide_nothing(lang: str, words: str, word: str) -> None:
    found = told(lang, words)
    assert (found.verdict, found.word, found.count, len(found.lines)) == ("silent", word, 1, 1)


@pytest.mark.parametrize(("lang", "words"), [("en", "we broke up"), ("zh", "我们分手了")])
def test_a_told_day_is_held_against_the_day_of_the_event(lang: str, words: str) -> None:
    assert told(lang, words, "2023-05-01").verdict == "agrees"
    assert told(lang, words, "2023-05-01", "2023-05-31").verdict == "agrees"
    assert told(lang, words, "2022-01-01", "2022-12-31").verdict == "contradicts"
