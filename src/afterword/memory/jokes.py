"""Running jokes: phrases both say again and again with laughter near. In: lines and marks. Out: events on their first day.

A phrase is two to four words (Chinese: runs of three to six characters cut at word borders) that both wrote on four days or more,
each on two, with somebody laughing within three lines on two days; rare enough not to be how anybody talks. Of phrases that
hold one another only the longest counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from afterword.measures.calendar import local_date
from afterword.measures.episodes import Marks
from afterword.measures.lexicon import lower
from afterword.measures.tokens import background, words
from afterword.memory.signs import quoted
from afterword.memory.values import Event, iso
from afterword.model import Utterance

DAYS, EACH, LAUGHS, NEAR, KEEP = 4, 2, 2, 3, 8
SPAN = 21
"""Days between the first and the last: a topic of one week is no running joke."""
MOST = 200_000
_PLAIN = re.compile(r"^[a-z']{1,3}$")


def jokes(lines: Sequence[Utterance], marks: Marks) -> Iterator[Event]:
    beside = sorted({j for i in marks.laugh for j in range(max(0, i - NEAR), min(len(lines), i + NEAR + 1))})
    candidates: Counter[str] = Counter()
    step = max(1, len(beside) // MOST)
    for i in beside[::step]:
        if not lines[i].kind and len(lines[i].text) <= 200:
            candidates.update(set(_phrases(lines[i].text)))
    wanted = {p for p, n in candidates.most_common(20_000) if n >= LAUGHS and _telling(p)}
    if not wanted:
        return
    seen: dict[str, list[int]] = {}
    firsts = {p.split(" ", 1)[0] if " " in p else p[:2] for p in wanted}
    for i, u in enumerate(lines):
        if u.kind or not u.text or len(u.text) > 200:
            continue
        lowered = lower(u.text)
        if any(f in lowered for f in firsts) if len(firsts) < 200 else True:
            for p in set(_phrases(u.text)) & wanted:
                seen.setdefault(p, []).append(i)
    laughing = set(beside)
    found: list[tuple[int, str, list[int]]] = []
    for p, places in seen.items():
        days = {(local_date(lines[i]), lines[i].speaker) for i in places}
        all_days = {d for d, _ in days}
        each = Counter(s for _, s in days)
        merry = {local_date(lines[i]) for i in places if i in laughing}
        if (
            len(all_days) >= DAYS and len(each) >= 2 and min(each.values()) >= EACH and len(merry) >= LAUGHS
            and (max(all_days) - min(all_days)).days >= SPAN and len(places) < 0.02 * len(lines) + 30
        ):  # fmt: skip
            found.append((len(all_days), p, places))
    found.sort(key=lambda f: (-f[0], -len(f[1])))
    kept: list[str] = []
    for _, p, places in found:
        if len(kept) == KEEP:
            return
        if any(p in k or k in p or set(p.split()) & set(k.split()) for k in kept):
            continue
        kept.append(p)
        u = lines[places[0]]
        ids = tuple(lines[i].id for i in places[:6])
        yield Event(iso(local_date(u)), "joke", ids, quoted(u.text), who=u.speaker, what=p)


def _phrases(text: str) -> Iterator[str]:
    tokens = words(text)
    for n in (2, 3):
        for k in range(len(tokens) - n + 1):
            part = tokens[k : k + n]
            if all(t.isascii() for t in part):
                yield " ".join(part)
            elif not any(t.isascii() for t in part) and 3 <= sum(map(len, part)) <= 6:
                yield "".join(part)


def _telling(phrase: str) -> bool:
    """Two words at least that carry something, by the general background."""
    common = _common()
    if " " in phrase:
        return all(len(w) > 3 and w not in common for w in phrase.split(" "))
    return phrase not in common and len(phrase) >= 3


def _common() -> frozenset[str]:
    if not hasattr(_common, "held"):
        _common.held = frozenset(w for w, _ in background().most_common(400))  # type: ignore[attr-defined]
    return _common.held  # type: ignore[attr-defined, no-any-return]
