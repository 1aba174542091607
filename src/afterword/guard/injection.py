"""Text that tries to give orders. In: a chat line, or a SKILL.md. Out: the marks found.

Chat lines with marks stay out of every file that a model reads. A SKILL.md is also looked at as a host's preprocessor
sees it: some of them run a line of chat as a shell command.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from afterword.guard.text import first, patterns, plain

_TAGS = re.compile("[\U000e0000-\U000e007f\u202a-\u202e\u2066-\u2069]")
_BASE64 = re.compile(r"\b[A-Za-z0-9+/]{60,}={0,2}(?![A-Za-z0-9+/])")
_TRAPS = {
    "a shell line (!`)": re.compile(r"(?:^|\s)!`", re.M),
    "a shell fence (```!)": re.compile(r"```!"),
    "an argument placeholder ($)": re.compile(r"\$(?:\d|ARGUMENTS|\{?CLAUDE_|[a-z_]+\b)"),
    "an attached path (@)": re.compile(r"(?:^|\s)@[\w./~-]"),
}


@lru_cache(8_192)  # the same lines are shown to a model in turn after turn
def injection_marks(text: str) -> tuple[str, ...]:
    """Names of what makes a line read like instructions to a model; () for ordinary words."""
    marks = []
    if _TAGS.search(text):
        marks.append("hidden characters")
    line = plain(text)
    marks += [section for section, found in patterns("injection").items() if first(found, line)]
    encoded = _BASE64.search(unicodedata.normalize("NFKC", text))
    if encoded and len(set(encoded.group(0))) > 12:
        marks.append("encoded block")
    if re.search(r"!\[[^\]]*\]\(\s*https?:", text):
        marks.append("remote image")
    if re.search(r"(?:^|\s)!`|```!", text):
        marks.append("shell line")
    return tuple(marks)


def skill_traps(markdown: str) -> tuple[str, ...]:
    """What a SKILL.md must never hold."""
    found = [name for name, pattern in _TRAPS.items() if pattern.search(markdown)]
    if words := first(patterns("injection").get("denial", ()), plain(markdown)):
        found.append(f"an order to deny being an AI ({words})")
    return tuple(found)
