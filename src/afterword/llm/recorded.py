"""Answers kept in a file, so that what a model once said can be had again without it.

In: a JSONL file, and a model while recording. Out: the same completions. The key is the hash of the whole request; a
request that was never recorded is refused, so a changed prompt cannot be answered by an old recording. The file is
plain text: record invented people only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from afterword.errors import BadInput, NotFound
from afterword.llm.port import USUAL, Completion, How, Message, Model, Piece, Sent, body_of, nobody_looks
from afterword.llm.scripted import PIECE


class _Line(msgspec.Struct, frozen=True):
    key: str
    model: str
    messages: tuple[Message, ...]
    completion: Completion


class RecordedModel:
    """With a model it asks what is not recorded yet and writes it down; without one it only replays."""

    def __init__(self, path: Path, model: Model | None = None) -> None:
        self._path, self._model = path, model
        self._known: dict[str, _Line] = {}
        for number, raw in enumerate(path.read_bytes().splitlines() if path.exists() else [], 1):
            try:
                line = msgspec.json.decode(raw, type=_Line)
            except msgspec.DecodeError as e:
                raise BadInput(
                    "model.recording-broken",
                    f"{path.name} line {number} is no recorded answer: {e}.",
                    next_step="Record it again.",
                ) from e
            self._known[line.key] = line
        recorded = next(iter(self._known.values()), None)
        self.name = model.name if model else recorded.model if recorded else "recorded"
        self.host, self.local = (model.host, model.local) if model else ("", True)

    def complete(self, messages: Sequence[Message], how: How = USUAL, sent: Sent = nobody_looks) -> Completion:
        body = body_of(self.name, messages, how)
        key = hashlib.sha256(body).hexdigest()
        if found := self._known.get(key):
            sent(body)
            return found.completion
        if self._model is None:
            raise NotFound(
                "model.recording",
                f"{self._path.name} holds no answer to this request ({key[:12]}).",
                next_step="The request has changed: record it again with a model.",
            )
        line = _Line(key, self.name, tuple(messages), self._model.complete(messages, how, sent))
        with self._path.open("ab") as f:
            f.write(msgspec.json.encode(line) + b"\n")
        self._known[key] = line
        return line.completion

    def stream(self, messages: Sequence[Message], how: How = USUAL, sent: Sent = nobody_looks) -> Iterator[Piece]:
        whole = self.complete(messages, how, sent)
        for at in range(0, len(whole.text), PIECE):
            yield Piece(whole.text[at : at + PIECE])
        yield Piece("", whole)
