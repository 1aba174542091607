"""What was lived through, made once for the records as they stand, and said in one line. In: a library. Out: lines with ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from afterword.app.library import Library
from afterword.memory import good_days
from afterword.memory.lived import VERSION, Lived, live
from afterword.memory.values import Episode, Event, Fact, id_of
from afterword.model import Utterance
from afterword.store import Shelf
from afterword.texts import has, say


def lived(library: Library, subject: str) -> Lived:
    """From the shelf, if it was made from exactly these records."""
    shelf: Shelf = library.shelf
    basis = f"{VERSION}:{shelf.stamp()}:{subject}"
    if body := shelf.cached("lived", basis):
        return msgspec.json.decode(body, type=Lived)
    made = live(library.conversation(subject))
    shelf.keep("lived", basis, msgspec.json.encode(made).decode())
    return made


def good_moments(library: Library, subject: str) -> list[list[str]]:
    """Ids of the lines of moments that are good to be shown, from the shelf as above."""
    shelf = library.shelf
    basis = f"{good_days.VERSION}:{VERSION}:{shelf.stamp()}:{subject}"
    if body := shelf.cached("good days", basis):
        return msgspec.json.decode(body, type=list[list[str]])
    events = lived(library, subject).events
    made = good_days.good_days(library.conversation(subject), events)
    shelf.keep("good days", basis, msgspec.json.encode(made).decode())
    return [list(ids) for ids in made]


def told_of(
    library: Library, found: Lived, names: Mapping[str, str], lang: str
) -> Iterator[tuple[str, str, str, str, Sequence[str]]]:
    """(id, day, line, kind, ids of the lines behind it) of every event, then of every fact."""
    for e in found.events:
        yield id_of("v1", e.kind, e.day, *e.ids[:1]), e.day, line_of(e, names, lang), e.kind, e.ids
    words = words_of(library, [f.ids[0] for f in found.facts])
    for f in found.facts:
        made = fact_shown(f, names, words, lang)
        yield made["id"], "", f"{made['who']}: {made['line']}", "fact", f.ids


def line_of(e: Event, names: Mapping[str, str], lang: str) -> str:
    """One line from a template; with its place, its person and its "what" where the words have them."""
    key = f"event.{e.kind}"
    if e.kind == "illness":
        key += "_whom" if e.who and e.whom else "_who" if e.who else ""
        return say(lang, key, who=names.get(e.who, ""), whom=e.whom, what=say(lang, f"ill.{e.what}"))
    if e.kind == "feast":
        key = f"event.feast-{e.what}" if has(lang, f"event.feast-{e.what}") else key
    for more, value in (("who", names.get(e.who, "")), ("place", e.place), ("what", e.what)):
        if value and has(lang, f"{key}_{more}"):
            key = f"{key}_{more}"
            break
    return say(lang, key, who=names.get(e.who, ""), place=e.place, what=e.what)


def plain(value: Event | Episode | Fact) -> dict[str, Any]:
    """As `--json` prints it: lists and no tuples."""
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return made


def fact_shown(f: Fact, names: Mapping[str, str], words: Mapping[str, Utterance], lang: str) -> dict[str, Any]:
    value = plain(f)
    time = say(lang, "fact.until", since=f.since, until=f.until) if f.until else say(lang, "fact.since", since=f.since)
    said = words[f.ids[0]].text if f.ids[0] in words else ""
    line = say(lang, "fact.line", slot=say(lang, f"fact.{f.slot}"), value=f.value, time=time)
    id = id_of("f1", f.who, f.slot, f.value, f.ids[0])
    return value | {"id": id, "who": names.get(f.who, ""), "words": said, "line": line}


def words_of(library: Library, ids: Sequence[str]) -> dict[str, Utterance]:
    return {i: u for i in dict.fromkeys(ids) if (u := library.find(i))}
