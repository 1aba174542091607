"""Messenger's and Instagram's chats as json, every layout since 2018. In: a path. Out: one record for each message.

Texts are UTF-8 written out as Latin-1 and are repaired one by one. What the server wrote in somebody's name
("sent an attachment", "Reacted …", calls) is no word of theirs, and the words of a shared post are their author's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import unreadable, written
from afterword.importers.meta import dm_2019
from afterword.importers.meta.owner import names_in, owner_of
from afterword.importers.meta.words import Spoken, repaired, words
from afterword.importers.reading import encoding_of_head, head_text
from afterword.importers.streamed_json import JsonCut, mended, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

COMPANIONS = (
    ('"ig_secret_conversations"', "the devices of secret conversations"),
    ('"secret_conversations', "the devices of secret conversations"),
    ('"tincan_devices"', "the devices of secret conversations"),
    ('"autofill_information', "the account's own names"),
    ('"profile_v2"', "the account's profile"),
    ('"profile_user"', "the account's profile"),
)
BOXES = {"inbox", "archived_threads", "filtered_threads", "message_requests", "e2ee_cutover", "stickers_used", "other"}
MEDIA = (
    ("photos", Kind.IMAGE),
    ("videos", Kind.VIDEO),
    ("audio_files", Kind.VOICE),
    ("gifs", Kind.STICKER),
    ("files", Kind.FILE),
)
ENDINGS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "heic", "bmp"), Kind.IMAGE),
    **dict.fromkeys(("mp4", "mov", "webm", "m4v", "avi", "3gp"), Kind.VIDEO),
    **dict.fromkeys(("ogg", "oga", "opus", "aac", "m4a", "mp3", "wav", "amr"), Kind.VOICE),
    "gif": Kind.STICKER,
}
SPECIAL = frozenset(
    ("photos", "videos", "audio_files", "gifs", "files", "media", "sticker", "share", "reactions", "call_duration")
    + ("missed", "is_unsent", "isUnsent", "is_taken_down", "users", "bumped_message_metadata")
)
ORDINARY = (None, "Generic", "text")
UNSENT = re.compile(
    r".{0,80}\bunsent a message\.?|.{0,60}撤回了一条消息.?|.{0,60}(?:已)?收回(?:了)?(?:一則)?訊息.?", re.I
)
MISSED = re.compile("[Mm]iss|[Vv]erpasst|perdi|manqu|pers[ao]|未接|错过|錯過")
TAIL = 64 << 10
_REST = re.compile(r'\]\s*,\s*(?="(?:title|is_still_participant|thread_path|thread_type|participants|threadName)"\s*:)')


class MetaJson:
    name = "meta_json"
    version = 1
    title = "Facebook Messenger or Instagram (json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if dm_2019.fits(text):
            return Match(0.95, "Instagram conversations of 2018 to 2020")
        if not text.startswith("{") or '"$schema"' in text[:200]:
            return None
        if '"senderName"' in text and '"participants"' in text and ('"threadName"' in text or '"isUnsent"' in text):
            return Match(1.0, "Messenger's end-to-end encrypted thread")
        if '"messages"' in text and ('"participants"' in text or '"thread_path"' in text):
            if '"sender_name"' in text and ('"timestamp_ms"' in text or '"timestamp"' in text):
                return Match(1.0, "sender_name and timestamp_ms")
            if re.search(r'"messages"\s*:\s*\[\s*\]', text) and '"title"' in text or '"threadName"' in text:
                return Match(0.9, "a thread without messages")
        for key, reason in COMPANIONS:
            if key in text[:4096] and '"messages"' not in text:
                return Match(0.95, reason, companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as f:
            head = f.read(4096)
        yield FileFacts(options.encoding or encoding_of_head(head), zone="instant")
        if head_text(head).lstrip().startswith("["):  # a thread's own file is no list
            yield from dm_2019.read(path, options)
            return
        about = _About(path, options)
        key, owner = about.key, about.owner
        senders: dict[str, str] = {}
        known = set(about.people)
        spoken = Spoken(known)
        n = 0
        try:
            for where, m in stream(path, ("messages", "*"), encoding=options.encoding):
                if len(where) != 2 or where[0] != "messages":
                    continue
                locator = f"/messages/{n}"
                n += 1
                if type(m) is not dict:
                    yield unreadable(locator, m)
                    continue
                stamp = m.get("timestamp_ms")
                if stamp is None:
                    stamp = m.get("timestamp")
                if type(stamp) is not int:
                    stamp = _number(stamp)
                if not 0 < stamp < 1e14:  # a number beyond is no moment of this century
                    yield Skipped(locator, "no-date", written(m))
                    continue
                at = stamp / 1000 if stamp > 1e11 else float(stamp)
                raw = m.get("sender_name")
                if raw is None:
                    raw = m.get("senderName")
                if type(raw) is not str:
                    raw = words(raw)
                handle = senders.get(raw)
                if handle is None:
                    handle = senders[raw] = repaired(raw)
                    if handle not in known and len(known) < 300:
                        known.add(handle)
                        spoken = Spoken(known)
                mine = (handle == owner) if owner and handle else None
                text = m.get("content")
                if text is None:
                    text = m.get("text")
                if type(text) is not str:
                    text = words(text)
                elif not text.isascii():
                    text = repaired(text)
                if text and SPECIAL.isdisjoint(m) and m.get("type") in ORDINARY:
                    told = spoken.told(text, handle, False)
                    if told is None:
                        if text.endswith(" (edited)"):
                            yield Message(locator, at, handle, text[:-9], 0, "", mine, key, edited=True)
                        else:
                            yield Message(locator, at, handle, text, 0, "", mine, key)
                        continue
                yield _record(m, locator, at, handle, mine, key, text, spoken)
        except JsonCut as e:
            yield Skipped(pointer(e.path) if len(e.path) > 1 else f"/messages/{n}", "truncated", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        with path.open("rb") as f:
            head = f.read(4096)
        if head_text(head).lstrip().startswith("["):  # a thread's own file is no list
            yield from dm_2019.chats(path, options)
            return
        about = _About(path, options)
        direct = None
        if about.people:
            direct = len(about.people) == 2 and not about.group and not _strangers(path, about.people)
        other = next((p for p in about.people if p != about.owner), "") if direct and about.owner else ""
        yield ChatRef(about.key, about.title, direct, about.platform, other, other)


class _About:
    """What a file says of its thread, before and behind the messages."""

    def __init__(self, path: Path, options: Options) -> None:
        found: dict[str, Any] = {}
        try:
            for where, value in stream(path, ("participants",), ("messages", "*"), encoding=options.encoding):
                if not where or where[0] == "messages":
                    break
                found[str(where[0])] = value
        except JsonCut:
            pass  # told when the messages are read
        head, tail = _ends(path)
        if m := max(_REST.finditer(tail), key=lambda m: m.end(), default=None):
            try:
                rest = mended(json.loads("{" + tail[m.end() :], strict=False))
                found.update((k, v) for k, v in rest.items() if k not in found and k != "messages")
            except (ValueError, RecursionError):
                pass
        self.people = names_in(found.get("participants"))
        title = words(found.get("title"))
        encrypted = words(found.get("threadName"))
        self.title = title or re.sub(r"_\d{1,6}\Z", "", encrypted)
        joined = found.get("joinable_mode")  # only groups have a link to join them by
        self.group = words(found.get("thread_type")) == "RegularGroup" or (
            isinstance(joined, dict) and bool(joined.get("link"))
        )
        box = path.parent.parent.name
        folder = f"{box}/{path.parent.name}" if box in BOXES else ""
        self.key = words(found.get("thread_path")) or folder or self.title or ", ".join(sorted(self.people))
        self.owner = owner_of(path, self.title, self.people)
        self.platform = _platform(path, head, tail)


def _ends(path: Path) -> tuple[str, str]:
    with path.open("rb") as f:
        head = f.read(TAIL)
        f.seek(0, 2)
        f.seek(max(0, f.tell() - TAIL))
        tail = f.read(TAIL)
    codec = encoding_of_head(head)
    return head.decode(codec, "replace"), tail.decode(codec if codec.startswith("utf-8") else "utf-8", "replace")


def _platform(path: Path, head: str, tail: str) -> str:
    for part in (path.parent.as_posix().casefold().split("/"))[::-1]:
        if "instagram" in part:
            return "instagram"
        if "facebook" in part or "messenger" in part:
            return "facebook"
    if re.search(
        r'your_instagram_activity|"original_content_owner"|"profile_share_username"|"Liked a message"', head + tail
    ):
        return "instagram"
    return "facebook"


def _strangers(path: Path, people: list[str]) -> bool:
    """Whether somebody else has written too: a group that others have left lists two people."""
    names = {json.dumps(p.encode().decode("latin-1"))[1:-1].encode() for p in people}
    names |= {json.dumps(p)[1:-1].encode() for p in people} | {p.encode() for p in people} | {b""}
    try:
        with path.open("rb") as f:
            left = b""
            while block := f.read(1 << 20):
                data = left + block
                for m in re.finditer(rb'"sender_?[nN]ame"\s*:\s*"((?:[^"\\]|\\.)*)"', data):
                    if m[1] not in names and repaired_bytes(m[1]) not in people:
                        return True
                left = data[-2048:]
    except OSError:
        pass
    return False


def repaired_bytes(raw: bytes) -> str:
    try:
        return words(json.loads(b'"' + raw + b'"', strict=False))
    except ValueError:
        return ""


def _number(value: Any) -> float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return 0
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value == value else 0


def _parts(m: dict[str, Any]) -> tuple[list[Attachment], int | None]:
    """Files that a message points to, and the kind of the first."""
    parts: list[Attachment] = []
    kind: int | None = None
    for field, what in MEDIA:
        listed = m.get(field)
        for item in listed if isinstance(listed, list) else ():
            kind = what if kind is None else kind
            if isinstance(item, dict) and (name := words(item.get("uri"))):
                parts.append(Attachment(name))
    if isinstance(sticker := m.get("sticker"), dict):
        kind = Kind.STICKER if kind is None else kind
        if name := words(sticker.get("uri")):
            parts.append(Attachment(name))
    media = m.get("media")
    for item in media if isinstance(media, list) else ():
        name = words(item.get("uri") if isinstance(item, dict) else item)
        ending = name.rpartition(".")[2].lower() if "/" in name else ""
        kind = ENDINGS.get(ending, Kind.FILE) if kind is None else kind
        if ending:  # without a folder it is the sentence "Failed to download media"
            parts.append(Attachment(name))
    return parts, kind


def _record(
    m: dict[str, Any], where: str, at: float, handle: str, mine: bool | None, key: str, text: str, spoken: Spoken
) -> Message:
    """A message that is more than words, or whose words may be the server's."""
    what = m.get("type")
    listed = m.get("reactions")
    reactions = tuple(
        (words(r.get("actor")), words(r.get("reaction")))
        for r in (listed if isinstance(listed, list) else ())
        if isinstance(r, dict)
    )
    if m.get("is_unsent") is True or m.get("isUnsent") is True or m.get("is_taken_down") is True:
        return Message(where, at, handle, "", Kind.RECALLED, "", mine, key, reactions=reactions)
    if what == "placeholder":
        recalled = not text or UNSENT.fullmatch(text.strip())
        unsaid = Kind.RECALLED if recalled else Kind.UNKNOWN
        raw = "" if recalled else written(m)
        return Message(where, at, handle, "", unsaid, "", mine, key, reactions=reactions, raw=raw)
    if what in ("Subscribe", "Unsubscribe") or isinstance(m.get("users"), list):
        return Message(where, at, "", text, Kind.SYSTEM, "", None, key)
    seconds = m.get("call_duration")
    if what == "Call" or seconds is not None or m.get("missed") is True:
        own = "" if not text or spoken.told(text, handle, True) is not None else text  # in a language not known here
        call = (_call(text, m.get("missed") is True, seconds),)
        return Message(where, at, handle, own, Kind.CALL, "", mine, key, attachments=call, reactions=reactions)
    parts, kind = _parts(m)
    quoted = link = ""
    if isinstance(share := m.get("share"), dict) and share:
        link, quoted = words(share.get("link")), words(share.get("share_text"))
        if link:
            parts.append(Attachment(link))
    has_share = bool(link or quoted) or isinstance(share, dict) or what in ("Share", "link")
    told = spoken.told(text, handle, bool(parts or has_share)) if text else None
    edited = text.endswith(" (edited)")
    if told == Kind.REACTION:
        return Message(where, at, handle, "", told, "", mine, key, reactions=reactions)
    if told in (Kind.SYSTEM, Kind.POLL):
        name = "" if told == Kind.SYSTEM else handle
        return Message(where, at, name, text, told, "", mine if name else None, key, reactions=reactions)
    if told == Kind.CALL:
        call = (_call(text, False, None),)
        return Message(where, at, handle, "", told, "", mine, key, attachments=call, reactions=reactions)
    if quoted and quoted.strip() in text:
        quoted = ""  # a link's text or a place's name said twice; what was typed stays the sender's
    if told is not None:
        text = ""
        kind = told if kind is None and not has_share else kind
    if what == "link" and not link and re.fullmatch(r"https?://\S+", text):
        link = text
    if text and text.strip() != link:
        bumped = m.get("bumped_message_metadata")
        if isinstance(bumped, dict) and bumped.get("is_bumped") is True:
            quoted = words(bumped.get("bumped_message")) or quoted
        own = text[:-9] if edited else text
        return Message(
            where, at, handle, own, 0, "", mine, key, "", "", quoted, edited, tuple(parts), (), reactions
        )  # fmt: skip
    if kind is None and has_share:
        kind = _shared(link)
    raw = ""
    if kind is None:
        kind = Kind.TRANSFER if what == "Payment" else Kind.UNKNOWN
        raw = written(m) if kind == Kind.UNKNOWN else ""
    return Message(
        where, at, handle, text, kind, "", mine, key, "", "", quoted, False, tuple(parts), (), reactions, raw
    )  # fmt: skip


def _call(text: str, missed: bool, seconds: Any) -> Attachment:
    lasted = _number(seconds) if seconds is not None else -1
    return Attachment(
        "missed" if missed or MISSED.search(text) else "call", seconds=float(lasted) if lasted >= 0 else None
    )


def _shared(link: str) -> int:
    if re.search(r"\.gif(?:\?|\Z)|giphy\.com/|tenor\.com/", link):
        return Kind.STICKER
    return Kind.LOCATION if re.search(r"bing\.com(?:/|%2F)maps|maps\.google|google\.[a-z.]+/maps", link) else Kind.LINK


importer = MetaJson()
