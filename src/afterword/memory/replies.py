"""What the person wrote when they were spoken to like this. In: words, an hour, a mood. Out: real turns, best first.

Source of the method: the nearest-reply baseline of likeness research (the person's own message that answers the most
similar context), here with the hour and the mood as tie-breakers and with a floor under which nothing fits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from afterword.memory.query import terms_of
from afterword.memory.recall import _holds, _stems
from afterword.model import Utterance
from afterword.store import Shelf
from afterword.store.search import rows_of, search, words_of

FLOOR = 0.34
"""The least share of the words' weight that the answered words must hold."""


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
    found, weights = search(shelf, "pair", terms, 40)
    if not found:
        return []
    rows = rows_of(shelf, "pair", [i for _, i in found])
    said = fetch([r for part in rows.values() for r in part])
    total = sum(weights.values()) or 1.0
    top = max(s for s, _ in found) or 1.0
    wanted = len(words_of(words))
    out: list[Reply] = []
    for score, id in found:
        bubbles = tuple(said[r] for r in rows[id] if r in said)[:6]
        if not bubbles:
            continue
        answered = before(bubbles[0])
        text = _stems(" ".join(u.text for u in answered))
        share = sum(w for t, w in weights.items() if _holds(text, t)) / total
        if share < FLOOR:
            continue
        length = len(words_of(" ".join(u.text for u in answered)))
        near = (
            1.0
            if hour is None
            else 1 - min(abs(bubbles[0].local.hour - hour), 24 - abs(bubbles[0].local.hour - hour)) / 12
        )
        size = min(length, wanted) / max(length, wanted, 1)
        seen = 1.0 if any(u.row in used for u in bubbles) else 0.0
        out.append(
            Reply(
                round(0.6 * share + 0.2 * max(score, 0) / top + 0.12 * size + 0.08 * near - seen, 4), bubbles, answered
            )
        )
    return sorted(out, key=lambda r: (-r.fit, r.bubbles[0].row))[:k]
