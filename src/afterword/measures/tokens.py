"""A text in; its words out, in lower case. Chinese is cut by rjieba, every other script at its letters' ends.

Links, emoji and sticker codes hold no words. Counted words of the shipped stories stand in `lang/<language>/background.tsv`
as the general background of keyness: they are this project's own writing (made by quality/background.py).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files

import rjieba

from afterword.measures.lexicon import LANGUAGES

COMMON = 40
URL = re.compile(r"https?://\S+|www\.\S+")
STICKER = re.compile(r"\[[^\[\]\s]{1,14}\]")
_RUN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


def words(text: str) -> list[str]:
    """`["i'm", "late"]`, `["我", "晚点", "到"]`."""
    if "http" in text or "www." in text:
        text = URL.sub(" ", text)
    if "[" in text:
        text = STICKER.sub(" ", text)
    lowered = text.lower()
    if lowered.isascii():
        return _RUN.findall(lowered)
    out: list[str] = []
    for run in _RUN.findall(lowered.replace("’", "'")):
        if run.isascii():
            out.append(run)
            continue
        end = 0
        for han in _HAN.finditer(run):
            if han.start() > end:
                out.append(run[end : han.start()])
            out += rjieba.cut(han[0])
            end = han.end()
        if end < len(run):
            out.append(run[end:])
    return out


def joined(parts: list[str] | tuple[str, ...]) -> str:
    """Words as they are written: a space only between two that are not Chinese."""
    out = parts[0]
    for part in parts[1:]:
        out += part if _HAN.match(part[0]) or _HAN.match(out[-1]) else " " + part
    return out


@cache
def background() -> Counter[str]:
    """Word → how often the background has it, all languages together."""
    out: Counter[str] = Counter()
    for language in LANGUAGES:
        path = files("afterword") / "measures" / "lang" / language / "background.tsv"
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                word, _, count = line.partition("\t")
                if count:
                    out[word] += int(count)
    return out


@cache
def common() -> frozenset[str]:
    """The 40 commonest words of each language's background: nobody is known by them."""
    out: set[str] = set()
    for language in LANGUAGES:
        path = files("afterword") / "measures" / "lang" / language / "background.tsv"
        rows = [line.partition("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()]
        out.update(rows[:COMMON])
    return frozenset(out)
