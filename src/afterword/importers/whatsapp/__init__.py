"""WhatsApp "Export chat": a .txt from Android or iOS, or the zip that holds it beside its media.

In: the file. Out: a Message or Skipped for every record, in file order, the words exactly as written.

The hard choice: two passes. Neither the order of day and month nor a name with ": " in it ("Bob: The Builder") can be
told from one line, so a cheap pass over the headers alone settles both for the whole file before the first message is
made; a file that settles nothing is a question (house rule 2), never a guess. Both passes stream; memory holds one
block, the distinct dates and the distinct names.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from afterword.errors import BadInput
from afterword.importers.base import Match, Options
from afterword.importers.reading import TAIL, encoding_of, encoding_of_head, head_text
from afterword.importers.whatsapp import archive, marks
from afterword.importers.whatsapp.dates import Order, iso_time
from afterword.importers.whatsapp.headers import COMMON, STRIP_MARKS, Family, Record, blocks, family_of, records
from afterword.model import ChatRef, Kind, Message, Skipped

_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"), ("「", "」"), ("‘", "’"))
_NAME_MAX = 200
_SEGMENT_MAX = 60
_SIGNAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d$")
_TILDE = re.compile(r"^~[ \u00a0\u202f]")
_MEDIA_NAME = re.compile(r"^(?:(?:IMG|VID|PTT|AUD|STK|DOC)-\d{8}-WA\d+|\d{8}-(?:PHOTO|VIDEO|AUDIO|STICKER|GIF)-)", re.I)


class _Source:
    """A text to read as often as needed: a .txt, or the chat entry of a zip."""

    def __init__(self, path: Path, asked: str | None) -> None:
        self.path = path
        self.zipped = _is_zip(path)
        self.entry = archive.chat_entry(path, _is_chat).filename if self.zipped else ""
        self.encoding = self._entry_encoding(asked) if self.zipped else encoding_of(path, asked)

    def blocks(self, encoding: str = "") -> Iterator[str]:
        with self._open() as raw:
            yield from blocks(raw, encoding or self.encoding, TAIL)

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        if not self.zipped:
            with self.path.open("rb") as raw:
                yield raw
            return
        with zipfile.ZipFile(self.path) as z, z.open(self.entry) as raw:
            yield raw

    def _entry_encoding(self, asked: str | None) -> str:
        with self._open() as raw:
            guess = encoding_of_head(raw.read(1 << 16))
        for encoding in [asked] if asked else [guess, "gb18030"]:
            try:
                for _ in self.blocks(encoding):
                    pass
            except (UnicodeDecodeError, LookupError):
                continue
            return encoding
        raise BadInput(
            "import.encoding",
            f"{self.path.name}: the text encoding of {self.entry} could not be told.",
            next_step="Unpack it and name the encoding with --encoding.",
        )


def _is_zip(path: Path) -> bool:
    with path.open("rb") as f:
        return f.read(4) == b"PK\x03\x04"


def _is_chat(head: bytes) -> bool:
    return family_of(head_text(head)) is not None


class _Senders:
    """Every prefix before ": ", and the one segment that always follows it, if any. `plain`: known to have none."""

    def __init__(self) -> None:
        self._next: dict[str, tuple[str, int]] = {}
        self.plain: set[str] = set()

    def add(self, name: str, rest: str, at: int) -> None:
        """`at`: where the words begin in `rest`."""
        line = rest.find("\n", at, at + _SEGMENT_MAX)
        i = rest.find(": ", at, at + _SEGMENT_MAX if line < 0 else line)
        segment = rest[at:i] if i > at else ""
        known = self._next.get(name)
        if known is None:
            if "\n" in name or len(name) > _NAME_MAX or _open_quote(name):
                return
            self._next[name] = (segment, 1)
            if not segment:
                self.plain.add(name)
        elif known[0] == segment:
            self._next[name] = (segment, known[1] + 1)
        else:
            self._next[name] = ("", 0)
            self.plain.add(name)

    def settle(self) -> dict[str, tuple[str, int]]:
        """prefix -> (handle, characters of the whole name with its ": ")."""
        labels = {s.rstrip(":： ") for s in marks.strings().location}
        out: dict[str, tuple[str, int]] = {}
        for name, (segment, n) in self._next.items():
            whole = name
            if segment and n >= 2 and segment not in labels and not segment.startswith(("\u200e", "http")):
                whole = f"{name}: {segment}"
            out[name] = (_TILDE.sub("", whole.translate(STRIP_MARKS)).strip(), len(whole) + 2)
        return out


def _open_quote(name: str) -> bool:
    """A group's line such as: Ann changed the subject to "Trip: the end". What precedes ": " is then no name."""
    return any(name.count(a) % 2 if a == b else name.count(a) > name.count(b) for a, b in _QUOTES)


class WhatsApp:
    name = "whatsapp"
    version = 1
    title = "WhatsApp (exported chat, .txt or .zip)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if head.startswith(b"PK\x03\x04"):
            return self._sniff_zip(head, filename)
        text = head_text(head)
        if text[:1] in ("{", "<") or "\0" in text[:1000]:
            return None
        found = family_of(text)
        if found is None:
            return None
        family, header = found
        before = text[: max(header.start() - 1, 0)].count("\n")
        sample = list(records([text.replace("\r\n", "\n")], family))
        named = sum(1 for r in sample if r[2] and r[4].partition("\n")[0].find(":") > 0)
        if not named:
            return None
        shape = "[date, time] name: text" if header.group(1) else "date, time - name: text"
        if family is not COMMON:
            return Match(0.6 if before < 5 else 0.2, f"WhatsApp lines ({family.name}) from line {before + 1}")
        if before > 20:
            return Match(0.3, f"lines of the form {shape}, but not before line {before + 1}")
        score = 0.9 if before < 3 else 0.7
        if filename.lower().endswith((".md", ".html", ".csv")) or "\t" in text[: max(header.start(), 0)]:
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
        name = path.name
        if _is_zip(path) and _title(name) is None:
            name = PurePosixPath(archive.chat_entry(path, _is_chat).filename).name
        yield ChatRef(title=_title(name) or Path(name).stem, platform=self.name)

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        source = _Source(path, options.encoding)
        family = self._family(source)
        order, senders = Order(options.date_order), _Senders()
        last = ""
        for _, _, date, time, rest in records(source.blocks(), family):
            if not date:
                continue
            if date != last:
                order.add(date, _twelve(time))
                last = date
            i = rest.find(": ")
            if i > 0 and rest[:i] not in senders.plain:
                senders.add(rest[:i], rest, i + 2)
        orders, names = order.decide(path.name), senders.settle()
        yield from _messages(records(source.blocks(), family), order, orders, names)

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


def _messages(
    lines: Iterator[Record], order: Order, orders: dict[str, str], names: dict[str, tuple[str, int]]
) -> Iterator[Message | Skipped]:
    """The second pass. Most records are plain words, so what is not is recognised by one look at its ends."""
    strings = marks.strings()
    plain, ends, starts = strings.plain, strings.ends, strings.starts
    longest = max(map(len, plain))
    days: tuple[dict[str, str | None], dict[str, str | None]] = ({}, {})
    times: dict[str, tuple[str | None, int]] = {}
    last_date, last_half, day = "", -1, None
    for line, ios, date, time, rest in lines:
        locator = f"line {line}"
        if not date:
            yield Skipped(locator, "before-first-header", rest)
            continue
        known = times.get(time)
        if known is None:
            known = times[time] = (iso_time(time), int(_twelve(time)))
        clock, half = known
        if date != last_date or half != last_half:
            last_date, last_half = date, half
            if date not in days[half]:
                iso = order.iso(date, bool(half), orders)
                days[half][date] = f"{iso}T" if iso else None
            day = days[half][date]
        if day is None or clock is None:
            reason = "unreadable-time" if day else "unreadable-date"
            yield Skipped(locator, reason, f"{date} {time} {rest}")
            continue
        i = rest.find(": ")
        sender = names.get(rest[:i]) if i > 0 else None
        if sender is None:
            first, newline, more = rest.partition("\n")
            sender = names.get(first[:-1]) if first.endswith(":") else None
            if sender is None:
                yield Message(locator, day + clock, "", rest, marks.unmarked_system(rest))
                continue
            text = newline + more  # an editor trimmed the space after "name:"
        else:
            text = rest[sender[1] :]
        if text:
            cut = text.find("\n")
            first = text if cut < 0 else text[:cut]
            if (
                text[-1] in ends
                or (cut > 0 and first[-1] in ends)
                or (len(first) <= longest and first in plain)
                or text[0] in starts
                or "\u200e" in text
                or "http" in text
            ):
                kind, words, attachments, edited = marks.body(text, ios)
                if kind is Kind.SYSTEM:
                    yield Message(locator, day + clock, "", words, kind, sender[0])
                elif kind or edited or attachments:
                    yield Message(
                        locator, day + clock, sender[0], words, kind, "", None, "", "", "", "", edited, attachments
                    )
                else:
                    yield Message(locator, day + clock, sender[0], words)
                continue
        yield Message(locator, day + clock, sender[0], text)


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


def _twelve(time: str) -> bool:
    return not (time[-1:].isdigit() and time[:1].isdigit())


importer = WhatsApp()
