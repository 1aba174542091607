"""Keepsakes in the vault: photos, posts, dates, letters. In: what importers found. Out: rows in a shelf, one timeline.

They go to the shelf of the person the import was about, so that letting that person go takes them along; without a
person they go to a shelf of the owner's own, which every timeline may show and no letting-go removes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from afterword.corpus import Clock
from afterword.corpus.identity import digest
from afterword.corpus.towns import town_near
from afterword.errors import BadInput
from afterword.model import Keepsake
from afterword.store import Shelf, Vault

OWN = "keepsakes"
"""The `platform` of the owner's own shelf of keepsakes."""


SHARED = ("photo", "post", "voice")
"""Kinds that go with the person an import is about. Letters, notes, dates and contacts go only when they name the person:
a whole Documents folder holds much that is nobody's but the owner's."""


class Found(msgspec.Struct, frozen=True):
    """A keepsake with the file it lies in: source hash and path as shown."""

    keepsake: Keepsake
    hash: str
    file: str


def own_shelf(vault: Vault, *, make: bool = False) -> Shelf | None:
    """The shelf of keepsakes that belong to nobody in particular."""
    for entry in vault.shelves():
        if entry["platform"] == OWN:
            return vault.shelf(entry["id"])
    return vault.adopt(vault.stage(), speaker=None, title="", direct=False, platform=OWN) if make else None


def keep(shelf: Shelf, found: Sequence[Found], clock: Clock) -> dict[str, int]:
    """Put them into a shelf. Returns source hash → how many of them the shelf did not have."""
    new: dict[str, int] = {}
    by_file: dict[str, list[Found]] = {}
    for f in found:
        by_file.setdefault(f.hash, []).append(f)
    for hash, part in by_file.items():
        rows = [_row(f.keepsake, clock, hash) for f in part]
        places = [(row[0], hash, f.keepsake.locator, f.file) for row, f in zip(rows, part, strict=True)]
        new[hash] = shelf.keep_all(rows, places)
    return new


def _row(k: Keepsake, clock: Clock, hash: str) -> tuple[int, str, int | None, int, str, str]:
    at, east, day = moment(k.at, clock)
    body = {f.name: v for f in msgspec.structs.fields(Keepsake) if (v := getattr(k, f.name)) != f.default}
    body.pop("locator")
    text = json.dumps(msgspec.to_builtins(body), ensure_ascii=False, sort_keys=True)
    # two photos without a date may have one name: what tells them apart is the file
    key = digest(text + hash if k.kind in ("photo", "voice") else text)
    return key, k.kind, at, east, day, text


def moment(at: float | str | None, clock: Clock) -> tuple[int | None, int, str]:
    """(epoch seconds or None, minutes east, the day "YYYY-MM-DD" or "--MM-DD" or "")."""
    if at is None or at == "":
        return None, 0, ""
    try:
        if isinstance(at, str) and at.startswith("--"):
            return None, 0, at
        epoch, east = clock.local(at if "T" in at else at + "T00:00:00") if isinstance(at, str) else clock.instant(at)
    except (BadInput, ValueError, OverflowError):
        return None, 0, ""
    return epoch, east, datetime.fromtimestamp(epoch + east * 60, UTC).date().isoformat()


def shown(shelf: Shelf, lang: str = "en") -> Iterator[dict[str, Any]]:
    """Every keepsake: {"kind", "at", "day", "title", "text", …, "files": [{"file", "locator", "source"}]}.

    Where the file has a place in degrees and no name, "place" is the nearest town and "place_from" says so.
    """
    places = shelf.places_of_keepsakes()
    for key, kind, at, east, day, body in shelf.keepsakes():
        value = json.loads(body)
        raw = value.pop("at", None)
        dated_only = isinstance(raw, str) and "T" not in raw
        if value.get("where") and not value.get("place") and (town := town_near(tuple(value["where"]), lang)):
            value |= {"place": town, "place_from": "degrees"}
        yield {
            "id": f"k1:{key:016x}",
            "kind": kind,
            "at": "" if at is None or dated_only else datetime.fromtimestamp(at + east * 60, UTC).isoformat()[:19],
            "day": day,
            **{k: v for k, v in value.items() if k != "kind"},
            "files": [
                {"file": file, "locator": locator, "source": hash} for hash, locator, file in places.get(key, [])
            ],
        }


def count(shelf: Shelf | None) -> int:
    return int(shelf.db.execute("SELECT count(*) FROM keepsake").fetchone()[0]) if shelf else 0
