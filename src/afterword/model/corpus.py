"""Who said what when: speakers, utterances, turns, sessions (nouns as in ConvoKit)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache

import msgspec

SESSION_GAP = 6 * 3600
"""Seconds of silence that end a session, unless a caller states another gap."""


class Speaker(msgspec.Struct, frozen=True):
    """A person behind handles. `names` are whole names as exported; `owner` is the person whose vault this is."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    owner: bool = False


@cache
def _zone(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))


class Utterance(msgspec.Struct, frozen=True, gc=False):
    """What one speaker wrote in one message; the same in every export of the chat.

    id        "u1:…", minted by the corpus
    speaker   Speaker.id
    at        epoch seconds; `offset` minutes east of UTC of the writer's clock, so `local` needs no zone table
    """

    id: str
    speaker: str
    at: int
    text: str
    kind: int = 0
    offset: int = 0
    row: int = 0

    @property
    def local(self) -> datetime:
        return datetime.fromtimestamp(self.at, _zone(self.offset))


class Turn(msgspec.Struct, frozen=True):
    """Uninterrupted utterances of one speaker; more than one bubble is a burst."""

    speaker: str
    utterances: tuple[Utterance, ...]

    @property
    def start(self) -> int:
        return self.utterances[0].at

    @property
    def end(self) -> int:
        return self.utterances[-1].at

    @property
    def text(self) -> str:
        return "\n".join(u.text for u in self.utterances if u.text)


class Session(msgspec.Struct, frozen=True):
    """Turns with no silence longer than the gap."""

    turns: tuple[Turn, ...]

    @property
    def start(self) -> int:
        return self.turns[0].start

    @property
    def end(self) -> int:
        return self.turns[-1].end


class Conversation(msgspec.Struct, frozen=True):
    """One chat with everything measures need. `utterances` in time order, system records left out.

    direct    False for a group
    subject   Speaker.id of the person portrayed; owner = the vault's owner
    spans     (first, last) moments that the records cover, apart and in time order; () = everything is covered
    """

    id: str
    title: str
    direct: bool
    owner: str
    subject: str
    speakers: tuple[Speaker, ...]
    utterances: tuple[Utterance, ...]
    spans: tuple[tuple[int, int], ...] = ()

    def name_of(self, speaker: str) -> str:
        return next((s.name for s in self.speakers if s.id == speaker), speaker)


def turns(utterances: Iterable[Utterance], gap: int = SESSION_GAP) -> Iterator[Turn]:
    """Runs of one speaker with no silence over `gap` seconds inside."""
    run: list[Utterance] = []
    for u in utterances:
        if run and (u.speaker != run[-1].speaker or u.at - run[-1].at > gap):
            yield Turn(run[0].speaker, tuple(run))
            run = []
        run.append(u)
    if run:
        yield Turn(run[0].speaker, tuple(run))


def sessions(utterances: Sequence[Utterance], gap: int = SESSION_GAP) -> Iterator[Session]:
    """Sessions in time order; a session ends where the silence is longer than `gap` seconds."""
    held: list[Turn] = []
    for turn in turns(utterances, gap):
        if held and turn.start - held[-1].end > gap:
            yield Session(tuple(held))
            held = []
        held.append(turn)
    if held:
        yield Session(tuple(held))
