"""Recall: what was said of something. In: a question. Out: the lines that answer, and how sure it is that they do.

A passage is a run of six lines at most, the best size measured on published question sets at an equal word budget (single
lines lose the context, whole sessions lose the place). An answer in many places ("which films did we see") has most of them
beyond the first few passages, so that after these come single lines from all over the records, six to a hit. **Known**: the
words of the question stand in one passage. **Inferred**: it is answered in other words, or only by several together.
**Told by you**, or **not in the records**: then what came nearest is still shown, as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from afterword.memory.about import about
from afterword.memory.asked import Asked, asked
from afterword.memory.meant import meant
from afterword.memory.ranking import FIRST, Ranked, Span, ordered, shown, spans
from afterword.memory.sureness import held, present, share
from afterword.memory.values import Event
from afterword.memory.weights import RANK, RANK_CJK
from afterword.memory.when import When, when
from afterword.model import Utterance
from afterword.store import Shelf
from afterword.store.blocks import Found, bounds, find, last_block, refresh, stretches

if TYPE_CHECKING:
    from afterword.memory.ranking import Column

Label = Literal["known", "inferred", "told-by-you", "not-in-records"]
BLOCKS = 64
"""Blocks that are read line by line, with what stands right before and after."""
HUGE, FEWER = 20_000, (24, 12)
"""Blocks of a chat from which on fewer are read, so that a million messages answer as fast; and of how many, what stands around."""
PASSAGES = 3
"""Hits with what stands around them; measured: with more, fewer of the places that hold an answer are shown."""
MEANT, MEANING = 160, 8.0
"""Lines that an embedder is asked about, and how much its opinion weighs."""
ENOUGH = 0.5


class Embedder(Protocol):
    """A model of the user's own, or one they chose, that turns texts into vectors. Without one nothing is missing but its
    opinion."""

    def __call__(self, texts: Sequence[str]) -> Sequence[Sequence[float]]: ...


class Hit(msgspec.Struct, frozen=True):
    """`score` in 0…1: half for the share of the question's weight that the hit holds, half for its chance to answer.

    matched  ids of the lines that hold the question's words, or are what happened, or are of the day that is asked for
    event    what happened, where that is the answer; `id` opens it
    singly   whether its lines stand in several places, and not beside one another
    """

    score: float
    utterances: tuple[Utterance, ...]
    matched: tuple[str, ...] = ()
    event: Event | None = None
    id: str = ""
    singly: bool = False


class Recall(msgspec.Struct, frozen=True):
    label: Label
    hits: tuple[Hit, ...]
    told: tuple[str, ...] = ()


def ensure_index(shelf: Shelf) -> bool:
    """Bring the index of what was said up to the records; what is new is added. True if anything was."""
    return refresh(shelf)


def recall(
    shelf: Shelf,
    question: str,
    k: int,
    *,
    names: Sequence[str] = (),
    fetch: Callable[[Sequence[int]], Mapping[int, Utterance]],
    told: Sequence[str] = (),
    people: Mapping[str, Sequence[str]] | None = None,
    me: str = "",
    subject: str = "",
    today: date | None = None,
    times: When | None = None,
    embedder: Embedder | None = None,
    days: Sequence[tuple[date, date]] = (),
    passages: int | None = None,
) -> Recall:
    """`passages`: after how many come single lines; None for no end. `times` of the question, where they were read already; `days` are meant besides; `fetch` turns utterance rows into utterances; `told` are the user's own memories in words; `people`: speaker → names;
    `me` and `subject` are the speakers that "I" and "she" mean."""
    people = people or {"": names}
    remembered = tuple(t for t in told if about(question, t, people, subject))
    times = times or times_of(shelf, question, today or date.today())
    found, ranked = gathered(shelf, question, people, me, subject, times, days)
    if not ranked.real.any():
        return Recall("told-by-you" if remembered else "not-in-records", (), remembered)
    chance = plain = ranked.chances(RANK_CJK if ranked.cjk else RANK)
    if embedder is not None:
        chance = _by_meaning(embedder, question, ranked, chance)
    size = ranked.sign("size")
    best = ordered(size, spans(chance, ranked.ends(), max(FIRST, k if passages is None else passages)))
    what = held(question, ranked, found, best, plain)
    label: Label = "told-by-you" if remembered else "not-in-records"
    if present(what):
        label = "known" if what.exact >= ENOUGH else "inferred"
    return Recall(label, tuple(_hits(ranked, shown(chance, size, best, k, passages), fetch)), remembered)


def times_of(shelf: Shelf, question: str, today: date) -> When:
    first, last = (datetime.fromtimestamp(at, UTC).date() for at in bounds(shelf))
    return when(question, first, last, today)


def gathered(
    shelf: Shelf,
    question: str,
    people: Mapping[str, Sequence[str]],
    me: str,
    subject: str,
    times: When,
    days: Sequence[tuple[date, date]] = (),
) -> tuple[Found, Ranked]:
    """The blocks that may answer, and their lines with all that speaks for each."""
    ask = meant(shelf, asked(question, people, me, subject, times), people)
    ask = msgspec.structs.replace(ask, days=(*ask.days, *days)) if days else ask
    found = find(shelf, [((c.word, 1.0), *c.alike) for c in ask.concepts], list(_moments(ask)), BLOCKS)
    some, wide = FEWER if last_block(shelf) > HUGE else (BLOCKS, BLOCKS)
    return found, Ranked(ask, found, stretches(shelf, found.blocks[:some], wide))


def _moments(ask: Asked) -> Iterator[tuple[int, int]]:
    """Days as seconds, wide enough for any zone."""
    for start, end in ask.days:
        yield (
            int(datetime.combine(start, time.min, UTC).timestamp()) - 12 * 3600,
            int(datetime.combine(end, time.max, UTC).timestamp()) + 12 * 3600,
        )


def _by_meaning(embedder: Embedder, question: str, ranked: Ranked, chance: Column) -> Column:
    """Chances times what the model says of the likeness of question and line, for the lines that may matter."""
    import numpy as np

    places = [int(i) for i in np.argsort(-chance)[:MEANT] if ranked.real[i]]
    if not places:
        return chance
    vectors = np.asarray(embedder([question, *(x.text for i in places if (x := ranked.lines[i]))]), dtype=float)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    likeness = vectors[1:] @ vectors[0]
    chance = chance.copy()
    chance[places] *= np.exp(MEANING * (likeness - likeness.max()))
    return np.asarray(chance / chance.sum())


def _hits(
    ranked: Ranked, best: Sequence[Span], fetch: Callable[[Sequence[int]], Mapping[int, Utterance]]
) -> Iterator[Hit]:
    rows = [[x.row for i in span.places if (x := ranked.lines[i]) is not None] for span in best]
    said = fetch([r for part in rows for r in part])
    top = max((span.chance for span in best), default=1.0) or 1.0
    least = 1.0
    for span, part in zip(best, rows, strict=True):
        least = min(least, round(0.5 * share(ranked, span.places) + 0.5 * span.chance / top, 4))
        lines = tuple(said[r] for r in part if r in said)
        if span.singly:
            lines = tuple(sorted(lines, key=lambda u: (u.at, u.row)))
        matched = tuple(said[r].id for r in _marked(ranked, span.places) if r in said)
        yield Hit(least, lines, matched, singly=span.singly)


def _marked(ranked: Ranked, places: Sequence[int]) -> list[int]:
    """Rows of the lines that hold at least half as much of the question as the best of them; none where none holds any."""
    of = ranked.holds[[*places]].tolist()
    top = max(of, default=0.0)
    lines = (ranked.lines[i] for i in places)
    return [x.row for x, value in zip(lines, of, strict=True) if x is not None and 0 < top <= 2 * value]
