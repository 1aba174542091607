"""Running jokes: phrases both say again and again with laughter near. In: lines and marks. Out: events on their first day.

A phrase is two words (in Chinese of three to six characters together) that both wrote on four days or more, each on
two, with somebody laughing within three lines on two days. It must be a fixed expression and no habit of the language: its words
are seldom written without each other (mutual dependence, as in Daille 1994's cubic association ratio), and none is common.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import pairwise

from afterword.measures.calendar import local_date
from afterword.measures.episodes import Marks
from afterword.measures.lexicon import entries, lower, trie_pattern
from afterword.measures.tokens import background, words
from afterword.memory.signs import quoted
from afterword.memory.values import Event, iso
from afterword.model import Utterance

DAYS, EACH, LAUGHS, NEAR, KEEP = 4, 2, 2, 3, 8
SPAN, STICKS = 21, 0.12
"""Days from first to last (a topic of one week is no running joke); how much of its words' uses is in it."""
MOST, MANY, COMMON = 10_000, 200, 150
_LAUGH = re.compile(
    r"[hH]aha|HAHA|\bheh\b|\bHeh\b|\blo+l\b|LOL|lmao|LMAO|😂|🤣|哈哈|笑死|hhh|\[(?:捂脸|破涕为笑|旺柴|偷笑)\]"
)
_HAN_COMMON = frozenset("我你他她它的了是在有不这那就也都要会说什么怎时候没一个很吗吧呢啊还去来到好")


def jokes(lines: Sequence[Utterance], marks: Marks, people: frozenset[str] = frozenset()) -> Iterator[Event]:
    laughs = {*marks.laugh} | {i for i, u in enumerate(lines) if not u.kind and _LAUGH.search(u.text)}
    beside = sorted({j for i in laughs for j in range(max(0, i - NEAR), min(len(lines), i + NEAR + 1))})
    near: dict[tuple[str, ...], set[date]] = {}
    for i in beside[:: max(1, -(-len(beside) // MOST))]:
        if not lines[i].kind and len(lines[i].text) <= 200:
            for pair in _phrases(lines[i].text):
                near.setdefault(pair, set()).add(local_date(lines[i]))
    merry_pairs = [w for w, d in near.items() if len(d) >= LAUGHS and not people & {*w}]
    merry_pairs.sort(key=lambda w: -len(near[w]))
    parts = {(" " if w[0].isascii() else "").join(w): w for w in merry_pairs[:MANY]}
    seen: dict[str, list[int]] = {}
    for i, p in _finds(lines, parts):
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
    alone = Counter(x for _, x in _finds(lines, {x for _, p, _ in found for x in parts[p]}))
    found = [
        (n, p, places) for n, p, places in found
        if len(places) ** len(parts[p]) >= STICKS * math.prod(max(len(places), alone[x]) for x in parts[p])
    ]  # fmt: skip
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


def _finds(lines: Sequence[Utterance], wanted: Collection[str]) -> Iterator[tuple[int, str]]:
    """(line, expression) for each line that holds one of them."""
    # looked for ahead and not eaten, so that of "full lighthouse full lighthouse" each pair is seen
    latin, other = trie_pattern(w for w in wanted if w.isascii()), trie_pattern(w for w in wanted if not w.isascii())
    plain = re.compile(rf"\b(?=({latin}))" if latin else "(?!)")
    mixed = re.compile(f"(?=({other}))" if other else "(?!)")
    for i, u in enumerate(lines if wanted else ()):
        if not u.kind:
            lowered = lower(u.text)
            for p in {m[1] for m in (plain if lowered.isascii() else mixed).finditer(lowered)}:
                yield i, p


def _phrases(text: str) -> Iterator[tuple[str, ...]]:
    tokens = words(text)
    for part in pairwise(tokens):
        if part[0].isascii() and part[1].isascii():
            if all(len(t) > 2 and t not in _common() for t in part):
                yield part
        elif 3 <= sum(map(len, part)) <= 6 and not any(
            t.isascii() or t in _common() or {*t} & _HAN_COMMON for t in part
        ):
            yield part


@cache
def _common() -> frozenset[str]:
    return frozenset([*(w for w, _ in background().most_common(COMMON)), *entries("not_jokes")])
