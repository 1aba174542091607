"""Skype's `messages.json`. In: a path. Out: one record for each message, as the file has them: the newest first.

Bodies are marked up: links, emoticons, mentions, quotes and edit marks are elements among escaped text. They are cut
apart here; what somebody quotes is not theirs. The file says who its owner is.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import object_in, unreadable, written
from afterword.importers.reading import encoding_of_head, head_text
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

KINDS = {
    "Event/Call": Kind.CALL,
    "RichText/ScheduledCallInvite": Kind.CALL,
    "RichText/Media_Album": Kind.IMAGE,
    "RichText/UriObject": Kind.IMAGE,
    "RichText/Media_GenericFile": Kind.FILE,
    "RichText/Files": Kind.FILE,
    "RichText/Media_Video": Kind.VIDEO,
    "RichText/Media_CallRecording": Kind.VIDEO,
    "RichText/Media_FlikMsg": Kind.STICKER,
    "RichText/Media_AudioMsg": Kind.VOICE,
    "RichText/Media_Voicemail": Kind.VOICE,
    "RichText/Media_Card": Kind.LINK,
    "RichText/Contacts": Kind.CONTACT,
    "RichText/Location": Kind.LOCATION,
    "Poll": Kind.POLL,
    "PopCard": Kind.AUTOMATED,
    "Event/BingBot": Kind.AUTOMATED,
    "Event/SkypeVideoMessage": Kind.VIDEO,
}
_QUOTE = re.compile(r"<quote\b([^>]*)>((?:(?!<quote\b).)*?)(?:</quote>|\Z)", re.S | re.I)  # the innermost first
_LEGACY = re.compile(r"<legacyquote\b[^>]*>.*?</legacyquote>", re.S | re.I)
_EDIT = re.compile(r"<e_m\b[^>]*>(?:\s*</e_m>)?|<edited\b[^>]*/?>", re.I)
_LINK = re.compile(r"<a\b[^>]*?\bhref=\"([^\"]*)\"[^>]*>(.*?)</a>", re.S | re.I)
_BREAK = re.compile(r"<br\s*/?>|</p>\s*(?=<p)", re.I)
# Only names that Skype writes: "a <b and c> d" is a sentence.
_MARK = re.compile(
    r"</?(?:ss|at|b|i|s|u|pre|code|em|strong|font|flag|span|div|p|strike|blink|emoji|c_i|a)"
    r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>",
    re.I,
)
_TITLE = re.compile(r"<OriginalName\b[^>]*\bv=\"([^\"]*)\"", re.I)
_OBJECT = re.compile(r"<URIObject\b[^>]*>", re.I)
_ATTRIBUTE = re.compile(r"([\w.-]+)=\"([^\"]*)\"")
_DURATION = re.compile(r"<duration>\s*([\d.]+)\s*</duration>", re.I)
_TAG = re.compile(r"<[^<>]+>")
ELEMENTS = ("conversations", "*", "MessageList", "*")


class Skype:
    name = "skype"
    version = 1
    title = "Skype (messages.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if not text.startswith("{"):
            return None
        if '"conversations"' in text and ('"MessageList"' in text or '"originalarrivaltime"' in text):
            return Match(1.0, "conversations with MessageList")
        if re.match(r'\{\s*"userId"\s*:\s*"8:', text) and '"conversations"' in text:
            return Match(0.9, "a Skype export without messages")
        if re.match(r'\{\s*"endpoints"\s*:', text) or ('"contentType"' in text and '"ams' in text[:2000]):
            return Match(0.8, "another file of Skype's export", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as f:
            yield FileFacts(options.encoding or encoding_of_head(f.read(4096)), zone="instant")
        owner, chats = _about(path, options)
        n: dict[Any, int] = {}
        try:
            for where, m in stream(path, ELEMENTS, encoding=options.encoding):
                if len(where) == 2 and where[0] == "conversations":
                    yield unreadable(pointer(where), m)
                if len(where) == 4 and where[2] == "MessageList":
                    i = n[where[1]] = n.get(where[1], -1) + 1
                    key = chats.get(where[1], {}).get("id") or f"#{where[1]}"
                    yield _record(m, f"/conversations/{where[1]}/MessageList/{i}", key, owner)
        except JsonCut as e:
            yield cut(e)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        owner, chats = _about(path, options)
        seen: set[str] = set()
        for index, chat in chats.items():
            key = chat.get("id") or f"#{index}"
            if key in seen:
                continue
            seen.add(key)
            name = chat.get("displayName", "")
            group = key.startswith("19:")
            direct = False if group else True if re.match(r"\d+:", key) else None
            other = key if direct else ""
            yield ChatRef(key, name, direct, "skype", "" if other == owner else other, name if other != owner else "")


def _about(path: Path, options: Options) -> tuple[str, dict[Any, dict[str, str]]]:
    """The owner's account, and (id, displayName) of each conversation; they may stand behind the messages."""
    owner = ""
    chats: dict[Any, dict[str, str]] = {}
    try:
        for where, value in stream(
            path, ("conversations", "*", "id"), ("conversations", "*", "displayName"), encoding=options.encoding
        ):
            if where == ("userId",) and isinstance(value, str):
                owner = value
            elif len(where) == 3 and where[0] == "conversations":
                chat = chats.setdefault(where[1], {})
                if where[2] in ("id", "displayName") and isinstance(value, str):
                    chat[str(where[2])] = value
    except JsonCut:
        pass  # told when the messages are read
    return owner, chats


def _moment(m: dict[str, Any]) -> float | None:
    for value in (m.get("originalarrivaltime"), m.get("composetime")):
        if isinstance(value, str):
            # Older Pythons read neither seven digits behind the point nor one.
            cut = re.sub(r"\.(\d{1,6})\d*", lambda d: "." + d[1].ljust(6, "0"), value.strip())
            try:
                found = datetime.fromisoformat(cut)
            except ValueError:
                continue
            try:  # the export writes UTC, with or without its letter
                return (found if found.tzinfo else datetime.fromisoformat(cut + "+00:00")).timestamp()
            except (ValueError, OverflowError):
                continue
    id = m.get("id")
    if isinstance(id, str) and re.fullmatch(r"1\d{12}", id):  # an id is the moment in milliseconds
        return int(id) / 1000
    return None


def plain(body: str) -> str:
    """The words of a marked-up body: links by their address, emoticons and mentions by their text."""
    if "<" in body:
        body = _LINK.sub(_link, body)
        body = _MARK.sub("", _BREAK.sub("\n", body))
    return html.unescape(body) if "&" in body else body


def _link(m: re.Match[str]) -> str:
    shown = _TAG.sub("", m[2])
    if not shown or shown.rstrip("…./") in m[1] or m[1].rstrip("/") in shown:
        return m[1] if len(m[1]) >= len(shown) else shown
    return shown


def _quotes(body: str) -> tuple[str, str, str]:
    """(body without quotes, the quoted words, the id of the quoted message)."""
    said: list[str] = []
    ids: list[str] = []
    while m := _QUOTE.search(body):
        attributes = dict(_ATTRIBUTE.findall(m[1]))
        said.append(plain(_LEGACY.sub("", m[2])).strip())
        ids.append(attributes.get("messageid", ""))
        body = body[: m.start()] + body[m.end() :]
    return body, "\n".join(s for s in said if s), ids[0] if len(ids) == 1 else ""


def _reactions(properties: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    listed = properties.get("emotions")
    if isinstance(listed, str):
        try:
            listed = json.loads(listed)
        except (ValueError, RecursionError):
            return ()
    found: list[tuple[str, str]] = []
    for emotion in listed if isinstance(listed, list) else ():
        users = emotion.get("users") if isinstance(emotion, dict) else None
        for user in users if isinstance(users, list) else ():
            if isinstance(user, dict) and isinstance(user.get("mri"), str):
                found.append((user["mri"], str(emotion.get("key") or "")))
    return tuple(found)


def _record(m: Any, where: str, key: str, owner: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = _moment(m)
    if at is None:
        return Skipped(where, "no-date", written(m))
    handle = m.get("from") if isinstance(m.get("from"), str) else ""
    handle = str(handle).rpartition("/")[2]  # old records give a whole address
    name = m.get("displayName") if isinstance(m.get("displayName"), str) else ""
    mine = handle == owner if owner and handle else None
    id = m.get("id") if isinstance(m.get("id"), str) else ""
    body = m.get("content") if isinstance(m.get("content"), str) else ""
    what = m.get("messagetype") if isinstance(m.get("messagetype"), str) else ""
    properties = object_in(m.get("properties"))
    reactions = _reactions(properties)

    def said(text: str, kind: int, **more: Any) -> Message:
        if kind == Kind.TEXT and handle.startswith("28:"):
            kind = Kind.AUTOMATED  # accounts of bots begin so
        return Message(where, at, handle, text, kind, str(name or ""), mine, key, str(id), **more)

    if not isinstance(body, str) or not isinstance(what, str):
        body, what = "", ""
    if what.startswith(("ThreadActivity/", "EndToEndEncryption/", "Control/")) or what in (
        "Notice",
        "TranslationSettings",
    ):
        return Message(where, at, "", _system(what, body), Kind.SYSTEM, "", None, key, str(id))
    if properties.get("deletetime") or (not body and properties.get("isserversidegenerated") is True):
        return said("", Kind.RECALLED)
    if what == "Event/Call":
        seconds = max((float(d) for d in _DURATION.findall(body) if d.replace(".", "", 1).isdigit()), default=None)
        m_type = re.search(r"<partlist\b[^>]*\btype=\"(\w+)\"", body)
        call = Attachment(m_type[1] if m_type else "call", seconds=seconds)
        return said("", Kind.CALL, attachments=(call,), reactions=reactions)
    edited = bool(_EDIT.search(body)) or bool(properties.get("edittime"))
    body, quoted, reply = _quotes(_EDIT.sub("", body) if edited else body) if "<" in body else (body, "", "")
    if what in ("RichText", "Text", "") or (
        what.startswith("RichText/") and what not in KINDS and "<URIObject" not in body
    ):
        text = (plain(body) if what != "Text" or "<" in body else html.unescape(body)).strip()
        kind: int = Kind.TEXT
        raw = ""
        if not text:
            kind = Kind.FORWARD if quoted else Kind.RECALLED if not body and not edited else Kind.UNKNOWN
            raw = written(m) if kind == Kind.UNKNOWN else ""
        return said(text, kind, reply_to=reply, quoted=quoted, edited=edited, reactions=reactions, raw=raw)
    if what not in KINDS and not body.lstrip().startswith("<URIObject"):
        return said("", Kind.UNKNOWN, raw=written(m))
    kind, parts = _object(what, body)
    text = _poll(body) if kind == Kind.POLL else ""
    more = {"reply_to": reply, "quoted": quoted, "edited": edited, "attachments": parts, "reactions": reactions}
    return said(text, kind, **more)


def _object(what: str, body: str) -> tuple[int, tuple[Attachment, ...]]:
    """The kind and the file of a message that is an object."""
    kind: int = KINDS.get(what, Kind.FILE)
    attributes = dict(_ATTRIBUTE.findall(m[0])) if (m := _OBJECT.search(body)) else {}
    typed = attributes.get("type", "").casefold()
    for word, found in (("picture", Kind.IMAGE), ("video", Kind.VIDEO), ("audio", Kind.VOICE), ("file", Kind.FILE)):
        if typed.startswith(word):
            kind = found
    if re.search(r"<location\b", body, re.I):
        kind = Kind.LOCATION
    names = [html.unescape(n) for n in _TITLE.findall(body)]
    if not names and (uri := attributes.get("uri")):
        names = [html.unescape(uri)]
    names += [html.unescape(n) for n in re.findall(r"<c t=\"s\" [^>]*\bs=\"([^\"]+)\"", body)]  # a contact card
    return kind, tuple(Attachment(n) for n in dict.fromkeys(names))


def _poll(body: str) -> str:
    m = re.search(r"<title>(.*?)</title>", body, re.S) or re.search(r'"question"\s*:\s*"((?:[^"\\]|\\.)*)"', body)
    return html.unescape(_TAG.sub("", m[1])).strip() if m else html.unescape(_TAG.sub(" ", body)).strip()


def _system(what: str, body: str) -> str:
    """A notice as its kind and the values it names."""
    values = [html.unescape(v).strip() for v in re.findall(r">([^<>]+)<", body)]
    values = [v for v in values if v and not re.fullmatch(r"\d{10,}", v)]
    return " ".join([what.rpartition("/")[2], *dict.fromkeys(values)])[:1000]


importer = Skype()
