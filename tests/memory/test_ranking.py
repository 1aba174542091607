"""What a question asks for, and which spans are shown."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quality import fit_recall

from afterword.memory.asked import GUESS, PIECE, alike, asked, frames, pieces
from afterword.memory.ranking import FIRST, SHORT, ordered, shown, spans
from afterword.memory.when import when
from afterword.store.blocks import SIZE

TODAY = date(2024, 5, 1)


def words(question: str) -> set[str]:
    found = asked(question, {"a": ("Bea",), "b": ("Ned",)}, "a", "b", when(question, date(2023, 1, 1), TODAY, TODAY))
    return {c.word for c in found.concepts if not c.piece}


@pytest.mark.parametrize(
    ("question", "meant", "gone"),
    [
        ("爸爸的弟弟迷上了什么", "叔叔", "弟弟"),
        ("妈妈的妈妈住在哪儿", "外婆", "妈妈"),
        ("做衣服的邻居姓什么", "裁缝", "衣服"),
        ("What did my mum's sister bring?", "aunt", "sister"),
        ("When did they break up?", "breakup", "break"),
    ],
)
def test_a_turn_of_speech_is_looked_for_by_its_name(question: str, meant: str, gone: str) -> None:
    assert meant in words(question)
    assert gone not in words(question)


def test_a_time_is_no_turn_of_speech() -> None:
    assert "医生" not in words("她看病的时候下雨了吗")


def test_what_no_dictionary_knows_is_also_looked_for_in_parts() -> None:
    found = pieces(["上刻", "书架"])
    assert found["刻"] == GUESS
    assert found["架"] == PIECE


@pytest.mark.parametrize(("term", "only_asks"), [("哪家", True), ("第几层", True), ("那套", True), ("哪吒", False), ("几乎", False), ("这孩子", False)])  # fmt: skip
def test_a_word_of_measure_asked_for_is_only_a_way_of_asking(term: str, only_asks: bool) -> None:
    assert frames(term) is only_asks


def test_a_choice_asks_for_what_is_to_be_chosen() -> None:
    assert "怕" in words("她怕不怕打雷")
    assert "怕不怕" not in words("她怕不怕打雷")


@pytest.mark.parametrize(("asked_for", "written"), [("know", "knew"), ("taken", "took"), ("women", "woman")])
def test_another_form_of_a_word_is_the_word(asked_for: str, written: str) -> None:
    assert dict(alike(asked_for))[written] == 1


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=60), st.integers(1, 12))
def test_no_line_is_lost_between_spans(chances: list[float], run: int) -> None:
    n = len(chances)
    ends = np.array([min(n, i + SIZE, (i // run + 1) * run) for i in range(n)])
    found = spans(np.array(chances), ends, n)
    assert sorted(i for span in found for i in span.places) == list(range(n))
    runs = [(span.places[0], span.places[-1], len(span.places)) for span in found]
    assert all(z - a + 1 == size <= SIZE and a // run == z // run for a, z, size in runs)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.floats(0.0, 1.0, allow_subnormal=False), st.integers(0, 80)), min_size=1, max_size=60),
    st.integers(1, 12), st.one_of(st.none(), st.integers(0, 4)),
)  # fmt: skip
def test_after_the_passages_come_single_lines_each_once_the_likeliest_first(
    lines: list[tuple[float, int]], k: int, passages: int | None
) -> None:
    chance, size = np.array([c for c, _ in lines]), np.array([float(n) for _, n in lines])
    n = len(lines)
    ends = np.minimum(np.arange(n) + SIZE, n)
    found = ordered(size, spans(chance, ends, FIRST))
    spread = shown(chance, size, found, k, passages)
    places = [i for span in spread for i in span.places]
    assert len(places) == len({*places})
    assert len(spread) <= k
    assert all(len(span.places) <= SIZE and list(span.places) == sorted(span.places) for span in spread)
    beside, single = [s for s in spread if not s.singly], [s for s in spread if s.singly]
    assert beside == found[: k if passages is None else min(k, passages)]
    assert passages is not None or not single
    worth = [[chance[i] / math.sqrt(SHORT + size[i]) for i in span.places] for span in single]
    assert all(min(a) >= max(b) for a, b in pairwise(worth))
    if passages is not None and len(spread) < k:  # then all is shown that may answer
        assert {i for i in range(n) if chance[i] > 0} <= {*places}


def question(group: str, cjk: bool, answer: int) -> fit_recall.Question:
    """Four lines; the first feature tells the answer in alphabets, the second in characters."""
    features = np.zeros((4, 2), dtype=np.float32)
    features[answer, int(cjk)] = 1
    features[(answer + 1) % 4, int(not cjk)] = 1
    place = np.arange(4)
    return fit_recall.Question(
        group, group, "single", "", frozenset({answer}), features, (0, 1, 2, 3), place, place + 1, np.ones(4), cjk
    )


def test_the_weights_follow_what_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_recall, "NAMES", ["own", "any"])
    rows = [question(f"g{i}", cjk, i % 4) for i in range(8) for cjk in (False, True)]
    alphabet, characters = fit_recall.fit(rows, ["own", "any"])
    assert alphabet["own"] > alphabet["any"]
    assert characters["any"] > characters["own"]
    assert all(figures["mrr"] == 1 for _, figures in fit_recall.tested(rows, ["own", "any"]))
