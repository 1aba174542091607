"""json, streamed. The channel stands before its messages, the messages in order."""

from __future__ import annotations

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
from afterword.importers.json_values import dict_of, dicts_of, plain_of, undated, unreadable, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
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
                chat = plain_of(value.get("id"))
    except JsonCut as e:
        yield cut(e)


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
                title = plain_of(channel.get("name"))
            elif where[0] == "messages":
                if channel.get("type") != "DirectTextChat":
                    break
                author = value.get("author") if isinstance(value, dict) else None
                if isinstance(author, dict) and title in (author.get("name"), author.get("nickname"), _full(author)):
                    others[plain_of(author.get("id"))] = title
                    break
    except JsonCut:
        pass  # the cut is reported when the messages are read
    if not channel:
        title = path.stem
    kind = plain_of(channel.get("type"))
    direct = True if kind == "DirectTextChat" else False if kind else None
    if direct is False and plain_of(guild.get("id")) not in ("", "0"):
        title = " / ".join(t for t in (plain_of(guild.get("name")), title) if t)
    other = next(iter(others), "")
    key = plain_of(channel.get("id"))
    yield ChatRef(key, title, direct, "discord", other, title if direct else "")


def _full(author: dict[str, Any]) -> str:
    return f"{author.get('name')}#{author.get('discriminator')}"


def _seconds(value: Any) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _record(m: Any, where: str, chat: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = _seconds(m.get("timestamp"))
    if at is None:
        return undated(where, m)
    author = dict_of(m.get("author"))
    name = plain_of(author.get("nickname")) or plain_of(author.get("name"))
    handle, id = plain_of(author.get("id")) or name, plain_of(m.get("id"))
    text, kind = plain_of(m.get("content")), plain_of(m.get("type"))
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
        reply = plain_of(reference.get("messageId"))
    forwarded = m.get("forwardedMessage")
    parts = [m]
    what = Kind.TEXT
    if isinstance(forwarded, dict):
        parts.append(forwarded)
        if text:
            quoted = plain_of(forwarded.get("content"))
        else:
            what, text = Kind.FORWARD, plain_of(forwarded.get("content"))
    elif text and ">" in text:
        text, quoted = quotes_apart(text)
    if "<" in text:
        users = dicts_of(m.get("mentions"))
        text = readable(
            text, {plain_of(u.get("id")): plain_of(u.get("nickname")) or plain_of(u.get("name")) for u in users}
        )

    files: list[Attachment] = []
    first: Kind | None = None
    for part in parts:
        for a in dicts_of(part.get("attachments")):
            file = plain_of(a.get("fileName")) or file_name(plain_of(a.get("url")))
            first = first if first is not None else file_kind(file)
            files.append(Attachment(file))
        for s in dicts_of(part.get("stickers")):
            first = first if first is not None else Kind.STICKER
            files.append(Attachment(plain_of(s.get("name"))))
    raw = ""
    if author.get("isBot") is True:
        what = Kind.AUTOMATED
    elif not text and not quoted and what == Kind.TEXT:
        if first is not None:
            what = first
        elif dicts_of(m.get("embeds")):
            what = Kind.LINK
        else:  # a poll, or something newer than the exporter
            what, raw = Kind.UNKNOWN, written(m)
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
    for r in dicts_of(value):
        emoji, count = r.get("emoji"), r.get("count")
        sign = plain_of(emoji.get("name")) if isinstance(emoji, dict) else plain_of(emoji)
        users = [plain_of(u.get("id")) for u in dicts_of(r.get("users"))]
        # without --reactions-users only the number is known
        found.extend((u, sign) for u in users or [""] * min(count if type(count) is int else 1, 50))
    return tuple(found)
