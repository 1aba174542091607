"""JSON of WeChat's exporters: what all of them need. In: a file, an error, a record. Out: facts, a Skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Options
from afterword.importers.reading import encoding_of_head, head_text
from afterword.importers.streamed_json import ANY, JsonCut, Path_, pointer, stream
from afterword.model import FileFacts


def facts(path: Path, options: Options, zone: str = "instant") -> FileFacts:
    with path.open("rb") as f:
        return FileFacts(encoding=options.encoding or encoding_of_head(f.read(4096)), zone=zone)


def streamed(
    path: Path, options: Options, *elements: tuple[str, ...], prefix: str = "", codec: str | None = None
) -> Iterator[tuple[Path_, Any]]:
    """`stream`, with the same clear error for a first block that is not text either."""
    try:
        yield from stream(path, *elements, encoding=codec or options.encoding, prefix=prefix)
    except UnicodeError as e:
        raise BadInput(
            "import.encoding",
            f"{path.name} is not text in one encoding: {getattr(e, 'reason', e)}.",
            next_step="Export the chat again, or name the encoding with --encoding, for example --encoding gb18030.",
        ) from e


def listed(path: Path, options: Options, *names: str) -> Iterator[tuple[str, Any]]:
    """(pointer, element) of the list that the file is, or of the lists that the file's object has under `names`."""
    with path.open("rb") as f:
        first = head_text(f.read(4096)).lstrip()[:1]
    wanted = [(ANY,)] if first == "[" or not names else [(name, ANY) for name in names]
    found = False
    for where, value in streamed(path, options, *wanted):
        if len(where) == len(wanted[0]) and isinstance(where[-1], int):
            found = True
            yield pointer(where), value
    if not found and first != "[":
        raise JsonCut((), "there is no list of messages in this file")
