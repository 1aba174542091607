"""Questions that what happened answers: what they ask for, whose it is, and what the shipped stories answer to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quality import asking

from afterword import Workspace
from afterword.memory.lived import Lived
from afterword.memory.occasions import answering, days_asked, occasion, opened, surely_not
from afterword.memory.values import Event
from afterword.memory.when import when
from afterword.model import Utterance
from afterword.texts import LANGS

PEOPLE = {"o:owner": ("Tom Hale", "周远"), "m": ("Maya Okafor", "林小雨")}
RECORDS = date(2023, 1, 1), date(2024, 6, 1)
HELD = 0.95
"""Of the questions written for these classes."""


@pytest.fixture(scope="module", params=LANGS)
def told(request: pytest.FixtureRequest) -> Iterator[tuple[str, Workspace]]:
    with asking.story(request.param) as w:
        yield request.param, w


def test_the_share_that_is_answered_and_the_share_that_is_called_absent(told: tuple[str, Workspace]) -> None:
    lang, w = told
    found = asking.happened(w, asking.read(f"happened_{lang}"))
    assert found["n"] == 40
    assert min(found["answered"], found["called_absent"]) >= HELD, found["wrong"]


def test_what_happened_opens_to_its_words_and_marks_its_lines(told: tuple[str, Workspace]) -> None:
    lang, w = told
    for question in {"en": ("why did we break up", "her last message"), "zh": ("为什么分手", "她最后一句话")}[lang]:
        hit = w.recall(question)["hits"][0]
        assert hit["event"]["line"]
        proof = w.why(hit["event"]["id"])
        assert {q["utterance"] for q in proof["quotes"]} & {*hit["matched"]}
        assert {*hit["matched"]} < {u["id"] for u in hit["utterances"]}


def test_a_day_is_shown_whole_and_in_order(told: tuple[str, Workspace]) -> None:
    lang, w = told
    found = w.recall({"en": "what happened on 22 September 2022", "zh": "2023年3月18日发生了什么"}[lang])
    days = {u["at"][:10] for h in found["hits"] for u in h["utterances"]}
    times = [u["at"] for h in found["hits"] for u in h["utterances"]]
    assert (found["label"], len(days)) == ("known", 1)
    assert times == sorted(times)
    assert all(len(h["utterances"]) <= 6 for h in found["hits"])


def test_a_day_before_the_records_is_not_in_them(told: tuple[str, Workspace]) -> None:
    lang, w = told
    found = w.recall({"en": "what happened on 3 March 2021?", "zh": "2021年3月3日发生了什么"}[lang])
    assert (found["label"], found["hits"]) == ("not-in-records", [])


def test_a_first_feast_is_the_first_years_alone(told: tuple[str, Workspace]) -> None:
    lang, w = told
    found = w.recall({"en": "our first Christmas", "zh": "我们第一个国庆节"}[lang])
    year = {"en": "2022", "zh": "2023"}[lang]
    assert {u["at"][:4] for h in found["hits"] for u in h["utterances"]} == {year}


@pytest.mark.parametrize(
    ("question", "kind", "whose", "which"),
    [
        ("her last message", "last-message", "m", ""),
        ("the last thing I wrote to her", "last-message", "o:owner", ""),
        ("the first message I got from her", "first-message", "m", ""),
        ("the first message to her", "first-message", "o:owner", ""),
        ("what was our last talk", "last-message", "", ""),
        ("Can you tell me when Tom's birthday is?", "birthday", "o:owner", ""),
        ("when is her birthday", "birthday", "m", ""),
        ("why did we break up", "break-up", "", ""),
        ("our first trip", "trip", "", "first"),
        ("when did she die", "death", "m", ""),
        ("她发给我的最后一条消息", "last-message", "m", ""),
        ("我收到的最后一条消息", "last-message", "m", ""),
        ("我给她写的第一句话", "first-message", "o:owner", ""),
        ("我们最后一次聊天", "last-message", "", ""),
        ("你还记得我的生日是哪天吗", "birthday", "o:owner", ""),
        ("小雨几号生日", "birthday", "m", ""),
        ("谁提的分手", "break-up", "", ""),
        ("第一次旅行", "trip", "", "first"),
        ("她是怎么去世的", "death", "m", ""),
    ],
)
def test_what_a_question_asks_for(question: str, kind: str, whose: str, which: str) -> None:
    found = occasion(question, PEOPLE, "o:owner", "m")
    assert found is not None
    assert (found.kind, found.whose, found.which) == (kind, whose, which)


@pytest.mark.parametrize(
    "question",
    [
        "why did we break up after Lisbon",
        "when is Nana's birthday",
        "what did she give me for my birthday",
        "the last thing she cooked",
        "how did the fight start",
        "when did Nana die",
        "分手以后她去了哪座城市",
        "奶奶的生日是哪天",
        "生日那天她送了我什么",
        "她最后做的一道菜",
        "奶奶是怎么去世的",
        "",
    ],
)
def test_what_asks_for_more_is_looked_for_as_words(question: str) -> None:
    assert occasion(question, PEOPLE, "o:owner", "m") is None


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("what happened on 3 January 2024", True),
        ("2024年1月3日我们说了什么", True),
        ("what did we talk about in December", True),
        ("十二月我们聊了什么", True),
        ("where did we eat on 3 January 2024", False),
        ("2024年1月3日我们去了哪里", False),
        ("who called about the boiler on 3 January 2024", False),
        ("2024年1月3日谁来修锅炉", False),
        ("what did you do yesterday", False),
        ("你昨天干嘛了", False),
    ],
)
def test_a_question_for_a_day_asks_for_nothing_else(question: str, meant: bool) -> None:
    found = days_asked(question, when(question, *RECORDS, date(2024, 6, 2)), PEOPLE, *RECORDS)
    assert bool(found) is meant


@given(
    st.lists(st.text(max_size=12), max_size=3),
    st.lists(
        st.sampled_from(["her", "last  message", "Tom  Hale", "from", "to", "我", "最后", "生日", "给", "?"]),
        max_size=6,
    ),
)
def test_no_name_and_no_order_of_words_is_too_odd(names: list[str], words: list[str]) -> None:
    people = {"o:owner": ("Tom  Hale", *names), "m": ("Maya",)}
    found = occasion(" ".join([*words, *names]), people, "o:owner", "m")
    assert found is None or found.whose in ("", *people)


EVENTS = (
    Event("2023-01-02", "first-message", ("u1:a",), who="m"),
    Event("2023-05-20", "birthday", ("u1:b",), who="m"),
    Event("2023-07-01", "fight", ("u1:c",)),
    Event("2023-09-01", "fight", ("u1:d",)),
)
LIVED = Lived(EVENTS, ends={"o:owner": (Event("2023-01-03", "first-message", ("u1:e",), who="o:owner"), EVENTS[0])})


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("her birthday", ["u1:b"]),
        ("my birthday", []),
        ("our first fight", ["u1:c"]),
        ("our fights", ["u1:c", "u1:d"]),
        ("the first thing I wrote", ["u1:e"]),
        ("最后一次吵架", ["u1:d"]),
        ("我生日是哪天", []),
        ("why did we break up", []),
    ],
)
def test_which_events_answer(question: str, ids: list[str]) -> None:
    asked = occasion(question, PEOPLE, "o:owner", "m")
    assert asked is not None
    assert [e.ids[0] for e in answering(asked, LIVED)] == ids


def test_an_event_of_the_timeline_has_its_own_id_and_a_line_the_lines() -> None:
    assert opened(EVENTS[0], LIVED).startswith("v1:")
    assert opened(LIVED.ends["o:owner"][0], LIVED) == "u1:e"


@pytest.mark.parametrize(
    ("question", "speaker", "text", "absent"),
    [
        ("my birthday", "m", "my birthday is in may", True),
        ("her birthday", "m", "my birthday is in may", False),
        ("her birthday", "o:owner", "your birthday is soon", False),
        ("我的生日", "m", "明天我生日", True),
        ("她的生日", "m", "明天我生日", False),
        ("when did she die", "m", "my phone died", True),
    ],
)
def test_anothers_birthday_is_not_the_one_that_is_asked_for(
    question: str, speaker: str, text: str, absent: bool
) -> None:
    asked = occasion(question, PEOPLE, "o:owner", "m")
    assert asked is not None
    assert surely_not(asked, [Utterance("u1:x", speaker, 1, text)]) is absent
