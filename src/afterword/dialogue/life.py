"""What a draft tells of a life as having happened, and whether the records bear it out. In: a sentence of a draft, the
records. Out: whether it was made up.

A model that wants to sound alive gives its person a new job, a dog for the sister, a quarrel about the car. No name stands
in such a line, so nothing can be looked up but its words: they must stand in one place of the records, in lines about the
one that is meant. The hard choice: only events that change a life count, told as done, of oneself, of both or of the
family. "im tired", "just ate" and every plan are what people say all day, and nobody wrote of them before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import msgspec

from afterword.dialogue.granted import MANY, PLACES, Past, about, listed, terms_in, written
from afterword.measures.lexicon import LANGUAGES, lower, word_list
from afterword.measures.tokens import common
from afterword.memory.query import holds, stems
from afterword.memory.where import towns

BETWEEN, BETWEEN_HAN = 2, 5
"""Words, or Chinese characters, that may stand between a verb and its thing."""
NEAR, AHEAD = 4, 30
"""Letters between "went to" and a name ("the "); how far a name is looked for."""
SPARED = 3
"""Of so many words one may be missing: nobody tells the same thing twice in the same words."""
_END = re.compile(
    r"[,.;:!?，。；：！？、—…\n]|\b(?:and|but|so|because|cuz|cause|bc|since|when|while|after|then|which)\b|但|因为|所以|然后|结果"
)
_ASKED = re.compile(r"[?？]|[吗嘛么][~～!！。\s]*$|了没有?\W*$")
_WHICH = re.compile("怎么|什么|哪|谁|几[点个天次]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_PAST = re.compile("刚刚?|已经|终于|[了过]|一?[只个条份套辆](?=[\u4e00-\u9fff]|$)")
_WORD = re.compile(r"[a-z0-9']+")
_TO_ME = re.compile(r"\b(?:me|us)\b|[把被]我")
_BESIDE = re.compile("(?:跟|和|同|与)[^，。！？,我]{0,6}?(?:朋友|同事|同学|闺蜜|室友|兄弟|[他她]们?|ta)")
_MONTH = re.compile(r"[一二三四五六七八九十\d]+(?:月份?|号|日|年)")
_OF_WE = re.compile(r"\b(?:we|we've|weve|we're|our|us)\b|我们|咱")


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
    text, lists = lower(sentence), listed("life")
    found = _family().search(text)
    if not found or _ASKED.search(text) or _WHICH.search(text):
        return ()
    start = max((m.end() for m in _END.finditer(text, 0, found.start())), default=0)
    if lists["wish"].search(text[start : found.end()]) or lists["not"].search(text[start : found.end()]):
        return ()
    after = _END.search(text, found.end())
    terms = terms_in(_cut(text[found.start() : after.start() if after else len(text)]))
    return tuple(t for t in terms if t not in _bare() | _frame() and len(t) > (3 if t.isascii() else 1))


@cache
def _family() -> re.Pattern[str]:
    kin, verb = listed("life")["kin"].pattern, listed("granted")["verb"].pattern
    return re.compile(
        rf"\b(?:my|our)(?: [a-z]+)? (?:{kin})(?:'s)?(?: [a-z]+){{0,2}}? (?:{verb}|[a-z]{{3,}}ed\b)"
        rf"|(?:^|[，,\s]|我|我家|咱)(?:{kin})[^，。！？,\s]{{0,10}}?[了过]"
    )


def supposes(sentence: str) -> bool:
    """Whether it only asks, wishes or plans, and takes no past for granted: whoever dreams of Paris claims nothing."""
    lists, text = listed("life"), lower(sentence)
    if lists["again"].search(text) or listed("granted")["tag"].search(text):
        return False
    return bool(_ASKED.search(text) or lists["wish"].search(text))


def event(sentence: str, names: Sequence[str] = ()) -> Told | None:
    """The event that a sentence tells as having happened; None where it tells none, or only asks, plans, denies it."""
    lists = listed("life")
    text = lists["none"].sub(" ", lower(sentence)).strip()
    found = lists["event"].search(text)
    been = None if found else _been(text, names)
    place = found.span() if found else been or _done(text) or _ours(text)
    if place is None or (_ASKED.search(text) and not listed("granted")["tag"].search(text)):
        return None
    start = max((m.end() for m in _END.finditer(text, 0, place[0])), default=0)
    before, after = text[start : place[0]], _END.search(text, place[1])
    if lists["wish"].search(before) or lists["not"].search(before) or not (who := _subject(text, place, bool(found))):
        return None
    # that somebody went is said of a place in many ways; the place is what the records must hold
    verb = been and lists["been"].match(text, place[0])
    clause = f"{before} {text[verb.end() if verb else place[0] : after.start() if after else len(text)]}"
    own = [] if verb else terms_in(_cut(text[slice(*place)]))
    terms = [t for t in terms_in(_cut(clause)) if t not in _bare() and (t in own or t not in _frame())]
    # "job" stands in any chat: what has one word of its own is looked for with its verb
    words = tuple(dict.fromkeys([*terms, *own] if len(terms) < 2 else terms))
    if found and len(words) == 1 and words[0].isascii() and words[0] in found[0]:
        words = (found[0][found[0].index(words[0]) :],)  # "moved" stands in any chat as well, "moved out" does not
    actor = "" if _OF_WE.search(f"{who} {text[start : place[1]]}") else "you"
    thing = " ".join(m[0] for m in lists["what"].finditer(text, *place))
    core = tuple(t for t in terms_in(_cut(thing)) if t in words) if thing else ()
    return Told(words, actor, core) if words else None


def _cut(clause: str) -> str:
    """Chinese is cut better without its signs of the past, and with the family set apart ("姐养", "刚换")."""
    if not _HAN.search(clause):
        return clause
    return re.sub(listed("life")["kin"].pattern, r" \g<0> ", _PAST.sub(" ", clause))


def _done(text: str) -> tuple[int, int] | None:
    """From a verb to its thing."""
    for m in listed("life")["did"].finditer(text):
        if thing := listed("life")["what"].search(text, m.end()):
            between = text[m.end() : thing.start()]
            room = len(between) <= BETWEEN_HAN if _HAN.search(m[0]) else len(between.split()) <= BETWEEN
            if room and not _END.search(between):
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
    for m in _shared().finditer(text):
        end = _END.search(text, m.end())
        place = m.start(), end.start() if end else len(text)
        if len([t for t in terms_in(_cut(text[slice(*place)])) if t not in _bare() | _frame()]) >= MANY:
            return place
    return None


@cache
def _shared() -> re.Pattern[str]:
    verb = listed("granted")["verb"].pattern
    return re.compile(
        rf"\b(?:we|we've|weve)(?: (?:both|all|even|really|just|still|always|once|so))* (?:{verb}|[a-z]{{3,}}ed\b)"
        r"|(?:我们|咱们?)[^，。！？,\s]{0,8}?(?:[过了](?=[^，。！？,\s])|[聊喝玩走等看坐吃唱跳]到)"
    )


@cache
def _who() -> re.Pattern[str]:
    kin, others = listed("life")["kin"].pattern, listed("life")["others"].pattern
    beside = "(?<![跟和同与把被给对])"
    return re.compile(
        rf"(?P<theirs>\b(?:your|ur|his|her|their|[a-z]+'s)(?: [a-z]+)? (?:{kin})|[你您他她它们谁]的?(?:{kin}))"
        rf"|(?P<ours>\b(?:i|im|i'm|ive|i've|id|we|weve|we've|we're)\b(?!')|(?:\b(?:my|our)(?: [a-z]+)? |我们?|咱们?)?(?:{kin})"
        rf"|{beside}(?:我们?|咱们?))|(?P<others>\bmy\b|{beside}(?:{others}))"
    )


def _subject(text: str, place: tuple[int, int], phrase: bool) -> str:
    """Who did it, by the last one that is named before it: "i" where nobody is, as people write, and where it was done to
    them ("kicked me out"); "" for somebody else."""
    start, end = place
    if phrase and _TO_ME.search(text[max(0, start - 2) : end]):
        return "i"
    before = _BESIDE.sub(" ", text[:start])
    last = None
    for last in _who().finditer(before):  # noqa: B007
        pass
    if last is not None:
        return last[0] if last["ours"] else ""
    plain = all(w in _bare() or w in common() for w in _WORD.findall(before))
    return "i" if plain and not _HAN.search(_fillers().sub("", _MONTH.sub("", before))) else ""


@cache
def _bare() -> frozenset[str]:
    return frozenset(form for x in LANGUAGES for form, section, _ in word_list(x, "life") if section == "bare")


@cache
def _fillers() -> re.Pattern[str]:
    return listed("life")["bare"]


@cache
def _frame() -> frozenset[str]:
    return frozenset(form for x in LANGUAGES for form, section, _ in word_list(x, "granted") if section == "feeling")


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
