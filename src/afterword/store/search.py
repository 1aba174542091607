"""Full-text indexes of a shelf. In: words. Out: the best spans for them; what the spans are, blocks.py and pairs.py say.

FTS5 with Porter stems; Chinese, Japanese and Korean characters are spaced and asked for as phrases, because the
trigram tokenizer is blind to two-character words and a segmenter cuts the same word differently in another sentence.
The blocks of recall hold two neighbouring characters as one word besides (`paired`).
The tables hold no text (contentless): the words stay in one place. Asking for all words first and only then for the
rarer ones keeps a million messages within milliseconds.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from afterword.han import simplified
from afterword.store.shelf import Shelf

Name = Literal["window", "pair"]
CJK = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_CJK = re.compile(f"[{CJK}]")
_RUN = re.compile(f"[{CJK}]+")
_PIECES = re.compile(f"[{CJK}]|[^{CJK}]+")
_WORDS = re.compile(f"[{CJK}]+|[^\\W_{CJK}]+", re.UNICODE)
_PLAIN = re.compile("[A-Za-z0-9]+")
_ACCENTED = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_MARKS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"})
LEAF = 4_000
"""Bytes of a piece of an index. Two fit on an encrypted page of 8,192; two of the usual 4,050 do not, and half the file
would be empty."""
MANY = 6_000
"""Spans that may be scored for one question; more and the commonest words are left out."""


def folded(text: str) -> str:
    """Latin letters without their marks, ß as ss: "Café", "CAFÉ" and "cafe" are one word. Traditional characters as
    simplified ones; other scripts stay."""
    text = simplified(text)
    if text.isascii() or not _ACCENTED.search(text):
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text.casefold()))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


def spaced(text: str) -> str:
    """Text as the indexes read it: folded, with a space around every CJK character."""
    return text if text.isascii() else " ".join(_PIECES.findall(folded(text)))


def paired(text: str) -> str:
    """`spaced`, and behind it every two CJK characters side by side as one word: to find where one follows the other in two
    long lists takes many times as long as to read one short list."""
    if text.isascii():
        return text
    pairs = (f"{a}{b}" for run in _RUN.findall(folded(text)) for a, b in pairwise(run))
    return " ".join((spaced(text), *pairs))


def paired_phrase(word: str) -> str:
    """A word as it is looked for in `paired` text."""
    run = folded(word)
    if len(run) < 2 or not _RUN.fullmatch(run):
        return phrase(word)
    return '"' + " ".join(f"{a}{b}" for a, b in pairwise(run)) + '"'


def in_cjk(word: str) -> bool:
    return _CJK.match(word) is not None


def words_of(text: str) -> list[str]:
    """Runs of CJK characters and of other letters and digits, in order."""
    if text.isascii():  # the same words, found in half the time
        return _PLAIN.findall(text)
    return _WORDS.findall(unicodedata.normalize("NFC", text))


def empty(shelf: Shelf, name: Name) -> None:
    """All spans go at once. To delete them one by one leaves their words in the pages until these are merged, and they
    would be counted for ever."""
    shelf.db.execute(f"INSERT INTO {name}_text ({name}_text) VALUES ('delete-all')")
    shelf.db.execute(f"INSERT INTO {name}_text ({name}_text, rank) VALUES ('pgsz', {LEAF})")
    shelf.put(f"spans:{name}", "0")


def merge(shelf: Shelf, name: Name) -> None:
    """All that was added becomes one list a word: of a million messages made at once there are nine, and each is looked into
    for each word."""
    shelf.db.execute(f"INSERT INTO {name}_text ({name}_text) VALUES ('optimize')")


def rarity(n: int, of: int) -> float:
    """What it says that a word is there which stands in n of so many: inverse frequency, as BM25 has it."""
    return math.log(1 + max(0.0, of - n + 0.5) / (n + 0.5))


def frequencies(shelf: Shelf, name: Name, terms: Sequence[str]) -> dict[str, int]:
    """In how many spans each term stands (a CJK run counts as a phrase)."""
    return {
        t: int(
            shelf.db.execute(f"SELECT count(*) FROM {name}_text WHERE {name}_text MATCH ?", (phrase(t),)).fetchone()[0]
        )
        for t in dict.fromkeys(terms)
    }


def search(shelf: Shelf, name: Name, terms: Sequence[str], k: int) -> tuple[list[tuple[float, int]], dict[str, float]]:
    """The k best spans as (BM25 score, higher is better; id), and each term's weight (inverse span frequency)."""
    total = int(shelf.get(f"spans:{name}") or 0)
    found = frequencies(shelf, name, terms)
    weights = {t: rarity(n, total) for t, n in found.items()}
    live = sorted((t for t, n in found.items() if n), key=lambda t: found[t])
    if not live:
        return [], weights
    hits: dict[int, float] = {}
    take: list[str] = []
    budget = MANY
    for term in live:
        if take and found[term] > budget:
            break
        take.append(term)
        budget -= found[term]
    if len(take) < len(live):
        together = total * math.prod(found[t] / max(total, 1) for t in live)
        ask = _ask if together <= MANY else _latest
        for score, id in ask(shelf, name, " AND ".join(phrase(t) for t in live), k):
            hits[id] = score
    if found[take[0]] <= MANY:
        for score, id in _ask(shelf, name, " OR ".join(phrase(t) for t in take), k):
            hits[id] = max(score, hits.get(id, score))
    elif not hits:
        hits = {id: score for score, id in _latest(shelf, name, phrase(take[0]), k)}
    return sorted(((s, i) for i, s in hits.items()), key=lambda h: (-h[0], h[1]))[:k], weights


def _ask(shelf: Shelf, name: Name, query: str, k: int) -> list[tuple[float, int]]:
    rows = shelf.db.execute(
        f"SELECT -rank, rowid FROM {name}_text WHERE {name}_text MATCH ? ORDER BY rank LIMIT ?", (query, k)
    ).fetchall()
    return [(float(s), int(i)) for s, i in rows]


def _latest(shelf: Shelf, name: Name, query: str, k: int) -> list[tuple[float, int]]:
    """The latest spans that match, not scored: among tens of thousands of spans with the same common words the score
    tells little, and to score them takes longer than a person waits."""
    rows = shelf.db.execute(
        f"SELECT rowid FROM {name}_text WHERE {name}_text MATCH ? ORDER BY rowid DESC LIMIT ?", (query, k)
    ).fetchall()
    return [(0.0, int(r[0])) for r in rows]


def phrase(term: str) -> str:
    return '"' + " ".join(spaced(term).split()).replace('"', '""') + '"'
