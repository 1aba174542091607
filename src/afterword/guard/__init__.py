"""What may go in and out of a talk: crisis, identity, exit, privacy, injection, grounding. Pure code, no model."""

from afterword.guard.answer import hurt, meant, safe_now
from afterword.guard.gate import Ruling, crisis_card, gate
from afterword.guard.hard import agrees, distressed, grieves
from afterword.guard.help import Helpline, asks_for_help, first_help, help_now, helplines
from afterword.guard.injection import injection_marks, skill_traps
from afterword.guard.review import Fault, Review, review
from afterword.guard.steering import memory_asked, says_good_night, says_goodbye
from afterword.guard.text import normalise
from afterword.guard.words import farewell, label, notice

__all__ = [
    "Fault",
    "Helpline",
    "Review",
    "Ruling",
    "agrees",
    "asks_for_help",
    "crisis_card",
    "distressed",
    "farewell",
    "first_help",
    "gate",
    "grieves",
    "help_now",
    "helplines",
    "hurt",
    "injection_marks",
    "label",
    "meant",
    "memory_asked",
    "normalise",
    "notice",
    "review",
    "safe_now",
    "says_good_night",
    "says_goodbye",
    "skill_traps",
]
