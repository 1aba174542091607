"""Reading a draft as a friend of ta's would. In: a draft and what is known of the person. Out: faults, each with its fix.

Care comes first and needs no person. Then form and facts, which hold for everybody. Then likeness, against ta's own
range: too unlike and too like both fail, because a draft that holds every word ta is known for was written by nobody. A
fault says in one line why, and in one what to do, so that a model can try again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from afterword.dialogue.along import goes_along
from afterword.dialogue.granted import everyday, granted, terms_in
from afterword.dialogue.grounds import Facts, explaining, sentences, ungrounded, unquoted
from afterword.dialogue.shape import Shape
from afterword.dialogue.unlike import unlike
from afterword.guard import Fault
from afterword.likeness import sanitise
from afterword.likeness.score import NotMeasurable
from afterword.likeness.typical import Reading, Typical, shows, size_of
from afterword.measures.lexicon import lower
from afterword.measures.voice import EMOJI
from afterword.memory.query import holds, stems
from afterword.profile.draft import percent
from afterword.texts import say

ROOM = 1.5
"""What was the most so far is not the most ever, and people drift: half as much again is ta's as well."""
DOUBLE, SPARE = 2.0, 12
"""Over twice the length that was asked for, with a few letters to spare, is another shape."""
HALF, TOGETHER = 0.5, 1.25
"""Kindness counts half: it may be about the moment, and letters are about the hand."""
BORDER = 1.0
"""Assistants of kinds never seen in training stand at 0.3 (sd 0.8) on the scale of manners, and people at 2 to 4: whoever is
above this is none by the letters alone, even if ta's own turns are higher still."""
PLAIN, KINDNESS = 0.0, frozenset({"asks", "warm_marks"})
"""One sentence that only asks or cheers has too few letters to be told by them, unless they are wholly an assistant's."""
FRAMED, SOME, PIECES = 0.8, 0.3, 3
"""Of so many sentences, the half least like ta is read by itself as well: polish puts a frame around what ta would say. It
is one below the first if it is a little kind, and if it is wholly an assistant's in any case."""
ASKED = 3
"""Replies of a talk before closing questions are counted."""
LIKELY = 0.02
_LIST = re.compile(r"^\s*(?:[-*•·]|\d+[.)、]|[①-⑩]|[一二三四五]、)\s*\S", re.MULTILINE)
_MARKUP = re.compile(r"^\s*#{1,6} \S|\*\*[^*\n]+\*\*|^\s*```|^\s*\|.*\|\s*$", re.MULTILINE)
_STAGE = re.compile(
    r"\*[a-z][^*\n]{3,80}\*|^[（(][^()（）\n]{2,20}(?:着|地|一笑|叹气|看你|摸头)[^()（）\n]{0,20}[）)]", re.MULTILINE
)


class Review(msgspec.Struct, frozen=True):
    """`score`: 0 is ta's middle for this length, -1 and 1 the ends of ta's range; None where likeness was not checked, and
    `unchecked` says why."""

    ok: bool
    faults: tuple[Fault, ...]
    score: float | None = None
    unchecked: str = ""


def review(
    draft: str,
    *,
    typical: Typical | NotMeasurable,
    facts: Facts,
    lang: str,
    name: str,
    shape: Shape | None = None,
    line: str = "",
    evidence: Sequence[str] = (),
    guard_faults: Sequence[Fault] = (),
    history: Sequence[str] = (),
) -> Review:
    """`shape`: the one that the brief asked for; `line`: what is answered; `evidence`: texts the draft may stand on;
    `history`: earlier replies of this talk."""
    faults = [_cared(f, lang, name) for f in guard_faults]
    for code, words in (*_form(draft), *ungrounded(draft, line=line, evidence=evidence, facts=facts)):
        faults.append(_fault("invented" if code == "today" else code, words, lang, name, fix=code))
    taken = granted(line, facts, (name,), harmless=lambda x: everyday(x) or _just_said(x, history))
    false = taken is not None and not taken.stands
    if taken and false and goes_along(unquoted(draft), taken, line, facts):
        faults.append(_fault("agrees", taken.sentence, lang, name))
        false = False
    if isinstance(typical, NotMeasurable):
        found, least = typical.found, typical.least
        why = say(lang, f"review.unchecked_{typical.code}", name=name, n=round(found), least=round(least))
        return Review(not faults, tuple(faults), None, why)
    own = unquoted(draft).strip()
    if not own:
        return Review(not faults, tuple(faults))
    reading = typical.read(own, line)
    # whoever doubts a claim as the fix says, asks: that is no manner then
    asking = false and _asks(own)
    if asking and framed(own, reading, typical, line):
        reading = typical.read(own.rstrip("?？吗呢 "), line)
    faults += _likeness(own, reading, typical, line, lang, name)
    faults += _rhythm(own, shape, typical, lang, name)
    if not asking and asks_more(own, history, typical.shares["asks"]):
        faults.append(_fault("question", sentences(own)[-1], lang, name, share=percent(typical.shares["asks"])))
    return Review(not faults, tuple(faults), round(typical.voices.at(reading.size).place(reading.voice), 2))


def _fault(code: str, words: str, lang: str, name: str, fix: str = "", **values: object) -> Fault:
    why = say(lang, f"review.why_{code}", name=name, words=words, **values)
    return Fault(code, why, words, say(lang, f"review.fix_{fix or code}", name=name, words=words, **values))


def _cared(fault: Fault, lang: str, name: str) -> Fault:
    fix = "quote" if fault.code == "quote" else "care"
    why = say(lang, f"review.care_{fault.code}", name=name)
    return Fault(fault.code, why, fault.words, say(lang, f"review.fix_{fix}", words=fault.words))


# -- what nobody writes in a chat ---------------------------------------------------------------------------------------


def _form(draft: str) -> Iterator[tuple[str, str]]:
    rows = _LIST.findall(draft)
    if len(rows) > 1:
        yield "list", rows[0].strip()
    if m := _MARKUP.search(draft):
        yield "markup", m[0].strip()
    if m := _STAGE.search(draft):
        yield "stage", m[0].strip()
    if words := explaining(unquoted(draft)):
        yield "explains", words


# -- likeness -----------------------------------------------------------------------------------------------------------


def _likeness(own: str, r: Reading, typical: Typical, line: str, lang: str, name: str) -> Iterator[Fault]:
    place = typical.voices.at(r.size)
    said = len(r.own_words)
    most = typical.own_words.at(r.size).most
    crowded = said > 2 and said > most
    crowded = crowded or said > 3 and r.density > typical.density.at(r.size).most
    if crowded or (said > 3 and r.voice > place.most):
        own_words = ", ".join(dict.fromkeys(w.removeprefix("laugh:") for w in r.own_words))
        usual = round(typical.own_words.at(r.size).middle)
        yield _fault("caricature", own_words, lang, name, n=said, usual=usual, keep=max(1, usual))
    if frame := framed(own, r, typical, line):
        whole = frame == own
        yield _manners(frame, r if whole else typical.read(frame, line), typical, line, lang, name, whole=whole)
    elif r.voice < place.least:
        score, reason = f"{place.place(r.voice):.1f}", unlike(own, typical, lang, name)
        yield _fault("unlike", own, lang, name, fix="unlike" if reason else "unlike_all", score=score, reason=reason)


def framed(own: str, r: Reading, typical: Typical, line: str = "") -> str:
    """What reads like an assistant: the whole draft, the half of it least like ta, or ""."""
    parts = sentences(own)
    if mannered(r, typical, plain=len(parts) < 2):
        return own
    if len(parts) < PIECES or typical.manner is None or typical.manners is None:
        return ""
    score = typical.manner.score
    least = sorted(range(len(parts)), key=lambda i: score(parts[i]))[: (len(parts) + 1) // 2]
    half = " ".join(parts[i] for i in sorted(least))
    found = typical.read(half, line)
    kind = typical.pressed.at(found.size).place(found.pressed)
    return half if (found.manner or 0.0) < (FRAMED if kind > SOME else PLAIN) else ""


def mannered(r: Reading, typical: Typical, *, plain: bool = False) -> bool:
    """Whether it reads like an assistant: by the letters alone, or by letters and kindnesses together. Somebody
    kind, or somebody neat, is no model; what is both at once and more than ta ever is may be one. `plain`: one sentence."""
    kind = max(0.0, typical.pressed.at(r.size).place(r.pressed))
    if r.manner is None or typical.manners is None:
        return kind > 1 and len(r.manners) > 1
    if plain and {*r.manners} - {"polish"} <= KINDNESS:
        return r.manner < PLAIN
    range = typical.manners.at(r.size)
    return r.manner < min(range.low, BORDER) or HALF * kind - range.place(r.manner) > TOGETHER


def _manners(own: str, r: Reading, typical: Typical, line: str, lang: str, name: str, *, whole: bool) -> Fault:
    """Names the manners that ta has least, each with the sentence that shows it."""
    rarest = sorted((m for m in r.manners if m != "polish"), key=lambda m: r.manners[m])[:2]
    shown = {m: s for m in rarest if (s := _showing(own, m, line))}
    if not shown:
        rare = "polish" if "polish" in r.manners and r.manners["polish"] < 0.5 else "manners"
        return _fault("manners", own, lang, name, fix=rare if whole else "frame")
    fix = "; ".join(
        say(lang, f"review.drop_{m}", name=name, words=s, share=percent(typical.shares[m])) for m, s in shown.items()
    )
    return Fault("manners", say(lang, "review.why_manners", name=name), " / ".join(dict.fromkeys(shown.values())), fix)


def _showing(own: str, marker: str, line: str) -> str:
    parts = sentences(own)
    if marker == "asks":
        parts.reverse()
    return next((s for s in parts if shows(marker, sanitise.marks(sanitise.Answer(line, s)))), "")


# -- rhythm -------------------------------------------------------------------------------------------------------------


def _rhythm(own: str, shape: Shape | None, typical: Typical, lang: str, name: str) -> Iterator[Fault]:
    bubbles = [b for b in own.split("\n") if b.strip()]
    sizes = [size_of(b) for b in bubbles]
    total = sum(sizes)
    most, most_bubbles = ROOM * typical.characters.most, max(2.0, ROOM * typical.bubbles.most)
    one = ROOM * typical.bubble.most
    wanted, in_each = round(typical.bubbles.middle), round(typical.bubble.middle)
    if shape is not None and shape.characters:
        most = min(most, DOUBLE * sum(shape.characters) + SPARE)
        most_bubbles = min(most_bubbles, shape.bubbles + 2.0)
        wanted, in_each = shape.bubbles, max(shape.characters)
        if shape.bubbles > 2 and len(bubbles) == 1 and total > typical.bubble.high:
            one = min(one, typical.bubble.high)
    about: dict[str, Any] = {"n": wanted, "size": in_each}
    if total > most:
        yield _fault("too_long", "", lang, name, found=total, most=round(most), **about)
    elif sizes and max(sizes) > one:
        need = math.ceil(total / max(1.0, typical.bubble.high))
        about = {"n": max(wanted, need), "size": round(typical.bubble.high)}
        longest = bubbles[sizes.index(max(sizes))]
        yield _fault("too_few_bubbles", longest, lang, name, found=max(sizes), most=round(one), **about)
    if len(bubbles) > most_bubbles:
        yield _fault("too_many_bubbles", "", lang, name, found=len(bubbles), most=int(most_bubbles), **about)
    emoji = EMOJI.findall(own)
    if len(emoji) > max(4.0, ROOM * typical.emoji.most):
        yield _fault("emoji", "".join(emoji), lang, name, found=len(emoji), most=round(typical.emoji.most))


def asks_more(own: str, history: Sequence[str], share: float) -> bool:
    """Whether this draft's closing question makes more of them in this talk than ta's habit lets expect."""
    if len(history) + 1 < ASKED or not _asks(own):
        return False
    n = len(history) + 1
    asked = 1 + sum(_asks(h) for h in history)
    chance = sum(math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(asked, n + 1))
    return asked > 1 and chance < LIKELY


def _just_said(sentence: str, history: Sequence[str]) -> bool:
    """Whether it only takes up what this talk holds: "you said litter?" needs no records."""
    held = stems("\n".join(history))
    terms = terms_in(lower(sentence))
    return bool(history and terms) and all(holds(held, t) for t in terms)


def _asks(text: str) -> bool:
    return shows("asks", sanitise.marks(sanitise.Answer("", text)))
