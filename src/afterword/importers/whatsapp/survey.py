"""The first pass: what can only be told from the whole file, found at the price of its headers.

In: the text in blocks. Out: the families of header it holds, the orders of its dates, its senders, and the placeholders
of a language that no table knows.

A second family of headers is looked for in bodies of several lines only: a file merged from two exports has all of the
second one in the last body of the first. A few lines copied out of another chat look the same, so what counts is how
many there are and whether names return.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator

from afterword.importers.whatsapp.dates import fields, named_date
from afterword.importers.whatsapp.headers import COMMON, RARE, Family, Form, form_of, found_by, merged
from afterword.importers.whatsapp.order import Hint, Order
from afterword.importers.whatsapp.senders import Senders
from afterword.importers.whatsapp.times import style_of

_NAME_MAX = 200
_TAIL = re.compile(r"(?:^|[ \u200e])(<[^<>\n]{6,60}>)$")
_TAILS = 2_000
"""Distinct tails that are counted."""
OFTEN = 20
"""Times after which "<…>" as a whole body, or behind other words, is the app's and nobody's words."""
_OLD = ("time-date", "month-name")
_COPIED = 50
"""Headers in a row from which even the form in which phones copy messages is an export."""
_SHORT = 20
"""Characters that a body needs to hold a header."""
_CLOCK_AHEAD = re.compile(r"\n[^\n]{0,40}?\d(?:[:.]|\Wh\W)\d\d")
_MEDIA = re.compile(
    r"(?:-(?:PHOTO|VIDEO|AUDIO|STICKER|GIF)-(\d{4})-(\d\d)-(\d\d)-|(?:IMG|VID|PTT|AUD|STK|DOC)-(\d{4})(\d\d)(\d\d)-WA\d)"
)


def survey(text: Callable[[], Iterable[str]], family: Family, asked: str | None) -> Survey:
    """Read it once; again where the first reading shows more families of headers, or headers that are copied words."""
    found = Survey((family,), asked, frozenset())
    if others := found.walk(text()):
        found = Survey((family, *others), asked, frozenset())
        found.walk(text())
    if ignored := _copied(found.forms):
        found = Survey(found.families, asked, ignored)
        found.walk(text())
    return found


class Survey:
    def __init__(self, families: tuple[Family, ...], asked: str | None, ignored: frozenset[Form]) -> None:
        self.families, self.ignored = families, ignored
        self.order = Order(asked)
        self.senders = Senders()
        self.tails: dict[str, list[int]] = {}
        self.styles: dict[tuple[int, str, str], str] = {}
        """style_of a time, by its length and ends: a day has 86,400 times, but a phone writes them in few ways."""
        self.forms: list[tuple[Form, int]] = []
        """(form, headers in a row)."""

    def walk(self, text: Iterable[str]) -> tuple[Family, ...]:
        """Gather. Returns other families of headers that the bodies hold."""
        families, ignored = self.families, self.ignored
        d, t = families[0].date, families[0].time
        finder = merged(families).finditer
        rest_of = [f for f in (COMMON, *RARE) if f not in families] if len(families) == 1 else []
        named = families[0].name in _OLD
        styles, add, plain, known = self.styles, self.senders.add, self.senders.plain, self.senders.seen
        last_date = last_style = ""
        last_bracket: bool | None = None
        form, n = (False, False), 0
        extra: Counter[str] = Counter()
        for block in text:
            padded = "\n" + block
            end = 0
            for m in finder(padded):
                start, stop = m.span()
                date, opening, time = m.group(d, 1, t)
                if date is None:
                    bracket, date, time = found_by(m, families)
                else:
                    bracket = opening is not None
                ends = (len(time), time[:2], time[-3:])
                style = styles.get(ends)
                if style is None:
                    style = styles[ends] = style_of(time)
                if date != last_date or style != last_style or bracket is not last_bracket:
                    if ignored and form_of(bracket, time) in ignored:
                        continue
                    self.order.add(date, bracket, style)
                    if (now := form_of(bracket, time)) != form:
                        self.forms.append((form, n))
                        form, n = now, 0
                    last_date, last_style, last_bracket = date, style, bracket
                n += 1
                if start:
                    if padded[start - 1] == ">":
                        self._tail(padded[max(end, start - 80) : start])
                    if start - end > _SHORT and rest_of and (line := padded.find("\n", end, start)) >= 0:
                        _other_headers(padded[line:start], rest_of, extra, known, named)
                end = stop
                i = padded.find(": ", end, end + _NAME_MAX)
                if i > 0:
                    name = padded[end:i]
                    if name not in plain:
                        add(name, padded, i + 2)
            if n and padded.endswith((">", ">\n")):
                self._tail(padded[max(end, len(padded) - 80) :].removesuffix("\n"))
            if rest_of and n and (line := padded.find("\n", end, len(padded) - 1)) >= 0:
                _other_headers(padded[line:], rest_of, extra, known, named)
        self.forms = [f for f in (*self.forms, (form, n)) if f[1]]
        return tuple(f for f in rest_of if extra[f.name])

    def _tail(self, end: str) -> None:
        if m := _TAIL.search(end.rstrip("\u200e")):
            counts = self.tails.get(m[1])
            if counts is None:
                if len(self.tails) >= _TAILS:
                    return
                counts = self.tails[m[1]] = [0, 0]
            alone = end.rstrip("\u200e").endswith(": " + m[1]) or end.rstrip("\u200e").endswith(": \u200e" + m[1])
            counts[not alone] += 1

    def placeholders(self) -> tuple[frozenset[str], frozenset[str]]:
        """("<…>" that stands for something left out, "<…>" behind edited words), by how often the file has them."""
        alone = frozenset(t for t, (a, b) in self.tails.items() if a >= OFTEN and a > 10 * b)
        behind = frozenset(t for t, (a, b) in self.tails.items() if b >= OFTEN and b > 10 * a)
        return alone, behind

    def hints(self, found: Iterable[tuple[str, bool, str, str]]) -> Iterator[Hint]:
        """Days in the names of media files, from (date, bracketed, time, rest) of every record."""
        for date, bracketed, time, rest in found:
            if m := _MEDIA.search(rest, 0, 300):
                y, month, day = m[1] or m[4], m[2] or m[5], m[3] or m[6]
                shape = self.order.shape(date, bracketed, style_of(time))
                yield date, shape, f"{y}-{month}-{day}"


def _other_headers(text: str, families: list[Family], extra: Counter[str], known: Collection[str], named: bool) -> None:
    """Count headers of other families in a body, when they are no copied words.

    named   the file has months by name, as phones wrote before any could copy messages with their headers
    """
    if not _CLOCK_AHEAD.search(text):
        return
    for family in families:
        names: Counter[str] = Counter()
        copies = strong = 0
        for m in family.probe.finditer(text):
            bracketed, seconds = form_of(m[1] is not None, m[family.time])
            if (
                not bracketed
                and family.name in _OLD
                and fields(m[family.date]) is None
                and not named_date(m[family.date])
            ):
                continue
            i = text.find(": ", m.end(), m.end() + _NAME_MAX)
            name = text[m.end() : i] if i > 0 else ""
            if "\n" in name or not name:
                continue
            names[name] += 1
            copies += bracketed and not seconds
            sibling = named and family.name in _OLD
            strong += not bracketed and (
                sibling or ((name in known) and (seconds or family.name in (*_OLD, COMMON.name)))
            )
        total = sum(names.values())
        returning = len(names) <= max(2, total // 2) or sum(n in known for n in names) >= 2
        if strong or (total >= 3 and returning and (copies < total or total >= _COPIED)):
            extra[family.name] += total


def _copied(runs: list[tuple[Form, int]]) -> frozenset[Form]:
    """Forms of header that are a few lines copied from another chat: never first, short, between lines of the main form."""
    count: Counter[Form] = Counter()
    longest: dict[Form, int] = {}
    for form, n in runs:
        count[form] += n
        longest[form] = max(longest.get(form, 0), n)
    if len(count) < 2:
        return frozenset()
    main, most = count.most_common(1)[0]
    first, last = runs[0][0], runs[-1][0]
    out = set()
    for form, n in count.items():
        if form in (main, first) or longest[form] >= _COPIED:
            continue
        if form == (True, False) or (form != last and n * 20 <= most and form[0] != main[0]):
            out.add(form)
    return frozenset(out)
