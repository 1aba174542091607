"""PyWxDump's WeChat json, pages of messages with users.json beside them. In: a page. Out: a record for each message.

The chat is named by the account it is held with, so the pages of one export fall into one chat. Who an account is
stands in users.json only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import undated, unreadable, word_of
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import ANY, JsonCut, cut, pointer
from afterword.importers.wechat_exports._cells import MEDIA, NOBODY, cell, kind_of
from afterword.importers.wechat_exports._json import facts, streamed
from afterword.importers.wechat_exports._users import NAME, users
from afterword.importers.wechat_exports._words import moment, old_quote, yes
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped


class PywxdumpJson:
    name = "pywxdump_json"
    version = 1
    title = "WeChat by PyWxDump (json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text.startswith("[") and all(f'"{k}"' in text for k in ("type_name", "is_sender", "talker", "room_name")):
            return Match(1.0, "PyWxDump message fields")
        if text.startswith("{") and '"wxid"' in text and '"nickname"' in text and '"headImgUrl"' in text:
            return Match(0.9, "PyWxDump's list of accounts", companion=True)
        if filename == NAME and text.startswith("{") and '"nickname"' in text and '"remark"' in text:
            return Match(0.9, "PyWxDump's list of accounts", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        known, n, first = users(path.parent), 0, True
        try:
            for where, m in streamed(path, options, (ANY,)):
                record = _record(m, pointer(where), known)
                if first:
                    first = False
                    yield facts(path, options, "instant" if isinstance(getattr(record, "at", ""), float) else "local")
                yield record
                n += 1
        except JsonCut as e:
            yield cut(e, f"/{n}")

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        known, seen = users(path.parent), set[str]()
        try:
            for _, m in streamed(path, options, (ANY,)):
                key = word_of(m.get("room_name")) if isinstance(m, dict) else ""
                if isinstance(m, dict) and key not in seen:
                    seen.add(key)
                    group, name = key.endswith("@chatroom"), known.get(key, "")
                    other = "" if group or not key else key
                    yield ChatRef(key, name or key, not group if key else None, "wechat", other, name if other else "")
        except JsonCut:
            return


def _record(m: Any, where: str, known: dict[str, str]) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = moment(m.get("CreateTime"))
    if at is None:
        return undated(where, m)
    label, text, quoted = word_of(m.get("type_name")), word_of(m.get("msg")), ""
    kind, files = kind_of(label), tuple[Attachment, ...]()
    if kind != Kind.TEXT or "引用" in label:
        kind, text, quoted, files = cell(kind, text, False)
    elif text[:1] == "「":
        text, quoted = old_quote(text)
    if kind in MEDIA and not (files and files[0].name) and (source := word_of(m.get("src"))):
        files = (Attachment(source[:1000], seconds=files[0].seconds if files else None),)
    handle, chat = word_of(m.get("talker")), word_of(m.get("room_name"))
    ident = word_of(m.get("MsgSvrID")) or word_of(m.get("id"))
    if kind == Kind.SYSTEM or handle in NOBODY:
        text = text or word_of(m.get("msg"))
        return Message(where, at, "", text, Kind.SYSTEM, chat=chat, id=ident)
    raw = ""
    if kind == Kind.UNKNOWN:
        text, raw = "", word_of(m.get("msg"))[:2000]
    name, mine = known.get(handle, ""), yes(m.get("is_sender"))
    return Message(where, at, handle, text, kind, name, mine, chat, ident, "", quoted, attachments=files, raw=raw)


importer = PywxdumpJson()
