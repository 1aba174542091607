"""json, streamed. The channel stands before its messages, the messages in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Options, Record
from afterword.importers.discord._words import (
    file_kind,
    file_name,
    quotes_apart,
    readable,
)
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

# Types that people write; every other is the service's own line: a word or, where the exporter had none, a number.
_WRITTEN = {"Default", "Reply", "0", "19", "20", "21", "23", "ApplicationCommand", "ThreadStarterMessage", ""}


def read(path: Path, options: Options) -> Iterator[Record]:
    yield FileFacts(encoding="utf-8", zone="instant")
    chat = ""
    try:
        for where, value in stream(path, *_places(path), encoding=options.encoding):
            if len(where) == 2 and where[0] == "messages" or len(where) == 1 and isinstance(where[0], int):
                yield _record(value, pointer(where), chat)
            elif where == ("channel",) and isinstance(value, dict):
                chat = _str(value.get("id"))
    except JsonCut as e:
        yield Skipped(pointer(e.path) or "/", "truncated", str(e))


def _places(path: Path) -> tuple[tuple[str, ...], ...]:
    with path.open("rb") as f:
        listed = head_text(f.read(4096)).lstrip().startswith("[")
    return (("*",),) if listed else (("channel",), ("messages", "*"))


def chats(path: Path, options: Options) -> Iterator[ChatRef]:
    guild: dict[str, Any] = {}
    channel: dict[str, Any] = {}
    others: dict[str, str] = {}
    title = ""
    try:
        for where, value in stream(path, ("guild",), ("channel",), ("messages", "*"), encoding=options.encoding):
            if where[:1] == ("guild",) and isinstance(value, dict):
                guild = value
            elif where[:1] == ("channel",) and isinstance(value, dict):
                channel = value
                title = _str(channel.get("name"))
            elif where[0] == "messages":
                if channel.get("type") != "DirectTextChat":
                    break
                author = value.get("author") if isinstance(value, dict) else None
                if isinstance(author, dict) and title in (author.get("name"), author.get("nickname"), _full(author)):
                    others[_str(author.get("id"))] = title
                    break
    except JsonCut:
        pass  # the cut is reported when the messages are read
    if not channel:
        title = path.stem
    kind = _str(channel.get("type"))
    direct = True if kind == "DirectTextChat" else False if kind else None
    if direct is False and _str(guild.get("id")) not in ("", "0"):
        title = " / ".join(t for t in (_str(guild.get("name")), title) if t)
    other = next(iter(others), "")
    key = _str(channel.get("id"))
    yield ChatRef(key, title, direct, "discord", other, title if direct else "")


def _str(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if type(value) in (int, float) else ""


def _list(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _full(author: dict[str, Any]) -> str:
    return f"{author.get('name')}#{author.get('discriminator')}"


def _seconds(value: Any) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _record(m: Any, where: str, chat: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return Skipped(where, "unreadable", json.dumps(m, ensure_ascii=False)[:500])
    at = _seconds(m.get("timestamp"))
    if at is None:
        return Skipped(where, "no-date", json.dumps(m, ensure_ascii=False)[:500])
    author = m.get("author")
    author = author if isinstance(author, dict) else {}
    name = _str(author.get("nickname")) or _str(author.get("name"))
    handle, id = _str(author.get("id")) or name, _str(m.get("id"))
    text, kind = _str(m.get("content")), _str(m.get("type"))
    if kind == "Call":
        end = _seconds(m.get("callEndedTimestamp"))
        seconds = max(end - at, 0.0) if end is not None else None
        return Message(
            where, at, handle, "", Kind.CALL, name, None, chat, id, attachments=(Attachment("call", "", seconds),)
        )
    if kind not in _WRITTEN:
        return Message(where, at, "", text, Kind.SYSTEM, chat=chat, id=id)

    reply, quoted = "", ""
    reference = m.get("reference")
    if isinstance(reference, dict) and reference.get("type") != "Forward":
        reply = _str(reference.get("messageId"))
    forwarded = m.get("forwardedMessage")
    parts = [m]
    what = Kind.TEXT
    if isinstance(forwarded, dict):
        parts.append(forwarded)
        if text:
            quoted = _str(forwarded.get("content"))
        else:
            what, text = Kind.FORWARD, _str(forwarded.get("content"))
    elif text and ">" in text:
        text, quoted = quotes_apart(text)
    if "<" in text:
        users = _list(m.get("mentions"))
        text = readable(text, {_str(u.get("id")): _str(u.get("nickname")) or _str(u.get("name")) for u in users})

    files: list[Attachment] = []
    first: Kind | None = None
    for part in parts:
        for a in _list(part.get("attachments")):
            file = _str(a.get("fileName")) or file_name(_str(a.get("url")))
            first = first if first is not None else file_kind(file)
            files.append(Attachment(file))
        for s in _list(part.get("stickers")):
            first = first if first is not None else Kind.STICKER
            files.append(Attachment(_str(s.get("name"))))
    raw = ""
    if author.get("isBot") is True:
        what = Kind.AUTOMATED
    elif not text and not quoted and what == Kind.TEXT:
        if first is not None:
            what = first
        elif _list(m.get("embeds")):
            what = Kind.LINK
        else:  # a poll, or something newer than the exporter
            what, raw = Kind.UNKNOWN, json.dumps(m, ensure_ascii=False)[:2000]
    return Message(
        where,
        at,
        handle,
        text,
        what,
        name,
        None,
        chat,
        id,
        reply,
        quoted,
        m.get("timestampEdited") is not None,
        tuple(files),
        reactions=_reactions(m["reactions"]) if m.get("reactions") else (),
        raw=raw,
    )


def _reactions(value: Any) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for r in _list(value):
        emoji, count = r.get("emoji"), r.get("count")
        sign = _str(emoji.get("name")) if isinstance(emoji, dict) else _str(emoji)
        users = [_str(u.get("id")) for u in _list(r.get("users"))]
        # without --reactions-users only the number is known
        found.extend((u, sign) for u in users or [""] * min(count if type(count) is int else 1, 50))
    return tuple(found)
