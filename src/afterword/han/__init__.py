"""Traditional Chinese characters read as simplified ones. In: a line. Out: the line as the word lists are written.

One character for one, so that a place found in what is returned is that place in the line: what is shown stays as it was
written. 著 is read as 着, which it is nearly always in chats; of a word that no single character tells, 甚麼 alone is so
common that it is read too.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_MORE = str.maketrans("妳祢牠著", "你你它着")
_WHAT = "甚麼", "什么"


@cache
def _table() -> tuple[dict[int, int], re.Pattern[str]]:
    rows = (files("afterword.han") / "table.txt").read_text(encoding="utf-8").splitlines()
    held = [row for row in rows if not row.startswith("#")]
    table = str.maketrans("".join(held[::2]), "".join(held[1::2])) | _MORE
    return table, re.compile(f"[{''.join(map(chr, table))}]")


@cache
def _forms() -> dict[str, str]:
    out: dict[str, str] = {}
    for traditional, plain in _table()[0].items():
        out[chr(plain)] = out.get(chr(plain), chr(plain)) + chr(traditional)
    return out


def forms(character: str) -> str:
    """All characters that are read as this one, itself the first."""
    return _forms().get(character, character)


def simplified(line: str) -> str:
    if line.isascii():
        return line
    table, any_of = _table()
    return line.replace(*_WHAT).translate(table) if any_of.search(line) else line
