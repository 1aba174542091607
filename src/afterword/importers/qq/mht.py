"""QQ's export with pictures: the message manager's .mht. In: a path. Out: one record for each row that was said.

A pseudo-MIME file of many gigabytes, nearly all of it pictures behind one HTML part, which alone is decoded, block by
block; the pictures are named as they stand in the rows. The client paints the owner's name green. It is known to paint
the first row of each day wrongly, so a first pass counts the colours of all others, and the majority is believed.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import quopri
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.qq._words import clock, day, is_half, is_pasted, kind_of, order_of, sender
from afterword.importers.reading import BOMS
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

BLOCK = 1 << 20
LONGEST_ROW = 8 << 20
OWN, OTHERS = "42b475", "006efe"

_HALF = r"(?:[AaPp][Mm]|[上下]午)"
_SAID = re.compile(
    rf"<div\b[^<>]*>([^<]*)</div>\s*(?:({_HALF})\s?)?(\d{{1,2}}:\d\d:\d\d)(?:\s?({_HALF}))?\s*(?=<|$)(?:</div>)?", re.I
)
_DATE = re.compile(r"\s*日期[:：]\s*(\d[\d/.\-年月日]*)\s*\Z")
_PLACE = re.compile(r"\s*消息(分组|对象)[:：](.*)\Z", re.S)
_IMAGE = re.compile(r"<img\b[^<>]*?\bsrc\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s<>]+))[^<>]*>", re.I)
_BREAK = re.compile(r"<br\s*/?>|</p>", re.I)
_TAG = re.compile(r"<[^<>]*>")
_ROW_END = re.compile(r"</tr\s*>", re.I)
_HTML_END = re.compile(r"</html\s*>", re.I)
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.I)
_COLOUR = re.compile(rf"#({OWN}|{OTHERS})\b", re.I)


class QqMht:
    name = "qq_mht"
    version = 1
    title = "QQ message manager with pictures (mht)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if b"Save by Tencent MsgMgr" in head[:4096] or b"Subject: Tencent IM Message" in head[:4096]:
            return Match(1.0, "Save by Tencent MsgMgr")
        if b"<title>QQ Message</title>" in head[:4096]:
            return Match(0.95, "a page with the title QQ Message")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        about = _About(path, options)
        yield FileFacts(about.encoding, about.order, about.decided, "local", about.replaced)
        place, key, today = ("", ""), "", ""
        open_row: tuple[int, str, str] | None = None
        for number, row, whole in _rows(path, about.encoding, about.errors):
            where = f"row {number}"
            if open_row is not None:  # the words of this form stand in a row of their own
                start, at, who = open_row
                open_row = None
                yield about.message(f"row {start}", at, who, row, key, place)
                continue
            m = _SAID.search(row)
            if m is None:
                text = _words(row)
                if d := _DATE.match(text):
                    today = day(d[1], about.order)
                elif p := _PLACE.match(text):
                    place = (p[2].strip(), "") if p[1] == "分组" else (place[0], p[2].strip())
                    key, today = about.keys.get(place, key), ""
                elif not whole:
                    yield Skipped(where, "truncated", row[-500:])
                elif text.strip() and text.strip() != "消息记录":
                    yield Skipped(where, "unreadable", text[:500])
                continue
            if not today:
                yield Skipped(where, "no-date", _words(row)[:500])
                continue
            half = (m[2] or m[4] or "").upper()
            at, who = f"{today}T{clock(m[3], half if is_half(half) else '')}", _words(m[1]).strip()
            content = row[m.end() :]
            if (
                content.strip()
                and _TAG.sub("", content).strip(" \r\n\t")
                or "<img" in content.lower()
                or "<div" in content.lower()
            ):
                yield about.message(where, at, who, content, key, place)
            elif whole:
                open_row = (number, at, who)
            else:
                yield Skipped(where, "truncated", row[-500:])
        if open_row is not None:
            yield about.message(f"row {open_row[0]}", open_row[1], open_row[2], "", key, place)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        about = _About(path, options)
        for place, key in about.keys.items():
            names = about.names.get(place)
            if not names:
                continue
            known = [sender(n) for n in names]
            people = {h for h, _, service in known if not service}
            group = "群" in place[0] or "讨论组" in place[0] or any(n for _, n, service in known if not service)
            direct = False if group else True if len(people) <= 2 else None
            other = place[1] if direct else ""
            yield ChatRef(key, place[1] or path.stem, direct, "qq", other if other in people else "", other)


class _About:
    """The first pass: how the file is encoded, its dates, who is green, which contacts have words."""

    def __init__(self, path: Path, options: Options) -> None:
        self.keys: dict[tuple[str, str], str] = {}
        self.names: dict[tuple[str, str], dict[str, None]] = {}
        self.errors, self.replaced = "strict", 0
        tries = [options.encoding] if options.encoding else list(dict.fromkeys([_declared(path), "utf-8", "gb18030"]))
        for self.encoding in tries:
            try:
                self._pass(path)
                break
            except UnicodeDecodeError:
                continue
        else:
            if options.encoding:
                raise BadInput(
                    "import.encoding",
                    f"{path.name} is not {options.encoding} text.",
                    next_step="Leave out --encoding or name another.",
                )
            self.encoding, self.errors = tries[0], "replace"
            self._pass(path)
        self.order, self.decided = order_of(list(self._days), options, path.name)

    def _pass(self, path: Path) -> None:
        self._days: dict[str, None] = {}
        self._votes: dict[tuple[tuple[str, str], str], Counter[bool]] = {}
        self.keys, self.names, self.replaced = {}, {}, 0
        place, first = ("", ""), True
        for _, row, _ in _rows(path, self.encoding, self.errors):
            self.replaced += row.count("\ufffd") if self.errors == "replace" else 0
            if m := _SAID.search(row):
                who = _words(m[1]).strip()
                self.names.setdefault(place, {})[who] = None
                if place not in self.keys:
                    self.keys[place] = place[1] if place[1] not in self.keys.values() else "/".join(place)
                colour = _COLOUR.search(row, 0, m.start(3))
                if colour and not first:
                    self._votes.setdefault((place, who), Counter())[colour[1].lower() == OWN] += 1
                first = False
            elif d := _DATE.match(text := _words(row)):
                self._days[d[1]] = None
                first = True
            elif p := _PLACE.match(text):
                place = (p[2].strip(), "") if p[1] == "分组" else (place[0], p[2].strip())
                first = True

    def mine(self, place: tuple[str, str], who: str) -> bool | None:
        votes = self._votes.get((place, who))
        if not votes or votes[True] == votes[False]:
            return None
        return votes[True] > votes[False]

    def message(self, where: str, at: str, who: str, content: str, key: str, place: tuple[str, str]) -> Message:
        files = tuple(Attachment(_file(m[1] or m[2] or m[3])) for m in _IMAGE.finditer(content))
        text = _words(content).strip("\n")
        handle, name, service = sender(who)
        if service:
            return Message(where, at, "", text, Kind.SYSTEM, chat=key)
        kind, raw = Kind.TEXT, ""
        if "[" in text:
            found, words = kind_of(text)
            raw = text[:2000] if found == Kind.UNKNOWN else ""
            kind, text = found, words
        if files and not text.strip():
            kind, text = Kind.IMAGE, ""  # among words it is a face of the client more often than a photo
        elif kind == Kind.TEXT and is_pasted(text):
            kind = Kind.FORWARD
        return Message(where, at, handle, text, kind, name, self.mine(place, who), key, attachments=files, raw=raw)


def _words(markup: str) -> str:
    if "<" in markup:
        markup = _TAG.sub("", _BREAK.sub("\n", markup.replace("\r", "").replace("\n", "")))
    return html.unescape(markup).replace("\u00a0", " ") if "&" in markup else markup


def _file(source: str) -> str:
    return html.unescape(source).replace("\\", "/").rpartition("/")[2]


def _declared(path: Path) -> str:
    with path.open("rb") as f:
        head = f.read(8192)
    for bom, codec in BOMS:
        if head.startswith(bom):
            # the mark stands before the MIME headers and not before the page: the order of bytes must be said
            wide = codec.startswith(("utf-16", "utf-32"))
            return codec + ("-le" if bom[0] == 0xFF else "-be") * wide
    named = [m.decode("ascii", "replace") for m in _CHARSET.findall(head)]
    for name in named:
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            continue
        # a page whose head was read as ASCII is in no wide encoding, whatever it says of itself
        if not codec.startswith(("utf-16", "utf-32")) and _reads(codec):
            return codec
    return "utf-8"


def _reads(codec: str) -> bool:
    """Is it an encoding of text? "zlib" has a codec too."""
    try:
        return isinstance(b" ".decode(codec), str)
    except (LookupError, UnicodeError):
        return False


def _rows(path: Path, encoding: str, errors: str) -> Iterator[tuple[int, str, bool]]:
    """(number, markup, whether it is closed) of every table row of the HTML part, without its tags of the row."""
    number, left, scanned = 0, "", 0
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    done = False
    with path.open("rb") as f:
        pieces = _html(f)
        while not done:
            piece = next(pieces, None)
            if piece is None:
                try:
                    left += decoder.decode(b"", final=True)
                except UnicodeDecodeError:
                    left += "\ufffd"  # the file ends inside a character: cut, not in another encoding
                done = True
            else:
                left += decoder.decode(piece)
            at = 0
            while m := _ROW_END.search(left, max(at, scanned)):
                number += 1
                yield number, _open(left[at : m.start()]), True
                at = scanned = m.end()
            if end := _HTML_END.search(left, at):
                left, done = left[: end.start()], True
            left, scanned = left[at:], 0
            scanned = max(0, len(left) - 8)
            if len(left) > LONGEST_ROW:
                break
    rest = re.sub(r"</?(?:table|body|tbody|html)\b[^>]*>", "", left, flags=re.I)
    if rest.strip() and (_TAG.sub("", rest).strip() or "<tr" in rest.lower()):
        yield number + 1, _open(rest), False


def _open(markup: str) -> str:
    """A row from its last opening tag on: what stands before the first row is the page's head."""
    at = markup.lower().rfind("<tr")
    return markup[at:] if at != -1 else markup


def _html(f: BinaryIO) -> Iterator[bytes]:
    """The bytes of the HTML part, transfer encoding undone; of the whole file if it is a page without MIME headers."""
    start = f.read(4096)
    f.seek(0)
    if b"From:" not in start[:64] and b"boundary" not in start and b"<html" in start.lower():
        while block := f.read(BLOCK):
            yield block
        return
    headers: dict[str, str] = {}
    for line in iter(lambda: f.readline(1 << 16), b""):
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower().startswith((b"content-", b"\xef\xbb\xbfcontent-")):
            headers[name.strip().decode("latin-1").lower()] = value.strip().decode("latin-1").lower()
        elif line.startswith(b"--"):
            headers = {}
        elif not line.strip() and headers.get("content-type", "").startswith("text/html"):
            break
    coding = headers.get("content-transfer-encoding", "")
    yield from _undone(_part(f), coding)


def _part(f: BinaryIO) -> Iterator[bytes]:
    """The lines of a part, in pieces of bounded size, until the next boundary."""
    fresh = True
    for line in iter(lambda: f.readline(BLOCK), b""):
        if fresh and line.startswith(b"------=_"):
            return
        fresh = line.endswith(b"\n")
        yield line


def _undone(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    if coding == "base64":
        left = b""
        for piece in pieces:
            left += b"".join(piece.split())
            whole = len(left) - len(left) % 4
            if whole >= 4096 or left.endswith(b"="):
                try:
                    yield base64.b64decode(left[:whole])
                except binascii.Error:
                    return
                left = left[whole:]
        try:
            yield base64.b64decode(left + b"=" * (-len(left) % 4)) if left else b""
        except binascii.Error:
            return
    elif coding == "quoted-printable":
        for piece in pieces:
            yield quopri.decodestring(piece)
    else:
        buffer: list[bytes] = []
        size = 0
        for piece in pieces:
            buffer.append(piece)
            size += len(piece)
            if size >= BLOCK:
                yield b"".join(buffer)
                buffer, size = [], 0
        yield b"".join(buffer)


importer = QqMht()
