"""No test may leave this computer. In: the interpreter's audit events. Out: a refused call and a failed session.

An audit hook rather than a patched socket: it also sees libraries that keep their own reference to `socket.socket`,
and it cannot be undone. A call that is refused *and swallowed* by the code under test still fails the test, since
every attempt is written down first.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

attempts: list[str] = []
_installed: list[bool] = []

NAMED = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request", "http.client.connect")
ADDRESSED = ("socket.connect", "socket.sendto", "socket.sendmsg")


class NetworkUsed(RuntimeError):
    """Raised in place of the call."""


def _local(sock: object) -> bool:
    family = getattr(sock, "family", None)
    return family is not None and family == getattr(socket, "AF_UNIX", object())


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event in NAMED or (event in ADDRESSED and not _local(args[0])):
        attempts.append(f"{event} {args[1:] if event in ADDRESSED else args!r}")
        raise NetworkUsed(attempts[-1])


def install() -> None:
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_hook)


@pytest.fixture(autouse=True)
def nothing_leaves_this_computer() -> Iterator[None]:
    before = len(attempts)
    yield
    assert attempts[before:] == [], "this test tried to use the network"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if attempts and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


install()
