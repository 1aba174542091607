"""One line of time: talks and keepsakes, each with the files it stands in.

In: a person's shelf and the owner's own keepsakes. Out: JSON-ready items in time order; what has no date stands last.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from afterword.app import keepsakes
from afterword.app.library import Library
from afterword.app.people import People
from afterword.errors import ChoiceNeeded, NotFound
from afterword.model.corpus import SESSION_GAP
from afterword.store import Shelf, Vault

TAGGED = re.compile(r"[a-z]\d:")
SHORT = len("k1:") + 8
"""Characters of an id that a line of time shows; they are enough to open it."""


def of(vault: Vault, shelf: Shelf, lang: str) -> list[dict[str, Any]]:
    """Items {"type": "talk" | "keepsake", "day", "at", "files", …}.

    talk      "until", "messages", "by": {name: messages}; sessions end with six hours of silence
    keepsake  "kind", "title", "text", "place", … as the file has them
    """
    items = [*_talks(vault, shelf)]
    for part in (shelf, keepsakes.own_shelf(vault)):
        items += [{"type": "keepsake", **k} for k in keepsakes.shown(part, lang)] if part else []
    return in_order(items)


def in_order(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By time; what has no date last, and of one day what is of the whole day first."""
    return sorted(items, key=lambda i: (not i["day"] or i["day"].startswith("--"), i["day"], i["at"]))


def files_of(vault: Vault, library: Library, ids: Sequence[str]) -> dict[str, set[str]]:
    """Utterance id → the files it stands in."""
    shelf, names = library.shelf, _files(vault)
    rows = {u.row: id for id in dict.fromkeys(ids) if (u := library.find(id))}
    out: dict[str, set[str]] = {}
    for row, id in rows.items():
        found = shelf.db.execute(
            "SELECT s.hash FROM utterance u JOIN source s ON s.id = u.source WHERE u.row = ? "
            "UNION SELECT s.hash FROM also a JOIN source s ON s.id = a.source WHERE a.row = ?",
            (row, row),
        ).fetchall()
        out[id] = {names.get(h[0], h[0]) for h in found}
    return out


def one(items: list[dict[str, Any]], id: str) -> dict[str, Any]:
    """The item with this id, or with an id that begins so; what is given without a tag is a keepsake's."""
    wanted = id.strip().casefold()
    wanted = wanted if TAGGED.match(wanted) else "k1:" + wanted
    found = [i for i in items if len(wanted) > len("k1:") and i.get("id", "").startswith(wanted)]
    exact = [i for i in found if i["id"] == wanted]
    if not found:
        raise NotFound(
            "timeline.unknown",
            f"There is nothing in this timeline with the id {id!r}.",
            next_step="The ids stand at the ends of the lines: afterword timeline",
        )
    if len(found) > 1 and not exact:
        raise ChoiceNeeded(
            "timeline.which",
            f"{len(found)} items have an id that begins with {id!r}.",
            next_step="Give more of it.",
            choices=[i["id"] for i in found],
        )
    return (exact or found)[0]


def _talks(vault: Vault, shelf: Shelf) -> Iterator[dict[str, Any]]:
    people = People(vault)
    names = {h[0]: people.name(h[5]) for h in shelf.handles() if h[5]}
    files = _files(vault)
    lies_in = {id: files.get(hash, hash) for id, hash in shelf.db.execute("SELECT id, hash FROM source")}
    more: dict[int, set[str]] = {}
    for row, hash in shelf.db.execute("SELECT a.row, s.hash FROM also a JOIN source s ON s.id = a.source"):
        more.setdefault(row, set()).add(files.get(hash, hash))
    by: Counter[str] = Counter()
    found: set[str] = set()
    start = end = last = 0

    def talk() -> dict[str, Any]:
        first, until = (datetime.fromtimestamp(t, UTC).isoformat()[:19] for t in (start, end))
        return {
            "type": "talk",
            "day": first[:10],
            "at": first,
            "until": until,
            "messages": by.total(),
            "by": dict(by.most_common()),
            "files": [{"file": f} for f in sorted(found)],
        }

    for row, handle, at, east, source in shelf.db.execute(
        "SELECT u.row, u.handle, u.at, u.east, u.source FROM utterance u JOIN identity i ON i.row = u.row "
        "WHERE u.at != 0 ORDER BY u.at, u.row"
    ):
        if handle not in names:
            continue
        if by and at - last > SESSION_GAP:
            yield talk()
            by.clear()
            found.clear()
        if not by:
            start = at + east * 60
        last, end = at, at + east * 60
        by[names[handle]] += 1
        found.add(lies_in[source])
        found |= more.get(row, set())
    if by:
        yield talk()


def _files(vault: Vault) -> dict[str, str]:
    """Source hash → the path it was imported from, as shown."""
    return {
        hash: str(json.loads(report)["path"]) for hash, report in vault.db.execute("SELECT hash, report FROM source")
    }


def photos_by_month(items: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """ "2023-05" → photos of that month; "" → photos without a date."""
    out: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        if item.get("kind") == "photo":
            out.setdefault(item["day"][:7], []).append(item)
    return dict(sorted(out.items(), key=lambda m: (not m[0], m[0])))
