"""Who wrote this? In: a person's turns and other people's. Out: a score for any turn; positive reads like the person.

The mean of six models over four views (features.py, linear.py), each scaled on the negatives, so that none outshouts
the others. What decides the quality is the negatives and not the model: the partner and the background weigh the same, since
the partner shares the topics and the background has the range.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

import msgspec

from afterword.likeness.features import clean, grams, masked, pairs, surface
from afterword.likeness.linear import Counts, Linear, LogOdds, Table

VIEWS: dict[str, Callable[[str], Counts]] = {
    "letters": grams,
    "masked": lambda bare: grams(masked(bare)),
    "words": pairs,
    "surface": surface,
}
MODELS = (
    ("letters", "logistic"),
    ("letters", "log_odds"),
    ("masked", "log_odds"),
    ("words", "logistic"),
    ("words", "log_odds"),
    ("surface", "logistic"),
)
"""Chosen on four people of real English chats and eight of Chinese ones, strangers never seen in training: logistic regression
on masked letters and log-odds on the surface follow the kind of chat more than the person. Words came last: they
narrowed what a half says of the other. Without log-odds on letters assistants came near to a person of whole sentences."""


SEVERAL = 3
"""Turns that a term must stand in to be learned: the others are most of the work and hardly ever met again."""


class Scale(msgspec.Struct, frozen=True):
    mean: float
    sd: float

    def of(self, score: float) -> float:
        return (score - self.mean) / self.sd


class Scored(msgspec.Struct, frozen=True):
    """A model of one view, on the scale of the negatives."""

    view: str
    model: Linear | LogOdds
    scale: Scale

    def score(self, counts: Counts) -> float:
        return self.scale.of(self.model.score(counts))


class Verifier(msgspec.Struct, frozen=True):
    models: tuple[Scored, ...]

    def score(self, text: str) -> float:
        bare = clean(text)
        seen = {name: VIEWS[name](bare) for name in {m.view for m in self.models}}
        return statistics.fmean(m.score(seen[m.view]) for m in self.models)


class Rows:
    """Turns counted once, to learn from in many parts."""

    def __init__(self, texts: Sequence[str]) -> None:
        bare = [clean(t) for t in texts]
        self._n = len(bare)
        self._tables = {name: Table([view(t) for t in bare], SEVERAL) for name, view in VIEWS.items()}

    def trained(
        self,
        own: Sequence[int],
        groups: Sequence[Sequence[int]],
        kept: Callable[[Linear | LogOdds], Linear | LogOdds] = lambda model: model,
    ) -> Verifier:
        """`own` and each group of others are rows; every fifth of the others scales and does not train. `kept`: what of a
        model stays."""
        learned = [[row for i, row in enumerate(g) if i % 5] for g in groups]
        every, apart = [row for g in learned for row in g], [row for g in groups for row in g[::5]]
        models = []
        for view, kind in MODELS:
            table = self._tables[view]
            model = kept(table.logistic(own, learned) if kind == "logistic" else table.log_odds(own, every))
            models.append(Scored(view, model, scale(table.scores(model, apart))))
        return Verifier(tuple(models))

    def scores(self, verifier: Verifier) -> list[float]:
        """Of every row, as the verifier's own."""
        rows = range(self._n)
        each = [map(m.scale.of, self._tables[m.view].scores(m.model, rows)) for m in verifier.models]
        return [statistics.fmean(x) for x in zip(*each, strict=True)]


def trained(own: Sequence[str], *groups: Sequence[str]) -> Verifier:
    """`own` and each group of others are turns."""
    ends = accumulate(map(len, (own, *groups)), initial=0)
    mine, *others = [range(*part) for part in pairwise(ends)]
    return Rows([*own, *(t for g in groups for t in g)]).trained(mine, others)


def scale(negatives: Sequence[float]) -> Scale:
    return Scale(statistics.fmean(negatives), statistics.pstdev(negatives) or 1.0) if negatives else Scale(0.0, 1.0)
