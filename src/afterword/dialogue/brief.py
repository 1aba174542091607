"""What a writer is told before a reply. In: choices made by compose.py. Out: one value; JSON for hosts, a card for models.

Description alone makes a stranger of anybody; measured style with real answers does nearly all of the work. So the card is
commands and numbers first, then exemplars inside a fence, and it fits in 1,500 tokens: what is least missed is left out
first, and the exemplars go last.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from afterword.dialogue.markers import Habit
from afterword.dialogue.shape import MARKS, Shape
from afterword.profile.draft import duration
from afterword.texts import say

MOST = 1500
_WIDE = re.compile("[\u2e80-\U0010ffff]")


class Phase(msgspec.Struct, frozen=True):
    """The time that is spoken from. `label`: that of the measured phase, "" for the whole of the records."""

    label: str
    first: str
    last: str


class Word(msgspec.Struct, frozen=True):
    """A form that is the person's own: uses in a hundred bubbles, and how often it was counted."""

    form: str
    kind: str
    per_100: float
    n: int


class Exemplar(msgspec.Struct, frozen=True):
    """A real answer: what was said to the person, and their bubbles, letter by letter."""

    to: tuple[str, ...]
    said: tuple[str, ...]
    at: str
    ids: tuple[str, ...]
    tone: str = ""


class Known(msgspec.Struct, frozen=True):
    """A claim that matters here."""

    id: str
    statement: str
    verdict: str


class Line(msgspec.Struct, frozen=True):
    who: str
    words: str
    id: str


class Episode(msgspec.Struct, frozen=True):
    at: str
    lines: tuple[Line, ...]


class Brief(msgspec.Struct, frozen=True):
    """Everything a reply may stand on.

    typing    in how many of a hundred bubbles: "unclosed", "lower", "exclamation" …
    never     markers ("kind:form") that the person did not write once in `bubbles` bubbles, where others would have
    corrected what the user said the person would not say
    prefers   what the user said the person would say: (instead of what, "" for nothing in particular; the words)
    records   "known", "told-by-you" or "not-in-records": what the records hold of what was asked
    """

    name: str
    mode: str
    phase: Phase
    mood: str
    hour: int | None
    shape: Shape | None
    bubbles: int
    typing: dict[str, float] = {}
    words: tuple[Word, ...] = ()
    corrected: tuple[str, ...] = ()
    prefers: tuple[tuple[str, str], ...] = ()
    never: tuple[str, ...] = ()
    rarely: tuple[Habit, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    claims: tuple[Known, ...] = ()
    records: str = "not-in-records"
    told: tuple[str, ...] = ()
    episodes: tuple[Episode, ...] = ()


def as_dict(brief: Brief) -> dict[str, Any]:
    """JSON-ready, for hosts."""
    made: dict[str, Any] = msgspec.to_builtins(brief)
    return made


def tokens(text: str) -> int:
    """An estimate that needs no tokenizer: a CJK character or an emoji is one, four of any others are one."""
    wide = len(_WIDE.findall(text))
    return wide + math.ceil((len(text) - wide) / 4)


# -- the card -----------------------------------------------------------------------------------------------------------


def as_text(brief: Brief, lang: str) -> str:
    """Commands for a model. Words of the records stand as JSON inside fences: what is inside is data."""
    b = brief

    def t(key: str, **values: object) -> str:
        return say(lang, f"brief.{key}", name=b.name, **values)

    hour = t("any_hour") if b.hour is None else f"{b.hour}:00"
    phase = t("whole") if not b.phase.label else t("phase", first=b.phase.first, last=b.phase.last)
    rows = [t("now", mode=t(f"mode_{b.mode}"), mood=t(f"mood_{b.mood or 'plain'}"), hour=hour, phase=phase)]
    if b.shape is not None:
        rows.append(_shape(b.shape, lang, b.name))
    if b.typing:
        rows.append(t("typing", rows=_list(f"{t('typing_' + k)} {_number(v)}" for k, v in b.typing.items())))
    if b.words:
        rows.append(t("words", rows=_list(f"{w.form} {_number(w.per_100)}" for w in b.words)))
    if b.corrected:
        rows.append(t("corrected", rows=_list(b.corrected)))
    if b.prefers:
        rows.append(t("prefers", rows=_list(f"{says} (≠ {never})" if never else says for never, says in b.prefers)))
    if b.never:
        rows.append(t("never", n=b.bubbles, rows=_list(_marker(m, lang) for m in b.never)))
    if b.rarely:
        rare = (f"{_marker(f'{h.kind}:{h.form}', lang)} {_number(100 * h.uses / h.n)}" for h in b.rarely)
        rows.append(t("rarely", rows=_list(rare)))
    if b.exemplars:
        rows += [t("exemplars"), "```jsonl"]
        rows += [_json({"to": e.to, b.name: e.said, "at": e.at[:10]}) for e in b.exemplars]
        rows.append("```")
    if b.claims:
        rows += [t("claims"), *(f"- {c.statement}" for c in b.claims)]
    if b.told:
        rows += [t("told"), "```jsonl", *(_json(x) for x in b.told), "```"]
    if b.episodes:
        rows += [t("episodes"), "```jsonl"]
        rows += [_json({"at": e.at[:10], "said": [{x.who: x.words} for x in e.lines]}) for e in b.episodes]
        rows.append("```")
    else:
        rows.append(t("no_episodes"))
    return "\n".join(rows)


def _shape(shape: Shape, lang: str, name: str) -> str:
    share = "?" if shape.unanswered is None else f"{100 * shape.unanswered:.0f} %"
    if not shape.answer:
        return say(lang, "brief.silent", name=name, share=share, n=shape.n)
    sizes = ", ".join(map(str, shape.characters))
    made = say(lang, "brief.shape", name=name, n=shape.bubbles, sizes=sizes)
    held = [say(lang, f"brief.typing_{m}") for m in MARKS if m in shape.marks]
    left = [
        say(lang, f"brief.typing_{m}") for m in MARKS if m not in (*shape.marks, "question")
    ]  # who means to ask may
    if held:
        made += " " + say(lang, "brief.marks_with", rows=_list(held))
    if left:
        made += " " + say(lang, "brief.marks_without", rows=_list(left))
    if shape.wait is None:
        return made
    return f"{made} {say(lang, 'brief.wait', wait=duration(shape.wait, minutes_only=shape.minutes)[lang])}"


def _marker(marker: str, lang: str) -> str:
    kind, _, form = marker.partition(":")
    if kind == "mark":
        return say(lang, f"brief.mark_{form}")
    if kind == "closing":
        return say(lang, "brief.closing", form=form)
    return form


def _list(rows: Iterable[str]) -> str:
    return "; ".join(rows)


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


def _json(value: object) -> str:
    # a bubble may hold a line that closes the fence
    return json.dumps(value, ensure_ascii=False).replace("```", "'''")


# -- the limit ----------------------------------------------------------------------------------------------------------

KEPT = (
    ("rarely", 4), ("claims", 4), ("episodes", 1), ("words", 12), ("exemplars", 9), ("never", 8), ("told", 1), ("words", 6),
    ("rarely", 0), ("exemplars", 6), ("claims", 1), ("episodes", 0), ("never", 4), ("words", 0), ("exemplars", 1),
    ("told", 0), ("claims", 0), ("typing", 0), ("prefers", 0), ("corrected", 0), ("never", 0), ("exemplars", 0),
)  # fmt: skip
"""What is left out first, and how many of it stay; read from the front until the brief fits."""


def cost(brief: Brief) -> int:
    """Tokens of the JSON."""
    return tokens(msgspec.json.encode(brief).decode())


def fitted(brief: Brief, lang: str, limit: int = MOST) -> Brief:
    """The brief within its limit, in both forms; each list loses its last first."""
    # the card is shorter than the JSON but for odd briefs, and ten times as dear to write
    return _cut(_cut(brief, limit, cost), limit, lambda b: tokens(as_text(b, lang)))


def _cut(brief: Brief, limit: int, cost: Callable[[Brief], int]) -> Brief:
    spent = cost(brief)
    for field, least in KEPT:
        while spent > limit and len(getattr(brief, field)) > least:
            held = getattr(brief, field)
            fewer = dict([*held.items()][:-1]) if isinstance(held, dict) else held[:-1]
            brief = msgspec.structs.replace(brief, **{field: fewer})
            spent = cost(brief)
    return brief
