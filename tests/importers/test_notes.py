"""What a note is not: a chat in an unknown form must end in a clear error. And what a line says of its date."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.errors import BadInput
from afterword.importers import Options, identify, importers
from afterword.importers.notes.papers import importer as papers
from afterword.importers.notes.plain import importer as notes
from afterword.importers.notes.writing import is_letter, moment
from afterword.model import Skipped

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


OTHERS = {
    "README.md": "# Ferry clock\n\nIt shows when the ferry goes.\n",
    "ferry.md": "# Ferry clock\n\nShows when the ferry goes.\n\n## Installation\n\n    pip install ferryclock\n\n## Usage\n\nRun `ferryclock --pier 4`.\n\n## License\n\nMIT\n",
    "渡船钟.md": "# 渡船钟\n\n显示船几点开。\n\n## 安装\n\n    pip install ferryclock\n\n## 使用说明\n\n运行 `ferryclock --pier 4`\n\n## 许可证\n\nMIT\n",
    "mit.txt": "Copyright (c) 2019 Ada Reed\n\nPermission is hereby granted to row this boat, without warranty of any kind.\n",
    "terms.txt": "用户协议\n\n欢迎使用渡船钟。请阅读本用户协议与隐私政策。\n版权所有\n",
    "boat.txt": "import oars\n\ndef row(boat):\n    boat.move()\n    return boat.place\n",
    "server.txt": "INFO pier 4 is open\nWARN pier 3 is closed\nERROR no boat\nINFO boat found\n",
    "boat.conf.txt": "[pier]\nnumber = 4\nopen = yes\nlamp = red\n",
    "fares.txt": "from,to,fare\nreed,holm,3\nholm,reed,3\nreed,lamp,5\n",
    "film.txt": "1\n00:00:01,000 --> 00:00:03,000\nIs the ferry gone?\n\n2\n00:00:04,000 --> 00:00:05,500\nLong ago.\n\n3\n00:00:06,000 --> 00:00:07,000\nOh.\n",
    "changes.txt": "2.1.0\n- the lamp is red\n\n2.0.1\n- repaired the clock\n\n2.0.0\n- a second pier\n",
    "长河.txt": "《长河》\n\n第一章 渡口\n船来了。\n\n第二章 灯\n灯灭了。\n\n第三章 雨\n下雨了。\n",
    "packages.txt": "ferry-clock==2.1\noars>=1.0\nlamp_red\n",
    "bill.txt": "Boats and Oars\\n\\nInvoice No. 17\\nTwo oars 40.00\\nVAT 8.00\\nAmount due 48.00\\n",
    "发票.txt": "电子发票\\n发票号码：0017\\n税率：6%\\n价税合计：肆拾捌元\\n",
    "numbers.txt": "0.250 1.125 3.500\n" * 20,
}
NOTES = {
    "shopping.txt": "eggs\nmilk\nplums\nlamp oil\n",
    "todo.md": "# Todo\n\n- [ ] tax papers\n- [x] dentist 14:30\n- [ ] paint the door\n",
    "cake.md": "# Plum cake\n\n200 g flour, 2 eggs, 80 g butter\n\n1. Stir.\n2. Bake 40 minutes at 180°.\n",
    "laptop.md": "# The old laptop\n\nJonas gave it to me last winter, and it took a weekend until it played music in the kitchen."
    " I ran `sudo apt install mpd` and forgot what else.\n",
    "budget.md": "| what | plan | real |\n|---|---|---|\n| rent | 600 | 600 |\n| food | 300 | 410 |\n\nToo many dinners out.\n",
    "zelt.md": "# Unsere Reise\n\nAm ersten Tag regnete es, und wir spielten Karten.\n\n## Installation\n\nDas Zelt: nie wieder im Dunkeln!\n",
    "letter.txt": "Dear Ada,\n\nthe boat comes without warranty of any kind, all rights reserved, said the old man.\n\nJonas\n",
    "外婆.txt": "外婆的红烧肉\n\n五花肉一斤，冰糖六粒。\n外婆说不能加水，要加黄酒。\n",
    "一句.txt": "记得给阿明打电话\n",
    "2021-05-02.md": "# 2021-05-02\n\n- [x] water the tomatoes\n- [[Jonas]] comes on Thursday\n\nSlept badly.\n\n#garden\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_nobody_wrote_to_anybody_is_no_note(name: str) -> None:
    assert notes.sniff(OTHERS[name].encode(), name) is None


@pytest.mark.parametrize("name", NOTES)
def test_what_somebody_wrote_is_a_note(name: str) -> None:
    assert notes.sniff(NOTES[name].encode(), name) is not None


def test_a_manual_as_document_is_skipped(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for line in OTHERS["ferry.md"].split("\n"):
        document.add_paragraph(line)
    path = tmp_path / "ferry.docx"
    document.save(str(path))
    (record,) = [r for r in papers.read(path, Options()) if hasattr(r, "locator")]
    assert isinstance(record, Skipped)
    assert record.reason == "not-a-note"


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
