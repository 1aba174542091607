"""What was lived through, over a vault: events, episodes, facts, told memories. In: a person. Out: JSON-ready values with their words.

What is found is kept on the shelf beside the records it was made from and goes with them; it is made again when they change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from afterword.app import calendar_file, days_page, keepsakes, told_memories, when
from afterword.app import timeline as lines_of_time
from afterword.app.library import Library, line_shown
from afterword.app.lived import fact_shown, line_of, lived, plain, told_of, words_of
from afterword.app.personas import Personas
from afterword.app.private_files import remembered
from afterword.app.proofs import lines_shown
from afterword.app.titling import Titled, titled
from afterword.errors import BadInput
from afterword.memory.episodes import EVERYDAY
from afterword.memory.events import ORDER
from afterword.memory.lived import Lived
from afterword.memory.values import Episode, Event, Fight, id_of
from afterword.model import Utterance
from afterword.profile import Profile
from afterword.store import Shelf, Vault
from afterword.texts import LANGS, say

GRAINS = ("thread", "session", "exchange")
KINDS = (*ORDER, "plan", EVERYDAY)


class Memories:
    """The operations on what was lived through."""

    vault: Vault
    lang: str
    personas: Personas

    def _remembered(self, person: str | None) -> tuple[Profile, Library, Lived, dict[str, str]]:
        profile, library = self.personas.profile(person)
        names = library.named()
        return profile, library, Lived() if profile.told_only else lived(library, profile.speaker), names

    def timeline(self, person: str | None = None) -> list[dict[str, Any]]:
        """Talks, keepsakes, events and told memories in time order: see `app.timeline`.

        event   "kind", "until", "precise" (day, about, derived), "place", "who", "what", "line" in the interface's language and
                "lines" in both, "words" as they were written, "ids" of the lines behind it, "yearly", "files"
        told    "text", "line", "check": {"verdict": agrees | contradicts | silent | unclear, "said", "ids"}
        """
        profile, library, found, names = self._remembered(person)
        items = lines_of_time.of(self.vault, library.shelf, self.lang)
        items += [_event(e, names, self.lang) for e in found.events]
        files = lines_of_time.files_of(
            self.vault, library, [i for x in items if x["type"] == "event" for i in x["ids"]]
        )
        for item in items:
            if item["type"] == "event":
                item["files"] = [{"file": f} for f in sorted({f for i in item["ids"] for f in files.get(i, ())})]
        items += told_memories.items(profile, library, found, names, self.lang)
        return lines_of_time.in_order(items)

    def episodes(
        self,
        person: str | None = None,
        *,
        kind: str | None = None,
        since: str | None = None,
        until: str | None = None,
        grain: str | None = None,
    ) -> dict[str, Any]:
        """Scenes in time order, `{"person", "episodes": […], "fights": {…}}`; everyday ones only with kind="everyday", and
        parts of one sitting only with grain="exchange".

        title   the people's own words, or a model's where one told the scene: then "quoted" holds theirs, "summary" is
                [{"says", "lines": ids}], and "made_by" the model
        kind    one of KINDS; "fight" adds what set each off, who said what first, the silence, who came back with what words
        """
        if kind is not None and (kind := _kinds().get(kind.strip().casefold(), kind)) not in KINDS:
            raise BadInput("episodes.kind", f"{kind!r} is no kind of episode.", next_step="One of: " + ", ".join(KINDS))
        if grain is not None and grain not in GRAINS:
            raise BadInput("episodes.grain", f"{grain!r} is no grain.", next_step="One of: " + ", ".join(GRAINS))
        profile, library, found, names = self._remembered(person)
        first, last = self._days(found, since, until)
        photos = _places_of_days([library.shelf, keepsakes.own_shelf(self.vault)], self.lang)
        told = titled(library)
        threads = {e.title: {*e.ids} for e in found.episodes if e.grain == "thread"}
        rows = [
            _episode(e, names, photos) | _told(e, told) for e in found.episodes
            if (grain or e.grain == "thread" or not threads.get(e.title, set()).issuperset(e.ids))  # the thread shows it
            and (kind in e.kinds if kind else e.kinds != (EVERYDAY,)) and (e.grain == grain if grain else e.grain != "exchange")
            and e.start[:10] <= last and e.end[:10] >= first
        ]  # fmt: skip
        out: dict[str, Any] = {
            "person": profile.slug,
            "episodes": sorted(rows, key=lambda r: (r["start"], GRAINS.index(r["grain"]))),
        }
        if kind == "fight":
            held = [f for f in found.fights if f.start <= last and f.end >= first]
            words = words_of(library, [i for f in held for i in (*f.before, *f.signs, *f.back_ids, *f.mended_ids)])
            out["fights"] = [_fight(f, words, names) for f in held]
            out["counts"] = {y: sum(f.start[:4] == y for f in held) for y in sorted({f.start[:4] for f in held})}
        return out

    def _days(self, found: Lived, since: str | None, until: str | None) -> tuple[str, str]:
        days = [*found.days]
        if not days or not (since or until):
            return "", "9999"
        ends = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
        first = when.span_of(since, *ends).start.isoformat() if since else ""
        return first, when.span_of(until, *ends).last.isoformat() if until else "9999"

    def facts(self, person: str | None = None) -> dict[str, Any]:
        """`{"person", "facts": [{"who", "slot", "value", "since", "until", "replaced_by", "line", "ids", "words"}]}`, by who and
        slot, earlier ones first: a later word closes an earlier one and both are kept."""
        profile, library, found, names = self._remembered(person)
        words = words_of(library, [f.ids[0] for f in found.facts])
        return {"person": profile.slug, "facts": [fact_shown(f, names, words, self.lang) for f in found.facts]}

    def words_behind(self, id: str, person: str | None = None) -> dict[str, Any] | None:
        """What an event, a scene, a fact or a line stands on, in the shape of `Workspace.why`; None if nothing has this id
        or one that begins so."""
        for entry in [self.personas.one(person)] if person else self.personas.all():
            profile, library, found, names = self._remembered(entry["slug"])
            for kind, shown, line, ids in self._opened(id, library, found, names):
                if shown.startswith(id):
                    return {
                        "id": shown, "person": profile.slug, "topic": kind, "statement": line, "made_by": "records",
                        "verdict": "supported", "why": say(self.lang, "fact.stands", n=len(ids)),
                        "quotes": lines_shown(library, ids, names), "against": [], "measurements": [], "said_at": "",
                    }  # fmt: skip
        return None

    def _opened(
        self, id: str, library: Library, found: Lived, names: Mapping[str, str]
    ) -> Iterator[tuple[str, str, str, Sequence[str]]]:
        """(topic, id, one line, ids of the lines behind it) of what the tag of this id may mean."""
        tag = id[:3]
        if tag in ("v1:", "f1:"):
            for shown, _, line, kind, ids in told_of(library, found, names, self.lang):
                yield "facts" if kind == "fact" else "events", shown, line, ids
        if tag == "e1:":
            told = titled(library)
            for s in found.episodes:
                model = told[s.id][0] if s.id in told else None
                own = [i for x in (model.title, *model.summary) for i in x.lines] if model else []
                yield "episodes", s.id, model.title.says if model else s.title, [*dict.fromkeys((*own, *s.ids))]
        if tag == "u1:" and (u := library.find(id)):
            yield "lines", u.id, u.text, (u.id,)

    def calendar_file(self, person: str | None = None, *, out: str | Path) -> dict[str, Any]:
        """Write the events, told memories and days that return as iCalendar: {"path", "events", "yearly"}."""
        entry = self.personas.one(person)
        with remembered(self.vault, entry["shelf"], Path(out)):
            return calendar_file.write(self.timeline(person), Path(out), entry["name"], self.lang)

    def days_page(self, person: str | None = None, *, out: str | Path) -> dict[str, Any]:
        """Write a page with the messages of each day as a calendar, events marked: {"path", "days", "events"}."""
        _, _, found, _ = self._remembered(person)
        entry = self.personas.one(person)
        with remembered(self.vault, entry["shelf"], Path(out)):
            return days_page.write(found.days, self.timeline(person), Path(out), entry["name"], self.lang)

    def placed(self, text: str, profile: Profile, library: Library) -> dict[str, Any]:
        """Where a told memory stands in time, and what the records say to it."""
        found = Lived() if profile.told_only else lived(library, profile.speaker)
        names = library.named()
        return told_memories.placed(text, found, names, self.lang, told_memories.two_of(profile, library), library)


@cache
def _kinds() -> dict[str, str]:
    """What a kind is called on the screen, in any language, → the kind."""
    return {say(lang, f"cli.kind.{k}").casefold(): k for lang in LANGS for k in KINDS}


def _event(e: Event, names: Mapping[str, str], lang: str) -> dict[str, Any]:
    value = plain(e)
    value |= {
        "type": "event",
        "id": id_of("v1", e.kind, e.day, *e.ids[:1]),
        "at": "",
        "who": names.get(e.who, ""),
        "lines": {x: line_of(e, names, x) for x in LANGS},
    }
    return value | {"line": line_of(e, names, lang), "files": []}


def _places_of_days(shelves: Sequence[Shelf | None], lang: str) -> dict[str, dict[str, list[str]]]:
    """Day → place → ids of the photos and calendar entries that name it."""
    out: dict[str, dict[str, list[str]]] = {}
    for k in (k for shelf in shelves if shelf for k in keepsakes.shown(shelf, lang)):
        if k.get("place") and len(k["day"]) == 10:
            out.setdefault(k["day"], {}).setdefault(k["place"], []).append(k["id"])
    return out


def _episode(e: Episode, names: Mapping[str, str], photos: Mapping[str, dict[str, list[str]]]) -> dict[str, Any]:
    value = plain(e)
    for day in dict.fromkeys((e.start[:10], e.end[:10])):
        value["where"] += [{"name": name, "ids": ids[:4]} for name, ids in photos.get(day, {}).items()]
    return value | {"who": [names.get(s, "") for s in e.who]}


def _told(e: Episode, told: Mapping[str, tuple[Titled, str]]) -> dict[str, Any]:
    if e.id not in told:
        return {}
    found, model = told[e.id]
    summary = [{"says": s.says, "lines": [*s.lines]} for s in found.summary]
    return {"title": found.title.says, "quoted": e.title, "summary": summary, "made_by": model}


def _fight(f: Fight, words: Mapping[str, Utterance], names: Mapping[str, str]) -> dict[str, Any]:
    def told(ids: Sequence[str]) -> list[dict[str, str]]:
        return [line_shown(u, names.get(u.speaker, "")) for i in ids if (u := words.get(i))]

    return {
        "start": f.start, "end": f.end, "cues": [*f.cues], "first": names.get(f.first, ""), "silence_hours": f.silence_h,
        "before": told(f.before), "said": told(f.signs), "back": names.get(f.back, ""), "back_words": told(f.back_ids),
        "mended": f.mended, "mended_by": names.get(f.mended_by, ""), "mended_words": told(f.mended_ids),
    }  # fmt: skip
