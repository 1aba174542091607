"""Two linear models of text. In: documents as counts of terms, own and others. Out: a weight for each term.

Logistic regression learns what separates the two sides; log-odds counts who uses a term more (Monroe et al. 2008, with
an informative Dirichlet prior). The first is sharper and the second steadier with little text, and together they beat
either. Why not a library: the one that has the first is five times the size of the rest of Afterword, and what a trained
model needs at run time is one table of weights.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

import msgspec

STEPS = 150
PENALTY = 2e-4
PRIOR = 1_000.0
"""Weight of the prior, in terms: a term must be seen several times before it says much."""

Counts = Mapping[str, int]


class Linear(msgspec.Struct, frozen=True, tag=True):
    """A document's score. Each term counts 1 + log(n) times its inverse document frequency, the document has length 1."""

    idf: dict[str, float]
    weights: dict[str, float]
    bias: float

    def score(self, counts: Counts) -> float:
        total = square = 0.0
        for term, n in counts.items():
            idf = self.idf.get(term)
            if idf is not None:
                value = (1.0 + math.log(n)) * idf
                total += value * self.weights[term]
                square += value * value
        return self.bias + total / math.sqrt(square) if square else self.bias


class LogOdds(msgspec.Struct, frozen=True, tag=True):
    """A document's score: the sum of its terms' weights over the root of their number, so that long documents do not win
    by being long."""

    weights: dict[str, float]

    def score(self, counts: Counts) -> float:
        n = sum(counts.values())
        return sum(self.weights.get(t, 0.0) * k for t, k in counts.items()) / math.sqrt(n) if n else 0.0


class Table:
    """Documents whose terms are numbered once, since the same are learned from again and again, in other parts.

    Entry i says that the document `row[i]` holds the term `column[i]` `count[i]` times; `start`: where a document begins.
    Terms of fewer than `least` documents are left out; `size`: a document's terms with them.
    """

    def __init__(self, documents: Sequence[Counts], least: int = 1) -> None:
        import numpy as np

        self.size = np.array([sum(d.values()) for d in documents], dtype=float)
        if least > 1:
            frequency = Counter(t for d in documents for t in d)
            documents = [{t: n for t, n in d.items() if frequency[t] >= least} for d in documents]
        known: dict[str, int] = {}
        column = [known.setdefault(t, len(known)) for d in documents for t in d]
        self.terms = list(known)
        self.start = np.concatenate([[0], np.cumsum([len(d) for d in documents])]).astype(np.int64)
        self.column = np.array(column, dtype=np.int64)
        self.count = np.array([n for d in documents for n in d.values()], dtype=float)

    def part(self, documents: Sequence[int]) -> tuple[Any, Any, Any]:
        """(row, column, count) of some documents, which are numbered anew."""
        import numpy as np

        chosen = np.array(documents, dtype=np.int64)
        start, size = self.start[chosen], self.start[chosen + 1] - self.start[chosen]
        row = np.repeat(np.arange(len(chosen)), size)
        places = np.arange(len(row)) + (start - np.cumsum(size) + size)[row]
        return row, self.column[places], self.count[places]

    def scores(self, model: Linear | LogOdds, documents: Sequence[int]) -> list[float]:
        """As the model's own, of many at once."""
        import numpy as np

        row, column, count = self.part(documents)
        weight = np.array([model.weights.get(t, 0.0) for t in self.terms])
        size = self.size[np.array(documents, dtype=np.int64)]
        bias = 0.0
        if isinstance(model, Linear):
            x = (1.0 + np.log(count)) * np.array([model.idf.get(t, 0.0) for t in self.terms])[column]
            count, bias = x, model.bias
            size = np.bincount(row, x * x, len(documents))
        total = np.bincount(row, weight[column] * count, len(documents))
        return list((bias + total / np.sqrt(np.where(size > 0, size, 1.0))).tolist())

    def log_odds(self, own: Sequence[int], others: Sequence[int]) -> LogOdds:
        import numpy as np

        here, there = (self._total(side) for side in (own, others))
        a, b = here.sum(), there.sum()
        share = (here + there) / ((a + b) or 1.0)
        x, y = here + PRIOR * share, there + PRIOR * share
        used = np.flatnonzero(share)
        weights = np.log(x[used] / (a + PRIOR)) - np.log(y[used] / (b + PRIOR))
        return LogOdds({self.terms[t]: w for t, w in zip(used.tolist(), weights.tolist(), strict=True)})

    def _total(self, documents: Sequence[int]) -> Any:
        import numpy as np

        _, column, count = self.part(documents)
        return np.bincount(column, count, len(self.terms))

    def logistic(self, own: Sequence[int], groups: Sequence[Sequence[int]], *, penalty: float = PENALTY) -> Linear:
        """`own` weighs as much as all others, and each group of others as much as the next, however many documents they
        have. Terms in one document only are left out."""
        import numpy as np

        groups = [g for g in groups if g]
        documents = [*own, *(d for g in groups for d in g)]
        row, column, count = self.part(documents)
        frequency = np.bincount(column, minlength=len(self.terms))
        kept = np.flatnonzero(frequency > 1)
        place = np.zeros(len(self.terms), dtype=np.int64)
        place[kept] = np.arange(len(kept))
        often = frequency[column] > 1
        row, column, count = row[often], place[column[often]], count[often]
        idf = np.log((1 + len(documents)) / (1 + frequency[kept])) + 1.0
        x = (1.0 + np.log(count)) * idf[column]
        length = np.sqrt(np.bincount(row, x * x, len(documents)))
        x /= np.where(length > 0, length, 1.0)[row]
        label = np.where(np.arange(len(documents)) < len(own), 1.0, 0.0)
        share = np.concatenate(
            [np.full(len(own), 0.5 / max(1, len(own))), *(np.full(len(g), 0.5 / len(groups) / len(g)) for g in groups)]
        )
        w, bias = _fit(row, column, x, label, share, len(kept), penalty)
        terms = [self.terms[t] for t in kept.tolist()]
        return Linear(dict(zip(terms, idf.tolist(), strict=True)), dict(zip(terms, w.tolist(), strict=True)), bias)


def log_odds(own: Sequence[Counts], others: Sequence[Counts]) -> LogOdds:
    return Table([*own, *others]).log_odds(range(len(own)), range(len(own), len(own) + len(others)))


def logistic(own: Sequence[Counts], groups: Sequence[Sequence[Counts]], *, penalty: float = PENALTY) -> Linear:
    ends = [*accumulate(map(len, groups), initial=len(own))]
    table = Table([*own, *(d for g in groups for d in g)])
    return table.logistic(range(len(own)), [range(*part) for part in pairwise(ends)], penalty=penalty)


def _fit(row: Any, column: Any, x: Any, label: Any, share: Any, width: int, penalty: float) -> tuple[Any, float]:
    """Accelerated gradient descent (Nesterov 1983). Rows have length 1 and the shares sum to 1, so the loss bends by at
    most 1/2 in any direction of weights and bias: a step of 2 never overshoots."""
    import numpy as np

    # every entry is read twice in each step; in the order in which it is summed, that takes half the time
    order = np.argsort(column, kind="stable")
    rows, columns = _Sums(row, column, x, len(label)), _Sums(column[order], row[order], x[order], width)
    w = v = np.zeros(width)
    b = c = 0.0
    for k in range(STEPS):
        z = rows.of(v) + c
        off = share * (1.0 / (1.0 + np.exp(-np.clip(z, -30, 30))) - label)
        new_w = v - 2.0 * (columns.of(off) + penalty * v)
        new_b = c - 2.0 * float(off.sum())
        pace = k / (k + 3)
        v, c = new_w + pace * (new_w - w), new_b + pace * (new_b - b)
        w, b = new_w, new_b
    return w, float(b)


class _Sums:
    """Sums of x times what stands for `of`, by keys, which are in order; 0 for a key without any."""

    def __init__(self, keys: Any, of: Any, x: Any, width: int) -> None:
        import numpy as np

        self.starts = np.flatnonzero(np.diff(keys, prepend=-1))
        self.keys, self.width, self.places, self.x = keys[self.starts], width, of.astype(np.intp), x
        self.held = np.empty(len(x))

    def of(self, values: Any) -> Any:
        import numpy as np

        out = np.zeros(self.width)
        if len(self.keys):
            np.take(values, self.places, out=self.held, mode="clip")
            np.multiply(self.held, self.x, out=self.held)
            out[self.keys] = np.add.reduceat(self.held, self.starts)
        return out
