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

from afterword.measures.lexicon import LANGUAGES, lower, word_list
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
_HAS = re.compile(
    r"\b(?:have|has|had|having|got|gets|caught|caught the|came down with|getting over|recovering from|recover from|down with|diagnosed with"
    r"|it'?s|broke)\b[^.!?\n]{0,24}$|(?:得了|得的|确诊|感染|是|查出|有点?)[^，。！？\n]{0,4}$"
)
_LONG_AGO = re.compile(
    r"\b(?:once|one time|when (?:i|we|he|she) (?:was|were|had|got)|as a (?:kid|child|teen)|growing up|used to|back (?:in|when|then)|years? ago"
    r"|last (?:year|semester)|in (?:middle|high|elementary|primary|grade)? ?(?:school|college|uni)|since (?:last|middle|high)|in (?:19|20)\d\d|medieval"
    r"|first job|old days)\b|\bbefore(?: that)?(?=[,.!?\n]|$)"
    r"|小时候|上学(?:时|的时候)|以前|从前|有一?[次年]|那[年次时]|去年|前年|年前|当年|(?:小学|初中|高中|中学|大学)(?:时|的时候|那)|之前"
)
_HABIT = re.compile(
    r"\b(?:often|always|usually|normally|every time|whenever|a lot too|sometimes|never)\b|经常|总是|老是|每次|动不动|容易|从来|一直都"
)
_AT_LARGE = re.compile(
    r"\b(?:people|everyone|everybody|anyone|anybody|someone|somebody|nobody|who|they|them|you guys|strain|during|pandemic|stories|online)\b"
    r"|[谁他她]们|大家|有人|别人|人家|疫情|新闻"
)
_UNSURE = re.compile(
    r"\b(?:dunno|don'?t know|not sure|whether|maybe|perhaps|wonder|hope|pretend|say(?:ing)? i'?m|would|tell|told|not|haven'?t|hasn'?t|wasn'?t)\b"
    r"|不知道|不确定|会不会|可能|装病|万一|没"
)
_WOULD = re.compile(r"^ (?:would|could|might|sucks)\b|^会")
_ADVERBS = re.compile(
    r"(?:我|今天|昨天|昨晚|今早|早上|晚上|刚才|刚刚|突然|好像|已经|最近|这两天|又|还|也|都|真的|有点|开始|一直|，|,|\s)*$"
)
_LAUGH = re.compile(r"\b(?:lol|lmao|haha\w*|jk)\b|哈哈|笑死|开玩笑")
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
    plural = {"parents", "grandparents", "cousins", "kids", "family", "in laws", "爸妈", "父母", "家里", "son", "bro"}
    kin = {
        language: [w for w, s, _ in word_list(language, "life") if s == "kin" and w not in plural]
        for language in LANGUAGES
    }
    latin, han = ("|".join(sorted(map(re.escape, kin[x]), key=len, reverse=True)) for x in LANGUAGES)
    return re.compile(
        rf"\b(?:(?P<of>my|your|ur|his|her|our) )?(?P<kin>{latin}|best friend|friend|roommate|flatmate|boss|coworker)(?:'s)?\b(?!\w)"
        r"|\b(?P<i>i|i'm|im|i've|ive|me|my|we)\b|\b(?P<you>you|you're|youre|your|u|ur)\b|\b(?P<he>he|he's|hes|she|she's|shes|him|his|her)\b"
        rf"|(?P<zof>[我你他她])?(?:的|家)?(?P<zkin>{han}|室友|同事|朋友|同学|猫|狗)|(?P<zi>我)(?!们)|(?P<zyou>[你您])(?!们)|(?P<zhe>[他她它])(?!们)"
    )  # fmt: skip


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
    direct = conversation.direct
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
        if _LONG_AGO.search(lowered) or _HABIT.search(clause) or _AT_LARGE.search(clause) or _UNSURE.search(before):
            continue
        if _WOULD.search(lowered[end:]):
            continue
        bare = s.kind in BARE and (s.words.isascii() or _ADVERBS.match(before) is not None)
        speaker, whom = _whose(lowered, end, s.kind, u.speaker, other.get(u.speaker, "") if direct else "", bare)
        if s.stands != SAID and not (s.stands == ASKED and speaker and speaker != u.speaker and not whom):
            continue  # "are you still in the hospital?" goes with what was said of it
        who: Who = speaker, whom
        if who == THIRD:
            recent = since >= 0 and (signs.day(s.index) - signs.day(since)).days <= THREAD
            who = last if recent else _named(lines, s.index)
        if who[1] and who != THIRD:
            last, since = who, s.index
        held = s.strong or (s.kind not in GENERAL and _HAS.search(before) is not None)
        yield _Sign(s.index, s.kind, who, held and s.stands == SAID and not _LAUGH.search(lowered))


def _whose(lowered: str, end: int, what: str, speaker: str, other: str, bare: bool) -> Who:
    """By the subject nearest before the end of the words; "my dad" before "he". Who sees a doctor need not be the ill one."""
    kin: Who = UNKNOWN
    found: Who = (speaker, "") if bare else UNKNOWN
    for m in _subjects().finditer(lowered, 0, end):
        word, of = m["kin"] or m["zkin"], m["of"] or m["zof"]
        if word:
            theirs = {"your": other, "ur": other, "你": other, "his": "", "her": "", "他": "", "她": ""}
            found = kin = (theirs.get(of or "", speaker), word)
        elif m["he"] or m["zhe"]:
            found = kin if kin != UNKNOWN else THIRD
        elif what != "care" or m[0] in ("my", "your"):
            found = (speaker if m["i"] or m["zi"] else other, "")
    return found


def _named(lines: Sequence[Utterance], index: int) -> Who:
    """The relative that the same person named last, a moment before."""
    u = lines[index]
    for v in reversed(lines[max(0, index - LINES) : index]):
        if u.at - v.at > NEAR:
            break
        hits = (
            [m for m in _subjects().finditer(lower(v.text)) if m["kin"] or m["zkin"]] if v.speaker == u.speaker else []
        )
        if hits:
            return u.speaker, hits[-1]["kin"] or hits[-1]["zkin"]
    return THIRD
