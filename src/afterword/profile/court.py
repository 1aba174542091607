"""Judging claims. In: a claim and a witness that knows the records. Out: the claim with its verdict and the reason.

A quote stands only if the utterance exists, its words are in it letter by letter, and the subject wrote it. There is
no fuzzy match: one changed character and the claim has lost that quote. Numbers stand if the measurement had enough n.
What the user tells stands as told, and is never counted as evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Protocol

import msgspec

from afterword.model import Claim, Evidence, Measurement, Quote, Utterance, Verdict


class Witness(Protocol):
    """Knows the records: an utterance by id, or None."""

    def __call__(self, id: str) -> Utterance | None: ...


def claim_id(subject: str, topic: str, key: str) -> str:
    """The same claim about the same person keeps its id from build to build."""
    return "c1:" + blake2b(f"{subject}\x1f{topic}\x1f{key}".encode(), digest_size=6).hexdigest()


def fault_of(quote: Quote, subject: str, witness: Witness) -> str:
    """Why a quote does not stand; "" when it does."""
    said = witness(quote.utterance)
    if said is None:
        return f"{quote.utterance} is not in the records"
    if not quote.words.strip():
        return "the quote is empty"
    if said.speaker != subject:
        return f"{quote.utterance} was written by somebody else"
    if quote.words not in said.text:
        return f"those are not the words of {quote.utterance}"
    return ""


def judge(claim: Claim, witness: Witness, measurements: Mapping[str, Measurement]) -> Claim:
    """The claim with quotes that stand, and its verdict. Quotes that fail are dropped and named in the why."""
    faults: list[str] = []

    def sift(evidence: Evidence) -> Evidence:
        quotes = []
        for quote in evidence.quotes:
            fault = fault_of(quote, claim.subject, witness)
            if fault:
                faults.append(fault)
            else:
                quotes.append(quote)
        numbers = []
        for name in evidence.measurements:
            found = measurements.get(name)
            if found is None:
                faults.append(f"nothing was measured as {name}")
            elif not found.enough:
                faults.append(f"{name} has n = {found.n}, fewer than the {found.minimum} it needs")
            else:
                numbers.append(name)
        return Evidence(tuple(quotes), tuple(numbers))

    evidence, against = sift(claim.evidence), sift(claim.against)
    stands = bool(evidence.quotes or evidence.measurements)
    opposed = bool(against.quotes or against.measurements)
    why = "; ".join(
        [f"{len(evidence.quotes)} exact quote{'s' * (len(evidence.quotes) > 1)}"] * bool(evidence.quotes)
        + [f"{m} (n = {measurements[m].n})" for m in evidence.measurements]
        + faults
    )
    if claim.made_by == "user":
        name = "contested" if opposed else "told-by-user"
        why = "; ".join(["you told this"] + (["the records say otherwise"] if opposed else []) + ([why] if why else []))
    elif not stands:
        name, why = "unsupported", why or "no evidence was given"
    else:
        name = "contested" if opposed else "supported"
    return msgspec.structs.replace(claim, evidence=evidence, against=against, verdict=Verdict(name, why))  # type: ignore[arg-type]
