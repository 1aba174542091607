"""Pairs: a turn of somebody and the turn it answers. In: pairs, the rows of a shelf. Out: pairs by place, time and act.

Places (ids) are given in the order of coming, so a pair that turns out to lie earlier moves no other; the order of time is
that of (at, first). The turns themselves are cut elsewhere; here it is only known which lines are new and what stands
around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from afterword.model import Kind, Utterance
from afterword.store.blocks import batched
from afterword.store.search import empty, spaced
from afterword.store.shelf import Shelf

Moment = tuple[int, int]
"""(at, row): the place of a line in the order of time."""


class Pair(msgspec.Struct, frozen=True):
    """`rows` of the turn, and of what it `answered`; `text`: what it is found by; `ready`: what else it is found
    by, the acts that it does alone and what it says between the two."""

    at: int
    rows: tuple[int, ...]
    answered: tuple[int, ...]
    text: str
    ready: tuple[str, ...] = ()


class Held(msgspec.Struct, frozen=True):
    at: int
    rows: tuple[int, ...]
    answered: tuple[int, ...]


# -- lines --------------------------------------------------------------------------------------------------------------


def spoken(shelf: Shelf, start: Moment | None = None, *, back: bool = False) -> Iterator[Utterance]:
    """What was written or said aloud, in time order, from a moment on; `back`: up to it, the latest first."""
    if start is None:
        return _spoken(shelf, "1", "ORDER BY at, row")
    shelf.by_time()
    if back:
        return _spoken(shelf, f"(at, row) <= ({start[0]}, {start[1]})", "ORDER BY at DESC, row DESC")
    return _spoken(shelf, f"(at, row) >= ({start[0]}, {start[1]})", "ORDER BY at, row")


def fresh(shelf: Shelf, last: int) -> list[Moment]:
    """The moments of the lines with rows after `last`, in time order."""
    return [(u.at, u.row) for u in _spoken(shelf, f"row > {last}", "ORDER BY at, row")]


def lines(shelf: Shelf, rows: Iterable[int]) -> dict[int, Utterance]:
    """row → line."""
    return {
        u.row: u
        for part in batched(sorted({*rows}), 500)
        for u in _spoken(shelf, f"row IN ({','.join(map(str, part))})", "")
    }


def _spoken(shelf: Shelf, where: str, order: str) -> Iterator[Utterance]:
    speaker = {h[0]: h[5] for h in shelf.handles() if h[5]}
    select = "SELECT row, handle, at, east, kind, text FROM utterance WHERE"
    kinds = f"kind IN ({int(Kind.TEXT)}, {int(Kind.VOICE)}) AND text != ''"
    handles = ",".join(map(str, speaker))
    for row, handle, at, east, kind, text in shelf.db.execute(
        f"{select} {where} AND {kinds} AND handle IN ({handles}) {order}"
    ):
        yield Utterance("", speaker[handle], at, text, kind, east, row)


# -- changing -----------------------------------------------------------------------------------------------------------


def clear(shelf: Shelf) -> None:
    shelf.db.execute("DELETE FROM pair")
    shelf.db.execute("DELETE FROM ready")
    shelf.db.execute("DELETE FROM meta WHERE key = 'answers'")
    empty(shelf, "pair")


def drop(shelf: Shelf, start: Moment, end: Moment) -> None:
    """The pairs whose turns begin between two moments, both included."""
    db, within = shelf.db, "(at, first) >= (?, ?) AND (at, first) <= (?, ?)"
    ids = db.execute(f"SELECT id FROM pair WHERE {within}", (*start, *end)).fetchall()
    db.executemany("DELETE FROM pair_text WHERE rowid = ?", ids)
    db.execute(f"DELETE FROM pair WHERE {within}", (*start, *end))
    db.execute(f"DELETE FROM ready WHERE {within}", (*start, *end))


def add(shelf: Shelf, pairs: Iterable[Pair]) -> None:
    db = shelf.db
    id = db.execute("SELECT coalesce(max(id), 0) FROM pair").fetchone()[0]
    for some in batched(enumerate(pairs, id + 1), 4_000):
        db.executemany(
            "INSERT INTO pair VALUES (?, ?, ?, ?, ?)",
            [(i, p.at, p.rows[0], _joined(p.rows), _joined(p.answered)) for i, p in some],
        )
        db.executemany("INSERT INTO pair_text (rowid, text) VALUES (?, ?)", [(i, spaced(p.text)) for i, p in some])
        db.executemany(
            "INSERT INTO ready VALUES (?, ?, ?, ?)", [(a, p.at, p.rows[0], i) for i, p in some for a in p.ready]
        )
    shelf.put("spans:pair", str(db.execute("SELECT count(*) FROM pair").fetchone()[0]))


def _joined(rows: Sequence[int]) -> str:
    return ",".join(map(str, rows))


# -- reading ------------------------------------------------------------------------------------------------------------


def number(shelf: Shelf) -> int:
    return int(shelf.get("spans:pair") or 0)


def held(shelf: Shelf, ids: Sequence[int], until: int | None = None) -> dict[int, Held]:
    """Those of the pairs that are there, in the order they are asked for; with `until` only those begun before it."""
    marks = ",".join(map(str, ids))
    before = "" if until is None else f"AND at < {until}"
    found: Mapping[int, Held] = {
        id: Held(at, _split(rows), _split(answered))
        for id, at, rows, answered in shelf.db.execute(
            f"SELECT id, at, rows, answered FROM pair WHERE id IN ({marks}) {before}"
        )
    }
    return {i: found[i] for i in ids if i in found}


def _split(rows: str) -> tuple[int, ...]:
    return tuple(map(int, rows.split(","))) if rows else ()


def ready(shelf: Shelf, act: str, most: int) -> list[int]:
    """The latest pairs that do an act and nothing else, in time order."""
    found = shelf.db.execute("SELECT id FROM ready WHERE act = ? ORDER BY at DESC, first DESC LIMIT ?", (act, most))
    return [r[0] for r in reversed(found.fetchall())]


def in_time(shelf: Shelf) -> list[int]:
    return [r[0] for r in shelf.db.execute("SELECT id FROM pair ORDER BY at, first")]


def some(shelf: Shelf, n: int, until: int | None = None) -> list[int]:
    """About n pairs or somewhat more from all over, the same every time."""
    before = "1" if until is None else f"at < {until}"
    of = shelf.db.execute(f"SELECT count(*) FROM pair WHERE {before}").fetchone()[0]
    found = shelf.db.execute(
        f"SELECT id FROM pair WHERE {before} AND id % ? = 0 ORDER BY at, first LIMIT ?", (max(1, of // n), 2 * n)
    )
    return [r[0] for r in found]


def began(shelf: Shelf) -> int:
    """The moment of the first dated pair; 0 without any."""
    return int(shelf.db.execute("SELECT coalesce(min(at), 0) FROM pair WHERE at > 0").fetchone()[0])
