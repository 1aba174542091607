"""Times that are told by what happened. In: a question, the events of the records. Out: the days meant, and what is left.

"The week before we broke up", "right after the trip to Lisbon", 分手前一周, 刚在一起的时候. The hard choice: where the records show
no such event nothing is guessed, and the words stay in the question to be looked for as words. "The week before" ends with the
day before, "the week after" begins with the day after: the day itself is asked for in other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from afterword.measures.lexicon import scripts, sections, trie_pattern
from afterword.memory.values import Event

Days = tuple[date, date]
NEAR, AROUND, DAY = 14, 1, timedelta(days=1)
"""Days of "just before" and "right after"; days to either side of "when"."""
_UNITS = {
    "night": 1, "day": 1, "days": 3, "week": 7, "weeks": 14, "weekend": 7, "month": 31, "months": 62, "year": 366,
    "天": 1, "晚": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 31, "年": 366,
}  # fmt: skip
_MANY = {
    "": 1,
    "一": 1,
    "半": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "几": 3,
    "那": 1,
    "那几": 3,
    "那两": 2,
    "那一": 1,
    "最后一": 1,
    "头一": 1,
    "第一": 1,
}
_SIDE_EN = r"(?:(?:the |that |a )?(?:(?:first|last|few|couple of) )?(?P<unit>night|days?|weekend|weeks?|months?|year) |(?:just|right|shortly|soon|not long) )?(?P<side>before|after|when|since|until|around)"
_SIDE_ZH = r"(?P<zside>之前|以前|前|之后|以后|后|那天|那晚|那时候?|当天|的?时候|时)(?:的?(?P<many>那几|那两|那一|最后一|头一|第一|[一半两二三几那])?个?(?P<zunit>天|晚上?|周|星期|礼拜|月|年))?"
_AFTER = frozenset(("after", "since", "之后", "以后", "后"))
_BEFORE = frozenset(("before", "until", "之前", "以前", "前"))


@cache
def _named() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, tuple[str, ...]]]:
    """English and Chinese phrases, and the kinds of event that each may mean."""
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, forms in sections("landmarks").items():
        for form in forms:
            kinds[form] = (*kinds.get(form, ()), kind)
    latin, other = map(trie_pattern, scripts(kinds))
    who = r"(?:we |you |i |he |she |they |us |our |the |that |my |his |her |it |all |first |finally |had )*"
    return (
        re.compile(rf"\b{_SIDE_EN} {who}(?P<what>{latin})(?![a-z])(?: (?:to|in|at) (?P<place>[\w' ]{{3,30}}))?"),
        re.compile(rf"(?P<just>刚刚?)?(?:我们|咱们)?(?P<what>{other})(?:了|的)?{_SIDE_ZH}"),
        kinds,
    )


def tells_time(question: str) -> bool:
    """Whether a question counts time from something that may have happened."""
    english, chinese, _ = _named()
    lowered = question.lower()
    return bool(english.search(lowered) or chinese.search(lowered))


def without(question: str) -> str:
    """The question without the times that are counted from what happened, whether it did or not."""
    english, chinese, _ = _named()
    for pattern in (english, chinese):
        question = pattern.sub(" ", question.lower())
    return question


def landmark(question: str, events: Sequence[Event]) -> tuple[tuple[Days, ...], str]:
    """((first, last) days, the question without the words that say so); ((), question) where nothing is meant or known."""
    english, chinese, kinds = _named()
    lowered = question.lower()
    for pattern in (english, chinese):
        for m in pattern.finditer(lowered):
            found = [e for e in events if _is(e, kinds[m["what"]], kinds)]
            if "place" in m.groupdict() and m["place"]:
                found = [e for e in found if _in(e, m["place"])] or found
            if days := tuple(_days(m, found)):
                return days, f"{question[: m.start()]} {question[m.end() :]}".strip()
    return (), question


def _is(e: Event, wanted: Sequence[str], kinds: Mapping[str, Sequence[str]]) -> bool:
    """A wedding is a celebration on the timeline: what the event is said to be tells it too."""
    return e.kind in wanted or not {*wanted}.isdisjoint(kinds.get(e.what, ()))


def _in(e: Event, words: str) -> bool:
    return any(p and p.lower() in words for p in (e.place, *e.also))


def _days(m: re.Match[str], events: Sequence[Event]) -> Iterator[Days]:
    groups = m.groupdict()
    if "side" in groups:
        side, unit, many = groups["side"], groups["unit"], 1
    else:
        unit = (groups["zunit"] or "").removesuffix("上")
        side, many = groups["zside"], _MANY.get(groups["many"] or "", 1)
        if groups["just"]:
            side, unit, many = "后", "星期", 3
    reach = timedelta(days=_UNITS[unit] * many if unit else NEAR)
    for e in events:
        first, last = date.fromisoformat(e.day), date.fromisoformat(e.until or e.day)
        itself = DAY if unit and not groups.get("just") else timedelta()
        if side in _BEFORE:
            yield first - reach, first - itself
        elif side in _AFTER:
            yield last + itself, last + reach
        else:
            yield first - timedelta(days=AROUND), last + timedelta(days=AROUND)
