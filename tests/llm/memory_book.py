"""A ledger's book without a vault, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from afterword.llm import Row

NOW = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)


class MemoryBook:
    """The last hash is kept apart, as a vault does."""

    def __init__(self) -> None:
        self.kept: list[Row] = []
        self.last = ""

    def append(self, make: Callable[[Row | None], Row]) -> Row:
        self.kept.append(make(self.kept[-1] if self.kept else None))
        self.last = self.kept[-1].hash
        return self.kept[-1]

    def rows(self) -> list[Row]:
        return self.kept

    def head(self) -> str:
        return self.last
