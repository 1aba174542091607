"""Fixed sentences: the notice, the label, the farewell. No question, no plea, no claim of being the person."""

from __future__ import annotations

from afterword.texts import say


def notice(lang: str, name: str, n: int, first: str, last: str) -> str:
    """Shown before the first line of a talk."""
    return say(lang, "guard.notice", name=name, n=n, first=first, last=last)


def label(lang: str) -> str:
    """Shown with every Echo turn."""
    return say(lang, "guard.label")


def farewell(lang: str, subject_name: str) -> str:
    """The last line of every talk."""
    return say(lang, "guard.farewell", name=subject_name)
