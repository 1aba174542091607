"""The vault: a private folder with `keys.json`, the register `vault.db` and one shelf file per chat partner or group.

In: a folder and a passphrase. Out: shelves, and the register of people, sources and personas. One writer at a time
(a lock file); migrations run on open; a staging file left behind by a crash is removed on the next open.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from afterword.errors import BadSettings, NotFound, TryAgain
from afterword.store.cipher import connect, migrate, transaction
from afterword.store.keys import KeyRing
from afterword.store.shelf import Shelf

SCHEMA = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE speaker (id TEXT PRIMARY KEY, name TEXT NOT NULL, owner INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE alias (alias TEXT PRIMARY KEY, speaker TEXT NOT NULL REFERENCES speaker (id) ON DELETE CASCADE);
    CREATE TABLE shelf (id TEXT PRIMARY KEY, speaker TEXT, title TEXT NOT NULL, direct INTEGER NOT NULL, platform TEXT NOT NULL);
    CREATE TABLE source (hash TEXT NOT NULL, options TEXT NOT NULL, report TEXT NOT NULL, shelves TEXT NOT NULL, PRIMARY KEY (hash, options));
    CREATE TABLE persona (slug TEXT PRIMARY KEY, speaker TEXT NOT NULL, shelf TEXT NOT NULL, body TEXT NOT NULL);
    CREATE TABLE copy (path TEXT PRIMARY KEY, slug TEXT NOT NULL, host TEXT NOT NULL);
    CREATE TABLE staging (shelf TEXT PRIMARY KEY)
    """,
    "CREATE TABLE contact (account TEXT PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE egress (n INTEGER PRIMARY KEY, body TEXT NOT NULL)",
    "CREATE TABLE written (path TEXT PRIMARY KEY, shelf TEXT NOT NULL, hash TEXT NOT NULL)",
)


PATIENCE = 30.0


def default_home() -> Path:
    """`AFTERWORD_HOME`, or the platform's data directory."""
    if asked := os.environ.get("AFTERWORD_HOME"):
        return Path(asked).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("afterword", appauthor=False))


class Vault:
    def __init__(self, home: Path, passphrase: Callable[[bool], str]) -> None:
        """`passphrase(fresh)` is called once; fresh = the vault is being made. BadSettings, BadInput on failure."""
        self.home = home
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            (home / "shelves").mkdir(exist_ok=True, mode=0o700)
            os.chmod(home, 0o700)
        except OSError as e:
            raise BadSettings(
                "vault.folder",
                f"The vault's folder {home} cannot be used: {e.strerror}.",
                next_step="Set AFTERWORD_HOME to a folder of yours.",
            ) from e
        self._lock = FileLock(home / "lock", timeout=PATIENCE, mode=0o600, thread_local=False)
        fresh = not (home / "keys.json").exists()
        with self.alone() if fresh else contextlib.nullcontext():
            self.keys = KeyRing(home / "keys.json", passphrase)
            self.db = connect(home / "vault.db", self.keys.get("vault"))
            migrate(self.db, SCHEMA)
        self._open: dict[str, Shelf] = {}
        # What a crash left staged goes; what another process is staging now stays.
        with contextlib.suppress(Timeout), self._lock.acquire(timeout=0):
            self.sweep()
            shutil.rmtree(self.workshop, ignore_errors=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the vault for writing. TryAgain when another process has it for longer than a person waits."""
        try:
            with self._lock:
                yield
        except Timeout as e:
            raise TryAgain(
                "vault.busy",
                "Another Afterword is writing into this vault.",
                next_step="Wait until its import is done, then try again.",
            ) from e

    @property
    def workshop(self) -> Path:
        """Where zips are unpacked while they are read; removed afterwards, or on the next open."""
        return self.home / "workshop"

    def close(self) -> None:
        for shelf in self._open.values():
            shelf.close()
        self._open.clear()
        self.db.close()

    # -- shelves --------------------------------------------------------------------------------------------------

    def _path(self, id: str) -> Path:
        return self.home / "shelves" / f"{id}.db"

    def shelf(self, id: str) -> Shelf:
        if id not in self._open:
            if not self._path(id).exists():
                raise NotFound("vault.shelf", f"The shelf {id} is not in this vault.", next_step="See: afterword list")
            self._open[id] = Shelf(id, self._path(id), self.keys.get(f"shelf:{id}"))
        return self._open[id]

    def stage(self) -> Shelf:
        """A new shelf that nobody refers to; adopt() or destroy() it."""
        id = secrets.token_hex(8)
        self.db.execute("INSERT INTO staging VALUES (?)", (id,))
        self._open[id] = Shelf(id, self._path(id), self.keys.make(f"shelf:{id}"), bulk=True)
        return self._open[id]

    def sweep(self) -> None:
        """Destroy what is staged and was never adopted. For the holder of the vault's lock."""
        for (left,) in self.db.execute("SELECT shelf FROM staging").fetchall():
            self.destroy(left)

    def adopt(self, shelf: Shelf, *, speaker: str | None, title: str, direct: bool, platform: str) -> Shelf:
        """Make a staged shelf a lasting one: written to disk, entered in the register, opened with full crash safety."""
        self._open.pop(shelf.id, shelf).close()
        with self._path(shelf.id).open("rb+") as f:
            os.fsync(f.fileno())
        with transaction(self.db):
            self.db.execute(
                "INSERT INTO shelf VALUES (?, ?, ?, ?, ?)", (shelf.id, speaker, title, int(direct), platform)
            )
            self.db.execute("DELETE FROM staging WHERE shelf = ?", (shelf.id,))
        return self.shelf(shelf.id)

    def destroy(self, id: str) -> None:
        """Destroy a shelf's key, then its files, then its entry."""
        if id in self._open:
            self._open.pop(id).close()
        self.keys.destroy(f"shelf:{id}")
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path(id).with_name(f"{id}.db{suffix}").unlink(missing_ok=True)
        with transaction(self.db):
            self.db.execute("DELETE FROM staging WHERE shelf = ?", (id,))
            self.db.execute("DELETE FROM shelf WHERE id = ?", (id,))

    def shelves(self) -> list[dict[str, Any]]:
        rows = self.db.execute("SELECT id, speaker, title, direct, platform FROM shelf ORDER BY rowid").fetchall()
        return [dict(zip(("id", "speaker", "title", "direct", "platform"), r, strict=True)) for r in rows]

    # -- small values ---------------------------------------------------------------------------------------------

    def get(self, key: str, default: str = "") -> str:
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else default

    def put(self, key: str, value: str) -> None:
        self.db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
        )

    def forget(self) -> None:
        """After rows were deleted: leave nothing of them in free pages or in the write-ahead log."""
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.execute("VACUUM")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
