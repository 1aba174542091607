"""What the person wrote when they were spoken to like this. In: words, the talk so far, an hour. Out: real turns, best first.

Three ways lead to an answer: ta answered a line like this one; ta once wrote of what is spoken of now; or the line is of a
kind that makes one answer expected ("good night") and ta has short ones that stand alone. All are weighed by one measure
of fit: what an answer shares with the last turns, whether its acts and its length follow such a line, as the person's own
corpus has it. A line that says something between the two (love, an apology, a reproach) has one way alone, that of
`second_parts`. Where none is good enough nothing is returned: silence is better than an answer to something else.

Source of the method: the nearest-reply baseline of likeness research (the person's own message that answers the most
similar context). An answer is always a whole burst, and always the person's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice

import msgspec

from afterword.memory.acts import FOLLOWS, acts, asks
from afterword.memory.habits import PROMPT, bucket, kept, leans, letters
from afterword.memory.moment import Line, Moment, mood, sentences
from afterword.memory.query import root, terms_of
from afterword.memory.second_parts import KIND_OF, addressed, answers, apart, of_both, parted, sought
from afterword.model import Kind, Utterance
from afterword.store import Shelf, pairs
from afterword.store.search import folded, search

FLOOR, CANDIDATES, BUBBLES = 0.42, 48, 6
"""The least likeness of the user's line and the line that was answered; below it nothing fits, and that is said."""
READY = 24
"""Ready answers that are looked at for one act, the latest."""
LATE, ECHOED = 0.8, 0.15
ALIKE, EXPECTED, SIZED, LATELY = 4.0, 3.0, 0.5, 0.5
"""What is added to the fit for the likeness of the line that was answered, for what such a line makes expected, for sizes
the pool has too few of, and for the person's last days over the first: people drift."""
PAIRED = 10.0
"""What was said to the same comes before what is only of its kind."""
MORE, REPEATS = 8, 20
"""Words of the talk before that are looked for when the line has few of its own; places that saying the same again costs."""


class Reply(msgspec.Struct, frozen=True):
    fit: float
    bubbles: tuple[Utterance, ...]
    answered: tuple[Utterance, ...] = ()


def moment(shelf: Shelf, words: str, *, names: Sequence[str], history: Sequence[str] = ()) -> Moment:
    return Moment(words, kept(shelf), names, history)


def similar_replies(
    shelf: Shelf,
    words: str,
    *,
    names: Sequence[str],
    hour: int | None,
    fetch: Callable[[Sequence[int]], Mapping[int, Utterance]],
    before: Callable[[Utterance], tuple[Utterance, ...]],
    used: Collection[int] = (),
    history: Sequence[str] = (),
    until: int | None = None,
    strict: bool = True,
    k: int = 5,
) -> list[Reply]:
    """Turns of the person that fit here. `used` rows were shown already and come last; `history`: the talk's last turns,
    oldest first; with `until` only turns before that second are taken (what is usual is still counted over all). Not
    `strict`: k turns, the best there are and others from all over, for examples of a manner instead of answers."""
    now = moment(shelf, words, names=names, history=history)
    # what came later takes its places among the best and is thrown away
    ids = _candidates(shelf, now, history, names, CANDIDATES if until is None else 8 * CANDIDATES)
    held = dict(islice(pairs.held(shelf, ids, until).items(), CANDIDATES + 2 * READY))
    if not strict and len(held) < 2 * k:
        held |= pairs.held(shelf, [i for i in pairs.some(shelf, 2 * k, until) if i not in held])
    if not held:
        return []
    said = fetch([r for pair in held.values() for r in pair.rows[:BUBBLES]])
    seen, firsts = set(used), addressed(words)
    weights = {t: now.habits.weight(root(t)) for t in now.line.terms}
    found = {i: b for i, pair in held.items() if (b := tuple(said[r] for r in pair.rows[:BUBBLES] if r in said))}
    found = {i: b for i, b in found.items() if until is None or b[-1].at < until}
    pool = Counter(bucket(_text(b)) for b in found.values())
    began = pairs.began(shelf)
    time = max(1, max((b[0].at for b in found.values()), default=0) - began)
    out: list[tuple[float, Reply]] = []
    for bubbles in found.values():
        answered, reply = before(bubbles[0]), _text(bubbles)
        if answered and bubbles[0].at - answered[-1].at > PROMPT:
            answered = ()
        alike = _alike(now, answered, bubbles, weights, names)
        if folded(reply.casefold()) == folded(words.casefold()) and asks(now.acts):
            continue  # a question is not answered by itself
        fit = now.fit(reply)
        shown = bool(seen & {u.row for u in bubbles})
        if strict and firsts:
            if not (held_to := answers(words, [u.text for u in answered], reply)):
                continue
            alike, fit = max(alike, held_to), fit + PAIRED * (held_to > KIND_OF)
        elif strict and (parted(words, reply) or not _good_enough(now, alike, fit, reply, answered, shown)):
            continue
        size = bucket(reply)
        # the pool is what shares words, and that is long: a size is preferred as far as the pool has too little of it
        fit += SIZED * math.log(now.habits.usual(size) * len(found) / pool[size])
        fit += (
            ALIKE * alike
            + EXPECTED * now.expected(reply)
            + LATELY * max(0, bubbles[0].at - began) / time
            - leans(reply)
        )
        fit += _hour(bubbles[0], hour, reply) + _tone(now, reply)
        out.append((fit - 100 * shown, Reply(round(fit, 4), bubbles, answered)))
    out.sort(key=lambda r: (-r[0], r[1].bubbles[0].row))
    return _different([r for _, r in out], k)


def _candidates(shelf: Shelf, now: Moment, history: Sequence[str], names: Sequence[str], most: int) -> list[int]:
    """Places in the index of the person's turns: by the words of the line, of the talk before, and by act."""
    terms, firsts = now.line.terms, addressed(now.words)
    expected = [b for a in now.acts for b in FOLLOWS.get(a, ())] if now.sociable() else []
    found = [i for b in (*sought(firsts), *expected) for i in pairs.ready(shelf, b, READY)]
    found += [i for _, i in search(shelf, "pair", terms, most)[0]]
    if len(terms) < MORE // 2 and (more := [t for h in reversed(history[-2:]) for t in terms_of(h, names)][:MORE]):
        found += [i for _, i in search(shelf, "pair", [*terms, *more], most // 3)[0]]
    return list(dict.fromkeys(found))


def _good_enough(now: Moment, alike: float, fit: float, reply: str, answered: Sequence[Utterance], shown: bool) -> bool:
    """The floor: an answer to a line like this one, what such a line makes expected, or, once, a word about the same."""
    if "grave" in now.acts:  # to a loss only what was said to a loss
        return alike >= FLOOR and any("grave" in acts(u.text) for u in answered)
    if alike >= FLOOR or now.expected(reply):
        return True
    pictures = any(u.kind not in (Kind.TEXT, Kind.VOICE) for u in answered)
    return (
        not (shown or pictures or of_both(now.words))
        and now.on_topic(reply)
        and fit >= now.habits.bar
        and leans(reply) < 0.5
    )


def _alike(
    now: Moment,
    answered: Sequence[Utterance],
    bubbles: Sequence[Utterance],
    weights: Mapping[str, float],
    names: Sequence[str],
) -> float:
    """How much the line that was answered then is this line: 0 to about 1."""
    # several sentences were answered at once: the one most like the user's line counts, more so if it was all of it
    parts = [part for u in answered for part in sentences(u.text)]
    whole = sum(map(len, parts)) or 1
    near = [p for p in parts if now.near(p) and not apart(now.words, p)]
    best = max((now.line.like(Line(p, names), weights) * (0.7 + 0.3 * len(p) / whole) for p in near), default=0.0)
    best *= 1.0 if prompt(answered, bubbles) else LATE
    # of several sentences, the one whose words come back is the one that was answered
    return best + ECHOED * (len(near) > 0 and len(parts) > 1 and now.line.taken_up(bubbles))


def _hour(first: Utterance, hour: int | None, reply: str) -> float:
    """Nearness to the hour; it weighs most where the hour is what is spoken of."""
    if hour is None:
        return 0.0
    apart = abs(first.local.hour - hour)
    return (1.5 if {"greet", "goodnight"} & {*acts(reply)} else 0.3) * (1 - min(apart, 24 - apart) / 12)


def _tone(now: Moment, reply: str) -> float:
    """Anger is no answer to a plain line, nor laughter to a sigh."""
    angry = mood(reply) == "conflict" and now.mood != "conflict"
    laughs = "tease" in acts(reply) and bool({"complain", "sorry"} & {*now.acts} or now.mood in ("conflict", "repair"))
    return -2.0 * angry - 0.7 * laughs


def _different(ranked: Sequence[Reply], k: int) -> list[Reply]:
    """The best, each unlike those before it: what says the same again loses as much as it shares."""
    # nothing can lose more than REPEATS places, so what stands farther back is never reached
    left = [(r, letters(_text(r.bubbles))) for r in ranked[: k + REPEATS]]
    out: list[Reply] = []
    chosen: list[frozenset[str]] = []
    cost, compared = [0.0] * len(left), [0] * len(left)
    while left and len(out) < k:
        # the order of `ranked` counts, since turns that were shown already stand last whatever their fit
        best, least = 0, math.inf
        for i, (_, runs) in enumerate(left):
            if i >= least:  # what stands behind loses even if it shares nothing
                break
            cost[i] = max([cost[i], *(_shared(runs, c) for c in chosen[compared[i] :])])
            compared[i] = len(chosen)
            if i + REPEATS * cost[i] < least:
                best, least = i, i + REPEATS * cost[i]
        reply, runs = left.pop(best)
        cost.pop(best)
        compared.pop(best)
        out.append(reply)
        chosen.append(runs)
    return out


def _shared(a: frozenset[str], b: frozenset[str]) -> float:
    n = len(a & b)
    return n / (len(a) + len(b) - n or 1)


def _text(bubbles: Sequence[Utterance]) -> str:
    return "\n".join(u.text for u in bubbles)


def prompt(answered: Sequence[Utterance], bubbles: Sequence[Utterance]) -> bool:
    """Did the answer come within an hour? After that it is more often about something new."""
    return not answered or bubbles[0].at - answered[-1].at <= 3_600
