"""Coverage-guided fuzzing of the importers: `python -m quality.fuzz [FAMILY …] --seconds 600`.

In: families by name (default: all); a family is one room under `importers/`, or several that share their parsers.
The first byte of an input chooses the importer within the family, so that time goes where something new is reached.
Out: for each family, how many inputs were tried and what broke; inputs that broke something are kept under `--out`.
Seeds are the inputs of the importers' test cases. Needs the extra `fuzz` (atheris, Linux). Broken means: an exception
that is no AfterwordError, a hang of ten seconds (`SLOWEST`), or more than 400 MB (`MOST_MB`).
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
MOST_MB, SLOWEST = {"screenshot": 900}, {"screenshot": 60, "mail": 90}
"""The models for reading text in pictures take 350 MB before the first picture, and a second and a half for each; a store of
Outlook has a process of its own, which is given a minute for a record."""


FAMILIES = {
    "whatsapp": ["whatsapp", "whatsapp_exporter_json"],
    "wechat": ["wechat_exports", "wechat_db"],
    "telegram": ["telegram_json", "telegram_html"],
    "apple": ["imessage_db", "imessage_exporter"],
    "phone": ["sms_xml", "signal_export"],
    "lines": ["line_txt", "kakaotalk"],
    "work": ["slack", "teams", "office_chats"],
    "archives": ["x_archive", "reddit", "tiktok", "snapchat", "skype", "dating"],
    "neutral": ["chatlab", "generic_table", "pasted", "social_posts"],
    "pictures_and_sounds": ["photo", "voice_note"],
}  # a room that is named nowhere here is a family of its own


def families() -> dict[str, list[str]]:
    """Family to the names of its importers."""
    from afterword.importers import importers

    of = {room: family for family, rooms in FAMILIES.items() for room in rooms}
    found: dict[str, list[str]] = {}
    for name, importer in sorted(importers().items()):
        room = type(importer).__module__.split(".")[2]
        found.setdefault(of.get(room, room), []).append(name)
    return found


def seeds(names: list[str], folder: Path) -> int:
    """Write the case inputs of the importers, as far as they are files of a moderate size, each after the byte that chooses
    its importer."""
    n = 0
    for chosen, name in enumerate(names):
        for path in sorted(CASES.glob(f"{name}/*/input.*")):
            data = as_bytes(path)
            if data is None or len(data) >= LARGEST:
                continue
            (folder / f"{n:04}-{name}").write_bytes(bytes([chosen]) + data)
            n += 1
    return n


def as_bytes(path: Path) -> bytes | None:
    """The file that the importer would be given for a case input; none for inputs that are made when they are needed."""
    with tempfile.TemporaryDirectory(prefix="afterword-fuzz-") as folder:
        made = Path(folder) / "seed"
        if path.suffix == ".sql":
            with closing(sqlite3.connect(made)) as db:
                db.executescript(path.read_text(encoding="utf-8"))
        elif path.suffix == ".d":
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
                for part in sorted(p for p in path.rglob("*") if p.is_file()):
                    archive.write(part, part.relative_to(path).as_posix())
        elif path.is_file() and path.suffix != ".toml":  # the sheets of a workbook, which has a test of its own
            made = path
        else:
            return None
        return made.read_bytes()


def measure(asked: list[str], each: int, out: Path, jobs: int) -> dict[str, Any]:
    from concurrent.futures import ThreadPoolExecutor

    out.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(jobs) as pool:
        return dict(zip(asked, pool.map(lambda family: one(family, each, out), asked), strict=True))


def one(family: str, each: int, out: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="afterword-fuzz-") as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        n = seeds(families()[family], corpus)
        command = [
            sys.executable, "-m", "quality.fuzz", "--child", family, str(corpus), f"-max_total_time={each}", f"-timeout={SLOWEST.get(family, 10)}",
            f"-max_len={LARGEST + 1}", f"-rss_limit_mb={MOST_MB.get(family, 400)}", f"-artifact_prefix={out / family}-", "-verbosity=1", "-print_final_stats=1",
        ]  # fmt: skip
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    said = ran.stdout + ran.stderr
    tried = re.search(r"number_of_executed_units:\s*(\d+)", said)
    reached = re.findall(r"cov: (\d+)", said)
    print(f"{family}: {tried[1] if tried else 0} inputs", file=sys.stderr)
    error = re.search(r"^\s*=== Uncaught Python exception: ===\s*$\n(.+)$", said, re.M)
    return {
        "importers": len(families()[family]),
        "seeds": n,
        "tried": int(tried[1]) if tried else 0,
        "coverage": int(reached[-1]) if reached else 0,
        "broke": "" if ran.returncode == 0 else (error[1] if error else said.strip().splitlines()[-1][:200]),
    }


def child(family: str, arguments: list[str]) -> None:
    import contextlib
    import os

    import atheris

    with atheris.instrument_imports(include=["afterword.importers"]):
        from afterword.importers import Options, importers

        known = importers()  # modules are imported here, so they must be inside
    from afterword.errors import AfterwordError

    place = Path(tempfile.mkdtemp(prefix="afterword-fuzz-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    chosen = []
    for name in families()[family]:
        suffixes = [p.suffix for p in sorted(CASES.glob(f"{name}/*/input.*")) if p.suffix != ".toml"]
        suffix = suffixes[0] if suffixes else ".txt"
        chosen.append((known[name], place / f"input{ {'.sql': '.db', '.d': '.zip'}.get(suffix, suffix) }"))

    def try_one(data: bytes) -> None:
        importer, path = chosen[data[0] % len(chosen)] if data else chosen[0]
        data = data[1:]
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
    parser.add_argument("families", nargs="*")
    parser.add_argument("--seconds", type=int, default=600, help="for each family")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "afterword-fuzz")
    asked = parser.parse_args()
    found = measure(asked.families or sorted(families()), asked.seconds, asked.out, asked.jobs)
    print(json.dumps({"bench": "fuzz", "seconds_each": asked.seconds, "families": found}, indent=1))
    return int(any(f["broke"] for f in found.values()))


if __name__ == "__main__":
    sys.exit(main())
