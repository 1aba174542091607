"""Skill folders on disk: written beside the vault, installed where hosts look, removed when somebody is let go.

In: a profile. Out: folders. Every copy is entered in the register before it is written, so that none is forgotten.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.app.library import Library
from afterword.app.lived import lived, told_of
from afterword.errors import BadInput, BadSettings, NotAllowed
from afterword.model import Utterance
from afterword.profile import Profile
from afterword.skill import Example, Happened, SkillInput, lint, write
from afterword.store import Vault, pairs

HOSTS: dict[str, tuple[str, ...]] = {
    "agents": (".agents", "skills"),
    "claude": (".claude", "skills"),
    "codex": (".agents", "skills"),
    "gemini": (".gemini", "skills"),
    "opencode": (".config", "opencode", "skills"),
    "openclaw": (".openclaw", "skills"),
    "copilot": (".copilot", "skills"),
    "cursor": (".cursor", "skills"),
    "hermes": (".hermes", "skills"),
}
EXAMPLES = 24
HARD, QUOTED = ("fight", "repair", "break-up"), 3
MARK = "references/manifest.json"
"""The file by which a folder is known as ours: the first that is written and the last that is removed, so that a
process killed in between leaves nothing that the next one would not dare to touch."""


def skills_home(vault: Vault) -> Path:
    """Where skill folders are written: beside the vault, never in it, since hosts must read them in the clear."""
    return vault.home.with_name(vault.home.name + "-skills")


def render(profile: Profile, library: Library) -> dict[str, str]:
    """The files of a profile's skill."""
    quotes: dict[str, Utterance] = {}
    for claim in profile.claims:
        for quote in (*claim.evidence.quotes, *claim.against.quotes):
            said = library.find(quote.utterance)
            if said is not None:
                quotes[quote.utterance] = said
    files = write(SkillInput(profile, quotes, examples(profile, library), tuple(happened(profile, library))))
    faults = lint(profile.slug, files)
    if faults:
        raise BadInput(
            "skill.lint", "The skill would not be safe: " + "; ".join(faults[:5]), next_step="Please report this."
        )
    return files


def happened(profile: Profile, library: Library) -> Iterator[Happened]:
    """Events and facts with up to three lines each: fights and their mending among the hard days, facts among memories."""
    if profile.told_only:
        return
    found = lived(library, profile.speaker)
    names = {speaker: called[0] for speaker, called in library.called().items() if called}
    for id, day, line, kind, ids in told_of(library, found, names, profile.lang):
        section = "hard-days" if kind in HARD else "memories" if kind == "fact" else "timeline"
        quotes = tuple(
            ("" if u.speaker == profile.speaker else names.get(u.speaker, "?"), u)
            for i in ids[:QUOTED]
            if (u := library.find(i))
        )
        yield Happened(id, section, f"{day} {line}".strip(), quotes)


def examples(profile: Profile, library: Library) -> tuple[Example, ...]:
    """Turns of the person spread evenly over time, with what they answered: range rather than greatest hits."""
    if profile.told_only:
        return ()
    ids = pairs.in_time(library.shelf)
    step = max(1, len(ids) // EXAMPLES)
    out: list[Example] = []
    for pair in pairs.held(library.shelf, ids[step // 2 :: step][:EXAMPLES]).values():
        said = library.fetch(pair.rows)
        bubbles = tuple(said[r] for r in sorted(said))
        if bubbles and all(len(u.text) <= 300 for u in bubbles):
            out.append(Example(bubbles[:6], library.answered_by(bubbles[0])[-3:]))
    return tuple(out)


def put(vault: Vault, profile: Profile, files: dict[str, str], folder: Path, host: str) -> Path:
    """Write a skill folder (0700/0600), replacing an older copy of the same persona only."""
    if folder.name != profile.slug:
        raise BadInput(
            "skill.folder", f"The folder must be called {profile.slug}.", next_step="Choose its parent with --out."
        )
    if folder.is_symlink() or (folder.exists() and not ours(folder)):
        raise NotAllowed(
            "skill.occupied",
            f"{folder} exists and was not written by Afterword.",
            next_step="Choose another place with --out.",
        )
    vault.db.execute("INSERT OR REPLACE INTO copy VALUES (?, ?, ?)", (str(folder.absolute()), profile.slug, host))
    try:
        if folder.exists():
            remove(folder)
        if folder.parent == skills_home(vault):
            folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.chmod(folder.parent, 0o700)
        folder.mkdir(parents=True, mode=0o700)
        for path, text in sorted(files.items(), key=lambda f: f[0] != MARK):
            target = folder / path
            target.parent.mkdir(exist_ok=True, mode=0o700)
            with os.fdopen(
                os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="\n"
            ) as f:
                f.write(text)
    except OSError as e:
        raise BadSettings(
            "skill.write", f"{folder} cannot be written: {e.strerror}.", next_step="Choose another place with --out."
        ) from e
    return folder


def ours(folder: Path) -> bool:
    """Written by Afterword, or empty: a folder made and not yet filled when the process was killed."""
    return (folder / MARK).exists() or (folder.is_dir() and not any(p.is_file() for p in folder.rglob("*")))


def remove(folder: Path) -> None:
    """Everything in the folder, its mark last."""
    for path in folder.rglob("*"):
        if path != folder / MARK and (path.is_symlink() or not path.is_dir()):
            path.unlink()
    shutil.rmtree(folder)


def host_folder(host: str, project: Path | None) -> Path:
    if host not in HOSTS:
        raise BadInput("skill.host", f"{host!r} is not a known host.", next_step="One of: " + ", ".join(HOSTS))
    return (project or Path.home()).joinpath(*HOSTS[host])


def copies(vault: Vault, slug: str) -> list[dict[str, Any]]:
    rows = vault.db.execute("SELECT path, host FROM copy WHERE slug = ?", (slug,)).fetchall()
    return [{"path": p, "host": h, "there": Path(p).exists()} for p, h in rows]


def check(folder: Path) -> list[str]:
    """Faults of a skill folder on disk."""
    if not folder.is_dir():
        raise BadInput("skill.missing", f"There is no folder {str(folder)!r}.", next_step="Check the path.")
    files: dict[str, str] = {}
    faults: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            faults.append(f"{name} is a link")
        elif path.is_file():
            try:
                files[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                faults.append(f"{name} is not UTF-8 text")
    return faults + lint(folder.resolve().name, files)
