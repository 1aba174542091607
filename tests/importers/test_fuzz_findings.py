"""What fuzzing found, each as a file of our own making: records, a Skipped, or an error that says what to do."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest

from afterword.errors import BadInput
from afterword.importers import Options, importers
from afterword.model import Message, Skipped

CASES = Path(__file__).parent


@pytest.mark.skipif(sys.platform == "win32", reason="the library dies in another way there")
def test_a_store_on_which_the_library_dies_keeps_what_came_before_and_counts_the_cut(tmp_path: Path) -> None:
    pytest.importorskip("pypff")
    store = tmp_path / "broken.pst"
    data = bytearray((CASES / "pst" / "store_en" / "input.pst").read_bytes())
    data[4368:4400] = b": Thu, 7\x00Mar 2019 08:00:00 +0800"[:32]
    data[5022:5030] = b"\xff\xff\xff\xff\xff\xff\x06\xd0"
    store.write_bytes(data)
    records = [r for r in importers()["pst"].read(store, Options()) if isinstance(r, Message | Skipped)]
    assert [r.reason for r in records if isinstance(r, Skipped)][-1:] == ["unreadable"]
    assert list(importers()["pst"].chats(store, Options())) is not None


def test_a_store_whose_reader_is_killed_in_the_middle_loses_nothing_that_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pypff")
    from afterword.importers.mail import pst

    good = CASES / "pst" / "store_en" / "input.pst"
    whole = list(pst.apart(good))
    reading = pst.apart(good)
    first = [next(reading), next(reading)]
    assert first == whole[:2]
    reading.close()  # the process goes with its reader
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert [r.reason for r in pst.apart(good) if isinstance(r, Skipped)] == ["unreadable"]


def test_a_zip_entry_without_a_name_is_no_chat(tmp_path: Path) -> None:
    path = tmp_path / "chat.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("x", "17/03/2023, 10:00 - Ann: hi\n")
    data = path.read_bytes()
    at = data.rindex(b"PK\x01\x02")
    nameless = data[: at + 28] + b"\0\0" + data[at + 30 : at + 46] + data[at + 47 :]
    end = nameless.rindex(b"PK\x05\x06")
    size = int.from_bytes(nameless[end + 12 : end + 16], "little") - 1
    nameless = nameless[: end + 12] + size.to_bytes(4, "little") + nameless[end + 16 :]
    path.write_bytes(nameless)
    assert [i.filename for i in zipfile.ZipFile(io.BytesIO(nameless)).infolist()] == [""]
    with pytest.raises(BadInput):
        list(importers()["whatsapp"].read(path, Options()))


@pytest.mark.parametrize("mark", [b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\xff\xfe", b"\xfe\xff"])
@pytest.mark.parametrize("charset", ["utf-32", "utf-16", "zlib", "rot13"])
def test_a_page_that_names_an_encoding_it_is_not_in_is_read_anyway(tmp_path: Path, mark: bytes, charset: str) -> None:
    source = sorted((CASES / "qq_mht").glob("*/input.*"))[0]
    path = tmp_path / "page.mht"
    path.write_bytes(mark + source.read_bytes())
    list(importers()["qq_mht"].read(path, Options()))
    path.write_bytes(source.read_bytes().replace(b"charset=UTF-8", b"charset=" + charset.encode()))
    assert any(isinstance(r, Message) for r in importers()["qq_mht"].read(path, Options()))


def test_an_element_that_the_parser_has_no_name_for_stands_beside_a_message(tmp_path: Path) -> None:
    source = sorted((CASES / "messenger_html").glob("*/input.html"))[0].read_text(encoding="utf-8")
    path = tmp_path / "message_1.html"
    for odd in ("<?xml version='1.0'?>", "<!doctype x>", "<svg><![CDATA[x]]></svg>", "<\x00b>x</\x00b>"):
        path.write_text(source.replace("<div", odd + "<div"), encoding="utf-8")
        assert sum(isinstance(r, Message) for r in importers()["messenger_html"].read(path, Options())) >= 1
