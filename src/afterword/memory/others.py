"""Not this one, but another of its kind? In: a question, the lines that may answer it. Out: how much better another fits.

"Grandpa's gift" is not answered by a gift from grandma, nor "the trip to France" by one to England: all other words of the
question stand there, and in the place of one stands another of its kind. Kinds whose members exclude one another are listed in
`measures/lang/<language>/others.txt`. The hard choice: both may be spoken of, so the place where the rest of the question
stands best beside the thing itself is weighed against the place where it stands best beside another.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from afterword.measures.lexicon import LANGUAGES, word_list
from afterword.memory.meant import may_name
from afterword.memory.query import root
from afterword.store.search import in_cjk

if TYPE_CHECKING:
    from afterword.memory.ranking import Column, Ranked

AROUND = 3
"""Lines before and after in which the thing itself may stand."""
BESIDE = 1
"""The same for somebody's name: the line that answers, or the one that asked, names them."""


@cache
def _kinds() -> tuple[tuple[frozenset[str], ...], ...]:
    return tuple(
        tuple(frozenset(map(root, names.split("/"))) for names in line.split())
        for language in LANGUAGES
        for line, _, _ in word_list(language, "others")
    )


@lru_cache(4_096)
def others(word: str) -> tuple[frozenset[str], frozenset[str]]:
    """Stems of the names of the same thing, and of all others of its kind."""
    same, of_kind = set[str](), set[str]()
    for kind in _kinds():
        if own := [names for names in kind if root(word) in names]:
            same.update(*own)
            of_kind.update(*kind)
    return frozenset(same), frozenset(of_kind - same)


def instead(ranked: Ranked, like: Column) -> float:
    """0 to 1: how much more of the question stands beside another of the kind than beside what is asked. `like`: what each
    line holds of each concept."""
    import numpy as np

    more = 0.0
    for i, concept in enumerate(ranked.asked.concepts):
        same, other = others(concept.word)
        rest = ranked.whole * (np.arange(len(ranked.whole)) != i)
        if concept.piece or not other or not rest.sum():
            continue
        fits = rest @ near(like, AROUND) / rest.sum()
        there = near(stands(ranked, same)[None], AROUND)[0]
        another = stands(ranked, other) * (1 - there)
        more = max(more, float((fits * another).max(initial=0) - (fits * there).max(initial=0)))
    return more


def apart(ranked: Ranked, like: Column) -> float:
    """0 to 1: how much more of the question stands where the one it names is not spoken of ("Priya's wedding": another's)."""
    import numpy as np

    more = 0.0
    for i, concept in enumerate(ranked.asked.concepts):
        rest = ranked.whole * (np.arange(len(ranked.whole)) != i)
        if concept.piece or not rest.sum() or not may_name(concept.word, ranked.asked.question):
            continue
        fits = rest @ near(like, BESIDE) / rest.sum()
        there = near(ranked.exact[i : i + 1] > 0, BESIDE)[0]
        more = max(more, float(fits.max(initial=0) - (fits * there).max(initial=0)))
    return more


def stands(ranked: Ranked, words: Collection[str]) -> Column:
    """1 for each line in which one of these stems stands."""
    import numpy as np

    characters = [w for w in words if in_cjk(w)]
    return np.array(
        [
            float(s is not None and (not s.stems.keys().isdisjoint(words) or any(w in s.text for w in characters)))
            for s in ranked.signs
        ]
    )


def near(x: Column, lines: int) -> Column:
    """The most within a few lines; runs are parted by more lines than that."""
    import numpy as np

    out = x.copy()
    for by in range(1, lines + 1):
        out[:, by:] = np.maximum(out[:, by:], x[:, :-by])
        out[:, :-by] = np.maximum(out[:, :-by], x[:, by:])
    return out
