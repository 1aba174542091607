"""What lines say of what happened, in one pass. In: a conversation. Out: signs: a line, a kind, and whether it came about.

The hard choice: planned is not happened. A sign inside a wish, a plan, a question, a denial, a dream or somebody's
quoted speech keeps its place but not its standing ("should we go to", 要不要去, "he said he was sick"): later steps may use it to
learn where a trip was to go, never that it took place. The lists are `measures/lang/<language>/{happenings,travel,…}.txt`,
what is looked for around their words is `signs.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

import msgspec

from afterword.measures.calendar import local_date
from afterword.measures.episodes import negated
from afterword.measures.lexicon import Lexicon, lower
from afterword.measures.phrases import shapes
from afterword.model import Kind, Utterance

LISTS = ("happenings", "illness", "travel", "quarrel", "promises", "laughter")
SAID, PLANNED, ASKED, DENIED = "said", "planned", "asked", "denied"
_CLAUSE = re.compile(r"[.!?。！？…;；\n]+")


class Sign(msgspec.Struct, frozen=True, gc=False):
    """`index` of the line, the list and its section, the words found, and how they stand."""

    index: int
    list: str
    kind: str
    words: str
    strong: bool = False
    stands: str = SAID


class Signs(msgspec.Struct, frozen=True):
    """Every sign in time order, by (list, kind); `spoken` = indices of lines with words, `days` = the day of each line."""

    by: dict[tuple[str, str], list[Sign]]
    days: Sequence[int]

    def of(self, list_: str, *kinds: str, stands: str = SAID, strong: bool = False) -> list[Sign]:
        found = [
            s
            for key, signs in self.by.items()
            if key[0] == list_ and (not kinds or key[1] in kinds)
            for s in signs
            if (not stands or s.stands == stands) and (s.strong or not strong)
        ]
        return sorted(found, key=lambda s: s.index)

    def day(self, index: int) -> date:
        return date.fromordinal(self.days[index])


@cache
def lexicon() -> Lexicon:
    return Lexicon(LISTS)


def standing(lowered: str, start: int, end: int) -> str:
    """Whether the words at start…end are said to be so, or only planned, asked or denied."""
    said = shapes("signs")
    begin = max((m.end() for m in _CLAUSE.finditer(lowered, 0, start)), default=0)
    stop = _CLAUSE.search(lowered, end)
    before, clause = lowered[begin:start], lowered[begin : stop.end() if stop else len(lowered)]
    if negated(lowered, start) or said["others"].search(before):
        return DENIED
    if said["dream"].search(clause) or said["earlier"].search(before):
        return DENIED
    if said["asks"].search(clause.rstrip()):
        return ASKED
    return PLANNED if said["ahead"].search(before) or said["next"].search(clause) else SAID


_HEAD = re.compile(r"[.!。！,，\n]")
_BARE = " .。!！?？~～…,，\n"


def scan(utterances: Sequence[Utterance]) -> Signs:
    lex, opens = lexicon(), shapes("signs")["opens"]
    by: dict[tuple[str, str], list[Sign]] = {}
    days = [local_date(u).toordinal() for u in utterances]
    for i, u in enumerate(utterances):
        text = u.text
        if not text or u.kind not in (Kind.TEXT, Kind.VOICE):
            continue
        lowered = lower(text)
        found: set[tuple[str, str]] = set()
        mark = _HEAD.search(lowered, 1, 21)
        head = lowered[: mark.start() if mark else 20 if len(lowered) <= 20 else 0].strip(_BARE)
        if head and (entry := lex.whole.get(head)):
            found.add((entry.kind, entry.cue))
            by.setdefault((entry.kind, entry.cue), []).append(Sign(i, entry.kind, entry.cue, head, True))
        for hit, entry in lex.find(lowered):
            key = (entry.kind, entry.cue)
            if key in found or entry.cue == "none":
                continue
            found.add(key)
            stands = SAID
            if entry.kind in ("happenings", "illness", "travel"):
                stands = standing(lowered, hit.start(), hit.end())
            elif (
                entry.cue == "gives"
                and not opens.search(lowered[: hit.start()])
                or entry.kind != "laughter"
                and negated(lowered, hit.start())
            ):
                stands = DENIED
            by.setdefault(key, []).append(Sign(i, *key, hit[0], entry.strong, stands))
    return Signs(by, days)


def quoted(text: str, most: int = 60) -> str:
    """A line as it may stand in a title: its first words, one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
