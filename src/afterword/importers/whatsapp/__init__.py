"""WhatsApp "Export chat": a .txt from Android, iOS or the web, or the zip that holds it beside its media.

In: the file. Out: a Message or Skipped for every record, in file order, the words exactly as written.

The hard choice: two passes. Neither the order of day and month nor a name with ": " in it ("Bob: The Builder") can be
told from one line, so a cheap pass over the headers alone settles both for the whole file before the first message is
made; a file that settles nothing is a question (house rule 2), never a guess. Both passes stream; memory holds one
block, the distinct dates and the distinct names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from msgspec import structs

from afterword.errors import BadInput
from afterword.importers.base import Match, Options
from afterword.importers.reading import TAIL, encoding_of, encoding_of_head, head_text
from afterword.importers.whatsapp import archive, marks
from afterword.importers.whatsapp.headers import COMMON, SPILLED, Family, Record, blocks, family_of, records
from afterword.importers.whatsapp.order import Decided
from afterword.importers.whatsapp.survey import Survey, survey
from afterword.importers.whatsapp.times import iso_time
from afterword.importers.zips import is_zip
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

_SIGNAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d$")
_MEDIA_NAME = re.compile(r"^(?:(?:IMG|VID|PTT|AUD|STK|DOC)-\d{8}-WA\d+|\d{8}-(?:PHOTO|VIDEO|AUDIO|STICKER|GIF)-)", re.I)
_OTHER_FILES = (
    ".py", ".ipynb", ".js", ".jsx", ".ts", ".tsx", ".java", ".kt", ".go", ".rs", ".rb", ".php", ".c", ".h", ".cpp", ".cs",
    ".swift", ".dart", ".r", ".sh", ".sql", ".tex", ".css", ".html", ".htm", ".xml", ".json", ".jsonl", ".toml", ".yml",
    ".yaml", ".csv", ".tsv", ".log", ".srt", ".vtt", ".ics", ".vcf", ".eml",
)  # fmt: skip
"""Ends of names of files that quote a chat or look like one: programs that read exports, logs, tables."""
_LOGGED = re.compile(
    r"(?:[\w.-]+\.)?(?:EMERGENCY|ALERT|CRITICAL|ERROR|WARN(?:ING)?|NOTICE|INFO|DEBUG|TRACE|FATAL):|\d{1,2}[:.]\d\d(?!\d)",
    re.I,
)
"""What stands before a colon in logs and timetables, where a chat has a name."""
_ROBOTS = {"Meta AI", "WhatsApp"}
"""Senders that are the company's: its assistant, and its own account with news of the app."""
_ME = "You"
"""The sender's name that WhatsApp Web writes for the owner; phones write everybody's own."""


class _Source:
    """A text to read as often as needed: a .txt, or the chat entry of a zip."""

    def __init__(self, path: Path, asked: str | None) -> None:
        self.path = path
        self.entry = archive.chat_entry(path, _is_chat) if is_zip(path) else None
        self.encoding = self._entry_encoding(asked) if self.entry else encoding_of(path, asked)

    def blocks(self, encoding: str = "") -> Iterator[str]:
        with self._open() as raw:
            yield from blocks(raw, encoding or self.encoding, TAIL)

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        if self.entry is None:
            with self.path.open("rb") as raw:
                yield raw
            return
        with archive.opened(self.path, self.entry) as raw:
            yield raw

    def _entry_encoding(self, asked: str | None) -> str:
        with self._open() as raw:
            guess = encoding_of_head(raw.read(1 << 16))
        for encoding in [asked] if asked else [guess, "gb18030"]:
            try:
                for _ in self.blocks(encoding):
                    pass
            except (UnicodeError, LookupError):
                continue
            return encoding
        raise BadInput(
            "import.encoding",
            f"{self.path.name}: the text encoding of the chat in it could not be told.",
            next_step="Unpack it and name the encoding with --encoding.",
        )


def _is_chat(head: bytes) -> bool:
    return family_of(head_text(head)) is not None


class WhatsApp:
    name = "whatsapp"
    version = 1
    title = "WhatsApp (exported chat, .txt or .zip)"
    one_chat_zip = True
    """A zip is read as the one chat in it; several exports in one zip are unpacked by the caller."""

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if head.startswith(b"PK\x03\x04"):
            return self._sniff_zip(head, filename)
        text = head_text(head).replace("\r\n", "\n")
        if text[:1] in ("{", "<") or "\0" in text[:1000]:
            return None
        found = family_of(text)
        if found is None:
            return None
        family, header = found
        before = text[: header.start()].count("\n")
        sample = list(records([text], (family,)))
        named = [line for r in sample if r[2] and (line := r[4].partition("\n")[0]).find(":") > 0]
        logged = sum(_LOGGED.match(line) is not None for line in named)
        markdown = filename.lower().endswith(".md")
        if not named or logged * 2 > len(named) or filename.lower().endswith(_OTHER_FILES):
            return None
        if before and (markdown or len(named) == 1):
            return None  # an example in somebody's text, or a dated line of a diary
        shape = "[date, time] name: text" if header.group(1) else "date, time - name: text"
        if family is not COMMON:
            return Match(0.6 if before < 5 else 0.2, f"WhatsApp lines ({family.name}) from line {before + 1}")
        if before > 20:
            return Match(0.3, f"lines of the form {shape}, but not before line {before + 1}")
        score = 0.9 if before < 3 else 0.7
        if markdown or "\t" in text[: header.start()]:
            score = 0.4  # signal-export writes "[2024-01-02 03:04:05] name: text" to chat.md
        if header.group(1) and _SIGNAL.match(header.group(2) + " " + header.group(3)):
            score = 0.4  # its older form; WhatsApp's bracketed form always has seconds
        return Match(score, f"lines of the form {shape} from line {before + 1}")

    def _sniff_zip(self, head: bytes, filename: str) -> Match | None:
        found = archive.head_of_first_text(head)
        if found and _is_chat(found[1]):
            return Match(0.95, f"a zip with the WhatsApp chat {found[0]}")
        n = int.from_bytes(head[26:28], "little")
        first = PurePosixPath(head[30 : 30 + n].decode("utf-8", errors="replace")).name
        if _MEDIA_NAME.match(first) or (found is None and _title(filename) is not None):
            return Match(0.7, f"a zip that looks like a WhatsApp export ({first})")
        return None

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        names = [path.name]
        if is_zip(path):
            names.append(archive.chat_entry(path, _is_chat).shown)
        if path.stem == "_chat":
            names.append(path.absolute().parent.name)
        title = next((t for n in names if (t := _title(n)) is not None), Path(names[-1]).stem)
        yield ChatRef(title=title, platform=self.name)

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped | FileFacts]:
        source = _Source(path, options.encoding)
        family = self._family(source)
        found = survey(source.blocks, family, options.date_order)

        def lines() -> Iterator[Record]:
            return records(source.blocks(), found.families, found.ignored)

        decided = found.order.decide(path.name, lambda: found.hints((r[2], r[1], r[3], r[4]) for r in lines() if r[2]))
        yield FileFacts(source.encoding, decided.order, decided.by, "local")
        told = _messages(lines(), found, decided)
        yield from _told_by_robots(told) if _ROBOTS & found.senders.seen.keys() else told

    def _family(self, source: _Source) -> Family:
        for block in source.blocks():
            if found := family_of(block):
                return found[0]
        raise BadInput(
            "import.whatsapp.no-header",
            f"{source.path.name} has no line that begins as WhatsApp writes it (date, time - name: text).",
            next_step="Check that it is WhatsApp's own export; for other tables use --map.",
            path=str(source.path),
        )


def _told_by_robots(records: Iterator[Message | Skipped]) -> Iterator[Message | Skipped]:
    for r in records:
        if isinstance(r, Message) and not r.kind and r.handle in _ROBOTS:
            r = structs.replace(r, kind=Kind.AUTOMATED)
        yield r


def _messages(lines: Iterator[Record], found: Survey, decided: Decided) -> Iterator[Message | Skipped]:
    """The second pass. Most records are plain words, so what is not is recognised by one look at its ends."""
    strings = marks.strings()
    plain, ends, starts = strings.plain, strings.ends, strings.starts
    longest = max(map(len, plain))
    labels = {s.rstrip(":： ") for s in strings.location}
    names, own, styles, order = found.senders.settle(labels), found.placeholders(), found.styles, found.order
    times: dict[str, str | None] = {}
    web = _ME in names
    last_date = last_style = ""
    last_bracket: bool | None = None
    place, day = -1, ""
    undated = ""
    for line, ios, date, time, rest in lines:
        locator = f"line {line}"
        if not date:
            spilled = time == SPILLED
            yield Skipped(
                f"{locator}, the rest" if spilled else locator, "too-long" if spilled else "before-first-header", rest
            )
            continue
        style = styles[len(time), time[:2], time[-3:]]
        if date != last_date or style != last_style or ios is not last_bracket:
            last_date, last_style, last_bracket = date, style, ios
            place += 1
            iso = order.iso(date, order.shape(date, ios, style), place, decided)
            day = f"{iso}T" if iso else ""
            undated = "" if iso else order.why(date)
        clock = times.get(time)
        if clock is None and time not in times:
            clock = times[time] = iso_time(time)
        if not day or clock is None:
            yield Skipped(locator, undated or "unreadable-time", f"{date} {time} {rest}")
            continue
        at = day + clock
        i = rest.find(": ")
        sender = names.get(rest[:i]) if i > 0 else None
        if sender is None:
            first, newline, more = rest.partition("\n")
            sender = names.get(first[:-1]) if first.endswith(":") else None
            if sender is None or sender.whole:
                words = rest[2:] if ios and rest.startswith("- ") else rest  # how WhatsApp Web begins its own lines
                yield Message(locator, at, "", words, marks.unmarked_system(words))
                continue
            handle, text = sender.handle, newline + more  # an editor trimmed the space after "name:"
        else:
            handle, skip, whole = sender
            if whole and not rest.startswith(whole):
                if not rest.startswith(whole[:-1] + "\n") and rest != whole[:-1]:
                    yield Message(locator, at, "", rest, marks.unmarked_system(rest))  # "Bob: The Builder left"
                    continue
                skip -= 1
            elif web and rest.startswith("- "):
                yield Message(locator, at, "", rest[2:], marks.unmarked_system(rest[2:]))
                continue
            text = rest[skip:]
        mine = handle == _ME if web else None
        if ios and ((rest[0] == "~" and text.startswith(rest[:i])) or (place == 0 and marks.encrypted(text))):
            yield Message(locator, at, "", text, Kind.SYSTEM, handle)  # an editor took the marks that say so
            continue
        if text:
            cut = text.find("\n")
            first = text if cut < 0 else text[:cut]
            if (
                text[-1] in ends
                or text[0] in starts
                or (cut > 0 and first[-1] in ends)
                or (len(first) <= longest and (first in plain or "dmin" in first))
                or "\u200e" in text
                or "http" in text
                or (web and (text[0] == "[" or cut > 0 or "(" in text))
            ):
                kind, words, attachments, edited, raw = marks.body(text, ios, own)
                if kind is Kind.SYSTEM:
                    yield Message(locator, at, "", words, kind, handle)
                elif kind or edited or attachments:
                    yield Message(
                        locator, at, handle, words, kind, "", mine, "", "", "", "", edited, attachments, raw=raw
                    )
                else:
                    yield Message(locator, at, handle, words, 0, "", mine)
                continue
        yield Message(locator, at, handle, text, 0, "", mine)


def _title(filename: str) -> str | None:
    """The chat's name from the app's own file names. A title only: nothing is decided by it."""
    stem = re.sub(r"(?:\.zip|\.txt)+$", "", filename, flags=re.I)
    stem = re.sub(r" ?\(\d+\)$", "", stem)
    if stem.startswith("WhatsApp Chat - "):
        return stem[16:]
    for before, after in marks.strings().titles:
        if stem.startswith(before) and stem.endswith(after) and len(stem) > len(before) + len(after):
            return stem[len(before) : len(stem) - len(after)]
    return None


importer = WhatsApp()
