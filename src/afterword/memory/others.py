"""Not this one, but another? In: a question, the lines that may answer it. Out: how much better another fits.

"Grandpa's gift" is not answered by a gift from grandma, nor "the trip to France" by one to England: all other words of the
question stand there, and in the place of one stands another of its kind. Kinds whose members exclude one another are listed in
`measures/lang/<language>/others.txt`. The hard choice: both may be spoken of, so the place where the rest of the question
stands best beside the thing itself is weighed against the place where it stands best beside another. For somebody's name
no such list is needed: what is told where they are not named is told of somebody else.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from afterword.measures.lexicon import entries
from afterword.memory.meant import may_name
from afterword.memory.query import root
from afterword.memory.solid import listed
from afterword.memory.where import towns
from afterword.store.search import folded, in_cjk

if TYPE_CHECKING:
    from afterword.memory.ranking import Column, Ranked

AROUND = 3
"""Lines before and after in which the thing itself may stand."""
LITTLE = 1.5
"""What the rest of a question must weigh at least: "what happened in the library" tells nothing of another place."""


@cache
def _kinds() -> tuple[tuple[frozenset[str], ...], ...]:
    return tuple(tuple(frozenset(map(root, names.split("/"))) for names in line.split()) for line in entries("others"))


@cache
def _by_stem() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    same, of_kind = dict[str, set[str]](), dict[str, set[str]]()
    for kind in _kinds():
        for names in kind:
            for stem in names:
                same.setdefault(stem, set()).update(names)
                of_kind.setdefault(stem, set()).update(*kind)
    return {s: (frozenset(same[s]), frozenset(of_kind[s] - same[s])) for s in same}


def others(word: str) -> tuple[frozenset[str], frozenset[str]]:
    """Stems of the names of the same thing, and of all others of its kind."""
    return _by_stem().get(root(word), (frozenset(), frozenset()))


def instead(ranked: Ranked, like: Column) -> float:
    """0 to 1: how much more of the question stands beside another of the kind than beside what is asked. `like`: what each
    line holds of each concept."""
    import numpy as np

    more, around = 0.0, None
    for i, concept in enumerate(ranked.asked.concepts):
        same, other = others(concept.word)
        rest = ranked.whole * (np.arange(len(ranked.whole)) != i)
        if concept.piece or not other or rest.sum() < LITTLE:
            continue
        around = near(like, AROUND) if around is None else around
        fits = rest @ around / rest.sum()
        there = near(stands(ranked, same)[None], AROUND)[0]
        another = stands(ranked, other) * (1 - there)
        more = max(more, float((fits * another).max(initial=0) - (fits * there).max(initial=0)))
    return more


def apart(ranked: Ranked, beside: Column) -> float:
    """0 to 1: how much more of the question stands where the one it names is not spoken of ("Nora's wedding": another's).
    `beside`: what each line, or one next to it, holds of each concept."""
    import numpy as np

    more = 0.0
    for i, concept in enumerate(ranked.asked.concepts):
        rest = ranked.whole * (np.arange(len(ranked.whole)) != i)
        if concept.piece or not rest.sum() or not beside[i].any() or not named_in(concept.word, ranked.asked.question):
            continue
        fits = rest @ beside / rest.sum()
        there = beside[i] > 0
        more = max(more, float(fits.max(initial=0) - (fits * there).max(initial=0)))
    return more


def named_in(word: str, question: str) -> bool:
    """小严 is somebody, 小狗 stands in the dictionary; "in Lisbon" and "that December" are no people."""
    if not may_name(word, question):
        return False
    if not in_cjk(word):
        before = re.compile(rf"\b(?:{'|'.join(sorted(listed('where', 'en')))}) {word}\b(?!['’]s)", re.IGNORECASE)
        return word not in towns() and before.search(folded(question)) is None
    import rjieba

    return not rjieba.has_word(word)


@lru_cache(1_024)
def _in_text(words: frozenset[str]) -> re.Pattern[str] | None:
    """Words in characters have no stems: they are looked for in the text."""
    return re.compile("|".join(map(re.escape, found))) if (found := sorted(w for w in words if in_cjk(w))) else None


def stands(ranked: Ranked, words: frozenset[str]) -> Column:
    """1 for each line in which one of these stems stands."""
    import numpy as np

    text = _in_text(words)
    if text is None:
        said = [s is not None and not words.isdisjoint(s.stems) for s in ranked.signs]
    else:
        said = [
            s is not None and (not words.isdisjoint(s.stems) or text.search(s.text) is not None) for s in ranked.signs
        ]
    return np.array(said, dtype=float)


def near(x: Column, lines: int) -> Column:
    """The most within a few lines; runs are parted by more lines than that."""
    import numpy as np

    out = x.copy()
    for by in range(1, lines + 1):
        out[:, by:] = np.maximum(out[:, by:], x[:, :-by])
        out[:, :-by] = np.maximum(out[:, :-by], x[:, by:])
    return out
