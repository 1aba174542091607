"""Android "SMS Backup & Restore" xml: sms, mms and calls. In: a path. Out: one record for each element, streamed.

The app writes emoji as two surrogate entities, which no XML parser accepts, and "null" for nothing; both are repaired
on the way in. Entities and DTDs are refused (defusedxml). Attachments are base64 inside the file; they are dropped
element by element, so a 10 GB backup needs little memory.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options
from afterword.importers.reading import head_text
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

PAIR = re.compile(
    rb"&#(?:x([dD][89abAB][0-9a-fA-F]{2})|(5[5-6]\d{3}));&#(?:x([dD][c-fC-F][0-9a-fA-F]{2})|(5[6-7]\d{3}));"
)
LONE = re.compile(
    rb"&#(?:x[dD][89a-fA-F][0-9a-fA-F]{2}|5(?:529[6-9]|5[3-9]\d\d|[67]\d{3})|[0-8]|1[124-9]|2\d|3[01]|x0?[0-8bcef]|x1[0-9a-fA-F]);",
    re.I,
)
CALLS = {"1": "incoming", "2": "outgoing", "3": "missed", "4": "voicemail", "5": "rejected", "6": "blocked"}


class _Repaired(io.RawIOBase):
    """Bytes with surrogate pairs joined and illegal references replaced, whatever the block borders cut."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block: bytes = self._raw.read(1 << 16)
        data = self._left + block
        cut = len(data)
        if block and (at := data.rfind(b"&", max(0, len(data) - 24))) != -1:
            # An unfinished reference, or one whose other half may follow, waits for the next block.
            before = data.rfind(b"&", max(0, at - 12), at)
            cut = before if before != -1 and data[before:at].endswith(b";") else at
        data, self._left = bytes(data[:cut]), data[cut:]
        if not data and block:
            return self.read(size)
        if b"&#" in data:
            data = LONE.sub(b"&#xFFFD;", PAIR.sub(_joined, data))
        return data


def _joined(m: re.Match[bytes]) -> bytes:
    high = int(m[1], 16) if m[1] else int(m[2])
    low = int(m[3], 16) if m[3] else int(m[4])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return m[0]
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


class SmsXml:
    name = "sms_xml"
    version = 1
    title = "Android SMS Backup & Restore (xml)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if re.search(r"<(?:smses|calls)[\s>/]", text) or re.search(r"<(?:sms|mms) [^>]*\baddress=", text):
            return Match(1.0, "smses or calls element")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        from xml.etree.ElementTree import ParseError

        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import iterparse

        n = 0
        with path.open("rb") as f:
            try:
                depth = 0
                root: Any = None
                for event, e in iterparse(_Repaired(f), events=("start", "end"), forbid_dtd=True):
                    if event == "start":
                        depth += 1
                        root = e if depth == 1 else root
                        continue
                    depth -= 1
                    if e.tag == "part" and e.get("data"):
                        e.set("data", "")
                    if depth == 1 and e.tag in ("sms", "mms", "call"):
                        n += 1
                        yield _record(e, f"{e.tag}:{n}")
                        root.clear()
            except DefusedXmlException as e:
                raise BadInput(
                    "import.xml.unsafe",
                    f"{path.name} defines entities, which no backup does.",
                    next_step="Do not use this file; make a new backup.",
                ) from e
            except ParseError as e:
                yield Skipped(f"after {n}", "truncated", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        seen: set[str] = set()
        for record in self.read(path, options):
            if isinstance(record, Message) and record.chat not in seen:
                seen.add(record.chat)
                group = "~" in record.chat
                yield ChatRef(
                    record.chat, "" if group else record.chat, not group, "sms", "" if group else record.chat, ""
                )


def _get(e: Any, key: str) -> str:
    value = e.get(key) or ""
    return "" if value == "null" else value


def _record(e: Any, where: str) -> Message | Skipped:
    raw = _get(e, "date")
    if not raw.lstrip("-").isdigit():
        return Skipped(where, "no-date", str(e.attrib)[:300])
    at = float(raw)
    at = at / 1000 if at > 1e11 else at
    address = _get(e, "address") or _get(e, "number")
    contact = _get(e, "contact_name")
    name = "" if contact in ("(Unknown)", "unknown") else contact
    if e.tag == "call":
        kind = CALLS.get(_get(e, "type"), "call")
        mine = _get(e, "type") == "2"
        duration = _get(e, "duration")
        seconds = float(duration) if duration.isdecimal() else 0.0
        return Message(
            where,
            at,
            "" if mine else address,
            "",
            Kind.CALL,
            "" if mine else name,
            mine,
            address,
            attachments=(Attachment(kind, seconds=seconds),),
        )
    if e.tag == "sms":
        kind = _get(e, "type")
        if kind in ("3", "4", "5", "6"):
            return Skipped(
                where, {"3": "draft", "4": "outbox", "5": "failed", "6": "queued"}[kind], _get(e, "body")[:500]
            )
        mine = kind == "2"
        return Message(
            where, at, "" if mine else address, _get(e, "body"), Kind.TEXT, "" if mine else name, mine, address
        )
    box = _get(e, "msg_box")
    if box not in ("1", "2", ""):
        return Skipped(where, "draft" if box == "3" else "unsent", "")
    mine = box == "2"
    texts, files = [], []
    for part in e.iter("part"):
        kind = _get(part, "ct")
        if kind == "text/plain":
            texts.append(_get(part, "text"))
        elif kind and kind != "application/smil":
            files.append(Attachment(_get(part, "name") or _get(part, "cl"), kind))
    sender = next((_get(a, "address") for a in e.iter("addr") if _get(a, "type") == "137"), "")
    handle = "" if mine else (sender if sender and sender != "insert-address-token" else address)
    text = "\n".join(t for t in texts if t)
    kinds = {"image": Kind.IMAGE, "video": Kind.VIDEO, "audio": Kind.VOICE}
    what = Kind.TEXT if text or not files else kinds.get(files[0].mime.split("/")[0], Kind.FILE)
    group = "~" in address
    return Message(
        where, at, handle, text, what, "" if mine or group else name, mine, address, attachments=tuple(files)
    )


importer = SmsXml()
