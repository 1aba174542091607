"""A letter is read whole at the terminal, with the file it stands in and its place there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command import TALK, Terminal, whatsapp

from afterword.app.timeline import SHORT, one
from afterword.errors import ChoiceNeeded, NotFound
from afterword.texts import LANGS

LETTER = {
    "en": "Dear Ann,\n\n"
    + "The snails are well and so am I. " * 12
    + "\n\nThe ferry leaves at six.\n\nYours, Bob Birch\n",
    "zh": "亲爱的安：\n\n" + "蜗牛都好，我也好，你那里下雨了吗。" * 12 + "\n\n渡船六点开。\n\n爱你的 Bob Birch\n",
}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.mark.parametrize("lang", LANGS)
def test_a_letter_is_read_whole(terminal: Terminal, lang: str) -> None:
    folder = terminal.root / "life"
    folder.mkdir()
    (folder / "WhatsApp Chat with Bob Birch.txt").write_text(whatsapp(TALK), encoding="utf-8")
    keep = {
        "title": "Letter",
        "textContent": LETTER[lang],
        "userEditedTimestampUsec": 1679050000000000,
        "isTrashed": False,
    }
    keep |= {"isArchived": False, "isPinned": False, "color": "DEFAULT", "createdTimestampUsec": 1679050000000000}
    (folder / "Letter.json").write_text(json.dumps(keep, ensure_ascii=False), encoding="utf-8")
    create = ("--name", "Bob", "--me", "Ann Ash", "--subject", "Bob Birch", "--yes")
    person = terminal.json("create-ex", str(folder), *create)["person"]
    (item,) = [i for i in terminal.json("timeline", person)["items"] if i["type"] == "keepsake"]
    (line,) = [row for row in terminal.run("timeline", person, AFTERWORD_LANG=lang).split("\n") if "Letter.json" in row]
    assert LETTER[lang].strip().split("\n")[-1] not in line
    short = line.split()[-1]
    assert re.fullmatch(r"k1:[0-9a-f]{8}", short)
    assert item["id"].startswith(short)
    for id in (short, item["id"], short.removeprefix("k1:").upper()):
        shown = terminal.run("timeline", person, "--open", id, AFTERWORD_LANG=lang)
        assert LETTER[lang].strip() in shown
        (where,) = [row for row in shown.split("\n") if "Letter.json" in row]
        assert where.endswith(f"{folder / 'Letter.json'}, {item['files'][0]['locator']}")
        assert "messages" not in shown
        assert "2023-03-17" in shown
    assert terminal.json("timeline", person, "--open", short) == {"item": item}
    assert terminal.json("timeline", person, "--open", "k1:nothing", code=6)["error"]["code"] == "timeline.unknown"
    assert terminal.json("timeline", person, "--open", "", code=6)["error"]["code"] == "timeline.unknown"


def test_an_id_that_fits_two_items_is_asked_for() -> None:
    items = [{"id": "k1:aaaa0001"}, {"id": "k1:aaaa0002"}, {"id": "k1:aaaa"}, {"type": "talk"}]
    assert one(items, "aaaa")["id"] == "k1:aaaa"
    assert one(items, " K1:AAAA0001 ")["id"] == "k1:aaaa0001"
    with pytest.raises(ChoiceNeeded) as e:
        one(items, "k1:aaaa000")
    assert e.value.details["choices"] == ["k1:aaaa0001", "k1:aaaa0002"]
    for id in ("", "k1:", "b"):
        with pytest.raises(NotFound):
            one(items, id)
    assert SHORT == 11
