"""A told memory answers what it is about, of whom it is about."""

from __future__ import annotations

import pytest

from afterword.memory.about import about

PEOPLE = {"o:owner": ("Tom Hale",), "m": ("Maya Okafor", "小雨")}
SOUP, POTTERY, 汤, 灯 = (
    "She hated soup.",
    "We met at the pottery, under a leaking roof.",
    "她讨厌喝汤",
    "他送过我一盏煤油灯",
)


@pytest.mark.parametrize(
    ("question", "told", "answers"),
    [
        ("did she hate soup", SOUP, True),
        ("what did Maya hate", SOUP, True),
        ("soup", SOUP, True),
        ("did she hate me", SOUP, False),
        ("did I hate soup", SOUP, False),
        ("did she cook soup", SOUP, False),
        ("where did we meet", POTTERY, True),
        ("can you tell me where we met", POTTERY, True),
        ("where did she work", POTTERY, False),
        ("which pottery had the roof leaking when it rained", POTTERY, True),
        ("she", SOUP, False),
        ("她讨厌喝汤吗", 汤, True),
        ("小雨讨厌什么", 汤, True),
        ("她讨厌我吗", 汤, False),
        ("我讨厌喝汤吗", 汤, False),
        ("送过我什么煤油灯", 灯, True),
        ("他送过我书吗", 灯, False),
    ],
)
def test_about(question: str, told: str, answers: bool) -> None:
    assert about(question, told, PEOPLE, "m") is answers
