"""What a draft claims, and whether it stands. In: a draft, what it answers, the records. Out: (code, words) of what does not.

Code finds what can be looked up: a memory of both that is called upon, a name, a number, a date, a long line of ta's
without quotation marks. A memory stands when the records hold its words together; a name or a number when somebody
wrote it at all. What has no such handle ("i was tired") is nobody's to check, and manners and voice must catch it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Protocol

from afterword.dialogue.day import of_today
from afterword.dialogue.granted import SENTENCE, Past
from afterword.dialogue.life import invented, supposes
from afterword.han import simplified
from afterword.measures.lexicon import lower
from afterword.measures.phrases import listed, shapes
from afterword.measures.tokens import common
from afterword.memory.owned import section
from afterword.memory.query import terms_of
from afterword.memory.where import towns

LONG_LETTERS, LONG_HAN = 40, 16
"""A line of ta's that is longer is no turn of phrase but a piece of the records, and belongs in quotation marks."""

QUOTED = re.compile('“[^”]*”|"[^"]*"|「[^」]*」|『[^』]*』|«[^»]*»|„[^“”]*[“”]')
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_CAPITAL = re.compile(r"(?<=[a-z0-9,;:'’)] )(?:[A-Z][a-z’']+)(?: [A-Z][a-z’']+)*")
_OF = re.compile("['’]s?$")
_TITLES = "阿姨|叔叔|伯伯|爷爷|奶奶|师傅|老师|医生|大夫|教授|先生|女士|太太|小姐|经理|主任"
_PROPER = ("nr", "ns", "nt", "nz")


class Facts(Past, Protocol):
    """What the records can say."""

    def known(self, words: str) -> bool:
        """Whether they hold these words together, whoever wrote them."""
        ...


def sentences(text: str) -> list[str]:
    return [s for m in SENTENCE.finditer(text) if (s := m[0].strip())]


def unquoted(text: str) -> str:
    """The draft without what it quotes: quotations are the guard's to compare."""
    return QUOTED.sub(" ", text)


def long(text: str) -> bool:
    han = len(_HAN.findall(text))
    return han > LONG_HAN or len(text) - han > LONG_LETTERS


def explaining(text: str) -> str:
    """The sentence that explains its own manner, "" if there is none."""
    return next((s for s in sentences(text) if listed("drafts")["explains"].search(lower(s))), "")


def ungrounded(draft: str, *, line: str, evidence: Sequence[str], facts: Facts) -> Iterator[tuple[str, str]]:
    """(code, words): "copy", "memory", "invented", "today" or "fact"; what is made up as a whole is not searched for facts as well.
    What was said in this talk may be named again, but it does not make what is told of ta's life true."""
    text = unquoted(draft)
    given = lower("\n".join((line, *evidence)))
    for bubble in text.split("\n"):
        pieces = dict.fromkeys((bubble.strip(), *sentences(bubble)))
        if copied := next((p for p in pieces if long(p) and facts.said(p)), ""):
            yield "copy", copied
            continue
        for sentence in sentences(bubble):
            if (claim := _remembered(sentence)) and not facts.known(claim):
                yield "memory", sentence
                continue
            names = named(sentence)
            if invented(sentence, facts, names):
                yield "invented", sentence
                continue
            open_ = supposes(sentence)
            lost = [
                word
                for word in specifics(sentence)
                if not (_within(word, given) or (open_ and _place(word, sentence)) or _anywhere(word, facts))
            ]
            yield from (("fact", word) for word in lost)
            # a name says by itself that it is one; what is written small is looked at where it tells of a day
            if not lost and (made_up := of_today(sentence, given, facts)):
                yield "today", ", ".join(made_up)


def _remembered(sentence: str) -> str:
    """What a sentence claims to remember, as the words to look for; "" if it claims nothing that could be looked for."""
    lowered = lower(sentence)
    found = listed("drafts")["remember"].search(lowered)
    said = shapes("drafts")
    if not found or said["long-ago"].search(lowered) or said["not-known"].search(lowered):
        return ""
    rest = lowered[: found.start()] + " " + lowered[found.end() :]
    terms = [t for t in terms_of(rest) if t not in common() and (len(t) > 2 or not t.isascii())]
    return " ".join(terms)


def specifics(sentence: str) -> list[str]:
    """Names, places, numbers and dates, as they are written."""
    said = shapes("drafts")
    numbers = [m[0] for m in said["number"].finditer(sentence) if not said["saying"].fullmatch(m[0])]
    return list(dict.fromkeys([*numbers, *named(sentence)]))


def named(sentence: str) -> list[str]:
    """Names of people, places and things, but for those that everybody has."""
    found = []
    for m in _CAPITAL.finditer(sentence):
        words = [w for w in (_OF.sub("", w) for w in m[0].split()) if not _everybodys(w)]
        if words and len(words[0]) > 2:
            found.append(" ".join(words))
    if _HAN.search(sentence):
        import rjieba

        words = [str(w) for w, tag in rjieba.tag(sentence) if tag in _PROPER and len(w) > 1 and _HAN.match(w)]
        found += [w for w in words if not _everybodys(w)]
        found += [sentence[m.start() : m.end()] for m in _titled().finditer(simplified(sentence))]
    return list(dict.fromkeys(found))


@cache
def _titled() -> re.Pattern[str]:
    """A surname with what an elder or a stranger is called by: "李阿姨", which the tagger takes for no name."""
    return re.compile(f"(?:{'|'.join(section('surnames'))})(?:{_TITLES})")


def _everybodys(word: str) -> bool:
    """Days, months, languages and what stands on every telephone: to name them is to claim nothing."""
    return lower(word) in common() or listed("drafts")["everybody"].fullmatch(lower(word)) is not None


def _within(word: str, given: str) -> bool:
    """Whether it was said in this talk, whole or each of its words."""
    form = lower(word)
    if _HAN.match(word):
        return form in given or (len(word) > 2 and word[:2] in given)
    # many type "julios" for "julio's"
    return all(re.search(rf"(?<![a-z]){re.escape(w)}(?:['’]?s)?(?![a-z])", given) for w in form.split())


def _place(word: str, sentence: str) -> bool:
    """Whether a name is a place that everybody may know: a town of the gazetteer, or what stands where a place stands."""
    if lower(word) in towns():
        return True
    if _HAN.match(word):
        import rjieba

        return any(tag == "ns" and w == word for w, tag in rjieba.tag(sentence))
    return re.search(rf"(?:{shapes('drafts')['place-before'].pattern}){re.escape(word)}\b", sentence) is not None


def _anywhere(word: str, facts: Facts) -> bool:
    """A Chinese name may have been cut with the verb behind it ("张伟去"), so its beginning is enough."""
    if _HAN.match(word) and len(word) > 2 and facts.known(word[:2]):
        return True
    return facts.known(word.strip("£$€¥%"))
