"""Talks with the simulation that the user kept. In: a shelf, words. Out: what was said here about them, and when.

What was said here is nothing that the person said: it is looked for on its own and shown on its own, and never becomes
evidence of anything but itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from afterword.dialogue import Said
from afterword.memory.query import holds, stems, terms_of
from afterword.store import Shelf

AROUND, MOST = 1, 6
"""Lines shown beside one that was found; lines of one talk at most."""
ENOUGH = 0.5
"""The share of the words asked for that one talk holds, below which it was about something else."""


class Kept(msgspec.Struct, frozen=True):
    """A talk as it was kept. `ended` with an offset, like `at` of the row."""

    ended: str
    modes: tuple[str, ...]
    lines: tuple[Said, ...]


def kept(shelf: Shelf) -> Iterator[tuple[str, str, Kept]]:
    """(id, at, talk)."""
    for id, at, body in shelf.talks():
        yield id, at, msgspec.json.decode(body, type=Kept)


def found(shelf: Shelf, words: str, names: Sequence[str], k: int = 3) -> list[dict[str, Any]]:
    """The talks that hold the most of these words, the newest first among equals: [{"id", "at", "lines": [{"by", "words"}]}].
    `by`: "user", "real" (words of the records, shown here) or "ai"."""
    terms = terms_of(words, names)
    ranked = []
    for id, at, talk in kept(shelf):
        said = [stems(s.words) for s in talk.lines]
        places = {t: [i for i, text in enumerate(said) if holds(text, t)] for t in terms}
        share = sum(map(bool, places.values())) / len(terms) if terms else 0.0
        if share >= ENOUGH:
            ranked.append((share, at, id, talk, sorted({i for rows in places.values() for i in rows})))
    ranked.sort(key=lambda r: (r[0], r[1]), reverse=True)
    return [shown(id, at, talk, places) for _, at, id, talk, places in ranked[:k]]


def last(shelf: Shelf) -> list[dict[str, Any]]:
    """The newest talk, from its beginning; [] where none was kept."""
    rows = sorted(kept(shelf), key=lambda r: r[1])[-1:]
    return [shown(id, at, talk, range(len(talk.lines))) for id, at, talk in rows]


def shown(id: str, at: str, talk: Kept, places: Sequence[int]) -> dict[str, Any]:
    near = sorted({j for i in places for j in range(i - AROUND, i + AROUND + 1) if 0 <= j < len(talk.lines)})
    return {"id": id, "at": at, "lines": [{"by": s.by, "words": s.words} for s in (talk.lines[j] for j in near[:MOST])]}
