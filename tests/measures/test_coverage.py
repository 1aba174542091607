"""Between two exports nobody knows who wrote: such a gap is no silence, and the portrait says what it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from afterword import Workspace
from afterword.app.library import covered
from afterword.measures import episodes
from afterword.model import Conversation, Speaker, Utterance
from afterword.profile import story

DAY = 86_400


def test_spans_are_merged_and_one_span_needs_none() -> None:
    assert covered([]) == covered([(5, 900)]) == covered([(5, 900), (800, 1000)]) == ()
    assert covered([(900 * DAY, 950 * DAY), (0, 30 * DAY), (20 * DAY, 60 * DAY)]) == (
        (0, 60 * DAY),
        (900 * DAY, 950 * DAY),
    )


def test_an_export_of_many_small_files_is_one() -> None:
    letters = [(i * 20 * DAY, i * 20 * DAY + 60) for i in range(30)]
    assert covered(letters) == ()
    assert covered([*letters, (2000 * DAY, 2030 * DAY)]) == ((0, 580 * DAY + 60), (2000 * DAY, 2030 * DAY))


def conversation(days: list[int], spans: tuple[tuple[int, int], ...] = ()) -> Conversation:
    said = [Utterance(f"u{d}.{i}", "ab"[i % 2], d * DAY + i * 60, f"line {i}") for d in days for i in range(30)]
    people = (Speaker("a", "Anna", owner=True), Speaker("b", "Ben"))
    return Conversation("c", "t", True, "a", "b", people, tuple(said), spans)


def measured(c: Conversation) -> dict[str, Any]:
    return {m.name: m for m in episodes.measure(c)}


def test_a_gap_between_files_is_no_silence() -> None:
    days = [100, 110, 400, 405, 900]
    whole = measured(conversation(days))
    assert len(whole["story.silences"].value) == whole["story.balance"].value["silences"] == 4
    assert whole["story.unrecorded"].value == []
    ends = ((100 * DAY, 111 * DAY), (400 * DAY, 406 * DAY), (900 * DAY, 901 * DAY))
    parted = measured(conversation(days, ends))
    assert [s["start"][:10] for s in parted["story.silences"].value] == ["1970-04-11", "1971-02-05"]
    assert parted["story.balance"].value["silences"] == 2
    (first, second) = story.drafts(parted["story.unrecorded"], {}, "b")
    assert first.statement["en"] == "No records from 1971-02-10 to 1972-06-19."
    assert second.statement["zh"] == "1970-04-21 到 1971-02-05 没有记录。"


def test_three_gaps_at_most_are_told_and_undated_words_make_none() -> None:
    days = [100, 200, 350, 550, 800]
    parted = measured(conversation(days, tuple((d * DAY, d * DAY + 3600) for d in days)))
    assert [d.key[11:21] for d in story.drafts(parted["story.unrecorded"], {}, "b")] == [
        "1971-07-05", "1970-12-17", "1970-07-20",
    ]  # fmt: skip
    undated = conversation([100, 101])
    first = msgspec.structs.replace(undated.utterances[0], at=0)
    said = msgspec.structs.replace(undated, utterances=(first, *undated.utterances[1:]))
    assert measured(said)["story.silences"].value == []


def test_a_quarrel_at_the_end_of_a_file_has_no_silence_after_it() -> None:
    words = ["You never listen to me", "what is your problem", "leave me alone"]
    c = conversation([100, 102, 500])
    quarrel = [Utterance(f"q{i}", "ab"[i % 2], 102 * DAY + 7200 + i * 60, w) for i, w in enumerate(words)]
    said = tuple(sorted((*c.utterances, *quarrel), key=lambda u: u.at))
    c = msgspec.structs.replace(c, utterances=said, spans=((100 * DAY, 103 * DAY), (500 * DAY, 501 * DAY)))
    m = measured(c)["story.conflicts"]
    assert [row["silence_hours"] for row in m.value] == [None]
    assert [d.statement["en"] for d in story.drafts(m, {}, "b")][1].endswith(": an argument.")


def export(path: Path, days: range, start: datetime) -> Path:
    rows = [
        f"{start + timedelta(days=d, minutes=i):%d/%m/%Y, %H:%M} - {who}: day {d} {who} {i}\n"
        for d in days
        for i, who in enumerate(("Bea", "Ned", "Bea", "Ned"))
    ]
    path.write_text("".join(rows), encoding="utf-8")
    return path


def told(w: Workspace, person: str) -> set[str]:
    profile, _ = w.personas.profile(person)
    return {c.statement["en"] for c in profile.claims}


def test_two_exports_with_a_gap_and_a_third_that_closes_it(tmp_path: Path) -> None:
    start = datetime(2019, 3, 17, 9, 0, tzinfo=UTC)
    early = export(tmp_path / "early.txt", range(0, 20), start)
    late = export(tmp_path / "late.txt", range(400, 430), start)
    both = export(tmp_path / "both.txt", range(10, 410), start)
    kept = [
        r for r in both.read_text(encoding="utf-8").splitlines(True) if r in early.read_text() or r in late.read_text()
    ]
    both.write_text("".join(kept), encoding="utf-8")
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        person = w.create([early, late], name="Ned", me="Bea", subject="Ned")["person"]
        said = told(w, person)
        assert "No records from 2019-04-05 to 2020-04-20." in said
        assert not any("silence" in s.lower() for s in said)
        # brings nothing new, and yet shows that nobody wrote
        w.create([early, late, both], name="Ned", me="Bea", subject="Ned")
        said = told(w, person)
        assert not any(s.startswith("No records") for s in said)
        assert any(s.startswith("A silence of 381 days from 2019-04-05") for s in said)
