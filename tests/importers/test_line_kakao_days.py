"""A heading whose weekday is wrong: in a body it is no heading, but where nothing else is there it has to be one."""

from __future__ import annotations

from pathlib import Path

from afterword.importers.base import Options, importers
from afterword.model import ChatRef, Message


def messages(path: Path, importer: str) -> list[Message]:
    return [r for r in importers()[importer].read(path, Options()) if isinstance(r, Message)]


def test_line_where_no_weekday_is_right(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("[LINE] 澄とのトーク履歴\n保存日時：2026/07/14 10:00\n\n2026/07/12(月)\n10:00\t澄\tおはよう\n")
    assert [m.at for m in messages(path, "line_txt")] == ["2026-07-12T10:00:00"]


def test_line_takes_no_day_with_a_wrong_weekday_out_of_a_body(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("2026/07/12(日)\n10:00\t澄\t予定:\n2026/07/15(月)\n10:05\t澄\t了解\n")
    assert [(m.at, m.text) for m in messages(path, "line_txt")] == [
        ("2026-07-12T10:00:00", "予定:\n2026/07/15(月)"),
        ("2026-07-12T10:05:00", "了解"),
    ]


def test_kakaotalk_believes_the_rules_beside_a_day(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(
        "아라 님과 카카오톡 대화\n저장한 날짜 : 2026-07-24 18:00:00\n\n"
        "--------------- 2026년 7월 1일 화요일 ---------------\n[아라] [오후 2:59] 안녕\n"
    )
    assert [m.at for m in messages(path, "kakaotalk")] == ["2026-07-01T14:59:00"]


def test_a_line_chat_of_two_others_is_not_called_direct(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("[LINE] Chat history with Choir Bus\n\n2026/08/15(Sat)\n14:32\tAda\thi\n14:33\tBo\tho\n")
    (chat,) = importers()["line_txt"].chats(path, Options())
    assert chat == ChatRef("", "Choir Bus", None, "line")
