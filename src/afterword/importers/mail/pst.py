"""Outlook's stores, pst and ost, through libpff (extra `pst`). In: a path. Out: one record for each item of mail.

Most items keep the headers they came with; an item that was written here keeps only properties, and they are put in
the headers' place. What is no mail (appointments, contacts, tasks) is skipped by its class, so that it counts.

The library is written in C and falls over some damaged stores as a whole, so it runs in a process of its own (pst_reader):
what it had read until then stays, and the cut is counted.
"""

from __future__ import annotations

import calendar
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.mail.mime import Mail, Part, addresses, decoded, split
from afterword.importers.mail.phrases import DRAFTS, SENT
from afterword.importers.mail.records import Owner, chats_of, from_mail
from afterword.model import ChatRef, FileFacts, Message, Skipped

CLASS, SUBJECT, FLAGS, SENDER, SENDER_SMTP, SENDER_NAME, MESSAGE_ID, REPLY_TO, TO, CC, BCC = (
    0x001A, 0x0037, 0x0E07, 0x0C1F, 0x5D01, 0x0C1A, 0x1035, 0x1042, 0x0E04, 0x0E03, 0x0E02,
)  # fmt: skip
RECIPIENT_NAME, RECIPIENT_ADDRESS, RECIPIENT_SMTP, RECIPIENT_KIND = 0x3001, 0x3003, 0x39FE, 0x0C15
ATTACHED, ATTACHED_SHORT, ATTACHED_MIME = 0x3707, 0x3704, 0x370E
UNSENT = 8
FAULTS = (OSError, MemoryError, OverflowError, ValueError, RuntimeError, AttributeError)
"""What libpff raises on a damaged store; MemoryError too, for any object that cannot be made."""
DEEPEST = 100
_KEPT = {CLASS, SUBJECT, FLAGS, SENDER, SENDER_SMTP, SENDER_NAME, MESSAGE_ID, REPLY_TO, TO, CC, BCC}
_HEADERS = ("to", "cc", "bcc")


class Pst:
    name = "pst"
    version = 1
    title = "Outlook store (pst, ost)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        return Match(1.0, "Outlook store") if head.startswith(b"!BDN") else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(zone="instant")
        yield from (r for r in apart(path) if not isinstance(r, Known))

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        records = apart(path)
        known = next(records)
        if isinstance(known, Known):
            yield from chats_of((r for r in records if not isinstance(r, Known)), frozenset(known.owner))


class Known(msgspec.Struct, frozen=True):
    """What the first pass over a store finds: the owner's addresses; the address behind each display name."""

    owner: list[str] = []
    names: dict[str, str] = {}


FRAMES: dict[int, type[Known] | type[Message] | type[Skipped]] = {0: Known, 1: Message, 2: Skipped}


def apart(path: Path) -> Iterator[Known | Message | Skipped]:
    """What the store holds, read by another process: first what is Known, then the records."""
    if find_spec("pypff") is None:
        raise BadInput(
            "import.pst.extra",
            f"{path.name} is an Outlook store; the library that reads it is not installed.",
            next_step="Install it: pip install 'afterword[pst]'. Or save the folders in Outlook or Thunderbird as mbox or eml.",
            path=str(path),
        )
    last = ""
    command = [sys.executable, "-m", "afterword.importers.mail.pst_reader", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:
        assert reader.stdout is not None
        try:
            while len(head := reader.stdout.read(5)) == 5:
                body = reader.stdout.read(int.from_bytes(head[1:], "big"))
                if head[0] not in FRAMES:
                    raise BadInput(
                        "import.pst.broken",
                        f"{path.name} is not a whole Outlook store ({body.decode(errors='replace')}).",
                        next_step="Close Outlook and copy the file again, or repair it with Outlook's scanpst.",
                        path=str(path),
                    )
                record = msgspec.msgpack.decode(body, type=FRAMES[head[0]])
                last = getattr(record, "locator", last)
                yield record
        finally:
            reader.kill()
        if reader.wait() != 0:
            yield Skipped(f"after {last or 'the start'}", "unreadable", "the rest of the store cannot be read")


def opened(path: Path) -> Any:
    """The store; one of FAULTS if it is none."""
    import pypff

    store = pypff.file()
    store.open(str(path))
    store.get_root_folder()
    return store


def _items(store: Any) -> Iterator[tuple[Any, str, str]]:
    """(item or None when it cannot be read, where it lies, its folder's name), folder by folder."""
    waiting = [(store.get_root_folder(), "", 0)]
    while waiting:
        folder, where, depth = waiting.pop()
        name = ""
        try:
            name = str(folder.name or "")
            messages, folders = folder.number_of_sub_messages, folder.number_of_sub_folders
        except FAULTS:
            yield None, f"{where}/-", name
            continue
        here = f"{where}/{name.replace('/', '_')}" if name else where
        for n in range(messages):
            try:
                item = folder.get_sub_message(n)
            except FAULTS:
                item = None
            yield item, f"{here}/{n + 1}", name
        for n in range(folders - 1, -1, -1):
            try:
                inner = folder.get_sub_folder(n)
            except FAULTS:
                yield None, f"{here}/folder {n + 1}", name
                continue
            if depth < DEEPEST:
                waiting.append((inner, here, depth + 1))


def known(path: Path) -> Known:
    """The first pass: what was sent names people, not addresses."""
    owner = Owner()
    names: dict[str, str] = {}
    for item, _, folder in _items(opened(path)):
        sent = folder.casefold() in SENT
        if item is None:
            continue
        try:
            found = _properties(item)
            headers = str(getattr(item, "transport_headers", "") or "")
            address = _smtp(found.get(SENDER_SMTP, ""), found.get(SENDER, ""))
            if sent and address:
                owner.sent.add(address)
            elif headers:
                owner.see(headers.encode("utf-8", "replace")[:32768], False)
            if "@" in address:
                names.setdefault(
                    str(found.get(SENDER_NAME) or getattr(item, "sender_name", "") or "").casefold(), address
                )
            for _, value in (f for f in split(headers.encode("utf-8", "replace"))[0] if f[0] in ("from", "to", "cc")):
                for one, name in addresses(value):
                    if name:
                        names.setdefault(name.casefold(), one)
        except FAULTS:
            continue
    return Known(sorted(owner.all()), names)


def records(path: Path, owner: frozenset[str], names: dict[str, str]) -> Iterator[Message | Skipped]:
    seen: dict[str, int] = {}
    for item, place, folder in _items(opened(path)):
        seen[place] = n = seen.get(place, 0) + 1
        where = place if n == 1 else f"{place}#{n}"
        if item is None:
            yield Skipped(where, "unreadable", "")
            continue
        try:
            yield _record(item, where, folder, owner, names)
        except FAULTS as e:
            yield Skipped(where, "unreadable", str(e)[:200])


def _record(item: Any, where: str, folder: str, owner: frozenset[str], names: dict[str, str]) -> Message | Skipped:
    known = _properties(item)
    subject = str(known.get(SUBJECT) or "")
    if subject[:1] == "\x01":
        subject = subject[2:]  # the length of its prefix
    kind = str(known.get(CLASS) or "IPM.Note")
    if not kind.startswith(("IPM.Note", "REPORT.", "IPM.Schedule", "IPM.Post")):
        return Skipped(where, "not-mail", f"{kind}: {subject}"[:500])
    if int(known.get(FLAGS) or 0) & UNSENT and (folder.casefold() in DRAFTS or item.client_submit_time is None):
        return Skipped(where, "draft", subject[:500])
    headers = str(getattr(item, "transport_headers", "") or "")
    fields: dict[str, str] = {}
    received: list[str] = []
    for name, value in split(headers.encode("utf-8", "replace"))[0]:
        if name == "received":
            received.append(value)
        else:
            fields.setdefault(name, value)
    if "from" not in fields:
        fields["from"] = _address(
            str(known.get(SENDER_NAME) or getattr(item, "sender_name", "") or ""),
            _smtp(known.get(SENDER_SMTP, ""), known.get(SENDER, "")),
        )
    for name, value in _recipients(item).items():
        fields.setdefault(name, value)
    for name, key in zip(_HEADERS, (TO, CC, BCC), strict=True):
        if known.get(key):
            shown = (p.strip() for p in str(known[key]).split(";"))
            fields.setdefault(name, ", ".join(_address(p, names.get(p.casefold(), "")) for p in shown if p))
    fields.setdefault("subject", subject)
    for name, key in (("message-id", MESSAGE_ID), ("in-reply-to", REPLY_TO)):
        if known.get(key):
            fields.setdefault(name, str(known[key]))
    at = next((float(calendar.timegm(t.timetuple())) for t in (item.client_submit_time, item.delivery_time) if t), None)
    mail = Mail(fields, received, [], _bodies(item) + _attachments(item))
    mail.report = kind.startswith("REPORT.")
    if "smime" in kind.lower() and "multipartsigned" not in kind.lower():
        mail.encrypted = True
    if kind.startswith("IPM.Schedule"):
        fields.setdefault("auto-submitted", "auto-generated")
    if at is not None:
        fields.pop("date", None)  # the store's moment is the instant; headers here may be made up later
        received.clear()
    body = next((p.body for p in mail.parts), b"")
    return from_mail(
        mail, where, owner, sent=folder.casefold() in SENT, at=at, raw=lambda: (headers + decoded(body))[:2000]
    )


def _properties(item: Any) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for s in range(item.number_of_record_sets):
        record_set = item.get_record_set(s)
        for n in range(record_set.number_of_entries):
            try:
                entry = record_set.get_entry(n)
                key = entry.entry_type
                if key in _KEPT:
                    found.setdefault(key, entry.data_as_integer if key == FLAGS else entry.data_as_string)
            except FAULTS:
                continue
    return {k: v for k, v in found.items() if v}


def _texts(item: Any, *keys: int) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for n in range(item.number_of_entries):
        try:
            entry = item.get_entry(n)
            if entry.entry_type in keys:
                found[entry.entry_type] = (
                    entry.data_as_integer if entry.entry_type == RECIPIENT_KIND else entry.data_as_string
                )
        except FAULTS:
            continue
    return found


def _recipients(item: Any) -> dict[str, str]:
    out: dict[str, list[str]] = {}
    try:
        table = item.recipients
        sets = [table.get_record_set(n) for n in range(table.number_of_record_sets)] if table else []
    except FAULTS:
        return {}
    for one in sets:
        try:
            r = _texts(one, RECIPIENT_NAME, RECIPIENT_ADDRESS, RECIPIENT_SMTP, RECIPIENT_KIND)
        except FAULTS:
            continue
        header = {2: "cc", 3: "bcc"}.get(int(r.get(RECIPIENT_KIND) or 1), "to")
        address = _smtp(r.get(RECIPIENT_SMTP, ""), r.get(RECIPIENT_ADDRESS, ""))
        if made := _address(str(r.get(RECIPIENT_NAME) or ""), address):
            out.setdefault(header, []).append(made)
    return {k: ", ".join(v) for k, v in out.items()}


def _smtp(*values: Any) -> str:
    return next(
        (str(v).lower() for v in values if v and "@" in str(v)), next((str(v).lower() for v in values if v), "")
    )


def _address(name: str, address: str) -> str:
    clean = re.sub(r'["\\<>]', "", name).strip()
    return f'"{clean}" <{address}>' if address else clean


def _bodies(item: Any) -> list[Part]:
    for mime, read in (("text/plain", "plain_text_body"), ("text/html", "html_body"), ("text/rtf", "rtf_body")):
        try:
            body = getattr(item, read)
        except FAULTS:
            continue
        if not body:
            continue
        data = body.encode("utf-8", "replace") if isinstance(body, str) else bytes(body)
        if mime == "text/rtf":
            return [Part("text/plain", {"charset": "utf-8"}, "", "", "", _plain_rtf(data).encode())]
        if not data.strip():
            continue
        charset = ""
        if mime == "text/html" and (m := re.search(rb"charset\s*=\s*[\"']?([-\w]+)", data[:2000], re.I)):
            charset = m[1].decode("ascii", "replace")
        return [Part(mime, {"charset": charset}, "", "", "", data)]
    return []


_RTF = re.compile(
    r"\\u(-?\d+)\??|\\'([0-9a-f]{2})|\\(par|line|tab)\b ?|\\([a-z]+)(-?\d+)? ?|\\(\*)|\\([^a-z])|([{}])|([^\\{}\r\n]+)",
    re.I,
)
_RTF_ASIDE = frozenset(
    "fonttbl colortbl stylesheet info pict generator themedata listtable listoverridetable htmltag mhtmltag header footer".split()
)


def _plain_rtf(data: bytes) -> str:
    """The words of a simple rtf text, as Outlook keeps when it keeps nothing else."""
    out: list[str] = []
    stack: list[bool] = []
    aside = False
    for m in _RTF.finditer(data[: 4 << 20].decode("latin-1")):
        if m[8] == "{":
            stack.append(aside)
        elif m[8] == "}":
            aside = stack.pop() if stack else False
        elif m[6] or m[4] in _RTF_ASIDE:
            aside = True
        elif not aside:
            if m[1]:
                out.append(chr(int(m[1]) % 65536))
            elif m[2]:
                out.append(bytes.fromhex(m[2]).decode("cp1252", "replace"))
            elif m[3]:
                out.append("\t" if m[3] == "tab" else "\n")
            elif m[7] or m[9]:
                out.append((m[7] or "") + (m[9] or ""))
    return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _attachments(item: Any) -> list[Part]:
    parts: list[Part] = []
    try:
        count = item.number_of_attachments
    except FAULTS:
        return parts
    for n in range(count):
        try:
            one = item.get_attachment(n)
            found: dict[int, Any] = {}
            for s in range(one.number_of_record_sets):
                found |= _texts_of_set(one.get_record_set(s))
            name = str(found.get(ATTACHED) or found.get(ATTACHED_SHORT) or "")
            mime = str(found.get(ATTACHED_MIME) or "application/octet-stream").lower()
        except FAULTS:
            name, mime = "", "application/octet-stream"
        parts.append(Part(mime, {}, "", "attachment", name or f"attachment {n + 1}", b""))
    return parts


def _texts_of_set(record_set: Any) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for n in range(record_set.number_of_entries):
        try:
            entry = record_set.get_entry(n)
            if entry.entry_type in (ATTACHED, ATTACHED_SHORT, ATTACHED_MIME):
                found[entry.entry_type] = entry.data_as_string
        except FAULTS:
            continue
    return found


importer = Pst()
