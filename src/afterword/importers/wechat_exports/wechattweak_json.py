"""WeChat messages as WeChatTweak's interface gives them and scripts keep them. In: a path. Out: a record a message.

A message of a group stands under the group's account, and the sender's account before the words: "wxid_a:⏎words".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import undated, unreadable, word_of, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, cut
from afterword.importers.wechat_exports._json import facts, listed
from afterword.importers.wechat_exports._words import (
    NOTICE,
    appmsg,
    html_text,
    kind_of_number,
    moment,
    old_quote,
    spoken,
    yes,
)
from afterword.model import ChatRef, Kind, Message, Skipped

SENDER = re.compile(r"([\w.@-]{3,60}):\n(.*)\Z", re.S)
TAGS = {
    "<img": Kind.IMAGE,
    "<voicemsg": Kind.VOICE,
    "<videomsg": Kind.VIDEO,
    "<emoji": Kind.STICKER,
    "<location": Kind.LOCATION,
    "<voip": Kind.CALL,
}
ROOM = "@chatroom"


class WechatTweakJson:
    name = "wechattweak_json"
    version = 1
    title = "WeChat by WeChatTweak (json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text[:1] in ("[", "{") and '"isSentFromSelf"' in text and '"createTime"' in text:
            return Match(1.0, "WeChatTweak message fields")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield facts(path, options)
        n, where = 0, ""
        try:
            for where, m in listed(path, options, "chatLogs"):
                yield _record(m, where)
                n += 1
        except JsonCut as e:
            yield cut(e, f"{where.rpartition('/')[0]}/{n}")

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        seen: set[str] = set()
        try:
            for _, m in listed(path, options, "chatLogs"):
                if isinstance(m, dict) and (key := _chat(m)) not in seen:
                    seen.add(key)
                    direct = not key.endswith(ROOM) if key else None
                    yield ChatRef(key, key or path.stem, direct, "wechat", key if direct else "")
        except JsonCut:
            return


def _chat(m: dict[str, Any]) -> str:
    ends = (word_of(m.get("fromUser")), word_of(m.get("toUser")))
    return next((e for e in ends if e.endswith(ROOM)), ends[1] if yes(m.get("isSentFromSelf")) else ends[0])


def _record(m: Any, where: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = moment(m.get("createTime"))
    if at is None:
        return undated(where, m)
    mine, chat, handle = yes(m.get("isSentFromSelf")), _chat(m), word_of(m.get("fromUser"))
    text, quoted, raw = word_of(m.get("content")) or word_of(m.get("message")), "", ""
    if (said := SENDER.match(text)) and chat.endswith(ROOM):
        handle, text = said[1], said[2]
    ident = word_of(m.get("mesSvrID")) or word_of(m.get("msgId"))
    number = m.get("msgType", m.get("messageType"))
    kind = kind_of_number(number) if isinstance(number, int) and number else Kind.TEXT
    if text.lstrip().startswith("<") and ("<msg" in text or "<?xml" in text or "<sysmsg" in text):
        if "<sysmsg" in text or kind == Kind.SYSTEM:
            kind, text = Kind.SYSTEM, html_text(text).strip()
        elif "<appmsg" in text:
            title, words = appmsg(text)
            kind, text, quoted = (Kind.TEXT, title, spoken(words)) if "<refermsg" in text else (Kind.LINK, title, "")
        else:
            kind = next((k for tag, k in TAGS.items() if tag in text), Kind.UNKNOWN)
            text, raw = "", written(m) if kind == Kind.UNKNOWN else ""
    elif kind == Kind.TEXT and NOTICE.match(text):
        kind = Kind.SYSTEM
    elif kind == Kind.TEXT and text[:1] == "「":
        text, quoted = old_quote(text)
    elif kind == Kind.UNKNOWN:
        text, raw = "", written(m)
    if kind == Kind.SYSTEM:
        return Message(where, at, "", text, kind, chat=chat, id=ident)
    if handle.endswith(ROOM):
        handle = ""
    return Message(where, at, handle, text, kind, "", mine, chat, ident, "", quoted, raw=raw)


importer = WechatTweakJson()
