"""care_070: the tests themselves stay on this computer, and the guard that says so really catches.

In: a small test session of its own, in a child process, whose test swallows every error. Out: it fails all the same.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

CALLS = {
    "socket": "import socket; s = socket.socket(); s.settimeout(1); s.connect(('127.0.0.1', 9))",
    "names": "import socket; socket.getaddrinfo('example.invalid', 80)",
    "datagram": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "urllib": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/', timeout=1)",
    "http": "import http.client; http.client.HTTPConnection('127.0.0.1', 9, timeout=1).request('GET', '/')",
}


def session(folder: Path, body: str) -> subprocess.CompletedProcess[str]:
    for name in ("conftest.py", "no_network.py"):
        shutil.copyfile(TESTS / name, folder / name)
    (folder / "test_it.py").write_text(
        f"def test_it():\n    try:\n        {body}\n    except BaseException:\n        pass\n", encoding="utf-8"
    )
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("call", sorted(CALLS))
def test_an_attempt_fails_the_session_even_when_it_is_swallowed(call: str, tmp_path: Path) -> None:
    ran = session(tmp_path, CALLS[call])
    assert ran.returncode != 0, ran.stdout
    assert "tried to use the network" in ran.stdout


def test_a_session_without_an_attempt_passes(tmp_path: Path) -> None:
    ran = session(tmp_path, "import socket; a, b = socket.socketpair(); a.close(); b.close()")
    assert ran.returncode == 0, ran.stdout


DOOR = {"llm/wire.py", "llm/faults.py"}
NETWORK = ("socket", "http", "httpx", "requests", "aiohttp", "ftplib", "smtplib", "any_llm", "anthropic", "openai")


def test_care_071_one_room_opens_connections() -> None:
    """The model door, and nothing else, imports what is needed for a connection."""
    import ast

    source = TESTS.parent / "src" / "afterword"
    found = []
    for path in sorted(source.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            found += [
                path.relative_to(source).as_posix()
                for n in names
                if n.split(".")[0] in NETWORK or n == "urllib.request"
            ]
    assert set(found) == DOOR
