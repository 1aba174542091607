"""What the person wrote when they were spoken to like this. In: words, an hour, a mood. Out: real turns, best first.

Source of the method: the nearest-reply baseline of likeness research (the person's own message that answers the most
similar context), here with the mood of the line and the hour weighed in, and with a floor under which nothing fits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from afterword.measures.episodes import lexicon, negated
from afterword.measures.lexicon import lower
from afterword.memory.query import terms_of
from afterword.memory.recall import holds, stems
from afterword.model import Utterance
from afterword.store import Shelf
from afterword.store.search import folded, rows_of, search

FLOOR, CANDIDATES = 0.42, 60
"""The least likeness of the user's line and the line that was answered; below it nothing fits, and that is said."""
LATE, ECHOED = 0.8, 0.15


_SENTENCE = re.compile(r"[^.!?。！？…\n]+[.!?。！？…]*")


class Reply(msgspec.Struct, frozen=True):
    fit: float
    bubbles: tuple[Utterance, ...]
    answered: tuple[Utterance, ...] = ()


def similar_replies(
    shelf: Shelf,
    words: str,
    *,
    names: Sequence[str],
    hour: int | None,
    fetch: Callable[[Sequence[int]], Mapping[int, Utterance]],
    before: Callable[[Utterance], tuple[Utterance, ...]],
    used: Collection[int] = (),
    k: int = 5,
) -> list[Reply]:
    """Turns of the person that answered words like these. `used` rows were shown already and come last."""
    terms = terms_of(words, names)
    if not terms:
        return []
    found, weights = search(shelf, "pair", terms, CANDIDATES)
    if not found:
        return []
    rows = rows_of(shelf, "pair", [i for _, i in found])
    said = fetch([r for part in rows.values() for r in part])
    asked = Line(words, names)
    out: list[Reply] = []
    for _, id in found:
        bubbles = tuple(said[r] for r in rows[id] if r in said)[:6]
        if not bubbles:
            continue
        answered = before(bubbles[0])
        # several sentences were answered at once: the one most like the user's line counts, more so if it was all of it
        parts = [part for u in answered for part in sentences(u.text)]
        whole = sum(map(len, parts)) or 1
        fit = max((asked.like(Line(p, names), weights) * (0.7 + 0.3 * len(p) / whole) for p in parts), default=0.0)
        fit *= 1.0 if prompt(answered, bubbles) else LATE
        if len(parts) > 1 and asked.taken_up(bubbles):
            fit += ECHOED  # of several sentences, the one whose words come back is the one that was answered
        if fit < FLOOR:
            continue
        apart = 0 if hour is None else abs(bubbles[0].local.hour - hour)
        near = 1 - min(apart, 24 - apart) / 12
        seen = 1.0 if any(u.row in used for u in bubbles) else 0.0
        out.append(Reply(round(0.92 * fit + 0.08 * near - seen, 4), bubbles, answered))
    return sorted(out, key=lambda r: (-r.fit, r.bubbles[0].row))[:k]


def prompt(answered: Sequence[Utterance], bubbles: Sequence[Utterance]) -> bool:
    """Did the answer come within an hour? After that it is more often about something new."""
    return not answered or bubbles[0].at - answered[-1].at <= 3_600


def sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.findall(text) if part.strip()]


def mood(text: str) -> str:
    """ "warmth", "conflict" or "repair" where listed words say so, "" else. The lists are those of the measures."""
    lowered = lower(text)
    kinds = {entry.kind for hit, entry in lexicon().find(lowered) if not negated(lowered, hit.start())}
    return next((k for k in ("conflict", "repair", "warmth") if k in kinds), "warmth" if "endearments" in kinds else "")


class Line:
    """A line made ready for comparing."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.terms = terms_of(text, names)
        self.stems = stems(text)
        bare = "".join(c for c in folded(text.casefold()) if c.isalnum())
        self.pairs = Counter(bare[i : i + 2] for i in range(max(1, len(bare) - 1)))
        self.mood = mood(text)
        self.asks = text.rstrip().endswith(("?", "？", "吗", "呢", "么"))

    def taken_up(self, bubbles: Sequence[Utterance]) -> bool:
        """Do words of this line come back in the answer?"""
        return any(holds(said, t) for said in (stems(u.text) for u in bubbles) for t in self.terms)

    def like(self, other: Line, weights: Mapping[str, float]) -> float:
        """0 to 1: shared content words in both directions, and the same wording (Dice of letter pairs)."""
        rare = max(weights.values(), default=1.0)
        weight = sum(weights.get(t, rare) for t in self.terms)
        shared = sum(weights.get(t, rare) for t in self.terms if holds(other.stems, t))
        theirs = [t for t in other.terms if holds(self.stems, t)]
        recall_, precision = shared / (weight or 1.0), len(theirs) / (len(other.terms) or 1)
        # less than half of what the user said is another subject: "today" alone does not answer "so tired today"
        words = 2 * recall_ * precision / (recall_ + precision) if recall_ >= 0.5 and theirs else 0.0
        both = sum((self.pairs & other.pairs).values())
        letters = 2 * both / (self.pairs.total() + other.pairs.total())
        # the same mood brings two lines together; a quarrel and a plain day are kept apart
        tone = 0.07 if self.mood and self.mood == other.mood else -0.07 * ("conflict" in (self.mood, other.mood))
        return 0.55 * words + 0.4 * letters + 0.05 * (self.asks == other.asks) + tone
