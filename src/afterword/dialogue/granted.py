"""What a line takes for granted of the past, and whether a draft goes along with it. In: the user's line, the records.
Out: the sentence that nothing in the records bears out, or nothing.

People ask by asserting ("remember when we went to Paris?", "you promised me, didn't you?"), and whoever answers in ta's
manner tends to agree: half-remembering is polite. So what is asserted is looked for, all of its words in one place and
by the one it speaks of, and what is not found may be doubted or asked about, never agreed to. The hard choice: an
explicit call on memory must be borne out in full; anything else said of the past ("you wore the red dress") counts only
if it names what nobody ever wrote, because "you left me" needs no evidence and must never be told that it has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from afterword.measures.lexicon import lower
from afterword.measures.phrases import forms, kind, listed, part, shapes
from afterword.measures.voice import LAUGHTER
from afterword.memory import Hit, Recall
from afterword.memory.query import STOP_EN, STOP_ZH, holds, stems, terms_of
from afterword.model import Utterance

PLACES, MANY = 5, 3
"""Places looked at; words that make a sentence about the past one that can be looked up."""
SELDOM = 3
"""Lines that may hold the words of a promise, and one of them be what was said."""
WIDE = 60
"""How much of a line is read, and cited, as one claim; a Chinese character counts two."""
SENTENCE = re.compile(r"[^.!?。！？…\n]+[.!?。！？…~～]*")


class Past(Protocol):
    """What the records can say of the past."""

    def recall(self, words: str, k: int) -> Recall: ...

    def said(self, words: str) -> bool:
        """Whether the person wrote exactly these words."""
        ...


class Granted(msgspec.Struct, frozen=True):
    """`sentence` as it was written; `words` to look for, "" if it names nothing; `stands`: the records bear it out;
    `called`: it speaks of the past by its form, and not only of something nobody ever wrote of; `promise`: of what ta is
    said to have promised or owned."""

    sentence: str
    words: str
    stands: bool
    called: bool = True
    promise: bool = False


def granted(
    line: str, past: Past, names: Sequence[str] = (), *, harmless: Callable[[str], bool] = lambda _: False
) -> Granted | None:
    """The first claim that is not borne out, those that are one by their form before others; else one that is; else None.
    `names`: of the two, which a line that speaks to one of them holds without meaning them. What is `harmless` is none."""
    other: Granted | None = None
    called = lower(" ".join(names))
    for piece in pieces(line):
        if not harmless(piece) and (found := _of(piece, past, called)):
            if not found.stands and found.called:
                found = _narrowed(found, past, called)
                if not harmless(found.sentence):
                    return found
                continue
            other = other if other and not other.stands else found
    return other


def nearest(found: Recall, taken: Granted) -> Hit | None:
    """The hit that holds most of the words; of several, the first. Of a promise that is not borne out only where few lines hold
    all of them: "come back" stands in many a line that promises nothing."""
    terms = taken.words.split()
    if taken.promise and not taken.stands:
        whole = sum(all(_holds(u.text, t) for t in terms) for h in found.hits for u in h.utterances)
        if not 0 < whole <= SELDOM:
            return None
    return max(found.hits, key=lambda h: sum(any(_holds(u.text, t) for u in h.utterances) for t in terms), default=None)


def everyday(sentence: str) -> bool:
    """Whether it is a plain question, of the present, or banter over the day: whoever says yes to that agrees to no past."""
    lists, said = listed("granted"), shapes("granted")
    text = lists["none"].sub(" ", lower(sentence))
    if shapes("drafts")["long-ago"].search(text):
        return True
    if lists["call"].search(text) or lists["vow"].search(text):
        return False
    own = lists["owned"].sub(" ", text)
    if any(not lists["owned"].fullmatch(m[0]) for m in lists["past"].finditer(text)):
        return False
    tagged = lists["tag"].search(own)
    if tagged and not said["to-you"].search(text):
        return False
    if said["asking"].search(own) and not tagged:
        return not said["both"].search(own)
    if not said["gone"].search(own):
        return True
    teased = lists["fresh"].search(own) or lists["banter"].search(own) or LAUGHTER.search(own)
    return bool(teased) and not said["plural"].search(own)


def pieces(line: str) -> list[str]:
    """Sentences; of one that runs on, as many clauses as a claim is told in."""
    found: list[str] = []
    for m in SENTENCE.finditer(line):
        sentence = m[0].strip()
        found.append("")
        for clause in [sentence] if _wide(sentence) <= WIDE else shapes("granted")["clause"].split(sentence):
            if found[-1] and _wide(f"{found[-1]} {clause}") > WIDE:
                found.append("")
            found[-1] = f"{found[-1]} {clause}".strip() if clause.isascii() else found[-1] + clause
    return [y for x in found if (y := x.rstrip(" ,，;；"))]


def _wide(text: str) -> int:
    return sum(1 if c.isascii() else 2 for c in text)


def _narrowed(found: Granted, past: Past, names: str) -> Granted:
    """The one clause that is doubted, where it makes the claim by itself ("work was long, remember Paris?")."""
    for clause in shapes("granted")["clause"].split(found.sentence):
        alone = _of(clause.strip(" ,，;；"), past, names) if clause != found.sentence else None
        if alone and alone.called and not alone.stands:
            return alone
    return found


def cited(sentence: str) -> str:
    """As much of it as Guide says back."""
    if _wide(sentence) <= WIDE:
        return sentence
    kept = ""
    for c in sentence:
        if _wide(kept) >= WIDE:
            break
        kept += c
    return (kept.rsplit(" ", 1)[0] if kept.isascii() else kept).rstrip(" ,，、") + "…"


def _of(sentence: str, past: Past, names: str) -> Granted | None:
    lists, said = listed("granted"), shapes("granted")
    text = lists["none"].sub(" ", lower(sentence))
    if vow := lists["vow"].search(text):
        given = terms_in(text[vow.end() :], names) or terms_in(text[: vow.start()], names)
        return Granted(sentence, " ".join(given), bool(given) and _given(given, past), promise=True)
    call = lists["call"].search(text)
    ours = [m[0] for m in said["ours"].finditer(text) if not _shared(part(m, "thing"), past)]
    maybe = bool(lists["may"].search(text) or said["let-us"].search(text))
    tells = not maybe and _tells(text)
    # what the user remembers of their own life ("i remember my friend singing") is told, and asks nothing of the records
    alone = call and not said["to-you"].search(text) and said["by-me"].search(text, 0, call.end())
    plain = not ((call and not alone) or (ours and not maybe) or tells)
    if plain and (lists["now"].search(text) or _actor(text, None) == "i" or not said["to-you"].search(text)):
        return None
    named = terms_in(lists["call"].sub(" ", text) if call else text, names)
    terms = [t for t in named if t not in forms("granted", "feeling")]
    if not terms or all(t in STOP_EN for t in terms):
        return None
    words = " ".join(terms)
    actor = _actor(text, call)
    stands = stands_so(terms, actor, past) and not (not actor and said["plural"].search(text) and _apart(terms, past))
    if not plain and (call or ours):
        return Granted(sentence, words, stands and not ours)
    told = not stands and (any(not written(t, past) for t in terms) or len(terms) >= MANY and not plain)
    return Granted(sentence, words, False, not plain) if told else None


def claims(text: str) -> bool:
    """Whether it says by its form alone, true or not, that something was."""
    lists = listed("granted")
    return bool(lists["call"].search(text) or lists["vow"].search(text)) or _tells(text)


def _tells(text: str) -> bool:
    """Whether a sentence says by its form that something was. A question does only where it names what both did ("where
    is the map i gave you"); and what "we" did today was done with others."""
    lists, said = listed("granted"), shapes("granted")
    if any(not m.start() or not re.search(r"\w", text[m.end() :]) for m in lists["tag"].finditer(text)):
        return True
    asks = bool(said["asking"].search(text))
    rest = said["asking"].sub(" ", text) if asks else text
    signs = list(lists["past"].finditer(rest)) if said["to-you"].search(rest) else []
    done = [m for m in said["did"].finditer(rest) if signs or not said["either"].fullmatch(m[0])]
    if asks:
        return any(said["both"].search(m[0]) for m in (*signs, *done))
    if lists["fresh"].search(text) and said["ourselves"].search(text):
        return any(not said["both"].search(m[0]) for m in (*signs, *done))
    return bool(signs or done)


def terms_in(text: str, names: str = "") -> list[str]:
    """Words that can be looked for."""
    said = shapes("granted")
    cut = [said["stuck"].sub("", t) for t in terms_of(said["short"].sub(" ", text))]
    own = {*names.split(), *(t for t in cut if len(t) > 1 and not t.isascii() and t in names)}
    found = (t for t in dict.fromkeys(cut) if t.strip() and t not in STOP_ZH and t not in own)
    return [t for t in found if len(t) > 2 or not t.isascii()]


def _shared(noun: str, past: Past) -> bool:
    """Whether the two ever called it theirs: both words in one line."""
    if noun in forms("granted", "feeling"):
        return True
    plural = shapes("granted")["plural"]
    said = (lower(u.text) for hit in past.recall(noun, PLACES).hits for u in hit.utterances)
    return any(plural.search(text) and _holds(text, noun) for text in said)


def _given(terms: Sequence[str], past: Past) -> bool:
    """Whether ta wrote such words: all of them in one line, and hardly more than them, since a promise is made of common
    words, which stand in many a line that promises nothing."""
    said = (u for hit in past.recall(" ".join(terms), PLACES).hits for u in hit.utterances)
    short = (u for u in said if 2 * len(terms) >= len(terms_in(lower(u.text))))
    return any(all(_holds(u.text, t) for t in terms) and about(u, past) == "you" for u in short)


def written(term: str, past: Past) -> bool:
    """Whether anybody ever wrote it; a year is written in the dates, and smaller figures are not looked for."""
    if term.isdigit() and len(term) != 4:
        return True
    return any(_holds(dated(u), term) for hit in past.recall(term, 1).hits for u in hit.utterances)


def _holds(text: str, term: str) -> bool:
    return holds(stems(text), term)


def _actor(text: str, call: re.Match[str] | None) -> str:
    """Whom a claim is about, by its first pronoun: "you" for ta, "i" for the user, "" for both."""
    said = shapes("granted")
    start = call.end() if call else 0
    named = said["pronoun"].finditer(text, call.start(), call.end()) if call else ()
    start = next((m.start() for m in named if m.end() == start), start)
    if said["doing"].match(text[start:]):
        return "you"
    found = said["pronoun"].search(text, start)
    return kind(found) if found else ""


def stands_so(terms: Sequence[str], actor: str, past: Past) -> bool:
    """Whether one place holds all of the words, in lines that speak of the one the claim is about."""
    for hit in past.recall(" ".join(terms), PLACES).hits:
        told = [u for u in hit.utterances if not actor or about(u, past) in ("", actor)]
        if all(any(_holds(dated(u), t) for u in told) for t in terms):
            return True
    return False


def _apart(terms: Sequence[str], past: Past) -> bool:
    """Whether every line with the rarest of the words tells of one of the two alone: "i was in Turkey" is no "we were"."""
    lines = {u.id: u for hit in past.recall(" ".join(terms), PLACES).hits for u in hit.utterances}.values()
    held = {t: [u for u in lines if _holds(u.text, t)] for t in terms}
    rarest = min((x for x in held.values() if x), key=len, default=[])
    pronoun = shapes("granted")["pronoun"]
    return bool(rarest) and all((found := pronoun.search(lower(u.text))) and kind(found) for u in rarest)


def about(u: Utterance, past: Past) -> str:
    """Whom a line of the records speaks of, by its first pronoun, as `_actor` names them."""
    found = shapes("granted")["pronoun"].search(lower(u.text))
    of = kind(found) if found else "i"
    if not of:
        return ""
    theirs = past.said(u.text)
    return "you" if theirs is (of == "i") else "i"


def dated(u: Utterance) -> str:
    day = u.local
    return f"{u.text}\n{day:%Y-%m-%d} {day:%Y} {day:%B} {day.year}年 {day.month}月 {day.day}日" if u.at else u.text


def agrees(draft: str) -> bool:
    """Whether it says yes, in one of the many ways, or that it remembers."""
    return any(listed("granted")["agrees"].search(row) for row in lower(draft).split("\n"))
