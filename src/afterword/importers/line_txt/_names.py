"""Names in the form for computers, where one space stands between time, name and words, and names hold spaces.

In: the lines behind their times, and what the file says of its members. Out: the names, so that the longest that fits
is the speaker's. A mark such as [Photo] ends a line, so what stands before it is a name for certain; else a name goes
on as long as all the lines that begin alike go on alike.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from afterword.importers.line_txt._words import BARE, BRACKETED

SAMPLE = 50_000
_MARKED = re.compile(r"(.{1,60}?) (?:\[([^\[\]]{1,24})\]|(☎ ?\D{0,40}[\d:]*))")


def names_in(rests: Sequence[str], told: Iterable[str]) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """(first word → names that begin with it, longest first; first words that begin one line only)."""
    begun = Counter(rest.split(" ", 1)[0] for rest in rests)
    sure = {t for t in told if t}
    marked: Counter[str] = Counter()
    plain: list[list[str]] = []
    for rest in rests:
        m = _MARKED.fullmatch(rest)
        if m and (m[3] or m[2].strip().lower() in BRACKETED):
            marked[m[1]] += 1
            continue
        head, _, last = rest.rpartition(" ")
        if head and last.lower() in BARE:
            marked[head] += 1
        else:
            plain.append(rest.split(" ", 6)[:6])
    begins = Counter(" ".join(words[:n]) for words in plain for n in range(1, min(5, len(words)) + 1))
    sure |= {name for name, n in marked.items() if n > 1 or begins[name] > 0 or " " not in name}
    # "Bob see [Photo]" is no name where Bob is one and speaks elsewhere.
    sure = {s for s in sure if not any(s != t and s.startswith(f"{t} ") and marked[s] < 2 for t in sure)}
    first: dict[str, list[list[str]]] = defaultdict(list)
    for words in plain:
        text = " ".join(words)
        if not any(text == s or text.startswith(f"{s} ") for s in _longest(sure, words[0])):
            first[words[0]].append(words)
    for word, rows in first.items():
        sure |= set(_going_on(word, rows, 1))
    table: dict[str, list[str]] = defaultdict(list)
    for name in sure:
        table[name.split(" ", 1)[0]].append(name)
    once = frozenset(w for w, n in begun.items() if n == 1 and w not in {t.split(" ", 1)[0] for t in told})
    return {word: tuple(sorted(names, key=len, reverse=True)) for word, names in table.items()}, once


def _longest(names: Iterable[str], word: str) -> list[str]:
    return [n for n in names if n == word or n.startswith(f"{word} ")]


def _going_on(prefix: str, rows: Sequence[list[str]], n: int) -> list[str]:
    """The name that begins with `prefix`, or several where the lines part into a few that go on alike."""
    following = Counter(words[n] if len(words) > n + 1 else "" for words in rows)
    total = len(rows)
    top, count = following.most_common(1)[0]
    if n >= 4 or not top or total < 3:
        return [prefix]
    if count * 10 >= total * 9:
        return _going_on(f"{prefix} {top}", [w for w in rows if len(w) > n + 1 and w[n] == top], n + 1)
    branches = [w for w, c in following.items() if w and c >= 3]
    if len(branches) > 1 and sum(following[w] for w in branches) * 20 >= total * 19 and len(branches) <= 4:
        return [
            name
            for w in branches
            for name in _going_on(f"{prefix} {w}", [r for r in rows if len(r) > n + 1 and r[n] == w], n + 1)
        ]
    return [prefix]
