"""What must hold whatever the chat: nothing lost, nothing twice, and the way back is exact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afterword import Workspace
from afterword.model import Utterance, sessions, turns

TEXT = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30)
    .map(lambda t: " ".join(t.split()))
    .filter(bool)
)
ROWS = st.lists(st.tuples(st.sampled_from(["Ann Ash", "林小雨"]), st.integers(0, 90), TEXT), min_size=4, max_size=24)
START = datetime(2023, 3, 17, 9, 0)


def whatsapp(rows: list[tuple[datetime, str, str]]) -> str:
    return "".join(f"{at:%d/%m/%Y, %H:%M} - {who}: {text}\n" for at, who, text in rows)


def memotrace(rows: list[tuple[datetime, str, str]]) -> str:
    return "\n".join(f"{at:%Y-%m-%d %H:%M:%S} {who}\n{text}\n" for at, who, text in rows)


def held(home: Path, files: list[Path]) -> list[tuple[str, str, str]]:
    with Workspace(home, passphrase="a made up passphrase", zone="UTC") as w:
        for file in files:
            w.import_files([file], me="Ann Ash")
        return sorted((u["at"], u["speaker"], u["text"]) for u in map(json.loads, w.export()))


@pytest.mark.parametrize("dress", [whatsapp, memotrace])
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, cut=st.floats(0.3, 0.9))
def test_an_overlapping_export_adds_only_what_is_new(
    dress: Any, rows: list[tuple[str, int, str]], cut: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    at, made = START, [(START, "Ann Ash", "one"), (START, "林小雨", "二")]
    for who, minutes, text in rows:
        at += timedelta(minutes=minutes)
        made.append((at, who, text))
    folder = tmp_path_factory.mktemp("overlap")
    long, short = folder / "long.txt", folder / "chat (1).txt"
    long.write_text(dress(made), encoding="utf-8")
    short.write_text(dress(made[: max(2, int(len(made) * cut))]), encoding="utf-8")
    at_once = held(folder / "a", [long])
    assert len(at_once) == len(made)
    assert held(folder / "b", [short, long]) == at_once
    assert held(folder / "c", [long, short, long]) == at_once


LINES = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 10**6)), max_size=40)


@given(LINES)
def test_turns_and_sessions_keep_every_line_in_order(rows: list[tuple[str, int]]) -> None:
    said = [Utterance(f"u{i}", who, at, "x") for i, (who, at) in enumerate(sorted(rows, key=lambda r: r[1]))]
    assert [u for turn in turns(said) for u in turn.utterances] == said
    assert [u for s in sessions(said) for turn in s.turns for u in turn.utterances] == said
    for s in sessions(said):
        for one, two in zip(s.turns, s.turns[1:], strict=False):
            assert one.speaker != two.speaker
            assert two.start - one.end <= 6 * 3600


def files_of(folder: str) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}


def test_the_way_back_is_exact(tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    rows = [(START + timedelta(minutes=7 * i), ("Ann Ash", "林小雨")[i % 2], f"line {i} 今天") for i in range(80)]
    chat.write_text(whatsapp(rows), encoding="utf-8")
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC") as w:
        made = w.create([chat], name="小雨", me="Ann Ash", subject="林小雨")
        first = files_of(made["skill"])
        w.remember("we fed the swans", kind="memory")
        second = files_of(made["skill"])
        w.correct("ta would not say line", words="line 1 ")
        third = files_of(made["skill"])
        assert (
            len({json.dumps({k: v.hex() for k, v in x.items()}, sort_keys=True) for x in (first, second, third)}) == 3
        )
        assert w.rollback(2)["same_as"] == 2
        assert files_of(made["skill"]) == second
        w.rollback(1)
        assert files_of(made["skill"]) == first
        w.rollback(3)
        assert files_of(made["skill"]) == third
        assert [v["version"] for v in w.versions()] == [1, 2, 3, 4, 5, 6]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("remember"), TEXT), st.tuples(st.just("correct"), TEXT), st.tuples(st.just("back"), st.integers(0, 99))
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, str]]:
    folder = tmp_path_factory.mktemp("back")
    chat = folder / "chat.txt"
    rows = [(START + timedelta(minutes=7 * i), ("Ann Ash", "林小雨")[i % 2], f"line {i} 今天") for i in range(80)]
    chat.write_text(whatsapp(rows), encoding="utf-8")
    with Workspace(folder / "vault", passphrase="a made up passphrase", zone="UTC") as w:
        yield w, w.create([chat], name="小雨", me="Ann Ash", subject="林小雨")["skill"]


def test_any_way_back_is_exact(told: tuple[Workspace, str]) -> None:
    """One vault for all examples: its history only grows, and every version in it stays within reach."""
    w, skill = told
    kept, ids = {1: files_of(skill)}, set[str]()

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS)
    def walk(steps: list[tuple[str, Any]]) -> None:
        for step, value in steps:
            before = len(w.versions())
            if step != "back":
                told_now = w.remember(value) if step == "remember" else w.correct(value, words=value)
                made, id = told_now["version"], told_now["claim"]["id"]
                assert id not in ids
                ids.add(id)
            else:
                wanted = value % before + 1
                made = w.rollback(wanted)["version"]
                assert files_of(skill) == kept[wanted]
            assert made == before + 1 == len(w.versions())
            kept[made] = files_of(skill)

    walk()
    assert len(kept) > 12
    assert w.skill_validate(skill)["ok"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXT, kind=st.sampled_from(["memory", "habit", "anniversary", "place", "conflict", "correct"]))
def test_what_the_user_tells_is_kept_as_told_and_never_in_skill_md(
    told: tuple[Workspace, str], text: str, kind: str
) -> None:
    w, skill = told
    page = Path(skill, "SKILL.md")
    before = page.read_bytes()
    made = w.correct(text) if kind == "correct" else w.remember(text, kind=kind)
    assert (made["claim"]["verdict"], made["claim"]["made_by"]) == ("told-by-user", "user")
    assert made["claim"]["statement"] == text
    assert page.read_bytes() == before
    w.rollback(1)
