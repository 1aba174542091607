"""Distilling with the user's own model. In: a budget, facets, a yes. Out: what stands, what does not and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from afterword.app.distilling import enter, facets_of, heard, next_packet, packet_id, plan, submit
from afterword.app.library import Library
from afterword.app.model_run import ModelRun, Progress, Request, Start, model_of
from afterword.app.models import Agreed
from afterword.app.people import People
from afterword.app.personas import Personas
from afterword.app.proofs import claim_shown
from afterword.app.telling import writes
from afterword.distill import BUDGET, HOW, Packet, findings_in, key_of, messages
from afterword.llm import Model
from afterword.model import Claim
from afterword.profile import Profile
from afterword.store import Vault
from afterword.texts import court_words, error_words

ANSWER = "distilled:"


class Distillings:
    """The operations on distilling, over a vault."""

    vault: Vault
    lang: str
    personas: Personas

    def _rewrite(self, profile: Profile, library: Library) -> Any:
        raise NotImplementedError

    def distill_next(
        self, person: str | None = None, after: str = "", *, budget: int = BUDGET, facets: Sequence[str] = ()
    ) -> dict[str, Any]:
        """A packet for a host's model: {"packet", "of", "facet", "rubric", "messages", …}, or {"done": true}."""
        return next_packet(self.personas, person, after, self.lang, budget, facets)

    @writes
    def distill_submit(self, packet: str, findings: Sequence[Any], person: str | None = None) -> dict[str, Any]:
        out = submit(self.personas, person, packet, findings)
        if out["version"] is not None:
            self._rewrite(*self.personas.profile(person))
        return out

    def distill_run(
        self,
        person: str | None = None,
        *,
        budget: int = BUDGET,
        facets: Sequence[str] = (),
        again: bool = False,
        model: Model | None = None,
        start: Start = lambda estimate: False,
        agreed: Agreed = lambda preview: False,
        progress: Progress = lambda done, of: None,
    ) -> dict[str, Any]:
        """Ask the model that was set about each packet, and enter what stands as one version.

        budget    tokens in, as estimated, of everything that is sent for these packets: never more
        again     also ask about packets whose answer could not be used
        start     is shown the estimate, and says whether to begin
        agreed    is shown exactly what would go to another computer, and says whether it may
        progress  is called with packets answered, and of how many
        """
        profile, library = self.personas.profile(person)
        asked_of = model_of(self.vault, model)
        choice = plan(profile, library, self.lang, budget, facets_of(facets))
        owner = People(self.vault).owner(None)
        left_out = sum(p.left_out for p in choice.packets)
        about = {
            "periods": [choice.coverage.periods_read, choice.coverage.periods],
            "moods": [*choice.coverage.moods_read],
            "left_out": left_out,
        }
        run = ModelRun(
            self.vault,
            library,
            profile,
            asked_of,
            [_request(p, library, profile, owner) for p in choice.packets],
            lang=self.lang,
            budget=budget,
            purpose="distill",
            again=again,
            about=about,
        )
        run.go(start, agreed, progress)
        return self._judged(profile.slug, choice.packets, run) | run.report() | {"left_out": left_out}

    def _judged(self, person: str, packets: Sequence[Packet], run: ModelRun) -> dict[str, Any]:
        """All answers of these packets before the court, whenever they came; a version if anything is new."""
        with self.vault.alone():
            profile, library = self.personas.profile(person)
            claims: list[Claim] = []
            rejected: list[dict[str, Any]] = []
            failed: list[dict[str, Any]] = []
            for packet, request in zip(packets, run.requests, strict=True):
                answer = run.answers.get(request.name)
                if answer is None:
                    continue
                id = packet_id(person, packet)
                if answer.failed:
                    failed.append({"packet": id, "reason": error_words(self.lang, answer.code) or answer.failed})
                stands, not_heard = heard(profile, library, packet, answer.findings)
                claims += stands
                rejected += [{"packet": id, **r, "reason": court_words(self.lang, r["reason"])} for r in not_heard]
            entered = enter(self.personas, person, claims, f"distilled by {run.model.name}")
            if entered.version is not None:
                self._rewrite(*self.personas.profile(person))
        return {
            "person": person,
            "accepted": [claim_shown(c, self.lang) for c in entered.accepted],
            "contested": [
                {
                    **claim_shown(c, self.lang),
                    "against": [{"utterance": q.utterance, "words": q.words} for q in c.against.quotes],
                }
                for c in entered.contested
            ],
            "rejected": rejected,
            "failed": failed,
            "merged": entered.merged,
            "version": entered.version,
        }


def _request(packet: Packet, library: Library, profile: Profile, owner: str) -> Request:
    said = library.fetch(packet.rows)
    sent, numbers = messages(packet, said, profile.name, profile.speaker, owner)
    return Request(ANSWER + key_of(sent, [*numbers.values()]), sent, lambda answer: findings_in(answer, numbers), HOW)
