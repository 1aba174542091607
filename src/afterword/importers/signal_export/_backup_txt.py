"""The text files of signalbackup-tools. In: a path. Out: one record for each message, file and notice.

A message begins "[Jan 02, 2024 03:04:05] <name> words"; notices and files have "***" for the name. The owner stands
under the own profile's name, so nobody is told to be the owner. What was deleted the tool leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from afterword.importers.media import kind_of_mime
from afterword.importers.reading import lines
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

HEADER = re.compile(r"\[([A-Z][a-z]{2} \d\d, \d{4} \d\d:\d\d:\d\d)\] (?:\*\*\*(?: (.*))?|<(.+?)> (.*))", re.S)
FILE = re.compile(r"<(.+?)> sent file(?: \"(.*?)\"| of type (\S+?))?((?: \(.*\))?)", re.S)
REACTIONS = re.compile(r" \(((?:[^():]{1,80}: [^\w\s()]{1,16}(?:[,;] |(?=\))))+)\)\Z")
TITLE = re.compile(r"(.*) \(_id\d+\)")
ENDINGS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "heic"), Kind.IMAGE),
    **dict.fromkeys(("mp4", "mov", "webm", "3gp"), Kind.VIDEO),
    **dict.fromkeys(("m4a", "aac", "mp3", "ogg", "opus"), Kind.VOICE),
}


def records(path: Path, encoding: str) -> Iterator[Message | Skipped]:
    start, body = 0, [""]
    head: re.Match[str] | None = None
    for number, line in lines(path, encoding):
        m = HEADER.fullmatch(line) if line[:1] == "[" else None
        if m is None:
            body.append(line)
            start = start or number
            continue
        if head is not None or any(body):
            yield _record(start, head, body)
        start, head, body = number, m, [m[4] or m[2] or ""]
    if head is not None or any(body):
        yield _record(start, head, body)


def _record(start: int, head: re.Match[str] | None, body: list[str]) -> Message | Skipped:
    where, text = f"line {start}", "\n".join(body)
    if head is None:
        return Skipped(where, "before-first-message", text[:500])
    try:
        at = datetime.strptime(head[1], "%b %d, %Y %H:%M:%S").isoformat()
    except ValueError:
        return Skipped(where, "no-date", text[:500])
    if head[3] is None:
        m = FILE.fullmatch(text)
        if m is None:
            return Message(where, at, "", text, Kind.SYSTEM)
        ending = (m[2] or "").rpartition(".")[2].casefold()
        kind = kind_of_mime(m[3] or "") or ENDINGS.get(ending, Kind.FILE)
        _, reactions = _reacted(m[4])
        return Message(
            where, at, m[1], "", kind, attachments=(Attachment(m[2] or "", m[3] or ""),), reactions=reactions
        )
    if text.startswith("Poll: ") and all(re.match(r" +\[\d+\] ", option) for option in body[1:]):
        return Message(where, at, head[3], "", Kind.POLL, raw=text[:2000])
    text, reactions = _reacted(text)
    return Message(where, at, head[3], text, reactions=reactions)


def _reacted(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    m = REACTIONS.search(text) if text.endswith(")") else None
    if m is None:
        return text, ()
    pairs = [p.partition(": ") for p in re.split(r"[,;] ", m[1]) if p]
    return text[: m.start()], tuple((who, what) for who, _, what in pairs)


def chat(path: Path, encoding: str) -> ChatRef:
    title = m[1] if (m := TITLE.fullmatch(path.stem)) else path.stem
    speakers = {r.handle for r in records(path, encoding) if isinstance(r, Message) and r.handle}
    direct = False if len(speakers) > 2 else (True if title in speakers else None)
    other = title if direct else ""
    return ChatRef("", title, direct, "signal", other, other)
