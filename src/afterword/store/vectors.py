"""Vectors of lines, kept so that a question asked again sends nothing but itself. In: texts. Out: their vectors.

They lie on the shelf, encrypted as the words are, and go with it. A line is known by the hash of its words: equal lines
have equal vectors. Vectors of two models say nothing of each other, so another model finds none.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping

from afterword.store.cipher import transaction
from afterword.store.shelf import Shelf

MODEL = "vectors"


def known(shelf: Shelf, model: str, texts: Iterable[str]) -> dict[str, array[float]]:
    if shelf.get(MODEL) != model:
        return {}
    found = {}
    for text in texts:
        row = shelf.db.execute("SELECT body FROM vector WHERE line = ?", (_line(text),)).fetchone()
        if row:
            found[text] = array("f", row[0])
    return found


def keep(shelf: Shelf, model: str, vectors: Mapping[str, array[float]]) -> None:
    """Those of any other model are dropped."""
    with transaction(shelf.db):
        if shelf.get(MODEL) != model:
            shelf.db.execute("DELETE FROM vector")
            shelf.put(MODEL, model)
        shelf.db.executemany(
            "INSERT OR REPLACE INTO vector VALUES (?, ?)",
            [(_line(text), v.tobytes()) for text, v in vectors.items()],
        )


def forget(shelf: Shelf) -> None:
    shelf.db.execute("DELETE FROM vector")


def _line(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]
