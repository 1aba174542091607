"""How fast files are read, format by format. In: a number of messages. Out: messages for each CPU second, and memory.

Only reading is measured: the importer's records, one by one, thrown away. Each run is a fresh process; memory is what it
grew by while it read. On WhatsApp, `--peers PYTHON` lets other parsers read the same file in the same run, with an
interpreter that has them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from quality.exports import FORMATS

ROOT = Path(__file__).resolve().parents[1]
PEERS = {
    "chat-miner": "from chatminer.chatparsers import WhatsAppParser as P; p = P(path); p.parse_file(); "
    "n = len(p.parsed_messages.get_df())",
    "whatstk": "from whatstk import WhatsAppChat; n = len(WhatsAppChat.from_source(path).df)",
}
PEER = """
import json, re, sys, time
path = sys.argv[1]
size = lambda key: int(re.search(key + r":\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
began, start = time.process_time(), size("VmRSS")
{work}
used = time.process_time() - began
grown = size("VmHWM") - start
print(json.dumps({{"messages": int(n), "cpu_seconds": round(used, 2), "grown_mb": round(grown, 1)}}))
"""


def measure(n: int, names: list[str] | None = None, peers: str | None = None, repeat: int = 1) -> dict[str, Any]:
    """{"formats": {name: {"messages", "cpu_seconds", "messages_per_cpu_second", "grown_mb", "bytes"}}, "peers": …}."""
    out: dict[str, Any] = {"messages": n, "formats": {}}
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        for name in names or list(FORMATS):
            filename, write = FORMATS[name]
            path = Path(folder) / filename
            write(path, n)
            if repeat > 1:
                grow(path, repeat)
            found = child([sys.executable, "-m", "quality.parsing", str(path)])
            rate = round(found["messages"] / found["cpu_seconds"])
            out["formats"][name] = {**found, "messages_per_cpu_second": rate, "bytes": path.stat().st_size}
            if name == "whatsapp" and peers:
                out["peers"] = {
                    peer: child([peers, "-c", PEER.format(work=work), str(path)]) for peer, work in PEERS.items()
                }
            path.unlink()
    return out


def grow(path: Path, times: int) -> None:
    """Make a line format's file `times` as long. For the others the writer must be asked for more messages."""
    whole = path.read_bytes()
    with path.open("ab") as f:
        for _ in range(times - 1):
            f.write(whole)


def child(command: list[str]) -> dict[str, Any]:
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if ran.returncode:
        return {"error": ran.stderr.strip().splitlines()[-1:], "messages": 0, "cpu_seconds": 1.0}
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def memory() -> tuple[float, float]:
    """(MB now, most MB so far). A child's peak in rusage begins with its parent's, so Linux's own figures are read."""
    status = Path("/proc/self/status")
    if not status.exists():
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)
        return most, most
    rows = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(rows["VmRSS"].split()[0]) / 1024, int(rows["VmHWM"].split()[0]) / 1024


def read(path: str) -> dict[str, Any]:
    import time

    from afterword.importers import Options, identify
    from afterword.model import Message

    importer, _ = identify(Path(path))
    start, _ = memory()
    began = time.process_time()
    n = sum(type(record) is Message for record in importer.read(Path(path), Options()))
    used = time.process_time() - began
    return {
        "importer": importer.name,
        "messages": n,
        "cpu_seconds": round(used, 2),
        "grown_mb": round(memory()[1] - start, 1),
    }


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1])))
