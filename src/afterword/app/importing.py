"""Files into the vault. In: paths and what the user said of the people. Out: an accounting in which every record counts.

What the paths hold is gathered first (`gathering`). Each file is read once, into a staging shelf (`staging`). At its
end the people are cast, the utterances get their identity, and the rows are adopted as a new shelf or merged into the
one of the same chat. A file that fails leaves nothing behind.
"""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from afterword.app import keepsakes
from afterword.app.gathering import Gathered, Left, Piece, gather, readable, shown
from afterword.app.joining import join
from afterword.app.people import People, names_person
from afterword.app.staging import NOBODY, STEP, Progress, Staged, basis, count, source_hash, stage
from afterword.corpus import Cast, Clock, HandleSeen, cast_chat, minute_key, mixed, same_name
from afterword.corpus.identity import chat_digest
from afterword.errors import AfterwordError, BadInput, ChoiceNeeded, TryAgain
from afterword.importers import Options, importers
from afterword.model import ChatRef, Message
from afterword.store import Shelf, Vault
from afterword.store.cipher import transaction

SURE = 0.3
"""A weaker claim than this (a table, lines with a colon) is worth no question when the file lies among others."""
LEFT_SHOWN = 1_000
"""Files that are left are told one by one up to here; the counts by reason are always whole."""


class SourceReport(msgspec.Struct, frozen=True):
    """One file: records = messages + keepsakes + everything skipped. `new` = what the vault did not have.

    reason      why this importer
    zone        "instant", or "local, read as <zone>" when the file holds wall-clock times only
    people      [{"name", "messages", "mine"}] as exported, most talkative first
    one_sided   the file holds only what one person wrote
    """

    path: str
    importer: str
    records: int
    messages: int
    skipped: dict[str, int]
    new: int
    note: str = ""
    reason: str = ""
    keepsakes: int = 0
    duplicates: int = 0
    encoding: str = ""
    date_order: str = ""
    decided_by: str = ""
    zone: str = ""
    replaced: int = 0
    people: list[dict[str, Any]] = []
    first: str = ""
    last: str = ""
    one_sided: bool = False


class Imported(msgspec.Struct):
    """What an import did: a report for each file read, what failed, what was left, and the shelves touched."""

    reports: list[SourceReport] = []
    failures: list[dict[str, str]] = []
    left: list[Left] = []
    shelves: list[str] = []

    def left_by_reason(self) -> dict[str, int]:
        return dict(Counter(item.reason for item in self.left).most_common())


def report_of(piece: Piece, staged: Staged, zone: str, *, one_sided: bool = False) -> SourceReport:
    facts = staged.facts
    kept = len(staged.keepsakes)
    return SourceReport(
        path=piece.shown,
        importer=piece.importer.name,
        records=staged.records,
        messages=staged.messages,
        skipped=dict(sorted(staged.skipped.items())),
        new=0,
        reason=piece.match.reason,
        keepsakes=kept,
        encoding=facts.encoding,
        date_order=facts.date_order,
        decided_by=facts.decided_by,
        zone=f"local, read as {zone}" if facts.zone == "local" else facts.zone,
        replaced=facts.replaced,
        people=staged.people(),
        first=_day(staged.first),
        last=_day(staged.last),
        one_sided=one_sided,
    )


def _day(at: int) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).date().isoformat() if at else ""
    except (ValueError, OverflowError, OSError):
        return ""


def who_is_in(
    vault: Vault, paths: Sequence[Path], options: Options, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """The people of files, before anything is written: [{"name", "messages", "mine", "file"}], most talkative first.

    A file among others that cannot be read (a photo beside the chat) is left to the import's accounting.
    """
    people = People(vault)
    counts: Counter[tuple[str, bool | None, str]] = Counter()
    with gather(paths, vault.workshop) as found:
        alone = len(found.pieces) == 1
        sure = [p for p in found.pieces if p.match.score >= SURE]
        for piece in sure or found.pieces:
            try:
                with _about(piece):
                    _count_people(piece, options, counts, progress)
            except AfterwordError:
                if alone:
                    raise
    return [
        {"name": people.contact(n) or n, "messages": c, "mine": m, "file": f} for (n, m, f), c in counts.most_common()
    ]


def _count_people(
    piece: Piece, options: Options, counts: Counter[tuple[str, bool | None, str]], progress: Progress | None
) -> None:
    file = Path(piece.shown).name
    for n, record in enumerate(piece.importer.read(piece.path, options), 1):
        if progress and not n % STEP:
            progress(file, n)
        if type(record) is not Message or record.kind in NOBODY:
            continue
        if record.handle or record.name or record.mine:
            counts[(record.name or record.handle, record.mine, file)] += 1


def inspect(
    paths: Sequence[Path], workshop: Path, *, options: Options, zone: str, importer_name: str | None = None,
    progress: Progress | None = None,
) -> Imported:  # fmt: skip
    """The report of an import without importing: nothing is written but what a zip needs to be unpacked for a moment."""
    _known(importer_name, options)
    done = Imported()
    with gather(paths, workshop, importer_name) as found:
        done.left = found.left
        clock = Clock(zone)
        for piece in found.pieces:
            try:
                with _about(piece):
                    done.reports.append(report_of(piece, count(piece, options, clock, progress), zone))
            except AfterwordError as e:
                if len(found.pieces) == 1 and not found.left:
                    raise
                done.failures.append(_failure(piece, e))
    return done


def import_files(
    vault: Vault,
    paths: Sequence[Path],
    *,
    me: Sequence[str],
    subject: Sequence[str],
    options: Options,
    zone: str,
    importer_name: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Many files. One file's failure does not stop the others.

    me, subject   the names of the owner and of the person this is about; further names are the same person elsewhere.
    A choice about people is raised at once; a single file's error is raised as it is.
    """
    _known(importer_name, options)
    done = Imported()
    clock = Clock(zone)
    kept: list[tuple[SourceReport, str, str, Staged]] = []
    open_choice: AfterwordError | None = None
    if len(subject) > 1:
        join(vault, subject)
    with gather(paths, vault.workshop, importer_name) as found:
        done.left = found.left
        alone = len(found.pieces) == 1
        beside = [item for item in found.left if item.reason not in ("hidden", "program")]
        if not options.confirmed:
            _confirm([p for p in found.pieces if getattr(p.importer, "confirm", False)], options)
        for number, piece in enumerate(found.pieces, 1):
            try:
                with _about(piece):
                    _import_one(vault, piece, done, kept, me, subject, options, zone, clock, progress, number)
            except AfterwordError as e:
                if piece.match.score < SURE and not alone and (e.exit_code == 3 or e.code == "import.mapping"):
                    done.left.append(Left(piece.shown, "unknown", e.message))
                    continue
                # who is who must be said before anything goes on; a file without the person who was named is a stray
                if (alone and not beside) or (e.code.startswith("people.") and not me):
                    raise
                open_choice = open_choice or (e if e.exit_code == 3 else None)
                done.failures.append(_failure(piece, e))
            except Exception as e:  # noqa: BLE001 - one broken file must not take the others with it
                error = BadInput(
                    "import.failed",
                    f"{Path(piece.shown).name} could not be read ({type(e).__name__}).",
                    next_step="Please report this with the name of the app that made the file, never with its text.",
                )
                if alone:
                    raise error from e
                done.failures.append(_failure(piece, error))
        _place_keepsakes(vault, kept, subject, clock, done)
    if not done.reports:
        raise open_choice or _nothing(found, done)
    return done


def _confirm(pieces: Sequence[Piece], options: Options) -> None:
    """What was read off pictures is shown before it is kept."""
    lines = [
        {"file": p.shown, "side": "me" if r.mine else r.name or r.handle, "at": str(r.at), "text": r.text}
        for p in pieces
        for r in p.importer.read(p.path, options)
        if isinstance(r, Message)
    ]
    if lines:
        raise ChoiceNeeded(
            "import.confirm",
            f"Lines read off pictures: {len(lines)}. Look at them before they are kept.",
            next_step="If they are right, say so with --confirmed.",
            lines=lines,
        )


def _known(importer_name: str | None, options: Options) -> None:
    if importer_name and importer_name not in importers():
        raise BadInput(
            "import.importer", f"There is no importer {importer_name!r}.", next_step="Known: " + ", ".join(importers())
        )
    if options.encoding:
        try:
            codecs.lookup(options.encoding)
        except (LookupError, ValueError) as e:
            raise BadInput(
                "import.encoding",
                f"There is no encoding {options.encoding!r}.",
                next_step="For example gb18030 or cp1252.",
            ) from e


@contextmanager
def _about(piece: Piece) -> Iterator[None]:
    """An error of a file says which file it is, whatever the importer told."""
    try:
        with readable(piece.path):
            yield
    except BadInput as e:
        e.details.setdefault("path", piece.shown)
        raise


def _failure(piece: Piece, e: AfterwordError) -> dict[str, str]:
    return {"path": piece.shown, "code": e.code, "message": e.message, "next_step": e.next_step}


def _nothing(found: Gathered, done: Imported) -> BadInput:
    n = len(found.pieces) + len(found.left)
    reasons = ", ".join(f"{reason} {k}" for reason, k in done.left_by_reason().items())
    return BadInput(
        "import.nothing",
        (f"None of the {n} files could be imported" + (f" ({reasons})." if reasons else "."))
        if n
        else "There is no file in this folder.",
        next_step=done.failures[0]["next_step"] if done.failures else "Give the exported chat itself.",
        failed=done.failures,
        left=[msgspec.to_builtins(item) for item in found.left[:LEFT_SHOWN]],
    )


def _import_one(
    vault: Vault,
    piece: Piece,
    done: Imported,
    kept: list[tuple[SourceReport, str, str, Staged]],
    me: Sequence[str],
    subject: Sequence[str],
    options: Options,
    zone: str,
    clock: Clock,
    progress: Progress | None,
    number: int,
) -> None:
    """One file; importing the same bytes again is free."""
    path = piece.path
    media = bool(getattr(piece.importer, "media", False))
    before = path.stat()
    hash = source_hash(path, sampled=media)
    how = basis(piece, options, zone)
    seen = vault.db.execute("SELECT report, shelves FROM source WHERE hash = ? AND options = ?", (hash, how)).fetchone()
    if seen:
        report = msgspec.json.decode(seen[0], type=SourceReport)
        again = msgspec.structs.replace(
            report, path=piece.shown, new=0, duplicates=report.messages + report.keepsakes, note="already imported"
        )
        done.reports.append(again)
        done.shelves += [s for s in json.loads(seen[1]) if s not in done.shelves]
        return
    try:
        staged = stage(vault, piece, hash, options, clock, None if media else progress)
        if media and progress and not number % 50:
            progress(shown(path.parent.name), number)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise TryAgain(
                "import.changed",
                f"{Path(piece.shown).name} changed while it was read. Nothing of it was kept.",
                next_step="Wait until it is written to its end, then import it again.",
                path=piece.shown,
            )
        shelves, new, one_sided = _place(vault, staged, piece, options, me, subject)
    except BaseException:
        vault.sweep()
        raise
    report = report_of(piece, staged, zone, one_sided=one_sided)
    report = msgspec.structs.replace(report, new=new, duplicates=staged.messages - new)
    People(vault).learn(staged.keepsakes)
    if staged.keepsakes or staged.shelf is None:
        kept.append((report, hash, how, staged))
    if shelves:
        _enter(vault, report, hash, how, shelves)
    done.reports.append(report)
    done.shelves += [s for s in shelves if s not in done.shelves]


def _enter(vault: Vault, report: SourceReport, hash: str, how: str, shelves: Sequence[str]) -> None:
    vault.db.execute(
        "INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?)",
        (hash, how, msgspec.json.encode(report).decode(), json.dumps(shelves)),
    )


def _place_keepsakes(
    vault: Vault,
    kept: Sequence[tuple[SourceReport, str, str, Staged]],
    subject: Sequence[str],
    clock: Clock,
    done: Imported,
) -> None:
    """At the end, when the person's shelf is there: keepsakes of one import lie together."""
    if not any(staged.keepsakes or staged.lost for _, _, _, staged in kept):
        return
    people = People(vault)
    speaker = next((s for s in map(people.find, subject) if s), None)
    shelf = next(
        (vault.shelf(e["id"]) for e in vault.shelves() if speaker and e["direct"] and e["speaker"] == speaker), None
    )
    own = keepsakes.own_shelf(vault, make=True)
    assert own is not None
    shelf = shelf or own
    known = names_person(vault, speaker)
    found = [keepsakes.Found(k, hash, report.path) for report, hash, _, staged in kept for k in staged.keepsakes]
    new: dict[str, int] = {}
    for place, mine in ((shelf, True), (own, False)):
        part = [f for f in found if (f.keepsake.kind in keepsakes.SHARED or known(f.keepsake)) is mine]
        for hash, n in keepsakes.keep(place, part, clock).items():
            new[hash] = new.get(hash, 0) + n
    by_path = {r.path: i for i, r in enumerate(done.reports)}
    with transaction(vault.db):
        for report, hash, how, staged in kept:
            if staged.shelf is None:
                source = shelf.add_source(hash, "")
                shelf.add_skipped((source, *row[1:]) for row in staged.lost)
            fresh = new.pop(hash, 0)
            whole = msgspec.structs.replace(
                report, new=report.new + fresh, duplicates=report.duplicates + len(staged.keepsakes) - fresh
            )
            done.reports[by_path[report.path]] = whole
            before = vault.db.execute(
                "SELECT shelves FROM source WHERE hash = ? AND options = ?", (hash, how)
            ).fetchone()
            places = [*(json.loads(before[0]) if before else ()), shelf.id, own.id]
            _enter(vault, whole, hash, how, list(dict.fromkeys(places)))


def _place(
    vault: Vault, staged: Staged, piece: Piece, options: Options, me: Sequence[str], subject: Sequence[str]
) -> tuple[list[str], int, bool]:
    """Give a staged file's chats their shelves: (shelves, utterances that were new, the file is one-sided)."""
    if staged.shelf is None:
        return [], 0, False
    people = People(vault)
    refs = {c.key: c for c in piece.importer.chats(piece.path, options)}
    chats = list(staged.sources)
    names = [*me, *(() if me else people.owner_names())]
    known = people.known()
    casts: dict[str, Cast] = {}
    seen: dict[str, list[HandleSeen]] = {chat: [] for chat in chats}
    for (chat, account, name, mine), id in staged.handles.items():
        seen[chat].append(HandleSeen(id, account, name or people.contact(account), mine, staged.counts.get(id, 0)))
    for chat, handles in seen.items():
        ref = refs.get(chat, ChatRef(key=chat))
        casts[chat] = cast_chat(ref, handles, me=names, subject=subject, known=known, alone=len(chats) == 1)
    owner = people.owner(me[0] if me else None)
    people.called(owner, me[1:])
    shelves: list[str] = []
    new = 0
    for chat, cast in casts.items():
        part = staged.shelf
        if len(chats) > 1:
            part = vault.stage()
            part.take_chat(staged.shelf, chat)
        ref = refs.get(chat, ChatRef(key=chat))
        shelf, added = _shelve(vault, people, part, ref, cast, owner, piece.importer.name, subject)
        shelves.append(shelf)
        new += added
    if len(chats) != 1:
        staged.shelf.close()
        vault.destroy(staged.shelf.id)
    return shelves, new, bool(refs) and all(r.one_sided for r in refs.values())


def _shelve(
    vault: Vault, people: People, part: Shelf, ref: ChatRef, cast: Cast, owner: str, platform: str,
    subject: Sequence[str],
) -> tuple[str, int]:  # fmt: skip
    others = {name: people.resolve(name, cast.accounts.get(name, ())) for name in cast.names}
    for name in others:
        if name in subject:
            people.called(others[name], subject)
    sides: dict[int, str] = {}
    with transaction(part.db):
        for handle, side in cast.sides.items():
            who = "" if not side else owner if side == "me" else others[side]
            sides[handle] = side if side in ("", "me") else "ta" if cast.direct else same_name(side)
            part.db.execute("UPDATE handle SET speaker = ? WHERE id = ?", (who, handle))
    minted = part.mint(lambda handle, at, kind, text: minute_key(sides.get(handle, ""), at, kind, text), mixed)
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
    return shelf.id, minted


def _existing(vault: Vault, speaker: str | None, title: str, direct: bool, others: dict[str, str]) -> Shelf | None:
    """The shelf of the same chat: for two people, theirs; for a group, the same title and two members in common."""
    for entry in vault.shelves():
        if direct and entry["direct"] and speaker and entry["speaker"] == speaker:
            return vault.shelf(entry["id"])
        group = not direct and not entry["direct"] and entry["platform"] != keepsakes.OWN
        if group and same_name(entry["title"]) == same_name(title):
            shelf = vault.shelf(entry["id"])
            if len({h[5] for h in shelf.handles()} & set(others.values())) >= min(2, len(others)):
                return shelf
    return None
