"""The events of a conversation, without a model. In: a conversation. Out: events in time order, each with its words.

What returns each year comes from `measures.calendar`, fights and repairs from `memory.fights`, trips from `memory.trips`; the rest
from signs that stand: said as having happened, not planned, asked, denied, dreamt or told of others. The hard choice is
the bar: one strong sign or two weak ones within ten days, and one event for a thread of them, dated by the first strong one.
Precision goes before recall; what was lived through by voice or in a room together is not here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from afterword.measures import calendar
from afterword.measures.calendar import local_date
from afterword.measures.dates import FIXED
from afterword.measures.episodes import Marks, negated
from afterword.measures.lexicon import lower
from afterword.measures.tokens import background, words
from afterword.memory.days import named
from afterword.memory.illness import illnesses
from afterword.memory.jokes import jokes
from afterword.memory.signs import Sign, Signs, quoted
from afterword.memory.trips import journeys, outings
from afterword.memory.values import Event, Fight, iso
from afterword.memory.where import Atlas
from afterword.model import Conversation, Utterance

THREAD = 10
"""Days: signs of one kind closer than this are one thing."""
_LOVE = re.compile(
    r"\bi (?:really |still |do )?(?:love|luv) (?:you|u|ya)\b(?! (?:guys|all|for|when|but|if|two|both))|(?<![不没])我?爱你(?![们的吗么妈])"
)
_FIGURE = re.compile(r"\b(?:lol|haha\w*|jk)\b|marry me|哈哈|开玩笑")
_YEARS = re.compile(r"\b(?P<en>one|a|two|three|four|five|\d) years?\b|(?P<zh>[一两二三四五]|\d)周?年")
_NUMBERS = {
    "one": 1,
    "a": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
}
_OFFICIAL = re.compile(
    r"\bthe (?P<n>\d\d?(?:st|nd|rd|th)) of (?P<m>[a-z]+)(?: then)?,?(?: then)?[.?!]*$|\b(?:so|our) (?:date|day) is\b"
)
_ROOM = re.compile(
    r"(?:room|flat|apartment|place|house|studio)[!., ]+in (?!the\b|a\b|my\b|our\b|an\b|town\b|this\b|that\b)([^\W\d_]{3,})"
)
ONE_STRONG = {"work": 1, "celebration": 1, "move": 2, "pet": 1, "gift": 1}
"""Kind → weight it must reach: a strong sign weighs two, a weak one one; a move needs two lines."""


def happened(
    conversation: Conversation, signs: Signs, marks: Marks, atlas: Atlas, quarrels: Sequence[Fight]
) -> list[Event]:
    lines = conversation.utterances
    found = [
        *(ends_of(lines, signs) or ()), *_yearly(conversation), *_threads(lines, signs, atlas),
        *jokes(lines, marks, _names(conversation)), *illnesses(conversation, signs), *journeys(atlas, signs), *outings(atlas, signs),
    ]  # fmt: skip
    if conversation.direct:  # in a group nobody knows whom such words are for
        found += [*_love(lines, signs), *_together(lines, signs), *_break_up(lines, signs), *_promises(lines, signs)]
        found += _quarrels(quarrels, lines)
    return sorted(_once(found), key=lambda e: (e.day, ORDER.index(e.kind), e.ids))


def _names(conversation: Conversation) -> frozenset[str]:
    """The words of the people's names: to say a name is no joke."""
    return frozenset(w for s in conversation.speakers for n in (s.name, *s.names) for w in words(n))


ORDER = (
    "first-message", "together", "birthday", "anniversary", "feast", "first-love", "meeting", "trip", "move", "work", "illness",
    "celebration", "pet", "gift", "promise", "joke", "fight", "repair", "break-up", "last-message",
)  # fmt: skip


def _once(found: Sequence[Event]) -> Iterator[Event]:
    seen: set[tuple[str, ...]] = set()
    begun = [e.day for e in found if e.kind == "together" and e.precise == "derived"]
    for e in found:
        if e.kind == "together" and e.precise != "derived" and begun:
            continue  # the day they count from says it better
        key = (e.day, e.kind, e.place, e.who, e.what if e.kind == "illness" else "")
        if key not in seen:
            seen.add(key)
            yield e


def _said(u: Utterance) -> bool:
    return bool(u.text and not u.kind and u.at)


def ends_of(lines: Sequence[Utterance], signs: Signs, speaker: str = "") -> tuple[Event, Event] | None:
    """The first and the last message, of one speaker where one is given; one line alone is no first and last of two people."""
    spoken = [i for i, u in enumerate(lines) if _said(u) and speaker in ("", u.speaker)]
    if len(spoken) < (1 if speaker else 2):
        return None
    first, last = (
        Event(iso(signs.day(i)), kind, (lines[i].id,), quoted(lines[i].text), who=lines[i].speaker)
        for i, kind in ((spoken[0], "first-message"), (spoken[-1], "last-message"))
    )
    return first, last


def _love(lines: Sequence[Utterance], signs: Signs) -> Iterator[Event]:
    """The first time that each said it, not in play and not in passing."""
    seen: set[str] = set()
    for i, u in enumerate(lines):
        if u.speaker in seen or not _said(u):
            continue
        lowered = lower(u.text)
        if "ove" not in lowered and "uv" not in lowered and "爱你" not in lowered:
            continue
        hit = _LOVE.search(lowered)
        if (
            hit
            and not negated(lowered, hit.start())
            and not _FIGURE.search(lowered)
            and "?" not in lowered[hit.end() :]
        ):
            seen.add(u.speaker)
            yield Event(iso(signs.day(i)), "first-love", (u.id,), quoted(u.text), who=u.speaker)


def _yearly(conversation: Conversation) -> Iterator[Event]:
    """Birthdays, anniversaries and feasts that were written about on their day; what an anniversary counts from."""
    lines = conversation.utterances
    collected = calendar.collect(conversation)
    rows, _ = calendar.dates(conversation, collected)
    found, _ = collected
    known = {
        (r["what_key"], r["for"]): (r["month"], r["day"]) for r in rows if r["what_key"] in ("birthday", "anniversary")
    }
    for (key, whose), mentions in found.items():
        by_year: dict[date, list[int]] = {}
        for day, i in mentions:
            by_year.setdefault(day, []).append(i)
        kind = key if key in ("birthday", "anniversary") else "feast"
        for day, places in by_year.items():
            if kind != "feast" and whose and (day.month, day.day) != known.get((key, whose)):
                continue
            u = lines[places[0]]
            ids = tuple(lines[i].id for i in places[:4])
            yield Event(
                iso(day),
                kind,
                ids,
                quoted(u.text),
                who=whose or "",
                what=key,
                yearly=kind != "feast" or key in FIXED,
            )
            if kind == "anniversary" and (m := _YEARS.search(lower(u.text))):
                n = int(m["en"] or m["zh"]) if (m["en"] or m["zh"]).isdigit() else _NUMBERS[m["en"] or m["zh"]]
                start = day.replace(
                    year=day.year - n, day=min(day.day, 28) if (day.month, day.day) == (2, 29) else day.day
                )
                yield Event(iso(start), "together", ids, quoted(u.text), precise="derived")


def _together(lines: Sequence[Utterance], signs: Signs) -> Iterator[Event]:
    for s in signs.of("happenings", "together", stands="", strong=True):
        u = lines[s.index]
        after = [v for v in lines[s.index + 1 : s.index + 6] if v.speaker != u.speaker]
        if s.stands != "denied" and after and not _FIGURE.search(lower(u.text)):
            yield Event(iso(signs.day(s.index)), "together", (u.id, after[0].id), quoted(u.text), precise="about")
            return


def _quarrels(found: Sequence[Fight], lines: Sequence[Utterance]) -> Iterator[Event]:
    by_id = {u.id: u for u in lines}
    for f in found:
        inside = [i for i in f.signs if f.start <= iso(local_date(by_id[i])) <= f.end]
        shown = max(inside or f.signs, key=lambda i: min(len(by_id[i].text), 80))
        ids = (shown, *(i for i in f.signs if i != shown))
        yield Event(
            f.start, "fight", ids, quoted(by_id[shown].text), until=f.end if f.end != f.start else "", who=f.first
        )
        if f.mended:
            # the words are those of the one who is named: the other's answer may be the longer one
            told = sorted(f.mended_ids, key=lambda i: (by_id[i].speaker != f.mended_by, -min(len(by_id[i].text), 40)))
            yield Event(f.mended, "repair", tuple(told), quoted(by_id[told[0]].text), who=f.mended_by)


def _break_up(lines: Sequence[Utterance], signs: Signs) -> Iterator[Event]:
    """Words of parting that were not taken back by laughter; the last of a row that lies within a month counts alone."""
    held: list[Sign] = []
    for s in signs.of("happenings", "break-up", strong=True):
        near = lines[s.index : s.index + 3]
        if any(_FIGURE.search(lower(v.text)) for v in near):
            continue
        if held and (signs.day(s.index) - signs.day(held[-1].index)).days < 30:
            continue
        held.append(s)
    for s in held:
        u = lines[s.index]
        yield Event(iso(signs.day(s.index)), "break-up", (u.id,), quoted(u.text), who=u.speaker)


def _promises(lines: Sequence[Utterance], signs: Signs) -> Iterator[Event]:
    """A word given in earnest: not in the past, not asked for, not with a laugh. What became of it, only by words."""
    asked = {s.index for s in signs.of("promises", "asks")}
    given = [s for s in signs.of("promises", "gives") if s.words not in ("i swore", "i promised")]
    days: set[tuple[date, str]] = set()
    later = signs.of("promises", "kept", "broken")
    for s in given:
        u = lines[s.index]
        lowered = lower(u.text)
        key = (signs.day(s.index), u.speaker)
        if key in days or not _said(u) or _FIGURE.search(lowered) or "?" in lowered[-3:] or "？" in lowered[-3:]:
            continue
        before = [v for v in lines[max(0, s.index - 3) : s.index] if v.speaker != u.speaker]
        wished = len(lowered) < 80 and any(
            "?" in v.text[-4:] or "？" in v.text[-4:] or _EVERY.search(lower(v.text)) for v in before
        )
        if not (wished or any(s.index - 4 <= j < s.index for j in asked) or _SHALL.search(lowered)):
            continue  # "your work will pay off, i promise" gives nobody a word
        days.add(key)
        told = [
            k for k in later if k.index > s.index and lines[k.index].speaker != u.speaker and _shares(u, lines[k.index])
        ]
        what = f"{told[-1].kind}" if told else ""
        ids = (u.id, *(lines[k.index].id for k in told[-1:]))
        yield Event(iso(key[0]), "promise", ids, quoted(u.text), who=u.speaker, what=what)


_SHALL = re.compile(
    r"\b(?:i'?ll|i will|i won'?t|i'm going to|i am going to|we'?ll|never again)\b|我(?:以后)?(?:一定|会|不会|再也不|保证|答应)|说定|一言为定"
)
_EVERY = re.compile(r"\bcan (?:we|you|i)\b|\bwill you\b|好不好|可以吗|行吗")
_CONTENT = re.compile(r"[a-z]{4,}|[一-鿿]{2}")


def _shares(a: Utterance, b: Utterance) -> bool:
    common = set(_CONTENT.findall(lower(a.text))) & set(_CONTENT.findall(lower(b.text)))
    return len(common - {"promise", "swear", "will", "that", "with", "your", "this"}) >= 2


def _threads(lines: Sequence[Utterance], signs: Signs, atlas: Atlas) -> Iterator[Event]:
    for kind, need in ONE_STRONG.items():
        group: list[Sign] = []
        for s in [*signs.of("happenings", kind), None]:
            if s is None or (group and (signs.day(s.index) - signs.day(group[-1].index)).days > THREAD):
                if event := _thread(kind, need, group, lines, signs, atlas):
                    yield event
                group = []
            if s is not None:
                group.append(s)


def _thread(
    kind: str, need: int, group: list[Sign], lines: Sequence[Utterance], signs: Signs, atlas: Atlas
) -> Event | None:
    strong = [s for s in group if s.strong]
    if not strong or sum(2 if s.strong else 1 for s in group) < need + (1 if len(group) < need else 0):
        return None
    lead = strong[0]
    u, day, precise = lines[lead.index], signs.day(lead.index), "day"
    lowered = lower(u.text)
    if _FAR.search(lowered):
        return None
    if _AGO.search(lowered):
        precise = "about"
    if kind in ("celebration", "move"):
        when = _when(lead, lines, signs)
        if when is None:
            return None if kind == "celebration" else _move(group, lines, signs, atlas)
        if when > signs.day(lead.index) and not _came(when, lead, lines, signs):
            return None
        day = when
    place = _new_home(group, lines, atlas) if kind == "move" else ""
    ids = tuple(dict.fromkeys(lines[s.index].id for s in [lead, *group]))
    return Event(iso(day), kind, ids[:8], quoted(u.text), precise=precise, place=place, what=lead.words)


def _move(group: list[Sign], lines: Sequence[Utterance], signs: Signs, atlas: Atlas) -> Event | None:
    """Two lines about a move with no day named: about the time of the last."""
    if len({s.index for s in group}) < 2:
        return None
    lead = group[-1]
    place = _new_home(group, lines, atlas)
    ids = tuple(dict.fromkeys(lines[s.index].id for s in [lead, *group]))
    return Event(
        iso(signs.day(lead.index)), "move", ids[:8], quoted(lines[lead.index].text), precise="about", place=place
    )


_LIKE = re.compile(r"\b(?:like|only|just) (?:just )?yesterday\b|years")
_AGO = re.compile(r"\b(?:last|few|couple of|two|three) (?:weeks?|months?)\b|\bago\b|recently|上周|上个月|前阵子|前几天")
_FAR = re.compile(r"\b(?:last year|years? ago|in (?:19|20)\d\d)\b|去年|前年|几年前")


def _came(day: date, lead: Sign, lines: Sequence[Utterance], signs: Signs) -> bool:
    """Whether words of that day, or of the two after it, take up the thing: a date that was named ahead is only a plan."""
    own = {
        w for j in range(max(0, lead.index - 2), lead.index + 2) for w in _CONTENT.findall(lower(lines[j].text))
    } - _plain()
    away = {s.index for s in signs.of("travel", "way", "there", strong=True)}
    first, past = bisect_left(signs.days, day.toordinal()), bisect_left(signs.days, day.toordinal() + 3)
    return any(
        (i in away) or own & {*_CONTENT.findall(lower(lines[i].text))}
        for i in range(max(first, lead.index + 1), past) if not lines[i].kind
    )  # fmt: skip


@cache
def _plain() -> frozenset[str]:
    """Words of every day, by the background, and of every plan: that two lines share one says nothing."""
    days = "saturday sunday monday tuesday wednesday thursday friday tomorrow tonight there about people will they have with".split()
    return frozenset(
        [*(w for w, _ in background().most_common(300)), *days, "周六", "周日", "明天", "今天", "我们", "你们", "时候"]
    )


def _new_home(group: Sequence[Sign], lines: Sequence[Utterance], atlas: Atlas) -> str:
    """Where a move goes, if its lines say it: not the place that is left."""
    for s in group:
        if hit := _ROOM.search(lines[s.index].text):
            return hit[1].capitalize()
    left = ("last night in", "moving out", "退租")
    return next((n for s in group if s.words not in left for n in atlas.of(s.index, True) if n not in atlas.home), "")


def _when(s: Sign, lines: Sequence[Utterance], signs: Signs) -> date | None:
    """The day that the line, or the same person's bubbles beside it, name."""
    u = lines[s.index]
    for j in (s.index, s.index - 1, s.index + 1, s.index + 2, s.index - 2):
        if 0 <= j < len(lines) and lines[j].speaker == u.speaker and abs(lines[j].at - u.at) < 600:
            if _LIKE.search(lower(lines[j].text)):
                continue
            for first, last in named(lower(lines[j].text), signs.day(j)):
                if first == last and abs((first - signs.day(s.index)).days) < 60:
                    return first
    return None
