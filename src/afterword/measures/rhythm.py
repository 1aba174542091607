"""A conversation in; when each of the two writes, how fast they answer, who opens and who ends, out.

A reply is a change of writer inside a session: a pause over six hours is a silence, not a slow answer. Hours are those
of the writer's own clock as the corpus knows it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from afterword.measures.counting import median_interval, quantile, rounded, spread_out, wilson
from afterword.measures.tokens import common, words
from afterword.model import Kind
from afterword.model.corpus import SESSION_GAP, Conversation, Utterance
from afterword.model.measurement import Measurement

ENOUGH, PART_ENOUGH = 30, 10
DOUBLE_AFTER = 3600
LEAST, TOP, KEEP, SUPPORT = 4, 8, 12, 8
RATIO, EDGE, SAMPLE, SHOWN = 1.5, 40, 25_000, 200
PARTS = ((0, 6), (6, 12), (12, 18), (18, 24))

LATENCY = "Reply latency as in messaging studies (Avrahami and Hudson 2006, Responsiveness in instant messaging)"
ROLES = "Initiation and closing of talks (Schegloff and Sacks 1973, Opening up closings), counted over sessions"
MINUTES = (
    "Many exports keep minutes only: then answers within the minute count as 0 seconds, and gaps are not measured."
)


class Side:
    """One side's rhythm, counted once."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, int]] = []
        self.by_part: dict[int, list[int]] = defaultdict(list)
        self.gaps: list[int] = []
        self.hours = [0] * 24
        self.turns = 0
        self.opened: list[int] = []
        self.closed: list[int] = []
        self.at_hour: dict[int, list[int]] = defaultdict(list)
        self.doubled: list[int] = []
        self.openings: dict[str, list[int]] = defaultdict(list)
        self.closings: dict[str, list[int]] = defaultdict(list)


def hour(u: Utterance) -> int:
    return (u.at + 60 * u.offset) // 3600 % 24


def edge_word(u: Utterance, last: bool) -> str:
    """The first or the last word of a bubble; "" for one Chinese character, which is too little to be a habit."""
    if u.kind != Kind.TEXT:
        return ""
    found = words(u.text[-EDGE:] if last else u.text[:EDGE])
    if not found:
        return ""
    word = found[-1] if last else found[0]
    return "" if len(word) == 1 and not word.isascii() else word


def sides(conversation: Conversation) -> tuple[dict[str, Side], int]:
    """Every speaker's rhythm, and the number of sessions."""
    out: dict[str, Side] = defaultdict(Side)
    lines: list[tuple[int, Utterance]] = [
        (i, u)
        for i, u in enumerate(conversation.utterances)
        if u.kind not in (Kind.SYSTEM, Kind.REACTION, Kind.RECALLED)
    ]
    sessions = 0
    before: Utterance | None = None
    for place, (i, u) in enumerate(lines):
        side = out[u.speaker]
        side.hours[hour(u)] += 1
        if len(side.at_hour[hour(u)]) < SHOWN:
            side.at_hour[hour(u)].append(i)
        pause = u.at - before.at if before is not None else 0
        opens = before is None or pause > SESSION_GAP
        if opens:
            sessions += 1
            side.opened.append(i)
            _note(side.openings, u, i, last=False)
            if before is not None:
                _closing(out[before.speaker], lines, place - 1)
        if before is None or opens or before.speaker != u.speaker:
            side.turns += 1
            if not opens:
                side.replies.append((pause, i))
                side.by_part[hour(u) // 6].append(pause)
        elif pause >= DOUBLE_AFTER:
            side.doubled.append(i)
        else:
            side.gaps.append(pause)
        before = u
    if before is not None:
        _closing(out[before.speaker], lines, len(lines) - 1)
    return out, sessions


def _note(found: dict[str, list[int]], u: Utterance, i: int, *, last: bool) -> None:
    if word := edge_word(u, last):
        found[word].append(i)


def _closing(side: Side, lines: Sequence[tuple[int, Utterance]], place: int) -> None:
    i, u = lines[place]
    side.closed.append(i)
    _note(side.closings, u, i, last=True)


def habits(
    conversation: Conversation, speaker: str, found: dict[str, list[int]], *, last: bool
) -> list[tuple[str, list[int]]]:
    """Words that stand at this edge of talks at least `RATIO` times as often as at that edge of any bubble."""
    often = {w: p for w, p in found.items() if len(p) >= LEAST and w not in common()}
    if not often:
        return []
    said = [u for u in conversation.utterances if u.speaker == speaker and u.kind == Kind.TEXT]
    said = said[:: max(1, len(said) // SAMPLE)]  # what is usual is known well enough from some ten thousand bubbles
    usual = Counter(edge_word(u, last) for u in said)
    bubbles = len(said)
    talks = sum(len(p) for p in found.values())
    kept = [(w, p) for w, p in often.items() if len(p) / talks >= RATIO * usual[w] / bubbles]
    return sorted(kept, key=lambda r: (-len(r[1]), r[0]))[:TOP]


def middle_half(ordered: Sequence[int]) -> dict[str, float]:
    return {"median": quantile(ordered, 0.5), "q1": quantile(ordered, 0.25), "q3": quantile(ordered, 0.75)}


def measure(conversation: Conversation) -> Iterable[Measurement]:
    found, sessions = sides(conversation)
    for speaker, suffix in ((conversation.subject, ""), (conversation.owner, ".owner")):
        yield from _side(found[speaker], sessions, suffix, conversation)


def _side(side: Side, sessions: int, suffix: str, conversation: Conversation) -> Iterator[Measurement]:
    def ids(places: Sequence[int], keep: int = KEEP) -> tuple[str, ...]:
        return tuple(conversation.utterances[p].id for p in spread_out(places, keep))

    def made(
        name: str, value: Any, unit: str, n: int, source: str, support: Sequence[int] = (),
        interval: tuple[float, float] | None = None, note: str = "",
    ) -> Measurement:  # fmt: skip
        enough = n >= ENOUGH and value is not None
        return Measurement(
            f"rhythm.{name}{suffix}", value if enough else None, unit, n, interval=interval if enough else None,
            minimum=ENOUGH, support=ids(support), source=source, note=note,
        )  # fmt: skip

    waits = sorted(w for w, _ in side.replies)
    usual = [i for w, i in side.replies if w == round(quantile(waits, 0.5))]
    parts = [
        {"from": a, "to": b, "median": quantile(sorted(side.by_part[k]), 0.5), "n": len(side.by_part[k])}
        for k, (a, b) in enumerate(PARTS)
        if len(side.by_part[k]) >= PART_ENOUGH
    ]
    minutes_only = not any(u.at % 60 for u in conversation.utterances)
    reply = {"minutes_only": minutes_only, "parts": parts, **middle_half(waits)} if waits else None
    yield made("reply", reply, "seconds", len(waits), LATENCY, usual, median_interval(waits), MINUTES)
    gaps = sorted(side.gaps)
    gap = middle_half(gaps) if gaps and not minutes_only else None
    yield made(
        "gap",
        gap,
        "seconds",
        len(gaps),
        LATENCY,
        (),
        median_interval(gaps),
        "Between two bubbles of one turn. " + MINUTES,
    )
    n = sum(side.hours)
    peak = side.hours.index(max(side.hours))
    hours = {"counts": side.hours, "peak": peak}
    most = side.at_hour[peak]
    yield made("hours", hours, "messages per hour of the day", n, "Counts by local hour", most)
    for name, places in (("starts", side.opened), ("ends", side.closed)):
        hits = len(places)
        value = {"subject_share": rounded(hits / sessions) if sessions else 0.0, "count": hits}
        yield made(name, value, "share of sessions", sessions, ROLES, places, wilson(hits, sessions))
    hits = len(side.doubled)
    double = {"share": rounded(hits / side.turns) if side.turns else 0.0, "count": hits}
    yield made("double", double, "per turn", side.turns, ROLES, side.doubled, wilson(min(hits, side.turns), side.turns),
               "Writing again an hour or more after one's own message, before any answer and inside the session.")  # fmt: skip
    for name, forms, count in (
        ("openings", side.openings, len(side.opened)),
        ("closings", side.closings, len(side.closed)),
    ):
        speaker = conversation.owner if suffix else conversation.subject
        often = habits(conversation, speaker, forms, last=name == "closings") if count >= ENOUGH else []
        rows = [{"form": f, "count": len(p), "support": list(ids(p, SUPPORT))} for f, p in often]
        yield made(name, rows, "words", count, ROLES,
                   note="The first (last) word of the bubble that opens (ends) a session, at least 4 times, 1.5 times as often as elsewhere, and none of the commonest words.")  # fmt: skip
