"""A heading whose weekday is wrong: in a body it is no heading, but where nothing else is there it has to be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.importers.base import Options, importers
from afterword.model import ChatRef, Kind, Message


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


def test_a_line_talk_without_a_heading_has_its_name_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "[LINE] 澄とのトーク (1).txt"
    path.write_text("2026/07/12(日)\n10:00\t澄\tおはよう\n10:01\t澄\tスタンプ\n")
    (chat,) = importers()["line_txt"].chats(path, Options())
    assert chat == ChatRef("", "澄", True, "line", "澄", "澄")
    assert [m.kind for m in messages(path, "line_txt")] == [Kind.TEXT, Kind.STICKER]


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-03\n10:00\tbus\tA\n10:05\tbus\tB\n",
        "# Notes\n\n2024/01/15(Mon)\n10:30\tAda\thi\n",
        "2024.01.03 Wednesday\n10:00 Choir\n11:00 Lunch with Bo\n12:00 Train\n13:00 Home\n",
    ],
)
def test_a_timetable_is_no_line_talk(text: str) -> None:
    assert importers()["line_txt"].sniff(text.encode(), "plan.txt") is None


def test_a_table_with_kakaotalks_columns_and_other_dates_is_not_its_own() -> None:
    sniff = importers()["kakaotalk"].sniff
    assert sniff(b"Date,User,Message\n2024-01-01,ada,hello\n", "log.csv") is None
    assert sniff(b'Date,User,Message\n"2024-01-01 10:00:00","ada","hello"\n', "log.csv") is not None


def test_a_kakaotalk_room_may_stand_above_the_day_of_saving(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(
        "우리 방\n저장한 날짜 : 2024-01-03 15:04:05\n\n"
        "--------------- 2024년 1월 3일 수요일 ---------------\n[아라] [오전 9:05] 안녕\n"
    )
    assert importers()["kakaotalk"].sniff(path.read_bytes(), path.name) is not None
    (chat,) = importers()["kakaotalk"].chats(path, Options())
    assert chat.title == "우리 방"
    assert [m.text for m in messages(path, "kakaotalk")] == ["안녕"]
