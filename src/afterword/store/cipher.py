"""Opening an encrypted database. In: a path and a 32-byte key. Out: a connection, or an error; never a plaintext file."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput, BadSettings

try:
    from sqlcipher3 import dbapi2 as sqlite
except ImportError as missing:  # pragma: no cover - proved in a subprocess by the tests
    raise BadSettings(
        "vault.cipher-missing",
        "The encryption library sqlcipher3 is not installed, and Afterword never writes an unencrypted vault.",
        next_step="Install it: pip install sqlcipher3",
    ) from missing

DatabaseError = sqlite.DatabaseError


def connect(path: Path, key: bytes, *, bulk: bool = False) -> Any:
    """An open connection (autocommit). `bulk` trades crash safety for speed on a file nobody refers to yet."""
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    db = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
    # SQLCipher logs "ERROR CORE …" on a wrong key; a person would read it as a crash. The page size is set as the
    # default because an attached shelf takes the default, not that of the main database.
    db.execute("PRAGMA cipher_log_level = NONE")
    db.execute("PRAGMA cipher_default_page_size = 8192")
    db.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite.DatabaseError as e:
        db.close()
        raise BadInput(
            "vault.damaged",
            f"{path.name} cannot be opened: it was damaged or belongs to another key.",
            next_step="Restore it from a backup, or let it go.",
        ) from e
    for pragma in (
        "temp_store = MEMORY",
        "secure_delete = ON",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cache_size = -48000",
        f"journal_mode = {'OFF' if bulk else 'WAL'}",
        f"synchronous = {'OFF' if bulk else 'NORMAL'}",
    ):
        db.execute(f"PRAGMA {pragma}")
    return db


@contextlib.contextmanager
def transaction(db: Any) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def migrate(db: Any, steps: tuple[str, ...]) -> None:
    """Bring a database to the newest schema. `steps[i]` leads from version i to i + 1; a newer file is refused."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(steps):
        raise BadSettings(
            "vault.newer",
            f"This vault was written by a newer Afterword (schema {version}).",
            next_step="Upgrade Afterword.",
        )
    for number, step in enumerate(steps[version:], version + 1):
        with transaction(db):
            for statement in step.split(";\n"):
                if statement.strip():
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
