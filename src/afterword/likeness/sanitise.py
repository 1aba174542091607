"""Is the persona nicer than the person? In: replies with what they answered. Out: a signed index over eleven markers.

Each marker is a difference of means, persona minus person, in units of the turns' own spread (Cohen's d); push-back and
profanity count the other way round. 0 is the person; a model's default manners stand near +1; below 0 the persona is
shorter and meaner than they were, which is a fault as well. The spread of a rare marker is not let under a floor: one
oath more in forty turns is no character.
"""

from __future__ import annotations

import random
import re
import statistics
from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from afterword.measures.lexicon import any_of, sections, typed
from afterword.measures.tokens import words
from afterword.measures.voice import EMOJI

MARKERS = (
    "length", "bubble", "agreement", "praise", "empathy", "pushback", "profanity", "warm_marks", "asks", "echo", "polish",
)  # fmt: skip
INVERTED = ("pushback", "profanity")
FLAG, RED = 0.2, 0.4
FLOOR, BLOCK, SAMPLES = 0.15, 8, 400

_OPENING = re.compile(r"^[\W_]+")
_WARM = re.compile(
    "[!！♥❤💕💖💗💓💞💛💙💚💜🧡🥰😍😘😊☺🤗✨🎉🌟🌹]|:\\)|\\(:|\\^_\\^|\\[(?:爱心|拥抱|玫瑰|微笑|愉快|亲亲|可爱)\\]"
)
_QUESTION = re.compile(r"(?:[?？]|吗|呢|么|嘛)[\s~～]*(?:" + EMOJI.pattern + r")*\s*$")


class Answer(msgspec.Struct, frozen=True):
    """A reply and the turn it answers; bubbles apart by line ends."""

    to: str
    reply: str


class Marker(msgspec.Struct, frozen=True):
    """Means per turn, and the signed difference in units of the spread."""

    name: str
    person: float
    persona: float
    d: float


class Index(msgspec.Struct, frozen=True):
    value: float
    low: float
    high: float
    markers: tuple[Marker, ...]
    n: tuple[int, int]


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """By marker: what counts anywhere, and what counts as the opening of a bubble."""
    found = {}
    for name, forms in sections("manners").items():
        opening, anywhere = ([f.lstrip("^") for f in forms if (f[0] == "^") is opens] for opens in (True, False))
        opens = re.compile(any_of(typed(opening))) if opening else None
        found[name] = re.compile(any_of(typed(anywhere))), opens
    return found


def _shows(marker: str, lines: Sequence[str]) -> float:
    anywhere, opening = _patterns()[marker]
    return float(any(anywhere.search(x) or (opening and opening.match(_OPENING.sub("", x))) for x in lines))


def marks(answer: Answer) -> dict[str, float]:
    """The eleven markers of one turn."""
    import math

    lines = [x.strip() for x in answer.reply.split("\n") if x.strip()] or [""]
    lowered = [x.lower().replace("’", "'") for x in lines]  # as written: 幹 is a curse, 干 is none
    said = words(answer.reply)
    heard = {w for w in words(answer.to) if len(w) > 3 or not w.isascii() and len(w) > 1}
    letters = [x for x in lines if any(c.isalpha() for c in x)]
    polished = [x for x in letters if x[-1] in ".!?。！？" and not x[0].islower()]
    return {
        "length": math.log1p(sum(map(len, lines))),
        "bubble": math.log1p(statistics.fmean(map(len, lines))),
        "agreement": _shows("agreement", lowered[:1]),
        "praise": _shows("praise", lowered),
        "empathy": _shows("empathy", lowered),
        "pushback": _shows("pushback", lowered),
        "profanity": _shows("profanity", lowered),
        "warm_marks": min(3.0, sum(len(_WARM.findall(x)) for x in lines)),
        "asks": float(bool(_QUESTION.search(lines[-1]))),
        "echo": sum(w in heard for w in said) / len(said) if said else 0.0,
        "polish": len(polished) / len(letters) if letters else 0.0,
    }


def index(person: Sequence[Answer], persona: Sequence[Answer]) -> Index:
    """Interval: 95 %, bootstrap over blocks of eight turns on both sides."""
    theirs, drafted = [marks(a) for a in person], [marks(a) for a in persona]
    found = tuple(_difference(theirs, drafted))
    rng = random.Random(1)
    blocks_a, blocks_b = ([rows[i : i + BLOCK] for i in range(0, len(rows), BLOCK)] for rows in (theirs, drafted))
    drawn = sorted(
        statistics.fmean(m.d for m in _difference(_flat(rng, blocks_a), _flat(rng, blocks_b))) for _ in range(SAMPLES)
    )
    return Index(
        round(statistics.fmean(m.d for m in found), 3), round(drawn[int(SAMPLES * 0.025)], 3),
        round(drawn[int(SAMPLES * 0.975)], 3), found, (len(theirs), len(drafted)),
    )  # fmt: skip


def _flat(rng: random.Random, blocks: Sequence[list[dict[str, float]]]) -> list[dict[str, float]]:
    return [row for block in rng.choices(blocks, k=len(blocks)) for row in block]


def _difference(person: Sequence[dict[str, float]], persona: Sequence[dict[str, float]]) -> Iterator[Marker]:
    for name in MARKERS:
        a, b = [m[name] for m in person], [m[name] for m in persona]
        spread = max(FLOOR, ((statistics.pvariance(a) + statistics.pvariance(b)) / 2) ** 0.5)
        d = (statistics.fmean(b) - statistics.fmean(a)) / spread
        yield Marker(name, round(statistics.fmean(a), 3), round(statistics.fmean(b), 3), -d if name in INVERTED else d)
