"""Tests of the model door reach the servers that they open themselves; every other address is refused as everywhere.

The rule of no_network is put aside for one test at a time and done again here with those ports as the only exception.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from memory_book import MemoryBook
from scripted_server import Reply, Server

import no_network

OPEN: set[int] = set()
"""Ports of the servers that the running test has opened."""
HERE = ("127.0.0.1", "0.0.0.0", "localhost")
NAMED, ADDRESSED = no_network.NAMED, no_network.ADDRESSED
_watching: list[bool] = []


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not OPEN or event not in (*NAMED, *ADDRESSED) or no_network._local(args[0]):
        return
    host, port = "", 0
    if event == "socket.getaddrinfo":
        host, port = args[:2]
    elif event == "socket.connect":
        host, port = args[1][:2]
    if host in HERE and port in OPEN:
        return
    no_network.attempts.append(f"{event} {args!r}")
    raise no_network.NetworkUsed(no_network.attempts[-1])


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    """serve(*replies) opens a server; it and the way to it are closed with the test."""
    pytest.importorskip("any_llm")
    if not _watching:
        _watching.append(True)
        sys.addaudithook(_hook)
    servers: list[Server] = []

    def opened(*replies: Reply) -> Server:
        servers.append(Server(*replies))
        OPEN.add(servers[-1].server_port)
        monkeypatch.setattr(no_network, "NAMED", ())
        monkeypatch.setattr(no_network, "ADDRESSED", ())
        return servers[-1]

    yield opened
    OPEN.clear()
    monkeypatch.undo()
    for server in servers:
        server.close()


@pytest.fixture(autouse=True)
def no_keys_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, no address and no keyring of the person who runs the tests."""
    import keyring
    from keyring.backends.null import Keyring

    for name in ("AFTERWORD_MODEL_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    keyring.get_keyring()  # finds its backend on first use, and would put ours aside
    monkeypatch.setattr("keyring.core._keyring_backend", Keyring())


@pytest.fixture
def book() -> MemoryBook:
    return MemoryBook()
