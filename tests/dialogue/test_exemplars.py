"""How many exemplars a brief shows: six in any case, more only where they have to do with the line."""

from __future__ import annotations

import pytest
from test_brief import DAY, ME, TA, Given, made

from afterword.dialogue.exemplars import FLOOR, near_to
from afterword.texts import LANGS

ASKED = {
    "en": ("did you eat the soup", "soup number", "the bus is late again", "oh well"),
    "zh": ("你喝汤了吗", "汤喝了", "公交又晚点", "唉"),
}
ELSEWHERE = {"en": "kumquats", "zh": "金橘"}


def records(lang: str) -> Given:
    ask, yes, other, oh = ASKED[lang]
    rows = []
    for i in range(60):
        said = (ask, f"{yes} {i}") if i % 3 == 0 else (other, f"{oh} {i}")
        rows += [(i * DAY, ME, said[0]), (i * DAY + 9, TA, said[1])]
    return Given(rows)


@pytest.mark.parametrize("lang", LANGS)
def test_above_six_every_exemplar_has_to_do_with_the_line(lang: str) -> None:
    line = ASKED[lang][0]
    shown = made(records(lang), line).exemplars
    assert FLOOR < len(shown) <= 12
    assert all(near_to(line)(e) for e in shown[FLOOR:])


@pytest.mark.parametrize("lang", LANGS)
def test_where_nothing_has_to_do_with_it_there_are_six(lang: str) -> None:
    assert len(made(records(lang), ELSEWHERE[lang]).exemplars) == FLOOR


@pytest.mark.parametrize("lang", LANGS)
def test_in_a_short_talk_they_change(lang: str) -> None:
    held, history, last = records(lang), [], set()
    for line in (ELSEWHERE[lang], ASKED[lang][2], ELSEWHERE[lang] * 2, ASKED[lang][3]):
        ids = {e.ids for e in made(held, line, history=tuple(history)).exemplars}
        assert len(ids & last) <= len(ids) // 2, line
        history, last = [*history, line], ids
