"""Was it ever spoken of at all? In: a question's words, what was found of them. Out: how surely one of them stands nowhere.

Of most things one may speak in other words: a dress is "what I wore", a quarrel "that evening". Some have one name that
nearly everybody uses: goldfish, passport, honeymoon. They stand in `measures/lang/<language>/own_name.txt`, each with the
words that tell of it too. The hard choice: only what nobody calls by its kind, nor by what it looks like, is in the list;
so it is short, and what is asked for in other words than its own is never lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from afterword.measures.lexicon import entries
from afterword.memory.others import stands
from afterword.memory.query import root
from afterword.store.search import in_cjk

if TYPE_CHECKING:
    from afterword.memory.ranking import Ranked
    from afterword.store.blocks import Found

ALIKE = 4
"""Letters that the forms of one word share."""
KIND = 0.6
"""What counts of "which hotel": its answer may be the hotel's name."""


@cache
def _names() -> dict[str, frozenset[str]]:
    """Stem of a thing's name, in any of its forms (allergy, allergic) → the stems of all that tell of it."""
    out: dict[str, frozenset[str]] = {}
    for names in (part.split("/") for line in entries("own_name") for part in line.split()):
        for own in {root(w) for w in names if w[:ALIKE] == names[0][:ALIKE]}:
            out[own] = out.get(own, frozenset()) | frozenset(map(root, names))
    return out


@lru_cache(4_096)
def tells_of(word: str) -> frozenset[str]:
    """Stems of what tells of a thing that has a name of its own; of a longer Chinese word by the name in it (寿司店, 打篮球)."""
    if not in_cjk(word):
        return _names().get(root(word), frozenset())
    parts = (word[i : i + n] for n in range(len(word), 1, -1) for i in range(len(word) - n + 1))
    return next((_names()[p] for p in parts if p in _names()), frozenset())


def lost(ranked: Ranked, found: Found, role: Mapping[str, str]) -> float:
    """1 if a thing with a name of its own is asked for and neither it nor what tells of it stands anywhere."""
    most, own = 0.0, {root(w) for w in role}
    for concept, weight, (said, _) in zip(ranked.asked.concepts, found.weights, found.seen, strict=True):
        names = tells_of(concept.word)
        if concept.piece or said or not names:
            continue
        if concept.word not in role and names.isdisjoint(own):
            continue  # it stands for a turn of speech, and is not the question's own
        # a word like it that is less rare than what stands nowhere does stand
        if any(rarity < weight and root(w) in names for w, rarity in found.rarity.items()):
            continue
        if not stands(ranked, names).any():
            most = max(most, KIND if role.get(concept.word) == "kind" else 1.0)
    return most
