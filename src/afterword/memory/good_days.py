"""Moments that are good to be shown again. In: a conversation, what was lived through. Out: runs of lines, the gladdest first.

A dish or a pet name does not make a day a good one: the words must show it. So a moment is a few lines of one sitting in
which both wrote, with laughter or warmth of the person's own, and nothing hard beside it: no sign of
anger, coldness or excuse, no word of pain, illness, tears or death (`measures/lang/<language>/good_days.txt`). The hard
choice: nothing within a week of a fight, of an illness or of the end, and nothing after the end, however much they laughed
there. Who has no such moment is shown none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache

from afterword.measures.episodes import scan
from afterword.measures.lexicon import any_of, entries, lower
from afterword.memory.acts import acts
from afterword.memory.between import between
from afterword.memory.values import Event
from afterword.model import Conversation, Kind, Utterance
from afterword.model.corpus import SESSION_GAP

VERSION = "1"
BEFORE, AFTER, MOST = 2, 4, 60
NEAR = timedelta(days=7)
GLAD = frozenset({"affection", "praise", "tease"})
HARD_DAYS = ("fight", "repair", "illness", "break-up")
HARD = frozenset(
    {"sorry", "fault", "forgive", "anger", "hurt", "hate", "leave", "lie", "fight", "mend", "scared", "sad", "lonely"}
)


def good_days(conversation: Conversation, events: Sequence[Event]) -> list[tuple[str, ...]]:
    """Ids of the lines of each moment, one moment a day."""
    lines = tuple(u for u in conversation.utterances if u.at)
    marks = scan(lines)
    glad = sorted({m.index for m in marks.warm} | {*marks.laugh})
    sore = sorted({m.index for kind in (marks.conflict, marks.cold, marks.repair) for m in kind})
    marked = {*glad}
    stretches = [*_hard_days(events)]
    found: dict[date, tuple[int, int, int]] = {}
    for i in glad:
        day = lines[i].local.date()
        if any(first <= day <= last for first, last in stretches):
            continue
        start, end = _sitting(lines, i)
        if bisect_right(sore, end) > bisect_left(sore, start):
            continue
        said = lines[start : end + 1]
        here = [u for j, u in enumerate(said, start) if j in marked or GLAD & {*acts(u.text)}]
        if len({u.speaker for u in said}) < 2 or conversation.subject not in {u.speaker for u in here}:
            continue
        if (day not in found or -len(here) < found[day][0]) and not any(map(hard, said)):
            found[day] = (-len(here), start, end)
    best = sorted(found.values())[:MOST]
    return [tuple(u.id for u in lines[start : end + 1]) for _, start, end in best]


def _hard_days(events: Iterable[Event]) -> Iterator[tuple[date, date]]:
    for e in events:
        if e.kind in HARD_DAYS:
            last = date.max - NEAR if e.kind == "break-up" else date.fromisoformat(e.until or e.day)
            yield date.fromisoformat(e.day) - NEAR, last + NEAR


def _sitting(lines: Sequence[Utterance], i: int) -> tuple[int, int]:
    """The first and the last line of what is shown around a line: nothing of another day's talk."""
    start = end = i
    while start > max(0, i - BEFORE) and lines[start].at - lines[start - 1].at < SESSION_GAP:
        start -= 1
    while end < min(len(lines) - 1, i + AFTER) and lines[end + 1].at - lines[end].at < SESSION_GAP:
        end += 1
    return start, end


@cache
def _sore() -> re.Pattern[str]:
    return re.compile(any_of(entries("good_days"), "[a-z]"))


def hard(u: Utterance) -> bool:
    """Does a line hold anything that one would not meet unprepared?"""
    if u.kind not in (Kind.TEXT, Kind.VOICE):
        return False
    sore = {"grave", "complain", "sorry"} & {*acts(u.text)} or {b.act for b in between(u.text)} & HARD
    return bool(sore or _sore().search(lower(u.text)))
