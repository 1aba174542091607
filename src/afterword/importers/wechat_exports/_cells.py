"""A message as PyWxDump, MemoTrace v2 and WeClone have put it into words: a type's name and one cell of text.

In: the kind that the name says, the cell. Out: (kind, own words, quoted words, the file it names).
"""

from __future__ import annotations

import re

from afterword.importers.wechat_exports._words import (
    html_text,
    kind_of_label,
    kind_of_number,
    spoken,
    told,
    without_quote,
)
from afterword.model import Attachment, Kind

QUOTE = re.compile(r"\n+(?:\[引用\](?:\([^)\n]*\))?\n?[^:\n]*:|引用[:：](?:[^:：\n]*[:：] ?)?)(.*)\Z", re.S)
"""PyWxDump and MemoTrace v2 write the quoted words behind the speaker's own, in the same cell."""
CARD = re.compile(r"<a href=[^<>]*>点击查看详情</a>")
MEDIA = (Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.STICKER, Kind.FILE)
NOBODY = ("系统", "系统消息")


def kind_of(label: str, sub: str = "") -> Kind:
    """The kind of a type that is a name, or WeChat's number with its subtype."""
    label, sub = label.strip(), sub.strip()
    if label.isascii() and label.isdigit():
        return kind_of_number(int(label[:18]), int(sub[:18]) if sub.isascii() and sub.isdigit() else 0)
    return kind_of_label(label)


def cell(kind: Kind, text: str, weclone: bool) -> tuple[Kind, str, str, tuple[Attachment, ...]]:
    if weclone and kind == Kind.TEXT:
        text, quoted = without_quote(text)
        seen, words, files = told(text, True)
        return seen, words, quoted, files
    if kind == Kind.TEXT:
        m = QUOTE.search(text)
        return (
            (kind, text[: m.start()], spoken(m[1] if m[1] != "图片" else "[图片]"), ()) if m else (kind, text, "", ())
        )
    if kind == Kind.RECALLED and "撤回" in text:
        kind = Kind.SYSTEM  # the notice, with the name of whoever took it back
    if kind == Kind.SYSTEM:
        return kind, html_text(text), "", ()
    seen, words, files = told(text, True)
    if seen != Kind.TEXT:
        return kind, words, "", files
    if kind in MEDIA:
        return kind, "", "", (Attachment(text.strip()),) if kind == Kind.FILE and 0 < len(text) < 300 else ()
    return kind, html_text(CARD.sub("", text)).rstrip() if "<a " in text else text, "", ()
