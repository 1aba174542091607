"""Traditional characters are read as simplified ones, one for one. In: lines and lists. Out: nothing moves, nothing is missed."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.han import forms, simplified
from afterword.measures.lexicon import lower, word_list, written

AS_WRITTEN = ("manners",)
"""Lists that are looked for in a line as it was written, and so hold both."""


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("妳還記得那年國慶嗎", "你还记得那年国庆吗"),
        ("甚麼時候到廈門", "什么时候到厦门"),
        ("看著海發呆", "看着海发呆"),
        ("牠睡著了", "它睡着了"),
        ("Café 很貴", "Café 很贵"),
        ("甚好", "甚好"),
        ("早就记得了", "早就记得了"),
        ("see you", "see you"),
    ],
)
def test_a_line_is_read_in_simplified_characters(line: str, read: str) -> None:
    assert simplified(line) == read


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9FFF)))
def test_every_character_keeps_its_place_and_reading_twice_changes_nothing(line: str) -> None:
    once = simplified(line)
    assert len(once) == len(line)
    assert simplified(once) == once


@given(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF))
def test_the_forms_of_a_character_are_all_that_is_read_as_it(character: str) -> None:
    plain = simplified(character)
    assert character in forms(plain)
    assert {simplified(x) for x in forms(plain)} == {plain}


def test_no_list_waits_for_a_character_that_is_never_read() -> None:
    """`lower` gives simplified characters: a row with a traditional one would never be met."""
    folder = files("afterword") / "measures" / "lang" / "zh"
    names = [p.name.removesuffix(".txt") for p in folder.iterdir() if p.name.endswith(".txt")]
    rows = [(name, row) for name in names if name not in AS_WRITTEN for row, _, _ in word_list("zh", name)]
    assert len(rows) > 1_000
    assert [r for r in rows if simplified(r[1]) != r[1]] == []


def test_what_was_found_is_shown_as_it_was_written() -> None:
    text = "Ha，去廈門吃麵包"
    assert lower(text) == "ha，去厦门吃面包"
    assert written("面包", text) == "麵包"
    assert written("北京", text) == "北京"
    assert written("ha", text) == "ha"
