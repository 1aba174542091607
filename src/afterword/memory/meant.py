"""Who is meant by a relation. In: a question, the records. Out: the question, that also looks for the name.

"Her flatmate" has a name in the chat from the day somebody wrote "Callum, my flatmate"; from then on the name alone is
written. So the lines that hold the relation are read for one that names it: the name is looked for beside the relation, and
the relation beside the name. The hard choice: a name counts only right beside a relation with its owner, and only if it is
written like a name elsewhere too: to miss one costs a hit, "Honestly, my brother" would make a stranger of him.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

import msgspec

from afterword.memory.asked import PART, SURELY, Asked, Concept
from afterword.memory.owned import Owner, either, section
from afterword.memory.query import STOP_EN
from afterword.memory.where import towns
from afterword.store import Shelf
from afterword.store.blocks import Line, holding
from afterword.store.search import folded, in_cjk

READ, MOST = 60, 3
"""Blocks that are read for one word, the earliest, since people are introduced once; names that are followed."""
_CAPITAL = r"[A-Z][a-zà-ÿ]+"
_NICK = re.compile("([小阿老大])[一-鿿](?:[姐哥叔姨])?|([一-鿿])[姐哥叔姨]")
_ASKS = re.compile(r"\b(?:[Ii]s|[Ww]as) $")
_MANY = re.compile(r"(?<!s)s$|ren$")
"""Before a relation: "is your aunt French?" names nobody, nor does "how is your dog, Brad?"; and what there are several of."""
_ENDS = r"(?=[.,!?;:)\n]|$| who\b)"


Reader = Callable[[tuple[str, ...]], Sequence[Line]]
"""The lines that hold any of these words; each but once for a question."""


class Named(msgspec.Struct, frozen=True):
    """`whose`: the speaker who has them; `line`: where it stands."""

    name: str
    what: tuple[str, ...]
    whose: str
    line: Line


@cache
def _english() -> tuple[re.Pattern[str], ...]:
    own = "|".join(
        f"(?P<{x}>(?i:{either(section(y), True)}))" for x, y in (("me", "mine"), ("us", "ours"), ("you", "yours"))
    )
    what = f"(?P<what>(?i:{either(section('relations'), True)}))"
    return (
        re.compile(rf"\b(?:{own}) (?:[a-z]+ )?{what},? (?:called |named )?(?P<name>{_CAPITAL})\b"),
        re.compile(rf"\b(?:{own}) (?:[a-z]+ )?{what}(?:['’]s name is|['’]s called| is called| is named) (?P<name>(?i:{_CAPITAL}))\b"),
        re.compile(rf"\b(?P<name>{_CAPITAL})(?:,|\.| is| was|['’]s| -| \() ?(?:{own}) (?:[a-z]+ )?{what}{_ENDS}"),
    )  # fmt: skip


@cache
def _owned() -> re.Pattern[str]:
    """In small letters what all three need, since few lines hold it and to try them takes ten times as long."""
    own = "|".join(either(section(x), True) for x in ("mine", "ours", "yours"))
    return re.compile(rf"\b(?:{own}) (?:[a-z]+ )?(?:{either(section('relations'), True)})")


@cache
def _chinese() -> tuple[re.Pattern[str], re.Pattern[str]]:
    own = "|".join(
        f"(?P<{x}>{either(section(y), False)})" for x, y in (("us", "ours"), ("me", "mine"), ("you", "yours"))
    )
    what = f"(?P<what>{either(section('relations'), False)})"
    return (
        re.compile(rf"(?:(?:{own})[们的家]*(?:那个|这个)?)?{what}(?:的?名字)?(?:叫|，)?(?P<rest>[一-鿿]+)"),
        re.compile(rf"(?P<rest>[一-鿿]+)(?:是|就是|，)(?:{own})的?{what}"),
    )


def namings(text: str) -> Iterator[tuple[str, str, bool | None]]:
    """(relation, name, whether it is the writer's, None where nobody says) for each that a line names."""
    for pattern in _english() if _owned().search(text.casefold()) else ():
        for m in pattern.finditer(text):
            after = text[m.end("name") : m.end("name") + 1]
            unsure = m["you"] and after in ",.!?" or _ASKS.search(text[: m.start()]) and after in ".!?"
            if not unsure and not _MANY.search(m["what"]) and m["name"].casefold() not in {*STOP_EN, *towns()}:
                yield m["what"].casefold(), m["name"], not m["you"]
    if text.isascii():
        return
    for last, pattern in enumerate(_chinese()):
        for m in pattern.finditer(text):
            owned, called = m["me"] or m["us"] or m["you"], "叫" in m[0][: m.start("rest") - m.start()]
            if name := _chinese_name(m["rest"], bool(last), bool(owned), called):
                yield m["what"], name, not m["you"] if owned else None


def _chinese_name(rest: str, last: bool, owned: bool, called: bool) -> str:
    """The name that a run of characters begins or ends with; `called`: 叫 stands before it."""
    import rjieba

    for n in (3, 2):
        word = rest[-n:] if last else rest[:n]
        m = None if rjieba.has_word(word[:2]) else _NICK.fullmatch(word)
        if m and (m[1] in ("小", "阿") or (m[2] or word[1]) in section("surnames")):
            return word
    word, tag = rjieba.tag(rest)[-1 if last else 0]
    fit = tag.startswith("nr") and (owned and word[0] in section("surnames") or called)
    return word if 1 < len(word) < 4 and fit and word not in section("relations") else ""


def meant(shelf: Shelf, ask: Asked, people: Mapping[str, Sequence[str]]) -> Asked:
    """`people`: speaker → names; they are nobody's flatmate by being named beside one."""
    relations, found = section("relations"), dict[str, list[Named]]()
    read = cache(lambda words: holding(shelf, words, READ))
    own = {folded(w.casefold()) for names in people.values() for n in names for w in (n, *n.split())}
    for c in ask.concepts:
        what = relations.get(c.word)
        if not c.piece and (what or may_name(c.word, ask.question)):
            some = _named(read, what or (c.word,), [*people])
            some = [n for n in some if n.name not in own and (n.what == what if what else n.name == c.word)]
            whose = {x.who for x in ask.owners if x.what == what and not x.named} - {""}
            found[c.word] = [n for n in some if not whose or n.whose in whose]
    if not any(found.values()):
        return ask

    def wider(c: Concept) -> Concept:
        if c.piece or not (some := found.get(c.word)):
            return c
        if c.word in relations:
            more = dict.fromkeys([(n.name, SURELY) for n in some][:MOST])
        else:
            more = dict.fromkeys((w, PART) for n in some for w in n.what)
        return msgspec.structs.replace(c, alike=(*more, *(a for a in c.alike if a[0] not in dict(more))))

    def called(x: Owner) -> Owner:
        names = {n.name for some in found.values() for n in some if n.what == x.what}
        return msgspec.structs.replace(x, called=(*sorted(names),)) if names else x

    return msgspec.structs.replace(
        ask, concepts=tuple(map(wider, ask.concepts)), owners=tuple(x if x.named else called(x) for x in ask.owners),
        called={c: tuple(dict.fromkeys(n.name for n in some)) for c, some in found.items() if some and c in relations},
        naming=frozenset(n.line.row for some in found.values() for n in some),
    )  # fmt: skip


def may_name(word: str, question: str) -> bool:
    """Whether a word of the question is written as a name."""
    if in_cjk(word):
        return _NICK.fullmatch(word) is not None
    return any(m.start() and folded(m[0].casefold()) == word for m in re.finditer(_CAPITAL, question))


def _named(read: Reader, words: tuple[str, ...], speakers: Sequence[str]) -> list[Named]:
    """Who is named in the lines that hold any of these words; names as they are looked for."""
    relations, out = section("relations"), []
    for line in read(words):
        low = folded(line.text.casefold())  # the other lines of its block name others
        for what, name, mine in namings(line.text) if any(w in low for w in words) else ():
            if not name.isascii() or _a_name(name, read((name,))):
                others = [s for s in speakers if s != line.speaker]
                whose = "" if mine is None else line.speaker if mine else others[0] if len(others) == 1 else ""
                out.append(Named(folded(name.casefold()), relations[what], whose or line.speaker, line))
    return out


def _a_name(name: str, lines: Sequence[Line]) -> bool:
    """Written with a capital in the midst of a sentence, and oftener than without."""
    great = small = 0
    for line in lines:
        great += len(re.findall(rf"(?<=[\w,] ){name}\b", line.text))
        small += len(re.findall(rf"\b{name.casefold()}\b", line.text))
    return great > small
