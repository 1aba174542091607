"""Where a name ends. In: every prefix before ": " and what follows it. Out: prefix → the whole name.

"Bob: The Builder" cannot be told from one line: it is a name when every line that begins with "Bob: " goes on with the
same "The Builder: ". A line that goes on with "The Builder" and no colon is the app's line about him ("… left").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from afterword.importers.whatsapp.headers import STRIP_MARKS

_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"), ("「", "」"), ("‘", "’"))
_NAME_MAX = 200
_SENTENCE = 60
_SEGMENT_MAX = 60
_TILDE = re.compile(r"^~[ \u00a0\u202f]")
_STOPS = re.compile(r"[.。!?؟।] ")


class Sender(NamedTuple):
    handle: str
    skip: int
    """Characters of the whole name with its ": "."""
    whole: str
    """The whole name with its ": " when a colon lies within, else ""."""


class _Seen(NamedTuple):
    segment: str
    times: int
    bare: int
    """Lines that go on with the segment but without its colon."""
    line: str
    marked: bool
    """The words after the segment began with iOS's mark of a system line."""


class Senders:
    def __init__(self) -> None:
        self.seen: dict[str, _Seen] = {}
        self.plain: set[str] = set()
        """Prefixes known to be a name without a colon in it: no need to look again."""

    def add(self, name: str, text: str, at: int) -> None:
        """`at`: where in `text` the words begin, behind "name: "."""
        known = self.seen.get(name)
        if known is None and ("\n" in name or len(name) > _NAME_MAX or _no_name(name)):
            return
        line = text.find("\n", at, at + _SEGMENT_MAX)
        stop = at + _SEGMENT_MAX if line < 0 else line
        i = text.find(": ", at, stop)
        segment = text[at:i] if i > at else ""
        if known is None:
            self.seen[name] = _Seen(segment, 1, 0, text[at:stop], bool(segment) and text.startswith("\u200e", i + 2))
        elif known.segment and known.segment == segment:
            self.seen[name] = known._replace(times=known.times + 1)
        elif known.segment and text.startswith(known.segment, at):
            self.seen[name] = known._replace(bare=known.bare + 1)
        elif segment and not known.segment and known.line.startswith(segment):
            self.seen[name] = _Seen(segment, 1, known.times, known.line, False)
        else:
            self.seen[name] = known._replace(segment="")
            self.plain.add(name)

    def settle(self, labels: Iterable[str]) -> dict[str, Sender]:
        """`labels`: words that stand before a colon in what the app writes ("location"), in lower case."""
        no_names = {*labels, "poll", "contact"}
        whole: dict[str, str] = {}
        for name, seen in self.seen.items():
            segment = seen.segment
            if not segment or segment.lower() in no_names or segment.startswith(("\u200e", "http")):
                continue
            if seen.times >= 2 or seen.marked:
                whole[name] = f"{name}: {segment}"
        tails = [(f" {name}", text[len(name) + 2 :]) for name, text in whole.items()]
        out: dict[str, Sender] = {}
        for name, seen in self.seen.items():
            if name not in whole and any(name.endswith(a) and seen.line.startswith(b) for a, b in tails):
                continue  # "Your security code with Bob: The Builder changed"
            full = whole.get(name, name)
            handle = _TILDE.sub("", full.translate(STRIP_MARKS)).strip()
            out[name] = Sender(handle, len(full) + 2, f"{full}: " if name in whole else "")
        return out


def _no_name(name: str) -> bool:
    """A group's line such as: Ann changed the subject to "Trip: the end". Or a sentence of the app with a colon in it."""
    if any(name.count(a) % 2 if a == b else name.count(a) > name.count(b) for a, b in _QUOTES):
        return True
    if name.count("”") % 2 and not ("“" in name or "„" in name):  # ”Trip: the end”, in Swedish and Finnish
        return True
    return len(name) > _SENTENCE and _STOPS.search(name) is not None
