"""Tables as a spreadsheet keeps them (xlsx; extra `docs-import`). In: a path. Out: rows of text, as a csv of the same
sheet would give them.

A sheet is streamed, its shared texts are held. A date is written with the year first; whether it has a time of day is
the cell's own format, as a csv shows it. A number of more than fifteen digits has been rounded when a spreadsheet saved
it, and is written as a spreadsheet shows it, so that nobody takes it for an exact id.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers import zips
from afterword.importers.reading import damaged_document, library

HELD = 512 << 20
"""Bytes of a part that is not streamed: the shared texts, the formats."""
ROWS, COLUMNS = 1_048_576, 512
"""Rows that a sheet can have, columns that are read of one."""
PEEK = 30
"""Rows of a sheet among which its header is looked for."""
_CHUNK = 500
_CLOCK = re.compile(r"[hs]", re.I)
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]hms]*\]', re.I)
_CONTROL = re.compile(r"_x00([01][0-9A-Fa-f])_")
Row = tuple[int, list[str]]
Sheet = tuple[str, list[list[str]]]


def is_workbook(path: Path, head: bytes) -> bool:
    """Is it an xlsx? `head`: its first bytes; only a zip that speaks of sheets is opened to see."""
    if not head.startswith(b"PK\x03\x04") or not (b"[Content_Types].xml" in head or b"xl/" in head):
        return False
    try:
        with zipfile.ZipFile(path) as z:
            return "xl/workbook.xml" in z.namelist()
    except zips.BROKEN:
        return path.suffix.lower() in (".xlsx", ".xlsm") and b"xl/" in head


def opens(path: Path) -> bool:
    """`is_workbook`, where the head is not at hand."""
    with path.open("rb") as f:
        return is_workbook(path, f.read(1 << 16))


def beginnings(path: Path) -> list[Sheet]:
    """(name, first rows) of every sheet, for `sniff_sheets`."""
    return [(name, [row for _, row in islice(rows, PEEK)]) for name, _, rows in sheets(path)]


def sheets(path: Path) -> Iterator[tuple[str, str, Iterator[Row]]]:
    """(name, what stands before "row 7" in a row's place, rows) of every sheet, "" before where there is only one.

    The rows of one sheet must be read before the next is asked for. They are numbered as the spreadsheet does; rows
    without a cell are left out.
    """
    for info in zips.entries(path):
        if info.file_size > HELD and not info.filename.startswith("xl/worksheets/"):
            raise BadInput(
                "import.zip.bomb",
                f"{path.name}: {info.filename[:80]!r} would unpack to {info.file_size} bytes.",
                next_step="If you trust it, save its sheets as csv (UTF-8).",
                path=str(path),
            )
    with library(partial(damaged_document, path)):
        book = _opened(path)
    try:
        with library(partial(damaged_document, path)):
            found = [(str(sheet.title), sheet) for sheet in book.worksheets]
        many = len(found) > 1
        twice = len({name for name, _ in found}) < len(found)
        for n, (name, sheet) in enumerate(found, 1):
            yield name, f"{name} {n} " if twice else f"{name} " if many else "", _rows(path, sheet)
    finally:
        book.close()


def _opened(path: Path) -> Any:
    try:
        import openpyxl
    except ImportError as e:
        raise BadInput(
            "import.docs.extra",
            f"{path.name}: the library that reads Excel tables is not installed.",
            next_step="Install it: pip install 'afterword[docs-import]'. Or save the table as csv (UTF-8).",
            path=str(path),
        ) from e
    with warnings.catch_warnings():  # of styles and rules that are not read anyway
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)


def _rows(path: Path, sheet: Any) -> Iterator[Row]:
    """Rows of text as wide as the widest of the first ones: what stands beside the table is no part of it."""
    broken = partial(damaged_document, path)
    with library(broken), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet.reset_dimensions()  # what a file says of its own size need not be true
        first = list(_texts(sheet.iter_rows(max_row=PEEK, max_col=COLUMNS)))
    width = max((len(row) for _, row in first), default=0)
    yield from first
    if not width:
        return
    rest = _texts(sheet.iter_rows(min_row=PEEK + 1, max_row=ROWS, max_col=width))
    while True:
        with library(broken), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chunk = list(islice(rest, _CHUNK))
        yield from chunk
        if len(chunk) < _CHUNK:
            return


def _texts(rows: Iterator[tuple[Any, ...]]) -> Iterator[Row]:
    for cells in rows:
        number = 0
        row: list[str] = []
        for n, cell in enumerate(cells):
            value = cell.value
            if value is None:
                continue
            number = cell.row
            row += [""] * (n - len(row))
            row.append(value if type(value) is str and "\r" not in value and "_x" not in value else text(value, cell))
        if number and any(row):
            yield number, row


def text(value: Any, cell: Any = None) -> str:
    """A cell's value as a csv would have it."""
    if isinstance(value, str):
        return _CONTROL.sub(lambda m: chr(int(m[1], 16)), value).replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return f"{value:.5E}" if abs(value) >= 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        at = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        shows_clock = _CLOCK.search(_LITERAL.sub("", str(getattr(cell, "number_format", "") or "h")))
        return at.isoformat(" ") if shows_clock or at.time() != time() else at.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return f"{value}"


def header(rows: Iterator[Row], fits: Callable[[list[str]], bool]) -> tuple[list[Row], list[str], Iterator[Row]]:
    """(rows above the header, the header, the rows below it). Without a header: no cells, and all rows are below.

    A table may stand below a title or a few lines about the chat, which a csv of it would not have.
    """
    above: list[Row] = []
    for number, row in islice(rows, PEEK):
        cells = [c.strip() for c in row]
        if fits(cells):
            return above, cells, rows
        above.append((number, row))
    return [], [], chain(above, rows)
