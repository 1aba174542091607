"""Word lists and patterns as searches: both languages at once, and the same sections in both."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import afterword
from afterword.measures.lexicon import any_of, entries, sections, single_words
from afterword.measures.phrases import filled, forms, joined, kind, listed, part, rows, shapes

LANG = Path(afterword.__file__).parent / "measures" / "lang"
NAMES = sorted(p.stem for p in (LANG / "en").glob("*.toml"))


def written(language: str, name: str) -> dict[str, object]:
    held = tomllib.loads((LANG / language / f"{name}.toml").read_text(encoding="utf-8"))
    return {section: rows for section, rows in held.items() if section != "words"}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_sections(name: str) -> None:
    assert written("en", name).keys() == written("zh", name).keys()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_section_is_filled_by_the_other_language(name: str) -> None:
    en, zh = written("en", name), written("zh", name)
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


def test_a_list_is_read_by_section_by_line_and_by_word_of_one_language_or_of_all() -> None:
    both, zh = sections("told"), sections("told", "zh")
    assert set(zh) == set(both)
    assert zh["we"] == ("我们",)
    assert both["we"] == ("we", "我们")
    assert entries("told", "any", "we", language="zh") == (*zh["any"], "我们")
    assert {"cat", "狗", "我们"} <= single_words("told", "pet", "we")
    assert single_words("told", "we", language="en") == {"we"}
    assert entries("told", "no such section") == ()
    assert set(entries("told")) == {form for forms in both.values() for form in forms}


def test_any_of_some_words_is_whole_in_latin_letters_and_anywhere_in_others() -> None:
    found = [re.findall(any_of(["cat", "猫"]), x) for x in ("a cat, concat 大猫了", "cats can't")]
    assert found == [["cat", "猫"], []]
    assert re.search(any_of(["cat"], "[a-z]"), "cat's") is not None
    assert re.search(any_of([]), "anything") is None


def test_a_row_may_name_what_its_file_says_once_and_words_within_longer_ones(tmp_path: Path) -> None:
    file = tmp_path / "any.toml"
    file.write_text("words.end = '$|,'\nlives = ['in (?P<v>[a-z]+)(?=<end>)', '<names>']\n", encoding="utf-8")
    assert filled(file) == {"lives": ["in (?P<v>[a-z]+)(?=(?:$|,))", "<names>"]}
    for language, text in (("en", "i have two dogs"), ("zh", "我养了一只小狗")):
        caught = [m["v"] for row in rows("disclosed", language)["pet"] if (m := re.search(row, text))]
        assert caught == [text.removeprefix("i have two ").removeprefix("我养了一只")]


def test_rows_of_several_languages_are_one_search() -> None:
    one = joined({"en": ["(?P<who>she) left", "(?P<who>he) left"], "zh": ["(?P<who>[他她])走了"]})
    assert [part(m, "who") for m in one.finditer("he left, 她走了, they left")] == ["he", "她"]
    assert joined({"en": [], "zh": []}).search("") is None
