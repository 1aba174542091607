"""Running jokes: phrases both say again and again with laughter near. In: lines and marks. Out: events on their first day.

A phrase is two or three words (Chinese: three to six characters cut at word borders) that both wrote on four days or more, each on
two, with somebody laughing within three lines on two days. It must be a fixed expression and no habit of the language: its words
are seldom written without each other (mutual dependence, as in Daille 1994's cubic association ratio), and none is common.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from afterword.measures.calendar import local_date
from afterword.measures.episodes import Marks
from afterword.measures.lexicon import lower, trie_pattern
from afterword.measures.tokens import background, words
from afterword.memory.signs import quoted
from afterword.memory.values import Event, iso
from afterword.model import Utterance

DAYS, EACH, LAUGHS, NEAR, KEEP = 4, 2, 2, 3, 8
SPAN, STICKS, FEW = 21, 0.12, 400
"""Days from first to last (a topic of one week is no running joke); share of a word's uses that are in the phrase; candidates."""
MOST, MANY, COMMON = 60_000, 2_000, 150
_LAUGH = re.compile(
    r"(?i)\ba*(?:ha){2,}h*\b|\bheh\b|\blo+l\b|\blmao|😂|🤣|哈哈|笑死|hhh|\[捂脸\]|\[破涕为笑\]|\[旺柴\]|\[偷笑\]"
)
_HAN_COMMON = frozenset("我你他她它的了是在有不这那就也都要会说什么怎时候没一个很吗吧呢啊还去来到好")


def jokes(lines: Sequence[Utterance], marks: Marks, people: frozenset[str] = frozenset()) -> Iterator[Event]:
    laughs = {*marks.laugh} | {i for i, u in enumerate(lines) if not u.kind and _LAUGH.search(u.text)}
    beside = sorted({j for i in laughs for j in range(max(0, i - NEAR), min(len(lines), i + NEAR + 1))})
    candidates: Counter[tuple[str, ...]] = Counter()
    for i in beside[:: max(1, len(beside) // MOST)]:
        if not lines[i].kind and len(lines[i].text) <= 200:
            candidates.update(set(_phrases(lines[i].text)))
    parts = {
        (" " if p[0].isascii() else "").join(p): p
        for p, n in candidates.most_common(MANY) if n >= 1 and not people & {*p}
    }  # fmt: skip
    blob = "\n".join(lower(u.text) for u in lines if not u.kind)
    parts = dict([(p, w) for p, w in parts.items() if blob.count(p) >= DAYS][:FEW])
    tight = {
        p
        for p, w in parts.items()
        if (n := blob.count(p)) ** len(w) >= STICKS * math.prod(max(n, blob.count(x)) for x in w)
    }
    if not tight:
        return
    seen: dict[str, list[int]] = {}
    pattern = re.compile(trie_pattern(tight))
    for i, u in enumerate(lines):
        if not u.kind:
            for p in {*pattern.findall(lower(u.text))}:
                seen.setdefault(p, []).append(i)
    laughing = set(beside)
    found: list[tuple[int, str, list[int]]] = []
    for p, places in seen.items():
        on = {(local_date(lines[i]), lines[i].speaker) for i in places}
        days, each = {d for d, _ in on}, Counter(s for _, s in on)
        merry = {local_date(lines[i]) for i in places if i in laughing}
        if len(days) < DAYS or len(each) < 2 or min(each.values()) < EACH or len(merry) < LAUGHS:
            continue
        if (max(days) - min(days)).days >= SPAN:
            found.append((len(days), p, places))
    kept: list[str] = []
    for _, p, places in sorted(found, key=lambda f: (-f[0], -len(f[1]), f[1])):
        if len(kept) < KEEP and not any(p in k or k in p or {*p.split()} & {*k.split()} for k in kept):
            kept.append(p)
            u = lines[places[0]]
            yield Event(
                iso(local_date(u)),
                "joke",
                tuple(lines[i].id for i in places[:6]),
                quoted(u.text),
                who=u.speaker,
                what=p,
            )


def _phrases(text: str) -> Iterator[tuple[str, ...]]:
    tokens = words(text)
    for n in (2, 3):
        for k in range(len(tokens) - n + 1):
            part = tuple(tokens[k : k + n])
            if all(t.isascii() for t in part):
                if all(len(t) > 2 and t not in _common() for t in part):
                    yield part
            elif 3 <= sum(map(len, part)) <= 6 and not any(
                t.isascii() or t in _common() or {*t} & _HAN_COMMON for t in part
            ):
                yield part


@cache
def _common() -> frozenset[str]:
    return frozenset(w for w, _ in background().most_common(COMMON))
