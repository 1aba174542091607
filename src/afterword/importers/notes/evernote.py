"""Evernote's export, enex. In: a path. Out: a Keepsake for each note, streamed; pictures by name, their bytes dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.notes.pages import text_of
from afterword.importers.notes.writing import is_letter
from afterword.importers.reading import head_text
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Skipped

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\Z")
_PROLOG = re.compile(r"\s*<\?xml[^>]*\?>")


class Enex:
    name = "enex"
    version = 1
    title = "Evernote (enex)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        return Match(1.0, "en-export element") if re.search(r"<en-export[\s>]", head_text(head)[:4000]) else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        from xml.etree.ElementTree import ParseError

        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import iterparse

        yield FileFacts(encoding="utf-8", zone="instant")
        n = 0
        try:
            root: Any = None
            for event, element in iterparse(str(path), events=("start", "end")):
                if event == "start":
                    root = element if root is None else root
                elif element.tag == "data":
                    element.clear()
                elif element.tag == "note":
                    n += 1
                    yield _record(element, f"note {n}")
                    root.clear()
        except DefusedXmlException as e:
            raise BadInput(
                "import.xml.unsafe",
                f"{path.name} defines entities, which no export does.",
                next_step="Do not use this file; export the notes again.",
            ) from e
        except (ParseError, ValueError, LookupError) as e:
            yield Skipped(f"after note {n}", "truncated", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield from ()


def _record(note: Any, where: str) -> Keepsake | Skipped:
    def said(name: str) -> str:
        return (note.findtext(name) or "").strip()

    text = text_of(_PROLOG.sub("", note.findtext("content") or ""))
    files = tuple(
        Attachment((r.findtext("resource-attributes/file-name") or "").strip(), (r.findtext("mime") or "").strip())
        for r in note.findall("resource")
    )
    title = " ".join(said("title").split())
    if not (title or text or files):
        return Skipped(where, "empty", "")
    kind = "letter" if is_letter([s.strip() for s in text.split("\n") if s.strip()]) else "note"
    at = _instant(said("created"))
    return Keepsake(
        where,
        kind,
        at=at,
        author=said("note-attributes/author"),
        title=title,
        text=text,
        where=_where(said("note-attributes/latitude"), said("note-attributes/longitude")),
        attachments=files,
    )


def _instant(raw: str) -> float | None:
    m = _STAMP.match(raw)
    if m is None:
        return None
    try:
        return datetime(*(int(v) for v in m.groups()), tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        return None


def _where(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        where = float(latitude), float(longitude)
    except ValueError:
        return None
    return where if abs(where[0]) <= 90 and abs(where[1]) <= 180 and where != (0.0, 0.0) else None


importer = Enex()
