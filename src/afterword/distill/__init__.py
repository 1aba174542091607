"""A model (or the host agent) proposes claims from packets of the corpus; prompts are files here; the court judges."""

from afterword.distill.packets import SIZE, TOPICS, Finding, fault_of, packet_rows, proposal, rubric

__all__ = ["SIZE", "TOPICS", "Finding", "fault_of", "packet_rows", "proposal", "rubric"]
