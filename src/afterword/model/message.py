"""What an importer yields: one record of a file, as a Message, a Keepsake or a Skipped; and how the file was read.

`msgspec.Struct` rather than a dataclass: a million of them are made in one import, and a frozen struct costs a tenth
of a frozen dataclass.
"""

from __future__ import annotations

import enum

import msgspec


class Kind(enum.IntEnum):
    """What a record is. TEXT is the person's own words; everything else never teaches a voice."""

    TEXT = 0
    IMAGE = 1
    VIDEO = 2
    VOICE = 3
    STICKER = 4
    FILE = 5
    LOCATION = 6
    CONTACT = 7
    LINK = 8
    CALL = 9
    REACTION = 10
    RECALLED = 11
    SYSTEM = 12
    TRANSFER = 13
    FORWARD = 14
    POLL = 15
    UNKNOWN = 16
    AUTOMATED = 17
    """A bot, a newsletter, a notice by a service: sent under a name, written by nobody."""


class Attachment(msgspec.Struct, frozen=True):
    """A file the record points to, by name; its bytes stay where they are. `seconds` for voice and calls."""

    name: str = ""
    mime: str = ""
    seconds: float | None = None


class ChatRef(msgspec.Struct, frozen=True):
    """A chat inside a file. `key` is unique within the file; `title` as exported; `direct` None = not stated.

    `other` names the other side of a direct chat where the file says it (handle and display name may be equal).
    `one_sided`: the export holds only what one person wrote, so it can show a style but no dialogue.
    """

    key: str = ""
    title: str = ""
    direct: bool | None = None
    platform: str = ""
    other_handle: str = ""
    other_name: str = ""
    one_sided: bool = False


class Message(msgspec.Struct, frozen=True, gc=False):
    """One record as the file has it.

    locator  where it lies: "line 12", a JSON pointer "/messages/3", "message:42" (table row)
    at       local wall-clock text "YYYY-MM-DDTHH:MM:SS" when zone_known is False; else the instant in epoch seconds
    handle   account or display name as exported, "" for the owner when the file only says "me", or for a system line
    name     display name if the file has one beside the handle
    mine     True / False when the file says who the owner is, else None
    text     the words, exactly; "" where there are none. Quoted text is NOT here but in `quoted`.
    earlier  the wordings before the last edit, oldest first
    reactions  (who, what) set on this message by others; the handle or name as exported
    raw      the record as it stands in the file, for a kind that is UNKNOWN: nothing is lost while nobody can read it
    """

    locator: str
    at: float | str
    handle: str
    text: str
    kind: int = 0
    name: str = ""
    mine: bool | None = None
    chat: str = ""
    id: str = ""
    reply_to: str = ""
    quoted: str = ""
    edited: bool = False
    attachments: tuple[Attachment, ...] = ()
    earlier: tuple[str, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
    raw: str = ""


KEEPSAKES = ("photo", "post", "event", "contact", "note", "letter", "voice")


class Keepsake(msgspec.Struct, frozen=True):
    """Something from around the chat, as the file has it. Context with a source; it never teaches a voice.

    kind     one of KEEPSAKES
    at       as Message.at, or a day "YYYY-MM-DD"; None when the file holds no date. Never the file's own time, never today
    until    the end of an event, like `at`
    author   who made it, as the file names them; "" when it does not say
    mine     True / False when the file says whether the owner made it, else None
    title    a name for it: the event's summary, the contact's name, the file's name of a photo
    text     its words: a post's, a note's, a description
    where    (latitude, longitude) in degrees as the file has them; `place` a name that the file gives
    yearly   it returns every year (a birthday); `at` may then be "--MM-DD"
    handles  accounts of a contact: telephone numbers, addresses; of a photo, the names set on it
    """

    locator: str
    kind: str
    at: float | str | None = None
    until: float | str | None = None
    author: str = ""
    mine: bool | None = None
    title: str = ""
    text: str = ""
    where: tuple[float, float] | None = None
    place: str = ""
    yearly: bool = False
    handles: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class FileFacts(msgspec.Struct, frozen=True):
    """How a file was read, for the report. Not a record: an importer yields it once, before or among the records.

    encoding    the codec, "" for binary formats
    date_order  "dmy" | "mdy" | "ymd", "" where the format leaves no choice
    decided_by  how the order was decided: "asked", "above-12", "monotone", "export-date", "locale", "format"
    zone        "instant" (the file has absolute times), "local" (wall-clock times; a zone must be assumed), "" unknown
    replaced    characters that could not be decoded and became U+FFFD
    """

    encoding: str = ""
    date_order: str = ""
    decided_by: str = ""
    zone: str = ""
    replaced: int = 0


class Skipped(msgspec.Struct, frozen=True):
    """A record that is no message: why (a short stable word such as "empty", "duplicate-edit", "unreadable") and its raw text."""

    locator: str
    reason: str
    raw: str = ""
