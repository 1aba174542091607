"""A conversation in; the dates that return each year out: birthdays, anniversaries, feasts, days named in two years.

The hard choice: a date is taken from the day on which it was written about. "Merry Christmas" in July is no
Christmas, a belated wish is no birthday, and a wish for somebody's mother is not the other person's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from afterword.measures.dates import FIXED, LUNAR, MONTH, MONTHS, feast
from afterword.measures.lexicon import Lexicon, lower
from afterword.model.corpus import Conversation, Utterance
from afterword.model.measurement import Measurement

NEAR = 3  # days between a feast and the words about it
KEEP = 6

# somebody else's day, or the wrong day
_OTHERS_AFTER = re.compile(
    r"^[ ,!~]*(?:to (?!you\b|u\b|my (?:love|dear|baby|babe|favou?rite|best|darling))|party|cake|card|gift|present|song"
    r"|[一-鿿]{0,2}(?:歌|贺卡|蛋糕))"
)
_OTHERS_BEFORE = re.compile(
    r"(?:祝|跟|和|给|对|替我)?(?:[他她它]们?|大家|(?:我|你)?(?:爸|妈|爷爷|奶奶|外公|外婆|哥|姐|弟|妹|儿子|女儿|叔|姨"
    r"|老师|老板|同事|朋友|闺蜜)[爸妈哥姐弟妹]?)"
    r"[,，的 ]{0,2}$|\b(?:his|her|their|him|them|mom'?s|dad'?s|parents'?"
    r"|(?:say|said|wish|wished|wishing)(?: [a-z]+){0,2}) $"
)
_WRONG_DAY = re.compile(
    r"belated|late happy|early|in advance|迟到|迟来|补|晚了|提前|忘|昨天|前天|明天|后天|yesterday|tomorrow|forgot"
)
_TO_SELF = re.compile(r"^ to me\b")
_SELF = re.compile(
    r"(?P<today>\bit'?s my birthday(?! (?:tomorrow|next|in|soon|on))|\bmy birthday is today|\btoday is my birthday"
    r"|今天(?:是)?我(?:的)?生日|我今天(?:过)?生日)"
    r"|(?P<tomorrow>\bmy birthday is tomorrow|\bit'?s my birthday tomorrow|\btomorrow is my birthday"
    r"|明天(?:就)?(?:是)?我(?:的)?生日|我明天(?:过)?生日)"
    r"|(?P<yours>今天(?:是)?你(?:的)?生日|\btoday is your birthday|\bit'?s your birthday today)"
)
_NAMED = re.compile(
    r"(?<!\d)(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12]\d|0?[1-9])(?:日|号)"
    rf"|\b(?P<em>{MONTH})\.? (?P<ed>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?\b(?! ?(?:pm|am|:|%|,\d{{3}}))"
    rf"|\b(?P<fd>3[01]|[12]\d|[1-9])(?:st|nd|rd|th) (?:of )?(?P<fm>{MONTH})"
)
_NAMED_HINT = re.compile(
    r"\d月|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|\d(?:st|nd|rd|th) (?:of )?[jfmasond]"
)

_FIVE_TWENTY = re.compile(r"(?<![\d.])520(?![\d.]|[元块分米个])")

Found = dict[tuple[str, str | None], list[tuple[date, int]]]
Collected = tuple[Found, dict[tuple[int, int], list[tuple[date, int]]]]


@cache
def lexicon() -> Lexicon:
    return Lexicon(("special_days",))


def local_date(u: Utterance) -> date:
    # ordinal arithmetic: a tenth of the cost of `u.local.date()`
    return date.fromordinal(719163 + (u.at + 60 * u.offset) // 86400)


def feast_day(key: str, near: date) -> date | None:
    """The feast's day within NEAR days of `near`, if there is one."""
    for year in (near.year - 1, near.year, near.year + 1):
        day = feast(key, year)
        if day and abs(day - near) <= timedelta(days=NEAR):
            return day
    return None


def collect(conversation: Conversation) -> Collected:
    """Every fit mention by (key, whose) with its day and position, and every month and day written out."""
    lex = lexicon()
    ids = [s.id for s in conversation.speakers]
    partner = {ids[0]: ids[1], ids[1]: ids[0]} if conversation.direct and len(ids) == 2 else {}
    found: Found = defaultdict(list)
    named: dict[tuple[int, int], list[tuple[date, int]]] = defaultdict(list)
    for i, u in enumerate(conversation.utterances):
        if u.kind or not u.text:
            continue
        text = lower(u.text)
        for hit, entry in lex.find(text):
            key = entry.cue
            if key in FIXED or key in LUNAR:
                if key == "five-twenty" and hit[0] == "520" and not _FIVE_TWENTY.search(text):
                    continue
                day = feast_day(key, local_date(u))
                if day is None and key == "new-year":  # "新年快乐" in February is the Spring Festival's
                    key, day = "spring-festival", feast_day("spring-festival", local_date(u))
                if day:
                    found[key, None].append((day, i))
                continue
            before, after = text[: hit.start()], text[hit.end() :]
            if _WRONG_DAY.search(text) or _OTHERS_BEFORE.search(before[-24:]):
                continue
            whose: str | None = None
            if key == "birthday":
                if _TO_SELF.match(after):
                    whose = u.speaker
                elif _OTHERS_AFTER.match(after):
                    continue
                else:
                    whose = partner.get(u.speaker)
            found[key, whose].append((local_date(u), i))
        if "birthday" in text or "生日" in text:
            for hit in _SELF.finditer(text):
                whose = partner.get(u.speaker) if hit["yours"] else u.speaker
                found["birthday", whose].append((local_date(u) + timedelta(days=bool(hit["tomorrow"])), i))
        if _NAMED_HINT.search(text):
            for hit in _NAMED.finditer(text):
                month = int(hit["m"]) if hit["m"] else MONTHS[hit["em"] or hit["fm"]]
                named[month, int(hit["d"] or hit["ed"] or hit["fd"])].append((local_date(u), i))
    return found, named


def _groups(mentions: Sequence[tuple[date, int]]) -> list[list[tuple[date, int]]]:
    """Mentions whose day of the year lies within a day of the group's commonest day; the commonest day leads."""
    left = list(mentions)
    out = []
    while left:
        votes = Counter((d.month, d.day) for d, _ in left)
        month, day = min(votes, key=lambda md: (-votes[md], md))
        centre = date(2000, month, day)  # a leap year, so that 29 February has a place
        near = [x for x in left if abs((date(2000, x[0].month, x[0].day) - centre).days) in (0, 1, 365)]
        out.append(sorted(near, key=lambda x: ((x[0].month, x[0].day) != (month, day), x[1])))
        left = [x for x in left if x not in near]
    return out


def _row(
    key: str, whose: str | None, lead: date, mentions: Sequence[tuple[date, int]], ids: Sequence[str]
) -> dict[str, Any]:
    return {
        "month": lead.month,
        "day": lead.day,
        "what_key": key,
        "for": whose,
        "years": sorted({d.year for d, _ in mentions}),
        "movable": key in LUNAR,
        "mentions": len(mentions),
        "support": list(dict.fromkeys(ids[i] for _, i in mentions))[:KEEP],
    }


def dates(conversation: Conversation, collected: Collected | None = None) -> tuple[list[dict[str, Any]], int]:
    """The table and the number of mentions behind it; dates seen in most years first."""
    found, named = collected or collect(conversation)
    ids = [u.id for u in conversation.utterances]
    rows: list[dict[str, Any]] = []
    for (key, whose), mentions in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        if key in FIXED or key in LUNAR:
            # a moving feast is shown on its latest day
            rows.append(_row(key, whose, max(d for d, _ in mentions), mentions, ids))
        else:
            # a person has one birthday: the day with most years, then most wishes, stands; others are late
            groups = sorted(_groups(mentions), key=lambda g: (-len({d.year for d, _ in g}), -len(g), g[0][0]))
            kept = groups[:1] if key == "birthday" and whose else groups
            rows.extend(_row(key, whose, g[0][0], g, ids) for g in kept)
    n = sum(len(m) for m in found.values())
    taken = {(r["month"], r["day"]) for r in rows}
    for (month, day), mentions in sorted(named.items()):
        n += len(mentions)
        if (month, day) in taken or len({d.year for d, _ in mentions}) < 2 or not _exists(month, day):
            continue
        rows.append(_row("named-day", None, date(2000, month, day), mentions, ids))
    rows.sort(key=lambda r: (-len(r["years"]), -r["mentions"], r["month"], r["day"], r["what_key"], r["for"] or ""))
    return rows, n


def _exists(month: int, day: int) -> bool:
    return day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)


def measure(conversation: Conversation) -> Iterable[Measurement]:
    """calendar.dates."""
    rows, n = dates(conversation)
    yield Measurement(
        "calendar.dates", rows[:60] or None, "dates", n, minimum=1,
        support=tuple(r["support"][0] for r in rows[:12]),
        source="Wishes and dates as written on their day (own rules); lunar feasts from a calendar table",
        note=(
            "Birthdays from wishes on the day (belated, early and third persons' left out), one each; "
            f"feasts only when named within {NEAR} days of it; other days when written out in two years. "
            "A date with one year is what one year shows. In a group a wish has no known addressee: for = null."
        ),
    )  # fmt: skip
