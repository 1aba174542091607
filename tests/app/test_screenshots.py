"""Pictures of chats: nothing is kept before a person has seen what was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword import Workspace
from afterword.errors import ChoiceNeeded
from afterword.importers import Options, importers
from afterword.importers.screenshot import Box, bubbles, heading, moment, side, sides

SHOT = Path(__file__).resolve().parents[1] / "importers" / "screenshot" / "two_sides" / "input.png"


def test_lines_are_shown_before_they_are_kept(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        with pytest.raises(ChoiceNeeded) as e:
            w.import_files([SHOT], importer="screenshot")
        assert e.value.code == "import.confirm"
        assert [(line["side"], line["text"]) for line in e.value.details["lines"]] == [  # type: ignore[attr-defined]
            ("Bob Birch", "are the snails asleep"),
            ("me", "they are. one of them\nis pretending"),
            ("Bob Birch", "which one"),
            ("me", "you know which"),
        ]
        assert w.people() == []
        done = w.import_files([SHOT], importer="screenshot", options=Options(confirmed=True))
        assert [s["messages"] for s in done["sources"]] == [4]
        assert {p["name"]: (p["role"], p["messages"]) for p in w.people()} == {
            "me": ("me", 2),
            "Bob Birch": ("direct", 2),
        }
        assert [
            s["new"] for s in w.import_files([SHOT], importer="screenshot", options=Options(confirmed=True))["sources"]
        ] == [0]


def test_a_picture_is_a_photo_until_it_is_said_to_be_a_screenshot() -> None:
    assert importers()["screenshot"].sniff(SHOT.read_bytes()[:65536], SHOT.name) is None
    assert importers()["photo"].sniff(SHOT.read_bytes()[:65536], SHOT.name)


def box(left: float, top: float, right: float, text: str = "words", height: float = 36) -> Box:
    return Box(left, top, right, top + height, text, 0.99)


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ([box(110, 400, 300)], "left"),
        ([box(420, 400, 640)], "right"),
        ([box(110, 400, 640)], "left"),
        ([box(300, 400, 450)], "middle"),
        ([box(320, 400, 640), box(320, 442, 480)], "right"),
        ([box(300, 40, 450)], "frame"),
        ([box(40, 1290, 300)], "frame"),
    ],
)
def test_the_side_of_a_bubble(lines: list[Box], where: str) -> None:
    assert side(lines, 750, 1334) == where


def test_a_bubble_as_wide_as_the_screen_has_the_colour_of_its_side() -> None:
    green, white = (149, 236, 105), (255, 255, 255)
    groups = [
        [box(110, 400, 300)._replace(paper=white)],
        [box(420, 500, 640)._replace(paper=green)],
        [box(112, 600, 640)._replace(paper=(150, 235, 104))],
        [box(110, 700, 642)._replace(paper=white)],
    ]
    assert sides(groups, 750, 1334) == ["left", "right", "right", "left"]


def test_lines_of_one_bubble_and_of_two() -> None:
    lines = [box(110, 400, 500), box(110, 442, 300), box(110, 540, 300), box(420, 600, 640)]
    assert [len(b) for b in bubbles(lines, 750, 1334)] == [2, 1, 1]


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("2023年5月20日 晚上9:05", "2023-05-20T21:05:00"),
        ("2023-05-20 21:30", "2023-05-20T21:30:00"),
        ("2023/5/20 12:10 AM", "2023-05-20T00:10:00"),
        ("昨天 21:30", ""),
        ("Yesterday 21:30", ""),
        ("2023年5月20日", ""),
        ("2023-13-40 99:99", ""),
    ],
)
def test_a_time_dates_only_when_it_is_whole(words: str, at: str) -> None:
    assert moment(words) == at


def test_the_name_in_the_bar() -> None:
    bar = [box(30, 10, 90, "9:41", 24), box(20, 70, 60, "<", 30), box(300, 70, 450, "林小雨(3)", 36)]
    assert heading(bar, 750, 1334) == "林小雨"
