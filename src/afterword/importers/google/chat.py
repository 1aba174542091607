"""Google Chat's Takeout: `Groups/<DM or Space>/messages.json`. In: a path. Out: one record for each message.

`Users/…/user_info.json` says who the owner is, `group_info.json` who is in the chat. Moments are prose in the language
of the account (see `_dates`); when none of a file's can be read, its owner is asked for a Takeout in English rather
than given a chat without time. A quoted message is kept apart, older wordings of an edited one in `earlier`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.google._dates import moment
from afterword.importers.json_values import dict_of, dicts_of, object_beside, text_of, undated, unreadable, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
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
            yield cut(e)
            return
        if sample and not read:
            raise _unknown_language(path, sample)
        yield from waiting

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        key, owner = _key(path), _owner(path)
        info = object_beside(path.parent / "group_info.json")
        members = dicts_of(info.get("members"))
        others = [m for m in members if owner and _handle(m).casefold() not in owner]
        direct: bool | None = None
        if key:
            direct = key.startswith("DM ") and len(members) <= 2
        elif members:
            direct = None if len(members) == 2 else False
        other = others[0] if direct and len(others) == 1 else {}
        title = text_of(info.get("name")) or ", ".join(text_of(m.get("name")) for m in (others or members)[:8]) or key
        yield ChatRef(key, title, direct, "google_chat", _handle(other), text_of(other.get("name")))


def _unknown_language(path: Path, sample: str) -> BadInput:
    return BadInput(
        "import.google.date",
        f"{path.name}: dates such as “{sample[:80]}” are in a language that Afterword does not read.",
        next_step="Set the Google account's language to English, order the Takeout again and import that.",
    )


def _handle(user: dict[str, Any]) -> str:
    return text_of(user.get("email")) or text_of(user.get("name"))


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
        user = object_beside(file).get("user")
        if isinstance(user, dict):
            found |= {h.casefold() for h in (text_of(user.get("email")), text_of(user.get("name"))) if h}
    return found


def _date_of(m: dict[str, Any]) -> str:
    if date := text_of(m.get("created_date")):
        return date
    # an upload that was replaced keeps its moment in the version before
    versions = dicts_of(m.get("previous_message_versions"))
    return next((d for v in versions if (d := text_of(v.get("created_date")))), "")


def _record(m: Any, where: str, chat: str, owner: set[str]) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    raw_date = _date_of(m) or text_of(m.get("deleted_date"))
    at = moment(raw_date) if raw_date else None
    if at is None:
        return undated(where, m)
    creator = dict_of(m.get("creator"))
    handle, name, id = _handle(creator), text_of(creator.get("name")), text_of(m.get("message_id"))
    mine = handle.casefold() in owner if owner and handle else None
    steps = id.split("/")
    reply = f"{steps[0]}/{steps[1]}/{steps[1]}" if len(steps) == 3 and steps[1] != steps[2] else ""
    if m.get("message_state") == "DELETED" or m.get("deletion_metadata") or m.get("deleted_date"):
        return Message(where, at, handle, "", Kind.RECALLED, name, mine, chat, id, reply)
    text = text_of(m.get("text"))
    quote = dict_of(m.get("quoted_message_metadata"))
    quoted = text_of(quote.get("text"))
    reply = text_of(quote.get("message_id")) or reply
    files = tuple(
        Attachment(text_of(f.get("original_name")) or text_of(f.get("export_name")))
        for f in dicts_of(m.get("attached_files"))
    )
    kind, raw = Kind.TEXT, ""
    notes = dicts_of(m.get("annotations"))
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
            kind, raw = Kind.UNKNOWN, written(m)
    earlier = tuple(
        t for v in dicts_of(m.get("previous_message_versions")) if (t := text_of(v.get("text"))) and t != text
    )
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
    for r in dicts_of(value):
        emoji = dict_of(r.get("emoji"))
        custom = emoji.get("custom_emoji")
        sign = text_of(emoji.get("unicode")) or (text_of(custom.get("shortcode")) if isinstance(custom, dict) else "")
        who = r.get("reactor_emails")
        found.extend((text_of(w), sign) for w in (who if isinstance(who, list) else [""]))
    return tuple(found)


importer = GoogleChat()
