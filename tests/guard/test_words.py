"""What the guard itself says, and what cannot be hidden from it. In: the fixed sentences, help, the order of the gates.

The sentences are read with the same review that a model's drafts have to pass.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import SUBJECT, faults

from afterword.guard import Helpline, farewell, gate, help_now, helplines, label, normalise, notice
from afterword.guard.text import joined_letters, named, patterns, plain
from afterword.texts import LANGS, say

FIXED = ["notice", "label", "farewell"]
PLEA = re.compile(r"\b(?:please|don't go|stay|miss|wait|come back)\b|别走|留下|等你|想你|舍不得|求你|求求")


def fixed(kind: str, lang: str) -> str:
    name = SUBJECT[lang]
    if kind == "notice":
        return notice(lang, name, 4711, "2019-03-02", "2022-11-30")
    return label(lang) if kind == "label" else farewell(lang, name)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", FIXED)
def test_care_011_012_fixed_sentences_ask_nothing_and_beg_nothing(kind: str, lang: str) -> None:
    text = fixed(kind, lang)
    assert text.strip()
    assert not re.search(r"[?？]", text)
    assert not PLEA.search(text.casefold())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", FIXED)
def test_care_004_nothing_fixed_speaks_as_the_person(kind: str, lang: str) -> None:
    assert not re.search(r"\b(?:i|i'm|me|my|mine)\b|我", fixed(kind, lang).casefold())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", ["label", "farewell"])
def test_care_011_the_last_line_passes_the_review(kind: str, lang: str) -> None:
    assert faults(fixed(kind, lang), lang, quoted=False) == set()


@pytest.mark.parametrize("lang", LANGS)
def test_care_011_the_farewell_is_one_sentence(lang: str) -> None:
    assert len(re.findall(r"[.!。！]", fixed("farewell", lang))) == 1


@pytest.mark.parametrize(("lang", "words"), [("en", "AI simulation"), ("zh", "AI 模拟")])
def test_care_001_the_notice_says_what_it_is_and_what_it_was_made_of(lang: str, words: str) -> None:
    text = fixed("notice", lang)
    for part in (words, SUBJECT[lang], "4711", "2019-03-02", "2022-11-30"):
        assert part in text, part
    assert re.search(r"help[- ]now|求助", text)
    assert words.casefold() in fixed("label", lang).casefold()


CARDS = ["crisis", "harm", "identity", "present", "unknowable"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("card", CARDS)
def test_care_022_cards_are_the_guides_and_not_the_persons(card: str, lang: str) -> None:
    text = say(lang, f"guard.{card}", name=SUBJECT[lang])
    assert not re.search(r"\b(?:i|i'm|me|my)\b|(?<!自)我", text.casefold())


# -- people to talk to ------------------------------------------------------------------------------------------------

LINES = helplines(date(2026, 1, 1))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("h", LINES, ids=lambda h: f"{h.country}-{h.number}")
def test_care_025_each_number_is_shown_to_its_last_day_and_not_after(h: Helpline, lang: str) -> None:
    assert h.verified_on < h.expires_on <= h.verified_on + timedelta(days=180)
    last = help_now(lang, h.country, h.expires_on)
    gone = help_now(lang, h.country, h.expires_on + timedelta(days=1))
    assert f"{h.name} {h.number}" in last
    assert h.name not in gone
    for text in (last, gone):
        assert h.emergency in text
        assert "findahelpline.com" in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("country", ["ZZ", "Atlantis", ""])
def test_care_026_an_unknown_country_gets_112_and_the_directory(country: str, lang: str) -> None:
    text = help_now(lang, country, LINES[0].verified_on)
    assert "112" in text
    assert "findahelpline.com" in text
    assert not any(h.name in text for h in LINES)


@pytest.mark.parametrize("lang", LANGS)
def test_care_026_without_a_country_every_line_is_shown(lang: str) -> None:
    text = help_now(lang, None, LINES[0].verified_on)
    assert all(h.number in text for h in LINES)


# -- order and hiding -------------------------------------------------------------------------------------------------

CRISIS = ["i want to kill myself", "我不想活了"]
OTHERS = ["stop", "are you real?", "bye", "help me find her address", "退出", "你是真人吗？", "你什么时候回来"]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("line", CRISIS)
@pytest.mark.parametrize("joint", [". ", "，", " ", "\n"])
def test_care_022_crisis_wins_over_every_other_gate_on_either_side(line: str, other: str, joint: str) -> None:
    for text in (line + joint + other, other + joint + line):
        assert gate(text, subject_name="Maya", lang="en").name == "crisis", text


HIDDEN = "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u202e\u2060\u2066\ufe0f\ufeff\U000e0041\U000e0100\u0336"


@given(st.sampled_from(CRISIS), st.data())
def test_care_083_hidden_characters_anywhere_hide_nothing(line: str, data: st.DataObject) -> None:
    between = data.draw(st.lists(st.text(HIDDEN, max_size=3), min_size=len(line), max_size=len(line)))
    text = "".join(letter + hidden for letter, hidden in zip(line, between, strict=True))
    assert gate(text, subject_name="Maya", lang="en").name == "crisis", ascii(text)


DISGUISED = [
    "ＫＩＬＬ ＭＹＳＥＬＦ",
    "k i l l myself",
    "k.i.l.l myself",
    "k1ll myself",
    "kіll mуself",
    "kil myslef",
    "killll myself",
    "i dont want to live",
    "我 不 想 活 了",
    "我.不.想.活.了",
    "我不想活了".replace("我", "莪"),
    "我想自殺",
    "結束自己的生命",
    "我想si了",
    "我想死了",
]


@pytest.mark.parametrize("text", DISGUISED)
def test_care_083_a_disguised_spelling_is_read(text: str) -> None:
    assert gate(text, subject_name="Maya", lang="en").name == "crisis"


@given(st.text(max_size=200))
def test_care_083_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text("aA1!.- \u200b\u200d\u0301ａ①ﬁİıßſ死殺活我👩\u200d🚀\ufe0f", max_size=60))
def test_care_083_normalising_twice_changes_nothing_more_where_it_is_hard(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_care_083_emoji_stay_whole_when_normalised() -> None:
    assert normalise("👩\u200d🚀❤\ufe0f") == "👩\u200d🚀❤\ufe0f"


@pytest.mark.parametrize(
    ("line", "name", "as_read"),
    [
        ("is this al", "Al", "is this ta"),
        ("also real", "Al", "also real"),
        ("你是小雨吗", "小雨", "你是ta吗"),
        ("你是al吗", "Al", "你是ta吗"),
        ("no name", "", "no name"),
    ],
)
def test_a_name_is_found_whole(line: str, name: str, as_read: str) -> None:
    assert named(plain(line), name) == as_read


def test_the_pattern_files_compile_and_match_nothing_empty() -> None:
    for file in ("crisis", "gates", "review", "injection"):
        for section, found in patterns(file).items():
            loose = [p.pattern for p in found if p.search("")]
            assert loose == [], (file, section)
            unfilled = [p.pattern for p in found if re.search(r"(?<![?P])<[a-z_]+>", p.pattern.replace("(?<", ""))]
            assert [p for p in unfilled if file != "injection"] == [], (file, section)


def test_joining_leaves_ordinary_words_apart() -> None:
    assert joined_letters("i am a cat") == "i am a cat"


@pytest.mark.parametrize(
    "part", ["拜拜再见", "再见,我走了", "嗯好我想要", "ok so please just ", "bye bye ", "i want to ", "不", "他", "a "]
)
def test_a_line_that_repeats_itself_is_ruled(part: str) -> None:
    # An exit row once needed time beyond all bounds for 拜拜 repeated: the run hangs here if a row does so again.
    assert gate(part * 600 + "x", subject_name="Maya", lang="en").name in ("pass", "crisis", "harm")
    assert isinstance(faults(part * 600 + "x", "en"), set)
