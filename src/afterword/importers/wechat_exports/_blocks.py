"""Text files whose messages are blocks: a header line, then the words. In: numbered lines, a header. Out: the blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

Header = Callable[[str], "re.Match[str] | None"]
Block = tuple[int, "re.Match[str] | None", list[str]]


def blocks(rows: Iterator[tuple[int, str]], header: Header, after_blank: bool) -> Iterator[Block]:
    """(line number, the header's match, lines of the body without empty ones at the end) for each message.

    What stands before the first header comes first, with None. after_blank: a header counts only behind an empty line.
    """
    start, head = 1, None
    body: list[str] = []
    blank = True
    for number, line in rows:
        m = header(line) if (blank or not after_blank) and line else None
        if m is not None:
            if head is not None or any(body):
                yield start, head, _trimmed(body)
            start, head, body = number, m, []
        else:
            body.append(line)
        blank = not line
    if head is not None or any(body):
        yield start, head, _trimmed(body)


def _trimmed(body: list[str]) -> list[str]:
    while body and not body[-1].strip():
        body.pop()
    return body


def dense(text: str, header: Header) -> bool:
    """Whether headers mostly follow the words before them without an empty line: the hand of another tool."""
    rows = [line.rstrip("\r") for line in text.split("\n")]
    hits = [n for n, line in enumerate(rows) if line and header(line)]
    # a line behind a header is its body, whatever it looks like
    hits = [b for a, b in pairwise([-2, *hits]) if b != a + 1]
    glued = sum(n > 0 and bool(rows[n - 1].strip()) for n in hits)
    return len(hits) > 1 and glued * 2 >= len(hits) - 1
