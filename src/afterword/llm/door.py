"""The one way out to a model. In: messages. Out: an answer; or a refusal, with nothing sent.

Consent is looked for where the request is about to leave, with its bytes in hand: what was shown, what was agreed to,
what stands in the ledger and what the server gets are one and the same. On this computer nothing leaves, so a local
server needs no consent and gets names as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from afterword.errors import AfterwordError, BadInput, BadSettings, Bug, ChoiceNeeded, NotAllowed, TryAgain
from afterword.llm.consent import Consent
from afterword.llm.ledger import Ledger, Row
from afterword.llm.port import USUAL, Completion, Embeds, How, Message, Model, Piece, estimated_tokens


class Restorer(Protocol):
    """Puts names back into a text that comes in pieces."""

    def feed(self, piece: str) -> str: ...

    def rest(self) -> str: ...


class Names(Protocol):
    """Reversible pseudonyms: see guard.pseudonyms."""

    def hide(self, text: str) -> tuple[str, int]: ...

    def show(self, text: str) -> str: ...

    def restorer(self) -> Restorer: ...


class Preview(msgspec.Struct, frozen=True):
    """What will go, exactly. `tokens` is an estimate; `replaced` counts names, numbers and addresses."""

    model: str
    host: str
    local: bool
    persona: str
    data: str
    body: bytes
    sha256: str
    replaced: int
    tokens: int

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class _Looked(Exception):
    """Ends a request that was only made to see its body."""


class Door:
    """A door is opened for one persona, one purpose and one class of data.

    is_crisis  says whether a line is a crisis; such a line is answered by people and helplines, never by a model
    """

    def __init__(
        self,
        model: Model,
        ledger: Ledger,
        consent: Consent,
        names: Names,
        *,
        is_crisis: Callable[[str], bool],
        persona: str = "",
        purpose: str = "",
        data: str = "",
    ) -> None:
        self.model, self.ledger, self.consent, self.names = model, ledger, consent, names
        self._is_crisis = is_crisis
        self.persona, self.purpose, self.data = persona, purpose, data

    def preview(self, messages: Sequence[Message], how: How = USUAL, *, stream: bool = False) -> Preview:
        """The body that this request would have on the wire, and where it would go. Nothing is sent."""
        hidden, replaced = self._ready(messages)
        seen: list[bytes] = []

        def look(body: bytes) -> None:
            seen.append(body)
            raise _Looked

        try:
            if stream:
                next(self.model.stream(hidden, how, look), None)
            else:
                self.model.complete(hidden, how, look)
        except _Looked:
            return self._preview(seen[0], hidden, replaced)
        raise _unseen(self.model)

    def send(self, messages: Sequence[Message], how: How = USUAL) -> Completion:
        """ChoiceNeeded "model.consent" when nobody agreed to these bytes yet; NotAllowed when nothing may leave."""
        hidden, replaced = self._ready(messages)
        rows: list[Row] = []
        try:
            answer = self.model.complete(hidden, how, self._entering(rows, hidden, replaced))
        except AfterwordError as e:
            self._failed(rows, e.code)
            raise
        return self._answered(rows, answer)

    def stream(self, messages: Sequence[Message], how: How = USUAL) -> Iterator[Piece]:
        """Pieces with the names put back; the last one carries the whole."""
        hidden, replaced = self._ready(messages)
        rows: list[Row] = []
        restorer = self.names.restorer()
        try:
            for piece in self.model.stream(hidden, how, self._entering(rows, hidden, replaced)):
                text = piece.text if self.model.local else restorer.feed(piece.text)
                if piece.whole is None:
                    if text:
                        yield Piece(text)
                    continue
                tail = "" if self.model.local else restorer.rest()
                whole = self._answered(rows, piece.whole)
                yield Piece(text + tail, whole)
        except AfterwordError as e:
            self._failed(rows, e.code)
            raise
        except GeneratorExit:
            self._failed(rows, "left")
            raise

    # -- vectors --------------------------------------------------------------------------------------------------

    def may_go(self, text: str) -> bool:
        return not self._is_crisis(text)

    def preview_embed(self, texts: Sequence[str]) -> Preview:
        """The first body of `embed`, as `preview` does. Nothing is sent."""
        model, parts = self._parts(texts)
        hidden, replaced = parts[0]
        seen: list[bytes] = []

        def look(body: bytes) -> None:
            seen.append(body)
            raise _Looked

        try:
            model.embed([m.text for m in hidden], look)
        except _Looked:
            return self._preview(seen[0], hidden, replaced)
        raise _unseen(self.model)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text. NotAllowed when one of them sounds like a crisis: then none is sent."""
        model, parts = self._parts(texts)
        out: list[list[float]] = []
        for hidden, replaced in parts:
            rows: list[Row] = []
            try:
                found = model.embed([m.text for m in hidden], self._entering(rows, hidden, replaced))
            except AfterwordError as e:
                self._failed(rows, e.code)
                raise
            if not rows:
                raise _unseen(self.model)
            self.ledger.answered(rows[-1], "ok", found.usage)
            out += found.vectors
        if len({len(v) for v in out}) > 1:
            raise TryAgain(
                "model.answer-broken",
                f"{self.model.host} answered with vectors of different lengths.",
                next_step="Try again, or choose another model: afterword model set",
            )
        return out

    def _parts(self, texts: Sequence[str]) -> tuple[Embeds, list[tuple[tuple[Message, ...], int]]]:
        """The requests that these texts make, ready to go."""
        if not isinstance(self.model, Embeds) or not self.model.batch:
            raise BadSettings(
                "model.no-vectors",
                f"{self.model.name} turns no texts into vectors.",
                next_step="Name one that does: afterword model set … --embed NAME",
            )
        ready = [self._ready([Message("user", text)]) for text in texts] or [self._ready([])]
        n = self.model.batch
        parts = [ready[at : at + n] for at in range(0, len(ready), n)]
        return self.model, [(tuple(m for (m,), _ in part), sum(r for _, r in part)) for part in parts]

    # -- before and after -----------------------------------------------------------------------------------------

    def _ready(self, messages: Sequence[Message]) -> tuple[tuple[Message, ...], int]:
        """The messages as they may go: no crisis, and no name of a third person to another computer."""
        if not messages:
            raise BadInput("model.empty", "There is no message to send.", next_step="Give at least one.")
        last = next((m.text for m in reversed(messages) if m.role == "user"), "")
        if self._is_crisis(last):
            raise NotAllowed(
                "care.crisis",
                "This line sounds like a crisis. It is not sent to a model.",
                next_step="People who listen: afterword help-now",
            )
        if self.model.local:
            return tuple(messages), 0
        hidden, total = [], 0
        for m in messages:
            text, replaced = self.names.hide(m.text)
            hidden.append(Message(m.role, text))
            total += replaced
        return tuple(hidden), total

    def _preview(self, body: bytes, messages: Sequence[Message], replaced: int) -> Preview:
        m = self.model
        tokens = sum(estimated_tokens(x.text) for x in messages)
        digest = hashlib.sha256(body).hexdigest()
        return Preview(m.name, m.host, m.local, self.persona, self.data, body, digest, replaced, tokens)

    def _entering(self, rows: list[Row], messages: Sequence[Message], replaced: int) -> Callable[[bytes], None]:
        """Called with each body before it leaves. A repeated body of one call goes under the same consent."""
        agreed: dict[bytes, str] = {}

        def enter(body: bytes) -> None:
            if body not in agreed:
                agreed[body] = "" if self.model.local else self._consent(self._preview(body, messages, replaced))
            rows.append(
                self.ledger.sent(
                    body,
                    host=self.model.host,
                    local=self.model.local,
                    purpose=self.purpose,
                    persona=self.persona,
                    data=self.data,
                    replaced=replaced,
                    consent=agreed[body],
                )
            )

        return enter

    def _consent(self, preview: Preview) -> str:
        if self.consent.mode == "off":
            raise NotAllowed(
                "model.off",
                f"Sending to {preview.host} is off. Nothing was sent.",
                next_step="To be asked each time: afterword model set … --mode ask-each",
                host=preview.host,
            )
        if found := self.consent.covers(preview):
            return found
        raise ChoiceNeeded(
            "model.consent",
            f"{len(preview.body)} bytes would go to {preview.host}, and nobody has agreed to that yet. "
            "Nothing was sent.",
            next_step="Show the text as it would go, and ask.",
            host=preview.host,
            persona=preview.persona,
            data=preview.data,
            bytes=len(preview.body),
            sha256=preview.sha256,
        )

    def _answered(self, rows: Sequence[Row], answer: Completion) -> Completion:
        if not rows:
            raise _unseen(self.model)
        self.ledger.answered(rows[-1], "ok", answer.usage, answer.cost)
        if self.model.local:
            return answer
        return msgspec.structs.replace(answer, texts=tuple(self.names.show(t) for t in answer.texts))

    def _failed(self, rows: Sequence[Row], outcome: str) -> None:
        if rows:
            self.ledger.answered(rows[-1], outcome)


def _unseen(model: Model) -> Bug:
    return Bug(
        "model.unseen",
        f"{model.name} answered without showing what it sends.",
        next_step="Please report this; until then, do not use this model.",
    )
