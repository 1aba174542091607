"""X's direct messages. In: a path. Out: one record for each event of each conversation."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Options
from afterword.importers.json_values import dict_of, list_of, unreadable, word_of, written
from afterword.importers.streamed_json import JsonCut, cut, stream
from afterword.importers.x_archive.common import PREFIX, account_of, moment, resolved
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

REACTIONS = {
    "like": "❤️", "funny": "😂", "surprised": "😲", "sad": "😢", "excited": "🔥", "agree": "👍", "disagree": "👎",
    "emoji": "",
}  # fmt: skip
EVENTS = {
    "joinConversation": "joined",
    "participantsJoin": "added",
    "participantsLeave": "left",
    "conversationNameUpdate": "named the conversation",
    "conversationAvatarUpdate": "changed the picture",
    "endAvBroadcast": "call ended",
    "conversationCreate": "created the conversation",
    "trustConversation": "accepted the request",
}


def talks(path: Path, options: Options) -> Iterator[Message | Skipped]:
    owner = account_of(path.parent)[0]
    ids: dict[Any, str] = {}
    n: dict[Any, int] = {}
    late = _late(path, options)
    try:
        for where, value in _elements(path, options):
            chat = where[0]
            if len(where) == 1:
                yield unreadable(f"/{chat}", value)
            elif where[1:] == ("dmConversation", "conversationId"):
                ids[chat] = word_of(value)
            elif len(where) == 4 and where[1:3] == ("dmConversation", "messages"):
                i = n[chat] = n.get(chat, -1) + 1
                key = ids.get(chat) or late.get(chat) or f"#{chat}"
                yield _event(value, f"/{chat}/dmConversation/messages/{i}", key, owner)
    except JsonCut as e:
        yield cut(e)


def _late(path: Path, options: Options) -> dict[Any, str]:
    """Ids of conversations that stand behind their messages; nearly every file has them in front."""
    found: dict[Any, str] = {}
    try:
        for where, value in _elements(path, options):
            if where[-1] == "conversationId":
                found[where[0]] = word_of(value)
            elif where[0] in found:
                return {}
            elif len(where) == 4:
                break
        else:
            return found
        for where, value in _elements(path, options):
            if where[-1] == "conversationId":
                found[where[0]] = word_of(value)
    except JsonCut:
        pass
    return found


def chats(path: Path, options: Options, group: bool) -> Iterator[ChatRef]:
    owner = account_of(path.parent)[0]
    seen: dict[str, str] = {}
    try:
        for where, value in _elements(path, options):
            key = str(where[0])
            if where[-1] == "conversationId":
                seen[key] = word_of(value)
            elif len(where) == 4:
                named = dict_of(dict_of(value).get("conversationNameUpdate")).get("name")
                seen.setdefault(key, "")
                if named and f"{key}/name" not in seen:  # newest first
                    seen[f"{key}/name"] = html.unescape(word_of(named))
    except JsonCut:
        pass
    done: set[str] = set()
    for key, id in seen.items():
        chat = id or f"#{key}"
        if "/" in key or chat in done:
            continue
        done.add(chat)
        ids = id.split("-") if not group and "-" in id else []
        other = next((i for i in ids if i != owner), "") if owner and owner in ids else ""
        if owner and ids == [owner, owner]:
            other = owner
        yield ChatRef(chat, seen.get(f"{key}/name", ""), len(ids) == 2, "x", other)


def _elements(path: Path, options: Options) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """(path, value) of each message, and on the way to them of each conversation's id."""
    for where, value in stream(
        path, ("*", "dmConversation", "messages", "*"), encoding=options.encoding, prefix=PREFIX
    ):
        if where:
            yield where, value


def _event(value: Any, where: str, key: str, owner: str) -> Message | Skipped:
    if not isinstance(value, dict) or len(value) != 1:
        return unreadable(where, value)
    ((what, m),) = value.items()
    if not isinstance(m, dict):
        return unreadable(where, value)
    at = moment(m.get("createdAt"))
    if at is None:
        return Skipped(where, "no-date", written(value))
    id = word_of(m.get("id"))
    sender = word_of(m.get("senderId"))
    mine = sender == owner if owner and sender else None
    if what == "reactionCreate":
        return Message(where, at, sender, "", Kind.REACTION, "", mine, key, id)
    if what not in ("messageCreate", "welcomeMessageCreate"):
        who = word_of(m.get("initiatingUserId"))
        others = [word_of(u) for u in list_of(m.get("userIds") or m.get("participantsSnapshot"))]
        said = html.unescape(word_of(m.get("name")))
        told = " ".join(x for x in (who, EVENTS.get(what, what), ", ".join(others), said) if x)
        return Message(where, at, "", told, Kind.SYSTEM, "", None, key, id)
    text = resolved(word_of(m.get("text")), m.get("urls"))
    media = [word_of(u) for u in list_of(m.get("mediaUrls")) if word_of(u)]
    links = [
        link
        for u in list_of(m.get("urls"))
        if isinstance(u, dict) and (link := word_of(u.get("expanded") or u.get("url")))
    ]
    if media:  # the text ends with a link to the picture itself
        own = [u for u in links if re.search(r"(?:twitter|x)\.com/messages/media/|pic\.(?:twitter|x)\.com/", u)]
        for u in own:
            text = text.removesuffix(u).rstrip() if text.endswith(u) else text
        text = re.sub(r"\s*https?://t\.co/\w+\s*\Z", "", text) if not own else text
    earlier = tuple(
        resolved(word_of(dict_of(e).get("text") or dict_of(e).get("editedText")), m.get("urls"))
        for e in list_of(m.get("editHistory"))
        if isinstance(e, dict)
    )
    earlier = tuple(e for e in earlier if e and e != text)
    reactions = tuple(
        (word_of(r.get("senderId")), REACTIONS.get(word_of(r.get("reactionKey"))) or word_of(r.get("reactionKey")))
        for r in list_of(m.get("reactions"))
        if isinstance(r, dict)
    )
    kind: int = Kind.TEXT
    if what == "welcomeMessageCreate":
        kind = Kind.AUTOMATED
    elif not text:
        kind = _medium(media[0]) if media else Kind.UNKNOWN
    elif text in links:
        kind = Kind.LINK
    raw = written(value) if kind == Kind.UNKNOWN else ""
    parts = tuple(Attachment(u) for u in media)
    return Message(
        where, at, sender, text, kind, "", mine, key, id, "", "", bool(earlier), parts, earlier, reactions, raw
    )  # fmt: skip


def _medium(url: str) -> int:
    if "/dm_gif" in url:
        return Kind.STICKER
    return Kind.VIDEO if "/dm_video" in url or ".mp4" in url else Kind.IMAGE
