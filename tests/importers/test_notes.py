"""What a note is not: a chat in an unknown form must end in a clear error. And what a line says of its date."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.errors import BadInput
from afterword.importers import Options, identify, importers
from afterword.importers.notes.papers import importer as papers
from afterword.importers.notes.writing import is_letter, moment

CHATS = [
    "Mon 10:02 Ada hi\nMon 10:03 Jonas ho\nMon 10:04 Ada so\n",
    "5/3/19, 9:00, Ada, hi\n5/3/19, 9:01, Jonas, ho\n",
    "===============\nchat of two\n===============\n2019-03-05 09:00:01 Ada\nhi\n",
    "09:00\tAda\thi\n09:01\tJonas\tho\n",
    "上午9:00 小河\n在吗\n上午9:01 阿明\n在\n",
]


@pytest.mark.parametrize("text", CHATS)
def test_a_chat_is_never_a_note(text: str, tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text(text, encoding="utf-8")
    # Another importer may know it; if none does, the error is a clear one.
    claims = [i.name for i in importers().values() if i.sniff(path.read_bytes(), path.name)]
    assert "notes" not in claims
    if not claims:
        with pytest.raises(BadInput) as e:
            identify(path)
        assert e.value.code == "import.unknown"


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("5 March 2019", "2019-03-05"),
        ("March 5th, 2019", "2019-03-05"),
        ("Hangzhou, 5.3.2019", "2019-03-05"),
        ("Dienstag, 5. März 2019", "2019-03-05"),
        ("le 5 mars 2019", "2019-03-05"),
        ("2019年3月5日 星期二 晴", "2019-03-05"),
        ("写于2019年3月5日夜", "2019-03-05"),
        ("二〇一九年十二月二十三日", "2019-12-23"),
        ("2019-03-05 21:10", "2019-03-05T21:10:00"),
        ("2019-03-05T21:10:00Z", 1551820200.0),
        ("13/04/2019", "2019-04-13"),
        ("03/04/2019", None),
        ("2019-02-30", None),
        ("I saw him on 5 March 2019", None),
        ("May 2019", None),
    ],
)
def test_a_line_is_a_date_or_it_is_none(line: str, at: str | float | None) -> None:
    assert moment(line) == at


def test_the_order_of_day_and_month_can_be_asked_for() -> None:
    assert (moment("03/04/2019", "dmy"), moment("03/04/2019", "mdy")) == ("2019-04-03", "2019-03-04")


def test_a_salutation_makes_a_letter() -> None:
    assert is_letter(["My dear Ada,", "the oars lay in the reeds."])
    assert is_letter(["亲爱的小河：", "井还在。"])
    assert is_letter(["阿明：", "天凉了，添衣。", "此致", "敬礼"])
    assert not is_letter(["购物：", "糯米", "枇杷"])
    assert not is_letter(["Dear was the price of plums that year. Nobody bought any.", "So it went."])


def test_a_scanned_page_has_no_words_and_a_locked_one_is_refused(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    path = tmp_path / "page.pdf"
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(path)
    (record,) = [r for r in papers.read(path, Options()) if hasattr(r, "locator")]
    assert (record.kind, record.text) == ("note", "")
    writer.encrypt("a made up password")
    writer.write(path)
    with pytest.raises(BadInput) as e:
        list(papers.read(path, Options()))
    assert e.value.code == "import.pdf.encrypted"
