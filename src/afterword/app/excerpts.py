"""A long line shown short, so that the word which it is quoted for can be seen. In: a line, what it is shown for. Out: a part.

Which word that is, nobody wrote down: it is the one that the claim and the line share. What the claim itself sets in
quotation marks comes before its other words, and where several stand in the line, the part that holds most of them is
shown. Chinese is cut between any two characters, other scripts between words, and an emoji is never cut in two.
"""

from __future__ import annotations

import re
import unicodedata

from afterword.measures.lexicon import lower
from afterword.measures.tokens import common
from afterword.memory.query import terms_of

LINE = 80
LEAD, QUOTED = 3, 4
"""The word stands after a third of the part; words in quotation marks count so many times."""
_QUOTED = re.compile('[“"「『]([^“”"「」『』]{1,40})[”"」』]')
_LATIN = re.compile(r"[a-z0-9\u00c0-\u024f]")
_FLAGS = {chr(c) for c in range(0x1F1E6, 0x1F200)}
_JOINED = "\u200d\ufe0f\ufe0e"


def excerpt(words: str, about: str = "", width: int = LINE) -> str:
    """On one line. "…" stands where something was left out."""
    text = " ".join(words.split())
    if len(text) <= width:
        return text
    found = _places(lower(text), about)
    at = max(found, key=lambda p: (_held(found, p, p + width // 2), -p), default=0)
    start = max(0, min(at - width // LEAD, len(text) - width))
    start, end = _edge(text, start), _edge(text, start + width, after=False)
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")


def _held(found: dict[int, tuple[str, int]], start: int, end: int) -> int:
    """What the words between two places count, each of them once."""
    return sum({term: counts for at, (term, counts) in found.items() if start <= at < end}.values())


def _places(text: str, about: str) -> dict[int, tuple[str, int]]:
    """Where a word of the claim stands in the line → the word, and how much it counts."""
    quoted = [lower(q) for q in _QUOTED.findall(about)]
    terms = [t for t in terms_of(about) if t not in common() and t not in quoted]
    found: dict[int, tuple[str, int]] = {}
    for term, counts in [*((t, 1) for t in terms), *((q, QUOTED) for q in quoted)]:
        # another ending is the same word: "soups"
        edge = r"(?<![a-z0-9])" if _LATIN.match(term) else ""
        found |= {m.start(): (term, counts) for m in re.finditer(edge + re.escape(term), text)}
    return found


def _edge(text: str, at: int, *, after: bool = True) -> int:
    """The nearest place where a line may be cut: on the right for its beginning, on the left for its end."""
    if at <= 0 or at >= len(text):
        return max(0, min(at, len(text)))
    step = 1 if after else -1
    place = at
    while 0 < place < len(text) and not _may_cut(text[place - 1], text[place]):
        place += step
    # a word of endless length is cut after all
    return place if 0 < place < len(text) and abs(place - at) < LINE // 4 else at


def _may_cut(before: str, behind: str) -> bool:
    if (
        behind in _JOINED
        or before == "\u200d"
        or unicodedata.combining(behind)
        or "\U0001f3fb" <= behind <= "\U0001f3ff"
    ):
        return False
    if {before, behind} <= _FLAGS:
        return False
    return not (_word(before) and _word(behind))


def _word(c: str) -> bool:
    """A letter of a script that sets its words apart."""
    return c.isalnum() and not "\u2e80" <= c <= "\U0003ffff"
