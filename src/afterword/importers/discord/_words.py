"""What the four forms share: kinds by file name, the exporter's sentences for system lines, quotes, ids as moments."""

from __future__ import annotations

import re

from afterword.model import Attachment, ChatRef, Kind

EPOCH = 1_420_070_400.0
"""Discord's ids count from 2015-01-01."""

_KINDS = {
    Kind.IMAGE: "jpg jpeg png gif webp heic heif bmp avif tif tiff jfif",
    Kind.VIDEO: "mp4 mov webm mkv avi m4v 3gp",
    Kind.VOICE: "ogg mp3 wav m4a aac opus flac amr",
}
_BY_ENDING = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}
_CALL = re.compile(r"Started a call that lasted ([\d,.]+) minutes?\.\Z")
# The exporter writes these in English whatever the locale.
_NOTICE = re.compile(
    r"(?:Added .{1,100} to the group|Added a recipient|Left the group|Removed .{1,100} from the group"
    r"|Removed a recipient|Changed the channel name(?:: .*)?|Changed the channel icon|Pinned a message"
    r"|Started a thread|Joined the server)\.?\Z"
)
_FIRST = frozenset("SALRCPJ")
_QUOTED = re.compile(r"(?:^> [^\n]*\n?)+|^>>> .*\Z", re.M | re.S)
_EMOJI = re.compile(r"<a?:(\w+):\d+>")
_WHO = re.compile(r"<@!?(\d+)>")


def moment_of(number: str) -> float | None:
    """The instant inside a message's id, None when the text is no such id."""
    if not number.isascii() or not number.isdigit() or not 15 <= len(number) <= 20:
        return None
    return (int(number) >> 22) / 1000 + EPOCH


def ref_of(place: str) -> ChatRef:
    """The chat that a file's header names: "guild / category / channel", "Direct Messages / Private / who"."""
    guild, _, channel = place.partition(" / ")
    if guild not in ("Direct Messages", ""):
        return ChatRef(place, place, False, "discord")
    category, _, name = channel.partition(" / ")
    direct = {"Private": True, "Group": False}.get(category) if name else None
    name = name or category
    return ChatRef(place, name, direct, "discord", "", "" if direct is False else name)


def file_kind(name: str) -> Kind:
    name = name.partition("?")[0]
    return _BY_ENDING.get(name.rpartition(".")[2].lower(), Kind.FILE)


def file_name(url: str) -> str:
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]


def files_of(urls: list[str]) -> tuple[Attachment, ...]:
    return tuple(Attachment(file_name(u)) for u in urls if u)


def quotes_apart(text: str) -> tuple[str, str]:
    """(own words, quoted words): Discord's quote is "> " at the start of a line."""
    if not text.startswith("> ") and "\n> " not in text and ">>> " not in text:
        return text, ""
    quoted = [re.sub(r"^(?:>>> |> )", "", q, flags=re.M).strip("\n") for q in _QUOTED.findall(text)]
    return _QUOTED.sub("", text).strip("\n"), "\n".join(quoted)


def readable(text: str, names: dict[str, str]) -> str:
    """Raw marks (an export without --markdown) as a person reads them."""
    text = _EMOJI.sub(r":\1:", text)
    return _WHO.sub(lambda m: "@" + names.get(m[1], m[1]), text)


def notice(text: str) -> tuple[Kind, float | None] | None:
    """The kind of one of the exporter's own sentences, for the forms that do not mark them."""
    if len(text) > 200 or text[:1] not in _FIRST:
        return None
    if m := _CALL.match(text):
        digits = re.sub(r"[,.]", "", m[1])
        return Kind.CALL, float(digits) * 60 if digits else None
    return (Kind.SYSTEM, None) if _NOTICE.match(text) else None


def is_webhook(full_name: str) -> bool:
    return full_name.endswith("#0000") and not full_name.lower().startswith("deleted")


_REACTION = re.compile(r"(\S+)(?: \((\d{1,9})\))?")


def reactions_of(text: str) -> tuple[tuple[str, str], ...]:
    """ "👍 (2) ❤" says what was set how often, and not by whom."""
    found: list[tuple[str, str]] = []
    for m in _REACTION.finditer(text.replace(",", " ")):
        found.extend([("", m[1])] * min(int(m[2] or 1), 50))
    return tuple(found)
