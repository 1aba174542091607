"""The index of what the person answered to what, and what is learned of it. In: the lines of a shelf. Out: pairs, habits.

It grows by what is new. A line changes the turn it falls in, and an exchange is a turn and the turn before it; so around a
new line three turns to either side are cut anew, and everything else stays.

Where a line went, or somebody turned out to be somebody else, all is made anew: a full-text index keeps the words of a
span that was deleted in its pages until they happen to be merged, and what was removed must be gone.

What is learned is no sum that could be added to: it is read off exchanges spread evenly over the whole time, and with more
of them others are read. Up to as many as are read it is learned at every change, since each is counted. From there on it is
learned again when the chat has grown by a tenth: until then what is new would be less than that of what is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from afterword.memory.habits import GAP, Exchange, exchanges, keep, kept, learn, ready
from afterword.memory.moment import calibrated
from afterword.memory.second_parts import keys
from afterword.model import Turn, Utterance, turns
from afterword.store import Shelf, pairs
from afterword.store.cipher import transaction
from afterword.store.growth import GROWN, Records, only_more, records
from afterword.store.pairs import Moment, Pair

VERSION = "12"
TURNS = 3
"""On either side of a new line: the one it may have joined or cut, the next, and the one beside that."""
MOST = 4_000
"""Exchanges that are read to learn of."""


class Basis(msgspec.Struct, frozen=True):
    """What the index was made of; `learned`: pairs when it was learned of."""

    records: Records
    learned: int


def ensure_answers(shelf: Shelf, subject: str) -> bool:
    """Bring the index of what the subject answered to what up to the records. True if anything was changed."""
    stamp = f"{VERSION}|{subject}|{shelf.stamp()}"
    if shelf.get("answers") == stamp:
        return False
    made = f"{VERSION}|{subject}"
    body = shelf.cached("pairs", made)
    old = msgspec.json.decode(body, type=Basis) if body else None
    with transaction(shelf.db):
        now = records(shelf)
        if old is None or not only_more(shelf, old.records, now):
            old = None
            pairs.clear(shelf)
            pairs.add(shelf, map(_pair, exchanges(pairs.spoken(shelf), subject)))
        else:
            _grow(shelf, subject, old.records.last)
        n = pairs.number(shelf)
        if old is None or n <= MOST or n >= GROWN * old.learned:
            some = list(_some(shelf))
            keep(shelf, stamp, calibrated(learn(some), some))
            old = Basis(now, n)
        else:
            keep(shelf, stamp, kept(shelf))
        shelf.keep("pairs", made, msgspec.json.encode(Basis(now, old.learned)).decode())
        shelf.put("answers", stamp)
    return True


def _grow(shelf: Shelf, subject: str, last: int) -> None:
    """Take in the rows after `last`."""
    done: Moment = (-1, -1)
    for place in pairs.fresh(shelf, last):
        if place > done:
            before = [*_near(pairs.spoken(shelf, place, back=True), last)][::-1]
            lines = [*before, *islice(_near(pairs.spoken(shelf, place), last), 1, None)]
            known = [*turns(before, gap=GAP)]
            # the first turn stays and is only there to be answered, if the chat does not begin with it
            start, done = _moment(known[len(known) >= TURNS].utterances[0]), _moment(lines[-1])
            pairs.drop(shelf, start, done)
            anew = (x for x in exchanges(lines, subject) if _moment(x.reply.utterances[0]) >= start)
            pairs.add(shelf, map(_pair, anew))


def _near(lines: Iterable[Utterance], last: int) -> Iterator[Utterance]:
    """Lines until three turns have ended since the last new one."""
    before, ended = None, 0
    for u in lines:
        parted = before is not None and (u.speaker != before.speaker or abs(u.at - before.at) > GAP)
        ended = 0 if u.row > last else ended + parted
        if ended == TURNS:
            return
        before = u
        yield u


def _moment(u: Utterance) -> Moment:
    return u.at, u.row


def _pair(x: Exchange) -> Pair:
    """The subject's turn, found by what it answered and by its own words, and by what it does."""
    answered = x.answered.utterances if x.answered else ()
    line = x.answered.text if x.answered else ""
    does = (*ready(x.reply.text), *keys(line, x.reply.text))
    return Pair(x.reply.start, _rows(x.reply.utterances), _rows(answered), f"{line}\n{x.reply.text}", does)


def _rows(utterances: Iterable[Utterance]) -> tuple[int, ...]:
    return tuple(u.row for u in utterances)


def _some(shelf: Shelf) -> Iterator[Exchange]:
    """Exchanges spread evenly over the whole time."""
    ids = pairs.in_time(shelf)
    step = max(1, -(-len(ids) // MOST))
    held = pairs.held(shelf, ids[step - 1 :: step]).values()
    said = pairs.lines(shelf, (r for p in held for r in (*p.rows, *p.answered)))

    def turn(rows: Iterable[int]) -> Turn:
        bubbles = tuple(said[r] for r in rows)
        return Turn(bubbles[0].speaker, bubbles)

    for p in held:
        yield Exchange(turn(p.answered) if p.answered else None, turn(p.rows))
