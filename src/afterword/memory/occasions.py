"""Questions that what happened answers. In: a question, the people, what was lived through. Out: the events that answer it.

"Her last message", "why did we break up", 她生日是哪天: no word of such a question need stand in its answer, and the
timeline knows the day. What asks for which kind of event stands in `measures/lang/*/occasions.txt`. The hard choice: nothing
else may be asked, word for word; "why did we break up after Lisbon" is left to be looked for as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

import msgspec

from afterword.measures.dates import Days
from afterword.measures.lexicon import entries, sections, single_words
from afterword.memory.asked import section
from afterword.memory.lived import Lived
from afterword.memory.owned import Owner, owned
from afterword.memory.values import Event, id_of
from afterword.memory.when import When, when
from afterword.model import Utterance
from afterword.store.blocks import Line
from afterword.store.search import in_cjk

WORDS = ("message", "talk")
"""What was said: with "first" or "last" it asks for an end of the records, with anything else it is form."""
BESIDE = ("first", "last", "plain", "place", *WORDS)
SEVERAL: dict[str, tuple[str, ...]] = {
    "meeting": ("first-message", "meeting"), "date": ("meeting",), "anniversary": ("anniversary", "together"), "together": ("together",),
}  # fmt: skip
"""Kinds that are asked for by one word."""
OF_ONE = ("birthday", "first-love", "promise")
"""Kinds that are somebody's."""
ENDS = ("first-message", "last-message")
"""The ends of the records: the words of such a question stand anywhere but in its answer."""
ONCE = ("together", "meeting", "date", *ENDS)
"""Of these the first is meant where nothing says which."""
SELDOM = ("meeting", "date")
"""Most of these are arranged by voice: the last on the timeline is not the last there was."""
MONTH, YEAR = 27, timedelta(days=399)
"""Days of what is no passing reference; so much later, whatever is counted from today is another day."""
_TO = r"(?:(?<![a-z])(?:to|with|at|for) |[给对跟和与向])"
_FROM = r"(?<![a-z])(?:from|by) "


class Occasion(msgspec.Struct, frozen=True):
    """`kind` of event; `whose` speaker, "" for anybody's; `which`: "first", "last" or "" for all; `days`: in these alone."""

    kind: str
    whose: str = ""
    which: str = ""
    days: tuple[Days, ...] = ()


@cache
def listed(name: str) -> tuple[str, ...]:
    """A section in both languages: phrases by line, in [plain] words."""
    return (*(single_words if name == "plain" else entries)("occasions", name),)


@cache
def _kinds() -> dict[str, str]:
    parts = sections("occasions").items()
    return {w: part for part, forms in parts if part not in (*BESIDE, "receive", "lead") for w in forms}


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Any of these, the longest first; those in Latin letters as whole words."""
    ordered = sorted({*words}, key=len, reverse=True)
    latin, other = (
        "|".join(r"\s+".join(map(re.escape, w.split())) for w in ordered if w.isascii() is x) for x in (True, False)
    )
    found = [rf"(?<![a-z0-9'])(?:{latin})(?![a-z0-9])"] * bool(latin) + [rf"(?:{other})"] * bool(other)
    return re.compile("|".join(found) or r"(?!)")


@cache
def _listed_pattern(*names: str) -> re.Pattern[str]:
    return pattern(w for name in names for w in listed(name))


@cache
def _kind_pattern() -> re.Pattern[str]:
    return pattern(_kinds())


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _blank(m: re.Match[str]) -> str:
    return " " * len(m[0])


def without_lead(lowered: str) -> str:
    """Blanks for how one begins to ask: "can you tell me", 还记得."""
    while m := _listed_pattern("lead").match(lowered, len(lowered) - len(lowered.lstrip(" ,，"))):
        lowered = " " * m.end() + lowered[m.end() :]
    return lowered


def _asked(question: str) -> str:
    return without_lead(re.sub(r"'s(?![a-z])", "  ", question.casefold().replace("’", "'")))


def _persons(people: Mapping[str, Sequence[str]], me: str, subject: str) -> dict[str, str]:
    """Word → the speaker it means, "" for both."""
    out = dict.fromkeys(section("i"), me) | dict.fromkeys(section("ta"), subject) | dict.fromkeys(section("we"), "")
    out |= dict.fromkeys(("they", "them", "their", "theirs", "hers"), subject) | {"咱": "", "俩": ""}
    for speaker, names in people.items():
        for name in (_spaced(n.casefold()) for n in names if n.strip() and speaker):
            short = name[1:] if in_cjk(name) and len(name) == 3 else name.split()[0]
            out |= {w: speaker for w in (name, short) if len(w) > 1}
    return out


def nothing_else(text: str, people: Mapping[str, Sequence[str]], *more: str) -> bool:
    """Whether a question, without its day, asks for no more than what was there. `more`: sections that may stand in it."""
    rest = _asked(text)
    for words in (pattern(_persons(people, "", "")), _listed_pattern(*BESIDE, *more)):
        rest = words.sub(" ", rest)
    return re.search(r"\w", rest) is None


def which(text: str) -> str:
    first, last = (_listed_pattern(x).search(_asked(text)) is not None for x in ("first", "last"))
    return "first" if first else "last" if last else ""


def occasion(question: str, people: Mapping[str, Sequence[str]], me: str, subject: str) -> Occasion | None:
    """None where words are to be looked for."""
    asked = _asked(question)
    hits = list(_kind_pattern().finditer(asked))
    kinds = {_kinds()[_spaced(m[0])] for m in hits}
    rest, order = _kind_pattern().sub(_blank, asked), which(question)
    ends = _listed_pattern(*WORDS).search(rest) if not hits and order else None
    if len(kinds) > 1 or not (kinds or ends) or not nothing_else(rest, people, *["receive"] * (ends is not None)):
        return None
    kind = kinds.pop() if kinds else f"{order}-message"
    whose = ""
    if ends is None or not _listed_pattern("talk").search(rest):  # a talk is of both
        place = (hits[0] if hits else ends or hits[0]).start()
        whose = _whose(rest, place, _persons(people, me, subject), [s for s in people if s], ends is not None)
    return Occasion(kind, whose, order if not ends else "")


def _whose(rest: str, place: int, persons: Mapping[str, str], speakers: Sequence[str], message: bool) -> str:
    """Who is named last before what is asked for, or else after it; of a message who wrote it: what is "to her", or what
    she got, is the other's."""
    words = pattern(persons)

    def other(than: str) -> str:
        others = [s for s in speakers if s != than]
        return others[0] if len(others) == 1 else ""

    if m := re.search(f"{_FROM}(?P<by>{words.pattern})", rest):
        return persons[_spaced(m["by"])]
    to = re.compile(f"{_TO}(?P<to>{words.pattern})")
    free = to.sub(_blank, rest) if message else rest
    found = list(words.finditer(free))
    if not found:
        m = to.search(rest)
        return other(persons[_spaced(m["to"])]) if m else ""
    before = [m for m in found if m.start() < place]
    whose = persons[_spaced((before or found[:1])[-1][0])]
    received = message and len(found) == 1 and _listed_pattern("receive").search(rest)
    return other(whose) if received else whose


# -- what happened --------------------------------------------------------------------------------------------------------


def answering(o: Occasion, lived: Lived) -> tuple[Event, ...]:
    """The events that are asked for, in time order; of somebody's last words their own."""
    if o.kind in ENDS and o.whose:
        ends = lived.ends.get(o.whose)
        return (ends[o.kind == "last-message"],) if ends else ()
    found = [e for e in lived.events if e.kind in SEVERAL.get(o.kind, (o.kind,)) and _within(e, o.days)]
    if o.kind in SELDOM and o.which == "last":
        return ()
    if o.kind in OF_ONE and o.whose:
        found = [e for e in found if e.who == o.whose]
    if o.kind == "meeting":
        return tuple(_firsts(found))
    order = o.which or ("first" if o.kind in ONCE else "")
    return tuple(found[:1] if order == "first" else found[-1:] if order == "last" else found)


def _within(e: Event, days: Sequence[Days]) -> bool:
    first, last = date.fromisoformat(e.day), date.fromisoformat(e.until or e.day)
    return not days or any(first <= z and last >= a for a, z in days)


def _firsts(events: Sequence[Event]) -> Iterator[Event]:
    """The first of each kind: how they met is told by the first lines and by the first meeting."""
    seen: set[str] = set()
    for e in events:
        if e.kind not in seen:
            seen.add(e.kind)
            yield e


def opened(e: Event, lived: Lived) -> str:
    """The id that opens it: an event's on the timeline, else its line's."""
    return id_of("v1", e.kind, e.day, *e.ids[:1]) if e in lived.events else e.ids[0]


def of_death(question: str) -> bool:
    """Whether a death is asked for: then no line that merely comes near is shown."""
    return _listed_pattern("death").search(question.casefold()) is not None


def surely_not(o: Occasion, lines: Sequence[Utterance]) -> bool:
    """Whether it is not in the records although its words are: who writes has not died, and one's birthday is not the
    other's. `lines` are what the words brought."""
    if not o.whose or o.kind not in ("death", "birthday"):
        return False
    if o.kind == "death":
        return True
    said = [Line(u.row, u.speaker, u.at, u.offset, u.text) for u in lines]
    return owned(Owner(o.whose, listed("birthday")), said) < 1.0


def clustered(days: Sequence[Days], order: str) -> list[Days]:
    """Days in time order; with "our first Christmas" the first of them."""
    found = sorted({*days})
    return found[:1] if order == "first" else found[-1:] if order == "last" else found


def days_asked(
    question: str, times: When, people: Mapping[str, Sequence[str]], first: date, last: date, more: Sequence[Days] = ()
) -> tuple[Days, ...]:
    """The days that are asked for, where nothing else is; `times` of the question; `more`: days that are meant besides. "Yesterday" and "two weeks ago"
    are left to their words: in a talk they are said of the day on which it is held."""
    if not (times.days or more):
        return ()
    if _listed_pattern("place").search(_asked(times.rest)) or not nothing_else(times.rest, people):
        return ()
    later = when(question, first, last, last + YEAR).days
    whole = [d for d in times.days if (d[1] - d[0]).days >= MONTH or d in later]
    return (*whole, *more)
