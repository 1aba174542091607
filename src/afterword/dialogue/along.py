"""Whether a draft goes along with what nothing bears out. In: a draft, the claim, the line it stands in, the records.
Out: yes or no.

A draft is read piece by piece. To deny, to doubt, to ask whether it was so and to set right what the records bear out
are none of them agreement, and neither is an answer to the other half of the line. The hard choice: each clears itself
and no more. "never been there. best week of my life" denies nothing; "which bit was best" asks, and takes all of it for
granted; "i dont remember, tell me" has the user make the memory that the next line leans on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from afterword.dialogue.granted import PLACES, Granted, Past, agrees, claims, dated, stands_so, terms_in
from afterword.measures.dates import number
from afterword.measures.lexicon import lower
from afterword.measures.phrases import forms, listed, part, shapes
from afterword.memory.query import STOP_EN, STOP_ZH, holds, root, stems

_PIECE = re.compile(r"[^.!。！…~～,，;；\n]+")
_ASKED = re.compile(r"(?<=[?？])\s*(?![?？\s])")
_END = re.compile(r"[.!?。！？…\n]")
_WORD = re.compile(r"[a-z0-9']+")
_HAN = re.compile("[\u3400-\u9fff]")


def goes_along(draft: str, taken: Granted, line: str = "", past: Past | None = None) -> bool:
    """Whether a draft agrees, adds to it or lets it stand. What is no claim by its form may be left standing, since most
    such lines are everyday talk."""
    text = lower(draft).strip()
    if not text or (not taken.called and not agrees(draft)):
        return False
    line, other = lower(line or taken.sentence), _other(lower(line), lower(taken.sentence))
    cleared = touched = named = False
    for piece in _pieces(text):
        if _doubts(piece, lower(taken.sentence), line) or _corrects(piece, taken, line, past):
            cleared = True
        elif _accepts(piece):
            return True
        elif _aside(piece, taken, other):
            touched = True
        elif _empty(piece, line):
            named = named or bool(_words(piece))
        elif not ((cleared and not _tells_more(piece)) or _beside(piece, line, other)):
            return True
    return not (cleared or (touched and not named))


def _pieces(text: str) -> list[str]:
    gap = shapes("along")["gap"]
    parts = (p for m in _PIECE.finditer(text) for q in _ASKED.split(m[0]) for p in gap.split(q))
    return [p.strip() for p in parts if p.strip(" ?？")]


def _words(text: str) -> list[str]:
    """Content words: without fillers, and without what holds any sentence together."""
    return [t for t in terms_in(_unfilled(text)) if t not in _hollow()]


@cache
def _hollow() -> frozenset[str]:
    return STOP_EN | STOP_ZH | forms("granted", "filler", "vague")


def _unfilled(text: str) -> str:
    return shapes("along")["filler"].sub(" ", text)


def _kept(piece: str) -> list[str]:
    """Its words without fillers; what is written without spaces is one."""
    if _HAN.search(piece):
        return [_unfilled(piece).strip(" ?？")]
    return [w for w in _WORD.findall(_unfilled(piece)) if w not in forms("granted", "filler")]


def _within(text: str, line: str) -> bool:
    """Whether the line says all of it, in these words or with other endings."""
    held, sign = stems(line), shapes("along")["sign"]
    return all(holds(held, t) or t in line or (_HAN.match(t) and {*sign.sub("", t)} <= {*line}) for t in _words(text))


def _empty(piece: str, line: str) -> bool:
    """Nothing but fillers and words of the line itself ("hahaha", "paris lol"), and no word of its own that says yes."""
    return not agrees(piece) and _within(piece, line)


def _accepts(piece: str) -> bool:
    return _concedes(piece) or (agrees(shapes("along")["opening"].sub("", piece)) and not _denied(piece))


def _concedes(piece: str) -> bool:
    return listed("granted")["still-agrees"].search(piece) is not None


def _tells_more(piece: str) -> bool:
    """Whether what follows a denial tells of a past after all ("not Paris. it was that time in Vienna")."""
    told = listed("granted")["past"], shapes("along")["past-after-all"]
    return any(x.search(piece) for x in told)


# -- doubt ----------------------------------------------------------------------------------------------------------------


def _doubts(piece: str, claim: str, line: str) -> bool:
    if _concedes(piece):
        return False
    return _denied(piece, claim, line) or _no(piece, line) or _wonders(piece, line)


def _denied(piece: str, claim: str = "", line: str = "") -> bool:
    """Says that it was not so, or that it is not known. What is denied must be the claim, and all of it."""
    said = shapes("along")
    if said["steady"].search(piece):
        return False
    if m := said["never"].search(piece):
        known = part(m, "deed") or (part(m, "of") and _within(part(m, "of"), line))
        return bool(known) and not said["most"].search(part(m, "rest"))
    if m := said["not-known"].search(piece):
        return _within(said["this"].sub("", part(m, "of")), line)
    if (m := said["not"].search(piece)) and _words(of := part(m, "of")) and _within(of, line):
        return not (_only_detail(of, claim, line) or said["most"].search(of))
    if m := listed("granted")["denies"].search(piece):
        return not said["open"].search(m[0]) or _names(piece[m.end() :], claim, line)
    return said["bare"].search(piece) is not None


def _only_detail(what: str, claim: str, line: str) -> bool:
    """Whether it is of the line, and not of the claim."""
    told = {root(t) for t in _words(line)} - {root(t) for t in _words(claim)}
    return any((t in line or root(t) in told) and t not in claim for t in _words(what))


def _names(rest: str, claim: str, line: str) -> bool:
    """Whether what is denied is the claim: nothing else is named, or a word of it is."""
    words = [t for t in _words(rest) if t not in forms("granted", "doing")]
    return (not words or any(t in claim for t in words)) and not _only_detail(rest, claim, line)


def _no(piece: str, line: str) -> bool:
    """A bare no, or one before what is a doubt itself."""
    no, words = forms("granted", "no"), [w for w in _kept(piece) if w not in forms("granted", "vague")]
    if not words or words[0] not in no:
        return False
    rest = [w for w in words[1:] if w not in no]
    return not agrees(" ".join(rest)) and (len(rest) < 2 or all(w in line for w in rest))


def _wonders(piece: str, line: str) -> bool:
    """Asks whether it was, when, or what is meant: of what the line names, and of nothing it would have had to be."""
    said, words, bare = shapes("along"), _words(piece), " ".join(_kept(piece))
    if bare in forms("granted", "when"):
        return True
    asked = f"{bare}?" if (asks := shapes("granted")["question"].search(piece)) else bare
    if said["whether"].search(asked) and not said["like-what"].search(asked):
        framing, sign = forms("granted", "doing", "feeling"), said["sign"]
        return all(_within(t, line) for t in words if not {t, sign.sub("", t)} & framing)
    if said["surely"].search(asked) and any(t in line or (_HAN.match(t) and {*t} & {*line}) for t in words):
        return True
    if said["surely-so"].search(asked):
        return not agrees(piece)
    if (m := said["which"].search(asked)) and _words(of := part(m, "of")):
        return _within(of, line)
    return bool(asks and words) and not said["more"].search(bare) and _within(piece, line)


# -- what is set right, and what is answered beside it ------------------------------------------------------------------


def _corrects(piece: str, taken: Granted, line: str, past: Past | None) -> bool:
    """Says that it was the user's doing, or puts in what the records hold beside words of the claim."""
    said = shapes("along")
    if m := said["to-user"].search(piece):
        rest = _words(piece[m.end() :])
        return all(t in line for t in rest) or (past is not None and _borne_out(rest, taken, line, past))
    if past is None or _concedes(piece):
        return False
    own = said["rather-not"].sub(" ", said["rather"].sub(" ", piece))
    new = [t for t in _words(own) if t not in line]
    if not new:
        named = bool(_words(piece)) and not _only_detail(piece, lower(taken.sentence), line)
        return named and said["rather-not"].search(piece) is not None
    figures = [t for t in new if t.isdigit()]
    return bool(figures or said["rather"].search(piece)) and _borne_out(figures or new, taken, line, past)


def _borne_out(new: Sequence[str], taken: Granted, line: str, past: Past) -> bool:
    """Not where the records hold all of the claim, but of the other: then it is wrong in who, and not in what."""
    new = [t if t.isascii() or (n := number(t)) is None else str(n) for t in new]
    if stands_so(taken.words.split(), "", past):
        return False
    claimed = [t for t in taken.words.split() if t not in new]
    for term in claimed:
        for hit in past.recall(" ".join((*new, term)), PLACES).hits:
            texts = [stems(dated(u)) for u in hit.utterances]
            if all(any(holds(x, t) for x in texts) for t in (*new, term)):
                return True
    return False


def _other(line: str, claim: str) -> str:
    """What the line says beside the claim, without what only goes on about it ("it's still warm") or claims as well."""
    before, found, after = line.partition(claim)
    if not found:
        return ""
    ended, to_you = _END.search(claim[-1:]) is not None, shapes("granted")["to-you"]
    same, later = ("", after) if ended else (*_END.split(after, maxsplit=1), "")[:2]
    rest = [*_pieces(before), *(p for p in _pieces(same) if not to_you.search(p)), *_pieces(later)]
    rest = [p for p in rest if p in before or not shapes("along")["back"].search(p)]
    return "\n".join(p for p in rest if not claims(p))


def _aside(piece: str, taken: Granted, other: str) -> bool:
    """Whether a piece answers the other half of the line: with its words, and none of the claim's."""
    held, own, feeling = stems(other), _words(other), forms("granted", "feeling")
    claimed = [t for t in taken.words.split() if t not in other]
    shared = any(t in own or (t.isascii() and holds(held, t)) for t in _words(piece) if t not in feeling)
    return shared and not any(holds(stems(piece), t) for t in claimed)


def _beside(piece: str, line: str, other: str) -> bool:
    """Whether a piece may stand by such an answer ("poor you"): it names nothing of the claim, nor "it", nor a past."""
    held, whole = stems(other), stems(line)
    told = any(holds(whole, t) and not holds(held, t) for t in _words(piece))
    leads_back = shapes("along")["back"], listed("granted")["past"]
    return bool(other) and not (told or agrees(piece) or claims(piece) or any(x.search(piece) for x in leads_back))
