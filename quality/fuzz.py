"""Coverage-guided fuzzing of the importers: `python -m quality.fuzz [IMPORTER …] --seconds 600`.

In: importers by name (default: all). Out: for each, how many inputs were tried and what broke; inputs that broke
something are kept under `--out`. Seeds are the inputs of the importer's test cases. Needs the extra `fuzz` (atheris,
Linux). Broken means: an exception that is no AfterwordError, a hang of ten seconds, or more than 400 MB.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "importers"
LARGEST = 64 * 1024


def seeds(name: str, folder: Path) -> int:
    """Copy the case inputs of an importer, as far as they are files of a moderate size."""
    n = 0
    for path in sorted(CASES.glob(f"{name}/*/input.*")):
        seed = folder / f"{n:03}-{path.parent.name}"
        if path.suffix == ".sql":
            with closing(sqlite3.connect(seed)) as db:
                db.executescript(path.read_text(encoding="utf-8"))
        elif path.suffix == ".d":
            with zipfile.ZipFile(seed, "w", zipfile.ZIP_DEFLATED) as archive:
                for part in sorted(p for p in path.rglob("*") if p.is_file()):
                    archive.write(part, part.relative_to(path).as_posix())
        elif path.is_file() and path.stat().st_size <= LARGEST:
            seed.write_bytes(path.read_bytes())
        else:
            continue
        n += 1
    return n


def measure(names: list[str], each: int, out: Path, jobs: int) -> dict[str, Any]:
    from concurrent.futures import ThreadPoolExecutor

    out.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(jobs) as pool:
        return dict(zip(names, pool.map(lambda n: one(n, each, out), names), strict=True))


def one(name: str, each: int, out: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="afterword-fuzz-") as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        n = seeds(name, corpus)
        command = [
            sys.executable, "-m", "quality.fuzz", "--child", name, str(corpus), f"-max_total_time={each}", "-timeout=10",
            f"-max_len={LARGEST}", "-rss_limit_mb=400", f"-artifact_prefix={out / name}-", "-verbosity=1", "-print_final_stats=1",
        ]  # fmt: skip
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    said = ran.stdout + ran.stderr
    tried = re.search(r"number_of_executed_units:\s*(\d+)", said)
    reached = re.findall(r"cov: (\d+)", said)
    print(f"{name}: {tried[1] if tried else 0} inputs", file=sys.stderr)
    error = re.search(r"^\s*=== Uncaught Python exception: ===\s*$\n(.+)$", said, re.M)
    return {
        "seeds": n,
        "tried": int(tried[1]) if tried else 0,
        "coverage": int(reached[-1]) if reached else 0,
        "broke": "" if ran.returncode == 0 else (error[1] if error else said.strip().splitlines()[-1][:200]),
    }


def child(name: str, arguments: list[str]) -> None:
    import contextlib
    import os

    import atheris

    with atheris.instrument_imports(include=["afterword.importers"]):
        from afterword.importers import Options, importers

        importer = importers()[name]  # modules are imported here, so they must be inside
    from afterword.errors import AfterwordError

    suffix = next((p.suffix for p in sorted(CASES.glob(f"{name}/*/input.*"))), ".txt")
    suffix = {".sql": ".db", ".d": ".zip"}.get(suffix, suffix)
    place = Path(tempfile.mkdtemp(prefix="afterword-fuzz-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    path = place / f"input{suffix}"

    def try_one(data: bytes) -> None:
        path.write_bytes(data)
        importer.sniff(data, path.name)
        with contextlib.suppress(AfterwordError):
            for _ in importer.read(path, Options()):
                pass
        with contextlib.suppress(AfterwordError):
            for _ in importer.chats(path, Options()):
                pass

    atheris.Setup([sys.argv[0], *arguments], try_one)
    atheris.Fuzz()


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3:])
        return 0
    parser = argparse.ArgumentParser(prog="python -m quality.fuzz", description=__doc__)
    parser.add_argument("importers", nargs="*")
    parser.add_argument("--seconds", type=int, default=600, help="for each importer")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "afterword-fuzz")
    asked = parser.parse_args()
    from afterword.importers import importers

    found = measure(asked.importers or sorted(importers()), asked.seconds, asked.out, asked.jobs)
    print(json.dumps({"bench": "fuzz", "seconds_each": asked.seconds, "importers": found}, indent=1))
    return int(any(f["broke"] for f in found.values()))


if __name__ == "__main__":
    sys.exit(main())
