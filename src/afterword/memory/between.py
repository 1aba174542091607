"""What a line says between the two: who feels or does what to whom. In: words, in any language. Out: bonds.

"I love you" and "I love cheese" share their weightiest word and nothing else. So words of love, longing, anger, guilt and
grief are read with whom they are about (a speech act and its addressee). They stand in lists
(`measures/lang/<language>/between.txt`); whom they concern is told by the pronoun before and the one after, small words
apart. The hard choice: no parser. Where another word stands between, it is somebody else's ("my mother loves you"), so
what is not understood is never taken for a word between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from afterword.measures.lexicon import LANGUAGES, any_of, lower, sections, trie_pattern, typed
from afterword.memory.acts import acts, asks

Who = Literal["i", "you", "we", "thing", "other", ""]
Form = Literal["", "asks", "why", "not"]


STATES = frozenset({"anger", "scared", "sad", "lonely", "happy"})
TOGETHER = frozenset({"fight", "mend"})
DONE = frozenset({"leave", "return", "lie", "forget"})
"""Acts that may name nobody: one's own state, what both do, and what "you" did."""
POLITE = frozenset({"thanks", "sorry"})
"""Said every day and in passing; the others weigh on whatever stands around them."""
SAID_BACK = frozenset({"eased", "soothed"})
"""What only answers and asks for nothing by itself: "it's ok", "don't cry"."""


class Bond(NamedTuple):
    """`whom` may be a "thing" of theirs ("your voice"), or "" where nobody is named."""

    act: str
    who: Who
    whom: Who
    form: Form

    @property
    def of_two(self) -> bool:
        """Is it between the one who writes and the one addressed, and nobody else?"""
        if {self.who, self.whom} & {"other", "thing"} or self.act in SAID_BACK:
            return False
        if self.act == "happy" and self.form != "asks":
            return False
        if self.act in STATES | TOGETHER:
            return True
        return self.whom in ("i", "you", "we") and self.who != self.whom or (self.act in DONE and self.who == "you")


_CLAUSE = re.compile(r"[^.!?。！？…,，;；\n]+[.!?。！？…]*")
_SPACE = re.compile(r"(?<=[\u3400-\u9fff])[ \u3000]+(?=[\u3400-\u9fff])")
"""Chinese puts a space where others put a comma."""
_WHY = re.compile(r"(?<![a-z])(?:why|how come|how could|what for)(?![a-z])|为什么|为啥|干嘛|凭什么|怎么(?![办样])")
_NOT = re.compile(r"n't|(?<![a-z])(?:not|never|dont|didnt|doesnt|wont|cant|isnt|no)(?![a-z])|[不没别]")
_ALTERNATIVE = re.compile(r"(.)[不没]\1")
_TWICE = re.compile(r"([\u3400-\u9fff]{2})\1")
_WORD = re.compile(r"[a-z']+")


WHO: dict[str, Who] = {"mine": "i", "yours": "you", "ours": "we"}
SMALL = frozenset({*WHO, "skip", "thing", "open", "close", "prep", "kin"})
_SELF = re.compile(r"我|(?<![a-z])(?:i|im|i'm)(?![a-z])")


class Words:
    """One language's: `acts` by expression, `whole` those that say by themselves that it is mine and for you."""

    def __init__(self, language: str) -> None:
        self.acts: dict[str, str] = {}
        self.whole: set[str] = set()
        self.small = {s: {*forms} for s, forms in sections("between", language).items() if s in SMALL}
        for section, forms in sections("between", language).items():
            for form in () if section in SMALL else forms:
                for written in typed([form.lstrip("=")]):
                    self.acts.setdefault(written, section)
                    if form[0] == "=":
                        self.whole.add(written)
        self.who: dict[str, Who] = {w: who for section, who in WHO.items() for w in self.small[section]}
        self.pronouns = {s: re.compile(any_of(self.small[s])) for s in WHO}
        self.anybody = re.compile(any_of(self.who))
        self.find = re.compile(any_of(self.acts))


@cache
def words(language: str) -> Words:
    return Words(language)


@cache
def _around() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Chinese is written without spaces: what may stand before such a word, an object after it, and what closes it."""
    small = words("zh").small
    who = "|".join(sorted(words("zh").who, key=len, reverse=True))
    skip, prep, close, kin = (trie_pattern(small[s]) for s in ("skip", "prep", "close", "kin"))
    return (
        re.compile(rf"(?:({who})们?)?(?:{skip})*(?:{prep}({who}))?(?:{skip})*$"),
        re.compile(rf"(?:死|了|过|着|得|上|到)*({who})们?(?!{kin})(的|做的|[^\W的]{{1,2}}的)?"),
        re.compile(rf"(?:{close})*\W*$"),
    )


@lru_cache(8192)
def bonds(text: str) -> frozenset[Bond]:
    """All of a line's; also those that are about somebody else ("I miss my parents")."""
    found = set[Bond]()
    for clause in _CLAUSE.findall(_SPACE.sub("，", lower(text))):
        for language in LANGUAGES:
            found.update(_in(_TWICE.sub(r"\1", clause.strip()), language))
    return frozenset(found)


def _in(clause: str, language: str) -> Iterator[Bond]:
    lists = words(language)
    for hit in lists.find.finditer(clause):
        act = lists.acts[hit[0]]
        if act == "none":
            continue
        before, after = clause[: hit.start()], clause[hit.end() :]
        near = lists.anybody.split(before)[-1] or before  # what "you" are not says nothing of what I feel
        negated = bool(_NOT.search(_ALTERNATIVE.sub("", near[-12:])))
        who: Who
        whom: Who
        if hit[0] in lists.whole:
            who, whom = ("you", "i") if act == "hurt" else ("i", "" if act in STATES else "you")
        else:
            who, whom = (_spaced if language != "zh" else _unspaced)(lists, before, after, act)
        if act in STATES and whom in ("other", "thing"):
            who = "other"
        if act == "touch" and whom == "thing":  # "your hand"
            whom = "you"
        form = _form(clause, act, negated)
        if form == "asks" and act in STATES and who == "i" and not _SELF.search(before):
            who = "you"  # "still angry?" asks for the other's
        yield Bond(act, who, whom, form)


def _form(clause: str, act: str, negated: bool) -> Form:
    if _WHY.search(clause):
        return "why"
    if act not in POLITE and (asks(acts(clause)) or _ALTERNATIVE.search(clause)):
        return "asks"
    return "not" if negated else ""


def _unsaid(act: str, whom: Who) -> Who:
    """Whom a clause without a subject is about: "forgive me" speaks of you, "miss you" of me."""
    return "we" if act in TOGETHER else "you" if whom == "i" or act in DONE else "i"


def _spaced(lists: Words, before: str, after: str, act: str) -> tuple[Who, Who]:
    small, follows = lists.small, _WORD.findall(after)
    if act == "miss" and follows and follows[0].endswith("ing"):  # "i miss talking to you"
        follows = follows[1:]
    whom = _object(lists, follows)
    for word in reversed(_WORD.findall(before)):
        if word in lists.who:
            return lists.who[word], whom
        if word in small["open"] and word not in small["skip"]:
            break
        if word not in small["skip"]:
            return "other", whom
    return _unsaid(act, whom), whom


def _object(lists: Words, words: list[str]) -> Who:
    small = lists.small
    while words and words[0] in small["prep"]:
        words = words[1:]
    if not words or words[0] in small["close"]:
        return ""
    return lists.who.get(words[0]) or ("thing" if words[0] in small["thing"] else "other")


def _unspaced(lists: Words, before: str, after: str, act: str) -> tuple[Who, Who]:
    left, right, close = _around()
    stands, follows = left.search(before), right.match(after)
    assert stands is not None
    whom: Who = ""
    if follows:
        whom = "thing" if follows[2] else lists.who[follows[1]]
    elif stands[2]:
        whom = lists.who[stands[2]]
    elif not close.match(after):
        whom = "other"
    if stands[1]:
        return lists.who[stands[1]], whom
    if act in DONE and whom == "" and before.endswith(("不", "没")):
        return "i", whom  # "don't go" is 别走; 不走 is one's own
    rest = before[: stands.start()].rstrip()
    if rest and not any(rest.endswith(x) for x in lists.small["open"]):
        return "other", whom
    return _unsaid(act, whom), whom


@lru_cache(8192)
def between(text: str) -> frozenset[Bond]:
    """Those of the two."""
    return frozenset(b for b in bonds(text) if b.of_two)


@lru_cache(8192)
def personal(text: str) -> bool:
    """Does it speak of both, whoever writes and whoever is written to?"""
    lowered = lower(text)
    said = {WHO[s] for x in LANGUAGES for s in WHO if words(x).pronouns[s].search(lowered)}
    return {"i", "you"} <= said or "we" in said


def same(a: Bond, b: Bond) -> bool:
    return (a.act, a.who, a.form) == (b.act, b.who, b.form) and (a.whom == b.whom or "" in (a.whom, b.whom))
