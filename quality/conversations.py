"""Conversations for the likeness bench. In: a path. Out: turns in time order, with who wrote them.

Two kinds of file: `{"speakers": [a, b], "messages": [{"speaker", "at", "text"}]}`, and any chat export that Afterword
reads. Only the person's own words are kept: placeholders of pictures and system lines would teach every judge to tell
exports apart instead of people.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

GAP = 6 * 3600


@dataclass(frozen=True)
class Line:
    speaker: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Turn:
    speaker: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return "\n".join(x.text for x in self.lines)


@dataclass(frozen=True)
class Conversation:
    name: str
    speakers: tuple[str, ...]
    turns: tuple[Turn, ...]


def load(path: Path) -> Conversation:
    if path.suffix == ".json":
        data = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(data, dict) and {"speakers", "messages"} <= data.keys():
            lines = [
                Line(m["speaker"], datetime.fromisoformat(m["at"]), m["text"])
                for m in data["messages"]
                if m["text"].strip()
            ]
            return Conversation(data.get("name", path.stem), tuple(data["speakers"]), turns(lines))
    return exported(path)


def exported(path: Path) -> Conversation:
    from afterword.importers import Options, identify
    from afterword.model import Kind, Message

    importer, _ = identify(path)
    lines = []
    for record in importer.read(path, Options()):
        if isinstance(record, Message) and record.kind == Kind.TEXT and record.text.strip() and record.at != "":
            at = datetime.fromisoformat(record.at) if isinstance(record.at, str) else datetime.fromtimestamp(record.at)
            lines.append(Line(record.name or record.handle or "me", at, record.text))
    return Conversation(path.stem, tuple(dict.fromkeys(x.speaker for x in lines)), turns(lines))


def turns(lines: list[Line]) -> tuple[Turn, ...]:
    """Runs of one speaker without a long silence."""
    out: list[list[Line]] = []
    for line in lines:
        last = out[-1][-1] if out else None
        if last is not None and last.speaker == line.speaker and (line.at - last.at).total_seconds() <= GAP:
            out[-1].append(line)
        else:
            out.append([line])
    return tuple(Turn(run[0].speaker, tuple(run)) for run in out)


def as_whatsapp(parts: tuple[Turn, ...], path: Path) -> None:
    """The turns as an Android export, so that the product itself can be given half of a conversation."""
    with path.open("w", encoding="utf-8", newline="\n") as f:
        for line in sorted((x for t in parts for x in t.lines), key=lambda x: x.at):
            f.write(f"{line.at:%d/%m/%Y}, {line.at:%H:%M} - {line.speaker.replace(':', ' ')}: {line.text}\n")
