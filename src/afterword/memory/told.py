"""What the user tells, against the records. In: told words with their time and places, what was lived. Out: agreement or not.

Compared are places, kinds of event with their person and their day ("she broke up with me", 分手是我提的), likes and dislikes,
having and not having. The hard choice: the records contradict only what they speak of themselves. What nobody wrote of is nobody's
mistake, and code that found nothing has not read everything: it says that it found no words, never that there are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache

import msgspec

from afterword.measures.lexicon import LANGUAGES, entries, lower, single_words, trie_pattern
from afterword.measures.phrases import part, rows, shapes
from afterword.memory.lived import Lived
from afterword.memory.signs import SAID, standing
from afterword.memory.values import Event
from afterword.memory.where import towns
from afterword.model import Utterance

AGREES, CONTRADICTS, SILENT = "agrees", "contradicts", "silent"
SHOWN = 3
NEAR = timedelta(days=3)
"""What was counted from an anniversary may be off by so much."""
KINDS = ("break-up", "repair", "together", "birthday")
"""Events that somebody is told to have begun."""

Holding = Callable[[str], Iterable[Utterance]]


class Checked(msgspec.Struct, frozen=True):
    """verdict: "agrees", "contradicts", "silent"; the events or lines that say so. Silent with lines: they name `word` and decide nothing."""

    verdict: str
    place: str = ""
    events: tuple[Event, ...] = ()
    lines: tuple[Utterance, ...] = ()
    word: str = ""
    count: int = 0


class Two(msgspec.Struct, frozen=True):
    """Who tells and who is told of: Speaker ids, and each one's names."""

    me: str = ""
    them: str = ""
    names: dict[str, tuple[str, ...]] = {}

    def meant(self, word: str) -> str:
        """The Speaker.id a word stands for; "" for both."""
        for id, called in self.names.items():
            if word in {lower(n) for n in called}:
                return id
        return "" if word in single_words("told", "we") else self.me if word in single_words("told", "i") else self.them


def check(
    text: str,
    first: date | None,
    last: date | None,
    lived: Lived,
    two: Two | None = None,
    holding: Holding | None = None,
) -> Checked:
    """`first` and `last`: the told time, None where there is none; `holding`: lines that hold a word."""
    two, holding = two or Two(), holding or (lambda _: ())
    lowered = lower(text)
    found = [*_of_events(lowered, first, last, lived, two)]
    if first is None or not found:
        found += [*_of_tastes(lowered, lived, two, holding), *_of_owning(lowered, two, holding)]
    found.append(_of_places(text, first, last, lived))
    order = (CONTRADICTS, AGREES, SILENT)
    return min(found, key=lambda c: (order.index(c.verdict), not c.lines, not c.place))


def places_in(text: str, lived: Lived) -> list[str]:
    """Places of the records, and towns, that a told text names."""
    lowered = lower(text)
    known = {*lived.places, *(e.place for e in lived.events if e.place)}
    found = [p for p in known if p.lower() in lowered]
    found += [name for key, name in towns().items() if (key if not key.isascii() else f" {key} ") in f" {lowered} "]
    return sorted({p for p in found if len(p) > 1}, key=lambda p: (-len(p), p))


def _of_places(text: str, first: date | None, last: date | None, lived: Lived) -> Checked:
    places = places_in(text, lived)
    for place in places:
        there = [e for e in lived.events if any(_same(p, place) for p in (e.place, *e.also) if p)]
        if not there:
            continue
        if first is None or last is None:
            return Checked(AGREES, place, tuple(there[:SHOWN]))
        then = [e for e in there if _in(e, first, last)]
        return Checked(AGREES if then else CONTRADICTS, place, tuple((then or there)[:SHOWN]))
    return Checked(SILENT, places[0] if places else "")


def _in(e: Event, first: date, last: date) -> bool:
    room = NEAR if e.precise == "derived" else timedelta(0)
    return date.fromisoformat(e.day) <= last + room and date.fromisoformat(e.until or e.day) >= first - room


def _patterns(section: str, two: Two) -> Iterator[re.Pattern[str]]:
    names = trie_pattern(lower(n) for called in two.names.values() for n in called if n) or "(?!)"
    for language in LANGUAGES:
        for row in rows("told", language)[section]:
            yield re.compile(row.replace("<names>", names).replace("<owned>", _owned()))


@cache
def _owned() -> str:
    kin = {*entries("life", "kin")} - single_words("told", "everybody")
    return trie_pattern(kin | single_words("told", "pet", "any", "owned"))


@cache
def _meant() -> dict[str, tuple[str, ...]]:
    """Word → those it stands for."""
    return {word: (*others,) for word, *others in map(str.split, entries("told", "any"))}


def _of_events(text: str, first: date | None, last: date | None, lived: Lived, two: Two) -> Iterator[Checked]:
    """A kind of event, by whom and when. One that the records never name decides nothing."""
    for kind, pattern in ((k, p) for k in KINDS for p in _patterns(k, two)):
        if not (m := pattern.search(text)) or standing(text, m.start(), m.end()) != SAID:
            continue
        who = two.meant(part(m, "who"))
        known = [e for e in lived.events if e.kind == kind and (kind != "birthday" or e.who == who)]
        if not known:
            continue
        if first and last:
            then = [
                e
                for e in known
                if _in(e, first, last) or (kind == "birthday" and e.day[5:] == first.isoformat()[5:] and first == last)
            ]
            if not then:
                yield Checked(CONTRADICTS, events=tuple(known[:SHOWN]))
                continue
            known = then
        elif kind in ("birthday", "together"):
            continue
        theirs = [e for e in known if e.who == who]
        if kind in ("birthday", "together") or not who:
            yield Checked(AGREES, events=tuple(known[:SHOWN]))
        elif not theirs or (part(m, "always") and len(theirs) < len(known)):
            yield Checked(CONTRADICTS, events=tuple([e for e in known if e.who != who][:SHOWN]))
        else:
            yield Checked(AGREES, events=tuple(theirs[:SHOWN]))


def _of_tastes(text: str, lived: Lived, two: Two, holding: Holding) -> Iterator[Checked]:
    pets = single_words("told", "pet")
    for pattern in _patterns("tastes", two):
        for m in pattern.finditer(text):
            who, thing, no = two.meant(part(m, "who")), _bare(m["x"].strip()), bool(m["no"])
            if not who or thing in single_words("told", "nothing"):
                continue
            lines = [u for u in holding(thing) if named(lower(u.text), thing)]
            own = [u for u in lines if u.speaker == who]
            good = [u for u in own if _felt(u.text, thing, "good") or (thing in pets and _mine(u, thing, who))]
            bad = [u for u in own if _felt(u.text, thing, "bad")]
            yield _weighed(good, bad, lines, no, thing)


def _of_owning(text: str, two: Two, holding: Holding) -> Iterator[Checked]:
    for pattern in _patterns("owning", two):
        for m in pattern.finditer(text):
            who, thing = two.meant(part(m, "who")), m["x"]
            if not who:
                continue
            things = _meant().get(thing, (thing,))
            lines = [u for x in things for u in holding(x) if named(lower(u.text), x)]
            have = [u for u in lines if any(_mine(u, x, who) for x in things)]
            yield _weighed(have, [], lines, bool(m["no"]), thing)


def _weighed(
    good: Sequence[Utterance], bad: Sequence[Utterance], lines: Sequence[Utterance], no: bool, word: str
) -> Checked:
    """Words for and against a thing; both, or none, decide nothing and the lines that name it are counted."""
    if bool(good) == bool(bad):
        return Checked(SILENT, lines=tuple(lines[:1]), word=word, count=len(lines))
    return Checked(AGREES if bool(bad) == no else CONTRADICTS, lines=tuple((good or bad)[:SHOWN]), word=word)


def _bare(thing: str) -> str:
    """ "cats" are looked for as "cat"."""
    return thing[:-1] if thing.isascii() and len(thing) > 3 and thing[-1] == "s" and thing[-2] not in "su" else thing


def named(lowered: str, thing: str) -> bool:
    """Whether a word, or a thing of several, stands in a text."""
    return re.search(rf"\b{re.escape(thing)}s?\b" if thing.isascii() else re.escape(thing), lowered) is not None


def _felt(text: str, thing: str, how: str) -> bool:
    """ "i love soup", 我最爱喝汤: the feeling stands before the thing, close to it and said so."""
    lowered, said = lower(text), shapes("told")
    reach = rf"(?:{said[how].pattern})(?:[a-z' ]{{0,18}}\b| ?)(?:{said['doing'].pattern})?{re.escape(thing)}"
    return any(standing(lowered, m.start(), m.end()) == SAID for m in re.finditer(reach, lowered))


def _mine(u: Utterance, thing: str, who: str) -> bool:
    """ "my dog" of the person themselves, "your dog" of the other."""
    lowered = lower(u.text)
    row = rows("told", "en" if thing.isascii() else "zh")["mine" if u.speaker == who else "yours"][0]
    m = re.search(row.replace("<thing>", re.escape(thing)), lowered)
    return m is not None and standing(lowered, m.start(), m.end()) == SAID


def _same(a: str, b: str) -> bool:
    return a.lower() == b.lower() or a.lower() in b.lower() or b.lower() in a.lower()
