"""The nouns of what was lived through: events, facts, episodes, fights. Frozen; every one names the utterances behind it."""

from __future__ import annotations

from datetime import date
from hashlib import blake2b

import msgspec


class Event(msgspec.Struct, frozen=True):
    """Something that happened on a day, by the words.

    day, until   ISO days; `precise` says how close: "day", "about" (within two days), "derived" (counted from an anniversary)
    kind         first-message, trip, fight, …: the keys of texts `event.*`
    place, who   "" where the words name none; `who` is a Speaker.id
    whom         the one it befell where that is neither of the two: "dad" of `who`, as their words have it
    also         other places that its lines name
    words        some of the people's own words, as they stand in ids[0]
    """

    day: str
    kind: str
    ids: tuple[str, ...]
    words: str = ""
    until: str = ""
    precise: str = "day"
    place: str = ""
    who: str = ""
    what: str = ""
    yearly: bool = False
    also: tuple[str, ...] = ()
    whom: str = ""


class Fight(msgspec.Struct, frozen=True):
    """What the archive holds of one fight: counts and words, no verdict.

    before      ids of the lines before its first sign: what set it off, as far as words show it
    signs       ids of the lines that show it, in time order; `first` the Speaker.id of the first
    silence_h   the longest silence that began in it
    back        who wrote first after that silence, and the ids; `mended` the day when both were back to their ways, or ""
    """

    start: str
    end: str
    before: tuple[str, ...]
    signs: tuple[str, ...]
    cues: tuple[str, ...]
    first: str
    silence_h: float
    back: str = ""
    back_ids: tuple[str, ...] = ()
    mended: str = ""
    mended_by: str = ""
    mended_ids: tuple[str, ...] = ()


class Fact(msgspec.Struct, frozen=True):
    """A thing somebody said of themselves: `slot` lives, works, studies, pet, … with its value, from when until when.

    since    the day it was first said; until = the day a later word replaced it, "" while it stands
    """

    who: str
    slot: str
    value: str
    since: str
    ids: tuple[str, ...]
    until: str = ""
    replaced_by: str = ""


class Place(msgspec.Struct, frozen=True):
    name: str
    ids: tuple[str, ...]


class Episode(msgspec.Struct, frozen=True):
    """A scene. grain: "exchange" (one topic), "session" (one sitting), "thread" (several sittings about one thing)."""

    id: str
    grain: str
    start: str
    end: str
    title: str
    kinds: tuple[str, ...]
    cues: tuple[str, ...]
    mood: str
    who: tuple[str, ...]
    where: tuple[Place, ...]
    ids: tuple[str, ...]
    lines: int
    first: str
    last: str


def id_of(tag: str, *parts: str) -> str:
    """A short id of what is made again from the same records: "e1:" scenes, "v1:" events, "f1:" facts."""
    return f"{tag}:{blake2b(chr(31).join(parts).encode(), digest_size=4).hexdigest()}"


def iso(day: date) -> str:
    return day.isoformat()
