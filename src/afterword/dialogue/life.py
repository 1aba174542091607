"""What a draft tells of a life as having happened, and whether the records bear it out. In: a sentence of a draft, the
records. Out: whether it was made up.

A model that wants to sound alive gives its person a new job, a dog for the sister, a quarrel about the car. No name stands
in such a line, so nothing can be looked up but its words: they must stand in one place of the records, in lines about the
one that is meant. The hard choice: only events that change a life count, told as done, of oneself, of both or of the
family. "im tired", "just ate" and every plan are what people say all day, and nobody wrote of them before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

import msgspec

from afterword.dialogue.granted import MANY, PLACES, Past, about, terms_in, written
from afterword.measures.lexicon import lower
from afterword.measures.phrases import forms, listed, shapes
from afterword.measures.tokens import common
from afterword.memory.query import holds, stems
from afterword.memory.where import towns

BETWEEN, BETWEEN_HAN = 2, 5
"""Words, or Chinese characters, that may stand between a verb and its thing."""
NEAR, AHEAD = 4, 30
"""Letters between "went to" and a name ("the "); how far a name is looked for."""
SPARED = 3
"""Of so many words one may be missing: nobody tells the same thing twice in the same words."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z0-9']+")


class Told(msgspec.Struct, frozen=True):
    """`words` that should stand together in the records, `core` of them by all means; `actor`: "you" for ta, "" for both, as
    in `granted`."""

    words: tuple[str, ...]
    actor: str
    core: tuple[str, ...] = ()


def invented(sentence: str, past: Past, names: Sequence[str] = ()) -> bool:
    """Whether a sentence tells an event of ta's life, or of both, that the records do not hold. `names` stand in it."""
    if told := event(sentence, names):
        return not _stands(told, past)
    return any(not written(t, past) for t in of_family(sentence))


def of_family(sentence: str) -> tuple[str, ...]:
    """What a sentence tells of the family's past without being such an event: of that, a word that nobody ever wrote is
    enough to doubt it, and one that somebody wrote is enough to let it be."""
    text, said = lower(sentence), shapes("life")
    found = said["family"].search(text)
    if not found or _asks(text) or said["which"].search(text):
        return ()
    start, end = _clause(text, *found.span())
    if _unreal(text[start : found.end()]):
        return ()
    return tuple(t for t in _own_words(text[found.start() : end]) if len(t) > (3 if t.isascii() else 1))


def supposes(sentence: str) -> bool:
    """Whether it only asks, wishes or plans, and takes no past for granted: whoever dreams of Paris claims nothing."""
    lists, text = listed("life"), lower(sentence)
    if lists["again"].search(text) or listed("granted")["tag"].search(text):
        return False
    return _asks(text) or lists["wish"].search(text) is not None


def _asks(text: str) -> bool:
    return shapes("granted")["question"].search(text) is not None


def _unreal(text: str) -> bool:
    """Whether it is wished, planned, dreamt or denied."""
    return any(listed("life")[x].search(text) for x in ("wish", "not"))


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause around a place begins and ends."""
    border = shapes("life")["end"]
    after = border.search(text, end)
    return max((m.end() for m in border.finditer(text, 0, start)), default=0), after.start() if after else len(text)


def event(sentence: str, names: Sequence[str] = ()) -> Told | None:
    """The event that a sentence tells as having happened; None where it tells none, or only asks, plans, denies it."""
    lists = listed("life")
    text = lists["none"].sub(" ", lower(sentence)).strip()
    found = lists["event"].search(text)
    been = None if found else _been(text, names)
    place = found.span() if found else been or _done(text) or _ours(text)
    if place is None or (_asks(text) and not listed("granted")["tag"].search(text)):
        return None
    start, end = _clause(text, *place)
    before = text[start : place[0]]
    if _unreal(before) or not (who := _subject(text, place, bool(found))):
        return None
    # that somebody went is said of a place in many ways; the place is what the records must hold
    verb = been and lists["been"].match(text, place[0])
    own = [] if verb else terms_in(_cut(text[slice(*place)]))
    terms = _own_words(f"{before} {text[verb.end() if verb else place[0] : end]}", own)
    # "job" stands in any chat: what has one word of its own is looked for with its verb
    words = tuple(dict.fromkeys([*terms, *own] if len(terms) < 2 else terms))
    if found and len(words) == 1 and words[0].isascii() and words[0] in found[0]:
        words = (found[0][found[0].index(words[0]) :],)  # "moved" stands in any chat as well, "moved out" does not
    actor = "" if shapes("life")["of-we"].search(f"{who} {text[start : place[1]]}") else "you"
    thing = " ".join(m[0] for m in lists["what"].finditer(text, *place))
    core = tuple(t for t in terms_in(_cut(thing)) if t in words) if thing else ()
    return Told(words, actor, core) if words else None


def _own_words(clause: str, own: Collection[str] = ()) -> list[str]:
    """Words that say what happened: no fillers, and of feelings and frames those alone that are the event's `own`."""
    terms = (t for t in terms_in(_cut(clause)) if t not in forms("life", "bare"))
    return [t for t in terms if t in own or t not in forms("granted", "feeling")]


def _cut(clause: str) -> str:
    """Chinese is cut better without its signs of the past, and with the family set apart ("姐养", "刚换")."""
    if not _HAN.search(clause):
        return clause
    return listed("life")["kin"].sub(r" \g<0> ", shapes("life")["sign"].sub(" ", clause))


def _done(text: str) -> tuple[int, int] | None:
    """From a verb to its thing."""
    for m in listed("life")["did"].finditer(text):
        if thing := listed("life")["what"].search(text, m.end()):
            between = text[m.end() : thing.start()]
            room = len(between) <= BETWEEN_HAN if _HAN.search(m[0]) else len(between.split()) <= BETWEEN
            if room and not shapes("life")["end"].search(between):
                return m.start(), thing.end()
    return None


def _been(text: str, names: Sequence[str]) -> tuple[int, int] | None:
    """From "went to" to the end of the place's name."""
    for m in listed("life")["been"].finditer(text):
        rest = text[m.end() : m.end() + AHEAD].lstrip()
        for name in [lower(x) for x in names] + _town(rest):
            at = rest.find(name)
            if 0 <= at <= NEAR:
                return m.start(), text.index(name, m.end()) + len(name)
    return None


def _town(rest: str) -> list[str]:
    """A town of the gazetteer at the beginning of the words, however it is written."""
    if _HAN.match(rest):
        return [rest[:n] for n in (4, 3, 2) if rest[:n] in towns()][:1]
    words = _WORD.findall(rest)
    return [x for n in (2, 1) if (x := " ".join(words[:n])) in towns()][:1]


def _ours(text: str) -> tuple[int, int] | None:
    """What both did, told in so many words that it can be looked for."""
    for m in shapes("life")["together"].finditer(text):
        place = m.start(), _clause(text, *m.span())[1]
        if len(_own_words(text[slice(*place)])) >= MANY:
            return place
    return None


@cache
def _who() -> re.Pattern[str]:
    said = shapes("life")
    return re.compile("|".join(f"(?P<{x}>{said[x].pattern})" for x in ("theirs", "ours", "others")))


def _subject(text: str, place: tuple[int, int], phrase: bool) -> str:
    """Who did it, by the last one that is named before it: "i" where nobody is, as people write, and where it was done to
    them ("kicked me out"); "" for somebody else."""
    said, (start, end) = shapes("life"), place
    if phrase and said["to-me"].search(text[max(0, start - 2) : end]):
        return "i"
    before = said["beside"].sub(" ", text[:start])
    if named := [*_who().finditer(before)]:
        return named[-1][0] if named[-1]["ours"] else ""
    rest = listed("life")["bare"].sub(" ", said["day"].sub(" ", before))
    return "i" if not _HAN.search(rest) and all(w in common() for w in _WORD.findall(rest)) else ""


def _stands(told: Told, past: Past) -> bool:
    """Whether one place holds the words, all but one in three, in lines that speak of the one the event is about."""
    found = past.recall(" ".join(told.words), PLACES)
    places = [
        [u.text for u in hit.utterances if not told.actor or about(u, past) in ("", told.actor)] for hit in found.hits
    ]
    for place in (*places, *([x] for x in found.told)):
        lines = [stems(x) for x in place]
        missing = {t for t in told.words if not any(holds(x, t) for x in lines)}
        if len(missing) <= len(told.words) // SPARED and not missing & {*told.core}:
            return True
    return False
