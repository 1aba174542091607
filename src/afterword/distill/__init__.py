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
from afterword.distill.scenes import SCENE_HOW, Sentence, Telling, scene_messages, telling_in

__all__ = [
    "ALIKE",
    "BUDGET",
    "FACETS",
    "HOW",
    "MOODS",
    "PERIODS",
    "SCENE_HOW",
    "TOPICS",
    "Choice",
    "Coverage",
    "Finding",
    "Packet",
    "Sentence",
    "Telling",
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
    "scene_messages",
    "shown_text",
    "speaker_of",
    "telling_in",
]
