"""What lines say of what happened, in one pass. In: a conversation. Out: signs: a line, a kind, and whether it came about.

The hard choice: planned is not happened. A sign inside a wish, a plan, a question, a denial, a dream or somebody's
quoted speech keeps its place but not its standing ("should we go to", 要不要去, "he said he was sick"): later steps may use it to
learn where a trip was to go, never that it took place. The lists are `measures/lang/<language>/{happenings,travel,…}.txt`.
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
from afterword.model import Kind, Utterance

LISTS = ("happenings", "illness", "travel", "quarrel", "promises", "laughter")
SAID, PLANNED, ASKED, DENIED = "said", "planned", "asked", "denied"
_CLAUSE = re.compile(r"[.!?。！？…;；\n]+")
_AHEAD = re.compile(
    r"\b(?:will|'ll|gonna|going to|want to|wanna|would|wouldn't|could|should|might|may|maybe|perhaps|if|unless|let's|lets"
    r"|hope|wish|can we|can i|shall|need to|have to|someday|one day|plan to|planning|thinking (?:of|about)|until|til|till"
    r"|before|imagine|supposed to|i'd|we'd|never)\b"
    r"|要不要|想|打算|准备|如果|要是|可能|也许|会不会|能不能|计划|希望|万一|假如|以后|改天|下次|有空|等我|等你|还没|别|不要|那时候"
)
_NEXT = re.compile(r"\b(?:tomorrow|next (?:week|month|year|time))\b|明天|后天|下周|下个?月|明年")
_DREAM = re.compile(
    r"\b(?:dreamt|dreamed|dream|once|years ago|when i was|as a kid|in 19\d\d)\b|梦到|梦见|小时候|以前|当年|电视里|小说"
)
_OTHERS = re.compile(
    r"\b(?:he|she|they|people|everyone) (?:said|says|told)[^.]*$|\btell (?:him|her|them|people)\b|[他她]们?说[^，。]*$"
)
_EARLIER = re.compile(
    r"\b(?:since|because|'?cause|'?cuz|coz|after|when|why|ever|years ago|back then)\b|因为|自从|当初|之后|那年"
)
"""What a reason or a clause of time holds was before: "since i lost my job" dates nothing."""
_VOWS = re.compile(r"(?:^|[.,!?;:\n] ?|\b(?:and|but|ok|okay|yes|so|now) |[一-鿿，。！]\s?)$")
"""A vow opens its clause: "next time i swear something" is none."""
_ASKED = re.compile(r"[?？]|[吗么嘛][~～!！\s]*$|没有?$")


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
    begin = max((m.end() for m in _CLAUSE.finditer(lowered, 0, start)), default=0)
    stop = _CLAUSE.search(lowered, end)
    before, clause = lowered[begin:start], lowered[begin : stop.end() if stop else len(lowered)]
    if negated(lowered, start) or _OTHERS.search(before) or _DREAM.search(clause) or _EARLIER.search(before):
        return DENIED
    if _ASKED.search(clause.rstrip()):
        return ASKED
    return PLANNED if _AHEAD.search(before) or _NEXT.search(clause) else SAID


_HEAD = re.compile(r"[.!。！,，\n]")
_BARE = " .。!！?？~～…,，\n"


def scan(utterances: Sequence[Utterance]) -> Signs:
    lex = lexicon()
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
                and not _VOWS.search(lowered[: hit.start()])
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
