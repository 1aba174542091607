"""Bubbles as they were typed: one after the other, with the person's pauses. In: bubbles and seconds. Out: the same, printed.

A real pause can be an hour. Pauses keep their order and are drawn together, so that a whole reply takes seconds; Enter
shows the rest at once, and what was typed in the meantime is not lost.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence

import click

from afterword.cli.shared import t

LONGEST, FIRST = 2.5, 4.0
"""Seconds of a pause between bubbles, and before the first, at most."""
_WIDE = 40
Wait = Callable[[float], str | None]


def drawn_together(seconds: int, most: float) -> float:
    """3 s → 0.7, a minute → 2.1, an hour → 4.0 (where 4 is the most): longer is still longer."""
    return round(min(most, most * math.log1p(max(0, seconds)) / math.log1p(3600)), 2)


def skippable(seconds: float) -> str | None:
    """Wait; the line that was typed meanwhile, "" for a bare Enter, None for nothing."""
    if sys.platform == "win32":
        import msvcrt

        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if msvcrt.kbhit() and msvcrt.getwch() in "\r\n":
                return ""
            time.sleep(0.05)
        return None
    import select

    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return sys.stdin.readline().rstrip("\n") if ready else None


def deliver(
    bubbles: Sequence[Callable[[], None]], wait: int | None, gaps: Sequence[int], wait_for: Wait = skippable
) -> str:
    """Show bubbles after their pauses. Returns what the user typed in between."""
    pauses = [drawn_together(wait or 0, FIRST), *(drawn_together(g, LONGEST) for g in gaps)]
    typed, hurry = "", False
    for i, show in enumerate(bubbles):
        pause = pauses[i] if i < len(pauses) else 0.0
        if pause and not hurry:
            click.secho(t("typing"), dim=True, nl=False)
            said = wait_for(pause)
            click.echo("\r" + " " * _WIDE + "\r", nl=False)
            if said is not None:
                hurry, typed = True, said.strip() or typed
        show()
    return typed
