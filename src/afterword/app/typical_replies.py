"""What is typical of a person's replies, kept on their shelf. In: a library. Out: the ranges that drafts are held against.

To learn them takes seconds, and somebody waits for an answer. They are read off turns spread over the whole time, so they
stay until the records have grown by a tenth: until then what is new would be less than that of what is read. If anything
went from the records, or was found to be somebody else's, they are learned anew.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from weakref import WeakKeyDictionary

import msgspec

from afterword.app.library import Library
from afterword.likeness.score import NotMeasurable
from afterword.likeness.typical import VERSION, Typical, learned
from afterword.model import Kind
from afterword.model.corpus import turns
from afterword.store import Shelf, pairs
from afterword.store.growth import GROWN, Records, only_more, records


class Learned(msgspec.Struct, frozen=True):
    """What is typical, and the records that it was learned of."""

    records: Records
    typical: Typical


_OPEN: WeakKeyDictionary[Shelf, tuple[str, Typical]] = WeakKeyDictionary()
"""Unpacking takes half the time of a review, so what was unpacked lives as long as its shelf is open."""


def typical_of(library: Library, speaker: str) -> Typical | NotMeasurable:
    shelf = library.shelf
    stamp, basis = f"{speaker}|{shelf.stamp()}", f"{VERSION}|{speaker}"
    if (open_ := _OPEN.get(shelf)) and open_[0] == stamp:
        return open_[1]
    now, body = records(shelf), shelf.cached("typical", basis)
    kept = msgspec.msgpack.decode(b64decode(body), type=Learned) if body else None
    if kept and now.utterances < GROWN * kept.records.utterances and only_more(shelf, kept.records, now):
        _OPEN[shelf] = (stamp, kept.typical)
        return kept.typical
    typed = (u for u in pairs.spoken(shelf) if u.kind == Kind.TEXT and u.text.strip())
    sides: tuple[list[str], list[str]] = ([], [])
    for turn in turns(typed):
        sides[turn.speaker != speaker].append(turn.text)
    made = learned(*sides)
    if isinstance(made, Typical):
        shelf.keep("typical", basis, b64encode(msgspec.msgpack.encode(Learned(now, made))).decode())
        _OPEN[shelf] = (stamp, made)
    return made
