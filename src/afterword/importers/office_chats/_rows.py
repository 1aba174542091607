"""Messages of an API's answer: a JSON list, an object with a list in it, or a line for each message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.reading import encoding_of, head_text, json_line, lines
from afterword.importers.streamed_json import JsonCut, pointer, stream
from afterword.model import Skipped


def rows(path: Path, encoding: str | None, *named: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """(locator, value) of each message; a Skipped as the value where the file ends or breaks."""
    with path.open("rb") as f:
        head = head_text(f.read(1 << 16)).lstrip()
    if head.startswith("{") and _whole(head.partition("\n")[0]):
        for number, line in lines(path, encoding_of(path, encoding)):
            if not line.strip():
                continue
            where = f"line {number}"
            try:
                yield where, json_line(line)
            except (ValueError, RecursionError):
                yield where, Skipped(where, "unreadable", line[:500])
        return
    places = (("*",),) if head.startswith("[") else named
    found = False
    try:
        for place, value in stream(path, *places, encoding=encoding):
            if any(len(place) == len(n) and place[:-1] == n[:-1] for n in places):
                found = True
                yield pointer(place), value
        if not found and head.startswith("{"):  # one message, written over several lines
            for place, value in stream(path, (), encoding=encoding):
                if place == () and isinstance(value, dict) and not any(n[0] in value for n in named):
                    yield "/", value
    except JsonCut as e:
        where = pointer(e.path) or "/"
        yield where, Skipped(where, "truncated", str(e))


def _whole(line: str) -> bool:
    """One message on one line, and no list of messages."""
    if '"items"' in line or '"messages"' in line or '"data"' in line:
        return False
    try:
        return isinstance(json_line(line), dict)
    except (ValueError, RecursionError):
        return False


def seconds_of(stamp: Any) -> float | None:
    """Milliseconds (as text or number) or seconds since 1970."""
    if isinstance(stamp, str) and stamp.isascii() and stamp.isdigit() and len(stamp) < 17:
        stamp = int(stamp)
    if type(stamp) not in (int, float) or not 0 < stamp < 1e16:
        return None
    return float(stamp) / 1000 if stamp > 1e11 else float(stamp)
