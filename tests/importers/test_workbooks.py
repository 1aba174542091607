"""Tables as xlsx: what a csv of the same sheet would give, and what is refused."""

from __future__ import annotations

import contextlib
import csv
import random
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from afterword.errors import AfterwordError, BadInput, ChoiceNeeded
from afterword.importers import Options, identify, importers, workbooks
from afterword.model import Keepsake, Message

CHAT = [
    ["时间", "发送人", "内容"],
    *([f"2024-02-10 20:{n:02}:00", ("纸船", "林小雨")[n % 2], f"第{n}句"] for n in range(60)),
]
XHS = [
    ["笔记id", "昵称", "标题", "描述", "上传时间", "ip归属地"],
    ["64aa", "阿苗", "海边", "风太大", "2023-05-12 09:00:00", "福建"],
]
PYWXDUMP = [
    ["MsgSvrID", "type_name", "is_sender", "talker", "room_name", "msg", "src", "CreateTime"],
    ["70111", "文本", 0, "wxid_a", "wxid_a", "早", "", datetime(2023, 5, 12, 8, 0)],
    ["70112", "文本", 1, "wxid_b", "wxid_a", "早呀", "", datetime(2023, 5, 12, 8, 1, 30)],
]


def made(path: Path, *sheets: list[Any], formats: dict[str, str] | None = None) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for n, rows in enumerate(sheets, 1):
        page = book.create_sheet(f"表{n}")
        for row in rows:
            page.append(row)
        for cell, form in (formats or {}).items():
            page[cell].number_format = form
    book.save(path)
    return path


def cells(path: Path) -> list[list[str]]:
    return [row for _, _, rows in workbooks.sheets(path) for _, row in rows]


def said(path: Path, name: str) -> list[tuple[object, ...]]:
    records = [r for r in importers()[name].read(path, Options()) if isinstance(r, (Message, Keepsake))]
    return [
        (r.at, r.handle, r.text, r.mine, r.kind) if isinstance(r, Message) else (r.at, r.author, r.title, r.text)
        for r in records
    ]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        ("早", "", "早"),
        ("two\r\nlines", "", "two\nlines"),
        (7, "", "7"),
        (0.5, "", "0.5"),
        (0.1 + 0.2, "", "0.3"),
        (12.0, "", "12"),
        (1701000015, "", "1701000015"),
        (1701000015123, "", "1701000015123"),
        (7.011111111111111e18, "", "7.01111E+18"),
        (True, "", "TRUE"),
        (datetime(2024, 2, 10, 20, 15), "yyyy-mm-dd h:mm:ss", "2024-02-10 20:15:00"),
        (datetime(2024, 2, 10), "yyyy-mm-dd h:mm:ss", "2024-02-10 00:00:00"),
        (datetime(2024, 2, 10), 'yyyy"年"m"月"d"日"', "2024-02-10"),
        (datetime(2024, 2, 10), "[$-804]yyyy/m/d", "2024-02-10"),
        (datetime(2024, 2, 10, 20, 15, 0, 400), "m/d/yy h:mm", "2024-02-10 20:15:00"),
        (date(2024, 2, 10), "", "2024-02-10"),
        (time(20, 15), "", "20:15:00"),
    ],
)
def test_a_cell_is_the_text_of_a_csv(tmp_path: Path, value: object, form: str, text: str) -> None:
    path = made(tmp_path / "a.xlsx", [[value]], formats={"A1": form} if form else None)
    assert cells(path) == [[text]]


@pytest.mark.parametrize(("rows", "name"), [(CHAT, "generic_table"), (XHS, "social_posts"), (PYWXDUMP, "wechat_csv")])
def test_a_workbook_and_its_csv_say_the_same(tmp_path: Path, rows: list[Any], name: str) -> None:
    book = made(tmp_path / "a.xlsx", rows)
    table = tmp_path / "a.csv"
    with table.open("w", encoding="utf-8", newline="") as f:
        csv.writer(f).writerows(cells(book))
    assert identify(book)[0].name == identify(table)[0].name == name
    assert said(book, name) == said(table, name)
    assert len(said(book, name)) == len(rows) - 1


def test_rows_are_named_as_the_spreadsheet_numbers_them(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["标题"], [], *CHAT[:3]])
    assert [r.locator for r in importers()["generic_table"].read(path, Options()) if isinstance(r, Message)] == [
        "row 4",
        "row 5",
    ]


def test_columns_of_ones_own_are_mapped(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["when", "by", "words"], [datetime(2024, 2, 10, 20, 15), "Ada", "hello"]])
    importer = identify(path)[0]
    with pytest.raises(ChoiceNeeded) as e:
        list(importer.read(path, Options()))
    assert e.value.code == "import.mapping"
    found = list(importer.read(path, Options(mapping={"at": "when", "speaker": "by", "text": "words"})))
    assert [(r.at, r.handle, r.text) for r in found if isinstance(r, Message)] == [
        ("2024-02-10T20:15:00", "Ada", "hello")
    ]


def test_a_chat_of_weflow_is_named_above_its_table(tmp_path: Path) -> None:
    head = ["序号", "时间", "发送者身份", "消息类型", "内容"]
    rows = [
        ["会话信息"],
        ["微信ID", "wxid_boat", "", "昵称", "纸船"],
        head,
        [1, "2024-01-01 10:00:00", "纸船", "文本消息", "早"],
        [2, "2024-01-01 10:01:00", "我", "文本消息", "早呀"],
    ]
    path = made(tmp_path / "私聊.xlsx", rows)
    importer = identify(path)[0]
    (chat,) = importer.chats(path, Options())
    assert (chat.title, chat.direct, chat.other_handle, chat.other_name) == ("纸船", True, "wxid_boat", "纸船")
    found = [r for r in importer.read(path, Options()) if isinstance(r, Message)]
    assert [(m.handle, m.mine, m.text) for m in found] == [("纸船", False, "早"), ("", True, "早呀")]


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "a.xlsx", CHAT)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(BadInput) as e:
        identify(path)
    assert e.value.code == "import.docs.extra"
    assert "afterword[docs-import]" in e.value.next_step


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", CHAT)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/worksheets/sheet9.xml", b"<a/>" * (16 << 20))
    with pytest.raises(BadInput) as e:
        identify(path)
    assert e.value.code == "import.zip.bomb"


def test_a_row_or_a_cell_far_out_costs_nothing(tmp_path: Path) -> None:
    path, other = made(tmp_path / "a.xlsx", CHAT[:3]), tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                far = b'<row r="1000000000000"><c r="A1000000000000" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
                data = data.replace(b"</sheetData>", far)
            new.writestr(info.filename, data)
    assert len(cells(other)) == 3


def test_a_damaged_workbook_is_an_error_or_a_skip(tmp_path: Path) -> None:
    whole = made(tmp_path / "a.xlsx", CHAT[:8], [["other"]]).read_bytes()
    rng, path, broken = random.Random("workbook"), tmp_path / "b.xlsx", 0
    for _ in range(120):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(bytes(data[: rng.choice((len(data), rng.randrange(1, len(data))))]))
        try:
            identify(path)
        except AfterwordError as e:
            broken += bool(e.next_step)
        for name in ("generic_table", "wechat_csv", "social_posts"):
            with contextlib.suppress(AfterwordError):
                list(importers()[name].read(path, Options()))
    assert broken > 30
