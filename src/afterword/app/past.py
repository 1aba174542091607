"""A persona as of an earlier time. In: a profile, its records, a time. Out: both again, of a day after which nothing is known.

Nothing is filtered while the persona talks. The records up to that day are copied onto a shelf in memory, and everything
else is made from it as it is from any shelf: index, measurements, claims, brief. What is not there cannot leak. The shelf
is never written to disk and is gone with the vault's handle.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from sqlcipher3 import dbapi2 as sqlite

from afterword.app.library import Library
from afterword.app.when import Span, dates_in, span_of
from afterword.errors import NotFound
from afterword.model import Utterance
from afterword.profile import Note, Profile
from afterword.store import Shelf
from afterword.store.cipher import migrate, transaction
from afterword.store.shelf import SCHEMA

TIMELESS = ("habit", "traits", "correction")
"""Notes on a manner, which hold without a date. What happened, and nobody says when, may have been later: it is left out."""


class MemoryShelf(Shelf):
    """A shelf that lies in memory alone."""

    def __init__(self, id: str) -> None:
        self.id, self.path, self._key = id, Path(), b""
        self.db = sqlite.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA temp_store = MEMORY")
        migrate(self.db, SCHEMA)
        self._stamp = ((-1, -1), "")
        self._by_time = False


def of(
    profile: Profile, library: Library, when: str, rebuild: Callable[[Profile, Library], Profile]
) -> tuple[Profile, Library]:
    """NotFound where the records have nothing of that time, BadInput or ChoiceNeeded where it is not clear which is meant."""
    said = [u for u in library.utterances() if u.at] if not profile.told_only else []
    if not said:
        raise NotFound(
            "when.undated",
            f"There are no dated records of {profile.name}.",
            next_step="Talk without --when.",
        )
    phases = profile.measured().get("story.phases")
    rows: list[dict[str, Any]] = phases.value if phases is not None and isinstance(phases.value, list) else []
    span = span_of(when, said[0].local.date(), said[-1].local.date(), rows)
    since, until = _moment(said, span.start), _moment(said, span.end)
    if not any(since <= u.at < until and u.speaker == profile.speaker for u in said):
        raise NotFound(
            "when.silent",
            f"{profile.name} wrote nothing from {span.start} to {span.last}.",
            next_step="Name another time.",
        )
    then = Library(library.vault, copied(library.shelf, until))
    known = {u.id for u in said if u.at < until}
    earlier = msgspec.structs.replace(
        profile,
        notes=tuple(n for n in profile.notes if told_by_then(n, span)),
        proposed=tuple(
            c for c in profile.proposed if all(q.utterance in known for q in (*c.evidence.quotes, *c.against.quotes))
        ),
    )
    made = rebuild(earlier, then)
    time = {"label": when, "first": span.start.isoformat(), "last": span.last.isoformat(), "since": since}
    return msgspec.structs.replace(made, coverage={**made.coverage, "time": time}), then


def _moment(said: list[Utterance], day: date) -> int:
    """The moment of the first utterance that was written on this day or later, by its writer's clock."""
    return next((u.at for u in said if u.local.date() >= day), said[-1].at + 1)


def told_by_then(note: Note, span: Span) -> bool:
    """Whether a note may be known then: nothing that it dates is later, and what is no manner has a date."""
    dates = [*dates_in(f"{note.text} {note.words} {note.instead}")]
    return all(d.end <= span.end for d in dates) and (bool(dates) or note.kind in TIMELESS)


def copied(shelf: Shelf, until: int) -> MemoryShelf:
    """The part of a shelf that was written before a moment."""
    out, db = MemoryShelf(shelf.id), shelf.db
    out.put("chat", shelf.get("chat", "00000000"))
    with transaction(out.db):
        rows = db.execute("SELECT * FROM utterance WHERE at > 0 AND at < ?", (until,)).fetchall()
        _insert(out, "utterance", rows)
        held = {r[0] for r in rows}
        _insert(out, "identity", [r for r in db.execute("SELECT key, row FROM identity") if r[1] in held])
        also = [r for r in db.execute("SELECT row, source, locator FROM also") if r[0] in held]
        _insert(out, "also", also)
        handles, sources = {r[1] for r in rows}, {r[6] for r in rows} | {r[1] for r in also}
        _insert(out, "handle", [r for r in db.execute("SELECT * FROM handle") if r[0] in handles])
        _insert(out, "source", [r for r in db.execute("SELECT * FROM source") if r[0] in sources])
    return out


def _insert(shelf: Shelf, table: str, rows: list[Any]) -> None:
    if rows:
        shelf.db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
