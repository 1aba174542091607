"""A scene over a vault: two or three of its personas, each made from its own shelf, and the user.

In: names. Out: a live Scene. Each persona is a whole talk of its own, with the model that was set or without, so that
nothing in a scene is less guarded than a talk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from afterword.app.library import Library
from afterword.app.live import Talks
from afterword.app.models import Agreed
from afterword.app.talking import shown
from afterword.dialogue import Exchange, Said, Talk
from afterword.dialogue.scene import Member, Scene, SceneTurn, Speaker, Spoken
from afterword.errors import BadInput
from afterword.llm import Model
from afterword.model import Kind
from afterword.profile import Profile, uses

FEWEST, MOST = 2, 3
PRIVATE = {"words.typical": "term", "words.names": "form", "places.places": "name", "places.food": "name"}
"""Measured tables whose forms belong to one person, and where the form stands in a row."""
Speakers = Callable[[Profile, Library], Speaker]
"""The seam: whatever else answers for a persona, from its own profile and records."""


class Scenes(Talks):
    """The operation on scenes, over a vault."""

    def scene(
        self,
        people: Sequence[str],
        *,
        country: str | None = None,
        now: Callable[[], datetime] | None = None,
        model: bool | Model | None = False,
        agreed: Agreed = lambda preview: False,
        speakers: Speakers | None = None,
    ) -> Scene:
        """A live scene of two or three personas; `model` and `agreed` as for a talk. NotAllowed after an end date."""
        slugs = [self.personas.one(p)["slug"] for p in people]
        if not FEWEST <= len(set(slugs)) == len(slugs) <= MOST:
            raise BadInput(
                "scene.cast",
                f"A scene has two or three different personas, not {', '.join(slugs) or 'none'}.",
                next_step="afterword scene NAME NAME [NAME]",
            )
        talks = [self.talk(s, country=country, now=now, model=model, agreed=agreed) for s in slugs]
        cast = [self._member(talk, speakers) for talk in talks]
        first = talks[0]

        def on_crisis() -> None:
            self.vault.put("crisis", first.now().isoformat(timespec="minutes"))

        return Scene(
            cast, lang=self.lang, now=first.now, owner=first.profile.owner_name, country=country, resting=first.resting,
            on_crisis=on_crisis,
        )  # fmt: skip

    def _member(self, talk: Talk, speakers: Speakers | None) -> Member:
        profile, library = self.personas.profile(talk.profile.slug)
        said = [u for u in library.utterances() if u.kind == Kind.TEXT]
        own = "\n".join(u.text for u in said if u.speaker == profile.speaker)
        all_of_it = "\n".join(u.text for u in said)
        written: dict[str, bool] = {}

        def wrote(form: str) -> bool:
            if form not in written:
                written[form] = uses(own, form) > 0
            return written[form]

        starts = profile.measured().get("rhythm.starts")
        return Member(
            profile.name,
            called(profile),
            talk.notice(),
            float(starts.value["subject_share"]) if starts is not None and starts.enough else None,
            private_of(profile),
            wrote,
            lambda words: words in all_of_it,
            speakers(profile, library) if speakers else spoken_by(talk),
        )

    @staticmethod
    def scene_shown(turn: SceneTurn) -> dict[str, Any]:
        """`{"gate", "notice", "guide", "parts": [{"name", …as for a talk}], "ended"}`."""
        out: dict[str, Any] = msgspec.to_builtins(turn)
        return out | {"parts": [{"name": p.name, **shown(p.exchange)} for p in turn.parts]}


def called(profile: Profile) -> tuple[str, ...]:
    """The whole name, and the given name by which somebody is spoken to."""
    name = profile.name.strip()
    given = name.split()[0] if name.isascii() and " " in name else name
    if len(name) == 3 and all("\u4e00" <= c <= "\u9fff" for c in name):
        given = name[1:]
    return tuple(dict.fromkeys((name, given)))


def private_of(profile: Profile) -> tuple[str, ...]:
    """The forms that are this person's own, as measured."""
    measured = profile.measured()
    out = []
    for table, key in PRIVATE.items():
        m = measured.get(table)
        if m is not None and m.enough and isinstance(m.value, list):
            out += [str(row[key]) for row in m.value]
    return tuple(dict.fromkeys(f.rstrip("…") for f in out if len(f.rstrip("…")) > 1))


def spoken_by(talk: Talk) -> Speaker:
    """A talk as a speaker. It remembers nothing itself: what was said before is what was said aloud."""

    def speak(line: str, before: Sequence[Spoken]) -> Exchange:
        name = talk.profile.name
        talk.lines = [
            Said("ai", s.words) if s.who == name else Said("user", f"{s.who}: {s.words}" if s.who else s.words)
            for s in before
        ]
        return talk.turn(line, "chat")

    return speak
