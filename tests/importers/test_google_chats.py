"""The chats that a Takeout names are those that its records are in, and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from afterword.importers.base import Options, importers
from afterword.importers.google._dates import moment


def keys(path: Path) -> list[str]:
    return [c.key for c in importers()["hangouts"].chats(path, Options())]


def event(text: str) -> dict[str, Any]:
    said = {"message_content": {"segment": [{"type": "TEXT", "text": text}]}}
    return {"sender_id": {"gaia_id": "7"}, "timestamp": "1569073414201730", "chat_message": said}


def test_hangouts_names_no_chat_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "Hangouts.json"
    here = {"conversation_id": {"id": "Ug1"}, "conversation": {"type": "STICKY_ONE_TO_ONE"}}
    path.write_text(json.dumps({"conversations": [{"conversation": here, "events": [event("hi")]}]}))
    assert keys(path) == ["Ug1"]


def test_hangouts_names_the_chat_of_events_without_a_conversation(tmp_path: Path) -> None:
    path = tmp_path / "Hangouts.json"
    path.write_text(json.dumps({"conversations": [{"events": [event("hi")]}]}))
    assert keys(path) == [""]


@pytest.mark.parametrize(
    "written",
    [
        "Friday, May 29, 2026 at 3:00:29\u202fPM UTC",
        "Friday, May 29, 2026 at 3:00:29 PM Coordinated Universal Time",
        "2026年5月29日星期五 UTC 15:00:29",
        "Παρασκευή 29 Μαΐου 2026 στις 3:00:29 μ.μ. UTC",
        "יום שישי, 29 במאי 2026 בשעה 15:00:29 UTC",
        "الجمعة، 29 مايو 2026 في 3:00:29 م UTC",
        "शुक्रवार, 29 मई 2026 को 3:00:29 pm UTC बजे",
        "วันศุกร์ที่ 29 พฤษภาคม พ.ศ. 2569 เวลา 15:00:29 UTC",
        "วันศุกร์ที่ 29 พฤษภาคม 2026 เวลา 15 นาฬิกา 00 นาที 29 วินาที UTC",
        "divendres, 29 de maig del 2026, a les 15:00:29 UTC",
        "piatok 29. mája 2026 o 15:00:29 UTC",
        "петък, 29 май 2026 г. в 15:00:29 ч. UTC",
    ],
)
def test_a_moment_is_read_in_the_language_of_the_account(written: str) -> None:
    assert moment(written) == 1780066829.0


def test_a_month_that_is_another_in_a_neighbouring_language_is_not_guessed() -> None:
    assert moment("petak, 29. svibnja 2026. u 15:00:29 UTC") is None
