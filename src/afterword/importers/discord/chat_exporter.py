"""DiscordChatExporter: json, csv, txt and html. In: a path. Out: one record for each message.

The four forms say different things about one moment. json and new csv have the instant; html has it inside the
message's number (a Discord id counts milliseconds since 2015); txt and old csv have a date in the order of the
exporting machine, which is decided from the whole file or asked for. A partition ("[part 2]") is a file of its own
whose header repeats the channel, so the parts fall into one chat. Words of embeds are the linked page's, of quotes
("> …") and forwards somebody else's: none of them is the speaker's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.discord import _html, _json, _table, _text
from afterword.importers.reading import head_text, header_cells
from afterword.model import ChatRef

_TYPE = re.compile(r'"type"\s*:\s*"(?:Default|Reply|Call|RecipientAdd|ChannelPinnedMessage|GuildMemberJoin)"')
_FORMS = {"json": _json, "csv": _table, "txt": _text, "html": _html}


def _form(head: bytes) -> str:
    text = head_text(head).lstrip()
    if text.startswith("{"):
        start = text[:8192]
        known = '"dateRange"' in start or '"exportedAt"' in start or '"timestampEdited"' in text
        return "json" if known and '"guild"' in start and '"channel"' in start else ""
    if text.startswith("["):  # the messages taken out of their file
        known = all(f'"{field}"' in text for field in ("timestamp", "content", "author"))
        return "json" if known and _TYPE.search(text[:8192]) else ""
    if text.startswith("=====") and text.lstrip("=").lstrip("\r\n").startswith("Guild: "):
        return "txt"
    if text.startswith("<"):
        return "html" if "chatlog__message" in text and "<html" in text[:2048].lower() else ""
    return "csv" if _table.layout(header_cells(head)) else ""


class DiscordChatExporter:
    name = "discord_chat_exporter"
    version = 1
    title = "Discord by DiscordChatExporter (json, csv, txt, html)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        form = _form(head)
        if not form:
            return None
        return Match(1.0 if form != "csv" else 0.95, f"DiscordChatExporter's {form} header")

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield from _FORMS[_form_of(path)].read(path, options)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield from _FORMS[_form_of(path)].chats(path, options)


def _form_of(path: Path) -> str:
    with path.open("rb") as f:
        form = _form(f.read(1 << 16))
    if not form:
        raise BadInput(
            "import.discord.form",
            f"{path.name} has none of the headers that DiscordChatExporter writes.",
            next_step="Export the channel again, as json if you can.",
        )
    return form


importer = DiscordChatExporter()
