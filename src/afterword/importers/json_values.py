"""What somebody else's JSON holds. In: any value. Out: what it was expected to be, or nothing; a record that was not kept.

A field may be missing, null or of another type in any file, so no value is believed: one of a wrong type counts as
absent. Which fields there are, and what they mean, is each format's own business.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from afterword.model import Skipped

SMALL = 32 << 20
"""Bytes of a file that is read whole; one that only helps is not larger."""


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def word_of(value: Any) -> str:
    """A text, or a whole number in digits: ids are written both ways."""
    return value if isinstance(value, str) else str(value) if type(value) is int else ""


def plain_of(value: Any) -> str:
    """A text, or any number as Python writes it."""
    return value if isinstance(value, str) else str(value) if type(value) in (int, float) else ""


def dict_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def dicts_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [v for v in list_of(value) if isinstance(v, dict)]


def object_in(value: Any) -> dict[str, Any]:
    """The object that a text holds, or that the value is."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return dict_of(value)


def object_beside(path: Path) -> dict[str, Any]:
    """The object in a file that only helps; nothing where it is missing, damaged or large: the export is still one."""
    try:
        return object_in(path.read_text(encoding="utf-8-sig")) if path.stat().st_size <= SMALL else {}
    except (OSError, ValueError):
        return {}


def written(value: Any) -> str:
    """A record as it stands in the file, for `raw`."""
    return json.dumps(value, ensure_ascii=False, default=str)[:2000]


def unreadable(where: str, value: Any) -> Skipped:
    return Skipped(where, "unreadable", written(value)[:500])


def undated(where: str, value: Any) -> Skipped:
    return Skipped(where, "no-date", written(value)[:500])
