"""What a question asks for. In: a question in any language. Out: the words worth looking for.

Function words carry no memory; a Chinese question is cut into words by rjieba, and each word is looked for as a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache
from typing import Any

from afterword.measures.lexicon import LANGUAGES, single_words
from afterword.store.search import folded, in_cjk, spaced, words_of

STOP_EN, STOP_ZH = (single_words("stop", language=x) for x in LANGUAGES)


_STOP = STOP_EN | STOP_ZH


def terms_of(question: str, names: Collection[str] = ()) -> list[str]:
    """Content words in order, folded as the indexes fold them, without the speakers' own names; the bare words if
    nothing else is left."""
    words: list[str] = []
    if question.isascii():
        words = words_of(question.lower())
    else:
        for run in words_of(question):
            words += cut(run) if in_cjk(run) else [run.casefold()]
    if skip := _parts(tuple(names)):
        words = [w for w in words if folded(w) not in skip]
    content = [w for w in words if w not in _STOP]  # not yet folded: "thé" is not "the"
    return list(dict.fromkeys(map(folded, content or words)))


@lru_cache(64)
def _parts(names: tuple[str, ...]) -> frozenset[str]:
    """The words of names, folded."""
    return frozenset(folded(w.casefold()) for name in names for w in words_of(name))


_WHOLE = frozenset("经过 通过 超过 不过 难过 渡过 度过 错过 路过 放过 越过 胜过 罪过 改过 太过 好过 过过".split())
"""Words of which 过 is a part; at the end of any other it is the sign of the past: 去过 asks for 去."""
_ASKING = ("什么", "哪些", "哪个", "多少", "次")
"""To the segmenter 哪些地方 is a word."""
_EITHER = re.compile(r"(.)[不没]\1")
_HALVES = frozenset("架 觉 澡 婚 面 嘴 仗 谎 歉 气 天 忙 步 舞 泳".split())
"""Second halves of what one does, that name nothing by themselves."""


@lru_cache(8_192)
def cut(run: str) -> tuple[str, ...]:
    """A run of Chinese in words, each as it is looked for: without its sign of the past, and with its second half where
    words stand between (吵过什么架 asks for 吵架)."""
    import rjieba  # 20 ms to load its dictionary: only when there is Chinese to cut

    words = [part for w in rjieba.cut(run) if w.strip() for part in _parted(w)]
    for i in range(0 if _HALVES.isdisjoint(words) else len(words) - 2):
        ends = next((j for j in range(i + 1, min(i + 5, len(words))) if words[j] in _HALVES), 0)
        between = words[i + 1 : ends]
        if (
            len(words[i]) == 1
            and any(w.startswith((*_ASKING, "几")) for w in between)
            and rjieba.has_word(words[i] + words[ends])
        ):
            words[i], words[ends] = words[i] + words[ends], ""
    return tuple(filter(None, words))


@lru_cache(4_096)
def _parted(word: str) -> tuple[str, ...]:
    import rjieba

    if asks := _EITHER.fullmatch(word):  # 怕不怕 asks for 怕
        return (asks[1],)
    if len(word) == 2 and (word[1] == "过" and word not in _WHOLE or word[1] == "了" and not rjieba.has_word(word)):
        return (word[0], word[1])
    begin = next((a for a in _ASKING if word.startswith(a)), "")
    rest = word.removeprefix(begin)
    return (begin, rest) if begin and rest and (rest in _HALVES or len(rest) > 1 and rjieba.has_word(rest)) else (word,)


def guessed(word: str) -> list[str]:
    """The parts of a word that stands in no dictionary; none of one that does."""
    import rjieba

    parts = rjieba.cut(word, False)
    return parts if len(parts) > 1 else []


def stems(text: str) -> str:
    return " " + " ".join(spaced(text.casefold()).split()) + " "


def holds(text: str, term: str) -> bool:
    needle = " ".join(spaced(term.casefold()).split())
    if not in_cjk(term):
        # The index stems; here the same word with another ending is enough.
        root = needle[: max(4, len(needle) - 2)] if len(needle) > 4 else needle
        if root not in text:
            return False
        return f" {root}" in text or any(f"{p}{root}" in text for p in "\"'’(“„«‘¿¡*~")
    return needle in text


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(65_536)
def root(word: str) -> str:
    """Porter's stem: "hike" for "hiking"; CJK words stay."""
    return word if in_cjk(word) else str(_stemmer().stemWord(word))
