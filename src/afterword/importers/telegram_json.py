"""Telegram Desktop's `result.json`: one chat, or a whole account. In: a path. Out: one record for each message object.

Files reach gigabytes, so they are streamed. A forwarded message is somebody else's words in the sender's chat; it is
kept as FORWARD and teaches no voice. `date` is local without a zone; `date_unixtime` is used where it exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options
from afterword.importers.reading import head_text, json_file
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

MEDIA = {
    "sticker": Kind.STICKER,
    "voice_message": Kind.VOICE,
    "audio_file": Kind.VOICE,
    "video_message": Kind.VIDEO,
    "video_file": Kind.VIDEO,
    "animation": Kind.VIDEO,
}
FIELDS = (
    ("photo", Kind.IMAGE),
    ("location_information", Kind.LOCATION),
    ("contact_information", Kind.CONTACT),
    ("poll", Kind.POLL),
    ("file", Kind.FILE),
)


class TelegramJson:
    name = "telegram_json"
    version = 1
    title = "Telegram Desktop (result.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if not text.lstrip().startswith("{"):
            return None
        if '"date_unixtime"' in text or ('"from_id"' in text and '"text"' in text and '"messages"' in text):
            return Match(0.95, "Telegram message fields")
        if '"personal_information"' in text and '"chats"' in text or '"type": "personal_chat"' in text:
            return Match(0.9, "Telegram account export")
        if '"messages"' in text and '"type": "message"' in text and '"from"' in text and '"date"' in text:
            return Match(0.5, "Telegram messages without ids of their senders")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        import ijson

        chat: dict[str, Any] = {}
        owner = item = base = ""
        n = 0
        seen = {"chats.list.item": 0, "left_chats.list.item": 0}
        with json_file(path) as f:
            try:
                builder: Any = None
                for prefix, event, value in ijson.parse(f, use_float=True):
                    if builder is not None:
                        builder.event(event, value)
                        if prefix == item and event == "end_map":
                            yield _record(builder.value, f"{base}/messages/{n}", chat, owner)
                            n += 1
                            builder = None
                    elif prefix.endswith("messages.item") and event == "start_map":
                        item, builder = prefix, ijson.ObjectBuilder()
                        builder.event(event, value)
                    elif prefix.endswith("messages.item") and event in ("string", "number", "boolean", "null"):
                        yield Skipped(f"{base}/messages/{n}", "unreadable", str(value)[:500])
                        n += 1
                    elif prefix == "personal_information.user_id":
                        owner = f"user{value}"
                    elif prefix in seen and event == "start_map":
                        chat, n = {}, 0
                        base = f"/{prefix.removesuffix('.item').replace('.', '/')}/{seen[prefix]}"
                        seen[prefix] += 1
                    elif prefix.rpartition(".")[0] in ("", "chats.list.item", "left_chats.list.item") and event in (
                        "string",
                        "number",
                        "null",
                    ):
                        chat[prefix.rpartition(".")[2]] = value
            except ijson.JSONError as e:
                yield Skipped(f"{base}/messages/{n}", "truncated", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        import ijson

        chat: dict[str, Any] = {}
        with json_file(path) as f:
            try:
                for prefix, event, value in ijson.parse(f, use_float=True):
                    parent, _, field = prefix.rpartition(".")
                    if event in ("string", "number", "null") and parent in (
                        "",
                        "chats.list.item",
                        "left_chats.list.item",
                    ):
                        chat[field] = value
                    elif (
                        prefix in ("messages", "chats.list.item.messages", "left_chats.list.item.messages")
                        and event == "start_array"
                    ):
                        yield _ref(chat)
                        chat = {}
            except ijson.JSONError:
                return


def _key(chat: dict[str, Any]) -> str:
    return str(chat.get("id") or chat.get("name") or "")


def _ref(chat: dict[str, Any]) -> ChatRef:
    kind = chat.get("type") or ""
    name = chat.get("name") or ""
    return ChatRef(
        _key(chat),
        name or kind,
        kind in ("personal_chat", "private_chat", "saved_messages", "bot_chat"),
        "telegram",
        "",
        name,
    )


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(
            v if isinstance(v, str) else str(v.get("text") or "") for v in value if isinstance(v, (str, dict))
        )
    return ""


def _record(m: dict[str, Any], where: str, chat: dict[str, Any], owner: str) -> Message | Skipped:
    key = _key(chat)
    unix = str(m.get("date_unixtime") or "")
    at = float(unix) if unix.lstrip("-").isdecimal() else str(m.get("date") or "")
    if not at:
        return Skipped(where, "no-date", str(m)[:500])
    text = _text(m.get("text", ""))
    if m.get("type") == "service":
        kind = Kind.CALL if m.get("action") == "phone_call" else Kind.SYSTEM
        handle = str(m.get("actor_id") or "") if kind == Kind.CALL else ""
        seconds = m.get("duration_seconds")
        parts = (Attachment(seconds=float(seconds)),) if seconds else ()
        mine = handle == owner if owner and handle else None
        return Message(
            where,
            at,
            handle,
            text or str(m.get("action") or ""),
            kind,
            str(m.get("actor") or "") if handle else "",
            mine,
            key,
            str(m.get("id", "")),
            attachments=parts,
        )
    sender = m.get("from_id")
    handle = sender if isinstance(sender, str) else f"user{sender}" if sender else ""
    kind = MEDIA.get(str(m.get("media_type")), Kind.TEXT)
    if kind == Kind.TEXT:
        kind = next((k for field, k in FIELDS if m.get(field)), Kind.TEXT)
    if m.get("forwarded_from") or m.get("saved_from"):
        kind = Kind.FORWARD
    name = str(m.get("file") or m.get("photo") or "")
    name = "" if name.startswith("(File ") else name  # "(File not included. Change data exporting settings …)"
    seconds = m.get("duration_seconds")
    parts = (
        (Attachment(name, str(m.get("mime_type") or ""), float(seconds) if seconds else None),)
        if name or seconds
        else ()
    )
    return Message(
        where,
        at,
        handle or str(m.get("from") or "deleted account"),
        text,
        kind,
        str(m.get("from") or ""),
        handle == owner if owner else None,
        key,
        str(m.get("id", "")),
        str(m.get("reply_to_message_id") or ""),
        "",
        bool(m.get("edited") or m.get("edited_unixtime")),
        parts,
    )


importer = TelegramJson()
