"""Reading a draft before it is shown. In: a draft that a model wrote. Out: its faults, each with the words.

Code decides, and it decides for silence: a draft with one fault is dropped and real words are shown instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from afterword.guard.text import first, joined_letters, named, normalise, patterns, plain

# Each kind of mark closes with its own kind: an apostrophe never opens a quote, and 『 inside 「 is part of it.
_QUOTED = re.compile(
    r"“([^”]{2,400})”|\"([^\"]{2,400})\"|「([^」]{2,400})」|『([^』]{2,400})』|«([^»]{2,400})»|„([^“”]{2,400})[“”]"
)


class Fault(msgspec.Struct, frozen=True):
    """`fix`: what to do about it, where the reader said so (dialogue.review)."""

    code: str
    why: str
    words: str
    fix: str = ""


class Review(msgspec.Struct, frozen=True):
    ok: bool
    faults: tuple[Fault, ...]


WHY = {
    "identity": "claims to be the person, human or alive",
    "denial": "denies being an AI",
    "farewell": "holds the user back from leaving",
    "need": "says that it waits, misses, needs or is jealous",
    "reunion": "invents an apology, forgiveness, a declaration or a reunion",
    "self_harm": "encourages self-harm",
    "blame": "blames or threatens",
    "sexual": "is sexual",
    "label": "names a type or a diagnosis",
}


def review(draft: str, *, lang: str, quotes: Callable[[str], bool], subject_name: str) -> Review:
    """`quotes(words)` is True when the person really wrote these words."""
    line = named(plain(draft), subject_name)
    closed = joined_letters(line)
    rules = patterns("review")
    faults = [
        Fault(code, why, words) for code, why in WHY.items() if (words := first(rules.get(code, ()), line, closed))
    ]
    crisis = patterns("crisis")
    if not any(f.code == "self_harm" for f in faults) and re.search(
        r"\b(?:you should|why don't you|just|go) (?:die|kill yourself)\b", line
    ):
        faults.append(Fault("self_harm", WHY["self_harm"], first(crisis["explicit"], line)))
    # Quotations are compared as they stand: NFKC would turn the "，" that somebody wrote into a ","
    for m in _QUOTED.finditer(draft):
        words = next(group for group in m.groups() if group)
        if not quotes(words) and not quotes(normalise(words)):
            faults.append(
                Fault(
                    "quote",
                    f"puts words in quotation marks that {subject_name or 'the person'} did not write",
                    words,
                )
            )
    return Review(not faults, tuple(faults))
