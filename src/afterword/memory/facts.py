"""What somebody said of themselves, and until when. In: a conversation. Out: facts, later words of one slot after earlier ones.

Only the first person's plain present counts: "i live in Leeds", 我在杭州上班. Questions, wishes, conditions, the past, what somebody is
told and what is said with a laugh are left out, and so is every value that is no thing ("i work in a minute"). A later word
closes the earlier one of the same slot where a person has one at a time (home, work); likes and pets stand side by side. "My sister"
is a sister once two lines have her. A laugh takes the word back only from somebody who does not laugh all the time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from afterword.measures.calendar import local_date
from afterword.measures.dates import MONTH
from afterword.measures.lexicon import LANGUAGES, lower
from afterword.measures.phrases import joined, rows, shapes
from afterword.memory.signs import SAID, standing
from afterword.memory.values import Fact, iso
from afterword.model import Conversation, Utterance

RELATIVE = "relative"
ONE_AT_A_TIME = ("name", "age", "lives", "lives-with", "works", "works-as", "studies", "studies-at", "birthday")
WITH_ARTICLE = ("works", "owns", "lives-with", "family", "pet")
AGAINST = ("dislikes", "cannot-have", "allergy")
LAUGHS, KNOWN, LEAST = 0.08, 50, 2
"""Share of lines with a laugh from which on it is a manner, of so many at least; lines that must name a relative."""


def facts(conversation: Conversation) -> list[Fact]:
    """By person, slot and time."""
    found: dict[tuple[str, str], list[Fact]] = {}
    called = {lower(n) for s in conversation.speakers for n in (s.name, s.name.split(" ")[0])}
    jolly = _jolly(conversation.utterances)
    for u in conversation.utterances:
        for slot, value in _said(u, u.speaker in jolly):
            head, _, tail = value.rpartition(" ")
            value = head if head and lower(tail) in called else value  # "business finance Kevin" is said to Kevin
            held = found.setdefault((u.speaker, slot), [])
            same = next((k for k, f in enumerate(held) if lower(f.value) == lower(value) and not f.until), None)
            if same is not None:
                f = held[same]
                held[same] = Fact(f.who, f.slot, f.value, f.since, (*f.ids, u.id)[:6])
                continue
            day = iso(local_date(u))
            if slot in ONE_AT_A_TIME and held and not held[-1].until:
                f = held[-1]
                if _within(f.value, value):  # California and Los Angeles, teacher and student teacher are no change
                    continue
                held[-1] = Fact(f.who, f.slot, f.value, f.since, f.ids, until=day, replaced_by=value)
            held.append(Fact(u.speaker, slot, value, day, (u.id,)))
    return [f for key in sorted(found) for f in found[key] if _stands(f, found)]


def _within(a: str, b: str) -> bool:
    return lower(a) in lower(b) or lower(b) in lower(a)


def _stands(f: Fact, found: dict[tuple[str, str], list[Fact]]) -> bool:
    """A relative that one line names may be a guess or a game; of "i love cheese" and "i can't have cheese" the second stands."""
    if f.slot == RELATIVE:
        rest = (k.value for slot in ("family", "pet") for k in found.get((f.who, slot), ()))
        return len(f.ids) >= LEAST and not any(_within(f.value, v) for v in rest)
    against = {lower(k.value) for slot in AGAINST for k in found.get((f.who, slot), ())}
    return f.slot != "likes" or not any(_within(f.value, v) for v in against)


def _jolly(lines: Sequence[Utterance]) -> frozenset[str]:
    """Speakers to whom a laugh is a manner."""
    said, laugh = Counter(u.speaker for u in lines if u.text), shapes("facts")["laugh"]
    laughed = Counter(u.speaker for u in lines if u.text and laugh.search(lower(u.text)))
    return frozenset(s for s, n in said.items() if n >= KNOWN and laughed[s] > LAUGHS * n)


def _said(u: Utterance, jolly: bool) -> Iterator[tuple[str, str]]:
    text = u.text
    if not text or u.kind or len(text) > 600:
        return
    lowered, said = lower(text), shapes("facts")
    if said["joke"].search(lowered) or (not jolly and said["laugh"].search(lowered)):
        return
    for language in LANGUAGES:
        hints, patterns = _disclosed(language)
        if all(hint.search(lowered) for hint in hints):
            yield from _matched(patterns, text, lowered)


Patterns = Sequence[tuple[str, re.Pattern[str]]]


@cache
def _disclosed(language: str) -> tuple[Sequence[re.Pattern[str]], Patterns]:
    """What a line must hold to be worth reading; the patterns by slot. Rows are tried one by one: several may be in a line."""
    hints = [joined({language: rows("facts", language)[x]}) for x in ("person", "hint")]
    held = rows("disclosed", language).items()
    return hints, [(slot, re.compile(row.replace("<months>", MONTH))) for slot, found in held for row in found]


def _matched(patterns: Patterns, text: str, lowered: str) -> Iterator[tuple[str, str]]:
    taken, said = set[tuple[str, str]](), shapes("facts")
    for slot, pattern in patterns:
        for hit in pattern.finditer(lowered):
            a, b = hit.span("v")
            value = (text[a:b] if len(text) == len(lowered) else hit["v"]).strip(" .'’的").rstrip("啊呀啦哦哈")
            if slot not in WITH_ARTICLE:
                value = said["article"].sub("", value)
            clause = lowered[max(0, hit.start() - 30) : hit.end() + 12]
            start = hit.start() + len(hit[0]) - len(hit[0].lstrip(" .,!?;:\n，。"))
            if slot == "likes":
                short = said["short"].search(lowered[b:]) or said["clause"].search(lowered[:start])
                if short or "'s" in lower(value):
                    continue  # somebody's dress of one evening
            if not value or said["no-value"].search(value.lower()) or said["past"].search(clause):
                continue
            if _quoted(lowered, start):
                continue
            if slot not in AGAINST and standing(lowered, start, hit.end()) != SAID:
                continue
            if "?" in lowered[hit.end() : hit.end() + 25] or "吗" in lowered[hit.end() : hit.end() + 4]:
                continue
            kept = f"{hit['k']}: {value}" if "k" in pattern.groupindex and hit["k"] else value
            if (slot, kept) not in taken:
                taken.add((slot, kept))
                yield slot, kept


def _quoted(lowered: str, start: int) -> bool:
    """Inside quotation marks: somebody else's words, or a title."""
    return lowered.count('"', 0, start) % 2 == 1 or lowered.count("“", 0, start) > lowered.count("”", 0, start)
