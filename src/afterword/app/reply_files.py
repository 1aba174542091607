"""Replies that somebody wrote for a person: read from a file. In: .jsonl or .txt. Out: turns with what they answer.

A line of .jsonl is {"reply": text or [bubbles]}, with "to" (what is answered) and "wait" (seconds) where they are known; in
.txt replies stand apart by empty lines, and each line is a bubble.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.likeness.score import Said

SHAPE = 'One JSON object a line: {"reply": "text" or ["bubble", "bubble"], "to": "text", "wait": 60}.'


def read_replies(path: Path) -> list[Said]:
    if path.suffix.lower() not in (".jsonl", ".txt"):
        raise BadInput(
            "likeness.replies-kind",
            f"{path.name} is neither .jsonl nor .txt.",
            next_step=f"{SHAPE} Or text, replies apart by empty lines.",
            path=str(path),
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as e:
        raise BadInput(
            "likeness.replies", f"{path} cannot be read: {e.strerror}.", next_step="Check its path.", path=str(path)
        ) from e
    except UnicodeDecodeError as e:
        raise BadInput(
            "likeness.replies",
            f"{path.name} is not UTF-8 text (byte {e.start}).",
            next_step="Save it as UTF-8.",
            path=str(path),
        ) from e
    if path.suffix.lower() == ".txt":
        found = [
            Said("\n".join(x.strip() for x in part.split("\n") if x.strip())) for part in re.split(r"\n\s*\n", text)
        ]
        found = [s for s in found if s.text]
    else:
        found = [_row(path, n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not found:
        raise BadInput("likeness.replies-none", f"There is no reply in {path.name}.", next_step=SHAPE, path=str(path))
    return found


def _row(path: Path, number: int, line: str) -> Said:
    def wrong(what: str) -> BadInput:
        return BadInput(
            "likeness.replies-row", f"{path.name} line {number}: {what}.", next_step=SHAPE, path=str(path), line=number
        )

    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError) as e:
        raise wrong("this is not JSON") from e
    if not isinstance(row, dict) or "reply" not in row:
        raise wrong('there is no "reply"')
    reply, to, wait = row["reply"], row.get("to") or "", row.get("wait")
    bubbles = [reply] if isinstance(reply, str) else reply
    if not isinstance(bubbles, list) or not all(isinstance(b, str) for b in bubbles):
        raise wrong('"reply" is neither text nor a list of texts')
    text = "\n".join(x.strip() for b in bubbles for x in b.split("\n") if x.strip())
    if not text:
        raise wrong('"reply" has no words')
    if not isinstance(to, str):
        raise wrong('"to" is not text')
    if wait is not None and (isinstance(wait, bool) or not isinstance(wait, int | float) or not 0 <= wait < 1e9):
        raise wrong('"wait" is not a number of seconds')
    return Said(text, to, None if wait is None else float(wait))
