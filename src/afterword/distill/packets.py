"""Packets of messages for a model to read, and what it may send back. In: a corpus. Out: packets; claims to be judged.

A packet is cut between sessions, so that a model sees talks and not fragments; its number alone says what is in it,
so nothing has to be remembered between asking and answering.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from importlib.resources import files

import msgspec

from afterword.guard import injection_marks, review
from afterword.model import Claim, Evidence, Quote, Utterance, sessions
from afterword.profile import claim_id

SIZE = 60
TOPICS = ("voice", "memory", "conflict", "care", "places", "food", "plans")


class Finding(msgspec.Struct, frozen=True):
    """What a model submits: one sentence and the words it stands on, as {"utterance": id, "words": exact}."""

    claim: str
    evidence: list[dict[str, str]]
    topic: str = "memory"


def rubric() -> str:
    return (files("afterword.distill") / "rubric.md").read_text(encoding="utf-8").strip()


def packet_rows(utterances: Sequence[Utterance]) -> list[list[int]]:
    """Rows of at most SIZE utterances each, whole sessions where they fit."""
    out: list[list[int]] = [[]]
    for session in sessions([u for u in utterances if u.text]):
        rows = [u.row for t in session.turns for u in t.utterances]
        for start in range(0, len(rows), SIZE):
            part = rows[start : start + SIZE]
            if out[-1] and len(out[-1]) + len(part) > SIZE:
                out.append([])
            out[-1] += part
    return [p for p in out if p]


def proposal(finding: Finding, subject: str) -> Claim:
    key = f"model:{finding.claim}"
    quotes = tuple(Quote(e["utterance"], e.get("words", "")) for e in finding.evidence)
    statement = {"en": finding.claim, "zh": finding.claim}
    return Claim(
        claim_id(subject, finding.topic, key), finding.topic, key, statement, subject, "model", Evidence(quotes)
    )


def fault_of(finding: Finding, allowed: Collection[str], quoted: Callable[[str], bool]) -> str:
    """Why a finding is refused before the court hears it; "" when it may be heard.

    `quoted(words)` is True when the subject wrote these words. The sentence itself goes into files that models read:
    what reads like an order, or like a second paragraph, has no place in it.
    """
    if finding.topic not in TOPICS:
        return f"topic must be one of {', '.join(TOPICS)}"
    if not finding.evidence:
        return "no evidence was given"
    if not 4 <= len(finding.claim.strip()) <= 300 or len(finding.claim.splitlines()) > 1:
        return "a claim is one sentence of 4 to 300 characters"
    for e in finding.evidence:
        if e.get("utterance") not in allowed:
            return f"{e.get('utterance')} is not in this packet"
    if marks := injection_marks(finding.claim):
        return f"the claim reads like an instruction ({marks[0]})"
    faults = review(finding.claim, lang="en", quotes=quoted, subject_name="").faults
    return faults[0].why if faults else ""
