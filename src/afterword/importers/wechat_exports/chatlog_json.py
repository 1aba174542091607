"""chatlog's WeChat json. In: a path. Out: a record for each message object; several chats may lie in one file.

`contents` holds what is no text: the title of a link, the message that was quoted. Only `content` is the sender's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import dict_of, undated, unreadable, word_of, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, cut
from afterword.importers.wechat_exports._json import facts, listed
from afterword.importers.wechat_exports._quotes import plain
from afterword.importers.wechat_exports._words import kind_of_number, moment, old_quote, spoken, yes
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

LISTS = ("items", "messages", "data")
MEDIA = (Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.STICKER)


class ChatlogJson:
    name = "chatlog_json"
    version = 1
    title = "WeChat by chatlog (json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text[:1] in ("[", "{") and all(f'"{k}"' in text for k in ("seq", "talker", "isSelf", "subType")):
            return Match(1.0, "chatlog message fields")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield facts(path, options)
        n, where = 0, ""
        try:
            for where, m in listed(path, options, *LISTS):
                yield _record(m, where)
                n += 1
        except JsonCut as e:
            yield cut(e, f"{where.rpartition('/')[0]}/{n}")

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        seen: dict[str, str] = {}
        groups: dict[str, bool | None] = {}
        try:
            for _, m in listed(path, options, *LISTS):
                if isinstance(m, dict):
                    key = word_of(m.get("talker"))
                    seen[key] = seen.get(key) or word_of(m.get("talkerName"))
                    groups.setdefault(key, yes(m.get("isChatRoom")))
        except JsonCut:
            pass  # the place is reported when the messages are read
        for key, name in seen.items():
            group = groups[key] or key.endswith("@chatroom")
            direct = not group if key else None
            yield ChatRef(
                key, name or key or path.stem, direct, "wechat", key if direct else "", name if direct else ""
            )


def _record(m: Any, where: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = moment(m.get("time"))
    if at is None:
        seq = m.get("seq")
        at = moment(seq // 1000) if isinstance(seq, int) else None  # ten digits of seconds, three of order
        if at is None:
            return undated(where, m)
    number, sub = m.get("type"), m.get("subType")
    kind = kind_of_number(number, sub if isinstance(sub, int) else 0) if isinstance(number, int) else Kind.UNKNOWN
    content, chat, handle = word_of(m.get("content")), word_of(m.get("talker")), word_of(m.get("sender"))
    ident = word_of(m.get("seq"))
    if kind == Kind.SYSTEM or handle == "系统消息":
        return Message(where, at, "", content, Kind.SYSTEM, chat=chat, id=ident)
    more = dict_of(m.get("contents"))
    title, quoted, raw, files = word_of(more.get("title")), "", "", tuple[Attachment, ...]()
    refer = more.get("refer")
    if isinstance(refer, dict):
        quoted = spoken(word_of(refer.get("content"))) if refer.get("type") in (1, 49, None) else ""
        kind = Kind.TEXT if kind == Kind.LINK else kind
    elif kind == Kind.TEXT and content[:1] == "「":
        content, quoted = old_quote(content)
    if kind == Kind.FILE:
        content, files = "", (Attachment(title),) if title else ()
    elif kind in MEDIA:
        source = word_of(more.get("path"))
        content, files = "", (Attachment(source),) if source else ()
    elif kind in (Kind.LINK, Kind.FORWARD):
        content = content or "\n".join(p for p in (title, word_of(more.get("desc"))) if p)
    elif kind == Kind.LOCATION:
        content = content or word_of(more.get("label"))
    elif kind == Kind.TRANSFER:
        content = plain(content)[1] or content
    elif kind == Kind.UNKNOWN:
        content, raw = "", written(m)
    name = word_of(m.get("senderName"))
    mine = yes(m.get("isSelf"))
    return Message(
        where,
        at,
        handle,
        content,
        kind,
        name if name != handle else "",
        mine,
        chat,
        ident,
        "",
        quoted,
        attachments=files,
        raw=raw,
    )


importer = ChatlogJson()
