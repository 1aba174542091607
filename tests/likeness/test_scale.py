"""The scale: 100 is the person, 0 is strangers, and where it does not hold it says why. Stories and voices of our own."""

from __future__ import annotations

import random
import statistics

import pytest
from voices import ALONE, assistants, flattered, hands, judges, people

from afterword.likeness import sanitise
from afterword.likeness.authors import identifier, named_right
from afterword.likeness.background import languages, voices
from afterword.likeness.measure import CARICATURE, rate, signature
from afterword.likeness.panel import Panel, drawn_in
from afterword.likeness.score import Judge, NotMeasurable, Parts, Said, auc, bootstrap, grouped, halves, judge, parts
from afterword.likeness.tells import tell
from afterword.likeness.verifier import Rows
from afterword.texts import LANGS, say

RUSSIAN = "ну я не знаю что тебе сказать"


def answers(rows: list[Said]) -> list[sanitise.Answer]:
    return [sanitise.Answer(s.to, s.text) for s in rows]


@pytest.mark.parametrize("lang", LANGS)
def test_own_words_that_were_kept_aside_stand_near_100_and_nobody_else_does(lang: str) -> None:
    for name, made in judges(lang).items():
        own = made.check()
        assert 85 <= own.value <= 115, (name, own)
        assert own.low < own.value < own.high
        assert made.voice(made.partners).value < 25, name
        strangers = [made.on_scale(statistics.fmean(s)) for s in made.strangers.values()]
        assert -90 < statistics.fmean(strangers) < 15, (name, strangers)
        assert statistics.fmean(x < 50 for x in strangers) > 0.8, name
        assert made.voice(made.scores(assistants(lang))).value < 20, name


@pytest.mark.parametrize("lang", LANGS)
def test_more_turns_tell_more(lang: str) -> None:
    for name, made in judges(lang).items():
        areas = [made.auc(n) for n in (1, 5, 10)]
        assert areas == sorted(areas), (name, areas)
        assert areas[1] > 0.93, (name, areas)


@pytest.mark.parametrize(("lang", "id"), [("en", "en-a25"), ("en", "en-b30"), ("zh", "zh-a31"), ("zh", "zh-c01")])
def test_an_invented_voice_is_known_from_forty_turns(lang: str, id: str) -> None:
    (voice,) = [v for v in voices(lang) if v.id == id]
    rows = [Said(t) for t in voice.turns]
    cut = Parts((), tuple(rows[: len(rows) * 2 // 3]), tuple(rows[len(rows) * 2 // 3 :]))
    made = Judge(cut, ALONE, [v for v in voices(lang) if v.id != id])
    assert made.auc() > 0.9
    assert made.hundred > made.zero


@pytest.mark.parametrize(("lang", "least"), [("en", 0.7), ("zh", 0.75)])
def test_the_author_is_named_among_ten_voices(lang: str, least: float) -> None:
    ten = sorted(hands(lang), key=lambda v: (-len(v.turns), v.id))[:10]
    name_of = identifier({v.id: v.turns[:-20] for v in ten})
    rights = [named_right(name_of, v.id, v.turns[-20:], 10) for v in ten]
    assert statistics.fmean(r for r in rights if r is not None) >= least, rights
    assert named_right(name_of, ten[0].id, ten[1].turns[-20:], 10) == 0
    assert named_right(name_of, ten[0].id, ten[0].turns[-9:], 10) is None


@pytest.mark.parametrize("lang", LANGS)
def test_two_halves_of_one_person_cannot_be_told_apart_and_an_assistant_can(lang: str) -> None:
    for name, made in judges(lang).items():
        one, two = halves(made.own.held_out)
        for view in ("raw", "masked"):
            own, other = tell(one, two, view), tell(made.own.held_out, assistants(lang), view)
            assert own is not None
            assert other is not None
            assert own.low <= 0.6, (name, view, own)
            assert own.auc < 0.65, (name, view, own)
            assert other.auc > 0.9, (name, view, other)
    assert tell(one[:15], two, "raw") is None


@pytest.mark.parametrize("lang", LANGS)
def test_the_index_is_0_for_the_person_and_high_for_a_flatterer(lang: str) -> None:
    for name, made in judges(lang).items():
        held = list(made.own.held_out)
        own = sanitise.index(*map(answers, halves(held)))
        assert abs(own.value) < 0.12, (name, own)
        assert -sanitise.FLAG < own.low < own.high < sanitise.FLAG
        assert sanitise.index(answers(held), answers(assistants(lang))).low > 0.2, name
        nice = sanitise.index(answers(held), answers(flattered(held, lang)))
        assert nice.value > 0.8, (name, nice)
        cold = sanitise.index(answers(flattered(held, lang)), answers(held))
        assert cold.value < -0.8


@pytest.mark.parametrize("lang", LANGS)
def test_ta_s_pet_words_in_every_line_are_a_caricature(lang: str) -> None:
    for name, made in judges(lang).items():
        own = [s.text for s in made.own.verifier]
        pet = signature(own, [t for v in made.unseen for t in v.turns])
        held = [s.text for s in made.own.held_out]
        assert 0.4 < rate(pet, held) / rate(pet, own) < 1.6, name
        words = [w.removeprefix("laugh:") for w in sorted(pet)][:3]
        more = [f"{' '.join(words)} {' '.join(words)} {t}" for t in held]
        assert rate(pet, more) / rate(pet, held) > CARICATURE, name


# -- not measurable -------------------------------------------------------------------------------------------------------


def rows(text: str, n: int) -> tuple[Said, ...]:
    return tuple(Said(f"{text} {i}") for i in range(n))


def mixed(lang: str) -> Parts:
    """Turns of everybody: nobody's voice."""
    every = [v.turns for v in hands(lang)]
    return parts([Said(turns[k]) for k in range(30) for turns in every][:640])


def torn(lang: str) -> Parts:
    """A person who is somebody else for three blocks of eight."""
    own = next(iter(judges(lang).values())).own
    other = [Said(t) for t in hands(lang)[0].turns[:24]]
    blocks = [own.held_out[8 * k : 8 * k + 8] if k % 2 == 0 else other[4 * k - 4 : 4 * k + 4] for k in range(6)]
    return Parts(own.source, own.verifier[-100:], tuple(s for b in blocks for s in b))


NO = {
    "source": (Parts(rows("hm", 39), rows("hm", 200), rows("hm", 100)), 39, 40),
    "verifier": (Parts(rows("hm", 40), rows("hm", 99), rows("hm", 100)), 99, 100),
    "held_out": (Parts(rows("hm", 40), rows("hm", 100), rows("hm", 39)), 39, 40),
    "language": (Parts(rows(RUSSIAN, 40), rows(RUSSIAN, 100), rows(RUSSIAN, 40)), 0, 0),
}


@pytest.mark.parametrize("code", NO)
def test_what_is_too_little_is_said(code: str) -> None:
    own, found, least = NO[code]
    assert judge(own, ALONE) == NotMeasurable(code, found, least)


@pytest.mark.parametrize("lang", LANGS)
def test_nobody_s_voice_is_not_measured(lang: str) -> None:
    why = judge(mixed(lang), ALONE)
    assert isinstance(why, NotMeasurable)
    assert (why.code, why.least) == ("auc", 0.85)
    assert why.found < 0.85


@pytest.mark.parametrize("lang", LANGS)
def test_a_figure_that_would_be_a_guess_is_not_given(lang: str) -> None:
    (partner,) = list(people(lang).values())[1:]
    why = judge(torn(lang), parts(partner))
    assert isinstance(why, NotMeasurable), why
    assert (why.code, why.least) == ("interval", 25)


@pytest.mark.parametrize("lang", LANGS)
def test_every_reason_has_its_sentence(lang: str) -> None:
    for code in (*NO, "auc", "interval"):
        said = say(lang, f"likeness.not_{code}", name="Ann", found=1357, least=2468)
        assert code == "language" or ("1357" in said and "2468" in said)


# -- the parts of it ------------------------------------------------------------------------------------------------------


def test_the_parts_follow_time_and_lose_nothing() -> None:
    cut = parts(rows("x", 101))
    assert [len(p) for p in (cut.source, cut.verifier, cut.held_out)] == [50, 25, 26]
    assert (*cut.source, *cut.verifier, *cut.held_out) == rows("x", 101)


def test_an_area_is_the_share_of_pairs() -> None:
    assert auc([3, 2], [1, 0]) == 1
    assert auc([1, 1], [1, 1]) == 0.5
    assert auc([2, 0], [1]) == 0.5
    assert grouped([drawn_in(x) for x in (1, 3, 5, 7, 9)], 2) == pytest.approx([2, 6])


@pytest.mark.parametrize("lang", LANGS)
def test_turns_are_scored_by_who_did_not_learn_them_also_when_they_come_as_replies(lang: str) -> None:
    name, made = next(iter(judges(lang).items()))
    after = (*made.own.verifier, *made.own.held_out)
    assert len(made.scored) == len(after)
    once = [i for i, s in enumerate(after) if [x.text for x in after].count(s.text) == 1]
    assert made.scores([after[i] for i in once]) == [made.scored[i] for i in once]
    learned = [made.scores([Said(after[i].text + " ")])[0] for i in once]  # as if it were new: three of four learned it
    assert statistics.fmean(learned) > statistics.fmean(made.scored[i] for i in once) + 0.1, name


def test_a_panel_leaves_out_each_quarter_once() -> None:
    texts = [f"{'abcd'[i // 5]}{'abcd'[i // 5]} hm hm" for i in range(20)] + ["so it is"] * 20
    panel = Panel(Rows(texts), range(20), [range(20, 40)])
    assert len(panel.scores) == 40
    assert [panel.scores[i] for i in (0, 5, 10, 15)] < [panel.read(texts[i]) for i in (0, 5, 10, 15)]
    assert panel.scores[20] == pytest.approx(panel.read(texts[20]))


@pytest.mark.parametrize("lang", LANGS)
def test_turns_are_scored_together_as_one_by_one(lang: str) -> None:
    ours, theirs = (list(v.turns) for v in hands(lang)[:2])
    rows = Rows([*ours, *theirs])
    made = rows.trained(range(len(ours)), [range(len(ours), len(ours) + len(theirs))])
    assert rows.scores(made) == pytest.approx([made.score(t) for t in (*ours, *theirs)])


def test_neither_half_of_a_check_is_exact() -> None:
    rng = random.Random(2)
    one, two = ([rng.gauss(1, 0.5) for _ in range(80)] for _ in range(2))
    mean = statistics.fmean(two)
    both = bootstrap(lambda a, b: 100 * statistics.fmean(a) / statistics.fmean(b), one, two)
    half = bootstrap(lambda a: 100 * statistics.fmean(a) / mean, one)
    assert both.value == half.value
    assert both.high - both.low > 1.1 * (half.high - half.low)


def test_an_interval_narrows_with_more_turns() -> None:
    short = bootstrap(statistics.fmean, [0.0, 1.0] * 20 + [3.0] * 8)
    long = bootstrap(statistics.fmean, ([0.0, 1.0] * 20 + [3.0] * 8) * 10)
    assert long.high - long.low < (short.high - short.low) / 2
    assert short.low < short.value < short.high


def test_the_language_decides_which_voices_stand_against() -> None:
    english, chinese = (
        [s.text for s in next(iter(people("en").values()))],
        [s.text for s in next(iter(people("zh").values()))],
    )
    assert languages(english) == ("en",)
    assert languages(chinese) == ("zh",)
    assert languages(english[:100] + chinese[:100]) == ("en", "zh")
    assert languages([RUSSIAN, "hola que tal amor mio", "pero bueno ya sabes"]) == ()
    assert languages([]) == ()
