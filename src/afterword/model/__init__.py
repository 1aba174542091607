"""The nouns: frozen values that read no file, no clock and no model."""

from afterword.model.claim import Claim, Evidence, Quote, Verdict
from afterword.model.corpus import Conversation, Session, Speaker, Turn, Utterance, sessions, turns
from afterword.model.measurement import Measurement
from afterword.model.message import Attachment, ChatRef, Kind, Message, Skipped

__all__ = [
    "Attachment",
    "ChatRef",
    "Claim",
    "Conversation",
    "Evidence",
    "Kind",
    "Measurement",
    "Message",
    "Quote",
    "Session",
    "Skipped",
    "Speaker",
    "Turn",
    "Utterance",
    "Verdict",
    "sessions",
    "turns",
]
