"""ChatLab v0.0.x, json and jsonl: what many third-party exporters write. In: a path. Out: a record for each message.

Members may stand behind the messages in a json file; then a pass of its own reads them. `ownerId` is the format's only
word on who the owner is, and it is optional. What stands in brackets for a picture or a sticker ("[图片]") is no words;
what is quoted beside an answer goes apart, or the persona would learn the other person's voice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import HEAD, Match, Options, Record
from afterword.importers.json_values import plain_of, undated, written
from afterword.importers.reading import encoding_of_head, head_text, json_line, lines
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

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
MARKED = frozenset(KINDS.values()) - {Kind.TEXT, Kind.SYSTEM, Kind.RECALLED, Kind.UNKNOWN}
"""Kinds whose content may begin with a mark in brackets."""
# A package list or a configuration that names ChatLab has such an object too, but none of its neighbours.
_HEADER = re.compile(r'"chatlab"\s*:\s*\{[^{}]*"(?:version|exportedAt)"\s*:')
_BESIDE = re.compile(r'"_type"\s*:\s*"|"(?:members|messages)"\s*:\s*\[|"meta"\s*:\s*\{|"exportedAt"\s*:')
_MARK = re.compile(r"\s*[\[【]([^\[\]【】\n]{1,16})[\]】][ \t]*")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d\d)(?!\d)|(\d+)\s*(?:秒|s\b|sec)")
_QUOTE = re.compile(r"\s*\[(?:引用|Reply|回复)[ :：]?([^\n]*)\]\s*|^引用[:：]([^\n]*)$", re.M)
MESSAGES = (("messages", "*"), ("data", "messages", "*"))
"""A server that answers with a ChatLab file puts it under `data`."""
ELEMENTS = (*MESSAGES, ("meta",), ("members", "*"), ("data", "meta"), ("data", "members", "*"))


class ChatLab:
    name = "chatlab"
    version = 1
    title = "ChatLab (json, jsonl)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if '"chatlab"' in text and _HEADER.search(text) and _BESIDE.search(text):
            return Match(1.0, "ChatLab header")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        codec = options.encoding or _codec(path)
        yield FileFacts(codec, zone="instant")
        about: tuple[dict[str, Any], dict[str, str]] | None = None
        owner, names = "", {}
        for m, where in _messages(path, codec):
            if about is None:
                about = _about(path, codec)
                owner, names = plain_of(about[0].get("ownerId")), about[1]
            if isinstance(m, Skipped):
                yield m
            elif type(m) is dict:
                yield _record(m, where, names, owner)
            else:
                yield Skipped(where, "unreadable", written(m)[:500] if m is not None else "")

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        codec = options.encoding or _codec(path)
        meta, names = _about(path, codec)
        owner = plain_of(meta.get("ownerId"))
        others = [i for i in names if i != owner]
        other = others[0] if owner and len(others) == 1 else ""
        kind = meta.get("type")
        direct = True if kind == "private" else False if kind == "group" else None
        platform = plain_of(meta.get("platform")) or "chatlab"
        yield ChatRef("", plain_of(meta.get("name")), direct, platform, other, names.get(other, ""))


def _codec(path: Path) -> str:
    """UTF-8, as the format says, also where some bytes are damaged; another codec only where the whole head is in it."""
    with path.open("rb") as f:
        head = f.read(HEAD)
    codec = encoding_of_head(head)
    if codec == "gb18030":
        try:
            head[: head.rfind(b"\n") + 1].decode(codec)
        except UnicodeDecodeError:
            return "utf-8"
    return codec


def _is_lines(path: Path) -> bool:
    with path.open("rb") as f:
        first = head_text(f.read(HEAD)).lstrip()
    return first.startswith("#") or '"_type"' in first.split("\n", 1)[0]


def _member(m: dict[str, Any], names: dict[str, str]) -> None:
    if id := plain_of(m.get("platformId")) or plain_of(m.get("username")):
        names[id] = plain_of(m.get("accountName")) or plain_of(m.get("groupNickname")) or plain_of(m.get("nickname"))


def _about(path: Path, codec: str) -> tuple[dict[str, Any], dict[str, str]]:
    """(meta, names by id). In a json file that has them in front, as ChatLab writes, the messages are not read."""
    meta: dict[str, Any] = {}
    names: dict[str, str] = {}
    if _is_lines(path):
        for _, row in _rows(path, codec, ('"header"', '"member"')):
            if isinstance(row, dict) and row.get("_type") == "header" and isinstance(row.get("meta"), dict):
                meta = row["meta"]
            elif isinstance(row, dict) and row.get("_type") == "member":
                _member(row, names)
        return meta, names
    try:
        for at, value in _walk(path, codec, *ELEMENTS):
            at = at[1:] if at[0] == "data" and len(at) > 1 else at
            if at == ("meta",) and isinstance(value, dict):
                meta = value
            elif at[0] == "members" and isinstance(value, dict):
                _member(value, names)
            elif at[0] == "messages" and meta and names:
                break
    except JsonCut:
        pass  # said when the messages are read
    return meta, names


def _walk(path: Path, codec: str, *elements: tuple[str, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    try:
        yield from stream(path, *elements, encoding=codec)
    except UnicodeError as e:
        raise BadInput(
            "import.encoding", f"{path.name} is not {codec} text.", next_step="Export the chat again."
        ) from e


def _rows(path: Path, codec: str, having: tuple[str, ...] = ()) -> Iterator[tuple[int, Any]]:
    """(line number, value) of a jsonl file; None where a line cannot be read. `having`: only lines with one of these."""

    def texts() -> Iterator[tuple[int, str | None]]:
        if codec != "utf-8":
            yield from lines(path, codec)
            return
        with path.open("rb") as f:  # bytes that are damaged cost their line, not the file
            for number, raw in enumerate(f, 1):
                try:
                    yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError:
                    yield number, None

    try:
        for number, line in texts():
            if line is None:
                yield number, None
            elif line.strip() and not line.startswith("#") and (not having or any(h in line for h in having)):
                try:
                    value = json_line(line)
                except (ValueError, RecursionError):
                    value = None
                yield number, value
    except UnicodeError as e:
        raise BadInput(
            "import.encoding", f"{path.name} is not {codec} text.", next_step="Export the chat again."
        ) from e


def _messages(path: Path, codec: str) -> Iterator[tuple[Any, str]]:
    if _is_lines(path):
        for number, row in _rows(path, codec):
            kind = row.get("_type") if isinstance(row, dict) else None
            if kind == "message" or not isinstance(row, dict) or (kind is None and "timestamp" in row):
                yield row, f"line {number}"
            elif kind not in ("header", "member"):
                raw = written(row)[:500]
                yield Skipped(f"line {number}", "no-message", raw), f"line {number}"
        return
    try:
        for at, value in _walk(path, codec, *MESSAGES):
            if len(at) > 1 and at[-2] == "messages":
                yield value, pointer(at)
    except JsonCut as e:
        yield cut(e), ""


def _moment(stamp: Any) -> float | None:
    if isinstance(stamp, str):
        try:
            stamp = float(stamp) if stamp.strip().isdecimal() else datetime.fromisoformat(stamp)
        except ValueError:
            return None
        if isinstance(stamp, datetime):
            return stamp.timestamp() if stamp.tzinfo else None
    if type(stamp) not in (int, float) or not 0 < stamp < 1e15 or not math.isfinite(stamp):  # 0: the tool had none
        return None
    return float(stamp) / 1000 if stamp > 1e11 else float(stamp)


def _record(m: dict[str, Any], where: str, names: dict[str, str], owner: str) -> Message | Skipped:
    at = _moment(m.get("timestamp"))
    if at is None:
        return undated(where, m)
    number = m.get("type")
    if isinstance(number, str) and number.isdecimal():
        number = int(number[:4])
    kind = KINDS.get(number, Kind.UNKNOWN) if type(number) is int else Kind.TEXT if number is None else Kind.UNKNOWN
    handle = name = ""
    if kind != Kind.SYSTEM:
        handle = plain_of(m.get("sender"))
        name = plain_of(m.get("accountName")) or plain_of(m.get("groupNickname")) or names.get(handle, "")
    text = plain_of(m.get("content"))
    quoted = raw = ""
    parts: tuple[Attachment, ...] = ()
    if kind is Kind.TEXT:
        if "引用" in text or number == 25:
            text, quoted = _own(text)
    elif kind is Kind.RECALLED:
        text = ""
    elif kind is Kind.UNKNOWN:
        text, raw = "", written(m)
    elif kind in MARKED:
        text, parts = _marked(kind, text)
    return Message(
        where,
        at,
        handle or name,
        text,
        kind,
        name,
        handle == owner if owner and handle else None,
        "",
        plain_of(m.get("platformMessageId")),
        plain_of(m.get("replyToMessageId")),
        quoted,
        False,
        parts,
        (),
        (),
        raw,
    )


def _own(text: str) -> tuple[str, str]:
    """(own words, quoted words) of an answer that repeats what it answers."""
    m = _QUOTE.search(text)
    if not m:
        return text, ""
    own = (text[: m.start()] + ("\n" if m.start() and m.end() < len(text) else "") + text[m.end() :]).strip("\n")
    return own, (m[1] or m[2] or "").strip()


def _marked(kind: Kind, text: str) -> tuple[str, tuple[Attachment, ...]]:
    """What a picture, a file or a call says beside its mark: a caption, a name, a duration."""
    if text.startswith("data:"):
        return "", (Attachment("", text[5:60].partition(";")[0]),)
    m = _MARK.match(text)
    rest = text[m.end() :] if m else text
    if (kind is Kind.CALL or (kind is Kind.VOICE and (m or len(text) <= 12))) and (c := _CLOCK.search(text)):
        seconds = float(c[4]) if c[4] else int(c[1] or 0) * 3600 + int(c[2]) * 60 + float(c[3])
        words = text if kind is Kind.CALL else _CLOCK.sub("", rest).strip() if m else ""
        return words, (Attachment(seconds=min(seconds, 1e9)),)
    if kind is Kind.FILE and rest and "\n" not in rest:
        return "", (Attachment(rest),)
    return rest, ()


importer = ChatLab()
