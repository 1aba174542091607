"""Zip files from strangers. In: a path. Out: the entries that may be read, or a refusal before a byte is inflated.

A zip is judged by its directory: number of entries, names that climb out of their folder, links, encryption, sizes and
ratios.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path

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


def check(path: Path, info: zipfile.ZipInfo) -> None:
    """BadInput when one entry is not safe to read."""
    name = info.orig_filename.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\0" in name:
        raise _unsafe(path, f"holds a name that leaves its folder ({info.orig_filename[:80]!r})")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _unsafe(path, f"holds a link ({info.filename[:80]!r})")
    if info.flag_bits & 1:
        raise locked(path)
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > ENTRY_BYTES or (info.file_size > SMALL and ratio > RATIO):
        raise _bomb(
            path,
            f"holds {info.filename[:80]!r}, which would unpack to {info.file_size} bytes ({ratio:.0f} times its size)",
        )


def locked(path: Path) -> BadInput:
    return BadInput(
        "import.zip.password",
        f"{path.name} is locked with a password.",
        next_step="Unpack it with its password, then give the folder.",
        path=str(path),
    )


def broken(path: Path, why: Exception | str) -> BadInput:
    return BadInput(
        "import.zip.broken",
        f"{path.name} is not a whole zip file ({why}).",
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
