"""Letting somebody go. In: a persona and its name typed out. Out: nothing left of it here, and an honest receipt.

The order matters: skill copies first (they are in the clear), then the key, then the encrypted file, then the
register's entries. Files in the clear that the user asked for go with the copies. If anything fails on the way, what is left is less than before and the next try goes on from there.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from afterword.app import keepsakes
from afterword.app.hosts import copies, ours, remove
from afterword.app.models import forget_pseudonyms
from afterword.app.people import People
from afterword.app.personas import Personas, now_text
from afterword.app.private_files import written
from afterword.corpus import same_name
from afterword.errors import BadInput, NotFound
from afterword.store import Vault, blocks, pairs
from afterword.store.cipher import transaction

OUT_OF_REACH = ("exports", "files", "backups", "hosts", "devices")


def whom(vault: Vault, person: str | None) -> dict[str, Any]:
    """The persona, or somebody whose records were imported and who has none: {"slug", "name", "speaker", "shelf"}."""
    try:
        return Personas(vault).one(person)
    except NotFound:
        people = People(vault)
        speaker = people.find(person or "")
        if speaker is None or speaker == people.owner(None):
            raise
        shelf = next((e["id"] for e in vault.shelves() if e["direct"] and e["speaker"] == speaker), "")
        return {"slug": "", "name": people.name(speaker), "speaker": speaker, "shelf": shelf}


def plan(vault: Vault, person: str | None) -> dict[str, Any]:
    """What would go: the persona, its records, its copies; and what Afterword cannot reach."""
    entry = whom(vault, person)
    shelf = vault.shelf(entry["shelf"]) if entry["shelf"] else None
    count, versions = (
        (shelf.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] if shelf else 0)
        for table in ("utterance", "version")
    )
    same, changed = written(vault, entry["shelf"])
    return {
        "person": entry["slug"] or entry["name"],
        "name": entry["name"],
        "utterances": count,
        "versions": versions,
        "copies": [c["path"] for c in copies(vault, entry["slug"]) if c["there"]],
        "files": same,
        "files_changed": changed,
        "out_of_reach": list(OUT_OF_REACH),
        "groups": _in_groups(vault, entry["speaker"]),
        "keepsakes": keepsakes.count(shelf),
        "own_keepsakes": keepsakes.count(keepsakes.own_shelf(vault)),
    }


def _in_groups(vault: Vault, speaker: str) -> int:
    """Lines of the person that stand in group chats."""
    n = 0
    for entry in vault.shelves():
        if not entry["direct"]:
            shelf = vault.shelf(entry["id"])
            ids = [h[0] for h in shelf.handles() if h[5] == speaker]
            marks = ",".join("?" * len(ids))
            n += shelf.db.execute(f"SELECT count(*) FROM utterance WHERE handle IN ({marks})", ids).fetchone()[0]
    return n


def let_go(vault: Vault, person: str | None, typed: str) -> dict[str, Any]:
    """Do it. BadInput unless `typed` is the persona's name or slug."""
    entry = whom(vault, person)
    if same_name(typed) not in (same_name(entry["name"]), entry["slug"]):
        raise BadInput(
            "let-go.name",
            "The name that was typed is not the persona's name. Nothing was removed.",
            next_step=f"Type {entry['name']} to confirm.",
        )
    what = plan(vault, person)
    for copy in copies(vault, entry["slug"]):
        path = Path(copy["path"])
        with contextlib.suppress(OSError):  # a copy that cannot be removed stands in the receipt; the key goes anyway
            if path.is_symlink():
                path.unlink()
            elif path.is_dir() and ours(path):
                remove(path)
    for file in what["files"]:
        with contextlib.suppress(OSError):
            Path(file).unlink()
    groups = 0
    for group in vault.shelves():
        if not group["direct"]:
            groups += _leave_group(vault.shelf(group["id"]), entry["speaker"])
    if entry["shelf"]:
        vault.destroy(entry["shelf"])
    forget_pseudonyms(vault)
    with transaction(vault.db):
        db = vault.db
        db.execute("DELETE FROM copy WHERE slug = ?", (entry["slug"],))
        db.execute("DELETE FROM persona WHERE slug = ?", (entry["slug"],))
        db.execute("DELETE FROM written WHERE shelf = ?", (entry["shelf"],))
        names = {
            same_name(entry["name"]),
            *(r[0] for r in db.execute("SELECT alias FROM alias WHERE speaker = ?", (entry["speaker"],))),
        }
        for account, name in db.execute("SELECT account, name FROM contact").fetchall():
            if same_name(name) in names or account in names:
                db.execute("DELETE FROM contact WHERE account = ?", (account,))
        db.execute("DELETE FROM alias WHERE speaker = ?", (entry["speaker"],))
        db.execute("DELETE FROM speaker WHERE id = ?", (entry["speaker"],))
        for hash, options, shelves in db.execute("SELECT hash, options, shelves FROM source").fetchall():
            if entry["shelf"] and f'"{entry["shelf"]}"' in shelves:
                db.execute("DELETE FROM source WHERE hash = ? AND options = ?", (hash, options))
    vault.forget()
    left = [c for c in what["copies"] if Path(c).exists()]
    files_left = [f for f in what["files"] if Path(f).exists()]
    return {
        "person": entry["slug"] or entry["name"],
        "at": now_text(),
        "key": "destroyed",
        "utterances": what["utterances"],
        "versions": what["versions"],
        "copies": [c for c in what["copies"] if c not in left],
        "copies_left": left,
        "files": [f for f in what["files"] if f not in files_left],
        "files_left": files_left,
        "files_changed": what["files_changed"],
        "group_lines": groups,
        "keepsakes": what["keepsakes"],
        "own_keepsakes": what["own_keepsakes"],
        "out_of_reach": list(OUT_OF_REACH),
    }


def _leave_group(shelf: Any, speaker: str) -> int:
    ids = [h[0] for h in shelf.handles() if h[5] == speaker]
    if not ids:
        return 0
    marks = ",".join("?" * len(ids))
    with transaction(shelf.db):
        rows = f"SELECT row FROM utterance WHERE handle IN ({marks})"
        n = int(shelf.db.execute(f"SELECT count(*) FROM ({rows})", ids).fetchone()[0])
        shelf.db.execute(f"DELETE FROM identity WHERE row IN ({rows})", ids)
        shelf.db.execute(f"DELETE FROM also WHERE row IN ({rows})", ids)
        shelf.db.execute(f"DELETE FROM utterance WHERE handle IN ({marks})", ids)
        shelf.db.execute(f"DELETE FROM handle WHERE id IN ({marks})", ids)
        shelf.db.execute("DELETE FROM cache")
        shelf.db.execute("DELETE FROM vector")
        blocks.clear(shelf)
        pairs.clear(shelf)
    shelf.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return n
