"""A conversation cut into scenes at three grains. In: a conversation, its events. Out: episodes, each open to its words.

Sessions end with six hours of silence; a long session is cut into exchanges where the words change (TextTiling, Hearst 1997:
overlap of the words of neighbouring blocks, here as sets, cut at valleys deeper than the mean by half a deviation); a thread joins what belongs to one trip,
illness, move or fight, and the sessions within a month that share a place hardly named elsewhere. The hard choice: a scene
that shows nothing but everyday talk is called everyday, and is listed only when that is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import sqrt

from afterword.measures.episodes import Marks, session_bounds
from afterword.measures.lexicon import lower
from afterword.memory.signs import Signs, quoted
from afterword.memory.values import Episode, Event, Place, id_of
from afterword.memory.where import Atlas
from afterword.model import Conversation, Utterance

EVERYDAY = "everyday"
BLOCK, LONG, SHORTEST = 6, 24, 4
"""Lines of a block; a session shorter than LONG is one exchange; no exchange has fewer than SHORTEST lines."""
NAMING = 9
"""Letters from which on a line says of itself what it is about; half as many in Chinese."""
THREADED = ("trip", "illness", "move", "fight", "work")
MONTH, MOSTLY = timedelta(days=30), 0.7
_TERM = re.compile(r"[a-z][a-z']{3,}|[\u3400-\u9fff]+")


def tiles(lines: Sequence[Utterance]) -> list[int]:
    """Places where a new topic begins inside one session, after the first."""
    n = len(lines)
    if n < LONG:
        return []
    bags = [_terms(u.text) for u in lines]
    places = range(SHORTEST, n - SHORTEST + 1)
    likeness = [_overlap(bags[max(0, k - BLOCK) : k], bags[k : k + BLOCK]) for k in places]
    depth = []
    for k, here in enumerate(likeness):
        left = max(likeness[max(0, k - BLOCK) : k + 1])
        right = max(likeness[k : k + BLOCK + 1])
        depth.append((left - here) + (right - here))
    mean = sum(depth) / len(depth)
    bar = mean + sqrt(sum((d - mean) ** 2 for d in depth) / len(depth)) / 2
    cuts: list[int] = []
    for k in sorted(range(len(depth)), key=lambda k: -depth[k]):
        if depth[k] <= bar or depth[k] <= 0:
            break
        if all(abs(places[k] - c) >= BLOCK for c in cuts):
            cuts.append(places[k])
    return sorted(cuts)


def _terms(text: str) -> set[str]:
    found: set[str] = set()
    for word in _TERM.findall(lower(text)):
        if word.isascii():
            found.add(word)
        else:
            found.update(word[k : k + 2] for k in range(len(word) - 1))
    return found


def _overlap(left: Sequence[set[str]], right: Sequence[set[str]]) -> float:
    """Dice: twice the shared over all."""
    a: set[str] = set().union(*left)
    b: set[str] = set().union(*right)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


class Scenes:
    """Everything that tells what a run of lines is about, made once."""

    def __init__(
        self, conversation: Conversation, events: Sequence[Event], signs: Signs, marks: Marks, atlas: Atlas
    ) -> None:
        self.lines, self.events, self.signs, self.atlas = conversation.utterances, events, signs, atlas
        self.place = {u.id: i for i, u in enumerate(self.lines)}
        self.moods = {
            "warm": sorted({m.index for m in marks.warm}), "angry": sorted({m.index for m in marks.conflict}),
            "laughing": sorted(marks.laugh),
        }  # fmt: skip
        said: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for e in events:
            if e.kind != "joke":
                for id in e.ids[:4]:
                    if id in self.place:
                        said[self.place[id]].append((e.kind, e.words if e.kind == "illness" else e.what or e.words))
        for i, cue in atlas.plans:
            said[i].append(("plan", cue))
        self.said = dict(sorted(said.items()))
        self.at = [*self.said]
        self.named = sorted(atlas.by_line)

    def episode(
        self, grain: str, places: Sequence[int], kinds: Sequence[str] = (), title: str = "", place: str = ""
    ) -> Episode:
        first, last = places[0], places[-1]
        own = [*places] if grain == "thread" else [*self._within(self.at, first, last)]
        cues = [c for i in own for c in self.said.get(i, ())]
        found = tuple(dict.fromkeys([*kinds, *(k for k, _ in cues)]))
        where: dict[str, list[str]] = {}
        for i in self._within(self.named, first, last) if grain != "thread" else places:
            for name in self.atlas.by_line.get(i, ()):
                where.setdefault(name, []).append(self.lines[i].id)
        if place:
            where.setdefault(place, [self.lines[i].id for i in places])
        shown = [*own] or [first]
        u, v = self.lines[first], self.lines[last]
        return Episode(
            id=id_of("e1", grain, u.id, v.id, *found[:1]),
            grain=grain, start=u.local.isoformat(timespec="minutes"), end=v.local.isoformat(timespec="minutes"),
            title=title or quoted(self._telling(shown, first, last)), kinds=found or (EVERYDAY,),
            cues=tuple(dict.fromkeys(quoted(c, 40) for _, c in cues if c))[:6], mood=self._mood(first, last),
            who=tuple(dict.fromkeys(self.lines[i].speaker for i in (places if grain == "thread" else range(first, last + 1)))),
            where=tuple(Place(n, tuple(ids[:4])) for n, ids in [*where.items()][:6]),
            ids=tuple(self.lines[i].id for i in shown[:12]), lines=len(places) if grain == "thread" else last - first + 1,
            first=u.id, last=v.id,
        )  # fmt: skip

    def _telling(self, shown: Sequence[int], first: int, last: int) -> str:
        """The people's own words for it: the line that names what happened, else the fullest of the first lines."""
        told = [self.lines[i].text for i in shown if i in self.said]
        if told:  # "Yes." belongs to a fight and names nothing
            return next((t for t in told if len(t) >= (NAMING if t.isascii() else NAMING // 2)), told[0])
        near = self.lines[first : min(last, first + 12) + 1]
        return max((u.text for u in near), key=lambda t: min(len(t), 60), default="")

    def _mood(self, first: int, last: int) -> str:
        counts = {m: bisect_right(at, last) - bisect_left(at, first) for m, at in self.moods.items()}
        if counts["angry"] >= 2 and counts["angry"] >= counts["laughing"]:
            return "angry"
        best = max(counts, key=lambda m: counts[m])
        return best if counts[best] >= max(2, 0.04 * (last - first + 1)) else ""

    @staticmethod
    def _within(sorted_places: Sequence[int], first: int, last: int) -> Iterator[int]:
        return iter(sorted_places[bisect_left(sorted_places, first) : bisect_right(sorted_places, last)])


def episodes(scenes: Scenes) -> Iterator[Episode]:
    """Threads, then every session, each followed by those of its exchanges that hold something."""
    yield from _threads(scenes)
    for first, past in session_bounds(scenes.lines):
        session = scenes.episode("session", [first, past - 1])
        yield session
        if session.kinds == (EVERYDAY,) or past - first < LONG:
            continue
        cuts = [0, *tiles(scenes.lines[first:past]), past - first]
        for a, b in zip(cuts, cuts[1:], strict=False):
            part = scenes.episode("exchange", [first + a, first + b - 1])
            if len(cuts) > 2 and part.kinds != (EVERYDAY,):
                yield part


def _threads(scenes: Scenes) -> Iterator[Episode]:
    told: set[str] = set()
    for e in scenes.events:
        if e.kind not in THREADED:
            continue
        places = {scenes.place[i] for i in e.ids if i in scenes.place}
        if e.place:
            told.add(e.place)
            first = date.fromisoformat(e.day) - MONTH
            last = date.fromisoformat(e.until or e.day) + MONTH / 2
            places |= {i for i in scenes.atlas.where.get(e.place, ()) if first <= scenes.signs.day(i) <= last}
        if len({scenes.signs.day(i) for i in places}) > 1:
            yield scenes.episode("thread", sorted(places), (e.kind,), e.words, e.place)
    for name, where in scenes.atlas.where.items():
        if name in told or name in scenes.atlas.home or not (name[:1].isupper() or not name.isascii()):
            continue
        for run in _runs(where, scenes):
            days = {scenes.signs.day(i) for i in run}
            if len(days) >= 3 and len(run) >= MOSTLY * len(where):
                yield scenes.episode("thread", run, (), quoted(scenes.lines[run[0]].text))


def _runs(where: Sequence[int], scenes: Scenes) -> Iterator[list[int]]:
    run: list[int] = []
    for i in where:
        if run and scenes.signs.day(i) - scenes.signs.day(run[0]) > MONTH:
            yield run
            run = []
        run.append(i)
    if run:
        yield run
