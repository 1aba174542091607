"""Photos, posts, dates and contacts beside the chat: kept once, dated by what they say, traceable, and gone with the person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.app import keepsakes
from afterword.app.people import People, account_keys
from afterword.corpus import Clock
from afterword.model import Keepsake

CHAT = "".join(
    f"17/03/2023, {10 + i // 30}:{i % 30:02} - {('Ann Ash', 'Bob Birch')[i % 2]}: line {i} about the snails\n"
    for i in range(60)
)
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:1
SUMMARY:Snail market
DTSTART:20230318T090000Z
DTEND:20230318T110000Z
LOCATION:Old harbour
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Bob's birthday
DTSTART;VALUE=DATE:20230520
RRULE:FREQ=YEARLY
END:VEVENT
END:VCALENDAR
"""
CARD = """BEGIN:VCARD
VERSION:3.0
N:Birch;Bob;;;
FN:Bob Birch
TEL;TYPE=CELL:+44 7700 900123
EMAIL:bob.birch@example.org
BDAY:1991-05-20
END:VCARD
"""
SMS = """<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<smses count="2">
<sms address="07700900123" date="1679050000000" type="1" body="it is me, on the old phone" contact_name="(Unknown)" />
<sms address="07700900123" date="1679050060000" type="2" body="the snails send their love" contact_name="(Unknown)" />
</smses>
"""


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="Europe/London", lang="en") as opened:
        yield opened


@pytest.fixture
def life(tmp_path: Path) -> Path:
    folder = tmp_path / "life"
    folder.mkdir()
    (folder / "WhatsApp Chat with Bob Birch.txt").write_text(CHAT, encoding="utf-8")
    (folder / "calendar.ics").write_text(CALENDAR.replace("\n", "\r\n"), encoding="utf-8", newline="")
    (folder / "bob.vcf").write_text(CARD.replace("\n", "\r\n"), encoding="utf-8", newline="")
    return folder


def kept(items: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(i["kind"], i["at"] or i["day"], i["title"]) for i in items if i["type"] == "keepsake"]


def test_one_timeline_each_item_with_its_file(w: Workspace, life: Path) -> None:
    made = w.create([life], name="Bob", me="Ann Ash", subject="Bob Birch")
    items = w.timeline(made["person"])
    assert sorted(kept(items)) == [
        ("contact", "1991-05-20", "Bob Birch"),
        ("event", "2023-03-18T09:00:00", "Snail market"),
        ("event", "2023-05-20", "Bob's birthday"),
    ]
    (talk,) = [i for i in items if i["type"] == "talk"]
    assert (talk["day"], talk["messages"]) == ("2023-03-17", 60)
    assert all(i["files"] and Path(i["files"][0]["file"]).exists() for i in items)
    assert [i["day"] for i in items] == sorted(i["day"] for i in items)


def test_a_scene_has_the_place_of_a_calendar_entry_of_its_day(w: Workspace, life: Path) -> None:
    (life / "calendar.ics").write_text(CALENDAR.replace("20230318T", "20230317T"), encoding="utf-8")
    w.create([life], name="Bob", me="Ann Ash", subject="Bob Birch")
    (scene,) = w.episodes("bob")["episodes"]
    (market,) = [i for i in w.timeline("bob") if i.get("title") == "Snail market"]
    assert scene["where"] == [{"name": "Old harbour", "ids": [market["id"]]}]


def test_importing_again_or_from_another_folder_adds_nothing(w: Workspace, life: Path, tmp_path: Path) -> None:
    w.create([life], name="Bob", me="Ann Ash", subject="Bob Birch")
    before = kept(w.timeline("bob"))
    assert sum(s["new"] for s in w.import_files([life], me="Ann Ash", subject="Bob Birch")["sources"]) == 0
    copy = tmp_path / "copy" / "other name.ics"
    copy.parent.mkdir()
    longer = CALENDAR.replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\nUID:3\nSUMMARY:Ferry\nDTSTART;VALUE=DATE:20230601\nEND:VEVENT\nEND:VCALENDAR",
    )
    copy.write_text(longer, encoding="utf-8")
    (source,) = w.import_files([copy], subject="Bob Birch")["sources"]
    assert (source["keepsakes"], source["new"], source["duplicates"]) == (3, 1, 2)
    after = w.timeline("bob")
    assert set(kept(after)) - set(before) == {("event", "2023-06-01", "Ferry")}
    (market,) = [i for i in after if i.get("title") == "Snail market"]
    assert {Path(f["file"]).name for f in market["files"]} == {"calendar.ics", "other name.ics"}


def test_letting_go_takes_the_persons_keepsakes_and_leaves_ones_own(w: Workspace, life: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.ics"
    mine.write_text(CALENDAR.replace("Snail market", "My dentist"), encoding="utf-8")
    w.import_files([mine])
    w.create([life], name="Bob", me="Ann Ash", subject="Bob Birch")
    assert "My dentist" in {t for _, _, t in kept(w.timeline("bob"))}
    plan = w.let_go_plan("bob")
    receipt = w.let_go("bob", "Bob")
    assert (plan["keepsakes"], plan["own_keepsakes"]) == (receipt["keepsakes"], receipt["own_keepsakes"]) == (2, 3)
    own = keepsakes.own_shelf(w.vault)
    assert own is not None
    # the market names nobody: it is a date of one's own
    assert {k["title"] for k in keepsakes.shown(own)} == {"My dentist", "Bob's birthday", "Snail market"}
    assert w.vault.db.execute("SELECT count(*) FROM contact").fetchone()[0] == 0
    home = tmp_path / "vault"
    assert not any(b"My dentist" in p.read_bytes() for p in home.rglob("*") if p.is_file())


def test_an_address_book_names_the_numbers(w: Workspace, life: Path) -> None:
    """The contact is read before the messages, whatever the files are called."""
    (life / "a_sms.xml").write_text(SMS, encoding="utf-8")
    w.create([life], name="Bob", me="Ann Ash", subject="Bob Birch")
    people = {p["name"]: p["messages"] for p in w.people()}
    assert people == {"Ann Ash": 31, "Bob Birch": 31}
    assert len([s for s in w.vault.shelves() if s["direct"]]) == 1
    assert [i["messages"] for i in w.timeline("bob") if i["type"] == "talk"] == [62]


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("+44 7700 900123", "07700900123", True),
        ("+86 138-0013-8000", "13800138000", True),
        ("Bob@Example.org", "mailto:bob@example.org", True),
        ("+44 7700 900123", "+44 7700 900124", False),
        ("95588", "10095588", False),
    ],
)
def test_an_account_is_the_same_however_it_is_written(one: str, two: str, same: bool) -> None:
    assert bool(set(account_keys(one)) & set(account_keys(two))) is same


def test_a_number_that_two_people_share_names_nobody(w: Workspace) -> None:
    people = People(w.vault)
    people.learn([Keepsake("card 1", "contact", title="Bob", handles=("+44 7700 900123",))])
    assert people.contact("07700 900123") == "Bob"
    people.learn([Keepsake("card 2", "contact", title="Cleo", handles=("+44 7700 900123",))])
    assert people.contact("07700 900123") == ""


@pytest.mark.parametrize(
    ("at", "day", "dated"),
    [
        ("2023-05-20", "2023-05-20", True),
        ("2023-05-20T23:30:00", "2023-05-20", True),
        (1_684_623_600.0, "2023-05-21", True),
        ("--05-20", "--05-20", False),
        (None, "", False),
        ("2023-13-40", "", False),
        (float("inf"), "", False),
    ],
)
def test_a_day_is_the_writers_day_and_no_date_is_no_date(at: Any, day: str, dated: bool) -> None:
    epoch, _, found = keepsakes.moment(at, Clock("Europe/London"))
    assert (found, epoch is not None) == (day, dated)


def test_the_timeline_is_plain_json(w: Workspace, life: Path) -> None:
    w.create([life], name="Bob", me="Ann Ash", subject="Bob Birch")
    assert json.loads(json.dumps(w.timeline("bob"))) == w.timeline("bob")
