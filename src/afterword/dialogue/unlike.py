"""What of a draft is unlike ta, in one plain line. In: a draft that does not read like ta, ta's ranges. Out: the sentence.

A verdict without a reason cannot be mended. What can be seen comes first, the furthest from ta's habit before others:
length, then how it is typed. Where that is all as usual it is the words, and those are named whose absence would help most.
"""

from __future__ import annotations

import re

from afterword.likeness.hand import shares
from afterword.likeness.typical import Typical, size_of
from afterword.measures.tokens import words
from afterword.profile.draft import percent
from afterword.texts import say

TIMES, FAR, NAMED = 1.75, 0.5, 2
"""How many times ta's middle a bubble must be to be called long or short; how far apart two shares must stand; how many
reasons are given."""
OCCASIONAL, RARE = frozenset({"laughter", "emoji", "exclamation", "ellipsis", "tilde", "comma"}), 0.03
"""What a line may well hold once though most do not: counted as unlike only where ta hardly ever writes it."""
TRIED = 16
"""Words of a draft that are left out in turn."""


def unlike(own: str, typical: Typical, lang: str, name: str) -> str:
    bubbles = [b for b in own.split("\n") if b.strip()]
    found, usual = size_of(own) / max(1, len(bubbles)), typical.bubble_mean or 1.0
    rows: list[tuple[float, str]] = []
    times = max(found / usual, usual / max(found, 1.0))
    if times >= TIMES:
        key = "longer" if found > usual else "shorter"
        told = say(lang, f"review.{key}", name=name, found=round(found), usual=round(usual), times=f"{times:.1f}")
        rows.append((times / 2, told))
    here = shares(bubbles)
    for trait in sorted({*here, *typical.hand}):
        share, habit = here.get(trait, 0.0), typical.hand.get(trait, 0.0)
        once = trait in OCCASIONAL and share > habit >= RARE
        if abs(share - habit) >= FAR and not once and not (trait == "unclosed" and here.get("period")):
            mark = say(lang, f"brief.typing_{trait}")
            told = say(lang, "review.typed", name=name, mark=mark, share=percent(share), habit=percent(habit))
            rows.append((abs(share - habit), told))
    if not rows and (odd := _odd(own, typical)):
        rows.append(
            (0.0, say(lang, "review.odd", name=name, words="”, “".join(odd) if lang == "en" else "”“".join(odd)))
        )
    return ("；" if lang == "zh" else "; ").join(told for _, told in sorted(rows, key=lambda r: -r[0])[:NAMED])


def _odd(own: str, typical: Typical) -> list[str]:
    """The words without which it would read most like ta."""
    whole = typical.voice.score(own)
    gained: dict[str, float] = {}
    for word in list(dict.fromkeys(words(own)))[:TRIED]:
        edge = r"\b" if word.isascii() else ""
        without = re.sub(rf"\s?{edge}{re.escape(word)}{edge}", "", own, flags=re.IGNORECASE)
        if without.strip() and without != own:
            gained[word] = typical.voice.score(without) - whole
    best = sorted(gained, key=lambda w: -gained[w])[:NAMED]
    return [w for w in best if gained[w] > 0]
