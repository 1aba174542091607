"""Answers to the Guide's questions after a grave line. In: the user's line, what was asked. Out: how it was answered, "" where it
was not.

The same "no" says the worst to "are you safe?" and the best to "is it meant?", so the question is part of the answer. Of
several words in one line the gravest decides: "yes, but nobody is here" is no yes.
"""

from __future__ import annotations

from typing import Literal

from afterword.guard.text import first, patterns, plain

Answer = Literal["unsafe", "joke", "safe", ""]
LONGEST = 120
"""Characters; a longer line tells something and is no answer by yes or no."""


IN_DANGER = ("earnest", "unsafe", "unsure", "wish")


def safe_now(text: str) -> Answer:
    """The answer to "are you safe?". Who does not know is not, and nor is who is alone."""
    heard = _heard(text, ("earnest", "joke", "unsafe", "alone", "safe", "unsure", "no", "wish", "fair", "yes"))
    if heard in (*IN_DANGER, "alone", "no"):
        return "unsafe"
    return "joke" if heard == "joke" else "safe" if heard else ""


def meant(text: str) -> Answer:
    """The answer to "is it a wish to be dead?": `unsafe` where it is, or may be."""
    heard = _heard(text, ("earnest", "joke", "unsafe", "safe", "unsure", "no", "wish", "yes"))
    if heard in (*IN_DANGER, "yes"):
        return "unsafe"
    return "joke" if heard == "joke" else "safe" if heard else ""


def hurt(text: str) -> Answer:
    """The answer to "is it a person who hurts you?": `unsafe` where it is, or may be; whoever is named answers as well."""
    line, said = plain(text), patterns("gates")
    if first(said["person"], line):
        return "unsafe"
    return meant(text) or ("safe" if len(text) <= LONGEST and first(said["unhurting"], line) else "")


def _heard(text: str, order: tuple[str, ...]) -> str:
    if len(text) > LONGEST:
        return ""
    line, said = plain(text), patterns("answer")
    return next((name for name in order if first(said[name], line)), "")
