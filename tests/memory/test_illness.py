"""Who was ill, with what and since when; tales of long ago, habits and talk of people at large are no event. Both languages."""

from __future__ import annotations

import pytest
from lives import Row, lived

from afterword.memory.values import Event


def ill(lang: str, *rows: Row) -> list[Event]:
    return [e for e in lived(*rows, lang=lang).events if e.kind == "illness"]


def on(day: int, who: str, words: str) -> Row:
    return who, f"2023-05-{day:02}T20:00", words


MEANT = [
    ("en", [(1, "b", "tested positive this morning, covid"), (2, "a", "did you take your prescription"), (3, "b", "still sick")], ("b", "", "covid", 1)),
    ("zh", [(1, "b", "我发烧了，早上起来"), (2, "a", "你吃药没"), (3, "b", "今天又发烧")], ("b", "", "fever", 1)),
    ("en", [(1, "a", "my grandma broke her hip"), (3, "a", "she had surgery today")], ("a", "grandma", "bone", 1)),
    ("zh", [(1, "a", "我奶奶骨折了"), (3, "a", "她今天做手术")], ("a", "奶奶", "bone", 1)),
    ("en", [(1, "a", "driving my dad to his pre-op"), (4, "a", "he's home. the operation went on till six")], ("a", "dad", "surgery", 4)),
    ("zh", [(1, "a", "我爸感冒了"), (2, "a", "我爸住院了，肺炎")], ("a", "爸", "lungs", 2)),
    ("en", [(1, "a", "you have food poisoning, my dear"), (1, "b", "i'm so sick")], ("b", "", "stomach", 1)),
    ("zh", [(1, "a", "你这是食物中毒"), (1, "b", "我病了")], ("b", "", "stomach", 1)),
]  # fmt: skip
NOTHING = [
    ("en", "when i was in school i broke my arm"), ("zh", "我上学的时候骨折过一次"),
    ("en", "i get food poisoning a lot too"), ("zh", "我经常食物中毒"),
    ("en", "people go to the doctor and they have a heart attack"), ("zh", "有人说心梗来得很快"),
    ("en", "i once had pneumonia on a boat"), ("zh", "我以前得过肺炎"),
    ("en", "i hope you don't have the flu"), ("zh", "会不会是流感"),
    ("en", "maybe i have covid"), ("zh", "可能得了肺炎"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "rows", "meant"), MEANT)
def test_an_illness_has_its_person_its_name_and_its_first_day(
    lang: str, rows: list[tuple[int, str, str]], meant: tuple[str, str, str, int]
) -> None:
    (e,) = ill(lang, *(on(*r) for r in rows))
    assert (e.who, e.whom, e.what, e.day) == (*meant[:3], f"2023-05-{meant[3]:02}")


@pytest.mark.parametrize(("lang", "words"), NOTHING)
def test_long_ago_habits_others_and_fears_are_no_illness_of_that_day(lang: str, words: str) -> None:
    weak = {"en": "the doctor was nice", "zh": "医生很好"}[lang]
    assert ill(lang, on(1, "a", words), on(2, "a", weak)) == []


@pytest.mark.parametrize(("lang", "mine", "yours", "again"), [
    ("en", "i have the flu", "my dad is in hospital", "the doctor came"),
    ("zh", "我得了流感", "我爸住院了", "医生来过"),
])  # fmt: skip
def test_two_peoples_illnesses_are_two_events_and_one_line_alone_is_none(
    lang: str, mine: str, yours: str, again: str
) -> None:
    both = ill(lang, on(1, "a", mine), on(2, "a", mine), on(2, "b", yours), on(3, "b", yours))
    assert [(e.who, bool(e.whom), e.what) for e in both] == [("a", False, "flu"), ("b", True, "hospital")]
    assert ill(lang, on(1, "a", mine)) == []
    assert len(ill(lang, on(1, "a", mine), on(2, "b", again))) == 1
