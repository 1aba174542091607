"""What a written page says of itself. In: its text. Out: its date, its title, whether it is a letter, whether it is a chat.

A page has no field for any of this, so each is taken only where it stands alone: a date is a line that is nothing but
a date (and a place), a salutation opens the page. A date that reads two ways is no date. Files' own times are never used.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import msgspec

from afterword.model import Keepsake

LARGEST = 16 << 20
_MONTHS = {
    name: n
    for n, names in enumerate(
        (
            "january jan januar jänner janvier enero gennaio janeiro januari января ene gen", "february feb februar février febrero febbraio fevereiro februari февраля",
            "march mar märz mars marzo março maart марта mrz", "april apr avril abril aprile апреля abr", "may mai mayo maggio maio mei maj мая mag",
            "june jun juni juin junio giugno junho июня giu", "july jul juli juillet julio luglio julho июля lug", "august aug août agosto augustus augusti августа ago",
            "september sep sept septembre septiembre settembre setembro сентября set", "october oct oktober okt octobre octubre ottobre outubro октября ott",
            "november nov novembre noviembre novembro ноября", "december dec dezember dez décembre diciembre dicembre dezembro декабря dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_DIGITS = str.maketrans("〇零一二三四五六七八九０１２３４５６７８９", "00123456789" + "0123456789")
_WEEKDAY = r"(?:\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?|(?:星期|周|礼拜|週)[一二三四五六日天]|[（(][月火水木金土日][)）]|[月火水木金土日]曜日?|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|sonnabend|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b,?)"
_CLOCK = re.compile(
    r"[,T ]*\s*(?:um|at|à)?\s*([01]?\d|2[0-3])[:：]([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?\s*([ap]\.?m\.?)?\s*\Z",
    re.I,
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z")
_HAN = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?\Z")
_HAN_WORDS = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日?\Z"
)
_WORDED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s*(?:of|de|di)?\s*([^\W\d_]{3,12})\.?,?\s*(?:de|del|di)?\s*(\d{4})(?:\s*г\.?)?\Z",
    re.I,
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\Z", re.I)
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\Z")
_LABEL = re.compile(r"(?:date|written|datum|created|日期|时间|時間|写于|記)\s*[:：]\s*", re.I)
_WEATHER = re.compile(r"[\s,，]*(?:晴|阴|雨|雪|多云|小雨|大雨|夜|晨|晚|深夜|清晨|上午|下午|凌晨|于\D{1,10})\Z")
_HEADING = re.compile(r"#{1,3}\s+(.{1,200}?)\s*#*\Z")

_OPENING = re.compile(
    r"(?:(?:my |to my )?(?:very )?(?:dear(?:est)?|darling|beloved)\b[^.!?]{0,60}|(?:hi|hello|hallo|hey)\b[^.!?]{0,30}[,!，！:]"
    r"|(?:mein[e]? )?(?:liebe[rs]?|liebste[rs]?|sehr geehrte[rs]?|geliebte[rs]?)\s[^.!?]{1,60}|(?:mon |ma )?(?:ch[eè]r[es]?|chères|bien-aimée?)\s[^.!?]{1,50}"
    r"|(?:mi )?(?:querid[oa]s?|estimad[oa]s?)\s[^.!?]{1,50}|(?:mi[ao] )?(?:car[oaie]|carissim[oa]|gentile)\s[^.!?]{1,40}[,!]|(?:lieve|beste|geachte)\s[^.!?]{1,40}"
    r"|(?:kära|käre|kjære|kære|hej)\s[^.!?]{1,40}|(?:дорог(?:ой|ая|ие)|милый|милая|уважаем)[^.?]{1,50}|(?:drog[ia]|kochan[yaei])\s[^.!?]{1,40}"
    r"|亲爱的.{1,20}|敬爱的.{1,20}|尊敬的.{1,20}|親愛的.{1,20}|敬愛的.{1,20}|致[^，。]{1,14}[:：,，]?|吾[儿兒子女妻爱愛].{0,8}|.{1,8}(?:吾儿|我儿|见字如面|如晤|如面|台鉴|大鉴|慈鉴)[:：,，。]?"
    r"|拝啓.{0,20}|前略.{0,20}|親愛なる.{1,16}|.{1,10}(?:さん|様|君|ちゃん)へ|사랑하는 .{1,16}|.{1,12}(?:에게|께)[,]?)\s*[,，:：!！—–-]?\Z",
    re.I,
)
_OPENING_HAN = re.compile(r"[\u3400-\u9fff·]{1,8}[:：]\Z")
_CLOSING_HAN = re.compile(
    r"此致|敬礼|敬上|顺颂|順頌|祝你|祝您|祝好|祝安|^祝|爱你的|愛你的|你的.{1,6}$|勿念|谨上|字$|草于|手书|匆匆"
)

_TIME = re.compile(r"(?<!\d)[0-2]?\d[:：]\d\d(?!\d)")
_TIME_START = re.compile(r"\W{0,3}(?:[上下]午|午[前后後])?\s?[0-2]?\d[:：]\d\d(?!\d)")
_MOMENT_START = re.compile(
    r"\W{0,3}\d{1,4}[-/.年 ]\s?\d{1,2}[-/.月 ]\s?\d{1,4}日?[^\w]{0,4}\D{0,8}[0-2]?\d[:：.]\d\d(?!\d)"
)
_RULE = re.compile(r"[=*#~]{12,}\Z")
_DATED_RULE = re.compile(r"[-=*—]{3,}\s*\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s*[-=*—]{3,}\Z")
_DATE_START = re.compile(r"\W{0,3}(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})")
_SPEAKER = re.compile(r"([^\s:：][^:：\n]{0,30}?)\s?[:：]\s?\S")


class Page(msgspec.Struct):
    """What a file's own head says: from front matter or a document's properties."""

    title: str = ""
    author: str = ""
    at: float | str | None = None
    where: tuple[float, float] | None = None


def keepsake(where: str, text: str, page: Page, order: str | None) -> Keepsake:
    """One note or letter. The head's date counts before one in the text."""
    text = text.strip("\n").rstrip()
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    kind = "letter" if is_letter(lines) else "note"
    at = page.at if page.at is not None else date_in(lines, order)
    title = page.title or heading(lines)
    return Keepsake(where, kind, at=at, author=page.author, title=title, text=text, where=page.where)


def heading(lines: list[str]) -> str:
    m = _HEADING.match(lines[0]) if lines else None
    return m[1].strip() if m else ""


def is_letter(lines: list[str]) -> bool:
    """A salutation alone on one of the first lines. A name and a colon are one only where the page also closes as letters do."""
    for line in lines[:5]:
        line = line.lstrip("#*> ").rstrip("* ")
        if len(line) <= 80 and _OPENING.match(line) and len(lines) > 1:
            return True
        if _OPENING_HAN.match(line) and any(_CLOSING_HAN.search(s) for s in lines[-5:]):
            return True
    return False


def date_in(lines: list[str], order: str | None = None) -> float | str | None:
    """The date of a line that is nothing else, among the first or the last lines."""
    near = lines[:4] + (lines[-4:] if len(lines) > 4 else [])
    for line in near:
        if len(line) <= 60 and any(c.isdigit() or c in "〇零一二三四五六七八九" for c in line):
            at = moment(line, order)
            if at is not None:
                return at
    return None


def moment(text: str, order: str | None = None) -> float | str | None:
    """ "5 March 2019", "2019年3月5日 星期二", "Hangzhou, 5.3.2019", "2019-03-05 21:10": a day, or with a clock a moment."""
    text = _LABEL.sub("", text.strip().strip("*_#").strip(), count=1).strip()
    text = " ".join(re.sub(_WEEKDAY, " ", text, flags=re.I).split())
    text = _WEATHER.sub("", text).strip(" ,，。")
    text = re.sub(r"^(?:le|den|el|il|am|the|op|om)\s+(?=\d)", "", text, flags=re.I)
    clock = _CLOCK.search(text)
    bare = text[: clock.start()].strip(" ,，T") if clock else text
    found = _day(bare, order)
    if found is None and (m := re.match(r"[^\d,，]{2,30}[,，]\s*(?:the |den |le |am )?(.+)\Z", bare)):
        found = _day(m[1], order)  # a place before it
    if found is None and (
        m := re.match(r"[\u3400-\u9fff]{0,10}?((?:\d{4}|[〇零一二三四五六七八九]{4})\s*年.+)\Z", bare)
    ):
        found = _day(m[1], order)
    if found is None:
        return None
    try:
        day = datetime(*found)
    except ValueError:
        return None
    if not clock:
        return day.date().isoformat()
    hour = int(clock[1])
    if clock[5] and hour <= 12:
        hour = hour % 12 + (12 if clock[5][0] in "pP" else 0)
    local = day.replace(hour=hour, minute=int(clock[2]), second=int(clock[3] or 0))
    if not clock[4]:
        return local.isoformat()
    if clock[4].upper() in ("Z", "UTC"):
        return local.replace(tzinfo=UTC).timestamp()
    sign = clock[4][:3] + ":" + clock[4][-2:]
    try:
        return datetime.fromisoformat(local.isoformat() + sign).timestamp()
    except (ValueError, OverflowError):
        return None


def _day(text: str, order: str | None) -> tuple[int, int, int] | None:
    if m := _ISO.match(text) or _HAN.match(text):
        return _real(int(m[1]), int(m[2]), int(m[3]))
    if m := _HAN_WORDS.match(text):
        return _real(int(m[1].translate(_DIGITS)), _han_number(m[2]), _han_number(m[3]))
    if (m := _WORDED.match(text)) and (month := _MONTHS.get(m[2].lower())):
        return _real(int(m[3]), month, int(m[1]))
    if (m := _MONTH_FIRST.match(text)) and (month := _MONTHS.get(m[1].lower())):
        return _real(int(m[3]), month, int(m[2]))
    if m := _NUMBERS.match(text):
        first, second, year = int(m[1]), int(m[3]), int(m[4])
        if m[2] == "." or first > 12 or order == "dmy" or first == second:
            return _real(year, second, first)
        if second > 12 or order == "mdy":
            return _real(year, first, second)
    return None


def _real(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    return (year, month, day) if 1000 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= 31 else None


def _han_number(text: str) -> int:
    tens, mark, ones = text.partition("十")
    if not mark:
        return int(text.translate(_DIGITS))
    return (int(tens.translate(_DIGITS)) if tens else 1) * 10 + (int(ones.translate(_DIGITS)) if ones else 0)


def looks_like_chat(text: str) -> bool:
    """Many lines with a time, or with a date and more, or with names before colons: a conversation, in whatever form.

    Such a text must not become a note in silence, or a chat that nobody could read would seem to be read.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        return False
    n = len(lines)
    timed = sum(1 for line in lines if _TIME.search(line[:60]))
    opening = sum(1 for line in lines if _TIME_START.match(line))
    headed = sum(1 for line in lines if _MOMENT_START.match(line))
    dated = sum(1 for line in lines if _DATE_START.match(line) and len(line) > 18)
    ruled = any(_RULE.match(line) for line in lines)
    if (
        opening > 1
        and opening * 7 >= n
        or headed > 1
        and headed * 10 >= n
        or ruled
        and (headed or opening or timed > 1)
    ):
        return True
    if timed >= 3 and timed * 6 >= n or timed >= 2 and timed * 2 >= n or dated >= 4 and dated * 4 >= n:
        return True
    said = Counter(m[1] for line in lines if (m := _SPEAKER.match(line)))
    often = [times for times in said.values() if times > 1]
    if len(said) > 1 and often and (opening or headed or any(_DATED_RULE.match(line) for line in lines)):
        return True
    return len(often) > 1 and sum(often) * 2 >= n or len(said) > 1 and any(_DATED_RULE.match(line) for line in lines)
