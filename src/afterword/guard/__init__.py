"""What may go in and out of a talk: crisis, identity, exit, privacy, injection, grounding. Pure code, no model."""

from afterword.guard.gate import Ruling, gate
from afterword.guard.hard import agrees, distressed
from afterword.guard.help import Helpline, asks_for_help, help_now, helplines
from afterword.guard.injection import injection_marks, skill_traps
from afterword.guard.review import Fault, Review, review
from afterword.guard.steering import memory_asked, says_goodbye
from afterword.guard.text import normalise
from afterword.guard.words import farewell, label, notice

__all__ = [
    "Fault",
    "Helpline",
    "Review",
    "Ruling",
    "agrees",
    "asks_for_help",
    "distressed",
    "farewell",
    "gate",
    "help_now",
    "helplines",
    "injection_marks",
    "label",
    "memory_asked",
    "normalise",
    "notice",
    "review",
    "says_goodbye",
    "skill_traps",
]
