"""What a line does and in which mood, and the shape of an answer: drawn from real ones, never a mean."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import msgspec
import pytest

from afterword.dialogue.shape import (
    Context,
    Drift,
    Row,
    Table,
    by_episode,
    drawn,
    marks,
    mood,
    move,
    near,
    size,
    table_of,
)
from afterword.model import Conversation, Kind, Speaker, Utterance

DAY = 86_400
START = 1_650_000_000
ME, TA = "p1:me", "p1:ta"


def chat(
    rows: Sequence[tuple[int, str, str]], *, direct: bool = True, spans: tuple[tuple[int, int], ...] = ()
) -> Conversation:
    """(seconds after the start, who, words)."""
    said = tuple(
        Utterance(f"u{i}", who, START + at, text, Kind.TEXT if text else Kind.STICKER, 0, i)
        for i, (at, who, text) in enumerate(rows, 1)
    )
    return Conversation("s", "", direct, ME, TA, (Speaker(ME, "me"), Speaker(TA, "ta")), said, spans)


def rows_of(table: Table) -> list[Row]:
    return sorted((r for key in table.groups for r in table.rows(key)), key=lambda r: r.at)


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


def test_every_turn_of_the_others_is_a_row_with_what_came_back() -> None:
    table = table_of(
        chat(
            [
                (0, ME, "did you eat"),
                (40, TA, "yes"),
                (45, TA, "soup again"),
                (50, TA, ""),
                (60, ME, "nice"),
                (DAY, ME, "you there?"),
                (DAY + 30, TA, "hm"),
                (DAY + 60, ME, "night"),
            ]
        )
    )
    first, nice, second = rows_of(table)
    assert (first.answered, first.wait, first.lengths, first.gaps, first.rows, first.to) == (
        True,
        40,
        (3, 10),
        (5,),
        (2, 3),
        (1,),
    )
    assert (nice.answered, nice.lengths, nice.to) == (False, (), (5,))
    assert (second.wait, second.lengths) == (30, (2,))
    opens = {c.move: c.opens for c in map(Context.of_key, table.groups)}
    assert (opens["asks"], opens["agrees"]) == (True, False)


def test_where_the_records_end_nobody_knows_who_answered() -> None:
    said = [(0, ME, "hi"), (10, TA, "hi"), (20, ME, "so"), (9 * DAY, ME, "you there?")]
    assert [r.answered for r in rows_of(table_of(chat(said)))] == [True, False]
    apart = ((START, START + 30), (START + 9 * DAY, START + 9 * DAY))
    assert [r.answered for r in rows_of(table_of(chat(said, spans=apart)))] == [True]
    assert [r.answered for r in rows_of(table_of(chat(said, direct=False)))] == [True]


def test_a_table_is_the_same_after_it_was_kept() -> None:
    table = table_of(
        chat([(0, ME, "did you eat"), (40, TA, "yes"), (100, ME, "ok"), (DAY, ME, "hey"), (DAY + 9, TA, "哈哈哈")])
    )
    kept = msgspec.json.decode(msgspec.json.encode(table), type=Table)
    assert rows_of(kept) == rows_of(table)
    assert (kept.tones, kept.toned, kept.said) == (table.tones, table.toned, table.said)


def exchanges(n: int, line: str, answer: str, *, after: int = 0, wait: int = 10) -> list[tuple[int, str, str]]:
    """Sessions a day apart, each of one line and its answer; "" is none."""
    rows = []
    for i in range(n):
        at = after + i * DAY
        rows += [(at, ME, line)] + ([(at + wait, TA, answer)] if answer else [])
    return rows


def test_the_nearest_lines_do_the_same_then_have_the_same_mood_and_length() -> None:
    far = 200 * DAY
    table = table_of(
        chat(
            exchanges(60, "did you eat", "yes")
            + exchanges(60, "the bus broke down", "oh no", after=far)
            + [(2 * far, ME, "x")]
        )
    )
    asked = near(table, Context("asks", size("did you eat"), opens=True, minute=600))
    assert {r.lengths for r in asked} == {(3,)}
    told = near(table, Context("tells", size("the bus broke down"), opens=True, minute=600))
    assert {r.lengths for r in told} == {(5,)}
    assert len(asked) == len(told) == 60


def test_of_equal_contexts_those_of_a_near_hour_come_first() -> None:
    morning = [(d * DAY, who, w) for d in range(40) for who, w in ((ME, "hey"), (TA, "m"))]
    night = [(d * DAY + DAY // 2, who, w) for d in range(40) for who, w in ((ME, "hey"), (TA, "nn"))]
    table = table_of(chat(sorted([*morning, *night, (99 * DAY, ME, "x")], key=lambda r: r[0])))
    minute = START // 60 % 1440
    context = Context("greets", 1, opens=True, minute=minute)
    assert {r.lengths for r in near(table, context, k=30)} == {(1,)}
    assert {r.lengths for r in near(table, msgspec.structs.replace(context, minute=(minute + 720) % 1440), k=30)} == {
        (2,)
    }


def test_nothing_later_than_asked_for_is_drawn() -> None:
    table = table_of(chat(exchanges(20, "hey", "early") + exchanges(20, "hey", "much later", after=100 * DAY)))
    until = START + 50 * DAY
    assert {r.lengths for r in near(table, Context("greets", 1), until=until)} == {(5,)}
    assert {r.lengths for r in near(table, Context("greets", 1))} == {(5,), (10,)}
    assert {r.lengths for rows in by_episode(table, (), ("",), until) for r in rows} == {(5,)}


def test_a_shape_is_a_real_one_and_the_same_for_the_same_die() -> None:
    rows = [Row(START + i, 0, True, 5 * i, (i + 1,) * (i % 3 + 1), rows=(i,)) for i in range(60)]
    for seed in range(40):
        made = drawn(rows, random.Random(seed))
        assert made is not None
        assert made == drawn(rows, random.Random(seed))
        assert any((r.lengths, r.wait) == (made.characters, made.wait) for r in rows)
        assert made.bubbles == len(made.characters)
        assert made.answer
    assert len({drawn(rows, random.Random(s)) for s in range(40)}) > 20


def test_silence_is_drawn_as_often_as_it_was_kept() -> None:
    rows = [Row(START + i, 0, i % 4 > 0, 5, (3,) if i % 4 else ()) for i in range(60)]
    made = [drawn(rows, random.Random(seed)) for seed in range(400)]
    answers = Counter(s.answer for s in made if s is not None)
    assert 70 < answers[False] < 130
    assert {(s.unanswered, s.n) for s in made if s is not None} == {(0.25, 60)}


def test_of_silence_nothing_is_said_below_thirty_lines_or_in_a_group() -> None:
    rows = [Row(START + i, 0, i % 2 > 0, 5, (3,) if i % 2 else ()) for i in range(29)]
    for given, direct in ((rows, True), (rows * 2, False)):
        made = [drawn(given, random.Random(seed), direct=direct) for seed in range(60)]
        assert all(s is not None and s.answer and s.unanswered is None for s in made)
    assert drawn([Row(START, 0, False)] * 40, random.Random(0)) is None


def test_exports_that_keep_minutes_only_are_known() -> None:
    assert table_of(chat([(-START % 60, ME, "hey"), (60 + -START % 60, TA, "hi")])).minutes
    assert not table_of(chat([(-START % 60, ME, "hey"), (61 + -START % 60, TA, "hi")])).minutes


def test_marks_come_as_often_as_they_were_written() -> None:
    rows = [Row(START + i, 0, True, lengths=(4,), rows=(i,)) for i in range(60)]

    def words(row: Row) -> str:
        return "哈哈 好的" if row.rows[0] % 4 == 0 else "really, though?" if row.rows[0] % 4 == 1 else "ok"

    made = [drawn(rows, random.Random(seed), words=words) for seed in range(600)]
    laughing = sum("laughter" in shape.marks for shape in made if shape)
    assert 0.2 < laughing / 600 < 0.3
    assert {shape.marks for shape in made if shape} == {("laughter",), ("question", "comma"), ()}
    assert marks("ok 😊!") == ("emoji", "exclamation")
