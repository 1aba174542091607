"""txt: a header `[date] name (pinned)`, the words, then `{Attachments}`, `{Embed}` and other blocks after blank lines.

A line of the words may look like a header; a header follows a blank line and its bracket holds a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Options, Record
from afterword.importers.discord._dates import Order, moment, parts
from afterword.importers.discord._words import (
    file_kind,
    files_of,
    is_webhook,
    notice,
    quotes_apart,
    reactions_of,
    readable,
    ref_of,
)
from afterword.importers.reading import encoding_of, lines
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_HEADER = re.compile(r"\[([^\]]{6,40})\] (.+?)(?: \(pinned\))?\Z")
_BLOCKS = frozenset(("{Attachments}", "{Embed}", "{Stickers}", "{Reactions}", "{Forwarded Message}"))
_RULE = "=" * 62


def read(path: Path, options: Options) -> Iterator[Record]:
    encoding = encoding_of(path, options.encoding)
    order = Order()
    blank = True
    for _, line in lines(path, encoding):
        if blank and line.startswith("[") and (m := _HEADER.match(line)):
            order.add(m[1])
        blank = not line
    decided, by = order.decide(path.name, options.date_order)
    yield FileFacts(encoding, decided, by, "local")
    chat = _place(path, encoding)
    for number, head, body in _records(path, encoding):
        where = f"line {number}"
        if head is None:
            yield Skipped(where, "before-first-header", "\n".join(body)[:500])
            continue
        at = moment(head[1], decided)
        if at is None:
            yield Skipped(where, "no-date", "\n".join([head[0], *body])[:500])
        else:
            yield _record(where, at, head[2], body, chat)


def chats(path: Path, options: Options) -> Iterator[ChatRef]:
    key = _place(path, encoding_of(path, options.encoding))
    yield ref_of(key)


def _place(path: Path, encoding: str) -> str:
    found = ["", ""]
    for number, line in lines(path, encoding):
        for i, word in enumerate(("Guild: ", "Channel: ")):
            if line.startswith(word):
                found[i] = line[len(word) :].strip()
        if number > 12 or (number > 2 and line == _RULE):
            break
    return " / ".join(f for f in found if f)


def _records(path: Path, encoding: str) -> Iterator[tuple[int, re.Match[str] | None, list[str]]]:
    head, start, rules = None, 0, 0
    body: list[str] = []
    blank = False
    for number, line in lines(path, encoding):
        if rules < 2:  # the header of the file
            rules += line.startswith("=====") and not line.strip("=")
            start, blank = number + 1, True
            continue
        if blank and line.startswith("[") and (m := _HEADER.match(line)) and _is_date(m[1]):
            if head is not None or any(body):
                yield start, head, body
            head, start, body = m, number, []
        else:
            body.append(line)
        blank = not line
    while body and not body[-1]:
        body.pop()
    if len(body) > 2 and body[-1] == body[-3] == _RULE and body[-2].startswith("Exported "):
        del body[-3:]
    if head is not None or any(body):
        yield start, head, body


def _is_date(raw: str) -> bool:
    return parts(raw) is not None or raw[4:5] == "-" and moment(raw, "") is not None


def _record(where: str, at: float | str, name: str, body: list[str], chat: str) -> Message:
    blocks: dict[str, list[str]] = {}
    words = body
    if not _BLOCKS.isdisjoint(body):
        words = here = []
        before = ""
        for line in body:
            if line in _BLOCKS and not before:
                here = blocks.setdefault(line, [])
            else:
                here.append(line)
            before = line
    text = "\n".join(words).rstrip("\n")
    found = notice(text)
    if found and found[0] == Kind.SYSTEM:
        return Message(where, at, "", text, Kind.SYSTEM, chat=chat)
    if found:
        return Message(where, at, name, "", Kind.CALL, chat=chat, attachments=(Attachment("call", "", found[1]),))
    files: tuple[Attachment, ...] = ()
    stickers: tuple[Attachment, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    if blocks:
        files = files_of(blocks.get("{Attachments}", []))
        stickers = files_of(blocks.get("{Stickers}", []))
        marks = reactions_of(" ".join(blocks.get("{Reactions}", [])))
    kind, raw = Kind.AUTOMATED if is_webhook(name) else Kind.TEXT, ""
    text, quoted = quotes_apart(text)
    text = readable(text, {}) if "<" in text else text
    if forwarded := blocks.get("{Forwarded Message}"):
        said = [line for line in forwarded if line and not line.startswith("Originally sent: ")]
        kind, text = Kind.FORWARD, text or "\n".join(said)
    elif kind == Kind.TEXT and not text and not quoted:
        if files:
            kind = file_kind(files[0].name)
        elif stickers:
            kind = Kind.STICKER
        elif "{Embed}" in blocks:
            kind = Kind.LINK
        else:
            kind, raw = Kind.UNKNOWN, "\n".join(body).strip()[:2000]
    return Message(
        where, at, name, text, kind, chat=chat, quoted=quoted, attachments=files + stickers, reactions=marks, raw=raw
    )
