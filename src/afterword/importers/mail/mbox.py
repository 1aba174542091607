"""mbox: Gmail's Takeout, Thunderbird's and Apple Mail's folders, Unix mail. In: a path. Out: one record for each mail.

Nothing but a line "From " parts two mails, and people write such lines. So one counts only where it bears a date as
the separators have it, or where a header follows it after an empty line. The file is read in blocks, mail by mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from afterword.importers.base import Match, Options, Record
from afterword.importers.mail.dates import envelope_instant
from afterword.importers.mail.mime import LARGEST
from afterword.importers.mail.records import Owner, chats_of, is_sent_folder, record
from afterword.model import ChatRef, FileFacts

BLOCK = 1 << 20
HEAD = 32 << 10
UNSURE = 1024
"""Bytes at the end of a block in which a separator may not yet be whole."""
_SEPARATOR = re.compile(
    rb"From [^\n]{0,300}?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [^\n]{0,80}\d\d:\d\d[^\n]{0,60}\d{4}[^\n]{0,60}\r?\n"
)
_HEADER = re.compile(rb"From [^\n]{0,300}\r?\n(?:>From [^\n]{0,300}\r?\n)?[A-Za-z][!-9;-~]{0,80}:[ \t\r\n]")
_FIRST = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,80}From [^\n]{1,300}\r?\n(?:>From [^\n]{0,300}\r?\n)?[A-Za-z][!-9;-~]{0,80}:[ \t\r\n]"
)
_ESCAPED = re.compile(rb"^>(>*From )", re.M)


def mails(f: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """(separator line, mail) in file order. Of a mail larger than LARGEST the beginning; the rest is passed over."""
    text = f.read(BLOCK)
    at = start = len(text) - len(text.lstrip()) if not text.startswith(b"\xef\xbb\xbf") else 3
    head = b""
    ended = False
    while True:
        found = _next(text, at, ended)
        if found >= 0:
            yield _one(head or text[start:found])
            start, at, head = found, found + 5, b""
            continue
        if ended:
            break
        keep = text[start:]
        if not head and len(keep) > LARGEST:
            head = keep[:LARGEST]
        if head:
            keep = keep[-2 * UNSURE :]
        at = max(len(keep) - UNSURE, 0)
        block = f.read(max(BLOCK, len(keep) // 2))
        ended = not block
        text, start = keep + block, 0
    if head or text[start:].strip():
        yield _one(head or text[start:])


def _next(text: bytes, at: int, ended: bool) -> int:
    """Where the next separator begins at or after `at`; -1 when none is sure yet."""
    while (found := text.find(b"\nFrom ", at)) >= 0:
        here = found + 1
        if not ended and len(text) - here < UNSURE - 8:
            return -1  # the lines that decide may not be read yet
        if _SEPARATOR.match(text, here):
            return here
        before = text[max(0, found - 2) : found]
        if (before.endswith(b"\n") or before == b"\n\r") and _HEADER.match(text, here):
            return here
        at = here
    return -1


def _one(data: bytes) -> tuple[bytes, bytes]:
    line, _, mail = data.partition(b"\n")
    if not line.startswith(b"From "):
        line, mail = b"", data
    if b"\n>" in mail and b"From " in mail:
        mail = _ESCAPED.sub(rb"\1", mail)
    return line, mail


def owner_of(f: IO[bytes], sent: bool) -> Owner:
    owner = Owner()
    for _, mail in mails(f):
        owner.see(mail[:HEAD], sent)
    return owner


def records(f: IO[bytes], owner: frozenset[str], sent: bool, prefix: str = "") -> Iterator[Record]:
    for n, (line, mail) in enumerate(mails(f), 1):
        at = envelope_instant(line.decode("latin-1")) if line else None
        yield record(mail, f"{prefix}mail {n}", owner, sent=sent, at=at)


class Mbox:
    name = "mbox"
    version = 1
    title = "mail folder (mbox: Gmail Takeout, Thunderbird, Apple Mail)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if _FIRST.match(head):
            return Match(0.98, "an mbox separator, then headers")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        sent = is_sent_folder(path)
        with path.open("rb") as f:
            owner = owner_of(f, sent).all()
            yield FileFacts(zone="instant")
            f.seek(0)
            yield from records(f, owner, sent)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        sent = is_sent_folder(path)
        with path.open("rb") as f:
            owner = owner_of(f, sent).all()
            f.seek(0)
            yield from chats_of(records(f, owner, sent), owner)


importer = Mbox()
