"""html: groups of messages by one author. The id of a message holds its instant; only old files need the printed dates.

The file is cut into groups first and each group parsed by itself, so a tree of the whole file is never built.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Options, Record
from afterword.importers.discord._dates import Order, moment
from afterword.importers.discord._words import file_kind, file_name, is_webhook, moment_of, ref_of
from afterword.importers.reading import encoding_of
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_GROUP = re.compile(r"<div\b[^>]{0,200}\bclass=[\"']?chatlog__message-group\b")
_END = re.compile(r"<div\b[^>]{0,200}\bclass=[\"']?postamble\b")
_TITLE = re.compile(r"<title>([^<]{0,300})</title>")
_SCROLL = re.compile(r"scrollToMessage\(event, ?['\"](\d+)")
_BLOCK = {"div", "p", "ul", "ol", "h1", "h2", "h3", "pre"}
_AUTHOR = ".chatlog__author, .chatlog__author-name, .chatlog__system-notification-author"
_TAG = ".chatlog__author-tag, .chatlog__bot-tag, .chatlog__bot-label"
_ANSWERED_TAG = ".chatlog__reference .chatlog__bot-tag"
"""The tag of the bot that is answered, not of the one who answers."""
_QUOTE = ".chatlog__reply-link, .chatlog__reference-link"
_TIME = ".chatlog__timestamp, .chatlog__system-notification-timestamp, .chatlog__short-timestamp"
_CALL = re.compile(r"started a call that lasted ([\d.,]+) minutes")


def read(path: Path, options: Options) -> Iterator[Record]:
    encoding = encoding_of(path, options.encoding)
    whole = path.read_text(encoding=encoding, errors="replace")
    decided, by, local = "", "", not re.search(r"data-message-id=[\"']?\d{15}", whole)
    if local:
        order = Order()
        for group in _groups(whole):
            for m in _messages(group):
                order.add(_when(m, group))
        decided, by = order.decide(path.name, options.date_order)
    yield FileFacts(encoding, decided, by, "local" if local else "instant")
    chat, n = _place(whole), 0
    for group in _groups(whole):
        author = group.css_first(_AUTHOR)
        for i, m in enumerate(_messages(group)):
            n += 1
            id = m.attributes.get("data-message-id") or (m.attributes.get("id") or "").rpartition("-")[2]
            at = moment_of(id) or moment(_when(m, group), decided)
            if at is None:
                yield Skipped(f"message:{n}", "no-date", (m.text() or "")[:500].strip())
            else:
                yield _record(f"message:{n}", at, m, author, group, id, chat, first=i == 0)
    if not _END.search(whole) and "</html>" not in whole[-4096:]:
        yield Skipped(f"after message:{n}", "truncated", "")


def chats(path: Path, options: Options) -> Iterator[ChatRef]:
    key = _place(path.read_text(encoding=encoding_of(path, options.encoding), errors="replace"))
    yield ref_of(key)


def _place(whole: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    start = re.search(r"<div\b[^>]*\bclass=[\"']?preamble\b", whole)
    if start is None:  # the pages of bots (chat_exporter) have the server and the channel in their title alone
        title = _TITLE.search(whole[:65536])
        return html.unescape(re.sub(r"\s+", " ", title[1])).strip() if title else ""
    first = _GROUP.search(whole, start.start())
    tree = LexborHTMLParser(whole[start.start() : first.start() if first else start.start() + (1 << 16)])
    entries = tree.css(".preamble__entry, .preamble__guild-name, .preamble__channel-name")[:2]
    return " / ".join(re.sub(r"\s+", " ", e.text()).strip() for e in entries)


def _groups(whole: str) -> Iterator[Any]:
    from selectolax.lexbor import LexborHTMLParser

    starts = [m.start() for m in _GROUP.finditer(whole)]
    if not starts:
        return
    end = _END.search(whole, starts[-1])
    for start, stop in zip(starts, [*starts[1:], end.start() if end else len(whole)], strict=True):
        yield LexborHTMLParser(whole[start:stop])


def _messages(group: Any) -> list[Any]:
    found: list[Any] = (
        group.css("[data-message-id]") or group.css(".chatlog__message") or group.css(".chatlog__content")
    )
    return found


def _when(m: Any, group: Any) -> str:
    node = m.css_first(_TIME) or group.css_first(_TIME)
    if node is None:
        return ""
    short = "short" in (node.attributes.get("class") or "")  # the hour alone; the whole date is its title
    return ((node.attributes.get("title") if short else node.text()) or "").strip()


def words(node: Any) -> tuple[str, str]:
    """(own words, quoted words) of a formatted text."""
    own: list[str] = []
    quoted: list[str] = []
    _walk(node, own, quoted, 0)
    return "".join(own).strip("\n"), "".join(quoted).strip("\n")


def _walk(node: Any, own: list[str], quoted: list[str], depth: int) -> None:
    if depth > 200:
        own.append(node.text())
        return
    for child in node.iter(include_text=True):
        tag = child.tag
        if tag == "-text":
            own.append(child.text(deep=False))
            continue
        css = child.attributes.get("class") or ""
        if tag == "img":
            sign = child.attributes.get("alt") or ""
            own.append(f":{sign}:" if sign.isascii() and sign.replace("_", "").isalnum() else sign)
        elif tag == "br":
            own.append("\n")
        elif css.endswith("quote") and tag in ("div", "blockquote"):
            _walk(child, quoted, quoted, depth + 1)
            quoted.append("\n")
            if own and not own[-1].endswith("\n"):
                own.append("\n")
        elif "edited-timestamp" not in css and tag not in ("script", "style", "svg"):
            if tag in _BLOCK or tag == "li" or css.endswith("multiline"):
                if own and not own[-1].endswith("\n"):
                    own.append("\n")
                _walk(child, own, quoted, depth + 1)
                own.append("\n")
            else:
                _walk(child, own, quoted, depth + 1)


def _record(
    where: str, at: float | str, m: Any, author: Any, group: Any, id: str, chat: str, *, first: bool
) -> Message:
    said = m.css_first(".chatlog__system-notification-content")
    if said is not None:
        line = re.sub(r"\s+", " ", said.text()).strip()
        who = m.css_first(_AUTHOR)
        if call := _CALL.match(line):
            try:
                seconds: float | None = round(float(call[1].replace(",", ".")) * 60, 3)
            except ValueError:
                seconds = None
            handle, name = _who(who)
            return Message(
                where, at, handle, "", Kind.CALL, name, chat=chat, id=id, attachments=(Attachment("call", "", seconds),)
            )
        name = (who.text() or "").strip() if who is not None else ""
        return Message(where, at, "", f"{name} {line}".strip(), Kind.SYSTEM, chat=chat, id=id)
    handle, name = _who(author)
    tagged = len(group.css(_TAG)) > len(group.css(_ANSWERED_TAG))
    automated = tagged or is_webhook((author.attributes.get("title") or "") if author is not None else "")
    content = m.css_first(".chatlog__content") or (
        m if "chatlog__content" in (m.attributes.get("class") or "") else None
    )
    text, quoted, edited = "", "", m.css_first(".chatlog__edited-timestamp") is not None
    forwarded = m.css_first(".chatlog__forwarded, .chatlog__forwarded-content")
    if content is not None:
        # The words stand in the innermost of these; around it are line ends of the page.
        inner = content.css_first(".chatlog__markdown-preserve, .preserve-whitespace")
        text, quoted = words(inner or content.css_first(".markdown") or content)
        if inner is None:
            text = text.strip()
    if forwarded is not None and not text:
        inner = forwarded.css_first(".chatlog__markdown-preserve, .chatlog__forwarded-content")
        text = "".join(words(inner)) if inner is not None else ""
    reply = ""
    if (link := m.css_first(_QUOTE) or (group.css_first(_QUOTE) if first else None)) is not None:
        if found := _SCROLL.search(link.attributes.get("onclick") or ""):
            reply = found[1]
        if link.css_first("em") is None or not (link.text() or "").strip().startswith("Click to see"):
            said_before = " ".join(p for p in words(link) if p).strip()
            quoted = "\n".join(p for p in (said_before, quoted) if p)
    files, kind = _files(m)
    if automated:
        what = Kind.AUTOMATED
    elif forwarded is not None:
        what = Kind.FORWARD
    elif text or quoted:
        what = Kind.TEXT
    elif kind is not None:
        what = kind
    else:
        what = Kind.LINK if m.css_first(".chatlog__embed") is not None else Kind.UNKNOWN
    raw = re.sub(r"\s+", " ", m.html or "")[:2000] if what == Kind.UNKNOWN else ""
    return Message(
        where, at, handle, text, what, name, None, chat, id, reply, quoted, edited, files, (), _reactions(m), raw
    )


def _who(author: Any) -> tuple[str, str]:
    if author is None:
        return "", ""
    name, full = (author.text() or "").strip(), (author.attributes.get("title") or "").strip()
    return author.attributes.get("data-user-id") or full or name, name or full


def _files(m: Any) -> tuple[tuple[Attachment, ...], Kind | None]:
    files: list[Attachment] = []
    kind: Kind | None = None
    for box in m.css(".chatlog__attachment, .chatlog__forwarded-attachment"):
        node = box.css_first("source[src], img[src], a[href]")
        if node is None:
            continue
        link = node.attributes.get("src") or node.attributes.get("href") or ""
        kind = kind or file_kind(file_name(link))
        files.append(Attachment(file_name(link)))
    for sticker in m.css(".chatlog__sticker"):
        kind = kind or Kind.STICKER
        files.append(Attachment(sticker.attributes.get("title") or ""))
    return tuple(files), kind


def _reactions(m: Any) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for box in m.css(".chatlog__reaction"):
        image, count = box.css_first("img"), box.css_first(".chatlog__reaction-count")
        sign = (image.attributes.get("alt") if image is not None else box.attributes.get("title")) or ""
        number = (count.text() or "").strip() if count is not None else "1"
        found.extend([("", sign)] * min(int(number) if number.isdecimal() else 1, 50))
    return tuple(found)
