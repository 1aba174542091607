"""Which moments are good to be shown, in both languages. In: short invented chats. Out: glad ones, or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from afterword.measures.lexicon import LANGUAGES, word_list
from afterword.memory.good_days import good_days, hard
from afterword.memory.values import Event
from afterword.model import Conversation, Utterance

START = datetime(2023, 3, 1, 12, tzinfo=UTC)
GLAD = {
    "en": [("bea", "the goose stole the bread"), ("ned", "hahaha good for the goose"), ("bea", "it ran off with the bag")],
    "zh": [("bea", "那只鹅把面包叼走了"), ("ned", "哈哈哈哈 鹅干得好"), ("bea", "袋子也一起叼走了")],
}  # fmt: skip
PLAIN = {"en": [("bea", "the ferry is at nine"), ("ned", "ok")], "zh": [("bea", "九点的船"), ("ned", "好")]}
HARD = {
    "en": ["my neck hurts", "she is in hospital", "i'm so sad", "sorry", "i'm scared", "so tired", "my aunt died"],
    "zh": ["脖子好疼", "她住院了", "我好难过", "对不起", "我好怕", "今天好累", "外婆去世了", "[流泪]"],
}


def chat(*days: list[tuple[str, str]]) -> Conversation:
    lines = [
        Utterance(f"{d}:{m}", who, int((START + timedelta(days=30 * d, minutes=m)).timestamp()), text)
        for d, said in enumerate(days)
        for m, (who, text) in enumerate(said)
    ]
    return Conversation("c", "", True, "bea", "ned", (), tuple(lines))


def on(days: int) -> str:
    return (START + timedelta(days=days)).date().isoformat()


def shown(conversation: Conversation, *events: Event) -> list[str]:
    return [ids[0].split(":")[0] for ids in good_days(conversation, events)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_glad_moment_is_one_and_a_plain_day_is_none(lang: str) -> None:
    assert shown(chat(PLAIN[lang], GLAD[lang], PLAIN[lang])) == ["1"]
    assert shown(chat(PLAIN[lang])) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_laughter_beside_something_hard_is_none(lang: str) -> None:
    for words in HARD[lang]:
        assert shown(chat([*GLAD[lang], ("bea", words)])) == [], words
        assert hard(Utterance("", "bea", 1, words)), words
    assert not any(hard(Utterance("", who, 1, text)) for who, text in [*GLAD[lang], *PLAIN[lang]])


@pytest.mark.parametrize("kind", ["fight", "repair", "illness", "break-up"])
def test_near_a_hard_day_there_is_none(kind: str) -> None:
    days = chat(GLAD["en"], GLAD["zh"])
    assert shown(days, Event(on(4), kind, ())) == ["1"] * (kind != "break-up")
    assert shown(days, Event(on(26), kind, ())) == ["0"]
    assert shown(days, Event(on(14), "gift", ())) == ["0", "1"]


def test_after_the_end_there_is_none_and_a_long_illness_lasts() -> None:
    days = chat(GLAD["en"], GLAD["en"], GLAD["en"])
    assert shown(days, Event(on(15), "break-up", ())) == ["0"]
    assert shown(days, Event(on(15), "illness", (), until=on(55))) == ["0"]


def test_the_laughter_is_the_persons_own_and_both_are_there() -> None:
    assert shown(chat([("ned", "the goose is back"), ("bea", "hahaha")])) == []
    assert shown(chat([("ned", "the goose is back"), ("ned", "hahaha")])) == []


def test_nothing_of_another_days_talk_is_shown_with_it() -> None:
    (ids,) = good_days(chat(PLAIN["en"], GLAD["en"], PLAIN["en"]), ())
    assert {i.split(":")[0] for i in ids} == {"1"}


def test_every_language_has_words_for_what_is_hard() -> None:
    assert all(word_list(x, "good_days") for x in LANGUAGES)
