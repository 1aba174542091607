"""Which real answers a brief shows. In: a line, the nearest moments, the records. Out: exemplars, in an order of which every
beginning keeps the mix.

Half of them have something to do with the line, by a word or by what it does; half are others from like moments, for
range. How many are warm and how many are cold is taken from the whole of the records. The hard choice: a host has no memory
of what it was shown, and none is kept, so the answers take turns: a third of them comes first in this turn, and what came
first in the last two comes last.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice, zip_longest
from typing import Protocol

import msgspec

from afterword import guard
from afterword.dialogue.brief import Exemplar, tokens
from afterword.dialogue.shape import Drift, Row, Table, by_episode, rows_of, utterances
from afterword.measures.tokens import common
from afterword.memory import Recall, Reply
from afterword.memory.acts import PLAIN, acts
from afterword.memory.query import holds, stems, terms_of
from afterword.model import Utterance
from afterword.profile import Standing

MOODS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "emotional": (("repair", "warm"), ("repair", "warmth")),
    "argument": (("fight",), ("conflict",)),
    "unfinished": (("repair", "fight"), ("repair", "conflict")),
}
"""Modes whose exemplars come from marked episodes of these kinds, or else from talks of these moods."""
EXEMPLARS, LOOKED_AT, OF_A_MOOD, LONGEST = 12, 20, 4, 160
"""Exemplars at most, answers looked at by words and by moment, those of each mood, and tokens of the longest."""
CARRIED, HEARD = 8, 120
"""Lines of the talk that an answer is looked for by; characters shown of what an exemplar answered."""
SHIFTS, BACK = 4, 16
"""Parts that the answers are divided into, of which each turn has one that comes first; lines of the talk that are asked
which was first when."""
CLASSES = {"warmth": "warm", "repair": "warm", "conflict": "cold"}


class Sources(Protocol):
    """What a brief asks of the vault."""

    def alike(
        self, words: str, hour: int | None, k: int, *, history: Sequence[str], until: int | None
    ) -> list[Reply]: ...

    def recall(self, words: str, k: int) -> Recall: ...

    def fetch(self, rows: Sequence[int]) -> Mapping[int, Utterance]: ...

    def table(self) -> Table: ...


class Pool(msgspec.Struct, frozen=True):
    """Answers to choose from: by words, from like moments, and of each mood from the whole time. `nearby`: bubbles of those
    that are first in turn."""

    by_words: list[Exemplar]
    by_moment: list[Exemplar]
    toned: list[Exemplar]
    nearby: list[tuple[Utterance, ...]]
    shifts: tuple[int, ...]


def pool(
    line: str,
    records: Sources,
    table: Table,
    here: Sequence[Row],
    *,
    mode: str,
    hour: int | None,
    history: Sequence[str],
    until: int | None,
    die: random.Random,
) -> Pool:
    moments = [r for r in here if r.lengths]
    if mode in MOODS:
        moments = [*_marked(table, mode, until, die), *moments][: 4 * EXEMPLARS]
    else:
        die.shuffle(moments)
    # some of each mood from the whole time, so that the mix of the records can be kept where no like moment has them
    toned = [
        r
        for rows in table.toned.values()
        for r in die.sample(rows, min(len(rows), OF_A_MOOD))
        if until is None or r.at <= until
    ]
    said = dict(records.fetch(rows_of([*moments, *toned])))
    alike = [] if mode in MOODS else records.alike(line, hour, LOOKED_AT, history=history[-CARRIED:], until=until)
    shifts = _shifts(line, history)
    by_moment = [x for r in moments if (x := utterances(r, said))[1]]
    if mode not in MOODS:  # what was said in a quarrel is shown before what was said of the same
        by_moment.sort(key=lambda x: _turn(x[1][0].id, shifts))
    by_words = sorted((r for r in alike if r.answered), key=lambda r: _turn(r.bubbles[0].id, shifts))
    return Pool(
        _first(LOOKED_AT, ((r.answered, r.bubbles) for r in by_words)),
        _first(len(by_moment), by_moment),
        _first(
            EXEMPLARS,
            sorted((x for r in toned if (x := utterances(r, said))[1]), key=lambda x: _turn(x[1][0].id, shifts)),
        ),
        [*(r.bubbles for r in by_words[: LOOKED_AT // SHIFTS]), *(x[1] for x in by_moment[: len(by_moment) // SHIFTS])],
        shifts,
    )


def _shifts(line: str, history: Sequence[str]) -> tuple[int, ...]:
    """Which part of the answers comes first now, then which did for the user's last lines: never the same in three."""
    out: list[int] = []
    for said in [*history[-BACK:][::2], line]:
        first = _part(said)
        out.append(next(p for i in range(SHIFTS) if (p := (first + i) % SHIFTS) not in out[-2:]))
    return tuple(out[::-1][:3])


def _part(words: str) -> int:
    return blake2b(words.encode(), digest_size=2).digest()[0] % SHIFTS


def _turn(id: str, shifts: Sequence[int]) -> int:
    """0 for what comes first now; more for what came first before, most for what did in the last turn."""
    return {p: i for i, p in zip((0, 3, 2), shifts, strict=False)}.get(_part(id), 1)


def _marked(table: Table, mode: str, until: int | None, die: random.Random) -> Iterator[Row]:
    """Answers in marked episodes, then those in talks of the mood, each in the order of the die."""
    for rows in by_episode(table, *MOODS[mode], until):
        yield from die.sample(rows, len(rows))


def _first(k: int, found: Iterable[tuple[Sequence[Utterance], Sequence[Utterance]]]) -> list[Exemplar]:
    return [*islice((e for x in found if (e := exemplar(*x))), k)]


def exemplar(answered: Sequence[Utterance], bubbles: Sequence[Utterance]) -> Exemplar | None:
    """None for what is too long to be read beside others."""
    said = tuple(u.text for u in bubbles if u.text.strip())
    if not said:
        return None
    heard: list[str] = []
    for u in reversed([u for u in answered if u.text.strip()]):
        if heard and sum(map(len, heard)) + len(u.text) > HEARD:
            break
        heard.insert(0, u.text if len(u.text) <= HEARD else "…" + u.text[-HEARD:])
    words = "".join((*said, *heard))
    if len(words) > LONGEST and tokens(words) > LONGEST:
        return None
    first = bubbles[0]
    at = f"{first.local:%Y-%m-%d %H:%M}" if first.at else ""
    return Exemplar(tuple(heard), said, at, tuple(u.id for u in bubbles if u.text.strip()), Drift(said).mood)


def _class(tone: str) -> str:
    return CLASSES.get(tone, "plain")


def shares(tones: Mapping[str, int]) -> dict[str, float]:
    """Warm, cold and plain answers, of all of them."""
    counts = {"warm": 0, "cold": 0, "plain": 0}
    for tone, n in tones.items():
        counts[_class(tone)] += n
    total = sum(counts.values()) or 1
    return {name: n / total for name, n in counts.items()}


def near_to(line: str) -> Callable[[Exemplar], bool]:
    """Whether an example has something to do with a line: a word of its own, or what it does."""
    terms = [t for t in terms_of(line) if t not in common() and (len(t) > 1 or t.isascii())]
    does = {*acts(line)} - {PLAIN}

    def near(e: Exemplar) -> bool:
        heard = "\n".join(e.to)
        words = stems("\n".join((heard, *e.said)))
        return any(holds(words, t) for t in terms) or bool(does & {*acts(heard)})

    return near


def exemplars(line: str, pool: Pool, table: Table, standing: Standing, *, balanced: bool) -> tuple[Exemplar, ...]:
    """In an order of which every beginning keeps the mix, since a brief that is too long loses its last ones."""
    queues: dict[str, list[Exemplar]] = {}
    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    is_near = near_to(line)
    near: list[Exemplar] = []
    others: list[Exemplar] = []
    for e in (*pool.by_words, *pool.by_moment, *(pool.toned if balanced else ())):
        (near if is_near(e) else others).append(e)
    near.sort(key=lambda e: _turn(e.ids[0], pool.shifts))
    others.sort(key=lambda e: _turn(e.ids[0], pool.shifts) > 1)
    for e in _in_turn(near, others) if balanced else pool.by_moment:
        # "ok" to another line is another example: who says little is shown saying little
        if (e.to, e.said) not in seen and not standing.barred("\n".join(e.said)):
            seen.add((e.to, e.said))
            queues.setdefault(_class(e.tone) if balanced else "", []).append(e)
    usual = shares(table.tones) if balanced else {"": 1.0}
    chosen: list[Exemplar] = []
    taken = dict.fromkeys(queues, 0)
    while len(chosen) < EXEMPLARS:
        left = [c for c in sorted(queues) if queues[c]]
        if not left:
            break
        owed = max(left, key=lambda c: usual[c] * (len(chosen) + 1) - taken[c])
        e = queues[owed].pop(0)
        # asked of few, since it is dear: what reads like an order is not for a model's eyes
        if not any(map(guard.injection_marks, (*e.to, *e.said))):
            chosen.append(e)
            taken[owed] += 1
    return tuple(chosen)


def _in_turn(near: Sequence[Exemplar], others: Sequence[Exemplar]) -> Iterator[Exemplar]:
    """Two that have to do with the line, then one for range: the mix of moods takes some of the former away again."""
    for a, b, c in zip_longest(near[::2], near[1::2], others):
        yield from (e for e in (a, b, c) if e is not None)
