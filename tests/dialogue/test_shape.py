"""What a line does and in which mood, and the shape of an answer: drawn from real ones, never a mean."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import msgspec
import pytest

from afterword.dialogue.shape import MARKS, VARIED, Context, Row, Table, by_episode, drawn, marks, near, table_of
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
    opens = {c.sort: c.opens for c in map(Context.of_key, table.groups)}
    assert (opens["asks:yes"], opens["agrees"]) == (True, False)


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


def even(rows: Sequence[Row]) -> list[tuple[float, Row]]:
    return [(1 / len(rows), row) for row in rows]


def share(found: Sequence[tuple[float, Row]], lengths: tuple[int, ...]) -> float:
    """The chance that an answer of these lengths is drawn."""
    return sum(chance for chance, row in found if row.lengths == lengths)


def test_the_nearest_lines_come_first_and_those_further_off_are_less_likely() -> None:
    far = 200 * DAY
    table = table_of(
        chat(
            exchanges(60, "did you eat", "yes")
            + exchanges(60, "the bus broke down", "oh no", after=far)
            + [(2 * far, ME, "x")]
        )
    )
    asked = near(table, Context.of("did you eat", opens=True, minute=600))
    told = near(table, Context.of("the bus broke down", opens=True, minute=600))
    for found, lengths in ((asked, (3,)), (told, (5,))):
        assert {r.lengths for _, r in found[:60]} == {lengths}
        assert len(found) == 100
        assert abs(sum(chance for chance, _ in found) - 1) < 1e-9
        assert share(found, lengths) > 0.9


@pytest.mark.parametrize(
    ("short", "long"), [("lol", "how was the wedding? tell me everything"), ("哈哈哈", "婚礼怎么样？快给我讲讲")]
)
def test_a_laugh_is_not_answered_as_a_question_for_a_story_is(short: str, long: str) -> None:
    rows = []
    for i in range(80):
        rows += [(2 * i * DAY, ME, short), (2 * i * DAY + 9, TA, "x" * (1 + i % 3))]
        rows += [(2 * i * DAY + DAY, ME, long), (2 * i * DAY + DAY + 9, TA, "y" * 90), (2 * i * DAY + DAY + 12, TA, "z" * (60 + i))]  # fmt: skip
    table = table_of(chat(rows))

    def sizes(line: str) -> set[int]:
        found = near(table, Context.of(line, opens=True))
        return {shape.bubbles for n in range(60) if (shape := drawn(found, random.Random(n)))}

    assert sizes(short) == {1}
    assert sizes(long) == {2}
    # and it stays a draw: no two turns have to be alike
    found = near(table, Context.of(long, opens=True))
    assert len({drawn(found, random.Random(n)) for n in range(60)}) > VARIED


def test_where_lines_of_the_kind_are_few_their_kin_is_asked() -> None:
    kin = exchanges(40, "ok", "k") + exchanges(
        40, "what happened at the party with your cousin", "z" * 80, after=50 * DAY
    )
    laughs = exchanges(3, "lol", "hm", after=100 * DAY)
    found = near(table_of(chat(kin + laughs)), Context.of("lol", opens=True))
    assert share(found, (2,)) > 1.1 * 3 / 83  # the three laughs have more than their share
    assert share(found, (1,)) > 5 * share(found, (80,))  # and what answers an "ok" has more to say than a story
    weights = [chance for chance, _ in found]
    assert sum(weights) ** 2 / sum(w * w for w in weights) >= VARIED - 1


def test_of_equal_contexts_those_of_a_near_hour_come_first() -> None:
    morning = [(d * DAY, who, w) for d in range(40) for who, w in ((ME, "hey"), (TA, "m"))]
    night = [(d * DAY + DAY // 2, who, w) for d in range(40) for who, w in ((ME, "hey"), (TA, "nn"))]
    table = table_of(chat(sorted([*morning, *night, (99 * DAY, ME, "x")], key=lambda r: r[0])))
    minute = START // 60 % 1440
    context = Context("greets", 1, opens=True, minute=minute)
    later = msgspec.structs.replace(context, minute=(minute + 720) % 1440)
    assert {r.lengths for _, r in near(table, context, k=30)} == {(1,)}
    assert {r.lengths for _, r in near(table, later, k=30)} == {(2,)}


def test_nothing_later_than_asked_for_is_drawn() -> None:
    table = table_of(chat(exchanges(20, "hey", "early") + exchanges(20, "hey", "much later", after=100 * DAY)))
    until = START + 50 * DAY
    assert {r.lengths for _, r in near(table, Context("greets", 1), until=until)} == {(5,)}
    assert {r.lengths for _, r in near(table, Context("greets", 1))} == {(5,), (10,)}
    assert {r.lengths for rows in by_episode(table, (), ("",), until) for r in rows} == {(5,)}


def test_a_shape_is_a_real_one_and_the_same_for_the_same_die() -> None:
    rows = [Row(START + i, 0, True, 5 * i, (i + 1,) * (i % 3 + 1), rows=(i,)) for i in range(60)]
    for seed in range(40):
        made = drawn(even(rows), random.Random(seed))
        assert made is not None
        assert made == drawn(even(rows), random.Random(seed))
        assert any((r.lengths, r.wait) == (made.characters, made.wait) for r in rows)
        assert made.bubbles == len(made.characters)
        assert made.answer
    assert len({drawn(even(rows), random.Random(s)) for s in range(40)}) > 20


def test_silence_is_drawn_as_often_as_it_was_kept() -> None:
    rows = [Row(START + i, 0, i % 4 > 0, 5, (3,) if i % 4 else ()) for i in range(60)]
    made = [drawn(even(rows), random.Random(seed)) for seed in range(400)]
    answers = Counter(s.answer for s in made if s is not None)
    assert 70 < answers[False] < 130
    assert {(s.unanswered, s.n) for s in made if s is not None} == {(0.25, 60)}


def test_of_silence_nothing_is_said_below_thirty_lines_or_in_a_group() -> None:
    rows = [Row(START + i, 0, i % 2 > 0, 5, (3,) if i % 2 else ()) for i in range(29)]
    for given, direct in ((rows, True), (rows * 2, False)):
        made = [drawn(even(given), random.Random(seed), direct=direct) for seed in range(60)]
        assert all(s is not None and s.answer and s.unanswered is None for s in made)
    assert drawn(even([Row(START, 0, False)] * 40), random.Random(0)) is None


def test_exports_that_keep_minutes_only_are_known() -> None:
    assert table_of(chat([(-START % 60, ME, "hey"), (60 + -START % 60, TA, "hi")])).minutes
    assert not table_of(chat([(-START % 60, ME, "hey"), (61 + -START % 60, TA, "hi")])).minutes


SAID = {
    "en": ("hahaha sure", "really, though?", "no way… lol", "right then.", "ok"),
    "zh": ("哈哈哈 好的", "真的，吗？", "才不要呢…", "知道了。", "好"),
}


@pytest.mark.parametrize("lang", SAID)
def test_marks_come_as_often_as_they_were_written(lang: str) -> None:
    rows = [Row(START + i, 0, True, lengths=(4,), rows=(i,)) for i in range(60)]

    def words(row: Row) -> str:
        return SAID[lang][row.rows[0] % 5]

    made = [drawn(even(rows), random.Random(seed), words=words) for seed in range(800)]
    for mark in MARKS:
        real = sum(mark in marks(x) for x in SAID[lang]) / 5
        assert abs(sum(mark in shape.marks for shape in made if shape) / 800 - real) < 0.05, mark


def test_marks_of_an_answer() -> None:
    assert marks("ok 😊!") == ("emoji", "exclamation")
    assert marks("好的呀～\n嗯。") == ("particles", "period", "tilde")
    assert marks("well...\nfine, then") == ("particles", "comma", "ellipsis")
    assert marks("ok") == ()


@pytest.mark.parametrize(
    ("plain", "funny"), [("the bus is late", "the bus is late hahaha"), ("公交晚点了", "公交晚点了哈哈哈哈")]
)
def test_laughter_comes_more_often_where_there_is_something_to_laugh_about(plain: str, funny: str) -> None:
    laughing = dict.fromkeys(range(200), "haha same")
    rows, said = [], {}
    for i in range(200):
        often = 2 if i % 2 else 10
        laughs = i // 2 % often == 0
        rows += [(i * DAY, ME, funny if i % 2 else plain), (i * DAY + 9, TA, laughing[i] if laughs else "it is what")]
        said[2 * i + 2] = rows[-1][2]
    table = table_of(chat(rows))

    def rate(line: str) -> float:
        found = near(table, Context.of(line, mood="play" if line is funny else "", opens=True))
        made = (drawn(found, random.Random(n), words=lambda row: said[row.rows[0]]) for n in range(300))
        return sum("laughter" in shape.marks for shape in made if shape) / 300

    assert rate(funny) > 0.35
    assert rate(plain) < 0.2
