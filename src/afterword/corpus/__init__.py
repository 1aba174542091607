"""Messages to corpus: whose chat it is, who the people are, when things were said, and what one utterance is."""

from afterword.corpus.clock import Clock, system_zone
from afterword.corpus.identity import minute_key, mixed, parse_utterance_id, same_name, utterance_id
from afterword.corpus.people import Cast, HandleSeen, cast_chat, looks_like_account, speaker_id

__all__ = [
    "Cast",
    "Clock",
    "HandleSeen",
    "cast_chat",
    "looks_like_account",
    "minute_key",
    "mixed",
    "parse_utterance_id",
    "same_name",
    "speaker_id",
    "system_zone",
    "utterance_id",
]
