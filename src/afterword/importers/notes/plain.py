"""Notes and letters as text: md and txt, with front matter (Obsidian, Joplin) or without, and Apple Notes as html.

In: a path. Out: one Keepsake for the file. It is the last of all importers: whatever another one knows is not a note,
a text that looks like a conversation is refused, so that an unknown chat ends in a clear error, and so is what nobody
wrote to anybody (a licence, a manual, a table: others.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.notes.others import what
from afterword.importers.notes.pages import text_of
from afterword.importers.notes.writing import LARGEST, Page, keepsake, looks_like_chat, moment
from afterword.importers.reading import TAIL, encoding_of, head_text
from afterword.model import ChatRef, FileFacts, Keepsake, Skipped

_SUFFIXES = (".txt", ".text", ".md", ".markdown")
_FRONT = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_KEY = re.compile(r"([A-Za-z\u3400-\u9fff][\w \u3400-\u9fff-]{0,40}?)\s*[:：]\s*(.*)")
_JOPLIN = re.compile(r"\n\n?(id: [0-9a-f]{32}\n(?:[a-z_]+:[^\n]*\n)*type_: (\d+)\s*)\Z")
_BEHIND = 8000
"""Characters at the end of a text in which Joplin's properties may stand."""
_MACHINE = re.compile(r"^(?:BEGIN:V(?:CARD|CALENDAR)|<\?xml|<!DOCTYPE|SQLite format)", re.M)
_APPLE = re.compile(r"<meta name=\"?generator\"? content=\"Cocoa HTML Writer\"", re.I)
_WRITTEN = (
    "date",
    "created",
    "created_at",
    "creation_date",
    "date created",
    "date_created",
    "datecreated",
    "created time",
    "日期",
    "创建时间",
    "创建日期",
)
_TABS = re.compile(r"[^\n]*\t[^\n]*\t")


class Notes:
    name = "notes"
    version = 1
    title = "a note or a letter (md, txt)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        suffix = PurePosixPath(filename).suffix.lower()
        if suffix in (".html", ".htm"):
            return Match(0.3, "a page of Apple Notes") if _APPLE.search(head_text(head[:4096])) else None
        if suffix not in _SUFFIXES:
            return None
        text = head_text(head).replace("\r\n", "\n")
        start = text.lstrip()
        if not start or "\0" in text or start[0] in "{<" or start.startswith(("[{", "PK\x03", "%PDF")):
            return None
        if text.count("\ufffd") > 3 or _MACHINE.search(text):
            return None
        rows = [row for row in text.split("\n") if row.strip()]
        if sum(1 for row in rows if _TABS.match(row)) * 2 > len(rows):
            return None
        front, behind = _FRONT.match(start), _JOPLIN.search(start, max(0, len(start) - _BEHIND))
        body = start[front.end() if front else 0 : behind.start() if behind else None]
        if looks_like_chat(body) or not behind and what(body, filename):
            return None
        return Match(0.06 if front or behind else 0.05, "a text that no other importer knows")

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = encoding_of(path, options.encoding)
        yield FileFacts(encoding=encoding)
        if path.stat().st_size > LARGEST:
            raise BadInput(
                "import.notes.large",
                f"{path.name} has more than {LARGEST >> 20} MB, which no note has.",
                next_step="If it is a chat, export it again in a form that Afterword knows.",
            )
        with path.open("r", encoding=encoding, errors=TAIL, newline="\n") as f:
            text = f.read().lstrip("\ufeff").replace("\r\n", "\n").replace("\0", "")
        yield _record(text, options)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield from ()


def _record(text: str, options: Options) -> Keepsake | Skipped:
    page = Page()
    if _APPLE.search(text[:4096]):
        text = text_of(text)
    elif m := _JOPLIN.search(text, max(0, len(text) - _BEHIND)):
        if m[2] != "1":
            return Skipped("note 1", "not-a-note", text[:500])  # a folder, a tag or a file of Joplin's
        page = _page(m[1], ("user_created_time", "created_time"), options)
        title, _, rest = text[: m.start()].partition("\n")
        page.title, text = title.strip(), rest
    elif m := _FRONT.match(text.lstrip()):
        page = _page(m[1], _WRITTEN, options)
        text = text.lstrip()[m.end() :]
    if not text.strip() and not page.title:
        return Skipped("note 1", "empty", "")
    return keepsake("note 1", text, page, options.date_order)


def _page(block: str, written: tuple[str, ...], options: Options) -> Page:
    known: dict[str, str] = {}
    for line in block.split("\n"):
        if m := _KEY.match(line):
            value = m[2].strip()[:1000]
            if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
                value = value[1:-1]
            known.setdefault(m[1].strip().casefold(), value)
    at = next(
        (a for key in written if key in known and (a := moment(known[key][:100], options.date_order)) is not None), None
    )
    return Page(
        known.get("title", "") or known.get("标题", ""),
        known.get("author", "") or known.get("作者", ""),
        at,
        _where(known),
    )


def _where(known: dict[str, str]) -> tuple[float, float] | None:
    try:
        where = float(known["latitude"]), float(known["longitude"])
    except (KeyError, ValueError):
        return None
    fits = all(math.isfinite(v) for v in where) and abs(where[0]) <= 90 and abs(where[1]) <= 180
    return where if fits and where != (0.0, 0.0) else None


importer = Notes()
