"""A packet as a model reads it, and an answer as it comes back. In: a packet and its lines. Out: messages; findings.

Lines are numbered within the packet: an id of forty letters would cost more than most messages, and be copied wrongly.
Each line is JSON, so that no text of a chat can end its line or pass for the frame. What is the same for all packets
stands first, so that a provider may keep it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

from afterword.distill.choosing import Packet, shown_text
from afterword.llm import How, Message, Unfit, estimated_tokens
from afterword.model import Utterance
from afterword.model.corpus import SESSION_GAP

MOST_FINDINGS = 6
FORM = (
    'Answer with JSON alone: {"findings": [{"claim": "…", "evidence": [{"utterance": "m7", "words": "…"}], '
    '"against": []}]}'
)
_CITED = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"utterance": {"type": "string"}, "words": {"type": "string"}},
        "required": ["utterance", "words"],
        "additionalProperties": False,
    },
}
_FINDING = {
    "type": "object",
    "properties": {"claim": {"type": "string"}, "evidence": _CITED, "against": _CITED},
    "required": ["claim", "evidence", "against"],
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"findings": {"type": "array", "items": _FINDING}},
    "required": ["findings"],
    "additionalProperties": False,
}
HOW = How(max_tokens=900, schema=SCHEMA, timeout=300.0)
"""A model on an old computer takes minutes for a packet."""
_FENCED = re.compile(r"```\w*\s*\n(.*?)\n?\s*```", re.DOTALL)


@cache
def rubric(facet: str = "") -> str:
    """What holds for every packet; with a facet, what to look for as well."""
    folder = files("afterword.distill")
    common = (folder / "rubric.md").read_text(encoding="utf-8").strip()
    return f"{common}\n\n{(folder / 'facets' / f'{facet}.md').read_text(encoding='utf-8').strip()}" if facet else common


def instructions(facet: str, name: str) -> str:
    return f"{rubric()}\n\n{FORM}\n\nThe subject is called {json.dumps(name, ensure_ascii=False)}.\n\n" + rubric(
        facet
    ).removeprefix(rubric() + "\n\n")


def instruction_tokens(facet: str, name: str) -> int:
    return estimated_tokens(instructions(facet, name))


def speaker_of(u: Utterance, subject: str, owner: str) -> str:
    return "subject" if u.speaker == subject else "owner" if not owner or u.speaker == owner else "other"


def numbered(excerpts: Iterable[Sequence[Utterance]], subject: str, owner: str) -> tuple[str, dict[str, str]]:
    """Lines as they are sent, a heading at each silence, and the number of each → its utterance's id."""
    rows: list[str] = []
    numbers: dict[str, str] = {}
    for excerpt in excerpts:
        before: int | None = None
        for u in excerpt:
            if before is None or u.at - before > SESSION_GAP:
                rows.append(f"## {u.local:%Y-%m-%d %H:%M}" if u.at else "##")
            before = u.at
            number = f"m{len(numbers) + 1}"
            numbers[number] = u.id
            rows.append(json.dumps([number, speaker_of(u, subject, owner), shown_text(u.text)], ensure_ascii=False))
    return "\n".join(rows), numbers


def messages(
    packet: Packet, said: Mapping[int, Utterance], name: str, subject: str, owner: str
) -> tuple[tuple[Message, ...], dict[str, str]]:
    """What is sent, and the number of each line → its utterance's id."""
    text, numbers = numbered(([said[r] for r in rows if r in said] for rows in packet.excerpts), subject, owner)
    return (Message("system", instructions(packet.facet, name)), Message("user", text)), numbers


def key_of(sent: Sequence[Message], ids: Sequence[str]) -> str:
    """The same instructions and the same lines have the same key, in every export and on every day."""
    text = "\x1f".join([*(m.text for m in sent), *ids])
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def read_json(answer: str) -> Any:
    """What an answer says, with or without a fence around it; Unfit where it is no JSON."""
    fenced = _FENCED.search(answer)
    try:
        return json.loads(fenced[1] if fenced else answer)
    except (ValueError, RecursionError) as e:
        where = f"{e.msg}, line {e.lineno}" if isinstance(e, json.JSONDecodeError) else type(e).__name__
        raise Unfit(f"it is not JSON ({where})") from None


def findings_in(answer: str, numbers: Mapping[str, str]) -> list[Any]:
    """The findings of an answer with the ids of utterances; Unfit where it is no such JSON."""
    read = read_json(answer)
    found = read.get("findings") if isinstance(read, dict) else read
    if not isinstance(found, list):
        raise Unfit('it is not {"findings": [...]}')
    return [_named(f, numbers) for f in found[:MOST_FINDINGS]]


def _named(finding: Any, numbers: Mapping[str, str]) -> Any:
    if not isinstance(finding, dict):
        return finding
    out = dict(finding)
    for side in ("evidence", "against"):
        if isinstance(out.get(side), list):
            out[side] = [
                {**e, "utterance": numbers.get(e["utterance"], e["utterance"])}
                if isinstance(e, dict) and isinstance(e.get("utterance"), str)
                else e
                for e in out[side]
            ]
    return out
