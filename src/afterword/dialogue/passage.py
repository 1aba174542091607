"""The way into and out of a talk that can hurt: an argument, unfinished business. In: each line and its moment. Out: what
the Guide says, and whether the line goes on.

Nobody gets there by accident: the Guide says what it will be, and only a yes begins it. It ends after a quarter of an
hour, does not begin again in the same talk, and something of the present follows (care 100 and 101).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from afterword import guard

GUARDED = ("argument", "unfinished")
LONGEST = timedelta(minutes=15)


class Step(msgspec.Struct, frozen=True):
    """`guide`: keys of the Guide's sentences. `answered`: the line was for the Guide. `mode`: the one from here on."""

    mode: str
    guide: tuple[str, ...] = ()
    answered: bool = False


class Passage:
    def __init__(self) -> None:
        self._asked, self._in = "", ""
        self._begun: datetime | None = None
        self._over = False

    def close(self) -> None:
        """Something graver came up: whatever had begun is over."""
        self._over = self._over or self._begun is not None
        self._begun, self._in, self._asked = None, "", ""

    def step(self, mode: str, text: str, now: datetime) -> Step:
        if mode not in GUARDED:
            left = self._begun is not None
            self.close()
            return Step(mode, ("after",) if left else ())
        if self._over:
            return Step("chat", ("over",), answered=True)
        if self._in != mode:
            if self._asked == mode and guard.agrees(text):
                self._in, self._begun = mode, self._begun or now
                return Step(mode, ("begun",), answered=True)
            self._asked = mode
            return Step(mode, (f"before_{mode}",), answered=True)
        if self._begun is not None and now - self._begun >= LONGEST:
            self.close()
            return Step("chat", ("time", "after"), answered=True)
        return Step(mode)
