"""A provider's errors in our own tree. In: an error of any-llm. Out: what was found, where, and what to do next.

Of what the server wrote, only short machine words are kept. Its sentences repeat prompts and keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import anthropic
import httpx
import openai
from any_llm import (
    AnyLLMError,
    ContentFilterError,
    ContextLengthExceededError,
    RateLimitError,
    UnsupportedParameterError,
)

from afterword.errors import AfterwordError, BadInput, BadSettings, TryAgain
from afterword.llm.providers import KEY, PROVIDERS, Place

_WORD = re.compile(r"[a-z][a-z_]{2,40}")
_TIMEOUTS = (httpx.TimeoutException, openai.APITimeoutError, anthropic.APITimeoutError, TimeoutError)


def answer_broken(where: Place, what: str) -> TryAgain:
    return TryAgain(
        "model.answer-broken",
        f"{where.host} answered, but this is no answer of a model: {what}.",
        next_step="Try again. If it stays so, check that the address is that of a model server: afterword model show",
    )


def cut(where: Place) -> TryAgain:
    return TryAgain("model.cut", f"{where.host} stopped in the middle of its answer.", next_step="Try again.")


def translated(error: AnyLLMError, where: Place, timeout: float, *, begun: bool = False) -> AfterwordError:
    """`begun`: pieces of the answer had already come."""
    chain = list(_causes(error))
    status = error.status_code
    if any(isinstance(e, _TIMEOUTS) for e in chain):
        return TryAgain(
            "model.timeout",
            f"{where.host} said nothing for {timeout:g} seconds.",
            next_step="Try again; a model that is being loaded needs time for its first answer.",
        )
    if begun and (status is None or status < 300):
        return cut(where)
    if any(isinstance(e, httpx.ConnectError | httpx.ProxyError) for e in chain):
        return TryAgain(
            "model.unreachable",
            f"Nothing answers at {where.host}.",
            next_step="Start the model server, then try again."
            if where.local
            else "Check the network and the address.",
        )
    return _by_status(error, status, where, _word(error)) or _by_kind(error, chain, where)


def _by_status(error: AnyLLMError, status: int | None, where: Place, word: str) -> AfterwordError | None:
    if isinstance(error, RateLimitError) or status == 429:
        wait = _seconds(getattr(error, "retry_after", None))
        return TryAgain(
            "model.rate-limit",
            f"{where.host} takes no more requests for now{f' and asks to wait {wait:g} seconds' if wait else ''}.",
            next_step="Wait, then try again.",
            retry_after=wait,
        )
    if isinstance(error, ContextLengthExceededError) or status == 413:
        return BadInput(
            "model.too-long",
            f"This is more than {where.spec} can read at once.",
            next_step="Send less, or choose a model with a larger context.",
        )
    if isinstance(error, ContentFilterError):
        return BadInput(
            "model.filtered",
            f"{where.host} refused this text by its own rules.",
            next_step="Nothing is wrong with your vault. Leave it, or choose another model.",
        )
    if status in (401, 403):
        variable = PROVIDERS[where.provider].key if where.own else ""
        return BadSettings(
            "model.key",
            f"{where.host} does not accept the key ({status}).",
            next_step=f"Check {variable or KEY}, or the key in the system's keyring.",
        )
    if status == 402:
        return BadSettings(
            "model.funds", f"{where.host} says that the account is empty (402).", next_step="See the provider's page."
        )
    if status == 404:
        return BadSettings(
            "model.unknown",
            f"{where.host} knows no model {where.model!r} at this address (404).",
            next_step="Check the name and the address: afterword model show",
        )
    if status is not None and 300 <= status < 400:
        return BadSettings(
            "model.redirect",
            f"{where.host} sends its callers elsewhere ({status}). Afterword does not follow.",
            next_step="Set the address that the server really has: afterword model set … --url",
        )
    if status is not None and 400 <= status < 500:
        return BadSettings(
            "model.request",
            f"{where.host} refused the request ({status}{', ' + word if word else ''}).",
            next_step="The model may not take one of the settings, such as a schema or a temperature. Choose another model.",
        )
    if status is not None and status >= 500:
        return TryAgain(
            "model.server", f"{where.host} had a fault of its own ({status}).", next_step="Try again in a moment."
        )
    return None


def _by_kind(error: AnyLLMError, chain: list[BaseException], where: Place) -> AfterwordError:
    if isinstance(error, UnsupportedParameterError):
        return BadSettings(
            "model.request",
            f"{where.provider} does not take {error.parameter_name}.",
            next_step="The model may not take one of the settings, such as a schema or a temperature. Choose another model.",
        )
    if any(isinstance(e, httpx.TransportError) for e in chain):
        return cut(where)
    return answer_broken(where, "it cannot be read")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        e = waiting.pop()
        if e is not None and id(e) not in seen:
            seen.add(id(e))
            yield e
            waiting += [e.__cause__, e.__context__, getattr(e, "original_exception", None)]


def _word(error: AnyLLMError) -> str:
    for word in (error.code, error.error_type):
        if isinstance(word, str) and _WORD.fullmatch(word):
            return word
    return ""


def _seconds(stated: str | None) -> float | None:
    """A Retry-After header: seconds, or a date."""
    if not stated:
        return None
    try:
        return max(0.0, float(stated))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(stated) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
