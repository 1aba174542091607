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

_MONTHS = "january february march april may june july august september october november december".split()
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12, "春": 3, "夏": 6, "秋": 9, "冬": 12}
_NAMES = {3: ("spring", "春"), 6: ("summer", "夏"), 9: ("autumn", "秋"), 12: ("winter", "冬")}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_LABELS = {
    "beginning": "beginning", "start": "beginning", "开头": "beginning", "开始": "beginning",
    "busy": "busy", "忙": "busy", "热闹": "busy",
    "quiet": "quiet", "安静": "quiet", "冷清": "quiet",
    "cold": "cold", "冷": "cold", "冷淡": "cold",
    "ending": "ending", "end": "ending", "结尾": "ending", "尾声": "ending", "最后一段": "ending",
    "steady": "steady", "平稳": "steady",
}  # fmt: skip
_UNITS = {"day": 0, "天": 0, "week": 7, "周": 7, "星期": 7, "礼拜": 7, "month": 30, "月": 30, "year": 365, "年": 365}
_HAN = "[零一两二三四五六七八九十]{1,3}"
_YEAR = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
_MONTH = "|".join([*_MONTHS, *(m[:3] for m in _MONTHS), "sept"])
_SEASON = "spring|summer|autumn|fall|winter|[春夏秋冬](?:天|季)?"
_DAY = re.compile(rf"{_YEAR}(?:[-/.]|年的?)(\d\d?|{_HAN})(?:[-/.]|月)(\d\d?|{_HAN})(?!\d)(?:日|号)?")
_YEAR_MONTH = re.compile(rf"{_YEAR}(?:[-/.]|年的?)(\d\d?|{_HAN})(?!\d)月?(?!\d)")
_NAMED = re.compile(rf"(?<![a-z])(?:({_MONTH})\.?,? ?{_YEAR}|{_YEAR},? ?({_MONTH}))(?![a-z])")
_SEASONED = re.compile(rf"(?:{_YEAR}年?的? ?({_SEASON})|({_SEASON}) (?:of )?{_YEAR})")
_PART = re.compile(rf"(?:(early|mid|late)[ -]{_YEAR}|{_YEAR}年?(初|中|底|末))")
_ALONE = re.compile(rf"{_YEAR}年?")
_COUNTED = re.compile(rf"(first|last|final) (?:(\d+) )?(day|week|month|year)s?|(第一|最初|最早|开头|前|最后|末)(?:的)?(\d+|{_HAN})?(?:个)?(天|周|星期|礼拜|月|年)")  # fmt: skip
_WHICH = re.compile(rf"(first|last|final|第一个|最初的?|最后一个|上个|上一个) ?({_SEASON})")
_PHASE = re.compile(rf"phase (\d+)|第(\d+|{_HAN})个?(?:阶段|段)")
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
    text = unicodedata.normalize("NFKC", words).casefold().strip(" .。")
    return re.sub(r"\s+", " ", re.sub(r"^(?:in|from|during|the) |\bthe ", "", text)).strip()


def _single(text: str, words: str, first: date, last: date, phases: Sequence[Mapping[str, Any]]) -> Span:
    for pattern, read in _DATED:
        if (m := pattern.fullmatch(text)) and (span := read(m)):
            return span
    if m := _COUNTED.fullmatch(text):
        return _counted(m, first, last)
    if m := _WHICH.fullmatch(text):
        held = _seasons(_SEASONS[m[2][0] if m[2][0] in _SEASONS else m[2]], first, last)
        if held:
            return held[0 if m[1] in ("first", "第一个", "最初", "最初的") else -1]
    if (m := _PHASE.fullmatch(text)) and 0 < (n := _int(m[1] or m[2])) <= len(phases):
        return _phase(phases[n - 1])
    named = text.removesuffix(" phase").removesuffix("阶段").removesuffix("时期").removesuffix("的")
    if label := _LABELS.get(named):
        return _labelled(label, words, phases)
    if re.fullmatch(_SEASON, text):
        month = _SEASONS[text[0] if text[0] in _SEASONS else text]
        return _only(words, {f"{s.start.year} {_NAMES[month][0]}": s for s in _seasons(month, first, last)})
    if m := re.fullmatch(rf"({_MONTH})|(\d\d?|{_HAN})月", text):
        month = _month(m[1]) if m[1] else _int(m[2])
        if 1 <= month <= 12:
            years = (date(y, month, 1) for y in range(first.year, last.year + 1))
            held = [Span(d, _later(d, 1)) for d in years if d <= last and _later(d, 1) > first]
            return _only(words, {f"{s.start:%Y-%m}": s for s in held})
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
    n, unit = _int(m[2] or m[5] or "1"), _UNITS[m[3] or m[6]]
    if (m[1] or m[4]) in ("last", "final", "最后", "末"):
        end = last + timedelta(days=1)
        return Span(_moved(end, -n, unit), end)
    return Span(first, _moved(first, n, unit))


def _moved(day: date, n: int, unit: int) -> date:
    if unit in (0, 7):
        return day + timedelta(days=n * (unit or 1))
    return _later(day, n if unit == 30 else 12 * n)


def _later(day: date, months: int) -> date:
    """The same day of another month, or the last that it has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for d in range(day.day, 27, -1):
        try:
            return date(year, month + 1, d)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


def _seasons(month: int, first: date, last: date) -> list[Span]:
    every = (_season(y, month) for y in range(first.year - 1, last.year + 1))
    return [s for s in every if s.start <= last and s.end > first]


def _season(year: int, month: int) -> Span:
    start = date(year, month, 1)
    return Span(start, _later(start, 3))


def _int(text: str) -> int:
    if text.isascii():
        return int(text)
    head, ten, tail = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 0)
    return 10 * (_DIGITS.get(head, 1) if head else 1) + (_DIGITS.get(tail, 0) if tail else 0)


def _month(name: str) -> int:
    return next(i for i, m in enumerate(_MONTHS, 1) if m.startswith(name[:3]))


def _of_month(year: str, month: int) -> Span | None:
    return Span(date(int(year), month, 1), _later(date(int(year), month, 1), 1)) if 1 <= month <= 12 else None


def _of_day(m: re.Match[str]) -> Span | None:
    try:
        day = date(int(m[1]), _int(m[2]), _int(m[3]))
    except ValueError:
        return None
    return Span(day, day + timedelta(days=1))


def _of_season(m: re.Match[str]) -> Span:
    name = m[2] or m[3]
    return _season(int(m[1] or m[4]), _SEASONS[name[0] if name[0] in _SEASONS else name])


def _of_part(m: re.Match[str]) -> Span:
    month = {"early": 1, "初": 1, "mid": 5, "中": 5}.get(m[1] or m[4], 9)
    start = date(int(m[2] or m[3]), month, 1)
    return Span(start, _later(start, 4))


_DATED = (
    (_DAY, _of_day),
    (_YEAR_MONTH, lambda m: _of_month(m[1], _int(m[2]))),
    (_NAMED, lambda m: _of_month(m[2] or m[3], _month(m[1] or m[4]))),
    (_SEASONED, _of_season),
    (_PART, _of_part),
    (_ALONE, lambda m: Span(date(int(m[1]), 1, 1), date(int(m[1]) + 1, 1, 1))),
)
"""What names its year, the closest first."""
