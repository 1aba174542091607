"""Corpus to measurements: deterministic, one module per family.

Every module here that defines `measure(conversation) -> Iterable[Measurement]` is a family; adding one is adding a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from afterword.model import Conversation, Measurement


@cache
def families() -> dict[str, Any]:
    """Module name → its `measure`, in alphabetical order."""
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda i: i.name):
        module: Any = importlib.import_module(f"{__name__}.{info.name}")
        if hasattr(module, "measure"):
            found[info.name] = module.measure
    return found


def measure_all(conversation: Conversation) -> tuple[Measurement, ...]:
    """Every measurement of a conversation, families in alphabetical order."""
    return tuple(m for measure in families().values() for m in measure(conversation))
