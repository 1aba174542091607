"""signal-export's `chat.md` and `data.json`, the text files of its first years and of signalbackup-tools. In: a path. Out: one record for each message.

Both files of a chat hold the same messages, so both are read to the same moments and words: the spaces that the
exporter puts behind a body are dropped, seconds are whole, and what stands in brackets behind a body (files, stickers,
reactions) is told from it. "Me" is the owner. A message without anything is a notice for which the exporter has no words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import list_of, text_of
from afterword.importers.reading import encoding_of, head_text, json_line, lines
from afterword.importers.signal_export import _backup_txt
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

HEADER = re.compile(r"\[(\d{4}-\d\d-\d\d)(,?) (\d\d:\d\d)(:\d\d)?\] (.*?):(?: (.*)|\Z)", re.S)
DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?")
REACTIONS = re.compile(r"(?:^|\n)\(- (.+?) -\)(?=\s*(?:\Z|\n\(\( |!?\[|\())")
REACTION = re.compile(r"(.+?): ([^,:]+?)(?:, |\Z)")
STICKER = re.compile(r"(?:^|\n)\(\( (.*?) \)\)|\[([^\]\n]*)\]\(\.\./(exported_stickers/[^)\n]*)\)(?: {2})?")
FILES = re.compile(r"(?:!?\[[^\n]*?\]\(\./[^\n]*?\)\s*|\((?:media|attachment) not exported\)\s*)+\Z")
FILE = re.compile(r"!?\[([^\n]*?)\]\(\./([^\n]*?)\)(?= {2}|\s*\Z|!?\[)|\((media|attachment) not exported\)")
CALL = re.compile(r"(?:(Incoming|Outgoing|Missed) (?:\w+ )?call|(?:Incoming|Outgoing) call)(?: \((.*)\))?")
LASTED = re.compile(r"(?:(\d+)h )?(?:(\d+)m )?(\d+)s")
KEYS = ('"sender"', '"body"', '"reactions"', '"attachments"')
DELETED = "(This message was deleted)"
KINDS = {
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "tif", "tiff", "webp", "apng", "svg", "heic"), Kind.IMAGE),
    **dict.fromkeys(("m4a", "aac", "mp3", "ogg", "opus", "wav", "flac"), Kind.VOICE),
    **dict.fromkeys(("mp4", "mov", "mkv", "mpeg", "webm", "qt", "3gp"), Kind.VIDEO),
}


class SignalExport:
    name = "signal_export"
    version = 1
    title = "Signal by signal-export (chat.md, data.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip("\r\n ")
        first = text.partition("\n")[0].rstrip("\r")
        if first.startswith('{"date": "') or (first.startswith("{") and '"date"' in first[:40]):
            return Match(1.0, "a message of signal-export in a line of JSON") if all(k in first for k in KEYS) else None
        if _backup_txt.HEADER.fullmatch(first):
            return Match(0.97, "[Jan 02, 2024 03:04:05] <name> text, of signalbackup-tools")
        m = HEADER.match(first)
        if m is None:
            return None
        if filename.casefold().endswith(".md"):
            return Match(0.95, "[date time] name: text in Markdown")
        if m[2] and not m[4]:
            return Match(0.92, "[YYYY-MM-DD, HH:MM] name: text")
        if not m[2] and "] Me: " in text and "  \n" in text.replace("\r\n", "\n"):
            return Match(0.95, "[date time] Me: text, ended by two spaces")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = encoding_of(path, options.encoding)
        yield FileFacts(encoding=encoding, date_order="ymd", decided_by="format", zone="local")
        if _is_json(path, encoding):
            yield from _from_json(path, encoding)
            return
        if _is_backup(path, encoding):
            yield from _backup_txt.records(path, encoding)
            return
        nobody = _nobody_is_me(path, encoding)
        for record in _from_text(path, encoding):
            yield msgspec.structs.replace(record, mine=None) if nobody and isinstance(record, Message) else record

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        encoding = encoding_of(path, options.encoding)
        if _is_backup(path, encoding):
            yield _backup_txt.chat(path, encoding)
            return
        stem = path.stem.casefold()
        title = path.parent.name if stem in ("chat", "data", "index") else path.stem
        senders = {(r.handle, r.mine) for r in self.read(path, options) if isinstance(r, Message)}
        others = {handle for handle, mine in senders if handle and not mine}
        owned = any(mine is not None for _, mine in senders)
        direct = False if len(others) > (1 if owned else 2) else None
        # The folder is called after the contact, without what a file system may not hold.
        if owned and len(others) == 1 and _letters(next(iter(others))) == _letters(title):
            direct = True
        other = next(iter(others)) if direct else ""
        yield ChatRef("", title, direct, "signal", other, other)


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _is_json(path: Path, encoding: str) -> bool:
    for _, line in lines(path, encoding):
        if line.strip():
            return line.lstrip().startswith("{")
    return False


def _is_backup(path: Path, encoding: str) -> bool:
    first = next((line for _, line in lines(path, encoding) if line.strip()), "")
    return _backup_txt.HEADER.fullmatch(first) is not None


def _nobody_is_me(path: Path, encoding: str) -> bool:
    """Several people and no "Me": a file that was changed, or one of a tool that writes the owner's own name."""
    senders: set[str] = set()
    for _, line in lines(path, encoding):
        if line[:1] == "[" and (m := HEADER.match(line)) is not None:
            if m[5] == "Me":
                return False
            senders.add(m[5])
    return len(senders) > 1


def _from_json(path: Path, encoding: str) -> Iterator[Message | Skipped]:
    for number, line in lines(path, encoding):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            row = json_line(line)
        except (ValueError, RecursionError):
            yield Skipped(where, "unreadable", line[:500])
            continue
        yield _row(where, row) if isinstance(row, dict) else Skipped(where, "unreadable", line[:500])


def _row(where: str, row: dict[str, Any]) -> Message | Skipped:
    m = DATE.match(text_of(row.get("date")))
    at = _moment(m[1], m[2], m[3]) if m else ""
    sender, body = text_of(row.get("sender")), text_of(row.get("body"))
    if not at:
        return Skipped(where, "no-date", body[:500])
    files, missing = [], ""
    for file in list_of(row.get("attachments")):
        if isinstance(file, dict):
            missing = missing or text_of(file.get("missing_kind"))
            files.append(Attachment(text_of(file.get("name")) or _last(text_of(file.get("path")))))
    sticker = row.get("sticker")
    label = ""
    if isinstance(sticker, dict):
        label = text_of(sticker.get("emoji")) or "sticker"
        if sticker.get("extension"):
            files.insert(0, Attachment(f"{text_of(sticker.get('id'))}.{text_of(sticker.get('extension'))}"))
    elif sticker:
        label = text_of(sticker)
    reactions = tuple(
        (text_of(r[0]), text_of(r[1])) for r in list_of(row.get("reactions")) if isinstance(r, list) and len(r) == 2
    )
    earlier = tuple(_clean(text_of(e.get("body"))) for e in list_of(row.get("edits")) if isinstance(e, dict))
    call = row["call"] is True if "call" in row else None
    return _message(
        where, at, sender, body, _unquoted(text_of(row.get("quote"))), row.get("deleted") is True, files, label, reactions, earlier,
        call, missing,
    )  # fmt: skip


def _from_text(path: Path, encoding: str) -> Iterator[Message | Skipped]:
    start, head = 0, None
    body: list[str] = []
    for number, line in lines(path, encoding):
        m = HEADER.match(line) if line[:1] == "[" else None
        if m is None:
            body.append(line)
            continue
        if head is not None:
            yield _entry(start, head, body)
        elif any(body):
            yield Skipped("line 1", "before-first-header", "\n".join(body)[:500])
        start, head, body = number, m, [m[6] or ""]
    if head is not None:
        yield _entry(start, head, body)
    elif any(body):
        yield Skipped("line 1", "before-first-header", "\n".join(body)[:500])


def _entry(start: int, head: re.Match[str], body: list[str]) -> Message | Skipped:
    where, at = f"line {start}", _moment(head[1], head[3], head[4])
    if not at:
        return Skipped(where, "no-date", "\n".join(body)[:500])
    if len(body) == 1 and "(" not in body[0]:
        return _message(where, at, head[5], body[0], "", False, [], "", (), (), None, "")
    quoted, body = _quote(body)
    text = "\n".join(body)
    if text.strip() == DELETED:
        return _message(where, at, head[5], "", "", True, [], "", (), (), None, "")
    files: list[Attachment] = []
    label = missing = ""
    reactions: tuple[tuple[str, str], ...] = ()
    if ("not exported)" in text or "](" in text) and (m := FILES.search(text)):
        for f in FILE.finditer(m[0]):
            missing = missing or f[3] or ""
            files.append(Attachment(f[1] or _last(f[2] or "")))
        text = text[: m.start()]
    if m := STICKER.search(text):
        label = m[1] or m[2] or "sticker"
        if m[3]:
            files.insert(0, Attachment(_last(m[3])))
        text = text[: m.start()] + text[m.end() :]
    if "(- " in text and (m := REACTIONS.search(text)):
        reactions = tuple((r[1], r[2]) for r in REACTION.finditer(m[1]))
        text = text[: m.start()] + text[m.end() :]
    return _message(where, at, head[5], text, quoted, False, files, label, reactions, (), None, missing)


def _quote(body: list[str]) -> tuple[str, list[str]]:
    """The words that an answer repeats: they stand first, below an empty first line, each line behind a ">"."""
    if body[0].strip():
        return "", body
    end = 1
    while end < len(body) and (not body[end].strip() or body[end].startswith(">")):
        end += 1
    quoted = [line for line in body[1:end] if line.startswith(">")]
    return (_unquoted("\n".join(quoted)), body[end:]) if quoted else ("", body)


def _unquoted(quote: str) -> str:
    return "\n".join(re.sub(r"^> ?", "", line) for line in quote.split("\n")).strip()


def _moment(day: str, minute: str, second: str | None) -> str:
    month, date = int(day[5:7]), int(day[8:])
    # 1970 is what the exporter writes for a message without a date.
    if (
        day[:4] in ("0000", "1970")
        or not 1 <= month <= 12
        or not 1 <= date <= 31
        or minute > "23:59"
        or minute[3:] > "59"
    ):
        return ""
    return f"{day}T{minute}{second or ':00'}"


def _message(
    where: str, at: str, sender: str, body: str, quoted: str, deleted: bool, files: list[Attachment], sticker: str,
    reactions: tuple[tuple[str, str], ...], earlier: tuple[str, ...], call: bool | None, missing: str,
) -> Message:  # fmt: skip
    mine = sender == "Me"
    handle = "" if mine else sender
    text = _clean(body)
    if deleted:
        return Message(where, at, handle, "", Kind.RECALLED, "", mine, reactions=reactions)
    if call is not False and (m := CALL.fullmatch(text)) is not None:
        lasted = LASTED.search(m[2] or "")
        seconds = float(int(lasted[1] or 0) * 3600 + int(lasted[2] or 0) * 60 + int(lasted[3])) if lasted else None
        what = Attachment((m[1] or text.split(" ")[0]).casefold(), seconds=seconds)
        return Message(where, at, handle, "", Kind.CALL, "", mine, attachments=(what,), raw=text)
    if call:
        return Message(where, at, handle, "", Kind.CALL, "", mine, raw=text[:2000])
    kind, raw = Kind.TEXT, ""
    if sticker:
        kind, raw = Kind.STICKER, sticker
    elif not text and files:
        last = files[0].name.rpartition(".")[2].casefold()
        kind = Kind.IMAGE if missing == "media" else KINDS.get(last, Kind.FILE)
    elif not text:
        return Message(where, at, "", "", Kind.SYSTEM, raw=sender)
    if kind == Kind.STICKER and text:
        kind, raw = Kind.TEXT, ""
    return Message(
        where, at, handle, text, kind, "", mine, "", "", "", quoted, bool(earlier), tuple(files), earlier, reactions, raw
    )  # fmt: skip


def _clean(body: str) -> str:
    return body.strip()


def _last(path: str) -> str:
    return path.replace("%20", " ").rpartition("/")[2]


importer = SignalExport()
