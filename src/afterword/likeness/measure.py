"""Everything that is said about a set of replies. In: a judge, replies. Out: Voice, Tell, Rhythm and what explains them.

Tell and Rhythm are areas under a curve put on a scale of 0 to 100: 0 where strangers stand, 100 where the person's own
earlier turns stand, since people drift and nobody is asked to be truer to them than they were. Strangers of Rhythm are the
partner's turns, the only others whose timing is known.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from afterword.likeness import sanitise
from afterword.likeness.authors import identifier, named_right
from afterword.likeness.linear import log_odds
from afterword.likeness.score import GROUP, Figure, Judge, Said, halves
from afterword.likeness.tells import Tell, spread, tell
from afterword.measures.tokens import words
from afterword.measures.voice import EMOJI, LAUGHTER

CANDIDATES, SIGNATURE, LEAST_USES, APART = 10, 20, 5, 0.1
CARICATURE = 1.8
"""Ta's own words so many times more often than ta used them are too many."""


class Bar(msgspec.Struct, frozen=True):
    """One feature of style: its mean per turn for the person's held-out turns and for the replies."""

    name: str
    person: float
    replies: float


class Score(msgspec.Struct, frozen=True):
    """`tell` and `rhythm` are on the scale of 0 to 100, with the areas behind them; `author`: the share of groups of five
    that are given to the person among ten; `signature`: how many times as often ta's typical words stand as in ta's own
    turns. None: not enough turns."""

    n: int
    voice: Figure
    tell: float | None
    rhythm: float | None
    headline: float | None
    areas: dict[str, Tell]
    author: float | None
    sanitised: sanitise.Index
    signature: float | None
    style: tuple[Bar, ...]


class Measure:
    """A judge with everything that is the same for every set of replies, worked out once."""

    def __init__(self, judge: Judge, name: str, others: Mapping[str, Sequence[str]] | None = None) -> None:
        """`others`: more people to name the author among, by name, with turns of theirs; voices fill them up to ten."""
        self.judge, self.name = judge, name
        self.held = list(judge.own.held_out)
        strangers = [Said(t) for v in judge.unseen for t in v.turns]
        partner = list(judge.partner.held_out)
        earlier = list(judge.own.source[-len(self.held) :])
        self.ends: dict[str, tuple[float, float]] = {}
        for view, far in (("raw", strangers), ("masked", strangers), ("rhythm", partner), ("sizes", partner)):
            zero, hundred = tell(self.held, far, view), tell(self.held, earlier, view)
            if zero and hundred and zero.auc - hundred.auc > APART:
                self.ends[view] = (zero.auc, hundred.auc)
        people = {name: [s.text for s in judge.own.verifier]}
        if judge.partner.verifier:
            people["partner"] = [s.text for s in judge.partner.verifier]
        people.update({who: list(texts) for who, texts in (others or {}).items()})
        for v in judge.unseen[:: max(1, len(judge.unseen) // CANDIDATES)]:
            if len(people) < CANDIDATES:
                people[v.id] = list(v.turns)
        self._named = identifier(people)
        self._signature = signature([s.text for s in judge.own.verifier], [t for v in judge.unseen for t in v.turns])

    def score(self, rows: Sequence[Said], voice: Figure | None = None, against: Sequence[Said] | None = None) -> Score:
        """`against`: the person's turns that the rows are told from; by default all that were held out."""
        voice = voice or self.judge.voice(self.judge.scores(rows))
        timing = "rhythm" if any(r.wait is not None for r in rows) else "sizes"
        areas: dict[str, Tell] = {}
        scaled: dict[str, float | None] = {}
        for name, view in (("raw", "raw"), ("masked", "masked"), ("rhythm", timing)):
            if (found := tell(self.held if against is None else against, rows, view)) is not None:
                areas[name], scaled[name] = found, self._on_scale(view, found.auc)
        folded = voice.value if voice.value <= 100 else 200 - voice.value
        parts = [max(1.0, min(x, 100.0)) for x in (folded, scaled.get("raw"), scaled.get("rhythm")) if x is not None]
        texts = [r.text for r in rows]
        used = rate(self._signature, texts)
        own = rate(self._signature, [s.text for s in self.held])
        theirs = style([s.text for s in self.held])
        return Score(
            len(rows), voice, scaled.get("raw"), scaled.get("rhythm"),
            round(statistics.harmonic_mean(parts), 1) if len(parts) > 1 else None, areas,
            named_right(self._named, self.name, texts, GROUP),
            sanitise.index([sanitise.Answer(s.to, s.text) for s in self.held], [sanitise.Answer(s.to, s.text) for s in rows]),
            round(used / own, 2) if own else None,
            tuple(Bar(k, theirs[k], v) for k, v in style(texts).items()),
        )  # fmt: skip

    def _on_scale(self, view: str, area: float) -> float | None:
        if view not in self.ends:
            return None
        zero, hundred = self.ends[view]
        return round(100 * (zero - area) / (zero - hundred), 1)

    def self_score(self) -> Score:
        """The half that checks, beside the half that calibrates."""
        calibrating, checking = halves(self.held)
        return self.score(checking, self.judge.check(), calibrating)

    def partner_score(self) -> Score | None:
        return self.score(list(self.judge.partner.held_out)) if self.judge.partners else None

    def stranger_score(self) -> Score:
        rows = spread([Said(t) for v in self.judge.unseen for t in v.turns], max(len(self.held), 40))
        return self.score(rows)


def marks(text: str) -> Counter[str]:
    """Words, laughs and emoji of a turn."""
    lowered = text.lower()
    return Counter([*words(text), *(f"laugh:{m}" for m in LAUGHTER.findall(lowered)), *EMOJI.findall(text)])


def signature(own: Sequence[str], others: Sequence[str]) -> frozenset[str]:
    """The words that are most the person's own, each used five times or more."""
    counted = [marks(t) for t in own]
    total = Counter[str]()
    for terms in counted:
        total.update(terms)
    weights = log_odds(counted, [marks(t) for t in others]).weights
    typical = sorted((t for t, n in total.items() if n >= LEAST_USES), key=lambda t: (-weights[t], t))
    return frozenset(typical[:SIGNATURE])


def rate(terms: frozenset[str], texts: Sequence[str]) -> float:
    """Uses per word, so that long turns have no more."""
    counted = [marks(t) for t in texts]
    total = sum(sum(c.values()) for c in counted)
    return sum(c[t] for c in counted for t in terms) / total if total else 0.0


def style(texts: Sequence[str]) -> dict[str, float]:
    """Means: characters and bubbles of a turn, characters of a bubble; shares of bubbles for the rest."""
    lines = [x.strip() for t in texts for x in t.split("\n") if x.strip()]
    n = len(lines) or 1

    def share(count: int) -> float:
        return round(count / n, 3)

    return {
        "characters": round(sum(map(len, texts)) / max(1, len(texts)), 1),
        "bubbles": round(len(lines) / max(1, len(texts)), 2),
        "bubble": round(sum(map(len, lines)) / n, 1),
        "no_end": share(sum(x[-1].isalnum() for x in lines)),
        "period": share(sum(x[-1] in ".。" and not x.endswith(("..", "。。")) for x in lines)),
        "question": share(sum(x[-1] in "?？" for x in lines)),
        "exclamation": share(sum("!" in x or "！" in x for x in lines)),
        "comma": share(sum("," in x or "，" in x for x in lines)),
        "lower": share(sum(x[0].islower() for x in lines)),
        "laughter": share(sum(bool(LAUGHTER.search(x.lower())) for x in lines)),
        "emoji": share(sum(bool(EMOJI.search(x)) for x in lines)),
    }
