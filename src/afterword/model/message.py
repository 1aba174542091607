"""What an importer yields: one record of a file, as a Message or a Skipped.

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


class Attachment(msgspec.Struct, frozen=True):
    """A file the record points to, by name; its bytes stay where they are. `seconds` for voice and calls."""

    name: str = ""
    mime: str = ""
    seconds: float | None = None


class ChatRef(msgspec.Struct, frozen=True):
    """A chat inside a file. `key` is unique within the file; `title` as exported; `direct` None = not stated.

    `other` names the other side of a direct chat where the file says it (handle and display name may be equal).
    """

    key: str = ""
    title: str = ""
    direct: bool | None = None
    platform: str = ""
    other_handle: str = ""
    other_name: str = ""


class Message(msgspec.Struct, frozen=True, gc=False):
    """One record as the file has it.

    locator  where it lies: "line 12", a JSON pointer "/messages/3", "message:42" (table row)
    at       local wall-clock text "YYYY-MM-DDTHH:MM:SS" when zone_known is False; else the instant in epoch seconds
    handle   account or display name as exported, "" for the owner when the file only says "me", or for a system line
    name     display name if the file has one beside the handle
    mine     True / False when the file says who the owner is, else None
    text     the words, exactly; "" where there are none. Quoted or forwarded text is NOT here but in `quoted`.
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


class Skipped(msgspec.Struct, frozen=True):
    """A record that is no message: why (a short stable word such as "empty", "duplicate-edit", "unreadable") and its raw text."""

    locator: str
    reason: str
    raw: str = ""
