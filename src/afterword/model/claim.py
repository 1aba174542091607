"""What is said about a person, and what it stands on."""

from __future__ import annotations

from typing import Literal

import msgspec

VerdictName = Literal["supported", "contested", "unsupported", "told-by-user"]


class Quote(msgspec.Struct, frozen=True):
    """Exact words of one utterance. The court compares them letter by letter."""

    utterance: str
    words: str


class Evidence(msgspec.Struct, frozen=True):
    """For or against: quotes and the names of measurements (with the n they had)."""

    quotes: tuple[Quote, ...] = ()
    measurements: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    name: VerdictName
    why: str


class Claim(msgspec.Struct, frozen=True):
    """One sentence about the subject.

    id         "c1:…", hash of subject, topic and statement key, so the same claim keeps its id from build to build
    topic      voice | rhythm | names | memory | dates | places | food | conflict | care | told | correction, or the facet
               that a model read for (distill.FACETS)
    key        what was measured or told, language-free ("voice.laughter:哈哈"); the statement is rendered from it
    statement  {"en": …, "zh": …}
    made_by    "measure", "user", "model"
    """

    id: str
    topic: str
    key: str
    statement: dict[str, str]
    subject: str
    made_by: str
    evidence: Evidence = Evidence()
    against: Evidence = Evidence()
    scope: dict[str, str] = {}
    verdict: Verdict = Verdict("unsupported", "not judged yet")
    said_at: str = ""
