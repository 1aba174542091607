"""One shelf: everything about one chat partner (or one group) in one encrypted file under one key.

In: rows from the import. Out: utterances in time order, the profile's versions, the recall index. Letting somebody go
is the end of this file and its key, which is why nothing of a person is kept anywhere else but the register's entry.

An import is first written to a *staging* shelf without any index. Only when the file has been read to its end is it
known whose chat it is; then the staging shelf becomes the shelf, or its rows are merged into the one that exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.han import forms
from afterword.store.cipher import connect, migrate, transaction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCHEMA = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE source (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, chat TEXT NOT NULL, UNIQUE (hash, chat));
    CREATE TABLE handle (id INTEGER PRIMARY KEY, chat TEXT NOT NULL, handle TEXT NOT NULL, name TEXT NOT NULL,
        mine INTEGER, speaker TEXT NOT NULL DEFAULT '', UNIQUE (chat, handle, name, mine));
    CREATE TABLE utterance (row INTEGER PRIMARY KEY, handle INTEGER NOT NULL, at INTEGER NOT NULL, east INTEGER NOT NULL,
        kind INTEGER NOT NULL, text TEXT NOT NULL, source INTEGER NOT NULL, locator TEXT NOT NULL, extra TEXT);
    CREATE TABLE identity (key INTEGER PRIMARY KEY, row INTEGER NOT NULL);
    CREATE TABLE also (row INTEGER NOT NULL, source INTEGER NOT NULL, locator TEXT NOT NULL);
    CREATE TABLE skipped (source INTEGER NOT NULL, locator TEXT NOT NULL, reason TEXT NOT NULL, raw TEXT NOT NULL);
    CREATE TABLE version (number INTEGER PRIMARY KEY, at TEXT NOT NULL, why TEXT NOT NULL, body TEXT NOT NULL);
    CREATE TABLE note (id TEXT PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
    CREATE TABLE cache (name TEXT PRIMARY KEY, basis TEXT NOT NULL, body TEXT NOT NULL);
    CREATE TABLE span (name TEXT NOT NULL, id INTEGER NOT NULL, rows TEXT NOT NULL, PRIMARY KEY (name, id)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE window_text USING fts5(text, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2');
    CREATE VIRTUAL TABLE pair_text USING fts5(text, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2')
    """,
    """
    CREATE TABLE keepsake (key INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER, east INTEGER NOT NULL,
        day TEXT NOT NULL, body TEXT NOT NULL);
    CREATE TABLE kept (key INTEGER NOT NULL, hash TEXT NOT NULL, locator TEXT NOT NULL, file TEXT NOT NULL,
        PRIMARY KEY (key, hash, locator)) WITHOUT ROWID
    """,
    "CREATE TABLE talk (id TEXT PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL)",
    """
    CREATE TABLE block (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, first INTEGER NOT NULL, rows TEXT NOT NULL);
    CREATE INDEX block_at ON block (at, first)
    """,
    "CREATE TABLE vector (line BLOB PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
    """
    DROP TABLE span;
    CREATE TABLE pair (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, first INTEGER NOT NULL, rows TEXT NOT NULL,
        answered TEXT NOT NULL);
    CREATE INDEX pair_at ON pair (at, first);
    CREATE TABLE ready (act TEXT NOT NULL, at INTEGER NOT NULL, first INTEGER NOT NULL, id INTEGER NOT NULL,
        PRIMARY KEY (act, at, first)) WITHOUT ROWID
    """,
)


def _any_form(character: str) -> str:
    """A character in a GLOB pattern, as the traditional ones that are read as it."""
    every = forms(character)
    return f"[{every}]" if len(every) > 1 or character in "*?[" else character


class Shelf:
    def __init__(self, id: str, path: Path, key: bytes, *, bulk: bool = False) -> None:
        self.id, self.path, self._key = id, path, key
        self.db = connect(path, key, bulk=bulk)
        migrate(self.db, SCHEMA)
        self._stamp: tuple[tuple[int, int], str] = ((-1, -1), "")
        self._by_time = False
        self.places: dict[tuple[str, int], NDArray[np.int64]] = {}
        """Where words stand in the index of the records `places_of`; see `blocks`."""
        self.places_of = ""

    def close(self) -> None:
        self.db.close()

    # -- small values ---------------------------------------------------------------------------------------------

    def get(self, key: str, default: str = "") -> str:
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else default

    def put(self, key: str, value: str) -> None:
        self.db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
        )

    def cached(self, name: str, basis: str) -> str | None:
        """A derived result, if it was made from exactly this basis (hash of inputs and versions)."""
        row = self.db.execute("SELECT body FROM cache WHERE name = ? AND basis = ?", (name, basis)).fetchone()
        return row[0] if row else None

    def keep(self, name: str, basis: str, body: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO cache VALUES (?, ?, ?)", (name, basis, body))

    # -- import ---------------------------------------------------------------------------------------------------

    def add_source(self, hash: str, chat: str) -> int:
        self.db.execute("INSERT OR IGNORE INTO source (hash, chat) VALUES (?, ?)", (hash, chat))
        return int(self.db.execute("SELECT id FROM source WHERE hash = ? AND chat = ?", (hash, chat)).fetchone()[0])

    def add_handle(self, chat: str, handle: str, name: str, mine: bool | None) -> int:
        found = self.db.execute(
            "SELECT id FROM handle WHERE chat = ? AND handle = ? AND name = ? AND mine IS ?", (chat, handle, name, mine)
        ).fetchone()
        if found:
            return int(found[0])
        return int(
            self.db.execute(
                "INSERT INTO handle (chat, handle, name, mine) VALUES (?, ?, ?, ?)", (chat, handle, name, mine)
            ).lastrowid
        )

    def add_rows(self, rows: Iterable[tuple[int, int, int, int, str, int, str, str | None]]) -> None:
        """(handle, at, east, kind, text, source, locator, extra) by the thousand; call inside a transaction."""
        self.db.executemany(
            "INSERT INTO utterance (handle, at, east, kind, text, source, locator, extra) VALUES (?,?,?,?,?,?,?,?)",
            rows,
        )

    def add_skipped(self, rows: Iterable[tuple[int, str, str, str]]) -> None:
        self.db.executemany("INSERT INTO skipped VALUES (?, ?, ?, ?)", rows)

    def mint(self, key: Callable[[int, int, int, str], int], mix: Callable[[int, int], int]) -> int:
        """Give every row its identity: key(handle, at, kind, text), mixed with its ordinal among equals. Returns rows."""
        self.db.create_function("u_key", 4, key, deterministic=True)
        self.db.create_function("u_mix", 2, mix, deterministic=True)
        self.db.execute(
            """INSERT OR IGNORE INTO identity
               SELECT CASE WHEN n = 1 THEN k ELSE u_mix(k, n) END AS key, row FROM (
                 SELECT k, row, row_number() OVER (PARTITION BY k ORDER BY row) AS n FROM (
                   SELECT u_key(handle, at, kind, text) AS k, row FROM utterance))
               ORDER BY 1"""
        )
        return int(self.db.execute("SELECT count(*) FROM identity").fetchone()[0])

    def take_chat(self, other: Shelf, chat: str) -> None:
        """Copy one chat of a staging shelf that holds several into this empty one, not yet minted."""
        db = self.db
        db.execute(f"ATTACH ? AS other KEY \"x'{other._key.hex()}'\"", (str(other.path),))
        try:
            with transaction(db):
                db.execute("INSERT INTO source SELECT * FROM other.source WHERE chat = ?", (chat,))
                db.execute("INSERT INTO handle SELECT * FROM other.handle WHERE chat = ?", (chat,))
                db.execute(
                    "INSERT INTO utterance SELECT * FROM other.utterance WHERE source IN (SELECT id FROM main.source)"
                )
                db.execute(
                    "INSERT INTO skipped SELECT * FROM other.skipped WHERE source IN (SELECT id FROM main.source)"
                )
        finally:
            db.execute("DETACH other")

    def merge(self, other: Shelf) -> int:
        """Take what is new in `other` (minted). Returns how many rows were new.

        A row both have is remembered as also standing in the other source. Handles and sources are matched by value.
        """
        db = self.db
        db.execute(f"ATTACH ? AS other KEY \"x'{other._key.hex()}'\"", (str(other.path),))
        try:
            with transaction(db):
                db.execute("INSERT OR IGNORE INTO source (hash, chat) SELECT hash, chat FROM other.source")
                for row in db.execute("SELECT chat, handle, name, mine, speaker FROM other.handle").fetchall():
                    id = self.add_handle(*row[:4])
                    db.execute("UPDATE handle SET speaker = ? WHERE id = ?", (row[4], id))
                before = db.execute("SELECT coalesce(max(row), 0) FROM utterance").fetchone()[0]
                db.execute(
                    """CREATE TEMP TABLE fresh AS SELECT key, row AS old FROM other.identity
                       WHERE key NOT IN (SELECT key FROM main.identity) ORDER BY row"""
                )
                db.execute(
                    """INSERT INTO utterance (row, handle, at, east, kind, text, source, locator, extra)
                       SELECT ? + f.rowid, h.id, u.at, u.east, u.kind, u.text, s.id, u.locator, u.extra
                       FROM temp.fresh f JOIN other.utterance u ON u.row = f.old
                       JOIN other.handle oh ON oh.id = u.handle JOIN other.source os ON os.id = u.source
                       JOIN main.source s ON s.hash = os.hash AND s.chat = os.chat
                       JOIN main.handle h ON h.chat = oh.chat AND h.handle = oh.handle AND h.name = oh.name AND h.mine IS oh.mine""",
                    (before,),
                )
                db.execute(
                    """INSERT INTO also SELECT m.row, s.id, u.locator FROM other.identity i
                       JOIN main.identity m ON m.key = i.key JOIN other.utterance u ON u.row = i.row
                       JOIN other.source os ON os.id = u.source JOIN main.source s ON s.hash = os.hash AND s.chat = os.chat"""
                )
                db.execute("INSERT INTO identity SELECT key, ? + rowid FROM temp.fresh ORDER BY key", (before,))
                db.execute(
                    """INSERT INTO skipped SELECT s.id, k.locator, k.reason, k.raw FROM other.skipped k
                       JOIN other.source os ON os.id = k.source JOIN main.source s ON s.hash = os.hash AND s.chat = os.chat"""
                )
                db.execute("INSERT OR IGNORE INTO keepsake SELECT * FROM other.keepsake")
                db.execute("INSERT OR IGNORE INTO kept SELECT * FROM other.kept")
                db.execute("INSERT OR IGNORE INTO talk SELECT * FROM other.talk")
                new = int(db.execute("SELECT count(*) FROM temp.fresh").fetchone()[0])
                db.execute("DROP TABLE temp.fresh")
        finally:
            db.execute("DETACH other")
        return new

    # -- keepsakes ------------------------------------------------------------------------------------------------

    def keep_all(
        self, rows: Iterable[tuple[int, str, int | None, int, str, str]], places: Iterable[tuple[int, str, str, str]]
    ) -> int:
        """Add keepsakes (key, kind, at, east, day, body) and where they lie (key, source hash, locator, file).

        One that is here already is not added again, its further place is. Returns how many were new.
        """
        before = self.db.total_changes
        with transaction(self.db):
            self.db.executemany("INSERT OR IGNORE INTO keepsake VALUES (?, ?, ?, ?, ?, ?)", rows)
            new = int(self.db.total_changes - before)
            self.db.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", places)
        return new

    def keepsakes(self) -> Iterator[tuple[int, str, int | None, int, str, str]]:
        """(key, kind, at, east, day, body), dated ones in time order, then the undated."""
        return iter(
            self.db.execute("SELECT key, kind, at, east, day, body FROM keepsake ORDER BY at IS NULL, at, day, key")
        )

    def places_of_keepsakes(self) -> dict[int, list[tuple[str, str, str]]]:
        """key → (source hash, locator, file) of every place it was found at."""
        out: dict[int, list[tuple[str, str, str]]] = {}
        for key, hash, locator, file in self.db.execute("SELECT key, hash, locator, file FROM kept ORDER BY file"):
            out.setdefault(key, []).append((hash, locator, file))
        return out

    # -- talks with the persona -----------------------------------------------------------------------------------

    def keep_talk(self, id: str, at: str, body: str) -> None:
        """Live talk lies beside the records and never among them: no index, measure or export reads this table."""
        self.db.execute("INSERT INTO talk VALUES (?, ?, ?)", (id, at, body))

    def talks(self) -> list[tuple[str, str, str]]:
        """(id, at, body), oldest first."""
        return list(self.db.execute("SELECT id, at, body FROM talk ORDER BY at, rowid"))

    def forget_talks(self, ids: Iterable[str]) -> int:
        with transaction(self.db):
            n = sum(int(self.db.execute("DELETE FROM talk WHERE id = ?", (id,)).rowcount) for id in ids)
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return n

    # -- reading --------------------------------------------------------------------------------------------------

    def handles(self) -> list[tuple[int, str, str, str, bool | None, str]]:
        """(id, chat, handle, name, mine, speaker)."""
        rows = self.db.execute("SELECT id, chat, handle, name, mine, speaker FROM handle ORDER BY id").fetchall()
        return [(r[0], r[1], r[2], r[3], None if r[4] is None else bool(r[4]), r[5]) for r in rows]

    def handle_counts(self) -> dict[int, int]:
        return dict(
            self.db.execute("SELECT handle, count(*) FROM utterance WHERE kind != 12 GROUP BY handle").fetchall()
        )

    def rows(self, holding: str = "") -> Iterator[tuple[int, int, int, int, int, str, int]]:
        """(key, row, handle, at, east, text, kind) in time order, records without a speaker left out; those that hold a word."""
        where = "WHERE lower(u.text) GLOB ?" if holding else ""
        return iter(
            self.db.execute(
                f"""SELECT i.key, u.row, u.handle, u.at, u.east, u.text, u.kind FROM utterance u
                   JOIN identity i ON i.row = u.row {where} ORDER BY u.at, u.row""",
                (f"*{''.join(map(_any_form, holding.lower()))}*",) if holding else (),
            )
            if self._indexed()
            else ()
        )

    def _indexed(self) -> bool:
        self.db.execute("CREATE INDEX IF NOT EXISTS identity_row ON identity (row)")
        return True

    def by_time(self) -> None:
        """Ready to be read from any moment on."""
        if not self._by_time:  # asked once: a reply asks for the neighbours of dozens of lines
            self.db.execute("CREATE INDEX IF NOT EXISTS utterance_at ON utterance (at, row)")
            self._by_time = True

    def row_of(self, key: int) -> int | None:
        found = self.db.execute("SELECT row FROM identity WHERE key = ?", (key,)).fetchone()
        return int(found[0]) if found else None

    def provenance(self) -> dict[int, list[tuple[str, str]]]:
        """row → further (source hash, locator) beyond the first."""
        out: dict[int, list[tuple[str, str]]] = {}
        for row, hash, locator in self.db.execute(
            "SELECT a.row, s.hash, a.locator FROM also a JOIN source s ON s.id = a.source"
        ):
            out.setdefault(row, []).append((hash, locator))
        return out

    def first_source(self) -> Iterator[tuple[int, str, str]]:
        """(row, source hash, locator) of every utterance."""
        return iter(
            self.db.execute("SELECT u.row, s.hash, u.locator FROM utterance u JOIN source s ON s.id = u.source")
        )

    def spans(self) -> list[tuple[int, int]]:
        """(first, last) dated moment of every file, those included that another file gave already."""
        found = self.db.execute(
            """SELECT min(a), max(z) FROM (
                 SELECT source, min(at) AS a, max(at) AS z FROM utterance WHERE at > 0 GROUP BY source
                 UNION ALL
                 SELECT o.source, min(u.at), max(u.at) FROM also o JOIN utterance u ON u.row = o.row
                 WHERE u.at > 0 GROUP BY o.source) f
               JOIN source s ON s.id = f.source GROUP BY s.hash"""
        ).fetchall()
        return [(int(first), int(last)) for first, last in found]

    def stamp(self) -> str:
        """Changes whenever the utterances do; the basis of everything derived from them."""
        # Counting a million rows takes 20 ms, so it is done again only after this or another connection wrote.
        seen = (self.db.execute("PRAGMA data_version").fetchone()[0], self.db.total_changes)
        if self._stamp[0] != seen:
            n, last = self.db.execute("SELECT count(*), coalesce(max(row), 0) FROM utterance").fetchone()
            handles = self.db.execute("SELECT group_concat(id || ':' || speaker) FROM handle").fetchone()[0]
            self._stamp = (seen, f"{n}.{last}.{handles}")
        return self._stamp[1]
