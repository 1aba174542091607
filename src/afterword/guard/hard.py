"""Care in talks that can hurt. In: the user's line. Out: whether it shows distress, or agrees to begin.

A line of distress is no crisis, and the person may well have left such lines unanswered; a simulation does not.
"""

from __future__ import annotations

from afterword.guard.text import first, patterns, plain


def distressed(text: str) -> bool:
    """Sorrow, fear, illness, loss, or a plea for an answer."""
    return bool(first(patterns("hard")["distress"], plain(text)))


def agrees(text: str) -> bool:
    """Whether the whole line says yes to beginning."""
    return bool(first(patterns("hard")["begin"], plain(text)))
