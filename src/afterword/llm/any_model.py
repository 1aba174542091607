"""A real model, through any-llm. In: a place, a key, prices if the user gave them. Out: completions, or our own errors.

any-llm takes two seconds to load and can reach the network, so it is loaded by the first request and by nothing else.
What the server asks to wait for is waited for, twice at most; everything else is told to the user at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from afterword.errors import BadSettings, TryAgain
from afterword.llm.port import USUAL, Completion, How, Message, Piece, Sent, Usage, Vectors, nobody_looks
from afterword.llm.providers import PROVIDERS, Place, api_key

if TYPE_CHECKING:
    from afterword.llm.wire import Wire

T = TypeVar("T")

RETRIES = 2
LONGEST_WAIT = 60.0


class Prices(msgspec.Struct, frozen=True):
    """Per million tokens, in whatever money the user counts in. Afterword ships no table: it would be wrong by spring."""

    tokens_in: float
    tokens_out: float

    def of(self, usage: Usage) -> float | None:
        if usage.tokens_in is None or usage.tokens_out is None:
            return None
        return (usage.tokens_in * self.tokens_in + usage.tokens_out * self.tokens_out) / 1_000_000


class AnyModel:
    def __init__(
        self,
        where: Place,
        *,
        key: str | None = None,
        prices: Prices | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """key  None = from the environment or the system's keyring, when the first request needs it."""
        self.place, self._key, self._prices, self._sleep = where, key, prices, sleep
        self.name, self.host, self.local = where.spec, where.host, where.local
        self.batch = PROVIDERS[where.provider].batch

    def complete(self, messages: Sequence[Message], how: How = USUAL, sent: Sent = nobody_looks) -> Completion:
        wire = self._wire()
        many = PROVIDERS[self.place.provider].many
        parts = [
            self._patiently(lambda: wire.complete(messages, how, sent, how.n if many else 1))
            for _ in range(1 if many else how.n)
        ]
        usage = _total([p.usage for p in parts])
        stated = [p.cost for p in parts if p.cost is not None]
        whole = msgspec.structs.replace(parts[-1], texts=tuple(t for p in parts for t in p.texts), usage=usage)
        return msgspec.structs.replace(whole, cost=sum(stated) if stated else self._cost(usage))

    def stream(self, messages: Sequence[Message], how: How = USUAL, sent: Sent = nobody_looks) -> Iterator[Piece]:
        """One answer, whatever `how.n` says. A wait that the server asks for comes before the first piece."""
        wire = self._wire()

        def begun() -> tuple[Piece, Iterator[Piece]]:
            pieces = wire.stream(messages, how, sent)
            return next(pieces), pieces

        first, pieces = self._patiently(begun)
        yield self._priced(first)
        yield from map(self._priced, pieces)

    def embed(self, texts: Sequence[str], sent: Sent = nobody_looks) -> Vectors:
        """Nothing is waited for or tried again: whoever asks can do without."""
        return self._wire().embed(texts, sent)

    def _wire(self) -> Wire:
        if self._key is None:
            self._key = api_key(self.place)
        try:
            from afterword.llm.wire import Wire
        except ModuleNotFoundError as e:
            raise BadSettings(
                "model.extra",
                f"The library that speaks with models is not installed ({e.name}).",
                next_step="pip install 'afterword[llm]'",
            ) from None
        return Wire(self.place, self._key)

    def _patiently(self, request: Callable[[], T], left: int = RETRIES) -> T:
        try:
            return request()
        except TryAgain as e:
            wait = e.details.get("retry_after")
            if not left or not isinstance(wait, float) or wait > LONGEST_WAIT:
                raise
        self._sleep(wait)
        return self._patiently(request, left - 1)

    def _cost(self, usage: Usage) -> float | None:
        return self._prices.of(usage) if self._prices else None

    def _priced(self, piece: Piece) -> Piece:
        if piece.whole is None or piece.whole.cost is not None:
            return piece
        return Piece(piece.text, msgspec.structs.replace(piece.whole, cost=self._cost(piece.whole.usage)))


def _total(parts: Sequence[Usage]) -> Usage:
    """What the provider did not count for one part it did not count for the whole."""
    columns = ([getattr(u, name) for u in parts] for name in Usage.__struct_fields__)
    return Usage(*(None if None in column else sum(column) for column in columns))
