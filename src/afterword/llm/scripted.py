"""A model that says what it was told to say, for tests and demonstrations. In: a list of answers, or a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from afterword.errors import AfterwordError, NotFound
from afterword.llm.port import (
    USUAL,
    Completion,
    How,
    Message,
    Piece,
    Sent,
    Usage,
    body_of,
    estimated_tokens,
    nobody_looks,
)

Answer = str | AfterwordError
PIECE = 3
"""Characters in a streamed piece: short, so that every token and every name is cut somewhere."""


class ScriptedModel:
    """`seen` holds the messages of every request. An error in the script is raised instead of an answer.

    host  a name makes it a model somewhere else, to which consent applies; nothing is connected to all the same
    """

    def __init__(
        self,
        script: Sequence[Answer] | Callable[[Sequence[Message]], Answer],
        *,
        name: str = "scripted",
        host: str = "",
    ) -> None:
        self.name, self.host, self.local = name, host, not host
        self._say = script if callable(script) else None
        self._left = [] if callable(script) else list(script)
        self.seen: list[tuple[Message, ...]] = []

    def complete(self, messages: Sequence[Message], how: How = USUAL, sent: Sent = nobody_looks) -> Completion:
        sent(body_of(self.name, messages, how))
        self.seen.append(tuple(messages))
        texts = tuple(self._next(messages) for _ in range(how.n))
        words = sum(estimated_tokens(m.text) for m in messages)
        return Completion(texts, self.name, usage=Usage(words, sum(map(estimated_tokens, texts)), 0), cost=0.0)

    def stream(self, messages: Sequence[Message], how: How = USUAL, sent: Sent = nobody_looks) -> Iterator[Piece]:
        whole = self.complete(messages, how, sent)
        for at in range(0, len(whole.text), PIECE):
            yield Piece(whole.text[at : at + PIECE])
        yield Piece("", whole)

    def _next(self, messages: Sequence[Message]) -> str:
        if self._say is None and not self._left:
            raise NotFound("model.script", "The script holds no further answer.", next_step="Add one to the script.")
        answer = self._say(messages) if self._say else self._left.pop(0)
        if isinstance(answer, AfterwordError):
            raise answer
        return answer
