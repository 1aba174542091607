"""Who of several wrote this? In: candidates with turns of theirs. Out: a name for a group of turns.

Two models for each candidate against all others, in two views, each scaled on the others (as in verifier.py); the
candidate that is surest over the whole group is named. Candidates weigh the same, however much they wrote.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from afterword.likeness.features import clean, grams, masked, surface
from afterword.likeness.linear import Counts, log_odds, logistic
from afterword.likeness.verifier import Scored, scale

MOST = 400
"""Turns of one candidate that are learned from: more add little, and ten candidates stay a matter of seconds."""
PENALTY = 5e-5
DEALS = 10


VIEWS: dict[str, Callable[[str], Counts]] = {
    "letters": lambda bare: grams(bare, shortest=1) + surface(bare),
    "masked": lambda bare: grams(masked(bare)) + surface(bare),
}
"""The second sees through a change of subject: without it, somebody who talks to two people was known in 9 of 10 groups of
twenty turns, with it in all but one of a hundred."""


def identifier(candidates: Mapping[str, Sequence[str]]) -> Callable[[Sequence[str]], str]:
    """A function that names the author of turns that have one author."""
    bare = {}
    for name, texts in candidates.items():
        n = min(MOST, len(texts))
        bare[name] = [clean(texts[i * len(texts) // n]) for i in range(n)]
    models: dict[str, list[Scored]] = {name: [] for name in candidates}
    for kind, view in VIEWS.items():
        counted = {name: [view(t) for t in texts] for name, texts in bare.items()}
        for name, own in counted.items():
            others = [c for other, rows in counted.items() if other != name for c in rows]
            for model in (logistic(own, [others], penalty=PENALTY), log_odds(own, others)):
                models[name].append(Scored(kind, model, scale([model.score(c) for c in others[::3]])))

    @cache
    def weighed(text: str) -> dict[str, float]:
        row = {kind: view(clean(text)) for kind, view in VIEWS.items()}
        return {who: sum(m.score(row[m.view]) for m in own) for who, own in models.items()}

    def name_of(texts: Sequence[str]) -> str:
        return max(models, key=lambda who: (sum(weighed(t)[who] for t in texts), who))

    return name_of


def named_right(name_of: Callable[[Sequence[str]], str], author: str, texts: Sequence[str], size: int) -> float | None:
    """The share of groups of `size` turns that are given to their author; None below one group. Thirty turns are six groups
    of five, of which one more or less is a sixth: so they are dealt out several times."""
    dealt, rng, groups = list(texts), random.Random(size), []
    for _ in range(DEALS):
        groups += [dealt[i : i + size] for i in range(0, len(dealt) - size + 1, size)]
        rng.shuffle(dealt)
    return sum(name_of(g) == author for g in groups) / len(groups) if groups else None
