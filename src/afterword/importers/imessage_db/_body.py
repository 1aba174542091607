"""What a row's blobs say. In: an attributedBody (a typedstream) or a message_summary_info (a plist). Out: words.

A whole reader of typedstreams is not needed: the words stand after the first NSString, and nothing else of a body is
speech, except the transcript of an audio message, which stands under its own name.
"""

from __future__ import annotations

import plistlib
import re
from typing import Any
from xml.parsers.expat import ExpatError

SPOKEN = re.compile(rb"IMAudioTranscription\x86\x92\x84[\x92-\xff]{2}")


def attributed_text(blob: bytes) -> str | None:
    """The words of a typedstream: after NSString and the mark 0x01 0x2B, a length and UTF-8. None when there are none."""
    at = blob.find(b"NSString")
    at = blob.find(b"\x01+", at) if at != -1 else -1
    return _counted(blob, at + 2) if at != -1 else None


def transcript(blob: bytes) -> str:
    """What the system heard in an audio message, "" where it wrote nothing down."""
    m = SPOKEN.search(blob)
    return (_counted(blob, m.end()) or "") if m else ""


def _counted(blob: bytes, at: int) -> str | None:
    if at >= len(blob):
        return None
    size, start = blob[at], at + 1
    if size == 0x81:
        size, start = int.from_bytes(blob[start : start + 2], "little"), start + 2
    elif size == 0x82:
        size, start = int.from_bytes(blob[start : start + 4], "little"), start + 4
    words = blob[start : start + size]
    if len(words) < size and (end := words.find(b"\x86\x84")) != -1:
        words = words[:end]
    return words.decode("utf-8", "replace")


class Summary:
    """What became of a message's parts.

    earlier  wordings before the last, oldest first, part by part; of parts taken back nothing is kept
    last     the last wording of each edited part
    partly   a part was taken back
    wholly   every part was
    """

    def __init__(self, blob: object) -> None:
        self.earlier: tuple[str, ...] = ()
        self.last: tuple[str, ...] = ()
        self.partly = self.wholly = False
        info = _plist(blob)
        gone = {str(p) for p in _items(info.get("rp"))}
        parts = {str(k) for k in _keys(info.get("otr"))}
        self.partly = bool(gone)
        self.wholly = bool(gone) and bool(parts) and parts <= gone
        history: Any = info.get("ec")
        earlier: list[str] = []
        last: list[str] = []
        for part in sorted(_keys(history), key=lambda k: (len(str(k)), str(k))):
            if str(part) in gone:
                continue
            wordings = [w for w in map(_wording, _items(history[part])) if w is not None]
            earlier += wordings[:-1]
            last += wordings[-1:]
        self.earlier, self.last = tuple(earlier), tuple(last)


def _plist(blob: object) -> dict[str, Any]:
    if not isinstance(blob, bytes) or not blob.startswith((b"bplist", b"<?xml", b"<plist")):
        return {}
    try:
        info = plistlib.loads(blob)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, ExpatError):
        return {}
    return info if isinstance(info, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _keys(value: Any) -> list[Any]:
    return list(value) if isinstance(value, dict) else []


def _wording(version: Any) -> str | None:
    blob = version.get("t") if isinstance(version, dict) else None
    text = attributed_text(blob) if isinstance(blob, bytes) else None
    return text.replace("\ufffc", "").strip() if text is not None else None
