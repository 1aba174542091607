"""Typical words: none inside another, and none of a language that the background does not know, as if it were a habit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from afterword.cli.create import portrait
from afterword.measures import words
from afterword.model import Conversation, Measurement, Speaker, Utterance

DAY = 86_400
ANNA, BEN = Speaker("a", "Anna Berg", owner=True), Speaker("b", "Ben Castell")
ENGLISH = [
    "the bus was late again today", "we had bread and soup for dinner", "i think i will stay home tonight",
    "what time do you want to come over", "it is very cold outside this morning", "my mother called about the weekend",
    "you can have the last one if you want", "there was nothing good on at the cinema",
]  # fmt: skip
SPANISH = [
    "no sé si voy a poder ir hoy", "ya llegué a la casa de mi hermana", "vamos al cine el sábado por la tarde",
    "hace mucho frío en la calle esta mañana", "la comida estaba muy rica en ese lugar", "me voy a dormir un rato más",
    "compré pan y leche para el desayuno", "dónde dejaste las llaves de la puerta", "mañana tengo que trabajar temprano",
    "te llamo cuando salga de la oficina", "el perro rompió otra vez los zapatos", "qué bonita estaba la luna anoche",
]  # fmt: skip
CHINESE = [
    "今天公交又晚点了", "晚上想吃什么", "我先睡了明天还要上班", "周末要不要去看电影", "外面好冷多穿一点", "我妈刚才打电话来了",
    "你什么时候下班", "冰箱里还有两个鸡蛋",
]  # fmt: skip


def chat(rows: Sequence[tuple[str, int, str]]) -> Conversation:
    said = tuple(Utterance(f"u{i}", who, at, text) for i, (who, at, text) in enumerate(rows))
    return Conversation("c", "t", True, "a", "b", (ANNA, BEN), said)


def days(
    own: Sequence[str],
    theirs: Sequence[str],
    *,
    often: Sequence[str] = (),
    also: Sequence[str] = (),
    n: int = 60,
    each: int = 6,
) -> Conversation:
    """Ben says `own`, Anna `theirs`, half a line of one and half of another; `often` Ben says on every second day, and
    once a day he writes a line of `also`."""
    draw = random.Random(7)
    rows: list[tuple[str, int, str]] = []

    def line(of: Sequence[str]) -> str:
        one, two = draw.choice(of), draw.choice(of)
        if " " not in one:
            return one + two
        return " ".join(one.split()[: len(one.split()) // 2 + 1] + two.split()[len(two.split()) // 2 :])

    for day in range(n):
        lines = [("b", line(own)) for _ in range(each)] + [("a", line(theirs)) for _ in range(each)]
        lines += [("b", text) for text in often] if day % 2 else []
        lines += [("b", line(also))] if also else []
        draw.shuffle(lines)
        rows += [(who, day * DAY + i * 60, text) for i, (who, text) in enumerate(lines)]
    return chat(rows)


def typical(c: Conversation) -> Measurement:
    return next(m for m in words.measure(c) if m.name == "words.typical")


def terms(c: Conversation) -> list[str]:
    return [row["term"] for row in typical(c).value or []]


def holds(long: str, short: str) -> bool:
    a, b = (f" {x} " for x in (long, short))
    return long != short and (b in a or ("\u4e00" <= short[0] <= "\u9fff" and short in long))


@pytest.mark.parametrize(
    ("plain", "often", "one"),
    [(ENGLISH, ["omg", "omg so"], "omg"), (CHINESE, ["哎呀", "哎呀真的"], "哎呀")],
)
def test_no_term_stands_inside_another(plain: list[str], often: list[str], one: str) -> None:
    found = terms(days(plain, plain, often=often))
    assert sum(one in term for term in found) == 1, found
    assert [(a, b) for a in found for b in found if holds(a, b)] == []


def test_of_terms_that_overlap_the_better_stands() -> None:
    assert words.apart([(1,), (1, 2), (3, 4), (4,), (2, 3)]) == [(1,), (3, 4), (2, 3)]
    assert words.apart([(1, 2, 3), (2, 3), (1,), (1, 3), (4, 1, 2)]) == [(1, 2, 3), (1, 3), (4, 1, 2)]


FUNCTION = {
    "que",
    "pero",
    "es",
    "la",
    "el",
    "no",
    "de",
    "en",
    "me",
    "ya",
    "un",
    "una",
    "por",
    "si",
    "lo",
    "te",
    "qué",
    "muy",
}


LEANING = [
    "pero es que no sé que decir", "que cosa pero bueno ya está", "pero mira que tarde es ya", "es que no me gusta que griten",
    "y que quieres que haga pero dime", "pero si ya te dije que sí",
]  # fmt: skip
"""One of the two builds sentences so more often than the other: grammar, and no habit."""


def test_function_words_of_a_language_without_a_list_are_no_habit() -> None:
    c = days([*SPANISH, *LEANING * 2], [*SPANISH * 2, *LEANING[:2]], often=["ay mi cielito lindo"], n=80)
    found = typical(c)
    assert found.value is not None
    said = {row["term"] for row in found.value}
    assert not said & FUNCTION, said
    assert any("cielito" in term for term in said), "a word of their own is found, person against partner"
    assert "Not measured" not in found.note


@pytest.mark.parametrize(
    "own",
    [
        SPANISH,
        ["я сегодня опять опоздала на работу", "что ты делаешь вечером дома", "мне так холодно на улице сегодня",
         "купи хлеба и молока по дороге домой", "я уже почти сплю давай завтра", "мама звонила и спрашивала о тебе"],
        ["오늘 저녁에 뭐 먹을까 우리", "나 지금 집에 가는 중이야 진짜", "내일 아침에 일찍 일어나야 해", "주말에 영화 보러 갈래 같이"],
    ],
)  # fmt: skip
def test_against_a_partner_of_another_language_it_is_not_measured(own: list[str]) -> None:
    found = typical(days(own, ENGLISH))
    assert found.value is None
    assert not found.enough
    assert found.n >= found.minimum
    assert "Not measured here" in found.note
    assert "300 are needed" in found.note


def test_a_few_lines_of_another_language_leave_the_rest_measured() -> None:
    found = typical(days(ENGLISH, ENGLISH, also=SPANISH, often=["absolute marmalade i say"]))
    said = [row["term"] for row in found.value]
    assert any("marmalade" in term for term in said)
    assert not {w for t in said for w in t.split()} & FUNCTION - {"no", "me"}, said
    assert "Not measured here" in found.note


@pytest.mark.parametrize("plain", [ENGLISH, CHINESE])
def test_slang_and_coinages_among_known_words_are_not_another_language(plain: list[str]) -> None:
    slang = [
        "lol ngl wut u doin tonite bruh",
        "gonna grab dinner wit sarah ngl",
        "brb phone dying ugh ngl",
        "ngl nah fam im knackered tbh",
    ]
    own = [*plain * 2, *slang] if plain is ENGLISH else [*plain, *("绝绝子" + t for t in plain)]
    c = days(own, plain, n=80)
    found: Any = typical(c)
    assert "Not measured" not in found.note
    assert any(t.startswith(("ngl", "绝")) or "ngl" in t.split() for t in terms(c)), terms(c)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_portrait_says_that_it_is_not_measured(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AFTERWORD_LANG", lang)
    said = {"en": "Typical words are not measured", "zh": "口头的词没有测"}[lang]
    for c, shown in ((days(SPANISH, ENGLISH), True), (days(ENGLISH, ENGLISH), False)):
        portrait(
            {
                "name": "Ben", "coverage": {}, "told_only": False, "topics": {}, "person": "ex-ben",
                "measurements": [msgspec.to_builtins(m) for m in words.measure(c)],
            }
        )  # fmt: skip
        assert (said in capsys.readouterr().out) is shown
