"""Whose archive it is. In: the path of a thread's file. Out: the owner's name among its people, "" when nothing says it.

A thread names its people and never the owner. Three things beside it do: the account's own file, the title of a direct
chat (it is the other side's name), and that the owner alone is in every thread. Nothing else is asked.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from afterword.importers.meta.words import words

ACCOUNT_FILES = (
    "profile_information/profile_information.json",
    "personal_information/profile_information/profile_information.json",
    "personal_information/personal_information.json",
    "personal_information/personal_information/personal_information.json",
    "account_information/personal_information.json",
    "messages/autofill_information.json",
    "your_facebook_activity/messages/autofill_information.json",
    "your_activity_across_facebook/messages/autofill_information.json",
    "autofill_information.json",
    "profile.json",
)
ABOVE = 7
"""Folders above a file that are looked through for the account's file."""
THREADS = 60
"""Threads beside a file whose people are compared."""
_PEOPLE = re.compile(r'"participants"\s*:\s*(\[[^\]]*\])')


def owner_of(path: Path, title: str, people: Iterable[str]) -> str:
    """The owner's name as it stands among `people`, or ""."""
    inside = list(dict.fromkeys(p for p in people if p))
    names = account_names(path.parent)
    found = [p for p in inside if p in names]
    if len(found) == 1:
        return found[0]
    if len(inside) == 2 and title in inside:
        return inside[1 - inside.index(title)]
    everywhere = in_every_thread(path)
    return everywhere if everywhere in inside else ""


def account_names(folder: Path) -> frozenset[str]:
    """Names and account names that the archive's own account file gives its owner; empty without such a file."""
    for above in [folder, *folder.parents][:ABOVE]:
        for relative in ACCOUNT_FILES:
            file = above / relative
            try:
                if not file.is_file() or file.stat().st_size > 4 << 20:
                    continue
                names = _names(json.loads(file.read_bytes()))
            except (OSError, ValueError, RecursionError):
                continue
            if names:
                return frozenset(names)
    return frozenset()


def _names(data: Any) -> Iterator[str]:
    if not isinstance(data, dict):
        return
    for key in ("profile_v2", "profile"):
        if isinstance(profile := data.get(key), dict):
            name = profile.get("name")
            full = name.get("full_name") if isinstance(name, dict) else name
            if isinstance(full, str):
                yield words(full)
    for key in ("autofill_information_v2", "autofill_information"):
        known = data.get(key)
        listed = known.get("FULL_NAME") if isinstance(known, dict) else None
        for name in listed if isinstance(listed, list) else [listed]:
            if isinstance(name, str):
                yield words(name)
    if isinstance(users := data.get("profile_user"), list):
        for user in users:
            fields = user.get("string_map_data") if isinstance(user, dict) else None
            # The labels are in the account's language, so every value may be the name; only people are compared.
            for field in fields.values() if isinstance(fields, dict) else ():
                if isinstance(field, dict) and isinstance(field.get("value"), str) and field["value"]:
                    yield words(field["value"])
    if isinstance(data.get("username"), str):
        yield words(data["username"])
        if isinstance(data.get("name"), str):
            yield words(data["name"])


def in_every_thread(path: Path) -> str:
    """The one name that all threads beside this one share; "" for fewer than two threads or more than one name."""
    for folder, each in ((path.parent, False), (path.parent.parent, True)):
        try:
            threads = _people(str(folder), folder.stat().st_mtime_ns, each)
        except OSError:
            continue
        if len(threads) > 1:
            seen = Counter(name for people in threads for name in people)
            found = [name for name, n in seen.items() if n == len(threads)]
            return found[0] if len(found) == 1 else ""
    return ""


@lru_cache(maxsize=16)
def _people(folder: str, _changed: int, each: bool) -> frozenset[frozenset[str]]:
    """The people of the threads in a folder: a file each, or with `each` a folder each."""
    return frozenset(frozenset(p) for p in (_folders(Path(folder)) if each else _flat(Path(folder))))


def _flat(folder: Path) -> Iterator[list[str]]:
    """People of the threads that lie in one folder, a file each."""
    for file in _some(folder, ".json"):
        if people := people_of(file):
            yield people


def _folders(folder: Path) -> Iterator[list[str]]:
    """People of the threads that lie in a folder each."""
    for thread in _some(folder, ""):
        for file in _some(thread, ".json")[:3]:
            if people := people_of(file):
                yield people
                break


def _some(folder: Path, suffix: str) -> list[Path]:
    try:
        found = [p for p in folder.iterdir() if p.suffix == ".json" or not suffix]
        return sorted(p for p in found if (p.is_file() if suffix else p.is_dir()) and not p.is_symlink())[:THREADS]
    except OSError:
        return []


def people_of(file: Path) -> list[str]:
    """The names in a thread's list of participants, which stands at its head."""
    try:
        with file.open("rb") as f:
            head = f.read(16 << 10).decode("utf-8", "replace")
    except OSError:
        return []
    m = _PEOPLE.search(head)
    try:
        return names_in(json.loads(m[1], strict=False)) if m else []
    except (ValueError, RecursionError):
        return []


def names_in(people: Any) -> list[str]:
    """Names of [{"name": …}] or ["…"]."""
    if not isinstance(people, list):
        return []
    found = [words(p.get("name") if isinstance(p, dict) else p) for p in people]
    return [n for n in found if n]
