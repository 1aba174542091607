"""What WeChat's exporters write that no case can hold: files that are refused, a missing library, an open question."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from afterword.errors import BadInput, ChoiceNeeded
from afterword.importers import Options, identify
from afterword.model import FileFacts, Kind, Message, Skipped

DAYS = "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender\n" + "".join(
    f"{n},1,1,0,0,1.7E+09,2,words,{day},a,a,wxid_a\n" for n, day in enumerate(("1/2/2023 10:00", "3/4/2023 10:00"), 1)
)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def refused(path: Path, options: Options | None = None) -> str:
    with pytest.raises((BadInput, ChoiceNeeded)) as e:
        list(identify(path)[0].read(path, options or Options()))
    assert e.value.next_step
    return str(e.value.code)


@pytest.mark.parametrize("stamp", ["10:00:00", "01-02 10:00:00"])
def test_a_time_without_its_year_is_refused(tmp_path: Path, stamp: str) -> None:
    assert refused(written(tmp_path, "a.txt", f"Ann(wxid_ann) {stamp}\nhello\n\n")) == "import.chatlog.no-year"


@pytest.mark.parametrize(
    "rows",
    [
        [{"conversations": [{"role": "user", "content": "a"}]}],
        [{"messages": [{"role": "system", "content": "a"}]}],
        [{"system": "", "instruction": "a", "input": "", "output": "b", "history": []}],
    ],
)
def test_material_to_train_a_model_is_refused(tmp_path: Path, rows: list[object]) -> None:
    assert refused(written(tmp_path, "train.json", json.dumps(rows, indent=4))) == "import.memotrace.training"


def test_the_order_of_day_and_month_is_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "saved_again.csv", DAYS)
    assert refused(path) == "import.date-order"
    found = {
        order: [r.at for r in identify(path)[0].read(path, Options(date_order=order)) if isinstance(r, Message)]
        for order in ("dmy", "mdy")
    }
    assert found == {
        "dmy": ["2023-02-01T10:00:00", "2023-04-03T10:00:00"],
        "mdy": ["2023-01-02T10:00:00", "2023-03-04T10:00:00"],
    }


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from afterword.importers.wechat_exports.memotrace_docx import importer

    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(BadInput) as e:
        list(importer.read(tmp_path / "a.docx", Options()))
    assert e.value.code == "import.docx.missing"
    assert "docs-import" in e.value.next_step


def test_pages_of_one_export_are_one_chat(tmp_path: Path) -> None:
    row = {"type_name": "文本", "is_sender": 0, "talker": "wxid_a", "room_name": "wxid_a", "msg": "早"}
    for n, day in enumerate(("01", "02")):
        written(
            tmp_path, f"wxid_a_{n * 5000}.json", json.dumps([{**row, "id": n, "CreateTime": f"2023-01-{day} 08:00:00"}])
        )
    written(tmp_path, "users.json", json.dumps({"wxid_a": {"wxid": "wxid_a", "nickname": "阿", "headImgUrl": ""}}))
    assert identify(tmp_path / "users.json")[1].companion
    found = [
        r
        for path in sorted(tmp_path.glob("wxid_a_*.json"))
        for r in identify(path)[0].read(path, Options())
        if isinstance(r, Message)
    ]
    assert {(r.chat, r.handle, r.name) for r in found} == {("wxid_a", "wxid_a", "阿")}


def test_a_page_whose_messages_lie_beside_it_says_so(tmp_path: Path) -> None:
    page = written(
        tmp_path,
        "chat.html",
        "<!DOCTYPE html>\n<html><head><title>a - 聊天记录</title></head><body><script>window.WEFLOW_MANIFEST = {};\n"
        "window.WEFLOW_DATA = null;\n</script></body></html>",
    )
    (found,) = [r for r in identify(page)[0].read(page, Options()) if not isinstance(r, FileFacts)]
    assert isinstance(found, Skipped)
    assert found.reason == "in-other-files"


def test_a_literal_longer_than_a_block_is_read(tmp_path: Path) -> None:
    words = "长" * (1 << 20)
    rows = [
        f"{{ type:1, text: '{w}',is_send:0,timestamp:{1_600_000_000 + n},displayname:'a'}},"
        for n, w in enumerate((words, "短"))
    ]
    page = written(
        tmp_path,
        "v1.html",
        "<html><style>.chat-refer{}</style><script>\nconst chatMessages = [\n"
        + "".join(rows)
        + "\n];\n</script></html>",
    )
    found = [r for r in identify(page)[0].read(page, Options()) if isinstance(r, Message)]
    assert [(len(r.text), r.kind) for r in found] == [(1 << 20, Kind.TEXT), (1, Kind.TEXT)]


NO_CHATS = {
    "app.log": "2024-01-01 10:00:00 INFO server: started\n2024-01-01 10:00:01 ERROR db: lost\n",
    "app.txt": "2024-01-01 10:00:00 INFO server: started\n2024-01-01 10:00:01 WARN db: slow\n",
    "packages.txt": "".join(f"2024-01-01 10:00:0{n} status installed tool-{n}\n" for n in range(8)),
    "diary.txt": "2024-01-01 10:00 早饭：粥\n2024-01-02 11:00 电影：老片子\n2024-01-03 12:00 晚饭：面\n",
    "errands.txt": "2024-01-01 10:00 买菜\n2024-01-02 11:00 看戏：老本子\n2024-01-03 12:00 吃饭：面\n",
    "worker.log": "2024-01-05 10:22:33 - root: started\n2024-01-05 10:22:34 - worker: picked 3\n",
    "timetable.txt": "语文 08:00\n数学 09:00\n语文 10:00\n数学 11:00\n",
    "compose.yml": "name: web\nimage: one\nname: db\nimage: two\n",
    "history.txt": "Start-Date: 2024-01-01  10:00:00\nCommandline: x\nEnd-Date: 2024-01-01  10:00:09\n\n"
    "Start-Date: 2024-01-02  10:00:00\nCommandline: y\nEnd-Date: 2024-01-02  10:00:09\n",
    "commits.json": '[{"author": "a", "date": "2024-01-01", "message": "x"}]',
    "log.jsonl": '{"time": "2024-01-01T00:00:00Z", "level": "info", "msg": "x", "from": "y"}\n',
    "notes.md": "# 说明\n\n支持: 各系统\n作者: 某人\n注意：先登录\n",
}


@pytest.mark.parametrize("name", NO_CHATS)
def test_what_is_no_chat_is_not_taken_for_one(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name, NO_CHATS[name])
    try:
        found = identify(path)[0].name
    except BadInput:
        return
    assert found == "notes"
