"""What tells a fitting answer, one signal at a time, in both languages. In: lines and two answers. Out: which has more of it."""

from __future__ import annotations

import pytest

from afterword.measures.lexicon import LANGUAGES, word_list
from afterword.memory.habits import Habits
from afterword.memory.moment import WEIGHTS, Moment, Signals, opening, third

HABITS = Habits(counted=100, rare=4.0)


def signals(line: str, reply: str, *history: str) -> Signals:
    return Moment(line, HABITS, (), history).signals(reply)


@pytest.mark.parametrize(
    ("signal", "line", "fits", "does_not"),
    [
        ("words", "the goose ate the ferry ticket", "which ferry ticket", "the soup is red"),
        ("words", "那只鹅吃了船票", "哪张船票", "汤是红的"),
        ("letters", "the harbourmaster waved", "harbourmasters do", "the soup is red"),
        ("letters", "石榴树开花了", "开花真好", "汤是红的"),
        ("opening", "is the kiln warm", "the kiln is cold. i had soup", "i had soup. the kiln is cold"),
        ("opening", "窑还热着吗", "窑早就凉了。我喝了汤", "我喝了汤。窑早就凉了"),
        ("alike", "we went on a hike", "so many muddy trails", "the soup was salty"),
        ("alike", "周末去爬山了", "山顶风大吗", "汤是红的"),
        ("third", "how is she", "she sleeps all day", "they sleep all day"),
        ("third", "她还好吗", "她睡了一天", "他们睡了一天"),
        ("talk", "the goose is in the harbour", "goose in the harbour", "goose in the kiln with soup and bread"),
        ("talk", "那只鹅在码头", "鹅在码头", "鹅在窑里喝汤吃面包"),
        ("act", "good night", "good night x. soup tomorrow", "soup tomorrow. good night x"),
        ("act", "晚安", "晚安。明天喝汤", "明天喝汤。晚安"),
    ],
)
def test_one_answer_has_more_of_it(signal: str, line: str, fits: str, does_not: str) -> None:
    assert getattr(signals(line, fits), signal) > getattr(signals(line, does_not), signal)


@pytest.mark.parametrize(
    ("before", "line", "reply"),
    [("we took the hike by the river", "and then", "such a muddy trail"), ("我们周末去爬山了", "然后", "山顶风好大")],
)
def test_what_is_like_the_talk_before_counts_half(before: str, line: str, reply: str) -> None:
    now, earlier, long_ago = (
        signals(before, reply),
        signals(line, reply, before),
        signals(line, reply, before, "a", "b"),
    )
    assert now.alike == pytest.approx(2 * earlier.alike)
    assert earlier.alike > long_ago.alike == 0


@pytest.mark.parametrize(
    ("mine", "theirs", "line"),
    [
        ("the goose has eaten all the bread", "did it really", "how is the bread"),
        ("那只鹅把面包都吃光了", "真的吗", "面包怎么样了"),
    ],
)
def test_nobody_says_the_same_again_at_once(mine: str, theirs: str, line: str) -> None:
    said = signals(line, mine, mine)
    assert said.again
    assert signals(line, mine + "!!", mine, theirs, "x").again
    assert not signals(line, mine).again
    assert not signals(line, mine, mine, theirs).again  # then it was the other who said so: one may answer in kind
    assert Moment(line, HABITS, (), (mine,)).fit(mine) < Moment(line, HABITS, (), (mine,)).fit("soup") - 5


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("she told him", {"he", "she"}), ("他们说她来了", {"they", "she"}), ("they’re late", {"they"}), ("他俩走了", {"they"}),
        ("the theme of this", set()), ("其他的吉他", set()), ("", set()),
    ],
)  # fmt: skip
def test_who_is_spoken_of(text: str, who: set[str]) -> None:
    assert third(text) == who


def test_every_language_has_words_for_whom_one_speaks_of() -> None:
    for language in LANGUAGES:
        assert {"he", "she", "they"} <= {kind for _, kind, _ in word_list(language, "third")}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("The kiln is cold. I had soup.", "The kiln is cold."), ("Goose! The kiln is cold. Soup.", "Goose! The kiln is cold."),
        ("窑早就凉了。我喝了汤。", "窑早就凉了。"), ("鹅！窑早就凉了。汤。", "鹅！窑早就凉了。"), ("", ""), ("…", "…"),
        ("ok\nthe kiln is cold\nsoup", "ok\nthe kiln is cold"), ("好\n窑早就凉了\n汤", "好\n窑早就凉了"),
    ],
)  # fmt: skip
def test_the_opening_says_something(text: str, first: str) -> None:
    assert opening(text) == first


def test_every_signal_speaks_for_an_answer_but_saying_it_again() -> None:
    assert {name for name, weight in WEIGHTS._asdict().items() if weight <= 0} == {"again"}
