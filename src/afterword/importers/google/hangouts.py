"""Google Hangouts: `Hangouts.json` of Takeout until 2022. In: a path. Out: one record for each event, streamed.

The conversation stands before its events, so names and the owner are known when the events come. Files before 2018
call the parts `conversation_state` and `event`. Times are microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import dict_of, dicts_of, list_of, text_of, undated, unreadable, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, Path_, cut, pointer, stream
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
        outer = dict_of(value)
        inner = outer.get("conversation")
        c = inner if isinstance(inner, dict) else outer
        self.key = _id(outer.get("conversation_id")) or _id(c.get("conversation_id")) or _id(c.get("id"))
        self.title, self.kind = text_of(c.get("name")), text_of(c.get("type"))
        state = c.get("self_conversation_state")
        read = state.get("self_read_state") if isinstance(state, dict) else None
        self.owner = _who(read.get("participant_id")) if isinstance(read, dict) else ""
        people = c.get("participant_data")
        self.names = {_who(p.get("id")): text_of(p.get("fallback_name")) for p in dicts_of(people)}

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
            yield cut(e)

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


def _id(value: Any) -> str:
    return text_of(value.get("id")) if isinstance(value, dict) else ""


def _who(value: Any) -> str:
    return (text_of(value.get("gaia_id")) or text_of(value.get("chat_id"))) if isinstance(value, dict) else ""


def _record(e: Any, where: str, here: Conversation) -> Message | Skipped:
    if not isinstance(e, dict):
        return unreadable(where, e)
    stamp = e.get("timestamp")
    try:
        if isinstance(stamp, bool) or not isinstance(stamp, (str, int)):
            raise ValueError
        at = int(stamp) / 1_000_000
    except (ValueError, OverflowError):
        return undated(where, e)
    handle, id = _who(e.get("sender_id")), text_of(e.get("event_id"))
    name, mine = here.names.get(handle, ""), (handle == here.owner if here.owner and handle else None)
    said = e.get("chat_message")
    if isinstance(said, dict):
        content = said.get("message_content")
        text, files, kind = _content(dict_of(content))
        raw = written(e) if kind == Kind.UNKNOWN else ""
        return Message(where, at, handle, text, kind, name, mine, here.key, id, attachments=files, raw=raw)
    call = e.get("hangout_event")
    if isinstance(call, dict) and call.get("event_type") == "END_HANGOUT":
        length = text_of(call.get("hangout_duration_secs")) or str(call.get("hangout_duration_secs"))
        seconds = float(length) if length.isdecimal() and len(length) < 10 else None
        files = (Attachment("call", "", seconds),)
        return Message(where, at, handle, "", Kind.CALL, name, mine, here.key, id, attachments=files)
    return Message(where, at, "", _notice(e, here, name), Kind.SYSTEM, chat=here.key, id=id)


def _content(content: dict[str, Any]) -> tuple[str, tuple[Attachment, ...], Kind]:
    text = "".join(
        "\n" if s.get("type") == "LINE_BREAK" else text_of(s.get("text")) for s in dicts_of(content.get("segment"))
    )
    files: list[Attachment] = []
    kind = Kind.UNKNOWN
    for a in list_of(content.get("attachment")):
        item = dict_of(dict_of(a).get("embed_item"))
        media = next((v for k, v in item.items() if "photo" in k.lower() and isinstance(v, dict)), {})
        if media:
            found = _MEDIA.get(text_of(media.get("media_type")), Kind.IMAGE)
        elif any("audio" in k.lower() for k in item):
            found = Kind.VOICE
        else:
            found = Kind.LOCATION if any("place" in k.lower() for k in item) else Kind.FILE
        url = text_of(media.get("url")) or text_of(media.get("original_content_url"))
        files.append(Attachment(url.partition("?")[0].rpartition("/")[2]))
        kind = found if kind == Kind.UNKNOWN else kind
    return text, tuple(files), Kind.TEXT if text else kind


def _notice(e: dict[str, Any], here: Conversation, name: str) -> str:
    renamed, change, call = e.get("conversation_rename"), e.get("membership_change"), e.get("hangout_event")
    if isinstance(renamed, dict):
        return f"{name}: {text_of(renamed.get('new_name'))}".strip(": ")
    if isinstance(change, dict):
        who = change.get("participant_id")
        names = [here.names.get(_who(w), _who(w)) for w in list_of(who)]
        return f"{text_of(change.get('type'))} {', '.join(names)}".strip()
    if isinstance(call, dict):
        return f"{text_of(call.get('event_type'))} {name}".strip()
    return f"{text_of(e.get('event_type'))} {name}".strip()


importer = Hangouts()
