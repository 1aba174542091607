"""How well an answer fits a moment. In: a line, the talk before it, a person's habits. Out: signals, and one measure of them.

The signals hold for any answer, also for one that was never given to such a line: that is how the bench asks for the real
one among ten. Words of the line count by how rare they are here, those of earlier turns half as much for every turn.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import repeat
from typing import NamedTuple

import msgspec

from afterword.measures.episodes import lexicon, negated
from afterword.measures.lexicon import any_of, lower, sections
from afterword.memory.acts import FOLLOWS, acts, rest
from afterword.memory.asked import likened
from afterword.memory.habits import Exchange, Habits, alone, content, letters, passing
from afterword.memory.query import holds, root, stems, terms_of
from afterword.model import Utterance
from afterword.store.search import folded

TURNS, DECAY = 3, 0.5
"""Turns of the talk that count, each half as much as the next."""


class Signals(NamedTuple):
    """How an answer goes with the line and the talk before it; none of them asks whether what it says is true."""

    words: float
    letters: float
    earlier: float
    """Words shared with the turns before the line."""
    talk: float
    """Words shared with any of these turns, as a share of all that the answer says."""
    opening: float
    """Words of the line in the first sentence: the line is taken up there, what follows may leave it."""
    alike: float
    """Words like those of the line and of the turns before: a muddy trail for a hike."""
    third: float
    """Somebody who is spoken of in one alone, as "she" or "them": minus one for each."""
    again: float
    """The same again that this side of the talk has only just said."""
    act: float
    length: float


WEIGHTS = Signals(
    words=1.0,
    letters=1.1,
    earlier=0.45,
    talk=2.8,
    opening=0.55,
    alike=3.3,
    third=0.34,
    again=-12.0,
    act=0.3,
    length=0.6,
)
"""As a choice between a real reply and thirty others of the same person (conditional logit) taught them, on other people's
conversations than those that the bench reports. Saying the same again came next to never, so its weight only had to be
large; act and length were halved, since most of those conversations are machine-written and keep to them more than people
do. All were brought to the scale at which somebody else's voice still counts beside them."""
SAME = 0.6
"""The share of letter runs from which two turns say the same."""
RARE, SHARE = 0.65, 0.25
"""A word about the same thing weighs two thirds of one that was written once, and a quarter of what a sentence says: one
word of many, or a word of every day, makes no topic."""
SAMPLE, USUAL = 300, 0.5
_SENTENCE = re.compile(r"[^.!?。！？…\n]+[.!?。！？…]*\n?")


class Moment:
    """The line just said and the talk before it, made ready for judging answers."""

    def __init__(self, words: str, habits: Habits, names: Sequence[str] = (), history: Sequence[str] = ()) -> None:
        self.words, self.habits = words, habits
        self.line, self.mood, self.acts = Line(words, names), mood(words), acts(words)
        self._skip = {root(t) for name in names for t in terms_of(name)}
        said = [words, *reversed(history[-TURNS:])]
        self._now, self._letters, self._third = self._content(words), letters(words), third(words)
        self._parts = [self._content(part) for part in sentences(words)]
        self._turns = [
            (DECAY**i, theirs, self._like(theirs)) for i, theirs in enumerate(map(self._content, said[:TURNS]))
        ]
        self._all = frozenset().union(*(theirs for _, theirs, _ in self._turns))
        self._own = [letters(h) for h in said[1::2]]  # the two take turns

    def near(self, text: str) -> bool:
        """Worth comparing closely? Some word in common, or a third of the letters."""
        if not self._now.isdisjoint(content(text)):
            return True
        runs = letters(text)
        return 3 * len(runs & self._letters) > len(runs)

    def _content(self, text: str) -> frozenset[str]:
        return content(text) - self._skip

    def _like(self, words: frozenset[str]) -> dict[str, float]:
        """Words that may stand for one of these, by how alike and how rare the two are."""
        weight, found = self.habits.weight, dict[str, float]()
        for word in words:
            for other, likeness in likened(word):
                found[other] = max(found.get(other, 0.0), likeness * math.sqrt(weight(word) * weight(other)))
        return {other: likeness for other, likeness in found.items() if other not in words}

    def sociable(self) -> bool:
        """A line that is nothing but its act: a greeting, thanks, a sigh. What is left of it names one thing at most."""
        return bool({*self.acts} & FOLLOWS.keys()) and len(self._content(rest(self.words))) <= 1

    def expected(self, reply: str) -> bool:
        """Does a short answer that stands alone do what such a line makes expected, and nothing else?"""
        done, after = {*acts(reply)}, {b for a in self.acts for b in FOLLOWS.get(a, ())}
        return bool(done & after) and done <= after | {"agree", "token"} and self.sociable() and alone(reply)

    def on_topic(self, reply: str) -> bool:
        """Does an answer take up one of the line's sentences: enough of all its words' weight, as much as a rare word has?"""
        weight, said = self.habits.weight, self._content(reply) - passing()
        return any(
            sum(map(weight, part & said)) >= max(RARE * self.habits.rare, SHARE * sum(map(weight, part)))
            for part in self._parts
        )

    def fit(self, reply: str) -> float:
        return sum(w * s for w, s in zip(WEIGHTS, self.signals(reply), strict=True))

    def signals(self, reply: str) -> Signals:
        said, runs, first = self._content(reply), letters(reply), opening(reply)
        weigh = self._weigh
        all_, head = 6 + weigh(said), self._content(first)
        return Signals(
            words=weigh(said & self._now) / math.sqrt(all_),
            letters=self._square(runs & self._letters) / (10 * math.sqrt(150 + self._square(runs))),
            earlier=sum(w * weigh(said & theirs) for w, theirs, _ in self._turns[1:]) / math.sqrt(all_),
            talk=weigh(said & self._all) / all_,
            opening=weigh(head & self._now) / math.sqrt(6 + weigh(head)),
            alike=sum(w * sum(like[x] for x in said if x in like) for w, _, like in self._turns) / all_,
            third=-len(self._third ^ third(reply)),
            again=any((1 + SAME) * len(runs & own) > SAME * (len(runs) + len(own)) for own in self._own),
            act=self.habits.act(self.words, first),
            length=self.habits.length(self.words, reply),
        )

    def _weigh(self, words: Iterable[str]) -> float:
        return sum(map(self.habits.words.get, words, repeat(self.habits.rare)))

    def _square(self, runs: frozenset[str]) -> float:
        return sum(map(self.habits.runs.get, runs, repeat(self.habits.rare**2)))


def calibrated(habits: Habits, found: Sequence[Exchange]) -> Habits:
    """With the person's own bar: what half of ta's real answers reach. The others were made without a word of the
    line, and of those a machine cannot know whether they fit."""
    rows = [(x.answered.text, x.reply.text) for x in found if x.answered]
    rows = random.Random(1).sample(rows, min(SAMPLE, len(rows)))
    fits = sorted(Moment(line, habits).fit(reply) for line, reply in rows)
    return msgspec.structs.replace(habits, bar=round(fits[int(len(fits) * USUAL)], 3)) if fits else habits


def sentences(text: str) -> list[str]:
    return [part.rstrip("\n") for part in _SENTENCE.findall(text) if part.strip()]


@lru_cache(4096)
def opening(text: str) -> str:
    """The first sentence, and the next where that is a single word."""
    parts = [part for part in _SENTENCE.findall(text) if part.strip()]
    return "".join(parts[: 1 if parts and len(content(parts[0])) > 1 else 2]).rstrip("\n") or text


@cache
def _third() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {w: kind for kind, forms in sections("third").items() for w in forms}
    return re.compile(any_of(kinds, "[a-z]")), kinds


@lru_cache(4096)
def third(text: str) -> frozenset[str]:
    """Who is spoken of without a name: "he", "she", "they"."""
    find, kinds = _third()
    return frozenset(kinds[hit] for hit in find.findall(lower(text))) - {"none"}


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
