"""How fast a brief is made. In: a synthetic vault. Out: CPU milliseconds, median, 95th percentile and worst, and its tokens.

Two figures: `alone` is the choosing of shape, words and exemplars; `all` has the two questions to the indexes as well. The
first brief of a process compiles the word lists and is measured on its own, as is the table, which is made once.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from quality import synthetic
from quality.importing import PASSPHRASE
from quality.recalling import questions


def taken(work: Callable[[], Any]) -> tuple[float, Any]:
    """(CPU milliseconds, what came of it)."""
    before = time.process_time()
    made = work()
    return (time.process_time() - before) * 1000, made


def measure(n: int, count: int) -> dict[str, Any]:
    from afterword import Workspace
    from afterword.app.talking import VaultRecords
    from afterword.dialogue.brief import cost
    from afterword.dialogue.compose import compose
    from afterword.memory import Recall

    asked = questions(n, count)
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        chat = Path(folder) / "WhatsApp Chat with Ren Aoki.txt"
        made = synthetic.write(chat, n)
        with Workspace(Path(folder) / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
            w.create([chat], name=synthetic.SUBJECT, me=synthetic.ME, subject=synthetic.SUBJECT)
            profile, library = w.personas.profile(None)
            records = VaultRecords(profile, library)
            records.ready()
            build, table = taken(records.table)
            again, _ = taken(VaultRecords(profile, library).table)
            every, alone, alike, sizes = [], [], [], []
            nothing = Recall("not-in-records", ())
            for i, line in enumerate(asked):
                make = partial(compose, line, profile, records, lang="en", hour=i % 24, turn=i)
                ms, brief = taken(make)
                if brief is None:
                    continue
                every.append(ms)
                sizes.append(cost(brief))
                look, _ = taken(partial(records.alike, line, i % 24, 24, history=(), until=None))
                rest, _ = taken(partial(make, recalled=nothing))
                alike.append(look)
                alone.append(rest - look)
    return {
        "file": made, "briefs": len(every), "rows": sum(len(table.rows(k)) for k in table.groups),
        "build_ms": round(build), "open_ms": round(again, 1), "first_ms": round(every[0], 1),
        "all": figures(every[1:]), "alone": figures(alone[1:]), "alike": figures(alike[1:]), "most_tokens": max(sizes),
    }  # fmt: skip


def figures(ms: list[float]) -> dict[str, float]:
    ms = sorted(ms)
    return {
        "p50_ms": round(statistics.median(ms), 1),
        "p95_ms": round(ms[min(len(ms) - 1, int(len(ms) * 0.95))], 1),
        "max_ms": round(ms[-1], 1),
    }
