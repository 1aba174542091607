"""Places in a conversation. In: a conversation. Out: its place names, and those in a line.

What `measures.places` finds by frames once is known from then on, also in lower case and without its frame ("lisbon" after
"in Lisbon"); towns come from the package's gazetteer. The place that most is written about is home: nobody travels there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from afterword.han import simplified
from afterword.measures.lexicon import entries, lower, single_words
from afterword.measures.phrases import part, shapes
from afterword.measures.places import collect
from afterword.model import Conversation

BIG = 60
"""Thousands of people from which a town's name is taken for the town."""
_LONE = re.compile(r"(?<=[!.?] )([A-Z][a-z]{2,})(?=[,.!])")
"""A name that stands by itself: "Booked! Arran, the 29th"."""
_HAN = re.compile(r"[一-鿿]")


@cache
def towns() -> dict[str, str]:
    """Name in lower case (or Chinese) → as it is written, for towns large enough."""
    out: dict[str, str] = {}
    unfit = {*entries("not_towns")}
    for line in (files("afterword.corpus") / "towns.tsv").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            _, _, _, people, name, chinese = line.split("\t")
            if int(people) >= BIG and name.lower() not in unfit and len(name) > 3:
                out.setdefault(name.lower(), name)
            if len(chinese) > 1 and chinese not in unfit:
                out.setdefault(chinese, chinese)
    return out


class Atlas:
    """The places of one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self.lines = conversation.utterances
        tally, _, self.plans = collect(conversation)
        self.people = frozenset(
            p.lower() for s in conversation.speakers for n in (s.name, *s.names) for p in n.replace("'", " ").split()
        )
        self.where: dict[str, list[int]] = {k: [*v] for k, v in tally.where.items() if self._fit(k)}
        self.by_line: dict[int, list[str]] = {}
        for name, places in self.where.items():
            for i in places:
                self.by_line.setdefault(i, []).append(name)
        self.known = {k.lower(): k for k in self.where if k[:1].isupper() or not k.isascii()}
        self.short: dict[str, str] = {}
        said = shapes("where")
        for u in self.lines:
            text = simplified(u.text)
            for hit in said["called"].finditer(text) if said["may-call"].search(text) else ():
                self.known.setdefault(part(hit, "name").lower(), part(hit, "name"))
            for hit in said["shop"].finditer(text):
                self.short[part(hit, "name")] = part(hit, "name") + part(hit, "end")
        counts = Counter({k: len(v) for k, v in self.where.items()})
        self.home = {k for k, n in counts.most_common(1) if n >= 30}
        for u in self.lines:
            text = simplified(u.text)
            for hit in said["home"].finditer(text) if not u.kind and said["may-live"].search(text) else ():
                name = part(hit, "place")
                self.home |= {name, *(k for k in self.where if name.startswith(k) or k.startswith(name))}

    def _fit(self, name: str) -> bool:
        first = name.lower().split(" ")[0].removesuffix("'s")
        return (
            first not in self.people
            and first not in single_words("where", "people")
            and not name.startswith("the ")
            and not name.lower().endswith("'s")
        )

    def of(self, i: int, travels: bool = False) -> list[str]:
        """The places that line i names; where it speaks of a journey, a name needs no frame."""
        text = simplified(self.lines[i].text)
        lowered = lower(text)
        found = [*self.by_line.get(i, ())]
        for word in _words(lowered):
            if name := self.known.get(word):
                found.append(name)
        if not lowered.isascii():
            found += self._chinese(text, travels)
            found += [full for short, full in self.short.items() if len(short) > 1 and short in text]
        found += self._towns(text, lowered)
        longest = [n for n in dict.fromkeys(found) if not any(n != o and n in o for o in found)]
        return [n for n in longest if self._fit(n)]

    def _towns(self, text: str, lowered: str) -> list[str]:
        table = towns()
        out = []
        for m in re.finditer(r"[a-zà-ÿ]+(?: [a-zà-ÿ]+)?", lowered):
            for word in (m[0], *m[0].split(" ")):
                name = table.get(word)
                if not name or word in self.people:
                    continue
                start = lowered.find(word, m.start())
                written = text[start : start + len(word)] if len(text) == len(lowered) else word
                if written[:1].isupper() or shapes("where")["frame"].search(lowered[:start]):
                    out.append(name)
        return out

    @staticmethod
    def _chinese(text: str, travels: bool) -> list[str]:
        import rjieba

        if not _HAN.search(text):
            return []
        out, table = [], towns()
        unfit = single_words("not_places", language="zh") | single_words("where", "wide")
        tagged: list[tuple[str, str]] = rjieba.tag(text.replace("\n", "，"), False)
        for k, (word, tag) in enumerate(tagged):
            if len(word) < 2 or not _HAN.match(word):
                continue
            before, more = tagged[k - 1][0][-1:] if k else "", tagged[k + 1][0] if k + 1 < len(tagged) else ""
            named = tag in ("ns", "nt") and (
                travels or before in _MOTION or more in _AFTER or (len(word) > 2 and word[-1] in _KINDS)
            )
            if word not in unfit and (named or word[-1] == "屿" or (word in table and tag[0] == "n")):
                out.append(word + more if more in ("桥", "岛", "山", "路", "古镇", "老街") else word)
        return out

    def lone(self, i: int) -> list[str]:
        """Names that stand by themselves in a line about a journey."""
        unfit = entries("not_places", language="en")
        found = _LONE.findall(self.lines[i].text)
        return [n for n in found if n.lower() not in self._lower and n.lower() not in unfit and self._fit(n)]

    @property
    def _lower(self) -> frozenset[str]:
        """Words that people who use capitals write in lower case: "Ferry, cottage" names nothing."""
        if not hasattr(self, "_lowers"):
            own = Counter(u.speaker for u in self.lines if u.text[:1].isupper())
            all_ = Counter(u.speaker for u in self.lines if u.text)
            careful = {s for s, n in own.items() if n > 0.6 * all_[s]}
            texts = (u.text for u in self.lines if u.speaker in careful)
            self._lowers = frozenset(w for t in texts for w in re.findall(r"\b[a-z]{3,}", t))
        return self._lowers

    def near(self, i: int, back: float, ahead: float) -> list[tuple[int, str]]:
        """(line, place) of frames within so many seconds of line i."""
        at = self.lines[i].at
        ats = self._ats
        a, b = bisect_left(ats, at - back), bisect_left(ats, at + ahead + 1)
        return [(j, name) for j in range(a, b) for name in self.by_line.get(j, ())]

    @property
    def _ats(self) -> Sequence[int]:
        if not hasattr(self, "_all_ats"):
            self._all_ats = [u.at for u in self.lines]
        return self._all_ats


_MOTION = frozenset("去到在从回飞来往离")
_AFTER = ("站", "机场", "之行", "旅行", "东站", "南站", "西站", "北站")
_KINDS = frozenset("山岛湖河江桥路镇寺村海沟")


def _words(lowered: str) -> list[str]:
    """Single words, pairs and triples, as names are looked up."""
    tokens = re.findall(r"[a-zà-ÿ][a-zà-ÿ'&-]*", lowered)
    return [" ".join(tokens[k : k + n]) for n in (3, 2, 1) for k in range(len(tokens) - n + 1)]
