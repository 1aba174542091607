"""How excerpts are chosen from a long chat. In: a number of messages. Out: seconds, megabytes, tokens, what is covered.

Nobody's synthetic words have a mood, so one line in twelve is taken from the lists that the program looks for, now more of
one and now more of another, as quarrels and good times come. The choice is made in a process of its own.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from quality import synthetic
from quality.importing import PASSPHRASE

SHARE = 12
LISTS = ("warmth", "laughter", "conflict", "repair", "facets")


def write(path: Path, n: int) -> None:
    """The synthetic chat with phrases of every mood and facet strewn in, in spells."""
    from afterword.measures.lexicon import LANGUAGES, word_list

    phrases = {
        name: [w.lstrip("=") for lang in LANGUAGES for w, _, _ in word_list(lang, name) if w != "="] for name in LISTS
    }
    rng = random.Random(n)
    kind = LISTS[0]
    with path.open("w", encoding="utf-8", newline="\n") as f:
        for i, (at, speaker, text) in enumerate(synthetic.messages(n)):
            if i % 40 == 0:
                kind = rng.choices(LISTS, (4, 4, 1, 1, 6))[0]
            if rng.randrange(SHARE) == 0:
                text = rng.choice(phrases[kind])
            f.write(f"{at:%d/%m/%Y}, {at:%H:%M} - {speaker}: {text}\n")


def measure(n: int, budget: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        chat, home = Path(folder) / "WhatsApp Chat with Ren Aoki.txt", Path(folder) / "vault"
        write(chat, n)
        from afterword import Workspace

        with Workspace(home, passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
            w.create([chat], name=synthetic.SUBJECT, me=synthetic.ME, subject=synthetic.SUBJECT)
        command = [sys.executable, "-m", "quality.distilling", str(home), str(budget)]
        ran = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[1]
        )
        if ran.returncode:
            raise SystemExit(ran.stderr)
        found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return {"messages": n, "budget": budget, **found}


def memory_mb(*, reset: bool = False) -> float:
    """The most that this process held; since the last reset, where the system can tell (opening a vault takes 256 MB)."""
    import resource

    status, refs = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if status.exists():
        if reset:
            refs.write_text("5")
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def child(home: str, budget: int) -> dict[str, Any]:
    """Choose, and make ready to send; what the open vault holds before is told apart."""
    from afterword import Workspace
    from afterword.app.distilling import plan
    from afterword.distill import FACETS, messages
    from afterword.llm import estimated_tokens

    with Workspace(home, passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
        profile, library = w.personas.profile(None)
        before, began, cpu = memory_mb(reset=True), time.perf_counter(), time.process_time()
        choice = plan(profile, library, "en", budget, FACETS)
        seconds, used, held = time.perf_counter() - began, time.process_time() - cpu, memory_mb()
        tokens, lines = [], []
        for p in choice.packets:
            sent, numbers = messages(p, library.fetch(p.rows), profile.name, profile.speaker, "")
            tokens.append(sum(estimated_tokens(m.text) for m in sent))
            lines.append(len(numbers))
        again = time.perf_counter()
        plan(profile, library, "en", budget, FACETS)
        kept = time.perf_counter() - again
    c = choice.coverage
    return {
        "seconds": round(seconds, 2), "cpu_seconds": round(used, 2), "again_seconds": round(kept, 3),
        "peak_rss_mb": round(held, 1), "grown_mb": round(held - before, 1),
        "packets": len(tokens), "tokens": sum(tokens), "most_tokens": max(tokens), "lines": sum(lines),
        "facets": len({p.facet for p in choice.packets}),
        "left_out": sum(p.left_out for p in choice.packets),
        "periods_covered": round(c.periods_read / c.periods, 3), "moods": list(c.moods),
        "moods_covered": round(len(c.moods_read) / len(c.moods), 3),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(child(sys.argv[1], int(sys.argv[2]))))
