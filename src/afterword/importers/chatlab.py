"""ChatLab v0.0.x, json and jsonl: what many third-party exporters write. In: a path. Out: a record for each message.

Members may stand behind the messages in a json file, so they are read in a first pass; `ownerId` is the format's only
word on who the owner is, and it is optional.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options
from afterword.importers.reading import head_text, json_file, json_line, lines
from afterword.model import ChatRef, Kind, Message, Skipped

KINDS = {
    0: Kind.TEXT,
    1: Kind.IMAGE,
    2: Kind.VOICE,
    3: Kind.VIDEO,
    4: Kind.FILE,
    5: Kind.STICKER,
    7: Kind.LINK,
    8: Kind.LOCATION,
    20: Kind.TRANSFER,
    21: Kind.TRANSFER,
    22: Kind.SYSTEM,
    23: Kind.CALL,
    24: Kind.LINK,
    25: Kind.TEXT,
    26: Kind.FORWARD,
    27: Kind.CONTACT,
    80: Kind.SYSTEM,
    81: Kind.RECALLED,
    99: Kind.UNKNOWN,
}


class ChatLab:
    name = "chatlab"
    version = 1
    title = "ChatLab (json, jsonl)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if '"chatlab"' in text and ('"meta"' in text or '"_type"' in text):
            return Match(1.0, "ChatLab header")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        meta, names = _about(path)
        owner = str(meta.get("ownerId") or "")
        n = 0
        for m, where in _messages(path):
            if m is None:
                yield Skipped(where, "unreadable", "")
                continue
            n += 1
            yield _record(m, where, names, owner)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        meta, names = _about(path)
        owner = str(meta.get("ownerId") or "")
        others = [i for i in names if i != owner]
        other = others[0] if owner and len(others) == 1 else ""
        kind = meta.get("type")
        direct = True if kind == "private" else False if kind == "group" else None
        yield ChatRef(
            "", str(meta.get("name") or ""), direct, str(meta.get("platform") or "chatlab"), other, names.get(other, "")
        )


def _is_lines(path: Path) -> bool:
    with path.open("rb") as f:
        first = head_text(f.read(4096)).lstrip()
    return first.startswith("#") or '"_type"' in first.split("\n", 1)[0]


def _about(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    meta: dict[str, Any] = {}
    names: dict[str, str] = {}

    def member(m: dict[str, Any]) -> None:
        names[str(m.get("platformId", ""))] = str(m.get("accountName") or m.get("groupNickname") or "")

    if _is_lines(path):
        for _, line in lines(path, "utf-8-sig"):
            if '"_type"' in line and ('"header"' in line or '"member"' in line):
                try:
                    row = json_line(line)
                except (ValueError, RecursionError):
                    continue
                if not isinstance(row, dict):
                    continue
                if row.get("_type") == "header":
                    meta = row.get("meta") or {}
                elif row.get("_type") == "member":
                    member(row)
        return meta, names
    import ijson

    for prefix in ("meta", "members.item"):
        with json_file(path) as f:
            try:
                for value in ijson.items(f, prefix, use_float=True):
                    if not isinstance(value, dict):
                        continue
                    if prefix == "meta":
                        meta = value
                        break
                    member(value)
            except ijson.JSONError:
                pass  # the truncated place is reported when the messages are read
    return meta, names


def _messages(path: Path) -> Iterator[tuple[dict[str, Any] | None, str]]:
    if _is_lines(path):
        for number, line in lines(path, "utf-8-sig"):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                row = json_line(line)
            except (ValueError, RecursionError):
                yield None, f"line {number}"
                continue
            if not isinstance(row, dict):
                yield None, f"line {number}"
            elif row.get("_type") == "message":
                yield row, f"line {number}"
        return
    import ijson

    n = 0
    with json_file(path) as f:
        try:
            for m in ijson.items(f, "messages.item", use_float=True):
                yield m if isinstance(m, dict) else None, f"/messages/{n}"
                n += 1
        except ijson.JSONError:
            yield None, f"/messages/{n}"


def _record(m: dict[str, Any], where: str, names: dict[str, str], owner: str) -> Message | Skipped:
    stamp = m.get("timestamp")
    if isinstance(stamp, str) and stamp.isdecimal():
        stamp = float(stamp)
    if isinstance(stamp, bool) or not isinstance(stamp, (int, float)):
        return Skipped(where, "no-date", json.dumps(m, ensure_ascii=False)[:500])
    number = m.get("type") or 0
    kind = KINDS.get(int(number), Kind.UNKNOWN) if isinstance(number, (int, float)) else Kind.UNKNOWN
    system = kind == Kind.SYSTEM
    handle = "" if system else str(m.get("sender") or "")
    name = "" if system else str(m.get("accountName") or m.get("groupNickname") or names.get(handle, ""))
    text = str(m.get("content") or "")
    at = float(stamp) / 1000 if stamp > 1e11 else float(stamp)
    mine = handle == owner if owner and handle else None
    return Message(
        where,
        at,
        handle,
        text,
        kind,
        name,
        mine,
        "",
        str(m.get("platformMessageId") or ""),
        str(m.get("replyToMessageId") or ""),
    )


importer = ChatLab()
