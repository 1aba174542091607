"""What no case folder can hold: attachments of many megabytes, wherever the borders of a block fall."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from afterword.importers import Options, importers
from afterword.importers.sms_xml import _bytes as module
from afterword.model import FileFacts, Message, Skipped

SMS = '<sms address="+4790000001" date="{}" type="1" body={} contact_name="Liv" />\n'
MMS = (
    '<mms date="{}" msg_box="1" address="+4790000001" contact_name="Liv"><parts>'
    '<part ct="image/jpeg" name="bay.jpg" data={} /><part ct="text/plain" text="the bay &#55357;&#56834;" />'
    "</parts></mms>\n"
)


def read(path: Path) -> list[Message | Skipped]:
    found = importers()["sms_xml"].read(path, Options())
    return [r for r in found if isinstance(r, Message | Skipped)]


def test_attachments_need_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "sms.xml"
    with path.open("w", encoding="utf-8") as f:
        f.write("<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"4\">\n")
        for i in range(4):
            f.write(MMS.format(1_700_000_000_000 + i, '"' + "QUJD" * 4_000_000 + '"'))
        f.write("</smses>\n")
    tracemalloc.start()
    found = read(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(r.text, r.attachments[0].name) for r in found if isinstance(r, Message)] == [("the bay 😂", "bay.jpg")] * 4
    assert most < 20_000_000


@pytest.mark.parametrize("block", [1, 7, 64, 4096])
def test_it_does_not_matter_where_a_block_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    path = tmp_path / "sms.xml"
    words = "'she wrote data=\"" + "short one\" and then 好的 &#xD83C;&#xDF86;'"
    parts = ['"' + "QUJD" * 700 + '"', "'" + "QUJD&#10;" * 900 + "'", '"QUJD"', '"null"']
    body = SMS.format(1_700_000_000_000, words) + "".join(MMS.format(1_700_000_000_001, p) for p in parts)
    path.write_text("<smses>\n" + body + SMS.format(1_700_000_000_002, '"end"') + "</smses>", encoding="utf-8")
    whole = read(path)
    monkeypatch.setattr(module, "BLOCK", block)
    assert read(path) == whole
    said = [r.text for r in whole if isinstance(r, Message)]
    assert said == ['she wrote data="short one" and then 好的 🎆', *["the bay 😂"] * 4, "end"]


def test_characters_that_no_xml_may_hold_end_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sms.xml"
    body = SMS.format(1_700_000_000_000, '"a\x07b&#0;c&#65535;"').encode() + SMS.format(
        1_700_000_000_001, '"caf\xe9"'
    ).encode("latin-1")
    path.write_bytes(b"<smses>" + body + SMS.format(1_700_000_000_002, '"end"').encode() + b"</smses>")
    assert [r.text for r in read(path) if isinstance(r, Message)] == ["ab\ufffdc\ufffd", "caf\ufffd", "end"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_backup_saved_again_by_an_editor_is_read(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "sms.xml"
    head = f"<?xml version='1.0' encoding='{codec if codec == 'gb18030' else 'UTF-8'}' ?>\n"
    path.write_text(head + "<smses>" + SMS.format(1_700_000_000_000, '"回来了"') + "</smses>", encoding=codec)
    found = list(importers()["sms_xml"].read(path, Options()))
    assert isinstance(found[0], FileFacts)
    assert [r.text for r in found if isinstance(r, Message)] == ["回来了"]


@pytest.mark.parametrize("block", [3, 64, 1 << 18])
def test_lines_written_as_they_are_stay_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    path = tmp_path / "sms.xml"
    monkeypatch.setattr(module, "BLOCK", block)
    text = '<smses>\n<sms address="+4790000001"\n  date="1700000000000" type="1" body="one\ntwo\r\nthree" contact_name="a="/>\n'
    path.write_bytes(
        (
            text + SMS.format(1_700_000_000_001, '"x = "') + SMS.format(1_700_000_000_002, '"\n> so\n"') + "</smses>"
        ).encode()
    )
    assert [r.text for r in read(path) if isinstance(r, Message)] == ["one\ntwo\nthree", "x = ", "\n> so\n"]
