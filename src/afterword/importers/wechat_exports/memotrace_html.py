"""MemoTrace's (留痕, WeChatMsg) page of a chat, v1 and v2. In: a path. Out: a record for each object of `chatMessages`.

The page draws itself from a list in its script. v2 writes JSON there; v1 writes object literals, which are taken apart
piece by piece. The owner is known (is_send), other people by the name that was shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of_head, head_text
from afterword.importers.streamed_json import ANY, JsonCut
from afterword.importers.wechat_exports._json import streamed
from afterword.importers.wechat_exports._literal import CHUNK, objects
from afterword.importers.wechat_exports._memotrace import record
from afterword.importers.wechat_exports._words import html_text, kind_of_number, moment, old_quote, spoken
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

LIST = re.compile(r"\bchatMessages\s*=\s*(?=\[)")
TITLE = re.compile(r"<title>(.*?)</title>", re.S)
STYLES = (".chat-refer", ".transfer-box", ".chat-music-audio")
FAR = 16 << 20
"""Characters the list may stand behind; v2's page has its styles and pictures before it."""


class MemotraceHtml:
    name = "memotrace_html"
    version = 1
    title = "WeChat by MemoTrace 留痕 (html)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if "<html" not in text[:3000].lower():
            return None
        if LIST.search(text) and ("is_send" in text or STYLES[0] in text):
            return Match(1.0, "MemoTrace's list of messages")
        if ".transfer-box[paysubtype=" in text and STYLES[2] in text:
            return Match(0.95, "MemoTrace's styles")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as raw:
            codec = options.encoding or encoding_of_head(raw.read(1 << 16))
        yield FileFacts(encoding=codec, zone="instant")
        with path.open("r", encoding=codec, errors="replace", newline="") as f:
            text = _behind(f)
            if text is None:
                yield Skipped("message:0", "truncated", "the page ends before its messages")
                return
            while len(text) < 200 and (block := f.read(CHUNK)):
                text += block
            if not re.match(r'\[\s*\{\s*"', text):
                yield from _literals(f, text)
                return
        n = 0
        try:
            for n, (_, m) in enumerate(
                streamed(path, options, (ANY,), prefix=rf"(?s).*?{LIST.pattern}", codec=codec), 1
            ):
                yield record(m, f"message:{n}", True)
        except JsonCut as e:
            yield Skipped(f"message:{n + 1}", "truncated", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        with path.open("rb") as f:
            m = TITLE.search(head_text(f.read(1 << 20)))
        title = html_text(m[1]).strip() if m else ""
        direct, name = _first(path, options)
        yield ChatRef("", title or path.stem, direct, "wechat", name, name)


def _first(path: Path, options: Options) -> tuple[bool | None, str]:
    """(whether it is a chat of two, the other side's name): v1 says it with each message, v2 does not."""
    with path.open("rb") as raw:
        codec = options.encoding or encoding_of_head(raw.read(1 << 16))
    with path.open("r", encoding=codec, errors="replace", newline="") as f:
        text = _behind(f)
        if text is None or re.match(r'\[\s*(?:\{\s*"|\Z)', text):
            return None, ""
        direct: bool | None = None
        for m, _ in islice(objects(f, text.lstrip()[1:]), 1000):
            if m is not None and m.get("is_chatroom") in ("0", "1"):
                direct = m["is_chatroom"] == "0"
                if not direct or (m.get("is_send") == "0" and m.get("displayname")):
                    return direct, html_text(m.get("displayname", "")).strip() if direct else ""
        return direct, ""


def _behind(f: IO[str]) -> str | None:
    """What follows `chatMessages = `, as far as it was read; None when there is no such list."""
    text, seen = "", 0
    while seen < FAR and (block := f.read(CHUNK)):
        seen += len(block)
        text = text[-64:] + block
        if m := LIST.search(text):
            return text[m.end() :]
    return None


def _literals(f: IO[str], text: str) -> Iterator[Record]:
    for n, (m, raw) in enumerate(objects(f, text.lstrip()[1:]), 1):
        if m is not None:
            yield _record(m, f"message:{n}")
        else:
            yield Skipped(
                f"message:{n}",
                "unreadable" if raw.lstrip(", \r\n").startswith("{") else "truncated",
                raw.lstrip(", \r\n"),
            )


def _record(m: dict[str, str], where: str) -> Message | Skipped:
    at = moment(m.get("timestamp", ""))
    if at is None:
        return Skipped(where, "no-date", str(m)[:500])
    number, sub = m.get("type", ""), m.get("sub_type", "")
    kind = (
        kind_of_number(int(number[:18]), int(sub[:9]) if sub.isdecimal() else 0) if number.isdecimal() else Kind.UNKNOWN
    )
    text, quoted, files, raw = m.get("text", ""), "", tuple[Attachment, ...](), ""
    if kind == Kind.SYSTEM:
        return Message(where, at, "", html_text(text).strip(), kind)
    if kind == Kind.TEXT:
        text = html_text(text)
        if "refer_text" in m:
            quoted = spoken(html_text(m["refer_text"]).partition("：")[2])
        elif text[:1] == "「":
            text, quoted = old_quote(text)
    elif kind in (Kind.IMAGE, Kind.VIDEO, Kind.STICKER, Kind.FILE, Kind.VOICE):
        name = m.get("file_name") or text
        files = (Attachment(html_text(name)),) if name else ()
        words = m.get("voice_to_text", "")
        text = html_text(words) if words not in ("None", "null", "undefined") else ""
    elif kind in (Kind.LINK, Kind.FORWARD):
        text = html_text("\n".join(p for p in (m.get("title", ""), m.get("description", "")) if p and p != "None"))
    elif kind == Kind.TRANSFER:
        text = html_text(" ".join(p for p in (text, m.get("feedesc", "")) if p))
    elif kind == Kind.UNKNOWN:
        text, raw = "", str(m)[:2000]
    else:
        text = html_text(text)
    sent = m.get("is_send")
    mine = None if sent not in ("0", "1") else sent == "1"
    name = html_text(m.get("displayname", "")).strip()
    return Message(where, at, name, text, kind, "", mine, quoted=quoted, attachments=files, raw=raw)


importer = MemotraceHtml()
