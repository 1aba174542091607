"""The single door to any language model: a port, its adapters, recording and replay, consent and the egress ledger.

Nothing here is loaded, and nothing is connected to, before a model is asked.
"""

from afterword.llm.any_model import AnyModel, Prices
from afterword.llm.consent import MODES, Consent, Consents, Mode
from afterword.llm.door import Door, Names, Preview, Restorer
from afterword.llm.ledger import Book, Ledger, Row
from afterword.llm.port import (
    USUAL,
    Completion,
    Embeds,
    How,
    Message,
    Model,
    Piece,
    Unfit,
    Usage,
    Vectors,
    ask,
    estimated_tokens,
)
from afterword.llm.providers import PROVIDERS, Place, beside, key_source, place
from afterword.llm.recorded import RecordedModel
from afterword.llm.scripted import ScriptedModel

__all__ = [
    "MODES",
    "PROVIDERS",
    "USUAL",
    "AnyModel",
    "Book",
    "Completion",
    "Consent",
    "Consents",
    "Door",
    "Embeds",
    "How",
    "Ledger",
    "Message",
    "Mode",
    "Model",
    "Names",
    "Piece",
    "Place",
    "Preview",
    "Prices",
    "RecordedModel",
    "Restorer",
    "Row",
    "ScriptedModel",
    "Unfit",
    "Usage",
    "Vectors",
    "ask",
    "beside",
    "estimated_tokens",
    "key_source",
    "place",
]
