"""Excerpts for a model to read, chosen from all of a chat. In: utterances in time order, a budget. Out: packets.

The first N lines of ten years are the first weeks, and the liveliest N are the quarrels. So a choice goes round: to the
period least drawn from, every fourth time to the mood least drawn from, and there to what has to do with the facet. Periods are cut both by the subject's messages and by the calendar, for people write much in one year and
little in another. Nothing is drawn by chance: ties go by hashes of what was written, and a larger budget adds packets
without changing those that a smaller one gives, so that nobody pays twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b

import msgspec

from afterword.errors import BadInput
from afterword.llm import estimated_tokens
from afterword.measures.episodes import Marks, scan
from afterword.measures.lexicon import Lexicon, lower
from afterword.model import Kind, Utterance
from afterword.model.corpus import SESSION_GAP

FACETS = ("speech", "tenderness", "anger", "repair", "humour", "values", "habits", "family", "work", "taste", "taboos")
MOODS = ("plain", "warm", "play", "repair", "cold", "conflict")
FITTING = {"tenderness": ("warm",), "anger": ("conflict", "cold"), "repair": ("repair",), "humour": ("play",)}
"""Moods that have to do with a facet, as its words do."""
_FACET = {name: 1 << i for i, name in enumerate(FACETS)}
_MOOD = {name: 1 << i for i, name in enumerate(MOODS)}
BUDGET = 60_000
"""Tokens in, all packets together, unless the user says otherwise."""
RESERVE = 0.1
"""Part of a budget kept for asking again where an answer cannot be used."""
PACKET, LEAST = 2_400, 1_600
"""Tokens of a packet with its instructions: usually, and at least."""
LINES, MOST_LINES, FEWEST_LINES, PIECE, LINE = 8, 12, 3, 220, 150
"""Of a piece: lines from which it may end at a turn, lines at most and at least, tokens enough; tokens of one line."""
PERIODS = 5
MOOD_TURN = 4
"""Every fourth piece is drawn by mood whatever it is about: what fits best is not always what the words say."""
GOLDEN = 0.618
"""Facets begin their rounds at places that lie apart, so that even one packet of each covers all."""


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Neighbouring lines: places [first, past) in the list, the period, moods and facets as bits (`cues`: by words of the
    subject, `near`: of anybody), tokens as shown."""

    first: int
    past: int
    period: int
    moods: int
    cues: int
    near: int
    tokens: int
    key: str


class Packet(msgspec.Struct, frozen=True):
    """What is read at one time, for one facet. `excerpts`: rows of neighbouring lines, in time order; `left_out`: lines
    of these excerpts that no model is shown."""

    facet: str
    excerpts: tuple[tuple[int, ...], ...]
    left_out: int = 0

    @property
    def rows(self) -> tuple[int, ...]:
        return tuple(r for part in self.excerpts for r in part)


class Coverage(msgspec.Struct, frozen=True):
    """Periods and moods that pieces with words of the subject have, and how many of them were drawn from."""

    periods: int = 0
    periods_read: int = 0
    moods: tuple[str, ...] = ()
    moods_read: tuple[str, ...] = ()


class Choice(msgspec.Struct, frozen=True):
    packets: tuple[Packet, ...] = ()
    coverage: Coverage = Coverage()


def shown_text(text: str) -> str:
    """A line as a packet shows it: a very long one ends early, with "…"."""
    if len(text) <= LINE or (size := estimated_tokens(text)) <= LINE:
        return text
    return text[: len(text) * LINE // size] + "…"


def packet_size(budget: int, facets: Sequence[str]) -> int:
    """Tokens of a packet at most. BadInput where not even one can be paid for."""
    usable = int(budget * (1 - RESERVE))
    if usable < LEAST:
        raise BadInput(
            "distill.budget",
            f"{budget} tokens are too few for one packet.",
            next_step=f"At least --budget {int(LEAST / (1 - RESERVE)) + 1}; usual is {BUDGET}.",
        )
    return max(LEAST, min(PACKET, usable // len(facets)))


def choose(
    said: Sequence[Utterance],
    subject: str,
    *,
    instructions: Callable[[str], int],
    budget: int = BUDGET,
    facets: Sequence[str] = FACETS,
    hidden: Callable[[str], bool],
) -> Choice:
    """Packets facet by facet, the first of each before the second of any.

    instructions  tokens that stand before the lines of a packet of this facet
    hidden        says of a line that no model may be shown it
    """
    size, left = packet_size(budget, facets), int(budget * (1 - RESERVE))
    lines = [u for u in said if u.text and u.kind == Kind.TEXT]
    pieces = [*_pieces(lines, subject)]
    taking = {f: _packets(lines, subject, pieces, f, size - instructions(f), hidden) for f in facets}
    made: list[Packet] = []
    drawn: list[Piece] = []
    while taking and left > 0:
        for facet in [*taking]:
            packet, taken = next(taking[facet], (None, []))
            if packet is None:
                del taking[facet]
                continue
            left -= instructions(facet) + sum(p.tokens for p in taken)
            if left < 0:
                break
            made.append(packet)
            drawn += taken
    found = Coverage(
        len({p.period for p in pieces}), len({p.period for p in drawn}), _moods_of(pieces), _moods_of(drawn)
    )
    return Choice(tuple(made), found)


# -- pieces -------------------------------------------------------------------------------------------------------------


@cache
def _cues() -> Lexicon:
    return Lexicon(("facets",))


def _pieces(lines: Sequence[Utterance], subject: str) -> Iterator[Piece]:
    """All of the chat in pieces, each with words of the subject in it; a line never stands alone where it has
    neighbours."""
    bounds = _bounds([u.at for u in lines if u.speaker == subject])
    moods = _moods(scan(lines), len(lines))
    sizes = [_tokens(u.text) for u in lines]
    for first, past in _cuts(lines, sizes):
        own = [u for u in lines[first:past] if u.speaker == subject]
        if not own:
            continue
        mood = cues = near = 0
        for i in range(first, past):
            mood |= moods[i]
            near |= (here := _facets(lines[i].text, moods[i]))
            cues |= here * (lines[i].speaker == subject)
        # the middle one: a piece that reaches over a border belongs where most of it is
        period = bisect_right(bounds, own[len(own) // 2].at)
        yield Piece(first, past, period, mood or 1, cues, near, sum(sizes[first:past]) + 8, own[0].id)


def _tokens(text: str) -> int:
    """As shown, with its number, its speaker and escapes."""
    return estimated_tokens(shown_text(text)) + 7 + text.count("\n") + text.count('"')


def _cuts(lines: Sequence[Utterance], sizes: Sequence[int]) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    first, tokens = 0, 0
    for i in range(1, len(lines)):
        tokens += sizes[i - 1]
        n = i - first
        turn = lines[i].speaker != lines[i - 1].speaker
        full = n >= MOST_LINES or tokens >= PIECE or (turn and n >= LINES)
        if n >= FEWEST_LINES and (full or lines[i].at - lines[i - 1].at > SESSION_GAP):
            cuts.append((first, i))
            first, tokens = i, 0
    if cuts and len(lines) - first < FEWEST_LINES:
        first = cuts.pop()[0]
    return [*cuts, (first, len(lines))] if lines else []


def _bounds(moments: Sequence[int]) -> list[int]:
    """Where periods begin: every fifth of the subject's messages, and every fifth of the time they span."""
    dated = [at for at in moments if at]
    if not dated:
        return []
    first, last = dated[0], dated[-1]
    by_count = [dated[len(dated) * i // PERIODS] for i in range(1, PERIODS)]
    by_time = [first + (last - first) * i // PERIODS for i in range(1, PERIODS)]
    return sorted({*by_count, *by_time})


def _moods(marks: Marks, n: int) -> list[int]:
    out = [0] * n
    for name, found in (
        ("warm", [m.index for m in marks.warm]),
        ("play", marks.laugh),
        ("repair", [m.index for m in marks.repair]),
        ("cold", [m.index for m in marks.cold] + [i for h in marks.hushes for i in h.places]),
        ("conflict", [m.index for m in marks.conflict]),
    ):
        bit = _MOOD[name]
        for i in found:
            out[i] |= bit
    return out


def _facets(text: str, moods: int) -> int:
    bits = 0
    for _, entry in _cues().find(lower(text)):
        bits |= _FACET[entry.cue]
    if moods:
        for facet, fitting in FITTING.items():
            if any(moods & _MOOD[m] for m in fitting):
                bits |= _FACET[facet]
    return bits


def _moods_of(pieces: Iterable[Piece]) -> tuple[str, ...]:
    found = 0
    for p in pieces:
        found |= p.moods
    return tuple(m for i, m in enumerate(MOODS) if found & (1 << i))


# -- rounds -------------------------------------------------------------------------------------------------------------


def _packets(
    lines: Sequence[Utterance],
    subject: str,
    pieces: Sequence[Piece],
    facet: str,
    room: int,
    hidden: Callable[[str], bool],
) -> Iterator[tuple[Packet, list[Piece]]]:
    """Packet after packet of one facet, each filled as far as it goes."""
    held: list[tuple[Piece, tuple[int, ...]]] = []
    left, out = room, 0

    def closed() -> tuple[Packet, list[Piece]]:
        inside = sorted(held, key=lambda h: h[0].first)
        return Packet(facet, tuple(rows for _, rows in inside), out), [p for p, _ in inside]

    for piece in _rounds(pieces, facet):
        here = lines[piece.first : piece.past]
        kept = [u for u in here if not hidden(u.text)]
        if not any(u.speaker == subject for u in kept):
            out += len(here) - len(kept)
            continue
        if piece.tokens > left and held:
            yield closed()
            held, left, out = [], room, 0
        held.append((piece, tuple(u.row for u in kept)))
        left -= piece.tokens
        out += len(here) - len(kept)
    if held:
        yield closed()


def _rounds(pieces: Sequence[Piece], facet: str) -> Iterator[Piece]:
    """Every piece once: from the period, every fourth time from the mood, that was drawn from least; what fits the facet
    first, ties by hash."""
    bit, offset = _FACET[facet], FACETS.index(facet) * GOLDEN
    periods = sorted({p.period for p in pieces})
    start = int(offset * len(periods))
    turn = {p: (i - start) % len(periods) for i, p in enumerate(periods)}
    cells: dict[tuple[int, int], list[Piece]] = {}

    def away(p: Piece) -> int:
        return 0 if p.cues & bit else 1 if p.near & bit else 2

    for p in sorted(pieces, key=lambda p: (away(p), blake2b(f"{facet}\x1f{p.key}".encode()).digest())):
        for mood in range(len(MOODS)):
            if p.moods & (1 << mood):
                cells.setdefault((p.period, mood), []).append(p)
    for stack in cells.values():
        stack.reverse()
    by_period: Counter[int] = Counter()
    by_mood: Counter[int] = Counter()
    begin = int(offset * len(MOODS))
    taken: set[int] = set()
    n = 0
    while cells:

        def need(cell: tuple[int, int], n: int = n) -> tuple[int, ...]:
            period, mood = cell
            fits = away(cells[cell][-1])
            time = (by_period[period], turn[period])
            tone = (by_mood[mood], (mood - begin) % len(MOODS))
            return (*tone, fits, *time) if n % MOOD_TURN == MOOD_TURN - 1 else (time[0], fits, *tone, time[1])

        cell = min(cells, key=need)
        piece = cells[cell].pop()
        if not cells[cell]:
            del cells[cell]
        if piece.first in taken:
            continue
        taken.add(piece.first)
        n += 1
        by_period[piece.period] += 1
        for mood in range(len(MOODS)):
            if piece.moods & (1 << mood):
                by_mood[mood] += 1
        yield piece
