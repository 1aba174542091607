"""The background: invented voices, written for this project. In: a language. Out: voices with their turns.

A verifier is as good as its negatives. The files hold many hands, none of them anybody's, and replies in the manner of
assistants, so that a polished draft is as far from the person as a stranger is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

from afterword.measures.lexicon import LANGUAGES

_HEAD = re.compile(r"\[([a-z]{2})-([^\]]+)\]\s*(.*)")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


class Voice(msgspec.Struct, frozen=True):
    """`turns`: bubbles apart by line ends."""

    id: str
    language: str
    about: str
    turns: tuple[str, ...]

    @property
    def assistant(self) -> bool:
        return "-assistant" in self.id


@cache
def voices(language: str) -> tuple[Voice, ...]:
    """In a fixed order; the files are `background/<language>-*.txt`."""
    out: list[Voice] = []
    folder = files("afterword") / "likeness" / "background"
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if not path.name.startswith(f"{language}-"):
            continue
        head: re.Match[str] | None = None
        turns: list[str] = []
        for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
            if (found := _HEAD.match(line)) or not line.strip():
                if head and turns:
                    out.append(Voice(f"{head[1]}-{head[2]}", head[1], head[3], tuple(turns)))
                head, turns = found or (None if turns else head), []
            elif head:
                turns.append(line.strip().replace(" | ", "\n"))
    return tuple(out)


def languages(texts: Sequence[str]) -> tuple[str, ...]:
    """The languages we have voices for that a fifth or more of the texts are in; () if none."""
    from afterword.likeness.features import common
    from afterword.measures.tokens import words

    chinese = latin = 0
    known = total = 0
    for text in texts:
        han = len(_HAN.findall(text))
        chinese += han > 0 and 2 * han >= len(_LETTER.findall(text)) - han
        if han == 0 and (said := words(text)):
            latin += 1
            total += len(said)
            known += sum(w in common() for w in said)
    n = chinese + latin
    if not n:
        return ()
    english = latin if total and known / total >= 0.3 else 0
    shares = {"en": english / n, "zh": chinese / n}
    return tuple(x for x in LANGUAGES if shares[x] >= 0.2)
