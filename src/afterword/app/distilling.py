"""Claims that a model proposes. In: packets chosen from the records, findings sent back. Out: words to read; verdicts.

The model reads one packet and proposes sentences with the ids and exact words they stand on, and what speaks against
them; the court judges each. A model never counts and never judges. What was chosen is kept on the shelf, so that an
answer is judged by the lines that were really read, also when the chat has grown meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any

import msgspec

from afterword import guard
from afterword.app.library import Library, iso, iso_day
from afterword.app.people import People
from afterword.app.personas import Personas
from afterword.app.talking import VaultRecords
from afterword.distill import (
    BUDGET,
    FACETS,
    TOPICS,
    Choice,
    Finding,
    Packet,
    choose,
    fault_of,
    instruction_tokens,
    merged,
    proposal,
    rubric,
    same,
    shown_text,
    speaker_of,
)
from afterword.errors import BadInput
from afterword.model import Claim
from afterword.profile import Profile, judge

VERSION, PLAN = "1", "distill:"


def facets_of(wanted: Sequence[str]) -> tuple[str, ...]:
    """The facets asked for in the order that all have; every one for (). BadInput for a name that is none."""
    for name in wanted:
        if name not in FACETS:
            raise BadInput("distill.facet", f"{name!r} is no facet.", next_step=f"One or more of: {','.join(FACETS)}.")
    return tuple(f for f in FACETS if not wanted or f in wanted)


def plan(profile: Profile, library: Library, lang: str, budget: int, facets: Sequence[str]) -> Choice:
    """What would be read for this budget, as long as the records are the same."""
    if profile.told_only:
        return Choice()
    sizes = {f: instruction_tokens(f, profile.name) for f in facets}
    basis = f"{VERSION}|{lang}|{profile.speaker}|{library.shelf.stamp()}|{[*sizes.values()]}"
    name = f"{PLAN}{budget}:{','.join(facets)}"
    if kept := library.shelf.cached(name, basis):
        return msgspec.json.decode(kept, type=Choice)
    found = choose(
        list(library.utterances()),
        profile.speaker,
        instructions=sizes.__getitem__,
        budget=budget,
        facets=facets,
        hidden=hidden_from_models(profile, lang),
    )
    library.shelf.keep(name, basis, msgspec.json.encode(found).decode())
    return found


def hidden_from_models(profile: Profile, lang: str) -> Callable[[str], bool]:
    """Whether a line reads like an order, or is one that the gate lets no model read; each text is looked at once."""

    @cache
    def hidden(text: str) -> bool:
        return (
            bool(guard.injection_marks(text)) or guard.gate(text, subject_name=profile.name, lang=lang).name == "crisis"
        )

    return hidden


def packet_id(slug: str, packet: Packet) -> str:
    rows = ",".join(map(str, packet.rows))
    return f"{slug}-{packet.facet}-{blake2b(rows.encode(), digest_size=4).hexdigest()}"


def _unknown(id: str) -> BadInput:
    return BadInput("distill.packet", f"There is no packet {id!r}.", next_step="Ask for one: afterword distill next")


# -- the host's model ---------------------------------------------------------------------------------------------------


def next_packet(
    personas: Personas, person: str | None, after: str, lang: str, budget: int = BUDGET, facets: Sequence[str] = ()
) -> dict[str, Any]:
    """The packet after `after` ("" = the first), or {"done": true}."""
    profile, library = personas.profile(person)
    packets = plan(profile, library, lang, budget, facets_of(facets)).packets
    ids = [packet_id(profile.slug, p) for p in packets]
    if after and after not in ids:
        raise _unknown(after)
    index = ids.index(after) + 1 if after else 0
    if index >= len(packets):
        return {"done": True, "packets": len(packets)}
    packet = packets[index]
    said = library.fetch(packet.rows)
    owner = People(personas.vault).owner(None)
    return {
        "packet": ids[index],
        "n": index + 1,
        "of": len(packets),
        "facet": packet.facet,
        "subject": profile.name,
        "topics": [packet.facet, *TOPICS],
        "left_out": packet.left_out,
        "rubric": rubric(packet.facet),
        "messages": [
            {
                "id": u.id,
                "at": iso(u),
                "speaker": speaker_of(u, profile.speaker, owner),
                "text": shown_text(u.text),
                "excerpt": n,
            }
            for n, rows in enumerate(packet.excerpts, 1)
            for u in (said[r] for r in rows)
        ],
    }


def submit(personas: Personas, person: str | None, id: str, findings: Sequence[Any]) -> dict[str, Any]:
    """Judge findings; those that stand enter a new version: {"accepted", "contested": [claim ids], "rejected": [{"i",
    "reason"}], "version"}. Contested: words of the subject speak for the sentence and others against it."""
    profile, library = personas.profile(person)
    packet = next((p for p in _handed_out(library) if packet_id(profile.slug, p) == id), None)
    if packet is None:
        raise _unknown(id)
    claims, rejected = heard(profile, library, packet, findings)
    entered = enter(personas, profile.slug, claims, f"distilled from {id}")
    return {
        "accepted": [c.id for c in entered.accepted],
        "contested": [c.id for c in entered.contested],
        "rejected": rejected,
        "version": entered.version,
    }


def _handed_out(library: Library) -> Iterator[Packet]:
    rows = library.shelf.db.execute("SELECT body FROM cache WHERE name LIKE ?", (f"{PLAN}%",)).fetchall()
    for (body,) in rows:
        yield from msgspec.json.decode(body, type=Choice).packets


# -- the court ----------------------------------------------------------------------------------------------------------


def heard(
    profile: Profile, library: Library, packet: Packet, findings: Sequence[Any]
) -> tuple[list[Claim], list[dict[str, Any]]]:
    """Claims of which every word stands, and why the others do not: [{"i", "claim", "reason"}]."""
    said = {u.id: u for u in library.fetch(packet.rows).values()}
    quoted = VaultRecords(profile, library).quoted
    corrected = [c for c in profile.claims if c.id in {n.claim for n in profile.notes if n.claim}]

    def reason_against(finding: Finding, claim: Claim) -> str:
        judged = judge(claim, library.find, {})
        whole = (len(judged.evidence.quotes), len(judged.against.quotes)) == (
            len(finding.evidence),
            len(finding.against),
        )
        if not whole or judged.verdict.name not in ("supported", "contested"):
            return judged.verdict.why
        if any(same(c, claim) and c.made_by != "model" for c in corrected):
            return "the user corrected this"
        return ""

    claims: list[Claim] = []
    rejected: list[dict[str, Any]] = []
    for i, raw in enumerate(findings):
        try:
            finding = msgspec.convert(raw, type=Finding)
        except msgspec.ValidationError as e:
            rejected.append({"i": i, "claim": "", "reason": str(e)})
            continue
        reason = fault_of(
            finding, packet.facet, said, quoted, lambda id: iso_day(said[id].at, said[id].offset) if id in said else ""
        )
        if not reason:
            claim = proposal(finding, profile.speaker, packet.facet)
            reason = reason_against(finding, claim)
            if not reason:
                claims.append(claim)
                continue
        rejected.append({"i": i, "claim": finding.claim, "reason": reason})
    return claims, rejected


class Entered(msgspec.Struct, frozen=True):
    """What came of claims: as judged in the portrait, those with words against them apart. `version` None = nothing was
    new; `merged`: how many said again what another says."""

    accepted: tuple[Claim, ...] = ()
    contested: tuple[Claim, ...] = ()
    merged: int = 0
    version: int | None = None


def enter(personas: Personas, person: str, claims: Sequence[Claim], why: str) -> Entered:
    """Add claims to the portrait as it is now, each fact once, as one version."""
    profile, library = personas.profile(person)
    kept = merged((*profile.proposed, *claims))
    number = None
    if kept != profile.proposed:
        profile = personas.rebuild(msgspec.structs.replace(profile, proposed=kept), library)
        number = personas.keep(profile, library, why)
    ids = dict.fromkeys(next(k.id for k in kept if same(k, c)) for c in claims)
    found = [c for id in ids if (c := profile.claim(id)) is not None]
    return Entered(
        tuple(c for c in found if c.verdict.name == "supported"),
        tuple(c for c in found if c.verdict.name != "supported"),
        len(claims) - len(ids),
        number,
    )
