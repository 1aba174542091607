"""What a person answers to what. In: exchanges of a chat. Out: counts, small enough to be read for every line.

Which acts follow which, how long an answer to a line of this kind is, how rare a word is here, and which short answers stand
by themselves. Counts are pulled towards the person's own average until there are enough of them: after eight exchanges of
a kind, half of what is believed of it comes from them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from weakref import WeakKeyDictionary

import msgspec

from afterword.measures.lexicon import any_of, entries, lower
from afterword.memory.acts import FOLLOWS, acts, asks, rest
from afterword.memory.query import root, terms_of
from afterword.model import Kind, Turn, Utterance, turns
from afterword.store import Shelf
from afterword.store.search import folded, rarity

EXPECTED = frozenset(act for after in FOLLOWS.values() for act in after)
PULL = 8.0
NO_SIZES = (0,) * 8
PROMPT, GAP = 4 * 3600, 3600
LEAST, TABLE = 3, 6_000
"""Uses below which a word is simply rare; words that are kept."""
SHORT = 6
"""Words of a ready answer at most."""
_CJK_RUN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+")
_NUMBER = re.compile(r"\d|[一二三四五六七八九十两]+(?:点|号|块|百|千|月|天|年)")


class Exchange(msgspec.Struct, frozen=True):
    """A turn of the person and the turn of somebody else's that it answers; None for a greeting or the like that answers
    nothing, since it can still answer one."""

    answered: Turn | None
    reply: Turn


def exchanges(utterances: Iterable[Utterance], subject: str) -> Iterator[Exchange]:
    """Every turn of the subject that answers somebody within four hours, and its ready openings, in time order."""
    before = None
    for turn in turns((u for u in utterances if u.kind in (Kind.TEXT, Kind.VOICE) and u.text), gap=GAP):
        if turn.speaker == subject:
            near = before is not None and before.speaker != subject and turn.start - before.end <= PROMPT
            if near or ready(turn.text):
                yield Exchange(before if near else None, turn)
        before = turn


class Habits(msgspec.Struct, frozen=True):
    """`words` and `runs` (of letters): what it says that one is shared, squared for runs; what is missing is `rare`. `follows`: act of the line → act of
    the answer. `sizes`: kind of line → answers by size. `bar`: the fit an answer must reach."""

    counted: int = 0
    words: dict[str, float] = {}
    runs: dict[str, float] = {}
    rare: float = 0.1
    said: dict[str, int] = {}
    given: dict[str, int] = {}
    follows: dict[str, dict[str, int]] = {}
    sizes: dict[str, tuple[int, ...]] = {}
    size: tuple[int, ...] = NO_SIZES
    bar: float = 0.0

    def weight(self, word: str) -> float:
        """What it says that a word is shared: the rarer, the more."""
        return self.words.get(word, self.rare)

    def act(self, line: str, reply: str) -> float:
        """Do the acts of this answer follow the acts of this line more than they follow anything? Log ratio, mean."""
        total, before, after = 0.0, acts(line), acts(reply)
        for b in after:
            usual = (self.given.get(b, 0) + 0.5) / (self.counted + 10)
            for a in before:
                seen, of = self.follows.get(a, {}).get(b, 0), self.said.get(a, 0)
                extra = 2.0 if b in FOLLOWS.get(a, ()) else 0.0
                total += math.log((seen + extra + PULL * usual) / (of + extra + PULL) / usual) / len(before)
        return total / math.sqrt(len(after))

    def length(self, line: str, reply: str) -> float:
        """Log ratio: is an answer of this size (or a neighbour's) more usual after a line of this kind than it is at all?"""
        here, of = self.sizes.get(kind_of(line), NO_SIZES), bucket(reply)
        chance = sum(w * (here[b] + PULL * self.usual(b)) for b, w in _around(of)) / (sum(here) + PULL)
        return math.log(chance / sum(w * self.usual(b) for b, w in _around(of)))

    def usual(self, size: int) -> float:
        return (self.size[size] + 0.5) / (sum(self.size) + 4)


def _around(size: int) -> list[tuple[int, float]]:
    return [(b, w) for b, w in ((size, 0.5), (size - 1, 0.25), (size + 1, 0.25)) if 0 <= b < len(NO_SIZES)]


def bucket(text: str) -> int:
    """Size in doublings; a CJK character is worth three letters."""
    n = len(text) + 2 * sum(map(len, _CJK_RUN.findall(text)))
    return min(7, max(0, int(math.log2(n + 1)) - 1))


def kind_of(line: str) -> str:
    return f"{'asks' if asks(acts(line)) else 'says'}{min(bucket(line), 6) // 2}"


@lru_cache(4096)
def content(text: str) -> frozenset[str]:
    """Stems of the words that carry something."""
    return frozenset(map(root, terms_of(text)))


@lru_cache(4096)
def letters(text: str) -> frozenset[str]:
    """Runs of five letters with word borders, and pairs of CJK characters: other endings, other cuts, typing slips."""
    line = f" {' '.join(folded(lower(text)).split())} "
    found = {line[i : i + 5] for i in range(len(line) - 4)} if len(line) > 6 else set()
    for run in _CJK_RUN.findall(line):
        found = {f for f in found if f not in run}
        found |= {run[i : i + 2] for i in range(len(run) - 1)} or {run}
    return frozenset(found)


@cache
def _leaning() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What opens a line, and what stands in one; the same where no letters but Latin ones do."""
    opening, inside = entries("leaning", "opening"), entries("leaning", "inside")
    latin = [w for w in inside if w.isascii()]
    first, within, plain = (re.compile(any_of(words, "[a-z]")) for words in (opening, inside, latin))
    return first, within, plain


@cache
def passing() -> frozenset[str]:
    """Words of their day, "yesterday" and "照片": that both hold one of them makes two lines speak of nothing the same."""
    return frozenset(map(root, entries("leaning", "inside")))


@lru_cache(4096)
def leans(text: str) -> float:
    """0 for an answer that stands by itself, to 1 for one that is nothing without what stood around it then: an opening
    that points back, a number, a date, a day, a picture."""
    opening, inside, latin = _leaning()
    lowered = lower(text).strip()
    found = (latin if lowered.isascii() else inside).findall(lowered)
    marks = bool(opening.match(lowered)) + len(found) + len(_NUMBER.findall(lowered))
    marks += "http" in lowered
    return min(1.0, marks / (1 + len(lowered.split("\n"))))


def alone(text: str) -> bool:
    """A short answer of which nothing needs another moment: all its words are those of its act, letters aside ("night x")."""
    short = len(text) <= 60 and len(terms_of(text)) <= SHORT
    return short and leans(text) == 0 and all(len(w) == 1 for w in content(rest(text)))


def ready(text: str) -> tuple[str, ...]:
    """The acts that are made expected and that these words do, if they can do them at any time."""
    done = EXPECTED & {*acts(text)}
    return tuple(sorted(done)) if done and alone(text) else ()


def learn(found: Sequence[Exchange]) -> Habits:
    words, runs, said, given, size = Counter[str](), Counter[str](), Counter[str](), Counter[str](), [0] * 8
    follows: dict[str, Counter[str]] = {}
    sizes: dict[str, list[int]] = {}
    for x in found:
        if x.answered is None:
            continue
        line, reply = x.answered.text, x.reply.text
        before, after = acts(line), acts(reply)
        words.update(content(line) | content(reply))
        runs.update(letters(line))
        runs.update(letters(reply))
        said.update(before)
        given.update(after)
        for a in before:
            follows.setdefault(a, Counter()).update(after)
        sizes.setdefault(kind_of(line), [0] * 8)[bucket(reply)] += 1
        size[bucket(reply)] += 1
    n = len(found)
    return Habits(
        n, _weights(words, n, 1), _weights(runs, 2 * n, 2), round(rarity(1, n), 3), dict(said), dict(given),
        {a: dict(c) for a, c in follows.items()}, {a: tuple(c) for a, c in sizes.items()}, tuple(size),
    )  # fmt: skip


def _weights(counts: Counter[str], of: int, power: int) -> dict[str, float]:
    return {w: round(rarity(n, of) ** power, 3) for w, n in counts.most_common(TABLE) if n >= LEAST}


def keep(shelf: Shelf, stamp: str, habits: Habits) -> None:
    shelf.keep("habits", stamp, msgspec.json.encode(habits).decode())


_OPEN: WeakKeyDictionary[Shelf, tuple[str, Habits]] = WeakKeyDictionary()
"""Read once for as long as a shelf is open: every turn asks for them several times."""


def kept(shelf: Shelf) -> Habits:
    """Those of the index as it stands."""
    stamp = shelf.get("answers")
    if (open_ := _OPEN.get(shelf)) and open_[0] == stamp:
        return open_[1]
    body = shelf.cached("habits", stamp)
    found = msgspec.json.decode(body, type=Habits) if body else Habits()
    _OPEN[shelf] = (stamp, found)
    return found
