"""Which lines answer, and which lines to show. In: what is asked, runs of lines. Out: six lines at most together, best first.

Every line gets the chance that it is part of the answer: its own words, the words around it at several widths, words that
may stand for them, who says it, what kind of answer is wanted, the time meant. The weights were learned on published
question sets (`weights`), each tested on conversations it was not learned from. Spans are cut where the
sum of chances is largest. After the first few, single lines from anywhere hold more of an answer in many places.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from afterword.memory.asked import Asked, section
from afterword.memory.query import root as stem
from afterword.memory.wanted import fits, wanted
from afterword.store.blocks import SIZE, Found, Line, batched
from afterword.store.search import CJK, folded, in_cjk, words_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]

DAY, NEAR_AFTER, NEAR_BEFORE = 86_400, 10.0, 5.0
K1, B = 1.0, 0.4
WIDTHS = (1, 2, 3, 6)
UNCOUNTED = 0.2
"""What a word is worth that is so common that it was not counted."""
SURE, LIKE = 0.9, 0.7
"""From where on a word like it counts as the word; what any other counts."""
SILENCE = 3 * 3600
FIRST, SHORT = 14, 40
"""Spans that are put in order by what there is to read; words that any span costs."""
SIGNS = ("size", "asks", "first", "number", "name", "time")
"""Of `Signs`, those that count by themselves."""
CHARACTERS = ("same", "same_rarest", "same1", "same2", "same6", "like_most", "talk", "talk_any")
"""Of use for questions in Chinese, Japanese or Korean characters alone: over English conversations that the weights were
not learned from they made the ranking worse."""
_LATIN = re.compile(f"[^\\W_{CJK}]+")
_ASKS = re.compile(r"[?？]|[吗呢么]\s*$")
_NUMBER = re.compile(r"\d|[两三四五六七八九十]")
_NAME = re.compile(r'[A-Z](?<=[a-z,] [A-Z])[a-z]|["“《「『]')
_FIRST = frozenset("i my me we our im ive".split())
_NUMBERS = frozenset("two three four five six seven eight nine ten".split())


@cache
def _time() -> tuple[frozenset[str], re.Pattern[str]]:
    words = section("time")
    other = sorted(w for w in words if not w.isascii())
    return frozenset(w for w in words if w.isascii()), re.compile("|".join(map(re.escape, other)))


class Signs:
    """What a line shows without a question: kept, since the same lines come up again and again. `words`: in letters, not in
    characters."""

    __slots__ = ("_stems", "asks", "first", "name", "number", "size", "text", "time", "words")

    def __init__(self, text: str) -> None:
        self.text = low = folded(text.casefold())
        plain = low.isascii()
        self.words = words = words_of(low) if plain else _LATIN.findall(low)
        self._stems: frozenset[str] | None = None
        self.size = len(words) if plain else len(words) + (len(low) - sum(map(len, self.stems))) / 2.0
        latin, other = _time()
        self.asks = "?" in low or not plain and _ASKS.search(low) is not None
        self.first = not _FIRST.isdisjoint(words) or not plain and "我" in low
        self.number = _NUMBER.search(low) is not None or not _NUMBERS.isdisjoint(words)
        bare = plain and text == low and '"' not in text  # most lines: no capital, no quotation
        self.name = not bare and _NAME.search(text) is not None
        self.time = not latin.isdisjoint(words) or not plain and other.search(low) is not None

    @property
    def stems(self) -> frozenset[str]:
        if self._stems is None:
            self._stems = frozenset(map(stem, self.words))
        return self._stems


signs = lru_cache(8_192)(Signs)
_read = attrgetter(*SIGNS)


class Ranked:
    """Columns, one value for each line of all runs, zeros between the runs so that no window reaches across."""

    def __init__(self, asked: Asked, found: Found, runs: Sequence[Sequence[Line]]) -> None:
        import numpy as np

        pad = 2 * max(WIDTHS) + 1
        self.lines: list[Line | None] = []
        for run in runs:
            self.lines += [*run, *([None] * pad)]
        self.asked, self.found, self.n = asked, found, len(self.lines)
        self.real = np.array([x is not None for x in self.lines], dtype=bool)
        self.signs = [signs(x.text) if x is not None else None for x in self.lines]
        self._signs = np.zeros((self.n, len(SIGNS)))
        self._signs[self.real] = np.array([_read(s) for s in self.signs if s is not None]).reshape(-1, len(SIGNS))
        self.weights = np.array([w * c.weight for w, c in zip(found.weights, asked.concepts, strict=True)])
        self.whole = self.weights * np.array([not c.piece for c in asked.concepts], dtype=bool)
        self.exact = np.zeros((len(asked.concepts), self.n))
        self.like = np.zeros((len(asked.concepts), self.n))
        self._count()
        self.near, self.inside = self._near()

    @cached_property
    def held(self) -> Column:
        """What each line holds of each concept: its own word all of it, a word like it a part."""
        import numpy as np

        return np.maximum(self.exact > 0, LIKE * self.like)

    @cached_property
    def holds(self) -> Column:
        """What each line holds of the question's weight; where nothing but a day is asked for, whether it is of that day."""
        return self.weights @ self.held if len(self.weights) else self.inside

    def sign(self, name: str) -> Column:
        return self._signs[:, SIGNS.index(name)]

    def _placed(self, values: Sequence[float]) -> Column:
        """A column from one value for each line."""
        import numpy as np

        out = np.zeros(self.n)
        out[self.real] = values
        return out

    def _count(self) -> None:
        own: dict[str, list[int]] = {}
        like: dict[str, list[tuple[int, float]]] = {}
        cjk: list[tuple[str, int, float]] = []
        for i, c in enumerate(self.asked.concepts):
            for word, weight in ((c.word, 1.0), *self._as_rare(i)):
                if in_cjk(word):
                    cjk.append((word, i, weight if word != c.word else -1.0))
                elif word == c.word:
                    own.setdefault(stem(word), []).append(i)
                else:
                    like.setdefault(stem(word), []).append((i, weight))
        known = own.keys() | like.keys()
        begin = {w[0] for w in known}  # as does every word of theirs: most words need not be stemmed
        for j, s in enumerate(self.signs):
            if s is None:
                continue
            for w in [k for w in s.words if w[0] in begin and (k := stem(w)) in known]:
                for i in own.get(w, ()):
                    self.exact[i, j] += 1
                for i, weight in like.get(w, ()):
                    self.like[i, j] = max(self.like[i, j], weight)
            if cjk and not s.text.isascii():
                for word, i, weight in cjk:
                    if word in s.text:
                        if weight < 0:
                            self.exact[i, j] += s.text.count(word)
                        else:
                            self.like[i, j] = max(self.like[i, j], weight)

    def _as_rare(self, i: int) -> Iterator[tuple[str, float]]:
        """Words like a concept: one that is commoner than the concept's own word tells less by as much."""
        own = max(self.found.weights[i], 1e-9)
        for word, weight in self.asked.concepts[i].alike:
            yield word, weight * min(1.0, self.found.rarity.get(word, UNCOUNTED * own) / own)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The features, by name."""
        import numpy as np

        asked, w = self.asked, self.weights[:, None]
        size = self.sign("size")
        usual = size[self.real].mean() if self.real.any() else 1.0
        norm = K1 * (1 - B + B * size / max(usual, 1.0))
        full = self.exact * (K1 + 1) / (self.exact + norm)
        both = np.maximum(w * full, w * self.like * 2 / (1 + norm))
        f: dict[str, Column] = {}
        own = (w * full).sum(0)
        f["own"] = _share(own)
        f["rarest"] = _share((w * (self.exact > 0)).max(0, initial=0))
        for r in WIDTHS:
            around = _around(self.exact, r)
            long = _around(size[None, :], r)[0]
            mean = long[self.real].mean() if self.real.any() else 1.0
            f[f"around{r}"] = _share((w * around * (K1 + 1) / (around + K1 * (1 - B + B * long / max(mean, 1)))).sum(0))
        f["pair"] = _share(self._pairs())
        f["like"] = (np.where(self.exact > 0, 0, both)).sum(0) / max(self.weights.sum(), 1e-9)
        f["any"] = _share(both.sum(0))
        for r in (1, 2, 6):
            f[f"any{r}"] = _share(_around(both, r).sum(0))
        f["most"] = _share((w * (_around(self.exact, 2) + self.like > 0)).sum(0))
        asks = self.sign("asks")
        before = _shift(f["own"], 1)
        f["before"], f["before2"], f["after"] = before, _shift(f["own"], 2), _shift(f["own"], -1)
        f["answers"] = before * _shift(asks, 1)
        of = self._placed([bool(asked.of) and x.speaker == asked.of for x in self.lines if x is not None])
        f["of"] = of
        f["of_around"], f["of_any"], f["of_before"], f["of_asks"] = (
            of * f["around2"],
            of * f["any"],
            of * before,
            of * asks,
        )
        f["asks"], f["asks_own"] = asks, asks * f["own"]
        f["size"] = np.log1p(size)
        f["size_own"] = f["size"] * f["own"]
        f["time"], f["first"], f["name"] = self.sign("time"), self.sign("first"), self.sign("name")
        f["when"] = asked.time * f["time"]
        f["when_own"] = f["when"] * f["own"]
        f["count"] = asked.count * self.sign("number")
        f["which"] = asked.name * f["name"]
        f["near"], f["inside"] = self.near, self.inside
        fit = self._fit()
        f["fit"], f["fit_own"], f["fit_around"], f["fit_any"] = fit, fit * f["own"], fit * f["around2"], fit * f["any2"]
        return f | (self._alike() if self.cjk else dict.fromkeys(CHARACTERS, np.zeros(self.n)))

    def _alike(self) -> dict[str, Column]:
        """Words of the same meaning counted as the word itself; what a whole talk holds."""
        import numpy as np

        w = self.weights[:, None]
        same = np.maximum(self.exact > 0, self.like >= SURE).astype(float)
        f = {"same": _share((w * same).sum(0)), "same_rarest": _share((w * same).max(0, initial=0))}
        f |= {f"same{r}": _share((w * (_around(same, r) > 0)).sum(0)) for r in (1, 2, 6)}
        f["like_most"] = _share((w * self.like).max(0, initial=0))
        talks = self._talks()
        starts = np.flatnonzero(np.diff(talks, prepend=-1))
        for name, there in (("talk", self.exact > 0), ("talk_any", self.held)):
            best = np.maximum.reduceat(there.astype(float), starts, axis=1)
            f[name] = np.where(self.real, _share((w * best).sum(0))[talks], 0.0)
        return f

    def _talks(self) -> NDArray[np.int64]:
        """The number of the talk that a line belongs to: it ends with its run or with a silence."""
        import numpy as np

        at = np.array([x.at if x is not None else 0 for x in self.lines])
        new = np.diff(at, prepend=0) > SILENCE
        talks = np.cumsum(new | (self.real != np.roll(self.real, 1)))
        return np.asarray(talks - talks[:1])

    @property
    def cjk(self) -> bool:
        return any(in_cjk(c.word) for c in self.asked.concepts)

    def ends(self) -> NDArray[np.int64]:
        """Where a span that begins here must end: after six lines or with its run."""
        import numpy as np

        gaps, place = np.append(np.flatnonzero(~self.real), self.n), np.arange(self.n)
        return np.asarray(np.minimum(gaps[np.searchsorted(gaps, place)], place + SIZE))

    def _pairs(self) -> Column:
        """Two words of the question that stand side by side there, in one line here."""
        import numpy as np

        out = np.zeros(self.n)
        for i in range(len(self.weights) - 1):
            out += (self.exact[i] > 0) * (self.exact[i + 1] > 0) * min(self.weights[i], self.weights[i + 1])
        return out

    def _fit(self) -> Column:
        """Whether a line holds what may be an answer of the kind wanted: a figure, a colour, a name."""
        import numpy as np

        question = self.asked.question
        kinds = wanted(question)
        given = self.asked.naming if "name" in kinds else ()
        if not kinds:
            return np.zeros(self.n)
        lines = (x for x in self.lines if x is not None)
        return self._placed([x.row in given or any(fits(k, x.text, question) for k in kinds) for x in lines])

    def _near(self) -> tuple[Column, Column]:
        """How near a line is to the days meant: one speaks of a day on it, after it, seldom before it."""
        import numpy as np

        near, inside = np.zeros(self.n), np.zeros(self.n)
        if self.asked.days:
            day = np.array([(x.at + x.east * 60) // DAY if x is not None and x.at else -(10**7) for x in self.lines])
            for start, end in self.asked.days:
                a, z = start.toordinal() - 719_163, end.toordinal() - 719_163
                late, early = np.maximum(day - z, 0), np.maximum(a - day, 0)
                near = np.maximum(
                    near, np.where(early > 0, 0.6 * np.exp(-early / NEAR_BEFORE), np.exp(-late / NEAR_AFTER))
                )
                inside = np.maximum(inside, ((day >= a) & (day <= z + 1)).astype(float))
        return near, inside

    def chances(self, weights: Mapping[str, float]) -> Column:
        import numpy as np

        f = self.columns
        score = np.array([*weights.values()]) @ np.array([f[k] for k in weights])
        score = np.where(self.real, score, -np.inf)
        chance = np.exp(score - score.max())
        return np.asarray(chance / chance.sum())


def _share(x: Column) -> Column:
    top = x.max(initial=0)
    return x / top if top > 0 else x


def _shift(x: Column, by: int) -> Column:
    import numpy as np

    return np.concatenate((x[-by:], x[:-by]))  # np.roll takes five times as long; runs are parted by zeros


def _around(x: Column, r: int) -> Column:
    """Sums over r lines before and after."""
    import numpy as np

    n = x.shape[1]
    c = np.zeros((len(x), n + 2 * r + 1))
    np.cumsum(x, axis=1, out=c[:, r + 1 : r + 1 + n])
    c[:, r + 1 + n :] = c[:, r + n : r + n + 1]
    return np.asarray(c[:, 2 * r + 1 :] - c[:, : -2 * r - 1])


class Span(msgspec.Struct, frozen=True):
    """Lines to show together, by their places. `chance` that the answer is among them; `singly`: they stand apart."""

    chance: float
    places: tuple[int, ...]
    singly: bool = False


def spans(chance: Column, ends: NDArray[np.int64], k: int) -> list[Span]:
    """At most k runs of lines, none overlapping, that with the largest chance first. `ends`: where a run that begins here
    must end."""
    import numpy as np

    n, ends = len(chance), ends.copy()
    total = np.r_[0, np.cumsum(chance)]
    worth = total[ends] - total[:n]
    out: list[Span] = []
    while len(out) < k and n:
        i = int(worth.argmax())
        if worth[i] <= 0:
            break
        out.append(Span(float(worth[i]), tuple(range(i, int(ends[i])))))
        worth[i : ends[i]] = -1
        before = slice(
            max(0, i - SIZE + 1), i
        )  # what would reach into it ends before it: no line between spans is lost
        ends[before] = np.minimum(ends[before], i)
        worth[before] = np.where(worth[before] < 0, -1, total[ends[before]] - total[before])
    return out


def ordered(size: Column, found: Sequence[Span]) -> list[Span]:
    """The first by their chance for the words that are to be read, since a reader's room is counted in words."""

    def dense(span: Span) -> float:
        return span.chance / math.sqrt(SHORT + float(size[[*span.places]].sum()))

    return sorted(found[:FIRST], key=dense, reverse=True) + list(found[FIRST:])


def shown(chance: Column, size: Column, found: Sequence[Span], k: int, passages: int | None) -> list[Span]:
    """The first of these spans, and after so many passages (None: no end) the likeliest of all other lines, six to a span."""
    import numpy as np

    out = list(found[:k] if passages is None else found[: min(k, passages)])
    if len(out) == k or passages is None:
        return out
    worth = chance / np.sqrt(SHORT + size)
    worth[[i for span in out for i in span.places]] = 0
    best = np.argsort(-worth, kind="stable")[: SIZE * (k - len(out))]
    for few in batched(best[worth[best] > 0].tolist(), SIZE):
        out.append(Span(float(chance[[*few]].sum()), tuple(sorted(few)), singly=True))
    return out
