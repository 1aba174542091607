"""The elements of a backup: sms, mms and call. In: a file. Out: each with what it holds, streamed; or what was lost of it.

The hard choice: one raw "&" or quotation mark in one text makes the whole file no XML, and apps and scripts write them.
The parser then begins anew at the next element, and the broken one is read attribute by attribute; so damage costs at
most the record that it hit. Two backups one after the other in a file are read in the same way.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from afterword.importers.sms_xml._bytes import Repaired

RECORD = re.compile(rb"<(?:sms|mms|call)\s")
PIECE = re.compile(rb"<(?=(?:sms|mms|call|part|addr)\s)")
TAG = re.compile(rb"(\w+)\s+")
BETWEEN = re.compile(rb"""(?<=["'])[\s,;]+(?=[\w:.-]+ ?=["'])""")
"""What stands between two attributes; scripts have written commas."""
LAST = re.compile(rb""".*(["'])[\s,;]*[/?]?>""", re.S)
OUTSIDE = re.compile(rb"</(?:smses|calls)\s*>|<\?xml|<!--")
MOST = 1 << 20
"""A broken element longer than this is not looked into."""


class Element(NamedTuple):
    tag: str
    attributes: dict[str, str]
    parts: list[dict[str, str]]
    addrs: list[dict[str, str]]


class Lost(NamedTuple):
    """Where the file cannot be read: `cut` = nothing follows, else one record is lost."""

    tag: str
    raw: str
    cut: bool = False


class _Listener:
    """The parser's listener: whole sms, mms and call elements as they end; nothing else is kept."""

    def __init__(self) -> None:
        self.done: list[Element] = []
        self.open: Element | None = None
        self.root = ""
        self.at = -1  # where the last element began, as the parser counts
        self.parser: XMLParserType

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.at = self.parser.CurrentByteIndex
        self.root = self.root or tag
        self.take(tag, attributes)

    def take(self, tag: str, attributes: dict[str, str]) -> None:
        if self.open is not None and tag in ("part", "addr"):
            (self.open.parts if tag == "part" else self.open.addrs).append(attributes)
        elif tag in ("sms", "call", "mms"):
            self.end("mms")
            if tag == "mms":
                self.open = Element(tag, attributes, [], [])
            else:
                self.done.append(Element(tag, attributes, [], []))

    def end(self, tag: str) -> None:
        if tag == "mms" and self.open is not None:
            self.done.append(self.open)
            self.open = None


def elements(raw: BinaryIO, codec: str, refuse: Callable[..., None]) -> Iterator[Element | Lost]:
    """Every element of the file. `refuse` is called where the file defines a document type or an entity."""
    blocks = Repaired(raw, codec).blocks()
    listener = _Listener()
    held, base, root = b"", 0, ""  # bytes since the last token, and how many went before
    block: bytes | None = b""
    parser = _parser(listener, refuse)
    while block is not None:
        block = next(blocks, None)
        if not base and not held:
            block = block.lstrip() if block else block
        data = held + (block or b"")
        fresh = block or b""
        while True:
            try:
                parser.Parse(fresh, block is None)
            except ExpatError as e:
                yield from _done(listener)
                if block is None and not fresh:
                    yield Lost("", str(e)[:200], True)
                    return
                root = root or listener.root
                begin = max(0, listener.at - base + 1)
                at = max(begin, parser.ErrorByteIndex - base + 1)
                while (found := RECORD.search(data, at)) is None and block is not None:
                    at = max(at, len(data) - 8)
                    block = next(blocks, None)
                    data += block or b""
                yield from _salvaged(data[begin : found.start() if found else len(data)], listener)
                if found is None:
                    if not root or f"</{root}".encode() not in data[begin:]:
                        yield Lost("", str(e)[:200], True)
                    return
                data = fresh = data[found.start() :]
                listener.at, base = -1, 0
                parser = _parser(listener, refuse)
                if root:
                    opening = f"<{root}>".encode()
                    base = len(opening)
                    parser.Parse(opening, False)
                    listener.at = -1
                continue
            break
        yield from _done(listener)
        if (index := parser.CurrentByteIndex - base) > 0:
            held, base = data[index:], base + index
        else:
            held = data


def _parser(listener: _Listener, refuse: Callable[..., None]) -> XMLParserType:
    parser = listener.parser = ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = listener.start, listener.end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    return parser


def _done(listener: _Listener) -> Iterator[Element]:
    yield from listener.done
    listener.done.clear()


def _salvaged(data: bytes, listener: _Listener) -> Iterator[Element | Lost]:
    """What can be read of the bytes from the last good element to the next record."""
    lost: list[Lost] = []
    if len(data) > MOST and (m := RECORD.search(data)):
        listener.end("mms")
        lost.append(Lost(m[0][1:-1].decode(), _text(data[:2000])))
        data = b""
    for piece in PIECE.split(data)[1:]:
        tag = TAG.match(piece)
        attributes = _attributes(piece, tag.end()) if tag else None
        if tag is None or attributes is None:
            name = piece[:4].partition(b" ")[0].decode("ascii", "replace")
            if name in ("sms", "mms", "call"):
                listener.end("mms")
                lost.append(Lost(name, _text(piece[:2000])))
            continue
        listener.take(tag[1].decode(), attributes)
    listener.end("mms")
    yield from _done(listener)
    yield from lost


def _attributes(piece: bytes, start: int) -> dict[str, str] | None:
    """The attributes of a broken tag; None where it has no end."""
    outside = OUTSIDE.search(piece)
    whole = LAST.match(piece, start, outside.start() if outside else len(piece))
    if whole is None:
        return None
    found: dict[str, str] = {}
    for pair in BETWEEN.split(piece[start : whole.end(1)]):
        name, _, value = pair.partition(b"=")
        if len(value) > 1 and value[:1] == value[-1:] and value[:1] in (b'"', b"'"):
            found[_text(name.strip())] = html.unescape(_text(value[1:-1]))
    return found


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
