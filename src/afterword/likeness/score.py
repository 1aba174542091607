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

import msgspec

from afterword.likeness.background import Voice, languages, voices
from afterword.likeness.verifier import Verifier, trained
from afterword.model import Turn

LEAST_VERIFIER, LEAST_HELD_OUT, LEAST_SOURCE = 100, 40, 40
LEAST_AUC, MOST_HALF_WIDTH = 0.85, 25.0
BLOCK, GROUP, SAMPLES = 8, 5, 400
CARICATURE, TOO_UNLIKE = 115.0, 80.0
NEAR = 3


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


def halves(rows: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    """Alternating blocks of eight: one half calibrates, the other checks."""
    out: tuple[list[Said], list[Said]] = ([], [])
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
    return [statistics.fmean(scores[i : i + size]) for i in range(0, len(scores) - size + 1, size)]


class Judge:
    """A verifier with its scale. `background` voices at odd places train, those at even places help to set the zero.

    100 is the mean of all held-out turns; that it holds is checked on them by halves, see `check`. Zero is where a stranger
    stands, and nobody knows any: the mean of the nearest third of the unseen voices (beside somebody's grandmother
    everybody would look like the person), of the partner as this judge knows them, and of the partner as read by a judge
    who never saw them. Voices are invented and too far, a partner shares the talk and is too near; on real people strangers
    of other chats stood between."""

    def __init__(self, own: Parts, partner: Parts, background: Sequence[Voice]) -> None:
        self.own, self.partner, self.background = own, partner, background
        training = [v for i, v in enumerate(background) if i % 2 or v.assistant]
        self.unseen = [v for i, v in enumerate(background) if not i % 2 and not v.assistant]
        self.calibrating, self.checking = halves(own.held_out)
        known = [s.text for s in (*partner.source, *partner.verifier)]
        voices = [t for v in training for t in v.turns]
        mine = [s.text for s in own.verifier]
        self.verifier: Verifier = trained(mine, known, voices)
        ruler = _Ruler(self.verifier, self.calibrating, self.unseen)
        self.scores, self.calibrated, self.strangers = ruler.scores, ruler.calibrated, ruler.strangers
        self.checked = self.scores(self.checking)
        self.partners = self.scores(partner.held_out)
        self.zero = ruler.outside
        if self.partners:
            blind = _Ruler(trained(mine, voices), self.calibrating, self.unseen)
            unknown = blind.place(blind.scores((*partner.source, *partner.verifier, *partner.held_out)))
            self.zero = statistics.fmean((ruler.outside, statistics.fmean(self.partners), ruler.at(unknown)))
        self.hundred = statistics.fmean(self.calibrated + self.checked)

    def on_scale(self, score: float) -> float:
        return 100 * (score - self.zero) / (self.hundred - self.zero)

    def auc(self, size: int = GROUP) -> float:
        others = [g for s in self.strangers.values() for g in grouped(s, size)] + grouped(self.partners, size)
        return auc(grouped(self.calibrated + self.checked, size), others)

    def voice(self, scores: Sequence[float]) -> Figure:
        return bootstrap(scores, lambda rows: self.on_scale(statistics.fmean(rows)))

    def check(self) -> Figure:
        """The half that checks, on the scale of the half that calibrates."""
        whole = statistics.fmean(self.calibrated) - self.zero
        return bootstrap(self.checked, lambda rows: 100 * (statistics.fmean(rows) - self.zero) / whole)

    def why_not(self) -> NotMeasurable | None:
        known = self.auc()
        if known < LEAST_AUC or min(self.hundred, statistics.fmean(self.calibrated)) <= self.zero:
            return NotMeasurable("auc", round(known, 2), LEAST_AUC)
        figure = self.voice(self.calibrated + self.checked)
        if (wide := (figure.high - figure.low) / 2) > MOST_HALF_WIDTH:
            return NotMeasurable("interval", round(wide), MOST_HALF_WIDTH)
        return None


class _Ruler:
    """A verifier's scores, cut to the range of the person's own, with the two ends that need no partner."""

    def __init__(self, verifier: Verifier, calibrating: Sequence[Said], unseen: Sequence[Voice]) -> None:
        self._verifier = verifier
        self._range = robust([verifier.score(s.text) for s in calibrating])
        self.calibrated = self.scores(calibrating)
        self.strangers = {v.id: self.scores(Said(t) for t in v.turns) for v in unseen}
        means = sorted(map(statistics.fmean, self.strangers.values()))
        self.outside = statistics.fmean(means[-len(means) // NEAR :])

    def scores(self, rows: Iterable[Said]) -> list[float]:
        """A turn far out, such as a pasted page, counts as far out as the person's own turns go and no farther."""
        low, high = self._range
        return [min(max(self._verifier.score(s.text), low), high) for s in rows]

    def place(self, scores: Sequence[float]) -> float:
        """0 = the nearest unseen voices, 1 = the person."""
        return (statistics.fmean(scores) - self.outside) / (statistics.fmean(self.calibrated) - self.outside)

    def at(self, place: float) -> float:
        return self.outside + place * (statistics.fmean(self.calibrated) - self.outside)


def robust(scores: Sequence[float]) -> tuple[float, float]:
    """The median and three standard deviations to either side, these from the median distance to the median."""
    middle = statistics.median(scores)
    away = 3 * 1.4826 * statistics.median(abs(x - middle) for x in scores)
    return middle - away, middle + away


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


def bootstrap(rows: Sequence[float], figure: Callable[[Sequence[float]], float]) -> Figure:
    """95 %, over blocks of eight rows."""
    rng = random.Random(1)
    blocks = [rows[i : i + BLOCK] for i in range(0, len(rows), BLOCK)]
    drawn = sorted(figure([x for b in rng.choices(blocks, k=len(blocks)) for x in b]) for _ in range(SAMPLES))
    low, high = drawn[int(SAMPLES * 0.025)], drawn[int(SAMPLES * 0.975)]
    return Figure(round(figure(rows), 1), round(low, 1), round(high, 1), len(rows))
