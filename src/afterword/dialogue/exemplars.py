"""Which real answers a brief shows. In: a line, the nearest moments, the records. Out: exemplars, in an order of which every
beginning keeps the mix.

Half of them are near to the moment, by words or by what the line does, in which mood and at what length; half are others,
from all of the records, for range. How many are warm and how many are cold is taken from the whole of the records. The
hard choice: a host has no memory of what it was shown, and none is kept. So a line gives every answer a number, those with
the least come first, and what the talk's last lines gave the least to, or shared words with, was shown then and comes last.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice, zip_longest
from typing import Protocol, TypeVar

import msgspec

from afterword import guard
from afterword.dialogue.brief import Exemplar, tokens
from afterword.dialogue.moves import Drift
from afterword.dialogue.shape import Row, Table, by_episode, rows_of, utterances
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
EXEMPLARS, FLOOR, TRIED = 12, 6, 24
"""Exemplars at most; how many are shown in any case, without which nobody's manner can be drafted; how many more are tried whether they have to do with the line: a
seventh that has nothing to do with it teaches less than it leads away, and is missed when its own turn comes."""
LOOKED_AT, LONGEST = 24, 160
"""Answers looked at by words, and tokens of the longest."""
CARRIED, HEARD = 8, 120
"""Lines of the talk that an answer is looked for by; characters shown of what an exemplar answered."""
MOMENTS, ANY_TIME, AHEAD = 48, 12, 36
"""The nearest moments that examples are taken from, answers of each class for range, and candidates that are read at once."""
BACK, SPARE = 20, 1.5
"""Lines of the talk that are asked what was shown with them; how many more answers than are shown count as shown."""
T = TypeVar("T")
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
    """Answers to choose from, each list in the order of this turn: by words, from like moments, and of every class of mood
    from the whole time. `moments`: bubbles of all answers in like moments and to lines with the same words."""

    by_words: Iterable[Exemplar]
    by_moment: Iterable[Exemplar]
    any_time: Iterable[Exemplar]
    moments: list[Utterance]


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
    """`here`: the nearest moments, nearest first."""
    turns = Turns(line, history)
    alike: list[Reply] = []
    if mode in MOODS:
        moments = [*_marked(table, mode, until, die), *(r for r in here if r.lengths)][: 4 * EXEMPLARS]
    else:
        alike = records.alike(line, hour, LOOKED_AT, history=history[-CARRIED:], until=until)
        moments = turns.fresh([r for r in here if r.lengths][:MOMENTS], EXEMPLARS // 4)
    usual = shares(table.tones)
    classes = (
        turns.fresh(rows, EXEMPLARS // 2 * usual[name])[:ANY_TIME] for name, rows in _by_class(table, until).items()
    )
    any_time = [*_in_turn(*classes)]
    said = dict(records.fetch([*rows_of([*moments, *any_time]), *(i for r in here for i in r.rows)]))
    return Pool(
        turns.unused(_readable((r.answered, r.bubbles, None) for r in alike if r.answered)),
        _readable((*utterances(r, said), r.tone) for r in moments),
        _readable((*utterances(r, said), r.tone) for r in any_time),
        [*(said[i] for r in here for i in r.rows if i in said), *(u for r in alike if r.answered for u in r.bubbles)],
    )


def _by_class(table: Table, until: int | None) -> dict[str, list[Row]]:
    """Answers of the whole time, so that the mix of the records can be kept where no like moment has them."""
    out: dict[str, list[Row]] = {}
    for tone, rows in table.toned.items():
        out.setdefault(_class(tone), []).extend(r for r in rows if until is None or r.at <= until)
    return out


class Turns:
    """The talk's last lines of the user, and what was likely shown with them."""

    def __init__(self, line: str, history: Sequence[str]) -> None:
        self.line, self.earlier = line, history[-BACK:][-2::-2]
        self.keys = [int.from_bytes(blake2b(x.encode(), digest_size=8).digest(), "big") for x in (line, *self.earlier)]

    def fresh(self, rows: Sequence[Row], shown: float) -> list[Row]:
        """In the order of this line, those last that were likely among the `shown` of a line before, the latest last."""
        most = min(0.5, SPARE * max(1.0, shown) / max(1, len(rows)))
        places = []
        for row in rows:
            now, *before = (_number(key, row.rows[0]) for key in self.keys)
            again = next((len(before) - i for i, number in enumerate(before) if number < most), 0)
            places.append((again, now, row))
        return [row for _, _, row in sorted(places, key=lambda p: p[:2])]

    def unused(self, found: Iterable[Exemplar]) -> list[Exemplar]:
        """Those that share words with the line, in their order; last those that share some with a line before as well."""
        held = [(stems("\n".join((*e.to, *e.said))), e) for e in found]
        now, *before = (_terms(x) for x in (self.line, *self.earlier))
        held = [(words, e) for words, e in held if any(holds(words, t) for t in now)]
        return [e for _, e in sorted(held, key=lambda h: sum(any(holds(h[0], t) for t in terms) for terms in before))]


def _number(key: int, row: int) -> float:
    """A number from 0 to 1 that looks random, and is the same for the same line and row."""
    mixed = ((row + 1) * 0x9E3779B97F4A7C15 ^ key) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    return ((mixed ^ mixed >> 29) * 0x94D049BB133111EB & (1 << 64) - 1) / (1 << 64)


def _terms(line: str) -> list[str]:
    """Words of a line by which an example can have to do with it."""
    return [t for t in terms_of(line) if t not in common() and (len(t) > 1 or t.isascii())]


def _marked(table: Table, mode: str, until: int | None, die: random.Random) -> Iterator[Row]:
    """Answers in marked episodes, then those in talks of the mood, each in the order of the die."""
    for rows in by_episode(table, *MOODS[mode], until):
        yield from die.sample(rows, len(rows))


def _readable(found: Iterable[tuple[Sequence[Utterance], Sequence[Utterance], str | None]]) -> Iterator[Exemplar]:
    return (e for x in found if x[1] and (e := exemplar(*x)))


def exemplar(answered: Sequence[Utterance], bubbles: Sequence[Utterance], tone: str | None = None) -> Exemplar | None:
    """None for what is too long to be read beside others. `tone` of the bubbles, where it is known."""
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
    first, tone = bubbles[0], Drift(said).mood if tone is None else tone
    at = f"{first.local:%Y-%m-%d %H:%M}" if first.at else ""
    return Exemplar(tuple(heard), said, at, tuple(u.id for u in bubbles if u.text.strip()), tone)


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
    terms = _terms(line)
    does = {*acts(line)} - {PLAIN}

    def near(e: Exemplar) -> bool:
        heard = "\n".join(e.to)
        words = stems("\n".join((heard, *e.said)))
        return any(holds(words, t) for t in terms) or bool(does & {*acts(heard)})

    return near


def exemplars(
    pool: Pool, table: Table, standing: Standing, *, balanced: bool, fits: Callable[[Exemplar], bool] = lambda _: True
) -> tuple[Exemplar, ...]:
    """In an order of which every beginning keeps the mix, since a brief that is too long loses its last ones. Above the
    floor only what `fits`."""
    found = iter(pool.by_moment)
    if balanced:
        # where no words are shared with the line, its moment stands for all of the near half
        found = _in_turn(_in_turn(pool.by_words, pool.by_moment), pool.any_time)
    queues: dict[str, list[Exemplar]] = {}
    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    usual = shares(table.tones) if balanced else {"": 1.0}
    chosen: list[Exemplar] = []
    taken = dict.fromkeys(usual, 0)
    tried = 0
    while len(chosen) < EXEMPLARS and tried < TRIED:
        left = [c for c in sorted(queues) if queues[c]]
        if not left or len(seen) < AHEAD:
            if not (more := [*islice(found, AHEAD)]) and not left:
                break
            for e in more:
                # "ok" to another line is another example: who says little is shown saying little
                if (e.to, e.said) not in seen and not standing.barred("\n".join(e.said)):
                    queues.setdefault(_class(e.tone) if balanced else "", []).append(e)
                seen.add((e.to, e.said))
            if more:
                continue
        owed = max(left, key=lambda c: usual[c] * (len(chosen) + 1) - taken[c])
        e = queues[owed].pop(0)
        if len(chosen) >= FLOOR:
            tried += 1
            if not fits(e):
                continue
        # asked of few, since it is dear: what reads like an order is not for a model's eyes
        if not any(map(guard.injection_marks, (*e.to, *e.said))):
            chosen.append(e)
            taken[owed] += 1
    return tuple(chosen)


def _in_turn(*lists: Iterable[T]) -> Iterator[T]:
    """One of each, and again; what is left of the longest at the end."""
    return (x for row in zip_longest(*lists) for x in row if x is not None)
