"""Zips and tars from strangers. In: a path. Out: the entries that may be read, or a refusal.

A zip is judged by its directory before a byte is inflated: number of entries, names that climb out of their folder,
links, encryption, sizes and ratios. A tar has no directory, so each entry is judged when it comes by, and what came
before it is the caller's to throw away.
"""

from __future__ import annotations

import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self

from afterword.errors import BadInput

ENTRIES = 200_000
ENTRY_BYTES = 4 << 30
TOTAL_BYTES = 64 << 30
RATIO = 100
SMALL = 8 << 20
"""Bytes under which a ratio says nothing: a chat of "ok ok ok" compresses well."""

BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, IndexError, OverflowError,
    struct.error,
)  # fmt: skip
"""What the standard library raises on a damaged or unusual zip."""

BROKEN_TAR = (
    tarfile.TarError, zlib.error, EOFError, ValueError, IndexError, OverflowError, RecursionError
)  # fmt: skip
"""The same for a tar."""

NAME_BYTES = 1 << 20
"""Bytes that an entry's name and its further fields may take: the library holds them in memory."""
_FIELDS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")


class _TooLong(Exception):
    """A header whose name would be held in memory, and is too long for that."""


class _Header(tarfile.TarInfo):
    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        info = super().frombuf(buf, encoding, errors)
        if info.size < 0:
            raise tarfile.ReadError("an entry of less than no bytes")
        if info.type in _FIELDS and info.size > NAME_BYTES:
            raise _TooLong(f"holds a name of {info.size} bytes")
        return info


def is_zip(path: Path) -> bool:
    with path.open("rb") as f:
        return f.read(4) == b"PK\x03\x04"


def entries(path: Path) -> list[zipfile.ZipInfo]:
    """The files of a zip, folders and the Mac's shadow files left out. BadInput ("import.zip.…") when it is not safe."""
    try:
        with zipfile.ZipFile(path) as z:
            infos = z.infolist()
    except BROKEN as e:
        raise broken(path, e) from e
    if len(infos) > ENTRIES:
        raise _bomb(path, f"holds {len(infos)} entries (at most {ENTRIES})")
    for info in infos:
        check(path, info)
    if sum(i.file_size for i in infos) > TOTAL_BYTES:
        raise _bomb(path, f"would unpack to more than {TOTAL_BYTES >> 30} GB")
    return [i for i in infos if i.filename and not i.is_dir() and "__MACOSX/" not in i.filename]


def unsafe(info: zipfile.ZipInfo) -> str:
    """What makes one entry unsafe wherever it is unpacked, in words; "" for one that is not."""
    if _leaves_folder(info.orig_filename):
        return f"holds a name that leaves its folder ({info.orig_filename[:80]!r})"
    return f"holds a link ({info.filename[:80]!r})" if stat.S_ISLNK(info.external_attr >> 16) else ""


def _leaves_folder(name: str) -> bool:
    name = name.replace("\\", "/")
    return name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\0" in name


def too_large(info: zipfile.ZipInfo) -> str:
    """The size of an entry that would unpack to more than anybody's words, and how it has grown; "" for any other."""
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > ENTRY_BYTES or (info.file_size > SMALL and ratio > RATIO):
        return f"{info.file_size} bytes ({ratio:.0f} times its size)"
    return ""


def check(path: Path, info: zipfile.ZipInfo) -> None:
    """BadInput when one entry is not safe to read."""
    if found := unsafe(info):
        raise _unsafe(path, found)
    if info.flag_bits & 1:
        raise locked(path)
    if size := too_large(info):
        raise _bomb(path, f"holds {info.filename[:80]!r}, which would unpack to {size}")


def is_tar(path: Path) -> bool:
    """Is it a tar, as it is or compressed? Asked of what is in it: the first entry's own sum must be right."""
    with path.open("rb") as f:
        first = f.read(tarfile.BLOCKSIZE)
    try:
        if first.startswith(_PACKED):
            tarfile.open(path, "r|*", tarinfo=_Header).close()
        else:
            _Header.frombuf(first, "utf-8", "surrogateescape")
    except _TooLong:
        return True
    except BROKEN_TAR:
        return False
    return True


def members(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """The files of a tar with their bytes, one after the other; each must be read before the next is asked for.

    BadInput ("import.zip.…") at the first entry that is not safe, and at the end when there is none.
    """
    packed = max(path.stat().st_size, 1)
    seen = total = 0
    ended = False

    class Header(_Header):
        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
            nonlocal ended, seen
            ended = len(buf) == tarfile.BLOCKSIZE and not any(buf)
            seen += 1
            if seen > ENTRIES:
                raise _bomb(path, f"holds more than {ENTRIES} entries")
            return super().frombuf(buf, encoding, errors)

    try:
        with tarfile.open(path, "r|*", tarinfo=Header) as tar:
            while (info := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]  # else a hundred thousand entries stay in memory
                check_member(path, info)
                total += info.size
                if total > TOTAL_BYTES:
                    raise _bomb(path, f"would unpack to more than {TOTAL_BYTES >> 30} GB")
                if total > SMALL and total > RATIO * packed:
                    raise _bomb(path, f"would unpack to {total} bytes and more, over {RATIO} times its size")
                source = tar.extractfile(info) if info.isreg() else None
                if source is not None and "__MACOSX/" not in info.name:
                    yield info, source
    except _TooLong as e:
        raise _bomb(path, str(e)) from e
    if not ended:
        raise broken(path, "its end is missing", "tar")


def check_member(path: Path, info: tarfile.TarInfo) -> None:
    """BadInput when one entry of a tar is not safe to read."""
    if _leaves_folder(info.name):
        raise _unsafe(path, f"holds a name that leaves its folder ({info.name[:80]!r})")
    if info.issym() or info.islnk():
        raise _unsafe(path, f"holds a link ({info.name[:80]!r})")
    if info.isdev():
        raise _unsafe(path, f"holds a device ({info.name[:80]!r})")
    if info.issparse() or info.size > ENTRY_BYTES:
        raise _bomb(path, f"holds {info.name[:80]!r}, which would unpack to {info.size} bytes")


def locked(path: Path) -> BadInput:
    return BadInput(
        "import.zip.password",
        f"{path.name} is locked with a password.",
        next_step="Unpack it with its password, then give the folder.",
        path=str(path),
    )


def broken(path: Path, why: Exception | str, what: str = "zip") -> BadInput:
    return BadInput(
        "import.zip.broken",
        f"{path.name} is not a whole {what} file ({why}).",
        next_step="Copy or download it again.",
        path=str(path),
    )


def _unsafe(path: Path, found: str) -> BadInput:
    return BadInput(
        "import.zip.unsafe",
        f"{path.name} {found}.",
        next_step="Export it again, or unpack it yourself and give the folder.",
        path=str(path),
    )


def _bomb(path: Path, found: str) -> BadInput:
    return BadInput(
        "import.zip.bomb",
        f"{path.name} {found}.",
        next_step="If you trust it, unpack it yourself and give the folder.",
        path=str(path),
    )
