"""The bytes of a backup, made fit for an XML parser. In: a file. Out: blocks of UTF-8.

Surrogate pairs are joined, characters that XML forbids replaced, attachments cut out and line ends in values kept,
wherever the borders of a block lie.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

BLOCK = 1 << 18
LONG = 2_000
"""A value of `data` with more base64 than this is cut out; nobody types that much of it into a text."""
PAIR = re.compile(
    rb"&#(?:x([dD][89abAB][0-9a-fA-F]{2})|(5[5-6]\d{3}));&#(?:x([dD][c-fC-F][0-9a-fA-F]{2})|(5[6-7]\d{3}));"
)
LONE = re.compile(
    rb"&#(?:x[dD][89a-fA-F][0-9a-fA-F]{2}|5(?:529[6-9]|5[3-9]\d\d|[67]\d{3})|[0-8]|1[124-9]|2\d|3[01]|x0?[0-8bcef]|x1[0-9a-fA-F]|xfff[ef]|6553[45]);",
    re.I,
)
DATA = re.compile(rb"""data=(["'])""")
BASE64 = re.compile(rb"(?:[A-Za-z0-9+/=\s]|&#1[03];){%d}" % LONG)
BROKEN_LINE = re.compile(rb"""(?<=\s)([\w:.-]+=")([^"<\n]*\n[^"<]*)"(?=\s*[/?]?>|\s+[\w:.-]+=["'])""")
"""A value with line ends as they are, which a parser would turn into spaces. Old apps and scripts write them so."""
WHOLE_TAG = re.compile(rb"""<(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")
TAG = 1 << 16
CONTROLS = bytes(c for c in range(32) if c not in (9, 10, 13))


class Repaired:
    """Bytes with surrogate pairs joined, illegal characters replaced and attachments cut out, wherever the block borders lie."""

    def __init__(self, raw: BinaryIO, codec: str) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder(codec)("replace")
        self._left = b""
        self._skip = b""

    def blocks(self) -> Iterator[bytes]:
        more = True
        while more:
            block = self._raw.read(BLOCK)
            more = bool(block)
            text = self._decoder.decode(block, final=not more)
            data = self._left + text.encode("utf-8", "replace").translate(None, CONTROLS)
            self._left = b""
            data = self._without_attachments(data, more)
            cut = len(data)
            if more and (at := data.rfind(b"&", max(0, len(data) - 24))) != -1:
                # An unfinished reference, or one whose other half may follow, waits for the next block.
                before = data.rfind(b"&", max(0, at - 12), at)
                cut = before if before != -1 and data[before:at].endswith(b";") else at
            if more and not self._skip:
                at = data.rfind(b"<", max(0, len(data) - TAG))
                if at != -1 and not WHOLE_TAG.match(data, at):
                    cut = min(cut, at)  # a value that is not whole yet waits
            if cut < len(data):
                data, self._left = data[:cut], data[cut:] + self._left
            if data.count(b"\n") > data.count(b">\n") + data.count(b">\r\n"):
                data = BROKEN_LINE.sub(_kept_lines, data)
            if b"&#" in data:
                data = LONE.sub(b"&#xFFFD;", PAIR.sub(_joined, data))
            if data:
                yield data

    def _without_attachments(self, data: bytes, more: bool) -> bytes:
        kept: list[bytes] = []
        at = 0
        while True:
            if self._skip:
                end = data.find(self._skip, at)
                if end == -1:
                    return b"".join(kept)
                self._skip, at = b"", end
            m = DATA.search(data, at)
            if m is None:
                cut = max(at, len(data) - 8) if more else len(data)  # " data=" may be cut in two
            elif BASE64.match(data, m.end()):
                kept.append(data[at : m.end()])
                self._skip, at = m[1], m.end()
                continue
            elif more and len(data) - m.end() < LONG * 6 and data.find(m[1], m.end()) == -1:
                cut = m.start()
            else:
                kept.append(data[at : m.end()])
                at = m.end()
                continue
            kept.append(data[at:cut])
            self._left = data[cut:]
            return b"".join(kept)


def _kept_lines(m: re.Match[bytes]) -> bytes:
    return m[1] + m[2].replace(b"\r\n", b"&#10;").replace(b"\n", b"&#10;") + b'"'


def _joined(m: re.Match[bytes]) -> bytes:
    high = int(m[1], 16) if m[1] else int(m[2])
    low = int(m[3], 16) if m[3] else int(m[4])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return m[0]
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
