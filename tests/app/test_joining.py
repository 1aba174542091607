"""Two names that turn out to be one person, and names that were mixed up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from afterword import Workspace
from afterword.errors import BadInput, ChoiceNeeded, NotFound


def chat(who: str, day: int, n: int = 20) -> str:
    return "".join(f"{day}/03/2023, 10:{i:02} - {('Ann Ash', who)[i % 2]}: line {i} of the {day}th\n" for i in range(n))


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    out = []
    for who, day in (("Bob Birch", 17), ("bobby", 18), ("B.", 19)):
        path = tmp_path / f"{who}.txt"
        path.write_text(chat(who, day), encoding="utf-8")
        out.append(path)
    return out


def test_names_given_later_join_what_was_imported(w: Workspace, files: list[Path]) -> None:
    w.import_files(files, me="Ann Ash")
    assert {p["name"] for p in w.people()} == {"Ann Ash", "Bob Birch", "bobby", "B."}
    made = w.create(files, name="Bob", me="Ann Ash", subject=["Bob Birch", "bobby", "B."])
    assert {p["name"]: p["messages"] for p in w.people()} == {"Ann Ash": 30, "Bob Birch": 30}
    assert made["coverage"]["by_subject"] == 30
    assert sum(s["new"] for s in w.import_files(files, me="Ann Ash")["sources"]) == 0
    w.let_go("bob", "Bob")
    assert w.people() == []
    assert list(w.export()) == []


def test_a_persona_can_be_made_of_what_lies_in_the_vault(w: Workspace, files: list[Path]) -> None:
    w.import_files(files, me="Ann Ash")
    made = w.create(name="bobby", me="Ann Ash")
    assert made["coverage"]["by_subject"] == 10
    more = w.create(name="Bob", me="Ann Ash", subject=["bobby", "Bob Birch"])
    assert more["coverage"]["by_subject"] == 20
    assert {p["name"] for p in w.people()} == {"Ann Ash", "bobby", "B."}


def test_the_overlap_of_two_joined_chats_is_one(w: Workspace, files: list[Path], tmp_path: Path) -> None:
    twin = tmp_path / "twin.txt"
    twin.write_text(chat("bobby", 17), encoding="utf-8")
    w.import_files([files[0], twin], me="Ann Ash")
    w.create([files[0]], name="Bob", me="Ann Ash", subject=["Bob Birch", "bobby"])
    assert {p["name"]: p["messages"] for p in w.people()} == {"Ann Ash": 10, "Bob Birch": 10}


def test_a_mix_up_of_the_two_is_asked_about(w: Workspace, files: list[Path]) -> None:
    with pytest.raises(ChoiceNeeded) as e:
        w.create(files[:1], name="Bob Birch", me="Bob Birch", subject="Ann Ash")
    assert e.value.code == "people.swapped"
    assert w.people() == []


def test_somebody_without_a_persona_can_be_let_go(w: Workspace, files: list[Path], tmp_path: Path) -> None:
    group = tmp_path / "group.txt"
    lines = [f"20/03/2023, 10:{i:02} - {('Ann Ash', 'bobby', 'Cleo')[i % 3]}: group {i}\n" for i in range(9)]
    group.write_text("".join(lines), encoding="utf-8")
    w.import_files([*files, group], me="Ann Ash")
    plan = w.let_go_plan("bobby")
    assert (plan["person"], plan["utterances"], plan["groups"], plan["copies"]) == ("bobby", 20, 3, [])
    with pytest.raises(BadInput):
        w.let_go("bobby", "somebody")
    receipt = w.let_go("bobby", "bobby")
    assert (receipt["utterances"], receipt["group_lines"]) == (20, 3)
    assert {p["name"] for p in w.people()} == {"Ann Ash", "Bob Birch", "B.", "Cleo"}
    receipt = w.let_go("Cleo", "Cleo")
    assert (receipt["utterances"], receipt["group_lines"]) == (0, 3)
    with pytest.raises(NotFound):
        w.let_go_plan("Ann Ash")


def test_a_crisis_in_what_is_told_shows_whom_to_call(w: Workspace, files: list[Path]) -> None:
    made = w.create(files[:1], name="Bob", me="Ann Ash", subject="Bob Birch", about="he left and I want to die")
    assert "988" in made["help"]
    assert w.create(files[:1], name="Bob", me="Ann Ash", subject="Bob Birch", about="two good years")["help"] == ""
