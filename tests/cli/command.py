"""The command line as a process of its own, with the network refused in it as well."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

PROGRAM = (
    "import sys, no_network; no_network.install(); sys.argv[0] = 'afterword'; from afterword.cli import main; main()"
)
KILLED = (
    "import os, sys; mark, left = sys.argv.pop(1), [int(sys.argv.pop(1))]\n"
    "def hook(event, args):\n"
    "    if event == 'open' and isinstance(args[0], str) and mark in args[0]:\n"
    "        left[0] -= 1\n"
    "        if not left[0]: os.kill(os.getpid(), 9)\n"
    "sys.addaudithook(hook)\n"
) + PROGRAM.replace("; ", "\n")
"""The same program, killed at the moment it opens a file for the n-th time."""
TESTS = Path(__file__).resolve().parents[1]


class Terminal:
    """A person's computer: home, temporary folder, vault and passphrase file, all below one folder."""

    def __init__(self, root: Path, **env: str) -> None:
        self.root = root
        self.home, self.temp, self.vault = root / "home", root / "temp", root / "data" / "vault"
        for folder in (self.home, self.temp, self.vault.parent):
            folder.mkdir(parents=True)
        self.secret = root / "passphrase"
        self.secret.write_text("a made up passphrase\n", encoding="utf-8")
        self.env = {
            **{k: v for k, v in os.environ.items() if k in ("PATH", "COVERAGE_PROCESS_START", "SYSTEMROOT")},
            "PYTHONPATH": f"{TESTS}:{TESTS.parent / 'src'}", "HOME": str(self.home), "TMPDIR": str(self.temp), "AFTERWORD_HOME": str(self.vault), "AFTERWORD_LANG": "en",
            "AFTERWORD_PASSPHRASE_FILE": str(self.secret), "PYTHONWARNINGS": "error", **env,
        }  # fmt: skip

    def start(self, *words: str, **more: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.root,
            **more,
        )

    def run(self, *words: str, said: str = "", code: int = 0, **env: str) -> str:
        """Standard output; the exit code must be `code`, and no traceback may be seen."""
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, *words],
            env={**self.env, **env},
            input=said,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            cwd=self.root,
        )
        assert ran.returncode == code, (words, ran.returncode, ran.stdout[-2000:], ran.stderr[-2000:])
        assert "Traceback" not in ran.stderr + ran.stdout
        self.errors = ran.stderr
        return ran.stdout

    def killed(self, mark: str, nth: int, *words: str) -> None:
        """Run the words and end the process by force when it opens a path with `mark` in it for the `nth` time."""
        ran = subprocess.run(
            [sys.executable, "-c", KILLED, mark, str(nth), *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            cwd=self.root,
        )
        assert ran.returncode == -9, (words, ran.returncode, ran.stdout[-2000:], ran.stderr[-2000:])

    def json(self, *words: str, said: str = "", code: int = 0, **env: str) -> Any:
        return json.loads(self.run(*words, "--json", said=said, code=code, **env))


def whatsapp(lines: list[tuple[str, str]]) -> str:
    """An Android export, one line every minute from 17 March 2023."""
    start = datetime(2023, 3, 17, 9, 0)
    return "".join(
        f"{start + timedelta(minutes=i):%d/%m/%Y, %H:%M} - {who}: {text}\n" for i, (who, text) in enumerate(lines)
    )


TALK = [
    ("Ann Ash", f"did you feed the snails {i}") if i % 2 else ("Bob Birch", f"fed them, big one bit me {i} hahaha")
    for i in range(60)
]
