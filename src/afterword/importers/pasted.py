"""Pasted lines, `Name: words`. In: a path. Out: a record for each named line; lines without a name continue the one before.

The least certain format, so it claims a file last, and only if two names keep coming back. Its words have no date
unless a line `2024-03-05` or `[21:05]` says one: undated words are kept and shown as undated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Match, Options
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.model import ChatRef, Message, Skipped

SAID = re.compile(r"^(?:\[(\d{1,2}:\d\d)(?::\d\d)?\]\s*)?([^\s:：\[\]{}<>/\\|][^:：\n]{0,38}?)\s*[:：](?!//)\s?(.*)$")
EXPORTED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")  # an exporter's file that its own importer should read
CLOCK = re.compile(
    r"(?:[上下]午|午[前後])?\d{1,2}:\d\d(?:\s|[AP]M)"
)  # an exporter's line, with its own layout of names
DAY = re.compile(r"^\W*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\W*$")


class Pasted:
    name = "pasted"
    version = 1
    title = "pasted lines (Name: words)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if text.lstrip().startswith(("{", "[{", "<", "SQLite")) or "\x00" in text or EXPORTED.search(text):
            return None
        names: Counter[str] = Counter()
        rows = [line for line in text.split("\n") if line.strip()]
        if sum(CLOCK.match(line) is not None for line in rows) > 0.2 * len(rows):
            return None
        for line in rows:
            if m := SAID.match(line.rstrip("\r")):
                names[m[2]] += 1
        often = [n for n, c in names.items() if c >= 2]
        if len(names) >= 2 and (len(often) >= 2 or len(rows) <= 8) and sum(names.values()) >= len(rows) * 0.5:
            return Match(0.1, "lines that begin with a name")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        day, time, held = "", "00:00:00", None
        body: list[str] = []
        for number, line in lines(path, encoding_of(path, options.encoding)):
            if m := DAY.match(line):
                day, time = f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}", "00:00:00"
            elif m := SAID.match(line):
                if held:
                    yield _record(*held, body)
                # a line without a time was said after the one before it, not at midnight
                time = f"{m[1]:0>5}:00" if m[1] else time
                held, body = (f"line {number}", f"{day}T{time}" if day else "", m[2].strip()), [m[3]]
            elif held:
                body.append(line)
            elif line.strip():
                yield Skipped(f"line {number}", "no-name", line[:500])
        if held:
            yield _record(*held, body)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield ChatRef("", path.stem, None, "pasted")


def _record(where: str, at: str, name: str, body: list[str]) -> Message:
    while len(body) > 1 and not body[-1].strip():
        body.pop()
    return Message(where, at, name, "\n".join(body))


importer = Pasted()
