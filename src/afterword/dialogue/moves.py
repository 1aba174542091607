"""What a line does and in which mood. In: words. Out: a move, what is wanted or told with it, a size, a mood.

All of it is read off lists and marks of both languages, and decides no more than which of a person's real answers lie near:
a line that is read wrongly is answered in the shape of another line, never with wrong words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from afterword.measures import episodes
from afterword.measures.lexicon import any_of, lower, sections
from afterword.measures.voice import EMOJI, LAUGHTER
from afterword.memory.acts import acts

DECAY, HELD = 0.75, 0.4
"""A mood fades by a quarter a line and is over at two fifths: a sharp word colours three lines, two of them five."""
SHOWN = 3
MOODS = ("conflict", "repair", "warmth", "play")
MOVES = ("asks", "greets", "parts", "thanks", "sorry", "laughs", "agrees", "sends", "tells")
SORTS = {
    "asks": (
        ("back", {"ask-back"}),
        ("open", {"ask-what", "ask-why", "ask-how"}),
        ("fact", {"ask-where", "ask-when", "ask-who", "ask-much"}),
        ("yes", {"ask-yes"}),
        ("open", set()),
    ),
    "tells": (
        ("hard", {"complain", "grave", "sorry"}),
        ("kind", {"affection", "praise", "wish", "comfort"}),
        ("news", {"news", "plan"}),
        ("play", {"tease"}),
    ),
}
"""What a question wants (a story or an opinion, a word, a yes) and what is told (trouble, something kind, news), by the acts
that say so; the first that is found counts, and a question of no known kind is open."""
_WORD = re.compile(r"[A-Za-z0-9À-ɏЀ-ӿ']+|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_ASKING = re.compile(r"(?:[?？]|吗|呢|么)[\s~～!！]*$")
_EDGES = " \t\r\n.,!?~:;)('\"。！？～…，、"


@cache
def _lists() -> dict[str, tuple[re.Pattern[str], frozenset[str]]]:
    """By move: what says so at the beginning or anywhere, and what says so as the whole line."""
    found = {}
    for name, forms in sections("moves").items():
        opening, whole = ([f[1:] for f in forms if f[0] == mark] for mark in "^=")
        anywhere = any_of(f for f in forms if f[0] not in "^=")
        found[name] = re.compile(f"^(?:{any_of(opening)})|(?:{anywhere})"), frozenset(whole)
    return found


SHORT = 8


def move(text: str) -> str:
    """What the last words of a turn do; a question in its last three bubbles is what it asks to be answered."""
    lines = [x.strip() for x in text.split("\n") if x.strip()]
    if not lines:
        return "sends"
    if any(_ASKING.search(EMOJI.sub("", x)) for x in lines[-SHOWN:]):
        return "asks"
    last = EMOJI.sub(" ", lower(lines[-1]))
    bare = LAUGHTER.sub(" ", last).strip(_EDGES)
    if not bare:
        return "laughs" if LAUGHTER.search(last) else "sends"
    for name in MOVES:
        if name in _lists():
            somewhere, whole = _lists()[name]
            # in a long line a "thanks" or a "night" is said by the way
            if bare in whole or (len(_WORD.findall(bare)) <= SHORT and somewhere.search(bare)):
                return name
    return "tells"


def sort(text: str) -> str:
    """The move, and what is wanted or told with it: "asks:open", "tells:news", "laughs"."""
    made = move(text)
    done = {*acts("\n".join([x for x in text.split("\n") if x.strip()][-SHOWN:]))}
    found = next((name for name, kinds in SORTS.get(made, ()) if kinds & done or not kinds), "")
    return f"{made}:{found}" if found else made


def size(text: str) -> int:
    """Words and Chinese characters as a power of two: 0 is none, 3 is four to seven."""
    return min(len(_WORD.findall(text)).bit_length(), 8)


def mood(text: str) -> str:
    """One of MOODS where listed words say so, "" else; anger beside laughter is play."""
    lowered = lower(text)
    found = episodes.lexicon()
    kinds = {
        e.kind for hit, e in found.find(lowered) if e.kind == "laughter" or not episodes.negated(lowered, hit.start())
    }
    if len(text) <= 20 and (entry := found.whole.get(lowered.strip(_EDGES))):
        kinds.add(entry.kind)
    laughing = "laughter" in kinds or LAUGHTER.search(lowered) is not None
    if "conflict" in kinds and not laughing:
        return "conflict"
    if "repair" in kinds:
        return "repair"
    return "warmth" if kinds & {"warmth", "endearments"} else "play" if laughing else ""


class Drift:
    """The mood of a talk: each line's own, carried over the next ones and fading."""

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self.weights = dict.fromkeys(MOODS, 0.0)
        for line in lines:
            self.add(line)

    def add(self, text: str) -> str:
        self.turn_to(mood(text))
        return self.mood

    def turn_to(self, own: str) -> None:
        for name in MOODS:
            self.weights[name] *= DECAY
        if own:
            self.weights[own] += 1.0

    @property
    def mood(self) -> str:
        best = max(MOODS, key=lambda m: self.weights[m])
        return best if self.weights[best] >= HELD else ""
