"""Recall: what was written is found with its words and dates; what was not is said to be absent, never made up.

One small bilingual chat, so that each question's answer can be read off the lines below.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from afterword import Workspace
from afterword.app.talking import VaultRecords
from afterword.memory.query import terms_of

START = datetime(2023, 3, 17, 9, 0)
TALKS = [
    [("Bea", "the lighthouse was closed again"), ("Ned", "we plan to go in may"), ("Bea", "bring the thermos")],
    [("Ned", "灯塔下的石榴树开花了"), ("Bea", "拍给我看"), ("Ned", "那只鹅又追我")],
    [("Bea", "your mother's dumplings froze on the balcony"), ("Ned", "萝卜糕也冻住了"), ("Bea", "哈哈哈")],
    [("Ned", "the kiln cracked my green bowl"), ("Bea", "no!! the green one?"), ("Ned", "yes, in two")],
    [("Bea", "fixed the bicycle bell"), ("Ned", "ring it when you pass the bakery"), ("Bea", "看心情")],
    [("Ned", "昨晚没睡"), ("Bea", "因为打雷？"), ("Ned", "因为楼上搬家 🙃")],
]
"""Every talk stands twelve days after the one before, between lines of everyday talk."""
FILL = [
    ("Bea", "are you home"),
    ("Ned", "on my way"),
    ("Bea", "吃了吗"),
    ("Ned", "吃了"),
    ("Bea", "ok"),
    ("Ned", "night"),
]


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("recall")
    rows = []
    for i, talk in enumerate(TALKS):
        for day, said in ((0, talk), (4, FILL), (8, FILL)):
            at = START + timedelta(days=12 * i + day)
            rows += [(at + timedelta(minutes=m), who, text) for m, (who, text) in enumerate(said)]
    chat = folder / "chat.txt"
    chat.write_text("".join(f"{at:%d/%m/%Y, %H:%M} - {who}: {text}\n" for at, who, text in rows), encoding="utf-8")
    with Workspace(folder / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as opened:
        opened.create([chat], name="Ned", me="Bea", subject="Ned", about="We met at the pottery, under a leaking roof.")
        opened.remember("他送过我一盏煤油灯", kind="memory")
        opened.correct("Ned would never say zeppelin", words="zeppelin")
        yield opened


def first_texts(w: Workspace, question: str) -> list[str]:
    found = w.recall(question)
    assert found["label"] == "known", question
    return [u["text"] for u in found["hits"][0]["utterances"]]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("lighthouse", "the lighthouse was closed again"),
        ("what did we say about the lighthouse?", "the lighthouse was closed again"),
        ("Dumplings on the BALCONY", "your mother's dumplings froze on the balcony"),
        ("the dumpling", "your mother's dumplings froze on the balcony"),
        ("was the bowl green", "the kiln cracked my green bowl"),
        ("bicycles", "fixed the bicycle bell"),
        ("鹅", "那只鹅又追我"),
        ("灯塔", "灯塔下的石榴树开花了"),
        ("石榴树", "灯塔下的石榴树开花了"),
        ("萝卜糕冻住", "萝卜糕也冻住了"),
        ("你还记得石榴树开花吗", "灯塔下的石榴树开花了"),
        ("打雷的时候", "因为打雷？"),
    ],
)
def test_what_was_written_is_found(w: Workspace, question: str, line: str) -> None:
    assert line in first_texts(w, question)


@pytest.mark.parametrize("line", ["灯塔下的石榴树开花了", "萝卜糕也冻住了", "昨晚没睡"])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_any_run_of_chinese_is_known_wherever_it_is_cut(w: Workspace, line: str, size: int) -> None:
    for start in range(len(line) - size + 1):
        part = line[start : start + size]
        found = w.recall(part, k=20)
        assert found["label"] == "known", part
        assert any(part in u["text"] for hit in found["hits"] for u in hit["utterances"]), part


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("March 2023", "2023-03"),
        ("2023年4月", "2023-04"),
        ("2023-04-22", "2023-04-22"),
        ("22 April 2023", "2023-04-22"),
    ],
)
def test_a_day_or_month_is_known(w: Workspace, question: str, day: str) -> None:
    found = w.recall(question)
    assert found["label"] == "known"
    # a window begins on its day and may reach into the next talk
    assert found["hits"][0]["utterances"][0]["at"].startswith(day)


@pytest.mark.parametrize("question", ["January 2021", "2019年4月", "2023-11-02"])
def test_a_day_without_words_is_not_known(w: Workspace, question: str) -> None:
    assert w.recall(question)["label"] == "not-in-records"


@pytest.mark.parametrize(
    "question",
    [
        "submarine",
        "潜水艇",
        "南极",
        "plant",  # "plan" is there
        "lighthouse keeper helicopter licence",
        "石榴树旁边的直升机执照",
        "bring the planetarium",
        "the green plantation",
        "zeppelin",  # only a correction speaks of it
    ],
)
def test_what_was_not_written_is_not_known(w: Workspace, question: str) -> None:
    assert w.recall(question)["label"] == "not-in-records", question


ABSENT = ["volcano", "trombone", "passport", "plantain", "kilnworks", "火山口", "长号手", "护照夹"]
PRESENT = ["lighthouse", "thermos", "kiln", "balcony", "石榴树", "灯塔", "打雷"]
"""One word each, also once cut: of a question of two known words and an unknown one, the larger part is known."""


@given(st.sampled_from(PRESENT), st.lists(st.sampled_from(ABSENT), min_size=1, max_size=3, unique=True), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_one_known_word_does_not_vouch_for_the_rest(
    w: Workspace, present: str, absent: list[str], before: bool
) -> None:
    question = " ".join([present, *absent] if before else [*absent, present])
    found = w.recall(question)
    assert found["label"] == "not-in-records", question
    # what came nearest is still shown, as such
    assert any(terms_of(present)[0] in u["text"] for hit in found["hits"] for u in hit["utterances"])


def test_what_was_told_is_told_and_what_is_in_the_records_comes_first(w: Workspace) -> None:
    told = w.recall("pottery roof")
    assert (told["label"], told["told"]) == ("told-by-you", ["We met at the pottery, under a leaking roof."])
    assert w.recall("煤油灯")["label"] == "told-by-you"
    assert w.recall("送过我什么煤油灯")["told"] == ["他送过我一盏煤油灯"]
    assert w.recall("the pottery in antarctica by zeppelin")["label"] == "not-in-records"
    both = w.recall("lighthouse")
    assert (both["label"], both["told"]) == ("known", [])


ANYTHING = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(['"', "NEAR(", "AND", "OR", "NOT", "*", "^", "text:", "(", ")", "-", "灯塔", "kiln", "'"])).map(" ".join),
)  # fmt: skip


@given(ANYTHING)
@example('"kiln')
@example("kiln*")
@example("NEAR(kiln bowl)")
@example("Ned")
@example("Ned Bea")
@example("。。。")
@example("的")
@example("\x00")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_asked_only_real_lines_come_back(w: Workspace, question: str) -> None:
    if not question.strip():
        return
    found = w.recall(question, k=4)
    assert found["label"] in ("known", "inferred", "told-by-you", "not-in-records")
    assert len(found["hits"]) <= 4
    assert [h["score"] for h in found["hits"]] == sorted((h["score"] for h in found["hits"]), reverse=True)
    for hit in found["hits"]:
        assert 0 <= hit["score"] <= 1
        for u in hit["utterances"]:
            assert lines(w)[u["id"]] == (u["text"], u["at"], u["speaker"])


_read: dict[int, dict[str, Any]] = {}


def lines(w: Workspace) -> dict[str, Any]:
    if id(w) not in _read:
        _read[id(w)] = {u["id"]: (u["text"], u["at"], u["speaker"]) for u in map(json.loads, w.export())}
    return _read[id(w)]


def test_the_same_question_has_the_same_answer_and_no_line_twice_over(w: Workspace) -> None:
    one, two = w.recall("are you home lighthouse", k=10), w.recall("are you home lighthouse", k=10)
    assert one == two
    shown = [tuple(u["id"] for u in hit["utterances"]) for hit in one["hits"]]
    for i, hit in enumerate(shown):
        assert not any(len({*hit} & {*other}) > 3 for other in shown[:i])


def test_new_lines_are_found_after_another_import(tmp_path: Path) -> None:
    def chat(n: int) -> str:
        said = ["the swing squeaks", "oil it", "the owl is back", "秋千修好了", "a heron came today", "苍鹭走了"]
        return "".join(f"17/03/2023, 1{i}:00 - {('Bea', 'Ned')[i % 2]}: {said[i]}\n" for i in range(n))

    (tmp_path / "short.txt").write_text(chat(4), encoding="utf-8")
    (tmp_path / "long.txt").write_text(chat(6), encoding="utf-8")
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        w.create([tmp_path / "short.txt"], name="Ned", me="Bea", subject="Ned")
        assert w.recall("秋千")["label"] == "known"
        assert [w.recall(q)["label"] for q in ("heron", "苍鹭")] == ["not-in-records"] * 2
        w.import_files([tmp_path / "long.txt"], me="Bea")
        assert [w.recall(q)["label"] for q in ("heron", "苍鹭", "swing")] == ["known"] * 3


def test_a_question_is_cut_into_the_words_that_carry_it() -> None:
    assert terms_of("What did Ned say about the green bowl?", ["Ned"]) == ["green", "bowl"]
    assert terms_of("你还记得石榴树吗") == ["石榴树"]
    assert terms_of("what about it") == ["what", "about", "it"]
    assert terms_of("Ann Ash", ["Ann Ash"]) == []
    assert terms_of("kiln kiln KILN") == ["kiln"]


MANY = {"en": "what did we eat together", "zh": "我们一起吃过什么"}


def test_after_three_passages_come_single_lines(told_story: tuple[Workspace, Any]) -> None:
    """A passage is what stands in the chat line after line; of single lines each stands once, and in no passage."""
    w, story = told_story
    order = {u["id"]: i for i, u in enumerate(map(json.loads, w.export()))}
    hits = w.recall(MANY[story.lang], k=8)["hits"]
    assert [h["singly"] for h in hits] == [False] * 3 + [True] * 5
    for h in hits:
        places = [order[u["id"]] for u in h["utterances"]]
        assert len(places) <= 6
        assert places == (sorted(places) if h["singly"] else [*range(places[0], places[0] + len(places))])
    shown = [u["id"] for h in hits for u in h["utterances"]]
    assert len(shown) == len({*shown})
    assert sum(h["matched"] != [] for h in hits[3:]) > 1


def test_in_talk_every_hit_is_one_place(told_story: tuple[Workspace, Any]) -> None:
    w, story = told_story
    records = VaultRecords(*w.personas.profile(None))
    hits = records.recall(MANY[story.lang], 8).hits
    assert (len(hits), [h for h in hits if h.singly]) == (8, [])
