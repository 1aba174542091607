"""What of a turn is voice. In: a turn's text, bubbles apart by line ends. Out: counts and numbers.

Four views, since each is blind where another sees: letters (spelling, slang, marks), the same with the words of content
hidden (what somebody talks about is not how they talk), words and marks with what stands beside them, and the surface
with the small words. Case is kept: it is voice.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import pairwise

from afterword.measures.lexicon import LANGUAGES
from afterword.measures.tokens import words
from afterword.measures.voice import EMOJI, LAUGHTER

_URL = re.compile(r"https?://\S+|www\.\S+")
_WORD = re.compile(r"[A-Za-zÀ-ɏЀ-ӿ]+(?:['’][A-Za-z]+)*|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
_EAST = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TERM = re.compile(rf"[{_EAST}]|[^\W{_EAST}]+|[^\w\s]")
_DIGITS = re.compile(r"\d+")


def clean(text: str) -> str:
    """Links and numbers say what was meant, not who wrote; their presence stays."""
    return _DIGITS.sub("0", _URL.sub("\x04", text.replace("’", "'"))).strip()


def grams(text: str, shortest: int = 2) -> Counter[str]:
    """Characters in runs of `shortest` to five, bubble by bubble, with edges marked."""
    found: Counter[str] = Counter()
    for line in text.split("\n"):
        padded = f"\x02{line}\x03"
        for n in range(shortest, 6):
            found.update([padded[i : i + n] for i in range(len(padded) - n + 1)])
    return found


@cache
def common() -> frozenset[str]:
    """The small words of every language we have voices for: those that a quarter of the voices use (quality/background.py)."""
    folder = files("afterword") / "likeness" / "background"
    return frozenset(w for x in LANGUAGES for w in (folder / f"small.{x}.txt").read_text(encoding="utf-8").split())


def masked(text: str) -> str:
    """The text with every word of content as stars of its length, its first letter's case kept."""

    def hide(match: re.Match[str]) -> str:
        word = match[0]
        if word[0] >= "\u3040":
            return "".join(w if w in known else "*" * len(w) for w in words(word))
        if word.lower() in known or LAUGHTER.fullmatch(word.lower()):
            return word
        return ("A" if word[0].isupper() else "a") + "*" * (min(len(word), 8) - 1)

    known = common()
    return _WORD.sub(hide, text)


def pairs(text: str) -> Counter[str]:
    """Words and marks, and each with the next, bubble by bubble, with edges marked. A Chinese character is a word, so that
    nothing hangs on how Chinese is cut: a short line has few words, and each counts."""
    found: Counter[str] = Counter()
    for line in text.split("\n"):
        terms = ["\x02", *_TERM.findall(line), "\x03"]
        found.update(terms[1:-1])
        found.update(map(" ".join, pairwise(terms)))
    return found


_ENDS = ".。!！?？,，~～…:;)）"
_MARKS = (",，、", "!！", "?？", "~～", "…", "'", '"“”', "-—", "()（）", ":：", "*")


def surface(text: str) -> Counter[str]:
    """Length, size of the burst, marks, ends, case, laughter and emoji as terms, and the small words as they are."""
    found: Counter[str] = Counter()
    lines = [x for x in text.split("\n") if x.strip()]
    for line in lines:
        found[f"len:{len(line).bit_length()}"] += 1
        found[f"words:{min(len(_WORD.findall(line)), 40).bit_length()}"] += 1
        last = line.rstrip()[-1]
        found[f"end:{last if last in _ENDS else 'emoji' if EMOJI.search(last) else 'word'}"] += 1
        first = line.lstrip()[0]
        found["start:upper" if first.isupper() else "start:lower" if first.islower() else "start:other"] += 1
        for i, marks in enumerate(_MARKS):
            if n := sum(line.count(m) for m in marks):
                found[f"mark:{i}"] += n
        if " " in line and any(c >= "\u3040" for c in line):
            found["space-in-cjk"] += 1
        for laugh in LAUGHTER.findall(line.lower()):
            found[f"laugh:{str(laugh)[:3]}"] += 1
        for emoji in EMOJI.findall(line):
            found[f"emoji:{emoji}"] += 1
            found["emoji"] += 1
        if " i " in f" {line} " or line.startswith("i'"):
            found["i"] += 1
    found[f"bubbles:{min(len(lines), 6)}"] += 1
    found[f"turn:{len(text).bit_length()}"] += 1
    known = common()
    for word in words(text):
        if word in known:
            found[f"w:{word}"] += 1
    return found
