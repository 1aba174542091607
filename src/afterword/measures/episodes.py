"""A conversation in; its warm sessions, conflicts, repairs and long silences out, each with what shows it.

The hard choice: precision before recall. A word of anger is a mark only when it is said TO the other person, is not
negated, reported, or laughed about; and a conflict needs three marks from two cues, or two strong ones, close
together. Coldness has no words of its own ("ok.", "随便"), so it is read against the speaker's own habit: it can
lengthen a conflict, and only a run of full stops by somebody who seldom writes them makes a hard talk by itself. What is found is described, not diagnosed: no scores of people.

The other story families share the scan that lives here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from afterword.measures.lexicon import Lexicon, entries, lower
from afterword.model.corpus import SESSION_GAP, Conversation, Utterance
from afterword.model.measurement import Measurement

HOUR = 3600
CLUSTER_GAP, CLUSTER_SPAN = 2 * HOUR, 60  # marks further apart, in time or in messages, are not one quarrel
HUSH_KNOWN, HUSH_HABIT, HUSH_RUN, HUSH_SHARE = 200, 0.15, 5, 0.6
REPAIR_WITHIN = 72 * HOUR
LONG_SILENCE = 72 * HOUR
LOOK_AHEAD = 12 * HOUR  # a silence belongs to a quarrel when it begins this soon after it
BASELINE = 50  # messages of a speaker before his habits count as known
KEEP = 12

GOTTMAN = "Gottman 1999, The Marriage Clinic (repair attempts, turning away); used as description, not diagnosis"
LIMITS = (
    "Word lists with negation, reported speech and laughter handled; irony, quarrels without listed words and quarrels "
    "by voice are missed. Precision before recall: 3 marks from 2 cues, or 2 strong ones, within 2 hours of each other; or 5 "
    "full stops that are 60 % of the bubbles of one who ends fewer than 15 % so."
)


class Mark(msgspec.Struct, frozen=True, gc=False):
    """A sign in one utterance: its place in the conversation, the cue it came by, and whether it is strong."""

    index: int
    cue: str
    strong: bool = False


class Hush(msgspec.Struct, frozen=True):
    """A run of bubbles that end in a full stop, by one who seldom does: `of` bubbles of theirs, `usual` share else."""

    places: list[int]
    of: int
    usual: float


class Marks(msgspec.Struct, frozen=True):
    """Every sign of a conversation in time order, at most one of a kind in an utterance."""

    hushes: list[Hush]

    warm: list[Mark]
    conflict: list[Mark]
    cold: list[Mark]
    repair: list[Mark]
    laugh: list[int]


LISTS = ("not", "laughter", "warmth", "endearments", "conflict", "repair")
_NEGATED_EN = re.compile(
    r"(?:\b(?:not|never|no longer|(?:do|did|does|is|ca|have|has|had|was|were|are|wo|would|could|should|ai)nt|if|without)|n't)(?: [a-z']+){0,2} $"
)
_REPORTED = re.compile(
    r"(?:\b(?:said|says|saying|told me|told him|told her|was like|quote)[ ,:\"“]*|[说道][:：,，]?[“\"「]?)$"
)
_EDGES = " .。!！?？~～…,，\n"


@cache
def lexicon() -> Lexicon:
    return Lexicon(LISTS)


@cache
def curt() -> frozenset[str]:
    return frozenset(w.lstrip("=") for w in entries("coldness"))


def negated(lowered: str, start: int) -> bool:
    """Whether the words before `start` turn it round: "don't really miss you", "没想你"; whole entries that hold their
    own negation ("你不爱我") start before it and are not touched."""
    if start == 0:
        return False
    if lowered[start - 1] == " ":
        return _NEGATED_EN.search(lowered[max(0, start - 24) : start]) is not None
    before = lowered[max(0, start - 3) : start]
    return before[-1] in "不没别未甭" or before[-2:] in ("不是", "没有", "不会", "不想", "如果", "不再")


def scan(utterances: Sequence[Utterance]) -> Marks:
    """One pass over the words; then coldness against each speaker's habit, and anger beside laughter taken out."""
    lex, curt_words = lexicon(), curt()
    warm: list[Mark] = []
    conflict: list[Mark] = []
    repair: list[Mark] = []
    laugh: list[int] = []
    stops: list[int] = []
    every_stop: dict[str, list[int]] = defaultdict(list)
    curts: list[tuple[int, str]] = []
    said: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    curt_said: Counter[tuple[str, str]] = Counter()
    for i, u in enumerate(utterances):
        text = u.text
        if not text or u.kind:
            continue
        lowered = lower(text)
        said[u.speaker] += 1
        if text[-1] in ".。" and not text.endswith(("..", "。。")):
            stopped[u.speaker] += 1
            every_stop[u.speaker].append(i)
            if len(text) <= (16 if text.isascii() else 6) and text.count(" ") <= 2:
                stops.append(i)
        found: dict[str, Mark] = {}
        if len(text) <= 20:
            bare = lowered.strip(_EDGES)
            if bare in curt_words:
                curt_said[u.speaker, bare] += 1
                curts.append((i, bare))
            elif bare in lex.whole:
                entry = lex.whole[bare]
                found[entry.kind] = Mark(i, entry.cue, entry.strong)
        for hit, entry in lex.find(lowered):
            kind = entry.kind
            if kind == "not" or (kind != "laughter" and negated(lowered, hit.start())):
                continue
            if kind in ("conflict", "repair") and _REPORTED.search(lowered[max(0, hit.start() - 12) : hit.start()]):
                continue
            kind = "warmth" if kind == "endearments" else kind
            held = found.get(kind)
            if held is None or (entry.strong and not held.strong):
                found[kind] = Mark(i, entry.cue, entry.strong)
        if not found:
            continue
        if "laughter" in found:
            laugh.append(i)
            found.pop("conflict", None)
        if "conflict" in found:
            if "warmth" not in found or found["conflict"].strong:
                conflict.append(found["conflict"])
        elif "warmth" in found:
            warm.append(found["warmth"])
        if "repair" in found and "conflict" not in found:
            repair.append(found["repair"])
    cold = [
        Mark(i, "full-stop")
        for i in stops
        if said[s := utterances[i].speaker] >= BASELINE and stopped[s] < 0.15 * said[s]
    ]
    taken = {m.index for m in cold}
    cold += [
        Mark(i, "curt")
        for i, word in curts
        if i not in taken and said[s := utterances[i].speaker] >= BASELINE and curt_said[s, word] < 0.01 * said[s]
    ]
    cold.sort(key=lambda m: m.index)
    laughing = set(laugh)
    conflict = [m for m in conflict if not _laughed_beside(utterances, m.index, laughing)]
    hushes = [
        run
        for s, places in every_stop.items()
        if said[s] >= HUSH_KNOWN and stopped[s] < HUSH_HABIT * said[s]
        for run in _hushes(utterances, places, stopped[s] / said[s])
    ]
    return Marks(sorted(hushes, key=lambda h: h.places[0]), warm, conflict, cold, repair, laugh)


def _hushes(utterances: Sequence[Utterance], places: Sequence[int], usual: float) -> Iterator[Hush]:
    """Five full stops close together that are most of what the speaker wrote between them; .15 ^ 5 is no accident."""
    run: list[int] = []
    for i in [*places, -1]:
        if run and (i < 0 or i - run[-1] > CLUSTER_SPAN or utterances[i].at - utterances[run[-1]].at > CLUSTER_GAP):
            speaker = utterances[run[0]].speaker
            of = sum(u.speaker == speaker and not u.kind for u in utterances[run[0] : run[-1] + 1])
            if len(run) >= HUSH_RUN and len(run) >= HUSH_SHARE * of:
                yield Hush(run, of, usual)
            run = []
        run.append(i)


def _laughed_beside(utterances: Sequence[Utterance], i: int, laughing: set[int]) -> bool:
    """The bubble before or after, within two minutes, laughs: "滚" / "哈哈哈哈"."""
    at = utterances[i].at
    return any(j in laughing and abs(utterances[j].at - at) <= 120 for j in (i - 1, i + 1))


def session_bounds(utterances: Sequence[Utterance]) -> list[tuple[int, int]]:
    """Sessions as [first, past the last) positions; the same borders as `model.corpus.sessions`, without its values."""
    bounds: list[tuple[int, int]] = []
    first, before = 0, 0
    for i, u in enumerate(utterances):
        if i and u.at - before > SESSION_GAP:
            bounds.append((first, i))
            first = i
        before = u.at
    if utterances:
        bounds.append((first, len(utterances)))
    return bounds


def local_iso(u: Utterance) -> str:
    return u.local.isoformat(timespec="minutes")


Spans = Sequence[tuple[int, int]]


def recorded(before: Utterance, after: Utterance, spans: Spans) -> bool:
    """Whether the records cover a long time between two neighbours; between two exports nobody knows who wrote."""
    return (
        not spans
        or after.at - before.at <= LONG_SILENCE
        or any(first <= before.at and after.at <= last for first, last in spans)
    )


def conflicts(utterances: Sequence[Utterance], marks: Marks, spans: Spans = ()) -> list[dict[str, Any]]:
    """Clusters of marks that pass the bar, with the silence after and who softened first."""
    anger = {m.index for m in marks.conflict}
    signs = sorted(marks.conflict + [m for m in marks.cold if m.index not in anger], key=lambda m: m.index)
    clusters: list[list[Mark]] = []
    for m in signs:
        last = clusters[-1][-1].index if clusters else -1
        if clusters and utterances[m.index].at - utterances[last].at <= CLUSTER_GAP and m.index - last <= CLUSTER_SPAN:
            clusters[-1].append(m)
        else:
            clusters.append([m])
    repairs = [m.index for m in marks.repair]
    found = []
    waiting = {h.places[0]: h for h in marks.hushes}
    for cluster in clusters:
        # cold words before the first angry one or long after are somebody being tired, not the quarrel
        hot = [m for m in cluster if m.index in anger]
        if not hot:
            continue
        strong = sum(m.strong for m in hot)
        if strong < 2 and (len(cluster) < 3 or len({m.cue for m in cluster}) < 2):
            continue
        first, last = cluster[0].index, cluster[-1].index
        laughs = bisect_right(marks.laugh, last) - bisect_left(marks.laugh, first)
        if laughs >= len(cluster):  # they are playing
            continue
        for start, h in [*waiting.items()]:
            if start <= last and h.places[-1] >= first:
                del waiting[start]
        found.append(_conflict(utterances, cluster, repairs, spans))
    for h in waiting.values():
        row = _conflict(utterances, [Mark(i, "full-stop") for i in h.places], repairs, spans)
        found.append({**row, "cue": "full-stops", "stops": len(h.places), "of": h.of, "usual": round(h.usual, 4)})
    return sorted(found, key=lambda row: str(row["start"]))


def _conflict(utterances: Sequence[Utterance], cluster: list[Mark], repairs: list[int], spans: Spans) -> dict[str, Any]:
    first, last = cluster[0].index, cluster[-1].index
    end = utterances[last].at
    who = Counter(utterances[m.index].speaker for m in cluster)
    silence: int | None = None
    for i in range(last, len(utterances) - 1):
        if utterances[i].at - end > LOOK_AHEAD or not recorded(utterances[i], utterances[i + 1], spans):
            break
        silence = max(silence or 0, utterances[i + 1].at - utterances[i].at)
    later = [
        i
        for i in repairs[bisect_right(repairs, last) : bisect_right(repairs, last) + 40]
        if utterances[i].at - end <= REPAIR_WITHIN
    ]
    mender = utterances[later[0]].speaker if later else None
    return {
        "cue": "words",
        "start": local_iso(utterances[first]),
        "end": local_iso(utterances[last]),
        "marks": [utterances[m.index].id for m in cluster],
        "by": who.most_common(1)[0][0],
        "silence_hours": None if silence is None else round(silence / HOUR, 1),
        "repaired_by": mender,
        "repair_hours": round((utterances[later[0]].at - end) / HOUR, 1) if later else None,
        "repair_marks": [utterances[i].id for i in later if utterances[i].speaker == mender][:6],
    }


def warm_sessions(
    utterances: Sequence[Utterance], marks: Marks, bounds: Sequence[tuple[int, int]]
) -> list[dict[str, Any]]:
    """Sessions with four warm marks or more, from both sides, most dense first."""
    places = [m.index for m in marks.warm]
    rows: list[tuple[float, int, dict[str, Any]]] = []
    for first, past in bounds:
        a, b = bisect_left(places, first), bisect_left(places, past)
        if b - a < 4:
            continue
        here = marks.warm[a:b]
        who = Counter(utterances[m.index].speaker for m in here)
        if len(who) < 2:
            continue
        density = len(here) / (past - first + 20)  # twenty more, so that four hearts alone are not the warmest day
        row = {
            "start": local_iso(utterances[first]),
            "end": local_iso(utterances[past - 1]),
            "marks": [utterances[m.index].id for m in sorted(here, key=lambda m: (not m.strong, m.index))[:KEEP]],
            "count": len(here),
            "density": round(len(here) / (past - first), 3),
            "by": who.most_common(1)[0][0],
        }
        rows.append((-density, first, row))
    rows.sort(key=lambda r: r[:2])
    return [row for _, _, row in rows]


def _evening(iso: str) -> bool:
    hour = datetime.fromisoformat(iso).hour
    return hour >= 17 or hour < 3


def silences(utterances: Sequence[Utterance], spans: Spans = ()) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Stretches of more than three days without a message, in time order: nobody wrote, and nothing is recorded."""
    quiet: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    for i in range(1, len(utterances)):
        gap = utterances[i].at - utterances[i - 1].at
        if gap > LONG_SILENCE and utterances[i - 1].at:  # undated words stand first, and before them is no time
            a, b = utterances[i - 1], utterances[i]
            row = {"start": local_iso(a), "end": local_iso(b), "hours": round(gap / HOUR, 1), "support": [a.id, b.id]}
            if recorded(a, b, spans):
                quiet.append({**row, "before": a.speaker, "broken_by": b.speaker})
            else:
                unknown.append(row)
    return quiet, unknown


def measure(conversation: Conversation) -> Iterable[Measurement]:
    """story.conflicts, story.warm, story.silences, story.unrecorded, story.balance."""
    lines, spans = conversation.utterances, conversation.spans
    marks = scan(lines)
    bounds = session_bounds(lines)
    n, enough = len(lines), len(lines) >= BASELINE
    # in a group nobody's anger has a known addressee, so quarrels are not counted there
    quarrels = conflicts(lines, marks, spans) if enough and conversation.direct else None
    warm = warm_sessions(lines, marks, bounds) if enough else None
    quiet, unknown = silences(lines, spans) if enough else (None, None)
    longest = sorted(quiet or [], key=lambda s: -s["hours"])
    hardest = sorted(quarrels or [], key=lambda q: -len(q["marks"]))
    yield Measurement(
        "story.conflicts", quarrels, "episodes", n,
        minimum=BASELINE, support=tuple(i for q in hardest[:4] for i in q["marks"][:3]), source=GOTTMAN,
        note=LIMITS + ("" if conversation.direct else " Not counted in a group: whom the words are for is not known."),
    )  # fmt: skip
    yield Measurement(
        "story.warm", None if warm is None else warm[:20], "episodes", n,
        minimum=BASELINE, support=tuple(w["marks"][0] for w in (warm or [])[:KEEP]),
        source="Lexicon density per session, after Pennebaker et al. 2015 (LIWC)",
        note="At least 4 warm marks from both sides; the 20 densest, shrunk by 20 neutral messages; own lists.",
    )  # fmt: skip
    yield Measurement(
        "story.silences", quiet, "episodes", n,
        minimum=BASELINE, support=tuple(i for s in longest[:6] for i in s["support"]),
        source="Gaps over 72 hours between two messages (own definition)",
        note="The longest six give the support. What happened outside the chat in that time is not known.",
    )  # fmt: skip
    yield Measurement(
        "story.unrecorded", unknown, "episodes", n,
        minimum=BASELINE, support=(),
        source="Gaps over 72 hours that reach beyond what one imported file covers (own definition)",
        note="Whether anybody wrote in that time is not known; these gaps are not silences.",
    )  # fmt: skip
    balance: dict[str, Any] | None = None
    if enough:
        opened = Counter(lines[first].speaker for first, _ in bounds)
        balance = {
            "sessions": len(bounds),
            "warm_sessions": len(warm or []),
            "warm_evenings": sum(_evening(w["start"]) or _evening(w["end"]) for w in warm or []),
            "conflicts": None if quarrels is None else len(quarrels),
            "repaired": None if quarrels is None else sum(q["repaired_by"] is not None for q in quarrels),
            "silences": len(quiet or []),
            "opened": dict(sorted(opened.items())),
        }
    yield Measurement("story.balance", balance, "counts", n, minimum=BASELINE, source=GOTTMAN, note=LIMITS)
