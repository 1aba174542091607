"""A model (or the host agent) proposes claims from packets of the corpus; prompts are files here; the court judges."""

from afterword.distill.choosing import BUDGET, FACETS, MOODS, PERIODS, Choice, Coverage, Packet, choose, shown_text
from afterword.distill.findings import ALIKE, TOPICS, Finding, alike, fault_of, merged, proposal, same
from afterword.distill.prompt import (
    HOW,
    findings_in,
    instruction_tokens,
    key_of,
    messages,
    rubric,
    speaker_of,
)

__all__ = [
    "ALIKE",
    "BUDGET",
    "FACETS",
    "HOW",
    "MOODS",
    "PERIODS",
    "TOPICS",
    "Choice",
    "Coverage",
    "Finding",
    "Packet",
    "alike",
    "choose",
    "fault_of",
    "findings_in",
    "instruction_tokens",
    "key_of",
    "merged",
    "messages",
    "proposal",
    "rubric",
    "same",
    "shown_text",
    "speaker_of",
]
