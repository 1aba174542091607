"""What happened, and what was only planned, asked, denied or told of others. In: invented lines. Out: events or none."""

from __future__ import annotations

import msgspec
import pytest
from lives import chat, dull, kinds, lived

from afterword.memory.lived import Lived, live

HAPPENED = [
    ("en", "break-up", [("a", "2023-05-01T20:00", "let's break up")]),
    ("zh", "break-up", [("a", "2023-05-01T20:00", "我们分手吧")]),
    ("en", "work", [("a", "2023-05-01T20:00", "i got the job!!")]),
    ("zh", "work", [("a", "2023-05-01T20:00", "面试过了！！")]),
    ("en", "pet", [("a", "2023-05-01T20:00", "we got a puppy today")]),
    ("zh", "pet", [("a", "2023-05-01T20:00", "我领养了一只小猫")]),
    ("en", "gift", [("a", "2023-05-01T20:00", "thank you for the flowers, they are on the sill")]),
    ("zh", "gift", [("a", "2023-05-01T20:00", "礼物收到啦，放窗台上了")]),
    ("en", "illness", [("a", "2023-05-01T20:00", "he's in hospital"), ("b", "2023-05-01T20:05", "what did the doctor say")]),
    ("zh", "illness", [("a", "2023-05-01T20:00", "他住院了"), ("b", "2023-05-01T20:05", "医生怎么讲")]),
    ("en", "celebration", [("a", "2023-05-01T20:00", "my sister's wedding is on saturday"), ("a", "2023-05-07T10:00", "the wedding was so long")]),
    ("zh", "celebration", [("a", "2023-05-01T20:00", "周六是我姐的婚礼"), ("a", "2023-05-07T10:00", "婚礼好长")]),
    ("en", "promise", [("a", "2023-05-01T20:00", "I promise I'll water the fern")]),
    ("zh", "promise", [("a", "2023-05-01T20:00", "我保证会给文竹浇水")]),
    ("en", "birthday", [("a", "2023-05-01T20:00", "happy birthday!")]),
    ("zh", "birthday", [("a", "2023-05-01T20:00", "生日快乐！")]),
    ("en", "feast", [("a", "2023-12-25T09:00", "merry christmas")]),
    ("zh", "feast", [("a", "2024-02-10T09:00", "新年快乐")]),
    ("en", "first-love", [("a", "2023-05-01T20:00", "i love you")]),
    ("zh", "first-love", [("a", "2023-05-01T20:00", "我爱你")]),
]  # fmt: skip
NOT = [
    ("en", "my sister's wedding is on saturday"),
    ("zh", "周六是我姐的婚礼"),
    ("en", "if we break up i keep the cat"),
    ("zh", "如果我们分手吧台归你"),
    ("en", "did you get promoted?"),
    ("zh", "你面试过了吗"),
    ("en", "i might have got the job, we will see tomorrow"),
    ("zh", "我想领养一只猫"),
    ("en", "we should get a puppy, we got a puppy in my dream"),
    ("zh", "梦到我领养了一只老虎"),
    ("en", "she said she got fired"),
    ("zh", "他说他升职了"),
    ("en", "since i lost my job i paint"),
    ("zh", "自从我辞职了就天天画画"),
    ("en", "i don't love you like that song"),
    ("zh", "我不爱你推荐的那首歌"),
    ("en", "your hard work will pay off, i promise"),
    ("zh", "你保证过什么来着"),
    ("en", "we'll never get to the wedding on time with this bus"),
    ("zh", "什么时候喝喜酒？"),
]


@pytest.mark.parametrize(("lang", "kind", "rows"), HAPPENED)
def test_what_is_said_to_have_happened(lang: str, kind: str, rows: list[tuple[str, str, str]]) -> None:
    assert kinds(lived(*rows, lang=lang)) == [kind]


@pytest.mark.parametrize(("lang", "words"), NOT)
def test_planned_asked_denied_dreamt_or_reported_is_not_happened(lang: str, words: str) -> None:
    assert kinds(lived(("a", "2023-05-01T20:00", words), lang=lang)) == []


TRIPS = [
    ("en", "Porto", [
        ("a", "2023-04-20T20:00", "Booked! Porto, the 5th to the 8th of May."),
        ("b", "2023-05-05T08:00", "at the gate, tea in hand"),
        ("a", "2023-05-08T22:00", "home safe"),
    ]),
    ("zh", "厦门", [
        ("a", "2023-04-20T20:00", "厦门的票订好了，5月5号去"),
        ("b", "2023-05-05T08:00", "落地了 好热"),
        ("a", "2023-05-05T23:00", "到酒店了"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "place", "rows"), TRIPS)
def test_a_trip_needs_somebody_on_the_way(lang: str, place: str, rows: list[tuple[str, str, str]]) -> None:
    (trip,) = [e for e in lived(*rows, lang=lang).events if e.kind == "trip"]
    assert (trip.day, trip.place) == ("2023-05-05", place)
    assert kinds(lived(rows[0], lang=lang)) == []


@pytest.mark.parametrize(
    ("lang", "rows"),
    [
        ("en", [("a", "2023-05-01T20:00", "there's a place called the Copper Pan, dinner friday?"), ("b", "2023-05-01T20:01", "friday, yes"),
                ("b", "2023-05-05T18:30", "here")]),
        ("zh", [("a", "2023-05-01T20:00", "周五去铜锅面馆吃面吗"), ("b", "2023-05-01T20:01", "好 周五"), ("b", "2023-05-05T18:30", "到了")]),
    ],
)  # fmt: skip
def test_a_meeting_is_agreed_and_came_about(lang: str, rows: list[tuple[str, str, str]]) -> None:
    (met,) = [e for e in lived(*rows, lang=lang).events if e.kind == "meeting"]
    assert met.day == "2023-05-05"
    assert kinds(lived(*rows[:2], lang=lang)) == []


@pytest.mark.parametrize(("lang", "words"), [("en", "happy anniversary! two years"), ("zh", "两周年快乐")])
def test_an_anniversary_tells_what_it_counts_from(lang: str, words: str) -> None:
    found = lived(("a", "2023-09-22T08:00", words), lang=lang)
    assert [(e.kind, e.day, e.precise) for e in found.events if e.kind in ("together", "anniversary")] == [
        ("together", "2021-09-22", "derived"), ("anniversary", "2023-09-22", "day"),
    ]  # fmt: skip


def joking(phrase: str, laugh: str, lang: str) -> Lived:
    rows = [
        (who, f"2023-{month:02}-10T20:{minute:02}", text)
        for month in range(2, 8)
        for who, minute, text in (("a", 0, phrase), ("b", 1, phrase + "!"), ("a", 2, laugh))
    ]
    return lived(*rows, lang=lang)


@pytest.mark.parametrize(
    ("lang", "phrase", "laugh"), [("en", "velvet kettle", "hahaha"), ("zh", "紫砂茶壶", "哈哈哈哈")]
)
def test_a_running_joke_is_shared_and_laughed_at(lang: str, phrase: str, laugh: str) -> None:
    (joke,) = [e for e in joking(phrase, laugh, lang).events if e.kind == "joke"]
    assert (joke.day, joke.what) == ("2023-02-10", phrase)
    assert [e for e in joking(phrase, DULL_ANSWER[lang], lang).events if e.kind == "joke"] == []


DULL_ANSWER = {"en": "right", "zh": "嗯嗯"}


def hurt(stop: str, lang: str) -> Lived:
    """Ben never ends a line with a full stop; on one evening he ends six so."""
    rows = [row for day in range(2, 12) for row in dull(f"2023-03-{day:02}", lang=lang)]
    said = {
        "en": ["You were late", "I waited", "No", "Fine", "I am going to bed", "Good night"],
        "zh": ["你迟到了", "我等了", "不用", "行", "我睡了", "晚安"],
    }
    rows += [("b", f"2023-03-20T21:0{i}", words + stop) for i, words in enumerate(said[lang])]
    sorry = {"en": "I'm so sorry", "zh": "对不起"}[lang]
    rows += [
        ("a", "2023-03-21T09:00", sorry),
        ("b", "2023-03-21T09:05", {"en": "ok haha come", "zh": "好啦哈哈"}[lang]),
    ]
    return live(chat(rows))


@pytest.mark.parametrize(("lang", "stop"), [("en", "."), ("zh", "。")])
def test_who_leaves_their_own_manner_is_hurt(lang: str, stop: str) -> None:
    (fight,) = hurt(stop, lang).fights
    assert (fight.first, fight.start, fight.mended, fight.mended_by) == ("b", "2023-03-20", "2023-03-21", "a")
    assert "stops" in fight.cues
    assert hurt("", lang).fights == ()


def test_in_a_group_nobody_knows_whom_love_and_anger_are_for() -> None:
    rows = [*dull("2023-03-01"), ("a", "2023-03-02T20:00", "i love you"), ("b", "2023-03-02T20:01", "let's break up"),
            ("a", "2023-03-02T20:02", "i promise i'll go")]  # fmt: skip
    group = msgspec.structs.replace(chat(rows), direct=False)
    assert kinds(live(group)) == []
    assert kinds(live(chat(rows))) == ["first-love", "promise", "break-up"]
