"""Files that the user asked for: closed to others, not encrypted, and remembered so that letting go finds them.

In: a path, its content. Out: the file, or a clear error; later, which of them still are as they were written. The hard choice:
a file that was changed since may hold the user's own work, so it is named and left.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from afterword.errors import AfterwordError, BadInput
from afterword.store import Vault


def put(out: Path, body: bytes) -> None:
    """Written 0600; a file that is there already keeps its own rights."""
    try:
        out.touch(mode=0o600)
        out.write_bytes(body)
    except OSError as e:
        raise BadInput(
            "timeline.unwritable",
            f"{out} cannot be written: {e.strerror}.",
            next_step="Name another file.",
            path=str(out),
        ) from e


@contextlib.contextmanager
def remembered(vault: Vault, shelf: str, out: Path) -> Iterator[None]:
    """Around the writing of a file that holds words of this shelf: entered before it is written, so that none is forgotten."""
    path = str(out.absolute())
    before = vault.db.execute("SELECT * FROM written WHERE path = ?", (path,)).fetchone()
    stood = _hash(out)
    vault.db.execute("INSERT OR REPLACE INTO written VALUES (?, ?, '')", (path, shelf))
    try:
        yield
    except AfterwordError:
        if _hash(out) == stood:  # else a full disk has left a part of it there, which is not forgotten
            vault.db.execute("DELETE FROM written WHERE path = ?", (path,))
            if before:
                vault.db.execute("INSERT INTO written VALUES (?, ?, ?)", before)
        raise
    vault.db.execute("UPDATE written SET hash = ? WHERE path = ?", (_hash(out), path))


def written(vault: Vault, shelf: str) -> tuple[list[str], list[str]]:
    """Of the files that are still there: those that are as Afterword wrote them, and those that are not."""
    same: list[str] = []
    changed: list[str] = []
    for path, hash in vault.db.execute("SELECT path, hash FROM written WHERE shelf = ? ORDER BY path", (shelf,)):
        file = Path(path)
        if file.is_symlink() or file.exists():
            (same if hash and not file.is_symlink() and _hash(file) == hash else changed).append(path)
    return same, changed


def _hash(file: Path) -> str:
    try:
        return blake2b(file.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""
