"""Whether the records only grew. In: a shelf, what it held before. Out: yes, or something went or became somebody else's.

What is derived from the records may then be added to, or stay as it is for a while. A stamp (see shelf.py) only tells that
they changed.
"""

from __future__ import annotations

import msgspec

from afterword.store.shelf import Shelf

GROWN = 1.1
"""How many times as much a chat must hold until what is learned of lines from all over it is learned again: until then
what is new is less than a tenth of what is read."""


class Records(msgspec.Struct, frozen=True):
    """How many utterances, the last one's row, and handle → speaker."""

    utterances: int
    last: int
    speakers: dict[int, str]


def records(shelf: Shelf) -> Records:
    n, last = shelf.db.execute("SELECT count(*), coalesce(max(row), 0) FROM utterance").fetchone()
    return Records(n, last, {h[0]: h[5] for h in shelf.handles()})


def only_more(shelf: Shelf, before: Records, now: Records) -> bool:
    """True if every utterance of then is there, and whoever spoke then is who they were."""
    more = shelf.db.execute("SELECT count(*) FROM utterance WHERE row > ?", (before.last,)).fetchone()[0]
    same = all(now.speakers.get(handle) == speaker for handle, speaker in before.speakers.items())
    return same and bool(before.utterances + more == now.utterances)
