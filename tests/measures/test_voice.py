"""Voice, words, names and rhythm on invented chats small enough to count by hand, in Chinese and English."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.measures import families, measure_all, names, rhythm, tokens, voice, words
from afterword.measures.counting import median_interval, quantile, spread_out, wilson
from afterword.model import Conversation, Kind, Measurement, Speaker, Utterance

Row = tuple[str, int, str]
ANNA = Speaker("a", "Anna Berg", ("Anna Berg",), True)
BEN = Speaker("b", "Ben Castell", ("Ben Castell",))
DAY = 86400


def chat(
    rows: Sequence[Row], *, people: tuple[Speaker, Speaker] = (ANNA, BEN), direct: bool = True, kind: int = 0
) -> Conversation:
    """(speaker, seconds, words) rows; Ben is the subject, Anna owns the vault."""
    made = tuple(Utterance(f"u{i}", who, at, text, kind) for i, (who, at, text) in enumerate(rows))
    return Conversation("c1", "t", direct, "a", "b", people, made)


def told(texts: Sequence[str], speaker: str = "b") -> list[Row]:
    return [(speaker, i * 10, text) for i, text in enumerate(texts)]


def measured(module: Any, conversation: Conversation) -> dict[str, Measurement]:
    return {m.name: m for m in module.measure(conversation)}


def test_intervals_by_hand() -> None:
    assert wilson(0, 0) is None
    assert wilson(50, 100) == (0.4038, 0.5962)  # the textbook's figure
    assert wilson(0, 30) == (0.0, 0.1135)
    assert quantile([1, 2, 3, 10], 0.5) == 2.5
    assert quantile([5], 0.75) == 5
    assert median_interval([1.0] * 5) is None
    assert median_interval(range(1, 101)) == (41.0, 60.0)  # ranks 50 -+ 9.8
    assert spread_out([1, 2, 3], 12) == [1, 2, 3]
    assert spread_out(list(range(100)), 3) == [0, 50, 99]


def test_length_follows_the_writer() -> None:
    english = measured(voice, chat(told(["one two three"] * 20 + ["one"] * 10 + ["a b c d e f g"] * 10)))[
        "voice.length"
    ]
    assert english.value == {"unit": "words", "median": 3.0, "q1": 2.5, "q3": 4.0, "mean": 3.5}
    assert english.n == 40
    chinese = measured(voice, chat(told(["今天好累"] * 31 + ["嗯"] * 10)))["voice.length"]
    assert chinese.value["unit"] == "characters"
    assert chinese.value["median"] == 4
    assert all(i in {f"u{k}" for k in range(31)} for i in chinese.support)


def test_below_thirty_nothing_is_said() -> None:
    found = measured(voice, chat(told(["hello there"] * 29)))
    assert all(m.value is None and m.interval is None for m in found.values())
    assert found["voice.length"].n == 29
    assert measured(voice, chat(told(["hello there"] * 30)))["voice.length"].enough


def test_links_are_not_words() -> None:
    found = measured(voice, chat(told(["https://example.org/a/b?c=d"] * 30 + ["see https://example.org"] * 30)))
    assert found["voice.length"].n == 30
    assert found["voice.length"].value["median"] == 1


def test_only_typed_words_teach_the_voice() -> None:
    media = measured(voice, chat(told(["a sticker's name"] * 40), kind=int(Kind.STICKER)))
    assert media["voice.length"].n == 0
    assert media["voice.media"].value["sticker"] == 1.0


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("so long.", "period"), ("走了。", "period"), ("what?", "question"), ("真的？", "question"), ("yes!", "exclamation"),
        ("好！", "exclamation"), ("well...", "ellipsis"), ("唉……", "ellipsis"), ("那好吧。。。", "ellipsis"), ("来呀～", "tilde"),
        ("nice 😂", "emoji"), ("行吧[捂脸]", "emoji"), ("❤️", "emoji"), ("see [1]", "none"), ("bye", "none"), ("知道", "none"),
    ],
)  # fmt: skip
def test_how_a_bubble_ends(text: str, ending: str) -> None:
    value = measured(voice, chat(told([text] * 30)))["voice.endings"].value
    assert value[ending] == 1.0
    assert sum(value.values()) == pytest.approx(1.0)


def test_bursts_end_with_an_answer_and_with_silence() -> None:
    rows: list[Row] = []
    for i in range(30):
        at = i * DAY
        rows += [("b", at, "x"), ("b", at + 5, "y"), ("b", at + 9, "z"), ("a", at + 60, "q"), ("b", at + 90, "w")]
    # the single bubble and the next day's three are one writer's, but a night lies between them
    value = measured(voice, chat(rows))["voice.burst"].value
    assert value == {"mean": 2.0, "single_share": 0.5, "max": 3}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("hahaha no", "hahaha"), ("LOL", "lol"), ("哈哈哈哈", "哈哈哈哈"), ("笑死我了", "笑死"), ("hhh", "hhh"), ("jajaja si", "jajaja"),
        ("ㅋㅋㅋ", "ㅋㅋㅋ"), ("kkkk", "kkkk"), ("kakaka", "kakaka"), ("lmao", "lmao"), ("ahahah", "ahahah"), ("2333", "2333"), ("哈" * 30, "哈" * 8 + "…"),
    ],
)  # fmt: skip
def test_laughter(text: str, form: str) -> None:
    found = measured(voice, chat(told([text] * 15 + ["plain"] * 15)))["voice.laughter"]
    assert found.value == {"share": 0.5, "forms": [{"form": form, "count": 15}]}
    assert found.interval == wilson(15, 30)


@pytest.mark.parametrize(
    "text",
    ["that was a shame", "Aachen", "the hall", "他呵斥我", "1555 kronor", "ahead", "see www.example.org", "哈尔滨"],
)
def test_no_laughter(text: str) -> None:
    assert measured(voice, chat(told([text] * 30)))["voice.laughter"].value["share"] == 0


def test_particles_emoji_stretch_mixing_and_case() -> None:
    texts = [
        "好呀",
        "走吧～",
        "真的嘛😂",
        "soooo good",
        "这个deadline要命",
        "哦",
        "Fine then",
        "no way tho",
        "iii www",
        "啊啊啊啊",
    ] * 3
    found = measured(voice, chat(told(texts)))
    assert found["voice.particles"].value == {
        "share": 0.5,
        "top": [{"form": f, "count": 3} for f in ("then", "tho", "吧", "呀", "啊")],
    } or {r["form"] for r in found["voice.particles"].value["top"]} >= {"呀", "吧", "then", "tho"}
    assert "哦" not in {r["form"] for r in found["voice.particles"].value["top"]}, "a lone 哦 is an answer"
    assert found["voice.emoji"].value == {"share": 0.1, "top": [{"form": "😂", "count": 3}]}
    assert found["voice.stretch"].value == {"share": 0.2}
    assert found["voice.mixing"].value == {"share": 0.1}
    case = measured(voice, chat(told(["hello", "Hello there", "OK FINE"] * 10)))["voice.case"]
    assert case.value == {"lower": 0.3333, "initial_capital": 0.6667}
    assert case.n == 30


def test_each_side_has_its_own_figures() -> None:
    rows = told(["so be it."] * 40) + [("a", 1000 + i, "whatever!") for i in range(40)]
    found = measured(voice, chat(rows))
    assert found["voice.endings"].value["period"] == 1.0
    assert found["voice.endings.owner"].value["exclamation"] == 1.0
    assert {m.removesuffix(".owner") for m in found} == {m for m in found if not m.endswith(".owner")}


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("I'm late, sorry", ["i'm", "late", "sorry"]), ("我晚点到", ["我", "晚点", "到"]), ("这个deadline好赶", ["这个", "deadline", "好", "赶"]),
        ("看 https://example.org/x 吧[捂脸]", ["看", "吧"]), ("😂😂", []), ("Ça va", ["ça", "va"]), ("42", []),
    ],
)  # fmt: skip
def test_words(text: str, cut: list[str]) -> None:
    assert tokens.words(text) == cut


def test_words_are_joined_as_they_are_written() -> None:
    assert tokens.joined(["full", "lighthouse"]) == "full lighthouse"
    assert tokens.joined(["周", "师傅"]) == "周师傅"
    assert tokens.joined(["这个", "deadline"]) == "这个deadline"


FILLER = [
    "the bus is late",
    "we need bread",
    "it rained on the way",
    "she called me back",
    "meet at the corner",
    "done with work",
]


def spread(special: str, uses: int, days: int, *, each: int = 10) -> list[Row]:
    """Two people of the same plain words over many days; Ben uses `special` in `uses` messages, one a day."""
    draw = random.Random(4)
    rows: list[Row] = []
    for day in range(days):
        lines = [("ab"[i % 2], draw.choice(FILLER)) for i in range(each)]
        if day < uses:
            lines[1] = ("b", special)
        rows += [(who, day * DAY + i * 60, text) for i, (who, text) in enumerate(lines)]
    return rows


@pytest.mark.parametrize(
    ("special", "term"), [("absolute marmalade again", "absolute marmalade again"), ("要命的小螃蟹", "螃蟹")]
)
def test_a_word_of_their_own_is_found(special: str, term: str) -> None:
    found = measured(words, chat(spread(special, 20, 40)))["words.typical"]
    rows = {r["term"]: r for r in found.value}
    assert any(term in t for t in rows), rows
    row = next(r for t, r in rows.items() if term in t)
    assert row["count"] == 20
    assert row["sessions"] == 20
    assert row["z"] > 2.5
    assert row["support"]
    assert not {"bus", "bread", "late"} & rows.keys(), "both say these alike"


def test_a_topic_of_one_evening_is_no_habit() -> None:
    rows = spread("nothing special here", 0, 40) + [("b", 41 * DAY + i, "absolute marmalade") for i in range(30)]
    assert measured(words, chat(rows))["words.typical"].value == []


def test_what_the_partner_says_as_often_is_not_typical() -> None:
    rows = spread("absolute marmalade", 20, 40)
    both = [*rows, *(("a", at + 1, text) for _, at, text in rows if "marmalade" in text)]
    assert not any(
        "marmalade" in r["term"] for r in measured(words, chat(sorted(both, key=lambda r: r[1])))["words.typical"].value
    )


def test_counts_and_dispersion_by_hand() -> None:
    rows: list[Row] = [("b", day * DAY, "kumquat pie") for day in range(4)] + [
        ("b", 4 * DAY, "plain old bread here now oh well yes")
    ]
    found = words.Stream(chat(rows))
    number = {w: i for i, w in enumerate(found.words)}
    spread_of = words.dispersion(found.subject, [(number["kumquat"],)])
    sessions, dp, places = spread_of[number["kumquat"],]
    # 16 words in sessions of 2, 2, 2, 2 and 8: DP = (4 * |2/16 - 1/4| + 8/16) / 2 = 0.5, over 1 - 2/16
    assert (sessions, dp, places) == (4, round(0.5 / 0.875, 4), [0, 1, 2, 3])
    assert words.log_odds(10, 100, 10, 100, 5.0, 50) == 0
    assert words.log_odds(10, 100, 0, 100, 5.0, 50) > 0 > words.log_odds(0, 100, 10, 100, 5.0, 50)


def test_a_phrase_swallows_its_words() -> None:
    phrase, a, b, counts = (1, 2), (1,), (2,), {1: 11, 2: 40}
    assert words.without_parts({phrase: (10, 5.0), a: (11, 5.0), b: (40, 6.0)}, counts) == {
        phrase: (10, 5.0),
        b: (40, 6.0),
    }
    assert words.without_parts({phrase: (6, 5.0), a: (11, 5.0)}, counts) == {a: (11, 5.0)}


def test_the_background_is_the_shipped_stories() -> None:
    found = tokens.background()
    assert found["the"] > found["bus"] > 0


XIAO = (Speaker("a", "周远", ("周远",), True), Speaker("b", "林小雨", ("林小雨",)))


@pytest.mark.parametrize(
    ("people", "lines", "calls"),
    [
        ((ANNA, BEN), ["morning Anna", "Anna, listen", "you know that, Anna"], ("Anna", 3)),
        ((ANNA, BEN), ["night captain", "hey captain", "thanks, captain"], ("captain", 3)),
        ((ANNA, BEN), ["night annie", "come on annie", "where are you annie", "ok annie", "bye annie"], ("annie", 5)),
        (XIAO, ["周师傅快来", "周师傅", "谢谢周师傅"], ("周师傅", 3)),
        (XIAO, ["远远你在吗", "远远～", "好的远远"], ("远远", 3)),
        (XIAO, ["宝宝～", "宝宝你看", "想你啦，宝宝"], ("宝宝", 3)),
    ],
)
def test_what_they_call_each_other(people: tuple[Speaker, Speaker], lines: list[str], calls: tuple[str, int]) -> None:
    rows = [("b", i * DAY, text) for i, text in enumerate(lines)] + [
        ("a", 20 * DAY + i, "on the way") for i in range(30)
    ]
    found = measured(names, chat(rows, people=people))["words.names"].value
    assert [(r["by"], r["form"], r["count"]) for r in found] == [("b", *calls)]


@pytest.mark.parametrize(
    "lines",
    [
        ["the baby is asleep", "a baby cries", "that baby again", "my baby photos"],
        ["宝宝的车", "给宝宝买奶粉", "带宝宝去医院", "两个宝宝的妈妈"],
        ["Ben here", "it's Ben", "Ben speaking"],
        ["noted", "noted, thanks", "ok, noted", "noted.", "well, noted", "right, noted"],
        ["hey all", "hi there", "thanks so", "night all", "hi all"],
    ],
)
def test_nobody_is_called(lines: list[str]) -> None:
    rows = [("b", i * DAY, text) for i, text in enumerate(lines)] + [
        ("a", 20 * DAY + i, "on the way") for i in range(30)
    ]
    assert measured(names, chat(rows))["words.names"].value == []


def test_names_are_not_sought_in_a_group() -> None:
    rows = [("b", i * DAY, "hey Anna") for i in range(40)]
    assert measured(names, chat(rows, direct=False))["words.names"].value is None


def test_who_writes_when() -> None:
    rows: list[Row] = []
    for day in range(40):
        start = day * DAY + 8 * 3600
        first, second = ("b", "a") if day % 4 else ("a", "b")
        rows += [(first, start, "morning"), (second, start + 125, "hello to you"), (first, start + 185, "see you")]
        rows += [(first, start + 185 + 7200, "still there?")]
    found = measured(rhythm, chat(rows))
    assert found["rhythm.starts"].value == {"subject_share": 0.75, "count": 30}
    assert found["rhythm.ends"].value == {"subject_share": 0.75, "count": 30}
    assert found["rhythm.starts.owner"].value == {"subject_share": 0.25, "count": 10}
    assert found["rhythm.starts"].interval == wilson(30, 40)
    # Ben answers 125 s after Anna's ten openings, and 60 s after her thirty answers
    assert found["rhythm.reply"].n == 40
    assert found["rhythm.reply"].value["median"] == 60
    assert found["rhythm.reply"].value["parts"] == [{"from": 6, "to": 12, "median": 60.0, "n": 40}]
    assert found["rhythm.double"].value == {"share": round(30 / 70, 4), "count": 30}
    assert found["rhythm.hours"].value["counts"][8] == 70
    assert found["rhythm.hours"].value["peak"] == 8
    assert [(r["form"], r["count"]) for r in found["rhythm.openings"].value] == [("morning", 30)]
    assert [(r["form"], r["count"]) for r in found["rhythm.closings"].value] == [("there", 30)]


def test_hours_are_those_of_the_writers_clock() -> None:
    late = tuple(Utterance(f"u{i}", "b", i * DAY + 22 * 3600, "hi", 0, 480) for i in range(40))
    found = measured(rhythm, Conversation("c", "t", True, "a", "b", (ANNA, BEN), late))
    assert found["rhythm.hours"].value["peak"] == 6


def test_a_clock_without_seconds_measures_no_gaps() -> None:
    rows = [("ab"[i % 4 == 0], i * 60, "x") for i in range(400)]
    found = measured(rhythm, chat(rows))
    assert found["rhythm.gap.owner"].value is None
    assert found["rhythm.reply"].value["minutes_only"] is True
    rows = [(who, at + 7 * i % 60, text) for i, (who, at, text) in enumerate(rows)]
    assert measured(rhythm, chat(sorted(rows, key=lambda r: r[1])))["rhythm.gap.owner"].enough


TEXTS = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.integers(0, 40 * DAY), st.one_of(st.text(max_size=30), st.sampled_from(FILLER))
    ),
    max_size=60,
)


@given(TEXTS)
def test_any_chat_can_be_measured_and_twice_alike(rows: list[Row]) -> None:
    conversation = chat(sorted(rows, key=lambda r: r[1]))
    first = measure_all(conversation)
    assert first == measure_all(conversation)
    ids = {u.id for u in conversation.utterances}
    for m in first:
        assert ids.issuperset(m.support), m.name
        assert len(m.support) <= 12, m.name
        assert m.value is None or m.n >= m.minimum, m.name
        if m.interval is not None:
            assert m.interval[0] <= m.interval[1]


def test_every_measure_says_where_it_comes_from() -> None:
    rows = spread("absolute marmalade", 20, 40)
    found = measure_all(chat(rows))
    assert {"voice", "words", "names", "rhythm", "episodes", "phases", "calendar", "places"} <= families().keys()
    assert all(m.source and m.unit for m in found)
    assert len({m.name for m in found}) == len(found)
