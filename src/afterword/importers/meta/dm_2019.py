"""Instagram's `messages.json` of 2018 to 2020: every chat of the account in one list. In: a path. Out: a record each.

People are account names here, moments are ISO with a zone, and texts are clean UTF-8 (the repair leaves them alone).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Options
from afterword.importers.json_values import unreadable, written
from afterword.importers.meta.owner import names_in
from afterword.importers.meta.words import words
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

SHARED = ("media_share_url", "media_owner", "story_share", "live_video_share", "link", "profile_share_username")
_EMPTY = re.compile(r'\{\s*"participants"\s*:\s*\[[^\]]*\]\s*,\s*"conversation"\s*:\s*\[\s*\]')
VIDEO = re.compile(r"\.(?:mp4|mov|webm)(?:\?|\Z)")


def fits(text: str) -> bool:
    """Whether the beginning of a file is this list."""
    return (
        text.startswith("[")
        and '"conversation"' in text
        and (('"sender"' in text and '"created_at"' in text) or bool(_EMPTY.search(text)))
    )


def read(path: Path, options: Options) -> Iterator[Message | Skipped]:
    people, owner = _people(path, options)
    n: dict[Any, int] = {}
    try:
        for where, m in stream(path, ("*", "participants"), ("*", "conversation", "*"), encoding=options.encoding):
            if len(where) == 1:
                yield unreadable(pointer(where), m)
            if len(where) == 3 and where[1] == "conversation":
                i = n[where[0]] = n.get(where[0], -1) + 1
                yield _record(m, f"/{where[0]}/conversation/{i}", _key(where[0], people), owner)
    except JsonCut as e:
        yield cut(e)


def chats(path: Path, options: Options) -> Iterator[ChatRef]:
    people, owner = _people(path, options)
    seen: set[str] = set()
    for index, names in people.items():
        key = _key(index, people)
        others = [p for p in names if p != owner]
        direct = len(names) == 2 if names else None
        other = others[0] if owner and direct and len(others) == 1 else ""
        if key not in seen:
            seen.add(key)
            yield ChatRef(key, other or ", ".join(names), direct, "instagram", other, other)
    for record in read(path, options):  # a chat whose people are not named
        if isinstance(record, Message) and record.chat not in seen:
            seen.add(record.chat)
            yield ChatRef(record.chat, "", None, "instagram")


def _key(index: Any, people: dict[Any, list[str]]) -> str:
    return ", ".join(sorted(people.get(index, ()))) or f"#{index}"


def _people(path: Path, options: Options) -> tuple[dict[Any, list[str]], str]:
    """The people of each chat, and the one who is in all of them."""
    people: dict[Any, list[str]] = {}
    try:
        for where, value in stream(path, ("*", "participants"), encoding=options.encoding):
            if len(where) >= 1:
                people.setdefault(where[0], [])
            if len(where) == 2 and where[1] == "participants":
                people[where[0]] = names_in(value)
    except JsonCut:
        pass  # told when the messages are read
    listed = {frozenset(p) for p in people.values() if p}
    seen = Counter(name for p in listed for name in p)
    everywhere = [name for name, count in seen.items() if count == len(listed)]
    return people, everywhere[0] if len(listed) > 1 and len(everywhere) == 1 else ""


def _moment(value: Any) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.timestamp() if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _record(m: Any, where: str, key: str, owner: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = _moment(m.get("created_at"))
    if at is None:
        return Skipped(where, "no-date", written(m))
    handle = words(m.get("sender"))
    mine = handle == owner if owner and handle else None
    likes = m.get("likes")
    reactions = tuple(
        (words(like.get("username")), "❤")
        for like in (likes if isinstance(likes, list) else ())
        if isinstance(like, dict)
    )
    text = words(m.get("text")) or words(m.get("heart"))
    quoted = words(m.get("media_share_caption"))
    parts = tuple(
        Attachment(name)
        for field in ("media", "media_url", "voice_media", "media_share_url", "link")
        if (name := words(m.get(field))).startswith(("http", "photos/", "videos/", "direct/"))
    )
    kind: int = Kind.TEXT
    raw = ""
    if words(m.get("video_call_action")):
        kind, text = Kind.CALL, ""
    elif words(m.get("action")) and not text:
        return Message(where, at, "", words(m.get("action")), Kind.SYSTEM, "", None, key)
    elif text:
        pass
    elif m.get("voice_media"):
        kind = Kind.VOICE
    elif m.get("animated_media_images"):
        kind = Kind.STICKER
    elif name := words(m.get("media")) or words(m.get("media_url")):
        kind = Kind.VIDEO if VIDEO.search(name) else Kind.IMAGE
    elif any(m.get(field) for field in SHARED):
        kind = Kind.LINK
    else:
        kind, raw = Kind.UNKNOWN, written(m)
    return Message(where, at, handle, text, kind, "", mine, key, "", "", quoted, False, parts, (), reactions, raw)
