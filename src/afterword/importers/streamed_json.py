"""JSON files of any size, one element at a time. In: a path and where the elements lie. Out: (path, value) in file order.

A tokenizer in Python would be slow and a whole parse would need the file's size in memory several times over. So only
the containers on the way to the elements are walked here; each element is decoded at once by the standard library's
C scanner. Measured: ten times the speed of an event parser, with the memory of one element.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.reading import TAIL, encoding_of_head
from afterword.model import Skipped

CHUNK = 1 << 20
LARGEST = 16 << 20
"""Characters one element may have; a message with a picture inside has a few million."""

EDGE = frozenset(("", *".eE+-0123456789"))

_SPACE = re.compile(r"[ \t\n\r]*")
_BETWEEN = re.compile(r"[ \t\n\r,]*")
_HALF = re.compile("[\ud800-\udfff]")
_DECODE = json.JSONDecoder(strict=False).raw_decode  # strict=False: line ends inside strings, as some exporters write

Path_ = tuple[str | int, ...]
ANY = "*"


class JsonCut(ValueError):
    """The file ends, or stops being JSON, at `path`. What came before is good."""

    def __init__(self, path: Path_, why: str) -> None:
        super().__init__(why)
        self.path = path


def pointer(path: Path_) -> str:
    """A JSON pointer: ("messages", 3) → "/messages/3"."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def cut(e: JsonCut, where: str = "/") -> Skipped:
    """The place where the file ends too early; `where` when the damage lies between the elements."""
    return Skipped(pointer(e.path) or where, "truncated", str(e)[:200])


def stream(
    path: Path, *elements: tuple[str, ...], encoding: str | None = None, prefix: str = ""
) -> Iterator[tuple[Path_, Any]]:
    """Every value at one of the paths `elements` (with "*" for any key or index), whole, as it is met; and on the way
    to them every plain value (string, number, true, false, null). Other lists and objects are passed over.

    prefix   a pattern of text that stands before the JSON ("window.YTD.tweets.part0 = ")
    Raises JsonCut where the file ends too early, is damaged or has an element larger than LARGEST, BadInput when an
    element nests too deeply.
    """
    with path.open("rb") as raw:
        codec = encoding or encoding_of_head(raw.read(4096))
    with path.open("r", encoding=codec, errors=TAIL, newline="") as f:
        walk = _Walk(f, path.name, elements)
        try:
            walk.more()
            walk.text = walk.text.lstrip("\ufeff")
            if prefix and (m := re.match(prefix, walk.text)):
                walk.at = m.end()
            yield from walk.value(())
        except UnicodeError as e:
            raise BadInput(
                "import.encoding",
                f"{path.name} is not {codec} text: {getattr(e, 'reason', e)}.",
                next_step="Name its encoding with --encoding, for example --encoding gb18030.",
            ) from e


class _Walk:
    def __init__(self, f: Any, name: str, elements: tuple[tuple[str, ...], ...]) -> None:
        self.f, self.name, self.elements = f, name, elements
        self.text, self.at, self.done, self.odd = "", 0, False, False
        self.read = self.bad = 0

    def more(self) -> bool:
        """Read on; what lies behind is dropped. False at the end of the file."""
        if self.done:
            return False
        rest = self.text[self.at :]
        if len(rest) > LARGEST:
            raise JsonCut(
                (), f"one value has more than {LARGEST >> 20} million characters, or the file is damaged here"
            )
        block = self.f.read(max(CHUNK, len(rest)))
        self.read += len(block)
        self.bad += block.count("\ufffd")
        if self.bad > 50 and self.bad * 100 > self.read:
            raise BadInput(
                "import.encoding",
                f"{self.name} is not UTF-8 text: one character in {self.read // self.bad} cannot be read.",
                next_step="Name its encoding with --encoding, for example --encoding gb18030.",
            )
        self.done = not block
        self.odd = (self.odd and bool(rest)) or "\\ud" in block or "\\uD" in block
        self.text, self.at = rest + block, 0
        return not self.done

    def next(self, path: Path_, skip: re.Pattern[str] = _SPACE) -> str:
        """The next character that is not space, without taking it."""
        while True:
            self.at = skip.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                raise JsonCut(path, "the file ends here")

    def whole(self, path: Path_) -> Any:
        """Decode the value that begins here."""
        while True:
            try:
                value, end = _DECODE(self.text, self.at)
            except json.JSONDecodeError as e:
                if self.more():
                    continue
                raise JsonCut(path, e.msg) from e
            except RecursionError as e:
                raise BadInput(
                    "import.json.deep",
                    f"{self.name} nests lists and objects deeper than any export does.",
                    next_step="Export the chat again.",
                ) from e
            # a number at the edge of what was read may go on: "0" of "0.5", "1e" of "1e9"
            if type(value) in (int, float) and self.text[end : end + 1] in EDGE and self.more():
                continue
            break
        self.at = end
        return mended(value) if self.odd else value

    def value(self, path: Path_) -> Iterator[tuple[Path_, Any]]:
        first = self.next(path)
        if not path and first not in "{[":
            raise JsonCut((), "a single value is no export")
        fits = [
            e
            for e in self.elements
            if len(e) >= len(path) and all(w in (ANY, s) for w, s in zip(e, path, strict=False))
        ]
        if first not in "{[" or any(len(e) == len(path) for e in fits):
            yield path, self.whole(path)
        elif fits:
            leaf = any(len(e) == len(path) + 1 and e[-1] == ANY for e in fits)
            yield from self.members(path, leaf)
        else:
            for _ in self.members(path, True):
                pass

    def members(self, path: Path_, leaf: bool) -> Iterator[tuple[Path_, Any]]:
        """The members of the list or object that begins here; `leaf`: each is an element, decoded at once."""
        listed = self.next(path) == "["
        close = "]" if listed else "}"
        self.at += 1
        n = 0
        while self.next((*path, "-"), _BETWEEN) != close:
            here: Path_
            if listed:
                here = (*path, n)
            else:
                key = self.whole(path)
                if not isinstance(key, str) or self.next(path) != ":":
                    raise JsonCut(path, "a name is missing")
                self.at += 1
                self.next(path)
                here = (*path, key)
            n += 1
            if leaf:
                yield here, self.whole(here)
            else:
                yield from self.value(here)
        self.at += 1


def mended(value: Any) -> Any:
    """Half characters (an emoji cut by the app that wrote it) become "?"; everything else as it is."""
    if isinstance(value, str):
        return _HALF.sub("?", value) if _HALF.search(value) else value
    if isinstance(value, list):
        return [mended(v) for v in value]
    if isinstance(value, dict):
        return {mended(k): mended(v) for k, v in value.items()}
    return value
