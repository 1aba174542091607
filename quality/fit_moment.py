"""Learn the weights of an answer's fit. In: conversations. Out: how often the real reply of ten is chosen, and the weights.

`python -m quality.fit_moment FILES [--check FILES]` learns WEIGHTS of `memory/moment.py` from the held-out replies of FILES: the
real one against the person's other held-out ones (conditional logit, Newton's steps). Then it says for every conversation
what the learned and the present weights choose; only those to check were not learned from. Instead of draws of nine, the
mean over all draws.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from quality.conversations import load
from quality.replying import WAYS, opened, split

MOST, PENALTY, STEPS = 30, 2e-3, 40


class Person(msgspec.Struct, frozen=True):
    """`signals`: held-out line, held-out reply, signal; the real reply of line i is reply i."""

    chat: str
    replies: tuple[str, ...]
    signals: Any


def people(path: Path) -> list[Person]:
    import numpy as np

    from afterword.memory.replies import moment

    chat, found = load(path), []
    for speaker in chat.speakers:
        person = split(chat, speaker)
        replies = tuple(x.reply for x in person.held_out)
        with opened(person.source, person.name, person.partner) as echo:
            shelf, names = echo.records.library.shelf, echo.records.names
            moments = [moment(shelf, x.words, names=names, history=x.history) for x in person.held_out]
            found.append(Person(chat.name, replies, np.array([[m.signals(r) for r in replies] for m in moments])))
    return found


def others(person: Person, line: int) -> list[int]:
    return [j for j, reply in enumerate(person.replies) if reply != person.replies[line]]


def learned(known: Sequence[Person]) -> Any:
    import numpy as np

    rng = np.random.default_rng(11)
    rows = []
    for p in known:
        for i in range(len(p.replies)):
            rivals = others(p, i)
            rows.append(p.signals[i, rng.permutation(rivals)[:MOST]] - p.signals[i, i])
    scale = np.concatenate(rows).std(axis=0) + 1e-9
    rows = [r / scale for r in rows]
    weights = np.zeros(len(scale))
    for _ in range(STEPS):
        slope, bend = PENALTY * len(rows) * weights, PENALTY * len(rows) * np.eye(len(scale))
        for r in rows:
            chance = np.exp(r @ weights - max(0.0, (r @ weights).max()))
            chance /= chance.sum() + math.exp(-max(0.0, (r @ weights).max()))
            mean = chance @ r
            slope = slope + mean
            bend = bend + (r * chance[:, None]).T @ r - np.outer(mean, mean)
        step = np.linalg.solve(bend, slope)
        weights -= step * min(1.0, 1.0 / np.abs(step).max())
    return weights / scale


def chosen(person: Person, weights: Any) -> float:
    """The chance that the real reply stands above nine others, over all nines; a tie counts as lost."""
    scores, nine, out = person.signals @ weights, WAYS - 1, []
    for i in range(len(person.replies)):
        rivals = others(person, i)
        below = int((scores[i, rivals] < scores[i, i]).sum())
        out.append(math.comb(below, nine) / math.comb(len(rivals), nine))
    return statistics.fmean(out)


def main() -> None:
    from afterword.memory.moment import WEIGHTS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--check", nargs="*", type=Path, default=[])
    asked = parser.parse_args()
    known = [p for path in asked.files for p in people(path)]
    checked = [p for path in asked.check for p in people(path)]
    weights = learned(known)
    rows = {"learned_from": known, "checked": checked}
    print(json.dumps({
        "weights": {name: round(float(w), 2) for name, w in zip(WEIGHTS._fields, weights, strict=True)},
        **{kind: [
            {"chat": p.chat, "lines": len(p.replies), "learned": round(chosen(p, weights), 3), "now": round(chosen(p, WEIGHTS), 3)}
            for p in group if len(p.replies) > WAYS
        ] for kind, group in rows.items()},
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
