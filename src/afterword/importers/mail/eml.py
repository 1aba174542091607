"""Single mails: .eml, files without a suffix, Apple's .emlx, and a zip of them. In: a path. Out: one record for each mail.

A mail has no signature, only headers that no other text begins with. Outlook's .msg is another format altogether; it
is recognised to say what to do with it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from afterword.errors import BadInput
from afterword.importers import zips
from afterword.importers.base import Match, Options, Record
from afterword.importers.mail import mbox
from afterword.importers.mail.mime import LARGEST, split
from afterword.importers.mail.records import Owner, chats_of, is_sent_folder, record
from afterword.importers.zips import is_zip
from afterword.model import ChatRef, FileFacts, Skipped

BROKEN = (*zips.BROKEN, OSError)
"""What the standard library raises on a damaged or unusual entry."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_MAIL = frozenset("from to subject date received message-id mime-version return-path delivered-to cc bcc reply-to sender in-reply-to references content-type content-transfer-encoding dkim-signature x-mailer user-agent x-original-to authentication-results received-spf thread-topic thread-index x-priority importance x-apparently-to x-gmail-labels arc-seal x-received x-mozilla-status x-uidl envelope-to list-id organization x-account-key x-spam-status delivery-date".split())  # fmt: skip
_SURE = frozenset("from received message-id return-path delivered-to x-received x-mozilla-status mime-version x-original-to dkim-signature envelope-to arc-seal".split())  # fmt: skip
_PAGE_SAVED = re.compile(rb"^From:\s*\"?<?Saved? by", re.I | re.M)
_COUNT = re.compile(rb"(\d{1,10})[ \t]*\r?\n(?=[!-9;-~]+:)")
_MBOX_NAMES = (".mbox", ".mbx")
_NAMES = (".eml", ".emlx", *_MBOX_NAMES)
_STREAM = "__substg1.0_".encode("utf-16-le")
_NAMEID = "__nameid_version1.0".encode("utf-16-le")


class Eml:
    name = "eml"
    version = 1
    title = "mail (eml, emlx, or a zip of them)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        suffix = PurePosixPath(filename).suffix.lower()
        if head.startswith(b"PK\x03\x04"):
            return _sniff_zip(head)
        if head.startswith(OLE):
            if suffix == ".msg" or _STREAM in head or _NAMEID in head:
                return Match(0.9, "an Outlook message")
            return None
        if suffix in (".mht", ".mhtml") or _PAGE_SAVED.search(head[:4096]):
            return None
        if m := _COUNT.match(head):
            return Match(0.97, "an Apple mail with its length") if _headers(head[m.end() :]) >= 2 else None
        names = _headers(head.removeprefix(b"\xef\xbb\xbf").lstrip())
        if suffix in (".eml", ".emlx"):
            return Match(0.95, "a mail's headers") if names >= 1 else Match(0.3, "the name of a mail")
        if names >= 3:
            return Match(0.9, "a mail's headers")
        return Match(0.6, "two headers of a mail") if names == 2 and suffix in ("", ".txt", ".mail") else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(zone="instant")
        yield from _records(path, _owner(path))

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        owner = _owner(path)
        yield from chats_of(_records(path, owner), owner)


def _headers(head: bytes) -> int:
    """How many of a mail's headers stand at the beginning of the text; 0 when other lines do."""
    if head.startswith((b"BEGIN:", b"{", b"<", b"[", b"\0")) or b"\0" in head[:200]:
        return 0
    first = head.partition(b"\n")[0]
    if b":" not in first and not first.startswith((b"From ", b">From ")):
        return 0
    found = {name for name, _ in split(head[:16384])[0]}
    known = found & _MAIL
    if not found & _SURE or len(known) * 4 < len(found) and len(known) < 5:
        return 0
    if first.startswith(b"From "):
        return 0  # an mbox
    return len(known)


def _sniff_zip(head: bytes) -> Match | None:
    names: list[str] = []
    at = 0
    while (at := head.find(b"PK\x03\x04", at)) >= 0 and at + 30 <= len(head):
        n = int.from_bytes(head[at + 26 : at + 28], "little")
        name = head[at + 30 : at + 30 + n].decode("utf-8", "replace")
        if not name.endswith("/") and not PurePosixPath(name).name.startswith("."):
            names.append(name.lower())
        at += 30
    mails = sum(1 for n in names if n.endswith(_NAMES))
    if mails and mails * 2 >= len(names):
        return Match(0.9, "a zip of mails")
    return None


def _one(path: Path) -> bytes:
    with path.open("rb") as f:
        data = f.read(LARGEST)
    if data.startswith(OLE):
        raise BadInput(
            "import.mail.msg",
            f"{path.name} is an Outlook message (.msg), which only Outlook can read.",
            next_step="Open it in Outlook and save it as .eml (or drag it into Thunderbird), or give the whole .pst.",
            path=str(path),
        )
    return _bare(data)


def _bare(data: bytes) -> bytes:
    """Without the length and the property list that Apple writes around a mail."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if m := _COUNT.match(data):
        return data[m.end() : m.end() + int(m[1])]
    return data.lstrip(b"\r\n")


def _owner(path: Path) -> frozenset[str]:
    if not is_zip(path):
        owner = Owner()
        owner.see(_one(path)[: mbox.HEAD], is_sent_folder(path))
        return owner.all()
    owner = Owner()
    with _opened(path) as z:
        for info in _entries(path, z):
            sent = is_sent_folder(Path(info.filename))
            try:
                with z.open(info) as f:
                    if info.filename.lower().endswith(_MBOX_NAMES):
                        for _, mail in mbox.mails(f):
                            owner.see(mail[: mbox.HEAD], sent)
                    else:
                        owner.see(_bare(f.read(mbox.HEAD)), sent)
            except BROKEN:
                continue  # said when the records are read
    return owner.all()


def _records(path: Path, owner: frozenset[str]) -> Iterator[Record]:
    if not is_zip(path):
        yield record(_one(path), "mail 1", owner, sent=is_sent_folder(path))
        return
    with _opened(path) as z:
        seen: dict[str, int] = {}
        for info in _entries(path, z):
            seen[info.filename] = n = seen.get(info.filename, 0) + 1
            where = info.filename if n == 1 else f"{info.filename}#{n}"
            sent = is_sent_folder(Path(info.filename))
            try:
                with z.open(info) as f:
                    if info.filename.lower().endswith(_MBOX_NAMES):
                        yield from mbox.records(f, owner, sent, f"{where}/")
                    else:
                        yield record(_bare(f.read(LARGEST)), where, owner, sent=sent)
            except BROKEN as e:
                yield Skipped(f"{where}/-", "unreadable", str(e)[:200])


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zips.BROKEN as e:
        raise zips.broken(path, e) from e


def _entries(path: Path, z: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The mails of a zip. It comes from strangers: nothing is unpacked, and what cannot be a mail is left alone."""
    found = []
    for info in zips.entries(path):
        name = PurePosixPath(info.filename).name
        if not name.startswith(".") and (name.lower().endswith(_NAMES) or _looks_like_mail(z, info)):
            found.append(info)
    return found


def _looks_like_mail(z: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """A file without a suffix, or with one that is no word (a maildir's "1234.host:2,S")."""
    suffix = PurePosixPath(info.filename).suffix
    if info.flag_bits & 1 or (suffix and suffix[1:].isalpha() and len(suffix) < 6):
        return False
    try:
        with z.open(info) as f:
            return _headers(f.read(8192)) >= 3
    except BROKEN:
        return False


importer = Eml()
