"""How one bubble was typed, as anybody can see it. In: a bubble. Out: names of traits, the same as the brief's.

These do not judge: they say afterwards, in plain words, what a judge that counts letters saw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from afterword.measures.voice import EMOJI, LAUGHTER

MARKS = {"comma": ",，、", "exclamation": "!！", "ellipsis": "…", "tilde": "~～"}


def traits(bubble: str) -> frozenset[str]:
    text = bubble.strip()
    found = {name for name, signs in MARKS.items() if any(c in text for c in signs)}
    letters = [c for c in text if c.isupper() or c.islower()]
    if ".." in text:
        found.add("ellipsis")
    elif text.endswith((".", "。")):
        found.add("period")
    if text[-1:].isalnum():
        found.add("unclosed")
    if letters and all(c.islower() for c in letters):
        found.add("lower")
    if text[:1].isupper():
        found.add("capital")
    if LAUGHTER.search(text.lower()):
        found.add("laughter")
    if EMOJI.search(text):
        found.add("emoji")
    return frozenset(found)


def shares(bubbles: Sequence[str]) -> dict[str, float]:
    """Trait → share of the bubbles."""
    counted = Counter(t for b in bubbles for t in traits(b))
    return {name: round(n / max(1, len(bubbles)), 3) for name, n in sorted(counted.items())}
