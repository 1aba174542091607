"""A time in words as days. In: "2022 spring", 2022年春, 2022-03, "the first month", a phase. Out: its first day and the day after.

What the words do not say is not guessed: a bare "spring" of records that hold two is answered with both. "Last" and 最后 look
from the end of the records, since nobody speaks there any later. Seasons are the northern ones, by whole months.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from afterword.errors import BadInput, ChoiceNeeded, NotFound
from afterword.han import simplified
from afterword.measures.dates import (
    COUNT,
    DAY,
    FEASTS,
    FIGURE,
    HOLIDAY,
    LENGTH,
    MONTH,
    MONTHS,
    PHASES,
    SEASON,
    SEASONS,
    UNIT,
    UNITS,
    YEAR,
    Days,
    day_of,
    feast,
    is_eve,
    later,
    month_days,
    number,
    season_days,
    year_days,
)

_YEAR = rf"(?<!\d)({YEAR})(?!\d)"
_DAY = re.compile(rf"{_YEAR}(?:[-/.]|年的?)({FIGURE})(?:[-/.]|月)({FIGURE})(?!\d)(?:日|号)?")
_NTH = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR_MONTH = re.compile(rf"{_YEAR}(?:[-/.]|年的?)({FIGURE})(?!\d)月?(?!\d)")
_NAMED = re.compile(rf"(?<![a-z])(?:({MONTH})\.?,? ?{_YEAR}|{_YEAR},? ?({MONTH}))(?![a-z])")
_NAMED_DAY = re.compile(
    rf"(?<![a-z\d])(?:({MONTH})\.? ({_NTH}),? ?{_YEAR}|({_NTH})(?: of)? ({MONTH})\.?,? ?{_YEAR}|{_YEAR},? ?({MONTH}) ({_NTH}))(?![a-z\d])"
)
_FEAST = re.compile(
    rf"(?<![a-z])(?:({'|'.join(FEASTS.values())})(?: of| in)?,? ?{_YEAR}|{_YEAR}年?的?,? ?({'|'.join(FEASTS.values())}))(?![a-z])"
)
_SEASONED = re.compile(rf"(?:{_YEAR}年?的? ?({SEASON})|({SEASON}) (?:of )?{_YEAR})")
_PART = re.compile(rf"(?:(early|mid|late)[ -]{_YEAR}|{_YEAR}年?(初|中|底|末))")
_ALONE = re.compile(rf"{_YEAR}年?")
_COUNTED = re.compile(
    rf"(first|last|final) (?:({COUNT}) )?({UNIT})s?|(第一|最初|最早|开头|前|最后|末)的?({COUNT})?个?({UNIT})"
)
_WHICH = re.compile(rf"(first|last|final|第一个|最初的?|最后一个|上个|上一个) ?({SEASON})")
_PHASE = re.compile(rf"phase (\d+)|第({COUNT})个?(?:阶段|段)")
_BETWEEN = re.compile(r"\s*(?:\.\.|…|–|—|~|到|至|\bto\b|\buntil\b)\s*")


class Span(msgspec.Struct, frozen=True):
    """`start` is in it, `end` is not."""

    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)


def span_of(words: str, first: date, last: date, phases: Sequence[Mapping[str, Any]] = ()) -> Span:
    """`first` and `last` day of the records; `phases` as measured. The part of the time that the records reach to."""
    text = _plain(words)
    parts = _BETWEEN.split(text)
    spans = [
        _single(part, words, first, last, phases) for part in (parts if len(parts) == 2 and all(parts) else [text])
    ]
    found = Span(spans[0].start, spans[-1].end)
    if found.end <= first or found.start > last or found.start >= found.end:
        raise NotFound(
            "when.outside",
            f"The records run from {first} to {last}; {words!r} is {found.start} to {found.last}.",
            next_step="Name a time within them.",
        )
    return Span(max(found.start, first), min(found.end, last + timedelta(days=1)))


def dates_in(text: str) -> Iterator[Span]:
    """Every time that a text names with its year."""
    plain = _plain(text)
    for pattern, read in _DATED:
        for m in pattern.finditer(plain):
            if (span := read(m)) is not None:
                yield span
        plain = pattern.sub(" ", plain)


def _plain(words: str) -> str:
    text = simplified(unicodedata.normalize("NFKC", words).casefold()).strip(" .。")
    return re.sub(r"\s+", " ", re.sub(r"^(?:in|from|during|the) |\bthe ", "", text)).strip()


def _single(text: str, words: str, first: date, last: date, phases: Sequence[Mapping[str, Any]]) -> Span:
    for pattern, read in _DATED:
        if (m := pattern.fullmatch(text)) and (span := read(m)):
            return span
    if m := _COUNTED.fullmatch(text):
        return _counted(m, first, last)
    if m := _WHICH.fullmatch(text):
        held = _seasons(m[2], first, last)
        if held:
            return held[0 if m[1] in ("first", "第一个", "最初", "最初的") else -1]
    if (m := _PHASE.fullmatch(text)) and 0 < (n := _int(m[1] or m[2])) <= len(phases):
        return _phase(phases[n - 1])
    named = text.removesuffix(" phase").removesuffix("阶段").removesuffix("时期").removesuffix("的")
    if label := PHASES.get(named):
        return _labelled(label, words, phases)
    if re.fullmatch(SEASON, text):
        name = next(w for w, month in SEASONS.items() if month == SEASONS[text])
        return _only(words, {f"{s.start.year} {name}": s for s in _seasons(text, first, last)})
    if (m := re.fullmatch(rf"({MONTH})|({FIGURE})月", text)) and 1 <= (month := _month(m[1] or m[2])) <= 12:
        every = (_span(month_days(y, month)) for y in range(first.year, last.year + 1))
        return _only(words, {f"{s.start:%Y-%m}": s for s in every if s.start <= last and s.end > first})
    raise BadInput(
        "when.unknown",
        f"{words!r} is not a time that can be read.",
        next_step='Say "2022 spring", 2022-03, 2022年春, "the first month", "last spring", or "phase 2".',
    )


def _only(words: str, held: Mapping[str, Span]) -> Span:
    if len(held) == 1:
        return next(iter(held.values()))
    if not held:
        raise NotFound("when.none", f"The records hold no {words!r}.", next_step="Name a time within them.")
    raise ChoiceNeeded(
        "when.which",
        f"{words!r} is {len(held)} times in these records.",
        next_step="Say which: " + "; ".join(held),
        choices=[*held],
    )


def _labelled(label: str, words: str, phases: Sequence[Mapping[str, Any]]) -> Span:
    rows = {f"phase {i} ({p['start']} to {p['end']})": _phase(p) for i, p in enumerate(phases, 1) if p["label_key"] == label}  # fmt: skip
    return _only(words, rows)


def _phase(p: Mapping[str, Any]) -> Span:
    return Span(date.fromisoformat(p["start"]), date.fromisoformat(p["end"]) + timedelta(days=1))


def _counted(m: re.Match[str], first: date, last: date) -> Span:
    n, unit, whole = _int(m[2] or m[5] or "1"), UNITS[m[3] or m[6]], Span(first, last + DAY)
    try:
        if (m[1] or m[4]) in ("last", "final", "最后", "末"):
            return Span(_moved(whole.end, -n, unit), whole.end)
        return Span(first, _moved(first, n, unit))
    except (ValueError, OverflowError):  # longer than there are dates: all of it
        return whole


def _moved(day: date, n: int, unit: str) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=n * LENGTH[unit])
    return later(day, n if unit == "month" else 12 * n)


def _seasons(name: str, first: date, last: date) -> list[Span]:
    every = (_span(season_days(y, name)) for y in range(first.year - 1, last.year + 1))
    return [s for s in every if s.start <= last and s.end > first]


def _span(days: Days) -> Span:
    return Span(days[0], days[1] + DAY)


def _int(text: str) -> int:
    return number(text) or 0


def _month(text: str) -> int:
    return MONTHS.get(text) or _int(text)


def _of_month(year: str, month: str) -> Span | None:
    n = _month(month)
    return _span(month_days(int(year), n)) if 1 <= n <= 12 else None


def _of_day(m: re.Match[str]) -> Span | None:
    day = day_of(int(m[1]), _int(m[2]), _int(m[3]))
    return _span((day, day)) if day else None


def _of_named_day(m: re.Match[str]) -> Span | None:
    month, day, year = next((m[a], m[b], m[c]) for a, b, c in ((1, 2, 3), (5, 4, 6), (8, 9, 7)) if m[a])
    found = day_of(int(year), _month(month), int(re.sub(r"\D", "", day)))
    return _span((found, found)) if found else None


def _of_feast(m: re.Match[str]) -> Span | None:
    words, year = m[1] or m[4], int(m[2] or m[3])
    name = next(n for n, forms in FEASTS.items() if re.fullmatch(forms, words))
    if is_eve(words):
        return _span((eve - DAY, eve - DAY)) if (eve := feast(name, year + 1)) else None
    start = feast(name, year)
    return _span((start, start + timedelta(days=HOLIDAY.get(name, 1) - 1))) if start else None


def _of_part(m: re.Match[str]) -> Span:
    month = {"early": 1, "初": 1, "mid": 5, "中": 5}.get(m[1] or m[4], 9)
    start = date(int(m[2] or m[3]), month, 1)
    return Span(start, later(start, 4))


_DATED = (
    (_DAY, _of_day),
    (_NAMED_DAY, _of_named_day),
    (_FEAST, _of_feast),
    (_YEAR_MONTH, lambda m: _of_month(m[1], m[2])),
    (_NAMED, lambda m: _of_month(m[2] or m[3], m[1] or m[4])),
    (_SEASONED, lambda m: _span(season_days(int(m[1] or m[4]), m[2] or m[3]))),
    (_PART, _of_part),
    (_ALONE, lambda m: _span(year_days(int(m[1])))),
)
"""What names its year, the closest first."""
