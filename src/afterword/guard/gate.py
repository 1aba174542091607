"""The gate before every turn. In: the user's line. Out: a ruling, and the card to show when Echo must stay silent.

Crisis comes before everything. Harmless turns of phrase are masked first ("笑死", "dying to see you"), never the whole
line: somebody may write both in one breath. Of what may be meant and may not ("i want to be with you again"; of a film, with
a laugh, that it "makes me want to die"; of what is said to be long past; "the cat is cross, she hits me") nothing is
concluded: the ruling is `veiled`, and its card asks. `crisis.toml` holds wishes as they are said outright, `danger.toml` how a
means, a preparation or a farewell is put together. A lexicon misses what it has no words for, so `help-now` is always one step
away, and wishes to be gone count even when nothing is named.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from afterword.guard.text import first, named, patterns, plain, readings, together
from afterword.texts import say

Name = Literal["crisis", "harm", "violence", "veiled", "exit", "identity", "unknowable", "present", "pass"]
ORDER: tuple[Name, ...] = ("harm", "violence", "veiled", "exit", "identity", "present", "unknowable")
_SENTENCE = re.compile(r"[.!?;。]+")


class Ruling(msgspec.Struct, frozen=True):
    """`cues`: the words that decided. `card`: ready text in the Guide's voice, "" for pass and exit."""

    name: Name
    why: str
    cues: tuple[str, ...] = ()
    card: str = ""


def gate(text: str, *, subject_name: str, lang: str) -> Ruling:
    line = plain(text)
    crisis, danger = patterns("crisis"), patterns("danger")
    masked = list(readings(line))
    for pattern in (*crisis["innocent"], *danger["innocent"]):
        masked = [pattern.sub(" ", reading) for reading in masked]
    laughed = bool(first(crisis["laughing"], line))
    light = first(crisis["light"], *masked) if laughed else ""
    for pattern in crisis["light"] if light else ():
        masked = [pattern.sub(" ", reading) for reading in masked]
    told, over = first(danger["setting"], line), first(danger["over"], line)
    # the past of one sentence is not that of the next: "in 2019 i tried. i bought a rope yesterday"
    today = [s for reading in masked for s in _SENTENCE.split(reading) if not first(danger["over"], s)]
    for section, found in (*((s, crisis[s]) for s in ("explicit", "passive")), ("grave", danger["grave"])):
        # somebody who laughs about being worn out is not answered with a helpline; a plan is never a joke
        if section == "passive" and laughed:
            continue
        if cue := first(found, *masked):
            # what is said to be long past, or of a film, is asked about and not taken for today's
            if (over and not first(found, *today)) or (told and section == "grave"):
                return Ruling("veiled", "told", (cue,), say(lang, "guard.veiled", name=subject_name))
            return Ruling("crisis", section, (cue,), crisis_card(lang, subject_name))
    if light:
        return Ruling("veiled", "light", (light,), say(lang, "guard.light", name=subject_name))
    gates = patterns("gates")
    about = named(line, subject_name)
    for name in ORDER:
        if name == "harm":
            cue = _harm(about)
        elif name == "violence":
            cue, open_ = _violence(about)
            if open_:
                return Ruling("veiled", "hit", (cue,), say(lang, "guard.hit"))
        elif name == "veiled":
            asked = () if told or over else danger["asked"]
            cue = "" if laughed else first((*crisis["veiled"], *asked), *masked)
        else:
            cue = first(gates[name], about, *(() if name == "exit" else (together(about),)))
        if cue:
            card = "" if name == "exit" else say(lang, f"guard.{name}", name=subject_name)
            return Ruling(name, f"{name} pattern", (cue,), card)
    return Ruling("pass", "no pattern")


def crisis_card(lang: str, subject_name: str) -> str:
    """What is said first in a crisis; who falls silent is named where it is known."""
    return say(lang, "guard.crisis", name=subject_name) if subject_name else say(lang, "guard.crisis_unnamed")


def _harm(line: str) -> str:
    """The words that threaten, "" for none. Whoever is spied on, followed or exposed is so in earnest; words of violence are
    what play is made of as well."""
    gates = patterns("gates")
    for pattern in gates["harmless"]:
        line = pattern.sub(" ", line)
    return first(gates["harm"], line) or ("" if first(gates["play"], line) else first(gates["threat"], line))


def _violence(line: str) -> tuple[str, bool]:
    """The words that tell of violence, and whether they may be said of a pet, a small child or a game. A grown person,
    drink, fear or a witness in the same line leaves nothing open."""
    gates = patterns("gates")
    for pattern in gates["unhurt"]:
        line = pattern.sub(" ", line)
    cue = first(gates["violence"], line)
    return cue, bool(cue and first(gates["unsure"], line) and not first(gates["person"], line))
