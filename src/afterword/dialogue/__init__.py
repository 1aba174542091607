"""One turn of talk: gate, recall, draft, review, reply; the modes; the embedded Echo."""

from afterword.dialogue.drafting import Drafting, Said
from afterword.dialogue.talk import MODES, Bubble, Exchange, Records, Talk

__all__ = ["MODES", "Bubble", "Drafting", "Exchange", "Records", "Said", "Talk"]
