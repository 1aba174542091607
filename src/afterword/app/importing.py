"""Files into the vault. In: paths and what the user said of the people. Out: an accounting in which every record counts.

Each file is read once, into a staging shelf. At its end the people are cast, the utterances get their identity, and
the rows are adopted as a new shelf or merged into the one of the same chat. A file that fails leaves nothing behind.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from afterword.corpus import Cast, Clock, HandleSeen, cast_chat, looks_like_account, minute_key, mixed, same_name
from afterword.corpus.identity import chat_digest
from afterword.errors import AfterwordError, BadInput, TryAgain
from afterword.importers import Options, identify, importers
from afterword.importers.base import Importer
from afterword.model import ChatRef, Kind, Message
from afterword.store import Shelf, Vault
from afterword.store.cipher import transaction

Progress = Callable[[str, int], None]
"""(what is being done, records so far)."""

STEP = 20_000
RAW = 2_000


class SourceReport(msgspec.Struct, frozen=True):
    """One file: records = messages + everything skipped. `new` = utterances the vault did not have."""

    path: str
    importer: str
    records: int
    messages: int
    skipped: dict[str, int]
    new: int
    note: str = ""


def files_under(paths: Sequence[Path]) -> list[Path]:
    """The files meant by paths: folders are walked, hidden files and links left out. BadInput for a missing path."""
    found: list[Path] = []
    for path in paths:
        with readable(path):
            folder, file = path.is_dir(), path.is_file()
        if folder:
            found += sorted(
                p for p in path.rglob("*") if p.is_file() and not p.is_symlink() and not p.name.startswith((".", "~$"))
            )
        elif file:
            found.append(path)
        else:
            raise BadInput(
                "import.missing", f"There is no file {shown(path)!r}.", next_step="Check the path.", path=shown(path)
            )
    return found


def shown(path: Path | str) -> str:
    """A path that can be printed and kept: names from an unpacked zip are often bytes of another encoding."""
    return os.fsencode(path).decode("utf-8", "replace")


def source_hash(path: Path) -> str:
    """ "s1:" + BLAKE2b of the bytes."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as f:
        while block := f.read(1 << 20):
            digest.update(block)
    return "s1:" + digest.hexdigest()


def who_is_in(paths: Sequence[Path], options: Options, progress: Progress | None = None) -> list[dict[str, Any]]:
    """The people of files, before anything is written: [{"name", "messages", "mine", "file"}], most talkative first.

    A file among others that cannot be read (a photo beside the chat) is left to the import's accounting.
    """
    counts: Counter[tuple[str, bool | None, str]] = Counter()
    found = files_under(paths)
    for path in found:
        try:
            with readable(path):
                importer, _ = identify(path)
                for n, record in enumerate(importer.read(path, options), 1):
                    if progress and not n % STEP:
                        progress(shown(path.name), n)
                    if type(record) is not Message or record.kind == Kind.SYSTEM:
                        continue
                    if record.handle or record.name or record.mine:
                        counts[(record.name or record.handle, record.mine, shown(path.name))] += 1
        except AfterwordError as e:
            if len(found) == 1 or e.exit_code == 3:
                raise
    return [{"name": n, "messages": c, "mine": m, "file": f} for (n, m, f), c in counts.most_common()]


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """What the system refuses (no right, a broken disk) is a sentence about the file."""
    try:
        yield
    except OSError as e:
        raise BadInput(
            "import.unreadable",
            f"{shown(path.name)} cannot be read: {e.strerror or type(e).__name__}.",
            next_step="Check its rights, or copy it to a folder of yours.",
            path=shown(path),
        ) from e


class _Staged:
    """Everything known of a file once it has been read into a staging shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.records = 0
        self.skipped: Counter[str] = Counter()
        self.handles: dict[tuple[str, str, str, bool | None], int] = {}
        self.sources: dict[str, int] = {}


def _stage(
    vault: Vault, path: Path, hash: str, importer: Importer, options: Options, clock: Clock, progress: Progress | None
) -> _Staged:
    staged = _Staged(vault.stage())
    handles, sources, shelf = staged.handles, staged.sources, staged.shelf
    lost: list[tuple[int, str, str, str]] = []

    def rows() -> Iterator[tuple[int, int, int, int, str, int, str, str | None]]:
        n = 0
        local, instant = clock.local, clock.instant
        for record in importer.read(path, options):
            n += 1
            if progress and not n % STEP:
                progress(shown(path.name), n)
            if type(record) is not Message:
                staged.skipped[record.reason] += 1  # type: ignore[union-attr]
                lost.append((1, record.locator, record.reason, record.raw[:RAW]))  # type: ignore[union-attr]
                continue
            try:
                at, east = local(record.at) if type(record.at) is str else instant(record.at)  # type: ignore[arg-type]
            except (BadInput, ValueError, OverflowError):  # one impossible moment costs its record, not the file
                staged.skipped["unreadable-date"] += 1
                lost.append((1, record.locator, "unreadable-date", f"{record.at} {record.text}"[:RAW]))
                continue
            who = (record.chat, record.handle, record.name, record.mine)
            handle = handles.get(who)
            if handle is None:
                handle = handles[who] = len(handles) + 1
            source = sources.get(record.chat)
            if source is None:
                source = sources[record.chat] = len(sources) + 1
            yield handle, at, east, record.kind, record.text, source, record.locator, _extra(record)
        staged.records = n

    with transaction(shelf.db):
        shelf.add_rows(rows())
        for chat, id in (sources or {"": 1}).items():
            shelf.db.execute("INSERT INTO source VALUES (?, ?, ?)", (id, hash, chat))
        for (chat, account, name, mine), id in handles.items():
            shelf.db.execute("INSERT INTO handle VALUES (?, ?, ?, ?, ?, '')", (id, chat, account, name, mine))
        shelf.add_skipped(lost)
    if progress:
        progress(shown(path.name), staged.records)
    return staged


def _extra(m: Message) -> str | None:
    if not (m.quoted or m.reply_to or m.edited or m.attachments):
        return None
    extra: dict[str, Any] = {}
    if m.quoted:
        extra["quoted"] = m.quoted
    if m.reply_to:
        extra["reply_to"] = m.reply_to
    if m.edited:
        extra["edited"] = True
    if m.attachments:
        extra["attachments"] = [a.name for a in m.attachments]
    return json.dumps(extra, ensure_ascii=False)


class People:
    """The register's speakers and aliases."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def owner(self, name: str | None) -> str:
        row = self.vault.db.execute("SELECT id FROM speaker WHERE owner = 1").fetchone()
        if row:
            if name:
                self._alias(name, row[0])
            return str(row[0])
        self.vault.db.execute("INSERT INTO speaker VALUES ('p1:owner', ?, 1)", (name or "me",))
        if name:
            self._alias(name, "p1:owner")
        return "p1:owner"

    def owner_names(self) -> list[str]:
        rows = self.vault.db.execute(
            "SELECT a.alias FROM alias a JOIN speaker s ON s.id = a.speaker WHERE s.owner = 1"
        ).fetchall()
        return [r[0] for r in rows]

    def known(self) -> dict[str, str]:
        """alias → the name of the speaker behind it."""
        rows = self.vault.db.execute(
            "SELECT a.alias, s.name FROM alias a JOIN speaker s ON s.id = a.speaker"
        ).fetchall()
        return dict(rows)

    def resolve(self, name: str, accounts: Sequence[str]) -> str:
        """The speaker called `name` (whole) or known by one of the accounts; made when there is none."""
        from afterword.corpus import speaker_id

        db = self.vault.db
        by_name = db.execute("SELECT speaker FROM alias WHERE alias = ?", (same_name(name),)).fetchone()
        found = by_name[0] if by_name else None
        for account in accounts if found is None else ():
            if looks_like_account(account):
                row = db.execute("SELECT speaker FROM alias WHERE alias = ?", (same_name(account),)).fetchone()
                found = row[0] if row else found
        if found is None:
            found = speaker_id(name)
            db.execute("INSERT OR IGNORE INTO speaker VALUES (?, ?, 0)", (found, name))
        current = db.execute("SELECT name FROM speaker WHERE id = ?", (found,)).fetchone()[0]
        if looks_like_account(current) and not looks_like_account(name):
            db.execute("UPDATE speaker SET name = ? WHERE id = ?", (name, found))
        for alias in (name, *accounts):
            self._alias(alias, found)
        return str(found)

    def name(self, speaker: str) -> str:
        row = self.vault.db.execute("SELECT name FROM speaker WHERE id = ?", (speaker,)).fetchone()
        return str(row[0]) if row else ""

    def _alias(self, alias: str, speaker: str) -> None:
        if alias.strip():
            self.vault.db.execute("INSERT OR IGNORE INTO alias VALUES (?, ?)", (same_name(alias), speaker))


def import_file(
    vault: Vault,
    path: Path,
    *,
    me: str | None,
    subject: str | None,
    options: Options,
    zone: str,
    importer_name: str | None = None,
    progress: Progress | None = None,
) -> tuple[SourceReport, list[str]]:
    """One file. Returns its accounting and the shelves it went to; importing the same bytes again is free."""
    if importer_name and importer_name not in importers():
        raise BadInput(
            "import.importer", f"There is no importer {importer_name!r}.", next_step="Known: " + ", ".join(importers())
        )
    if options.encoding and not _is_codec(options.encoding):
        raise BadInput(
            "import.encoding", f"There is no encoding {options.encoding!r}.", next_step="For example gb18030 or cp1252."
        )
    importer = importers()[importer_name] if importer_name else identify(path)[0]
    before = path.stat()
    hash = source_hash(path)
    basis = json.dumps([importer.name, importer.version, msgspec.to_builtins(options), zone], ensure_ascii=False)
    seen = vault.db.execute(
        "SELECT report, shelves FROM source WHERE hash = ? AND options = ?", (hash, basis)
    ).fetchone()
    if seen:
        report = msgspec.json.decode(seen[0], type=SourceReport)
        return msgspec.structs.replace(report, path=shown(path), new=0, note="already imported"), json.loads(seen[1])
    try:
        staged = _stage(vault, path, hash, importer, options, Clock(zone), progress)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise TryAgain(
                "import.changed",
                f"{shown(path.name)} changed while it was read. Nothing of it was kept.",
                next_step="Wait until it is written to its end, then import it again.",
                path=shown(path),
            )
        shelves, new = _place(vault, staged, importer, path, options, me, subject)
    except BaseException:
        vault.sweep()
        raise
    messages = staged.records - sum(staged.skipped.values())
    report = SourceReport(
        shown(path), importer.name, staged.records, messages, dict(sorted(staged.skipped.items())), new
    )
    if shelves:
        stored = msgspec.structs.replace(report, path=shown(path.name))
        vault.db.execute(
            "INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?)",
            (hash, basis, msgspec.json.encode(stored).decode(), json.dumps(shelves)),
        )
    return report, shelves


def _is_codec(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return True


def _place(
    vault: Vault, staged: _Staged, importer: Importer, path: Path, options: Options, me: str | None, subject: str | None
) -> tuple[list[str], int]:
    people = People(vault)
    refs = {c.key: c for c in importer.chats(path, options)}
    chats = list(staged.sources)
    counts = staged.shelf.handle_counts()
    names = [n for n in (me, *([] if me else people.owner_names())) if n]
    known = people.known()
    casts: dict[str, Cast] = {}
    for chat in chats:
        handles = [
            HandleSeen(id, account, name, mine, counts.get(id, 0))
            for (c, account, name, mine), id in staged.handles.items()
            if c == chat
        ]
        casts[chat] = cast_chat(
            refs.get(chat, ChatRef(key=chat)), handles, me=names, subject=subject, known=known, alone=len(chats) == 1
        )
    owner = people.owner(me)
    shelves: list[str] = []
    new = 0
    for chat, cast in casts.items():
        part = staged.shelf
        if len(chats) > 1:
            part = vault.stage()
            part.take_chat(staged.shelf, chat)
        id, added = _shelve(vault, people, part, refs.get(chat, ChatRef(key=chat)), cast, owner, importer.name)
        shelves.append(id)
        new += added
    if len(chats) != 1:
        staged.shelf.close()
        vault.destroy(staged.shelf.id)
    return shelves, new


def _shelve(
    vault: Vault, people: People, part: Shelf, ref: ChatRef, cast: Cast, owner: str, platform: str
) -> tuple[str, int]:
    others = {name: people.resolve(name, cast.accounts.get(name, ())) for name in cast.names}
    sides: dict[int, str] = {}
    with transaction(part.db):
        for handle, side in cast.sides.items():
            who = "" if not side else owner if side == "me" else others[side]
            sides[handle] = side if side in ("", "me") else "ta" if cast.direct else same_name(side)
            part.db.execute("UPDATE handle SET speaker = ? WHERE id = ?", (who, handle))
    count = part.mint(lambda handle, at, kind, text: minute_key(sides.get(handle, ""), at, kind, text), mixed)
    speaker = next(iter(others.values()), None) if cast.direct else None
    title = people.name(speaker) if speaker else ref.title or ref.key
    existing = _existing(vault, speaker, title, cast.direct, others)
    if existing:
        added = existing.merge(part)
        part.close()
        vault.destroy(part.id)
        return existing.id, added
    part.put("chat", chat_digest(f"{people.name(owner)}\x1f{title}\x1f{int(cast.direct)}"))
    shelf = vault.adopt(part, speaker=speaker, title=title, direct=cast.direct, platform=platform)
    return shelf.id, count


def _existing(vault: Vault, speaker: str | None, title: str, direct: bool, others: dict[str, str]) -> Shelf | None:
    """The shelf of the same chat: for two people, theirs; for a group, the same title and two members in common."""
    for entry in vault.shelves():
        if direct and entry["direct"] and speaker and entry["speaker"] == speaker:
            return vault.shelf(entry["id"])
        if not direct and not entry["direct"] and same_name(entry["title"]) == same_name(title):
            shelf = vault.shelf(entry["id"])
            if len({h[5] for h in shelf.handles()} & set(others.values())) >= min(2, len(others)):
                return shelf
    return None


def import_files(
    vault: Vault,
    paths: Sequence[Path],
    *,
    me: str | None,
    subject: str | None,
    options: Options,
    zone: str,
    importer_name: str | None = None,
    progress: Progress | None = None,
) -> tuple[list[SourceReport], list[dict[str, str]], list[str]]:
    """Many files: (accounting of each, failures, shelves touched). One file's failure does not stop the others.

    A choice to be made is raised at once when nothing else was asked for; a single file's error is raised as it is.
    """
    reports: list[SourceReport] = []
    failures: list[dict[str, str]] = []
    shelves: list[str] = []
    found = files_under(paths)
    for path in found:
        try:
            with readable(path):
                report, places = import_file(
                    vault, path, me=me, subject=subject, options=options, zone=zone, importer_name=importer_name,
                    progress=progress,
                )  # fmt: skip
        except AfterwordError as e:
            if len(found) == 1 or e.exit_code == 3:
                raise
            failures.append({"path": shown(path), "code": e.code, "message": e.message, "next_step": e.next_step})
            continue
        except Exception as e:  # noqa: BLE001 - one broken file must not take the others with it
            if len(found) == 1:
                raise BadInput(
                    "import.failed",
                    f"{shown(path.name)} could not be read ({type(e).__name__}).",
                    next_step="Please report this with the name of the app that made the file, never with its text.",
                ) from e
            failures.append(
                {
                    "path": shown(path),
                    "code": "import.failed",
                    "message": f"{shown(path.name)}: {type(e).__name__}",
                    "next_step": "",
                }
            )
            continue
        reports.append(report)
        shelves += [s for s in places if s not in shelves]
    if not reports:
        raise BadInput(
            "import.nothing",
            f"None of the {len(found)} files could be imported." if found else "There is no file in this folder.",
            next_step=failures[0]["next_step"] if failures else "Give the exported chat itself.",
            failed=failures,
        )
    return reports, failures, shelves


def everybody(vault: Vault) -> list[dict[str, Any]]:
    """Everybody in the vault: {"id", "name", "role", "messages", "chats", "also"}, most messages first."""
    people = People(vault)
    owner = vault.db.execute("SELECT id FROM speaker WHERE owner = 1").fetchone()
    counts: dict[str, int] = {}
    chats: dict[str, set[str]] = {}
    direct = {s["speaker"] for s in vault.shelves() if s["direct"]}
    also: dict[str, set[str]] = {}
    for entry in vault.shelves():
        shelf = vault.shelf(entry["id"])
        per = shelf.handle_counts()
        for id, _, handle, name, _, speaker in shelf.handles():
            if speaker:
                counts[speaker] = counts.get(speaker, 0) + per.get(id, 0)
                chats.setdefault(speaker, set()).add(entry["title"])
                also.setdefault(speaker, set()).update(x for x in (handle, name) if x)
    out = []
    for speaker, n in sorted(counts.items(), key=lambda c: (-c[1], c[0])):
        name = people.name(speaker)
        role = "me" if owner and speaker == owner[0] else "direct" if speaker in direct else "group"
        out.append(
            {
                "id": speaker,
                "name": name,
                "role": role,
                "messages": n,
                "chats": sorted(chats[speaker]),
                "also": sorted(also[speaker] - {name}),
            }
        )
    return out
