"""whatsapp-chat-exporter's `result.json`: chats out of a phone's own database, by account. In: a path. Out: a record each.

The exporter writes what its HTML page shows: line ends are `<br>` (Android's with a space before), letters may be
entities, and everything that is no message (calls, a missing picture, a place, a deleted message) is an English sentence
with `meta` set. Those sentences are matched whole, so nobody's words can look like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options
from afterword.importers.json_values import text_of, written
from afterword.importers.media import kind_of_mime
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, Path_, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

CALLS = "000000000000000"
"""The chat that the exporter makes of the call log."""
_RAW = 2_000

_ANDROID = {1: Kind.IMAGE, 2: Kind.VOICE, 3: Kind.VIDEO, 4: Kind.CONTACT, 5: Kind.LOCATION, 9: Kind.FILE, 13: Kind.VIDEO,
            14: Kind.CONTACT, 16: Kind.LOCATION, 20: Kind.STICKER, 42: Kind.IMAGE, 43: Kind.VIDEO, 66: Kind.POLL}  # fmt: skip
_IOS = {1: Kind.IMAGE, 2: Kind.VIDEO, 3: Kind.VOICE, 4: Kind.CONTACT, 5: Kind.LOCATION, 8: Kind.FILE, 11: Kind.VIDEO,
        15: Kind.STICKER, 46: Kind.POLL, 59: Kind.CALL}  # fmt: skip
_SYSTEM = 6
_MISSING = ("The media is missing", "The media is omitted in the chat")
_DELETED = "Message deleted"
_PLACE = re.compile(r"Location shared: \(.*\)$")
_CARDS = "This media include the following vCard file(s):"
_CARD = re.compile(r"<a href=\"([^\"]*)\">(.*?)</a>", re.S)
_BINARY = "The message is binary data and its base64 is "
_CALL = re.compile(r"A (?:group )?(?:video|voice) call (?:(?:to|from) .* was |was missed$)", re.S)
_LASTED = re.compile(r" lasted for (.+?) with ")
_PART = re.compile(r"(\d+|a) (day|hour|minute|second)")
_SECONDS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
_BREAK = re.compile(r" ?<br ?/?>")
_HEAD = re.compile(r'^\s*\{\s*(?:"[^"\\]*(?:@[a-z.]+|0000000)"|"ExportedChat")\s*:\s*\{')


class WhatsAppExporterJson:
    name = "whatsapp_exporter_json"
    version = 1
    title = "whatsapp-chat-exporter (result.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if text[:1] != "{" or not ('"their_avatar"' in text or _HEAD.match(text)):
            return None
        if '"messages"' in text and '"from_me"' in text and '"key_id"' in text:
            return Match(1.0, "chats by account, messages with from_me and key_id")
        if '"my_avatar"' in text and '"their_avatar"' in text and '"media_base"' in text:
            return Match(0.95, "chats by account with my_avatar, their_avatar and media_base")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped | FileFacts]:
        yield FileFacts("utf-8" if options.encoding is None else options.encoding, zone="instant")
        jid, name, ios = "", "", False
        try:
            for where, value in _stream(path, options, ("*", "messages", "*")):
                if len(where) == 3:
                    if where[0] != jid:
                        jid, name, ios = str(where[0]), "", False
                    yield _record(value, where, jid, name, ios)
                    continue
                if len(where) == 2:
                    if where[0] != jid:
                        jid, name, ios = str(where[0]), "", False
                    if where[1] == "name" and isinstance(value, str):
                        name = value
                    elif where[1] == "type":
                        ios = value == "ios"
                    elif where[1] == "messages" and value is not None:
                        yield Skipped(pointer(where), "unreadable", written(value))
                elif len(where) == 1:
                    yield Skipped(pointer(where), "unreadable", written(value))
        except JsonCut as e:
            yield Skipped(pointer((*e.path, "cut")), "truncated", str(e))

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        names: dict[str, str] = {}
        try:
            for where, value in _stream(path, options, ("*", "name")):
                if len(where) == 2:
                    jid = str(where[0])
                    names.setdefault(jid, "")
                    if where[1] == "name" and isinstance(value, str):
                        names[jid] = value
                elif len(where) == 1:
                    names.setdefault(str(where[0]), "")
        except JsonCut as e:
            if e.path and isinstance(e.path[0], str):
                names.setdefault(e.path[0], "")
        for jid, name in names.items():
            direct = _direct(jid)
            other = (_account(jid, name), name) if direct else ("", "")
            yield ChatRef(jid, name or jid.partition("@")[0], direct, "whatsapp", *other)


def _stream(path: Path, options: Options, elements: tuple[str, ...]) -> Iterator[tuple[Path_, Any]]:
    try:
        yield from stream(path, elements, encoding=options.encoding)
    except (UnicodeError, LookupError) as e:
        raise BadInput(
            "import.encoding",
            f"{path.name} is not text in the encoding that its beginning has: {e}.",
            next_step="Export it again, or name the encoding with --encoding, for example --encoding gb18030.",
        ) from e


def _direct(jid: str) -> bool | None:
    server = jid.rpartition("@")[2]
    return True if server in ("s.whatsapp.net", "lid", "c.us", "bot") else False if server == "g.us" else None


def _account(jid: str, name: str) -> str:
    """Who writes in a chat with one other: the account, or the name where the chat came out of a text export."""
    return jid if "@" in jid else name or jid


def _record(m: Any, where: Path_, jid: str, name: str, ios: bool) -> Message | Skipped:
    locator = pointer(where)
    if not isinstance(m, dict):
        return Skipped(locator, "unreadable", written(m))
    stamp = m.get("timestamp")
    if isinstance(stamp, bool) or not isinstance(stamp, (int, float)) or not 0 < stamp < 1e14:
        return Skipped(locator, "no-date", written(m))
    at = stamp / 1000 if stamp > 9_999_999_999 else float(stamp)
    mine = bool(m.get("from_me"))
    id, reply = (
        m.get("full_key_id") or m.get("key_id"),
        m.get("reply_key_id") or m.get("reply"),
    )  # iOS cuts the short ones
    data = m.get("data")
    kind, text, raw = Kind.TEXT, "", ""
    files: tuple[Attachment, ...] = ()
    if m.get("meta") or m.get("media") or m.get("sticker") or not isinstance(data, str) or not data or jid == CALLS:
        kind, text, files, raw = _special(m, jid, ios)
    else:
        text = _words(data, ios)
    if kind is Kind.SYSTEM:
        return Message(locator, at, "", text, kind, chat=jid, id=_text(id))
    sender = m.get("sender")
    shown = text_of(sender)
    if mine:
        handle = known = ""
    elif _direct(jid) is not False and (jid != CALLS and "@broadcast" not in jid):
        handle, known = _account(jid, name), name or shown
    else:
        handle, known = shown or "unknown", ""
    if kind is Kind.TEXT and jid.endswith(("@newsletter", "@bot")) and not mine:
        kind = Kind.AUTOMATED
    quoted = m.get("quoted_data")
    return Message(
        locator, at, handle, text, kind, known if known != handle else "", mine, jid, _text(id), _text(reply),
        _words(quoted, ios) if isinstance(quoted, str) else "", m.get("edited") is True, files, (), _reactions(m), raw,
    )  # fmt: skip


def _special(m: dict[str, Any], jid: str, ios: bool) -> tuple[Kind, str, tuple[Attachment, ...], str]:
    """Everything but plain words: (kind, words, files, raw)."""
    data, said, type_ = m.get("data"), m.get("caption"), m.get("mime")
    data = data if isinstance(data, str) else None
    caption = _words(said, ios) if isinstance(said, str) else ""
    mime = text_of(type_)
    number = m.get("message_type")
    by_type = (_IOS if ios else _ANDROID).get(number) if isinstance(number, int) else None
    meta = bool(m.get("meta"))
    if jid == CALLS or (meta and data and _CALL.match(data)):
        return Kind.CALL, "", _lasted(data or ""), data or ""
    if data and data.startswith(_CARDS) and (meta or mime == "text/x-vcard"):
        cards = [Attachment(unescape(n), "text/x-vcard") for _, n in _CARD.findall(data)]
        return Kind.CONTACT, caption, tuple(cards), ""
    if meta and data == _DELETED:
        return Kind.RECALLED, "", (), ""
    if meta and data and _PLACE.match(data):
        return Kind.LOCATION, "", (), data
    if meta and data and data.startswith(_BINARY):
        return Kind.UNKNOWN, "", (), data[:_RAW]
    if m.get("media") or data in _MISSING or mime:
        kind = Kind.STICKER if m.get("sticker") else by_type or _kind_of(mime)
        missing = data is None or data in _MISSING
        name = "" if missing or data is None else re.split(r"[/\\]", data)[-1]
        return kind, caption, (Attachment(name, "" if mime == "media" else mime),) if name else (), ""
    if m.get("sticker"):
        return Kind.STICKER, caption, (), ""
    if meta:
        return Kind.SYSTEM, _words(data or "", ios), (), ""
    if isinstance(poll := m.get("poll"), dict):
        return Kind.POLL, _poll(poll), (), ""
    if caption:
        return by_type or Kind.TEXT, caption, (), ""
    if data == "" and by_type is None and number in (0, None):
        return Kind.TEXT, "", (), ""
    if ios and number == _SYSTEM:
        return Kind.SYSTEM, "", (), ""
    return by_type or Kind.UNKNOWN, "", (), "" if by_type else written(m)


def _kind_of(mime: str) -> Kind:
    if mime == "image/webp":
        return Kind.STICKER
    if "vcard" in mime.lower():
        return Kind.CONTACT
    return kind_of_mime(mime) or Kind.FILE


def _words(data: str, ios: bool) -> str:
    if "<br" in data:
        data = data.replace("<br>", "\n") if ios else _BREAK.sub("\n", data)
    return unescape(data) if "&" in data else data


def _lasted(data: str) -> tuple[Attachment, ...]:
    if not (m := _LASTED.search(data)):
        return ()
    seconds = sum((1 if n == "a" else int(n)) * _SECONDS[unit] for n, unit in _PART.findall(m[1]))
    return (Attachment(seconds=float(seconds)),)


def _poll(poll: dict[str, Any]) -> str:
    lines = [poll.get("question") or poll.get("name")]
    options = poll.get("options")
    for option in options if isinstance(options, list) else ():
        lines.append(option.get("text") or option.get("name") if isinstance(option, dict) else option)
    return "\n".join(unescape(line) for line in lines if isinstance(line, str))


def _reactions(m: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = m.get("reactions")
    if not found or not isinstance(found, dict):
        return ()
    return tuple((str(who), what) for who, what in found.items() if isinstance(what, str) and what)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) and value is not True else ""


importer = WhatsAppExporterJson()
