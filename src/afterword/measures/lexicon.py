"""Word lists in; compiled searches out. The lists are `lang/<language>/<name>.txt`, one folder for each language.

One regular expression holds all lists of a language group: a million messages are searched once, not once for each word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

LANGUAGES = ("en", "zh")

LATIN = re.compile(r"[a-z0-9]")


class Entry(msgspec.Struct, frozen=True, gc=False):
    kind: str
    cue: str
    strong: bool


@cache
def word_list(language: str, name: str) -> tuple[tuple[str, str, bool], ...]:
    """(words, section, strong) for each line of lang/<language>/<name>.txt; empty when there is no such list."""
    path = files("afterword") / "measures" / "lang" / language / f"{name}.txt"
    if not path.is_file():
        return ()
    rows: list[tuple[str, str, bool]] = []
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.strip().lower()
        # "[heart]" opens a section, "[爱心]" is a sticker's text: section names are ASCII, sticker names are not
        if re.fullmatch(r"\[[a-z0-9-]+\]", line):
            section = line[1:-1]
        elif line and not line.startswith("#"):
            rows.append((line.lstrip("!"), section, line.startswith("!")))
    return tuple(rows)


def trie_pattern(words: Iterable[str]) -> str:
    """One regular expression for many literals, longest first, shared prefixes written once (re tries in order)."""
    root: dict[str, Any] = {}
    for word in sorted(set(words)):
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}

    def write(node: dict[str, Any]) -> str:
        branches = [re.escape(c) + write(child) for c, child in node.items() if c]
        if not branches:
            return ""
        body = branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"
        if "" in node:
            return f"(?:{body})?"
        return body

    return write(root)


class Lexicon:
    """Many word lists as one compiled search per language group: `ascii` words need word borders, the others do not."""

    def __init__(self, names: Sequence[str]) -> None:
        self.entries: dict[str, Entry] = {}
        self.whole: dict[str, Entry] = {}
        for language in LANGUAGES:
            for name in names:
                for words, cue, strong in word_list(language, name):
                    entry = Entry(name, cue, strong)
                    if words.startswith("="):
                        self.whole[words[1:]] = entry
                        continue
                    for form in {words, words.replace("'", "")}:
                        self.entries.setdefault(form, entry)
        # "520" and "mua" stand without spaces in Chinese: an ideograph is a border to a letter, a digit is not
        latin = trie_pattern(w for w in self.entries if w.isascii())
        other = trie_pattern(w for w in self.entries if not w.isascii())
        self.latin = re.compile(rf"\b{latin}(?![a-z0-9])") if latin else None
        self.mixed = re.compile(rf"(?<![a-z0-9]){latin}(?![a-z0-9])") if latin else None
        self.other = re.compile(other) if other else None

    def find(self, lowered: str) -> Iterator[tuple[re.Match[str], Entry]]:
        """Listed expressions in a lower-cased text with straight apostrophes."""
        entries = self.entries
        plain = lowered.isascii()
        latin = self.latin if plain else self.mixed
        if latin and (
            plain or LATIN.search(lowered)
        ):  # most Chinese messages hold no letter, and this is the dear part
            for hit in latin.finditer(lowered):
                yield hit, entries[hit[0]]
        if not plain and self.other:
            for hit in self.other.finditer(lowered):
                yield hit, entries[hit[0]]


def lower(text: str) -> str:
    lowered = text.lower()
    return lowered if lowered.isascii() else lowered.replace("’", "'")
