"""One file into a staging shelf, or only counted. In: a gathered file. Out: everything known of it at its end.

The shelf is made at the first message: ten thousand photos need none.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import msgspec

from afterword.app.gathering import Piece
from afterword.corpus import Clock
from afterword.errors import BadInput
from afterword.importers import Options
from afterword.importers.base import Record
from afterword.importers.reading import damaged_characters
from afterword.model import FileFacts, Keepsake, Kind, Message, Skipped
from afterword.store import Shelf, Vault
from afterword.store.cipher import transaction

Progress = Callable[[str, int], None]
"""(what is being done, records so far)."""

STEP = 20_000
RAW = 2_000
SAMPLE = 1 << 16
NOBODY = (Kind.SYSTEM, Kind.AUTOMATED)

Handle = tuple[str, str, str, bool | None]
"""(chat, handle, name, mine)."""


class Staged:
    """A file read to its end. `shelf` is None when it holds no message."""

    def __init__(self) -> None:
        self.shelf: Shelf | None = None
        self.records = 0
        self.messages = 0
        self.skipped: Counter[str] = Counter()
        self.lost: list[tuple[int, str, str, str]] = []
        self.keepsakes: list[Keepsake] = []
        self.facts = FileFacts()
        self.handles: dict[Handle, int] = {}
        self.sources: dict[str, int] = {}
        self.counts: dict[int, int] = {}
        self.first = self.last = 0

    def leave(self, locator: str, reason: str, raw: str) -> None:
        self.skipped[reason] += 1
        self.lost.append((1, locator, reason, raw[:RAW]))

    def aside(self, record: Record) -> int:
        """Take what is no message. Returns how many records that was."""
        if isinstance(record, Skipped):
            self.leave(record.locator, record.reason, record.raw)
        elif isinstance(record, Keepsake):
            self.keepsakes.append(record)
        elif isinstance(record, FileFacts):
            self.facts = record
            return 0
        return 1

    def damage(self, path: Path) -> None:
        """Count the characters that were replaced, where the importer did not."""
        if self.facts.encoding and not self.facts.replaced and not is_zipfile(path):
            n = damaged_characters(path, self.facts.encoding)
            self.facts = msgspec.structs.replace(self.facts, replaced=n)

    def people(self) -> list[dict[str, Any]]:
        """[{"name", "messages", "mine"}] as exported, most talkative first."""
        seen: dict[tuple[str, bool | None], int] = {}
        for (_, handle, name, mine), id in self.handles.items():
            if n := self.counts.get(id, 0):
                who = (name or handle, mine)
                seen[who] = seen.get(who, 0) + n
        return [
            {"name": name, "messages": n, "mine": mine}
            for (name, mine), n in sorted(seen.items(), key=lambda s: -s[1])
            if name or mine
        ]


def stage(vault: Vault, piece: Piece, hash: str, options: Options, clock: Clock, progress: Progress | None) -> Staged:
    """Read a file into a new staging shelf."""
    staged = Staged()
    label = Path(piece.shown).name
    records = piece.importer.read(piece.path, options)
    first: Message | None = None
    for record in records:
        if type(record) is Message:
            first = record
            break
        staged.records += staged.aside(record)
    if first is not None:
        shelf = staged.shelf = vault.stage()
        with transaction(shelf.db):
            shelf.add_rows(_rows(staged, chain((first,), records), clock, label, progress))
            for chat, id in (staged.sources or {"": 1}).items():
                shelf.db.execute("INSERT INTO source VALUES (?, ?, ?)", (id, hash, chat))
            for (chat, account, name, mine), id in staged.handles.items():
                shelf.db.execute("INSERT INTO handle VALUES (?, ?, ?, ?, ?, '')", (id, chat, account, name, mine))
            shelf.add_skipped(staged.lost)
        staged.counts = shelf.handle_counts()
        staged.first, staged.last = shelf.db.execute(
            "SELECT coalesce(min(CASE WHEN at != 0 THEN at + east * 60 END), 0), coalesce(max(at + east * 60), 0) "
            "FROM utterance"
        ).fetchone()
    staged.damage(piece.path)
    if progress:
        progress(label, staged.records)
    return staged


def count(piece: Piece, options: Options, clock: Clock, progress: Progress | None = None) -> Staged:
    """Read a file to its end and keep nothing of it: what `doctor FILE` shows."""
    staged = Staged()
    counts: Counter[int] = Counter()
    label = Path(piece.shown).name
    for handle, at, east, kind, *_ in _rows(staged, piece.importer.read(piece.path, options), clock, label, progress):
        if kind != Kind.SYSTEM:
            counts[handle] += 1
        if at:
            staged.first = min(staged.first or at + east * 60, at + east * 60)
            staged.last = max(staged.last, at + east * 60)
    staged.counts = dict(counts)
    staged.damage(piece.path)
    return staged


def _rows(
    staged: Staged, records: Iterator[Record], clock: Clock, label: str, progress: Progress | None
) -> Iterator[tuple[int, int, int, int, str, int, str, str | None]]:
    n, messages = staged.records, 0
    local, instant = clock.local, clock.instant
    handles, sources = staged.handles, staged.sources
    for record in records:
        n += 1
        if progress and not n % STEP:
            progress(label, n)
        if type(record) is not Message:
            n += staged.aside(record) - 1
            continue
        try:
            at, east = local(record.at) if type(record.at) is str else instant(record.at)  # type: ignore[arg-type]
        except (BadInput, ValueError, OverflowError):  # one impossible moment costs its record, not the file
            staged.leave(record.locator, "unreadable-date", f"{record.at} {record.text}")
            continue
        who = (record.chat, record.handle, record.name, record.mine)
        handle = handles.get(who)
        if handle is None:
            handle = handles[who] = len(handles) + 1
        source = sources.get(record.chat)
        if source is None:
            source = sources[record.chat] = len(sources) + 1
        messages += 1
        yield handle, at, east, record.kind, record.text, source, record.locator, extra(record)
    staged.records, staged.messages = n, messages


def extra(m: Message) -> str | None:
    """What a message has beside its words, as JSON."""
    if not (m.quoted or m.reply_to or m.edited or m.attachments or m.reactions or m.earlier or m.raw):
        return None
    said: dict[str, Any] = {
        "quoted": m.quoted,
        "reply_to": m.reply_to,
        "edited": m.edited,
        "earlier": m.earlier,
        "reactions": m.reactions,
        "attachments": [a.name for a in m.attachments],
        "seconds": next((a.seconds for a in m.attachments if a.seconds), None),
        "raw": m.raw[:RAW],
    }
    return json.dumps({k: v for k, v in said.items() if v}, ensure_ascii=False)


def source_hash(path: Path, *, sampled: bool = False) -> str:
    """ "s1:" + BLAKE2b of the bytes; `sampled`: "s2:" of the size and both ends, for photos, which are many and large."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as f:
        if sampled and (size := os.fstat(f.fileno()).st_size) > 2 * SAMPLE:
            digest.update(size.to_bytes(8, "big") + f.read(SAMPLE))
            f.seek(-SAMPLE, os.SEEK_END)
        while block := f.read(1 << 20):
            digest.update(block)
    return ("s2:" if sampled else "s1:") + digest.hexdigest()


def basis(piece: Piece, options: Options, zone: str) -> str:
    """What else decides how a file is read; together with its hash it says whether it was read before."""
    asked = msgspec.to_builtins(msgspec.structs.replace(options, key=None, confirmed=False))
    return json.dumps([piece.importer.name, piece.importer.version, asked, zone], ensure_ascii=False)
