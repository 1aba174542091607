"""Feishu (Lark) messages as `im/v1/messages` returns them. In: a path. Out: one record for each.

Read are the answer itself (`data.items`), its items alone, a list under "messages", lines of messages, and the events
a bot receives. The content is JSON inside a string. "@_user_1" in a text stands for a name in `mentions`. Names of
senders are not in the answer; exporters add them as `sender_name`. The shapes follow the API's documentation and public readers
of it; no public export was found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import dicts_of, list_of, object_in, text_of, undated, unreadable, written
from afterword.importers.office_chats._rows import rows, seconds_of
from afterword.importers.reading import head_text
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_PLACES = (("data", "items", "*"), ("items", "*"), ("messages", "*"), ("data", "messages", "*"))
_KINDS = {
    "image": Kind.IMAGE,
    "media": Kind.VIDEO,
    "video": Kind.VIDEO,
    "audio": Kind.VOICE,
    "sticker": Kind.STICKER,
    "file": Kind.FILE,
    "folder": Kind.FILE,
    "location": Kind.LOCATION,
    "share_user": Kind.CONTACT,
    "share_chat": Kind.LINK,
    "share_calendar_event": Kind.LINK,
    "calendar": Kind.LINK,
    "general_calendar": Kind.LINK,
    "todo": Kind.LINK,
    "interactive": Kind.LINK,
    "vote": Kind.POLL,
    "video_chat": Kind.CALL,
    "hongbao": Kind.TRANSFER,
    "merge_forward": Kind.FORWARD,
    "system": Kind.SYSTEM,
}
_AT = re.compile(r"@_(?:user_\d+|all)")
_SLOT = re.compile(r"\{(\w+)\}")


class Feishu:
    name = "feishu"
    version = 1
    title = "Feishu / Lark 飞书 (messages of the open API, json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if text.lstrip()[:1] not in ("[", "{") or '"message_id"' not in text:
            return None
        if re.search(r'"message_id"\s*:\s*"om_', text) and ('"msg_type"' in text or '"message_type"' in text):
            return Match(1.0, "ids and types of Feishu messages")
        if '"msg_type"' in text and '"sender_type"' in text and '"create_time"' in text and '"body"' in text:
            return Match(0.9, "fields of Feishu messages")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(encoding="utf-8", zone="instant")
        for where, value in rows(path, options.encoding, *_PLACES):
            yield value if isinstance(value, Skipped) else _record(value, where)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        found: dict[str, ChatRef] = {}
        for _, value in rows(path, options.encoding, *_PLACES):
            m = _message(value) if isinstance(value, dict) else None
            if m is not None:
                key, kind = text_of(m.get("chat_id")), text_of(m.get("chat_type"))
                direct = True if kind == "p2p" else False if kind else None
                title = text_of(m.get("chat_name"))
                if key not in found or (title and not found[key].title):
                    found[key] = ChatRef(key, title, direct, "feishu")
        yield from found.values()


def _message(value: dict[str, Any]) -> dict[str, Any]:
    """The message of an event, with the sender beside it; any other value is the message."""
    event = value.get("event") if isinstance(value.get("event"), dict) else value
    inner = event.get("message") if isinstance(event, dict) else None
    if isinstance(event, dict) and isinstance(inner, dict):
        return {**inner, "sender": event.get("sender") or inner.get("sender")}
    return value


def _sender(m: dict[str, Any]) -> tuple[str, str, str]:
    """(id, name, type)."""
    sender = m.get("sender")
    if not isinstance(sender, dict):
        return (
            text_of(sender) or text_of(m.get("sender_id")),
            text_of(m.get("sender_name")),
            text_of(m.get("sender_type")),
        )
    id = sender.get("id") or sender.get("sender_id")
    if isinstance(id, dict):
        id = id.get("open_id") or id.get("user_id") or id.get("union_id")
    name = text_of(sender.get("name")) or text_of(sender.get("sender_name")) or text_of(m.get("sender_name"))
    return text_of(id), name, text_of(sender.get("sender_type"))


def _record(value: Any, where: str) -> Message | Skipped:
    if not isinstance(value, dict):
        return unreadable(where, value)
    m = _message(value)
    at = seconds_of(m.get("create_time"))
    if at is None:
        return undated(where, value)
    handle, name, role = _sender(m)
    kind = text_of(m.get("msg_type")) or text_of(m.get("message_type"))
    chat, id, reply = text_of(m.get("chat_id")), text_of(m.get("message_id")), text_of(m.get("parent_id"))
    if m.get("deleted") is True:
        return Message(where, at, handle, "", Kind.RECALLED, name, None, chat, id, reply)
    body = m.get("body")
    raw_content = body.get("content") if isinstance(body, dict) else m.get("content")
    content = object_in(raw_content)
    if kind == "system":
        return Message(where, at, "", _system(content) or text_of(raw_content), Kind.SYSTEM, chat=chat, id=id)
    text = ""
    files: tuple[Attachment, ...] = ()
    what = _KINDS.get(kind, Kind.UNKNOWN)
    if kind == "text":
        what, text = Kind.TEXT, text_of(content.get("text")) or ("" if content else text_of(raw_content))
    elif kind == "post":
        what, text = Kind.TEXT, _post(content)
    else:
        length = content.get("duration")
        seconds = _length(length)
        file = text_of(content.get("file_name")) or text_of(content.get("name"))
        files = (Attachment(file, "", seconds),) if file or seconds is not None else ()
    if "@_" in text:
        called = {text_of(n.get("key")): "@" + text_of(n.get("name")) for n in dicts_of(m.get("mentions"))}
        text = _AT.sub(lambda m: called.get(m[0], m[0]), text)
    if what == Kind.TEXT and not text:
        what = Kind.IMAGE if "img" in json.dumps(content) else Kind.UNKNOWN
    if role in ("app", "bot", "webhook"):
        what = Kind.AUTOMATED
    elif m.get("upper_message_id"):  # a message inside a forwarded bundle
        what = Kind.FORWARD
    raw = written(value) if what == Kind.UNKNOWN else ""
    return Message(
        where, at, handle, text, what, name, None, chat, id, reply, edited=m.get("updated") is True,
        attachments=files, raw=raw,
    )  # fmt: skip


def _length(length: Any) -> float | None:
    """Feishu counts milliseconds."""
    if isinstance(length, str) and length.isascii() and length.isdigit() and len(length) < 12:
        length = int(length)
    return length / 1000 if type(length) in (int, float) and 0 <= length < 1e12 else None


def _post(content: dict[str, Any]) -> str:
    """Rich text: a title and paragraphs of pieces, at times below a language."""
    if "content" not in content:
        content = next((v for v in content.values() if isinstance(v, dict)), {})
    out = [text_of(content.get("title"))]
    paragraphs = content.get("content")
    for paragraph in list_of(paragraphs):
        out.append("".join(_piece(p) for p in dicts_of(paragraph)))
    return "\n".join(out).strip("\n")


def _piece(p: dict[str, Any]) -> str:
    tag = p.get("tag")
    if tag == "at":
        return "@" + (text_of(p.get("user_name")) or text_of(p.get("user_id"))).removeprefix("@")
    if tag == "emotion":
        return f"[{text_of(p.get('emoji_type'))}]"
    return text_of(p.get("text")) or (text_of(p.get("href")) if tag == "a" else "")


def _system(content: dict[str, Any]) -> str:
    def slot(m: re.Match[str]) -> str:
        value = content.get(m[1])
        return ", ".join(str(v) for v in value) if isinstance(value, list) else text_of(value)

    return _SLOT.sub(slot, text_of(content.get("template"))).strip()


importer = Feishu()
