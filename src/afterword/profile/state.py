"""The profile as it stands, and its history. Values only: the store keeps the versions.

A version is the whole profile, written once and never changed, so a rollback is exact: the old body becomes the newest
version, and nothing in between is lost.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from afterword.model import Claim, Measurement
from afterword.profile.corrections import Standing, standing

NoteKind = Literal["memory", "habit", "anniversary", "place", "conflict", "about", "traits", "correction"]


class Note(msgspec.Struct, frozen=True):
    """Something the user told, in their own words. Of a correction, `words`: what ta would not say; `instead`: what ta
    would say."""

    id: str
    kind: NoteKind
    text: str
    at: str
    words: str = ""
    claim: str = ""
    instead: str = ""


class Profile(msgspec.Struct, frozen=True):
    """Everything a skill is written from.

    name      what the user calls the person; `speaker` their id in the corpus, "" when told by description alone
    coverage  counts and dates of the records (see Library.coverage)
    """

    slug: str
    name: str
    lang: str
    speaker: str
    owner_name: str
    created: str
    ends: str
    consent: str
    kind: str = "ex"
    told_only: bool = False
    coverage: dict[str, object] = {}
    notes: tuple[Note, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    claims: tuple[Claim, ...] = ()
    proposed: tuple[Claim, ...] = ()

    def measured(self) -> dict[str, Measurement]:
        return {m.name: m for m in self.measurements}

    def corrections(self) -> Standing:
        """What the user's corrections leave in force."""
        return standing(n for n in self.notes if n.kind == "correction")

    def claim(self, id: str) -> Claim | None:
        return next((c for c in self.claims if c.id == id), None)
