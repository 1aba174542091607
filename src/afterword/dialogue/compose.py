"""Making a brief. In: a line, the profile, the records. Out: a Brief, or None where no persona may answer.

Everything is drawn with one die, thrown by the person, the line, the turn and a seed: the same turn gets the same brief.
What is shown of the person's real answers is chosen in exemplars.py, so that a persona made of good days is nobody's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from afterword import guard
from afterword.dialogue.brief import Brief, Episode, Known, Line, Phase, Word, fitted
from afterword.dialogue.exemplars import CARRIED, MOODS, Sources, exemplars, near_to, pool
from afterword.dialogue.markers import apart
from afterword.dialogue.moves import Drift
from afterword.dialogue.shape import Context, Row, Shape, Table, drawn, near, rows_of, utterances
from afterword.measures.lexicon import lower
from afterword.memory import Recall
from afterword.memory.query import holds, stems, terms_of
from afterword.model import Claim, Utterance
from afterword.profile import Profile, Standing, uses

GUIDED = ("hard", "goodbye")
"""Modes that belong to the Guide: no persona answers there, so there is nothing to brief."""
QUOTAS = {"catchphrase": 6, "particle": 4, "laughter": 3, "emoji": 3, "name": 2, "spelling": 4}
NEVER, RARELY, CLAIMS, EPISODES, SPELT = 14, 6, 6, 2, 3
DRAWN = {"laughter": "laughter", "emoji": "emoji", "particle": "particles"}
"""Words that are marks too, and the mark that must have been drawn for them."""
FITS, PULL = 0.5, 100
"""How far above its usual rate a form must stand in like moments (in standard errors, nearly), and the bubbles of any time
that its rate there is pulled towards."""
_BETWEEN = re.compile(r"[^a-z0-9'/]+")


def compose(
    line: str,
    profile: Profile,
    records: Sources,
    *,
    lang: str,
    mode: str = "chat",
    hour: int | None = None,
    history: Sequence[str] | None = None,
    turn: int = 0,
    seed: int = 0,
    until: int | None = None,
    recalled: Recall | None = None,
) -> Brief | None:
    """`history`: the lines of this talk before this one, of both; None where they are not known. `until`: nothing later
    than this moment is known. None for a line that the gate keeps from any persona, in the Guide's modes, and for a person
    without records."""
    if mode in GUIDED or profile.told_only:
        return None
    # whoever asks has passed the gate already; a brief does not take their word for it
    if guard.gate(line, subject_name=profile.name, lang=lang).name != "pass" or guard.asks_for_help(line):
        return None
    table = records.table()
    die = _die(line, profile, turn, seed)
    mood, here = _near(line, table, hour, history, until)
    shape = _drawn(here, die, table, records)
    found = recalled if recalled is not None else records.recall(line, EPISODES)
    standing = profile.corrections()
    shown = pool(
        line,
        records,
        table,
        [row for _, row in here],
        mode=mode,
        hour=hour,
        history=history or (),
        until=until,
        die=die,
    )
    never, rarely = apart(table.said)

    def told(form: str) -> bool:
        """Whether the user says that the person does write it: then its rarity in the records forbids nothing."""
        return any(uses(says, form) or uses(form, says) for _, says in standing.says)

    brief = Brief(
        name=profile.name,
        mode=mode,
        phase=_phase(profile, until),
        mood=mood,
        hour=hour,
        shape=shape,
        bubbles=table.said.n.get("", 0),
        typing=_typing(profile),
        words=_words(profile, table, shown.moments, standing, shape),
        corrected=standing.never,
        prefers=standing.says,
        never=tuple(f"{h.kind}:{h.form}" for h in never if not told(h.form))[:NEVER],
        rarely=tuple(h for h in rarely if not told(h.form))[:RARELY],
        exemplars=exemplars(
            shown,
            table,
            standing,
            balanced=mode not in MOODS,
            fits=(lambda _: True) if mode in MOODS else near_to(line),
        ),
        claims=_claims(line, profile, lang),
        records=found.label,
        told=tuple(x for x in found.told if not guard.injection_marks(x))[:3],
        episodes=tuple(_episodes(found, profile, until))[:EPISODES],
    )
    return fitted(brief, lang)


def shape_of(
    line: str, profile: Profile, records: Sources, *, hour: int | None, history: Sequence[str] | None = None
) -> Shape | None:
    """The shape that the brief of this line asked for, so that drafts which come back without it are held against it."""
    table = records.table()
    return _drawn(_near(line, table, hour, history, None)[1], _die(line, profile, 0, 0), table, records)


def _die(line: str, profile: Profile, turn: int, seed: int) -> random.Random:
    return random.Random(blake2b(f"{profile.speaker}\x1f{line}\x1f{turn}\x1f{seed}".encode(), digest_size=8).digest())


def _near(
    line: str, table: Table, hour: int | None, history: Sequence[str] | None, until: int | None
) -> tuple[str, list[tuple[float, Row]]]:
    """The mood of the talk, and the moments nearest to this one."""
    mood = Drift([*(history or ())[-CARRIED:], line]).mood
    minute = -1 if hour is None else 60 * hour + 30
    opens = None if history is None else not history
    return mood, near(table, Context.of(line, mood, opens, minute=minute), until=until)


def _drawn(here: Sequence[tuple[float, Row]], die: random.Random, table: Table, records: Sources) -> Shape | None:
    def words(row: Row) -> str:
        return "\n".join(u.text for u in utterances(row, dict(records.fetch(rows_of([row]))))[1])

    return drawn(here, die, direct=table.direct, minutes=table.minutes, words=words)


# -- words --------------------------------------------------------------------------------------------------------------


def _value(profile: Profile, name: str) -> tuple[Any, int]:
    m = profile.measured().get(name)
    return (m.value, m.n) if m is not None and m.enough else (None, 0)


def _typing(profile: Profile) -> dict[str, float]:
    """Shares of bubbles, in a hundred, of how lines are ended, marked and spelt."""
    out: dict[str, float] = {}
    ends, _ = _value(profile, "voice.endings")
    if ends:
        out |= {"unclosed": ends["none"], "period": ends["period"]}
    marks, _ = _value(profile, "voice.punctuation")
    if marks:
        out |= {k: marks[k] for k in ("comma", "exclamation", "question", "ellipsis", "tilde")}
    case, _ = _value(profile, "voice.case")
    if case:
        out |= {"lower": case["lower"], "capital": case["initial_capital"]}
    for name in ("laughter", "particles", "emoji", "stretch", "mixing"):
        value, _ = _value(profile, f"voice.{name}")
        if value:
            out[name] = value["share"]
    return {k: round(100 * v, 1) for k, v in out.items()}


def _own(profile: Profile, table: Table) -> Iterator[Word]:
    def words(kind: str, rows: Sequence[Mapping[str, Any]], n: int, key: str = "form") -> Iterator[Word]:
        for row in rows:
            if row["count"] >= SPELT:
                yield Word(str(row[key]), kind, round(100 * row["count"] / n, 1), row["count"])

    for name, kind, key in (
        ("laughter", "laughter", "forms"),
        ("particles", "particle", "top"),
        ("emoji", "emoji", "top"),
    ):
        value, n = _value(profile, f"voice.{name}")
        if value:
            yield from words(kind, value[key], n)
    called, n = _value(profile, "words.names")
    bubbles = table.said.n.get("", 0)
    if called and bubbles:
        yield from words("name", [r for r in called if r["by"] == profile.speaker], bubbles)
    typical, n = _value(profile, "words.typical")
    if typical:
        yield from words("catchphrase", typical, n, "term")
    spelt = [m.partition(":") for m in table.said.uses if m.startswith(("short:", "slip:"))]
    rows = [{"form": form, "count": table.said.uses[f"{kind}:{form}"]} for kind, _, form in spelt]
    if bubbles:
        yield from words("spelling", sorted(rows, key=lambda r: (-r["count"], r["form"])), bubbles)


def _words(
    profile: Profile, table: Table, nearby: Sequence[Utterance], standing: Standing, shape: Shape | None
) -> tuple[Word, ...]:
    """The person's forms that stand in answers to like moments more often than in others, the likeliest here first; none
    where nothing is known of such moments. What is usual at any time says nothing about this one, and a laugh is not
    offered where none was drawn."""
    barred = {kind for kind, mark in DRAWN.items() if shape is not None and mark not in shape.marks}
    texts = [lower(u.text) for u in nearby]
    plain = "\n".join(texts)
    spaced = _BETWEEN.sub("  ", f" {plain} ")
    kept: dict[str, tuple[float, int, Word]] = {}
    for place, word in enumerate(_own(profile, table)):
        form = lower(word.form.rstrip("…"))
        if word.kind in barred or form in kept or standing.barred(form) or guard.injection_marks(word.form):
            continue
        here = spaced.count(f" {form.replace(' ', '  ')} ") if form.isascii() else plain.count(form)
        usual = word.per_100 / 100
        expected = usual * len(texts)
        if here - expected > FITS * (expected + 1) ** 0.5:
            kept[form] = (-(here + PULL * usual) / (len(texts) + PULL), place, word)
    left = dict(QUOTAS)
    out = []
    for _, _, word in sorted(kept.values(), key=lambda w: w[:2]):
        if left[word.kind]:
            left[word.kind] -= 1
            out.append(word)
    return tuple(out)


# -- what is known ------------------------------------------------------------------------------------------------------


def _phase(profile: Profile, until: int | None) -> Phase:
    c = profile.coverage
    whole = Phase("", str(c.get("first") or ""), str(c.get("last") or ""))
    if until is None:
        time = c.get("time")
        return Phase(str(time["label"]), str(time["first"]), str(time["last"])) if isinstance(time, dict) else whole
    from datetime import UTC, datetime

    day = datetime.fromtimestamp(until, UTC).date().isoformat()
    rows, _ = _value(profile, "story.phases")
    held = [p for p in rows or () if p["start"] <= day and p["label_key"] != "unrecorded"]
    return Phase(held[-1]["label_key"], held[-1]["start"], min(held[-1]["end"], day)) if held else whole


def _claims(line: str, profile: Profile, lang: str) -> tuple[Known, ...]:
    """Claims that share a word with the line, then those of manner that numbers elsewhere in the brief do not say."""
    terms = terms_of(line, (profile.name, profile.owner_name))
    # a correction of words stands in its own lists; one of manner has nothing but its sentence
    worded = {f"note:{n.id}" for n in profile.notes if n.words.strip() or n.instead.strip()}
    scored: list[tuple[float, int, Claim]] = []
    for place, c in enumerate(profile.claims):
        if c.verdict.name not in ("supported", "told-by-user") or c.key in worded:
            continue
        about = stems(" ".join([c.statement[lang], *(q.words for q in c.evidence.quotes)]))
        shared = sum(holds(about, t) for t in terms) / (len(terms) or 1)
        if shared or c.made_by in ("user", "model"):
            scored.append((-shared - (c.topic == "correction"), place, c))
    best = [c for _, _, c in sorted(scored, key=lambda s: s[:2])]
    return tuple(
        Known(c.id, c.statement[lang], c.verdict.name) for c in best if not guard.injection_marks(c.statement[lang])
    )[:CLAIMS]


def _episodes(found: Recall, profile: Profile, until: int | None) -> Iterator[Episode]:
    if found.label != "known":
        return
    for hit in found.hits:
        lines = tuple(
            Line(profile.name if u.speaker == profile.speaker else profile.owner_name, u.text, u.id)
            for u in hit.utterances
            if u.text.strip() and not guard.injection_marks(u.text) and (until is None or u.at <= until)
        )
        if lines:
            first = hit.utterances[0]
            yield Episode(f"{first.local:%Y-%m-%d %H:%M}" if first.at else "", lines)
