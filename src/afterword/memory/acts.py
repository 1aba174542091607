"""What a line does: asks, greets, thanks, teases, refuses… In: words. Out: the acts in them, or ("say",).

Acts are found by lists (`measures/lang/<language>/speech.txt`): openings, whole lines, and expressions anywhere. A line may
do several things at once, and a word of asking counts only in a line that asks. Acts describe what was done and not what was
meant: irony is missed. Precision matters less than in measures, since an act only weighs what may follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from afterword.measures.lexicon import lower, sections, trie_pattern, typed

PLAIN = "say"
FOLLOWS: dict[str, tuple[str, ...]] = {
    "greet": ("greet",),
    "goodnight": ("goodnight",),
    "bye": ("bye", "goodnight"),
    "thanks": ("welcome",),
    "affection": ("affection",),
    "wish": ("thanks", "wish"),
    "complain": ("comfort",),
    "tease": ("tease",),
    "praise": ("thanks", "tease"),
    "comfort": ("thanks",),
    "token": ("token", "tease"),
}
"""Adjacency pairs (Schegloff and Sacks 1973): what a line of this kind makes expected, and what fits without more being
known. Questions, plans, news and apologies are left out: an answer to them asserts, promises or forgives something."""
_CLAUSE = re.compile(r"[^.!?。！？…,，;；\n~～]+[.!?。！？…~～]*")
_ASKS = re.compile(r"[?？][^?？\w]*$|(?:吗|嘛|呢|么|没|不)[~～!！\s]*$")
_ASKS_PLAINLY = re.compile(r"[?？]|吗[~～!！\s]*$")
_LATIN = re.compile("[!-~]")
_EDGES = " .。!！?？~～…,，:：\n"


class _Lists:
    """Every language's entries as two searches and one table; an expression may do several things."""

    def __init__(self) -> None:
        self.whole: dict[str, set[str]] = {}
        self.opening: dict[str, set[str]] = {}
        self.inside: dict[str, set[str]] = {}
        for act, listed in sections("speech").items():
            for words in listed:
                table = {"=": self.whole, "^": self.opening}.get(words[0], self.inside)
                for form in typed([words.lstrip("=^")]):
                    table.setdefault(form, set()).add(act)
        border = r"(?![a-z0-9])"
        self.open = re.compile("|".join(_forms(self.opening, "", border)))
        latin, other = _forms(self.inside, r"(?<![a-z0-9])", border)
        self.find, self.latin, self.other = map(re.compile, (f"{latin}|{other}", latin, other))

    def inside_of(self, clause: str) -> Iterator[re.Match[str]]:
        # most lines hold letters of one kind alone, and to look for both is dear
        find = self.latin if clause.isascii() else self.find if _LATIN.search(clause) else self.other
        return find.finditer(clause)


def _forms(table: dict[str, set[str]], before: str, after: str) -> tuple[str, str]:
    """Those that begin and end with a Latin letter, and the others."""
    latin = trie_pattern(w for w in table if w[-1].isascii() and w[0].isascii())
    other = trie_pattern(w for w in table if not (w[-1].isascii() and w[0].isascii()))
    return f"{before}{latin}{after}", other


@cache
def _lists() -> _Lists:
    return _Lists()


@lru_cache(8192)
def acts(text: str) -> tuple[str, ...]:
    """In order of their names; `("say",)` if nothing is recognised."""
    lists, found = _lists(), set[str]()
    for line in lower(text).split("\n"):
        bare = line.strip(_EDGES)
        if not bare:
            continue
        found |= lists.whole.get(bare, set())
        for clause in _CLAUSE.findall(line):
            clause = clause.strip()
            here, last = set[str](), set[str]()
            opened = lists.open.match(clause)
            if opened:
                here |= lists.opening[opened[0]]
            for hit in lists.inside_of(clause):
                # what opens a longer listed expression is part of it: "no problem" refuses nothing
                if opened and hit.start() == 0 and hit.end() > opened.end():
                    here -= lists.opening[opened[0]]
                here |= lists.inside[hit[0]]
                if hit.end() == len(clause.rstrip(_EDGES)):
                    last = lists.inside[hit[0]]
            asked = _ASKS.search(clause) is not None
            kinds = {a for a in here if a.startswith("ask")}
            # "where are you" and "你在哪" ask without a mark: the word stands first, or last
            if kinds and not (asked or kinds & last or (opened and kinds & lists.opening[opened[0]])):
                here -= kinds
            elif not kinds and _ASKS_PLAINLY.search(clause):
                here.add("ask-yes")
            found |= here
    found.discard("none")
    return tuple(sorted(found)) or (PLAIN,)


def rest(text: str) -> str:
    """What is left of a line when all that makes it an act is taken away."""
    lists, left = _lists(), []
    for line in lower(text).split("\n"):
        for clause in _CLAUSE.findall("" if line.strip(_EDGES) in lists.whole else line):
            bare = lists.find.sub(" ", clause.strip())
            opened = lists.open.match(bare)
            left.append(bare[opened.end() :] if opened else bare)
    return " ".join(left)


def asks(found: tuple[str, ...]) -> bool:
    return any(a.startswith("ask") for a in found)
