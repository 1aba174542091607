"""How well the Echo answers. In: conversations, other people's conversations. Out: five figures for each person, and how fast.

The last 30 % of the sessions are held out, and the product indexes the rest as an export like any other. Then:
selection   of the real reply and nine others, how often does the Echo's measure of fit put the real one first?
tell        can a classifier tell the Echo's bursts from the person's held-out replies (AUC; .5 = cannot)?
fit         does a model of which reply belongs to which line, learned from other people, prefer the real reply (AUC)?
author      are five turns of Echo recognised as the person's, among ten?
answered    the share of the lines that are answered at all
Plain retrieval (the reply to the line with the best BM25) is measured beside it.
"""

from __future__ import annotations

import math
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quality import synthetic
from quality.conversations import Conversation, Turn, as_whatsapp, load
from quality.importing import PASSPHRASE

HELD_OUT, SESSION, PROMPT = 0.3, 6 * 3600, 4 * 3600
WAYS, DRAWS, GROUP, AUTHORS = 10, 3, 5, 10
HISTORY = 3
ADDED = 1_000
"""Messages that come to a chat of which the index is up to date."""


@dataclass(frozen=True)
class Exchange:
    """A line, the turns before it (oldest first), and the reply that really came."""

    history: tuple[str, ...]
    words: str
    reply: str
    at: datetime


@dataclass
class Person:
    """What is known of one person, and what was held out."""

    name: str
    partner: str
    source: tuple[Turn, ...]
    held_out: list[Exchange]
    own: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)


def seconds(a: datetime, b: datetime) -> float:
    return (b - a).total_seconds()


def exchanges(turns: Sequence[Turn], speaker: str) -> list[Exchange]:
    out = []
    for i, (a, b) in enumerate(zip(turns, turns[1:], strict=False)):
        if a.speaker != speaker and b.speaker == speaker and seconds(a.lines[-1].at, b.lines[0].at) <= PROMPT:
            start = i
            while (
                start > max(0, i - HISTORY)
                and seconds(turns[start - 1].lines[-1].at, turns[start].lines[0].at) <= SESSION
            ):
                start -= 1
            out.append(Exchange(tuple(t.text for t in turns[start:i]), a.text, b.text, b.lines[0].at))
    return out


def split(chat: Conversation, speaker: str) -> Person:
    starts = [0] + [
        i
        for i, (a, b) in enumerate(zip(chat.turns, chat.turns[1:], strict=False), 1)
        if seconds(a.lines[-1].at, b.lines[0].at) > SESSION
    ]
    border = starts[min(len(starts) - 1, int(len(starts) * (1 - HELD_OUT)))]
    source, rest = chat.turns[:border], chat.turns[border:]
    (partner,) = [s for s in chat.speakers if s != speaker]
    return Person(
        speaker, partner, source, exchanges(rest, speaker),
        [t.text for t in source if t.speaker == speaker], [t.text for t in source if t.speaker == partner],
    )  # fmt: skip


# -- the product --------------------------------------------------------------------------------------------------


class Echo:
    """The product's Echo over the source half."""

    def __init__(self, records: Any) -> None:
        self.records = records
        records.ready()

    def _asked(self) -> dict[str, Any]:
        library = self.records.library
        return {"names": self.records._names, "fetch": library.fetch, "before": library.answered_by}

    def replies(self, x: Exchange, used: set[int], k: int = 1) -> Sequence[Any]:
        from afterword.memory import similar_replies

        return similar_replies(
            self.records.library.shelf, x.words, hour=x.at.hour, history=x.history, used=used, k=k, **self._asked()
        )

    def scorer(self, x: Exchange) -> Callable[[str], float]:
        from afterword.memory.replies import moment

        return moment(self.records.library.shelf, x.words, names=self.records._names, history=x.history).fit


@contextmanager
def opened(source: Sequence[Turn] | Path, person: str, me: str) -> Iterator[Echo]:
    from afterword import Workspace
    from afterword.importers import Options

    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        chat = Path(folder) / f"WhatsApp Chat with {person}.txt"
        if isinstance(source, Path):
            chat.write_bytes(source.read_bytes())
        else:
            as_whatsapp(tuple(source), chat)
        with Workspace(Path(folder) / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
            made = w.create([chat], name=person, me=me, subject=person, options=Options(date_order="dmy"))
            yield Echo(w.talk(made["person"], now=lambda: datetime(2024, 1, 1, 20, tzinfo=UTC)).records)


# -- the judges ---------------------------------------------------------------------------------------------------


def paired(words: str, reply: str) -> Counter[str]:
    """What a line and a reply have to do with each other, as terms; no word of either is a term."""
    from afterword.measures.tokens import words as cut
    from afterword.memory.acts import acts

    a, b = set(cut(words)), set(cut(reply))
    said, given = acts(words), acts(reply)
    content_a, content_b = ({w for w in x if w not in _plain()} for x in (a, b))
    sizes = min(int(math.log2(len(words) + 1)), 8), min(int(math.log2(len(reply) + 1)), 8)
    found = Counter(f"{x}>{y}" for x in said for y in given)
    found.update(f">{y}" for y in given)
    found[f"size:{sizes[0]}>{sizes[1]}"] += 1
    found[f"longer:{sizes[1] - sizes[0]}"] += 1
    shared = len(content_a & content_b)
    found[f"shared:{min(shared, 4)}"] += 2
    if content_b:
        found[f"share:{int(4 * shared / len(content_b))}"] += 2
    found[f"small:{int(5 * len(a & b) / (len(b) or 1))}"] += 1
    grams = [{x[i : i + 4] for i in range(len(x) - 3)} for x in (words.lower(), reply.lower())]
    found[f"letters:{int(8 * len(grams[0] & grams[1]) / (len(grams[1]) or 1))}"] += 2
    return found


def _plain() -> frozenset[str]:
    from afterword.memory.query import STOP_EN, STOP_ZH

    return STOP_EN | STOP_ZH


def fit_model(chats: Sequence[Conversation], rng: random.Random) -> Callable[[str, str], float]:
    """Real pairs against the same lines with another reply of the same person."""
    from afterword.likeness.linear import logistic

    real, other = [], []
    for chat in chats:
        for speaker in chat.speakers:
            rows = exchanges(chat.turns, speaker)
            for x in rows if len(rows) > WAYS else ():
                real.append(paired(x.words, x.reply))
                other.append(paired(x.words, rng.choice([y.reply for y in rows if y.reply != x.reply])))
    model = logistic(real, [other], penalty=1e-3)
    return lambda words, reply: model.score(paired(words, reply))


def first(scores: Sequence[float]) -> float:
    """1 if the first is the highest, its share where it is one of several."""
    return 0.0 if scores[0] < max(scores) else 1 / sum(s == scores[0] for s in scores)


def selection(
    echo: Echo, person: Person, foreign: Sequence[str], voice: Callable[[str], float], rng: random.Random
) -> dict[str, float]:
    """`voice` is the verifier's score of a reply, standardised: with other people's replies it counts beside the fit."""
    own = [x.reply for x in person.held_out]
    found: dict[str, list[float]] = {"own": [], "others": [], "own_plain": [], "others_plain": []}
    for x in person.held_out:
        scorers = {"": echo.scorer(x), "_plain": overlap(x.words, person)}
        for _ in range(DRAWS):
            mine = rng.sample([r for r in own if r != x.reply], WAYS - 1)
            theirs = rng.sample(foreign, WAYS - 1)
            for kind, fit in scorers.items():
                found["own" + kind].append(first([fit(r) for r in (x.reply, *mine)]))
                found["others" + kind].append(first([fit(r) + voice(r) for r in (x.reply, *theirs)]))
    return {k: round(statistics.fmean(v), 3) for k, v in found.items()}


def nearest(person: Person) -> Callable[[str], str]:
    """Plain retrieval: the reply whose line is the nearest by BM25; the first of all where no word is shared."""
    known = exchanges(person.source, person.name)
    lines = Person(person.name, person.partner, person.source, [], [x.words for x in known])

    def reply(words: str) -> str:
        score = overlap(words, lines)
        return max(known, key=lambda x: score(x.words)).reply

    return reply


def overlap(words: str, person: Person) -> Callable[[str], float]:
    """Plain BM25 of a reply for the line as the question, over the person's source replies."""
    from afterword.memory.query import terms_of

    rows = [set(terms_of(t)) for t in person.own]
    seen = Counter(t for row in rows for t in row)
    mean = statistics.fmean(map(len, rows)) or 1.0
    asked = set(terms_of(words))

    def score(reply: str) -> float:
        said = Counter(terms_of(reply))
        n = sum(said.values())
        return sum(
            math.log(1 + (len(rows) - seen[t] + 0.5) / (seen[t] + 0.5)) * k * 2.2 / (k + 1.2 * (0.25 + 0.75 * n / mean))
            for t, k in said.items()
            if t in asked
        )

    return score


def voice_of(person: Person) -> Callable[[str], float]:
    from afterword.likeness.background import languages, voices
    from afterword.likeness.verifier import trained

    spoken = languages(person.own)
    background = [t for language in spoken for v in voices(language) for t in v.turns]
    verifier = trained(person.own, person.partners, background)
    scale = statistics.pstdev([verifier.score(t) for t in person.own[::4]]) or 1.0
    return lambda text: verifier.score(text) / scale


# -- the bench ----------------------------------------------------------------------------------------------------


def of_person(
    person: Person, others: Mapping[str, Sequence[str]], fits: Callable[[str, str], float], rng: random.Random
) -> dict[str, Any]:
    from afterword.likeness.authors import identifier, named_right
    from afterword.likeness.score import Said, auc
    from afterword.likeness.tells import tell

    foreign = [t for texts in others.values() for t in texts]
    real = [Said(x.reply, x.words) for x in person.held_out]
    with opened(person.source, person.name, person.partner) as echo:
        chosen = selection(echo, person, foreign, voice_of(person), rng)
        used: set[int] = set()
        answers: list[str] = []
        taken = []
        for x in person.held_out:
            before = time.process_time()
            found = echo.replies(x, used)
            taken.append((time.process_time() - before) * 1000)
            used |= {u.row for r in found[:1] for u in r.bubbles}
            answers.append("\n".join(u.text for u in found[0].bubbles) if found else "")
    retrieve = nearest(person)
    plain = [retrieve(x.words) for x in person.held_out]
    candidates = {person.name: person.own, **dict(list(others.items())[: AUTHORS - 1])}
    name_of = identifier(candidates)
    n = len(person.held_out)
    out: dict[str, Any] = {"held_out": n, "selection": chosen, "ms": latency(taken)}
    early = [Said(t) for t in person.own]
    own = tell(real, early, "raw")
    out["earlier_period_auc"] = own.auc if own else None
    for name, texts in (("echo", answers), ("plain", plain)):
        given = [t for t in texts if t]
        told = tell(real, [Said(t) for t in given], "raw")
        pairs = [(fits(x.words, x.reply), fits(x.words, t)) for x, t in zip(person.held_out, texts, strict=True) if t]
        out[name] = {
            "answered": round(len(given) / n, 3), "different": round(len({*given}) / max(1, len(given)), 3),
            "tell_auc": told.auc if told else None,
            "fit_auc": round(auc([a for a, _ in pairs], [b for _, b in pairs]), 3) if pairs else None,
            "author_at_5": named_right(name_of, person.name, given, GROUP),
        }  # fmt: skip
    return out


def latency(taken: Sequence[float]) -> dict[str, float]:
    rows = sorted(taken)
    return {"p50": round(statistics.median(rows), 1), "p95": round(rows[int((len(rows) - 1) * 0.95)], 1)}


def speed(messages: int, count: int = 100) -> dict[str, float]:
    """CPU milliseconds for a reply in a chat of so many messages; lines and the talk before them are lines of it."""
    rng = random.Random(5)
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        chat = Path(folder) / "chat.txt"
        synthetic.write(chat, messages)
        lines = [
            text for _, who, text in synthetic.messages(messages) if who == synthetic.ME and text != synthetic.MEDIA
        ]
        taken = []
        with opened(chat, synthetic.SUBJECT, synthetic.ME) as echo:
            for _ in range(count + 1):
                i = rng.randrange(HISTORY, len(lines))
                x = Exchange(tuple(lines[i - HISTORY : i]), lines[i], "", datetime(2024, 1, 1, rng.randrange(24)))
                before = time.process_time()
                echo.replies(x, set(), 24 if i % 2 else 1)
                taken.append((time.process_time() - before) * 1000)
            grown = growing(echo.records)
    return {"messages": messages, **latency(taken[1:]), **grown}


def growing(records: Any) -> dict[str, float]:
    """CPU seconds until the Echo's index is up to date: made anew, with later lines, with lines from all over the time."""
    from afterword.store import pairs
    from afterword.store.cipher import transaction

    shelf, rng = records.library.shelf, random.Random(7)

    def up_to_date() -> float:
        before = time.process_time()
        records.ready()
        return round(time.process_time() - before, 3)

    with transaction(shelf.db):
        pairs.clear(shelf)
        shelf.db.execute("DELETE FROM cache")
    found = {"index_s": up_to_date(), "added": ADDED}
    handles = [h[0] for h in shelf.handles() if h[5]]
    first, last = shelf.db.execute("SELECT min(at), max(at) FROM utterance WHERE at > 0").fetchone()
    times = {
        "later_s": [last + 60 * i for i in range(ADDED)],
        "between_s": [rng.randint(first, last) for _ in range(ADDED)],
    }
    for name, moments in times.items():
        with transaction(shelf.db):
            shelf.add_rows(
                [(rng.choice(handles), at, 0, 0, f"one more line {i}", 1, "", None) for i, at in enumerate(moments)]
            )
        found[name] = up_to_date()
    return found


def shipped(lang: str) -> list[Path]:
    from afterword.app.demo import stories

    return [stories()[lang].file]


def measure(paths: Sequence[str], others: Sequence[str], messages: int) -> dict[str, Any]:
    from afterword.likeness.background import languages, voices

    rng = random.Random(11)
    chats = [load(Path(p)) for p in paths] or [load(p) for p in shipped("zh")]
    strangers = [load(Path(p)) for p in others]
    people: dict[str, Any] = {}
    for chat in chats:
        rest = [c for c in (*strangers, *chats) if c is not chat]
        spoken = languages([t.text for t in chat.turns])
        judges = [c for c in rest if not {*c.speakers} & {*chat.speakers}] or [load(p) for p in shipped("en")]
        fits = fit_model(judges, rng)
        for speaker in chat.speakers:
            voiced = {
                f"{c.name}:{s}": [x.reply for x in exchanges(c.turns, s)]
                for c in rest
                if languages([t.text for t in c.turns]) == spoken
                for s in c.speakers
                if s not in chat.speakers
            }
            voiced |= {v.id: v.turns for language in spoken for v in voices(language) if not v.assistant}
            people[f"{chat.name}:{speaker}"] = of_person(split(chat, speaker), voiced, fits, rng)
    return {"people": people, "speed": speed(messages) if messages else None}
