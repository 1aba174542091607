"""Content lines, as vCard and iCalendar write them. In: a path. Out: properties in file order, with their line number.

The published readers stop at the first line that is not as it should be, and telephones have written such lines for
twenty-five years: soft breaks of quoted-printable without a leading space, pictures with blank lines inside, commas
escaped or not. So lines are joined and parted here, leniently, and the meaning is left to the importers.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from afterword.errors import BadInput
from afterword.importers.reading import encoding_of, lines

LONGEST = 32 << 20
"""Characters of one property; a picture inside has some millions."""
_PROPERTY = re.compile(r'\s*(?:([\w-]+)\.)?([A-Za-z0-9_-]+)\s*((?:;(?:"[^"]*"|[^":;])*)*):(.*)\Z', re.S)
_PARAM = re.compile(r';((?:"[^"]*"|[^";])*)')
_ESCAPED = re.compile(r"\\(.)", re.S)
_HIGH = re.compile(rb"[\x80-\xff]+")
_ODD_NAMES = {"gb2312": "gb18030", "gbk": "gb18030", "utf8": "utf-8", "iso-8859-1": "cp1252", "big5": "big5hkscs"}
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?\Z", re.S)
YEARLESS = re.compile(r"--(\d{1,2})-?(\d{1,2})(?:[T ].*)?\Z", re.S)
NO_YEAR = "1604"
"""The year that Apple writes where there is none."""


class Property(msgspec.Struct, frozen=True):
    """One line: `params` by upper-case name, bare ones (vCard 2.1) under "TYPE"; `raw` before escapes are undone."""

    line: int
    group: str
    name: str
    params: dict[str, list[str]]
    raw: str

    @property
    def text(self) -> str:
        return unescaped(self.raw)

    def said(self, name: str) -> str:
        return (self.params.get(name) or [""])[0]


def unescaped(raw: str) -> str:
    if "\\" not in raw:
        return raw
    return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], raw)


def fields(raw: str, mark: str = ";") -> list[str]:
    """The parts of a structured value, escapes undone."""
    if "\\" not in raw:
        return raw.split(mark)
    return [unescaped(part) for part in re.split(rf"(?<!\\){mark}", raw)]


def codec(path: Path, asked: str | None) -> str:
    """As reading.encoding_of, but letters that stand alone are Latin: cards were long written in the phone's code page."""
    found = encoding_of(path, asked)
    if found != "gb18030" or asked:
        return found
    with path.open("rb") as f:
        runs = _HIGH.findall(f.read(1 << 20))
    return "cp1252" if sum(len(r) % 2 for r in runs) * 2 > len(runs) else found


def logical(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """(number of its first line, line) with folded lines and soft breaks joined."""
    held: list[str] = []
    first, size, soft = 0, 0, False
    try:
        for number, line in lines(path, encoding):
            line = line.rstrip("\r").replace("\0", "")
            if held and (soft or line[:1] in (" ", "\t")):
                if soft:
                    held[-1] = held[-1][:-1]
                piece = line if soft else line[1:]
                if size < LONGEST:
                    held.append(piece)
                    size += len(piece)
                soft = soft and line.endswith("=")
                if not soft and piece.endswith("=") and _is_quoted(held[0]):
                    soft = True
                continue
            if held and not line.strip():
                continue  # a blank line inside a picture, or between cards
            if held:
                yield first, "".join(held)
            held, first, size = ([line], number, len(line)) if line.strip() else ([], 0, 0)
            soft = line.endswith("=") and _is_quoted(line)
        if held:
            yield first, "".join(held)
    except UnicodeError as e:
        raise BadInput(
            "import.encoding",
            f"{path.name} is not {encoding} text: {getattr(e, 'reason', e)}.",
            next_step="Name its encoding with --encoding, for example --encoding cp1252.",
        ) from e


def _is_quoted(line: str) -> bool:
    head = line.partition(":")[0].upper()
    return "QUOTED-PRINTABLE" in head


def parsed(number: int, line: str) -> Property | None:
    """The property in a logical line; None when it is none."""
    m = _PROPERTY.match(line)
    if m is None:
        return None
    params: dict[str, list[str]] = {}
    for p in _PARAM.findall(m[3]):
        key, mark, value = p.partition("=")
        if not mark:
            key, value = "TYPE", key
        values = [v.strip().strip('"') for v in (value.split(",") if '"' not in value else [value])]
        params.setdefault(key.strip().upper(), []).extend(values)
    kinds = {k.upper() for k in params.get("TYPE", ())} | {k.upper() for k in params.get("ENCODING", ())}
    raw = m[4].strip() if len(m[4]) < 10_000 else m[4]
    if "QUOTED-PRINTABLE" in kinds:
        raw = _printed(raw, (params.get("CHARSET") or [""])[0]).replace("\r\n", "\n")
    return Property(number, m[1] or "", m[2].upper(), params, raw)


def _printed(raw: str, charset: str) -> str:
    data = binascii.a2b_qp(raw.encode("utf-8", "replace"))
    said = _ODD_NAMES.get(charset.strip().lower(), charset.strip().lower())
    for name in (said, "utf-8", "gb18030") if said else ("utf-8", "gb18030"):
        try:
            return data.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def day(raw: str, no_year: str = "") -> str | None:
    """ "YYYY-MM-DD" or "--MM-DD"; None for anything else. `no_year`: the year that stands for none."""
    raw = raw.strip()
    if m := YEARLESS.match(raw):
        year, month, date = "", int(m[1]), int(m[2])
    elif m := DAY.match(raw):
        year, month, date = m[1], int(m[2]), int(m[3])
        if year in (no_year, NO_YEAR, "0000", "0001"):
            year = ""
    else:
        return None
    if (
        not 1 <= month <= 12
        or not 1 <= date <= 31
        or (month in (4, 6, 9, 11) and date > 30)
        or (month == 2 and date > 29)
    ):
        return None
    if year and month == 2 and date == 29 and (int(year) % 4 or not int(year) % 100 and int(year) % 400):
        return None
    return f"{year}-{month:02}-{date:02}" if year else f"--{month:02}-{date:02}"


def place(raw: str) -> tuple[float, float] | None:
    """GEO: "52.5;13.4", "geo:52.5,13.4"."""
    m = re.match(
        r"(?:geo:)?\s*([-+]?\d{1,3}(?:\.\d{1,15})?)\s*\\?[;,]\s*([-+]?\d{1,3}(?:\.\d{1,15})?)", raw.strip(), re.I
    )
    if m is None:
        return None
    where = float(m[1]), float(m[2])
    return where if abs(where[0]) <= 90 and abs(where[1]) <= 180 and where != (0.0, 0.0) else None
