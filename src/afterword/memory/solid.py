"""Which words of a question name a thing. In: a question. Out: its words, as things, as the kind asked for, as mere form.

"What did she wear" may be answered in other words; "the hotel in Rome" cannot be answered by a chat in which there is
neither. A thing is what follows an article, a preposition or an owner in English, and a noun to the segmenter in Chinese.
The hard choice: what follows "which" or 什么 counts for less, since an answer names its kind less often than itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal

from afterword.measures.lexicon import LANGUAGES, word_list
from afterword.store.search import CJK, folded, in_cjk, words_of

Role = Literal["name", "thing", "kind", "form", "other"]
_TOKENS = re.compile(rf"[{CJK}]|[^\W_{CJK}]+(?:['’][^\W\d_{CJK}]+)?|[^\w\s]")
_OWNER = re.compile("['’]s$")
_NAMES = ("ns", "nt")
_NUMBERS = "一二两三四五六七八九十百千几"
_THINGS, _FORMS = ("n", "vn", "l", "i", "j"), tuple("rmqufxdpc")
"""Tags of the segmenter (ICTCLAS letters): nouns and set phrases; pronouns, numbers, particles, adverbs and the like."""


@cache
def listed(section: str, language: str = "") -> frozenset[str]:
    return frozenset(
        w
        for x in ([language] if language else LANGUAGES)
        for line, part, _ in word_list(x, "sureness")
        if part == section
        for w in line.split()
    )


@lru_cache(256)
def roles(question: str) -> dict[str, Role]:
    """Word, folded as concepts are, → what it is there for."""
    out = dict(_spaced(question))
    for run in words_of(question):
        if in_cjk(run):
            out |= _cut(run)
    return out


def _spaced(question: str) -> Iterator[tuple[str, Role]]:
    opens, asks, ends = (listed(x, "en") for x in ("opens", "asks", "ends"))
    inside: Role = "thing"  # a question opens with a word of asking; what opens with another is a list of things
    for i, token in enumerate(_TOKENS.findall(question)):
        low = token.casefold()
        word = folded(_OWNER.sub("", low))
        if in_cjk(token) or not word[:1].isalnum():
            inside = "thing" if in_cjk(token) else "other"
        elif low in asks or low in opens:
            inside = "kind" if low in asks else "thing"
        elif word in ends or re.split("['’]", low)[0] in ends:
            inside = "other"
        else:
            yield word, "name" if i and token[0].isupper() else "thing" if word.isdigit() else inside
            if low != word and _OWNER.search(low):
                inside = "thing"


def _cut(run: str) -> dict[str, Role]:
    import rjieba  # only when there is Chinese to cut

    out: dict[str, Role] = {}
    asks, asked, form = (tuple(listed(x, "zh")) for x in ("asks", "asked", "ends"))
    before, at = "", 0
    for word, tag in rjieba.tag(run):
        at += len(word)
        role: Role = "other"
        if tag.startswith(_FORMS) or word.startswith(form):
            role = "form"
        elif tag in _NAMES and len(word) > 1 and word[0] not in _NUMBERS:
            role = "name"
        elif tag.startswith(_THINGS) and rjieba.has_word(word):
            role = "kind" if before in asks or before.startswith("几") or run[at:].startswith(asked) else "thing"
        out[folded(word)] = role
        before = word
    return out
