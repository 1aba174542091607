"""Short cuts find what the long way finds: words and acts of one kind of letters, the answers least alike."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from afterword.memory import Reply
from afterword.memory.acts import _lists
from afterword.memory.habits import letters
from afterword.memory.replies import REPEATS, _different
from afterword.model import Utterance
from afterword.store.search import _WORDS, words_of

PARTS = (
    "good night",
    "no",
    "miss you",
    "lol",
    "520",
    "晚安",
    "想你",
    "哈哈",
    "what",
    " ",
    ", ",
    "，",
    "K歌",
    "é",
    "😀",
    "_",
)
mixed = st.lists(st.sampled_from(PARTS), max_size=6).map("".join)


@given(st.text(max_size=30) | mixed)
def test_words(text: str) -> None:
    assert words_of(text) == _WORDS.findall(unicodedata.normalize("NFC", text))


@given(mixed)
def test_acts(clause: str) -> None:
    lists = _lists()
    assert [m.span() for m in lists.inside_of(clause)] == [m.span() for m in lists.find.finditer(clause)]


@given(
    st.lists(
        st.lists(st.sampled_from(("see you there", "so tired", "晚安", "no")), max_size=3).map(" ".join), max_size=30
    )
)
def test_answers_that_say_the_same_lose_their_places(said: list[str]) -> None:
    ranked = [Reply(0.0, (Utterance(f"u{i}", "m", i, text, row=i),)) for i, text in enumerate(said)]
    left = [(r, letters(r.bubbles[0].text)) for r in ranked]
    expected: list[Reply] = []
    shown: list[frozenset[str]] = []
    while left and len(expected) < 5:
        place = {
            i: i + REPEATS * max((len(x & y) / (len(x | y) or 1) for y in shown), default=0.0)
            for i, (_, x) in enumerate(left)
        }
        reply, runs = left.pop(min(place, key=lambda i: place[i]))
        expected.append(reply)
        shown.append(runs)
    assert _different(ranked, 5) == expected
