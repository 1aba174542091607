"""What is typical of one person: learned by cross-fitting, small, and the same every time. Shipped voices only."""

from __future__ import annotations

from collections import Counter
from functools import cache

import msgspec
import pytest

from afterword.likeness.background import Voice, voices
from afterword.likeness.linear import Linear, LogOdds, Table, log_odds, logistic
from afterword.likeness.score import NotMeasurable
from afterword.likeness.typical import (
    LEAST,
    MANNERS,
    MOST,
    VERSION,
    ByLength,
    Range,
    Typical,
    learned,
    pressed,
    size_of,
    slim,
    spread,
)
from afterword.measures.lexicon import LANGUAGES


def cast(lang: str) -> list[Voice]:
    """The two of a language with most turns: a person and a partner."""
    return sorted((v for v in voices(lang) if not v.assistant), key=lambda v: (-len(v.turns), v.id))[:2]


@cache
def made(lang: str) -> Typical:
    own, partner = cast(lang)
    found = learned(own.turns, partner.turns)
    assert isinstance(found, Typical)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_small_and_comes_back_as_it_was(lang: str) -> None:
    packed = msgspec.msgpack.encode(made(lang))
    assert len(packed) < 3_000_000
    again = msgspec.msgpack.decode(packed, type=Typical)
    text = cast(lang)[0].turns[3]
    assert again == made(lang)
    assert again.read(text) == made(lang).read(text)
    assert again.version == VERSION
    assert again.languages == (lang,)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_learning_twice_gives_the_same(lang: str) -> None:
    own, partner = cast(lang)
    assert learned(own.turns, partner.turns) == made(lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_assistants_stand_lower_than_the_person(lang: str) -> None:
    typical = made(lang)
    assert typical.manners is not None
    polished = [t for v in voices(lang) if v.assistant for t in v.turns][::5]
    under = [r.manner is not None and r.manner < typical.manners.at(r.size).low for r in map(typical.read, polished)]
    assert sum(under) / len(under) > 0.8
    own = [typical.read(t) for t in cast(lang)[0].turns]
    assert sum(r.manner is not None and r.manner >= typical.manners.at(r.size).low for r in own) / len(own) > 0.9


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ranges_are_of_turns_that_no_model_learned_from(lang: str) -> None:
    """A model likes what it learned from: own turns score higher with the final models than the ranges say."""
    found = made(lang)
    over = [found.voice.score(t) > found.voices.at(size_of(t)).middle for t in cast(lang)[0].turns]
    assert sum(over) / len(over) > 0.6


@pytest.mark.parametrize("turns", [0, 1, LEAST - 1])
def test_too_few_turns_are_said_to_be_too_few(turns: int) -> None:
    assert learned(["haha ok"] * turns + [" "] * LEAST, ["no"] * 90) == NotMeasurable("turns", turns, LEAST)


def test_a_language_without_voices_is_not_compared() -> None:
    assert learned(["dzień dobry kochanie"] * LEAST, []) == NotMeasurable("language")


def test_a_partner_may_be_missing() -> None:
    own = cast("en")[0]
    assert isinstance(learned(own.turns, []), Typical)


def test_turns_are_taken_evenly_from_the_whole_time() -> None:
    rows = [str(i) for i in range(3 * MOST)]
    taken = spread(rows)
    assert len(taken) == MOST
    assert taken[:3] == ["0", "3", "6"]
    assert spread(rows[:5]) == rows[:5]


def test_only_the_heaviest_terms_stay() -> None:
    linear = Linear({"a": 1.0, "b": 2.0, "c": 1.0}, {"a": 0.5, "b": -0.4, "c": 0.01}, 0.1)
    assert slim(linear, 2) == Linear({"a": 1.0, "b": 2.0}, {"a": 0.5, "b": -0.4}, 0.1)
    assert slim(LogOdds({"x": 0.1, "y": -3.0}), 1) == LogOdds({"y": -3.0})
    assert slim(LogOdds({"x": 0.1}), 5) == LogOdds({"x": 0.1})


def test_a_part_of_a_table_teaches_what_its_documents_teach() -> None:
    words = ["早 的 walk", "walk walk home", "的 的", "", "home 早", "lamp 的 home", "walk", "早 早 lamp"]
    documents = [Counter(w.split()) for w in words]
    table, own, others = Table(documents), [6, 0, 1], [[5, 3], [], [2, 7]]
    theirs = [[documents[i] for i in g] for g in others]
    linear = logistic([documents[i] for i in own], theirs)
    part = table.logistic(own, others)
    assert part.weights.keys() == linear.weights.keys() == {"早", "的", "walk", "home", "lamp"}
    assert part.idf == linear.idf
    assert part.bias == pytest.approx(linear.bias)
    assert part.weights == pytest.approx(linear.weights)
    assert linear.weights["walk"] > 0 > linear.weights["lamp"]
    odds = log_odds([documents[i] for i in own], [d for g in theirs for d in g])
    assert table.log_odds(own, [5, 3, 2, 7]).weights == pytest.approx(odds.weights)
    assert table.log_odds([], []).weights == {}


def test_a_place_in_a_range() -> None:
    found = Range(0.0, 1.0, 4.0, 6.0, 8.0)
    assert [found.place(x) for x in (0.0, 2.0, 4.0, 6.0, 8.0, 12.0)] == [-1.0, -0.5, 0.0, 0.5, 1.0, 2.0]
    flat = Range(2.0, 2.0, 2.0, 2.0, 2.0)
    assert (flat.place(1.0), flat.place(2.0), flat.place(3.0)) == (-9.0, 0.0, 9.0)


def test_the_longest_class_holds_all_that_is_longer() -> None:
    short, long = Range(0, 0, 0, 0, 1), Range(0, 0, 0, 0, 9)
    table = ByLength((10, 40), (short, long))
    assert [table.at(n) for n in (1, 10, 11, 40, 4000)] == [short, short, long, long, long]


@pytest.mark.parametrize("text", ["good morning", "早 上好"])
def test_blanks_are_no_letters(text: str) -> None:
    assert size_of(text) == len(text) - 1


def test_rare_manners_press_more_than_usual_ones() -> None:
    assert pressed([]) == 0
    assert pressed([0.5]) < pressed([0.01]) < pressed([0.01, 0.5])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_manner_has_its_share(lang: str) -> None:
    shares = made(lang).shares
    assert set(shares) == set(MANNERS)
    assert all(0 < x < 1 for x in shares.values())
