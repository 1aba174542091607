"""Slack's export of a workspace: the zip, or `<channel>/<YYYY-MM-DD>.json` of the unpacked folder.

In: a path to either. Out: one record for each message. `users.json`, `channels.json`, `dms.json` and their like stand
at the top of the zip, or two levels above a day's file. A message's `ts` is its moment and its id. What an app posts
is AUTOMATED even under a person's name; what the workspace says about itself (joins, topics) is SYSTEM. The export does
not say whose it is, so nobody is `mine`. The "dump" of slackdump (one channel in one file) is read as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import list_of
from afterword.importers.reading import head_text
from afterword.importers.slack._archive import DAY, LISTS, Archive, names_in_head
from afterword.importers.slack._messages import Cast, record
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.importers.zips import is_zip
from afterword.model import ChatRef, FileFacts, Skipped

_TS = re.compile(r'"ts"\s*:\s*"\d{9,10}\.\d{6}"')
_TYPE = re.compile(r'"type"\s*:\s*"message"')
_SMALL = 256 << 20
_COMPANIONS = {
    *LISTS,
    "integration_logs.json",
    "canvases.json",
    "file_conversations.json",
    "lists.json",
    "huddle_transcripts.json",
}


class Slack:
    name = "slack"
    version = 1
    title = "Slack (workspace export: zip or folder)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if head.startswith(b"PK\x03\x04"):
            return _sniff_zip(names_in_head(head))
        text = head_text(head)
        first = text.lstrip()[:1]
        if first not in ("[", "{") or not first:
            return None
        if filename in _COMPANIONS and first == "[" and not _TS.search(text):
            if '"id"' in text and ('"members"' in text or '"team_id"' in text or '"created"' in text):
                return Match(0.9, "a list of a Slack workspace", companion=True)
            if filename == "integration_logs.json" or text.strip() == "[]":
                return Match(0.5, "a list of a Slack workspace", companion=True)
        if _TS.search(text) and _TYPE.search(text):
            return Match(0.97, "Slack message fields")
        if first == "[" and _TS.search(text) and '"text"' in text and '"user"' in text:  # the type is always the same
            return Match(0.8, "Slack message fields without their type")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(encoding="utf-8", zone="instant")
        if is_zip(path):
            with Archive(path) as archive:
                cast = Cast({name: archive.list(name) for name in LISTS})
                for folder, _, name in archive.days:
                    yield from _day(archive, name, cast, cast.key(folder))
            return
        cast, chat = _around(path)
        try:
            for where, value in stream(path, _place(path), encoding=options.encoding):
                if not where:
                    yield Skipped("/", "unreadable", str(value)[:500])
                elif where[0] == "channel_id" and isinstance(value, str):
                    chat = value
                elif (len(where) == 1 and isinstance(where[0], int)) or (len(where) == 2 and where[0] == "messages"):
                    yield from _with_replies(value, pointer(where), cast, chat)
        except JsonCut as e:
            yield cut(e)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        if is_zip(path):
            with Archive(path) as archive:
                cast = Cast({name: archive.list(name) for name in LISTS})
                for folder in archive.folders():
                    yield cast.ref(folder)
            return
        cast, _ = _around(path)
        yield cast.ref(path.parent.name)
        try:
            for where, value in stream(path, ("messages", "-"), encoding=options.encoding):
                if where == ("channel_id",) and isinstance(value, str):
                    yield cast.ref(value)
        except JsonCut:
            return


def _sniff_zip(names: list[str]) -> Match | None:
    inside = [PurePosixPath(n) for n in names]
    if any(DAY.match(n) for n in names):
        return Match(0.97, "a zip of days of Slack channels")
    if any(p.name in ("channels.json", "groups.json", "dms.json", "mpims.json") and len(p.parts) < 3 for p in inside):
        return Match(0.9, "a zip with the lists of a Slack workspace")
    if any(p.name in ("users.json", "org_users.json") and len(p.parts) < 3 for p in inside):
        return Match(0.6, "a zip with a list of users")
    return None


def _place(path: Path) -> tuple[str, ...]:
    """A day is a list; slackdump's channel an object with a list in it."""
    with path.open("rb") as f:
        return ("*",) if head_text(f.read(4096)).lstrip()[:1] != "{" else ("messages", "*")


def _around(path: Path) -> tuple[Cast, str]:
    lists: dict[str, list[Any]] = {}
    for name in LISTS:
        file = path.parent.parent / name
        try:
            if file.stat().st_size <= _SMALL:
                value = json.loads(file.read_text(encoding="utf-8-sig"))
                lists[name] = list_of(value)
        except (OSError, ValueError, RecursionError):
            continue
    cast = Cast(lists)
    return cast, cast.key(path.parent.name)


def _day(archive: Archive, name: str, cast: Cast, chat: str) -> Iterator[Record]:
    try:
        messages = archive.part(name)
    except ValueError as e:
        yield Skipped(name, "unreadable", str(e)[:200])
        return
    if not isinstance(messages, list):
        yield Skipped(name, "unreadable", json.dumps(messages)[:500])
        return
    for n, value in enumerate(messages):
        yield record(value, f"{name}#/{n}", cast, chat)


def _with_replies(value: Any, where: str, cast: Cast, chat: str) -> Iterator[Record]:
    yield record(value, where, cast, chat)
    replies = value.get("slackdump_thread_replies") if isinstance(value, dict) else None
    if isinstance(replies, list):
        for n, reply in enumerate(replies):
            yield record(reply, f"{where}/slackdump_thread_replies/{n}", cast, chat)


importer = Slack()
