"""Fights and how they were mended. In: utterances, marks and signs. Out: the archive, in time order.

The hard choice: many people never raise their voice in writing. So a fight is heard in three ways at once: open anger
(`measures.episodes`), words of hurt (`quarrel.txt`: "you promised", 今天别来), and somebody who leaves their own manner:
one who hardly ever ends a bubble with a full stop and now does, again and again. The last is the maximal scoring run of a
speaker's bubbles (Ruzzo and Tompa 1999) with log odds against their own habit, so it needs no list and fits everybody.
What is found is shown with its words; nothing says who was right.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from afterword.measures.episodes import HOUR, Marks
from afterword.memory.signs import Signs
from afterword.memory.values import Fight, iso
from afterword.model import Utterance

KNOWN, HABIT, USUAL = 200, 0.15, 0.8
"""Bubbles before a habit is known; above this share full stops say nothing; the share while somebody is hurt."""
RUN, LEAST, PAUSE = 9.0, 4, 60 * HOUR
"""A run must be e^9 times likelier than habit and hold four stops; a longer pause ends it."""
NEAR, LATER, COMES, SITTING = 50 * HOUR, 240 * HOUR, 120 * HOUR, 3 * HOUR
"""Signs further apart are two fights; after ten days nothing says that one was mended; who comes after five days comes for
something else; and "sorry" in the midst of it is part of it."""
WEIGHTS = {"anger": 1.5, "asks": 1.5, "away": 1.5, "blame": 1.5, "sorry": 1.0, "stops": 3.0}
ENOUGH = 3.0
_EMOJI = re.compile("[\U0001f300-\U0001faff✨❤♥]|\\[[^\\[\\]\\s]{1,6}\\]")
_STOP = re.compile(r"[^.。…]\s*[.。]$")


class _Mark(msgspec.Struct, frozen=True):
    index: int
    cue: str


def manner_runs(utterances: Sequence[Utterance]) -> list[list[int]]:
    """Runs in which a speaker ends bubbles with a full stop who hardly ever does."""
    own: dict[str, list[int]] = {}
    for i, u in enumerate(utterances):
        if u.text and not u.kind:
            own.setdefault(u.speaker, []).append(i)
    found: list[list[int]] = []
    for places in own.values():
        if len(places) < KNOWN:
            continue
        stops = [
            _STOP.search(utterances[i].text.rstrip()[-3:]) is not None or utterances[i].text in ".。" for i in places
        ]
        share = (sum(stops) + 1) / (len(places) + 2)
        if share >= HABIT:
            continue
        up, down = math.log(USUAL / share), math.log((1 - USUAL) / (1 - share))
        found += _runs(utterances, places, stops, up, down)
    return sorted(found)


def _runs(
    utterances: Sequence[Utterance], places: list[int], stops: list[bool], up: float, down: float
) -> Iterator[list[int]]:
    best = score = 0.0
    held: list[int] = []
    kept: list[int] = []
    before = 0
    for i, stop in zip([*places, -1], [*stops, False], strict=True):
        late = i < 0 or utterances[i].at - before > PAUSE
        if late or score + (up if stop else down) <= 0:
            if best >= RUN and len(kept) >= LEAST:
                yield kept
            best = score = 0.0
            held, kept = [], []
        if i < 0:
            return
        before = utterances[i].at
        if stop or score > 0:
            score += up if stop else down
        if stop:
            held.append(i)
            if score > best:
                best, kept = score, [*held]


def fights(utterances: Sequence[Utterance], marks: Marks, signs: Signs) -> list[Fight]:
    runs = manner_runs(utterances)
    cold = {i for run in runs for i in run}
    signed = [_Mark(i, "stops") for i in cold]
    signed += [_Mark(m.index, "anger") for m in marks.conflict]
    signed += [
        _Mark(s.index, s.kind)
        for s in signs.of("quarrel", "asks", "away", "blame", "sorry")
        if s.strong or s.index in cold
    ]
    laughing = set(marks.laugh)
    seen: set[_Mark] = set()
    clusters: list[list[_Mark]] = []
    for m in sorted((m for m in signed if m.index not in laughing), key=lambda m: (m.index, m.cue)):
        if m in seen:
            continue
        seen.add(m)
        if clusters and utterances[m.index].at - utterances[clusters[-1][-1].index].at <= NEAR:
            clusters[-1].append(m)
        else:
            clusters.append([m])
    ease = _Ease(utterances, marks, signs)
    return [f for c in clusters if (f := _fight(c, utterances, marks, signs, ease))]


def _fight(
    cluster: list[_Mark], utterances: Sequence[Utterance], marks: Marks, signs: Signs, ease: _Ease
) -> Fight | None:
    kinds = Counter(m.cue for m in cluster)
    weight = sum(WEIGHTS[k] * (1 if k == "stops" else min(n, 2)) for k, n in kinds.items())
    hot = [m for m in cluster if m.cue != "sorry"]
    if (
        weight < ENOUGH
        or len({m.index for m in hot}) < 2
        or (len(kinds) < 2 and not ({"stops"} & kinds.keys() or kinds["anger"] > 2))
    ):
        return None
    first, last = hot[0].index, hot[-1].index
    laughs = bisect_right(marks.laugh, last) - bisect_left(marks.laugh, first)
    if laughs > len(hot) or ("stops" not in kinds and laughs >= len(hot)):
        return None
    silence, back = 0, -1
    for i in range(first, min(len(utterances) - 1, last + 3)):
        gap = utterances[i + 1].at - utterances[i].at
        if gap > silence:
            silence, back = gap, i + 1
    hurt = Counter(utterances[m.index].speaker for m in hot).most_common(1)[0][0]
    mended = ease.mended(last, hurt)
    if mended:  # who said sorry in the end came first, though the other was not yet there
        mended = sorted(
            {*mended, *(m.index for m in cluster if m.index > last and utterances[m.index].speaker != hurt)}
        )
    ids = [utterances[m.index].id for m in cluster]
    start = cluster[0].index
    near = (utterances[i] for i in range(max(0, start - 4), start))
    before = [u.id for u in near if utterances[start].at - u.at < 72 * HOUR]
    return Fight(
        iso(signs.day(first)), iso(signs.day(last)), tuple(before), tuple(dict.fromkeys(ids)), tuple(sorted(kinds)),
        utterances[first].speaker, round(silence / HOUR, 1),
        utterances[back].speaker if back >= 0 and silence > 2 * HOUR else "",
        (utterances[back].id,) if back >= 0 and silence > 2 * HOUR else (),
        iso(signs.day(mended[-1])) if mended else "", utterances[mended[0]].speaker if mended else "",
        tuple(utterances[i].id for i in mended),
    )  # fmt: skip


class _Ease:
    """What ends a fight: coming in person, forgiving, "sorry" on another sitting, laughter and tenderness."""

    def __init__(self, utterances: Sequence[Utterance], marks: Marks, signs: Signs) -> None:
        self.lines = utterances
        self.comes = {s.index for s in signs.of("quarrel", "forgives", "comes", strong=True)}
        self.sorry = {m.index for m in marks.repair if m.strong}
        self.tender = {m.index for m in marks.warm if m.cue != "care"} | {*marks.laugh}
        self.over = {s.index for s in signs.of("happenings", "break-up", strong=True)}

    def mended(self, last: int, hurt: str) -> list[int]:
        """The lines that show both back to their ways, the last of them the day of it; [] if nothing shows it."""
        ended, shown = self.lines[last].at, list[int]()
        for i in range(last + 1, len(self.lines)):
            u = self.lines[i]
            if u.at - ended > LATER or i in self.over:
                return []
            sorry = i in self.sorry and u.speaker != hurt and u.at - ended > SITTING
            easing = sorry or (i in self.comes and u.at - ended < COMES)
            if easing:
                shown.append(i)
            if u.speaker == hurt and (easing or i in self.tender or (not u.kind and _EMOJI.search(u.text))):
                return shown[-3:] if easing else [*shown[-2:], i]
            if easing and any(v.speaker == hurt and v.at - u.at < HOUR for v in self.lines[i + 1 : i + 4]):
                return [i]
        return []
