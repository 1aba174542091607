"""A number about somebody, with everything needed to doubt it."""

from __future__ import annotations

from typing import Any

import msgspec


class Measurement(msgspec.Struct, frozen=True):
    """One measured fact.

    name      stable dotted name, "voice.length.words", "rhythm.reply.median"
    value     number, or a list/dict of them for distributions and tables (JSON-ready); None = not enough data
    unit      "words", "characters", "seconds", "share", "per message", …
    n         how many observations stand behind it
    interval  95 % interval (low, high), where one is defined
    minimum   the n below which value is None
    support   ids of utterances that show it, at most 12, the most typical first
    source    the method's citation
    note      where the method departs from its source
    """

    name: str
    value: Any
    unit: str
    n: int
    interval: tuple[float, float] | None = None
    minimum: int = 1
    support: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    version: int = 1

    @property
    def enough(self) -> bool:
        return self.value is not None and self.n >= self.minimum
