"""Trips and outings that took place. In: an atlas, signs. Out: events with first and last day and the place.

The hard choice: a trip needs two kinds of words, those that say where (a plan with a place, "we're in X", 我到X了) and those of
somebody on the way or come home on those days; a plan alone never becomes a trip. The days come from what was agreed ("the 29th
to the 2nd", 周末) where that is said, else from the first and the last word on the way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import msgspec

from afterword.han import simplified
from afterword.measures.lexicon import lower, single_words
from afterword.measures.phrases import part, shapes
from afterword.memory.days import length, named
from afterword.memory.signs import SAID, Signs, quoted, standing
from afterword.memory.values import Event, iso
from afterword.memory.where import Atlas, towns
from afterword.model import Utterance

AHEAD, LONGEST, LINGERS = 60, 16, 8
"""Days: how far ahead a trip is planned; how long one lasts; how soon after it is still spoken of."""
SHORT, CLOSING = 160, 30
"""Letters of a line that proposes; of one that says that somebody is home."""


class _Anchor(msgspec.Struct, frozen=True):
    index: int
    place: str
    first: date | None
    last: date | None
    weight: float


def journeys(atlas: Atlas, signs: Signs) -> list[Event]:
    """Trips away, in time order."""
    going = {s.index for s in signs.of("travel", "way", "there", "home", strong=True)}
    away = {s.index for s in signs.of("travel", "way", "there", strong=True)}
    home = {s.index for s in signs.of("travel", "home", strong=True) if len(atlas.lines[s.index].text) <= CLOSING}
    spans: list[tuple[date, date, _Anchor]] = []
    anchors = [*_anchors(atlas, signs)]
    for a in anchors:
        if a.first and a.last and (a.last - a.first).days <= LONGEST and (span := _confirmed(a, signs, going)):
            spans.append((*span, a))
    at = [signs.days[a.index] for a in anchors]
    packing = {s.index for s in signs.of("travel", "plan", stands="") if shapes("trips")["packing"].search(s.words)}
    for i in sorted(home):  # come home after words from a place, or after a stay of a length that was named
        day = signs.day(i)
        for a in anchors[bisect_left(at, signs.days[i] - 30) : bisect_left(at, signs.days[i])]:
            ago = (day - signs.day(a.index)).days
            if a.weight >= 3 and ago <= 5:
                spans.append((signs.day(a.index), day, a))
            n = length(lower(atlas.lines[a.index].text)) if a.last == a.first else 0
            if n and any(_between(signs, day - timedelta(days=n + 3), day - timedelta(days=1), away | packing)):
                spans.append((day - timedelta(days=n - 1), day, a))
    arrived = [a for a in anchors if a.weight >= 3 and _here(lower(atlas.lines[a.index].text), a.place.lower())]
    for a, b in pairwise(arrived):  # 我到南通了, then 我到上海了: there and back
        first, last = signs.day(a.index), signs.day(b.index)
        same = atlas.lines[a.index].speaker == atlas.lines[b.index].speaker
        if same and a.place != b.place and (last - first).days <= 5:
            spans.append((first, last, a))
            going |= {a.index, b.index}
    told = [*_told(atlas, signs)]
    return told + [*_events(spans, anchors, atlas, signs, going, home)]


def _told(atlas: Atlas, signs: Signs) -> Iterator[Event]:
    """Trips somebody tells of afterwards: "we just got back from Lisbon", 刚从成都回来."""
    said = shapes("trips")
    for i, u in enumerate(atlas.lines):
        text = simplified(u.text)
        hit = said["been"].search(text) if text and not u.kind else None
        if hit is None or standing(lower(text), hit.start(), hit.end()) != SAID:
            continue
        lowered, day = lower(text), signs.day(i)
        name = part(hit, "place") or next((n for n in atlas.of(i, True) if n in text[hit.start() : hit.end() + 6]), "")
        clause = lowered[hit.start() : hit.end() + 40]
        if not name or name in atlas.home or name in generic() or not atlas._fit(name):
            continue
        if said["long-ago"].search(clause) or name.split(" ")[0].lower() in single_words("not_places", language="en"):
            continue
        when = next((d for d in named(clause, day) if d[0] < day), None)
        if not when and not said["lately"].search(lowered):
            continue  # without a time it may have been years ago
        first, last = when or (day, day)
        yield Event(
            iso(first), "trip", (u.id,), quoted(u.text), until=iso(last) if last > first else "", place=name, who=u.speaker,
            precise="day" if when else "about",
        )  # fmt: skip


def _anchors(atlas: Atlas, signs: Signs) -> Iterator[_Anchor]:
    """Lines that bind a place to a journey; a date without a place belongs to the place named shortly before."""
    said, marked = shapes("trips"), {s.index for s in signs.of("travel", stands="")}
    there = {s.index for s in signs.of("travel", "there", "way", strong=True)}
    plans = {i for i, _ in atlas.plans}
    planning = {s.index for s in signs.of("travel", "plan", stands="")}
    recent: tuple[int, str] = (-1, "")
    for i, u in enumerate(atlas.lines):
        if not u.text or u.kind or len(u.text) > 600:
            continue
        lowered, day = lower(u.text), signs.day(i)
        goes = said["going"].search(lowered) is not None
        if not (goes or i in marked or i in plans or i in atlas.by_line or said["arrived"].search(lowered)):
            continue
        planned = i in planning
        names = [n for n in atlas.of(i, i in marked) if n not in atlas.home and n not in generic()]
        if not names and planned:
            names = atlas.lone(i)
        dates = [d for d in named(lowered, day) if -2 <= (d[0] - day).days <= AHEAD and (d[0] > day or d[1] > d[0])]
        span = max(dates, key=lambda d: (d[1] - d[0], d[0]), default=None)
        here = bool(names) and _here(lowered, names[0].lower())
        if names and (planned or here or i in there or goes):
            weight = 3.0 if i in there or here else 2.0 if planned else 1.0
            recent = (i, names[0])
            yield _Anchor(i, names[0], span[0] if span else None, span[1] if span else None, weight)
        elif span and (span[1] > span[0]) and (planned or i in marked):
            near = recent[0] >= 0 and (day - signs.day(recent[0])).days <= 10
            yield _Anchor(i, recent[1] if near else "", span[0], span[1], 2.0)


def _here(lowered: str, place: str) -> bool:
    """Said from there: "I'm in Lisbon", 我到南通了, "that's Gannet Cottage"."""
    at = lowered.find(place)
    return shapes("trips")["here"].search(lowered[max(0, at - 26) : at]) is not None


def _confirmed(a: _Anchor, signs: Signs, going: set[int]) -> tuple[date, date] | None:
    """The agreed days, if somebody was on the way or came home on them, or on the day after."""
    if a.first is None or a.last is None or (a.last == a.first and a.weight < 2):
        return None
    shown = any(i > a.index for i in _between(signs, a.first, a.last + timedelta(days=1), going))
    return (a.first, a.last) if shown else None


def _between(signs: Signs, first: date, last: date, among: set[int]) -> Iterator[int]:
    a = bisect_left(signs.days, first.toordinal())
    b = bisect_left(signs.days, last.toordinal() + 1)
    return (i for i in range(a, b) if i in among)


def _events(
    spans: list[tuple[date, date, _Anchor]],
    anchors: list[_Anchor],
    atlas: Atlas,
    signs: Signs,
    going: set[int],
    home: set[int],
) -> Iterator[Event]:
    spans.sort(key=lambda s: (s[0], s[1]))
    at = [signs.days[a.index] for a in anchors]
    groups: list[list[tuple[date, date, _Anchor]]] = []
    for s in spans:
        if groups and s[0] <= max(x[1] for x in groups[-1]) and (s[1] - groups[-1][0][0]).days <= LONGEST:
            groups[-1].append(s)
        else:
            groups.append([s])
    for group in groups:
        votes: Counter[str] = Counter()
        first, last = min(s[0] for s in group), max(s[1] for s in group)
        said = Counter((s[0], s[1]) for s in group if s[2].first and s[2].last and s[1] > s[0])
        if said:
            (first, last), _ = said.most_common(1)[0]
        votes.update({g[2].place: 4 for g in group if g[2].place})
        early, late = first.toordinal() - AHEAD, last.toordinal() + LINGERS
        for a in anchors[bisect_left(at, early) : bisect_left(at, late + 1)]:
            day = signs.day(a.index)
            if not a.place:
                continue
            inside = first <= day <= last
            agreed = a.first is not None and a.last is not None and a.first <= last and a.last >= first
            if inside or agreed or day > last:
                votes[a.place] += int(
                    4
                    * (a.weight + (2 if inside and a.weight >= 3 else 0) + (3 if agreed else 0))
                    / (1 if inside or agreed else 2)
                )
        proof = [*_between(signs, first, last + timedelta(days=1), going)]
        back = [i for i in proof if i in home and first < signs.day(i) <= last]
        last = signs.day(back[-1]) if back else last  # a holiday of five days may end on the fourth
        place = votes.most_common(1)[0][0] if votes else ""
        ids = [g[2].index for g in group if g[2].place in (place, "")] or [group[0][2].index]
        lead = ids[0]
        if not proof:
            continue
        shown = dict.fromkeys([lead, *ids[:3], proof[0], proof[-1]])
        yield Event(
            iso(first), "trip", tuple(atlas.lines[i].id for i in shown), quoted(atlas.lines[lead].text),
            until=iso(last) if last > first else "", place=place, precise="day" if said else "about",
            also=tuple(n for n, k in votes.most_common(4)[1:] if k >= 4),
        )  # fmt: skip


def outings(atlas: Atlas, signs: Signs) -> Iterator[Event]:
    """Meetings at a named place that were agreed and came about: somebody wrote from the door, or from home that night."""
    lines, said = atlas.lines, shapes("trips")
    doors: dict[int, list[int]] = {}
    for i, u in enumerate(lines):
        if not u.kind and len(u.text) <= 40 and said["at-door"].search(lower(u.text)):
            doors.setdefault(signs.days[i], []).append(i)
    homes: dict[int, list[int]] = {}
    for s in signs.of("travel", "home", strong=True):
        if len(lines[s.index].text) <= CLOSING:
            homes.setdefault(signs.days[s.index], []).append(s.index)
    held: dict[tuple[int, str], tuple[int, int]] = {}
    for i in _proposing(lines):
        u = lines[i]
        names = [n for n in atlas.of(i) if n not in atlas.home and _is_venue(n)]
        if not names:
            continue
        for j in range(i, min(len(lines), i + 12)):
            if lines[j].at - u.at > 12 * 3600:
                break
            for first, last in named(lower(lines[j].text), signs.day(j)):
                after = [
                    x for x in lines[j + 1 : j + 5] if x.speaker != lines[j].speaker and x.at - lines[j].at < 43_200
                ]
                agreed = any(
                    said["yes"].search(lower(x.text)) or (first, last) in named(lower(x.text), signs.day(j))
                    for x in after
                )
                if first == last and first >= signs.day(i) and agreed:
                    held.setdefault((first.toordinal(), names[-1]), (i, j))
    for (day, name), (i, j) in sorted(held.items()):
        came = [k for k in doors.get(day, []) if k > j] or [k for k in homes.get(day, []) if k > j]
        if came:
            d = date.fromordinal(day)
            yield Event(iso(d), "meeting", (lines[i].id, lines[came[0]].id), quoted(lines[i].text), place=name)


def _proposing(lines: Sequence[Utterance]) -> list[int]:
    """Short lines that ask for a meeting, or stand beside the same person's bubble that does."""
    found: set[int] = set()
    asks = shapes("trips")["meet"]
    for i, u in enumerate(lines):
        if u.text and not u.kind and len(u.text) <= SHORT and asks.search(lower(u.text)):
            for j in range(max(0, i - 2), min(len(lines), i + 5)):
                v = lines[j]
                if v.speaker == u.speaker and abs(v.at - u.at) < 300 and v.text and not v.kind and len(v.text) <= SHORT:
                    found.add(j)
    return sorted(found)


def _is_venue(name: str) -> bool:
    """A house one can meet in, and not a town or a part of one."""
    if name.isascii():
        return name.lower() not in towns() and name[:1].isupper()
    return name not in generic() and name[-1] in "店馆厅吧院园场楼厦铺居轩阁苑堂"


@cache
def generic() -> frozenset[str]:
    """Words for any place: "the hotel", 码头."""
    return single_words("places", language="zh") | single_words("where", "any")
