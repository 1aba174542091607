"""Times that are told by what happened. In: a question, the events of the records. Out: the days meant, and what is left.

"The week before we broke up", "right after the trip to Lisbon", 分手前一周, 刚在一起的时候. The hard choice: where the records show
no such event nothing is guessed, and the words stay in the question to be looked for as words. "The week before" ends with the
day before, "the week after" begins with the day after: the day itself is asked for in other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from afterword.measures.lexicon import LANGUAGES, sections
from afterword.measures.phrases import rows
from afterword.memory.values import Event

Days = tuple[date, date]
NEAR, AROUND, JUST, DAY = 14, 1, 21, timedelta(days=1)
"""Days of "just before" and "right after"; days to either side of "when"; days of 刚."""


@cache
def _times() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(row) for x in LANGUAGES for row in rows("landmarks", x)["time"])


@cache
def _kinds() -> Mapping[str, tuple[str, ...]]:
    """Phrase → the kinds of event that it may mean."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, forms in sections("landmarks").items():
        for form in forms:
            found[form] = (*found.get(form, ()), kind)
    return found


@cache
def _reach(kind: str) -> Mapping[str, int]:
    """Words for a stretch of time → its "days"; for how many of them → "times"."""
    split = ((s.partition("-"), forms) for s, forms in sections("reach").items())
    return {w: int(n) for (what, _, n), forms in split if what == kind for w in forms}


def tells_time(question: str) -> bool:
    """Whether a question counts time from something that may have happened."""
    lowered = question.lower()
    return any(pattern.search(lowered) for pattern in _times())


def without(question: str) -> str:
    """The question without the times that are counted from what happened, whether it did or not."""
    for pattern in _times():
        question = pattern.sub(" ", question.lower())
    return question


def landmark(question: str, events: Sequence[Event]) -> tuple[tuple[Days, ...], str]:
    """((first, last) days, the question without the words that say so); ((), question) where nothing is meant or known."""
    lowered, kinds = question.lower(), _kinds()
    for pattern in _times():
        for m in pattern.finditer(lowered):
            found = [e for e in events if _is(e, kinds[m["what"]], kinds)]
            if "place" in m.groupdict() and m["place"]:
                found = [e for e in found if _in(e, m["place"])] or found
            if days := tuple(_days(m, found)):
                return days, f"{question[: m.start()]} {question[m.end() :]}".strip()
    return (), question


def _is(e: Event, wanted: Sequence[str], kinds: Mapping[str, Sequence[str]]) -> bool:
    """A wedding is a celebration on the timeline: what the event is said to be tells it too."""
    return e.kind in wanted or not {*wanted}.isdisjoint(kinds.get(e.what, ()))


def _in(e: Event, words: str) -> bool:
    return any(p and p.lower() in words for p in (e.place, *e.also))


def _days(m: re.Match[str], events: Sequence[Event]) -> Iterator[Days]:
    said = {group: words for group, words in m.groupdict().items() if words}
    days = _reach("days")[said["unit"]] * _reach("times").get(said.get("many", ""), 1) if "unit" in said else NEAR
    reach = timedelta(days=JUST if "just" in said else days)
    itself = DAY if "unit" in said and "just" not in said else timedelta()
    for e in events:
        first, last = date.fromisoformat(e.day), date.fromisoformat(e.until or e.day)
        if "just" in said or "after" in said:
            yield last + itself, last + reach
        elif "before" in said:
            yield first - reach, first - itself
        else:
            yield first - timedelta(days=AROUND), last + timedelta(days=AROUND)
