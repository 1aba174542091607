"""The ledger of what was sent. In: the body of every request before it leaves; what came of it. Out: chained rows.

A row is written before its bytes go, so that a crash in between leaves a row too many and never one too few. Tokens
and cost are known only afterwards: they are a row of their own that names the first. Each row holds the hash of the
row before it, and the book keeps the last hash apart, so a changed, a missing and a cut-off row are all seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal, Protocol

import msgspec

from afterword.llm.port import NOT_SAID, Usage

START = "0" * 64


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """kind "sent": a request. kind "answer": what came of the request `of`: "ok", the code of an error,
    "left" when nobody heard the answer to its end.

    host      host and port; `local` is True where that is this computer
    persona   an id that means nothing once the persona is let go
    data      the class of data that consent was given for
    bytes     length and SHA-256 of the body as it went over the wire
    replaced  how many names, numbers and addresses were replaced in it
    consent   id of the consent, "" for a local server
    """

    n: int
    at: str
    kind: Literal["sent", "answer"]
    host: str = ""
    local: bool = False
    purpose: str = ""
    persona: str = ""
    data: str = ""
    bytes: int = 0
    sha256: str = ""
    replaced: int = 0
    consent: str = ""
    of: int = 0
    outcome: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    cached: int | None = None
    cost: float | None = None
    before: str = START
    hash: str = ""


class Book(Protocol):
    """Where rows are kept. `append` is atomic: `make` gets the last row and returns the next."""

    def append(self, make: Callable[[Row | None], Row]) -> Row: ...

    def rows(self) -> Sequence[Row]: ...

    def head(self) -> str:
        """The hash of the last row that was ever appended; "" when there is none."""
        ...


def hash_of(row: Row) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(row, hash=""))).hexdigest()


class Ledger:
    def __init__(self, book: Book, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._book, self._now = book, now

    def _add(self, row: Row) -> Row:
        def chained(last: Row | None) -> Row:
            n, before = (last.n + 1, last.hash) if last else (1, START)
            made = msgspec.structs.replace(row, n=n, before=before)
            return msgspec.structs.replace(made, hash=hash_of(made))

        return self._book.append(chained)

    def _moment(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="seconds")

    def sent(
        self,
        body: bytes,
        *,
        host: str,
        local: bool,
        purpose: str,
        persona: str,
        data: str,
        replaced: int,
        consent: str,
    ) -> Row:
        return self._add(
            Row(
                0,
                self._moment(),
                "sent",
                host=host,
                local=local,
                purpose=purpose,
                persona=persona,
                data=data,
                bytes=len(body),
                sha256=hashlib.sha256(body).hexdigest(),
                replaced=replaced,
                consent=consent,
            )
        )

    def answered(self, row: Row, outcome: str, usage: Usage = NOT_SAID, cost: float | None = None) -> Row:
        return self._add(
            Row(
                0,
                self._moment(),
                "answer",
                of=row.n,
                outcome=outcome,
                tokens_in=usage.tokens_in,
                tokens_out=usage.tokens_out,
                cached=usage.cached,
                cost=cost,
            )
        )

    def rows(self) -> Sequence[Row]:
        return self._book.rows()

    def broken_at(self) -> int:
        """The number of the first row that is not as it was written, 0 when the chain is whole."""
        before, n = START, 0
        for n, row in enumerate(self._book.rows(), 1):
            if row.n != n or row.before != before or row.hash != hash_of(row):
                return n
            before = row.hash
        return 0 if (self._book.head() or START) == before else n + 1
