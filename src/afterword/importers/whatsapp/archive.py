"""The one chat text of a WhatsApp zip, without unpacking the archive.

In: a path to a zip. Out: the name of the entry that is the chat, or a refusal. Only that entry is ever read, as a
stream; media stay where they are. A zip comes from strangers, so it is judged by its directory before a byte is
inflated: entry count, names that climb out, links, encryption, size and ratio. A zip inside the zip is an attachment
somebody sent, and opened only when the outer one has no chat of its own, as when iCloud shares an export.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from afterword.errors import BadInput
from afterword.importers.zips import ENTRIES, locked, too_large, unsafe

INNER = 16
"""Zips inside the zip that are looked into."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)


class Entry(NamedTuple):
    """The chat: its place in the zip, or in the zip `inside` it; `shown` is its name as a person reads it."""

    name: str
    shown: str
    inside: str = ""


def chat_entry(path: Path, is_chat: Callable[[bytes], bool]) -> Entry:
    """The entry that holds the chat. `is_chat` judges the first bytes of a text."""
    try:
        with zipfile.ZipFile(path) as z:
            infos = _listed(path, z)
            chats = [Entry(i.filename, _shown(i)) for i in _texts(path, z, infos, is_chat)]
            inner = [i for i in infos if i.filename.lower().endswith(".zip") and not i.is_dir()]
            for info in [] if chats else inner[:INNER]:
                chats += _within(path, z, info, is_chat)
    except _BROKEN as e:
        raise BadInput(
            "import.zip.broken", f"{path.name} is not a whole zip file ({e}).",
            next_step="Copy it from the phone again.", path=str(path),
        ) from e  # fmt: skip
    if len(chats) > 1:  # a chat text sent as a document lies beside the chat itself
        named = [
            c for c in chats if PurePosixPath(c.name).name == "_chat.txt" or PurePosixPath(c.shown).stem == path.stem
        ]
        chats = named or chats
    if len(chats) != 1:
        raise BadInput(
            "import.zip.no-chat",
            f"{path.name} holds {len(chats)} WhatsApp chats (.txt); exactly one is expected.",
            next_step="Unpack it and give each .txt by itself.",
            path=str(path),
        )
    return chats[0]


@contextmanager
def opened(path: Path, entry: Entry) -> Iterator[IO[bytes]]:
    """The chat as a stream. BadInput when its data are damaged."""
    try:
        with zipfile.ZipFile(path) as z:
            if not entry.inside:
                with z.open(entry.name) as raw:
                    yield raw
            else:
                with z.open(entry.inside) as inner, zipfile.ZipFile(inner) as y, y.open(entry.name) as raw:
                    yield raw
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as e:
        raise BadInput(
            "import.zip.broken", f"{path.name}: {entry.shown} is damaged ({e}).",
            next_step="Copy it from the phone again.", path=str(path),
        ) from e  # fmt: skip


def _listed(path: Path, z: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = z.infolist()
    if len(infos) > ENTRIES:
        raise BadInput(
            "import.zip.bomb", f"{path.name} holds {len(infos)} entries (at most {ENTRIES}).",
            next_step="Unpack it yourself and give the .txt.", path=str(path),
        )  # fmt: skip
    for info in infos:
        if found := unsafe(info):
            raise BadInput(
                "import.zip.unsafe", f"{path.name} {found}.",
                next_step="Export the chat again on the phone, or unpack it yourself and give the .txt.", path=str(path),
            )  # fmt: skip
    return infos


def _texts(
    path: Path, z: zipfile.ZipFile, infos: list[zipfile.ZipInfo], is_chat: Callable[[bytes], bool]
) -> Iterator[zipfile.ZipInfo]:
    for info in infos:
        # a damaged directory may hold an entry without a name, of which the library cannot say whether it is a folder
        if not info.filename.lower().endswith(".txt") or info.is_dir():
            continue
        if PurePosixPath(info.filename).name.startswith("._") or info.filename.startswith("__MACOSX/"):
            continue
        _check_size(path, info)
        with z.open(info) as f:
            if is_chat(f.read(1 << 16)):
                yield info


def _within(path: Path, z: zipfile.ZipFile, info: zipfile.ZipInfo, is_chat: Callable[[bytes], bool]) -> Iterator[Entry]:
    """Chats of a zip inside the zip. One that is no zip at all is somebody's attachment."""
    _check_size(path, info)
    try:
        with z.open(info) as raw, zipfile.ZipFile(raw) as inner:
            for found in _texts(path, inner, _listed(path, inner), is_chat):
                shown = _shown(info) if PurePosixPath(found.filename).name == "_chat.txt" else _shown(found)
                yield Entry(found.filename, shown, info.filename)
    except _BROKEN:
        return


def _shown(info: zipfile.ZipInfo) -> str:
    """The name without folders. Phones write UTF-8 and some forget to say so, which then reads as code page 437."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return PurePosixPath(name).name


def _check_size(path: Path, info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 1:
        raise locked(path)
    if size := too_large(info):
        raise BadInput(
            "import.zip.bomb",
            f"{path.name}: {info.filename[:80]!r} would unpack to {size}.",
            next_step="If you trust it, unpack it yourself and give the .txt.",
            path=str(path),
        )


def head_of_first_text(head: bytes) -> tuple[str, bytes] | None:
    """From the first bytes of a zip: name and first bytes of the first .txt entry that starts in them."""
    at = 0
    while head[at : at + 4] == b"PK\x03\x04" and at + 30 <= len(head):
        flags, method = (
            int.from_bytes(head[at + 6 : at + 8], "little"),
            int.from_bytes(head[at + 8 : at + 10], "little"),
        )
        packed = int.from_bytes(head[at + 18 : at + 22], "little")
        n, extra = int.from_bytes(head[at + 26 : at + 28], "little"), int.from_bytes(head[at + 28 : at + 30], "little")
        name = head[at + 30 : at + 30 + n].decode("utf-8", errors="replace")
        start = at + 30 + n + extra
        data = head[start : start + packed] if packed and packed != 0xFFFFFFFF else head[start:]
        if name.lower().endswith(".txt"):
            return name, _inflate(data, method)
        if name.lower().endswith(".zip") and (inner := head_of_first_text(_inflate(data, method))):
            return inner
        if flags & 8 or not packed and not name.endswith("/"):
            return None  # sizes follow the data: the next entry cannot be found from here
        at = start + packed
    return None


def _inflate(data: bytes, method: int) -> bytes:
    if method == 0:
        return data
    if method != zipfile.ZIP_DEFLATED:
        return b""
    try:
        return zlib.decompressobj(-15).decompress(data, 1 << 16)
    except zlib.error:
        return b""
