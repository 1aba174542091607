"""Told memories on the line of time. In: what the user told. Out: items with a day where the words name one, and what the
records say to it.

"July 2022" and 2022年7月 are days; "last summer" is not: told today it may be another one than the records' last. Then both are
named and nothing is placed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from afterword.app import when
from afterword.app.library import Library, iso
from afterword.app.lived import line_of, lived
from afterword.app.people import People
from afterword.app.recalling import recalled
from afterword.dialogue.granted import dated
from afterword.errors import AfterwordError
from afterword.measures.dates import FIGURE, MONTH, SEASON, SEASONS, YEARS, either
from afterword.measures.lexicon import lower
from afterword.measures.phrases import forms, shapes
from afterword.memory.lived import Lived
from afterword.memory.query import holds, stems
from afterword.memory.signs import quoted
from afterword.memory.told import CONTRADICTS, SILENT, Two, check, named
from afterword.memory.values import Event
from afterword.model import Utterance
from afterword.profile import Profile
from afterword.texts import say

ONCE = ("first-message", "together", "first-love", "break-up", "last-message")
VISITS = ("trip", "meeting")
BEFORE, AFTER, SHOWN = timedelta(days=7), timedelta(days=3), 4
"""A journey is spoken of before and after; lines of it that are shown."""
KEPT = ("together", "birthday")
"""Events whose day two people know; who ended it, or came back, is not held against anybody who grieves."""
_RELATIVE = re.compile(
    rf"\b(?:last|this|that|next) (?:{SEASON}|year|month|week|christmas)\b|{either(w for w in YEARS if w.endswith('年'))}|上个?月|上周|那年|上个?{SEASON}"
)
_BARE = re.compile(
    rf"\b(?:in|during|that) ({MONTH}|{SEASON})\b|(?<!\d)(?<!\d年)({FIGURE}月)(?!\d)|({either(w for w in SEASONS if len(w) == 2)})",
    re.IGNORECASE,
)


def items(
    profile: Profile, library: Library, found: Lived, names: Mapping[str, str], lang: str
) -> list[dict[str, Any]]:
    """An item for each told memory: type "told", marked as told by the user."""
    out = []
    two = two_of(profile, library)
    for note in profile.notes:
        if note.kind in ("correction", "traits", "about"):
            continue
        where = placed(note.text, found, names, lang, two, library)
        line = say(lang, "told.line", text=note.text)
        out.append(
            {
                "type": "told",
                "at": "",
                "id": note.id,
                "kind": note.kind,
                "text": note.text,
                "line": line,
                "files": [],
                **where,
            }
        )
    return out


def two_of(profile: Profile, library: Library) -> Two:
    """Who tells and who is told of, by every name they have."""
    called = {id: set(names) for id, names in library.called().items()}
    called.setdefault(profile.speaker, set()).add(profile.name)
    for names in called.values():  # Maya for Maya Okafor, 小雨 for 林小雨
        names |= {n.split()[0] if n.isascii() else n[-2:] for n in names if n.strip() and len(n) > 2}
    return Two(People(library.vault).owner(None), profile.speaker, {id: tuple(sorted(n)) for id, n in called.items()})


def placed(text: str, found: Lived, names: Mapping[str, str], lang: str, two: Two, library: Library) -> dict[str, Any]:
    """{"day", "until", "check": {"verdict", "said", "ids"}}."""
    first, last, unclear = _time(text, found)
    if unclear:
        said = say(lang, "told.unclear", times=unclear)
        return {"day": "", "until": "", "place": "", "check": {"verdict": "unclear", "said": said, "ids": []}}
    checked = check(text, first, last, found, two, library.holding)
    ids = [*(i for e in checked.events for i in e.ids[:3]), *(u.id for u in checked.lines)]
    shown = [f"{iso(u)[:10]} {names.get(u.speaker, '')}: {quoted(u.text)}" for u in checked.lines]
    if checked.verdict == SILENT and shown:
        said = say(lang, "told.mentioned", word=checked.word, n=checked.count, line=shown[0])
    elif checked.place and checked.events:
        times = "; ".join(_spoken(e) for e in checked.events)
        said = say(lang, f"told.{checked.verdict}", place=checked.place, times=times)
    elif checked.verdict == SILENT:
        said = say(lang, "told.silent")
    else:
        shown += [f"{_spoken(e)} {line_of(e, names, lang)}" for e in checked.events]
        said = say(lang, f"told.{checked.verdict}_words", lines="; ".join(shown))
    day = first.isoformat() if first else ""
    until = last.isoformat() if last and last != first else ""
    return {
        "day": day,
        "until": until,
        "place": checked.place,
        "check": {"verdict": checked.verdict, "said": said, "ids": ids},
    }


def another_time(text: str, profile: Profile, library: Library, lang: str) -> tuple[str, tuple[Utterance, ...]]:
    """What the records have at another time than a sentence says, of a place or of a day that both keep: in words, and the
    line it begins with of each. ("", ()) where they have nothing of it, or where the time is right or not told."""
    found = lived(library, profile.speaker)
    first, last, _ = _time(text, found)
    if first is None:
        return "", ()
    checked = check(text, first, last, found, two_of(profile, library))
    if checked.verdict != CONTRADICTS or not (checked.place or all(e.kind in KEPT for e in checked.events)):
        return "", ()
    names = {id: called[0] for id, called in library.called().items() if called} | {profile.speaker: profile.name}
    said = "; ".join(f"{_spoken(e)}, {line_of(e, names, lang)}" for e in checked.events)
    return said, tuple(u for e in checked.events if (u := library.find(e.ids[0])))


def on_record(
    text: str, words: str, profile: Profile, library: Library, lang: str
) -> tuple[str, tuple[Utterance, ...]]:
    """The journeys and meetings at a place that a sentence names, or the one day that it does, in words, and lines of them: where it names nothing else, or
    nothing but what stands in the lines of those days and is told of both. ("", ()) for none. Who was there the records often leave open, so
    this is what they have, and no yes. `words`: those of the sentence that can be looked for."""
    found = lived(library, profile.speaker)
    first, last, _ = _time(text, found)
    there, both = [], shapes("granted")["plural"].search(lower(text)) is not None
    for e in found.events:
        places = [lower(p) for p in (e.place, *e.also) if p]
        if e.kind not in VISITS or not any(named(lower(text), p) for p in places):
            continue
        start, end = date.fromisoformat(e.day), date.fromisoformat(e.until or e.day)
        if first and last and not (start <= last and first <= end):
            continue
        days = (datetime.combine(d, t, UTC) for d, t in ((start - BEFORE, time.min), (end + AFTER, time.max)))
        lines = [stems(dated(u)) for u in library.between(*(int(x.timestamp()) for x in days))]
        rest = [t for t in words.split() if t not in forms("granted", "went") and not any(t in p for p in places)]
        if not rest or both and all(any(holds(line, t) for line in lines) for t in rest):
            there.append(e)
    if not there:  # "the day we first met" names no place, and there was one such day
        hit = next(iter(recalled(profile, library, text, 1).hits), None)
        there = [hit.event] if hit and hit.event and hit.event.kind in ONCE else []
    names = {id: called[0] for id, called in library.called().items() if called} | {profile.speaker: profile.name}
    said = "; ".join(f"{_spoken(e)}, {line_of(e, names, lang)}" for e in there)
    ids = there[0].ids[:SHOWN] if len(there) == 1 else [e.ids[0] for e in there]
    return said, tuple(u for i in ids if (u := library.find(i)))


def _spoken(e: Event) -> str:
    return f"{e.day} – {e.until}" if e.until else e.day


def _time(text: str, found: Lived) -> tuple[date | None, date | None, str]:
    """First and last day, or (None, None, the times it may be)."""
    text = lower(text)
    span = next(iter(when.dates_in(text)), None)
    if span is not None:
        return span.start, span.last, ""
    days = [*found.days]
    if m := _RELATIVE.search(text):
        return None, None, m[0]
    if not days or not (m := _BARE.search(text)):
        return None, None, ""
    word = next(g for g in m.groups() if g)
    try:
        one = when.span_of(word, date.fromisoformat(days[0]), date.fromisoformat(days[-1]))
    except AfterwordError as e:
        choices = e.details.get("choices", [])
        return None, None, "; ".join(map(str, choices)) if isinstance(choices, list) else ""
    return one.start, one.end - timedelta(days=1), ""
