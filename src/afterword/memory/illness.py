"""Who was ill, with what, and when. In: a conversation's lines, their signs. Out: one event for each illness of one person.

The hard choice: an illness belongs to somebody. The subject nearest before the words says to whom ("my dad", 我爸, "you", none);
"he" is the relative named last; a missing subject is the writer only for what people write so of themselves (发烧了). Tales of long
ago, habits and talk of people at large are nothing of that day. What nobody can be said to have, and what one line says
alone, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from afterword.measures.lexicon import LANGUAGES, entries, lower, trie_pattern
from afterword.measures.phrases import joined, part, rows, shapes
from afterword.memory.signs import ASKED, SAID, Signs, quoted
from afterword.memory.values import Event, iso
from afterword.model import Conversation, Utterance

THREAD = 10
"""Days: what is said of one person's illness closer than this is one illness."""
NEAR, LINES = 3600, 8
"""Seconds and lines back in which a relative is looked for who is "he"."""
COURSE = ("surgery", "hospital")
GENERAL = (*COURSE, "sick", "care")
BARE = ("covid", "flu", "fever", "stomach", "throat", "sick")
"""What somebody who names nobody writes of themselves; a broken bone without a subject may be the cat's."""
UNKNOWN, THIRD = ("", ""), ("", "?")
_STOP = re.compile(r"[.!?。！？…;；\n]")

Who = tuple[str, str]
"""(Speaker.id, "") for one of the two, (Speaker.id, "dad") for a relative of theirs."""


class _Sign(msgspec.Struct, frozen=True):
    index: int
    what: str
    who: Who
    strong: bool


class _Case(msgspec.Struct):
    what: str
    who: Who
    signs: list[_Sign]


@cache
def _subjects() -> re.Pattern[str]:
    kin = {
        x: trie_pattern({*entries("life", "kin", language=x)}.difference(entries("life", "several"))) for x in LANGUAGES
    }
    return joined({x: [row.replace("<kin>", kin[x]) for row in rows("illness", x)["subject"]] for x in LANGUAGES})


def illnesses(conversation: Conversation, signs: Signs) -> Iterator[Event]:
    lines = conversation.utterances
    heard = list(_heard(conversation, signs))
    cases: list[_Case] = []
    for s in sorted(heard, key=lambda s: (s.what in GENERAL, not (s.what in COURSE and s.strong), s.index)):
        near = [c for c in cases if _fits(s, c) and _apart(s, c, signs) <= THREAD]
        if near:
            best = min(near, key=lambda c: (c.who != s.who, _apart(s, c, signs)))
            best.signs.append(s)
            best.who = best.who if best.who not in (UNKNOWN, THIRD) else s.who
        elif s.what not in ("sick", "care"):
            cases.append(_Case(s.what, s.who, [s]))
    for case in cases:
        strong = sorted((s for s in case.signs if s.strong), key=lambda s: s.index)
        places = sorted({s.index for s in case.signs})
        if not strong or len(places) < 2:
            continue
        lead = strong[0].index
        day, last = signs.day(lead), signs.day(places[-1])
        ids = tuple(dict.fromkeys(lines[i].id for i in (lead, *places)))
        speaker, whom = case.who
        yield Event(
            iso(day), "illness", ids[:8], quoted(lines[lead].text), until=iso(last) if last > day else "",
            who=speaker, what=case.what, whom="" if whom == "?" else whom,
        )  # fmt: skip


def _apart(s: _Sign, case: _Case, signs: Signs) -> int:
    return min(abs((signs.day(s.index) - signs.day(o.index)).days) for o in case.signs)


def _fits(s: _Sign, case: _Case) -> bool:
    """Of the same person, as far as the words say, and of the same illness or of its course."""
    if s.what != case.what and (s.what not in GENERAL or not any(o.strong for o in case.signs)):
        return False
    known = UNKNOWN in (s.who, case.who) or s.who == case.who
    return known or (s.who == THIRD and bool(case.who[1])) or (case.who == THIRD and bool(s.who[1]))


def _heard(conversation: Conversation, signs: Signs) -> Iterator[_Sign]:
    """Every sign that is of these days and of somebody."""
    lines = conversation.utterances
    other = {a.id: b.id for a in conversation.speakers for b in conversation.speakers if a != b}
    direct, said = conversation.direct, shapes("illness")
    last: Who = UNKNOWN
    since = -1
    for s in signs.of("illness", stands=""):
        u = lines[s.index]
        lowered = lower(u.text)
        start = max(lowered.find(s.words), 0)
        end = start + len(s.words)
        opens = max((m.end() for m in _STOP.finditer(lowered, 0, start)), default=0)
        closes = m.start() if (m := _STOP.search(lowered, end)) else len(lowered)
        clause, before = lowered[opens:closes], lowered[opens:start]
        if said["long-ago"].search(lowered) or said["habit"].search(clause) or said["at-large"].search(clause):
            continue
        if said["unsure"].search(before) or said["would"].search(lowered[end:]):
            continue
        bare = s.kind in BARE and (s.words.isascii() or said["adverbs"].match(before) is not None)
        speaker, whom = _whose(lowered, end, s.kind, u.speaker, other.get(u.speaker, "") if direct else "", bare)
        if s.stands != SAID and not (s.stands == ASKED and speaker and speaker != u.speaker and not whom):
            continue  # "are you still in the hospital?" goes with what was said of it
        who: Who = speaker, whom
        if who == THIRD:
            recent = since >= 0 and (signs.day(s.index) - signs.day(since)).days <= THREAD
            who = last if recent else _named(lines, s.index)
        if who[1] and who != THIRD:
            last, since = who, s.index
        held = s.strong or (s.kind not in GENERAL and said["has"].search(before) is not None)
        yield _Sign(s.index, s.kind, who, held and s.stands == SAID and not said["laugh"].search(lowered))


def _whose(lowered: str, end: int, what: str, speaker: str, other: str, bare: bool) -> Who:
    """By the subject nearest before the end of the words; "my dad" before "he". Who sees a doctor need not be the ill one."""
    kin: Who = UNKNOWN
    found: Who = (speaker, "") if bare else UNKNOWN
    for m in _subjects().finditer(lowered, 0, end):
        if word := part(m, "relative"):
            found = kin = (other if part(m, "yours") else "" if part(m, "theirs") else speaker, word)
        elif part(m, "he"):
            found = kin if kin != UNKNOWN else THIRD
        elif what != "care" or m[0] in ("my", "your"):
            found = (speaker if part(m, "i") else other, "")
    return found


def _named(lines: Sequence[Utterance], index: int) -> Who:
    """The relative that the same person named last, a moment before."""
    u = lines[index]
    for v in reversed(lines[max(0, index - LINES) : index]):
        if u.at - v.at > NEAR:
            break
        named = [part(m, "relative") for m in _subjects().finditer(lower(v.text))] if v.speaker == u.speaker else []
        if any(named):
            return u.speaker, [*filter(None, named)][-1]
    return THIRD
