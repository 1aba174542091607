"""Whether the day or the month comes first.

In: every change of date in the file, and how it is written. Out: the order of each, or a question.

The hard choice: the order is decided from the whole file, by a number over 12 or else by which order runs backwards
less often, and never from the file's name or language; a file that fits both orders equally is a question for its
owner (house rule 2: of 69 provably day-first files, another tool misdated 68). Merged exports hold two orders, so the
decision is per way of writing (separator, brackets, am/pm…), and where one way holds proofs of both orders, per stretch
of the file.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from afterword.errors import BadInput, ChoiceNeeded
from afterword.importers.whatsapp.dates import Dated, Undated, fields, iso_date, named_date, settled, years
from afterword.importers.whatsapp.headers import STRIP_MARKS

_INVALID, _TURN = 8, 3
"""What a stretch pays for a date that its order cannot read, and for beginning: in steps backwards."""
_FEW = 2
"""Proofs so few against many are somebody's copied lines, not a second export."""
_SEPARATOR = re.compile(r"[./-]")
Hint = tuple[str, str, str]
"""(date as written, shape, the day it was)."""


class _Date(NamedTuple):
    raw: str
    shape: str
    days: tuple[str | None, str | None]
    """Read day first, and month first."""


class Decided(NamedTuple):
    orders: dict[str, str]
    places: dict[int, str]
    """The order of single changes of date, where one shape holds both."""
    undated: dict[int, str]
    order: str
    by: str


ORDERS = ("dmy", "mdy")


class Order:
    """Gathers the dates of a file, one call per change of date, then decides."""

    def __init__(self, asked: str | None) -> None:
        self.asked = asked
        self._dates: list[_Date] = []
        self._known: dict[tuple[str, bool, str], int] = {}
        self.runs = array("L")

    def add(self, raw: str, bracketed: bool, style: str) -> None:
        key = (raw, bracketed, style)
        n = self._known.get(key)
        if n is None:
            n = self._known[key] = len(self._dates)
            self._dates.append(_date(raw, bracketed, style))
        self.runs.append(n)

    def shape(self, raw: str, bracketed: bool, style: str) -> str:
        n = self._known.get((raw, bracketed, style))
        return self._dates[n].shape if n is not None else ""

    def decide(self, name: str, hints: Callable[[], Iterable[Hint]] = tuple) -> Decided:
        """`hints` is only called when the dates alone do not say. ChoiceNeeded when nothing does; BadInput when the
        asked order is disproved.
        """
        dates, runs = self._dates, self.runs
        proofs: dict[str, list[int]] = {}
        for n in runs:
            if shape := dates[n].shape:
                s = proofs.setdefault(shape, [0, 0])
                day_first, month_first = dates[n].days
                s[0] += month_first is None and day_first is not None
                s[1] += day_first is None and month_first is not None
        self._check_asked(name, dates, proofs)
        orders: dict[str, str] = {}
        places: dict[int, str] = {}
        by = "format"
        for shape, (dmy, mdy) in proofs.items():
            if self.asked == "ymd" or _two_digit_years_first(shape, dates, runs):
                orders[shape] = "ymd"
            elif dmy and mdy:
                orders[shape] = "dmy" if dmy >= mdy else "mdy"
                places |= self._stretches(name, shape, dates, orders[shape], min(dmy, mdy))
            elif dmy or mdy:
                orders[shape] = "dmy" if dmy else "mdy"
            by = "above-12" if dmy or mdy else by
        left = [s for s in proofs if s not in orders]
        if left and self.asked:
            orders |= dict.fromkeys(left, self.asked)
            by = "asked" if by == "format" else by
        elif left:
            by = self._left(name, left, dates, orders, by, hints)
        counted = Counter(orders[dates[n].shape] for n in runs if dates[n].shape in orders)
        main = max(counted, key=counted.__getitem__, default="")  # of equals the one that came first
        return Decided(orders, places, self._undated(dates, orders, places), main, by if counted else "format")

    def _check_asked(self, name: str, dates: list[_Date], proofs: dict[str, list[int]]) -> None:
        if self.asked not in ORDERS:
            return
        mine, other = ORDERS.index(self.asked), 1 - ORDERS.index(self.asked)
        if sum(s[other] for s in proofs.values()) and not sum(s[mine] for s in proofs.values()):
            example = next(d.raw for d in dates if d.shape and d.days[mine] is None and d.days[other])
            raise BadInput(
                "import.date-order",
                f"{name}: the date {example} cannot be read as {self.asked}.",
                next_step=f"Leave out --date-order, or say --date-order {ORDERS[other]}.",
            )

    def _left(
        self,
        name: str,
        left: list[str],
        dates: list[_Date],
        orders: dict[str, str],
        by: str,
        hints: Callable[[], Iterable[Hint]],
    ) -> str:
        """Decide the shapes that have no number over 12. Returns by what."""
        for shape in list(left):
            backwards = [self._backwards({shape: order}, dates, orders) for order in ORDERS]
            same = all(d.days[0] == d.days[1] for d in dates if d.shape == shape)
            kin = {orders[s] for s in orders if _coarse(s) == _coarse(shape)}
            found = "dmy" if same else _fewer(*backwards) or (kin.pop() if len(kin) == 1 else None)
            if found:
                orders[shape] = found
                left.remove(shape)
                by = "monotone" if not same and by == "format" else by
        if not left:
            return by
        both = [self._backwards(dict.fromkeys(left, order), dates, orders) for order in ORDERS]
        if order := _fewer(*both):
            orders |= dict.fromkeys(left, order)
            return "monotone" if by == "format" else by
        votes = {shape: [0, 0] for shape in left}
        for raw, shape, day in hints():
            if shape in votes:
                for k, order in enumerate(ORDERS):
                    votes[shape][k] += iso_date(raw, order) == day
        for shape, (dmy, mdy) in votes.items():
            if bool(dmy) != bool(mdy):
                orders[shape] = "dmy" if dmy else "mdy"
                left.remove(shape)
                by = "media-names" if by == "format" else by
        if left:
            self._ask(name, [d for d in dates if d.shape in left and d.days[0] != d.days[1]])
        return by

    def _ask(self, name: str, dates: list[_Date]) -> None:
        raise ChoiceNeeded(
            "import.date-order",
            f"{name}: the dates fit day-first and month-first"
            f" ({len(dates)} days such as {dates[0].raw.translate(STRIP_MARKS)}).",
            next_step="Say which with --date-order dmy (day first) or --date-order mdy (month first).",
            choices=["dmy", "mdy"],
        )

    def _backwards(self, tried: dict[str, str], dates: list[_Date], orders: dict[str, str]) -> int:
        """Steps back in time when the shapes `tried` are read so, among themselves and beside what is decided."""
        index = {s: ORDERS.index(o) for s, o in (orders | tried).items() if o in ORDERS}
        index[""] = 0
        steps, last, last_tried = 0, "", False
        for n in self.runs:
            date = dates[n]
            k = index.get(date.shape)
            day = date.days[k] if k is not None else None
            if day is None:
                continue
            mine = date.shape in tried
            steps += day < last and (mine or last_tried)
            last, last_tried = day, mine
        return steps

    def _stretches(self, name: str, shape: str, dates: list[_Date], most: str, fewer: int) -> dict[int, str]:
        """Where each order holds, for a shape with proofs of both: the cheapest way through, both ways counted."""
        places = [k for k, n in enumerate(self.runs) if dates[n].shape == shape]
        days = [dates[self.runs[k]].days for k in places]
        if fewer <= _FEW and len(places) > 10 * fewer:
            return {k: ("dmy" if d[0] else "mdy") for k, d in zip(places, days, strict=True) if not d[0] or not d[1]}
        ahead, back = _costs(days), _costs(days[::-1], forward=False)[::-1]
        out: dict[int, str] = {}
        unsure: list[_Date] = []
        for k, d, a, b in zip(places, days, ahead, back, strict=True):
            cost = [a[o] + b[o] - (0 if d[o] else _INVALID) for o in (0, 1)]
            if cost[0] == cost[1] and d[0] != d[1]:
                unsure.append(dates[self.runs[k]])
            out[k] = ORDERS[cost[1] < cost[0]] if cost[0] != cost[1] else self.asked or most
        if unsure and not self.asked:
            self._ask(name, unsure)
        return out

    def _undated(self, dates: list[_Date], orders: dict[str, str], places: dict[int, str]) -> dict[int, str]:
        if not any(not d.shape and d.days[0] is None and named_date(d.raw) for d in dates):
            return {}
        runs: list[Dated | Undated | None] = []
        for k, n in enumerate(self.runs):
            date = dates[n]
            named = None if date.shape else named_date(date.raw)
            day = iso_date(date.raw, places.get(k) or orders.get(date.shape, "dmy"))
            runs.append((day, bool(named)) if day else (named[1:] if named and not named[0] else None))
        return years(runs)

    def iso(self, raw: str, shape: str, place: int, decided: Decided) -> str | None:
        order = decided.places.get(place) or decided.orders.get(shape) or self.asked or "dmy"
        return iso_date(raw, order) or decided.undated.get(place)

    def why(self, raw: str) -> str:
        """Why a date is none: it has no year that the file proves, or it is no day."""
        named = named_date(raw)
        return "no-year" if named and not named[0] else "unreadable-date"


def _date(raw: str, bracketed: bool, style: str) -> _Date:
    f = fields(raw)
    if f is None or settled(f):
        day = iso_date(raw, "dmy")
        return _Date(raw, "", (day, day))
    separator = _SEPARATOR.search(raw)
    shape = f"{'[' if bracketed else ' '}{separator[0] if separator else ''}{4 if len(f[2]) > 2 else 2}{style}"
    return _Date(raw, shape, (iso_date(raw, "dmy"), iso_date(raw, "mdy")))


def _coarse(shape: str) -> str:
    """Brackets, separator and the length of the year: one phone's, whatever its app made of am and pm."""
    return re.sub(r"[^\d./\[ -].*", "", shape)


def _fewer(dmy: int, mdy: int) -> str | None:
    return "dmy" if dmy < mdy else "mdy" if mdy < dmy else None


def _two_digit_years_first(shape: str, dates: list[_Date], runs: Iterable[int]) -> bool:
    """ "22. 3. 18." of a Korean phone: always so beside 오전 and 오후, else when both other orders fail and this does not."""
    if not re.match(r"[\[ ][./-]?2", shape):
        return False
    if "오" in shape:
        return True
    shaped = [f for d in dates if d.shape == shape and (f := fields(d.raw))]
    if len({f[2] for f in shaped}) <= len({f[0] for f in shaped}):
        return False  # the year is the field that changes least
    bad, back = [0, 0, 0], [0, 0, 0]
    last = ["", "", ""]
    for n in runs:
        date = dates[n]
        if date.shape != shape:
            continue
        for k, day in enumerate((*date.days, iso_date(date.raw, "ymd"))):
            if day is None or not "2009" <= day < "2038":
                bad[k] += 1
                continue
            back[k] += day < last[k]
            last[k] = day
    return not bad[2] and bool(bad[0] and bad[1]) and back[2] < min(bad[0] + back[0], bad[1] + back[1])


def _costs(days: list[tuple[str | None, str | None]], forward: bool = True) -> list[tuple[int, int]]:
    """The least cost of everything up to and with each date, when it is read day first and month first."""
    out: list[tuple[int, int]] = []
    for n, now in enumerate(days):
        cost = [0 if now[0] else _INVALID, 0 if now[1] else _INVALID]
        if n:
            before, last = out[-1], days[n - 1]
            for o in (0, 1):
                held, turned = (_back(last[k], now[o], forward) for k in (o, 1 - o))
                cost[o] += min(before[o] + held, before[1 - o] + _TURN + turned)
        out.append((cost[0], cost[1]))
    return out


def _back(last: str | None, now: str | None, forward: bool) -> bool:
    if last is None or now is None:
        return False
    return now < last if forward else now > last
