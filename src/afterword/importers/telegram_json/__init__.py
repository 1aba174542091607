"""Telegram Desktop's `result.json`: one chat, or a whole account. In: a path. Out: one record for each message object.

Files reach gigabytes, so they are streamed. A forwarded message is somebody else's words in the sender's chat; it is
kept as FORWARD and teaches no voice, nor does what a bot wrote or a block that is set as a quotation. `date` is local
without a zone; `date_unixtime` is used where it exists. A chat's name and id stand before its messages in Telegram's
own files; tools that sort the keys put them behind, so the first message without them asks for a pass of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from afterword.errors import BadInput
from afterword.importers.base import HEAD, Match, Options, Record
from afterword.importers.json_values import dict_of, plain_of, undated, unreadable, written
from afterword.importers.reading import encoding_of_head, head_text
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.importers.telegram_json._rich import MEDIA, Rich
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Kind, Message, Skipped

FIELDS = (
    ("photo", Kind.IMAGE),
    ("location_information", Kind.LOCATION),
    ("place_name", Kind.LOCATION),
    ("contact_information", Kind.CONTACT),
    ("contact_vcard", Kind.CONTACT),
    ("poll", Kind.POLL),
    ("todo_list", Kind.POLL),
    ("invoice_information", Kind.TRANSFER),
    ("game_title", Kind.LINK),
    ("file", Kind.FILE),
)
OTHER_FIELDS = frozenset({name for name, _ in FIELDS} | {"media_type"})
BY_OTHERS = frozenset({"forwarded_from", "forwarded_from_id", "saved_from", "via_bot", "inline_bot_buttons"})
CALLS = frozenset({"phone_call", "group_call", "conference_call"})
DIRECT = frozenset({"personal_chat", "private_chat", "saved_messages", "bot_chat"})
TELEGRAM = "user777000"
"""The account that sends login codes."""
LISTS = (("chats", "list"), ("left_chats", "list"))
# `chats` as a plain list is the form of a tool that took the list out of its object.
MESSAGES = (("messages", "*"), *((*at, "*", "messages", "*") for at in (*LISTS, ("chats",))))
AROUND = (("contacts", "list", "*"), ("profile_pictures", "*"), ("stories", "*"))
ELEMENTS = (*MESSAGES, ("personal_information",), *AROUND)
_TYPE = re.compile(
    r'"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|p(?:rivate|ublic)_(?:super)?(?:group|channel))"'
)
_MESSAGE = re.compile(r'"type"\s*:\s*"message"')
_LOCAL = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d")  # 1970 stands for no date
_MANY = 1000

Base = tuple[str | int, ...]


class _Chat(NamedTuple):
    key: str
    id: str
    bot: str
    """The handle of the bot that this chat is with."""
    news: bool
    owner: str


class TelegramJson:
    name = "telegram_json"
    version = 1
    title = "Telegram Desktop (result.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if not text.lstrip().startswith("{"):
            return None
        if '"date_unixtime"' in text or ('"from_id"' in text and '"text"' in text and '"messages"' in text):
            return Match(0.95, "Telegram message fields")
        if '"personal_information"' in text and ('"chats"' in text or '"user_id"' in text):
            return Match(0.9, "Telegram account export")
        if _TYPE.search(text) and '"messages"' in text:
            return Match(0.9, "Telegram's type of chat")
        if _MESSAGE.search(text) and all(f'"{field}"' in text for field in ("messages", "from", "date", "text")):
            return Match(0.5, "Telegram messages without ids of their senders")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as f:
            head = f.read(HEAD)
        yield FileFacts(
            options.encoding or encoding_of_head(head),
            zone="instant" if '"date_unixtime"' in head_text(head) else "local",
        )
        owner = where = ""
        about: dict[str, Any] = {}
        here: Base | None = None  # the chat whose messages are read, and the one that `about` is of
        of: Base = ()
        behind: dict[Base, dict[str, Any]] | None = None
        chat = _chat({}, "")
        try:
            for at, value in _walk(path, options, *ELEMENTS):
                if len(at) > 1 and at[-2] == "messages":
                    if at[:-2] != here:
                        here = at[:-2]
                        if of != here or "id" not in about:
                            behind = _abouts(path, options) if behind is None else behind
                            of, about = here, behind.get(here, {})
                        chat, where = _chat(about, owner), pointer(here) + "/messages/"
                    if type(value) is dict:
                        yield _record(value, f"{where}{at[-1]}", chat)
                    else:
                        yield unreadable(pointer(at), value)
                elif at[0] == "personal_information" and isinstance(value, dict):
                    owner = f"user{value['user_id']}" if value.get("user_id") else ""
                elif at[0] in ("contacts", "profile_pictures", "stories"):
                    if isinstance(at[-1], int):
                        yield _around(str(at[0]), value, pointer(at))
                else:
                    if at[:-1] != of:
                        of, about = at[:-1], {}
                    about[str(at[-1])] = value
        except JsonCut as e:
            yield cut(e)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        seen = set()
        for about in _abouts(path, options).values():
            key = _key(about)
            if key not in seen:
                seen.add(key)
                kind, name = plain_of(about.get("type")), plain_of(about.get("name"))
                id = plain_of(about.get("id"))
                other = f"user{id}" if id and kind in ("personal_chat", "bot_chat") else ""
                yield ChatRef(key, name or kind, kind in DIRECT if kind else None, "telegram", other, name)


def _walk(path: Path, options: Options, *elements: tuple[str, ...]) -> Iterator[tuple[Base, Any]]:
    try:
        yield from stream(path, *elements, encoding=options.encoding)
    except UnicodeError as e:
        raise BadInput("import.encoding", f"{path.name} is not UTF-8 text.", next_step="Export the chat again.") from e


def _abouts(path: Path, options: Options) -> dict[Base, dict[str, Any]]:
    """The plain values of every chat that has messages, by where it lies; a pass over the whole file."""
    plain: dict[Base, dict[str, Any]] = {}
    filled: dict[Base, None] = {}
    try:
        for at, value in _walk(path, options, *MESSAGES):
            if len(at) > 1 and at[-2] == "messages":
                filled[at[:-2]] = None
            else:
                plain.setdefault(at[:-1], {})[str(at[-1])] = value
    except JsonCut:
        pass  # said when the messages are read
    return {base: plain.get(base, {}) for base in filled}


def _key(about: dict[str, Any]) -> str:
    return plain_of(about.get("id")) or plain_of(about.get("name")) or plain_of(about.get("type"))


def _chat(about: dict[str, Any], owner: str) -> _Chat:
    id, kind = plain_of(about.get("id")), about.get("type")
    # Saved messages are a chat with oneself, so its id is the owner's.
    owner = owner or (f"user{id}" if kind == "saved_messages" and id else "")
    return _Chat(_key(about), id, f"user{id}" if kind == "bot_chat" else "", kind == "public_channel", owner)


def _moment(m: dict[str, Any]) -> float | str | None:
    unix = m.get("date_unixtime")
    if unix is not None:
        try:
            at = float(unix)
            if 0 < at < 1e11:
                return at
        except (TypeError, ValueError, OverflowError):
            pass
    date = m.get("date")
    if not isinstance(date, str) or not _LOCAL.match(date):
        return float(date) if type(date) is int and 0 < date < 1e11 else None
    try:
        moment = datetime.fromisoformat(date)
        return moment.isoformat()[:19] if moment.tzinfo is None else moment.timestamp()
    except (ValueError, OverflowError):
        return None


def _text(value: Any) -> tuple[str, str]:
    """(own words, quoted words) of a text: plain, or a list of plain parts and entities."""
    if isinstance(value, str):
        return value, ""
    if not isinstance(value, list):
        return "", ""
    own: list[str] = []
    quoted: list[str] = []
    for part in value:
        if isinstance(part, str):
            own.append(part)
        elif isinstance(part, dict) and isinstance(words := part.get("text"), str):
            (quoted if part.get("type") == "blockquote" else own).append(words)
    text = "".join(own)
    return (text.strip("\n"), "\n".join(quoted)) if quoted else (text, "")


def _reactions(value: Any) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for r in value if isinstance(value, list) else ():
        if not isinstance(r, dict):
            continue
        what = plain_of(r.get("emoji")) or ("⭐" if r.get("type") == "paid" else plain_of(r.get("type")))
        recent = r.get("recent")
        named = [
            (plain_of(who.get("from_id")) or plain_of(who.get("from")), what)
            for who in (recent if isinstance(recent, list) else ())
            if isinstance(who, dict)
        ]
        found += named
        count = r.get("count")
        if type(count) is int and count > len(named):  # a channel or a large group names the last few only
            found += [("", what)] * min(count - len(named), _MANY)
    return tuple(found)


def _seconds(value: Any) -> float | None:
    return float(value) if type(value) in (int, float) and 0 < value < 1e9 else None


def _sender(m: dict[str, Any], field: str, chat: _Chat) -> str:
    """`user5` or `channel7`; older exports have the number alone."""
    id = m.get(field)
    if type(id) is str:
        return id
    if type(id) is not int or not id:
        return ""
    # Between the two forms a channel was its own number with a bit set above it.
    return f"channel{chat.id}" if chat.id == str(id - (1 << 33)) else f"user{id}"


def _record(m: dict[str, Any], where: str, chat: _Chat) -> Message | Skipped:
    at = _moment(m)
    if at is None:
        return undated(where, m)
    get = m.get
    text = get("text")
    quoted = ""
    if type(text) is not str:
        text, quoted = _text(get("text_entities") if text is None else text)
    if get("type") == "service":
        return _service(m, where, chat, at, text)
    handle = _sender(m, "from_id", chat)
    name = get("from")
    name = name if type(name) is str else ""
    kind = Kind.TEXT
    parts: tuple[Attachment, ...] = ()
    raw = ""
    if not OTHER_FIELDS.isdisjoint(m):
        kind, text, parts = _media(m, text)
    if "rich_message" in m and not text:
        rich = Rich(m["rich_message"])
        text, quoted, kind, parts = rich.text, rich.quoted, kind or rich.kind, (*parts, *rich.files)
    if not text and kind is Kind.TEXT and not quoted:
        kind, raw = Kind.UNKNOWN, written(m)
    if not BY_OTHERS.isdisjoint(m) or chat.bot or chat.news or handle == TELEGRAM:
        if "forwarded_from" in m or "saved_from" in m or "forwarded_from_id" in m:
            kind = Kind.FORWARD
        elif (
            (chat.bot and handle == chat.bot)
            or handle == TELEGRAM
            or "inline_bot_buttons" in m
            or ("via_bot" in m and text)
            or (chat.news and not get("author") and not handle.startswith("user"))
        ):
            kind = Kind.AUTOMATED
    edited = False
    if "edited" in m or "edited_unixtime" in m:
        edited = _edited(m)
    handle = handle or name or ("deleted account" if not chat.news else f"channel{chat.id}" if chat.id else chat.key)
    reply = get("reply_to_message_id")
    return Message(
        where,
        at,
        handle,
        text,
        kind,
        name,
        handle == chat.owner if chat.owner else None,
        chat.key,
        plain_of(get("id")),
        plain_of(reply) if reply and "reply_to_peer_id" not in m else "",
        quoted,
        edited,
        parts,
        (),
        _reactions(m["reactions"]) if "reactions" in m else (),
        raw,
    )


def _edited(m: dict[str, Any]) -> bool:
    """The first versions wrote 1970 where nothing was edited."""
    if unix := m.get("edited_unixtime"):
        return str(unix) != "0"
    return bool(m.get("edited")) and not str(m["edited"]).startswith(("1970-01-0", "1969-12-31"))


def _media(m: dict[str, Any], text: str) -> tuple[Kind, str, tuple[Attachment, ...]]:
    """What is sent beside words, the words that stand for it where there are no others, and the file."""
    kind = MEDIA.get(m["media_type"]) if isinstance(m.get("media_type"), str) else None
    if kind is None:
        kind = next((k for field, k in FIELDS if field in m), Kind.UNKNOWN)
        if kind is Kind.UNKNOWN and text:
            kind = Kind.TEXT
    name = ""
    for field in ("file", "photo", "contact_vcard"):
        # "(File not included. Change data exporting settings to download.)" is no name.
        if isinstance(value := m.get(field), str) and not value.startswith("("):
            name = value
            break
    else:
        name = plain_of(m.get("file_name"))
    if kind is Kind.LOCATION:
        text = text or "\n".join(t for f in ("place_name", "address") if (t := plain_of(m.get(f))))
        place = m.get("location_information")
        if isinstance(place, dict):
            name = f"geo:{plain_of(place.get('latitude'))},{plain_of(place.get('longitude'))}"
    elif kind is Kind.CONTACT:
        who = m.get("contact_information")
        if isinstance(who, dict):
            full = " ".join(t for f in ("first_name", "last_name") if (t := plain_of(who.get(f))))
            text = text or "\n".join(t for t in (full, plain_of(who.get("phone_number"))) if t)
    elif kind is Kind.POLL:
        text = text or _list(m)
    elif kind is Kind.LINK:
        text = text or plain_of(m.get("game_title"))
    elif kind is Kind.TRANSFER and isinstance(invoice := m.get("invoice_information"), dict):
        text = text or plain_of(invoice.get("title"))
    elif kind is Kind.STICKER:
        text = text or plain_of(m.get("sticker_emoji"))
    seconds = _seconds(m.get("duration_seconds"))
    parts = (Attachment(name, plain_of(m.get("mime_type")), seconds),) if name or seconds else ()
    return kind, text, parts


def _list(m: dict[str, Any]) -> str:
    """A poll or a list of tasks as words: what is asked, then a line for each answer."""
    asked = dict_of(poll if isinstance(poll := m.get("poll"), dict) else m.get("todo_list"))
    title, items = asked.get("question") or asked.get("title"), asked.get("answers") or asked.get("items")
    lines = [_text(title)[0]]
    for i in items if isinstance(items, list) else ():
        if isinstance(i, dict) and (option := _text(i.get("text") or i.get("title"))[0]):
            lines.append(f"- {option}")
    return "\n".join(line for line in lines if line)


def _service(m: dict[str, Any], where: str, chat: _Chat, at: float | str, text: str) -> Message:
    action = plain_of(m.get("action"))
    kind = Kind.CALL if action in CALLS else Kind.SYSTEM
    handle = _sender(m, "actor_id", chat) if kind == Kind.CALL else ""
    name = plain_of(m.get("actor")) if handle else ""
    seconds = _seconds(m.get("duration_seconds") or m.get("duration"))
    how = plain_of(m.get("discard_reason")) if kind == Kind.CALL else ""
    return Message(
        where,
        at,
        handle,
        text or action or plain_of(m.get("information_text")),
        kind,
        name,
        handle == chat.owner if chat.owner and handle else None,
        chat.key,
        plain_of(m.get("id")),
        attachments=(Attachment(how, seconds=seconds),) if seconds or how else (),
    )


def _around(what: str, value: Any, where: str) -> Keepsake | Skipped:
    """An entry of the account beside its chats: a contact, a profile picture, a story."""
    if not isinstance(value, dict):
        return unreadable(where, value)
    at = _moment(value)
    if what == "contacts":
        full = " ".join(t for f in ("first_name", "last_name") if (t := plain_of(value.get(f))))
        user = plain_of(value.get("user_id"))
        handles = tuple(t for t in (f"user{user}" if user else "", plain_of(value.get("phone_number"))) if t)
        return Keepsake(where, "contact", at, title=full, handles=handles)
    file = plain_of(value.get("photo") or value.get("media"))
    parts = (Attachment(file),) if file and not file.startswith("(") else ()
    return Keepsake(where, "photo", at, mine=True, text=_text(value.get("text"))[0], attachments=parts)


importer = TelegramJson()
