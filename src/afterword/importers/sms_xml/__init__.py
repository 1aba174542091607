"""Android "SMS Backup & Restore" xml: sms, mms and calls. In: a path. Out: one record for each element, streamed.

The app writes emoji as two surrogate entities, which no XML parser accepts, and "null" for nothing; both are repaired
on the way in. A DTD is refused, and entities with it. Attachments are base64 inside the file; they are cut out of
the bytes before the parser sees them, so a 10 GB backup needs little memory. What was never sent was never said: it
is skipped as "draft" or "not-sent".
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.media import kind_of_mime
from afterword.importers.reading import encoding_of_head, head_text
from afterword.importers.sms_xml._elements import Element, Lost, elements
from afterword.importers.telephones import LETTERS, REACTED, SHORT, TAIL
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

DECLARED = re.compile(rb"""<\?xml[^>]{0,100}encoding=["']([A-Za-z0-9._-]{1,40})["']""")
CALLS = {
    "1": "incoming",
    "2": "outgoing",
    "3": "missed",
    "4": "voicemail",
    "5": "rejected",
    "6": "blocked",
    "7": "elsewhere",
}
UNSENT = {"3": "draft", "4": "not-sent", "5": "not-sent", "6": "not-sent"}
NOBODY = ("insert-address-token", "")


class _Numbers:
    """One spelling for each number: the first that was met. "+47 900 00 001" and "90000001" are one telephone."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def one(self, address: str) -> str:
        known = self._known.get(address)
        if known is None:
            digits = re.sub(r"[^\d]", "", address)
            tail = digits[-TAIL:] if len(digits) >= TAIL and not re.search(r"[A-Za-z@]", address) else address.strip()
            known = self._known[address] = self._first.setdefault(tail, address.strip())
        return known


class SmsXml:
    name = "sms_xml"
    version = 1
    title = "Android SMS Backup & Restore (xml)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text[:1] != "<":
            return None
        if re.search(r"<(?:smses|calls)[\s>/]", text) or re.search(r"<(?:sms|mms) [^>]*\baddress=", text):
            return Match(1.0, "smses or calls element")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        for record, _ in _records(path, options):
            yield record

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        found: dict[str, str] = {}
        for record, name in _records(path, options):
            if isinstance(record, Message) and not found.get(record.chat):
                found[record.chat] = name
        for key, name in found.items():
            if "~" in key:
                yield ChatRef(key, name, False, "sms")
            else:
                yield ChatRef(key, name or key, True if key else None, "sms", key, name)


def _codec(path: Path, options: Options) -> str:
    with path.open("rb") as f:
        head = f.read(4096)
    if options.encoding:
        try:
            return codecs.lookup(options.encoding).name
        except LookupError as e:
            raise BadInput(
                "import.encoding",
                f"{options.encoding} is not the name of an encoding.",
                next_step="Leave out --encoding or name another.",
            ) from e
    if (guess := encoding_of_head(head)).startswith("utf-"):
        return "utf-8" if guess == "utf-8-sig" else guess
    try:
        m = DECLARED.match(head)
        return codecs.lookup(m[1].decode()).name if m else "utf-8"
    except LookupError:
        return "utf-8"


def _records(path: Path, options: Options) -> Iterator[tuple[Record, str]]:
    """Each record with the name of its chat's other side, "" where the file gives none."""

    def refuse(*_: object) -> None:
        raise BadInput(
            "import.xml.unsafe",
            f"{path.name} defines entities, which no backup does.",
            next_step="Do not use this file; make a new backup.",
        )

    codec = _codec(path, options)
    yield FileFacts(encoding=codec, zone="instant"), ""
    n = 0
    numbers = _Numbers()
    with path.open("rb") as f:
        for element in elements(f, codec, refuse):
            if isinstance(element, Lost) and element.cut:
                yield Skipped(f"after {n}", "truncated", element.raw), ""
                continue
            n += 1
            where = f"{element.tag}:{n}"
            if isinstance(element, Lost):
                yield Skipped(where, "unreadable", element.raw), ""
            else:
                yield _record(element, where, numbers)


def _get(attributes: dict[str, str], key: str) -> str:
    value = attributes.get(key, "")
    return "" if value == "null" else value


def _record(element: Element, where: str, numbers: _Numbers) -> tuple[Message | Skipped, str]:
    tag, e, parts, addrs = element
    raw = e.get("date", "").strip()
    at = float(raw) if raw.isascii() and raw.isdigit() and len(raw) < 300 else 0.0
    if not at:
        return Skipped(where, "no-date", str(e)[:300]), ""
    at = at / 1000 if at > 1e11 else at
    contact = e.get("contact_name", "")
    name = "" if contact in ("(Unknown)", "unknown", "null") else contact
    if tag == "call":
        kind = e.get("type", "")
        number, mine = numbers.one(_get(e, "number")), kind == "2"
        duration = e.get("duration", "")
        seconds = float(duration) if duration.isascii() and duration.isdigit() else 0.0
        handle, called = ("", "") if mine else (number, name)
        lasted = (Attachment(CALLS.get(kind, "call"), seconds=seconds),)
        return Message(where, at, handle, "", Kind.CALL, called, mine, number, attachments=lasted), name
    if tag == "sms":
        kind = e.get("type", "")
        body = _get(e, "body")
        if kind in UNSENT:
            return Skipped(where, UNSENT[kind], body[:500]), ""
        if not body:
            return Skipped(where, "empty"), ""
        address = numbers.one(_get(e, "address"))
        if kind == "2":
            return Message(where, at, "", body, Kind.TEXT, "", True, address), name
        return _said(where, at, address, body, name, address), name
    return _mms(e, parts, addrs, where, at, name, numbers)


def _said(
    where: str, at: float, handle: str, body: str, name: str, chat: str, files: tuple[Attachment, ...] = ()
) -> Message:
    """Words that came in, unless they are a service's or a reaction."""
    if body[-1:] in "”\n " and (m := REACTED.fullmatch(body)):
        return Message(where, at, handle, "", Kind.REACTION, name, False, chat, quoted=m[1], raw=body[:2000])
    kind = Kind.AUTOMATED if by_a_service(handle, bool(name) and name != handle) else Kind.TEXT
    return Message(where, at, handle, body, kind, name, False, chat, attachments=files)


def by_a_service(address: str, named: bool) -> bool:
    """Short codes and senders of letters: no person writes from those. Letters of somebody in the contacts are a name."""
    if address[:1] == "+" and address[1:3] != "86":
        return False
    if SHORT.fullmatch(re.sub(r"[\s().-]", "", address)):
        return True
    return not named and bool(LETTERS.fullmatch(address)) and address.casefold() not in ("unknown", "anonymous")


def _mms(
    e: dict[str, str], parts: list[dict[str, str]], addrs: list[dict[str, str]], where: str, at: float, name: str, numbers: _Numbers
) -> tuple[Message | Skipped, str]:  # fmt: skip
    written = [a for a in (e.get("address") or "").split("~") if a and a != "null"]
    people = [numbers.one(a) for a in written]
    texts, files = [], []
    for part in parts:
        kind = _get(part, "ct").partition(";")[0].strip().casefold()
        if kind == "text/plain":
            texts.append(_get(part, "text"))
        elif kind and kind != "application/smil":
            files.append(Attachment(_get(part, "name") or _get(part, "fn") or _get(part, "cl"), kind))
    subject = _get(e, "sub")
    if (
        subject
        and not e.get("tr_id", "").startswith("proto:")
        and subject.casefold() not in ("nosubject", "no subject", "(no subject)")
    ):
        texts.insert(0, subject)  # of an RCS group the subject is its name
    text = "\n".join(t for t in dict.fromkeys(texts) if t)
    box = e.get("msg_box", "")
    if box in UNSENT:
        return Skipped(where, UNSENT[box], text[:500]), ""
    mine = box == "2"
    group = len(people) > 1
    chat = "~".join(sorted(set(people))) if group else "".join(people)
    handle, called = chat, name
    if group:
        senders = {
            numbers.one(a) for x in addrs if _get(x, "type") == "137" and (a := _get(x, "address")) not in NOBODY
        }
        handle, called = senders.pop() if len(senders) == 1 else "", ""  # scripts call everybody the sender
        # The names of a group stand in the order of its numbers.
        names = [n.strip() for n in name.split(",")]
        if handle in people and len(names) == len(people):
            called = names[people.index(handle)]
            called = "" if called in ("(Unknown)", "unknown", "null") else called
    if mine:
        handle, called = "", ""
    attached = tuple(files)
    if text and not mine:
        return _said(where, at, handle, text, called, chat, attached), name
    if not text and not files:
        return Message(where, at, handle, "", Kind.UNKNOWN, called, mine, chat, raw=str(e)[:2000]), name
    kind_ = Kind.TEXT if text else _kind(files[0].mime)
    return Message(where, at, handle, text, kind_, called, mine, chat, attachments=attached), name


def _kind(mime: str) -> Kind:
    if mime in ("text/x-vcard", "text/vcard"):
        return Kind.CONTACT
    return kind_of_mime(mime) or Kind.FILE


importer = SmsXml()
