"""WechatExporter's page of a chat, from an iPhone's backup. In: a page, or one of the scripts with its further messages.
Out: a record for each message.

Right is the owner, left is everybody else. A page shows the first thousand messages and keeps the others as a list of
html in its script, or in scripts beside it. Messages inside a forwarded bundle are drawn like real ones, with a class of
their own (fmsg): somebody's words, but not said here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import TAIL, encoding_of, head_text
from afterword.importers.wechat_exports._words import NOTICE, html_text, kind_of_number, moment, old_quote, spoken, told
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

MORE = re.compile(r"\b(?:moreWechatMsgs|msgArray)\s*=\s*(?=\[)")
TITLE = re.compile(r"<title>(.*?)(?: - (?:微信聊天记录|WeChat Chat History))?</title>", re.S)
SESSION = re.compile(r'<body[^>]*\bsid="([^"]*)"')
STAMP = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T](?:上午|下午)?\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?\s*$")
OUTER = ("msg", "chat-left", "chat-right", "media-left", "media-right", "chat-notice")
"""A message's first class, the old ones after the new; "content-box msg" is the box inside."""
ROOM = "@chatroom"
_OUTER = [[name] for name in OUTER]


class WechatExporterHtml:
    name = "wechatexporter_html"
    version = 1
    title = "WeChat by WechatExporter (html)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if "moreWechatMsgs" in text or ("msgArray" in text and "nt-box" in text):
            return Match(1.0, "WechatExporter's list of messages")
        styled = ".nt-box" in text or 'class="nt-box"' in text or ".chat-notice" in text or 'class="ntBox"' in text
        if styled and "<title>" in text and re.search(r" - (?:微信聊天记录|WeChat Chat History)</title>", text):
            return Match(1.0, "WechatExporter's page")
        if re.search(r"<title>(?:微信聊天记录|WeChat Chat History)", text) and "<table" in text:
            return Match(0.9, "WechatExporter's list of chats", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        codec = encoding_of(path, options.encoding)
        yield FileFacts(encoding=codec, zone="local")
        with path.open("r", encoding=codec, errors=TAIL, newline="") as f:
            text = f.read()
        other = _other(text)
        n = 0
        if "<body" in text:
            for node in _nodes(text):
                n += 1
                yield _record(node, f"message:{n}", other)
        for fragment in _fragments(text):
            n += 1
            nodes = list(_nodes(fragment)) if isinstance(fragment, str) else []
            if nodes:
                yield _record(nodes[0], f"message:{n}", other)
            else:
                yield Skipped(
                    f"message:{n}", "unreadable" if fragment is not None else "truncated", str(fragment)[:500]
                )

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        with path.open("rb") as f:
            text = head_text(f.read(1 << 18))
        m, s = TITLE.search(text), SESSION.search(text)
        account = html_text(s[1]) if s else ""
        title = html_text(m[1]).strip() if m else ""
        if not title and path.parent.name == "Data":  # a script with further messages lies in "NAME_files/Data"
            title = path.parents[1].name.removesuffix("_files")
        direct = None if not account else not account.endswith(ROOM)
        other = account if direct else ""
        yield ChatRef("", title or path.stem, direct, "wechat", other, title if direct else "")


def _other(text: str) -> str:
    """The account of the other side of a chat of two, where the page names it."""
    m = SESSION.search(text[: 1 << 18])
    account = html_text(m[1]) if m else ""
    return "" if account.endswith(ROOM) else account


def _nodes(text: str) -> Iterator[Any]:
    from selectolax.lexbor import LexborHTMLParser

    for node in LexborHTMLParser(text).css("div[class]"):
        if (node.attributes.get("class") or "").split()[:1] in _OUTER:
            yield node


def _fragments(text: str) -> Iterator[Any]:
    """The pieces of html in the page's script; None where the list is cut."""
    decoder = json.JSONDecoder(strict=False)
    for m in MORE.finditer(text):
        at = m.end() + 1
        while True:
            at = re.compile(r"[\s,]*").match(text, at).end()  # type: ignore[union-attr]
            if text[at : at + 1] == "]":
                break
            try:
                value, at = decoder.raw_decode(text, at)
            except (ValueError, RecursionError):
                yield None
                return
            yield value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _record(node: Any, where: str, other: str) -> Message | Skipped:
    classes = (node.attributes.get("class") or "").split()
    box = node.css_first("div.content-box") or node.css_first("div.contentBox") or node.css_first("div:nth-of-type(3)")
    if "chat-notice" in classes:
        words = _words(node).removeprefix("系统消息：")
        return Skipped(where, "no-date", words[:500])
    head = node.css_first("div.nt-box") or node.css_first("div.ntBox") or node.css_first("div:nth-of-type(2)")
    label = head.css_first("span") if head else None
    stamp = STAMP.search(head.text().strip()) if head else None
    at = moment(stamp[0].strip()) if stamp else None
    if at is None or box is None:
        return Skipped(where, "no-date", (node.html or "")[:500])
    name = label.text().strip() if label else ""
    account = ((label.attributes.get("wxid") or label.attributes.get("wxId") or "") if label else "").strip("+ ")
    sides = set(classes) | {c.rpartition("-")[2] for c in classes}
    mine = True if "right" in sides else False if "left" in sides else None
    kind, text, quoted, files = _content(box, node.attributes.get("msgtype") or "")
    if "fmsg" in classes:
        # Who passed it on is not said here, and its writer is nobody of this chat.
        words = f"{name}: {text}" if text else name
        return Message(where, at, "", words, Kind.FORWARD, id=node.attributes.get("msgid") or "", attachments=files)
    if kind == Kind.TEXT and NOTICE.match(text):
        kind = Kind.SYSTEM
    ident = node.attributes.get("msgid") or ""
    if kind == Kind.SYSTEM:
        return Message(where, at, "", text, kind, id=ident)
    handle = account or ("" if mine else other) or name
    raw = (box.html or "")[:2000] if kind == Kind.UNKNOWN else ""
    shown = name if name != handle else ""
    return Message(where, at, handle, text, kind, shown, mine, "", ident, "", quoted, attachments=files, raw=raw)


def _content(box: Any, msgtype: str) -> tuple[Kind, str, str, tuple[Attachment, ...]]:
    said = _kind(msgtype)
    for tag, kind in (("audio", Kind.VOICE), ("video", Kind.VIDEO)):
        if media := box.css_first(tag):
            source = media.css_first("source")
            return kind, "", "", _file(source.attributes.get("src") if source else "")
    if box.css_first(".card-name"):
        return Kind.CONTACT, _words(box.css_first(".card-name")), "", ()
    if box.css_first(".transfer-icon"):
        return Kind.TRANSFER, " ".join(_words(box).split()), "", ()
    quote = box.css_first(".refermsg")
    texts = [
        n for n in box.css("span.msg-text, span.dont-break-out") if "refermsg" not in (n.attributes.get("class") or "")
    ]
    if quote is not None:
        words = _words(quote).strip("「」")
        return Kind.TEXT, _words(texts[-1]) if texts else "", spoken(words.partition("：")[2] or words), ()
    picture = box.css_first("img.image") or box.css_first("img.channel-poster")
    if picture is not None:
        source = picture.attributes.get("rawurl") or picture.attributes.get("src")
        caption = _words(texts[0]) if texts else ""
        return (Kind.LINK, caption, "", ()) if caption else (Kind.IMAGE, "", "", _file(source))
    if (link := box.css_first("a[href]")) is not None and box.css_first(".appinfo, a[href] b"):
        return Kind.FILE if said == Kind.FILE else Kind.LINK, _words(link), "", ()
    if not texts:
        inner = box.css_first("img")
        if inner is not None:
            return Kind.STICKER, "", "", _file(inner.attributes.get("src"))
        words = _words(box)
        return told(words, True)[0] if words else Kind.UNKNOWN, words, "", ()
    text, quoted = _words(texts[0]), ""
    if text[:1] == "「":
        text, quoted = old_quote(text)
    kind, words, files = told(text, True)
    if kind == Kind.TEXT and said in (Kind.CALL, Kind.LOCATION, Kind.TRANSFER, Kind.CONTACT):
        kind = said
    return kind, words, quoted, files


def _kind(msgtype: str) -> Kind:
    return kind_of_number(int(msgtype)) if msgtype.isascii() and msgtype.isdigit() and len(msgtype) < 16 else Kind.TEXT


def _file(source: str | None) -> tuple[Attachment, ...]:
    return (Attachment(source),) if source else ()


def _words(node: Any) -> str:
    """The text of a node, emoji pictures as codes; the template's own line ends and tabs around it are not words."""
    return html_text(node.html or "").strip("\r\n\t ")


importer = WechatExporterHtml()
