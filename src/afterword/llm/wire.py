"""The only module that opens a connection. In: messages for a place. Out: what its server answered.

any-llm and the provider's own library build the request; it goes through an HTTP client of ours, whose request hook is
the last code before the network. There the exact body is handed to `sent`, the traits of this computer that libraries
add to the headers are taken off, and a request to any other host is stopped. Redirects are not followed, no library
retries by itself, and a local server is never reached through a proxy: each would be a second way out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import httpx
from any_llm import AnyLLM, AnyLLMError

from afterword.errors import BadSettings
from afterword.llm.faults import answer_broken, cut, translated
from afterword.llm.port import Completion, How, Message, Piece, Sent, Usage, Vectors
from afterword.llm.providers import PROVIDERS, Place

T = TypeVar("T")

# An environment variable makes these libraries talkative, some versions with whole requests; a chat is not for logs.
for _talkative in ("openai", "anthropic", "httpx", "httpcore", "any_llm"):
    logging.getLogger(_talkative).setLevel(logging.ERROR)

NO_KEY = "no-key-required"
BIG = 1e30
"""Beyond it, no number that the shelf can keep; what is no number at all is not below it either."""
EMBEDDING = How(timeout=20.0)
"""Somebody waits for a list that is there without vectors too."""


class Wire:
    def __init__(self, where: Place, key: str) -> None:
        self.place, self._key = where, key
        self._provider = PROVIDERS[where.provider]

    def complete(self, messages: Sequence[Message], how: How, sent: Sent, n: int) -> Completion:
        async def request(llm: AnyLLM) -> Any:
            return await llm.acompletion(self.place.model, self._turns(messages, how), **self._options(how, n))

        with asyncio.Runner() as runner:
            return self._completion(runner.run(self._guarded(request, how, sent)))

    def stream(self, messages: Sequence[Message], how: How, sent: Sent) -> Iterator[Piece]:
        async def request(llm: AnyLLM) -> Any:
            options = {**self._options(how, 1), "stream_options": {"include_usage": True}}
            return await llm.acompletion(self.place.model, self._turns(messages, how), stream=True, **options)

        with asyncio.Runner() as runner:
            pieces = self._pieces(request, how, sent)
            try:
                while (piece := runner.run(_next(pieces))) is not None:
                    yield piece
            finally:
                runner.run(_closed(pieces))

    def embed(self, texts: Sequence[str], sent: Sent) -> Vectors:
        async def request(llm: AnyLLM) -> Any:
            # "float", since some servers do not know the packed form that the library would ask for
            options: dict[str, Any] = {"encoding_format": "float", "timeout": EMBEDDING.timeout}
            return await llm.aembedding(self.place.model, list(texts), **options)

        try:
            with asyncio.Runner() as runner:
                found = runner.run(self._guarded(request, EMBEDDING, sent))
        except ValueError:  # of pydantic, which any-llm lets through: an answer of another shape
            raise answer_broken(self.place, "it cannot be read") from None
        return self._vectors(found, len(texts))

    # -- the request ----------------------------------------------------------------------------------------------

    def _turns(self, messages: Sequence[Message], how: How) -> list[Any]:
        out: list[dict[str, Any]] = [{"role": m.role, "content": m.text} for m in messages]
        # Anthropic caches up to a mark; the others find the common beginning by themselves. Several system messages are
        # joined on the way, which only plain text can be.
        if self._provider.sdk == "anthropic" and 0 < how.stable <= len(out):
            last = out[how.stable - 1]
            if last["role"] != "system" or sum(m.role == "system" for m in messages) == 1:
                last["content"] = [{"type": "text", "text": last["content"], "cache_control": {"type": "ephemeral"}}]
        return out

    def _options(self, how: How, n: int) -> dict[str, Any]:
        out: dict[str, Any] = {"timeout": how.timeout}
        if self._provider.sdk == "compatible":
            # the newer name of this limit is silently ignored by some local servers
            out["extra_body"] = {"max_tokens": how.max_tokens}
        else:
            out["max_tokens"] = how.max_tokens
        if how.temperature is not None:
            out["temperature"] = how.temperature
        if n > 1:
            out["n"] = n
        if how.schema is not None:
            shape = {"type": "json_schema", "json_schema": {"name": "answer", "schema": how.schema}}
            out["response_format"] = {"type": "json_object"} if self._provider.sdk == "deepseek" else shape
        return out

    def _llm(self, client: httpx.AsyncClient) -> AnyLLM:
        more: dict[str, Any] = {"http_client": client, "max_retries": 0, "unified_exceptions": True}
        key, url = self._key or NO_KEY, self.place.url
        if self._provider.sdk == "compatible":
            return AnyLLM.create_openai_compatible(self.place.provider, url, key, **more)
        return AnyLLM.create(self._provider.sdk, key, url, **more)

    def _client(self, how: How, sent: Sent, held: list[BaseException]) -> httpx.AsyncClient:
        async def leaving(request: httpx.Request) -> None:
            try:
                for name in [h for h in request.headers if h.lower().startswith("x-stainless")]:
                    del request.headers[name]
                request.headers["user-agent"] = "afterword"
                if request.url.netloc.decode("ascii") != httpx.URL(self.place.url).netloc.decode("ascii"):
                    raise BadSettings(
                        "model.redirect",
                        f"A request for {self.place.host} was about to go to {request.url.host}. Nothing was sent.",
                        next_step="Set the address that the server really has: afterword model set … --url",
                    )
                sent(await request.aread())
            except BaseException as e:
                held.append(e)  # the libraries would wrap it into a connection error of theirs
                raise

        return httpx.AsyncClient(
            event_hooks={"request": [leaving]},
            follow_redirects=False,
            trust_env=not self.place.local,
            timeout=how.timeout,
        )

    async def _guarded(self, request: Callable[[AnyLLM], Coroutine[Any, Any, T]], how: How, sent: Sent) -> T:
        held: list[BaseException] = []
        async with self._client(how, sent, held) as client:
            try:
                return await request(self._llm(client))
            except AnyLLMError as e:
                # without its cause: that one carries headers with the key, and words that the server repeated
                raise (held[0] if held else translated(e, self.place, how.timeout)) from None

    # -- the answer -----------------------------------------------------------------------------------------------

    def _completion(self, found: Any) -> Completion:
        choices = getattr(found, "choices", None)
        if not isinstance(choices, list) or not choices:
            raise answer_broken(self.place, "it holds no choices")
        texts = tuple(c.message.content for c in choices if c.message and c.message.content)
        if not texts:
            raise answer_broken(self.place, "it holds no text")
        finish = str(choices[0].finish_reason or "stop")
        return Completion(texts, self.place.spec, finish, _usage(found.usage), _stated_cost(found.usage))

    def _vectors(self, found: Any, n: int) -> Vectors:
        """In the order of the texts, which is not always that of the answer."""
        data = getattr(found, "data", None)
        if not isinstance(data, list) or len(data) != n:
            raise answer_broken(self.place, "it holds not one vector for each text")
        placed = {getattr(d, "index", None): getattr(d, "embedding", None) for d in data}
        vectors = [placed.get(i) for i in range(n)]
        whole = [v for v in vectors if isinstance(v, list) and v and all(map(_number, v))]
        if len(whole) < n or len({len(v) for v in whole}) > 1:
            raise answer_broken(self.place, "its vectors are not of numbers, or of different lengths")
        counted = getattr(getattr(found, "usage", None), "prompt_tokens", None)
        return Vectors(tuple(whole), Usage(counted if isinstance(counted, int) else None))

    async def _pieces(
        self, request: Callable[[AnyLLM], Coroutine[Any, Any, Any]], how: How, sent: Sent
    ) -> AsyncIterator[Piece]:
        held: list[BaseException] = []
        said, finish, usage, cost = "", "", Usage(), None
        async with self._client(how, sent, held) as client:
            try:
                async for chunk in await request(self._llm(client)):
                    if chunk.usage is not None:
                        usage, cost = _usage(chunk.usage), _stated_cost(chunk.usage)
                    for choice in chunk.choices or ():
                        finish = str(choice.finish_reason or finish)
                        if choice.delta and choice.delta.content:
                            said += choice.delta.content
                            yield Piece(choice.delta.content)
            except AnyLLMError as e:
                raise (held[0] if held else translated(e, self.place, how.timeout, begun=bool(said))) from None
        if not finish:
            raise cut(self.place) if said else answer_broken(self.place, "it holds no text")
        if not said:
            raise answer_broken(self.place, "it holds no text")
        yield Piece("", Completion((said,), self.place.spec, finish, usage, cost))


def _number(x: Any) -> bool:
    return isinstance(x, int | float) and abs(x) < BIG


async def _next(pieces: AsyncIterator[Piece]) -> Piece | None:
    return await anext(pieces, None)


async def _closed(pieces: Any) -> None:
    await pieces.aclose()


def _usage(found: Any) -> Usage:
    if found is None:
        return Usage()
    details = getattr(found, "prompt_tokens_details", None)
    return Usage(found.prompt_tokens, found.completion_tokens, getattr(details, "cached_tokens", None))


def _stated_cost(usage: Any) -> float | None:
    """Some gateways say what a request cost; it is taken at its word."""
    cost = getattr(usage, "cost", None)
    return float(cost) if isinstance(cost, int | float) and not isinstance(cost, bool) else None
