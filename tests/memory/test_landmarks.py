"""Times told by what happened: found where the records show the event, and left alone where they do not."""

from __future__ import annotations

import pytest

from afterword.memory.landmarks import landmark, without
from afterword.memory.values import Event

EVENTS = [
    Event("2022-03-10", "first-message", ("u1:a",)),
    Event("2022-09-22", "together", ("u1:b",)),
    Event("2023-08-08", "trip", ("u1:c",), until="2023-08-13", place="Lisbon"),
    Event("2023-12-31", "trip", ("u1:d",), until="2024-01-02", place="Scarborough"),
    Event("2024-02-11", "break-up", ("u1:e",)),
    Event("2024-03-24", "last-message", ("u1:f",)),
]


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("what did we eat the week before we broke up", "2024-02-04", "2024-02-10"),
        ("the night before we broke up, what did you say?", "2024-02-10", "2024-02-10"),
        ("right after we got together where did we go", "2022-09-22", "2022-10-06"),
        ("what was wrong when we broke up", "2024-02-10", "2024-02-12"),
        ("a month after the trip to lisbon", "2023-08-14", "2023-09-13"),
        ("分手前一周我们说了什么", "2024-02-04", "2024-02-10"),
        ("分手前两个月你在忙什么", "2023-12-11", "2024-02-10"),
        ("刚在一起的时候我们去了哪", "2022-09-22", "2022-10-13"),
        ("在一起那天", "2022-09-21", "2022-09-23"),
        ("the week before we stopped writing", "2024-03-17", "2024-03-23"),
        ("我们断联前一周", "2024-03-17", "2024-03-23"),
        ("分手以后你说过什么", "2024-02-11", "2024-02-25"),
    ],
)
def test_days_are_counted_from_what_happened(question: str, first: str, last: str) -> None:
    days, rest = landmark(question, EVENTS)
    assert [(a.isoformat(), b.isoformat()) for a, b in days] == [(first, last)]
    assert len(rest) < len(question)


def test_a_trip_without_a_place_is_every_trip() -> None:
    days, _ = landmark("the day after the trip", EVENTS)
    assert [a.isoformat() for a, _ in days] == ["2023-08-14", "2024-01-03"]


@pytest.mark.parametrize(
    "question",
    [
        "the week before we moved",
        "the week before she died",
        "她去世前一周",
        "搬家前一周",
        "what did you do before dinner",
        "did we ever break up",
        "之前说过什么",
        "",
    ],
)
def test_what_the_records_do_not_show_stays_in_the_question(question: str) -> None:
    assert landmark(question, EVENTS) == ((), question)


@pytest.mark.parametrize(
    ("question", "left"), [("the week before she died", ""), ("她去世前一周", "她"), ("奶奶去世那天", "奶奶")]
)
def test_a_question_without_its_time(question: str, left: str) -> None:
    assert without(question).strip() == left
