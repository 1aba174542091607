"""The ladder of encodings: what people's files are in, and what damage costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.errors import BadInput
from afterword.importers.reading import damaged_characters, encoding_of, encoding_of_head, lines

CHINESE = "今天去海边吗？我在楼下等你，带上那把伞，晚上一起吃面。你说的那家店我也想去看看，明天有时间的话。\n" * 4
TRADITIONAL = "今天要去海邊嗎？我在樓下等妳，記得帶傘，晚上一起吃麵好不好。\n" * 6
KOREAN = "오늘 바다에 갈까? 아래에서 기다릴게, 우산 가져와. 저녁에 국수 먹자. 내일도 시간이 있으면 좋겠다.\n" * 6
JAPANESE = "今日は海に行く？下で待ってるよ、傘を持ってきて。夜は麺を食べよう。\n" * 6
FRENCH = "On va à la mer aujourd'hui ? Je t'attends en bas, n'oublie pas le parapluie, ça va être l'été.\n" * 6


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_in_the_encodings_of_chinese_programs(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(CHINESE.encode(codec))
    found = encoding_of(path)
    assert "\n".join(t for _, t in lines(path, found)) == CHINESE.rstrip("\n")


@pytest.mark.parametrize(("text", "codec"), [(KOREAN, "cp949"), (FRENCH, "cp1252"), (JAPANESE, "cp932")])
def test_other_languages_are_not_taken_for_chinese(tmp_path: Path, text: str, codec: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(codec))
    try:
        found = encoding_of(path)
    except BadInput as e:
        assert e.next_step  # noqa: PT017 - asking is as good as knowing
        return
    assert "".join(t + "\n" for _, t in lines(path, found)) == text


def test_a_damaged_byte_costs_one_character_and_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    data = bytearray(CHINESE.encode())
    data[31] = 0xFF
    path.write_bytes(bytes(data))
    assert encoding_of_head(bytes(data)) == "utf-8"
    assert encoding_of(path) == "utf-8"
    whole = [t for _, t in lines(path, "utf-8")]
    assert whole[1:] == CHINESE.rstrip("\n").split("\n")[1:]
    assert "\ufffd" in whole[0]
    assert damaged_characters(path, "utf-8") >= 1
    path.write_text(CHINESE + "\ufffd", encoding="utf-8")
    assert damaged_characters(path, "utf-8") == 0


def test_big_files_are_judged_whole(tmp_path: Path) -> None:
    """ASCII for the first megabytes, GB 18030 behind them."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"hello there\n" * 200_000 + CHINESE.encode("gb18030") * 50)
    assert encoding_of(path) == "gb18030"


def test_an_encoding_that_was_asked_for_must_fit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(CHINESE.encode("gb18030"))
    with pytest.raises(BadInput) as e:
        encoding_of(path, "utf-8")
    assert e.value.code == "import.encoding"
    assert encoding_of(path, "gb18030") == "gb18030"


def test_traditional_chinese_in_big5_is_read_or_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TRADITIONAL.encode("big5"))
    try:
        found = encoding_of(path)
    except BadInput:
        return
    assert "".join(t + "\n" for _, t in lines(path, found)) == TRADITIONAL
