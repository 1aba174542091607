"""Voice: how much text reads like one person. In: a conversation. Out: scores, or "not measurable" with the reason.

Split by time before anything is made of it: 50 % persona source, 25 % verifier, 25 % held out. A verifier that had seen
the persona's source would score a replay of it far over the person. Voice = 100 · (s − s0) / (s_held-out − s0), where s
is the mean log-odds of character 2- to 5-grams with an informative Dirichlet prior (Monroe et al. 2008), s_held-out is
one half of the person's held-out turns in alternating blocks of eight (the other half checks the calibration), and s0
is half partner, half unseen background. 100 is the target and not the floor: above about 115 lies caricature.

Departs from the full score: no content-masked and no style part, no Tell, no Rhythm. This is the first of three parts.
"""

from __future__ import annotations

import math
import random
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quality.conversations import Conversation, Turn, as_whatsapp, load
from quality.importing import PASSPHRASE

LEAST_VERIFIER, LEAST_HELD_OUT, LEAST_SOURCE = 100, 40, 40
LEAST_AUC, MOST_HALF_WIDTH = 0.85, 25.0
BLOCK, GROUP, SAMPLES = 8, 5, 300
PRIOR = 2_000.0
"""Weight of the prior, in n-grams: a gram must be seen several times before it says much."""

Score = Callable[[str], float]


def grams(text: str) -> Counter[str]:
    """Character 2- to 5-grams, line by line, with edges marked; letters keep their case, since case is voice."""
    found: Counter[str] = Counter()
    for line in text.split("\n"):
        padded = f"\x02{line}\x03"
        for n in range(2, 6):
            found.update(padded[i : i + n] for i in range(len(padded) - n + 1))
    return found


def verifier(own: Sequence[str], others: Sequence[str]) -> Score:
    """Mean log-odds of a text's grams: positive reads like the person."""
    a, b = Counter[str](), Counter[str]()
    for text in own:
        a += grams(text)
    for text in others:
        b += grams(text)
    total_a, total_b = sum(a.values()), sum(b.values())
    total = total_a + total_b
    weights = {}
    for gram in a.keys() | b.keys():
        prior = PRIOR * (a[gram] + b[gram]) / total
        here, there = a[gram] + prior, b[gram] + prior
        weights[gram] = math.log(here / (total_a + PRIOR - here)) - math.log(there / (total_b + PRIOR - there))

    def score(text: str) -> float:
        found = grams(text)
        n = sum(found.values())
        return sum(weights.get(g, 0.0) * k for g, k in found.items()) / n if n else 0.0

    return score


def auc(own: Sequence[float], others: Sequence[float]) -> float:
    """The share of pairs in which the person's own is ranked higher."""
    wins = sum((x > y) + 0.5 * (x == y) for x in own for y in others)
    return wins / (len(own) * len(others))


def grouped(scores: Sequence[float], size: int = GROUP) -> list[float]:
    return [statistics.fmean(scores[i : i + size]) for i in range(0, len(scores) - size + 1, size)]


def halves(turns: Sequence[Turn]) -> tuple[list[Turn], list[Turn]]:
    """Alternating blocks of eight turns."""
    parts: tuple[list[Turn], list[Turn]] = ([], [])
    for i, turn in enumerate(turns):
        parts[i // BLOCK % 2].append(turn)
    return parts


def split(turns: Sequence[Turn]) -> tuple[tuple[Turn, ...], tuple[Turn, ...], tuple[Turn, ...]]:
    """Source, verifier and held-out, by time."""
    a, b = len(turns) // 2, len(turns) * 3 // 4
    return tuple(turns[:a]), tuple(turns[a:b]), tuple(turns[b:])


def interval(scores: Sequence[float], floor: float, top: float) -> tuple[float, float]:
    """95 % by bootstrap over blocks of turns."""
    rng = random.Random(1)
    blocks = [scores[i : i + BLOCK] for i in range(0, len(scores), BLOCK)]
    means = sorted(statistics.fmean([x for b in rng.choices(blocks, k=len(blocks)) for x in b]) for _ in range(SAMPLES))
    low, high = means[int(SAMPLES * 0.025)], means[int(SAMPLES * 0.975)]
    return voice(low, floor, top), voice(high, floor, top)


def voice(s: float, floor: float, top: float) -> float:
    return round(100 * (s - floor) / (top - floor), 1)


def echo_replies(source: tuple[Turn, ...], contexts: Sequence[Turn], person: str, me: str) -> list[str]:
    """What the shipped Echo answers, given the source half alone; nothing for contexts to which it stays silent."""
    from afterword import Workspace

    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        chat = Path(folder) / f"WhatsApp Chat with {person}.txt"
        as_whatsapp(source, chat)
        with Workspace(Path(folder) / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
            from afterword.importers import Options

            made = w.create([chat], name=person, me=me, subject=person, options=Options(date_order="dmy"))
            out = []
            for context in contexts:
                talk = w.talk(made["person"], now=lambda: datetime(2024, 1, 1, 20, tzinfo=UTC))
                exchange = talk.turn(context.text)
                if exchange.echo:
                    out.append("\n".join(b.words for b in exchange.echo))
            return out


def shipped() -> Path:
    from afterword.app.demo import stories

    return stories()["en"].file


def other_shipped(than: Path) -> list[Path]:
    from afterword.app.demo import stories

    return [s.file for s in stories().values() if s.file != than and s.file.exists()]


def measure(path: str | None, *, person: str | None = None, background: Sequence[str] = ()) -> dict[str, Any]:
    chosen = Path(path) if path else shipped()
    if not chosen.exists():
        return {"measurable": False, "why": f"{chosen.name} is not there"}
    strangers = [load(Path(b)) for b in background] or [load(b) for b in other_shipped(chosen)]
    return measure_voice(load(chosen), strangers, person)


def measure_voice(chat: Conversation, strangers: Sequence[Conversation], person: str | None) -> dict[str, Any]:
    if len(chat.speakers) != 2:
        return {"measurable": False, "why": f"{len(chat.speakers)} people, not two"}
    subject = person or chat.speakers[1]
    (partner,) = [s for s in chat.speakers if s != subject]
    source, judge, rest = split(chat.turns)
    own = {
        name: [t for t in part if t.speaker == subject]
        for name, part in (("source", source), ("verifier", judge), ("held_out", rest))
    }
    theirs = [t.text for t in (*source, *judge) if t.speaker == partner]
    foreign = [t.text for c in strangers for t in c.turns]
    seen, unseen = foreign[0::2], foreign[1::2]
    messages = sum(len(t.lines) for t in own["verifier"])
    about: dict[str, Any] = {
        "conversation": chat.name, "person": subject, "background_turns": len(foreign),
        "turns": {k: len(v) for k, v in own.items()}, "verifier_messages": messages,
    }  # fmt: skip

    def no(why: str) -> dict[str, Any]:
        return {**about, "measurable": False, "why": why}

    if messages < LEAST_VERIFIER:
        return no(f"{messages} verifier messages, at least {LEAST_VERIFIER}")
    if len(own["held_out"]) < LEAST_HELD_OUT:
        return no(f"{len(own['held_out'])} held-out turns, at least {LEAST_HELD_OUT}")
    if len(own["source"]) < LEAST_SOURCE:
        return no(f"{len(own['source'])} persona turns, at least {LEAST_SOURCE}")
    if not foreign:
        return no("no background: name conversations of strangers with --background")
    score = verifier([t.text for t in own["verifier"]], theirs + seen)
    calibrating, checking = halves(own["held_out"])
    calibrated, checked = [score(t.text) for t in calibrating], [score(t.text) for t in checking]
    partners = [score(t.text) for t in rest if t.speaker == partner]
    outside = [score(x) for x in unseen]
    floor = (statistics.fmean(partners) + statistics.fmean(outside)) / 2
    top = statistics.fmean(calibrated)
    own_groups, other_groups = grouped(calibrated + checked), grouped(partners) + grouped(outside)
    if not own_groups or not other_groups:
        return no("too few turns for groups of five")
    known = auc(own_groups, other_groups)
    about["verifier_auc_5"] = round(known, 3)
    if known < LEAST_AUC or top <= floor:
        return no(f"the verifier's AUC at {GROUP} turns is {known:.2f}, at least {LEAST_AUC}")
    contexts = [a for a, b in zip(rest, rest[1:], strict=False) if a.speaker == partner and b.speaker == subject]
    replies = echo_replies(source, contexts, subject, partner)
    found: dict[str, Any] = {}
    for name, scores in (("person_held_out", checked), ("partner", partners), ("echo", [score(x) for x in replies])):
        if not scores:
            found[name] = {"voice": None, "n": 0}
            continue
        low, high = interval(scores, floor, top)
        found[name] = {"voice": voice(statistics.fmean(scores), floor, top), "interval": [low, high], "n": len(scores)}
    found["echo"]["contexts"] = len(contexts)
    low, high = found["person_held_out"]["interval"]
    if (high - low) / 2 > MOST_HALF_WIDTH:
        return {
            **no(f"the interval's half-width is {(high - low) / 2:.0f}, at most {MOST_HALF_WIDTH:.0f}"),
            "voice": found,
        }
    return {**about, "measurable": True, "voice": found}
