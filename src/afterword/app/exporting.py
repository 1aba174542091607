"""Every utterance, a JSON line each. In: shelves. Out: lines of `jsonl` or of ConvoKit's utterances.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from afterword.app.library import Library, iso
from afterword.app.people import People
from afterword.errors import BadInput
from afterword.model import Kind
from afterword.store import Vault

FORMATS = ("jsonl", "convokit")


def export_lines(vault: Vault, shelves: Sequence[str], format: str) -> Iterator[str]:
    """`id, speaker, at, text, kind, sources` for jsonl; the same under ConvoKit's names otherwise."""
    if format not in FORMATS:
        raise BadInput(
            "export.format", f"{format!r} is not an export format.", next_step="One of: " + ", ".join(FORMATS)
        )
    people = People(vault)
    for id in shelves:
        library = Library(vault, vault.shelf(id))
        first = {row: (hash, locator) for row, hash, locator in library.shelf.first_source()}
        more = library.shelf.provenance()
        names: dict[str, str] = {}
        for u in library.utterances():
            name = names.setdefault(u.speaker, people.name(u.speaker))
            sources = [{"source": s, "locator": at} for s, at in (first[u.row], *more.get(u.row, []))]
            kind = Kind(u.kind).name.lower()
            line: dict[str, Any] = {
                "id": u.id,
                "speaker": name,
                "at": iso(u),
                "text": u.text,
                "kind": kind,
                "sources": sources,
            }
            if format == "convokit":
                meta = {"kind": kind, "sources": sources, "at": iso(u)}
                line = {
                    "id": u.id, "speaker": name, "conversation_id": id, "reply_to": None, "timestamp": u.at, "text": u.text,
                    "vectors": [], "meta": meta,
                }  # fmt: skip
            yield json.dumps(line, ensure_ascii=False)
