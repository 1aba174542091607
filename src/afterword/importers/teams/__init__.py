"""Microsoft Teams: messages as Graph shapes them, from a tenant export or the API. In: a path. Out: a record for each.

Field names come with a capital (tenant export) or without (API: a list, `{"value": […]}` or `{"messages": […]}`,
replies inside their message). A chat's id tells whether it is direct, and in a tenant export the folder `users/<id>`
whose chats these are. A reply in a chat carries a preview of what it answers, a forward the whole of it, both as JSON
inside an attachment: quoted words, never the sender's. The personal export has Skype's form and belongs to that
importer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import list_of, text_of
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, Path_, cut, pointer, stream
from afterword.importers.teams._messages import record
from afterword.model import ChatRef, FileFacts, Message, Skipped

_LISTED = (("*",),)
_NAMED = (("value", "*"), ("messages", "*"))
_COMPANION = re.compile(
    r"(?:users|teams)List|teamsSettings|(?:channels|teamMembers|teamInstalledApps|meetings)_[0-9a-f-]{36}"
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SMALL = 64 << 20


class Teams:
    name = "teams"
    version = 1
    title = "Microsoft Teams (tenant export or Graph, json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        start = head_text(head)
        if start.lstrip()[:1] not in ("[", "{"):
            return None
        for created, kind, body in (
            ("createdDateTime", "messageType", "body"),
            ("CreatedDateTime", "MessageType", "Body"),
        ):
            if f'"{created}"' in start and f'"{kind}"' in start and f'"{body}"' in start:
                return Match(1.0, "Graph message fields")
        if _COMPANION.match(filename) and ('"Id"' in start or start.strip() == "[]"):
            return Match(0.9, "a list of a Teams tenant export", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(encoding="utf-8", zone="instant")
        owner = _owner(path)
        try:
            for where, value in stream(path, *_places(path), encoding=options.encoding):
                if _is_message(where):
                    yield from _with_replies(value, pointer(where), owner)
                elif not where:
                    yield Skipped("/", "unreadable", str(value)[:500])
        except JsonCut as e:
            yield cut(e)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        owner, names = _owner(path), _names(path)
        found: dict[str, dict[str, str]] = {}
        for r in self.read(path, options):
            if isinstance(r, Message):
                people = found.setdefault(r.chat, {})
                if r.handle:
                    people.setdefault(r.handle, r.name)
        for key, people in found.items():
            inside = _UUID.findall(key)
            direct = ("@unq.gbl.spaces" in key or key.startswith("48:")) if key else None
            others = [i for i in inside if i != owner] if direct and owner in inside else []
            other = others[0] if len(others) == 1 else ""
            name = people.get(other) or names.get(other, "")
            title = names.get(key) or name or ", ".join(n for n in list(people.values())[:8] if n)
            yield ChatRef(key, title, direct, "teams", other, name)


def _places(path: Path) -> tuple[tuple[str, ...], ...]:
    with path.open("rb") as f:
        return _LISTED if head_text(f.read(4096)).lstrip()[:1] == "[" else _NAMED


def _is_message(where: Path_) -> bool:
    return (len(where) == 1 and isinstance(where[0], int)) or (len(where) == 2 and where[0] in ("value", "messages"))


def _with_replies(value: Any, where: str, owner: str) -> Iterator[Message | Skipped]:
    yield record(value, where, owner)
    for field in ("replies", "Replies"):
        replies = value.get(field) if isinstance(value, dict) else None
        for n, reply in enumerate(list_of(replies)):
            yield record(reply, f"{where}/{field}/{n}", owner)


def _owner(path: Path) -> str:
    folder = path.parent.name.lower()
    return folder if path.parent.parent.name == "users" and _UUID.fullmatch(folder) else ""


def _names(path: Path) -> dict[str, str]:
    """Display names of people and channels, from the lists of the export."""
    names: dict[str, str] = {}
    files = sorted(path.parent.glob("channels_*.json"))[:4]
    files += [path.parent / "usersList.json", path.parent.parent / "usersList.json"]
    for file in files:
        try:
            if file.stat().st_size > _SMALL:
                continue
            rows = json.loads(file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError):
            continue
        for row in list_of(rows):
            if isinstance(row, dict):
                names[text_of(row.get("Id"))] = text_of(row.get("DisplayName"))
    return names


importer = Teams()
