"""How much of what answers a question is found. In: conversations with questions. Out: evidence recall beside plain BM25.

A file is `{"speakers", "messages": [{"id", "speaker", "at", "text"}], "questions": [{"question", "category", "evidence":
[message ids]}]}`. It is dressed as a WhatsApp export and read through `Workspace`, as a person's would be. A unit is what a
hit shows, six messages at most; recall within 1,000 words counts the words of the units in their order. Questions of the
category "adversarial" ask for what nobody said: for them, and for all others, it is counted how often the answer is "not in
the records".
"""

from __future__ import annotations

import json
import math
import random
import re
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from quality.importing import PASSPHRASE

ABSENT = "adversarial"
DEEP, SIZE, TIMES = 40, 6, 1_000
BUDGETS = (1_000, 2_000)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")

Units = Sequence[Sequence[str]]


def words(text: str) -> list[str]:
    """Words, and for Chinese its characters."""
    return _WORD.findall(text.casefold())


class BM25:
    def __init__(self, units: Units, texts: dict[str, str]) -> None:
        self.units = units
        self.counts = [Counter(w for m in unit for w in words(texts[m])) for unit in units]
        self.sizes = [sum(c.values()) for c in self.counts]
        self.mean = statistics.mean(self.sizes) or 1.0
        self.found: dict[str, list[int]] = defaultdict(list)
        for i, c in enumerate(self.counts):
            for w in c:
                self.found[w].append(i)

    def __call__(self, question: str) -> Units:
        score: dict[int, float] = defaultdict(float)
        for w in set(words(question)):
            places = self.found.get(w, ())
            rare = math.log(1 + (len(self.units) - len(places) + 0.5) / (len(places) + 0.5))
            for i in places:
                n = self.counts[i][w]
                score[i] += rare * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * self.sizes[i] / self.mean))
        return [self.units[i] for i in sorted(score, key=lambda i: (-score[i], i))[:DEEP]]


def figures(units: Units, evidence: Sequence[str], size: dict[str, int]) -> dict[str, float]:
    wanted = set(evidence)
    out = {f"recall@{k}": len(wanted & {m for u in units[:k] for m in u}) / len(wanted) for k in (5, 10)}
    out["any@10"] = float(out["recall@10"] > 0)
    out["mrr"] = next((1 / i for i, u in enumerate(units, 1) if wanted & {*u}), 0.0)
    for budget in BUDGETS:
        room, read = budget, set[str]()
        for m in dict.fromkeys(m for u in units for m in u):
            room -= size[m]
            if room < 0:
                break
            read.add(m)
        out[f"words@{budget}"] = len(wanted & read) / len(wanted)
    return out


def summary(rows: Sequence[dict[str, float]]) -> dict[str, Any]:
    out: dict[str, Any] = {"n": len(rows)}
    out |= {k: round(statistics.mean(r[k] for r in rows), 3) for k in rows[0]}
    rng, tens = random.Random(len(rows)), [r["recall@10"] for r in rows]
    drawn = sorted(statistics.mean(rng.choices(tens, k=len(tens))) for _ in range(TIMES))
    out["recall@10_interval"] = [round(drawn[int(TIMES * q)], 3) for q in (0.025, 0.975)]
    return out


def export(data: dict[str, Any], path: Path) -> None:
    said = [(datetime.fromisoformat(m["at"]), m["speaker"], m["text"]) for m in data["messages"]]
    rows = [f"{at:%d/%m/%Y, %H:%M} - {who.replace(':', ' ')}: {text}\n" for at, who, text in said]
    path.write_text("".join(rows), encoding="utf-8", newline="\n")


def identified(data: dict[str, Any], exported: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Message id → utterance id, by speaker order and words."""
    ids: dict[str, list[str]] = defaultdict(list)
    for u in exported:
        ids[u["text"].strip()].append(u["id"])
    return {m["id"]: of.pop(0) if len(of) > 1 else of[0] for m in data["messages"] if (of := ids[m["text"].strip()])}


def ask(path: Path, taken: list[float]) -> list[tuple[str, str, dict[str, dict[str, float]]]]:
    """(category, label, figures by method) of every question of a file."""
    from afterword import Workspace

    data = json.loads(path.read_text(encoding="utf-8"))
    subject, me = data["speakers"][:2]
    out = []
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        chat = Path(folder) / "chat.txt"
        export(data, chat)
        with Workspace(Path(folder) / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
            w.create([chat], name=subject, me=me, subject=subject)
            exported = [json.loads(line) for line in w.export()]
            of = identified(data, exported)
            texts = {u["id"]: u["text"] for u in exported}
            order = [of[m["id"]] for m in data["messages"] if m["id"] in of]
            plain = {
                "bm25_turns": BM25([[m] for m in order], texts),
                "bm25_windows": BM25([order[i : i + SIZE] for i in range(0, len(order), SIZE)], texts),
            }
            size = {m: len(words(t)) for m, t in texts.items()}
            for q in data["questions"]:
                evidence = [of[e] for e in q["evidence"] if e in of]
                if not evidence and q["category"] != ABSENT:
                    continue
                before = time.perf_counter()
                found = w.recall(q["question"], k=DEEP)
                taken.append((time.perf_counter() - before) * 1000)
                units = [[u["id"] for u in hit["utterances"]] for hit in found["hits"]]
                asked = {"recall": units} | {name: bm25(q["question"]) for name, bm25 in plain.items()}
                by = {name: figures(u, evidence, size) for name, u in asked.items()} if evidence else {}
                out.append((q["category"], found["label"], by))
    return out


def measure(paths: Sequence[str]) -> dict[str, Any]:
    """By source (the letters a file's name begins with), then by method, then by category."""
    taken: list[float] = []
    by_source: dict[str, list[tuple[str, str, dict[str, dict[str, float]]]]] = defaultdict(list)
    for path in map(Path, paths):
        by_source[re.split(r"[-_.\d]", path.stem)[0] or path.stem].extend(ask(path, taken))
    out: dict[str, Any] = {}
    for source, rows in sorted(by_source.items()):
        there = [r for r in rows if r[0] != ABSENT]
        gone = [r for r in rows if r[0] == ABSENT]
        out[source] = {
            method: {
                "all": summary([by[method] for _, _, by in there]),
                **{
                    c: summary([by[method] for category, _, by in there if category == c])
                    for c in sorted({category for category, _, _ in there})
                },
            }
            for method in ("recall", "bm25_windows", "bm25_turns")
        }
        out[source]["labels"] = {"answerable": _shares(there), "absent": _shares(gone)}
    taken.sort()
    out["p50_ms"], out["p95_ms"] = round(statistics.median(taken), 1), round(taken[int(len(taken) * 0.95)], 1)
    return out


def _shares(rows: Sequence[tuple[str, str, dict[str, dict[str, float]]]]) -> dict[str, Any]:
    counts = Counter(label for _, label, _ in rows)
    return {"n": len(rows), **{label: round(n / len(rows), 3) for label, n in counts.most_common()}}
