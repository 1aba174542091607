"""One Graph message as a record."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from afterword.importers.json_values import dict_of, dicts_of, object_in, text_of, undated, unreadable, written
from afterword.importers.media import kind_of_mime
from afterword.importers.teams._html import own_and_quoted
from afterword.model import Attachment, Kind, Message, Skipped

_ENDINGS = {
    Kind.IMAGE: ("jpg", "jpeg", "png", "gif", "webp", "heic", "bmp"),
    Kind.VIDEO: ("mp4", "mov", "webm", "mkv", "avi"),
    Kind.VOICE: ("mp3", "wav", "m4a", "ogg", "aac"),
}
_BY_ENDING = {e: k for k, endings in _ENDINGS.items() for e in endings}
_LENGTH = re.compile(r"P(?:(\d{1,3})D)?T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})(?:\.\d+)?S)?\Z")
_DETAIL = re.compile(r"#microsoft\.graph\.(\w+?)EventMessageDetail\Z")


_SMALL = (
    "createdDateTime", "id", "chatId", "from", "user", "displayName", "application", "deletedDateTime", "body",
    "content", "contentType",
)  # fmt: skip
_CAPITAL = tuple(name[0].upper() + name[1:] for name in _SMALL)


class Fields:
    """A Graph object whatever the case of its names."""

    def __init__(self, value: Any) -> None:
        self.raw = dict_of(value)

    def get(self, name: str) -> Any:
        """`name` as the API has it; the tenant export begins it with a capital."""
        if name in self.raw:
            return self.raw[name]
        return self.raw.get(name[0].upper() + name[1:])

    def at(self, name: str) -> Fields:
        return Fields(self.get(name))

    def text(self, name: str) -> str:
        return text_of(self.get(name))


def record(value: Any, where: str, owner: str) -> Message | Skipped:
    if not isinstance(value, dict):
        return unreadable(where, value)
    capital = "CreatedDateTime" in value  # asked once for each message: it is the hot path
    k_created, k_id, k_chat, k_from, k_user, k_name, k_app, k_deleted, k_body, k_content, k_form = (
        _CAPITAL if capital else _SMALL
    )
    try:
        at = datetime.fromisoformat(value.get(k_created)).timestamp()  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return undated(where, value)
    m = Fields(value)
    id = text_of(value.get(k_id))
    chat = text_of(value.get(k_chat)) or m.at("channelIdentity").text("channelId")
    sender = dict_of(value.get(k_from))
    user, app = dict_of(sender.get(k_user)), dict_of(sender.get(k_app))
    handle, name = text_of(user.get(k_id)), text_of(user.get(k_name))
    kind = Kind.TEXT
    if not user and app:
        handle, name, kind = (
            text_of(app.get(k_id)) or text_of(app.get(k_name)),
            text_of(app.get(k_name)),
            Kind.AUTOMATED,
        )
    mine = handle == owner if owner and handle else None
    if value.get(k_deleted):
        return Message(where, at, handle, "", Kind.RECALLED, name, mine, chat, id)
    body = dict_of(value.get(k_body))
    content = text_of(body.get(k_content))
    if m.text("messageType") not in ("message", "") or "<systemEventMessage" in content or not (user or app):
        return _event(m, where, at, chat, id, content, owner)
    if text_of(body.get(k_form)).lower() == "html" or content.startswith("<"):
        own, quoted, picture = own_and_quoted(content)
    else:
        own, quoted, picture = content, "", False
    if subject := m.text("subject").strip():
        own = f"{subject}\n{own}".strip()

    reply = m.text("replyToId")
    files: list[Attachment] = []
    passed: list[str] = []
    first = Kind.IMAGE if picture else None
    for a in dicts_of(m.get("attachments")):
        part = Fields(a)
        what = part.text("contentType")
        if what in ("messageReference", "forwardedMessageReference"):
            inner = object_in(part.text("content"))
            words = text_of(inner.get("originalMessageContent")) or text_of(inner.get("messagePreview"))
            words = own_and_quoted(words)[0]
            if what == "messageReference":
                reply = reply or text_of(inner.get("messageId")) or part.text("id")
                quoted = "\n".join(q for q in (quoted, words) if q)
            else:
                passed.append(words)
        else:
            file = part.text("name")
            by_type = kind_of_mime(what)
            card = what.startswith("application/vnd.microsoft.card")
            by_name = _BY_ENDING.get(file.rpartition(".")[2].lower(), Kind.FILE)
            first = first or by_type or (Kind.LINK if card else by_name)
            files.append(Attachment(file, "" if card or what == "reference" else what))
    raw = ""
    if passed and not own:
        kind, own = (Kind.FORWARD if kind == Kind.TEXT else kind), "\n".join(passed)
    elif passed:
        quoted = "\n".join(q for q in (quoted, *passed) if q)
    elif kind == Kind.TEXT and not own and not quoted:
        kind = first if first is not None else Kind.UNKNOWN
        raw = written(value) if first is None else ""
    edited = bool(m.get("lastEditedDateTime"))
    marks = m.get("reactions")
    return Message(
        where, at, handle, own, kind, name, mine, chat, id, reply, quoted, edited, tuple(files),
        reactions=_reactions(marks) if marks else (), raw=raw,
    )  # fmt: skip


def _event(m: Fields, where: str, at: float, chat: str, id: str, content: str, owner: str) -> Message:
    detail = m.at("eventDetail")
    named = _DETAIL.match(text_of(detail.raw.get("@odata.type")))
    kind = named[1] if named else ""
    inner = detail
    if not kind:  # the tenant export has a field for each kind of event, all but one null
        skip = ("Initiator", "initiator", "EventType", "eventType", "@odata.type")
        kind = next((k for k, v in detail.raw.items() if v and k not in skip), "") or detail.text("eventType")
        inner = Fields(detail.raw.get(kind)) if isinstance(detail.raw.get(kind), dict) else detail
    kind = kind[:1].lower() + kind[1:]
    if kind == "callEnded":
        who = detail.at("initiator").at("user")
        handle = who.text("id")
        length = _LENGTH.match(inner.text("callDuration"))
        seconds = None
        if length:
            d, h, mi, s = (int(g or 0) for g in length.groups())
            seconds = float(d * 86400 + h * 3600 + mi * 60 + s)
        mine = handle == owner if owner and handle else None
        call = (Attachment("call", "", seconds),)
        return Message(where, at, handle, "", Kind.CALL, who.text("displayName"), mine, chat, id, attachments=call)
    words = "" if "<systemEventMessage" in content else own_and_quoted(content)[0]
    return Message(where, at, "", words or kind, Kind.SYSTEM, chat=chat, id=id)


def _reactions(value: Any) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for r in dicts_of(value):
        mark = Fields(r)
        who = mark.at("user")
        user = who.at("user")
        found.append((user.text("id") or who.text("id"), mark.text("reactionType") or mark.text("displayName")))
    return tuple(found)
