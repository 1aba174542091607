"""Is it in the records at all? In: the lines of a question and their chances. Out: what is held, and yes or no.

Words alone do not tell: of a question about somebody, the words are often there, said by the other person. So it counts
who says them, what of the question stands nowhere, and how much one hit holds. The weights were learned beside those of
the ranking, and the bar is set where one answerable question in twenty is called absent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from afterword.memory.weights import NAMED, UNNAMED
from afterword.store.blocks import Found

if TYPE_CHECKING:
    from afterword.memory.ranking import Column, Ranked

LIKE, FEW, HALF = 0.7, 3, 0.5


class Held(msgspec.Struct, frozen=True):
    """`exact`: the share of the question's weight that the best hit holds in its own words. `signs`: all that is weighed."""

    exact: float
    signs: dict[str, float]


def share(ranked: Ranked, start: int, end: int, of: str = "") -> tuple[float, float]:
    """What these lines, or one speaker's of them, hold of the question's weight: in its own words, and with words like them."""
    import numpy as np

    keep = np.array([x is not None and of in ("", x.speaker) for x in ranked.lines[start:end]], dtype=bool)
    total = ranked.whole.sum()
    if not total:  # nothing but a day is asked for
        on = float(ranked.inside[start:end].any())
        return on, on
    if not keep.any():
        return 0.0, 0.0
    exact = (ranked.exact[:, start:end][:, keep] > 0).max(1)
    like = np.maximum(exact, LIKE * ranked.like[:, start:end][:, keep].max(1))
    return float(exact @ ranked.whole / total), float(like @ ranked.whole / total)


def held(ranked: Ranked, found: Found, best: Sequence[tuple[float, int, int]], plain: Column) -> Held:
    """`plain`: chances without a look at who is asked of."""
    import numpy as np

    ask = ranked.asked
    of = ask.of if ask.named else ""
    shares = [share(ranked, a, z) for _, a, z in best[:FEW]]
    whole = ranked.whole.sum() or 1.0
    seen = list(zip(ranked.whole / whole, found.seen, strict=True))
    own = np.array([x is not None and x.speaker == of for x in ranked.lines])
    other = ranked.real & ~own
    per_line = np.where(ranked.exact > 0, 1.0, LIKE * ranked.like).T @ ranked.whole / whole
    top = int(plain.argmax())
    named = float(bool(of) and bool(own.any()) and bool(other.any()))
    margin = math.log(max(plain[own].max(), 1e-9) / max(plain[other].max(), 1e-9)) if named else 0.0
    theirs = named * float(other[top])
    said = ranked.signs[top]
    signs = {
        "exact": max(s[0] for s in shares),
        "like": max(s[1] for s in shares),
        "own": max(share(ranked, a, z, of)[1] for _, a, z in best[:FEW]),
        "unseen": sum(float(w) for w, (word, _) in seen if not word),
        "nothing_like": sum(float(w) for w, (_, like) in seen if not like),
        "named": named,
        "mass": float(plain[own].sum()) if named else 1.0,
        "margin": max(-3.0, min(3.0, margin)),
        "theirs": theirs,
        "theirs_asks": theirs * said.asks if said else 0.0,
        "theirs_first": theirs * said.first if said else 0.0,
        "line_own": float(per_line[own].max()) if named else float(per_line.max()),
        "line_other": float(per_line[other].max()) if named else float(per_line.max()),
        "size": math.log(1 + float(whole)),
        "words": float((ranked.whole > 0).sum()),
        "sure": math.log(max(float(plain.max()), 1e-9)),
        "time": float(ask.time),
        "count": float(ask.count),
        "name": float(ask.name),
    }
    signs["margin_line"] = signs["margin"] * signs["line_own"]
    signs["gap"] = signs["line_other"] - signs["line_own"]
    signs["found"], signs["lost"] = signs["like"] * float(whole), signs["unseen"] * float(whole)
    return Held(signs["exact"], signs)


def present(what: Held) -> bool:
    signs = what.signs
    if not signs["words"]:
        return what.exact >= HALF
    if not signs["named"] and signs["nothing_like"] >= HALF:
        return False  # most of what is asked for was never spoken of, in these words or others
    weights = NAMED if signs["named"] else UNNAMED
    return sum(w * signs.get(k, 1.0) for k, w in weights.items()) > 0
