"""Who, when and what is one utterance."""

from __future__ import annotations

import pytest

from afterword.corpus import (
    Clock,
    HandleSeen,
    cast_chat,
    looks_like_account,
    minute_key,
    mixed,
    parse_utterance_id,
    same_name,
    utterance_id,
)
from afterword.errors import BadSettings, ChoiceNeeded
from afterword.model import ChatRef


def seen(*names: str, mine: bool | None = None) -> list[HandleSeen]:
    return [HandleSeen(i, n, "", mine, 10 - i) for i, n in enumerate(names, 1)]


def test_names_match_whole_never_as_substrings() -> None:
    handles = seen("张三丰", "李四")
    with pytest.raises(ChoiceNeeded) as e:
        cast_chat(ChatRef(), handles, me=["张三"], subject=["李四"], known={}, alone=True)
    assert e.value.code == "people.me"
    assert [p["name"] for p in e.value.details["people"]] == ["张三丰", "李四"]  # type: ignore[attr-defined]


def test_a_wrong_subject_is_asked_about_not_taken() -> None:
    with pytest.raises(ChoiceNeeded) as e:
        cast_chat(ChatRef(), seen("Ann", "Bob"), me=["Ann"], subject=["Bobby"], known={}, alone=True)
    assert e.value.code == "people.subject"


def test_a_nameless_other_side_takes_the_name_the_user_gives() -> None:
    cast = cast_chat(ChatRef(), seen("Ann", "+44 7700 900123"), me=["Ann"], subject=["Bob"], known={}, alone=True)
    assert cast.direct
    assert cast.sides == {1: "me", 2: "Bob"}


def test_three_people_are_a_group() -> None:
    cast = cast_chat(ChatRef(), seen("Ann", "Bob", "Cleo"), me=["ann"], subject=[], known={}, alone=True)
    assert not cast.direct
    assert cast.names == ("Bob", "Cleo")


def test_a_phone_number_and_an_address_of_a_direct_chat_are_one_side() -> None:
    handles = [
        HandleSeen(1, "", "", True, 5),
        HandleSeen(2, "+15550100", "", False, 5),
        HandleSeen(3, "b@example.org", "", False, 2),
    ]
    cast = cast_chat(ChatRef(direct=True), handles, me=[], subject=[], known={}, alone=False)
    assert set(cast.sides.values()) == {"me", "+15550100"}


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("+86 138 0013 8000", True),
        ("wxid_a1b2", True),
        ("a@b.org", True),
        ("林小雨", False),
        ("Mo", False),
        ("Bob 3", False),
    ],
)
def test_accounts_are_told_from_names(name: str, account: bool) -> None:
    assert looks_like_account(name) is account


def test_equal_words_in_one_minute_are_one_key_and_distinct_ordinals() -> None:
    a = minute_key("ta", 600, 0, "ok ")
    assert a == minute_key("ta", 659, 0, "ok")
    assert a != minute_key("me", 600, 0, "ok")
    assert a != minute_key("ta", 660, 0, "ok")
    assert minute_key("ta", 0, 0, "e\u0301") == minute_key("ta", 0, 0, "\u00e9")
    assert len({a, mixed(a, 2), mixed(a, 3)}) == 3
    assert 0 <= mixed(a, 2) < 1 << 63


def test_ids_can_be_read_back() -> None:
    id = utterance_id("0a1b2c3d", 255)
    assert id == "u1:0a1b2c3d00000000000000ff"
    assert parse_utterance_id(id) == ("0a1b2c3d", 255)
    for wrong in ("", "u1:", "u2:" + id[3:], id[:-1], id[:-1] + "x"):
        assert parse_utterance_id(wrong) is None


def test_local_time_and_instants_meet_across_a_change_of_clocks() -> None:
    clock = Clock("Europe/London")
    summer, east = clock.local("2024-07-01T12:30:15")
    assert east == 60
    assert clock.instant(summer) == (summer, 60)
    winter, east = clock.local("2024-01-01T12:30:15")
    assert east == 0
    assert Clock("Asia/Shanghai").local("2024-01-01T20:30:15")[0] == winter
    assert clock.local("") == (0, 0)


def test_a_zone_that_is_none_is_a_settings_error() -> None:
    with pytest.raises(BadSettings):
        Clock("../../etc/passwd")


def test_same_name_folds_width_case_and_spaces_only() -> None:
    assert same_name("  Ｍａｙａ   OKAFOR ") == "maya okafor"
    assert same_name("Maya") != same_name("Maya Okafor")
