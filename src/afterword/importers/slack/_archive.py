"""The zip of a workspace: its parts as JSON values. In: a path. Out: names of the parts, and each part parsed.

Nothing is unpacked to disk; a part is one channel's day and small, so it is read whole, and one that is not small is
refused. Whether the zip is safe is judged by its directory first (see `zips`).
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers import zips
from afterword.importers.json_values import list_of

PART = 256 << 20
"""Bytes one day of one channel may have."""
DAY = re.compile(r"(?:(.*)/)?([^/]+)/(\d{4}-\d\d-\d\d)\.json\Z")
LISTS = ("users.json", "org_users.json", "channels.json", "groups.json", "mpims.json", "dms.json")


def names_in_head(head: bytes) -> list[str]:
    """Names of the entries that begin in the first bytes of a zip."""
    found = []
    at = head.find(b"PK\x03\x04")
    while at != -1 and at + 30 <= len(head):
        n = int.from_bytes(head[at + 26 : at + 28], "little")
        found.append(head[at + 30 : at + 30 + n].decode("utf-8", errors="replace"))
        at = head.find(b"PK\x03\x04", at + 4)
    return found


class Archive:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Archive:
        self._infos = {i.filename: i for i in zips.entries(self.path)}
        days = [m for name in self._infos if (m := DAY.match(name))]
        self.top = min((f"{m[1]}/" if m[1] else "" for m in days), key=len, default="")
        # channel by channel, day by day
        self.days = sorted((m[2], m[3], m[0]) for m in days if (f"{m[1]}/" if m[1] else "") == self.top)
        self._zip = zipfile.ZipFile(self.path)
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def list(self, name: str) -> list[Any]:
        """A companion list, empty when the export has none or it cannot be read."""
        if self.top + name not in self._infos:
            return []
        try:
            value = self.part(self.top + name)
        except ValueError:
            return []
        return list_of(value)

    def part(self, name: str) -> Any:
        """One part parsed. ValueError when it is no JSON, or too large."""
        info = self._infos[name]
        if info.file_size > PART:
            raise ValueError(f"{info.file_size} bytes are too many for one day")
        try:
            with self._zip.open(info) as f:
                return json.loads(f.read(PART + 1).decode("utf-8-sig"), strict=False)
        except (*zips.BROKEN, OSError) as e:  # RecursionError is a RuntimeError
            raise ValueError(str(e)) from e

    def folders(self) -> Iterator[str]:
        seen: set[str] = set()
        for folder, _, _ in self.days:
            if folder not in seen:
                seen.add(folder)
                yield folder
