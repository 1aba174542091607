"""Dates and times of day as phones write them.

In: the date and time text of headers, marks and all. Out: "YYYY-MM-DD" and "HH:MM:SS", or None where the text names no
moment; and, from all dates of the file, whether the day or the month comes first.

The hard choice: the order is decided from the whole file, by a number over 12 or else by which order runs backwards
less often, and never from the file's name or language; a file that fits both orders equally is a question for its
owner (house rule 2: of 69 provably day-first files, another tool misdated 68). Merged exports hold two orders, so the
decision is per shape of date, and a shape that cannot decide follows the rest of the file.
"""

from __future__ import annotations

import datetime
import re

from afterword.errors import BadInput, ChoiceNeeded
from afterword.importers.whatsapp.headers import STRIP_MARKS

_NUMBERS = re.compile(r"[./-] ?")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?")
_PLAIN_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$")
_ERAS = {"r": 2018, "h": 1988}

# What stands beside a 12-hour time, by the half of the day it names; compared without dots, spaces and case.
_AM = (
    "am ص πμ 上午 凌晨 早上 清晨 午前 오전 fm sa de öö ก่อนเที่ยง पूर्वाह्न قم пгтг am pd preslubnog dop dopoledne ap "
    "ip0 vorm दपू સવારે সকাল পূর্বাহ্ন morning inthemorning delamañana mañana damanhã manhã delamadrugada "
    "madrugada dumatin matin dimattina morgens vormittags утра ночи pagi "
)
_PM = (
    "pm م μμ 下午 午後 晚上 傍晚 오후 em ch du öss ös หลังเที่ยง अपराह्न بظ пп pm md odp odpoledne ip nachm mu ptg "
    "अप સાંજે বিকাল অপরাহ্ন afternoon evening intheafternoon intheevening delatarde tarde datarde "
    "delanoche noche danoite noite delaprèsmidi dusoir soir dipomeriggio disera nachmittags abends дня "
    "вечера siang sore malam petang noon atnoon 中午 medelmiddag "
)
_NIGHT = {"atnight", "night", "nachts", "半夜", "深夜"}
_MORNINGS, _AFTERNOONS = set(_AM.split()) - {"de"}, set(_PM.split())

_MONTHS: dict[str, int] = {}
for _row in (
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jan feb mär apr mai jun jul aug sep okt nov dez",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "jan fév mar avr mai jui jul aoû sep oct nov déc",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "янв фев мар апр май июн июл авг сен окт ноя дек",
):
    for _i, _word in enumerate(_row.split(), 1):
        _MONTHS.setdefault(_word, _i)
_MONTHS |= {"juil": 7, "juin": 6, "march": 3, "märz": 3, "мая": 5}


def _day(y: int, m: int, d: int) -> str | None:
    try:
        return datetime.date(y, m, d).isoformat()
    except ValueError:
        return None


def _year(text: str) -> int | None:
    """A Gregorian year: eras and Buddhist years converted; None for calendars that a number alone does not settle."""
    if text[0].lower() in _ERAS:
        return _ERAS[text[0].lower()] + int(text[1:])
    y = int(text)
    if len(text) <= 2:
        return 2000 + y
    if 2400 <= y < 2700:
        return y - 543
    return y if 1990 <= y < 2400 else None


def fields(raw: str) -> tuple[str, str, str] | None:
    """The three fields of a numeric date, or None when the date has a month's name."""
    clean = raw.translate(STRIP_MARKS).replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ")
    parts = _NUMBERS.split(re.sub(r" [^\d]+$", "", clean).rstrip(". "))
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 and parts[0].isdigit() else None


def settled(f: tuple[str, str, str]) -> bool:
    """Year first: nothing to decide."""
    return len(f[0]) > 2 or int(f[0]) > 31


def iso_date(raw: str, order: str) -> str | None:
    """ "YYYY-MM-DD" of a header date read in `order`; None when it names no day (or no year)."""
    f = fields(raw)
    if f is None:
        return _named(raw)
    if settled(f) or order == "ymd":
        y, m, d = _year(f[0]), int(f[1]), _int(f[2])
    else:
        y = _year(f[2])
        d, m = (int(f[0]), int(f[1])) if order == "dmy" else (int(f[1]), int(f[0]))
    return None if y is None or d is None else _day(y, m, d)


def _int(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _named(raw: str) -> str | None:
    words = re.findall(r"\d+|[^\W\d_]+", raw.translate(STRIP_MARKS).lower())
    numbers = [w for w in words if w.isdigit()]
    months = [m for w in words if not w.isdigit() and (m := _MONTHS.get(w) or _MONTHS.get(w[:4]) or _MONTHS.get(w[:3]))]
    if len(numbers) != 2 or len(months) != 1:
        return None  # without a year the file does not say when; no year is made up
    day, year = sorted(numbers, key=len)
    return _day(int(year), months[0], int(day))


def iso_time(raw: str) -> str | None:
    """ "HH:MM:SS" of a header time; None when its day period is a word not known and the hour needs it."""
    if len(raw) == 8 and _PLAIN_TIME.match(raw):
        return raw
    clean = raw.translate(STRIP_MARKS)
    m = _TIME.search(clean)
    if m is None:
        return None
    hour, minute, second = int(m[1]), int(m[2]), int(m[3] or 0)
    word = re.sub(r"[\W_]", "", _keep_vowels(clean[: m.start()] + clean[m.end() :])).lower()
    if word and hour <= 12:
        if word in _NIGHT:
            hour = hour % 12 + (12 if 6 <= hour < 12 else 0)
        elif word in _AFTERNOONS:
            hour = hour % 12 + 12
        elif word in _MORNINGS:
            hour %= 12
        else:
            return None
    if hour == 24:
        hour = 0
    return f"{hour:02}:{minute:02}:{second:02}" if hour < 24 and minute < 60 and second < 60 else None


def _keep_vowels(text: str) -> str:
    """Combining marks of Thai or Devanagari are not \\w; drop spaces and dots only."""
    return "".join(c for c in text if c.isalnum()) if text.isascii() else re.sub(r"[\s.\u200c\u200d]", "", text)


class Order:
    """Gathers the dates of a file, one call per change of date, then decides the order of each shape."""

    def __init__(self, asked: str | None) -> None:
        self.asked = asked
        self._seen: dict[str, tuple[str, str | None, str | None]] = {}
        self._shapes: dict[str, list[int]] = {}  # shape -> [only dmy, only mdy, back dmy, back mdy, differing]
        self._last: dict[str, tuple[str, str]] = {}
        self._examples: dict[str, str] = {}

    def add(self, raw: str, twelve: bool) -> None:
        known = self._seen.get(raw)
        if known is None:
            f = fields(raw)
            if f is None or settled(f):
                known = ("", None, None)
            else:
                sep = next(c for c in raw if c in "./-")
                known = (f"{sep}{len(f[2])}", iso_date(raw, "dmy"), iso_date(raw, "mdy"))
            self._seen[raw] = known
        shape, dmy, mdy = known
        if not shape:
            return
        shape += "h" if twelve else ""
        s = self._shapes.setdefault(shape, [0, 0, 0, 0, 0])
        if dmy is None or mdy is None:
            s[0] += dmy is not None
            s[1] += mdy is not None
            if dmy or mdy:
                self._examples.setdefault("dmy" if dmy else "mdy", raw)
            return
        s[4] += dmy != mdy
        last = self._last.get(shape)
        if last:
            s[2] += dmy < last[0]
            s[3] += mdy < last[1]
        self._last[shape] = (dmy, mdy)

    def decide(self, name: str) -> dict[str, str]:
        """Order by shape. ChoiceNeeded when the file fits both; BadInput when the asked order is disproved."""
        proofs = {"dmy": sum(s[0] for s in self._shapes.values()), "mdy": sum(s[1] for s in self._shapes.values())}
        if self.asked:
            other = {"dmy": "mdy", "mdy": "dmy"}.get(self.asked)
            if other and proofs[other] and not proofs[self.asked]:
                raise BadInput(
                    "import.date-order",
                    f"{name}: the date {self._examples[other]} cannot be read as {self.asked}.",
                    next_step=f"Leave out --date-order, or say --date-order {other}.",
                )
            return dict.fromkeys(self._shapes, self.asked)
        found = {shape: order for shape, s in self._shapes.items() if (order := _proved(s[0], s[1]))}
        whole = _proved(proofs["dmy"], proofs["mdy"])
        for shape, s in self._shapes.items():
            if shape in found:
                continue
            order = whole or _fewer(s[2], s[3])
            if order is None and not s[4]:
                order = "dmy"  # every date is the same either way (05/05)
            if order:
                found[shape] = order
        if open_shapes := [s for s in self._shapes if s not in found]:
            both = _fewer(sum(s[2] for s in self._shapes.values()), sum(s[3] for s in self._shapes.values()))
            if both is None:
                n = sum(self._shapes[s][4] for s in open_shapes)
                example = next(r for r, (s, d, m) in self._seen.items() if s and d != m)
                raise ChoiceNeeded(
                    "import.date-order",
                    f"{name}: the dates fit day-first and month-first"
                    f" ({n} days such as {example.translate(STRIP_MARKS)}).",
                    next_step="Say which with --date-order dmy (day first) or --date-order mdy (month first).",
                    choices=["dmy", "mdy"],
                )
            found |= dict.fromkeys(open_shapes, both)
        return found

    def iso(self, raw: str, twelve: bool, orders: dict[str, str]) -> str | None:
        shape = self._seen[raw][0] + ("h" if twelve else "") if raw in self._seen else ""
        return iso_date(raw, orders.get(shape, self.asked or "dmy"))


def _proved(dmy: int, mdy: int) -> str | None:
    """Numbers over 12. One shape with proofs both ways is a merged file: the clear majority, else no proof."""
    if dmy and mdy:
        return "dmy" if dmy > 9 * mdy else "mdy" if mdy > 9 * dmy else None
    return "dmy" if dmy else "mdy" if mdy else None


def _fewer(dmy: int, mdy: int) -> str | None:
    return "dmy" if dmy < mdy else "mdy" if mdy < dmy else None
