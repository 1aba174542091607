"""QQChatExporter's json (V4, V5 and later) and the chunks of its jsonl. In: a path. Out: a record for each message.

A large export is a folder: `manifest.json` says whose chat it is, `chunks/*.jsonl` hold the messages, so each chunk is
read with the manifest beside it. The exporter says who the owner is by account (`selfUid`, `selfUin`), V4 not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import word_of, written
from afterword.importers.qq._elements import content_of
from afterword.importers.reading import encoding_of, head_text, json_line, lines
from afterword.importers.streamed_json import ANY, JsonCut, pointer, stream
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

_LOCAL = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d\d):(\d\d)\Z")
_CHUNK = re.compile(r'\{\s*"(?:id|seq)"\s*:')


class QceJson:
    name = "qce_json"
    version = 1
    title = "QQ by QQChatExporter (json, jsonl)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if not text.startswith("{") or '"chatlab"' in text[:2000]:
            return None
        start = text[:4000]
        if '"metadata"' in start and ("QQChatExporter" in start or "qq-chat-exporter" in start):
            if '"chunked"' in text and '"messages"' not in text:
                return Match(1.0, "manifest of a QQChatExporter export in chunks", companion=True)
            return Match(1.0, "QQChatExporter header")
        if '"chatInfo"' in start and ('"selfUid"' in start or '"selfUin"' in start):
            return Match(0.95, "chatInfo with selfUid")
        if '"chatInfo"' in start and '"messages"' in text and '"sender"' in text and '"recalled"' in text:
            return Match(0.9, "chatInfo and QQ message fields")
        if re.match(r'\{\s*"\d{5,12}"\s*:\s*"data:image/', start):
            return Match(0.9, "avatars of a QQChatExporter export", companion=True)
        first = text.split("\n", 1)[0]
        if _CHUNK.match(first) and '"sender":' in first and '"elements":' in first and '"recalled":' in first:
            return Match(0.95, "a chunk of a QQChatExporter export")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        about = _about(path, options)
        yield FileFacts(about.encoding, zone="instant")
        record = _Records(about).record
        if about.chunk:
            for number, line in lines(path, about.encoding):
                if not line or line.isspace():
                    continue
                try:
                    yield record(json_line(line), f"line {number}")
                except (ValueError, RecursionError):
                    yield Skipped(f"line {number}", "unreadable", line[:500])
            return
        last = -1
        try:
            for place, value in stream(path, *MESSAGES, encoding=about.encoding):
                if place[-2:-1] == ("messages",):
                    last = place[-1] if isinstance(place[-1], int) else last
                    yield record(value, pointer(place))
        except JsonCut as e:
            where = pointer(e.path) if "-" not in e.path and e.path else f"/messages/{last + 1}"
            yield Skipped(where, "truncated", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        about = _about(path, options)
        yield ChatRef("", about.name or path.stem, about.direct, "qq", about.other, about.name if about.direct else "")


MESSAGES = (("messages", ANY), ("chunks", ANY, "messages", ANY))


class _About:
    """What an export says of its chat: the names, the owner's accounts, whether it is one of two people."""

    def __init__(self, encoding: str, chunk: bool, info: dict[str, Any], senders: int) -> None:
        self.encoding, self.chunk = encoding, chunk
        self.name = word_of(info.get("name"))
        self.own = {w for k in ("selfUid", "selfUin") if (w := word_of(info.get(k))) not in ("", "0")}
        kind = info.get("type")
        # V4 calls every chat private; more than two senders prove it wrong.
        self.direct = (
            False if kind == "group" else True if kind in ("private", "friend", "temp") and senders <= 2 else None
        )
        self.other = (word_of(info.get("peerUin")) or word_of(info.get("peerUid"))) if self.direct else ""


def _about(path: Path, options: Options) -> _About:
    encoding = encoding_of(path, options.encoding)
    with path.open("rb") as f:
        text = head_text(f.read(4096)).lstrip()
    chunk = '"metadata"' not in text and '"chatInfo"' not in text and _CHUNK.match(text) is not None
    source = path
    if chunk:
        beside = [p for p in (path.parent.parent / "manifest.json", path.parent / "manifest.json") if p.is_file()]
        if not beside:
            return _About(encoding, True, {}, 0)
        source = beside[0]
    info: dict[str, Any] = {}
    senders = 0
    try:
        for place, value in stream(
            source, ("chatInfo",), ("statistics", "senders"), *MESSAGES, encoding=None if chunk else encoding
        ):
            if place == ("chatInfo",) and isinstance(value, dict):
                info = value
            elif place == ("statistics", "senders") and isinstance(value, list):
                senders = len(value)
            elif place[-2:-1] == ("messages",):
                break  # what is said of the chat stands before them
    except (JsonCut, UnicodeError):
        pass  # the cut is reported where the messages are read
    return _About(encoding, chunk, info, senders)


class _Records:
    def __init__(self, about: _About) -> None:
        self.own = about.own

    def record(self, m: Any, where: str) -> Message | Skipped:
        if not isinstance(m, dict):
            return Skipped(where, "unreadable", written(m))
        at = _moment(m)
        if at is None:
            return Skipped(where, "no-date", written(m))
        s = m.get("sender")
        if isinstance(s, str):
            s = {"name": s}
        elif not isinstance(s, dict):
            s = {
                "uin": m.get("senderUin"),
                "uid": m.get("senderUid"),
                "name": m.get("sendMemberName") or m.get("sendNickName"),
            }
        uin, uid = word_of(s.get("uin")), word_of(s.get("uid"))
        handle = uin if uin and uin != "0" else uid
        name = word_of(s.get("name")) or word_of(s.get("groupCard")) or word_of(s.get("nickname"))
        kind, text, quoted, reply_to, files = content_of(m)
        raw = ""
        if m.get("recalled") is True or m.get("isRecalled") is True:
            kind, text, quoted, files = Kind.RECALLED, "", "", ()
        elif m.get("system") is True or m.get("isSystemMessage") is True or kind is Kind.SYSTEM:
            body = m.get("content")
            kind, text = Kind.SYSTEM, (word_of(body.get("text")) if isinstance(body, dict) else "") or text
        elif kind is Kind.UNKNOWN:
            raw = written(m)
            text = ""
        if kind is Kind.SYSTEM:
            handle = name = ""
        handle = handle or name
        mine = (uin in self.own or uid in self.own) if self.own and handle else None
        id = word_of(m.get("id") or m.get("messageId") or m.get("msgId"))
        return Message(
            where,
            at,
            handle,
            text,
            kind,
            "" if name == handle else name,
            mine,
            "",
            id,
            reply_to,
            quoted,
            False,
            files,
            raw=raw,
        )


def _moment(m: dict[str, Any]) -> float | str | None:
    """Milliseconds (V5), an ISO instant (V4), seconds (the client's own), else the local time that stands beside."""
    stamp = m.get("timestamp", m.get("msgTime"))
    if isinstance(stamp, str):
        if stamp.isdecimal() and len(stamp) < 20:
            stamp = int(stamp)
        elif len(stamp) > 18:
            try:
                moment = datetime.fromisoformat(stamp)
            except ValueError:
                pass
            else:
                stamp = moment.timestamp() if moment.tzinfo else moment.isoformat(timespec="seconds")
                if isinstance(stamp, str):
                    return stamp
    if isinstance(stamp, (int, float)) and not isinstance(stamp, bool) and 0 < stamp < 1e14:
        return stamp / 1000 if stamp > 1e11 else float(stamp)
    local = m.get("time")
    if isinstance(local, str) and (t := _LOCAL.match(local)):
        return f"{t[1]}-{int(t[2]):02}-{int(t[3]):02}T{int(t[4]):02}:{t[5]}:{t[6]}"
    return None


importer = QceJson()
