"""Weeks that no export covers are unknown: two exports a year apart are two stretches of a chat, not one with a silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.measures import phases
from afterword.model import Conversation, Measurement, Speaker, Utterance
from afterword.profile import story

WEEK = 7 * 86_400
START = int(datetime(2021, 3, 1, 20, tzinfo=UTC).timestamp())  # a Monday
Spans = tuple[tuple[int, int], ...]


def chat(weeks: Sequence[int], each: int = 40, spans: Spans = ()) -> Conversation:
    """`each` lines an evening in each of the weeks, by turns."""
    said = [
        Utterance(f"u{w}.{i}", "ab"[i % 2], START + w * WEEK + i * 90, f"line {i % 7}")
        for w in weeks
        for i in range(each)
    ]
    return Conversation(
        "c", "t", True, "a", "b", (Speaker("a", "Anna", owner=True), Speaker("b", "Ben")), tuple(said), spans
    )


def covered(*runs: range) -> Spans:
    return tuple((START + r.start * WEEK, START + (r.stop - 1) * WEEK + 39 * 90) for r in runs)


def measured(c: Conversation) -> Measurement:
    return next(m for m in phases.measure(c) if m.name == "story.phases")


def labels(m: Measurement) -> list[tuple[str, int, float]]:
    return [(r["label_key"], r["weeks"], r["per_week"]) for r in m.value]


def test_two_exports_a_year_apart() -> None:
    early, late = range(12), range(64, 76)
    weeks = [*early, *late]
    parted = measured(chat(weeks, spans=covered(early, late)))
    assert parted.n == 24
    assert [(r["label_key"], r["start"], r["end"], r["weeks"], r["per_week"]) for r in parted.value] == [
        ("beginning", "2021-03-01", "2021-05-17", 12, 40.0),
        ("unrecorded", "2021-05-18", "2022-05-22", 52, 0.0),
        ("steady", "2022-05-23", "2022-08-08", 12, 40.0),
    ]
    # one file that has both ends: nobody wrote for a year, and that is a phase of the chat
    whole = measured(chat(weeks))
    assert whole.n == 76
    assert labels(whole)[1] == ("quiet", 52, 0.0)
    assert "unrecorded" not in {r["label_key"] for r in whole.value}


def test_the_year_without_records_makes_nothing_busy_or_cold() -> None:
    """The rate of the whole chat is that of its recorded weeks: against 76 weeks every evening would look busy."""
    early, late = range(12), range(64, 76)
    parted = measured(chat([*early, *late], spans=covered(early, late)))
    assert {r["label_key"] for r in parted.value} == {"beginning", "unrecorded", "steady"}
    later = measured(chat([*early, *late, *range(76, 88)], spans=covered(early, range(64, 88))))
    assert [r["label_key"] for r in later.value] == ["beginning", "unrecorded", "steady"]


def test_quiet_weeks_inside_an_export_stay_quiet() -> None:
    weeks = [*range(12), *range(24, 36), *range(80, 90)]
    got = labels(measured(chat(weeks, spans=covered(range(36), range(80, 90)))))
    assert [x[:2] for x in got] == [
        ("beginning", 12),
        ("quiet", 12),
        ("steady", 12),
        ("unrecorded", 44),
        ("steady", 10),
    ]


def test_a_change_is_found_on_both_sides_of_a_gap() -> None:
    said = chat(range(12), each=60).utterances + chat(range(12, 24), each=10).utterances
    more = chat(range(90, 102), each=10).utterances + chat(range(102, 114), each=60).utterances
    c = chat([0], spans=covered(range(24), range(90, 114)))
    c = Conversation(c.id, c.title, True, "a", "b", c.speakers, said + more, c.spans)
    assert [x[1] for x in labels(measured(c))] == [12, 12, 66, 12, 12]


@pytest.mark.parametrize("offset", [0, 60 * 13, -60 * 11])
def test_weeks_are_the_writers_weeks(offset: int) -> None:
    """A span that ends on a Sunday night far in the east or west neither loses its week nor gains one."""
    c = chat([*range(12), *range(64, 76)], spans=covered(range(12), range(64, 76)))
    moved = tuple(Utterance(u.id, u.speaker, u.at - 60 * offset, u.text, offset=offset) for u in c.utterances)
    spans = tuple((a - 60 * offset, b - 60 * offset) for a, b in c.spans)
    got = measured(Conversation(c.id, c.title, True, "a", "b", c.speakers, moved, spans))
    assert [x[1] for x in labels(got)] == [12, 52, 12]


def test_a_line_outside_every_span_is_recorded_all_the_same() -> None:
    got = measured(chat([*range(12), 30, *range(64, 76)], spans=covered(range(12), range(64, 76))))
    assert got.n == 25
    assert [x[:2] for x in labels(got) if x[0] == "unrecorded"] == [("unrecorded", 18), ("unrecorded", 33)]


def test_eight_recorded_weeks_are_needed_not_eight_weeks_of_calendar() -> None:
    got = measured(chat([0, 1, 2, 64, 65, 66], spans=covered(range(3), range(64, 67))))
    assert (got.n, got.value) == (6, None)


def test_what_is_between_is_said_in_both_languages() -> None:
    got = measured(chat([*range(12), *range(64, 76)], spans=covered(range(12), range(64, 76))))
    said = [d.statement for d in story.drafts(got, {}, "b")]
    assert said[1]["en"] == "2021-05-18 to 2022-05-22: no records."
    assert said[1]["zh"] == "2021-05-18 到 2022-05-22：没有记录。"
    assert not any("about 0 a week" in s["en"] for s in said)


def export(path: Path, start: date, weeks: int) -> Path:
    rows = [
        f"{start + timedelta(weeks=w):%d/%m/%Y}, 20:{i:02d} - {'Ned' if i % 2 else 'Bea'}: line {w} {i}\n"
        for w in range(weeks)
        for i in range(40)
    ]
    path.write_text("".join(rows), encoding="utf-8")
    return path


def test_two_files_of_one_chat(tmp_path: Path) -> None:
    start = date(2021, 3, 1)
    files = [export(tmp_path / "a.txt", start, 12), export(tmp_path / "b.txt", start + timedelta(weeks=64), 12)]
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        made = w.create(files, name="Ned", me="Bea", subject="Ned")
        shown: dict[str, Any] = w.show(made["person"])
        said = [c["statement"] for c in shown["topics"]["phases"]]
        assert [s[:24] for s in said] == [f"{a} to {b}" for a, b in (
            ("2021-03-01", "2021-05-17"), ("2021-05-18", "2022-05-22"), ("2022-05-23", "2022-08-08"),
        )]  # fmt: skip
        assert said[1].endswith(": no records.")
        assert [("40" in s, " 0 " in s) for s in said] == [(True, False), (False, False), (True, False)]
        assert {c["verdict"] for c in shown["topics"]["phases"]} == {"supported"}
