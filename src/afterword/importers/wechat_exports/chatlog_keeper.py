"""chatlog-keeper's json of WeChat or QQ. In: a path. Out: a record for each message; all chats lie in one file.

Its versions differ in what they say of a chat: the oldest have its name alone, later ones an account. The keys are
those of whatever a message has.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import undated, unreadable, word_of, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, cut
from afterword.importers.wechat_exports._json import facts, listed
from afterword.importers.wechat_exports._words import NOTICE, kind_of_number, moment, old_quote, told, yes
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

MEDIA = (Kind.IMAGE, Kind.VIDEO, Kind.STICKER, Kind.FILE)


class ChatlogKeeper:
    name = "chatlog_keeper"
    version = 1
    title = "WeChat or QQ by chatlog-keeper (json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        known = text.startswith("[") and all(f'"{k}"' in text for k in ("ts", "content", "is_self"))
        if known and any(f'"{k}"' in text for k in ("sender_wxid", "sender_qq", "chat_uid")):
            return Match(0.97, "chatlog-keeper message fields")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield facts(path, options)
        n = 0
        try:
            for where, m in listed(path, options):
                yield _record(m, where)
                n += 1
        except JsonCut as e:
            yield cut(e, f"/{n}")

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        seen: set[str] = set()
        try:
            for _, m in listed(path, options):
                if isinstance(m, dict) and (key := _chat(m)) not in seen:
                    seen.add(key)
                    yield _about(m, key, path.stem)
        except JsonCut:
            return  # the place is reported when the messages are read


def _chat(m: dict[str, Any]) -> str:
    return next((v for k in ("conversation_id", "chat_uid", "chat_room", "chat_name") if (v := word_of(m.get(k)))), "")


def _about(m: dict[str, Any], key: str, stem: str) -> ChatRef:
    name = word_of(m.get("chat_room")) or word_of(m.get("chat_display_name")) or word_of(m.get("chat_name")) or key
    kind = word_of(m.get("conversation_type"))
    group = kind in ("group", "room") or m.get("is_group_chat") is True or key.endswith("@chatroom")
    direct = False if group else True if kind or m.get("is_group_chat") is False else None
    other = key if direct else ""
    return ChatRef(
        key, name or stem, direct, "qq" if "sender_wxid" not in m else "wechat", other, name if other else ""
    )


def _record(m: Any, where: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = moment(m.get("ts"))
    if at is None:
        at = moment(m.get("ts_iso"))
        if at is None:
            return undated(where, m)
    text, chat, ident = word_of(m.get("content")) or word_of(m.get("text")), _chat(m), word_of(m.get("server_id"))
    handle = word_of(m.get("sender_wxid")) or word_of(m.get("sender_qq")) or word_of(m.get("sender"))
    name, number = word_of(m.get("sender_name")) or word_of(m.get("sender")), m.get("msg_type")
    kind = kind_of_number(number) if isinstance(number, int) and "sender_wxid" in m else Kind.TEXT
    if kind == Kind.SYSTEM or (kind == Kind.TEXT and NOTICE.match(text)):
        return Message(where, at, "", text, Kind.SYSTEM, chat=chat, id=ident)
    quoted, raw, files = "", "", tuple[Attachment, ...]()
    seen, words, files = told(text, True)
    if seen == Kind.SYSTEM:
        return Message(where, at, "", words, seen, chat=chat, id=ident)
    if seen != Kind.TEXT and kind in (Kind.TEXT, Kind.LINK, Kind.UNKNOWN, seen):
        kind, text = seen, words
    elif kind in MEDIA:
        text = ""
    elif kind == Kind.TEXT:
        text, quoted = old_quote(text) if text[:1] == "「" else (text, "")
    if kind == Kind.UNKNOWN:
        text, raw = "", written(m)
    name = "" if name == handle else name
    mine = yes(m.get("is_self"))
    return Message(where, at, handle, text, kind, name, mine, chat, ident, "", quoted, attachments=files, raw=raw)


importer = ChatlogKeeper()
