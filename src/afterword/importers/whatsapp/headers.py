"""The start of a WhatsApp record: which characters are a header, in every shape a phone has written.

In: text of a file. Out: the `Family` that fits it, and its records as (line, bracketed, date, time, rest) tuples.

The hard choice: one regular expression with a literal newline in front, run over blocks of a megabyte. The literal lets
the engine skip to line starts with memchr, so a block costs a fifth of testing line by line, and bodies are cut out of
the block whole, with every inner newline, U+2028 and trailing space as it was.

What real files taught: marks (U+200E, U+202A…) stand before "[", inside dates and around numbers; spaces are U+202F,
U+00A0 or U+2009 as the phone pleases; AM/PM is a word in the phone's language, before or after the time. The rare
families (time first, month names, no dash) are tried only on files where the common one finds nothing, since their
shapes also occur inside bodies.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

SPACES = " \u00a0\u2009\u202f"
MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
STRIP_MARKS = dict.fromkeys([0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
BLOCK = 1 << 20

_S, _M = f"[{SPACES}]", f"[{MARKS}]{{0,4}}"
_NUM = (
    rf"\d{{1,4}}{_M}[./-]{_S}?{_M}\d{{1,2}}{_M}[./-]{_S}?{_M}[RHrh]?\d{{1,4}}\.?(?:{_S}(?:BE|CE|AD|AH|พ\.ศ\.|ค\.ศ\.))?"
)
_WORD = rf"[^\d\n:\[\]/,–—{SPACES}{MARKS}-][^\d\n:\[\]/,–—-]{{0,24}}?"
_DAYTIME = rf"(?:{_WORD}{_S}?{_M})?\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?:{_S}*{_M}{_WORD})?"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_SEP = rf"{_M}[,،]?{_M}{_S}+{_M}(?:klo{_S})?"
_END = rf"{_M}(?(1)\]{_M}{_S}|{_S}[-–—]{_S})"
_MONTH = r"[^\W\d_]{3,12}\.?"
_NAMED = rf"(?:{_MONTH}{_S}\d{{1,2}}|\d{{1,2}}{_S}(?:de{_S})?{_MONTH})(?:,?{_S}(?:de{_S})?\d{{4}})?"


class Family(NamedTuple):
    """A way to write headers. Groups of `pattern`: 1 = "[" or None, then date and time at the indexes given."""

    name: str
    pattern: re.Pattern[str]
    date: int
    time: int


def _family(name: str, body: str, date: int = 2, time: int = 3) -> Family:
    return Family(name, re.compile(rf"\n{_M}" + body), date, time)


COMMON = _family("date-time", rf"(\[)?{_M}({_NUM}){_SEP}({_DAYTIME}){_END}")
RARE = (
    _family("time-date", rf"(\[)?{_M}({_DAYTIME}),{_S}+({_NUM}|{_NAMED}){_END}", 3, 2),
    _family("month-name", rf"(\[)?{_M}({_NAMED}),?{_S}+({_DAYTIME}){_END}"),
    _family("no-dash", rf"(\[)?({_NUM}),?{_S}+({_CLOCK}(?:{_S}[AaPp]\.?{_S}?[Mm]\.?)?):{_S}(?=[^\n]{{1,100}}?: )"),
    _family("no-dash-dots", rf"(\[)?(\d{{1,2}}\. \d{{1,2}}\. \d{{4}}\.) ({_CLOCK}) (?=[^\n]{{1,100}}?: )"),
)


def family_of(text: str) -> tuple[Family, re.Match[str]] | None:
    """The family of the first header in `text` (which starts at a line start), with that header."""
    padded = "\n" + text.replace("\r\n", "\n")
    best: tuple[Family, re.Match[str]] | None = None
    end = len(padded)
    for family in (COMMON, *RARE):
        found = family.pattern.search(padded, 0, end)
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
            continue
        held.append(chunk[:cut])
        block = "".join(held)
        held = [chunk[cut:]]
        yield block.replace("\r\n", "\n") if "\r" in block else block
    if last := "".join(held):
        yield last


Record = tuple[int, bool, str, str, str]


def records(text: Iterable[str], family: Family) -> Iterator[Record]:
    """Every record as (line, bracketed, date, time, rest). Lines before the first header come as one-line records with
    an empty date. `rest` lacks only the newline that ends the record.
    """
    finder, d, t = family.pattern.finditer, family.date, family.time
    line = 1
    bracket, date, time = False, "", ""
    held: list[str] = []
    for block in text:
        padded = "\n" + block
        end = 1
        for m in finder(padded):
            start = m.start()
            if date:
                if held:
                    held.append(padded[end:start] if start else "")
                    rest = "".join(held)
                    if not start:
                        rest = rest[:-1]
                    held = []
                else:
                    rest = padded[end:start]
                yield line, bracket, date, time, rest
                line += 1 + rest.count("\n")
            elif start:
                for stray in padded[end:start].split("\n"):
                    yield line, False, "", "", stray
                    line += 1
            bracket, date, time = m.group(1) is not None, m.group(d), m.group(t)
            end = m.end()
        if date:
            held.append(padded[end:])
        else:
            strays = padded[1:].split("\n")
            for stray in strays[:-1] if strays[-1] == "" else strays:
                yield line, False, "", "", stray
                line += 1
    if date:
        rest = "".join(held)
        yield line, bracket, date, time, rest[:-1] if rest.endswith("\n") else rest
