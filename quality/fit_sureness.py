"""The weights by which recall says "not in the records". In: question sets and chats. Out: weights, bars, what they catch.

`python -m quality.fit_sureness CONVERSATIONS` reads a folder of `{"speakers", "messages", "questions"}` files, in which
questions of the category "adversarial" have no answer, and adds the sets of this project. Each share is given twice: with
weights from which the chat asked about was left out (a whole story at a time), and with the weights of all. Signs may
only weigh the way they mean: a missing thing never speaks for an answer. The bars are three: for questions that name a
speaker by whose it is, for the same by the things alone, and for all others; Chinese has none of its own.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from afterword.memory.sureness import complete, never
from quality import asking, chinese_chat
from quality.importing import PASSPHRASE

THINGS = {
    "lost": 1, "many": -1, "unsaid": 1, "owned": -1, "unfit": 1, "instead": 1, "apart": 1, "theirs": -1, "inside": -1,
    "detail": 1,
}  # fmt: skip
SPOKEN = {
    "mass": -1, "told": -1, "rival": 1, "against": 1, "turned": 1, "line": -1, "asks": 0, "size": 0, "sure": 0, "owned": -1,
    "instead": 1, "lost": 1,
}  # fmt: skip
"""Signs, and which way each may count towards absence; 0 is either."""
FOLDS, STEPS, RATE, KEEP = 5, 1500, 1.5, {"things": 0.01, "spoken": 0.002}
FALSE, FALSE_OF_FREE = 0.053, 0.085
"""Answerable questions that may be called absent: of those that name somebody; of the others, of which many are asked
roughly, in words that are not those of the records."""
SURE = 0.005
"""The share that may be lost to a missing thing although somebody is named."""
LARGE = 0.3
"""What a question of the published sets weighs beside one of a story, when neither names a speaker."""


@dataclass(frozen=True)
class Seen:
    chat: str
    group: str
    absent: bool
    exact: float
    label: str
    signs: Mapping[str, float]


def observed(w: Any, chat: str, group: str, rows: Sequence[tuple[str, bool]]) -> Iterator[Seen]:
    """What recall weighs for each (question, absent), as it weighs it."""
    recall = importlib.import_module("afterword.memory.recall")
    weighed, taken = recall.held, []

    def keeps(*given: Any) -> Any:
        taken.append(weighed(*given))
        return taken[-1]

    recall.held = keeps
    try:
        for question, absent in rows:
            taken.clear()
            label = w.recall(question)["label"]
            what = taken[0] if taken else None  # nothing found at all: absent, whatever the weights
            yield Seen(chat, group, absent, what.exact if what else 0.0, label, what.signs if what else {})
    finally:
        recall.held = weighed


def conversations(folder: Path) -> Iterator[Seen]:
    from afterword import Workspace

    for file in sorted(folder.glob("*.json")):
        talk = json.loads(file.read_text(encoding="utf-8"))
        me, subject = talk["speakers"][1], talk["speakers"][0]
        with tempfile.TemporaryDirectory(prefix="afterword-bench-") as home:
            chat = Path(home) / "chat.txt"
            rows = [(datetime.fromisoformat(m["at"]), m["speaker"], m["text"]) for m in talk["messages"]]
            chat.write_text("".join(f"{at:%d/%m/%Y, %H:%M} - {who}: {text}\n" for at, who, text in rows), "utf-8")
            with Workspace(Path(home) / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
                w.create([chat], name=subject, me=me, subject=subject)
                asked = [(q["question"], q["category"] == "adversarial") for q in talk["questions"] if q["evidence"]]
                yield from observed(w, file.stem, file.stem.split("-")[0], asked)


def own() -> Iterator[Seen]:
    for lang in asking.LANGS:
        with asking.story(lang) as w:
            for kind, there, absent in (
                ("story", "example", "absent"),
                ("rough", "rough", "rough_absent"),
                ("learn", "learn", "learn_absent"),
            ):
                rows = [(r["question"], False) for r in asking.read(f"{there}_{lang}")]
                rows += [(r["question"], True) for r in asking.read(f"{absent}_{lang}")]
                yield from observed(w, f"story-{lang}", f"{kind}-{lang}", rows)
    with asking.made() as w:
        yield from observed(w, "made-zh", "made-zh", [(r["question"], False) for r in chinese_chat.questions()])


# -- learning -----------------------------------------------------------------------------------------------------------


def learned(x: Any, y: Any, weight: Any, way: Any, keep: float) -> tuple[Any, float]:
    """Logistic regression; `way`: the sign that each weight must have."""
    mean, spread = x.mean(0), x.std(0) + 1e-6
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    w, weight = np.zeros(z.shape[1]), weight / weight.sum()
    for _ in range(STEPS):
        w -= RATE * (z.T @ ((1 / (1 + np.exp(-z @ w)) - y) * weight) + keep * np.r_[w[:-1], 0])
        w[:-1][way * w[:-1] < 0] = 0
    return w[:-1] / spread, float(w[-1] - (w[:-1] / spread) @ mean)


class Set:
    def __init__(self, seen: Sequence[Seen]) -> None:
        self.seen = seen
        self.chat, self.group = np.array([s.chat for s in seen]), np.array([s.group for s in seen])
        self.absent = np.array([s.absent for s in seen])
        self.named, self.both = (np.array([s.signs.get(k, 0.0) > 0 for s in seen]) for k in ("named", "both"))
        self.complete = np.array([bool(s.signs) and complete(s.signs) for s in seen])
        self.never = np.array([bool(s.signs) and never(s.signs) for s in seen])
        self.bare = np.array([not s.signs for s in seen])
        self.exact = np.array([s.exact >= 0.5 for s in seen])
        self.story = np.char.startswith(self.chat, "story") | np.char.startswith(self.chat, "made")

    def folds(self) -> list[Any]:
        talks = sorted({*self.chat[~self.story]})
        parts = [talks[i::FOLDS] for i in range(FOLDS)] + [["story-en"], ["story-zh", "made-zh"]]
        return [np.isin(self.chat, p) for p in parts]

    def fit(self, name: str) -> tuple[Any, Any, Any, float]:
        """Scores of chats not learned from; scores of all; weights; what is added."""
        way = SPOKEN if name == "spoken" else THINGS
        x = np.array([[s.signs.get(k, 0.0) for k in way] for s in self.seen])
        of = ~self.bare & (self.named if name == "spoken" else ~self.named)
        weight = np.where(self.story | self.named, 1.0, LARGE)
        given = np.array([*way.values()], dtype=float)
        apart = np.zeros(len(x))
        for out in self.folds():
            use = of & ~out
            w, b = learned(x[use], self.absent[use], weight[use], given, KEEP[name])
            apart[out] = x[out] @ w + b
        w, b = learned(x[of], self.absent[of], weight[of], given, KEEP[name])
        return apart, x @ w + b, w, b

    def called(self, spoken: Any, things: Any, bars: Sequence[float]) -> Any:
        """Which are called absent, with bars for: one named; nobody; things alone, though somebody is named."""
        named, other, surely = bars
        careful = (things > surely) | (self.named & (spoken > named))
        free = ~self.complete & (things > other)
        return self.bare | self.never | np.where(self.named | self.both, careful, free)

    def bars(self, spoken: Any, things: Any) -> tuple[float, ...]:
        """Those at which as many answerable questions are called absent as may be."""
        there, apart = ~self.absent, self.named | self.both
        free, sure = there & ~apart, self.never | self.bare
        open_ = free & ~sure & ~self.complete  # what never can be there is absent, what is complete is not, at any bar
        share = (FALSE_OF_FREE * free.sum() - sure[free].sum()) / open_.sum()
        other, surely = self._bar(things, open_, share), self._bar(things, there & apart, SURE)
        return self._bar(spoken, there & self.named, FALSE - SURE), other, max(other, surely)

    @staticmethod
    def _bar(score: Any, of: Any, share: float) -> float:
        """A bar above which no more than this share lies, midway between two that were seen."""
        values, n = np.sort(score[of])[::-1], int(share * of.sum())
        return float(values[max(0, n - 1) : n + 1].mean()) + (0.01 if not n else 0.0)

    def table(self, called: Any) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for group in sorted({*self.group}):
            for name, of in (("absent", self.absent), ("answerable", ~self.absent)):
                of = of & (self.group == group)
                if of.any():
                    out[f"{group} {name}"] = self._shares(called, of)
        out["all answerable"] = self._shares(called, ~self.absent)
        return out

    def _shares(self, called: Any, of: Any) -> dict[str, Any]:
        said = {"not": called, "inferred": ~called & ~self.exact, "known": ~called & self.exact}
        return {"n": int(of.sum())} | {k: round(float(v[of].mean()), 3) for k, v in said.items()}


def measure(folder: Path) -> dict[str, Any]:
    s = Set([*conversations(folder), *own()])
    spoken, things = s.fit("spoken"), s.fit("things")
    out: dict[str, Any] = {"now": s.table(np.array([x.label == "not-in-records" for x in s.seen]))}
    out["left out"] = s.table(s.called(spoken[0], things[0], s.bars(spoken[0], things[0])))
    named, other, surely = bars = s.bars(spoken[1], things[1])
    out["learned of all"] = s.table(s.called(spoken[1], things[1], bars))
    return out | {
        "SPOKEN": dict(zip(SPOKEN, np.round(-spoken[2], 3).tolist(), strict=True))
        | {"one": round(named - spoken[3], 3)},
        "THINGS": dict(zip(THINGS, np.round(-things[2], 3).tolist(), strict=True))
        | {"one": round(other - things[3], 3)},
        "SURELY": round(surely - other, 3),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m quality.fit_sureness", description=__doc__)
    parser.add_argument("conversations", type=Path)
    json.dump(measure(parser.parse_args().conversations), sys.stdout, ensure_ascii=False, indent=1)
    print()
