"""Word lists and patterns as searches. In: a list's name. Out: by section one pattern, all languages together.

`lang/<language>/<name>.txt` holds words as they are written, `<name>.toml` beside it what only a pattern can say, a row for
each form. The hard choice: one pattern for all languages, since people mix them in a line; so two rows may name a group
alike, and `part` asks for it whichever row it stands in.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from afterword.measures.lexicon import LANGUAGES, any_of, entries, sections, typed

_GROUP = re.compile(r"\(\?P<(\w+)>")
_LIST = re.compile(r"<(\w+)\.([\w-]+)>")


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


@cache
def shapes(name: str) -> dict[str, re.Pattern[str]]:
    """By section of a pattern file. A row may name a section of a word list: <life.kin>."""
    rows: dict[str, list[str]] = {}
    for language in LANGUAGES:
        path = files("afterword") / "measures" / "lang" / language / f"{name}.toml"
        for section, patterns in tomllib.loads(path.read_text(encoding="utf-8")).items():
            held = rows.setdefault(section, [])
            for row in patterns:
                row = _LIST.sub(lambda m: f"(?:{listed(m[1])[m[2]].pattern})", row)
                held.append(_GROUP.sub(rf"(?P<\g<1>_{language}{len(held)}>", row))
    return {section: re.compile("|".join(f"(?:{row})" for row in held) or "(?!)") for section, held in rows.items()}


def part(found: re.Match[str], name: str) -> str:
    """What a named group of a shape caught; "" if nothing."""
    return next((v for k, v in found.groupdict().items() if v and k.rpartition("_")[0] == name), "")


def kind(found: re.Match[str]) -> str:
    """The name of the group by which a shape was found; "" if it was by none."""
    return (found.lastgroup or "").rpartition("_")[0]
