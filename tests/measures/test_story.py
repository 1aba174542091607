"""The story families on invented chats whose answer is known by construction, in Chinese and English."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from afterword.measures import calendar, episodes, phases, places
from afterword.model import Conversation, Measurement, Speaker, Utterance

Line = tuple[str, str, str]
DULL = {
    "en": ["the report is due", "bus is late today", "lunch at noon", "it rained all day", "meeting moved"],
    "zh": ["报告快交了", "公交又晚点", "中午吃面", "下了一天雨", "会议改时间了"],
}


def chat(lines: list[Line], *, direct: bool = True) -> Conversation:
    """(speaker, local minute, words) rows as a conversation of Anna and Ben."""
    made = [
        Utterance(f"u{i}", who, int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()), text)
        for i, (who, at, text) in enumerate(sorted(lines, key=lambda line: line[1]))
    ]
    people = (Speaker("a", "Anna", ("Anna",), True), Speaker("b", "Ben", ("Ben",)))
    return Conversation("c1", "t", direct, "a", "b", people, tuple(made))


def dull(day: str, count: int = 60, language: str = "en") -> list[Line]:
    words = DULL[language]
    return [("ab"[i % 2], f"{day}T10:{i:02d}:00", words[i % len(words)]) for i in range(count)]


def measured(module: Any, conversation: Conversation) -> dict[str, Measurement]:
    return {m.name: m for m in module.measure(conversation)}


FIGHT = {
    "en": ["You never listen to me", "what is your problem", "leave me alone", "I'm sorry, I overreacted"],
    "zh": ["你每次都这样", "你什么意思啊", "别烦我", "对不起，我话说重了"],
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_fight_with_its_silence_and_repair(language: str) -> None:
    one, two, three, sorry = FIGHT[language]
    lines = dull("2023-03-01", language=language) + [
        ("a", "2023-03-05T21:00:00", one),
        ("b", "2023-03-05T21:01:00", two),
        ("a", "2023-03-05T21:02:00", three),
        ("b", "2023-03-06T21:02:00", sorry),
    ]
    conversation = chat(lines)
    (fight,) = measured(episodes, conversation)["story.conflicts"].value
    by_words = {u.text: u.id for u in conversation.utterances}
    assert fight == {
        "cue": "words",
        "start": "2023-03-05T21:00+00:00",
        "end": "2023-03-05T21:02+00:00",
        "marks": [by_words[one], by_words[two], by_words[three]],
        "by": "a",
        "silence_hours": 24.0,
        "repaired_by": "b",
        "repair_hours": 24.0,
        "repair_marks": [by_words[sorry]],
    }
    balance = measured(episodes, conversation)["story.balance"].value
    assert (balance["conflicts"], balance["repaired"], balance["silences"]) == (1, 1, 1)
    assert balance["opened"] == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    "words",
    [
        ["气死我了哈哈哈", "你有病吧哈哈", "闭嘴笑死"],  # laughter in the same breath
        ["给我滚", "哈哈哈哈", "别烦我", "哈哈哈"],  # laughter in the next bubble
        ["he said leave me alone", "she told me i hate you", "my boss said fuck you"],  # reported
        ["i don't hate you", "you never know", "shut up and take my money"],  # negated, and other meanings
        ["今天热死了", "烦死了这天气", "讨厌下雨"],  # no addressee
        ["你变了", "你什么意思"],  # two weak marks are too few
        ["shut up", "shut up lol", "you're so selfish"],
    ],
)
def test_near_misses_are_no_conflict(words: list[str]) -> None:
    lines = dull("2023-03-01") + [("ab"[i % 2], f"2023-03-05T21:{i:02d}:00", w) for i, w in enumerate(words)]
    assert measured(episodes, chat(lines))["story.conflicts"].value == []


def test_marks_hours_apart_are_no_conflict() -> None:
    lines = dull("2023-03-01")
    lines += [("a", f"2023-03-05T{h}:00:00", w) for h, w in (("08", "你变了"), ("12", "闭嘴"), ("17", "都怪你"))]
    assert measured(episodes, chat(lines))["story.conflicts"].value == []


def test_full_stop_is_cold_only_for_those_who_seldom_write_it() -> None:
    rare = chat([*dull("2023-03-01", 58), *dull("2023-03-02", 58), ("a", "2023-03-05T21:00:00", "i'm fine.")])
    assert [m.cue for m in episodes.scan(rare.utterances).cold] == ["full-stop"]
    usual = chat([(w, at, text + ".") for w, at, text in dull("2023-03-01", 58) + dull("2023-03-02", 58)])
    assert episodes.scan(usual.utterances).cold == []


def hushed(said: list[str], habit: str) -> Conversation:
    """Anna's 210 bubbles in her habit, then one evening of `said`."""
    usual = [("a", f"2023-02-{1 + i // 30:02d}T10:{i % 30:02d}:00", f"day {i}{habit}") for i in range(210)]
    evening = [("a", f"2023-03-05T21:{i:02d}:00", words) for i, words in enumerate(said)]
    return chat(usual + [("b", "2023-03-05T21:50:00", "talk to me")] + evening)


@pytest.mark.parametrize(
    ("said", "habit", "rows"),
    [
        (["I'm fine.", "I said it's fine.", "Go to bed.", "We can talk tomorrow.", "Goodnight."], "", 1),
        (["我没生气。", "你忙吧。", "先睡了。", "不用来。", "晚安。", "好啦"], "", 1),
        (["I'm fine.", "I said it's fine.", "Go to bed.", "We can talk.", "Goodnight."], ".", 0),  # always writes so
        (
            ["I'm fine.", "haha no", "Go to bed.", "ok", "so", "We can talk.", "x", "Fine.", "y", "Night."],
            "",
            0,
        ),  # half
        (["I'm fine.", "Go to bed.", "Goodnight.", "Bye."], "", 0),  # four are too few
        (["well...", "hm...", "maybe...", "no...", "so..."], "", 0),
    ],
)
def test_full_stops_against_the_habit_are_a_hard_talk(said: list[str], habit: str, rows: int) -> None:
    found = measured(episodes, hushed(said, habit))["story.conflicts"].value
    assert len(found) == rows
    for row in found:
        assert (row["cue"], row["by"], row["stops"], row["of"]) == ("full-stops", "a", 5, 5)
        assert row["usual"] == round(5 / (210 + len(said)), 4)


def test_coldness_alone_makes_no_conflict() -> None:
    lines = dull("2023-03-01", 58, "zh") + dull("2023-03-02", 58, "zh") + dull("2023-03-03", 58, "zh")
    lines += [("a", f"2023-03-05T21:0{i}:00", w) for i, w in enumerate(["随便", "无所谓", "知道了。"])]
    conversation = chat(lines)
    assert len(episodes.scan(conversation.utterances).cold) >= 1
    assert measured(episodes, conversation)["story.conflicts"].value == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("想死你了", "warm"), ("笑死", ""), ("i miss you so much", "warm"), ("i don't miss you", ""), ("没想你", ""),
        ("别生气了", "repair"), ("sorry i'm late", ""), ("对不起", "repair"), ("晚安宝贝 😘", "warm"), 
        ("你不爱我了", "conflict"),
        ("whatever", ""), ("打滚翻滚", ""), ("滚！", "conflict"), ("打滚", ""), ("I’m sorry", "repair"),
    ],
)  # fmt: skip
def test_marks_of_one_message(text: str, kinds: str) -> None:
    marks = episodes.scan(chat([("a", "2023-03-05T21:00:00", text)]).utterances)
    got = [k for k in ("warm", "conflict", "repair", "cold") if getattr(marks, k)]
    assert " ".join(got) == kinds


@pytest.mark.parametrize(
    "words", [["miss you", "love you too", "sleep well", "hugs"], ["想你了", "抱抱", "爱你", "早点睡"]]
)
def test_a_warm_evening(words: list[str]) -> None:
    lines = dull("2023-03-01") + [("ab"[i % 2], f"2023-03-02T22:{i:02d}:00", w) for i, w in enumerate(words)]
    got = measured(episodes, chat(lines))
    (warm,) = got["story.warm"].value
    assert (warm["count"], warm["start"], warm["density"]) == (4, "2023-03-02T22:00+00:00", 1.0)
    assert got["story.balance"].value["warm_evenings"] == 1
    one_sided = chat(dull("2023-03-01") + [("a", at, w) for _, at, w in lines[60:]])
    assert measured(episodes, one_sided)["story.warm"].value == []


def test_below_minimum_and_groups() -> None:
    few = chat(dull("2023-03-01", 10))
    assert all(m.value is None for module in (episodes, phases, calendar, places) for m in module.measure(few))
    assert all(m.value is None for module in (episodes, phases, calendar, places) for m in module.measure(chat([])))
    group = measured(episodes, chat(dull("2023-03-01"), direct=False))
    assert group["story.conflicts"].value is None
    assert group["story.balance"].value["conflicts"] is None


def two_seasons(language: str) -> Conversation:
    """Twelve warm, quick, busy weeks, then twelve slow, thin ones without a warm word."""
    warm = "miss you" if language == "en" else "想你了"
    start = datetime(2023, 1, 2, 20, tzinfo=UTC).timestamp()
    lines: list[Line] = []
    for week in range(24):
        cold = week >= 12
        for k in range(30 if cold else 60):
            at = start + week * 7 * 86400 + k * (1800 if cold else 60) + (k % 7) * 5
            words = warm if not cold and k % 6 == 0 else DULL[language][k % 5]
            lines.append(("ab"[k % 2], datetime.fromtimestamp(at, UTC).isoformat()[:19], words))
    return chat(lines)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_change_of_season_is_found(language: str) -> None:
    got = measured(phases, two_seasons(language))["story.phases"]
    first, second = got.value
    assert (first["start"], first["end"], first["weeks"], first["per_week"]) == ("2023-01-02", "2023-03-26", 12, 60.0)
    assert (second["start"], second["weeks"], second["warmth"]) == ("2023-03-27", 12, 0.0)
    assert (first["label_key"], second["label_key"]) == ("beginning", "cold")
    assert second["latency_s"] > first["latency_s"]
    assert (first["lines"], second["lines"]) == (720, 360)
    assert got.n == 24


def test_pelt_equals_the_search_without_pruning() -> None:
    chance = random.Random(5)
    for _ in range(60):
        level, series = 0.0, []
        for _ in range(chance.randint(4, 50)):
            level = chance.gauss(0, 3) if chance.random() < 0.1 else level
            series.append(level + chance.gauss(0, 1))
        assert phases.pelt([series], 5.0, 3) == _slow(series, 5.0, 3)


def _slow(series: list[float], penalty: float, shortest: int) -> list[int]:
    def cost(a: int, b: int) -> float:
        mean = sum(series[a:b]) / (b - a)
        return sum((x - mean) ** 2 for x in series[a:b])

    best, came = [-penalty] + [math.inf] * len(series), [0] * (len(series) + 1)
    for t in range(shortest, len(series) + 1):
        for s in [0, *range(shortest, t - shortest + 1)]:
            value = best[s] + cost(s, t) + penalty
            if value < best[t] - 1e-9:
                best[t], came[t] = value, s
    borders, t = [], len(series)
    while came[t]:
        t = came[t]
        borders.append(t)
    return borders[::-1]


@pytest.mark.parametrize("wish", ["Happy birthday!!", "生日快乐呀"])
def test_a_birthday_in_two_years(wish: str) -> None:
    lines = [
        ("a", "2022-05-04T00:00:10", wish),
        ("b", "2022-05-04T08:00:00", "thanks"),
        ("a", "2023-05-04T09:00:00", wish),
    ]
    (row,) = measured(calendar, chat(lines))["calendar.dates"].value
    assert (row["month"], row["day"], row["what_key"], row["for"], row["years"]) == (
        5,
        4,
        "birthday",
        "b",
        [2022, 2023],
    )
    assert row["support"] == ["u0", "u2"]


@pytest.mark.parametrize(
    "words",
    [
        "happy belated birthday, happy birthday", "happy birthday to your mom", "祝我妈生日快乐", 
        "迟到的生日快乐", "生日快乐歌好听",
        "tell him happy birthday", "merry christmas", "一共520元", "情人节快乐", "they said happy birthday",
    ],
)  # fmt: skip
def test_other_peoples_days_and_wrong_days(words: str) -> None:
    assert measured(calendar, chat([("a", "2022-05-20T10:00:00", words)]))["calendar.dates"].value is None


@pytest.mark.parametrize(
    ("at", "words", "row"),
    [
        ("2022-12-24T20:00:00", "Merry Christmas!", (12, 25, "christmas", None)),
        ("2023-08-22T20:00:00", "七夕快乐", (8, 22, "qixi", None)),
        ("2022-05-20T20:00:00", "520快乐", (5, 20, "five-twenty", None)),
        ("2024-02-10T00:01:00", "春节快乐", (2, 10, "spring-festival", None)),
        ("2022-06-01T09:00:00", "it's my birthday", (6, 1, "birthday", "a")),
        ("2022-06-01T09:00:00", "明天是我生日", (6, 2, "birthday", "a")),
        ("2022-02-28T09:00:00", "happy anniversary", (2, 28, "anniversary", None)),
    ],
)
def test_single_dates(at: str, words: str, row: tuple[object, ...]) -> None:
    (got,) = measured(calendar, chat([("a", at, words)]))["calendar.dates"].value
    assert (got["month"], got["day"], got["what_key"], got["for"]) == row
    assert got["years"] == [int(at[:4])]


def test_a_day_named_in_two_years() -> None:
    lines = [("a", "2022-03-01T10:00:00", "3月14号去看展"), ("b", "2023-03-02T10:00:00", "March 14th again"),
             ("b", "2023-03-02T10:01:00", "4月2日开会")]  # fmt: skip
    (row,) = measured(calendar, chat(lines))["calendar.dates"].value
    assert (row["month"], row["day"], row["what_key"], row["years"]) == (3, 14, "named-day", [2022, 2023])


@pytest.mark.parametrize(
    ("words", "place", "food"),
    [
        ("let's go to Blue Harbor for ramen", "Blue Harbor", "ramen"),
        ("meet at the library, coffee?", "the library", "coffee"),
        ("下次一起去朝阳公园吃火锅", "朝阳公园", "火锅"),
        ("我在北京等你喝奶茶", "北京", "奶茶"),
    ],
)
def test_places_and_food_over_sessions(words: str, place: str, food: str) -> None:
    lines = [("ab"[k % 2], f"2023-03-0{1 + k}T10:00:00", words) for k in range(3)]
    got = measured(places, chat(lines))
    (row,) = got["places.places"].value
    assert (row["name"], row["count"], row["sessions"], row["by"]) == (place, 3, 3, {"a": 2, "b": 1})
    assert row["dispersion"] == 0.0
    assert [r["name"] for r in got["places.food"].value] == [food]
    in_one_session = [("a", f"2023-03-01T10:0{k}:00", words) for k in range(3)]
    assert measured(places, chat(in_one_session))["places.places"].value is None


@pytest.mark.parametrize("words", ["talk to Sarah", "in March", "at Anna", "走路去的", "这个网站在更新", "in English"])
def test_no_places(words: str) -> None:
    lines = [("b", f"2023-03-0{1 + k}T10:00:00", words) for k in range(3)]
    assert measured(places, chat(lines))["places.places"].value is None


@pytest.mark.parametrize(
    ("words", "cue", "food"),
    [
        ("等你回来一起吃小龙虾", "等…一起", "小龙虾"),
        ("We should try sushi", "we should try", "sushi"),
        ("下次我们去", "下次我们", None),
    ],
)
def test_plans(words: str, cue: str, food: str | None) -> None:
    lines = [("a", "2023-03-01T10:00:00", words), ("b", "2023-03-01T10:01:00", "ok")]
    (row,) = measured(places, chat(lines))["places.plans"].value
    assert (row["by"], row["cue"], row["food"], row["support"]) == ("a", cue, food, ["u0", "u1"])


@pytest.mark.parametrize(
    "words",
    [
        "a scarf, or a watch if you wanna go all the way",
        "they wanna go in may",
        "如果你以后一起去他家带点水果",
        "他们我们去过了",
    ],
)
def test_advice_and_the_plans_of_others_are_no_plan(words: str) -> None:
    lines = [("a", "2023-03-01T10:00:00", words), ("b", "2023-03-01T10:01:00", "ok")]
    assert measured(places, chat(lines))["places.plans"].value is None


def test_the_same_chat_gives_the_same_numbers_and_every_one_is_sourced() -> None:
    conversation = two_seasons("zh")
    for module in (episodes, phases, calendar, places):
        one, two = list(module.measure(conversation)), list(module.measure(conversation))
        assert one == two
        assert all(m.source and m.note and len(m.support) <= 12 for m in one)
