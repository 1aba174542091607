"""A scene as a model reads it, and what it says of it. In: a scene's lines. Out: messages; sentences, each with its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from afterword.distill.prompt import numbered, read_json
from afterword.llm import How, Message, Unfit
from afterword.model import Utterance

MOST_SENTENCES = 3
FORM = 'Answer with JSON alone: {"title": {"says": "…", "lines": ["m1"]}, "summary": [{"says": "…", "lines": ["m2", "m5"]}]}'
_SAID = {
    "type": "object",
    "properties": {"says": {"type": "string"}, "lines": {"type": "array", "items": {"type": "string"}}},
    "required": ["says", "lines"],
    "additionalProperties": False,
}
SCENE_HOW = How(
    max_tokens=300,
    schema={
        "type": "object",
        "properties": {"title": _SAID, "summary": {"type": "array", "items": _SAID}},
        "required": ["title", "summary"],
        "additionalProperties": False,
    },
    timeout=300.0,
)


class Sentence(msgspec.Struct, frozen=True):
    """What a model says of a scene, and the ids of the utterances it names for it."""

    says: str
    lines: tuple[str, ...] = ()


class Telling(msgspec.Struct, frozen=True):
    title: Sentence
    summary: tuple[Sentence, ...] = ()


@cache
def _instructions() -> str:
    return f"{(files('afterword.distill') / 'scene.md').read_text(encoding='utf-8').strip()}\n\n{FORM}"


def scene_messages(
    excerpts: Sequence[Sequence[Utterance]], name: str, subject: str, owner: str
) -> tuple[tuple[Message, ...], dict[str, str]]:
    """What is sent, and the number of each line → its utterance's id."""
    text, numbers = numbered(excerpts, subject, owner)
    called = msgspec.json.encode(name).decode()
    return (
        Message("system", _instructions()),
        Message("user", f"The subject is called {called}.\n{text}"),
    ), numbers


def telling_in(answer: str, numbers: Mapping[str, str]) -> Telling:
    """Unfit where it is no such JSON; lines that were not given are left out."""
    read: Any = read_json(answer)
    try:
        told = msgspec.convert(read, type=Telling)
    except msgspec.ValidationError as e:
        raise Unfit(f'it is not {{"title": …, "summary": […]}} ({e})') from None

    def known(s: Sentence) -> Sentence:
        return Sentence(" ".join(s.says.split()), tuple(dict.fromkeys(numbers[n] for n in s.lines if n in numbers)))

    return Telling(known(told.title), tuple(known(s) for s in told.summary[:MOST_SENTENCES]))
