"""The court: claims, evidence, verdicts, corrections, versions; decides what stands."""

from afterword.profile.build import claims_from
from afterword.profile.corrections import Standing, Weighed, standing, uses, weigh
from afterword.profile.court import Witness, claim_id, judge
from afterword.profile.state import Note, NoteKind, Profile

__all__ = [
    "Note",
    "NoteKind",
    "Profile",
    "Standing",
    "Weighed",
    "Witness",
    "claim_id",
    "claims_from",
    "judge",
    "standing",
    "uses",
    "weigh",
]
