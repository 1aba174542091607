"""All that a conversation remembers, made once. In: a conversation. Out: events, fights, facts and scenes.

Undated words come first in a conversation and belong to no day, so they are left out here; `recall` still finds them.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import msgspec

from afterword.measures.episodes import scan as marks_of
from afterword.memory.episodes import Scenes, episodes
from afterword.memory.events import ends_of, happened
from afterword.memory.facts import facts
from afterword.memory.fights import fights
from afterword.memory.signs import scan
from afterword.memory.values import Episode, Event, Fact, Fight
from afterword.memory.where import Atlas
from afterword.model import Conversation

VERSION = "5"
"""Part of what the result is cached by: raise it when a rule or a list changes what is found."""


class Lived(msgspec.Struct, frozen=True):
    """`places`: name → ids of the lines that name it; `days`: day → messages; `ends`: speaker → their own first and last
    message, which the timeline has only of the two together."""

    events: tuple[Event, ...] = ()
    fights: tuple[Fight, ...] = ()
    facts: tuple[Fact, ...] = ()
    episodes: tuple[Episode, ...] = ()
    places: dict[str, tuple[str, ...]] = {}
    days: dict[str, int] = {}
    ends: dict[str, tuple[Event, Event]] = {}


def live(conversation: Conversation) -> Lived:
    dated = msgspec.structs.replace(conversation, utterances=tuple(u for u in conversation.utterances if u.at))
    lines = dated.utterances
    if not lines:
        return Lived()
    signs, marks, atlas = scan(lines), marks_of(lines), Atlas(dated)
    quarrels = fights(lines, marks, signs) if dated.direct else []
    events = happened(dated, signs, marks, atlas, quarrels)
    days = Counter(signs.days)
    return Lived(
        tuple(events), tuple(quarrels), tuple(facts(dated)),
        tuple(episodes(Scenes(dated, events, signs, marks, atlas))),
        {n: tuple(lines[i].id for i in where) for n, where in atlas.where.items()},
        {date.fromordinal(n).isoformat(): k for n, k in sorted(days.items())},
        {s.id: own for s in dated.speakers if (own := ends_of(lines, signs, s.id))},
    )  # fmt: skip
