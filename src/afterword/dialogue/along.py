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

from afterword.dialogue.granted import PLACES, Granted, Past, agrees, claims, dated, listed, stands_so, terms_in
from afterword.measures.lexicon import LANGUAGES, lower, word_list
from afterword.memory.query import STOP_EN, STOP_ZH, holds, stems
from afterword.memory.when import number

_PIECE = re.compile(r"[^.!。！…~～,，;；\n]+")
_GAP = re.compile(r"(?<=[\u3400-\u9fff?？])\s+(?=[\u3400-\u9fff])|\s(?=but\s)|(?<=[?？])\s*(?![?？\s])")
_WORD = re.compile(r"[a-z0-9']+")
_HAN = re.compile("[\u3400-\u9fff]")
_NEVER = re.compile(
    r"(?:^|\b(?:i|we|you|it|that|ive|weve|have|has|ever) )(?:[a-z]+ )?never (?P<done>[a-z]+)(?P<rest>.*)"
)
_MOST = re.compile(
    r"\b(?:so|such|as|more|better|happier|(?:been|felt|seen you) (?:this|that)|like (?:that|it|this)|forget\w*|again|(?:it|them) (?:off|away|out))\b"
)
_NONE_ZH = re.compile(
    "(?:没有?|哪(?:有|来的?)(?![啦呀啊吧]))(?P<what>[^没]*?)(?:过(?P<of>[^，。]*)|[呀啊哦噢的吧啦呢]*$)"
)
_NOT_KNOWN = re.compile(
    r"(?:remember|recall) (?:(?:a|any|the|my|your|our) (?P<of>[a-z]+))\b|(?:不记得|记不得|想不起来?)(?:我们?|你)*(?P<zh>[^，。了吗吧呀啊]+)"
)
_THIS_ZH = "有?[这那]么?[回件个一]+[事次]?|有?[这那]事|发生过?|说过|有过|有|[过了]"
_HAVE_NOT = re.compile(r"(?:have|has|are|is|was|were|did)(?:n['’]?t| not) (?P<of>.+)")
_DID_NOT = re.compile(r"(?:did|have|were)(?:n['’]?t| not)$")
_GOT_ZH = re.compile("[收看见听]到?[过说]?")
_MOST_ZH = re.compile("这么|那么|比|再")
_EVENT_ZH = re.compile("[去来见说写发送收买养拍做看坐吃爬织弹唱跳听告诉答应讲约录救]")
_STEADY_ZH = re.compile("没(?:有?[错忘变摘断停]|事|关系|想到|办法|白)")
_WHETHER = re.compile(
    r"^(?:(?:did|have|had|do) (?:we|i)\b|(?:was|were) (?:i|we)\b|(?:did|has) (?:that|this|it) (?:really )?happen|(?:is|was) that (?:true|me|us|you|from me|real|a real)|"
    r"(?:was|is) there\b|when (?:was (?:this|that)|did (?:we|i) (?:do|go|say|ever)|did (?:this|that) happen)\b|where was (?:this|that)\b)(?!.*\b(?:look|looked|seem|sound|enjoy|fun|(?:i|we) (?:that|so|really|being))\b)"
)
_WHETHER_ZH = re.compile("^(?:我们?|咱们?)(?:俩|什么时候)?[^，。]*过[^，。]*[吗么]?$")
_SURELY = re.compile(
    r"^(?:you|we|i) (?:got|had|have|went|wrote|gave|bought|made|met|sang|said) (?:[a-z]+ ){0,3}[a-z]+\W*$|^(?:你|我们?|咱们?)[^，。还]{1,6}[了过的]吗?$"
)
_SINCE_ZH = re.compile("^(?:我们?|咱们?)?(?:什么时候|啥时候|哪天)(?P<of>.+)$")
_WHICH = re.compile(
    r"^(?:what|which|whose) (?P<of>.+)$|^(?:什么(?![都也])|啥(?![都也])|哪(?!有|来|会|能)一?[只条次个支块件家张封天年回]?)(?P<zh>.+)$"
)
_ASKS = re.compile(r"[?？]|[吗嘛么]\W*$")
_WH = re.compile(
    r"^(?:and |so |but )?(?:what|whats|which|who|whose|where|when|why|how)\b|什么|哪|怎么|为什么|谁|[?？]\W*$|[吗呢]\W*$"
)
_OPENING = re.compile(r"^(?:(?:oh+|omg|(?:ha)+h?|lol|ok|well|so) )+|^[啊哦噢呃哈]+")
_RATHER = re.compile(
    r"(?:那|它)?是|(?:no+ )?(?:(?:that|it) (?:was|is)|thats|that's|its|it's|(?:wasn'?t|isn'?t) (?:that|it)) "
)
_RATHER_NOT = re.compile(r"不是|not |it wasn'?t ")
_TO_YOU = re.compile(r"\b(?:you|u|your|we|us|our)\b|[你咱]|我们")
_END = re.compile(r"[.!?。！？…\n]")
_TO_USER = re.compile(
    r"^(?:no+ |nah |ok |but )*(?:(?:that|it) was (?:you|yours|your)\b|you (?:said|wrote|made|did|told|paid)\b)|^(?:那?是你(?!的错)|你[^，。]{1,3}的$)"
)
_FIGURES = frozenset("一二三四五六七八九十")
_BACK = re.compile(r"\b(?:it|its|it's|they|them|he|she|her|him|that)\b|[它他她]|那[张条个]")


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
    return [p.strip() for m in _PIECE.finditer(text) for p in _GAP.split(m[0]) if p.strip(" ?？")]


@cache
def _forms(section: str) -> frozenset[str]:
    rows = (form for x in LANGUAGES for form, s, _ in word_list(x, "granted") if s == section)
    return frozenset(y for form in rows for y in (form, form.replace("'", "")))


def _words(text: str) -> list[str]:
    """Content words: without fillers, and without what holds any sentence together."""
    bare = [t for t in terms_in(_unfilled(text)) if t not in STOP_EN and t not in STOP_ZH]
    return [t for t in bare if t not in _forms("filler")]


def _unfilled(text: str) -> str:
    return re.sub(
        r"哈+|呵+|嘿+|[啊呀吧哦噢呢嘛啦哈嗯]+(?=\W|$)|\b(?:ha)+h?\b|\b(?:in my (?:whole )?life|at all)\b", " ", text
    )


def _within(text: str, line: str) -> bool:
    held = stems(line)
    return all(holds(held, t) or t in line or (_HAN.match(t) and {*t} - {*"过了有"} <= {*line}) for t in _words(text))


def _empty(piece: str, line: str) -> bool:
    """Nothing but fillers and words of the line itself ("hahaha", "paris lol"), and no word of its own that says yes."""
    return not agrees(piece) and _within(piece, line)


def _accepts(piece: str) -> bool:
    return _concedes(piece) or (agrees(_OPENING.sub("", piece)) and not _denied(piece))


def _concedes(piece: str) -> bool:
    return listed("granted")["still-agrees"].search(piece) is not None


def _tells_more(piece: str) -> bool:
    """Whether what follows a denial tells of a past after all ("not Paris. it was that time in Vienna")."""
    return bool(listed("granted")["past"].search(piece)) or (
        bool(re.match(r"^那?是(?!你|我)", piece)) and "吧" in piece
    )


# -- doubt ----------------------------------------------------------------------------------------------------------------


def _doubts(piece: str, claim: str, line: str) -> bool:
    if _concedes(piece):
        return False
    asks = _ASKS.search(piece) is not None
    return _denied(piece, claim, line) or _no(piece, line) or _wonders(piece.rstrip("?？ "), line, asks)


def _denied(piece: str, claim: str = "", line: str = "") -> bool:
    """Says that it was not so, or that it is not known."""
    if m := _NEVER.search(piece):
        done = m["done"]
        past = done in _DONE or ((done.endswith("ed") or done in _forms("verb")) and _within(m["rest"], line))
        return past and not _MOST.search(f"{done}{m['rest']}")
    if m := _NOT_KNOWN.search(piece):  # "i dont remember the hotel" remembers the rest
        return _within(m["of"] or re.sub(_THIS_ZH, "", m["zh"]), line)
    if (m := _HAVE_NOT.search(piece)) and _words(m["of"]) and _within(m["of"], line):
        return not _only_detail(m["of"], claim, line)
    if m := listed("granted")["denies"].search(piece):
        # "i didnt cry" denies the tears, and grants the concert
        return not _DID_NOT.search(m[0]) or _names(piece[m.end() :], claim, line)
    if _STEADY_ZH.search(piece) or _MOST_ZH.search(piece):
        return False
    if m := _NONE_ZH.search(piece):
        what = m["what"] or ""
        if _GOT_ZH.fullmatch(what):
            return True
        if m["of"] is not None:
            return bool(_EVENT_ZH.search(what)) or bool(what and _within(what, line))
        return _within(what, line) and not (what and _only_detail(what, claim, line))
    return False


def _only_detail(what: str, claim: str, line: str) -> bool:
    told = (t for word in _words(what) for t in (word, re.sub("y$", "ied", word)))
    return any(t in line and t not in claim for t in told)


_DONE = frozenset(
    "been done gone seen given worn written had made met taken told said happened known owned went did got".split()
)


def _names(rest: str, claim: str, line: str) -> bool:
    """Whether what is denied is the claim: nothing else is named, or a word of it is."""
    words = [t for t in _words(rest) if t not in _forms("doing")]
    return (not words or any(t in claim for t in words)) and not _only_detail(rest, claim, line)


def _no(piece: str, line: str) -> bool:
    """A bare no, or one before what is a doubt itself."""
    words = _WORD.findall(piece)
    words = [w for w in words if w not in _forms("filler") and not re.fullmatch(r"(?:ha)+h?", w)]
    if _HAN.search(piece):
        bare = _unfilled(piece).strip(" ?？")
        return bare in _forms("no") or bare.endswith("不知道")
    if not words or words[0] not in _forms("no"):
        return False
    rest = [w for w in words[1:] if w not in _forms("no")]
    return not agrees(" ".join(rest)) and (len(rest) < 2 or all(w in line for w in rest))


def _wonders(piece: str, line: str, asks: bool) -> bool:
    """Asks whether it was, when, or what is meant: of what the line names, and of nothing it would have had to be."""
    kept = " ".join(
        w
        for w in _WORD.findall(piece)
        if w not in _forms("filler") - {"time", "one", "trip", "day", "night"} and not re.fullmatch(r"(?:ha)+h?", w)
    )
    bare = re.sub("^[那这]?是(?=哪|什么|啥)", "", _unfilled(piece).strip()) if _HAN.search(piece) else kept
    if bare in _forms("when") or (asks and _WHETHER_ZH.search(bare)):
        return True
    if _WHETHER.search(kept):
        return all(_within(t, line) for t in _words(kept) if t not in _forms("doing") | _forms("feeling"))
    if asks and _SURELY.search(bare) and any(t in line or (_HAN.match(t) and {*t} & {*line}) for t in _words(piece)):
        return True
    if asks and re.search(r"^(?:we|i) [a-z]+$", kept):
        return not agrees(piece)
    if (m := _SINCE_ZH.search(bare)) and _words(m["of"]):
        return _within(m["of"], line)
    if m := _WHICH.search(bare):
        of = m["of"] or m["zh"]
        return (
            bool(_words(of))
            and _within(of, line)
            and (bool(m["zh"]) or not re.search(r"\b(?:is|was|were|are|did|do|does|had)\b", of))
        )
    words = _words(piece)
    return (
        asks
        and bool(words)
        and not _WH.match(kept or "-")
        and _within(piece, line)
        and not re.search("[好真]|还", piece)
    )


# -- what is set right, and what is answered beside it ------------------------------------------------------------------


def _corrects(piece: str, taken: Granted, line: str, past: Past | None) -> bool:
    """Says that it was the user's doing, or puts in what the records hold beside words of the claim."""
    if m := _TO_USER.search(piece):
        rest = _words(piece[m.end() :])
        return all(t in line for t in rest) or (past is not None and _borne_out(rest, taken, line, past))
    if past is None or _concedes(piece):
        return False
    new = [t for t in _words(re.sub("^那?是|^不是", " ", piece)) if t not in line]
    if not new:
        named = bool(_words(piece)) and not _only_detail(piece, lower(taken.sentence), line)
        return named and _RATHER_NOT.match(piece) is not None
    figures = [t for t in new if t.isdigit()]
    return bool(figures or _RATHER.match(piece)) and _borne_out(figures or new, taken, line, past)


def _borne_out(new: Sequence[str], taken: Granted, line: str, past: Past) -> bool:
    """Not where the records hold all of the claim, but of the other: then it is wrong in who, and not in what."""
    new = [str(number(t)) if set(t) <= _FIGURES else t for t in new]
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
    ended = _END.search(claim[-1:]) is not None
    same, later = ("", after) if ended else (*_END.split(after, maxsplit=1), "")[:2]
    rest = [*_pieces(before), *(p for p in _pieces(same) if not _TO_YOU.search(p)), *_pieces(later)]
    rest = [p for p in rest if p in before or not _BACK.search(p)]
    return "\n".join(p for p in rest if not claims(p))


def _aside(piece: str, taken: Granted, other: str) -> bool:
    """Whether a piece answers the other half of the line: with its words, and none of the claim's."""
    held, own = stems(other), _words(other)
    claimed = [t for t in taken.words.split() if t not in other]
    shared = any(t in own or (t.isascii() and holds(held, t)) for t in _words(piece) if t not in _forms("feeling"))
    return shared and not any(holds(stems(piece), t) for t in claimed)


def _beside(piece: str, line: str, other: str) -> bool:
    """Whether a piece may stand by such an answer ("poor you"): it names nothing of the claim, nor "it", nor a past."""
    held, whole = stems(other), stems(line)
    told = any(holds(whole, t) and not holds(held, t) for t in _words(piece))
    return bool(other) and not (
        told or agrees(piece) or _BACK.search(piece) or claims(piece) or listed("granted")["past"].search(piece)
    )
