"""What is typical of one person's single replies. In: ta's turns, the partner's. Out: ranges that a draft is held against.

Cross-fitting: a model that was trained on a turn likes it too well, so every turn is scored by models that saw only the
other folds, and the quantiles of these scores are ta's range. Ranges go by length, because a "k" tells less than a page.
The models that stay are trained on everything and keep only the terms that weigh most.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import msgspec

from afterword.likeness import hand, sanitise
from afterword.likeness.background import languages, voices
from afterword.likeness.linear import Linear, LogOdds
from afterword.likeness.measure import marks, signature
from afterword.likeness.score import NotMeasurable
from afterword.likeness.verifier import Rows, Verifier
from afterword.measures.voice import EMOJI

VERSION = "4"
LEAST = 60
MOST = 1_500
"""Turns that are learned from, of either side, evenly over the whole time."""
FOLDS, BLOCK = 3, 8
TERMS = 6_000
"""Terms that a model keeps: twelve models then take little more than a megabyte."""
CLASSES, LEAST_CLASS = 6, 40
MANNERS = ("agreement", "praise", "empathy", "warm_marks", "asks", "polish")
"""What is added up as manners: what a friend does now and then, and a model does all at once."""
FULL = 0.99


class Range(msgspec.Struct, frozen=True):
    """Quantiles of a figure over ta's own turns."""

    least: float
    low: float
    middle: float
    high: float
    most: float

    def place(self, value: float) -> float:
        """0 in the middle, -1 and 1 at ta's 1st and 99th percentile."""
        side = self.middle - self.least if value < self.middle else self.most - self.middle
        return (
            (value - self.middle) / side
            if side > 0
            else math.copysign(9.0, value - self.middle)
            if value != self.middle
            else 0.0
        )


class ByLength(msgspec.Struct, frozen=True):
    """Ranges of a figure; the i-th is of turns of a size up to the i-th of `sizes`, the last of all longer ones too."""

    sizes: tuple[int, ...]
    ranges: tuple[Range, ...]

    def at(self, size: int) -> Range:
        return self.ranges[min(bisect_left(self.sizes, size), len(self.ranges) - 1)]


class Reading(msgspec.Struct, frozen=True):
    """A draft in ta's figures. `manners`: each marker shown, with the share of ta's turns that show it."""

    size: int
    voice: float
    manner: float | None
    pressed: float
    own_words: tuple[str, ...]
    density: float
    manners: dict[str, float]


class Typical(msgspec.Struct, frozen=True):
    """One person's single replies.

    voice      ta against the partner and the background; `voices`: the range of ta's scores
    manner     ta against assistants; None where there are none in ta's language
    shares     marker → share of ta's turns that show it; `pressed`: the range of how unlikely ta's own are together
    hand       how ta types: trait → share of ta's bubbles; `bubble_mean`: letters in one on average
    signature  ta's typical words; `own_words` and `density`: how many of them stand in a turn, and in what share of its words
    """

    version: str
    turns: int
    languages: tuple[str, ...]
    voice: Verifier
    voices: ByLength
    manner: Verifier | None
    manners: ByLength | None
    shares: dict[str, float]
    pressed: ByLength
    signature: tuple[str, ...]
    own_words: ByLength
    density: ByLength
    characters: Range
    bubbles: Range
    bubble: Range
    emoji: Range
    bubble_mean: float = 0.0
    hand: dict[str, float] = {}

    def read(self, text: str, to: str = "") -> Reading:
        counted = marks(text)
        known = frozenset(self.signature)
        found = tuple(sorted(t for t in counted if t in known))
        total = sum(counted.values())
        shown = sanitise.marks(sanitise.Answer(to, text))
        seen = {name: self.shares[name] for name in MANNERS if shows(name, shown)}
        return Reading(
            size_of(text), self.voice.score(text), self.manner.score(text) if self.manner else None, pressed(seen.values()),
            found, sum(counted[t] for t in found) / total if total else 0.0, seen,
        )  # fmt: skip


def size_of(text: str) -> int:
    """Letters and Han alike, blanks left out."""
    return sum(not c.isspace() for c in text)


def shows(name: str, found: Mapping[str, float]) -> bool:
    return found[name] >= (FULL if name in ("polish", "warm_marks") else 0.5)


def pressed(shares: Iterable[float]) -> float:
    """How unlikely it is that all these markers meet in one turn of ta's, as if none led to another (in nats)."""
    return -sum(math.log(x) for x in shares)


def learned(own: Sequence[str], partner: Sequence[str]) -> Typical | NotMeasurable:
    """`own` and `partner`: turns in time order, bubbles apart by line ends."""
    mine = [t for t in own if t.strip()]
    if len(mine) < LEAST:
        return NotMeasurable("turns", len(mine), LEAST)
    mine, theirs = spread(mine), spread([t for t in partner if t.strip()])
    spoken = languages(mine)
    if not spoken:
        return NotMeasurable("language")
    cast = [v for language in spoken for v in voices(language)]
    others = spread([t for v in cast if not v.assistant for t in v.turns])
    assistants = [t for v in cast if v.assistant for t in v.turns]
    rows = Rows([*mine, *theirs, *others, *assistants])
    ends = [*accumulate(map(len, (theirs, others, assistants)), initial=len(mine))]
    partners, background, polished = (range(ends[i], z) for i, z in ((0, ends[1]), (1, ends[3]), (2, ends[3])))
    sizes = [size_of(t) for t in mine]
    voice, scores = _crossed(rows, len(mine), [partners, background])
    manner, mannered = _crossed(rows, len(mine), [polished])
    shown = [sanitise.marks(sanitise.Answer("", t)) for t in mine]
    # Laplace: what ta never did in so many turns is rare and not impossible
    shares = {m: (sum(shows(m, s) for s in shown) + 1) / (len(mine) + 2) for m in MANNERS}
    typical = frozenset(signature(mine, theirs + others))
    counted = [marks(t) for t in mine]
    bubbles = [[b for b in t.split("\n") if b.strip()] for t in mine]
    return Typical(
        VERSION, len(mine), spoken, voice, _by_length(sizes, scores), manner, _by_length(sizes, mannered), shares,
        _by_length(sizes, [pressed(shares[m] for m in MANNERS if shows(m, s)) for s in shown]),
        tuple(sorted(typical)),
        _by_length(sizes, [float(sum(t in typical for t in c)) for c in counted]),
        _by_length(sizes, [sum(c[t] for t in typical) / (sum(c.values()) or 1) for c in counted]),
        _range([float(s) for s in sizes]), _range([float(len(b)) for b in bubbles]),
        _range([float(size_of(b)) for bs in bubbles for b in bs]), _range([float(len(EMOJI.findall(t))) for t in mine]),
        round(statistics.fmean(size_of(b) for bs in bubbles for b in bs), 1), hand.shares([b for bs in bubbles for b in bs]),
    )  # fmt: skip


def spread(texts: Sequence[str]) -> list[str]:
    n = min(MOST, len(texts))
    return [texts[i * len(texts) // n] for i in range(n)]


# -- models -------------------------------------------------------------------------------------------------------------


def _crossed(rows: Rows, own: int, groups: Sequence[Sequence[int]]) -> tuple[Verifier, list[float]]:
    """The verifier of everything, and each own turn's score by one that did not learn from it. Own turns come first."""
    scores = [0.0] * own
    for fold in range(FOLDS):
        inside = [i for i in range(own) if i // BLOCK % FOLDS != fold]
        for i, score in enumerate(rows.scores(rows.trained(inside, groups, slim))[:own]):
            if i // BLOCK % FOLDS == fold:
                scores[i] = score
    return rows.trained(range(own), groups, slim), scores


def slim(model: Linear | LogOdds, terms: int = TERMS) -> Linear | LogOdds:
    """The model with the terms that weigh most."""
    if isinstance(model, Linear):
        idf, weights = model.idf, model.weights
        best = _heaviest({t: w * idf[t] for t, w in weights.items()}, terms)
        return Linear({t: round(idf[t], 4) for t in best}, {t: round(weights[t], 5) for t in best}, model.bias)
    best = _heaviest(model.weights, terms)
    return LogOdds({t: round(model.weights[t], 5) for t in best})


def _heaviest(weights: Mapping[str, float], terms: int) -> list[str]:
    least = sorted(map(abs, weights.values()))[-terms] if len(weights) > terms else 0.0
    return [t for t, w in weights.items() if abs(w) >= least]


# -- ranges -------------------------------------------------------------------------------------------------------------


def _range(values: Sequence[float]) -> Range:
    ordered = sorted(values)
    return Range(*(round(_quantile(ordered, q), 4) for q in (0.01, 0.05, 0.5, 0.95, 0.99)))


def _quantile(ordered: Sequence[float], q: float) -> float:
    at = q * (len(ordered) - 1)
    low = int(at)
    return ordered[low] + (at - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def _by_length(sizes: Sequence[int], values: Sequence[float]) -> ByLength:
    """Equal classes of turns in the order of their size, of 40 turns at least."""
    order = sorted(range(len(sizes)), key=lambda i: (sizes[i], i))
    classes = max(1, min(CLASSES, len(order) // LEAST_CLASS))
    parts = [order[k * len(order) // classes : (k + 1) * len(order) // classes] for k in range(classes)]
    return ByLength(tuple(sizes[p[-1]] for p in parts), tuple(_range([values[i] for i in p]) for p in parts))
