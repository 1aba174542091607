"""Small things of an ordinary day that a draft makes up. In: a sentence of a draft, what may be named, the records. Out: the
particulars that stand nowhere.

"im at tesco with priya" was written by nobody: whoever has left is at no shop, with nobody. A day as such may be told of,
since "just got home" and "made dinner" say nothing; what is faulted is a particular in it, a place, a person, a dish, a
thing bought. The hard choice: it must be told as of now or as just done, and only a word that neither this talk nor
anybody in the records ever wrote counts as made up, for a name in small letters cannot be told from other words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from afterword.dialogue.granted import Past, terms_in, written
from afterword.likeness.features import common
from afterword.measures.lexicon import lower
from afterword.measures.phrases import forms, listed, part, shapes
from afterword.memory.query import holds, stems

NEXT = 5
"""Words that name where, with whom or what: those behind come to something else."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_CALLED = re.compile("(?<![\u3400-\u9fff])[小老阿][\u4e00-\u9fff](?=[\u3400-\u9fff]|$)")
"""What people are called by; no segmenter cuts it whole. 小区, 老板 and 老师 are of every day."""
_NOUN = ("n", "s")
"""Parts of speech that name something, by their first letter; a shop that the segmenter has cut may be a place in part."""


def of_today(sentence: str, given: str, past: Past) -> tuple[str, ...]:
    """What of now or of today is named in no line. `given`: what this talk and its evidence hold."""
    held = stems(given)
    return tuple(t for t in particulars(sentence) if not (t in given or holds(held, t) or written(t, past)))


def particulars(sentence: str) -> tuple[str, ...]:
    """Words that make a telling of the day a particular one; none where it asks, wishes, plans, or tells of others."""
    text, said = lower(sentence), shapes("day")
    if shapes("granted")["question"].search(text) or said["others"].search(text):
        return ()
    if any(x.search(text) for x in (listed("life")["wish"], listed("life")["not"], said["unreal"])):
        return ()
    found: dict[str, None] = {}
    for m in said["told"].finditer(text):
        found |= dict.fromkeys(_named(part(m, "what")))
    if said["told"].search(text) or said["meal"].search(text):
        for m in said["beside"].finditer(text):
            found |= dict.fromkeys(_named(part(m, "what")))
    return tuple(found)


def _named(what: str) -> Sequence[str]:
    what = shapes("life")["end"].split(what)[0]
    if _HAN.search(what):
        import rjieba

        called = [w for w in _CALLED.findall(what) if not _usual(w)]
        rest = _CALLED.sub(" ", what) if called else what
        return [*called, *(w for w, tag in rjieba.tag(rest) if tag[:1] in _NOUN and len(w) > 1 and not _usual(w))]
    return [t for t in terms_in(" ".join(what.split()[:NEXT])) if t.isalpha() and not _usual(t)]


@cache
def _often() -> frozenset[str]:
    """What everybody writes: the small words of all voices, and what is of every day."""
    own = forms("day", "usual") | forms("granted", "feeling", "filler", "doing") | forms("life", "bare")
    return common() | own


def _usual(word: str) -> bool:
    return word in _often() or word.removesuffix("s") in _often()
