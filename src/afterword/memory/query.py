"""What a question asks for. In: a question in any language. Out: the words worth looking for.

Function words carry no memory; a Chinese question is cut into words by rjieba, and each word is looked for as a phrase.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, lru_cache
from typing import Any

from afterword.store.search import folded, in_cjk, spaced, words_of

STOP_EN = frozenset(
    [
        "a",
        "about",
        "after",
        "again",
        "all",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "don",
        "for",
        "from",
        "get",
        "got",
        "had",
        "has",
        "have",
        "he",
        "her",
        "here",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "like",
        "me",
        "more",
        "my",
        "no",
        "not",
        "now",
        "of",
        "on",
        "once",
        "only",
        "or",
        "our",
        "out",
        "over",
        "say",
        "said",
        "says",
        "she",
        "should",
        "so",
        "some",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "too",
        "up",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "ever",
        "talk",
        "talked",
        "mention",
        "mentioned",
        "remember",
        "s",
        "t",
        "re",
        "ve",
        "ll",
        "d",
        "m",
    ]
)
STOP_ZH = frozenset(
    [
        "的",
        "了",
        "吗",
        "呢",
        "吧",
        "啊",
        "呀",
        "我",
        "你",
        "他",
        "她",
        "它",
        "我们",
        "你们",
        "他们",
        "她们",
        "是",
        "在",
        "有",
        "和",
        "与",
        "就",
        "都",
        "也",
        "还",
        "又",
        "很",
        "不",
        "没",
        "没有",
        "这",
        "那",
        "这个",
        "那个",
        "什么",
        "怎么",
        "怎样",
        "为什么",
        "哪",
        "哪里",
        "哪儿",
        "哪个",
        "谁",
        "几",
        "多少",
        "时候",
        "说",
        "说过",
        "讲",
        "提到",
        "提过",
        "记得",
        "曾经",
        "一个",
        "一下",
        "过",
        "着",
        "被",
        "把",
        "给",
        "对",
        "去",
        "来",
        "会",
        "要",
        "想",
        "能",
        "可以",
        "因为",
        "所以",
        "但是",
        "如果",
        "还是",
        "或者",
        "关于",
        "时",
        "里",
        "上",
        "下",
        "最",
        "第一次",
        "一次",
        "ta",
        "咱们",
        "自己",
    ]
)


def terms_of(question: str, names: Collection[str] = ()) -> list[str]:
    """Content words in order, folded as the indexes fold them, without the speakers' own names; the bare words if
    nothing else is left."""
    skip = {folded(w.casefold()) for name in names for w in words_of(name)}
    words: list[str] = []
    for run in words_of(question):
        words += _cut(run) if in_cjk(run) else [run.casefold()]
    kept = [w for w in words if folded(w.casefold()) not in skip]
    content = [w for w in kept if w not in STOP_EN and w not in STOP_ZH]  # not yet folded: "thé" is not "the"
    return list(dict.fromkeys(folded(w) for w in content or kept))


def _cut(run: str) -> list[str]:
    import rjieba  # 20 ms to load its dictionary: only when there is Chinese to cut

    # "养过" is guessed to be a word: what has its sign of the past and stands in no dictionary is looked for without
    return [
        w[:-1] if len(w) == 2 and w[1] in "过了" and not rjieba.has_word(w) else w for w in rjieba.cut(run) if w.strip()
    ]


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
