"""The court: claims, evidence, verdicts, corrections, versions; decides what stands."""

from afterword.profile.build import claims_from
from afterword.profile.court import Witness, check_correction, claim_id, judge
from afterword.profile.state import Note, NoteKind, Profile

__all__ = ["Note", "NoteKind", "Profile", "Witness", "check_correction", "claim_id", "claims_from", "judge"]
