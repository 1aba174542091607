"""A conversation in; the phases of it out: stretches of weeks with one pace, one speed of answering, one warmth.

The hard choice: phases are found on four weekly series at once (messages, reply latency, warmth, conflict) by PELT with
a BIC penalty, so a border stands only where the series together pay for it; the label is put on afterwards by plain
comparison with the whole chat. Nothing says why a phase ended.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

import msgspec

from afterword.measures.episodes import Marks, scan
from afterword.model.corpus import SESSION_GAP, Conversation, Utterance
from afterword.model.measurement import Measurement

WEEKS, LINES = 8, 100  # below either there are no phases to speak of
SHORTEST = 3  # weeks; a holiday is not a phase
DAY = 86400
_MONDAY = 4 * DAY  # the epoch was a Thursday

PELT = "Killick, Fearnhead and Eckley 2012, Optimal detection of changepoints with a linear computational cost (PELT)"
NOTE = (
    "Weekly series: log messages, median log reply latency, share of warm and of angry messages (shrunk by 20 average "
    "messages), each scaled by the noise of its first differences; changes in mean, penalty (d + 1) log n, at least 3 "
    "weeks a phase. Weeks are autocorrelated, which the penalty does not know: borders are approximate. "
    "First and last week may be partial; below 100 messages there are none. Labels compare a phase with the whole chat."
)


class Week(msgspec.Struct):
    lines: int = 0
    warm: int = 0
    angry: int = 0
    latencies: list[float] = []


def pelt(series: Sequence[Sequence[float]], penalty: float, shortest: int) -> list[int]:
    """Borders (starts of segments after the first) of the best split in mean; exact, minimum length included.

    A start that cannot win is dropped `shortest` steps late: until then its rival is too young to be a border.
    """
    n = len(series[0]) if series else 0
    if n < 2 * shortest:
        return []
    sums = [_running(s) for s in series]
    squares = _running([sum(s[i] ** 2 for s in series) for i in range(n)])

    def cost(a: int, b: int) -> float:
        return squares[b] - squares[a] - sum((s[b] - s[a]) ** 2 for s in sums) / (b - a)

    best = [-penalty] + [math.inf] * n
    came = [0] * (n + 1)
    starts: list[int] = [0]
    doomed: dict[int, int] = {}
    for t in range(shortest, n + 1):
        young = t - shortest
        if young >= shortest:
            starts.append(young)
        costs = [(best[s] + cost(s, t), s) for s in starts]
        lowest, came[t] = min(costs)
        best[t] = lowest + penalty
        for value, s in costs:
            if value > best[t]:
                doomed.setdefault(s, t + shortest)
        starts = [s for s in starts if doomed.get(s, n + 1) > t + 1]
    borders: list[int] = []
    t = n
    while came[t]:
        t = came[t]
        borders.append(t)
    return borders[::-1]


def _running(values: Sequence[float]) -> list[float]:
    out = [0.0]
    for v in values:
        out.append(out[-1] + v)
    return out


def _scaled(values: Sequence[float], floor: float) -> list[float]:
    """In units of the week-to-week noise (median absolute first difference), so one wild week is no scale."""
    steps = [abs(b - a) for a, b in zip(values, values[1:], strict=False)]
    noise = max(floor, median(steps) / (0.6745 * math.sqrt(2))) if steps else floor
    centre = median(values)
    return [(v - centre) / noise for v in values]


def weekly(lines: Sequence[Utterance], marks: Marks) -> tuple[int, list[Week]]:
    """The number of the first week (Mondays, the writer's clock) and every week from there, empty ones too."""
    numbers = [(u.at + 60 * u.offset - _MONDAY) // (7 * DAY) for u in lines]
    first = min(numbers)
    weeks = [Week(latencies=[]) for _ in range(max(numbers) - first + 1)]
    before: Utterance | None = None
    for u, number in zip(lines, numbers, strict=True):
        week = weeks[number - first]
        week.lines += 1
        # a reply is a change of speaker inside a session; longer pauses are silence, not slowness
        if before is not None and before.speaker != u.speaker and u.at - before.at <= SESSION_GAP:
            week.latencies.append(math.log1p(max(0, u.at - before.at)))
        before = u
    for m in marks.warm:
        weeks[numbers[m.index] - first].warm += 1
    for m in marks.conflict:
        weeks[numbers[m.index] - first].angry += 1
    return first, weeks


def borders_of(weeks: Sequence[Week]) -> list[int]:
    total = sum(w.lines for w in weeks)
    warm, angry = sum(w.warm for w in weeks) / total, sum(w.angry for w in weeks) / total
    known = [median(w.latencies) for w in weeks if len(w.latencies) >= 3]
    usual = median(known) if known else 0.0
    series = [
        _scaled([math.log1p(w.lines) for w in weeks], 0.25),
        _scaled([median(w.latencies) if len(w.latencies) >= 3 else usual for w in weeks], 0.35),
        _scaled([math.sqrt((w.warm + 20 * warm) / (w.lines + 20)) for w in weeks], 0.05),
        _scaled([math.sqrt((w.angry + 20 * angry) / (w.lines + 20)) for w in weeks], 0.05),
    ]
    return pelt(series, (len(series) + 1) * math.log(len(weeks)), SHORTEST)


def _label(k: int, count: int, share: float, row: dict[str, Any], whole: dict[str, Any]) -> str:
    """`share`: the phase's part of all weeks. Order matters: a chat's end may be cold too, and "ending" says more."""
    if count == 1:
        return "steady"
    pace = row["per_week"] / whole["per_week"]
    if k == count - 1 and pace <= 0.5 and share <= 0.5:
        return "ending"
    if k == 0 and share <= 0.5:
        return "beginning"
    slower = bool(row["latency_s"] and whole["latency_s"] and row["latency_s"] >= 1.5 * whole["latency_s"])
    angrier = row["conflict"] >= 2 * whole["conflict"] and row["conflict"] >= 0.01
    if whole["warmth"] >= 0.01 and row["warmth"] <= 0.5 * whole["warmth"] and (slower or angrier or pace <= 0.6):
        return "cold"
    if pace >= 1.5:
        return "busy"
    return "quiet" if pace <= 0.5 else "steady"


def _row(part: Sequence[Week]) -> dict[str, Any]:
    lines = sum(w.lines for w in part)
    latencies = [x for w in part for x in w.latencies]
    return {
        "weeks": len(part),
        "per_week": round(lines / len(part), 1),
        "warmth": round(sum(w.warm for w in part) / lines, 4) if lines else 0.0,
        "conflict": round(sum(w.angry for w in part) / lines, 4) if lines else 0.0,
        "latency_s": round(math.expm1(median(latencies))) if latencies else None,
    }


def phases(lines: Sequence[Utterance], marks: Marks) -> list[dict[str, Any]]:
    first, weeks = weekly(lines, marks)
    cuts = [0, *borders_of(weeks), len(weeks)]
    whole = _row(weeks)
    monday = date(1970, 1, 1) + timedelta(days=4 + 7 * first)
    moments = [u.at + 60 * u.offset for u in lines]
    signs = [m.index for m in (*marks.warm, *marks.conflict)]
    signs.sort()
    rows = []
    for k, (a, b) in enumerate(zip(cuts, cuts[1:], strict=False)):
        row = _row(weeks[a:b])
        start, past = monday + timedelta(weeks=a), monday + timedelta(weeks=b)
        begin, end = (bisect_left(moments, _MONDAY + 7 * DAY * (first + w)) for w in (a, b))
        shown = [begin, *signs[bisect_left(signs, begin + 1) :][:2]] if begin < end else []
        rows.append(
            {
                "start": max(start, lines[0].local.date()).isoformat(),
                "end": min(past - timedelta(days=1), lines[-1].local.date()).isoformat(),
                **row,
                "label_key": _label(k, len(cuts) - 1, (b - a) / len(weeks), row, whole),
                "support": [lines[i].id for i in shown if i < end],
            }
        )
    return rows


def measure(conversation: Conversation) -> Iterable[Measurement]:
    """story.phases."""
    lines = conversation.utterances
    # two far dates make a long run of empty weeks: cheap to count before any work is done
    n = (lines[-1].at - lines[0].at) // (7 * DAY) + 1 if lines else 0
    rows = phases(lines, scan(lines)) if n >= WEEKS and len(lines) >= LINES else None
    yield Measurement(
        "story.phases", rows, "phases", n, minimum=WEEKS,
        support=tuple(i for r in rows or [] for i in r["support"][:1])[:12], source=PELT, note=NOTE,
    )  # fmt: skip
