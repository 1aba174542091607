"""Snapchat's `chat_history.json` and `snap_history.json`, old and new. In: a path. Out: one record for each message.

The archive holds what was saved, so a talk has gaps. The old form sorts by received and sent, the new one by
conversation; the new one's "microseconds" are milliseconds. Texts hold HTML entities.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import unreadable, written
from afterword.importers.reading import encoding_of_head, head_text
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

KINDS = {
    "TEXT": Kind.TEXT,
    "IMAGE": Kind.IMAGE,
    "PHOTO": Kind.IMAGE,
    "SNAP": Kind.IMAGE,
    "MEDIA": Kind.IMAGE,
    "VIDEO": Kind.VIDEO,
    "VIDEO_NO_SOUND": Kind.VIDEO,
    "VIDEO_NO_AUDIO": Kind.VIDEO,
    "NOTE": Kind.VOICE,
    "VOICE_NOTE": Kind.VOICE,
    "VOICENOTE": Kind.VOICE,
    "AUDIO": Kind.VOICE,
    "AUDIO_NOTE": Kind.VOICE,
    "STICKER": Kind.STICKER,
    "BITMOJI": Kind.STICKER,
    "GIF": Kind.STICKER,
    "LOCATION": Kind.LOCATION,
    "MAPREACTION": Kind.REACTION,
    "ATTACHMENT": Kind.FILE,
    "SHARE": Kind.LINK,
    "SHARESAVEDSTORY": Kind.LINK,
    "LINK": Kind.LINK,
    "CALL": Kind.CALL,
    "CASH": Kind.TRANSFER,
    "POLL": Kind.POLL,
    "NONPARTICIPANTBOTRESPONSE": Kind.AUTOMATED,
}
_CREATED = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?: ?UTC| ?Z|\+00:?00)?")
_ITEM = re.compile(r'"Media Type"\s*:')
ELEMENTS = ("*", "*")


class Snapchat:
    name = "snapchat"
    version = 1
    title = "Snapchat (chat_history.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if not text.startswith("{") or '"$schema"' in text[:200]:
            return None
        if _ITEM.search(text) and '"Created' in text and ('"From"' in text or '"To"' in text or '"IsSender"' in text):
            return Match(1.0, "Media Type, Created and a sender")
        if re.match(r'\{\s*"(?:Received|Sent) (?:Saved Chat|Snap) History"', text):
            return Match(1.0, "a Snapchat history")
        if '"Basic Information"' in text[:2000] and '"Username"' in text:
            return Match(0.9, "Snapchat's account file", companion=True)
        if re.match(r'\{\s*"(?:Friends|Friend Requests Sent|Saved Media|Device Information|Login History)"\s*:', text):
            return Match(0.8, "another file of Snapchat's archive", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as f:
            yield FileFacts(options.encoding or encoding_of_head(f.read(4096)), zone="instant")
        account = account_of(path.parent)
        n: dict[Any, int] = {}
        try:
            for where, m in stream(path, ELEMENTS, encoding=options.encoding):
                if len(where) == 1 and not isinstance(m, list | dict):
                    yield unreadable(pointer(where), m)
                if len(where) != 2:
                    continue
                n[where[0]] = n.get(where[0], -1) + 1
                locator = pointer((where[0], n[where[0]] if isinstance(where[1], int) else where[1]))
                yield _record(m, locator, str(where[0]), account)
        except JsonCut as e:
            yield cut(e)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        account = account_of(path.parent)
        titles: dict[str, str] = {}
        others: dict[str, set[str]] = {}
        try:
            for where, m in stream(path, ELEMENTS, encoding=options.encoding):
                if len(where) != 2 or not isinstance(m, dict):
                    continue
                key, sender, mine = _sides(m, str(where[0]), account)
                titles[key] = titles.get(key, "") or _text(m.get("Conversation Title"))
                others.setdefault(key, set())
                if sender and mine is not True:
                    others[key].add(sender)
        except JsonCut:
            pass
        for key, title in titles.items():
            # A direct chat is kept under the friend's account; a group under a number, with a title where it has one.
            direct = not title and not re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{27}", key) and not others[key] - {key}
            if direct and not re.fullmatch(r"[\w.-]{2,40}", key, re.A) and key not in others[key]:
                yield ChatRef(key, key, None, "snapchat")  # no account's name, and nobody of that name has written
                continue
            yield ChatRef(key, title or key, direct, "snapchat", key if direct else "")


def account_of(folder: Path) -> str:
    """The owner's account that `account.json` of the archive gives, "" without one."""
    for place in (folder, folder.parent, folder.parent.parent):
        for file in (place / "account.json", place / "json" / "account.json"):
            try:
                if not file.is_file() or file.stat().st_size > 1 << 20:
                    continue
                found = json.loads(file.read_bytes())["Basic Information"]["Username"]
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue
            if isinstance(found, str):
                return found
    return ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return html.unescape(value) if "&" in value else value
    return ""


def _sides(m: dict[str, Any], list_name: str, account: str) -> tuple[str, str, bool | None]:
    """(chat, sender, whether it is the owner) of one message, in either form."""
    if list_name.startswith(("Received ", "Sent ")):
        mine = list_name.startswith("Sent ")
        other = _text(m.get("To") if mine else m.get("From"))
        return other, (account if mine else other), mine
    flag = m.get("IsSender", m.get("isSender"))
    sender = _text(m.get("From"))
    if isinstance(flag, bool):
        return list_name, sender, flag
    if account and sender:
        return list_name, sender, sender == account
    return list_name, sender, None


def _moment(m: dict[str, Any]) -> float | None:
    exact = m.get("Created(microseconds)")
    if isinstance(exact, str) and exact.isdecimal():
        exact = float(exact)
    if isinstance(exact, int | float) and not isinstance(exact, bool) and exact > 1e8:
        for unit, least in ((1e6, 1e14), (1e3, 1e11), (1.0, 0.0)):
            if exact > least:
                return exact / unit if exact / unit < 1e11 else None
    created = m.get("Created")
    if isinstance(created, str) and (found := _CREATED.fullmatch(created.strip())):
        try:
            return datetime(*(int(x) for x in found.groups()), tzinfo=UTC).timestamp()  # type: ignore[misc, arg-type]
        except (ValueError, OverflowError):
            return None
    return None


def _record(m: Any, where: str, list_name: str, account: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = _moment(m)
    if at is None:
        return Skipped(where, "no-date", written(m))
    key, handle, mine = _sides(m, list_name, account)
    what = _text(m.get("Media Type")).upper().replace(" ", "")
    text = _text(m.get("Content")) or _text(m.get("Text"))
    media = _text(m.get("Media IDs"))
    parts = tuple(Attachment(name) for name in re.split(r"\s*\|\s*", media) if name)
    if what.startswith("STATUSERASED"):
        return Message(where, at, handle, "", Kind.RECALLED, "", mine, key)
    if what.startswith("STATUSCALL") or (what.startswith("STATUS") and "CALL" in what):
        missed = Attachment("missed" if "MISSED" in what else "call")
        return Message(where, at, handle, "", Kind.CALL, "", mine, key, attachments=(missed,))
    if what.startswith("STATUS"):
        told = " ".join(x for x in (handle, what.removeprefix("STATUS").lower(), text) if x)
        return Message(where, at, "", told, Kind.SYSTEM, "", None, key)
    kind: int = KINDS.get(what, Kind.UNKNOWN)
    raw = ""
    if kind == Kind.IMAGE and what == "MEDIA" and re.search(r"\.(?:mp4|mov)\b", media):
        kind = Kind.VIDEO
    if kind == Kind.TEXT and not text:  # said and not saved
        kind = Kind.IMAGE if parts else Kind.UNKNOWN
    elif text and kind in (Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.STICKER):
        kind = Kind.TEXT
    if kind == Kind.UNKNOWN:
        raw, text = written(m), ""
    return Message(where, at, handle, text, kind, "", mine, key, attachments=parts, raw=raw)


importer = Snapchat()
