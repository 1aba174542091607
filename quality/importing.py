"""How fast files come in. In: a number of messages. Out: CPU seconds, messages for each of them, and peak memory.

A child process does the work, so that the generator's own time and memory are not counted. CPU time rather than wall
time: it is the same on a busy machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from quality import synthetic

PASSPHRASE = "a made up passphrase"


def measure(n: int, *, to_skill: bool = False) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        chat = Path(folder) / "WhatsApp Chat with Ren Aoki.txt"
        made = synthetic.write(chat, n)
        command = [
            sys.executable,
            "-m",
            "quality.importing",
            str(chat),
            str(Path(folder) / "vault"),
            "skill" if to_skill else "import",
        ]
        ran = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[1]
        )
        if ran.returncode:
            raise SystemExit(ran.stderr)
        found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return {"file": made, "to_skill": to_skill, **found, "messages_per_cpu_second": round(n / found["cpu_seconds"])}


def child(chat: str, home: str, until: str) -> dict[str, Any]:
    """Import (and go on to the skill), then say what this process has used since it started."""
    import resource

    from afterword import Workspace

    with Workspace(home, passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
        if until == "skill":
            done = w.create([chat], name=synthetic.SUBJECT, me=synthetic.ME, subject=synthetic.SUBJECT)
        else:
            done = w.import_files([chat], me=synthetic.ME)
    (source,) = done["sources"]
    used = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return {
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2), "peak_rss_mb": round(used.ru_maxrss / unit, 1),
        "records": source["records"], "kept": source["messages"], "new": source["new"], "skipped": source["skipped"],
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(child(*sys.argv[1:4])))
