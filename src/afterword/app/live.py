"""The live talk as an operation: with the model that was set or without, and what is kept of it when the user asks.

A talk is kept only where the user says so, on the persona's own encrypted shelf, in a table that nothing else reads. So
letting go takes it along, and no draft is ever counted among the words of the person. The gate's lines and a goodbye are
not in it.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from afterword.app.kept_talks import Kept, kept
from afterword.app.library import Library
from afterword.app.models import Agreed, Models, VaultBook, open_door, open_model, setting, third_people
from afterword.app.models import shown as shown_preview
from afterword.app.people import People
from afterword.app.personas import Personas, today
from afterword.app.talking import VaultRecords, live_talk
from afterword.app.telling import writes
from afterword.dialogue import Drafting, Said, Talk
from afterword.errors import BadSettings, NotAllowed, NotFound
from afterword.llm import Consents, Model, Preview
from afterword.measures.tokens import common
from afterword.memory.query import terms_of
from afterword.profile import Profile
from afterword.store import Vault

TOPICS = 5


def drafting(
    vault: Vault,
    profile: Profile,
    library: Library,
    *,
    lang: str,
    agreed: Agreed,
    model: Model | None = None,
    seed: int | None = None,
) -> Drafting:
    """The chosen model, made ready for one talk. What would go to another computer is shown to `agreed` first."""
    chosen = setting(vault)
    consent = Consents(chosen.mode)
    door = open_door(
        vault,
        purpose="talk",
        data="talk",
        lang=lang,
        shelf=library.shelf,
        roster=third_people(vault, (People(vault).owner(None), profile.speaker)),
        consent=consent,
        model=model or open_model(chosen),
    )

    def allowed(preview: Preview) -> bool:
        if agreed(shown_preview(preview)):
            consent.allow(preview)
            return True
        return False

    return Drafting(
        door,
        profile,
        VaultRecords(profile, library),
        lang=lang,
        agreed=allowed,
        seed=secrets.randbits(32) if seed is None else seed,
    )


def topics(lines: Sequence[Said], names: Sequence[str]) -> list[str]:
    """The words that came up most, those of every day left out."""
    found = Counter(
        t for s in lines for t in terms_of(s.words, names) if t not in common() and (not t.isascii() or len(t) > 3)
    )
    return [t for t, _ in sorted(found.items(), key=lambda x: (-x[1], x[0]))[:TOPICS]]


class Talks(Models):
    """The operations on live talks, over a vault."""

    lang: str
    personas: Personas

    def talk(
        self,
        person: str | None = None,
        *,
        country: str | None = None,
        now: Callable[[], datetime] | None = None,
        model: bool | Model | None = False,
        agreed: Agreed = lambda preview: False,
        seed: int | None = None,
        when: str | None = None,
    ) -> Talk:
        """A live talk. NotAllowed after the end date.

        model   False: the embedded Echo alone; True: the model that was set; None: that model where it was set to be
                asked, else none
        agreed  is shown exactly what would go to another computer, and says whether it may
        seed    of the choices that are drawn; by itself every talk has its own
        when    a time to speak from ("2022 spring", 2022年春, "the first month"), of which nothing later is known
        """
        profile, library = self.personas.profile(person, when)
        self._alive(profile)
        if model is None:
            model = self._asked_by_default()
        writer = None
        if model and not profile.told_only:
            given = None if model is True else model
            writer = drafting(self.vault, profile, library, lang=self.lang, agreed=agreed, model=given, seed=seed)
        return live_talk(self.vault, profile, library, lang=self.lang, country=country, now=now, drafting=writer)

    def _asked_by_default(self) -> bool:
        try:
            return setting(self.vault).mode != "off"
        except BadSettings:
            return False

    def _alive(self, profile: Profile) -> None:
        if profile.ends < today().isoformat():
            raise NotAllowed(
                "care.ended",
                f"The time set for {profile.name} ended on {profile.ends}.",
                next_step=f"Say goodbye: afterword let-go {profile.slug}",
            )

    # -- what left ------------------------------------------------------------------------------------------------

    def sent_so_far(self) -> int:
        """The number of the last row in the ledger."""
        return max((row.n for row in VaultBook(self.vault).rows()), default=0)

    def left_since(self, row: int) -> dict[str, int]:
        """What left this computer after a row of the ledger: {"requests", "bytes"}."""
        sent = [r for r in VaultBook(self.vault).rows() if r.n > row and r.kind == "sent" and not r.local]
        return {"requests": len(sent), "bytes": sum(r.bytes for r in sent)}

    # -- what is kept ---------------------------------------------------------------------------------------------

    @writes
    def keep_talk(self, talk: Talk) -> str:
        """Keep a talk that is over. Returns its id, "" when nothing was said that may be kept."""
        if not talk.lines:
            return ""
        ended = talk.now().isoformat(timespec="minutes")
        made = Kept(ended, tuple(talk.modes), tuple(talk.lines))
        id = secrets.token_hex(4)
        _, library = self.personas.profile(talk.profile.slug)
        library.shelf.keep_talk(id, ended, msgspec.json.encode(made).decode())
        return id

    def talks(self, person: str | None = None) -> list[dict[str, Any]]:
        """Kept talks, summed up without a model: {"id", "person", "at", "modes", "lines", "drafts", "topics"}."""
        entries = [self.personas.one(person)] if person else self.personas.all()
        out = []
        for entry in entries:
            profile, library = self.personas.profile(entry["slug"])
            for id, at, talk in kept(library.shelf):
                out.append(
                    {
                        "id": id,
                        "person": entry["slug"],
                        "name": entry["name"],
                        "at": at,
                        "modes": list(talk.modes),
                        "lines": len(talk.lines),
                        "drafts": sum(s.by == "ai" for s in talk.lines),
                        "topics": topics(talk.lines, (profile.name, profile.owner_name)),
                    }
                )
        return out

    @writes
    def talks_delete(self, id: str, person: str | None = None) -> dict[str, Any]:
        """Remove one kept talk, or "all" of them: {"removed"}. NotFound where there is none."""
        found = [t for t in self.talks(person) if id in ("all", t["id"])]
        if not found and id != "all":
            raise NotFound("talk.unknown", f"There is no talk {id}.", next_step="See: afterword talks")
        n = 0
        for slug in {t["person"] for t in found}:
            shelf = self.personas.shelf(self.personas.one(slug))
            n += shelf.forget_talks([t["id"] for t in found if t["person"] == slug])
        return {"removed": n}
