"""Discord's data package: `Messages/c…/messages.json`, before 2023 `messages.csv`. In: a path. Out: the owner's words.

The package holds nobody else's words, so every chat is one-sided. Who the owner is stands in `Account/user.json`, what
the channel is in `channel.json` beside the messages and in `index.json` above it; folders have names in the account's
language, so they are found by the files in them. Times are UTC without saying so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.discord._words import file_kind, files_of, quotes_apart, readable
from afterword.importers.json_values import object_beside, plain_of, undated, unreadable, written
from afterword.importers.reading import encoding_of, head_text, header_cells, table
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

_COLUMNS = ["ID", "Timestamp", "Contents", "Attachments"]
_FIRST = re.compile(r'\s*\[\s*\{\s*"ID"\s*:\s*"?\d+"?\s*,\s*"Timestamp"\s*:\s*"')
_INDEX = re.compile(r'\s*\{\s*"\d+"\s*:\s*(?:"|null)')
_WITH = re.compile(r"Direct Message with (.+?)(?:#0)?\Z")
_SMALL = 32 << 20
"""Bytes a companion may have; an account file has some thousand."""


class DiscordPackage:
    name = "discord_package"
    version = 1
    title = "Discord data package (messages.json, messages.csv)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if _FIRST.match(text) and '"Contents"' in text:
            return Match(1.0, "the package's message fields")
        if text.startswith("ID,Timestamp") and header_cells(head) == _COLUMNS:
            return Match(1.0, "the package's message columns")
        if not text.lstrip().startswith("{"):
            return None
        if filename == "channel.json" and '"id"' in text and '"type"' in text:
            return Match(0.8, "a channel of a Discord package", companion=True)
        if filename == "index.json" and _INDEX.match(text):
            return Match(0.8, "the channel names of a Discord package", companion=True)
        if filename == "user.json" and '"username"' in text and ('"discriminator"' in text or '"global_name"' in text):
            return Match(0.9, "the account of a Discord package", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        owner = _owner(path)
        chat, me = _chat(path, owner).key, (plain_of(owner.get("id")), _name(owner))
        with path.open("rb") as f:
            listed = head_text(f.read(4096)).lstrip()[:1] != "I"
        encoding = encoding_of(path, options.encoding) if not listed else options.encoding or "utf-8"
        yield FileFacts(encoding, zone="instant")
        if not listed:
            before = 0
            for n, cells in table(path, encoding):
                where, before = f"line {before + 1}", n
                if not cells or cells == _COLUMNS:
                    continue
                if len(cells) < 3:
                    yield Skipped(where, "unreadable", ",".join(cells)[:500])
                else:
                    yield _record(where, dict(zip(_COLUMNS, cells, strict=False)), chat, me)
            return
        try:
            for place, value in stream(path, ("*",), encoding=options.encoding):
                yield _record(pointer(place), value, chat, me)
        except JsonCut as e:
            yield cut(e)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield _chat(path, _owner(path))


def _owner(path: Path) -> dict[str, Any]:
    """user.json, in whatever the folder is called."""
    if len(path.parents) < 3:
        return {}
    try:
        folders = [p for p in path.parents[2].iterdir() if p.is_dir()][:1000]
    except OSError:
        return {}
    for folder in sorted(folders):
        user = object_beside(folder / "user.json")
        if "username" in user:
            return user
    return {}


def _name(owner: dict[str, Any]) -> str:
    return plain_of(owner.get("global_name")) or plain_of(owner.get("username"))


def _chat(path: Path, owner: dict[str, Any]) -> ChatRef:
    channel = object_beside(path.parent / "channel.json")
    folder = path.parent.name.removeprefix("c")
    key = plain_of(channel.get("id")) or (folder if folder.isdigit() else "")
    title = plain_of(object_beside(path.parent.parent / "index.json").get(key)) or plain_of(channel.get("name"))
    kind = plain_of(channel.get("type"))
    direct = True if kind in ("DM", "1") else False if kind else None
    other = name = ""
    if direct:
        recipients = channel.get("recipients")
        ids = [plain_of(r) for r in recipients] if isinstance(recipients, list) else []
        me = plain_of(owner.get("id"))
        others = [i for i in ids if i and i != me]
        other = others[0] if me in ids and len(others) == 1 else ""
        m = _WITH.match(title)
        name = m[1] if m else ""
    return ChatRef(key, title, direct, "discord", other, name, one_sided=True)


def _record(where: str, m: Any, chat: str, me: tuple[str, str]) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    try:
        at = datetime.fromisoformat(m.get("Timestamp") or "")
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return undated(where, m)
    text, quoted = quotes_apart(plain_of(m.get("Contents")))
    if "<" in text:
        text = readable(text, {})
    files = files_of(plain_of(m.get("Attachments")).split())
    kind, raw = Kind.TEXT, ""
    if not text and not quoted:
        # stickers, calls and polls leave nothing in the package
        kind = file_kind(files[0].name) if files else Kind.UNKNOWN
        raw = "" if files else written(m)
    return Message(
        where, seconds, me[0], text, kind, me[1], True, chat, plain_of(m.get("ID")), "", quoted, False, files, raw=raw
    )


importer = DiscordPackage()
