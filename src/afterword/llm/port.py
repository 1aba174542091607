"""What a language model is to Afterword. In: messages and how an answer is wanted. Out: a completion, or pieces of one.

`sent` is called with the exact body of every request before it leaves, and what it raises keeps the request here. So
consent, preview and ledger look at the bytes themselves and not at somebody's idea of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

import msgspec

from afterword.errors import TryAgain

T = TypeVar("T")
Sent = Callable[[bytes], None]

REASK = (
    "That answer could not be used: {fault}. Answer once more in the form that was asked for, with nothing around it."
)
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


class Message(msgspec.Struct, frozen=True):
    role: Literal["system", "user", "assistant"]
    text: str


class How(msgspec.Struct, frozen=True):
    """How an answer is wanted.

    stable       so many messages at the start are the same from call to call: providers that cache a prefix are told
    temperature  None = the model's own; some models refuse any other
    schema       a JSON schema of the answer, for models that can be held to one
    timeout      seconds without a byte from the server
    """

    stable: int = 1
    max_tokens: int = 800
    temperature: float | None = None
    n: int = 1
    schema: dict[str, Any] | None = None
    timeout: float = 60.0


USUAL = How()


class Usage(msgspec.Struct, frozen=True):
    """Tokens as the provider counted them; `cached` of those that went in. None = it did not say."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    cached: int | None = None


NOT_SAID = Usage()


class Completion(msgspec.Struct, frozen=True):
    """`finish`: "stop", "length" (cut at max_tokens) or the provider's own word. `cost`: None = not known."""

    texts: tuple[str, ...]
    model: str
    finish: str = "stop"
    usage: Usage = NOT_SAID
    cost: float | None = None

    @property
    def text(self) -> str:
        return self.texts[0]


class Vectors(msgspec.Struct, frozen=True):
    """One for each text, all of one length."""

    vectors: tuple[list[float], ...]
    usage: Usage = NOT_SAID


class Piece(msgspec.Struct, frozen=True):
    """A part of a streamed text. The last one carries the whole completion."""

    text: str
    whole: Completion | None = None


def nobody_looks(body: bytes) -> None:
    pass


class Model(Protocol):
    """`host` is where requests go ("" = nowhere); `local` is True when that is this computer. Errors are our own."""

    @property
    def name(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def local(self) -> bool: ...

    def complete(self, messages: Sequence[Message], how: How = USUAL, sent: Sent = nobody_looks) -> Completion: ...

    def stream(self, messages: Sequence[Message], how: How = USUAL, sent: Sent = nobody_looks) -> Iterator[Piece]: ...


@runtime_checkable
class Embeds(Protocol):
    """A model that turns texts into vectors, at most `batch` of them in one request."""

    @property
    def batch(self) -> int: ...

    def embed(self, texts: Sequence[str], sent: Sent = nobody_looks) -> Vectors: ...


class Unfit(ValueError):
    """Raised by a parser: what is wrong with the answer, in words that the model can act on."""


def ask(
    send: Callable[[Sequence[Message], How], Completion],
    messages: Sequence[Message],
    parse: Callable[[str], T],
    how: How = USUAL,
) -> T:
    """A parsed answer. `send` is Door.send, or complete of a model.

    A fault is sent back once. A model that fails twice at the same form rarely finds it at the third try.
    """
    answer = send(messages, how).text
    try:
        return parse(answer)
    except Unfit as fault:
        said = REASK.format(fault=fault)
    again = (*messages, Message("assistant", answer), Message("user", said))
    try:
        return parse(send(again, how).text)
    except Unfit as fault:
        raise TryAgain(
            "model.unfit",
            f"The model answered twice in a form that cannot be used: {fault}.",
            next_step="Try again, or choose a larger model: afterword model set",
        ) from None


def body_of(model: str, messages: Sequence[Message], how: How) -> bytes:
    """One request as bytes, for models that have no wire. The time-out is no part of what is asked."""
    asked = {k: v for k, v in msgspec.to_builtins(how).items() if k != "timeout"}
    request = {"model": model, "messages": msgspec.to_builtins(list(messages)), **asked}
    return msgspec.json.encode(request, order="deterministic")


def estimated_tokens(text: str) -> int:
    """Before anything is sent: a wide character is a token, four others are one."""
    wide = len(_WIDE.findall(text))
    return wide + -(-(len(text) - wide) // 4)
