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
from collections.abc import Sequence
from functools import cache
from typing import Protocol

import msgspec

from afterword.measures.lexicon import LANGUAGES, lower, trie_pattern, word_list
from afterword.memory import Recall
from afterword.memory.query import STOP_EN, STOP_ZH, holds, stems, terms_of
from afterword.model import Utterance

PLACES, MANY = 5, 3
"""Places looked at; words that make a sentence about the past one that can be looked up."""
WIDE = 60
"""How much of a line is read, and cited, as one claim; a Chinese character counts two."""
_SENTENCE = re.compile(r"[^.!?。！？…\n]+[.!?。！？…~～]*")
_CLAUSE = re.compile(
    r"(?<=[,，;；])\s*|\s+(?=(?:and|but|so|because|cause|cuz|bc|since|although|though|which|while|until|till|lol|also)\s)"
    r"|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
)
_PRONOUN = re.compile(r"\b(?:we|us)\b|我们|咱们?|\b(?:i|im|ive)\b|我(?!们)|\b(?:you|u|youre)\b|你(?!们)")
_PLURAL = re.compile(r"\b(?:our|ours|we|us)\b|我们|咱")
_TO_YOU = re.compile(r"\b(?:you|u|your|we|us|our|ours|let's|lets)\b|你|我们|咱")
_OURS = re.compile(r"\bour ([a-z]+)|(?:我们|咱们?)家?的?([狗猫鱼鸟兔龟娃房车店])")
_NOT = re.compile(r"(?<=[a-z])n['’]t\b|['’](?:d|ll|re|ve|s|m)\b")
_DOING = re.compile(r"^\W*[a-z]+ing\b")
_ASKING = re.compile(
    r"\b(?:did|do|does|have|had|has|are|were|was|is|could|would|can|will|should)(?: [a-z]+)?? (?:you|u|ya|we)\b|\byou ever\b"
    r"|^\W*(?:(?:so|and|but|also|lol|wait|ok|oh|dang)\W+)*(?:what|when|where|who|why|how|which)\b"
    r"|(?:吗|嘛|么|呢|[了过]没有?)\W*$|(?:什么|怎么|哪|谁|多少)(?![都也怕])"
)
_BOTH = re.compile(
    r"\b(?:we|our|ours|us)\b|\bi [a-z]+(?: it| them)? (?:you|us)\b|\byou [a-z]+ me\b|我们|咱|我[^你]你|你[^我]我"
)
_OURSELVES = re.compile(
    r"(?:^|[,.;]\s*|\b(?:and|so|but|then|that|cause|because) )we\b|(?:^|[，。；\s])(?:我们|咱们?)(?![^，。]*的)"
)
_LET_US = re.compile(r"^(?!.*[了过年]).*(?:我们|咱).*[吧啦]\W*$")
_EITHER = re.compile(r"(?:we|you|u) (?:[a-z]+ )*(?:put|cut|read)$")
_BY_ME = re.compile(r"(?<![a-z])(?:i|im|i'm|me|my)(?![a-z])|我(?!们)")
_PRONOUNS = {"i": "i", "im": "i", "ive": "i", "我": "i", "you": "you", "u": "you", "youre": "you", "你": "you"}


class Past(Protocol):
    """What the records can say of the past."""

    def recall(self, words: str, k: int) -> Recall: ...

    def said(self, words: str) -> bool:
        """Whether the person wrote exactly these words."""
        ...


class Granted(msgspec.Struct, frozen=True):
    """`sentence` as it was written; `words` to look for, "" if it names nothing; `stands`: the records bear it out;
    `called`: it speaks of the past by its form, and not only of something nobody ever wrote of."""

    sentence: str
    words: str
    stands: bool
    called: bool = True


@cache
def listed(name: str) -> dict[str, re.Pattern[str]]:
    """By section of a word list, all languages together: what says so, anywhere or as the opening of a sentence."""
    rows: dict[str, tuple[list[str], list[str]]] = {}
    for language in LANGUAGES:
        for form, section, _ in word_list(language, name):
            rows.setdefault(section, ([], []))[form.startswith("^")].append(form.lstrip("^"))

    def search(forms: Sequence[str]) -> str:
        latin = trie_pattern(x for f in forms if f.isascii() for x in {f, f.replace("'", "")})
        other = trie_pattern(f for f in forms if not f.isascii())
        return "|".join(p for p in (rf"(?<![a-z0-9']){latin}(?![a-z0-9'])" if latin else "", other) if p) or "(?!)"

    return {
        section: re.compile(rf"{search(anywhere)}|^\W*(?:{search(opening)})" if opening else search(anywhere))
        for section, (anywhere, opening) in rows.items()
    }


@cache
def _did() -> re.Pattern[str]:
    """English says by the verb that something is past; Chinese by words that stand in the list."""
    return re.compile(
        rf"(?<![a-z])(?:we|you|u)(?: (?:both|all|even|really|just|still|never|always|almost|nearly|once|so))*"
        rf" (?:{listed('granted')['verb'].pattern}|[a-z]{{3,}}ed\b)"
        rf"|(?<![a-z])i (?:gave|bought|made|wrote|sent|built|brought|taught|showed|took)(?: it| them)? (?:you|us)\b"
    )


@cache
def _feeling() -> frozenset[str]:
    """Words that name a feeling or a frame and no event."""
    rows = [form for lang in LANGUAGES for form, section, _ in word_list(lang, "granted") if section == "feeling"]
    return frozenset(rows)


def granted(line: str, past: Past, names: Sequence[str] = ()) -> Granted | None:
    """The first claim that is not borne out, those that are one by their form before others; else one that is; else None.
    `names`: of the two, which a line that speaks to one of them holds without meaning them."""
    other: Granted | None = None
    called = lower(" ".join(names))
    for piece in pieces(line):
        if found := _of(piece, past, called):
            if not found.stands and found.called:
                return _narrowed(found, past, called)
            other = other if other and not other.stands else found
    return other


def pieces(line: str) -> list[str]:
    """Sentences; of one that runs on, as many clauses as a claim is told in."""
    found: list[str] = []
    for m in _SENTENCE.finditer(line):
        sentence = m[0].strip()
        found.append("")
        for clause in [sentence] if _wide(sentence) <= WIDE else _CLAUSE.split(sentence):
            if found[-1] and _wide(f"{found[-1]} {clause}") > WIDE:
                found.append("")
            found[-1] = f"{found[-1]} {clause}".strip() if clause.isascii() else found[-1] + clause
    return [y for x in found if (y := x.rstrip(" ,，;；"))]


def _wide(text: str) -> int:
    return sum(1 if c.isascii() else 2 for c in text)


def _narrowed(found: Granted, past: Past, names: str) -> Granted:
    """The one clause that is doubted, where it makes the claim by itself ("work was long, remember Paris?")."""
    for clause in _CLAUSE.split(found.sentence):
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
    lists = listed("granted")
    text = lists["none"].sub(" ", lower(sentence))
    if vow := lists["vow"].search(text):
        given = terms_in(text[vow.end() :], names) or terms_in(text[: vow.start()], names)
        return Granted(sentence, " ".join(given), bool(given) and _given(given, past))
    call = lists["call"].search(text)
    ours = [m[0] for m in _OURS.finditer(text) if not _shared(m[1] or m[2], past)]
    maybe = bool(lists["may"].search(text) or _LET_US.search(text))
    said = not maybe and _tells(text)
    # what the user remembers of their own life ("i remember my friend singing") is told, and asks nothing of the records
    alone = call and not _TO_YOU.search(text) and _BY_ME.search(text, 0, call.end())
    plain = not ((call and not alone) or (ours and not maybe) or said)
    if plain and (lists["now"].search(text) or _actor(text, None) == "i" or not _TO_YOU.search(text)):
        return None
    terms = [t for t in terms_in(lists["call"].sub(" ", text) if call else text, names) if t not in _feeling()]
    if not terms or all(t in STOP_EN for t in terms):
        return None
    words = " ".join(terms)
    stands = stands_so(terms, _actor(text, call), past)
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
    lists = listed("granted")
    if any(not m.start() or not re.search(r"\w", text[m.end() :]) for m in lists["tag"].finditer(text)):
        return True
    asks = bool(_ASKING.search(text))
    rest = _ASKING.sub(" ", text) if asks else text
    signs = list(lists["past"].finditer(rest)) if _TO_YOU.search(rest) else []
    done = [m for m in _did().finditer(rest) if signs or not _EITHER.fullmatch(m[0])]
    if asks:
        return any(_BOTH.search(m[0]) for m in (*signs, *done))
    if lists["fresh"].search(text) and _OURSELVES.search(text):
        return any(not _BOTH.search(m[0]) for m in (*signs, *done))
    return bool(signs or done)


def terms_in(text: str, names: str = "") -> list[str]:
    """Words that can be looked for. A Chinese word may be cut with the pronoun before it ("我会")."""
    cut = [t.lstrip("我你他她它们").rstrip("我你吗呢吧呀啊") for t in terms_of(_NOT.sub(" ", text))]
    own = {*names.split(), *(t for t in cut if len(t) > 1 and not t.isascii() and t in names)}
    found = (t for t in dict.fromkeys(cut) if t.strip() and t not in STOP_ZH and t not in own)
    return [t for t in found if len(t) > 2 or not t.isascii()]


def _shared(noun: str, past: Past) -> bool:
    """Whether the two ever called it theirs: both words in one line."""
    if noun in _feeling():
        return True
    said = (lower(u.text) for hit in past.recall(noun, PLACES).hits for u in hit.utterances)
    return any(_PLURAL.search(text) and _holds(text, noun) for text in said)


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
    start = call.end() if call else 0
    if call and (last := [m for m in _PRONOUN.finditer(text, call.start(), call.end()) if m.end() == call.end()]):
        start = last[0].start()
    if _DOING.match(text[start:]):
        return "you"
    found = _PRONOUN.search(text, start)
    return _PRONOUNS.get(found[0], "") if found else ""


def stands_so(terms: Sequence[str], actor: str, past: Past) -> bool:
    """Whether one place holds all of the words, in lines that speak of the one the claim is about."""
    for hit in past.recall(" ".join(terms), PLACES).hits:
        told = [u for u in hit.utterances if not actor or about(u, past) in ("", actor)]
        if all(any(_holds(dated(u), t) for u in told) for t in terms):
            return True
    return False


def about(u: Utterance, past: Past) -> str:
    """Whom a line of the records speaks of, by its first pronoun, as `_actor` names them."""
    found = _PRONOUN.search(lower(u.text))
    of = _PRONOUNS.get(found[0], "") if found else "i"
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
