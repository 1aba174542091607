"""Moments as Meta's html pages write them, in the language of the account. In: a text. Out: its parts, or nothing.

A month's name, a dot between numbers or a year in front says what is the day; two numbers with a slash do not, and the
whole file has to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from afterword.errors import ChoiceNeeded
from afterword.importers.base import Options

_NAMES = """
january jan januar jän januari janvier janv enero ene gennaio gen janeiro stycznia sty leden ledna led янв января янв ocak oca tammikuuta tammi ianuarie ian janv januára ιαν січ січня
february feb februar februari février févr fév febrero febbraio fevereiro fev lutego lut únor února úno фев февр февраля şubat şub helmikuuta helmi februarie febr φεβ лют лютого
march mar märz mär maart mrt mars marzo março marca březen března bře мар март марта mart maaliskuuta maalis martie márc mrz μαρ бер березня
april apr avril avr abril abr aprile aprilie kwietnia kwi duben dubna dub апр апреля nisan nis huhtikuuta huhti ápr απρ квіт квітня
may mai mayo maggio mag maio maja maj mei květen května kvě мая май mayıs toukokuuta touko máj μαΐ трав травня
june jun juni juin junio giugno giu junho czerwca cze červen června čvn июн июнь июня haziran haz kesäkuuta kesä iunie iun jún ιουν черв червня
july jul juli juil juillet julio luglio lug julho lipca lip červenec července čvc июл июль июля temmuz tem heinäkuuta heinä iulie iul júl ιουλ лип липня
august aug augustus août agosto ago sierpnia sie srpen srpna srp авг августа ağustos ağu elokuuta elo αυγ серп серпня augusti
september sep sept septiembre septembre settembre set setembro września wrz září zář сен сент сентября eylül eyl syyskuuta syys septembrie szept σεπ вер вересня
october oct oktober okt octubre octobre ottobre ott outubro out października paź říjen října říj окт октября ekim eki lokakuuta loka octombrie οκτ жовт жовтня
november nov noviembre novembre novembro listopada lis listopad листопада ноя нояб ноября kasım kas marraskuuta marras noiembrie νοε лист
december dec dezember dez diciembre dic décembre déc dicembre dezembro grudnia gru prosinec prosince pro дек декабря aralık ara joulukuuta joulu decembrie δεκ груд грудня desember des
""".strip().split("\n")
MONTHS = {name: n for n, line in enumerate(_NAMES, 1) for name in line.split()}
_AFTER = re.compile(r"p\.?\s?m\.?|下午|晚上|午後|오후|μ\.?μ\.?|ös|CH", re.I)
_HALF = r"(?:[AaPp]\.?\s?[Mm]\.?|[Ss][Aa]|[Cc][Hh]|上午|下午|凌晨|早上|中午|晚上|午前|午後|오전|오후)"
_CLOCK = rf"(?P<before>{_HALF})?\s?(?P<h>\d{{1,2}})[:.h](?P<m>\d\d)(?:[:.](?P<s>\d\d))?\s?(?P<after>{_HALF})?(?: Uhr)?"
_JOIN = r"(?:,|\s?г\.?,?|\s?р\.?,?)?\s(?:at|um|à|a las|alle(?: ore)?|às|om|o godz\.|o|v|kl\.?|klo|в|о|pukul|lúc)?\s?"
_FORMS = (
    re.compile(rf"(?P<name>[^\W\d_]+)\.?\s(?P<day>\d{{1,2}}),?\s(?P<year>\d{{4}}){_JOIN}{_CLOCK}"),
    re.compile(rf"(?P<day>\d{{1,2}})\.?\s(?:de\s)?(?P<name>[^\W\d_]+)\.?(?:\sde)?,?\s(?P<year>\d{{4}}){_JOIN}{_CLOCK}"),
    re.compile(rf"[Tt]háng (?P<month>\d{{1,2}}) (?P<day>\d{{1,2}}), (?P<year>\d{{4}}){_JOIN}{_CLOCK}"),
    re.compile(rf"(?P<day>\d{{1,2}}) [Tt]háng (?P<month>\d{{1,2}}),? (?P<year>\d{{4}}){_JOIN}{_CLOCK}"),
    re.compile(rf"(?P<year>\d{{4}})\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?日,?\s?{_CLOCK}"),
    re.compile(rf"(?P<year>\d{{4}})[./-]\s?(?P<month>\d{{1,2}})[./-]\s?(?P<day>\d{{1,2}})\.?,?(?:\s|T){_CLOCK}"),
    re.compile(rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}){_JOIN}{_CLOCK}"),
)
_SLASHED = re.compile(rf"(?P<one>\d{{1,2}})[/-](?P<two>\d{{1,2}})[/-](?P<year>\d{{4}}|\d\d){_JOIN}{_CLOCK}")
_SPACES = str.maketrans("\u00a0\u2009\u202f\u200e\u200f", "     ")


class Stamp:
    """A moment whose day and month may still be in question (`open`)."""

    __slots__ = ("clock", "one", "open", "two", "year")

    def __init__(self, year: int, one: int, two: int, clock: str, open: bool) -> None:
        self.year, self.one, self.two, self.clock, self.open = year, one, two, clock, open

    def text(self, order: str) -> str | None:
        """ "YYYY-MM-DDTHH:MM:SS", or None for a day that does not exist. `order` matters only when it is open."""
        month, day = (self.two, self.one) if self.open and order == "dmy" else (self.one, self.two)
        try:
            datetime(self.year, month, day)
        except ValueError:
            return None
        return f"{self.year:04}-{month:02}-{day:02}T{self.clock}"


def stamp(text: str) -> Stamp | None:
    """The moment that `text` is, from end to end."""
    text = " ".join(text.translate(_SPACES).split())
    if not 10 <= len(text) <= 60:
        return None
    for form in _FORMS:
        if m := form.fullmatch(text):
            part = m.groupdict()
            month = MONTHS.get(part["name"].casefold().replace("i̇", "i")) if "name" in part else int(part["month"])
            clock = _clock(part)
            return Stamp(int(part["year"]), month, int(part["day"]), clock, False) if month and clock else None
    if m := _SLASHED.fullmatch(text):
        part = m.groupdict()
        year = int(part["year"])
        clock = _clock(part)
        return (
            Stamp(year + 2000 if year < 100 else year, int(part["one"]), int(part["two"]), clock, True)
            if clock
            else None
        )
    return None


def order_of(stamps: Iterable[Stamp], name: str, options: Options) -> tuple[str, str]:
    """The order of day and month where a page leaves it open, and how it was decided."""
    unclear = [s for s in stamps if s.open]
    if not unclear:
        return "", ""
    if options.date_order in ("dmy", "mdy"):
        return options.date_order, "asked"
    if any(w.one > 12 for w in unclear):
        return "dmy", "above-12"
    if any(w.two > 12 for w in unclear):
        return "mdy", "above-12"
    steps = {}
    for order in ("dmy", "mdy"):
        row = [t for w in unclear if (t := w.text(order))]
        # Pages run from the newest to the oldest or the other way round, never both.
        down = sum(1 for a, b in zip(row, row[1:], strict=False) if a < b)
        steps[order] = min(down, sum(1 for a, b in zip(row, row[1:], strict=False) if a > b))
    if steps["dmy"] != steps["mdy"]:
        return min(steps, key=lambda o: steps[o]), "monotone"
    raise ChoiceNeeded(
        "import.date-order",
        f"{name}: its dates fit day-first and month-first.",
        next_step="Say which with --date-order dmy or --date-order mdy.",
        choices=["dmy", "mdy"],
    )


def _clock(part: dict[str, str | None]) -> str:
    hour, minute, second = int(part["h"] or 0), int(part["m"] or 0), int(part["s"] or 0)
    half = part["before"] or part["after"] or ""
    if half:
        late = bool(_AFTER.match(half)) or (half == "中午" and hour < 6)
        hour = hour % 12 + (12 if late else 0) if hour <= 12 else hour
        if half == "中午" and part["h"] == "12":
            hour = 12
    return f"{hour:02}:{minute:02}:{second:02}" if hour < 24 and minute < 60 and second < 60 else ""
