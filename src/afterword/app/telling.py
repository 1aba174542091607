"""What the user tells and corrects, and the way back. In: their own words. Out: claims as judged, and the version."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from afterword.app import corrections
from afterword.app.library import Library
from afterword.app.personas import Personas
from afterword.app.proofs import claim_shown, proof
from afterword.errors import BadInput
from afterword.profile import Profile
from afterword.store import Vault

P = ParamSpec("P")
R = TypeVar("R")


def writes(method: Callable[P, R]) -> Callable[P, R]:
    """An operation that changes the vault holds it alone."""

    @functools.wraps(method)
    def alone(*args: P.args, **named: P.kwargs) -> R:
        with args[0].vault.alone():  # type: ignore[attr-defined]
            return method(*args, **named)

    return alone


class Tellings:
    """The operations on what was told, over a vault."""

    vault: Vault
    lang: str
    personas: Personas

    def _rewrite(self, profile: Profile, library: Library) -> Path:
        raise NotImplementedError

    def placed(self, text: str, profile: Profile, library: Library) -> dict[str, Any]:
        raise NotImplementedError

    @writes
    def remember(self, text: str, person: str | None = None, kind: str = "memory") -> dict[str, Any]:
        """Add a memory, habit, anniversary, place or past conflict in the user's own words. `placed`: its day where the words
        name one, and whether the records agree, contradict, or are silent."""
        if kind not in ("memory", "habit", "anniversary", "place", "conflict", "traits", "about"):
            raise BadInput(
                "note.kind",
                f"{kind!r} is not a kind of memory.",
                next_step="One of: memory, habit, anniversary, place, conflict.",
            )
        profile, library, claim, version = self.personas.note(person, kind, text)
        return {
            "person": profile.slug,
            "claim": claim_shown(claim, self.lang),
            "placed": self.placed(text, profile, library),
            "version": version,
            "skill": str(self._rewrite(profile, library)),
        }

    @writes
    def correct(
        self, text: str, person: str | None = None, *, words: str = "", claim: str = "", instead: str = ""
    ) -> dict[str, Any]:
        """ "ta would not say that" (`words`), "ta would say" (`instead`), or both: kept as a claim of its own, weighed
        against the records; contradictions are shown, and the later correction counts. See `corrections.shown`."""
        words, instead = corrections.checked(words, instead)
        profile, library, made, version = self.personas.note(
            person, "correction", text.strip() or words or instead, words=words, claim=claim, instead=instead
        )
        return {
            "person": profile.slug,
            "claim": claim_shown(made, self.lang),
            "contradicted_by": proof(profile, library, made, self.lang)["against"],
            **corrections.shown(profile, library, made, self.lang),
            "version": version,
            "skill": str(self._rewrite(profile, library)),
        }

    def versions(self, person: str | None = None) -> list[dict[str, Any]]:
        return self.personas.versions(person)

    @writes
    def rollback(self, number: int, person: str | None = None) -> dict[str, Any]:
        profile, library, version = self.personas.rollback(person, number)
        return {
            "person": profile.slug,
            "version": version,
            "same_as": number,
            "skill": str(self._rewrite(profile, library)),
        }
