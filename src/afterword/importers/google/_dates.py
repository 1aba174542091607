"""Moments as Google writes them for a reader: "Friday, May 29, 2026 at 3:00:29 AM UTC", "2026年5月29日星期五 UTC 03:00:29".

In: the text. Out: epoch seconds where it names UTC, wall-clock text where it names no zone, None where it cannot be
read. The month is a number only in the East Asian forms; elsewhere it is a name, so day and month are never confused.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime

_SPACES = str.maketrans(dict.fromkeys("\u202f\u00a0\u2009\u200e\u200f", " "))
_TIMES = (  # a colon first: in "2026. 5. 29. 3:00" the dots are no hours
    re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?"),
    re.compile(r"(\d{1,2})\s?(?:[時时点點시]|นาฬิกา)\s?(\d{1,2})\s?(?:[分분]|นาที)\s?(?:(\d{1,2})\s?(?:[秒초]|วินาที))?"),
    re.compile(r"\b(\d{1,2})\.(\d{2})\.(\d{2})(?!\d)"),
    re.compile(r"\b(\d{1,2})\s?h\s?(\d{2})(?:\s?m(?:in)?\s?(\d{2}))?"),
)
# What nearly every Takeout has, read at once.
_ENGLISH = re.compile(r"[A-Z][a-z]+, ([A-Z][a-z]+) (\d{1,2}), (\d{4}) at (\d{1,2}):(\d\d):(\d\d)[ \u202f]([AP])M UTC\Z")
_EAST = re.compile(r"(\d{4})\s?[年년.]\s?(\d{1,2})\s?[月월.]\s?(\d{1,2})\s?[日일.]?")
_WORD = re.compile(r"\d+|[^\s\d.,،()/]+")  # not \w: it knows no vowel signs of Indic and Thai writing
_PM = re.compile(r"\bp\.?\s?m\b|\bم\b|\bμ\.?μ\b|下午|午後|오후|晚上")
_AM = re.compile(r"\ba\.?\s?m\b|\bص\b|\bπ\.?μ\b|上午|午前|오전|凌晨|早上")
_ZONE = re.compile(
    r"\b(?:utc|gmt|tuc|coordinated universal time)\b|协调世界时|協定世界時|世界標準時間|協調世界時|협정 세계시"
)

_MONTHS: dict[str, int] = {}
for _row in (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november desember",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta"
    " marraskuuta joulukuuta",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
    "januar februar marec april maj junij julij avgust september oktober november december",
    "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου"
    " δεκεμβρίου",
    "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    # Not Croatian: its October is the November of Polish and Czech.
    "január február március április május június július augusztus szeptember október november december",
):
    for _i, _name in enumerate(_row.split(), 1):
        _MONTHS.setdefault(_name, _i)


def moment(raw: str) -> float | str | None:
    if m := _ENGLISH.match(raw):
        start = _midnight(m[1].lower(), int(m[2]), int(m[3]))
        hour, minute, second = int(m[4]) % 12 + (12 if m[7] == "P" else 0), int(m[5]), int(m[6])
        if start is not None and minute < 60 and second < 60:
            return start + hour * 3600 + minute * 60 + second
    text = raw.translate(_SPACES).lower()
    t = next((m for shape in _TIMES if (m := shape.search(text))), None)
    if t is None:
        return None
    hour, minute, second = int(t[1]), int(t[2]), int(t[3] or 0)
    around = text[: t.start()] + " " + text[t.end() :]
    if _PM.search(around):
        hour = hour % 12 + 12 if hour <= 12 else hour
    elif _AM.search(around):
        hour = hour % 12 if hour == 12 else hour
    day = _day(around)
    if day is None:
        return None
    try:
        at = datetime(*day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return at.timestamp() if _ZONE.search(around) else at.replace(tzinfo=None).isoformat(timespec="seconds")


@functools.lru_cache(maxsize=4096)
def _midnight(month: str, day: int, year: int) -> float | None:
    try:
        return datetime(year, _MONTHS[month], day, tzinfo=UTC).timestamp()
    except (KeyError, ValueError):
        return None


def _day(text: str) -> tuple[int, int, int] | None:
    if m := _EAST.search(text):
        return int(m[1]), int(m[2]), int(m[3])
    words = _WORD.findall(text)
    numbers = [w for w in words if w.isdecimal()]
    months = [_MONTHS[w] for w in words if w in _MONTHS]
    if not months and (m := re.search(r"tháng (\d{1,2})", text)):  # Vietnamese counts its months
        months = [int(m[1])]
        numbers.remove(m[1])
    years = [n for n in numbers if len(n) == 4]
    days = [n for n in numbers if len(n) <= 2]
    if len(set(months)) != 1 or len(years) != 1 or len(days) != 1:
        return None
    year = int(years[0])
    return year - 543 if 2400 < year < 2700 else year, months[0], int(days[0])  # Thailand counts from the Buddha
