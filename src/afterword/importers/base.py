"""The contract every importer keeps, and the door that finds them.

In: a path. Out: an iterator of Message and Skipped in file order, one for every record. An importer says *where* a
record lies; who the people are is the corpus's business. No importer knows another: adding a platform is one module
that defines `importer`, and one case folder under `tests/importers/`. Third parties use the entry-point group
`afterword.importers`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

import msgspec

from afterword.errors import BadInput, ChoiceNeeded
from afterword.importers import workbooks
from afterword.model import ChatRef, FileFacts, Keepsake, Message, Skipped

HEAD = 64 * 1024
"""Bytes an importer may look at to recognise a file."""


class Match(msgspec.Struct, frozen=True):
    """An importer's claim on a file: 0 < score <= 1 (1 = a signature no other format has), and why.

    companion  the file belongs to an export but holds no records of its own (a list of members, an account file)
    """

    score: float
    reason: str
    companion: bool = False


class Options(msgspec.Struct, frozen=True):
    """What the caller decided. Anything None is inferred from the whole file, or asked for with ChoiceNeeded.

    date_order   "dmy" | "mdy" | "ymd"
    encoding     a Python codec name
    mapping      for generic tables: {"at": column, "speaker": column, "text": column, "kind": column}
    confirmed    the user has seen what an importer that can misread (a screenshot's) has read
    key          for an encrypted database: the key that the user holds, 64 hexadecimal digits; never kept
    """

    date_order: str | None = None
    encoding: str | None = None
    mapping: dict[str, str] | None = None
    key: str | None = None
    confirmed: bool = False


Record = Message | Keepsake | Skipped | FileFacts
"""What `read` yields. All but FileFacts are records; each is counted."""


class Importer(Protocol):
    """`read` yields exactly one Message, Keepsake or Skipped for each record and never keeps the file in memory.

    It may look at files beside its own (members, an account file); the caller keeps the parts of an export together.

    `chats` yields the chats of the file, keyed as `Message.chat`; a single-chat file yields one with key "".

    An importer of tables may define `sniff_sheets(sheets)` as well: the first rows of an xlsx, as `workbooks` has them.
    """

    name: str
    version: int
    title: str

    def sniff(self, head: bytes, filename: str) -> Match | None: ...

    def read(self, path: Path, options: Options) -> Iterator[Record]: ...

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]: ...


@cache
def importers() -> dict[str, Importer]:
    """Every importer by name: modules of this package that define `importer`, then entry points."""
    package = importlib.import_module("afterword.importers")
    found: dict[str, Importer] = {}
    for info in pkgutil.walk_packages(package.__path__, "afterword.importers."):
        module: Any = importlib.import_module(info.name)
        if hasattr(module, "importer"):
            found[module.importer.name] = module.importer
    for point in entry_points(group="afterword.importers"):
        found[point.name] = point.load()
    return dict(sorted(found.items()))


def identify(path: Path) -> tuple[Importer, Match]:
    """The one importer that knows the file. BadInput when none does, ChoiceNeeded when two are equally sure."""
    with path.open("rb") as f:
        head = f.read(HEAD)
    if not head:
        raise BadInput(
            "import.empty",
            f"{path.name} is empty (0 bytes).",
            next_step="Export the chat again and check the file's size.",
            path=str(path),
        )
    sheets = workbooks.beginnings(path) if workbooks.is_workbook(path, head) else None
    claims = sorted(
        ((m, i) for i in importers().values() if (m := _sniffed(i, head, path.name, sheets))), key=lambda c: -c[0].score
    )
    if not claims:
        raise BadInput(
            "import.unknown",
            f"{path.name} is not a chat export that Afterword knows.",
            next_step=f"{len(importers())} formats are known (docs/reference/formats.md). How to get one from your app: "
            "afterword guide. For a table of your own use --map.",
            path=str(path),
        )
    if len(claims) > 1 and claims[0][0].score == claims[1][0].score:
        raise ChoiceNeeded(
            "import.ambiguous",
            f"{path.name} could be " + " or ".join(i.title for _, i in claims[:2]) + ".",
            next_step="Say which with --importer.",
            choices=[i.name for _, i in claims],
        )
    return claims[0][1], claims[0][0]


def _sniffed(importer: Importer, head: bytes, filename: str, sheets: list[workbooks.Sheet] | None) -> Match | None:
    looks: Any = getattr(importer, "sniff_sheets", None)
    if sheets is None or looks is None:
        return importer.sniff(head, filename)
    match: Match | None = looks(sheets)
    return match
