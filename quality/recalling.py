"""How fast a question is answered. In: a synthetic vault. Out: milliseconds, median, 95th percentile and worst.

Questions are one to four words of one message: rare and frequent words as they come. The first question is measured on
its own, since it opens what later ones find open.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from quality import synthetic
from quality.importing import PASSPHRASE


def questions(n: int, count: int) -> list[str]:
    """Words of messages spread over the whole file."""
    rng = random.Random(count)
    wanted = set(rng.sample(range(n), min(n, count * 3)))
    out = []
    for i, (_, _, text) in enumerate(synthetic.messages(n)):
        if i in wanted and text != synthetic.MEDIA:
            words = text.split() if " " in text else [text[j : j + 2] for j in range(0, len(text) - 1, 2)]
            if words:
                out.append(" ".join(rng.sample(words, min(len(words), rng.randint(1, 4)))))
    rng.shuffle(out)
    return out[:count]


def measure(n: int, count: int) -> dict[str, Any]:
    from afterword import Workspace

    asked = questions(n, count)
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        chat = Path(folder) / "WhatsApp Chat with Ren Aoki.txt"
        made = synthetic.write(chat, n)
        with Workspace(Path(folder) / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
            w.create([chat], name=synthetic.SUBJECT, me=synthetic.ME, subject=synthetic.SUBJECT)
            taken, labels = [], dict[str, int]()
            for question in asked:
                before = time.perf_counter()
                found = w.recall(question)
                taken.append((time.perf_counter() - before) * 1000)
                labels[found["label"]] = labels.get(found["label"], 0) + 1
    rest = sorted(taken[1:]) or taken
    return {
        "file": made, "questions": len(asked), "labels": labels, "first_ms": round(taken[0], 1),
        "p50_ms": round(statistics.median(rest), 2),
        "p95_ms": round(rest[min(len(rest) - 1, int(len(rest) * 0.95))], 2), "max_ms": round(rest[-1], 2),
    }  # fmt: skip
