"""Folders, zips and tars of anything. In: paths as the user gave them. Out: files with the importer that knows each, in an
order in which companions and contacts come before what they explain; and what is left, with the reason.

A zip that no importer reads as it is, and any tar, gets unpacked into a private folder inside the vault, file by file, and that
folder is gone when the import ends (after a crash: on the next open). Reading inside the zip would be cleaner, but
exports refer to files beside each other, and databases must be files.
"""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from afterword.errors import AfterwordError, BadInput
from afterword.importers import HEAD, Importer, Match, identify, importers, zips

DEEPEST = 2
"""Archives inside archives that are opened; deeper ones are left."""

ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")

MEDIA = frozenset(
    [".3gp", ".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm", ".wma", ".wmv", ".gif", ".svg", ".ico"]
    + [".ttf", ".woff", ".woff2", ".css", ".map", ".lrv", ".thm", ".aae", ".xmp"]
)
"""Film and what decorates pages: named by the records that refer to them, not read by themselves."""

DOCUMENTS = frozenset([".docx", ".xlsx", ".pptx", ".odt", ".ods", ".epub", ".apk", ".jar", ".pages", ".numbers"])
"""Zips by their inside, files to a person."""

TEXTS = frozenset(
    [".txt", ".json", ".jsonl", ".html", ".htm", ".csv", ".xml", ".db", ".mht", ".zip", ".md", ".eml", ".mbox"]
)
"""What an export's own files end in; anything else beside a chat was sent in it."""

PROGRAMS = frozenset(
    ["node_modules", ".git", "__pycache__", "site-packages", "venv", ".venv", ".cache"],
)
"""Folders that programs fill for themselves: named once, never walked."""

FIRST = ("vcard",)
"""Contacts give names to the numbers of what is read after them."""


class Piece(msgspec.Struct, frozen=True):
    """One file to read. `shown`: its path as the user knows it, inside a zip "export.zip/folder/file"."""

    path: Path
    shown: str
    importer: Importer
    match: Match


class Left(msgspec.Struct, frozen=True):
    """A file that is not read: "companion", "media", "unknown", "empty", "zip"; or the code of an error.

    Two stand for a folder, with the number of files in the note: "program" (not walked) and "hidden" (hidden files
    that lie in it).
    """

    path: str
    reason: str
    note: str = ""


class Gathered(msgspec.Struct):
    pieces: list[Piece] = msgspec.field(default_factory=list)
    left: list[Left] = msgspec.field(default_factory=list)


def shown(path: Path | str) -> str:
    """A path that can be printed and kept: names from an unpacked zip are often bytes of another encoding."""
    return os.fsencode(path).decode("utf-8", "replace")


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """What the system refuses (no right, a broken disk) is a sentence about the file."""
    try:
        yield
    except OSError as e:
        raise BadInput(
            "import.unreadable",
            f"{shown(path.name)} cannot be read: {e.strerror or type(e).__name__}.",
            next_step="Check its rights, or copy it to a folder of yours.",
            path=shown(path),
        ) from e


@contextmanager
def gather(paths: Sequence[Path], workshop: Path, importer: str | None = None) -> Iterator[Gathered]:
    """What the paths hold. `workshop`: a folder that does not exist; zips are unpacked there and it is gone at the end.

    A path given by itself that nothing can read is an error; inside a folder or a zip it is left, with the reason.
    """
    found = Gathered()
    try:
        for path in paths:
            with readable(path):
                folder, file = path.is_dir(), path.is_file()
            if folder:
                files, left = walk(path)
                found.left += [Left(shown(p), reason, str(n)) for p, reason, n in left]
                for child in files:
                    _take(found, child, shown(child), workshop, 0, alone=False, importer=importer)
            elif file:
                _take(found, path, shown(path), workshop, 0, alone=len(paths) == 1, importer=importer)
            else:
                raise BadInput(
                    "import.missing",
                    f"There is no file {shown(path)!r}.",
                    next_step="Check the path.",
                    path=shown(path),
                )
        found.pieces.sort(key=lambda p: p.importer.name not in FIRST)
        yield found
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def walk(folder: Path) -> tuple[list[Path], list[tuple[Path, str, int]]]:
    """The files under a folder, numbers in names counted as numbers; and the folders in which files are left, why
    ("program", "hidden") and how many. Links are no files of this folder."""
    files: list[Path] = []
    left: list[tuple[Path, str, int]] = []
    for name, inner, names in os.walk(folder):
        here = Path(name)
        for program in sorted(PROGRAMS.intersection(inner)):
            inner.remove(program)
            if not (here / program).is_symlink():
                left.append((here / program, "program", sum(len(f) for _, _, f in os.walk(here / program))))
        found = [p for p in (here / n for n in names) if p.is_file() and not p.is_symlink()]
        seen = [p for p in found if not p.name.startswith((".", "~$"))]
        files += seen
        if len(seen) < len(found):
            left.append((here, "hidden", len(found) - len(seen)))
    files.sort(key=lambda p: natural(str(p.relative_to(folder))))
    left.sort(key=lambda row: natural(str(row[0].relative_to(folder))))
    return files, left


def natural(name: str) -> list[tuple[int, int | str]]:
    """message_2 comes before message_10."""
    return [(0, int(part)) if part.isascii() and part.isdigit() else (1, part) for part in re.split(r"([0-9]+)", name)]


def _take(
    found: Gathered, path: Path, name: str, workshop: Path, depth: int, *, alone: bool, importer: str | None
) -> None:
    suffix = path.suffix.lower()
    try:
        with readable(path):
            if importer:
                found.pieces.append(Piece(path, name, importers()[importer], Match(1.0, "named by the caller")))
                return
            if is_media(path.name) and not alone:
                found.left.append(Left(name, "media"))
                return
            if zips.is_tar(path):
                _unpack(found, path, name, workshop, depth, alone=alone)
                return
            known, match = identify(path)
            if suffix not in DOCUMENTS and _holds_more(path, known):
                _unpack(found, path, name, workshop, depth, alone=alone)
                return
    except AfterwordError as e:
        if e.code == "import.unknown" and suffix not in DOCUMENTS and zipfile.is_zipfile(path):
            _unpack(found, path, name, workshop, depth, alone=alone)
            return
        if e.code == "import.unknown" and path.name.lower().endswith(ARCHIVES):
            why = ("it has no list of its files", "zip") if suffix == ".zip" else ("it has no beginning", "tar")
            e = zips.broken(path, *why)
        if alone:
            raise e
        known_reasons = {"import.unknown": "unknown", "import.empty": "empty"}
        found.left.append(Left(name, known_reasons.get(e.code, e.code), "" if e.code in known_reasons else e.message))
        return
    if match.companion:
        found.left.append(Left(name, "companion", match.reason))
    else:
        found.pieces.append(Piece(path, name, known, match))


def _holds_more(path: Path, known: Importer) -> bool:
    """Is a zip that an importer would read by itself not one chat? Its entries lie in several folders, or several of
    them, or none, are chats of that importer."""
    if not getattr(known, "one_chat_zip", False) or not zipfile.is_zipfile(path):
        return False
    data = [i for i in zips.entries(path) if PurePosixPath(i.filename).suffix.lower() in TEXTS]
    if len({PurePosixPath(i.filename).parent for i in data}) > 1 or any(i.filename.endswith(".zip") for i in data):
        return True
    chats = 0
    try:
        with zipfile.ZipFile(path) as z:
            for info in data:
                with z.open(info) as f:
                    chats += known.sniff(f.read(HEAD), PurePosixPath(info.filename).name) is not None
    except zips.BROKEN as e:
        raise zips.broken(path, e) from e
    return chats != 1


def _unpack(found: Gathered, path: Path, name: str, workshop: Path, depth: int, *, alone: bool) -> None:
    """Unpack a zip or a tar and take what is in it."""
    if depth >= DEEPEST:
        found.left.append(Left(name, "zip", "a zip inside a zip inside a zip"))
        return
    folder = workshop / f"{len(list(workshop.glob('*'))) if workshop.exists() else 0}"
    tar = zips.is_tar(path)
    before = len(found.left)
    try:
        for media in (_pour_tar if tar else _pour_zip)(path, folder):
            found.left.append(Left(f"{name}/{media}", "media"))
    except (AfterwordError, *zips.BROKEN, *zips.BROKEN_TAR) as e:
        error = e if isinstance(e, AfterwordError) else zips.broken(path, e, "tar" if tar else "zip")
        del found.left[before:]
        shutil.rmtree(folder, ignore_errors=True)
        if alone:
            raise error from e
        found.left.append(Left(name, error.code, error.message))
        return
    files, left = walk(folder)
    found.left += [Left(_inner(name, folder, p), reason, str(n)) for p, reason, n in left]
    for child in files:
        _take(found, child, _inner(name, folder, child), workshop, depth + 1, alone=False, importer=None)


def _pour_zip(path: Path, folder: Path) -> Iterator[str]:
    """Write what may be read of a zip into a folder. Yields the names of what is only named: film and decoration."""
    infos = zips.entries(path)
    wanted = [i for i in infos if not is_media(i.filename)]
    if (size := sum(i.file_size for i in wanted)) > shutil.disk_usage(folder.parent.parent).free // 2:
        raise _no_space(path, size)
    _private(folder)
    with zipfile.ZipFile(path) as z:
        for info in infos:
            if is_media(info.filename):
                yield info.filename
                continue
            with z.open(info) as source:
                _write(source, folder, info.filename)


def _pour_tar(path: Path, folder: Path) -> Iterator[str]:
    """The same for a tar, whose entries come by one after the other."""
    room = shutil.disk_usage(folder.parent.parent).free // 2
    _private(folder)
    for info, source in zips.members(path):
        if is_media(info.name):
            yield shown(info.name)
            continue
        room -= info.size
        if room < 0:
            raise _no_space(path, info.size)
        _write(source, folder, info.name)


def is_media(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in MEDIA


def _private(folder: Path) -> None:
    """Make a folder of the workshop, for the owner only."""
    folder.mkdir(parents=True, mode=0o700)
    os.chmod(folder.parent, 0o700)


def _write(source: IO[bytes], folder: Path, name: str) -> None:
    target = folder.joinpath(*safe_parts(name))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)


def _no_space(path: Path, size: int) -> BadInput:
    return BadInput(
        "import.zip.space",
        f"{shown(path.name)} needs {size >> 20:,} MB of free space to be read.",
        next_step="Make room, or unpack it yourself on another disk and give the folder.",
        path=shown(path),
    )


def _inner(name: str, folder: Path, path: Path) -> str:
    """The path of what was unpacked, as the user knows it."""
    return name if path == folder else f"{name}/{shown(path.relative_to(folder).as_posix())}"


def safe_parts(name: str) -> list[str]:
    """The parts of an entry's name as names this file system takes; a name longer than it allows is shortened."""
    parts = [p for p in PurePosixPath(name.replace("\\", "/")).parts if p not in ("/", "..", ".", "")]
    return [p.encode("utf-8", "replace")[:240].decode("utf-8", "ignore") or "_" for p in parts] or ["_"]
