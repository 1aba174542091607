"""Google Chat's Takeout: `Groups/<DM or Space>/messages.json`. In: a path. Out: one record for each message.

`Users/…/user_info.json` says who the owner is, `group_info.json` who is in the chat. Moments are prose in the language
of the account (see `_dates`); when none of a file's can be read, its owner is asked for a Takeout in English rather
than given a chat without time. A quoted message is kept apart, older wordings of an edited one in `earlier`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.google._dates import moment
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_ENDINGS = {
    Kind.IMAGE: "jpg jpeg png gif webp heic heif bmp",
    Kind.VIDEO: "mp4 mov webm mkv avi m4v 3gp",
    Kind.VOICE: "ogg mp3 wav m4a aac opus amr",
}
_KINDS = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_SMALL = 32 << 20
_PATIENCE = 20
"""Unreadable moments from the start of a file, after which its language counts as unknown."""


class GoogleChat:
    name = "google_chat"
    version = 1
    title = "Google Chat (Takeout messages.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if not text.lstrip().startswith("{"):
            return None
        if '"messages"' in text and '"creator"' in text and ('"topic_id"' in text or '"message_id"' in text):
            return Match(1.0, "Google Chat message fields")
        if filename == "group_info.json" and '"members"' in text:
            return Match(0.9, "the members of a Google Chat", companion=True)
        if filename == "user_info.json" and '"user"' in text and '"user_type"' in text:
            return Match(0.9, "the owner of a Google Chat Takeout", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(encoding="utf-8", zone="instant")
        owner, chat = _owner(path), _key(path)
        waiting: list[Skipped] = []
        read, sample = 0, ""
        try:
            for where, value in stream(path, ("messages", "*"), encoding=options.encoding):
                if where[:1] != ("messages",) or len(where) != 2:
                    continue
                found = _record(value, pointer(where), chat, owner)
                if not read and isinstance(found, Skipped):
                    sample = sample or (_date_of(value) if found.reason == "no-date" else "")
                    waiting.append(found)
                    if sample and len(waiting) >= _PATIENCE:
                        raise _unknown_language(path, sample)
                    continue
                read += isinstance(found, Message)
                yield from waiting
                waiting = []
                yield found
        except JsonCut as e:
            yield from waiting
            yield Skipped(pointer(e.path) or "/", "truncated", str(e))
            return
        if sample and not read:
            raise _unknown_language(path, sample)
        yield from waiting

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        key, owner = _key(path), _owner(path)
        info = _object(path.parent / "group_info.json")
        members = _dicts(info.get("members"))
        others = [m for m in members if owner and _handle(m).casefold() not in owner]
        direct: bool | None = None
        if key:
            direct = key.startswith("DM ") and len(members) <= 2
        elif members:
            direct = None if len(members) == 2 else False
        other = others[0] if direct and len(others) == 1 else {}
        title = _str(info.get("name")) or ", ".join(_str(m.get("name")) for m in (others or members)[:8]) or key
        yield ChatRef(key, title, direct, "google_chat", _handle(other), _str(other.get("name")))


def _unknown_language(path: Path, sample: str) -> BadInput:
    return BadInput(
        "import.google.date",
        f"{path.name}: dates such as “{sample[:80]}” are in a language that Afterword does not read.",
        next_step="Set the Google account's language to English, order the Takeout again and import that.",
    )


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _handle(user: dict[str, Any]) -> str:
    return _str(user.get("email")) or _str(user.get("name"))


def _object(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _SMALL:
            return {}
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _key(path: Path) -> str:
    """The chat's folder: "DM …" or "Space …"."""
    folder = path.parent.name
    return folder if folder.startswith(("DM ", "Space ")) else ""


def _owner(path: Path) -> set[str]:
    """The handles of the owner, casefolded; empty when no user_info.json lies in the Takeout."""
    if len(path.parents) < 3:
        return set()
    found: set[str] = set()
    for file in sorted(path.parents[2].glob("Users/*/user_info.json"))[:8]:
        user = _object(file).get("user")
        if isinstance(user, dict):
            found |= {h.casefold() for h in (_str(user.get("email")), _str(user.get("name"))) if h}
    return found


def _date_of(m: dict[str, Any]) -> str:
    if date := _str(m.get("created_date")):
        return date
    # an upload that was replaced keeps its moment in the version before
    versions = _dicts(m.get("previous_message_versions"))
    return next((d for v in versions if (d := _str(v.get("created_date")))), "")


def _record(m: Any, where: str, chat: str, owner: set[str]) -> Message | Skipped:
    if not isinstance(m, dict):
        return Skipped(where, "unreadable", json.dumps(m, ensure_ascii=False)[:500])
    raw_date = _date_of(m) or _str(m.get("deleted_date"))
    at = moment(raw_date) if raw_date else None
    if at is None:
        return Skipped(where, "no-date", json.dumps(m, ensure_ascii=False)[:500])
    creator = m.get("creator")
    creator = creator if isinstance(creator, dict) else {}
    handle, name, id = _handle(creator), _str(creator.get("name")), _str(m.get("message_id"))
    mine = handle.casefold() in owner if owner and handle else None
    steps = id.split("/")
    reply = f"{steps[0]}/{steps[1]}/{steps[1]}" if len(steps) == 3 and steps[1] != steps[2] else ""
    if m.get("message_state") == "DELETED" or m.get("deletion_metadata") or m.get("deleted_date"):
        return Message(where, at, handle, "", Kind.RECALLED, name, mine, chat, id, reply)
    text = _str(m.get("text"))
    quote = m.get("quoted_message_metadata")
    quote = quote if isinstance(quote, dict) else {}
    quoted = _str(quote.get("text"))
    reply = _str(quote.get("message_id")) or reply
    files = tuple(
        Attachment(_str(f.get("original_name")) or _str(f.get("export_name"))) for f in _dicts(m.get("attached_files"))
    )
    kind, raw = Kind.TEXT, ""
    notes = _dicts(m.get("annotations"))
    if creator.get("user_type") == "Bot":
        kind = Kind.AUTOMATED
    elif call := next((n for n in notes if _is_call(n)), None):
        bare = not text or text.isdecimal() or text.startswith("https://meet.google.com/")
        kind, text = (Kind.CALL, "") if bare else (kind, text)
        files = (*files, Attachment("call")) if call else files
    elif not text:
        if files:
            kind = _KINDS.get(files[0].name.rpartition(".")[2].lower(), Kind.FILE)
        elif notes:
            kind = Kind.FILE if any("drive_metadata" in n for n in notes) else Kind.LINK
        else:
            kind, raw = Kind.UNKNOWN, json.dumps(m, ensure_ascii=False)[:2000]
    earlier = tuple(t for v in _dicts(m.get("previous_message_versions")) if (t := _str(v.get("text"))) and t != text)
    return Message(
        where,
        at,
        handle,
        text,
        kind,
        name,
        mine,
        chat,
        id,
        reply,
        quoted,
        bool(m.get("updated_date") or earlier),
        files,
        earlier,
        _reactions(m["reactions"]) if m.get("reactions") else (),
        raw,
    )


def _is_call(note: dict[str, Any]) -> bool:
    made = note.get("gsuite_integration_metadata")
    return "video_call_metadata" in note or (isinstance(made, dict) and "call_data" in made)


def _reactions(value: Any) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for r in _dicts(value):
        emoji = r.get("emoji")
        emoji = emoji if isinstance(emoji, dict) else {}
        custom = emoji.get("custom_emoji")
        sign = _str(emoji.get("unicode")) or (_str(custom.get("shortcode")) if isinstance(custom, dict) else "")
        who = r.get("reactor_emails")
        found.extend((_str(w), sign) for w in (who if isinstance(who, list) else [""]))
    return tuple(found)


importer = GoogleChat()
