"""What a line does, what is wanted or told with it, and in which mood."""

from __future__ import annotations

import pytest

from afterword.dialogue.moves import MOVES, SORTS, Drift, mood, move, size, sort


@pytest.mark.parametrize(
    ("line", "does"),
    [
        ("did you eat", "asks"), ("the bus is late?", "asks"), ("吃了吗", "asks"), ("在干嘛呀", "asks"), ("明天几点", "tells"),
        ("good morning", "greets"), ("在吗", "asks"), ("早", "greets"), ("night!", "parts"), ("晚安啦", "parts"),
        ("thanks so much", "thanks"), ("谢谢你", "thanks"), ("sorry about that", "sorry"), ("对不起嘛", "sorry"),
        ("hahaha", "laughs"), ("哈哈哈哈😂", "laughs"), ("ok", "agrees"), ("好的~", "agrees"), ("", "sends"), ("😘", "sends"),
        ("the bus broke down on the bridge", "tells"), ("今天下雨，公交坏在桥上了", "tells"),
        ("i told her thanks and then she left without her coat and her bag", "tells"),
        ("are you there?\nit is raining here", "asks"),
    ],
)  # fmt: skip
def test_what_a_line_does(line: str, does: str) -> None:
    assert move(line) == does


@pytest.mark.parametrize(
    ("line", "in_mood"),
    [
        ("shut up", "conflict"), ("shut up hahaha", "play"), ("滚", "conflict"), ("滚哈哈哈哈", "play"), ("i miss you", "warmth"),
        ("我想你了", "warmth"), ("i'm sorry", "repair"), ("对不起", "repair"), ("the bus is late", ""), ("公交晚了", ""),
    ],
)  # fmt: skip
def test_the_mood_of_a_line(line: str, in_mood: str) -> None:
    assert mood(line) == in_mood


def test_a_mood_is_carried_over_plain_lines_and_fades() -> None:
    drift = Drift(["shut up"])
    seen = [drift.add("the bus is late") for _ in range(6)]
    assert seen[:2] == ["conflict", "conflict"]
    assert seen[-1] == ""
    twice = Drift(["shut up", "shut up"])
    assert [twice.add("the bus is late") for _ in range(4)][-1] == "conflict"
    assert Drift(["shut up", "i'm sorry"]).mood == "repair"


@pytest.mark.parametrize(
    ("text", "power"), [("", 0), ("ok", 1), ("吃了", 2), ("a b c d", 3), ("今天好累", 3), ("x " * 20, 5)]
)
def test_length_is_counted_in_words_and_characters(text: str, power: int) -> None:
    assert size(text) == power


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("how was the wedding?", "asks:open"), ("旅行怎么样", "asks:open"), ("tell me about your trip", "asks:open"), ("给我讲讲你的旅行", "asks:open"),
        ("did you eat", "asks:yes"), ("吃饭了吗", "asks:yes"), ("where are you", "asks:fact"), ("你在哪", "asks:fact"),
        ("wbu?", "asks:back"), ("你呢", "asks:back"), ("今天好累", "tells:hard"), ("i feel awful today", "tells:hard"),
        ("i got the job!!", "tells:news"), ("the bus broke down on the bridge", "tells"), ("公交坏在桥上了", "tells"),
        ("lol", "laughs"), ("哈哈哈", "laughs"), ("ok", "agrees"), ("好的", "agrees"), ("", "sends"),
    ],
)  # fmt: skip
def test_what_is_wanted_with_a_line(line: str, wanted: str) -> None:
    assert sort(line) == wanted
    made, _, kind = wanted.partition(":")
    assert made in MOVES
    assert not kind or kind in {name for name, _ in SORTS[made]}
