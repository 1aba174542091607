"""Claims that a host's own model proposes. In: a packet asked for, findings sent back. Out: words to read; verdicts.

The model reads one packet and proposes sentences with the ids and exact words they stand on; the court judges each.
A model never counts and never judges.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from afterword import guard
from afterword.app.library import iso
from afterword.app.personas import Personas
from afterword.app.talking import VaultRecords
from afterword.distill import TOPICS, Finding, fault_of, packet_rows, proposal, rubric
from afterword.errors import BadInput
from afterword.model import Claim
from afterword.profile import judge


def next_packet(personas: Personas, person: str | None, after: str = "") -> dict[str, Any]:
    """The packet after `after` ("" = the first), or {"done": true}."""
    profile, library = personas.profile(person)
    packets = packet_rows(list(library.utterances()))
    index = _index(after, profile.slug) + 1 if after else 0
    if index >= len(packets):
        return {"done": True, "packets": len(packets)}
    said = library.fetch(packets[index])
    lines, hidden = [], 0
    for row in packets[index]:
        u = said[row]
        if guard.injection_marks(u.text):
            hidden += 1
            continue
        speaker = "subject" if u.speaker == profile.speaker else "owner"
        lines.append({"id": u.id, "at": iso(u), "speaker": speaker, "text": u.text})
    return {
        "packet": f"{profile.slug}-{index}",
        "of": len(packets),
        "subject": profile.name,
        "topics": list(TOPICS),
        "left_out": hidden,
        "rubric": rubric(),
        "messages": lines,
    }


def _index(packet: str, slug: str) -> int:
    number = packet.removeprefix(slug + "-")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise BadInput(
            "distill.packet", f"There is no packet {packet!r}.", next_step="Ask for one: afterword distill next"
        )
    return int(number)


def submit(personas: Personas, person: str | None, packet: str, findings: Sequence[Any]) -> dict[str, Any]:
    """Judge findings; those that stand enter a new version. {"accepted": [...], "rejected": [{"i", "reason"}], "version"}."""
    profile, library = personas.profile(person)
    packets = packet_rows(list(library.utterances()))
    index = _index(packet, profile.slug)
    if index >= len(packets):
        raise BadInput(
            "distill.packet", f"There is no packet {packet!r}.", next_step="Ask for one: afterword distill next"
        )
    # what the packet left out was not read by the model, so it cannot have found anything there
    allowed = {u.id for u in library.fetch(packets[index]).values() if not guard.injection_marks(u.text)}
    accepted: list[Claim] = []
    rejected: list[dict[str, Any]] = []
    for i, raw in enumerate(findings):
        try:
            finding = msgspec.convert(raw, type=Finding)
        except msgspec.ValidationError as e:
            rejected.append({"i": i, "reason": str(e)})
            continue
        reason = fault_of(finding, allowed, VaultRecords(profile, library).quoted)
        if not reason:
            claim = proposal(finding, profile.speaker)
            judged = judge(claim, library.find, {})
            if judged.verdict.name == "supported" and len(judged.evidence.quotes) == len(finding.evidence):
                accepted.append(claim)
                continue
            reason = judged.verdict.why
        rejected.append({"i": i, "reason": reason})
    number = None
    if accepted:
        kept = {c.id: c for c in (*profile.proposed, *accepted)}
        profile = personas.rebuild(msgspec.structs.replace(profile, proposed=tuple(kept.values())), library)
        number = personas.keep(profile, library, f"distilled from {packet}")
    return {"accepted": [c.id for c in accepted], "rejected": rejected, "version": number}
