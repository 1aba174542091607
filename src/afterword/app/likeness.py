"""How much replies read like the person. In: a persona's shelf, a file of replies. Out: scores, sentences, a page.

The person's turns are cut in three by time: the first half is all that the Echo may quote, a quarter teaches the judge,
the last quarter is what everything is held against. A judge that had seen the words which the Echo repeats would put it far
over the person. What is measured is therefore the half build, and every output says so.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from afterword.app import likeness_page
from afterword.app.library import Library
from afterword.app.personas import Personas
from afterword.app.private_files import remembered
from afterword.app.reply_files import read_replies
from afterword.app.talking import VaultRecords
from afterword.likeness import sanitise
from afterword.likeness.measure import CARICATURE as TOO_OFTEN
from afterword.likeness.measure import Measure, Score
from afterword.likeness.score import (
    BLOCK,
    CARICATURE,
    TOO_UNLIKE,
    Figure,
    Judge,
    NotMeasurable,
    Parts,
    Said,
    halves,
    judge,
    parts,
    said,
)
from afterword.memory import similar_replies
from afterword.model import Conversation, Kind, Turn
from afterword.model.corpus import SESSION_GAP, turns
from afterword.profile import Profile
from afterword.store import Vault
from afterword.texts import say

VERSION = "3"
"""Of what is kept: raised when the judge or the voices change."""
MOST, MOST_HELD_OUT, MOST_CONTEXTS = 1_000, 400, 200
"""Turns of a part, of the last part, and lines put to the Echo, evenly over the time: more changes the figures little."""
PERIODS, EXAMPLES = 4, 8
WAITS = (60, 600, 3_600, 6 * 3_600)
BURST = 6
COLUMNS = ("set", "n", "voice", "tell", "rhythm", "all")

Progress = Callable[[str, int], None]
Tick = Callable[[str], None]
T = TypeVar("T")


class Row(msgspec.Struct, frozen=True):
    """One set of replies. `bubbles`: shares of turns with one, two … six bubbles or more; `waits`: shares of the known
    waits under a minute, ten minutes, an hour, and longer; () if none is known."""

    set: str
    score: Score
    bubbles: tuple[float, ...]
    waits: tuple[float, ...]


class Example(msgspec.Struct, frozen=True):
    """`real` is "" where nobody knows what the person would have written."""

    to: str
    real: str
    reply: str


class Period(msgspec.Struct, frozen=True):
    first: str
    voice: Figure


class Measured(msgspec.Struct, frozen=True):
    """What is the same whatever replies are compared; kept until new messages come in.

    auc       how well the judge tells groups of five turns from strangers' and the partner's
    earlier   the area at which the person's own earlier turns are told from the later ones
    """

    turns: dict[str, int]
    why: NotMeasurable | None = None
    auc: float = 0.0
    earlier: float | None = None
    rows: tuple[Row, ...] = ()
    periods: tuple[Period, ...] = ()
    contexts: int = 0
    examples: tuple[Example, ...] = ()


class Sides(msgspec.Struct, frozen=True):
    """A chat cut for judging. `held_out` and `source`: the person's turns of those parts; `until`: where the source ends."""

    own: Parts
    partner: Parts
    source: tuple[Turn, ...]
    held_out: tuple[Turn, ...]
    until: int


def spread(rows: Sequence[T], most: int) -> tuple[T, ...]:
    n = min(most, len(rows))
    return tuple(rows[i * len(rows) // n] for i in range(n))


def thinned(cut: Parts) -> Parts:
    return Parts(spread(cut.source, MOST), spread(cut.verifier, MOST), spread(cut.held_out, MOST_HELD_OUT))


def sides(chat: Conversation) -> Sides:
    """The person's turns and everybody else's; words alone, since a picture's placeholder is nobody's voice."""
    heard = list(turns([u for u in chat.utterances if u.kind == Kind.TEXT and u.text.strip()]))
    own = [t for t in heard if t.speaker == chat.subject]
    cut = parts(_said(heard, chat.subject))
    others = [parts(_said(heard, s.id)) for s in chat.speakers if s.id != chat.subject]
    a, b = len(cut.source), len(cut.source) + len(cut.verifier)
    return Sides(
        thinned(cut),
        thinned(Parts(*(tuple(itertools.chain(*part)) for part in zip(*map(_three, others), strict=True))))
        if others
        else Parts((), (), ()),
        spread(own[:a], MOST), spread(own[b:], MOST_HELD_OUT), own[a].start if a < len(own) else 0,
    )  # fmt: skip


def _three(cut: Parts) -> tuple[tuple[Said, ...], ...]:
    return cut.source, cut.verifier, cut.held_out


def _said(heard: Sequence[Turn], speaker: str) -> list[Said]:
    """Without waits where the records have no dates."""
    rows = said(heard, speaker)
    dated = any(t.start for t in heard)
    return rows if dated else [Said(r.text, r.to) for r in rows]


# -- measuring ----------------------------------------------------------------------------------------------------------


def measured(
    profile: Profile,
    library: Library,
    replies: Sequence[Said] | None,
    tick: Tick = lambda step: None,
) -> tuple[Measured, Row | None, tuple[Example, ...]]:
    """What holds for the person, kept on their shelf; the row of a file of replies, and examples of them."""
    basis = f"{VERSION}|{profile.speaker}|{library.shelf.stamp()}"
    body = library.shelf.cached("likeness", basis)
    known = msgspec.json.decode(body, type=Measured) if body else None
    if known and (replies is None or known.why):
        return known, None, ()
    tick("reading")
    cut = sides(library.conversation(profile.speaker))
    tick("judge")
    made = judge(cut.own, cut.partner)
    if isinstance(made, NotMeasurable):
        known, measure = Measured(_turns(cut.own), made), None
    else:
        measure = Measure(made, profile.name)
        known = known or always(profile, library, cut, measure, tick)
    library.shelf.keep("likeness", basis, msgspec.json.encode(known).decode())
    if measure is None or replies is None:
        return known, None, ()
    tick("replies")
    really = {s.to: s.text for s in cut.own.held_out if s.to}
    beside = tuple(Example(s.to, really.get(s.to, ""), s.text) for s in spread(replies, EXAMPLES))
    return known, row("replies", measure.score(replies), replies), beside


def always(
    profile: Profile, library: Library, cut: Sides, measure: Measure, tick: Tick = lambda step: None
) -> Measured:
    """The person's own other half, the partner, strangers and the Echo."""
    made = measure.judge
    tick("own")
    found = [row("own", measure.self_score(), halves(made.own.held_out)[1])]
    if (partner := measure.partner_score()) is not None:
        found.append(row("partner", partner, cut.partner.held_out))
    found.append(row("strangers", measure.stranger_score(), ()))
    tick("echo")
    contexts, pairs = echo(profile, library, cut)
    if pairs:
        given = [x for _, x in pairs]
        found.append(row("echo", measure.score(given), given))
    ends = measure.ends.get("raw")
    return Measured(
        _turns(cut.own), None, round(made.auc(), 3), ends[1] if ends else None, tuple(found), tuple(_periods(made, cut)),
        contexts, tuple(Example(real.to, real.text, x.text) for real, x in spread(pairs, EXAMPLES)),
    )  # fmt: skip


def _turns(own: Parts) -> dict[str, int]:
    return {"source": len(own.source), "verifier": len(own.verifier), "held_out": len(own.held_out)}


def echo(profile: Profile, library: Library, cut: Sides) -> tuple[int, list[tuple[Said, Said]]]:
    """Lines put to the Echo, and what the person and the Echo answered, without the lines at which it was silent.

    It quotes the source half alone; what is usual in this chat it has counted over all of it.
    """
    if not cut.until:
        return 0, []
    records = VaultRecords(profile, library)
    records.ready()
    names = (profile.name, profile.owner_name, *library.names())
    asked = [(s, t) for s, t in zip(cut.own.held_out, cut.held_out, strict=True) if s.to]
    used: set[int] = set()
    out, last = [], 0
    asked = list(spread(asked, MOST_CONTEXTS))
    for real, turn in asked:
        if turn.start - last > SESSION_GAP:  # a new talk has repeated nothing yet
            used = set()
        last = turn.end
        found = similar_replies(
            library.shelf, real.to, names=names, hour=turn.utterances[0].local.hour, fetch=library.fetch,
            before=library.answered_by, used=used, until=cut.until, k=1,
        )  # fmt: skip
        if found:
            used |= {u.row for u in found[0].bubbles}
            out.append((real, Said("\n".join(u.text for u in found[0].bubbles if u.text), real.to)))
    return len(asked), out


def row(name: str, score: Score, rows: Sequence[Said]) -> Row:
    return Row(name, score, _bubbles(rows), _waits(rows))


def _bubbles(rows: Sequence[Said]) -> tuple[float, ...]:
    sizes = Counter(min(BURST, len([x for x in r.text.split("\n") if x.strip()])) for r in rows)
    return tuple(round(sizes[n] / len(rows), 3) for n in range(1, BURST + 1)) if rows else ()


def _waits(rows: Sequence[Said]) -> tuple[float, ...]:
    waits = [r.wait for r in rows if r.wait is not None]
    places = Counter(next((i for i, most in enumerate(WAITS) if w < most), len(WAITS) - 1) for w in waits)
    return tuple(round(places[i] / len(waits), 3) for i in range(len(WAITS))) if waits else ()


def _periods(made: Judge, cut: Sides) -> Iterable[Period]:
    """The voice through the source half, which the judge has not seen, and in the last quarter."""
    n = len(cut.source)
    for k in range(PERIODS):
        a, b = k * n // PERIODS, (k + 1) * n // PERIODS
        if b - a >= BLOCK:
            yield Period(f"{cut.source[a].utterances[0].local:%Y-%m-%d}", made.voice(made.scores(cut.own.source[a:b])))
    yield Period(f"{cut.held_out[0].utterances[0].local:%Y-%m-%d}", made.voice(made.scored[len(cut.own.verifier) :]))


# -- saying it ----------------------------------------------------------------------------------------------------------


def why_not(reason: NotMeasurable, name: str, lang: str) -> str:
    least = reason.least if reason.least % 1 else int(reason.least)
    found = reason.found if reason.found % 1 else int(reason.found)
    return say(lang, f"likeness.not_{reason.code}", name=name, found=found, least=least)


def figures(score: Score) -> list[str]:
    """As a person reads them: Voice with its interval, Tell, Rhythm and all together. Tell and Rhythm over 100 are as
    good as 100: nobody need be harder to tell from the person than the person was."""
    v = score.voice
    rest = (None if x is None else min(100.0, max(0.0, x)) for x in (score.tell, score.rhythm, score.headline))
    return [f"{v.value:.0f} [{v.low:.0f} – {v.high:.0f}]", *("–" if x is None else f"{x:.0f}" for x in rest)]


def meaning(name: str, label: str, score: Score, known: Measured, lang: str) -> list[str]:
    """What the figures of one set say, in two or three sentences."""
    before = [p.voice for p in known.periods[:-1]]

    def tell(key: str, **values: object) -> str:
        return say(lang, f"likeness.{key}", name=name, label=label, **values)

    voice = score.voice.value
    kind = "caricature" if voice > CARICATURE else "unlike" if voice < TOO_UNLIKE else "like"
    low, high = min((f.value for f in before), default=0.0), max((f.value for f in before), default=0.0)
    if kind == "caricature" and voice <= high:  # people drift: what comes from the first half reads like the first half
        kind = "then"
    out = [tell(kind, value=round(voice), low=round(low), high=round(high))]
    if (raw := score.areas.get("raw")) is None:
        out.append(tell("few", n=score.n, least=2 * BLOCK))
    elif known.earlier is not None:
        out.append(tell("told_apart", n=round(100 * raw.auc), own=round(100 * known.earlier)))
    index = score.sanitised
    if index.low <= 0 <= index.high or abs(index.value) <= sanitise.FLAG:
        out.append(tell("as_warm"))
    else:
        side = 1 if index.value > 0 else -1
        most = sorted((m for m in index.markers if m.d * side > sanitise.RED), key=lambda m: -abs(m.d))[:4]
        what = say(lang, "likeness.and").join(say(lang, f"likeness.marker.{m.name}") for m in most)
        out.append(tell("nicer" if side > 0 else "colder", what=what or "–"))
    if score.signature is not None and score.signature > TOO_OFTEN:
        out.append(tell("too_often", times=f"{score.signature:.1f}"))
    return out


class Likenesses:
    """The operation on likeness, over a vault."""

    vault: Vault
    personas: Personas
    lang: str

    def likeness(
        self,
        person: str | None = None,
        replies: str | Path | None = None,
        report: str | Path | None = None,
        *,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """How much replies read like the person: `{"person", "measurable", "sets", "meaning", …}`; "why" if it cannot be
        measured. `replies`: a file of them, .jsonl or .txt; `report`: where to write a page."""
        profile, library = self.personas.profile(person)
        given = read_replies(Path(replies)) if replies else None

        def tick(step: str) -> None:
            if progress:
                progress(say(self.lang, f"likeness.step_{step}", name=profile.name), 0)

        known, extra, beside = measured(profile, library, given, tick)
        shown: dict[str, Any] = {
            "person": profile.slug, "name": profile.name, "measurable": known.why is None, "turns": known.turns,
            "title": say(self.lang, "likeness.title", name=profile.name),
            "columns": [say(self.lang, f"likeness.col_{c}") for c in COLUMNS],
        }  # fmt: skip
        if known.why:
            return shown | {
                "reason": msgspec.to_builtins(known.why),
                "why": why_not(known.why, profile.name, self.lang),
                "report": None,
            }
        shown |= self._told(profile, known, extra, Path(replies).name if replies else "")
        shown["examples"] = msgspec.to_builtins(known.examples)
        shown["reply_examples"] = msgspec.to_builtins(beside)
        if report:
            with remembered(self.vault, library.shelf.id, Path(report)):
                likeness_page.write(shown, Path(report), self.lang)
        return shown | {"report": str(report) if report else None}

    def _told(self, profile: Profile, known: Measured, extra: Row | None, file: str) -> dict[str, Any]:
        def tell(key: str, **values: object) -> str:
            return say(self.lang, f"likeness.{key}", name=profile.name, **values)

        rows = [*known.rows, *([extra] if extra else ())]
        sets, sentences = [], [tell("scale")]
        for r in rows:
            label = tell(f"set_{r.set}", owner=profile.owner_name, file=file)
            sets.append({
                "set": r.set, "label": label, "figures": figures(r.score), **msgspec.to_builtins(r.score),
                "bubbles_of_turns": list(r.bubbles), "waits": list(r.waits),
            })  # fmt: skip
            if r.set == "own":
                v = r.score.voice
                sentences.append(tell("checked", value=round(v.value), low=round(v.low), high=round(v.high)))
            elif r.set in ("echo", "replies"):
                sentences += meaning(profile.name, label, r.score, known, self.lang)
            if r.set == "echo":
                sentences.append(tell("echo_answered", n=r.score.n, of=known.contexts))
        if any("–" in s["figures"] for s in sets):
            sentences.append(tell("dash", owner=profile.owner_name))
        return {
            "sets": sets, "meaning": sentences, "verifier_auc": known.auc, "earlier_auc": known.earlier,
            "measured_on": tell("half", **known.turns), "left_out": tell("left_out"),
            "periods": msgspec.to_builtins(known.periods), "echo_contexts": known.contexts,
        }  # fmt: skip
