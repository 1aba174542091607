"""Google Hangouts: `Hangouts.json` of Takeout until 2022. In: a path. Out: one record for each event, streamed.

The conversation stands before its events, so names and the owner are known when the events come. Files before 2018
call the parts `conversation_state` and `event`. Times are microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, Path_, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_PLACES = (
    ("conversations", "*", "conversation"),
    ("conversations", "*", "events", "*"),
    ("conversation_state", "*", "conversation_state", "conversation"),
    ("conversation_state", "*", "conversation_state", "event", "*"),
)
_MEDIA = {"PHOTO": Kind.IMAGE, "ANIMATED_PHOTO": Kind.IMAGE, "VIDEO": Kind.VIDEO, "AUDIO": Kind.VOICE}


class Conversation:
    """What an event needs to know of where it is."""

    def __init__(self, value: Any) -> None:
        outer = value if isinstance(value, dict) else {}
        inner = outer.get("conversation")
        c = inner if isinstance(inner, dict) else outer
        self.key = _id(outer.get("conversation_id")) or _id(c.get("conversation_id")) or _id(c.get("id"))
        self.title, self.kind = _str(c.get("name")), _str(c.get("type"))
        state = c.get("self_conversation_state")
        read = state.get("self_read_state") if isinstance(state, dict) else None
        self.owner = _who(read.get("participant_id")) if isinstance(read, dict) else ""
        people = c.get("participant_data")
        self.names = {
            _who(p.get("id")): _str(p.get("fallback_name"))
            for p in (people if isinstance(people, list) else [])
            if isinstance(p, dict)
        }

    def ref(self) -> ChatRef:
        others = {i: n for i, n in self.names.items() if i != self.owner}
        direct = True if "ONE_TO_ONE" in self.kind else False if self.kind else None
        other = next(iter(others)) if direct and self.owner and len(others) == 1 else ""
        title = self.title or ", ".join(n for n in list(others.values())[:8] if n)
        return ChatRef(self.key, title, direct, "hangouts", other, others.get(other, ""))


class Hangouts:
    name = "hangouts"
    version = 1
    title = "Google Hangouts (Takeout Hangouts.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if not text.lstrip().startswith("{"):
            return None
        if ('"conversations"' in text or '"conversation_state"' in text) and (
            '"self_conversation_state"' in text or ('"conversation_id"' in text and '"participant_data"' in text)
        ):
            return Match(1.0, "Hangouts conversations")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(encoding="utf-8", zone="instant")
        here = Conversation(None)
        try:
            for where, value in stream(path, *_PLACES, encoding=options.encoding):
                if where[-1:] == ("conversation",):
                    here = Conversation(value)
                elif _is_event(where):
                    yield _record(value, pointer(where), here)
        except JsonCut as e:
            yield Skipped(pointer(e.path) or "/", "truncated", str(e))

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        refs: dict[str, Conversation] = {}
        here = Conversation(None)
        try:
            for where, value in stream(path, *_PLACES, encoding=options.encoding):
                if where[-1:] == ("conversation",):
                    here = Conversation(value)
                    refs.setdefault(here.key, here)
                elif here.key not in refs and _is_event(where):  # an event that stands before its conversation
                    refs[here.key] = here
        except JsonCut:
            pass  # the cut is reported when the events are read
        for c in refs.values():
            yield c.ref()


def _is_event(where: Path_) -> bool:
    return len(where) >= 4 and where[-2] in ("events", "event") and isinstance(where[-1], int)


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _id(value: Any) -> str:
    return _str(value.get("id")) if isinstance(value, dict) else ""


def _who(value: Any) -> str:
    return (_str(value.get("gaia_id")) or _str(value.get("chat_id"))) if isinstance(value, dict) else ""


def _record(e: Any, where: str, here: Conversation) -> Message | Skipped:
    if not isinstance(e, dict):
        return Skipped(where, "unreadable", json.dumps(e, ensure_ascii=False)[:500])
    stamp = e.get("timestamp")
    try:
        if isinstance(stamp, bool) or not isinstance(stamp, (str, int)):
            raise ValueError
        at = int(stamp) / 1_000_000
    except (ValueError, OverflowError):
        return Skipped(where, "no-date", json.dumps(e, ensure_ascii=False)[:500])
    handle, id = _who(e.get("sender_id")), _str(e.get("event_id"))
    name, mine = here.names.get(handle, ""), (handle == here.owner if here.owner and handle else None)
    said = e.get("chat_message")
    if isinstance(said, dict):
        content = said.get("message_content")
        text, files, kind = _content(content if isinstance(content, dict) else {})
        raw = json.dumps(e, ensure_ascii=False)[:2000] if kind == Kind.UNKNOWN else ""
        return Message(where, at, handle, text, kind, name, mine, here.key, id, attachments=files, raw=raw)
    call = e.get("hangout_event")
    if isinstance(call, dict) and call.get("event_type") == "END_HANGOUT":
        length = _str(call.get("hangout_duration_secs")) or str(call.get("hangout_duration_secs"))
        seconds = float(length) if length.isdecimal() and len(length) < 10 else None
        files = (Attachment("call", "", seconds),)
        return Message(where, at, handle, "", Kind.CALL, name, mine, here.key, id, attachments=files)
    return Message(where, at, "", _notice(e, here, name), Kind.SYSTEM, chat=here.key, id=id)


def _content(content: dict[str, Any]) -> tuple[str, tuple[Attachment, ...], Kind]:
    parts: list[str] = []
    segments = content.get("segment")
    for s in segments if isinstance(segments, list) else []:
        if isinstance(s, dict):
            parts.append("\n" if s.get("type") == "LINE_BREAK" else _str(s.get("text")))
    text = "".join(parts)
    files: list[Attachment] = []
    kind = Kind.UNKNOWN
    attached = content.get("attachment")
    for a in attached if isinstance(attached, list) else []:
        item = a.get("embed_item") if isinstance(a, dict) else None
        item = item if isinstance(item, dict) else {}
        media = next((v for k, v in item.items() if "photo" in k.lower() and isinstance(v, dict)), {})
        if media:
            found = _MEDIA.get(_str(media.get("media_type")), Kind.IMAGE)
        elif any("audio" in k.lower() for k in item):
            found = Kind.VOICE
        else:
            found = Kind.LOCATION if any("place" in k.lower() for k in item) else Kind.FILE
        url = _str(media.get("url")) or _str(media.get("original_content_url"))
        files.append(Attachment(url.partition("?")[0].rpartition("/")[2]))
        kind = found if kind == Kind.UNKNOWN else kind
    return text, tuple(files), Kind.TEXT if text else kind


def _notice(e: dict[str, Any], here: Conversation, name: str) -> str:
    renamed, change, call = e.get("conversation_rename"), e.get("membership_change"), e.get("hangout_event")
    if isinstance(renamed, dict):
        return f"{name}: {_str(renamed.get('new_name'))}".strip(": ")
    if isinstance(change, dict):
        who = change.get("participant_id")
        names = [here.names.get(_who(w), _who(w)) for w in (who if isinstance(who, list) else [])]
        return f"{_str(change.get('type'))} {', '.join(names)}".strip()
    if isinstance(call, dict):
        return f"{_str(call.get('event_type'))} {name}".strip()
    return f"{_str(e.get('event_type'))} {name}".strip()


importer = Hangouts()
