"""One message of Slack as a record, and who and where its ids are."""

from __future__ import annotations

import math
from typing import Any

from afterword.importers.json_values import dict_of, dicts_of, text_of, undated, unreadable, written
from afterword.importers.media import kind_of_mime
from afterword.importers.slack._words import own_and_quoted, readable, text_of_blocks
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

_WRITTEN = {"", "thread_broadcast", "reply_broadcast", "me_message", "file_share", "file_comment", "file_mention"}
_BOTS = {"bot_message", "assistant_app_thread", "slackbot_response", "ai_message"}
_CALLS = {"huddle_thread", "sh_room_created"}
_GONE = {"tombstone", "message_deleted"}


class Cast:
    """Names of people and channels, and what a folder is."""

    def __init__(self, lists: dict[str, list[Any]]) -> None:
        self.names: dict[str, str] = {}
        self.bots = {"USLACKBOT"}
        self._ids: dict[str, str] = {}
        self._chats: dict[str, tuple[str, bool | None]] = {}
        for file in ("users.json", "org_users.json"):
            for user in dicts_of(lists.get(file)):
                id = text_of(user.get("id"))
                self.names[id] = name_of(user)
                if user.get("is_bot") is True:
                    self.bots.add(id)
        for file, direct in (
            ("channels.json", False),
            ("groups.json", False),
            ("mpims.json", False),
            ("dms.json", True),
        ):
            for chat in dicts_of(lists.get(file)):
                id, name = text_of(chat.get("id")), text_of(chat.get("name"))
                if not id:
                    continue
                if name:
                    self.names.setdefault(id, name)
                    self._ids.setdefault(name, id)
                members = chat.get("members")
                people = [self.names.get(text_of(m), text_of(m)) for m in members] if isinstance(members, list) else []
                self._chats[id] = (name or ", ".join(people[:8]), direct)

    def key(self, folder: str) -> str:
        return self._ids.get(folder, folder)

    def ref(self, folder: str) -> ChatRef:
        key = self.key(folder)
        title, direct = self._chats.get(key, (folder, None))
        return ChatRef(key, title, direct, "slack")


def name_of(user: dict[str, Any]) -> str:
    profile = dict_of(user.get("profile"))
    for source, field in ((profile, "display_name"), (profile, "real_name"), (user, "real_name"), (user, "name")):
        if name := text_of(source.get(field)):
            return name
    return text_of(user.get("display_name"))


def _moment(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        at = float(value)
    except (ValueError, OverflowError):
        return None
    return at if math.isfinite(at) else None


def record(m: Any, where: str, cast: Cast, chat: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = _moment(m.get("ts"))
    if at is None:
        return undated(where, m)
    subtype, id = text_of(m.get("subtype")), text_of(m.get("ts"))
    if subtype == "message_changed":  # the changed message stands in its own place
        return Skipped(where, "duplicate-edit", written(m)[:500])
    handle = text_of(m.get("user")) or text_of(m.get("bot_id")) or text_of(m.get("username"))
    name = cast.names.get(handle, "")
    if not name:
        profile = m.get("user_profile") or m.get("bot_profile")
        name = name_of(profile) if isinstance(profile, dict) else text_of(m.get("username"))
    thread = text_of(m.get("thread_ts"))
    reply = thread if thread != id else ""
    if subtype in _GONE:
        return Message(where, at, handle, "", Kind.RECALLED, name, None, chat, id, reply)
    if subtype in _CALLS:
        return Message(
            where, at, handle, "", Kind.CALL, name, None, chat, id, reply, attachments=(_call(m.get("room")),)
        )
    said = text_of(m.get("text"))
    automated = subtype in _BOTS or handle in cast.bots or bool(m.get("bot_id") and not m.get("client_msg_id"))
    if subtype and subtype not in _WRITTEN and not automated and not m.get("client_msg_id"):
        return Message(where, at, "", readable(said, cast.names), Kind.SYSTEM, chat=chat, id=id)

    files = dicts_of(m.get("files")) or dicts_of([m.get("file")])
    comment = m.get("comment")
    if subtype == "file_comment" and isinstance(comment, dict):  # "<@U1> commented on …: words"
        said, handle = text_of(comment.get("comment")), text_of(comment.get("user")) or handle
        name, files = cast.names.get(handle, name), []
    elif subtype == "file_share" and said.startswith("<@") and (": " in said or " shared " in said):
        first = files[0].get("initial_comment") if files else None
        said = text_of(first.get("comment")) if isinstance(first, dict) else ""
    own, quoted = own_and_quoted(said, cast.names)
    if not own and not quoted and m.get("blocks"):
        own = text_of_blocks(m["blocks"], cast.names).strip("\n")
    shown = dicts_of(m.get("attachments"))
    shared = [a for a in shown if a.get("is_share") is True or a.get("is_msg_unfurl") is True]
    kind, raw = Kind.TEXT, ""
    if shared:
        words = "\n".join(
            w for a in shared if (w := readable(text_of(a.get("text")) or text_of(a.get("fallback")), cast.names))
        )
        if own:
            quoted = "\n".join(q for q in (quoted, words) if q)
        else:
            kind, own = Kind.FORWARD, words
    if automated:
        kind = Kind.AUTOMATED
        own = own or readable(
            "\n".join(text_of(a.get("fallback")) or text_of(a.get("text")) for a in shown), cast.names
        )
    elif not own and not quoted and kind == Kind.TEXT:
        if files:
            kind = kind_of_mime(text_of(files[0].get("mimetype"))) or Kind.FILE
        elif shown:
            kind = Kind.LINK
        else:
            kind, raw = Kind.UNKNOWN, written(m)
    return Message(
        where,
        at,
        handle,
        own,
        kind,
        name,
        None,
        chat,
        id,
        reply,
        quoted,
        bool(m.get("edited")),
        tuple(_file(f) for f in files),
        reactions=_reactions(m["reactions"]) if m.get("reactions") else (),
        raw=raw,
    )


def _file(f: dict[str, Any]) -> Attachment:
    length: Any = f.get("duration_ms")
    seconds = length / 1000 if type(length) in (int, float) and 0 <= length < 1e12 else None
    return Attachment(text_of(f.get("name")) or text_of(f.get("title")), text_of(f.get("mimetype")), seconds)


def _call(room: Any) -> Attachment:
    room = dict_of(room)
    start, end = _moment(room.get("date_start")), _moment(room.get("date_end"))
    return Attachment("huddle", "", end - start if start and end and end >= start else None)


def _reactions(value: Any) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for r in dicts_of(value):
        users = r.get("users")
        found.extend((text_of(u), text_of(r.get("name"))) for u in (users if isinstance(users, list) else [""]))
    return tuple(found)
