"""What stands inside a message of the page: its words, its media, what was set on it."""

from __future__ import annotations

import re
from typing import Any

from afterword.model import Attachment, Kind

_LENGTH = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
_SECONDS = re.compile(r"\((\d+) seconds?\)")
_INDENT = re.compile(r"^\n\s*|\s*\n\s*$")
_BLOCK = frozenset(
    "p div section figure figcaption ul ol li table caption thead tbody tfoot blockquote pre details summary "
    "h1 h2 h3 h4 h5 h6".split()
)
SPACE = " \n\r\t"
LINKS = {"photo": Kind.IMAGE, "sticker": Kind.STICKER, "animated": Kind.VIDEO, "video_file": Kind.VIDEO}
MEDIA = {
    "media_photo": Kind.IMAGE,
    "media_sticker": Kind.STICKER,
    "media_video": Kind.VIDEO,
    "media_voice_message": Kind.VOICE,
    "media_audio_file": Kind.FILE,
    "media_file": Kind.FILE,
    "media_contact": Kind.CONTACT,
    "media_location": Kind.LOCATION,
    "media_live_location": Kind.LOCATION,
    "media_venue": Kind.LOCATION,
    "media_game": Kind.LINK,
    "media_invoice": Kind.TRANSFER,
    "media_call": Kind.CALL,
}


def words_of(node: Any) -> tuple[str, str]:
    """(words, quoted words) of an element; <br> is a new line, a blockquote is somebody else's."""
    own: list[str] = []
    quoted: list[str] = []

    def walk(part: Any, to: list[str], depth: int) -> None:
        for c in part.iter(include_text=True):
            tag = c.tag
            if tag == "-text":
                to.append(c.text_content or "")
            elif tag == "br":
                to.append("\n")
            elif depth < 200 and tag not in ("script", "style", "table"):
                if tag == "blockquote":
                    quoted.append("\n")
                    walk(c, quoted, depth + 1)
                    continue
                block = tag in ("p", "div", "section", "figure", "li") and to and to[-1][-1:] != "\n"
                if block:
                    to.append("\n")
                walk(c, to, depth + 1)

    walk(node, own, 0)
    text = "".join(own).strip(SPACE)
    return text, "".join(quoted).strip(SPACE)


def rich_words(node: Any) -> tuple[str, str]:
    """(words, quoted words) of a message made of blocks (since 2026): paragraphs, lists, tables, figures.

    Line ends and indentation of the page are not the writer's here; only <br> and <pre> are. What a figure shows is
    media, a button's label is the bot's.
    """
    own: list[str] = []
    quoted: list[str] = []
    _blocks(node, own, quoted, 0)
    return _joined(own), _joined(quoted)


def _joined(parts: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip(SPACE)


def _blocks(node: Any, to: list[str], quoted: list[str], depth: int) -> None:
    for c in node.iter(include_text=True):
        tag = c.tag
        if tag == "-text":
            text = c.text_content or ""
            if "\n" in text and node.tag != "pre":
                text = _INDENT.sub("", text)
            to.append(text)
            continue
        classes = (c.attributes.get("class") or "").split()
        if tag == "br":
            to.append("\n")
        elif depth > 200 or tag in ("script", "style", "button") or "media_wrap" in classes:
            continue
        elif tag == "tr":
            cells = []
            for cell in c.iter():
                words: list[str] = []
                _blocks(cell, words, quoted, depth + 1)
                cells.append(_joined(words))
            if any(cells):
                _line(to)
                to.append("\t".join(cells).rstrip() + "\n")
        elif tag in _BLOCK:
            inner = quoted if tag == "blockquote" or "rich_quote" in classes else to
            _line(inner)
            _blocks(c, inner, quoted, depth + 1)
            _line(inner)
        else:
            _blocks(c, to, quoted, depth + 1)


def _line(parts: list[str]) -> None:
    """Begin a line, where none begins."""
    last = next((p for p in reversed(parts) if p), "\n")
    if last[-1] != "\n":
        parts.append("\n")


def media_of(wrap: Any) -> tuple[Kind, str, tuple[Attachment, ...]]:
    """(kind, words that stand for it, the file) of what is sent beside words."""
    for name, kind in LINKS.items():
        if (a := wrap.css_first(f"a.{name}_wrap")) is not None:
            length = wrap.css_first(".video_duration")
            return kind, "", (Attachment(a.attributes.get("href") or "", "", _length(length)),)
    if (poll := wrap.css_first(".media_poll")) is not None:
        lines = [_direct(q) for q in poll.css(".question")] + [_direct(a) for a in poll.css(".answer")]
        return Kind.POLL, "\n".join(lines), ()
    media = wrap.css_first(".media")
    if media is None:
        return (Kind.POLL, words_of(wrap)[0], ()) if "todo" in (wrap.html or "") else (Kind.UNKNOWN, "", ())
    classes = (media.attributes.get("class") or "").split()
    kind = next((MEDIA[c] for c in classes if c in MEDIA), Kind.FILE)
    title, status, about = (
        words_of(n)[0] if (n := media.css_first(f".{c}")) is not None else ""
        for c in ("title", "status", "description")
    )
    href = media.attributes.get("href") or ""
    if title == "Sticker" or kind is Kind.STICKER:
        emoji = status.partition(",")[0]
        return Kind.STICKER, "" if re.search(r"\d", emoji) else emoji, (Attachment(href),) if href else ()
    if kind is Kind.CALL:
        m = _SECONDS.search(status)
        how = status.partition(" (")[0].lower()
        return kind, "", (Attachment(how, seconds=float(m[1][:9]) if m else None),)
    if kind is Kind.CONTACT:
        return kind, "\n".join(t for t in (title, status.removesuffix(" - vCard")) if t), ()
    if kind is Kind.LOCATION:
        m = re.search(r"q=(-?[\d.]+),(-?[\d.]+)", href) or re.match(r"(-?[\d.]+), (-?[\d.]+)", status)
        words = "\n".join(t for t in (title, about) if t) if "media_venue" in classes else ""
        return kind, words, (Attachment(f"geo:{m[1]},{m[2]}"),) if m else ()
    if kind in (Kind.LINK, Kind.TRANSFER):
        return kind, title, ()
    name = href or (title if kind is Kind.FILE and title not in ("File", "Audio file") else "")
    seconds = _length(media.css_first(".status")) if kind in (Kind.VIDEO, Kind.VOICE, Kind.FILE) else None
    return kind, "", (Attachment(name, "", seconds),) if name or seconds else ()


def _direct(node: Any) -> str:
    """An answer without the number of its votes."""
    return "".join(c.text_content or "" for c in node.iter(include_text=True) if c.tag == "-text").strip(SPACE)


def _length(node: Any) -> float | None:
    m = _LENGTH.match(words_of(node)[0]) if node is not None else None
    seconds = int(m[1] or 0) * 3600 + int(m[2]) * 60 + int(m[3]) if m else 0
    return float(seconds) if 0 < seconds < 1e9 else None


def reactions_of(body: Any) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for r in body.css(".reactions .reaction"):
        emoji, count = r.css_first(".emoji"), r.css_first(".count")
        what = words_of(emoji)[0] if emoji is not None else ""
        named = [n.attributes.get("title") or "" for n in r.css(".userpics [title]")]
        pictures = len(r.css(".userpics .userpic"))
        named += [""] * (pictures - len(named))
        number = words_of(count)[0] if count is not None else ""
        total = min(int(number[:9]), 1000) if number.isdecimal() else 0
        found += [(who, what) for who in named] + [("", what)] * (total - len(named))
    return tuple(found)
