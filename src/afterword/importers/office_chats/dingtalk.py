"""DingTalk messages as its robots receive them (json, a list or a line for each). In: a path. Out: one record for each.

DingTalk gives nobody their chats, and its own files are encrypted; what people do hold are logs of a robot. The shapes
follow the documentation of received messages and public readers of it; no public export was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import dicts_of, object_in, text_of, undated, unreadable, written
from afterword.importers.office_chats._rows import rows, seconds_of
from afterword.importers.reading import head_text
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_PLACES = (("messages", "*"), ("data", "messages", "*"), ("data", "*"), ("items", "*"), ("result", "messages", "*"))
_KINDS = {
    "picture": Kind.IMAGE,
    "image": Kind.IMAGE,
    "audio": Kind.VOICE,
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "file": Kind.FILE,
    "link": Kind.LINK,
    "location": Kind.LOCATION,
    "chatRecord": Kind.FORWARD,
    "interactiveCard": Kind.LINK,
    "actionCard": Kind.LINK,
    "oa": Kind.LINK,
}


class DingTalk:
    name = "dingtalk"
    version = 1
    title = "DingTalk 钉钉 (messages of a robot, json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if text.lstrip()[:1] not in ("[", "{"):
            return None
        if '"msgtype"' in text and '"conversationId"' in text and ('"senderNick"' in text or '"senderStaffId"' in text):
            return Match(0.97, "fields of DingTalk messages")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(encoding="utf-8", zone="instant")
        for where, value in rows(path, options.encoding, *_PLACES):
            yield value if isinstance(value, Skipped) else _record(value, where)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        found: dict[str, ChatRef] = {}
        for _, m in rows(path, options.encoding, *_PLACES):
            if isinstance(m, dict):
                key, kind = text_of(m.get("conversationId")), str(m.get("conversationType"))
                direct = {"1": True, "2": False}.get(kind)
                title = text_of(m.get("conversationTitle")) or (text_of(m.get("senderNick")) if direct else "")
                found.setdefault(key, ChatRef(key, title, direct, "dingtalk"))
        yield from found.values()


def _object(value: Any) -> dict[str, Any]:
    return {} if isinstance(value, str) and not value.startswith("{") else object_in(value)


def _record(m: Any, where: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = seconds_of(m.get("createAt") or m.get("createTime"))
    if at is None:
        return undated(where, m)
    handle = text_of(m.get("senderStaffId")) or text_of(m.get("senderId"))
    name, id, chat = text_of(m.get("senderNick")), text_of(m.get("msgId")), text_of(m.get("conversationId"))
    kind = text_of(m.get("msgtype"))
    said, content = _object(m.get("text")), _object(m.get("content"))
    what, text = _KINDS.get(kind, Kind.UNKNOWN), ""
    files: tuple[Attachment, ...] = ()
    if kind == "text":
        what, text = (
            Kind.TEXT,
            (text_of(said.get("content")) or text_of(m.get("text")) or text_of(content.get("text"))).strip(" "),
        )
    elif kind in ("richText", "markdown"):
        what, text = Kind.TEXT, _rich(content) or text_of(_object(m.get("markdown")).get("text"))
        if not text:
            what = Kind.IMAGE
    else:
        length: Any = content.get("duration")
        seconds = length / 1000 if type(length) in (int, float) and 0 <= length < 1e12 else None
        file = text_of(content.get("fileName"))
        files = (Attachment(file, "", seconds),) if file or seconds is not None else ()
        text = text_of(content.get("recognition"))  # what the service heard in a voice message
    answered = _object(said.get("repliedMsg"))
    quoted = text_of(_object(answered.get("content")).get("text"))
    if handle and handle == m.get("chatbotUserId"):
        what = Kind.AUTOMATED
    if what == Kind.TEXT and not text:
        what = Kind.UNKNOWN
    raw = written(m) if what == Kind.UNKNOWN else ""
    return Message(
        where, at, handle, text, what, name, None, chat, id, text_of(answered.get("msgId")), quoted,
        attachments=files, raw=raw,
    )  # fmt: skip


def _rich(content: dict[str, Any]) -> str:
    return "".join(text_of(p.get("text")) for p in dicts_of(content.get("richText"))).strip("\n")


importer = DingTalk()
