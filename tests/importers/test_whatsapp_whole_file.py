"""What one line of a WhatsApp file cannot tell and the whole file can: orders, years, second exports, names, placeholders."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from afterword.errors import BadInput, ChoiceNeeded
from afterword.importers.base import HEAD, Options
from afterword.importers.whatsapp import headers, importer
from afterword.model import FileFacts, Kind, Message, Skipped


def read(tmp_path: Path, text: str, **options: str) -> list[Message | Skipped]:
    path = tmp_path / "chat.txt"
    path.write_bytes(text.encode())
    return [r for r in importer.read(path, Options(**options)) if not isinstance(r, FileFacts)]  # type: ignore[arg-type]


def facts(tmp_path: Path, text: str, encoding: str = "utf-8", **options: str) -> FileFacts:
    path = tmp_path / "chat.txt"
    path.write_bytes(text.encode(encoding))
    (found,) = [r for r in importer.read(path, Options(**options)) if isinstance(r, FileFacts)]  # type: ignore[arg-type]
    return found


def days(tmp_path: Path, text: str, **options: str) -> list[str]:
    return [str(r.at)[:10] if isinstance(r, Message) else r.reason for r in read(tmp_path, text, **options)]


def lines(*heads: str) -> str:
    return "".join(f"{head}Ada: a\n" for head in heads)


@pytest.mark.parametrize(
    ("text", "encoding", "options", "order", "by"),
    [
        (lines("25/03/22, 10:00 - "), "utf-8", {}, "dmy", "above-12"),
        (lines("3/25/22, 10:00 - "), "utf-16", {}, "mdy", "above-12"),
        (lines("01/02/22, 10:00 - ", "05/02/22, 10:00 - ", "02/03/22, 10:00 - "), "utf-8", {}, "dmy", "monotone"),
        (lines("03/04/22, 10:00 - "), "utf-8", {"date_order": "mdy"}, "mdy", "asked"),
        (lines("2022-03-04, 10:00 - "), "utf-8", {}, "", "format"),
        (lines("Aug 28, 2013, 8:11 PM - "), "utf-8", {}, "", "format"),
    ],
)
def test_the_file_says_how_it_was_read(
    tmp_path: Path, text: str, encoding: str, options: dict[str, str], order: str, by: str
) -> None:
    assert facts(tmp_path, text, encoding, **options) == FileFacts(encoding, order, by, "local")


def test_one_way_of_writing_may_hold_two_orders_one_after_the_other(tmp_path: Path) -> None:
    heads = [
        f"{d}, 10:00 - "
        for d in ("3/25/22", "3/28/22", "4/1/22", "4/5/22", "05/04/22", "13/04/22", "20/04/22", "02/05/22")
    ]
    assert days(tmp_path, lines(*heads)) == [
        "2022-03-25", "2022-03-28", "2022-04-01", "2022-04-05", "2022-04-05", "2022-04-13", "2022-04-20", "2022-05-02",
    ]  # fmt: skip


def test_where_the_turn_cannot_be_told_it_is_asked(tmp_path: Path) -> None:
    heads = [
        f"{d}, 10:00 - " for d in ("3/25/22", "3/28/22", "3/30/22", "04/06/22", "14/07/22", "20/07/22", "25/07/22")
    ]
    with pytest.raises(ChoiceNeeded):
        read(tmp_path, lines(*heads))
    assert days(tmp_path, lines(*heads), date_order="dmy")[3:5] == ["2022-06-04", "2022-07-14"]
    assert days(tmp_path, lines(*heads), date_order="mdy")[2:5] == ["2022-03-30", "2022-04-06", "2022-07-14"]


def test_a_second_way_of_writing_is_not_read_like_the_first_without_proof(tmp_path: Path) -> None:
    first = ("3/25/22, 1:00 PM - ", "4/5/22, 1:00 PM - ")
    with pytest.raises(ChoiceNeeded):
        read(tmp_path, lines(*first, "06/04/2022, 14:00 - ", "07/04/2022, 14:00 - "))
    proved = lines(*first, "06/04/2022, 14:00 - ", "02/05/2022, 14:00 - ")
    assert days(tmp_path, proved) == ["2022-03-25", "2022-04-05", "2022-04-06", "2022-05-02"]


@pytest.mark.parametrize(
    "name", ["\u200e<attached: 00000012-PHOTO-2022-04-03-10-00-00.jpg>", "IMG-20220403-WA0001.jpg (file attached)"]
)
def test_names_of_media_say_which_number_is_the_day(tmp_path: Path, name: str) -> None:
    text = f"[03/04/22, 10:00:00] Ada: {name}\n[03/04/22, 10:01:00] Bo: b\n"
    assert days(tmp_path, text) == ["2022-04-03"] * 2
    assert facts(tmp_path, text).decided_by == "media-names"


def test_a_few_copied_lines_do_not_turn_the_order(tmp_path: Path) -> None:
    text = lines(*(f"{d}/03/22, 10:00 - " for d in range(10, 31)), "4/25/22, 10:00 - ", "01/05/22, 10:00 - ")
    assert days(tmp_path, text)[-2:] == ["2022-04-25", "2022-05-01"]


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (["Mar 5, 8:11 PM - ", "Mar 6, 8:11 PM - "], ["no-year", "no-year"]),
        (["Sat, Mar 5, 8:11 PM - "], ["no-year"]),  # 2011, 2016 and 2022 fit
        (["Mon, Feb 29, 8:11 PM - ", "Tue, Mar 1, 8:11 PM - "], ["2016-02-29", "2016-03-01"]),
        (["Dec 28, 2013, 7:23 PM - ", "Jan 3, 8:11 PM - ", "Mar 9, 8:11 PM - "], ["2013-12-28", "2014-01-03", "2014-03-09"]),
        (["Aug 28, 2013, 7:23 PM - ", "Sep 3, 8:11 PM - "], ["2013-08-28", "no-year"]),
        (["28 Aug 2013, 19:23 - ", "18 Oct 12:14 - ", "28 Nov 2013, 19:23 - "], ["2013-08-28", "2013-10-18", "2013-11-28"]),
        (["18 Mar 12:14 - ", "20/03/2015, 12:00 - "], ["2015-03-18", "2015-03-20"]),
        (["30 Dec 12:14 - ", "2 Jan 12:14 - ", "20/03/2015, 12:00 - "], ["2014-12-30", "2015-01-02", "2015-03-20"]),
        (["18 Mar 12:14 - ", "20/03/2016, 12:00 - ", "18 Oct 12:14 - ", "20/03/2019, 12:00 - "],
         ["2016-03-18", "2016-03-20", "no-year", "2019-03-20"]),
        (["31 Feb 12:14 - ", "20/03/2016, 12:00 - "], ["unreadable-date", "2016-03-20"]),
        (["5 März 2016, 12:14 - ", "6 de marzo de 2016, 12:14 - "], ["2016-03-05", "2016-03-06"]),
    ],
)  # fmt: skip
def test_a_year_is_only_taken_where_the_file_proves_it(tmp_path: Path, heads: list[str], expected: list[str]) -> None:
    assert days(tmp_path, lines(*heads)) == expected


def test_two_exports_in_one_file_are_taken_apart(tmp_path: Path) -> None:
    text = "12/03/2015 17:03:48: Ada: old\nmore\n13/03/2015 17:03:50: Bo: yes: ok\n13/03/2015 17:04:50: Ada changed the icon\n"
    text += "".join(f"[{d}/03/2016, 10:00:00] {n}: hi {d}\nx\n" for d, n in ((14, "Ada"), (15, "Bo"), (16, "Ada")))
    found = read(tmp_path, text)
    assert [(r.locator, getattr(r, "text", "")) for r in found] == [
        ("line 1", "old\nmore"), ("line 3", "yes: ok"), ("line 4", "Ada changed the icon"), ("line 5", "hi 14\nx"),
        ("line 7", "hi 15\nx"), ("line 9", "hi 16\nx"),
    ]  # fmt: skip


def test_copied_lines_stay_words(tmp_path: Path) -> None:
    copied = "look\n[12/03/2016, 09:00] Bo: what you said\n[12/03/2016, 09:01] Ada: no\n[10:47, 9/30/2015] Bo: and this"
    text = f"14/03/2016, 10:00 - Ada: {copied}\n" + "".join(f"15/03/2016, 10:{i} - Bo: m\n" for i in range(10, 25))
    found = read(tmp_path, text)
    assert len(found) == 16
    assert found[0].text == copied  # type: ignore[union-attr]


def test_a_timetable_is_no_second_export(tmp_path: Path) -> None:
    plan = "plan\n16/02/21 10:00: Bus: leaves\n16/02/21 11:00: Boat: leaves\n16/02/21 12:00: Lunch: at last"
    assert len(read(tmp_path, f"14/02/21, 10:00 - Ada: {plan}\n14/02/21, 10:01 - Bo: ok\n")) == 2


def test_lines_about_a_name_with_a_colon_are_the_app_speaking(tmp_path: Path) -> None:
    said = [
        *(f"Bob: The Builder: m{i}" for i in range(3)),
        "Bob: The Builder left",
        "Your security code with Bob: The Builder changed. Tap to learn more.",
        "You added Bob: The Builder",
        "Ada: ok",
        "Ada created group “Trip: Sea”",
        "Bob: The Builder:",
    ]
    found = read(tmp_path, "".join(f"14/02/21, 10:{i:02} - {s}\n" for i, s in enumerate(said)))
    assert [(r.kind, r.handle) for r in found if isinstance(r, Message)] == [
        *[(Kind.TEXT, "Bob: The Builder")] * 3, *[(Kind.SYSTEM, "")] * 3, (Kind.TEXT, "Ada"), (Kind.SYSTEM, ""),
        (Kind.TEXT, "Bob: The Builder"),
    ]  # fmt: skip


def test_a_label_of_the_app_is_no_part_of_a_name(tmp_path: Path) -> None:
    place = "Ada: Location: The Mill: bar https://foursquare.com/v/4b0588f6"
    found = read(tmp_path, f"[14/02/21, 10:00:00] {place}1\n[14/02/21, 10:00:01] {place}2\n")
    assert [(r.handle, r.kind) for r in found if isinstance(r, Message)] == [("Ada", Kind.LOCATION)] * 2


def test_a_group_with_a_colon_in_its_name_speaks_on_ios(tmp_path: Path) -> None:
    text = "[14/02/21, 10:00:00] Trip: Sea: \u200eMessages and calls are end-to-end encrypted.\n[14/02/21, 10:00:01] Ada: a: b\n"
    first, second = read(tmp_path, text)
    assert (first.kind, first.name) == (Kind.SYSTEM, "Trip: Sea")  # type: ignore[union-attr]
    assert (second.handle, second.text) == ("Ada", "a: b")  # type: ignore[union-attr]


def test_placeholders_of_an_unknown_language_show_by_returning(tmp_path: Path) -> None:
    rows = [f"Ada: <zkratka medium>\n14/02/21, 10:{i:02} - Bo: w{i} <tohle upraveno>" for i in range(20)]
    found = read(tmp_path, "".join(f"14/02/21, 10:{i:02} - {row}\n" for i, row in enumerate(rows)))
    assert {(r.kind, r.text, r.edited) for r in found[::2] if isinstance(r, Message)} == {(Kind.FILE, "", False)}
    assert [(r.text, r.edited) for r in found[1::2] if isinstance(r, Message)] == [(f"w{i}", True) for i in range(20)]
    few = read(tmp_path, "".join(f"14/02/21, 10:{i:02} - {row}\n" for i, row in enumerate(rows[:5])))
    assert {r.kind for r in few if isinstance(r, Message)} == {Kind.TEXT}


def test_a_file_whose_end_is_one_huge_body_is_bounded_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headers, "LONGEST", 1000)
    monkeypatch.setattr(headers, "BLOCK", 256)
    text = (
        "14/02/21, 10:00 - Ada: "
        + "x" * 50
        + "\n"
        + "word\n" * 400
        + "15/02/21, 10:00 - Bo: b\nc\n15/02/21, 10:01 - Bo: d\n"
    )
    found = read(tmp_path, text)
    assert [(r.locator, getattr(r, "reason", "")) for r in found] == [
        ("line 1", ""), ("line 1, the rest", "too-long"), ("line 402", ""), ("line 404", ""),
    ]  # fmt: skip
    assert len(found[0].text) <= 1000  # type: ignore[union-attr]


CHAT = b"23/03/22, 13:31 - Ada: hello\n23/03/22, 13:32 - Bo: hi\n"


def zipped(*entries: tuple[str, bytes], store: bool = False) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED) as z:
        for name, data in entries:
            z.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("store", [False, True])
def test_a_zip_in_a_zip_is_the_export_when_the_outer_has_no_chat(tmp_path: Path, store: bool) -> None:
    path = tmp_path / "Shared.zip"
    inner = zipped(("_chat.txt", CHAT), ("00000001-PHOTO-2022.jpg", b"x"))
    path.write_bytes(zipped(("WhatsApp Chat - Ada.zip", inner), ("other.zip", b"no zip"), store=store))
    assert len([r for r in importer.read(path, Options()) if isinstance(r, Message)]) == 2
    assert [c.title for c in importer.chats(path, Options())] == ["Ada"]
    assert importer.sniff(path.read_bytes()[:HEAD], path.name)


def test_a_bomb_in_a_zip_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "Shared.zip"
    path.write_bytes(zipped(("in.zip", zipped(("_chat.txt", CHAT + b"\n" * (9 << 20))))))
    with pytest.raises(BadInput) as e:
        list(importer.read(path, Options()))
    assert e.value.code == "import.zip.bomb"


def test_names_in_a_zip_that_forgets_to_say_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    name = "WhatsApp Chat mit Zoë.txt"
    data = zipped((name, CHAT))
    raw = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # clear the flag that says so
        raw[data.index(mark) + at + 1] &= ~0x08
    path.write_bytes(bytes(raw))
    assert [c.title for c in importer.chats(path, Options())] == ["Zoë"]


def test_a_chat_txt_has_the_name_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "WhatsApp Chat - Ada"
    folder.mkdir()
    (folder / "_chat.txt").write_bytes(CHAT)
    assert [c.title for c in importer.chats(folder / "_chat.txt", Options())] == ["Ada"]
