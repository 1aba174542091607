"""Google Voice's Takeout: one small html file for each conversation, call or voicemail. In: a path. Out: its records.

Moments are instants in the markup. The owner is the sender whose name is an `abbr` ("Me" in the account's language), or
whose number stands in `Phones.vcf` beside the folder. A voicemail's transcript is its text: the words of the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of, head_text
from afterword.importers.telephones import REACTED
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_TEL = re.compile(r"TEL[^:\r\n]*:(\+?[\d() .-]+)", re.I)
_LENGTH = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})(?:\.\d+)?S)?\Z")
_MEDIA = (
    ("img", Kind.IMAGE),
    ("video, a.video", Kind.VIDEO),
    ("audio, a.audio", Kind.VOICE),
    ("a.vcard", Kind.CONTACT),
)
_CALLS = {"missed": "missed", "placed": "outgoing", "received": "incoming", "recorded": "incoming"}


class GoogleVoice:
    name = "google_voice"
    version = 1
    title = "Google Voice (Takeout html)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if re.search(r"class=[\"'][^\"']*\bhChatLog\b", text):
            return Match(1.0, "hChatLog")
        if re.search(r"class=[\"']haudio[\"']", text) and ("google.com/voice" in text or 'class="tags"' in text):
            return Match(1.0, "a call or voicemail of Google Voice")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = encoding_of(path, options.encoding)
        yield FileFacts(encoding, zone="instant")
        tree, owners = _tree(path, encoding), _owners(path)
        chat = _chat(tree, owners).key
        call = tree.css_first(".haudio")
        if call is not None:
            yield _call(call, chat)
        for n, m in enumerate(tree.css(".message"), 1):
            yield _record(m, f"message:{n}", chat, owners)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield _chat(_tree(path, encoding_of(path, options.encoding)), _owners(path))


def _tree(path: Path, encoding: str) -> Any:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(path.read_text(encoding=encoding, errors="replace"))


def _digits(text: str) -> str:
    return re.sub(r"[^\d+]", "", text)


def _owners(path: Path) -> set[str]:
    for folder in (path.parent, path.parent.parent):
        try:
            return {_digits(t) for t in _TEL.findall((folder / "Phones.vcf").read_text(encoding="utf-8-sig"))}
        except (OSError, UnicodeError):
            continue
    return set()


def _person(node: Any, owners: set[str]) -> tuple[str, str, bool]:
    """(number, name, is the owner)."""
    if node is None:
        return "", "", False
    link, fn = node.css_first("a.tel"), node.css_first(".fn")
    number = ((link.attributes.get("href") or "") if link is not None else "").removeprefix("tel:").strip()
    name = (fn.text() or "").strip() if fn is not None else ""
    mine = number in owners or (fn is not None and fn.tag == "abbr")
    return number or name, "" if name == number else name, mine


def _chat(tree: Any, owners: set[str]) -> ChatRef:
    listed = [_person(c, owners) for c in tree.css(".participants .sender")]
    spoke = [_person(c, owners) for c in tree.css(".message .sender")]
    caller = [_person(c, owners) for c in tree.css(".haudio .contributor")]
    others: dict[str, str] = {}
    for number, name, mine in listed + spoke + caller:
        if number and not mine:
            others[number] = others.get(number) or name
    title = tree.css_first("title")
    name = re.sub(r"\s+", " ", title.text()).strip() if title is not None else ""
    if not others:  # only the owner wrote: the title names the other side
        m = re.search(r"\+?\d[\d() .-]{5,}", name)
        return ChatRef(_digits(m[0]) if m else name, name, None, "google_voice")
    direct = len(others) == 1 and len(listed) < 2
    first = next(iter(others))
    return ChatRef(
        ",".join(sorted(others)),
        ", ".join(n or i for i, n in others.items()),
        direct,
        "google_voice",
        first if direct else "",
        others[first] if direct else "",
    )


def _moment(node: Any) -> float | None:
    try:
        return datetime.fromisoformat((node.attributes.get("title") or "") if node is not None else "").timestamp()
    except (ValueError, OverflowError):
        return None


def _text(node: Any) -> str:
    parts: list[str] = []
    for child in node.iter(include_text=True):
        parts.append("\n" if child.tag == "br" else child.text() or "")
    return "".join(parts).rstrip("\n")  # a group's messages end with <br>


def _record(m: Any, where: str, chat: str, owners: set[str]) -> Message | Skipped:
    at = _moment(m.css_first("abbr.dt"))
    if at is None:
        return Skipped(where, "no-date", (m.text() or "").strip()[:500])
    number, name, mine = _person(m.css_first(".sender"), owners)
    words = m.css_first("q")
    text = _text(words) if words is not None else ""
    files: list[Attachment] = []
    kind: Kind | None = None
    for css, media in _MEDIA:
        for node in m.css(css):
            kind = kind or media
            files.append(Attachment(node.attributes.get("src") or node.attributes.get("href") or ""))
    if files and text.strip() in ("MMS Sent", "MMS Received"):
        text = ""
    if text and not files and (told := REACTED.fullmatch(text)):
        return Message(
            where, at, number, "", Kind.REACTION, "" if mine else name, mine, chat, quoted=told[1], raw=text[:2000]
        )
    if not text and kind is None:
        raw = re.sub(r"\s+", " ", m.html or "")[:2000]
        return Message(where, at, number, "", Kind.UNKNOWN, name, mine, chat, raw=raw)
    what = Kind.TEXT if text or kind is None else kind
    return Message(where, at, number, text, what, "" if mine else name, mine, chat, attachments=tuple(files))


def _call(box: Any, chat: str) -> Message | Skipped:
    at = _moment(box.css_first("abbr.published"))
    if at is None:
        return Skipped("call:1", "no-date", (box.text() or "").strip()[:500])
    number, name, _ = _person(box.css_first(".contributor"), set())
    tags = {(a.attributes.get("href") or "").rpartition("#")[2].lower() for a in box.css("a[rel~=tag]")}
    length = box.css_first("abbr.duration")
    m = _LENGTH.match((length.attributes.get("title") or "") if length is not None else "")
    seconds = float(int(m[1] or 0) * 3600 + int(m[2] or 0) * 60 + int(m[3] or 0)) if m else None
    said = box.css_first(".full-text")
    if "voicemail" in tags or said is not None:
        text = _text(said).strip() if said is not None else ""
        sound = box.css_first("audio")
        file = (sound.attributes.get("src") or "") if sound is not None else ""
        files = (Attachment(file, "", seconds),)
        return Message("call:1", at, number, text, Kind.VOICE, name, False, chat, attachments=files)
    how = next((word for tag, word in _CALLS.items() if tag in tags), "call")
    mine = how == "outgoing"
    who = ("", "") if mine else (number, name)
    return Message("call:1", at, who[0], "", Kind.CALL, who[1], mine, chat, attachments=(Attachment(how, "", seconds),))


importer = GoogleVoice()
