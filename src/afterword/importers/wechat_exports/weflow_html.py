"""Pages of a chat by WeFlow, EchoTrace and CipherTalk, whose messages are JSON in a script. In: a page, or one of the
chunk files beside a large one. Out: a record for each message.

WeFlow's JSON holds the finished html of a message; its classes say what is quoted and what was said. Where the page
names no sender it is a chat of two, and the page's title is the other side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import undated, unreadable, word_of, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import ANY, JsonCut, pointer
from afterword.importers.wechat_exports._json import facts, streamed
from afterword.importers.wechat_exports._words import (
    NOTICE,
    html_text,
    kind_of_number,
    moment,
    old_quote,
    spoken,
    told,
    yes,
)
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

FORMS = {
    "weflow": (r"window\.WEFLOW_DATA\s*=\s*(?=\[)", (ANY,)),
    "chunk": (r"window\.__WEFLOW_CHUNK_LOADED__\(\s*\d+\s*,\s*(?=\[)", (ANY,)),
    "echotrace": (r"const messagesData\s*=\s*(?=\[)", (ANY,)),
    "ciphertalk": (r"window\.CHAT_DATA\s*=\s*(?=\{)", ("messages", ANY)),
}
MARKS = {
    "weflow": "window.WEFLOW_MANIFEST",
    "chunk": "window.__WEFLOW_CHUNK_LOADED__(",
    "echotrace": "const messagesData = [",
    "ciphertalk": "window.CHAT_DATA",
}
STYLED = (
    ("weflow", 'id="scrollContainer"'),
    ("ciphertalk", 'id="messagesContainer"'),
    ("echotrace", "messages-container"),
)
TITLE = re.compile(r"<title>(.*?)(?: - 聊天记录)?</title>", re.S)
GROUP = re.compile(r"<span>(群聊|私聊)</span>")
SENDER = re.compile(r'<div class="sender-name">(.*?)</div>', re.S)
QUOTED = re.compile(r'<div class="quoted-text">(.*?)</div>', re.S)
SAID = re.compile(r'<div class="message-text">(.*?)</div>', re.S)
MEDIA = re.compile(r'class="message-media (image|emoji|audio|video|file)[^>]*?\s(?:src|href)="([^"]*)"', re.S)
LINKED = re.compile(r'<a class="message-link-card"')
MEDIA_KINDS = {
    "image": Kind.IMAGE,
    "emoji": Kind.STICKER,
    "audio": Kind.VOICE,
    "video": Kind.VIDEO,
    "file": Kind.FILE,
}


class WeflowHtml:
    name = "weflow_html"
    version = 1
    title = "WeChat by WeFlow, EchoTrace or CipherTalk (html)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if text.lstrip().startswith(MARKS["chunk"]):
            return Match(1.0, "a part of WeFlow's page")
        if text.lstrip().startswith("// CipherTalk") and MARKS["ciphertalk"] in text:
            return Match(1.0, "CipherTalk's messages")
        if "<html" not in text[:2000].lower():
            return None
        form = next((form for form, mark in MARKS.items() if mark in text), "")
        if form:
            return Match(0.95, f"messages of {form}'s page")
        styled = next((form for form, mark in STYLED if mark in text and "聊天记录</title>" in text), "")
        return Match(0.8, f"{styled}'s page") if styled else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield facts(path, options)
        form, other, _ = _about(path)
        if not form:
            yield Skipped("message:0", "truncated", "the page ends before its messages")
            return
        pattern, element = FORMS[form]
        outside, n = form == "weflow" and _is_outside(path), 0
        if outside:
            yield Skipped("/", "in-other-files", "the messages lie in the chunk files beside this page")
            return
        try:
            for where, m in streamed(path, options, element, prefix=rf"(?s).*?{pattern}"):
                if len(where) != len(element):
                    continue
                yield _record(m, pointer(where), form, other)
                n += 1
        except JsonCut as e:
            where = ("messages", n) if form == "ciphertalk" else (n,)
            yield Skipped(pointer(where), "truncated", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        form, other, group = _about(path)
        name = other or path.stem
        direct = None if group is None else not group
        yield ChatRef("", name, direct, "wechat", other if direct else "", other if direct else "")


def _about(path: Path) -> tuple[str, str, bool | None]:
    """(form, the other side's name or the group's, whether it is a group). The title stands at the top of the page; a
    chunk lies in the folder NAME_data beside NAME.html, which names what the chunk does not."""
    with path.open("rb") as f:
        text = head_text(f.read(2 << 20))
    form = next((form for form, (pattern, _) in FORMS.items() if re.search(pattern, text)), "")
    if not form and MARKS["weflow"] in text:
        form = "weflow"
    folder = path.parent
    if form == "chunk" and folder.name.endswith("_data"):
        page = folder.parent / f"{folder.name.removesuffix('_data')}.html"
        if page.is_file():
            return form, *_about(page)[1:]
        return form, folder.name.removesuffix("_data"), None
    m, said = TITLE.search(text), GROUP.search(text)
    group = said[1] == "群聊" if said else None
    if form == "ciphertalk" and (stated := re.search(r'"isGroup"\s*:\s*(true|false)', text)):
        group = stated[1] == "true"
    return form, html_text(m[1]).strip() if m else path.stem, group


def _is_outside(path: Path) -> bool:
    with path.open("rb") as f:
        return re.search(r"window\.WEFLOW_DATA\s*=\s*null", head_text(f.read(2 << 20))) is not None


def _record(m: Any, where: str, form: str, other: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    if form in ("weflow", "chunk"):
        return _weflow(m, where, other)
    at = moment(m.get("timestamp"))
    if at is None and isinstance(m.get("date"), str):
        at = moment(f"{m['date']} {word_of(m.get('time'))}")
    if at is None:
        return undated(where, m)
    content, quoted, mine = word_of(m.get("content")), "", yes(m.get("isSend"))
    name = word_of(m.get("senderName"))
    handle = word_of(m.get("sender")) or ("" if mine else name or other)
    number = m.get("type")
    kind = kind_of_number(number) if isinstance(number, int) else Kind.TEXT
    quote = m.get("quote")
    if isinstance(quote, dict):
        quoted = spoken(word_of(quote.get("content")))
        kind = Kind.TEXT
    return _done(where, at, handle, name, mine, kind, content, quoted, (), "", "", m)


def _weflow(m: dict[str, Any], where: str, other: str) -> Message | Skipped:
    at = moment(m.get("t"))
    if at is None:
        return undated(where, m)
    body, mine = word_of(m.get("b")), yes(m.get("s"))
    sender, said, quote, media = SENDER.search(body), SAID.search(body), QUOTED.search(body), MEDIA.search(body)
    name = html_text(sender[1]).strip() if sender else "" if mine else other
    text = html_text(said[1]) if said else ""
    kind, files = Kind.TEXT, tuple[Attachment, ...]()
    if media:
        kind, files = MEDIA_KINDS[media[1]], (Attachment(html_text(media[2])),)
    elif said and LINKED.search(said[1]):
        kind = Kind.LINK
    quoted = spoken(html_text(quote[1])) if quote else ""
    answered = word_of(m.get("r"))
    return _done(where, at, name, "", mine, kind, text, quoted, files, word_of(m.get("p")), answered, m)


def _done(
    where: str,
    at: float | str,
    handle: str,
    name: str,
    mine: bool | None,
    kind: Kind,
    text: str,
    quoted: str,
    files: tuple[Attachment, ...],
    ident: str,
    answered: str,
    m: dict[str, Any],
) -> Message:
    """The page says little of what a message is; the rest is told by its words."""
    raw = ""
    if kind == Kind.SYSTEM or (kind == Kind.TEXT and not quoted and NOTICE.match(text)):
        return Message(where, at, "", text, Kind.SYSTEM, id=ident)
    if kind == Kind.TEXT and text[:1] == "「" and not quoted:
        text, quoted = old_quote(text)
    if not files and kind != Kind.LINK:
        seen, words, files = told(text, True)
        if seen == Kind.SYSTEM:
            return Message(where, at, "", words, seen, id=ident)
        if seen != Kind.TEXT or kind == Kind.TEXT:
            kind, text = (seen, words) if kind in (Kind.TEXT, Kind.UNKNOWN, Kind.LINK) else (kind, words)
    if kind in (Kind.IMAGE, Kind.STICKER, Kind.VIDEO, Kind.FILE):
        text = ""
    elif kind == Kind.UNKNOWN:
        text, raw = "", written(m)
    elif kind == Kind.VOICE and text.startswith("["):
        text = told(text, True)[1]
    name = name if name != handle else ""
    return Message(where, at, handle, text, kind, name, mine, "", ident, answered, quoted, attachments=files, raw=raw)


importer = WeflowHtml()
