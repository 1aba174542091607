"""The process that reads an Outlook store. In: a path as argument. Out: frames on standard output.

A frame is one byte for what it is (pst.FRAMES, 255 for a store that cannot be opened), four bytes of length, and the
record as MessagePack. Nothing is written anywhere else. A store on which the library thinks for longer than a minute
without a record ends the process, like one on which it falls over.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import msgspec

from afterword.importers.mail.pst import FAULTS, FRAMES, Known, known, opened, records
from afterword.model import Message, Skipped

PATIENCE = 60
BROKEN = 255


def send(kind: int, body: bytes) -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(PATIENCE)
    sys.stdout.buffer.write(bytes([kind]) + len(body).to_bytes(4, "big") + body)
    sys.stdout.buffer.flush()


def main() -> None:
    path = Path(sys.argv[1])
    kinds: dict[type[Known] | type[Message] | type[Skipped], int] = {kind: number for number, kind in FRAMES.items()}
    if hasattr(signal, "alarm"):
        signal.alarm(PATIENCE)
    try:
        opened(path)
    except FAULTS as e:
        send(BROKEN, str(e)[:120].encode())
        return
    first = known(path)
    send(kinds[Known], msgspec.msgpack.encode(first))
    for record in records(path, frozenset(first.owner), first.names):
        send(kinds[type(record)], msgspec.msgpack.encode(record))


if __name__ == "__main__":
    main()
