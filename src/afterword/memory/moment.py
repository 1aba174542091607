"""How well an answer fits a moment. In: a line, the talk before it, a person's habits. Out: signals, and one measure of them.

The signals hold for any answer, also for one that was never given to such a line: that is how the bench asks for the real
one among ten. Words of the line count by how rare they are here, those of earlier turns half as much for every turn.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from afterword.measures.episodes import lexicon, negated
from afterword.measures.lexicon import lower
from afterword.memory.acts import FOLLOWS, acts, rest
from afterword.memory.habits import Exchange, Habits, alone, content, letters, passing, stem
from afterword.memory.query import holds, stems, terms_of
from afterword.model import Utterance
from afterword.store.search import folded

TURNS, DECAY = 3, 0.5
"""Turns of the talk that count, each half as much as the next."""
WEIGHTS = (1.6, 1.5, 0.2, 0.4, 0.2, 0.8)
"""Of the signals, in their order: as a choice between a real reply and nine others (conditional logit) taught them, on
other people's conversations than those that the bench reports. Those of the talk before were set by hand: the chats they
were learned from answer line by line."""
RARE, SHARE = 0.65, 0.25
"""A word about the same thing weighs two thirds of one that was written once, and a quarter of what a sentence says: one
word of many, or a word of every day, makes no topic."""
SAMPLE, USUAL = 300, 0.5
_SENTENCE = re.compile(r"[^.!?。！？…\n]+[.!?。！？…]*")


class Moment:
    """The line just said and the talk before it, made ready for judging answers."""

    def __init__(self, words: str, habits: Habits, names: Sequence[str] = (), history: Sequence[str] = ()) -> None:
        self.words, self.habits = words, habits
        self.line, self.mood, self.acts = Line(words, names), mood(words), acts(words)
        self._skip = {stem(t) for name in names for t in terms_of(name)}
        earlier = [*reversed(history[-TURNS + 1 :])]
        self._now = (self._content(words), letters(words))
        self._parts = [self._content(part) for part in sentences(words)]
        self._earlier = [(DECAY**i, self._content(h), letters(h)) for i, h in enumerate(earlier, 1)]

    def near(self, text: str) -> bool:
        """Worth comparing closely? Some word in common, or a third of the letters."""
        runs = letters(text)
        return bool(self._now[0] & content(text)) or 3 * len(runs & self._now[1]) > len(runs)

    def _content(self, text: str) -> frozenset[str]:
        return content(text) - self._skip

    def sociable(self) -> bool:
        """A line that is nothing but its act: a greeting, thanks, a sigh. What is left of it names one thing at most."""
        return bool({*self.acts} & FOLLOWS.keys()) and len(self._content(rest(self.words))) <= 1

    def expected(self, reply: str) -> bool:
        """Does a short answer that stands alone do what such a line makes expected, and nothing else?"""
        done, after = {*acts(reply)}, {b for a in self.acts for b in FOLLOWS.get(a, ())}
        return self.sociable() and bool(done & after) and done <= after | {"agree", "token"} and alone(reply)

    def on_topic(self, reply: str) -> bool:
        """Does an answer take up one of the line's sentences: enough of all its words' weight, as much as a rare word has?"""
        weight, said = self.habits.weight, self._content(reply) - passing()
        return any(
            sum(map(weight, part & said)) >= max(RARE * self.habits.rare, SHARE * sum(map(weight, part)))
            for part in self._parts
        )

    def fit(self, reply: str) -> float:
        return sum(w * s for w, s in zip(WEIGHTS, self.signals(reply), strict=True))

    def signals(self, reply: str) -> tuple[float, ...]:
        """Words and letters shared with the line, the same with the talk before it, act after act, length after length."""
        said, runs = self._content(reply), letters(reply)
        words = self.habits.weight
        size = math.sqrt(6 + sum(map(words, said)))
        length = 10 * math.sqrt(150 + self._square(runs))
        return (
            sum(map(words, said & self._now[0])) / size,
            self._square(runs & self._now[1]) / length,
            sum(w * sum(map(words, said & theirs)) for w, theirs, _ in self._earlier) / size,
            sum(w * self._square(runs & theirs) for w, _, theirs in self._earlier) / length,
            self.habits.act(self.words, reply),
            self.habits.length(self.words, reply),
        )

    def _square(self, runs: frozenset[str]) -> float:
        known, rare = self.habits.runs.get, self.habits.rare**2
        return sum(known(r, rare) for r in runs)


def calibrated(habits: Habits, found: Sequence[Exchange]) -> Habits:
    """With the person's own bar: what half of ta's real answers reach. The others were made without a word of the
    line, and of those a machine cannot know whether they fit."""
    rows = [(x.answered.text, x.reply.text) for x in found if x.answered]
    rows = random.Random(1).sample(rows, min(SAMPLE, len(rows)))
    fits = sorted(Moment(line, habits).fit(reply) for line, reply in rows)
    return msgspec.structs.replace(habits, bar=round(fits[int(len(fits) * USUAL)], 3)) if fits else habits


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
