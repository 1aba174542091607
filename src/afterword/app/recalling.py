"""What recall answers over a vault: by what happened, by a day, or by words. In: a profile, a library, a question. Out: a Recall.

What happened answers first, since no word of "her last message" stands in it; then what the words bring. The hard choice: a
question for a day and for nothing else is answered by that day alone, and not by lines that happen to hold its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from afterword.app.library import Library
from afterword.app.lived import lived
from afterword.han import simplified
from afterword.measures.calendar import local_date
from afterword.measures.dates import Days
from afterword.memory import Embedder, Hit, Recall, ensure_index, recall
from afterword.memory.about import about
from afterword.memory.landmarks import landmark, tells_time, without
from afterword.memory.lived import Lived
from afterword.memory.occasions import (
    ENDS,
    Occasion,
    answering,
    clustered,
    days_asked,
    nothing_else,
    occasion,
    of_death,
    opened,
    surely_not,
    which,
)
from afterword.memory.query import terms_of
from afterword.memory.recall import Label
from afterword.memory.values import Episode, Event
from afterword.memory.when import When, when
from afterword.model import Utterance
from afterword.profile import Profile
from afterword.store.blocks import SIZE, bounds

LEAD, SILENCE = 2, 6 * 3600
"""Lines before what happened; seconds after which another talk begins."""
BEFORE, AFTER = timedelta(days=3), timedelta(days=14)
LITTLE = 1
"""Words beside a time: "the day Nana died" asks for no more than when that was."""
LATE = timedelta(hours=14)
"""No zone is farther from Greenwich."""


def recalled(
    profile: Profile,
    library: Library,
    words: str,
    k: int,
    embedder: Embedder | None = None,
    passages: int | None = None,
) -> Recall:
    """`passages`: after how many hits come single lines; None where every hit is to be one place."""
    shelf, subject = library.shelf, profile.speaker
    told = [n.text for n in profile.notes if n.kind != "correction"]
    words = simplified(words)
    people = {s: tuple(map(simplified, names)) for s, names in library.called().items()}
    people[subject] = (*people.get(subject, ()), simplified(profile.name))
    owner = next((s for s in people if s.endswith(":owner")), "")
    if not profile.told_only:
        ensure_index(shelf)

    def by_words(question: str, days: Sequence[Days] = (), times: When | None = None) -> Recall:
        return recall(
            shelf, question, k, fetch=library.fetch, told=told, people=people, me=owner, subject=subject,
            times=times, days=days, embedder=embedder, passages=passages,
        )  # fmt: skip

    if profile.told_only:
        return by_words(words)
    counted = tells_time(words)
    days, rest = landmark(words, lived(library, subject).events) if counted else ((), words)
    if counted and not days and nothing_else(without(words), people):
        return _absent(by_words(words), of_death(words))
    first, last = (datetime.fromtimestamp(at, UTC).date() for at in bounds(shelf))
    times = when(rest, first, last, date.today())
    if meant := days_asked(rest, times, people, first, last, days):
        if hits := _of_days(library, subject, meant, which(rest), k):
            return Recall("known", hits, tuple(t for t in told if about(words, t, people, subject)))
        return _nearest(by_words(words, days), meant)
    found = by_words(rest, days, times)
    if counted and not days and found.label == "inferred" and len(terms_of(without(words), library.names())) <= LITTLE:
        return _absent(found)
    asked = occasion(times.rest, people, owner, subject) if not days else None
    if asked is None or (times.days and asked.kind in ENDS):
        return found
    return _with_events(library, subject, msgspec.structs.replace(asked, days=times.days), found, k)


def _absent(found: Recall, bare: bool = False) -> Recall:
    """`bare`: what came nearest is not shown."""
    label: Label = "told-by-you" if found.told else "not-in-records"
    return msgspec.structs.replace(found, label=label, hits=() if bare else found.hits)


def _nearest(found: Recall, days: Sequence[Days]) -> Recall:
    """Of a day without a word, what was written soon after or just before: a day is mostly spoken of later."""

    def near(u: Utterance) -> bool:
        return any(a - BEFORE <= local_date(u) <= z + AFTER for a, z in days)

    return msgspec.structs.replace(_absent(found), hits=tuple(h for h in found.hits if any(map(near, h.utterances))))


# -- what happened --------------------------------------------------------------------------------------------------------


def _with_events(library: Library, subject: str, asked: Occasion, found: Recall, k: int) -> Recall:
    made = lived(library, subject)
    if events := answering(asked, made)[:k]:
        hits = [h for e in events if (h := _hit(library, e, made))]
        shown = {i for h in hits for i in h.matched}
        others = (
            [h for h in found.hits if shown.isdisjoint(u.id for u in h.utterances)] if asked.kind not in ENDS else []
        )
        return Recall("known", (*hits, *others)[:k], found.told) if hits else found
    if surely_not(asked, [u for h in found.hits for u in h.utterances]):
        return _absent(found, asked.kind == "death")
    return found


def _hit(library: Library, e: Event, made: Lived) -> Hit | None:
    """The event's first line where it was said: what came before it, as many lines as a hit has, without another talk's."""
    u = library.find(e.ids[0])
    if u is None:
        return None
    talk = _one_talk(library.around(u, SIZE - 1, SIZE - 1), u)
    place = next(i for i, x in enumerate(talk) if x.id == u.id)
    start = max(0, min(place - LEAD, len(talk) - SIZE))
    shown = tuple(talk[start : start + SIZE])
    return Hit(1.0, shown, tuple(x.id for x in shown if x.id in e.ids), e, opened(e, made))


def _one_talk(near: Sequence[Utterance], u: Utterance) -> list[Utterance]:
    """Of lines in time order those that no long silence parts from one of them."""
    runs: list[list[Utterance]] = [[]]
    for x in near:
        if runs[-1] and x.at - runs[-1][-1].at >= SILENCE:
            runs.append([])
        runs[-1].append(x)
    return next(run for run in runs if any(x.id == u.id for x in run))


# -- a day ----------------------------------------------------------------------------------------------------------------


def _of_days(library: Library, subject: str, days: Sequence[Days], order: str, k: int) -> tuple[Hit, ...]:
    """All that was written on the days if that is little, else the talks in which most happened; in time order."""
    held = {d: lines for d in sorted({*days}) if (lines := _written(library, d, SIZE * k + 1))}
    chosen = clustered([*held], order)
    lines = [u for d in chosen for u in held[d]]
    if len(lines) <= SIZE * k and len(runs := [*_runs(lines)]) <= k:
        return tuple(runs)
    return tuple(_most(library, lived(library, subject), chosen, k)) or tuple(_runs(lines))[:k]


def _written(library: Library, days: Days, most: int) -> list[Utterance]:
    start, end = (datetime.combine(d, t, UTC) for d, t in zip(days, (time.min, time.max), strict=True))
    near = library.between(int((start - LATE).timestamp()), int((end + LATE).timestamp()))
    out: list[Utterance] = []
    for u in near:
        if days[0] <= local_date(u) <= days[1]:
            out.append(u)
            if len(out) >= most:
                break
    return out


def _runs(lines: Sequence[Utterance]) -> Iterator[Hit]:
    run: list[Utterance] = []
    for u in lines:
        if run and (len(run) == SIZE or u.at - run[-1].at >= SILENCE):
            yield _whole(run)
            run = []
        run.append(u)
    if run:
        yield _whole(run)


def _whole(run: Sequence[Utterance]) -> Hit:
    return Hit(1.0, tuple(run), tuple(u.id for u in run))


def _most(library: Library, made: Lived, days: Sequence[Days], k: int) -> Iterator[Hit]:
    spans = [(a.isoformat(), z.isoformat()) for a, z in days]

    def inside(e: Episode) -> bool:
        return any(a <= e.start[:10] and e.end[:10] <= z for a, z in spans)

    grain = "session" if sum(inside(e) and e.grain == "session" for e in made.episodes) >= k else "exchange"
    found = [e for e in made.episodes if e.grain == grain and inside(e)]
    best = sorted(found, key=lambda e: (e.kinds == ("everyday",), -e.lines))[:k]
    marked: Mapping[str, Event] = {i: e for e in made.events for i in e.ids[:1]}
    for e in sorted(best, key=lambda e: e.start):
        u = library.find(next((i for i in e.ids if i in marked), e.first))
        end = library.find(e.last)
        if u is not None and end is not None:
            yield _whole([x for x in library.around(u, 0, SIZE - 1) if x.at <= max(u.at, end.at)])
