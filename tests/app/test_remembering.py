"""Events, scenes, facts and told memories through the Workspace; the calendar file and the page of days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from afterword import Workspace
from afterword.app import lived
from afterword.app.demo import stories
from afterword.errors import BadInput, NotFound


@pytest.fixture(scope="module", params=["en", "zh"])
def own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace that may be written to, with a shipped story in it."""
    story = stories()[request.param]
    home = tmp_path_factory.mktemp(f"own-{story.lang}") / "vault"
    with Workspace(home, passphrase="a made up passphrase", zone=story.zone, lang=story.lang) as w:
        w.create([story.file], name=story.subject, me=story.me, subject=story.subject)
        yield w


TRIP = {"en": ("Arran", "2023-05-29", "In May 2023 we went to Arran", "In March 2023 we were in Arran", "last summer in Arran"),
        "zh": ("莫干山", "2023-05-27", "2023年5月我们去了莫干山", "2023年8月我们在莫干山", "去年夏天在莫干山")}  # fmt: skip


def test_told_memories_are_placed_marked_and_held_against_the_records(own: Workspace) -> None:
    place, day, right, wrong, unclear = TRIP[own.lang]
    verdicts = {text: own.remember(text)["placed"] for text in (right, wrong, unclear)}
    assert [v["check"]["verdict"] for v in verdicts.values()] == ["agrees", "contradicts", "unclear"]
    assert day in verdicts[wrong]["check"]["said"]
    _, library = own.personas.profile(None)
    assert all(library.find(i) for v in verdicts.values() for i in v["check"]["ids"])
    told = {i["text"]: i for i in own.timeline() if i["type"] == "told"}
    assert {t: (i["day"][:7], i["place"]) for t, i in told.items()} == {
        right: ("2023-05", place), wrong: (verdicts[wrong]["day"][:7], place), unclear: ("", ""),
    }  # fmt: skip


def test_the_line_of_time_keeps_talks_and_holds_events_in_order(own: Workspace) -> None:
    items = own.timeline()
    assert {i["type"] for i in items} >= {"talk", "event"}
    dated = [i["day"] for i in items if i["day"]]
    assert dated == sorted(dated)


def test_episodes_are_narrowed_by_kind_time_and_grain(own: Workspace) -> None:
    everything = own.episodes()["episodes"]
    assert {e["grain"] for e in everything} == {"thread", "session"}
    assert {e["grain"] for e in own.episodes(grain="exchange")["episodes"]} == {"exchange"}
    assert all("everyday" not in e["kinds"] and e["title"] and e["ids"] for e in everything)
    early = own.episodes(since="2023-03", until="2023-06")["episodes"]
    assert 0 < len(early) < len(everything)
    assert all(e["end"] >= "2023-03" and e["start"] < "2023-07" for e in early)
    assert all(e["kinds"] == ["everyday"] for e in own.episodes(kind="everyday")["episodes"])
    assert {e["grain"] for e in own.episodes(kind="trip", grain="thread")["episodes"]} == {"thread"}
    for bad in ({"kind": "quarrel"}, {"grain": "year"}):
        with pytest.raises(BadInput):
            own.episodes(**bad)


def test_what_was_lived_is_made_once_for_the_same_records(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = own.episodes()

    def again(*_: Any) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(lived, "live", again)
    assert own.episodes() == before


def test_the_calendar_file_opens_and_returns_what_returns(own: Workspace, tmp_path: Path) -> None:
    made = own.calendar_file(out=tmp_path / "days.ics")
    events = Calendar.from_ical((tmp_path / "days.ics").read_bytes()).walk("VEVENT")
    yearly = [e for e in events if e.get("rrule")]
    assert (len(events), len(yearly)) == (made["events"], made["yearly"])
    assert len({str(e["uid"]) for e in events}) == len(events)
    birthday = "Maya Okafor's birthday" if own.lang == "en" else "林小雨的生日"
    (one,) = [e for e in yearly if str(e["summary"]) == birthday]
    assert one["rrule"]["FREQ"] == ["YEARLY"]


def test_the_page_of_days_stands_alone_and_is_closed_to_others(own: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "days.html"
    made = own.days_page(out=out)
    text = out.read_text(encoding="utf-8")
    assert out.stat().st_mode & 0o077 == 0
    assert text.count("<rect") >= 365 * 2
    assert text.count('stroke-width="2"') > 20
    assert made["events"] == text.count("<li>")
    assert "http://" not in text.replace("http-equiv", "")
    assert "<script" not in text


def test_facts_have_their_words(told_story: tuple[Workspace, Any]) -> None:
    w, story = told_story
    found = w.facts()["facts"]
    assert [(f["who"], f["value"]) for f in found if f["slot"] in ("teaches", "works-as")][0][0] == story.me
    assert all(f["ids"] and f["words"] and f["value"] in f["line"] for f in found)


def test_a_persona_that_was_only_told_has_no_events(tmp_path: Path) -> None:
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="Europe/London", lang="en") as w:
        w.create(name="Bob", about="We met at the snail market.", traits="patient")
        assert w.remember("In March 2021 we sailed")["placed"]["day"] == "2021-03-01"
        assert [i["type"] for i in w.timeline()] == ["told"]
        assert (w.episodes()["episodes"], w.facts()["facts"]) == ([], [])


def test_everything_that_is_shown_opens_to_its_words(told_story: tuple[Workspace, Any]) -> None:
    w, _ = told_story
    events = [x for x in w.timeline() if x["type"] == "event"]
    shown = {
        "events": {e["id"]: e["ids"] for e in events},
        "episodes": {e["id"]: e["ids"] for e in w.episodes()["episodes"]},
        "facts": {f["id"]: f["ids"] for f in w.facts()["facts"]},
    }
    assert all(shown.values())
    assert len(shown["events"]) == len(events)
    lines = set[str]()
    for topic, rows in shown.items():
        for id, ids in rows.items():
            proof = w.why(id)
            assert (proof["id"], proof["topic"]) == (id, topic)
            assert [q["utterance"] for q in proof["quotes"]] == list(ids)
            assert all(q["words"] and q["at"] and q["speaker"] for q in proof["quotes"])
            lines |= {*ids}
    one = min(lines)
    (quote,) = w.why(one)["quotes"]
    assert quote["utterance"] == one
    for unknown in ("v1:00000000", "e1:00000000", "f1:00000000", "u1:000000000000000000000000"):
        with pytest.raises(NotFound):
            w.why(unknown)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [("what did we say the week before we broke up", -8, 1), ("分手前一周我们说了什么", -8, 1)],
)
def test_time_is_counted_from_what_happened(
    told_story: tuple[Workspace, Any], question: str, first: int, last: int
) -> None:
    w, _ = told_story
    (day,) = [date.fromisoformat(x["day"]) for x in w.timeline() if x["type"] == "event" and x["kind"] == "break-up"][
        :1
    ]
    found = w.recall(question, k=5)
    days = [date.fromisoformat(u["at"][:10]) for h in found["hits"] for u in h["utterances"]]
    assert days
    near = [first <= (d - day).days <= last for d in days]
    assert sum(near) > len(near) / 2


AGAINST = {
    "en": ("I broke up with her", "Maya came to the words of parting by ferry"),
    "zh": ("分手是我提的", "小雨讨厌猫"),
}


def test_a_told_memory_is_held_against_who_did_it_and_says_what_was_found(own: Workspace) -> None:
    against, other = (own.remember(text)["placed"]["check"] for text in AGAINST[own.lang])
    assert against["verdict"] == "contradicts"
    assert ("2024-02-10" if own.lang == "en" else "2024-08-17") in against["said"]
    assert {"en": other["verdict"] == "silent", "zh": other["verdict"] == "contradicts"}[own.lang]
    _, library = own.personas.profile(None)
    assert all(library.find(i) for i in (*against["ids"], *other["ids"]))
