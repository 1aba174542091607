"""Which words of a question name a thing. In: a question. Out: its words, as things, as the kind asked for, as mere form.

"What did she wear" may be answered in other words; "the hotel in Rome" cannot be answered by a chat in which there is
neither. A thing is what follows an article, a preposition or an owner in English, and a noun to the segmenter in Chinese.
The hard choice: what follows "which" or 什么 counts for less, since an answer names its kind less often than itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Literal

from afterword.measures.lexicon import single_words
from afterword.memory.query import cut
from afterword.store.search import CJK, folded, in_cjk, words_of

Role = Literal["name", "thing", "kind", "form", "other"]
_TOKENS = re.compile(rf"[{CJK}]|[^\W_{CJK}]+(?:['’][^\W\d_{CJK}]+)?|[^\w\s]")
_OWNER = re.compile("['’]s$")
_NAMES = ("ns", "nt")
_SOME, _ONE, _WHEN = ("哪些", "哪几"), ("是", "的"), ("什么时候", "几点", "几号", "几月")
"""哪些 asks for more than one, 是什么 for one; 什么时候 does not ask what stands before it."""
_ASKED = re.compile(r"[?？]|(.)不\1")
_NUMBERS = "一二两三四五六七八九十百千几"
_THINGS, _FORMS = ("n", "vn", "l", "i", "j"), tuple("rmqufxdpc")
"""Tags of the segmenter (ICTCLAS letters): nouns and set phrases; pronouns, numbers, particles, adverbs and the like."""


def listed(section: str, language: str = "") -> frozenset[str]:
    return single_words("sureness", section, language=language)


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
    asks, asked, form, common = (tuple(listed(x, "zh")) for x in ("asks", "asked", "ends", "common"))
    tags, words = dict(rjieba.tag(run)), cut(run)
    for i, word in enumerate(words):
        tag = tags.get(word) or rjieba.tag(word)[0][1]
        before, after = words[i - 1] if i else "", "".join(words[i + 1 :])
        role: Role = "other"
        if tag.startswith(_FORMS) or word.startswith(form):
            role = "form"
        elif tag in _NAMES and len(word) > 1 and word[0] not in _NUMBERS and word not in common:
            role = "name"
        elif tag.startswith((*_THINGS, *_NAMES)) and not after.startswith("过") and rjieba.has_word(word):
            wanted = (
                before in asks or before.startswith(_SOME) or after.startswith(asked) and not after.startswith(_WHEN)
            )
            role = "kind" if wanted else "thing"
        out[folded(word)] = role
    return out


def asks(question: str) -> bool:
    """Whether there is any word of asking, or of saying something, in it: "lighthouse keys" is a search."""
    low = question.casefold()
    said = not {*words_of(low)}.isdisjoint(listed("asks", "en") | listed("ends", "en"))
    return said or _ASKED.search(low) is not None or any(w in low for w in listed("bare", "zh"))


# -- more than one --------------------------------------------------------------------------------------------------------


@lru_cache(256)
def several(question: str) -> frozenset[str]:
    """The kinds of which a question asks for whatever there is: "what films", 去过哪些城市; "what car" and 是什么颜色 ask for
    one."""
    found = {folded(w) for words in _several().findall(question.casefold()) for w in words if w}
    for run in words_of(question):
        if in_cjk(run):
            found |= {*_any_of(cut(run))}
    return frozenset(found)


@cache
def _several() -> re.Pattern[str]:
    owners, no, mass = ("|".join(sorted(listed(x, "en"))) for x in ("owns", "single", "mass"))
    kind = rf"((?!(?:{no})\b)(?:\w+s|{mass}))\b"
    return re.compile(
        rf"\b(?:what|which)(?: (?:other|kinds?|sorts?|types?)(?: of)?)? {kind}"
        rf"|\b(?:what|who|which)(?: are| were|['’]re) (?:{owners}) {kind}"
    )


def _any_of(words: Sequence[str]) -> Iterator[str]:
    for i in range(1, len(words)):
        asker, before = words[i - 1], words[i - 2] if i > 1 else ""
        if asker.startswith(_SOME) or asker in listed("asks", "zh") and before not in _ONE:
            yield folded(words[i])
