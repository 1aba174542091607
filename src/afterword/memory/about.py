"""Whether a told memory answers a question. In: the question, the memory in the user's words. Out: yes or no.

"She hated soup" is about soup: it answers "what did she hate" and "did she hate soup", and not "did she hate me". All telling
words must stand in it; of three or more the things with most of the rest, since years later one asks in other words. The hard
choice: whoever of the two is in the question must be in the memory too, for the same words told of one say nothing of the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from afterword.measures.lexicon import lower
from afterword.memory.asked import SAME, alike, frames, section
from afterword.memory.occasions import pattern, without_lead
from afterword.memory.query import STOP_EN, STOP_ZH, holds, stems, terms_of
from afterword.memory.solid import roles

MANY, MOST = 3, 2 / 3


def about(question: str, told: str, people: Mapping[str, Sequence[str]], subject: str = "") -> bool:
    text = without_lead(lower(question))
    names = {s: tuple(n for n in called if n.strip()) for s, called in people.items()}
    terms = terms_of(text, [n for called in names.values() for n in called])
    telling = [t for t in terms if not frames(t) and t not in STOP_EN and t not in STOP_ZH]
    words = telling or [t for t in terms if frames(t)]
    if not words or not _who(text, names, subject) <= _who(lower(told), names, subject, told=True):
        return False
    body = stems(told)
    held = [t for t in words if holds(body, t) or any(w >= SAME and holds(body, x) for x, w in alike(t))]
    if len(held) == len(words):
        return True
    things = [t for t in words if roles(question).get(t) in ("name", "thing")]
    return bool(things) and len(words) >= MANY and {*things} <= {*held} and len(held) / len(words) >= MOST


def _who(text: str, names: Mapping[str, Sequence[str]], subject: str, told: bool = False) -> set[str]:
    """Of "i" and "ta", who is in a text; "we" is both, and a memory that names neither is of the person."""
    found = {
        who for who in ("i", "ta", "we")
        if pattern(w for w in section(who) if w not in ("both", "together", "一起")).search(
            _ours(text) if who == "i" else text
        )
    }  # fmt: skip
    mentioned = {s for s, called in names.items() if any(pattern([n.casefold()]).search(text) for n in called)}
    found |= {"ta" if s == subject else "i" for s in mentioned if s}
    if "we" in found:
        found |= {"i", "ta"}
    if told and not found:
        found = {"ta"}
    return found - {"we"}


def _ours(text: str) -> str:
    """Without "we": 我 is a part of 我们."""
    return re.sub("我们|我俩", " ", text)
