"""Files that name a chat's tool, or look a little like its export, are no chats."""

from __future__ import annotations

import json
from typing import Any

import pytest

from afterword.importers.base import importers

NEIGHBOURS: dict[str, tuple[str, Any]] = {
    "a package list that has chatlab": (
        "package-lock.json",
        {"name": "pier", "lockfileVersion": 1, "dependencies": {"chatlab": {"version": "0.3.0", "resolved": "x"}}},
    ),
    "a configuration that starts chatlab": (
        "mcp.json",
        {"meta": {}, "mcpServers": {"chatlab": {"command": "npx", "args": ["-y", "chatlab-mcp"]}}},
    ),
    "a log's configuration": ("logging.json", {"loggers": {"chatlab": {"handlers": ["console"], "version": 1}}}),
    "a list of letters": (
        "letters.json",
        {
            "messages": [
                {"id": "1", "from": "nour@pier.example", "date": "2024-01-01", "type": "message", "subject": "x"}
            ]
        },
    ),
    "what Telegram sends to a bot": (
        "updates.json",
        {"ok": True, "result": [{"update_id": 1, "message": {"from": {"id": 1}, "date": 1700000000, "text": "hi"}}]},
    ),
}


@pytest.mark.parametrize("what", NEIGHBOURS)
def test_neighbours_are_not_claimed(what: str) -> None:
    name, value = NEIGHBOURS[what]
    head = json.dumps(value, indent=1).encode()
    assert [i.name for i in importers().values() if i.sniff(head, name)] == []


def test_a_page_with_a_class_of_its_own_is_no_discord_page() -> None:
    head = b'<html><body><div class="chatlog__box">our chat log</div></body></html>'
    assert importers()["discord_chat_exporter"].sniff(head, "log.html") is None
