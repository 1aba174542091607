"""Chatlog's plain text of one message: quoted lines before the words, files and links as marks with an address.

In: a body as its csv and its text have it. Out: (kind, own words, quoted words, the file it names).
"""

from __future__ import annotations

import re

from afterword.importers.wechat_exports._words import kind_of_label, told
from afterword.model import Attachment, Kind

_MARK = re.compile(r"!?\[([^\[\]|\n]{1,12})(?:\|([^\]\n]*))?\](?:\(([^)\n]*)\))?(.*)\Z", re.S)
_HEAD = re.compile(r".{1,200} (?:\d{4}-)?\d\d-\d\d \d\d:\d\d:\d\d$")
_BUNDLE = re.compile(r"\[?(合并转发|笔记|群公告)\|")


def plain(text: str) -> tuple[Kind, str, str, tuple[Attachment, ...]]:
    quoted = ""
    if text.startswith("> "):
        text, quoted = _cut(text)
    if not text.startswith(("[", "!")):
        if text.startswith("Type: ") and " Content: " in text[:40]:
            return Kind.UNKNOWN, "", quoted, ()
        return Kind.TEXT, text, quoted, ()
    m = _MARK.match(text)
    if m is None:
        return (Kind.FORWARD if _BUNDLE.match(text) else Kind.TEXT), text, quoted, ()
    label, title, address, rest = m.groups()
    known = told(f"[{label}]", False)[0]
    if known == Kind.TEXT or (rest.strip() and label not in ("转账", "合并转发", "笔记", "群公告", "位置")):
        return Kind.TEXT, text, quoted, ()
    if known in (Kind.FORWARD, Kind.SYSTEM):
        return Kind.FORWARD, text, quoted, ()
    kind = kind_of_label(label)
    if kind == Kind.FILE:
        return kind, "", quoted, (Attachment(title or ""),) if title else ()
    if kind in (Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.STICKER):
        return kind, "", quoted, ()
    memo = address if label == "转账" else ""
    return kind, " ".join(p.strip() for p in (title, memo, rest) if p and p.strip()), quoted, ()


def _cut(text: str) -> tuple[str, str]:
    rows = text.split("\n")
    n = next((i for i, row in enumerate(rows) if not row.startswith("> ")), len(rows))
    words = [row[2:] for row in rows[:n]]
    if words and _HEAD.match(words[0]):
        words = words[1:]
    quoted = "\n".join(words)
    return "\n".join(rows[n:]), "" if quoted == "[引用]" else quoted
