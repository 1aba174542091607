"""Scenes at three grains, and the court over their titles."""

from __future__ import annotations

from itertools import pairwise

import pytest
from lives import chat, lived

from afterword.memory.episodes import tiles
from afterword.memory.titles import fault

TOPICS = {
    "en": (["the kiln glaze cracked in the oven", "blue glaze or green glaze for the kiln", "the oven is hot and the glaze runs"],
           ["my bicycle chain broke on the bridge", "new chain for the bicycle costs nine", "the bridge was closed, bicycle and all"]),
    "zh": (["窑里的釉裂开了", "蓝釉还是绿釉放进窑里", "窑太热了釉在流"], ["自行车链条断在桥上", "自行车换链条要九块", "桥封了自行车过不去"]),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_long_session_is_cut_where_the_topic_changes(lang: str) -> None:
    one, two = TOPICS[lang]
    words = one * 6 + two * 6
    rows = [("ab"[i % 2], f"2023-05-01T20:{i:02}", w) for i, w in enumerate(words)]
    assert tiles(chat(rows).utterances) == [18]
    assert tiles(chat(rows[:20]).utterances) == []


def test_every_scene_opens_to_its_words_and_sessions_hold_every_line() -> None:
    found = lived(("a", "2023-05-01T20:00", "i got the job!!"), ("b", "2023-05-01T20:01", "no way"))
    sessions = [e for e in found.episodes if e.grain == "session"]
    assert sum(e.lines for e in sessions) == 122
    assert all(a.end <= b.start for a, b in pairwise(sessions))
    (scene,) = [e for e in sessions if "work" in e.kinds]
    assert (scene.title, scene.ids, scene.lines, scene.who) == ("i got the job!!", ("u60",), 2, ("a", "b"))
    assert [e.kinds for e in sessions if e is not scene] == [("first-message",), ("last-message",)]


LINES = chat([
    ("a", "2023-05-05T08:00", "we're in Porto for three days, room 12"), ("b", "2023-05-05T08:01", "我在厦门等你 14号回"),
]).utterances  # fmt: skip


@pytest.mark.parametrize("title", [
    "Three days in Porto", "Porto, May 2023", "Anna and Ben in room 12", '"three days" in Porto', "在厦门等", "14号从厦门回来", "Porto, Friday",
])  # fmt: skip
def test_a_title_that_stands(title: str) -> None:
    assert fault(title, LINES, ("Anna", "Ben")) == ""


@pytest.mark.parametrize("title", [
    "Three days in Lisbon", "Lisbon", "Porto, June 2023", "In Porto with Clara", "Room 13", '"four days" in Porto', "在成都等", "15号回来", "", "x" * 81,
])  # fmt: skip
def test_a_title_that_says_more_than_the_words_falls(title: str) -> None:
    assert fault(title, LINES, ("Anna", "Ben"))
