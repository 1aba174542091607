"""Word lists in; compiled searches out. The lists are `lang/<language>/<name>.txt`, one folder for each language.

One regular expression holds all lists of a language group: a million messages are searched once, not once for each word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from afterword.han import simplified

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


@cache
def sections(name: str, language: str = "") -> Mapping[str, tuple[str, ...]]:
    """The lines of a list by section, of one language or of all; lines before any section are in ""."""
    held: dict[str, list[str]] = {}
    for x in (language,) if language else LANGUAGES:
        for form, section, _ in word_list(x, name):
            held.setdefault(section, []).append(form)
    return {section: tuple(forms) for section, forms in held.items()}


def entries(name: str, *wanted: str, language: str = "") -> tuple[str, ...]:
    """The lines of some sections, of all where none is named."""
    held = sections(name, language)
    return tuple(form for section in wanted or held for form in held.get(section, ()))


@cache
def single_words(name: str, *wanted: str, language: str = "") -> frozenset[str]:
    """The words of those lines, where a line holds several."""
    return frozenset(w for line in entries(name, *wanted, language=language) for w in line.split())


def typed(forms: Iterable[str]) -> Iterator[str]:
    """Every form as it may be typed: with its apostrophes and without."""
    return (y for form in forms for y in dict.fromkeys((form, form.replace("'", ""))))


def any_of(forms: Iterable[str], edge: str = "[a-z0-9']") -> str:
    """One pattern for any of them: in Latin letters where no `edge` stands beside, in other scripts anywhere."""
    latin, other = (trie_pattern(w) for w in scripts(forms))
    return "|".join(p for p in (rf"(?<!{edge}){latin}(?!{edge})" if latin else "", other) if p) or "(?!)"


def scripts(forms: Iterable[str]) -> tuple[list[str], list[str]]:
    """Those in plain Latin letters, and the others."""
    held = tuple(forms)
    return [w for w in held if w.isascii()], [w for w in held if not w.isascii()]


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
                    for form in typed([words]):
                        self.entries.setdefault(form, entry)
        # "520" and "mua" stand without spaces in Chinese: an ideograph is a border to a letter, a digit is not
        latin, other = map(trie_pattern, scripts(self.entries))
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


def written(form: str, text: str) -> str:
    """What was found in `lower` of a text as the text itself has it, in traditional characters where it does."""
    if form.isascii():
        return form
    lowered = lower(text)
    at = lowered.find(form) if len(lowered) == len(text) else -1
    return text[at : at + len(form)] if at >= 0 else form


def lower(text: str) -> str:
    """A text as the lists and patterns are written: lower case, straight apostrophes, simplified characters."""
    lowered = text.lower()
    return lowered if lowered.isascii() else simplified(lowered.replace("’", "'"))
