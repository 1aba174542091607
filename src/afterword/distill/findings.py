"""What a model may send back. In: findings. Out: claims for the court, each fact once; or why one is not heard at all.

Two sentences on the same words of the subject are one claim, with the evidence of both, where most of their words are
the same and none of the others turns the meaning round: "ta does not bake" is no other way to say that ta bakes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec

from afterword.guard import injection_marks, review
from afterword.guard.pseudonyms import TOKEN
from afterword.measures.tokens import words
from afterword.model import Claim, Evidence, Quote
from afterword.profile import claim_id

TOPICS = ("voice", "memory", "conflict", "care", "places", "food", "plans")
"""Besides the facet itself, what a finding may be about."""
ALIKE = 0.6
"""Share of words (Jaccard) from which two sentences on the same evidence say the same; share of letter pairs (Dice) from
which a correction is about the same thing as a claim."""
_TURNS = frozenset("not no never nor none without hardly rarely seldom nobody nothing only stopped former".split())
_TURNS_HAN = re.compile("[不没未别非无勿莫少只]")


class Finding(msgspec.Struct, frozen=True):
    """One sentence and the words for and against it, as {"utterance": id, "words": exact}. `topic` "" = the facet."""

    claim: str
    evidence: list[dict[str, str]]
    against: list[dict[str, str]] = []
    topic: str = ""


def proposal(finding: Finding, subject: str, facet: str) -> Claim:
    claim = " ".join(finding.claim.split())
    topic, key = finding.topic or facet, f"model:{claim}"
    statement = {"en": claim, "zh": claim}
    evidence, against = _evidence(finding.evidence), _evidence(finding.against)
    return Claim(claim_id(subject, topic, key), topic, key, statement, subject, "model", evidence, against)


def _evidence(given: Iterable[dict[str, str]]) -> Evidence:
    return Evidence(tuple(Quote(e["utterance"], e.get("words", "")) for e in given))


def fault_of(
    finding: Finding,
    facet: str,
    allowed: Collection[str],
    quoted: Callable[[str], bool],
    dated: Callable[[str], str],
) -> str:
    """Why a finding is refused before the court hears it; "" when it may be heard.

    `quoted(words)` is True when the subject wrote these words, `dated(id)` the day of an utterance. The sentence itself
    goes into files that models read: what reads like an order, or like a second paragraph, has no place in it.
    """
    topics = (facet, *(t for t in TOPICS if t != facet))
    if finding.topic and finding.topic not in topics:
        return f"topic must be one of {', '.join(topics)}"
    if not finding.evidence:
        return "no evidence was given"
    if not 4 <= len(finding.claim.strip()) <= 300 or len(finding.claim.strip().splitlines()) > 1:
        return "a claim is one sentence of 4 to 300 characters"
    cited = [*finding.evidence, *finding.against]
    for e in cited:
        if e.get("utterance") not in allowed:
            return f"{e.get('utterance')} is not in this packet"
    if marks := injection_marks(finding.claim):
        return f"the claim reads like an instruction ({marks[0]})"
    if TOKEN.search(finding.claim):
        return "the claim holds a token that stands for nobody"
    known = "\n".join([*(e.get("words", "") for e in cited), *(dated(e["utterance"]) for e in cited)])
    for number in re.findall(r"\d+", finding.claim):
        if number not in known:
            return f"{number} stands in none of the words: a model does not count"
    faults = review(finding.claim, lang="en", quotes=quoted, subject_name="").faults
    return faults[0].why if faults else ""


# -- each fact once -----------------------------------------------------------------------------------------------------


def merged(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Claims in their order; one that says again what an earlier one says only adds its evidence to it."""
    out: list[Claim] = []
    for c in claims:
        at = next((i for i, held in enumerate(out) if same(held, c)), None)
        if at is None:
            out.append(c)
            continue
        held = out[at]
        out[at] = msgspec.structs.replace(
            held, evidence=_joined(held.evidence, c.evidence), against=_joined(held.against, c.against)
        )
    return tuple(out)


def same(a: Claim, b: Claim) -> bool:
    """The same sentence, or nearly the same one on the same words."""
    if a.subject != b.subject:
        return False
    one, other = a.statement["en"], b.statement["en"]
    return _bare(one) == _bare(other) or (_share_words(a.evidence, b.evidence) and _reworded(one, other))


def _reworded(one: str, other: str) -> bool:
    a, b = {*words(one)}, {*words(other)}
    apart = a ^ b
    if len(a & b) < ALIKE * len(a | b):
        return False
    turned = any(w in _TURNS or w.endswith(("n't", "n’t")) or _TURNS_HAN.search(w) for w in apart)
    # "likes" and "dislikes", "happy" and "unhappy"
    return not turned and not any(x.endswith(y) for x in apart for y in apart if x != y and len(y) > 2)


def alike(one: str, other: str) -> float:
    """Dice of letter pairs, 0 to 1."""
    pairs = [Counter(x[i : i + 2] for i in range(max(1, len(x) - 1))) for x in (_bare(one), _bare(other))]
    return 2 * sum((pairs[0] & pairs[1]).values()) / (pairs[0].total() + pairs[1].total())


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _share_words(a: Evidence, b: Evidence) -> bool:
    return any(
        p.utterance == q.utterance and (p.words in q.words or q.words in p.words) for p in a.quotes for q in b.quotes
    )


def _joined(a: Evidence, b: Evidence) -> Evidence:
    return Evidence(
        tuple(dict.fromkeys((*a.quotes, *b.quotes))), tuple(dict.fromkeys((*a.measurements, *b.measurements)))
    )
