"""The nouns: frozen values that read no file, no clock and no model."""

from afterword.model.claim import Claim, Evidence, Quote, Verdict
from afterword.model.corpus import Conversation, Session, Speaker, Turn, Utterance, sessions, turns
from afterword.model.measurement import Measurement
from afterword.model.message import KEEPSAKES, Attachment, ChatRef, FileFacts, Keepsake, Kind, Message, Skipped

__all__ = [
    "KEEPSAKES",
    "Attachment",
    "ChatRef",
    "Claim",
    "Conversation",
    "Evidence",
    "FileFacts",
    "Keepsake",
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
