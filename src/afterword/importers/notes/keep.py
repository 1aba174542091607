"""Google Keep, as Takeout has it: a json file for each note, and the same note as html beside it. In: a path. Out: a Keepsake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import list_of, text_of, written
from afterword.importers.notes import pages
from afterword.importers.notes.writing import is_letter
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, stream
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Skipped

_PAGE = re.compile(r"<div class=\"note\"|<div class=\"note .{0,80}?\"")


class Keep:
    name = "google_keep"
    version = 1
    title = "Google Keep (Takeout, json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        start = text.lstrip()[:1]
        if start == "{" and '"userEditedTimestampUsec"' in text and ('"isTrashed"' in text or '"textContent"' in text):
            return Match(1.0, "a note of Google Keep")
        if start == "<" and _PAGE.search(text) and '<div class="content"' in text and "heading" in text:
            return Match(0.9, "the page of a Google Keep note; its json says the same", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(encoding="utf-8", zone="instant")
        try:
            for _, note in stream(path, (), encoding=options.encoding):
                yield _record(note)
        except JsonCut as e:
            yield Skipped("note 1", "truncated", str(e)[:200])
        except UnicodeError as e:
            yield Skipped("note 1", "unreadable", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield from ()


def _record(note: Any) -> Keepsake | Skipped:
    if not isinstance(note, dict):
        return Skipped("note 1", "unreadable", written(note))
    if note.get("isTrashed") is True:
        return Skipped("note 1", "deleted", text_of(note.get("title"))[:500])
    lines = [text_of(note.get("textContent"))]
    if not lines[0] and isinstance(html := note.get("textContentHtml"), str):
        lines = [pages.text_of(html)]
    for item in list_of(note.get("listContent")):
        if isinstance(item, dict):
            lines.append(("☑ " if item.get("isChecked") is True else "☐ ") + text_of(item.get("text")))
    text = "\n".join(line for line in lines if line).strip("\n")
    owner = next(
        (
            text_of(s.get("email"))
            for s in list_of(note.get("sharees"))
            if isinstance(s, dict) and s.get("isOwner") is True
        ),
        "",
    )
    files = tuple(
        Attachment(text_of(a.get("filePath")), text_of(a.get("mimetype")))
        for a in list_of(note.get("attachments"))
        if isinstance(a, dict)
    )
    at = _instant(note.get("createdTimestampUsec"))
    at = at if at is not None else _instant(note.get("userEditedTimestampUsec"))
    kind = "letter" if is_letter([s.strip() for s in text.split("\n") if s.strip()]) else "note"
    return Keepsake(
        "note 1", kind, at=at, author=owner, title=text_of(note.get("title")).strip(), text=text, attachments=files
    )


def _instant(value: Any) -> float | None:
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e17:
        return None
    return value / 1_000_000


importer = Keep()
