"""A file that the user asked for, closed to others. In: a path, its content. Out: the file, or a clear error."""

from __future__ import annotations

from pathlib import Path

from afterword.errors import BadInput


def put(out: Path, body: bytes) -> None:
    """Written 0600; a file that is there already keeps its own rights."""
    try:
        out.touch(mode=0o600)
        out.write_bytes(body)
    except OSError as e:
        raise BadInput(
            "timeline.unwritable",
            f"{out} cannot be written: {e.strerror}.",
            next_step="Name another file.",
            path=str(out),
        ) from e
