"""Dates that a spreadsheet has written with the year last. In: the column of a table. Out: the order of day and month.

The exporters themselves write the year first; only a table that was saved again asks this question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from afterword.errors import ChoiceNeeded
from afterword.importers.base import Options
from afterword.importers.wechat_exports._words import moment

YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)\s+(\d{1,2}:\d\d(?::\d\d)?)(?: ?([AaPp][Mm]))?$")


class Days(msgspec.Struct):
    """How this file's dates are read. `order` is "" where they begin with the year."""

    order: str = ""
    decided_by: str = ""

    def moment(self, raw: str) -> float | str | None:
        m = YEAR_LAST.match(raw)
        if m is None:
            return moment(raw)
        day, month = (m[1], m[2]) if self.order == "dmy" else (m[2], m[1])
        year = m[3] if len(m[3]) == 4 else f"20{m[3]}"
        return moment(f"{year}-{month}-{day} {m[4]} {m[5] or ''}".strip())


def of(column: Iterable[str], name: str, options: Options) -> Days:
    """The order that the whole column has. ChoiceNeeded when it fits both."""
    if options.date_order in ("dmy", "mdy"):
        return Days(options.date_order, "asked")
    found = [m for raw in column if (m := YEAR_LAST.match(raw.strip()))]
    first, second = max((int(m[1]) for m in found), default=0), max((int(m[2]) for m in found), default=0)
    if first > 12 >= second:
        return Days("dmy", "above-12")
    if second > 12 >= first:
        return Days("mdy", "above-12")
    back = {}
    for order, (day, month) in {"dmy": (1, 2), "mdy": (2, 1)}.items():
        keys = [(int(m[3]), int(m[month]), int(m[day])) for m in found]
        back[order] = sum(a > b for a, b in zip(keys, keys[1:], strict=False))
    if back["dmy"] != back["mdy"]:
        return Days(min(back, key=lambda o: back[o]), "monotone")
    raise ChoiceNeeded(
        "import.date-order",
        f"{name}: the dates fit day-first and month-first ({len(found)} rows such as {found[0][0] if found else ''}).",
        next_step="Say which with --date-order dmy (day first) or --date-order mdy (month first).",
        choices=["dmy", "mdy"],
    )
