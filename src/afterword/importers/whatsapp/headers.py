"""The start of a WhatsApp record: which characters are a header, in every shape a phone has written.

In: text of a file. Out: the `Family` that fits it, and its records as (line, bracketed, date, time, rest) tuples.

The hard choice: one regular expression with a literal newline in front, run over blocks of a megabyte. The literal lets
the engine skip to line starts with memchr, so a block costs a fifth of testing line by line, and bodies are cut out of
the block whole, with every inner newline, U+2028 and trailing space as it was.

What real files taught: marks (U+200E, U+202A…) stand before "[", inside dates and around numbers; spaces are U+202F,
U+00A0 or U+2009 as the phone pleases; AM/PM is a word in the phone's language, before or after the time. The rare
families (time first, month names, no dash) are tried only where the common one finds nothing, since their shapes also
occur inside bodies; a file merged from exports of two families is read with both.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import IO, NamedTuple

SPACES = " \u00a0\u2009\u202f"
MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
STRIP_MARKS = dict.fromkeys([0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
BLOCK = 1 << 20
LONGEST = 8 << 20
"""Characters one message may have; what follows is counted as skipped. No app sends as many, a damaged file holds them."""

_S, _M = f"[{SPACES}]", f"[{MARKS}]{{0,4}}"
_WEEK = rf"(?:{_S}?[(（]?(?:星期|週|周|礼拜|禮拜)?[一二三四五六日天月火水木金土월화수목금토일](?:曜日|요일)?[)）]?)?"
_NUM = (
    rf"(?:令和|平成|[RHrh])?\d{{1,4}}{_M}[./年년-]{_S}?{_M}\d{{1,2}}{_M}[./月월-]{_S}?{_M}[RHrh]?\d{{1,4}}"
    rf"(?:\.|[日일号號]{_WEEK})?(?:{_S}?(?:BE|CE|AD|AH|พ\.ศ\.|ค\.ศ\.|г\.?))?"
)
_WORD = rf"[^\d\n:\[\]/,–—{SPACES}{MARKS}-](?:[^\d\n:\[\]/,–—-]|(?<=[^\W\d_])-(?=[^\W\d_])){{0,24}}?"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_HOURS = rf"\d{{1,2}}{_S}h{_S}\d{{2}}(?:{_S}min{_S}\d{{2}}{_S}s)?"
_DAYTIME = rf"(?:(?:{_WORD}{_S}?{_M})?{_CLOCK}(?:{_S}*{_M}{_WORD})?|{_HOURS})"
_SEP = rf"(?:{_M}[,،]?{_M}{_S}+{_M}(?:(?:klo|kl\.?|à|at|um|às){_S})?|(?<=[日号號일一二三四五六天]))"
_MONTH = r"[^\W\d_]{2,14}\.?"
_DAYNAME = rf"(?:[^\W\d_]{{2,16}}\.?,{_S})?"
_YEAR = rf"(?:,?{_S}(?:de{_S})?\d{{4}}(?:{_S}г\.?)?)?"
_NAMED = rf"{_DAYNAME}(?:{_MONTH}{_S}\d{{1,2}}|\d{{1,2}}\.?{_S}(?:de{_S})?{_MONTH}){_YEAR}"
_LATIN = rf"(?:{_S}[AaPp]\.?{_S}?[Mm]\.?)?"
_NAME_AHEAD = r"(?=[^\n]{1,100}?: )"


class Family(NamedTuple):
    """A way to write headers. `probe` finds it in a file that may be anything, `pattern` once the file is known to have it.

    Groups: 1 = "[" or None, then date and time at the indexes given.
    """

    name: str
    probe: re.Pattern[str]
    pattern: re.Pattern[str]
    date: int
    time: int


_Body = Callable[[int], str]


def _end(bracket: int) -> str:
    return rf"{_M}(?({bracket})\]{_M}{_S}|{_S}[-–—]{_S})"


_BODIES: dict[str, tuple[_Body, str, int, int]] = {
    "date-time": (lambda n: rf"(\[)?{_M}({_NUM}){_SEP}({_DAYTIME}){_end(n)}", "", 2, 3),
    "time-date": (lambda n: rf"(\[)?{_M}({_DAYTIME}),?{_S}+({_NUM}|{_NAMED}){_end(n)}", "", 3, 2),
    "month-name": (lambda n: rf"(\[)?{_M}({_NAMED}),?{_S}+({_DAYTIME}){_end(n)}", "", 2, 3),
    "no-dash": (lambda n: rf"(\[)?({_NUM}),?{_S}+({_CLOCK}{_LATIN}):{_S}", _NAME_AHEAD, 2, 3),
    "no-dash-dots": (lambda n: rf"(\[)?(\d{{1,2}}\. \d{{1,2}}\. \d{{4}}\.) ({_CLOCK}) ", _NAME_AHEAD, 2, 3),
}


def _family(name: str) -> Family:
    body, ahead, date, time = _BODIES[name]
    start = rf"\n{_M}{body(1)}"
    return Family(name, re.compile(start + ahead), re.compile(start), date, time)


COMMON = _family("date-time")
RARE = tuple(_family(name) for name in _BODIES if name != "date-time")


@cache
def merged(families: tuple[Family, ...]) -> re.Pattern[str]:
    """One pattern for several families; the groups of each are three higher than those of the one before."""
    if len(families) == 1:
        return families[0].pattern
    return re.compile(rf"\n{_M}(?:{'|'.join(_BODIES[f.name][0](1 + 3 * k) for k, f in enumerate(families))})")


def found_by(m: re.Match[str], families: tuple[Family, ...]) -> tuple[bool, str, str]:
    """(bracketed, date, time) of a header that is not of the first family."""
    for k, f in enumerate(families):
        if (date := m[f.date + 3 * k]) is not None:
            return m[1 + 3 * k] is not None, date, m[f.time + 3 * k]
    raise AssertionError("a header belongs to no family")


def family_of(text: str) -> tuple[Family, re.Match[str]] | None:
    """The family of the first header in `text` (which starts at a line start), with that header."""
    padded = "\n" + text.replace("\r\n", "\n")
    best: tuple[Family, re.Match[str]] | None = None
    end = len(padded)
    for family in (COMMON, *RARE):
        found = family.probe.search(padded, 0, end)
        if found and (best is None or found.start() < best[1].start()):
            best, end = (family, found), found.start()
    return best


def blocks(file: IO[bytes], encoding: str, errors: str = "strict") -> Iterator[str]:
    """The text in blocks that end at a line's end, `\\r\\n` made `\\n`, a leading BOM dropped.

    Bytes go through an incremental decoder, which is seven times as fast as a text file's `read(n)`.
    """
    decode = codecs.getincrementaldecoder(encoding)(errors).decode
    held: list[str] = []
    first, more = True, True
    while more:
        data = file.read(BLOCK)
        more = bool(data)
        chunk = decode(data, not more)
        if first and chunk:
            chunk, first = chunk.lstrip("\ufeff"), False
        cut = chunk.rfind("\n") + 1
        if not cut:
            held.append(chunk)
            if sum(map(len, held)) < LONGEST:
                continue
            cut = 0 if chunk.endswith("\r") else len(chunk)  # a line without end is handed on in pieces
            held.pop()
        held.append(chunk[:cut])
        block = "".join(held)
        held = [chunk[cut:]]
        yield block.replace("\r\n", "\n") if "\r" in block else block
    if last := "".join(held):
        yield last


SPILLED = "spilled"
Form = tuple[bool, bool]
"""(bracketed, with seconds): every header of one export has the same."""
Record = tuple[int, bool, str, str, str]


def form_of(bracketed: bool, time: str) -> Form:
    return bracketed, has_seconds(time)


def has_seconds(time: str) -> bool:
    return (time.count(":") or time.count(".", 0, 9)) > 1 or "min" in time


def records(
    text: Iterable[str], families: tuple[Family, ...], ignored: frozenset[Form] = frozenset()
) -> Iterator[Record]:
    """Every record as (line, bracketed, date, time, rest). Lines before the first header come as one-line records with
    an empty date; so does what exceeds LONGEST, with SPILLED as its time. `rest` lacks only the newline that ends the
    record.

    ignored   forms of header that are words here: lines copied out of another chat
    """
    finder, d, t = merged(families).finditer, families[0].date, families[0].time
    line = 1
    bracket, date, time = False, "", ""
    held: list[str] = []
    size = spilled = 0
    for block in text:
        padded = "\n" + block
        end = 1
        for m in finder(padded):
            next_date, opening, next_time = m.group(d, 1, t)
            if next_date is None:
                next_bracket, next_date, next_time = found_by(m, families)
            else:
                next_bracket = opening is not None
            if ignored and form_of(next_bracket, next_time) in ignored:
                continue
            start, stop = m.span()
            if spilled:
                line += spilled - 1 + (padded.count("\n", end, start) + 1 if start else 0)
                spilled = 0
            elif date:
                if held:
                    held.append(padded[end:start] if start else "")
                    rest = "".join(held)
                    if not start:
                        rest = rest[:-1]
                    held, size = [], 0
                else:
                    rest = padded[end:start]
                yield line, bracket, date, time, rest
                line += 1 + rest.count("\n")
            elif start:
                for stray in padded[end:start].split("\n"):
                    yield line, False, "", "", stray
                    line += 1
            bracket, date, time = next_bracket, next_date, next_time
            end = stop
        if spilled:
            spilled += padded.count("\n", end)
        elif date:
            held.append(padded[end:])
            size += len(padded) - end
            if size > LONGEST:
                rest = "".join(held)
                yield line, bracket, date, time, rest[:LONGEST]
                yield line, bracket, "", SPILLED, rest[LONGEST : LONGEST + 2_000]
                held, size, spilled = [], 0, 1 + rest.count("\n")
        else:
            strays = padded[1:].split("\n")
            for stray in strays[:-1] if strays[-1] == "" else strays:
                yield line, False, "", "", stray
                line += 1
    if date and not spilled:
        rest = "".join(held)
        yield line, bracket, date, time, rest[:-1] if rest.endswith("\n") else rest
