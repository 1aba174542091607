"""Care in talks that can hurt. In: the user's line. Out: whether it shows distress, of what kind, or agrees to begin.

A line of distress is no crisis, and the person may well have left such lines unanswered; a simulation does not.
"""

from __future__ import annotations

from typing import Literal

from afterword.guard.text import first, patterns, plain
from afterword.measures.voice import LAUGHTER

Grief = Literal["guilt", "anger", "thanks", "lonely", "grief", "heavy"]
GRIEFS: tuple[Grief, ...] = ("guilt", "anger", "thanks", "lonely", "grief")


def distressed(text: str) -> bool:
    """Sorrow, fear, illness, loss, or a plea for an answer."""
    return bool(first(patterns("hard")["distress"], plain(text)))


def grieves(text: str) -> Grief | None:
    """What a grave line is made of, None for a line that is not grave, or laughs. Guilt and anger come before the sorrow they carry."""
    line, said = plain(text), patterns("grief")
    if LAUGHTER.search(line):
        return None
    found = next((kind for kind in GRIEFS if first(said[kind], line)), None)
    return found or ("heavy" if distressed(text) else None)


def agrees(text: str) -> bool:
    """Whether the whole line says yes to beginning."""
    return bool(first(patterns("hard")["begin"], plain(text)))
