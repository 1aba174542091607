"""A conversation in; the phases of it out: stretches of weeks with one pace, one speed of answering, one warmth.

The hard choice: phases are found on four weekly series at once (messages, reply latency, warmth, conflict) by PELT with
a BIC penalty, so a border stands only where the series together pay for it; the label is put on afterwards by plain
comparison with the whole chat. Nothing says why a phase ended.

Weeks that no export covers are unknown, not quiet: they are in no series and no rate, no phase runs across them, and
between two phases they stand as what they are.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
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
    "First and last week may be partial; below 100 messages there are none. Labels compare a phase with the whole chat. "
    "Weeks between two exports that hold no records are in no phase and no rate (n leaves them out); their row is 'unrecorded'."
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


def _scaled(parts: Sequence[Sequence[float]], floor: float) -> list[list[float]]:
    """In units of the week-to-week noise (median absolute first difference), so one wild week is no scale. A step over
    weeks without records is no step."""
    steps = [abs(b - a) for values in parts for a, b in zip(values, values[1:], strict=False)]
    noise = max(floor, median(steps) / (0.6745 * math.sqrt(2))) if steps else floor
    centre = median([v for values in parts for v in values])
    return [[(v - centre) / noise for v in values] for values in parts]


def week_of(u: Utterance) -> int:
    """The number of its week (Mondays, the writer's clock)."""
    return (u.at + 60 * u.offset - _MONDAY) // (7 * DAY)


def recorded(lines: Sequence[Utterance], spans: Sequence[tuple[int, int]]) -> list[range]:
    """The weeks that the records cover, in runs: from the first line to the last where nothing is said of spans.

    A week of which a part is covered is covered; a week with a line in it is, whatever the spans say.
    """
    weeks = [week_of(u) for u in lines]
    first, last = min(weeks), max(weeks)
    if not spans:
        return [range(first, last + 1)]
    ats = [u.at for u in lines]
    own = {(w, w) for w in weeks}
    for begin, end in spans:
        near = lines[min(bisect_left(ats, begin), len(ats) - 1)], lines[max(bisect_right(ats, end) - 1, 0)]
        a, b = ((at + 60 * u.offset - _MONDAY) // (7 * DAY) for at, u in zip((begin, end), near, strict=True))
        if a <= last and b >= first:
            own.add((max(a, first), min(b, last)))
    runs: list[range] = []
    for a, b in sorted(own):
        if runs and a <= runs[-1].stop:
            runs[-1] = range(runs[-1].start, max(runs[-1].stop, b + 1))
        else:
            runs.append(range(a, b + 1))
    return runs


def weekly(lines: Sequence[Utterance], marks: Marks, runs: Sequence[range]) -> list[list[Week]]:
    """Every week of the runs, empty ones too."""
    parts = [[Week(latencies=[]) for _ in run] for run in runs]
    of = {number: week for run, part in zip(runs, parts, strict=True) for number, week in zip(run, part, strict=True)}
    before: Utterance | None = None
    for u in lines:
        week = of[week_of(u)]
        week.lines += 1
        # a reply is a change of speaker inside a session; longer pauses are silence, not slowness
        if before is not None and before.speaker != u.speaker and u.at - before.at <= SESSION_GAP:
            week.latencies.append(math.log1p(max(0, u.at - before.at)))
        before = u
    for m in marks.warm:
        of[week_of(lines[m.index])].warm += 1
    for m in marks.conflict:
        of[week_of(lines[m.index])].angry += 1
    return parts


def borders_of(parts: Sequence[Sequence[Week]]) -> list[list[int]]:
    """For each run of weeks the starts of its phases after the first."""
    weeks = [w for part in parts for w in part]
    total = sum(w.lines for w in weeks)
    warm, angry = sum(w.warm for w in weeks) / total, sum(w.angry for w in weeks) / total
    known = [median(w.latencies) for w in weeks if len(w.latencies) >= 3]
    usual = median(known) if known else 0.0
    series = [
        _scaled([[math.log1p(w.lines) for w in part] for part in parts], 0.25),
        _scaled([[median(w.latencies) if len(w.latencies) >= 3 else usual for w in part] for part in parts], 0.35),
        _scaled([[math.sqrt((w.warm + 20 * warm) / (w.lines + 20)) for w in part] for part in parts], 0.05),
        _scaled([[math.sqrt((w.angry + 20 * angry) / (w.lines + 20)) for w in part] for part in parts], 0.05),
    ]
    penalty = (len(series) + 1) * math.log(len(weeks))
    return [pelt(part, penalty, SHORTEST) for part in zip(*series, strict=True)]


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
        "lines": lines,
        "per_week": round(lines / len(part), 1),
        "warmth": round(sum(w.warm for w in part) / lines, 4) if lines else 0.0,
        "conflict": round(sum(w.angry for w in part) / lines, 4) if lines else 0.0,
        "latency_s": round(math.expm1(median(latencies))) if latencies else None,
    }


UNKNOWN: dict[str, Any] = {
    "lines": 0,
    "per_week": 0.0,
    "warmth": 0.0,
    "conflict": 0.0,
    "latency_s": None,
    "label_key": "unrecorded",
    "support": [],
}
"""What is counted in weeks without records."""


def _monday(week: int) -> date:
    return date(1970, 1, 5) + timedelta(weeks=week)


def phases(lines: Sequence[Utterance], marks: Marks, runs: Sequence[range]) -> list[dict[str, Any]]:
    parts = weekly(lines, marks, runs)
    cuts = [[0, *borders, len(part)] for part, borders in zip(parts, borders_of(parts), strict=True)]
    whole = _row([w for part in parts for w in part])
    weeks, count = sum(map(len, parts)), sum(len(c) - 1 for c in cuts)
    moments = [u.at + 60 * u.offset for u in lines]
    signs = sorted(m.index for m in (*marks.warm, *marks.conflict))
    rows: list[dict[str, Any]] = []
    k = 0
    for run, part, edges in zip(runs, parts, cuts, strict=True):
        for a, b in zip(edges, edges[1:], strict=False):
            row = _row(part[a:b])
            begin, end = (bisect_left(moments, _MONDAY + 7 * DAY * (run.start + w)) for w in (a, b))
            shown = [begin, *signs[bisect_left(signs, begin + 1) :][:2]] if begin < end else []
            start, stop = _monday(run.start + a), _monday(run.start + b) - timedelta(days=1)
            # the first and the last week of records begin and end with a line, not with a Monday
            if a == 0 and begin < end:
                start = max(start, min(lines[begin].local.date(), start + timedelta(days=6)))
            if b == len(part) and begin < end:
                stop = min(stop, max(lines[end - 1].local.date(), stop - timedelta(days=6)))
            if rows and a == 0:
                gap = date.fromisoformat(rows[-1]["end"]) + timedelta(days=1), start - timedelta(days=1)
                between = run.start - runs[runs.index(run) - 1].stop
                rows.append({"start": gap[0].isoformat(), "end": gap[1].isoformat(), "weeks": between, **UNKNOWN})
            rows.append(
                {
                    "start": start.isoformat(),
                    "end": stop.isoformat(),
                    **row,
                    "label_key": _label(k, count, (b - a) / weeks, row, whole),
                    "support": [lines[i].id for i in shown if i < end],
                }
            )
            k += 1
    return rows


def measure(conversation: Conversation) -> Iterable[Measurement]:
    """story.phases."""
    lines = conversation.utterances
    # two far dates make a long run of empty weeks: cheap to count before any work is done
    runs = recorded(lines, conversation.spans) if lines else []
    n = sum(map(len, runs))
    rows = phases(lines, scan(lines), runs) if n >= WEEKS and len(lines) >= LINES else None
    yield Measurement(
        "story.phases", rows, "phases", n, minimum=WEEKS, version=3,
        support=tuple(i for r in rows or [] for i in r["support"][:1])[:12], source=PELT, note=NOTE,
    )  # fmt: skip
