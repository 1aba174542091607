"""Is this vault sound? In: an open vault. Out: checks with what was found; nothing is changed."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from afterword.app.personas import today
from afterword.guard import helplines
from afterword.store import Vault

SYNCED = ("dropbox", "onedrive", "icloud", "mobile documents", "google drive", "nutstore", "坚果云", "百度网盘")


def checks(vault: Vault) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []

    def add(check: str, ok: bool, found: str) -> None:
        out.append({"check": check, "ok": ok, "found": found})

    add("cipher", True, str(vault.db.execute("PRAGMA cipher_version").fetchone()[0]))
    add("header", not (vault.home / "vault.db").read_bytes()[:16].startswith(b"SQLite format"), "vault.db")
    for entry in vault.shelves():
        faults = vault.shelf(entry["id"]).db.execute("PRAGMA cipher_integrity_check").fetchall()
        add("integrity", not faults, f"{entry['id']}: {len(faults)} faults")
    loose = [
        p.name
        for p in vault.home.rglob("*")
        if stat.S_IMODE(p.stat().st_mode) & 0o077 and not p.name.endswith(("-shm", "-wal"))
    ]
    add("permissions", not loose, ", ".join(loose) or "0700/0600")
    here = str(vault.home.resolve()).casefold()
    synced = [s for s in SYNCED if s in here]
    add("not-synced", not synced, ", ".join(synced) or str(vault.home))
    add("not-in-git", not _in_git(vault.home), str(vault.home))
    stale = [h.country for h in helplines(today()) if h.expires_on < today()]
    add("helplines", not stale, ", ".join(stale) or "current")
    return out


def _in_git(home: Path) -> bool:
    return any((p / ".git").exists() for p in (home, *home.resolve().parents))
