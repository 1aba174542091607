"""What the user tells, against the records. In: told words with their time and places, what was lived. Out: agreement or not.

The hard choice: the records contradict only what they speak of. A told trip to a place that the records know for another time is
contradicted and shown with the words; a place that they never name is nobody's mistake, and is left as told.
"""

from __future__ import annotations

from datetime import date

import msgspec

from afterword.memory.lived import Lived
from afterword.memory.values import Event
from afterword.memory.where import towns


class Checked(msgspec.Struct, frozen=True):
    """verdict: "agrees", "contradicts", "silent"; `events` of the records that say so."""

    verdict: str
    place: str = ""
    events: tuple[Event, ...] = ()


def places_in(text: str, lived: Lived) -> list[str]:
    """Places of the records, and towns, that a told text names."""
    lowered = text.lower()
    known = {*lived.places, *(e.place for e in lived.events if e.place)}
    found = [p for p in known if p.lower() in lowered]
    found += [name for key, name in towns().items() if (key if not key.isascii() else f" {key} ") in f" {lowered} "]
    return sorted({p for p in found if len(p) > 1}, key=lambda p: (-len(p), p))


def check(text: str, first: date | None, last: date | None, lived: Lived) -> Checked:
    """`first` and `last`: the told time, None where there is none."""
    places = places_in(text, lived)
    for place in places:
        there = [e for e in lived.events if any(_same(p, place) for p in (e.place, *e.also) if p)]
        if not there:
            continue
        if first is None or last is None:
            return Checked("agrees", place, tuple(there[:3]))
        then = [e for e in there if date.fromisoformat(e.day) <= last and date.fromisoformat(e.until or e.day) >= first]
        return Checked("agrees", place, tuple(then[:3])) if then else Checked("contradicts", place, tuple(there[:3]))
    return Checked("silent", places[0] if places else "")


def _same(a: str, b: str) -> bool:
    return a.lower() == b.lower() or a.lower() in b.lower() or b.lower() in a.lower()
