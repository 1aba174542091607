"""Reading text files as they come off phones: encodings, line ends, big files.

In: a path. Out: lines with their numbers, without their ends. `str.splitlines` is never used: bodies hold U+2028,
U+0085, VT and FF. Decoding goes down a ladder and the choice can be asked for, never assumed silently.
"""

from __future__ import annotations

import codecs
import contextlib
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from afterword.errors import AfterwordError, BadInput

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK = 1 << 20
DEEP = 5_000


CUT = ("unexpected end of data", "incomplete multibyte sequence", "truncated data")
"""How codecs call a character that the end of the file cuts."""


def _cut_tail(e: UnicodeError) -> tuple[str, int]:
    """A file that ends inside its last character is cut, not in another encoding; anywhere else it is an error."""
    if isinstance(e, UnicodeDecodeError) and e.reason in CUT and e.end == len(e.object):
        return "\ufffd", e.end
    raise e


TAIL = "afterword-tail"
"""The error handler that every text file is read with."""
codecs.register_error(TAIL, _cut_tail)


@contextlib.contextmanager
def library(broken: Callable[[Exception], AfterwordError]) -> Iterator[None]:
    """Somebody else's parser at work: on a damaged file it raises whatever it thinks of, which becomes one error here."""
    try:
        yield
    except AfterwordError:
        raise
    except Exception as e:  # noqa: BLE001 - no list of what parsers raise is ever complete
        raise broken(e) from e


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(TAIL)
    try:
        with path.open("rb") as f:
            while block := f.read(CHUNK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except (UnicodeDecodeError, UnicodeError):
        return False
    return True


def encoding_of_head(head: bytes) -> str:
    """A codec for the first bytes of a file (the last character may be cut). For `sniff` only."""
    for bom, name in BOMS:
        if head.startswith(bom):
            return name
    if len(head) > 3 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if len(head) > 3 and head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    for cut in range(4):
        try:
            head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return "utf-8"
    return "gb18030"


@functools.lru_cache(maxsize=4)
def head_text(head: bytes) -> str:
    """The head as text, newlines as they are, marks at the start removed; undecodable bytes replaced."""
    return head.decode(encoding_of_head(head), errors="replace").lstrip("\ufeff")


def encoding_of(path: Path, asked: str | None = None) -> str:
    """The codec that reads the whole file without one replacement: BOM, UTF-8, UTF-16, GB18030, then a statistical guess.

    BadInput ("import.encoding") when nothing does, or when the asked codec does not.
    """
    if asked:
        if _decodes(path, asked):
            return asked
        raise BadInput(
            "import.encoding", f"{path.name} is not {asked} text.", next_step="Leave out --encoding or name another."
        )
    with path.open("rb") as f:
        head = f.read(1 << 16)
    guess = encoding_of_head(head)
    if guess != "gb18030" and _decodes(path, guess):
        return guess
    if _decodes(path, "gb18030"):
        return "gb18030"
    from charset_normalizer import from_bytes  # late: only odd files need it

    best = from_bytes(head).best()
    if best is not None and _decodes(path, best.encoding):
        return best.encoding
    if guess == "utf-8" or best is None:
        raise BadInput(
            "import.encoding",
            f"{path.name}: the text encoding could not be told.",
            next_step="Name it with --encoding, for example --encoding cp1252.",
        )
    return best.encoding


def lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """(line number from 1, line without its \\n or \\r\\n), streaming. A leading BOM is dropped."""
    with path.open("r", encoding=encoding, newline="\n", errors=TAIL) as f:
        for number, line in enumerate(f, 1):
            if number == 1:
                line = line.lstrip("\ufeff")
            if line.endswith("\n"):
                line = line[:-2] if line.endswith("\r\n") else line[:-1]
            yield number, line


def table(path: Path, encoding: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """(line number at the row's end, cells) of a csv file, header first, streaming; quoted newlines stay in their cell."""
    import csv

    csv.field_size_limit(1 << 27)
    with path.open("r", encoding=encoding, newline="", errors=TAIL) as f:
        reader = csv.reader((line.replace("\0", "") for line in f), delimiter=delimiter)
        try:
            for row in reader:
                if reader.line_num == 1 and row:
                    row[0] = row[0].lstrip("\ufeff")
                yield reader.line_num, [c.replace("\r\n", "\n") if "\r" in c else c for c in row]
        except csv.Error as e:
            raise BadInput(
                "import.csv",
                f"{path.name}, line {reader.line_num}: {e}.",
                next_step="Export the table again as csv (UTF-8).",
            ) from e


def json_line(line: str) -> Any:
    """One line of JSON; half a character (an escape cut by the app that wrote it) becomes "?". ValueError otherwise."""
    value = json.loads(line)
    if "\\ud" in line or "\\uD" in line:  # rare, so the price of writing it out once more does not matter
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def header_cells(head: bytes) -> list[str]:
    """The cells of a csv head's first line, for `sniff`."""
    first = head_text(head).split("\n", 1)[0].rstrip("\r")
    return [c.strip().strip('"') for c in first.split("\t" if "\t" in first else ",")]


class _Shallow:
    """A JSON file that refuses to nest without end: a parser's path grows with the depth, and its memory with the square."""

    def __init__(self, raw: BinaryIO, name: str) -> None:
        self._raw, self._name, self._depth = raw, name, 0

    def read(self, size: int = -1) -> bytes:
        block = self._raw.read(size)
        self._depth += block.count(b"[") + block.count(b"{") - block.count(b"]") - block.count(b"}")
        if self._depth > DEEP:
            raise BadInput(
                "import.json.deep",
                f"{self._name} nests more than {DEEP:,} lists or objects, which no export does.",
                next_step="Export the chat again.",
            )
        return block


@contextlib.contextmanager
def json_file(path: Path) -> Iterator[_Shallow]:
    """A JSON file for a streaming parser. BadInput when it nests too deeply."""
    with path.open("rb") as f:
        yield _Shallow(f, path.name)
