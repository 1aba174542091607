"""How much do replies read like the person? In: a person's turns cut in three by time, other voices. Out: the score.

Voice, Tell and Rhythm are always shown apart; the headline is their harmonic mean. 100 is the person's own held-out
turns and 0 is strangers; over 115 is caricature. Every figure has an interval by bootstrap over blocks of turns, and
what cannot be measured says so with the reason.

Source of the methods: verification against a background as in the PAN tasks; the classifier two-sample test of
Lopez-Paz and Oquab (2017); blocks because neighbouring turns share a topic.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise
from typing import TypeVar

import msgspec

from afterword.likeness.background import Voice, languages, voices
from afterword.likeness.panel import Panel, drawn_out
from afterword.likeness.verifier import Rows
from afterword.model import Turn

LEAST_VERIFIER, LEAST_HELD_OUT, LEAST_SOURCE = 100, 40, 40
LEAST_AUC, MOST_HALF_WIDTH = 0.85, 25.0
BLOCK, GROUP, SAMPLES = 8, 5, 400
CARICATURE, TOO_UNLIKE = 115.0, 80.0
NEAR = 3

T = TypeVar("T")


class Said(msgspec.Struct, frozen=True):
    """One turn and what it answers. `wait`: seconds after what it answers, None if unknown; `gaps` between bubbles."""

    text: str
    to: str = ""
    wait: float | None = None
    gaps: tuple[float, ...] = ()


class Figure(msgspec.Struct, frozen=True):
    value: float
    low: float
    high: float
    n: int


class NotMeasurable(msgspec.Struct, frozen=True):
    """`code` names the sentence, `found` and `least` fill it."""

    code: str
    found: float = 0.0
    least: float = 0.0


class Parts(msgspec.Struct, frozen=True):
    """One side of a chat by time: half persona source, a quarter verifier, a quarter held out."""

    source: tuple[Said, ...]
    verifier: tuple[Said, ...]
    held_out: tuple[Said, ...]


def said(turns: Sequence[Turn], speaker: str, within: float = 6 * 3600) -> list[Said]:
    """The speaker's turns with what they answer: the turn before, if somebody else's and not older than `within` seconds."""
    out = []
    for i, turn in enumerate(turns):
        if turn.speaker != speaker or not turn.text.strip():
            continue
        before = turns[i - 1] if i else None
        near = before is not None and before.speaker != speaker and turn.start - before.end <= within
        times = [u.at for u in turn.utterances]
        out.append(
            Said(
                turn.text,
                before.text if before is not None and near else "",
                float(turn.start - before.end) if before is not None and near else None,
                tuple(float(b - a) for a, b in zip(times, times[1:], strict=False)),
            )
        )
    return out


def parts(rows: Sequence[Said]) -> Parts:
    a, b = len(rows) // 2, len(rows) * 3 // 4
    return Parts(tuple(rows[:a]), tuple(rows[a:b]), tuple(rows[b:]))


def halves(rows: Sequence[T]) -> tuple[list[T], list[T]]:
    """Alternating blocks of eight: one half calibrates, the other checks."""
    out: tuple[list[T], list[T]] = ([], [])
    for i, row in enumerate(rows):
        out[i // BLOCK % 2].append(row)
    return out


def auc(own: Sequence[float], others: Sequence[float]) -> float:
    """The share of pairs in which the person's own is ranked higher (Mann and Whitney), ties counting half."""
    from bisect import bisect_left, bisect_right

    ordered = sorted(others)
    wins = sum((bisect_left(ordered, x) + bisect_right(ordered, x)) / 2 for x in own)
    return wins / (len(own) * len(others))


def grouped(scores: Sequence[float], size: int = GROUP) -> list[float]:
    """The evidence of groups of turns, in order."""
    scores = [*map(drawn_out, scores)]
    return [statistics.fmean(scores[i : i + size]) for i in range(0, len(scores) - size + 1, size)]


class Judge:
    """A scale for one person. `background` voices at odd places train, those at even places help to set the zero.

    100 is the mean of the person's turns after the source (panel.py); that it holds is checked on them by halves, see
    `check`. Zero is where a stranger stands, and nobody knows any: the mean of the nearest third of the unseen voices
    (beside somebody's grandmother everybody would look like the person), of the partner as these judges know them, and of
    the partner as read by judges who never saw them. Voices are invented and too far, a partner shares the talk and is too
    near; on real people strangers of other chats stood between."""

    def __init__(self, own: Parts, partner: Parts, background: Sequence[Voice]) -> None:
        self.own, self.partner, self.background = own, partner, background
        self.unseen = [v for i, v in enumerate(background) if not i % 2 and not v.assistant]
        training = [t for i, v in enumerate(background) if i % 2 or v.assistant for t in v.turns]
        mine, theirs = ([s.text for s in (*side.verifier, *side.held_out)] for side in (own, partner))
        before = [s.text for s in partner.source]
        every = [mine, theirs, before, training, *(v.turns for v in self.unseen)]
        ends = accumulate(map(len, every), initial=0)
        first, second, third, fourth, *rest = (range(*part) for part in pairwise(ends))
        rows = Rows([t for part in every for t in part])
        self._panel = Panel(rows, first, [[*third, *second], fourth], second)
        self.scored, self.partners, *strangers = [_of(self._panel, part) for part in (first, second, *rest)]
        self._heard = dict(zip((*theirs, *mine), (*self.partners, *self.scored), strict=True))
        self.strangers = {v.id: scores for v, scores in zip(self.unseen, strangers, strict=True)}
        self.calibrated, self.checked = halves(self.scored)
        self.zero = outside = nearest(strangers)
        if self.partners:
            blind = Panel(rows, first, [fourth])
            far = nearest([_of(blind, part) for part in rest])
            near = statistics.fmean(halves(_of(blind, first))[0])
            place = (statistics.fmean(_of(blind, [*second, *third])) - far) / (near - far)
            unknown = outside + place * (statistics.fmean(self.calibrated) - outside)
            self.zero = statistics.fmean((outside, statistics.fmean(self.partners), unknown))
        self.hundred = statistics.fmean(self.scored)

    def scores(self, rows: Iterable[Said]) -> list[float]:
        """What was learned from is scored by who did not learn it."""
        return [self._panel.read(s.text) if (known := self._heard.get(s.text)) is None else known for s in rows]

    def on_scale(self, score: float) -> float:
        return 100 * (score - self.zero) / (self.hundred - self.zero)

    def auc(self, size: int = GROUP) -> float:
        others = [g for s in self.strangers.values() for g in grouped(s, size)] + grouped(self.partners, size)
        return auc(grouped(self.scored, size), others)

    def voice(self, scores: Sequence[float]) -> Figure:
        return bootstrap(lambda rows: self.on_scale(statistics.fmean(rows)), scores)

    def check(self) -> Figure:
        """The half that checks, on the scale of the half that calibrates. Both are drawn anew, since neither is exact."""

        def against(checked: Sequence[float], calibrated: Sequence[float]) -> float:
            return 100 * (statistics.fmean(checked) - self.zero) / (statistics.fmean(calibrated) - self.zero)

        return bootstrap(against, self.checked, self.calibrated)

    def why_not(self) -> NotMeasurable | None:
        known = self.auc()
        if known < LEAST_AUC or min(self.hundred, statistics.fmean(self.calibrated)) <= self.zero:
            return NotMeasurable("auc", round(known, 2), LEAST_AUC)
        figure = self.voice(self.scored)
        if (wide := (figure.high - figure.low) / 2) > MOST_HALF_WIDTH:
            return NotMeasurable("interval", round(wide), MOST_HALF_WIDTH)
        return None


def _of(panel: Panel, rows: Iterable[int]) -> list[float]:
    return [panel.scores[row] for row in rows]


def nearest(strangers: Iterable[Sequence[float]]) -> float:
    """The mean of the nearest third."""
    means = sorted(map(statistics.fmean, strangers))
    return statistics.fmean(means[-len(means) // NEAR :])


def judge(own: Parts, partner: Parts) -> Judge | NotMeasurable:
    if len(own.source) < LEAST_SOURCE:
        return NotMeasurable("source", len(own.source), LEAST_SOURCE)
    messages = sum(s.text.count("\n") + 1 for s in own.verifier)
    if messages < LEAST_VERIFIER:
        return NotMeasurable("verifier", messages, LEAST_VERIFIER)
    if len(own.held_out) < LEAST_HELD_OUT:
        return NotMeasurable("held_out", len(own.held_out), LEAST_HELD_OUT)
    spoken = languages([s.text for s in own.source])
    if not spoken:
        return NotMeasurable("language")
    made = Judge(own, partner, [v for language in spoken for v in voices(language)])
    return made.why_not() or made


def bootstrap(figure: Callable[..., float], *sides: Sequence[float]) -> Figure:
    """95 %, over blocks of eight rows of each side. `n`: the rows of the first."""
    rng = random.Random(1)
    blocks = [[side[i : i + BLOCK] for i in range(0, len(side), BLOCK)] for side in sides]

    def again() -> float:
        return figure(*([x for b in rng.choices(side, k=len(side)) for x in b] for side in blocks))

    drawn = sorted(again() for _ in range(SAMPLES))
    low, high = drawn[int(SAMPLES * 0.025)], drawn[int(SAMPLES * 0.975)]
    return Figure(round(figure(*sides), 1), round(low, 1), round(high, 1), len(sides[0]))
