"""A message object of MemoTrace v2, as its page and the json beside the page have it. In: a dict. Out: a Message.

In the page every string has been escaped for html, in the json none; `escaped` says which.
"""

from __future__ import annotations

import html
from typing import Any

from afterword.importers.json_values import undated, unreadable, word_of, written
from afterword.importers.wechat_exports._words import kind_of_number, moment, old_quote, spoken, yes
from afterword.model import Attachment, Kind, Message, Skipped


def record(m: Any, where: str, escaped: bool) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = moment(m.get("timestamp"))
    if at is None:
        return undated(where, m)

    def said(key: str) -> str:
        value = word_of(m.get(key))
        return html.unescape(value) if escaped and "&" in value else value

    try:
        kind = kind_of_number(int(word_of(m.get("type"))))
    except ValueError:
        kind = Kind.UNKNOWN
    text, quoted, raw, files = said("text"), "", "", tuple[Attachment, ...]()
    ident = word_of(m.get("server_id"))
    if kind == Kind.SYSTEM:
        return Message(where, at, "", text, kind, id=ident)
    if "quote_text" in m:
        quoted = spoken(said("quote_text").partition(": ")[2]).removeprefix("【图片】")
        kind = Kind.TEXT
    elif kind == Kind.TEXT and text[:1] == "「":
        text, quoted = old_quote(text)
    elif kind == Kind.VOICE:
        text = said("voice_to_text")
        seconds = m.get("duration")
        if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 < seconds < 1e6:
            files = (Attachment(said("path"), seconds=float(seconds)),)
    elif kind in (Kind.IMAGE, Kind.VIDEO, Kind.STICKER, Kind.FILE):
        name = said("file_name") if kind == Kind.FILE else said("path")
        text, files = "", (Attachment(name),) if name else ()
    elif kind == Kind.CALL:
        text = said("display_content")
    elif kind == Kind.LOCATION:
        text = " ".join(p for p in (said("poiname"), said("label")) if p)
    elif kind == Kind.CONTACT:
        text = said("nickname")
    elif kind == Kind.TRANSFER:
        text = " ".join(p for p in (text, said("fee_desc"), said("pay_memo")) if p)
    elif kind in (Kind.LINK, Kind.FORWARD):
        text = text or "\n".join(p for p in (said("title"), said("description")) if p)
    elif kind == Kind.UNKNOWN:
        text, raw = "", written({k: v for k, v in m.items() if k != "avatar_src"})
    handle, mine = said("display_name"), yes(m.get("is_send"))
    answered = word_of(m.get("quote_server_id"))
    return Message(where, at, handle, text, kind, "", mine, "", ident, answered, quoted, attachments=files, raw=raw)
