"""Recall: what was said of something. In: a question. Out: known (with the words), told by you, or not in the records.

The unit is a window of six messages with its date, the best of those measured on published question sets at an equal
word budget (single messages lose the context, whole sessions lose the place). "Known" needs the best window to hold at
least half of the question's weight in rare words; less is reported as not in the records, with what came nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Literal

import msgspec

from afterword.memory.habits import Exchange, exchanges, keep, learn
from afterword.memory.moment import calibrated
from afterword.memory.query import holds, stems, terms_of
from afterword.model import Utterance
from afterword.store import Shelf
from afterword.store.search import build, rows_of, search, spaced

Label = Literal["known", "told-by-you", "not-in-records"]
SIZE, STRIDE, LARGE = 6, 3, 200_000
ENOUGH = 0.5
VERSION = "6"


class Hit(msgspec.Struct, frozen=True):
    """`score` in 0…1: the share of the question's weight found here, ties broken by BM25."""

    score: float
    utterances: tuple[Utterance, ...]


class Recall(msgspec.Struct, frozen=True):
    label: Label
    hits: tuple[Hit, ...]
    told: tuple[str, ...] = ()


def _windows(utterances: Sequence[Utterance]) -> Iterator[tuple[int, str, str]]:
    spoken = [u for u in utterances if u.text]
    # Overlapping windows find what straddles a border; on huge chats that doubles an index nobody waits for gladly.
    stride = STRIDE if len(spoken) <= LARGE else SIZE
    for id, start in enumerate(range(0, max(len(spoken) - SIZE + stride, 1), stride), 1):
        part = spoken[start : start + SIZE]
        if part:
            day = part[0].local
            date = f"{day:%Y-%m-%d} {day:%B} {day.year}年 {day.month}月 {day.day}日" if part[0].at else ""
            yield id, ",".join(str(u.row) for u in part), date + "\n" + "\n".join(u.text for u in part)


def _span(id: int, x: Exchange) -> tuple[int, str, str]:
    """The subject's turn, found by what it answered and by its own words."""
    return (
        id,
        ",".join(str(u.row) for u in x.reply.utterances),
        f"{x.answered.text if x.answered else ''}\n{x.reply.text}",
    )


def ensure_index(shelf: Shelf, utterances: Callable[[], Sequence[Utterance]], subject: str) -> bool:
    """Build the indexes if the utterances changed since. True if anything was built."""
    stamp = f"{VERSION}|{subject}|{shelf.stamp()}"
    if shelf.get("index") == stamp:
        return False
    said = utterances()
    build(shelf, "window", _windows(said))
    answers = list(exchanges(said, subject))
    build(shelf, "pair", map(_span, count(1), answers))
    keep(shelf, stamp, calibrated(learn(answers), answers))
    shelf.put("index", stamp)
    return True


def recall(
    shelf: Shelf,
    question: str,
    k: int,
    *,
    names: Sequence[str],
    fetch: Callable[[Sequence[int]], Mapping[int, Utterance]],
    told: Sequence[str] = (),
) -> Recall:
    """`fetch` turns utterance rows into utterances; `told` are the user's own memories in words."""
    terms = terms_of(question, names)
    found, weights = search(shelf, "window", terms, max(3 * k, 20))
    rows = rows_of(shelf, "window", [i for _, i in found]) if found else {}
    said = fetch([r for id in rows.values() for r in id]) if rows else {}
    total = sum(weights.values()) or 1.0
    top = max((s for s, _ in found), default=1.0) or 1.0
    held = {t: _holding(shelf, t, list(rows)) for t in weights}
    hits: list[Hit] = []
    taken: set[int] = set()
    scored = []
    for score, id in found:
        share = sum(w for t, w in weights.items() if id in held[t]) / total
        scored.append((share * 0.7 + 0.3 * max(score, 0) / top, share, id))
    for mixed, _, id in sorted(scored, key=lambda s: (-s[0], s[2])):
        if taken & set(rows[id]) and len(taken & set(rows[id])) > SIZE // 2:
            continue
        taken |= set(rows[id])
        hits.append(Hit(round(mixed, 4), tuple(said[r] for r in rows[id] if r in said)))
        if len(hits) == k:
            break
    remembered = tuple(t for t in told if _told_score(t, terms) >= ENOUGH)
    best = max((s for _, s, _ in scored), default=0.0)
    label: Label = "known" if best >= ENOUGH else "told-by-you" if remembered else "not-in-records"
    return Recall(label, tuple(hits), remembered)


def _holding(shelf: Shelf, term: str, ids: Sequence[int]) -> set[int]:
    """Which of these windows hold a term, by the index's own stems and with the date: "plant" is not in "plan"."""
    marks = ",".join("?" * len(ids))
    phrase = '"' + " ".join(spaced(term).split()).replace('"', '""') + '"'
    query = f"SELECT rowid FROM window_text WHERE window_text MATCH ? AND rowid IN ({marks})"
    return {row[0] for row in shelf.db.execute(query, (phrase, *ids))} if ids else set()


def _told_score(text: str, terms: Sequence[str]) -> float:
    body = stems(text)
    return sum(holds(body, t) for t in terms) / len(terms) if terms else 0.0
