"""Word lists and patterns as searches: both languages at once, and the same sections in both."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import afterword
from afterword.measures.phrases import forms, kind, listed, part, shapes

LANG = Path(afterword.__file__).parent / "measures" / "lang"
NAMES = sorted(p.stem for p in (LANG / "en").glob("*.toml"))


def sections(language: str, name: str) -> dict[str, object]:
    return tomllib.loads((LANG / language / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_sections(name: str) -> None:
    assert sections("en", name).keys() == sections("zh", name).keys()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_section_is_filled_by_the_other_language(name: str) -> None:
    en, zh = sections("en", name), sections("zh", name)
    assert [x for x in en if not en[x] and not zh[x]] == []


def test_a_row_may_name_a_section_of_a_list() -> None:
    found = shapes("life")["theirs"]
    assert [found.fullmatch(x) is not None for x in ("your cousin", "你表妹", "your table", "你桌子")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_group_is_asked_for_by_its_name_whichever_language_it_stands_in() -> None:
    never = shapes("along")["never"]
    for piece, deed in (("never been there", "been"), ("没去过呀", "去")):
        m = never.search(piece)
        assert m is not None
        assert part(m, "deed") == deed
        assert part(m, "of") == ""
    pronoun = shapes("granted")["pronoun"]
    assert [kind(m) for m in pronoun.finditer("we and i, 我和你们 and you")] == ["", "i", "i", "you"]


def test_words_stand_for_themselves_with_and_without_an_apostrophe() -> None:
    assert {"don't have that", "dont have that"} <= forms("granted", "denies")
    assert listed("granted")["denies"].search("i dont have that one") is not None
    opening = listed("drafts")["explains"]
    assert [opening.search(x) is not None for x in ("firstly, no", "no, firstly", "首先呢", "我首先")] == [
        True,
        False,
        True,
        False,
    ]
