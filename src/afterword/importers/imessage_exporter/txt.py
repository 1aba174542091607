"""imessage-exporter's text files, old and new. In: a path. Out: one record for each message, notice and reply.

A message begins after an empty line with its date alone, then its sender. Replies stand indented under the message
they answer and once more at their own place; they are counted where they stand first, with the answered words in
`quoted`, and the second copy is skipped as "repeated-reply". Who "me" is: "Me", or whose messages "them" have read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Match, Options, Record
from afterword.importers.imessage_exporter._draft import ANNOUNCED, DATE, FIRST, RECEIPT, Draft, moment
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.importers.telephones import SERVICE
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

HEADER = re.compile(rf"{DATE}(?: {RECEIPT})?\s*")
INDENTED = re.compile(rf" {{4,}}{DATE}(?: {RECEIPT})?\s*")
INDENT = "    "
NO_NOTICE = "Unable to format announcement!"
"""What stands for a notice that the exporter does not know, without its date."""


class ImessageExporterTxt:
    name = "imessage_exporter_txt"
    version = 1
    title = "iMessage by imessage-exporter (txt)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        first, _, rest = head_text(head).lstrip("\r\n ").partition("\n")
        if HEADER.fullmatch(first) and rest[:1].strip():
            return Match(0.95, "a date of imessage-exporter alone on the first line, then a sender")
        m = FIRST.fullmatch(first.rstrip("\r"))
        if m is not None and ANNOUNCED.fullmatch(m[8]):
            return Match(0.95, "a notice of imessage-exporter on the first line")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = encoding_of(path, options.encoding)
        yield FileFacts(encoding=encoding, date_order="mdy", decided_by="format", zone="local")
        owner = _owner(path, encoding)
        seen: Counter[tuple[str, str]] = Counter()
        for top, replies in _threads(path, encoding, owner):
            if isinstance(top, Message | Skipped):
                yield top
                continue
            if not replies and top.at and (words := top.plain()) and not SERVICE.fullmatch(top.sender):
                handle = "" if top.mine and top.sender == "Me" else top.sender
                yield Message(top.where, top.at, handle, words, Kind.TEXT, "", top.mine)
                continue
            top.read_lines()
            message = _finished(top)
            if top.is_reply and seen[top.at, top.sender]:
                seen[top.at, top.sender] -= 1
                message = Skipped(top.where, "repeated-reply", top.text[:500])
            yield message
            for reply in replies:
                reply.read_lines()
                reply.quoted = top.text
                seen[reply.at, reply.sender] += 1
                yield _finished(reply)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        encoding = encoding_of(path, options.encoding)
        owner = _owner(path, encoding)
        others = {name for name, mine in _senders(path, encoding) if name != owner and mine is not True}
        direct: bool | None = None
        if owner and others:
            direct = False if len(others) > 1 else (True if path.stem in others else None)
        other = next(iter(others)) if direct else ""
        yield ChatRef("", path.stem, direct, "imessage", other, other)


def _finished(draft: Draft) -> Message | Skipped:
    return draft.message() if draft.at else Skipped(draft.where, "no-date", draft.text[:500])


def _senders(path: Path, encoding: str) -> Iterator[tuple[str, bool | None]]:
    """(sender, is it the owner) of each message, as far as receipts tell."""
    blank, mine, expected = True, None, False
    for _, line in lines(path, encoding):
        if expected:
            yield line.strip(), mine
            expected = False
        elif blank and line[:1].isalpha() and (m := HEADER.fullmatch(line)) is not None:
            mine = (m[8] == "them") if m[8] else None
            if m[8] and m[8] not in ("them", "you"):
                yield m[8], True  # the name that the owner asked to be written
            expected = True
        blank = not line


def _owner(path: Path, encoding: str) -> str:
    """The owner's name in this file, "" where it does not say. "Me" ends the search at once."""
    for name, mine in _senders(path, encoding):
        if mine or name == "Me":
            return name
    return ""


def _threads(path: Path, encoding: str, owner: str) -> Iterator[tuple[Draft | Message | Skipped, list[Draft]]]:
    """Each message with the replies under it, or a notice."""
    top: Draft | None = None
    reply: Draft | None = None
    replies: list[Draft] = []
    blank = True
    stray: list[str] = []  # words that no header stands above
    stray_at = 1
    for number, line in lines(path, encoding):
        first = line[:1]
        if blank and first.isalpha() and line[1:2].islower() and (m := HEADER.match(line)) is not None:
            if m.end() == len(line):
                if top is not None:
                    yield top, replies
                elif stray:
                    yield Skipped(f"line {stray_at}", "without-header", "\n".join(stray)[:500]), []
                top, reply, replies, stray = _begun(number, m), None, [], []
                blank = False
                continue
            if (f := FIRST.fullmatch(line)) is not None and (a := ANNOUNCED.fullmatch(f[8])) is not None:
                if top is not None:
                    yield top, replies
                elif stray:
                    yield Skipped(f"line {stray_at}", "without-header", "\n".join(stray)[:500]), []
                top, reply, replies, stray = None, None, [], []
                yield _notice(number, f, a, owner), []
                blank = False
                continue
        if blank and line == NO_NOTICE:
            if top is not None:
                yield top, replies
            yield Skipped(f"line {number}", "no-date", line), []
            top, reply, replies, blank = None, None, [], False
            continue
        if first == " " and top is not None and (m := INDENTED.fullmatch(line)) is not None:
            reply = _begun(number, m)
            replies.append(reply)
            blank = False
            continue
        draft = reply or top
        if draft is None:
            if line:
                stray_at = stray_at if stray else number
                stray.append(line)
        elif not draft.named:
            draft.named, draft.sender = True, line.strip()
            draft.mine = draft.mine if draft.mine is not None else (draft.sender == owner if owner else None)
        elif reply is None:
            draft.lines.append(line)
        elif line.startswith(INDENT):
            reply.lines.append(line[4:])
        elif blank and line:  # what follows the replies is the message's own again
            reply = None
            top.lines.append(line)  # type: ignore[union-attr]
        else:
            # Old versions indent only the first line of a reply's words.
            reply.lines.append(line)
        blank = not line
    if top is not None:
        yield top, replies
    elif stray:
        yield Skipped(f"line {stray_at}", "without-header", "\n".join(stray)[:500]), []


def _begun(number: int, m: re.Match[str]) -> Draft:
    draft = Draft(f"line {number}", moment(m))
    if m[8]:
        draft.mine = m[8] == "them"
    return draft


def _notice(number: int, m: re.Match[str], a: re.Match[str], owner: str) -> Message | Skipped:
    at = moment(m)
    if not at:
        return Skipped(f"line {number}", "no-date", m[8][:500])
    if not a[2]:
        return Message(f"line {number}", at, "", m[8], Kind.SYSTEM)
    mine = a[1] == "You" or a[1] == owner
    handle = ("" if owner in ("Me", "") else owner) if mine else a[1]
    return Message(f"line {number}", at, handle, "", Kind.RECALLED, "", True if mine else (False if owner else None))


importer = ImessageExporterTxt()
