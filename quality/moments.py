"""Does a brief fit its moment? In: conversations. Out: figures for each person, on the last 30 % of the sessions, never indexed.

shape     how far a drawn length lies from the reply that came (in powers of e), the continuous ranked probability score of
          all that could be drawn (lower is better; it punishes a narrow guess as much as a vague one), and the greatest
          distance of the two distributions (Kolmogorov and Smirnov); the same for bubbles
marks     share of replies with each: as they came, and as they were drawn
examples  over the held-out lines as one talk: share that was shown within ten turns before, and how many of the near half
          have a word or the move in common with the line
words     how often a listed form stood in the real reply, for once that its usual rate lets expect
choice    the real reply beside two others of the person's of like length: how often it is chosen; and of three at random,
          the length of the chosen one, for one letter of the person's mean
"""

from __future__ import annotations

import math
import random
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from quality.conversations import load
from quality.replying import Exchange, Person, opened, split

WITHIN, TALK, LIKE = 10, 20, 30


def of_person(person: Person, lang: str) -> dict[str, Any]:
    with opened(person.source, person.name, person.partner) as echo:
        records = echo.records
        table, profile = records.table(), records.profile
        return {
            "held_out": len(person.held_out), **shapes(person, table, records),
            "brief": briefs(person, profile, records, lang), "choice": choice(person, profile, records),
        }  # fmt: skip


def bubbles(text: str) -> list[int]:
    return [len(x.strip()) for x in text.split("\n") if x.strip()]


def could_be(x: Exchange, table: Any) -> list[tuple[float, Any]]:
    """The rows that may be drawn for a line, with their chances."""
    from afterword.dialogue.moves import Drift
    from afterword.dialogue.shape import Context, near, usable

    mood = Drift([*x.history, x.words]).mood
    return usable(near(table, Context.of(x.words, mood, not x.history, minute=60 * x.at.hour + 30)))


def shapes(person: Person, table: Any, records: Any) -> dict[str, Any]:
    from afterword.dialogue.shape import MARKS, marks

    found: dict[str, Any] = {}
    drawn = [could_be(x, table) for x in person.held_out]
    for name, of in (("length", lambda sizes: math.log1p(sum(sizes))), ("bubbles", len)):
        guessed = [_even([(chance, float(of(row.lengths))) for chance, row in rows]) for rows in drawn]
        real = [float(of(bubbles(x.reply))) for x in person.held_out]
        found[name] = {
            "error": round(statistics.fmean(sum(w * abs(v - y) for w, v in g) for g, y in zip(guessed, real, strict=True)), 3),
            "crps": round(statistics.fmean(crps(g, y) for g, y in zip(guessed, real, strict=True)), 3),
            "apart": round(apart([(w / len(real), v) for g in guessed for w, v in g], real), 3),
        }  # fmt: skip
    rates = Counter[str]()
    for rows in drawn:
        said = records.fetch([i for _, row in rows for i in row.rows])
        for chance, row in rows:
            for mark in marks("\n".join(said[i].text for i in row.rows if i in said)):
                rates[mark] += chance / sum(c for c, _ in rows)
    n = len(person.held_out)
    came = Counter(m for x in person.held_out for m in marks(x.reply))
    return {"shape": found, "marks": {m: [round(came[m] / n, 2), round(rates[m] / n, 2)] for m in MARKS}}


def _even(rows: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    total = sum(w for w, _ in rows)
    return [(w / total, v) for w, v in rows]


def crps(guessed: Sequence[tuple[float, float]], real: float) -> float:
    """Mean distance to the real one, less half of that among the guesses."""
    below = spread = 0.0
    for w, v in sorted(guessed, key=lambda g: g[1]):
        spread += w * v * (2 * (below + w / 2) - 1)
        below += w
    return sum(w * abs(v - real) for w, v in guessed) - spread


def apart(guessed: Sequence[tuple[float, float]], real: Sequence[float]) -> float:
    steps = sorted([(v, w) for w, v in guessed] + [(v, -1 / len(real)) for v in real])
    most = sum_ = 0.0
    for i, (v, w) in enumerate(steps):
        sum_ += w
        if i + 1 == len(steps) or steps[i + 1][0] > v:
            most = max(most, abs(sum_))
    return most


def briefs(person: Person, profile: Any, records: Any, lang: str) -> dict[str, Any]:
    """The held-out lines as one talk."""
    from afterword.dialogue.brief import cost
    from afterword.dialogue.compose import compose
    from afterword.dialogue.moves import move
    from afterword.measures.lexicon import lower
    from afterword.memory import Recall
    from afterword.memory.habits import content

    history: list[str] = []
    shown: list[set[str]] = []
    again, like, hits, expected, words, tokens = [], [], 0.0, 0.0, [], 0
    for x in person.held_out:
        brief = compose(
            x.words, profile, records, lang=lang, hour=x.at.hour, history=history[-TALK:],
            recalled=Recall("not-in-records", ()),
        )  # fmt: skip
        history += [x.words, x.reply]
        if brief is None or not brief.exemplars:
            continue
        ids = {e.ids[0] for e in brief.exemplars}
        if len(shown) >= WITHIN:
            again.append(len(ids & set().union(*shown[-WITHIN:])) / len(ids))
        shown.append(ids)
        about, does = content(x.words), move(x.words)
        met = [
            bool(about & content("\n".join((*e.to, *e.said)))) or move("\n".join(e.to)) == does for e in brief.exemplars
        ]
        like.append(sum(met) / len(met))
        reply, n = lower(x.reply), len(bubbles(x.reply))
        for word in brief.words:
            form = re.escape(lower(word.form.rstrip("…")))
            hits += re.search(rf"(?<![a-z0-9']){form}(?![a-z0-9'])" if form.isascii() else form, reply) is not None
            expected += 1 - (1 - min(1.0, word.per_100 / 100)) ** n
        words.append(len(brief.words))
        tokens = max(tokens, cost(brief))
    return {
        "again": round(statistics.fmean(again), 3) if again else None, "like": round(statistics.fmean(like), 3),
        "words": round(statistics.fmean(words), 1), "words_lift": round(hits / expected, 2) if expected else None,
        "most_tokens": tokens,
    }  # fmt: skip


def choice(person: Person, profile: Any, records: Any) -> dict[str, Any] | None:
    from afterword.dialogue.drafting import Candidate, nearest, quantile_of
    from afterword.dialogue.review import Review
    from afterword.dialogue.shape import drawn
    from afterword.likeness.score import NotMeasurable
    from afterword.likeness.typical import size_of

    typical = records.typical()
    if isinstance(typical, NotMeasurable):
        return None
    die, replies = random.Random(3), [x.reply for x in person.held_out]
    right, sizes, table = [], [], records.table()
    for i, x in enumerate(person.held_out):
        fits, shape = records.fits(x.words, x.history), drawn(could_be(x, table), random.Random(i))
        quantile = quantile_of(profile.speaker, x.words, len(x.history))

        def chosen(texts: Sequence[str], x: Exchange = x, quantile: float = quantile, shape: Any = shape, fits: Any = fits) -> str:  # fmt: skip
            passed = []
            for text in texts:
                read = typical.read(text, x.words)
                place = round(typical.voices.at(read.size).place(read.voice), 2)
                passed.append(Candidate(text, Review(True, (), place)))
            return nearest(passed, typical, quantile, shape, fits).text

        others = [r for r in replies if r != x.reply]
        like = die.sample(others, min(LIKE, len(others)))
        like.sort(key=lambda r: abs(math.log(max(1, size_of(r)) / max(1, size_of(x.reply)))))
        right.append(chosen(die.sample([x.reply, *like[:2]], 3)) == x.reply)
        sizes.append(size_of(chosen(die.sample(others, 3))))
    mean = statistics.fmean(map(size_of, replies))
    return {"right_of_3": round(statistics.fmean(right), 3), "length": round(statistics.fmean(sizes) / mean, 2)}


def measure(paths: Sequence[str]) -> dict[str, Any]:
    """`paths`: conversations; without any the two shipped stories."""
    from afterword.app.demo import stories
    from afterword.likeness.background import languages

    files = [Path(p) for p in paths] or [s.file for s in stories().values()]
    people = {}
    for file in files:
        chat = load(file)
        spoken = languages([t.text for t in chat.turns])
        for speaker in chat.speakers:
            person = split(chat, speaker)
            if len(person.held_out) > WITHIN:
                people[f"{chat.name}:{speaker}"] = of_person(person, spoken[0] if spoken else "en")
    return {"people": people}
