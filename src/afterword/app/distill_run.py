"""Distilling with the user's own model. In: a budget, facets, a yes. Out: what stands, what does not and why.

Each answer is written to the shelf when it comes, under a key of what was asked and of which model: a run that was
interrupted goes on there, one that is repeated sends nothing, and letting go takes all of it along. The budget is held
where a request is about to leave, second tries included, so no estimate can be wrong by more than it says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from afterword.app.distilling import enter, facets_of, heard, next_packet, packet_id, plan, submit
from afterword.app.library import Library
from afterword.app.live import Agreed
from afterword.app.models import open_door, open_model, setting, third_people
from afterword.app.models import shown as shown_preview
from afterword.app.people import People
from afterword.app.personas import Personas
from afterword.app.proofs import claim_shown
from afterword.app.telling import writes
from afterword.distill import BUDGET, HOW, Packet, findings_in, key_of, messages
from afterword.errors import AfterwordError, ChoiceNeeded, NotAllowed, TryAgain
from afterword.llm import Completion, Consents, Door, How, Message, Model, Prices, Usage, ask, estimated_tokens
from afterword.model import Claim
from afterword.profile import Profile
from afterword.store import Vault
from afterword.texts import court_words, error_words

ANSWER, SPENT = "distilled:", "distill.budget-spent"
THIS_PACKET = ("model.unfit", "model.filtered", "care.crisis")
"""Faults that say something of one packet and nothing of the next."""


class Answer(msgspec.Struct, frozen=True):
    """What came of a packet. `tokens`: as estimated, of all that was sent for it; `usage` and `cost` as the server said."""

    findings: list[Any] = []
    failed: str = ""
    code: str = ""
    tokens: int = 0
    usage: Usage = Usage()
    cost: float | None = None


class Asked(msgspec.Struct, frozen=True):
    """A packet made ready to be sent."""

    packet: Packet
    messages: tuple[Message, ...]
    numbers: dict[str, str]
    name: str

    @property
    def tokens(self) -> int:
        return sum(estimated_tokens(m.text) for m in self.messages)


class _Spent(Exception):
    """The budget has no room for this request."""


class _Meter:
    """Sends as long as the budget lasts, and adds up what one packet took."""

    def __init__(self, door: Door, consent: Consents, agreed: Agreed, budget: int, spent: int) -> None:
        self._door, self._consent, self._agreed = door, consent, agreed
        self._left = budget - spent
        self.taken = Answer()

    def fresh(self) -> None:
        self.taken = Answer()

    def send(self, messages: Sequence[Message], how: How) -> Completion:
        door = self._door
        if door.model.local:
            tokens = sum(estimated_tokens(m.text) for m in messages)
        else:
            # what stands for a name is longer or shorter than the name
            tokens = door.preview(messages, how).tokens
        if tokens > self._left:
            raise _Spent
        self._left -= tokens
        self.taken = msgspec.structs.replace(self.taken, tokens=self.taken.tokens + tokens)
        answer = self._sent(messages, how)
        t = self.taken
        self.taken = msgspec.structs.replace(
            t,
            usage=Usage(
                _sum(t.usage.tokens_in, answer.usage.tokens_in), _sum(t.usage.tokens_out, answer.usage.tokens_out)
            ),
            cost=_sum(t.cost, answer.cost),
        )
        return answer

    def _sent(self, messages: Sequence[Message], how: How) -> Completion:
        try:
            return self._door.send(messages, how)
        except ChoiceNeeded as e:
            if e.code != "model.consent":
                raise
            preview = self._door.preview(messages, how)
            if not self._agreed(shown_preview(preview)):
                raise
        self._consent.allow(preview)
        return self._door.send(messages, how)


def _sum(a: Any, b: Any) -> Any:
    """None is what nobody said."""
    return b if a is None else a if b is None else a + b


class _Run:
    """One run over one persona's packets."""

    def __init__(self, profile: Profile, library: Library, owner: str, model: Model, packets: Sequence[Packet]) -> None:
        self.library, self.model = library, model
        self.asked = [self._ready(p, profile, owner) for p in packets]
        self.answers = {a.name: kept for a in self.asked if (kept := self._kept(a))}

    def _ready(self, packet: Packet, profile: Profile, owner: str) -> Asked:
        said = self.library.fetch(packet.rows)
        sent, numbers = messages(packet, said, profile.name, profile.speaker, owner)
        return Asked(packet, sent, numbers, ANSWER + key_of(sent, [*numbers.values()]))

    def _kept(self, a: Asked) -> Answer | None:
        body = self.library.shelf.cached(a.name, self.model.name)
        return msgspec.json.decode(body, type=Answer) if body else None

    def open(self, again: bool) -> list[Asked]:
        """Packets without an answer; `again`: those as well whose answer could not be used."""
        return [a for a in self.asked if (kept := self.answers.get(a.name)) is None or (again and kept.failed)]

    @property
    def spent(self) -> int:
        return sum(a.tokens for a in self.answers.values())

    def ask(self, a: Asked, meter: _Meter) -> None:
        meter.fresh()
        findings: list[Any] = []
        failed = code = ""
        try:
            findings = ask(meter.send, a.messages, lambda text: findings_in(text, a.numbers), HOW)
        except _Spent:
            if not meter.taken.tokens:
                raise
            failed, code = "The answer could not be used, and the budget has no room for asking again.", SPENT
        except AfterwordError as e:
            if e.code not in THIS_PACKET:
                raise
            failed, code = e.message, e.code
        before = self.answers.get(a.name, Answer())
        answer = msgspec.structs.replace(
            meter.taken, findings=findings, failed=failed, code=code, tokens=before.tokens + meter.taken.tokens
        )
        self.answers[a.name] = answer
        self.library.shelf.keep(a.name, self.model.name, msgspec.json.encode(answer).decode())


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
        start: Callable[[dict[str, Any]], bool] = lambda estimate: False,
        agreed: Agreed = lambda preview: False,
        progress: Callable[[int, int], None] = lambda done, of: None,
    ) -> dict[str, Any]:
        """Ask the model that was set about each packet, and enter what stands as one version.

        budget    tokens in, as estimated, of everything that is sent for these packets: never more
        again     also ask about packets whose answer could not be used
        start     is shown the estimate, and says whether to begin
        agreed    is shown exactly what would go to another computer, and says whether it may
        progress  is called with packets answered, and of how many
        """
        profile, library = self.personas.profile(person)
        chosen = setting(self.vault)
        asked_of = model or open_model(chosen)
        if not asked_of.local and chosen.mode == "off":
            raise NotAllowed(
                "model.off",
                f"Sending to {asked_of.host} is off. Nothing was sent.",
                next_step="To be asked each time: afterword model set … --mode ask-each",
                host=asked_of.host,
            )
        choice = plan(profile, library, self.lang, budget, facets_of(facets))
        owner = People(self.vault).owner(None)
        run = _Run(profile, library, owner, asked_of, choice.packets)
        estimate = self._estimate(run, again, budget, chosen.prices) | {
            "person": profile.slug,
            "name": profile.name,
            "mode": chosen.mode,
            "periods": [choice.coverage.periods_read, choice.coverage.periods],
            "moods": [*choice.coverage.moods_read],
            "left_out": sum(p.left_out for p in choice.packets),
        }
        if estimate["to_send"] and not start(estimate):
            raise ChoiceNeeded(
                "distill.start",
                "Nothing was sent.",
                next_step="Look at the estimate and agree: --yes",
                estimate=estimate,
            )
        consent = Consents(chosen.mode)
        door = open_door(
            self.vault,
            purpose="distill",
            data="distill",
            lang=self.lang,
            shelf=library.shelf,
            roster=third_people(self.vault, (owner, profile.speaker)),
            consent=consent,
            model=asked_of,
        )
        meter = _Meter(door, consent, agreed, budget, run.spent)
        stopped: AfterwordError | None = None
        sent = 0
        left = run.open(again)
        try:
            for a in left:
                run.ask(a, meter)
                sent += 1
                progress(len(choice.packets) - len(left) + sent, len(choice.packets))
        except _Spent:
            stopped = TryAgain(
                SPENT,
                f"The budget of {budget} tokens is used up.",
                next_step="What was read is kept. To read on: a larger --budget.",
            )
        except (AfterwordError, KeyboardInterrupt) as e:
            if not run.answers:
                raise
            stopped = e if isinstance(e, AfterwordError) else _interrupted()
        return self._judged(profile.slug, run) | {
            "model": asked_of.name,
            "estimate": estimate,
            "packets": len(choice.packets),
            "sent": sent,
            "unread": len(run.asked) - len(run.answers),
            "left_out": estimate["left_out"],
            "stopped": stopped.as_json()["error"] if stopped else None,
        }

    @staticmethod
    def _estimate(run: _Run, again: bool, budget: int, prices: Prices | None) -> dict[str, Any]:
        open = run.open(again)
        tokens_in, most_out = sum(a.tokens for a in open), HOW.max_tokens * len(open)
        cost = prices.of(Usage(tokens_in, most_out)) if prices else None
        return {
            "model": run.model.name,
            "host": run.model.host,
            "local": run.model.local,
            "budget": budget,
            "packets": len(run.asked),
            "to_send": len(open),
            "tokens_in": tokens_in,
            "most_tokens_out": most_out,
            "most_cost": cost,
        }

    def _judged(self, person: str, run: _Run) -> dict[str, Any]:
        """All answers of these packets before the court, whenever they came; a version if anything is new."""
        with self.vault.alone():
            profile, library = self.personas.profile(person)
            claims: list[Claim] = []
            rejected: list[dict[str, Any]] = []
            failed: list[dict[str, Any]] = []
            for a in run.asked:
                answer = run.answers.get(a.name)
                if answer is None:
                    continue
                id = packet_id(person, a.packet)
                if answer.failed:
                    failed.append({"packet": id, "reason": error_words(self.lang, answer.code) or answer.failed})
                stands, not_heard = heard(profile, library, a.packet, answer.findings)
                claims += stands
                rejected += [{"packet": id, **r, "reason": court_words(self.lang, r["reason"])} for r in not_heard]
            entered = enter(self.personas, person, claims, f"distilled by {run.model.name}")
            if entered.version is not None:
                self._rewrite(*self.personas.profile(person))
        usage = [a.usage for a in run.answers.values()]
        costs = [a.cost for a in run.answers.values() if a.cost is not None]
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
            "tokens_estimated": run.spent,
            "tokens_in": sum(u.tokens_in or 0 for u in usage),
            "tokens_out": sum(u.tokens_out or 0 for u in usage),
            "cost": sum(costs) if costs else None,
        }


def _interrupted() -> TryAgain:
    return TryAgain(
        "distill.interrupted", "It was interrupted.", next_step="What was read is kept. The same command goes on."
    )
