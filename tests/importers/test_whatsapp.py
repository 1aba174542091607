"""WhatsApp's own difficulties; what every importer owes is in the common battery over the case folders."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from afterword.errors import BadInput, ChoiceNeeded
from afterword.importers.base import HEAD, Options
from afterword.importers.whatsapp import importer
from afterword.model import FileFacts, Kind, Message, Skipped

SHARED = Path(__file__).resolve().parents[3] / "shared"
FIXTURES = SHARED / "fixtures"
needs_fixtures = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared fixtures folder is absent")


def write(tmp_path: Path, text: str, name: str = "chat.txt", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path, **options: str) -> list[Message | Skipped]:
    found = importer.read(path, Options(**options))  # type: ignore[arg-type]
    return [r for r in found if not isinstance(r, FileFacts)]


def messages(path: Path, **options: str) -> list[Message]:
    found = read(path, **options)
    assert all(isinstance(m, Message) for m in found), found
    return found  # type: ignore[return-value]


def one(tmp_path: Path, body: str, ios: bool = False, sender: str = "Ada") -> Message:
    head = "[23/03/2022, 13:31:05] " if ios else "23/03/2022, 13:31 - "
    return messages(write(tmp_path, f"{head}{sender}: {body}\n"))[0]


HEADERS = [
    ("23/03/2022, 13:31 - ", "2022-03-23T13:31:00"),
    ("3/23/22, 1:31 PM - ", "2022-03-23T13:31:00"),
    ("3/23/22, 1:31\u202fPM - ", "2022-03-23T13:31:00"),
    ("3/23/22, 12:05 AM - ", "2022-03-23T00:05:00"),
    ("3/23/22, 12:05 PM - ", "2022-03-23T12:05:00"),
    ("23/3/2022, 1:31 p. m. - ", "2022-03-23T13:31:00"),
    ("23/3/2022 1:31 p.\u00a0m. - ", "2022-03-23T13:31:00"),
    ("23/3/22, 1:31 a.m. - ", "2022-03-23T01:31:00"),
    ("23/03/22, 13.31 - ", "2022-03-23T13:31:00"),
    ("23-03-2022, 01.31 PM - ", "2022-03-23T13:31:00"),
    ("23.3.2022 klo 13.31.15 - ", "2022-03-23T13:31:15"),
    ("2022. 3. 23. 오후 1:31 - ", "2022-03-23T13:31:00"),
    ("2022. 03. 23. 13:31 - ", "2022-03-23T13:31:00"),
    ("2022/3/23 下午1:31 - ", "2022-03-23T13:31:00"),
    ("2022/3/23 凌晨12:31 - ", "2022-03-23T00:31:00"),
    ("2022/3/23 午後1:31 - ", "2022-03-23T13:31:00"),
    ("23/3/22, பிற்பகல் 9:31 - ", "2022-03-23T21:31:00"),
    ("23/3/22, ಪೂರ್ವಾಹ್ನ 9:31 - ", "2022-03-23T09:31:00"),
    ("23/3/2022, alasiri 9:31 - ", "2022-03-23T21:31:00"),
    ("2022/3/23 13:31 - ", "2022-03-23T13:31:00"),
    ("[2022/3/23 13:31:05] ", "2022-03-23T13:31:05"),
    ("[2022/3/23 上午9:31:05] ", "2022-03-23T09:31:05"),
    ("[23/03/2022, 13:31:05] ", "2022-03-23T13:31:05"),
    ("[\u200f23\u200f/3\u200f/2022، 21:41:35] ", "2022-03-23T21:41:35"),
    ("\u200f23\u200f/3\u200f/2022، 9:41 م - ", "2022-03-23T21:41:00"),
    ("[٢٣/٣/٢٠٢٢، ٩:٤١:٣٥ م] ", "2022-03-23T21:41:35"),
    ("[3/23/2565 BE, 14:56:01] ", "2022-03-23T14:56:01"),
    ("23/3/2565 14:56 - ", "2022-03-23T14:56:00"),
    ("[3/23/R4, 14:56:01] ", "2022-03-23T14:56:01"),
    ("[14:56:01, 3/23/22] ", "2022-03-23T14:56:01"),
    ("19:23, 28 Aug 2013 - ", "2013-08-28T19:23:00"),
    ("Aug 28, 2013, 8:11 PM - ", "2013-08-28T20:11:00"),
    ("23/3/22, 9:15 in the morning - ", "2022-03-23T09:15:00"),
    ("23/3/22, 9:15 at night - ", "2022-03-23T21:15:00"),
    ("23.03.22 13.31.15: ", "2022-03-23T13:31:15"),
    ("23. 3. 2022. 13:31:15 ", "2022-03-23T13:31:15"),
    ("2022年3月23日 晚上11:31 - ", "2022-03-23T23:31:00"),
    ("2022年3月23日星期三 下午1:31 - ", "2022-03-23T13:31:00"),
    ("2022年3月23日下午1:31 - ", "2022-03-23T13:31:00"),
    ("2022/3/23 中午12:05 - ", "2022-03-23T12:05:00"),
    ("2022/3/23 中午11:55 - ", "2022-03-23T11:55:00"),
    ("2022/3/23 晚上12:05 - ", "2022-03-23T00:05:00"),
    ("2022년 3월 23일 오전 9:31 - ", "2022-03-23T09:31:00"),
    ("22. 3. 23. 오후 1:31 - ", "2022-03-23T13:31:00"),
    ("[平成30年3月23日 13:31:05] ", "2018-03-23T13:31:05"),
    ("23/3/22, 12:15 at night - ", "2022-03-23T00:15:00"),
    ("23/3/22, 12:15 in the afternoon - ", "2022-03-23T12:15:00"),
    ("23/3/22 1:31 de la tarde - ", "2022-03-23T13:31:00"),
    ("23/3/22, 1:31 após-meio-dia - ", None),
    ("29.03.22 11:59 ÖÖ - ", "2022-03-29T11:59:00"),
    ("23.03.22 г., 9:31 ч. - ", "2022-03-23T09:31:00"),
    ("23/3/22 5:31 CH - ", "2022-03-23T17:31:00"),
    ("23/3/22, 5:31 หลังเที่ยง - ", "2022-03-23T17:31:00"),
    ("2022-03-23 à 13 h 31 - ", "2022-03-23T13:31:00"),
    ("۱۴۰۱/۱/۳, ۱۳:۳۱ - ", "2022-03-23T13:31:00"),
    ("23 марта 2022, 13:31 - ", "2022-03-23T13:31:00"),
    ("13:31 23/3/22 - ", "2022-03-23T13:31:00"),
    ("Wed, Mar 23, 2022, 1:31 PM - ", "2022-03-23T13:31:00"),
    ("23/03/22 13:31:05: ", "2022-03-23T13:31:05"),
    ("3/23/14, 1:59:59 PM: ", "2014-03-23T13:59:59"),
]


@pytest.mark.parametrize(("head", "at"), HEADERS)
def test_every_header_shape_gives_its_moment(tmp_path: Path, head: str, at: str | None) -> None:
    path = write(tmp_path, f"{head}Ada: one\ntwo: 2\n{head}李雷: three\n")
    if at is None:  # a part of the day that nobody knows: counted, not guessed
        assert [(type(r), r.reason) for r in read(path) if isinstance(r, Skipped)] == [(Skipped, "unreadable-time")] * 2
        return
    assert [(m.at, m.handle, m.text, m.locator) for m in messages(path)] == [
        (at, "Ada", "one\ntwo: 2", "line 1"),
        (at, "李雷", "three", "line 3"),
    ]
    assert importer.sniff(path.read_bytes()[:HEAD], path.name)


def test_dates_that_fit_both_orders_are_a_question(tmp_path: Path) -> None:
    path = write(tmp_path, "03/04/22, 10:00 - Ada: a\n03/04/22, 11:00 - Bo: b\n")
    with pytest.raises(ChoiceNeeded) as e:
        read(path)
    assert e.value.code == "import.date-order"
    assert "--date-order" in e.value.next_step
    assert e.value.details["choices"] == ["dmy", "mdy"]
    assert messages(path, date_order="dmy")[0].at == "2022-04-03T10:00:00"
    assert messages(path, date_order="mdy")[0].at == "2022-03-04T10:00:00"


def test_a_date_that_is_the_same_either_way_is_no_question(tmp_path: Path) -> None:
    assert messages(write(tmp_path, "05/05/22, 10:00 - Ada: a\n"))[0].at == "2022-05-05T10:00:00"


def test_the_order_that_runs_backwards_less_often_is_taken(tmp_path: Path) -> None:
    text = "".join(f"{d}, 10:00 - Ada: a\n" for d in ("01/02/22", "05/02/22", "09/02/22", "02/03/22", "07/03/22"))
    assert messages(write(tmp_path, text))[3].at == "2022-03-02T10:00:00"


def test_a_field_over_twelve_late_in_the_file_decides_its_beginning(tmp_path: Path) -> None:
    text = "1/2/22, 10:00 - Ada: a\n" * 5 + "1/25/22, 10:00 - Ada: b\n"
    assert messages(write(tmp_path, text))[0].at == "2022-01-02T10:00:00"


def test_an_asked_order_that_the_dates_disprove_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="25/01/22"):
        read(write(tmp_path, "25/01/22, 10:00 - Ada: a\n"), date_order="mdy")


def test_merged_exports_keep_an_order_each(tmp_path: Path) -> None:
    text = "1/25/22, 1:00 PM - Ada: a\n25/02/2022, 14:00 - Ada: b\n03/02/2022, 14:00 - Ada: c\n"
    assert [m.at[:10] for m in messages(write(tmp_path, text)) if isinstance(m.at, str)] == [
        "2022-01-25", "2022-02-25", "2022-02-03",
    ]  # fmt: skip


def test_a_date_without_a_year_is_counted_not_guessed(tmp_path: Path) -> None:
    found = read(write(tmp_path, "Mar 5, 8:11 PM - Ada: a\n"))
    assert [(type(f), f.locator) for f in found] == [(Skipped, "line 1")]


def test_bodies_are_kept_to_the_character(tmp_path: Path) -> None:
    body = "a \n\n  b\u2028c\u0085d\x0be\x0cf\u200d\u202f\t\n12/3 is a date: yes\n[aside] x: y\n \n"
    text = f"23/03/22, 13:31 - Ada: {body}\n23/03/22, 13:32 - Bo: end\n\n"
    assert [m.text for m in messages(write(tmp_path, text))] == [body, "end\n"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    text = "23/03/22, 13:31 - 张三: 今天天气很好，我们出去走走吧\n第二行\n23/03/22, 13:32 - 张三丰: 好的，没问题\n"
    found = messages(write(tmp_path, text.replace("\n", newline), encoding=encoding))
    assert [(m.handle, m.text) for m in found] == [
        ("张三", "今天天气很好，我们出去走走吧\n第二行"),
        ("张三丰", "好的，没问题"),
    ]


def test_lines_before_the_first_header_are_counted(tmp_path: Path) -> None:
    found = read(write(tmp_path, "hello\n\n23/03/22, 13:31 - Ada: a\n"))
    assert [(f.locator, getattr(f, "reason", "")) for f in found] == [
        ("line 1", "before-first-header"), ("line 2", "before-first-header"), ("line 3", ""),
    ]  # fmt: skip


def test_a_name_with_a_colon_is_one_name(tmp_path: Path) -> None:
    text = "".join(
        f"23/03/22, 13:3{i} - Bob: The Builder: can we\n23/03/22, 13:3{i} - Ada: re: {i}\n" for i in range(3)
    )
    text += "23/03/22, 13:39 - Ada: plain\n"
    assert {m.handle for m in messages(write(tmp_path, text))} == {"Bob: The Builder", "Ada"}


def test_group_lines_have_no_sender(tmp_path: Path) -> None:
    text = '23/03/22, 13:31 - Ada added Bo\n23/03/22, 13:32 - Ada changed the subject to "Trip: sea"\n'
    text += "23/03/22, 13:33 - Ada ändrade gruppens namn till ”Resa: hav”\n"
    assert [(m.kind, m.handle) for m in messages(write(tmp_path, text))] == [(Kind.SYSTEM, "")] * 3


def test_the_company_speaks_by_itself(tmp_path: Path) -> None:
    text = "23/03/22, 13:31 - Meta AI: Here is a plan.\n23/03/22, 13:32 - Ada: thanks\n"
    assert [m.kind for m in messages(write(tmp_path, text))] == [Kind.AUTOMATED, Kind.TEXT]


def test_numbers_and_tildes_lose_only_their_marks(tmp_path: Path) -> None:
    assert one(tmp_path, "hi", sender="\u202a+91 98765 43210\u202c").handle == "+91 98765 43210"
    assert one(tmp_path, "hi", ios=True, sender="~\u202fMax").handle == "Max"


POLL = "\u200ePOLL:\nWhere?\n\u200eOPTION: Sea (1 vote)"
BODIES = [
    ("<Media omitted>", False, Kind.FILE, "", "", False),
    ("<Media omitted>\nlook at this", False, Kind.FILE, "look at this", "", False),
    ("<Medien weggelassen>", False, Kind.FILE, "", "", False),
    ("<省略多媒体文件>", False, Kind.FILE, "", "", False),
    ("<省略影音内容>", False, Kind.FILE, "", "", False),
    ("<Multimedia omitido>", False, Kind.FILE, "", "", False),
    ("<Medien ausgeschlossen>", False, Kind.FILE, "", "", False),
    ("<Médias omis>\nla mer", False, Kind.FILE, "la mer", "", False),
    ("<Media omessi>", False, Kind.FILE, "", "", False),
    ("<Mídia oculta>", False, Kind.FILE, "", "", False),
    ("<Medya dahil edilmedi>", False, Kind.FILE, "", "", False),
    ("<Без медиафайлов>", False, Kind.FILE, "", "", False),
    ("<המדיה לא נכללה>", False, Kind.FILE, "", "", False),
    ("<メディアなし>", False, Kind.FILE, "", "", False),
    ("<미디어 파일 제외됨>", False, Kind.FILE, "", "", False),
    ("<media U Hoq>", False, Kind.FILE, "", "", False),
    ("<La nota de video fue omitida>", False, Kind.FILE, "", "", False),
    ("<ver ejemplo>", False, Kind.TEXT, "<ver ejemplo>", "", False),
    ("<Media omitted>\nplan of the mill.pdf", False, Kind.FILE, "", "plan of the mill.pdf", False),
    ("IMG-20220318-WA0001.jpg (bifogad bild)\nso", False, Kind.IMAGE, "so", "IMG-20220318-WA0001.jpg", False),
    ("mapa.pdf (archivo adjunto)", False, Kind.FILE, "", "mapa.pdf", False),
    ("GIF omitted", True, Kind.VIDEO, "", "", False),
    ("\u200e", True, Kind.UNKNOWN, "", "", False),
    ("\u200eYou received a view once photo. For added privacy, you can only open it on your phone.", True, Kind.IMAGE, "",
     "", False),
    ("\u200eHai ricevuto un messaggio visualizzabile una volta. Aprilo.", True, Kind.UNKNOWN, "", "", False),
    ("hasta luego <Mensaje editado>", False, Kind.TEXT, "hasta luego", "", True),
    ("to the end <of what I edited>", False, Kind.TEXT, "to the end <of what I edited>", "", False),
    ("你已刪除此訊息", False, Kind.RECALLED, "你已刪除此訊息", "", False),
    ("\u200eimage omitted", True, Kind.IMAGE, "", "", False),
    ("\u200eVideo weggelassen", True, Kind.VIDEO, "", "", False),
    ("\u200e貼圖已略去", True, Kind.STICKER, "", "", False),
    ("\u200e音频已忽略", True, Kind.VOICE, "", "", False),
    ("\u200eei kuvaa", True, Kind.IMAGE, "", "", False),
    ("ei kuvaa", True, Kind.TEXT, "ei kuvaa", "", False),
    ("IMG-20220318-WA0001.jpg (file attached)", False, Kind.IMAGE, "", "IMG-20220318-WA0001.jpg", False),
    ("\u200ePTT-20220318-WA0002.opus (Datei angehängt)", False, Kind.VOICE, "", "PTT-20220318-WA0002.opus", False),
    ("STK-20220318-WA0002.webp (文件附件)\nso", False, Kind.STICKER, "so", "STK-20220318-WA0002.webp", False),
    ("Ada Byron.vcf (file attached)", False, Kind.CONTACT, "", "Ada Byron.vcf", False),
    ("my report.pdf (file attached)", False, Kind.FILE, "", "my report.pdf", False),
    ("\u200e<attached: 00000035-PHOTO-2022.jpg>", True, Kind.IMAGE, "", "00000035-PHOTO-2022.jpg", False),
    ("the sea \u200e<attached: 035-PHOTO-2022.jpg>", True, Kind.IMAGE, "the sea", "035-PHOTO-2022.jpg", False),
    ("the sea\nat four <attached: 00000035-PHOTO-2022.jpg>", True, Kind.IMAGE, "the sea\nat four",
     "00000035-PHOTO-2022.jpg", False),
    ("plan (1).pdf • 6 pagine <allegato: 00000035-plan (1).pdf>", True, Kind.FILE, "", "00000035-plan (1).pdf", False),
    ("he wrote <see: notes.txt>", True, Kind.TEXT, "he wrote <see: notes.txt>", "", False),
    ("\u200e<附件：00000036-AUDIO-2022.opus>", True, Kind.VOICE, "", "00000036-AUDIO-2022.opus", False),
    ("This message was deleted", False, Kind.RECALLED, "This message was deleted", "", False),
    ("You deleted this message", False, Kind.RECALLED, "You deleted this message", "", False),
    ("\u200eDiese Nachricht wurde gelöscht.", True, Kind.RECALLED, "Diese Nachricht wurde gelöscht.", "", False),
    ("thanks <This message was edited>", False, Kind.TEXT, "thanks", "", True),
    ("danke\nsehr \u200e<Diese Nachricht wurde bearbeitet.>", True, Kind.TEXT, "danke\nsehr", "", True),
    ("好 \u200e<此消息已编辑>", True, Kind.TEXT, "好", "", True),
    ("Missed voice call", False, Kind.CALL, "", "", False),
    ("\u200eVerpasster Videoanruf", True, Kind.CALL, "", "", False),
    ("location: https://maps.google.com/?q=52.5,13.4", False, Kind.LOCATION, "", "", False),
    ("位置：https://maps.google.com/?q=52.5,13.4", False, Kind.LOCATION, "", "", False),
    ("live location shared", False, Kind.LOCATION, "", "", False),
    ("null", False, Kind.UNKNOWN, "", "", False),
    ("null\nand void", False, Kind.TEXT, "null\nand void", "", False),
    (POLL, True, Kind.POLL, POLL, "", False),
    (POLL.replace("\u200e", ""), False, Kind.POLL, POLL.replace("\u200e", ""), "", False),
    ("\u200enovelty omitted", True, Kind.FILE, "", "", False),
    ("\u200eAda added Bo", True, Kind.SYSTEM, "\u200eAda added Bo", "", False),
    ("<Video note omitted>", False, Kind.VIDEO, "", "", False),
    ("<View once voice message omitted>", False, Kind.VOICE, "", "", False),
    ("\u200eSticker omitted", True, Kind.STICKER, "", "", False),
    ("This message was deleted by admin Bo", False, Kind.RECALLED, "This message was deleted by admin Bo", "", False),
    ("Waiting for this message. This may take a while.", False, Kind.UNKNOWN, "", "", False),
    ("\u200eVoice call, \u200e5 min", True, Kind.CALL, "", "", False),
    ("\u200e语音通话，\u200e5分钟", True, Kind.CALL, "", "", False),
    ("Live location: 1.5, 2.5 - https://maps.google.com/?q=1.5,2.5", True, Kind.LOCATION, "", "", False),
    ("notes.pdf • \u200e3 pages \u200edocument omitted", True, Kind.FILE, "", "notes.pdf", False),
    ("\u200enotes.pdf • \u200e3 pages \u200e<attached: 0001-notes.pdf>", True, Kind.FILE, "", "0001-notes.pdf", False),
    ("Location: the old mill", False, Kind.TEXT, "Location: the old mill", "", False),
    ("Voice call, 5 min", True, Kind.TEXT, "Voice call, 5 min", "", False),
    ("an admin, no less", False, Kind.TEXT, "an admin, no less", "", False),
    ("a <b> c >", False, Kind.TEXT, "a <b> c >", "", False),
    ("he said this message was deleted", False, Kind.TEXT, "he said this message was deleted", "", False),
    ("see https://example.org/x (really)", False, Kind.TEXT, "see https://example.org/x (really)", "", False),
    ("23/03/22, 13:31 - Bo: nested", False, Kind.TEXT, "23/03/22, 13:31 - Bo: nested", "", False),
    ("", False, Kind.TEXT, "", "", False),
]  # fmt: skip


@pytest.mark.parametrize(("body", "ios", "kind", "text", "file", "edited"), BODIES)
def test_what_the_app_wrote_is_told_from_words(
    tmp_path: Path, body: str, ios: bool, kind: Kind, text: str, file: str, edited: bool
) -> None:
    m = one(tmp_path, body, ios)
    assert (m.kind, m.text, "".join(a.name for a in m.attachments), m.edited) == (kind, text, file, edited)
    assert m.handle == ("" if kind is Kind.SYSTEM else "Ada")


def test_a_trimmed_space_after_the_name_loses_nothing(tmp_path: Path) -> None:
    text = "23/03/22, 13:31 - Ada: a\n23/03/22, 13:32 - Ada:\n\nb\n"
    assert [(m.handle, m.text) for m in messages(write(tmp_path, text))] == [("Ada", "a"), ("Ada", "\n\nb")]


@pytest.mark.parametrize("size", [1, 7, 64])
def test_blocks_may_end_anywhere(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\ufeffx\n" + "".join(f"23/03/22, 13:3{i} - 李雷: a\r\n\r\nb {i}\r\n" for i in range(5)) + "\n\nlast"
    path = write(tmp_path, text)
    whole = read(path)
    monkeypatch.setattr("afterword.importers.whatsapp.headers.BLOCK", size)
    assert read(path) == whole
    assert whole[-1].text == "a\n\nb 4\n\n\nlast"  # type: ignore[union-attr]


CHAT = "23/03/22, 13:31 - Ada: hello\n23/03/22, 13:32 - Bo: hi\n"


def zipped(tmp_path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    path = tmp_path / "WhatsApp Chat - Ada.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in entries:
            z.writestr(name, data, zipfile.ZIP_DEFLATED)
    return path


def test_a_zip_gives_the_same_messages_as_its_text(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("_chat.txt", CHAT.encode()), ("notes.txt", b"milk"), ("docs.zip", b"PK\x03\x04"))
    assert read(path) == read(write(tmp_path, CHAT))
    assert [c.title for c in importer.chats(path, Options())] == ["Ada"]
    match = importer.sniff(path.read_bytes()[:HEAD], path.name)
    assert match is not None
    assert match.score > 0.9


def test_a_chat_sent_as_a_document_is_not_the_chat(tmp_path: Path) -> None:
    other = CHAT.replace("hello", "other").encode()
    path = zipped(tmp_path, ("WhatsApp Chat with X.txt", other), ("_chat.txt", CHAT.encode()))
    assert messages(path)[0].text == "hello"


def test_zip_bombs_and_unsafe_zips_are_refused(tmp_path: Path) -> None:
    bomb = CHAT.encode() + b"\n" * (9 << 20)
    link = zipfile.ZipInfo("a.jpg")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    for entries, code in (
        ((("_chat.txt", bomb),), "import.zip.bomb"),
        ((("../_chat.txt", CHAT.encode()),), "import.zip.unsafe"),
        ((("/_chat.txt", CHAT.encode()),), "import.zip.unsafe"),
        (((link, b"/etc/passwd"), ("_chat.txt", CHAT.encode())), "import.zip.unsafe"),
        ((("a.txt", b"milk"),), "import.zip.no-chat"),
        ((("in.zip", b"PK\x03\x04"),), "import.zip.no-chat"),
    ):
        with pytest.raises(BadInput) as e:
            read(zipped(tmp_path, *entries))
        assert e.value.code == code


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("afterword.importers.whatsapp.archive.ENTRIES", 2)
    with pytest.raises(BadInput) as e:
        read(zipped(tmp_path, ("_chat.txt", CHAT.encode()), ("a", b""), ("b", b"")))
    assert e.value.code == "import.zip.bomb"


def test_a_cut_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("_chat.txt", CHAT.encode()))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(BadInput) as e:
        read(path)
    assert e.value.code == "import.zip.broken"


@pytest.mark.parametrize(
    "text",
    [
        "2022-03-18 14:56:01 李雷\n你好: 嗯\n\n",
        "[LINE] Chat history with X\nSaved on: 2025/6/14 21:09\n\n2024/1/23(火)\n21:09\tAda\thello: x\n",
        "Talk_2021.12.29 20:36-1.txt\n2021년 12월 29일 오후 8:36, 나 : 반가워\n",
        "--------------- 2020년 6월 28일 일요일 ---------------\n[김한길] [오전 1:01] 사진: x\n",
        '{"name": "x", "messages": []}',
        "[2024-01-05 10:22:33] shop.ERROR: no such page\n[stacktrace]\n[2024-01-05 10:22:34] shop.INFO: mail sent\n",
        "12/03/2024 14:05 - 15:00 Rowing: mill pond\n12/03/2024 16:05 - 17:00 Rowing: mill pond\n",
        "My diary\n12.03.2024, 14:05 - walk: fine\nIt was warm.\n",
        "nothing of the kind\n",
        "",
    ],
)
def test_other_formats_are_not_claimed(text: str) -> None:
    assert importer.sniff(text.encode(), "chat.txt") is None


@pytest.mark.parametrize("name", ["README.md", "test_reader.py", "server.log"])
def test_files_that_quote_a_chat_are_not_claimed(name: str) -> None:
    text = "# Reader\n\n12/03/2024, 14:05 - Ada: hello\n12/03/2024, 14:06 - Bo: yes\n"
    assert importer.sniff(text.encode(), name) is None
    assert importer.sniff(text.encode(), "chat.txt")


def test_notices_show_without_the_marks_that_an_editor_took(tmp_path: Path) -> None:
    text = (
        "[23/03/2022, 13:31:05] Mill: Messages and calls are end-to-end encrypted.\n"
        "[23/03/2022, 13:31:06] ~\u202fBo: ~\u202fBo was added\n"
        "[23/03/2022, 13:31:07] ~\u202fBo: hello\n"
    )
    assert [(m.handle, m.kind) for m in messages(write(tmp_path, text))] == [
        ("", Kind.SYSTEM), ("", Kind.SYSTEM), ("Bo", Kind.TEXT)
    ]  # fmt: skip


def test_no_header_at_all_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as e:
        read(write(tmp_path, "hello\nthere\n"))
    assert e.value.code == "import.whatsapp.no-header"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("WhatsApp Chat mit Ada.txt", "Ada"),
        ("WhatsApp 与 李雷 的对话.txt", "李雷"),
        ("与李雷的 WhatsApp 聊天.txt", "李雷"),
        ("AdaとのWhatsAppチャット.txt", "Ada"),
        ("old.txt", "old"),
    ],
)
def test_titles_come_from_file_names_in_any_language(tmp_path: Path, name: str, title: str) -> None:
    assert [c.title for c in importer.chats(write(tmp_path, CHAT, name), Options())] == [title]


@needs_fixtures
@pytest.mark.parametrize(
    ("file", "records", "with_sender"),
    [
        ("whatsapp/joweich__chat-miner/test/whatsapp/test_[mmddyy]_24hrs.txt", 9, 6),
        ("whatsapp/joweich__chat-miner/test/whatsapp/test_ddmmyy_24hrs.txt", 9, 6),
        ("whatsapp/joweich__chat-miner/test/whatsapp/test_mmddyyyy_12hrs.txt", 9, 6),
        ("whatsapp/MasterScrat__Chatistics/tests/test_data/whatsapp/_chat 4.txt", 3, 3),
        ("whatsapp/skowalak__whatsapp-to-sqlite/tests/logs/WhatsApp Chat mit Die üblichen Verdächtigen.txt", 165, 137),
        ("whatsapp/skowalak__whatsapp-to-sqlite/tests/logs/testsubdir/WhatsApp Chat mit Jane Doe.txt", 8, 7),
        ("derived/whatsapp/ios_de_edited_poll.txt", 6, 5),
    ],
)
def test_public_files(file: str, records: int, with_sender: int) -> None:
    found = messages(FIXTURES / file)
    assert (len(found), sum(bool(m.handle) for m in found)) == (records, with_sender)


@needs_fixtures
def test_a_public_file_that_fits_both_orders_asks() -> None:
    path = FIXTURES / "whatsapp/MasterScrat__Chatistics/tests/test_data/whatsapp/_chat 3.txt"
    with pytest.raises(ChoiceNeeded):
        read(path)
    found = messages(path, date_order="dmy")
    assert (len(found), sum(bool(m.handle) for m in found)) == (11, 9)
