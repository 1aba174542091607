"""How the guard's labelled sets are read and scored. In: `sets/*.toml`. Out: shares, and the lines that went wrong.

Three kinds of lines, and they do not mean the same. `seen` tuned the patterns. `held` was written before the tuning, but
by the same hand and in the same sitting, so the patterns echo it: it guards against forgetting and estimates nothing.
`fresh.toml` was written when the patterns were finished and read once; only its figures say what a new line meets.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from afterword.guard import gate, review

SETS = Path(__file__).parent / "sets"
SUBJECT = {"en": "Maya", "zh": "小雨"}
HALVES = ("seen", "held")
LANGS = ("en", "zh")


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((SETS / f"{name}.toml").read_text(encoding="utf-8"))


def rows(block: str) -> list[str]:
    return [row for row in block.split("\n") if row.strip()]


def ruled(text: str, lang: str) -> str:
    return gate(text, subject_name=SUBJECT.get(lang, "Maya"), lang="zh" if lang == "zh" else "en").name


def faults(draft: str, lang: str, *, quoted: bool = True) -> set[str]:
    found = review(draft, lang=lang, quotes=lambda words: quoted, subject_name=SUBJECT[lang]).faults
    return {fault.code for fault in found}


class Score:
    """`share`: how many of the lines met the test. `said`: figure and lines, for the assertion message."""

    def __init__(self, label: str, lines: Iterable[str], met: Callable[[str], bool]) -> None:
        lines = list(lines)
        self.met = [line for line in lines if met(line)]
        self.unmet = [line for line in lines if line not in self.met]
        self.n = len(lines)
        self.share = len(self.met) / self.n
        self.label = label

    def said(self, *, show: str) -> str:
        lines = self.met if show == "met" else self.unmet
        return f"{self.label}: {len(self.met)} of {self.n} = {self.share:.3f}; {show}: {lines}"


def both_halves(score: Callable[[str], Score]) -> tuple[list[Score], float, str]:
    """The scores of the two halves, their pooled share, and a message with all three figures."""
    scores = [score(half) for half in HALVES]
    pooled = sum(len(s.met) for s in scores) / sum(s.n for s in scores)
    return scores, pooled, f"together {pooled:.3f} ({', '.join(f'{s.label} {s.share:.3f}' for s in scores)})"
