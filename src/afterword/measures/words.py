"""A conversation in; the words and phrases that mark the person, and what the two call each other, out.

Keyness is a log-odds ratio against the other side with an informative Dirichlet prior, so that a rare word needs more
than luck; it must also be more frequent than in the general background, and stand in several talks, because a word
used forty times in one evening is a topic and not a habit. The words are held as numbers in flat arrays: a million
messages are 32 MB of them.

The background knows English and Chinese. Of a word in any other language it can say nothing, and "que" would be a habit:
such words are told by the company they keep, and weighed against the others' words of that kind alone.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from afterword.measures.counting import rounded, spread_out
from afterword.measures.tokens import background, joined, words
from afterword.measures.voice import LAUGHTER
from afterword.model import Kind
from afterword.model.corpus import SESSION_GAP, Conversation
from afterword.model.measurement import Measurement

ENOUGH = 30
LEAST, LEAST_SESSIONS, SPREAD = 5, 4, 0.35
WHOLE = 0.6
"""Share of a word's uses that must lie in a phrase for the phrase to stand for it."""
TWICE = 2.0
"""A word both say often may differ surely and still mark nobody: the rate must be twice the other's."""
Z_LEAST = 1.645
"""95 %, one-sided: only what is said more is asked for."""
PRIOR = 0.15
"""Weight of the prior, as a share of the words of the chat."""
KEEP, LONGEST, SUPPORT = 40, 3, 8
STOP = 0xFFFFFFFF
LISTED = 0.3
"""Of the words beside an English or Chinese word the background knows half and more, even in slang; beside a Spanish or
German one a tenth to a fifth."""
BESIDE, BESIDE_MOST = 10, 400
_LISTED_SCRIPTS = re.compile(r"[a-z\u00aa-\u024f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
THERE = 300
"""Words that the others must have written in a language without a background, before anything is weighed against them."""
PLAIN = 400
"""What the others say once in so many of those words is the language, as its commonest 60 or so words are."""

MONROE = "Monroe, Colaresi and Quinn 2008, Fightin' Words (log-odds ratio, informative Dirichlet prior); Gries 2008, Dispersions and adjusted frequencies (DP, normalised)"
NOTE = (
    "Against everybody else in the chat; the prior is 15 % of the chat's own words; a word must also beat the background, which is small and made of "
    "this project's own stories. A term has at least 5 uses in 4 sessions, at twice the rate of the others; of two terms of which one holds the other the better "
    "stands. The background is English and Chinese: words of other languages are weighed against the others' words of them alone (at least 300), without "
    "what these use once in 400. Chinese is cut by rjieba: new coinages may be cut apart."
)
UNMEASURED = " Not measured here: {n} words in a language without a background; the others wrote {there} of them, and 300 are needed."


class Side(msgspec.Struct):
    """One side's words as numbers: `stream` holds them with STOP after each message."""

    stream: array[int]
    places: array[int]
    sessions: array[int]
    counts: Counter[int]
    total: int = 0


class Stream:
    """Both sides of a chat, read once. `vocabulary` maps a word to its number."""

    def __init__(self, conversation: Conversation) -> None:
        self.vocabulary: dict[str, int] = {}
        self.subject, self.others = (Side(array("I"), array("I"), array("I"), Counter()) for _ in range(2))
        number, session, before = self.vocabulary, 0, None
        for place, u in enumerate(conversation.utterances):
            if before is not None and u.at - before > SESSION_GAP:
                session += 1
            before = u.at
            if u.kind != Kind.TEXT or not u.text:
                continue
            side = self.subject if u.speaker == conversation.subject else self.others
            numbers = [number.setdefault(w, len(number)) for w in words(u.text)]
            if numbers:
                side.stream.extend(numbers)
                side.stream.append(STOP)
                side.places.append(place)
                side.sessions.append(session)
                side.counts.update(numbers)
                side.total += len(numbers)
        self.words = list(number)


Term = tuple[int, ...]


def counted(side: Side, size: int, may_stand: Container[int], pairs: Container[Term] | None) -> Counter[Term]:
    """How often each run of `size` words stands in one message: of words that may stand in it, in pairs that may."""
    found: Counter[Term] = Counter()
    run: list[int] = []
    for w in side.stream:
        if w in may_stand and (pairs is None or not run or (run[-1], w) in pairs):
            run.append(w)
            continue
        if len(run) >= size:
            found.update(zip(*(run[i:] for i in range(size)), strict=False))
        run = [w] if w in may_stand else []
    return found


def log_odds(a: float, n_a: float, b: float, n_b: float, prior: float, weight: float) -> float:
    """z of the log-odds ratio of a word: `a` of `n_a` words here, `b` of `n_b` there, `prior` of `weight` pseudo-words."""
    prior = max(prior, 0.01)
    here = math.log((a + prior) / (n_a + weight - a - prior))
    there = math.log((b + prior) / (n_b + weight - b - prior))
    return (here - there) / math.sqrt(1 / (a + prior) + 1 / (b + prior))


class Unlisted(msgspec.Struct):
    """The subject's frequent words of languages without a background: how many uses on either side, and which of
    them are plain: nobody is known by them."""

    words: frozenset[int]
    here: int
    there: int
    plain: frozenset[int]


def unlisted(found: Stream) -> Unlisted:
    """Told by their script, or by the words beside them in different messages: a coinage stands among known words."""
    general, counts = background(), found.subject.counts
    known = bytearray(w in general for w in found.words)
    beside, held = [0] * len(known), [0] * len(known)
    seen: dict[int, set[int]] = {w: set() for w, c in counts.items() if c >= LEAST}
    message: list[int] = []
    for w in found.subject.stream:
        if w != STOP:
            message.append(w)
            continue
        if len(message) > 1:
            all_known, mark = sum(known[x] for x in message), hash(tuple(message))
            for x in message:
                if x in seen and beside[x] < BESIDE_MOST and mark not in seen[x]:
                    seen[x].add(mark)
                    beside[x] += len(message) - 1
                    held[x] += all_known - known[x]
        message.clear()
    away = frozenset(
        w
        for w in seen
        if not _LISTED_SCRIPTS.match(found.words[w]) or (beside[w] >= BESIDE and held[w] < LISTED * beside[w])
    )
    others = found.others.counts
    there = sum(others[w] for w in away)
    plain = frozenset(w for w in away if others[w] * PLAIN >= max(there, 1))
    return Unlisted(away, sum(counts[w] for w in away), there, plain)


def candidates(found: Stream, away: Unlisted) -> dict[Term, tuple[int, float]]:
    """Terms of the subject that pass keyness → (count, z)."""
    here, there, general = found.subject, found.others, background()
    general_total = sum(general.values())
    alone = there.total < 200  # a one-sided export is weighed against the background alone
    frequent = {w for w, c in here.counts.items() if c >= LEAST}
    often: dict[Term, int] = {}
    out: dict[Term, tuple[int, float]] = {}
    for size in range(1, LONGEST + 1):
        if size == 1:
            often = {(w,): here.counts[w] for w in frequent}
            other = {t: there.counts[t[0]] for t in often}
        else:
            pairs = None if size == 2 else often
            often = {t: c for t, c in counted(here, size, frequent, pairs).items() if c >= LEAST}
            other = counted(there, size, frequent, pairs)
        for term, count in often.items():
            word = found.words[term[0]]
            if size == 1 and (len(word) < 2 or LAUGHTER.fullmatch(word)):
                continue
            foreign = not away.words.isdisjoint(term)
            if foreign and (away.there < THERE or away.plain.issuperset(term)):
                continue
            ours, theirs_all = (away.here, away.there) if foreign else (here.total, there.total)
            usual = general[word] if size == 1 and not foreign else 0
            if size == 1 and not foreign and general_total and count / ours <= usual / general_total:
                continue
            theirs = other.get(term, 0)
            if theirs_all and count / ours < TWICE * theirs / theirs_all:
                continue
            weight = PRIOR * (ours + theirs_all)
            prior = weight * (count + theirs) / (ours + theirs_all)
            against = (usual, general_total) if alone else (theirs, theirs_all)
            if alone and size > 1:
                continue
            z = log_odds(count, ours, *against, prior, weight)
            if z >= Z_LEAST:
                out[term] = (count, z)
    return out


def without_parts(terms: dict[Term, tuple[int, float]], counts: Mapping[int, int]) -> dict[Term, tuple[int, float]]:
    """Without phrases none of whose words depends on them, and without terms that stand mostly inside a longer one."""
    out = dict(terms)
    for term in sorted(terms, key=len, reverse=True):
        if len(term) == 1 or term not in out:
            continue
        count = terms[term][0]
        if count < WHOLE * min(counts[w] for w in term):
            out.pop(term)
            continue
        for part in {term[i:j] for i in range(len(term)) for j in range(i + 1, len(term) + 1)} - {term}:
            if part in out and count >= WHOLE * terms[part][0]:
                out.pop(part)
    return out


def dispersion(side: Side, terms: Sequence[Term]) -> dict[Term, tuple[int, float, list[int]]]:
    """For each term: sessions that hold it, Gries' normalised DP (0 = even, 1 = one place), places of its messages."""
    by_first: dict[int, list[Term]] = defaultdict(list)
    for term in terms:
        by_first[term[0]].append(term)
    size_of: Counter[int] = Counter()
    hits: dict[Term, Counter[int]] = {t: Counter() for t in terms}
    places: dict[Term, list[int]] = {t: [] for t in terms}
    stream, start = side.stream, 0
    for place, session in zip(side.places, side.sessions, strict=True):
        end = stream.index(STOP, start)
        message = stream[start:end]
        size_of[session] += end - start
        for i, w in enumerate(message):
            for term in by_first.get(w, ()):
                if tuple(message[i : i + len(term)]) == term:
                    hits[term][session] += 1
                    if not places[term] or places[term][-1] != place:
                        places[term].append(place)
        start = end + 1
    total = side.total
    smallest = min(size_of.values(), default=0) / total if total else 0.0
    out = {}
    for term, per in hits.items():
        n = sum(per.values())
        held = sum(size_of[s] for s in per) / total if n else 0.0
        dp = 0.5 * (sum(abs(size_of[s] / total - c / n) for s, c in per.items()) + 1 - held) if n else 1.0
        out[term] = (len(per), rounded(dp / (1 - smallest) if smallest < 1 else 0.0), places[term])
    return out


def apart(terms: Sequence[Term]) -> list[Term]:
    """Of two terms of which one holds the other, the first."""
    out: list[Term] = []
    for term in terms:
        if not any(_holds(term, better) or _holds(better, term) for better in out):
            out.append(term)
    return out


def _holds(long: Term, short: Term) -> bool:
    return any(long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1))


def typical(conversation: Conversation, found: Stream, away: Unlisted) -> list[dict[str, Any]]:
    """The terms that mark the subject, strongest first."""
    terms = without_parts(candidates(found, away), found.subject.counts)
    best = sorted(terms, key=lambda t: (-terms[t][1], t))[: 4 * KEEP]
    spread = dispersion(found.subject, best)
    habits = [t for t in best if spread[t][0] >= LEAST_SESSIONS and spread[t][0] >= SPREAD * terms[t][0]]
    rows = []
    for term in apart(habits)[:KEEP]:
        count, z = terms[term]
        sessions, dp, places = spread[term]
        ids = [conversation.utterances[p].id for p in spread_out(_short(conversation, places), SUPPORT)]
        text = joined([found.words[w] for w in term])
        rows.append({"term": text, "count": count, "sessions": sessions, "z": rounded(z, 2), "dp": dp, "support": ids})
    return rows


def _short(conversation: Conversation, places: list[int]) -> list[int]:
    """Places of the shorter half of the messages: a term shows best where little stands beside it."""
    lengths = sorted(len(conversation.utterances[p].text) for p in places)
    middle = lengths[len(lengths) // 2] if lengths else 0
    return [p for p in places if len(conversation.utterances[p].text) <= middle]


def measure(conversation: Conversation) -> Iterable[Measurement]:
    found = Stream(conversation)
    yield from _typical(conversation, found)


def _typical(conversation: Conversation, found: Stream) -> Iterator[Measurement]:
    n, note = len(found.subject.places), NOTE
    rows = None
    if n >= ENOUGH:
        away = unlisted(found)
        rows = typical(conversation, found, away)
        if away.words and away.there < THERE:
            note += UNMEASURED.format(n=away.here, there=away.there)
            listed = sum(c for w, c in found.subject.counts.items() if c >= LEAST and w not in away.words)
            rows = rows if away.here <= listed else None
    yield Measurement(
        "words.typical", rows, "terms", n, minimum=ENOUGH, version=2,
        support=tuple(i for r in (rows or [])[:6] for i in r["support"][:2]), source=MONROE, note=note,
    )  # fmt: skip
    different = len(found.subject.counts)
    yield Measurement(
        "words.vocabulary", {"different": different, "all": found.subject.total} if n >= ENOUGH else None, "words", n,
        minimum=ENOUGH, source="Count of types and tokens", note="Grows with length: compare only with the same number of words.",
    )  # fmt: skip
