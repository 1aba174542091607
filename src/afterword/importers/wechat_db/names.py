"""Who is who: the database of contacts beside the messages. In: the messages' path and key. Out: account → name.

v3 keeps `MicroMsg.db` in the folder above, v4 `contact/contact.db`; tools that decrypt put them together under a
prefix of their own. Names are worth having and never worth failing for: what does not open is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import AfterwordError
from afterword.importers.wechat_db.opening import damage, is_encrypted, opened, tables

_FILES = ("MicroMsg.db", "contact.db")
_PREFIXES = ("", "de_", "decrypted_", "decoded_")


def names_beside(path: Path, key: str | None) -> dict[str, str]:
    """Account → name, from the contacts beside the messages."""
    found: dict[str, str] = {}
    for beside in _candidates(path):
        if is_encrypted(beside) and not key:
            continue
        try:
            with opened(beside, key) as db:
                found = names_in(db) | found
        except AfterwordError:
            continue
    return found


def names_in(db: Any) -> dict[str, str]:
    """Account → the owner's remark for it, else its own nickname."""
    found: dict[str, str] = {}
    try:
        has = tables(db)
        for table, account, remark, nick in (
            ("Contact", "UserName", "Remark", "NickName"),
            ("contact", "username", "remark", "nick_name"),
        ):
            if {account, remark, nick} <= has.get(table, set()):
                for a, r, n in db.execute(f"SELECT {account}, {remark}, {nick} FROM {table}"):
                    if isinstance(a, str) and (name := r or n) and isinstance(name, str):
                        found.setdefault(a, name)
    except damage():
        pass  # names only help; without them the accounts stand there
    return found


def _candidates(path: Path) -> Iterator[Path]:
    up = path.parent.parent
    for folder in (path.parent, up, up / "contact", up / "Contact", path.parent / "contact"):
        for name in _FILES:
            for prefix in _PREFIXES:
                file = folder / (prefix + name)
                if file.is_file() and file != path:
                    yield file
