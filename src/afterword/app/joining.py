"""Two people who turn out to be one. In: the names that the user gives one person. Out: one speaker, one shelf.

Exports come in one by one, and only later is it said that "Lan Xu" is 许岚. What was imported as two people is joined
then: the shelves of their direct chats become one, group lines and names follow. A person who has a persona already keeps
it, so the other is joined to that one; of two personas neither is touched.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from afterword.app.people import People
from afterword.corpus import same_name
from afterword.store import Vault
from afterword.store.cipher import transaction


def join(vault: Vault, names: Sequence[str]) -> str:
    """The speaker who has all these names from now on; the first name is the one that is shown."""
    people = People(vault)
    personas = {r[0] for r in vault.db.execute("SELECT speaker FROM persona").fetchall()}
    found = list(dict.fromkeys(s for s in map(people.find, names) if s))
    kept = next((s for s in found if s in personas), None) or people.find(names[0]) or people.resolve(names[0], ())
    for other in found:
        if other != kept and other not in personas and other != people.owner(None):
            _into(vault, other, kept)
    people.called(kept, [n for n in names if people.find(n) in (None, kept)])
    return kept


def _into(vault: Vault, other: str, kept: str) -> None:
    target = next((e["id"] for e in vault.shelves() if e["direct"] and e["speaker"] == kept), None)
    for entry in vault.shelves():
        shelf = vault.shelf(entry["id"])
        with transaction(shelf.db):
            shelf.db.execute("UPDATE handle SET speaker = ? WHERE speaker = ?", (kept, other))
        if not (entry["direct"] and entry["speaker"] == other):
            continue
        if target is None:
            vault.db.execute("UPDATE shelf SET speaker = ? WHERE id = ?", (kept, entry["id"]))
            target = entry["id"]
            continue
        vault.shelf(target).merge(shelf)
        with transaction(vault.db):
            for hash, options, shelves in vault.db.execute("SELECT hash, options, shelves FROM source").fetchall():
                places = [target if s == entry["id"] else s for s in json.loads(shelves)]
                if places != json.loads(shelves):
                    vault.db.execute(
                        "UPDATE source SET shelves = ? WHERE hash = ? AND options = ?",
                        (json.dumps(list(dict.fromkeys(places))), hash, options),
                    )
        vault.destroy(entry["id"])
    with transaction(vault.db):
        vault.db.execute("UPDATE OR REPLACE alias SET speaker = ? WHERE speaker = ?", (kept, other))
        vault.db.execute("DELETE FROM speaker WHERE id = ?", (other,))


def swapped(name: str, me: Sequence[str], subject: Sequence[str]) -> bool:
    """Is the persona to have the name of the one who is telling? Then the two were mixed up."""
    own = {same_name(n) for n in me}
    return bool(own) and same_name(name) in own and bool({same_name(s) for s in subject} - own)
