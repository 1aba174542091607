"""Word lists and patterns as searches. In: a list's name. Out: by section one pattern, all languages together.

`lang/<language>/<name>.txt` holds words as they are written, `<name>.toml` beside it what only a pattern can say, a row for
each form. The hard choice: one pattern for all languages, since people mix them in a line; so two rows may name a group
alike, and `part` asks for it whichever row it stands in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from afterword.measures.lexicon import LANGUAGES, any_of, entries, sections, trie_pattern, typed

_GROUP = re.compile(r"\(\?P<(\w+)>")
_LIST, _WITHIN = re.compile(r"<(\w+)\.([\w-]+)>"), re.compile(r"<(\w+)(?:\.([\w-]+))?\*>")


@cache
def forms(name: str, *wanted: str) -> frozenset[str]:
    """The words of some sections, with and without their apostrophes."""
    return frozenset(typed(entries(name, *wanted)))


@cache
def listed(name: str) -> dict[str, re.Pattern[str]]:
    """By section of a word list: what stands anywhere, and what opens a sentence ("^")."""
    found = {}
    for section, words in sections(name).items():
        opening, anywhere = ([w.lstrip("^") for w in words if (w[0] == "^") is opens] for opens in (True, False))
        search = any_of(typed(anywhere))
        found[section] = re.compile(rf"{search}|^\W*(?:{any_of(typed(opening))})" if opening else search)
    return found


def filled(path: Traversable) -> dict[str, list[str]]:
    """The rows of a pattern file by section. What stands under `words.end` is what a row calls <end>; no group
    may be called so too."""
    held: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    for word, meant in held.pop("words", {}).items():
        held = {section: [row.replace(f"<{word}>", f"(?:{meant})") for row in rows] for section, rows in held.items()}
    return held


@cache
def rows(name: str, language: str) -> dict[str, tuple[str, ...]]:
    """By section the rows of one language. They may name a list: <life.kin> is a whole word of that section in any language,
    <facts.pet*> one of this language, also within a longer word, <food*> one of all sections."""

    def whole(m: re.Match[str]) -> str:
        return f"(?:{listed(m[1])[m[2]].pattern})"

    def within(m: re.Match[str]) -> str:
        return f"(?:{trie_pattern(entries(m[1], *filter(None, m.groups()[1:]), language=language))})"

    found = filled(files("afterword") / "measures" / "lang" / language / f"{name}.toml")
    return {section: tuple(_LIST.sub(whole, _WITHIN.sub(within, x)) for x in held) for section, held in found.items()}


def joined(by_language: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    """One search for rows of several languages. Their groups are told apart: `part` finds them by the name they share."""
    marked = (
        _GROUP.sub(rf"(?P<\g<1>_{language}{i}>", row)
        for language, held in by_language.items()
        for i, row in enumerate(held)
    )
    return re.compile("|".join(f"(?:{row})" for row in marked) or "(?!)")


@cache
def shapes(name: str) -> dict[str, re.Pattern[str]]:
    """By section of a pattern file, all languages together."""
    return {section: joined({x: rows(name, x)[section] for x in LANGUAGES}) for section in rows(name, LANGUAGES[0])}


def part(found: re.Match[str], name: str) -> str:
    """What a named group of a shape caught; "" if nothing."""
    return next((v for k, v in found.groupdict().items() if v and k.rpartition("_")[0] == name), "")


def kind(found: re.Match[str]) -> str:
    """The name of the group by which a shape was found; "" if it was by none."""
    return (found.lastgroup or "").rpartition("_")[0]
