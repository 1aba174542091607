"""What the user tells, against the records. In: told words with their time and places, what was lived. Out: agreement or not.

Compared are places, kinds of event with their person and their day ("she broke up with me", 分手是我提的), likes and dislikes,
having and not having. The hard choice: the records contradict only what they speak of themselves. What nobody wrote of is nobody's
mistake, and code that found nothing has not read everything: it says that it found no words, never that there are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache

import msgspec

from afterword.measures.lexicon import LANGUAGES, lower, word_list
from afterword.memory.lived import Lived
from afterword.memory.signs import SAID, standing
from afterword.memory.values import Event
from afterword.memory.where import towns
from afterword.model import Utterance

AGREES, CONTRADICTS, SILENT = "agrees", "contradicts", "silent"
SHOWN = 3
NEAR = timedelta(days=3)
"""What was counted from an anniversary may be off by so much."""
_W = r"(?P<who>{names}|i|she|he|they|me|her|him|we)"
_Z = r"(?P<who>{names}|我们|[我她他]|ta)"
EVENTS: tuple[tuple[str, str], ...] = (
    ("break-up", rf"\b{_W} (?:broke up|split up|ended (?:it|things)|broke it off|called it off|dumped (?:me|her|him)|left (?:me|her|him)\b(?! alone))"),
    ("break-up", rf"\bit was {_W} who (?:broke up|ended|left)"),
    ("break-up", rf"分(?:手|开)是{_Z}(?:先)?(?:提|说)|{_Z.replace('who', 'who2')}(?:先)?(?:提的?|提出|说的?|要)了?分(?:手|开)|{_Z.replace('who', 'who3')}(?:甩了|离开了|不要)[我她他]"),
    ("break-up", r"(?P<who>我们)[^，。！？]{0,12}分(?:手|开)"),
    ("repair", rf"\b{_W} (?P<always>always )?(?:was the one who |were the one who )?(?:came back|apologi[sz]ed|said sorry|made up)"),
    ("repair", rf"{_Z}(?P<always>总是|每次都?)?先?(?:道歉|道的歉|说的?对不起|来找我和好)|和好(?:都)?是?{_Z.replace('who', 'who2')}先"),
    ("together", rf"\b{_W} (?:got together|became a couple|started dating)"),
    ("together", r"(?P<who>我们)[^，。！？]{0,12}在一起(?:了|的)"),
    ("birthday", r"\b(?P<who>{names}|my|her|his|their)(?:'s)? birthday (?:is|was)|\b(?P<who2>i|she|he) was born"),
    ("birthday", rf"{_Z}的?生日是"),
)  # fmt: skip
_NOT = r"hate[sd]?|detest(?:s|ed)?|can(?:'?t|not) stand|couldn'?t stand|dislike[sd]?|(?:did|does|do)(?:n'?t| not) (?:like|eat|drink)|never (?:liked|ate|drank)"
_DOES = r"(?:really |always )?(?:love[sd]?|like[sd]?|adore[sd]?|enjoy(?:s|ed)?)"
_THING = r"(?:the |an? |my |her |his )?(?P<x>[\w'-]+(?: [\w'-]+){0,2}?)(?=[.,;!?\n]|$| (?:and|but|because|so|with|when|in|at|a lot|very|from)\b)"
_TASTES = (
    rf"\b{_W} (?:really |always |just )?(?:(?P<no>{_NOT})|{_DOES}) {_THING}",
    rf"{_Z}(?:很|最|特别|非常|一直|从来|都|可|超)*(?:(?P<no>讨厌|不喜欢|不爱|受不了|不吃|不喝)|喜欢|爱)(?:吃|喝|看|听|玩)?(?P<x>[一-鿿A-Za-z]{{1,6}}?)(?=[，。！？；\s]|$|的)",
)  # fmt: skip
_OWN = (
    rf"\b{_W} (?:(?:just |still )?(?P<no>never (?:had|owned)|(?:did|does|do)(?:n'?t| not) have|ha[ds] no|have no)|ha[ds]|have|owned)"
    r" (?:an? |any |two |three |one )?(?:\w+ )?(?P<x>{owned})s?\b",
    rf"{_Z}(?:从来|一直|根本|就|都)*(?:(?P<no>没有?(?:养|谈|交)?过?)|有过?|养了?|养过)(?:一?[个只条])?(?P<x>{{owned}})",
)  # fmt: skip
_PETS = {
    "cat",
    "dog",
    "kitten",
    "puppy",
    "rabbit",
    "hamster",
    "bird",
    "猫",
    "狗",
    "兔子",
    "仓鼠",
    "鹦鹉",
    "小猫",
    "小狗",
}
_ANY = {"pet": ("cat", "dog", "kitten", "puppy", "rabbit", "hamster"), "宠物": ("猫", "狗", "兔子", "仓鼠")}
_GOOD = r"(?:love|loved|like|adore|enjoy|fav(?:ou?rite)?)\b(?! (?:you|u|to hear|that you))|(?<![不没])(?:喜欢|爱)(?!你)|最爱"
_BAD = r"(?:hate|hated|can'?t stand|don'?t like|dislike|gross|disgusting)\b|讨厌|不喜欢|不爱|受不了|难吃|难喝"

Holding = Callable[[str], Iterable[Utterance]]


class Checked(msgspec.Struct, frozen=True):
    """verdict: "agrees", "contradicts", "silent"; the events or lines that say so. Silent with lines: they name `word` and decide nothing."""

    verdict: str
    place: str = ""
    events: tuple[Event, ...] = ()
    lines: tuple[Utterance, ...] = ()
    word: str = ""
    count: int = 0


class Two(msgspec.Struct, frozen=True):
    """Who tells and who is told of: Speaker ids, and each one's names."""

    me: str = ""
    them: str = ""
    names: dict[str, tuple[str, ...]] = {}

    def meant(self, word: str) -> str:
        """The Speaker.id a word stands for; "" for both."""
        for id, called in self.names.items():
            if word in {lower(n) for n in called}:
                return id
        return "" if word in ("we", "我们") else self.me if word in ("i", "me", "my", "我") else self.them


def check(
    text: str,
    first: date | None,
    last: date | None,
    lived: Lived,
    two: Two | None = None,
    holding: Holding | None = None,
) -> Checked:
    """`first` and `last`: the told time, None where there is none; `holding`: lines that hold a word."""
    two, holding = two or Two(), holding or (lambda _: ())
    lowered = lower(text)
    found = [*_of_events(lowered, first, last, lived, two)]
    if first is None or not found:
        found += [*_of_tastes(lowered, lived, two, holding), *_of_owning(lowered, two, holding)]
    found.append(_of_places(text, first, last, lived))
    order = (CONTRADICTS, AGREES, SILENT)
    return min(found, key=lambda c: (order.index(c.verdict), not c.lines, not c.place))


def places_in(text: str, lived: Lived) -> list[str]:
    """Places of the records, and towns, that a told text names."""
    lowered = text.lower()
    known = {*lived.places, *(e.place for e in lived.events if e.place)}
    found = [p for p in known if p.lower() in lowered]
    found += [name for key, name in towns().items() if (key if not key.isascii() else f" {key} ") in f" {lowered} "]
    return sorted({p for p in found if len(p) > 1}, key=lambda p: (-len(p), p))


def _of_places(text: str, first: date | None, last: date | None, lived: Lived) -> Checked:
    places = places_in(text, lived)
    for place in places:
        there = [e for e in lived.events if any(_same(p, place) for p in (e.place, *e.also) if p)]
        if not there:
            continue
        if first is None or last is None:
            return Checked(AGREES, place, tuple(there[:SHOWN]))
        then = [e for e in there if _in(e, first, last)]
        return Checked(AGREES if then else CONTRADICTS, place, tuple((then or there)[:SHOWN]))
    return Checked(SILENT, places[0] if places else "")


def _in(e: Event, first: date, last: date) -> bool:
    room = NEAR if e.precise == "derived" else timedelta(0)
    return date.fromisoformat(e.day) <= last + room and date.fromisoformat(e.until or e.day) >= first - room


def _patterns(rows: Sequence[str], two: Two) -> Iterator[re.Pattern[str]]:
    called = sorted({re.escape(lower(n)) for names in two.names.values() for n in names if n}, key=len, reverse=True)
    owned = "|".join(sorted(_owned(), key=len, reverse=True))
    for row in rows:
        yield re.compile(row.replace("{names}", "|".join(called) or "(?!)").replace("{owned}", owned))


@cache
def _owned() -> frozenset[str]:
    kin = {w for x in LANGUAGES for w, s, _ in word_list(x, "life") if s == "kin" and w not in ("family", "家里")}
    return frozenset(
        {*kin, *_PETS, *_ANY, "boyfriend", "girlfriend", "partner", "child", "男朋友", "女朋友", "对象", "孩子"}
    )


def _one(m: re.Match[str], *names: str) -> str:
    return next((v for n in names if n in m.re.groupindex and (v := m[n])), "")


def _of_events(text: str, first: date | None, last: date | None, lived: Lived, two: Two) -> Iterator[Checked]:
    """A kind of event, by whom and when. One that the records never name decides nothing."""
    for (kind, _), pattern in zip(EVENTS, _patterns([p for _, p in EVENTS], two), strict=True):
        if not (m := pattern.search(text)) or standing(text, m.start(), m.end()) != SAID:
            continue
        who = two.meant(_one(m, "who", "who2", "who3"))
        known = [e for e in lived.events if e.kind == kind and (kind != "birthday" or e.who == who)]
        if not known:
            continue
        if first and last:
            then = [
                e
                for e in known
                if _in(e, first, last) or (kind == "birthday" and e.day[5:] == first.isoformat()[5:] and first == last)
            ]
            if not then:
                yield Checked(CONTRADICTS, events=tuple(known[:SHOWN]))
                continue
            known = then
        elif kind in ("birthday", "together"):
            continue
        theirs = [e for e in known if e.who == who]
        if kind in ("birthday", "together") or not who:
            yield Checked(AGREES, events=tuple(known[:SHOWN]))
        elif not theirs or ("always" in m.re.groupindex and m["always"] and len(theirs) < len(known)):
            yield Checked(CONTRADICTS, events=tuple([e for e in known if e.who != who][:SHOWN]))
        else:
            yield Checked(AGREES, events=tuple(theirs[:SHOWN]))


def _of_tastes(text: str, lived: Lived, two: Two, holding: Holding) -> Iterator[Checked]:
    for pattern in _patterns(_TASTES, two):
        for m in pattern.finditer(text):
            who, thing, no = two.meant(m["who"]), _bare(m["x"].strip()), bool(m["no"])
            if not who or thing in ("me", "him", "her", "it", "that", "you", "us", "我", "她", "他", "你"):
                continue
            lines = [u for u in holding(thing) if _has(lower(u.text), thing)]
            own = [u for u in lines if u.speaker == who]
            good = [u for u in own if _felt(u.text, thing, _GOOD) or (thing in _PETS and _mine(u, thing, who))]
            bad = [u for u in own if _felt(u.text, thing, _BAD)]
            yield _weighed(good, bad, lines, no, thing)


def _of_owning(text: str, two: Two, holding: Holding) -> Iterator[Checked]:
    for pattern in _patterns(_OWN, two):
        for m in pattern.finditer(text):
            who, thing = two.meant(m["who"]), m["x"]
            if not who:
                continue
            lines = [u for x in _ANY.get(thing, (thing,)) for u in holding(x) if _has(lower(u.text), x)]
            have = [u for u in lines if any(_mine(u, x, who) for x in _ANY.get(thing, (thing,)))]
            yield _weighed(have, [], lines, bool(m["no"]), thing)


def _weighed(
    good: Sequence[Utterance], bad: Sequence[Utterance], lines: Sequence[Utterance], no: bool, word: str
) -> Checked:
    """Words for and against a thing; both, or none, decide nothing and the lines that name it are counted."""
    if bool(good) == bool(bad):
        return Checked(SILENT, lines=tuple(lines[:1]), word=word, count=len(lines))
    return Checked(AGREES if bool(bad) == no else CONTRADICTS, lines=tuple((good or bad)[:SHOWN]), word=word)


def _bare(thing: str) -> str:
    """ "cats" are looked for as "cat"."""
    return thing[:-1] if thing.isascii() and len(thing) > 3 and thing[-1] == "s" and thing[-2] not in "su" else thing


def _has(lowered: str, thing: str) -> bool:
    return re.search(rf"\b{re.escape(thing)}s?\b" if thing.isascii() else re.escape(thing), lowered) is not None


def _felt(text: str, thing: str, verbs: str) -> bool:
    """ "i love soup", 我最爱喝汤: the feeling stands before the thing, close to it and said so."""
    lowered = lower(text)
    reach = rf"(?:{verbs})(?:[a-z' ]{{0,18}}\b| ?)(?:吃|喝|看|听|玩|养)?{re.escape(thing)}"
    return any(standing(lowered, m.start(), m.end()) == SAID for m in re.finditer(reach, lowered))


def _mine(u: Utterance, thing: str, who: str) -> bool:
    """ "my dog" of the person themselves, "your dog" of the other."""
    lowered = lower(u.text)
    word = rf"(?:\w+ )?{re.escape(thing)}s?\b" if thing.isascii() else re.escape(thing)
    mine = rf"\bmy {word}" if thing.isascii() else rf"我(?:的|家的?|们的)?{word}"
    yours = rf"\byour {word}" if thing.isascii() else rf"你(?:的|家的?)?{word}"
    m = re.search(mine if u.speaker == who else yours, lowered)
    return m is not None and standing(lowered, m.start(), m.end()) == SAID


def _same(a: str, b: str) -> bool:
    return a.lower() == b.lower() or a.lower() in b.lower() or b.lower() in a.lower()
