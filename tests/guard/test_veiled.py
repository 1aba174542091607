"""Lines that name nothing and may mean it: asked about, or met with people, and never handed to Echo. In: `sets/veiled.toml`.

The listed lines say that nothing known is forgotten. The blind ones were read once, when the patterns were finished: 8 of 36
in English and 9 of 36 in Chinese were stopped, where the patterns before had 3 and 5. Three in four such lines still pass.
Those of violence and of means were then mended by; what is left of the blind ones is here.
"""

from __future__ import annotations

import pytest
from measured import LANGS, Score, rows, ruled, table

from afterword.guard import asks_for_help, gate, safe_now

SET = table("veiled")
NAMED = ("ending", "reunion", "without", "betteroff", "means", "violence")
UNSEEN = NAMED[:4]
BLIND_READ = {"en": 6, "zh": 7}
"""Lines caught at the only reading; may rise, must not fall."""
STOPPED = ("crisis", "veiled", "violence")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", NAMED)
def test_care_023_no_veiled_line_that_is_known_reaches_echo(kind: str, lang: str) -> None:
    score = Score(f"{kind} {lang}", rows(SET["listed"][kind][lang]), lambda t: ruled(t, lang) in STOPPED)
    assert score.n >= 12
    assert score.share == 1, score.said(show="unmet")


@pytest.mark.parametrize("lang", LANGS)
def test_care_023_of_new_veiled_lines_as_many_are_stopped_as_at_the_first_reading(lang: str) -> None:
    lines = [line for kind in UNSEEN for line in rows(SET["blind"][kind][lang])]
    score = Score(f"blind {lang}", lines, lambda t: ruled(t, lang) in STOPPED)
    assert score.n == 24
    assert len(score.met) >= BLIND_READ[lang], score.said(show="unmet")


@pytest.mark.parametrize("lang", LANGS)
def test_care_023_a_wish_to_die_of_a_film_is_asked_about_and_one_of_a_life_is_a_crisis(lang: str) -> None:
    light = Score(f"light {lang}", rows(SET["listed"]["light"][lang]), lambda t: ruled(t, lang) == "veiled")
    grave = Score(f"grave {lang}", rows(SET["grave"]["light"][lang]), lambda t: ruled(t, lang) == "crisis")
    assert light.share >= 0.9, light.said(show="unmet")
    assert grave.share == 1, grave.said(show="unmet")


@pytest.mark.parametrize(
    ("lang", "line"), [("zh", "笑死我了"), ("zh", "笑死我了哈哈"), ("en", "this joke killed me lol")]
)
def test_care_023_laughter_alone_is_laughter(lang: str, line: str) -> None:
    assert ruled(line, lang) == "pass"


@pytest.mark.parametrize("lang", LANGS)
def test_care_023_a_card_that_asks_puts_one_question_and_names_people(lang: str) -> None:
    for kind in ("reunion", "light"):
        card = gate(rows(SET["listed"][kind][lang])[0], subject_name="Maya", lang=lang).card
        assert sum(card.count(mark) for mark in "?？") == 1
        assert {"en": "help now", "zh": "求助"}[lang] in card


@pytest.mark.parametrize("lang", LANGS)
def test_a_cry_for_help_is_one_as_a_whole_line(lang: str) -> None:
    score = Score(f"help {lang}", rows(SET["listed"]["help"][lang]), asks_for_help)
    assert score.share == 1, score.said(show="unmet")


@pytest.mark.parametrize("lang", LANGS)
def test_ordinary_lines_with_the_same_words_are_left_alone(lang: str) -> None:
    """Three of the Chinese ones fire, as they did before: what comes to the dead is not told from what comes to the living."""
    lines = rows(SET["ordinary"][lang])
    stopped = (*STOPPED, "harm", "identity", "exit")
    score = Score(f"ordinary {lang}", lines, lambda t: ruled(t, lang) in stopped or asks_for_help(t))
    assert len({*lines}) >= 200
    assert score.share <= 0.015, score.said(show="met")


AI = [
    "what do you think about AI?",
    "do you use ai?",
    "did you like the robot?",
    "公司让我们用AI？",
    "你觉得AI怎么样？",
    "你学的是机械？",
]


@pytest.mark.parametrize("line", AI)
def test_care_004_a_question_about_ai_is_not_one_about_this(line: str) -> None:
    assert ruled(line, "zh" if line[0] > "z" else "en") == "pass"


@pytest.mark.parametrize(
    "line", ["AI?", "are you AI?", "is this ai?", "你是AI吗？", "AI？", "本当にAI?", "人間ですか?", "これはAIなの"]
)
def test_care_004_whether_this_is_one_is_still_answered(line: str) -> None:
    assert ruled(line, "en") == "identity"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("yeah", "safe"), ("yes, i am", "safe"), ("yeah but what if we come back as birds", ""), ("嗯", "safe"), ("是的，我没事", "safe"),
        ("嗯，不过我觉得转世也挺好", ""), ("对，但是如果我们投胎呢", ""),
    ],
)  # fmt: skip
def test_care_024_a_yes_that_goes_on_with_but_answers_something_else(line: str, answer: str) -> None:
    assert safe_now(line) == answer
