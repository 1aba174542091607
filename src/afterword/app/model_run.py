"""Many requests to the user's own model, one after the other. In: requests, a budget, a yes. Out: answers, each kept.

Each answer is written to the shelf when it comes, under a key of what was asked and of which model: a run that was
interrupted goes on there, one that is repeated sends nothing, and letting go takes all of it along. The budget is held
where a request is about to leave, second tries included, so no estimate can be wrong by more than it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from afterword.app.library import Library
from afterword.app.models import Agreed, open_door, open_model, setting, third_people
from afterword.app.models import shown as shown_preview
from afterword.app.people import People
from afterword.errors import AfterwordError, ChoiceNeeded, NotAllowed, TryAgain
from afterword.llm import Completion, Consents, Door, How, Message, Model, Usage, ask, estimated_tokens
from afterword.profile import Profile
from afterword.store import Vault

SPENT = "distill.budget-spent"
THIS_REQUEST = ("model.unfit", "model.filtered", "care.crisis")
"""Faults that say something of one request and nothing of the next."""

Start = Callable[[dict[str, Any]], bool]
"""Is shown the estimate, and says whether to begin."""
Progress = Callable[[int, int], None]
"""Is called with how many were answered, and of how many."""


class Answer(msgspec.Struct, frozen=True):
    """What came of a request. `tokens`: as estimated, of all that was sent for it; `usage` and `cost` as the server said."""

    findings: list[Any] = []
    failed: str = ""
    code: str = ""
    tokens: int = 0
    usage: Usage = Usage()
    cost: float | None = None


class Request(msgspec.Struct, frozen=True):
    """`name` is that of its answer on the shelf; `read` makes findings of an answer's text, and raises Unfit."""

    name: str
    messages: tuple[Message, ...]
    read: Callable[[str], list[Any]]
    how: How

    @property
    def tokens(self) -> int:
        return sum(estimated_tokens(m.text) for m in self.messages)


class _Spent(Exception):
    """The budget has no room for this request."""


class _Meter:
    """Sends as long as the budget lasts, and adds up what one request took."""

    def __init__(self, door: Door, consent: Consents, agreed: Agreed, left: int) -> None:
        self._door, self._consent, self._agreed, self._left = door, consent, agreed, left
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


class ModelRun:
    """One run over requests that concern one persona.

    budget    tokens in, as estimated, of everything that is sent for these requests, earlier runs included: never more
    purpose   what the ledger says they were for
    about     what the estimate says besides its figures
    again     also send what was answered in a form that could not be used
    """

    def __init__(
        self,
        vault: Vault,
        library: Library,
        profile: Profile,
        model: Model,
        requests: Sequence[Request],
        *,
        lang: str,
        budget: int,
        purpose: str,
        again: bool,
        about: Mapping[str, Any],
    ) -> None:
        self._vault, self._library, self._profile, self._lang = vault, library, profile, lang
        self.model, self.requests, self._budget, self._purpose = model, requests, budget, purpose
        self.answers = {r.name: kept for r in requests if (kept := self._kept(r))}
        self._open = [r for r in requests if (kept := self.answers.get(r.name)) is None or (again and kept.failed)]
        self.estimate = self._estimated() | {"person": profile.slug, "name": profile.name} | {**about}
        self.sent = 0
        self.stopped: AfterwordError | None = None

    @property
    def spent(self) -> int:
        return sum(a.tokens for a in self.answers.values())

    def go(self, start: Start, agreed: Agreed, progress: Progress) -> None:
        """Send what is open. Where it had to stop, `stopped` says why and what came is kept."""
        if self._open and not start(self.estimate):
            raise ChoiceNeeded(
                "distill.start",
                "Nothing was sent.",
                next_step="Look at the estimate and agree: --yes",
                estimate=self.estimate,
            )
        owner = People(self._vault).owner(None)
        consent = Consents(setting(self._vault).mode)
        door = open_door(
            self._vault,
            purpose=self._purpose,
            data=self._purpose,
            lang=self._lang,
            shelf=self._library.shelf,
            roster=third_people(self._vault, (owner, self._profile.speaker)),
            consent=consent,
            model=self.model,
        )
        meter = _Meter(door, consent, agreed, self._budget - self.spent)
        try:
            for request in self._open:
                self._ask(request, meter)
                self.sent += 1
                progress(len(self.requests) - len(self._open) + self.sent, len(self.requests))
        except _Spent:
            self.stopped = TryAgain(
                SPENT,
                f"The budget of {self._budget} tokens is used up.",
                next_step="What was read is kept. To read on: a larger --budget.",
            )
        except (AfterwordError, KeyboardInterrupt) as e:
            if not self.answers:
                raise
            self.stopped = e if isinstance(e, AfterwordError) else _interrupted()

    def report(self) -> dict[str, Any]:
        """What was sent and what it took; {"sent", "unread", "tokens_estimated", "tokens_in", "tokens_out", "cost", …}."""
        usage = [a.usage for a in self.answers.values()]
        costs = [a.cost for a in self.answers.values() if a.cost is not None]
        return {
            "model": self.model.name,
            "estimate": self.estimate,
            "packets": len(self.requests),
            "sent": self.sent,
            "unread": len(self.requests) - len(self.answers),
            "stopped": self.stopped.as_json()["error"] if self.stopped else None,
            "tokens_estimated": self.spent,
            "tokens_in": sum(u.tokens_in or 0 for u in usage),
            "tokens_out": sum(u.tokens_out or 0 for u in usage),
            "cost": sum(costs) if costs else None,
        }

    def _kept(self, request: Request) -> Answer | None:
        body = self._library.shelf.cached(request.name, self.model.name)
        return msgspec.json.decode(body, type=Answer) if body else None

    def _ask(self, request: Request, meter: _Meter) -> None:
        meter.fresh()
        findings: list[Any] = []
        failed = code = ""
        try:
            findings = ask(meter.send, request.messages, request.read, request.how)
        except _Spent:
            if not meter.taken.tokens:
                raise
            failed, code = "The answer could not be used, and the budget has no room for asking again.", SPENT
        except AfterwordError as e:
            if e.code not in THIS_REQUEST:
                raise
            failed, code = e.message, e.code
        before = self.answers.get(request.name, Answer())
        answer = msgspec.structs.replace(
            meter.taken, findings=findings, failed=failed, code=code, tokens=before.tokens + meter.taken.tokens
        )
        self.answers[request.name] = answer
        self._library.shelf.keep(request.name, self.model.name, msgspec.json.encode(answer).decode())

    def _estimated(self) -> dict[str, Any]:
        chosen = setting(self._vault)
        tokens_in = sum(r.tokens for r in self._open)
        most_out = sum(r.how.max_tokens for r in self._open)
        return {
            "model": self.model.name,
            "host": self.model.host,
            "local": self.model.local,
            "mode": chosen.mode,
            "budget": self._budget,
            "packets": len(self.requests),
            "to_send": len(self._open),
            "tokens_in": tokens_in,
            "most_tokens_out": most_out,
            "most_cost": chosen.prices.of(Usage(tokens_in, most_out)) if chosen.prices else None,
        }


def model_of(vault: Vault, model: Model | None) -> Model:
    """The model that was set, or this one. NotAllowed where it is elsewhere and sending is off."""
    chosen = setting(vault)
    asked_of = model or open_model(chosen)
    if not asked_of.local and chosen.mode == "off":
        raise NotAllowed(
            "model.off",
            f"Sending to {asked_of.host} is off. Nothing was sent.",
            next_step="To be asked each time: afterword model set … --mode ask-each",
            host=asked_of.host,
        )
    return asked_of


def _interrupted() -> TryAgain:
    return TryAgain(
        "distill.interrupted", "It was interrupted.", next_step="What was read is kept. The same command goes on."
    )
