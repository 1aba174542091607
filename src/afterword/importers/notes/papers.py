"""Letters as docx and pdf (extra `docs-import`). In: a path. Out: one Keepsake for the file.

The date is one in the text that stands alone, else the one that the program wrote into the document when it was made;
never the file's. A manual, a bill or a book is skipped as "not-a-note". A scanned page
has no words, and that is what its record says.
"""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import HEAD, Match, Options, Record
from afterword.importers.notes.others import what
from afterword.importers.notes.writing import Page, date_in, keepsake, looks_like_chat
from afterword.importers.reading import damaged_document, library
from afterword.model import ChatRef, FileFacts, Skipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNPACKED = 64 << 20
"""Bytes of one XML part; pictures may be larger, they are not read."""
RATIO = 500
SMALL = 16 << 20
PAGES = 3000
WORDS = 8_000_000
TEMPLATE = datetime(2013, 12, 23, 23, 15)
"""The moment in python-docx's empty document: no author's."""
_WORD_97 = "WordDocument".encode("utf-16-le")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_NAMES = frozenset(
    (
        "",
        "python-docx",
        "unknown",
        "user",
        "admin",
        "administrator",
        "microsoft office user",
        "windows user",
        "anonymous",
    )
)


class Papers:
    name = "papers"
    version = 1
    title = "a letter or a note (docx, pdf)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        suffix = PurePosixPath(filename).suffix.lower()
        if head[:1024].lstrip().startswith(b"%PDF-"):
            return Match(0.3, "a PDF")
        if (
            head.startswith(b"PK\x03\x04")
            and (suffix == ".docx" or b"word/document" in head)
            and b"xl/" not in head[:4096]
        ):
            return Match(0.3, "a Word document")
        if head.startswith(OLE) and (_WORD_97 in head or _LOCKED in head or suffix in (".doc", ".docx")):
            return Match(0.3, "an older or encrypted Word document")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(zone="instant")
        with path.open("rb") as f:
            start = f.read(1024)
        if start.startswith(OLE):
            raise _older(path)
        text, page = _pdf(path) if start.lstrip().startswith(b"%PDF-") else _docx(path)
        if looks_like_chat(text):
            raise BadInput(
                "import.notes.chat",
                f"{path.name} holds a conversation, in a form that Afterword does not know.",
                next_step="Export the chat as text or JSON. If it is a table, use --map.",
                path=str(path),
            )
        if what(text[:HEAD]):
            yield Skipped("document 1", "not-a-note", text[:500])
            return
        own = date_in([s.strip() for s in text.split("\n") if s.strip()], options.date_order)
        if own is not None:
            page.at = own
        yield keepsake("document 1", text, page, options.date_order)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield from ()


def _older(path: Path) -> BadInput:
    with path.open("rb") as f:
        locked = _LOCKED in f.read(4 << 20)
    if locked:
        return BadInput(
            "import.docx.encrypted",
            f"{path.name} is encrypted.",
            next_step="Open it in Word and save it without a password.",
            path=str(path),
        )
    return BadInput(
        "import.docx.old",
        f"{path.name} is a Word document of before 2007 (.doc).",
        next_step="Open it and save it as .docx or .pdf.",
        path=str(path),
    )


def _missing(path: Path) -> BadInput:
    return BadInput(
        "import.docs.extra",
        f"{path.name}: the libraries that read documents are not installed.",
        next_step="Install them: pip install 'afterword[docs-import]'. Or save the document as text (.txt).",
        path=str(path),
    )


def _docx(path: Path) -> tuple[str, Page]:
    try:
        import docx
    except ImportError as e:
        raise _missing(path) from e
    with library(partial(damaged_document, path)):
        with zipfile.ZipFile(path) as z:
            for info in z.infolist():
                grows = info.file_size > SMALL and info.file_size > RATIO * max(info.compress_size, 1)
                if grows or info.file_size > UNPACKED and info.filename.endswith((".xml", ".rels")):
                    raise BadInput(
                        "import.zip.bomb",
                        f"{path.name}: {info.filename[:80]!r} would unpack to {info.file_size} bytes.",
                        next_step="If you trust it, open it and save its text as .txt.",
                        path=str(path),
                    )
        document: Any = docx.Document(str(path))
        lines: list[str] = []
        for block in document.iter_inner_content():
            if hasattr(block, "rows"):
                for row in block.rows:
                    lines.append("\t".join(dict.fromkeys(cell.text.strip() for cell in row.cells)))
            else:
                lines.append(block.text)
        said = document.core_properties
        made = said.created
        if made is not None and made.tzinfo is None:
            made = made.replace(tzinfo=UTC)  # Word writes UTC
        page = Page(str(said.title or "").strip(), _author(said.author), _made(made))
    return "\n".join(lines).replace("\r", "")[:WORDS], page


def _pdf(path: Path) -> tuple[str, Page]:
    try:
        import pypdf
    except ImportError as e:
        raise _missing(path) from e
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with library(partial(damaged_document, path)):
        reader = pypdf.PdfReader(str(path))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput(
                "import.pdf.encrypted",
                f"{path.name} is encrypted.",
                next_step="Open it with its password and save or print it as a new PDF.",
                path=str(path),
            )
        texts: list[str] = []
        size = 0
        for page in reader.pages[:PAGES]:
            texts.append((page.extract_text() or "").strip("\n"))
            size += len(texts[-1])
            if size > WORDS:
                break
        said: Any = reader.metadata
        about = Page()
        if said is not None:
            about = Page(str(said.title or "").strip(), _author(said.author), _made(_date(said)))
    text = "\n\n".join(t for t in texts if t.strip()).replace("\0", "")
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return text[:WORDS], about


def _date(said: Any) -> datetime | None:
    try:
        made = said.creation_date
    except (ValueError, TypeError):
        return None
    return made if isinstance(made, datetime) else None


def _author(name: Any) -> str:
    text = str(name or "").strip()
    return "" if text.casefold() in _NAMES else text[:200]


def _made(made: datetime | None) -> float | str | None:
    """The document's own stamp: an instant, or for a PDF that names no zone the clock's text."""
    if made is None or made.replace(tzinfo=None) == TEMPLATE or not 1980 <= made.year <= 2200:
        return None
    try:
        return made.timestamp() if made.tzinfo else made.replace(microsecond=0).isoformat()
    except (OverflowError, ValueError):
        return None


importer = Papers()
