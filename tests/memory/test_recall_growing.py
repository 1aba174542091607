"""Recall grows with the records, knows times, people and words alike. One invented chat; answers can be read off its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import product
from pathlib import Path

import pytest

from afterword import Workspace
from afterword.memory import ensure_index, recall
from afterword.memory.asked import alike, asked
from afterword.memory.query import root
from afterword.memory.when import when
from afterword.store import blocks

FIRST, LAST, TODAY = date(2021, 3, 1), date(2024, 5, 1), date(2024, 6, 1)


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("what did we do on 28 August, 2023", date(2023, 8, 28), date(2023, 8, 28)),
        ("in January 2024", date(2024, 1, 1), date(2024, 1, 31)),
        ("the trip last spring", date(2024, 3, 1), date(2024, 5, 31)),
        ("two weeks ago", date(2024, 5, 15), date(2024, 5, 21)),
        ("去年夏天", date(2023, 6, 1), date(2023, 8, 31)),
        ("2022年国庆去了哪里", date(2022, 9, 28), date(2022, 10, 8)),
        ("2023年春节", date(2023, 1, 19), date(2023, 2, 6)),
        ("那年十月三号", date(2022, 10, 3), date(2022, 10, 3)),
        ("where were we on 14/11/2022", date(2022, 11, 14), date(2022, 11, 14)),
        ("14.11.22 的晚饭", date(2022, 11, 14), date(2022, 11, 14)),
        ("on 3/4/2023", date(2023, 4, 3), date(2023, 4, 3)),
        ("on 3/4/2023", date(2023, 3, 4), date(2023, 3, 4)),
    ],
)
def test_a_time_in_a_question_is_read(question: str, start: date, end: date) -> None:
    days = when(question, FIRST, LAST, TODAY).days
    assert any(abs((a - start).days) <= 1 and abs((z - end).days) <= 1 for a, z in days), days


@pytest.mark.parametrize(
    "question", ["may I come", "what may happen", "spring the lock", "一起走", "call 1.2.22.4", "half of 3/4"]
)
def test_words_that_are_no_time_stay_words(question: str) -> None:
    assert when(question, FIRST, LAST, TODAY).days == ()


@pytest.mark.parametrize(("one", "other"), [("hikes", "hiking"), ("dumpling", "dumplings"), ("stories", "story")])
def test_endings_do_not_part_words(one: str, other: str) -> None:
    assert root(one) == root(other)


@pytest.mark.parametrize(
    ("word", "like"), [("pets", "dog"), ("instrument", "guitar"), ("宠物", "猫"), ("吵架", "对不起")]
)
def test_a_kind_is_found_by_what_it_is_a_kind_of(word: str, like: str) -> None:
    assert like in dict(alike(word))


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("what did I say about the kiln", "me"),
        ("what did she tell me", "her"),
        ("what did we plan", ""),
        ("what does Ned collect", "her"),
        ("我说过什么", "me"),
        ("她跟我说过什么", "her"),
    ],
)
def test_whose_words_are_asked_for(question: str, of: str) -> None:
    found = asked(question, {"me": ["Bea"], "her": ["Ned"]}, "me", "her", when(question, FIRST, LAST, TODAY))
    assert found.of == of


def chat(days: Sequence[int]) -> str:
    """Six lines on each day, their words made of its number."""
    out = []
    for d in days:
        for i in range(8):
            at = datetime(2022, 1 + d // 15, 13 + d % 15, 9, i)
            out.append(f"{at:%d/%m/%Y, %H:%M} - {('Bea', 'Ned')[i % 2]}: day{d}word{i} 第{d}天\n")
    return "".join(out)


@pytest.fixture
def grown(tmp_path: Path) -> Iterator[tuple[Workspace, Path]]:
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        (tmp_path / "a.txt").write_text(chat(range(10, 20)), encoding="utf-8")
        w.create([tmp_path / "a.txt"], name="Ned", me="Bea", subject="Ned")
        w.recall("day10word1")
        yield w, tmp_path


@pytest.mark.parametrize("more", [[20, 21], [0, 1], [10, 30], list(range(30))])
def test_what_comes_later_or_came_before_is_added_and_nothing_twice(
    grown: tuple[Workspace, Path], more: list[int]
) -> None:
    w, folder = grown
    (folder / "b.txt").write_text(chat(more), encoding="utf-8")
    w.import_files([folder / "b.txt"], me="Bea")
    for d in {*more, 10, 19}:
        found = w.recall(f"day{d}word3")
        assert found["label"] == "known"
        assert f"day{d}word3" in " ".join(u["text"] for u in found["hits"][0]["utterances"])
    _, library = w.personas.profile(None)
    rows = [r for (part,) in library.shelf.db.execute("SELECT rows FROM block") for r in part.split(",")]
    spoken = library.shelf.db.execute("SELECT count(*) FROM utterance WHERE text != '' AND kind != 12").fetchone()[0]
    assert len(rows) == len(set(rows)) == spoken
    assert max(part.count(",") for (part,) in library.shelf.db.execute("SELECT rows FROM block")) < blocks.SIZE


@pytest.mark.parametrize("more", [[5, 14], [0, 25], [12, 40], [3, 11, 13, 30]])
def test_what_is_read_around_a_block_stands_next_to_it(grown: tuple[Workspace, Path], more: list[int]) -> None:
    """Lines added before, between and after others; whichever blocks are asked for, no run leaves a line out."""
    w, folder = grown
    for part in (more[:2], more[2:]):
        if part:
            (folder / f"{part[0]}.txt").write_text(
                chat([d + 100 * (d in range(10, 20)) for d in part]), encoding="utf-8"
            )
            w.import_files([folder / f"{part[0]}.txt"], me="Bea")
            w.recall("day10word1")
    _, library = w.personas.profile(None)
    order = [r for (r,) in library.shelf.db.execute("SELECT row FROM utterance WHERE kind != 12 ORDER BY at, row")]
    own = dict(library.shelf.db.execute("SELECT id, rows FROM block"))
    for step, wide in product((1, 2, 3, 5), (0, 2, 99)):
        ids = sorted(own)[::step]
        runs = [[line.row for line in run] for run in blocks.stretches(library.shelf, ids, wide)]
        for run in runs:
            begin = order.index(run[0])
            assert run == order[begin : begin + len(run)]
        read = [r for run in runs for r in run]
        assert len(read) == len(set(read))
        for id in ids[:wide]:
            rows = [int(r) for r in own[id].split(",")]
            begin, end = order.index(rows[0]), order.index(rows[-1]) + 1
            assert {*order[max(0, begin - blocks.AROUND) : end + blocks.AROUND]} <= {*read}


def test_later_lines_leave_the_earlier_blocks_alone(grown: tuple[Workspace, Path]) -> None:
    w, folder = grown
    _, library = w.personas.profile(None)
    before = dict(library.shelf.db.execute("SELECT id, rows FROM block ORDER BY id"))
    (folder / "b.txt").write_text(chat([40, 41]), encoding="utf-8")
    w.import_files([folder / "b.txt"], me="Bea")
    _, library = w.personas.profile(None)
    assert ensure_index(library.shelf)
    assert not ensure_index(library.shelf)
    after = dict(library.shelf.db.execute("SELECT id, rows FROM block"))
    assert {i: r for i, r in after.items() if i in before and after[i] == before[i]} == dict(list(before.items())[:-1])
    assert len(after) > len(before)


def test_a_hit_is_six_lines_of_one_place(grown: tuple[Workspace, Path]) -> None:
    w, _ = grown
    times = [u["at"] for hit in w.recall("第12天", k=20)["hits"] for u in hit["utterances"]]
    assert len(times) == len(set(times))
    assert all(1 <= len(hit["utterances"]) <= 6 for hit in w.recall("第12天", k=20)["hits"])


def test_an_embedder_moves_what_it_finds_alike_to_the_front(grown: tuple[Workspace, Path]) -> None:
    w, _ = grown
    _, library = w.personas.profile(None)

    def opinion(texts: Sequence[str]) -> list[list[float]]:
        return [[1.0, 0.0] if i == 0 or "day17word" in t else [0.0, 1.0] for i, t in enumerate(texts)]

    found = recall(library.shelf, "第", 3, fetch=library.fetch, people=library.called(), embedder=opinion)
    assert "day17word" in found.hits[0].utterances[0].text + found.hits[0].utterances[-1].text
