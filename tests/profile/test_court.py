"""The court: words letter by letter, speaker by speaker; numbers with their n; what the user told, as told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.model import Claim, Evidence, Measurement, Quote, Utterance
from afterword.profile import claim_id, judge, weigh

SAID = Utterance("u1", "ta", 0, "I left it by the radiator, 记得吗")
THEIRS = Utterance("u2", "me", 0, "I have your umbrella")
WITNESS = {"u1": SAID, "u2": THEIRS}.get


def claim(
    *quotes: Quote, numbers: tuple[str, ...] = (), made_by: str = "measure", against: Evidence | None = None
) -> Claim:
    return Claim(
        "c1:x", "voice", "k", {"en": "x", "zh": "x"}, "ta", made_by, Evidence(quotes, numbers), against or Evidence()
    )  # type: ignore[arg-type]


def verdict(c: Claim, measured: dict[str, Measurement] | None = None) -> str:
    return judge(c, WITNESS, measured or {}).verdict.name


def test_exact_words_of_the_subject_stand() -> None:
    for words in ("I left it", "by the radiator, 记得吗", SAID.text):
        judged = judge(claim(Quote("u1", words)), WITNESS, {})
        assert (judged.verdict.name, judged.evidence.quotes) == ("supported", (Quote("u1", words),))


@given(st.integers(0, len(SAID.text) - 1), st.characters(exclude_categories=["Cs"]))
def test_one_changed_character_loses_the_quote(place: int, char: str) -> None:
    words = SAID.text[:place] + char + SAID.text[place + 1 :]
    assert verdict(claim(Quote("u1", words))) == ("supported" if words == SAID.text else "unsupported")


@pytest.mark.parametrize(
    ("quote", "why"),
    [
        (Quote("u2", "I have your umbrella"), "somebody else"),
        (Quote("u9", "I left it"), "not in the records"),
        (Quote("u1", "  "), "empty"),
        (Quote("u1", "i left it"), "not the words"),
    ],
)
def test_what_does_not_stand_says_why(quote: Quote, why: str) -> None:
    judged = judge(claim(quote), WITNESS, {})
    assert judged.verdict.name == "unsupported"
    assert why in judged.verdict.why
    assert judged.evidence.quotes == ()


def test_a_false_quote_does_not_hide_behind_a_true_one() -> None:
    judged = judge(claim(Quote("u1", "I left it"), Quote("u2", "your umbrella")), WITNESS, {})
    assert judged.verdict.name == "supported"
    assert len(judged.evidence.quotes) == 1
    assert "somebody else" in judged.verdict.why


def test_numbers_need_their_n() -> None:
    enough = Measurement("voice.length", 3, "words", 40, minimum=30)
    few = Measurement("voice.length", 3, "words", 29, minimum=30)
    unknown = Measurement("voice.length", None, "words", 400, minimum=30)
    assert verdict(claim(numbers=("voice.length",)), {"voice.length": enough}) == "supported"
    for m in (few, unknown):
        assert verdict(claim(numbers=("voice.length",)), {"voice.length": m}) == "unsupported"
    assert verdict(claim(numbers=("voice.other",)), {"voice.length": enough}) == "unsupported"


def test_what_the_user_told_is_never_evidence() -> None:
    assert verdict(claim(made_by="user")) == "told-by-user"
    assert verdict(claim(Quote("u1", "I left it"), made_by="user")) == "told-by-user"
    contested = judge(claim(made_by="user", against=Evidence((Quote("u1", "I left it"),))), WITNESS, {})
    assert contested.verdict.name == "contested"
    assert contested.against.quotes


def test_a_correction_is_met_with_the_words() -> None:
    assert weigh("LEFT it", [SAID, THEIRS], "ta").quotes == (Quote("u1", SAID.text),)
    assert weigh("umbrella", [SAID, THEIRS], "ta").quotes == ()
    assert weigh(" ", [SAID, THEIRS], "ta").quotes == ()


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(WORDS, WORDS, st.data())
def test_a_quote_stands_exactly_when_it_is_a_part_of_what_was_written(
    text: str, other: str, data: st.DataObject
) -> None:
    witness = {"u1": Utterance("u1", "ta", 0, text)}.get
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    for words in (part, other, part + other, part.upper(), part.strip()):
        judged = judge(claim(Quote("u1", words)), witness, {})
        stands = bool(words.strip()) and words in text
        assert judged.verdict.name == ("supported" if stands else "unsupported")
        assert bool(judged.evidence.quotes) == stands


def test_two_lines_do_not_make_one_quote() -> None:
    witness = {"u1": Utterance("u1", "ta", 0, "see you"), "u3": Utterance("u3", "ta", 1, "at nine")}.get
    for words in ("see you at nine", "see you\nat nine"):
        assert judge(claim(Quote("u1", words)), witness, {}).verdict.name == "unsupported"


@given(
    st.sets(st.sampled_from(["I left it", "radiator", "your umbrella", "never said"])),
    st.sets(st.sampled_from(["I left it", "记得吗", "your umbrella", "never said"])),
)
def test_what_the_user_told_is_told_or_contested_and_nothing_else(for_it: set[str], against: set[str]) -> None:
    def quotes(words: set[str]) -> tuple[Quote, ...]:
        return tuple(Quote("u2" if "umbrella" in w else "u1", w) for w in sorted(words))

    judged = judge(claim(*quotes(for_it), made_by="user", against=Evidence(quotes(against))), WITNESS, {})
    real = [w for w in against if w in SAID.text]
    assert judged.verdict.name == ("contested" if real else "told-by-user")
    assert sorted(q.words for q in judged.against.quotes) == sorted(real)
    assert judged.verdict.why.startswith("you told this")


def test_a_measured_claim_with_words_on_both_sides_is_contested() -> None:
    both = judge(claim(Quote("u1", "I left it"), against=Evidence((Quote("u1", "记得吗"),))), WITNESS, {})
    assert both.verdict.name == "contested"
    empty = judge(claim(Quote("u1", "I left it"), against=Evidence((Quote("u2", "your umbrella"),))), WITNESS, {})
    assert (empty.verdict.name, empty.against.quotes) == ("supported", ())


SPACED = "abcdefsßé"


@given(st.text("ABCdefßé李雨 ", min_size=1, max_size=8), st.lists(st.text("abcDEFßé李雨 ", max_size=20), max_size=6))
def test_a_correction_finds_every_line_with_these_words_and_no_other(words: str, texts: list[str]) -> None:
    said = [Utterance(f"u{i}", "ta", i, t) for i, t in enumerate(texts)]
    wanted = " ".join(words.casefold().split())

    def holds(text: str) -> bool:
        """The words stand there, and no letter of their own script goes on before or behind them."""
        text, n = " ".join(text.casefold().split()), len(wanted)
        for i in range(len(text) - n + 1):
            around = ((wanted[0], text[i - 1 : i] if i else ""), (wanted[-1], text[i + n : i + n + 1]))
            if text[i : i + n] == wanted and not any(a in SPACED and b and b in SPACED for a, b in around):
                return True
        return False

    found = weigh(words, said, "ta").quotes
    assert [q.utterance for q in found] == [u.id for u in said if wanted and holds(u.text)]
    assert all(q.words == said[int(q.utterance[1:])].text for q in found)


def test_the_same_claim_keeps_its_id_and_another_has_another() -> None:
    ids = {
        claim_id(*parts)
        for parts in (("ta", "voice", "k"), ("ta", "voice", "kk"), ("ta", "voicek", ""), ("b", "voice", "k"))
    }
    assert len(ids) == 4
    assert claim_id("ta", "voice", "k") in ids
