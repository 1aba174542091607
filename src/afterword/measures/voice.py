"""A conversation in; how each of the two writes out: length, bursts, endings, case, laughter, particles, emoji.

The hard choice: the bubble is the unit, not the sentence. People end thoughts by sending, so what stands at the end of
a bubble, and how many follow each other, tells more about a hand than grammar does. Only the person's own typed words
count; links and quoted material are taken out first. Every measure has a twin, `<name>.owner`, for the other side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from afterword.measures.counting import median_interval, quantile, rounded, spread_out, wilson
from afterword.measures.lexicon import entries, scripts
from afterword.model import Kind
from afterword.model.corpus import SESSION_GAP, Conversation, Utterance
from afterword.model.measurement import Measurement

ENOUGH = 30
KEEP, TOP, LONGEST_FORM = 12, 12, 8

SURFACE = "Surface style features of authorship verification (PAN baselines: Stamatatos 2009, A survey of modern authorship attribution methods)"
PARTNER_NOTE = "Differs from partner to partner and keyboard to keyboard (rank correlation .26 to .39 in messenger chats): weigh it less."

_URL = re.compile(r"https?://\S+|www\.\S+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_LETTER = re.compile(r"[A-Za-z]")
_BASE = "[\U0001f300-\U0001faff\u2600-\u27bf\u231a-\u23ff\u2b00-\u2bff]"
_ONE = _BASE + "[\ufe0f\U0001f3fb-\U0001f3ff]*"
EMOJI = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE})*|\[[\u4e00-\u9fff]{{1,4}}\]|\[[A-Z][A-Za-z]{{2,12}}\]"
)
LAUGHTER = re.compile(
    r"(?<![a-z])(?:[bm]?[wu]?a?(?:h+a+){2,}h*|a*(?:h+a+){2,}h*s*|(?:h+e+){2,}h*|(?:h+i+){2,}|(?:j+a+){2,}j*|(?:a?k){3,}a?|h{3,}|lo+l+|lmf?ao+|"
    r"rofl|xd+|(?:rs){2,})(?![a-z])|(?<!\d)(?:2333+|555{2,})(?!\d)|[哈]{2,}|[嘿]{2,}|[嘻]{2,}|[呵]{3,}|(?<![a-z])h{2,}(?![a-z])|笑死|笑哭|"
    r"红红火火|[ㅋㅎ]{2,}|(?:ах)?(?:ха){2,}х?|(?<![a-zA-Z])[wｗ]{2,}(?![a-zA-Z.])|(?<![\u4e00-\u9fff])(?:笑+|草+)$"
)
_STRETCH = re.compile(r"([a-z])\1{2,}|([\u4e00-\u9fff])\2{2,}")
_ROMAN = re.compile(r"(?<![a-z])(?:i{3}|x{3}|x{2,}i{3}|www)(?![a-z])")
_TAIL = re.compile(rf"(?:{EMOJI.pattern}|[\s.,!?~。，！？～…、·:：;；)）(（'\"”“]+)+$")
_APOSTROPHE = re.compile("(?<=[A-Za-z])['’](?=[A-Za-z])")
_LAUGHS = (
    "aha",
    "ahh",
    "ehe",
    "ehh",
    "ihi",
    "ihh",
    "aja",
    "ajj",
    "kkk",
    "kak",
    "hh",
    "lol",
    "loo",
    "lmao",
    "lmf",
    "rofl",
    "xd",
    "rsrs",
    "233",
    "555",
    "ww",
)
"""One of these stands in every laugh without a letter beyond ASCII; looking for them first spares a long search."""
_TRIPLES = tuple(c * 3 for c in "abcdefghijklmnopqrstuvwxyz")
_CLOSERS = " \t\r\n.,!?~:;)('\""
END = 32
_MARKS = {
    "comma": (",", "，", "、"),
    "exclamation": ("!", "！"),
    "question": ("?", "？"),
    "ellipsis": ("…", "..", "。。"),
    "tilde": ("~", "～"),
}
_ENDS = {
    ".": "period", "。": "period", "?": "question", "？": "question", "!": "exclamation", "！": "exclamation",
    "…": "ellipsis", "~": "tilde", "～": "tilde",
}  # fmt: skip
ENDINGS = ("none", "period", "question", "exclamation", "ellipsis", "tilde", "emoji")
SILENT = (Kind.SYSTEM, Kind.RECALLED, Kind.REACTION, Kind.CALL)


@cache
def particles() -> re.Pattern[str]:
    words, signs = scripts(entries("particles"))
    latin, other = "|".join(sorted(map(re.escape, words), key=len, reverse=True)), "".join(signs)
    # a lone "哦" or "ok" is an answer, not a closing
    return re.compile(rf"(?<=[\w',，] )({latin})$|(?<=[\w，,])([{other}])+$")


class Hand:
    """What one side wrote, counted once."""

    def __init__(self) -> None:
        self.bubbles = 0
        self.kinds: Counter[int] = Counter()
        self.words: list[int] = []
        self.characters: list[int] = []
        self.places: list[int] = []
        self.chinese = self.with_letters = self.lower = self.initial = 0
        self.ends: Counter[str] = Counter()
        self.marks: Counter[str] = Counter()
        self.seen: dict[str, list[int]] = {
            k: [] for k in ("laughter", "particles", "emoji", "stretch", "mixing", "lower")
        }
        self.forms: dict[str, Counter[str]] = {k: Counter() for k in ("laughter", "particles", "emoji")}
        self.turns: list[int] = []

    def add(self, place: int, raw: str) -> None:
        text = (_URL.sub(" ", raw) if "http" in raw or "www." in raw else raw).strip()
        if not text:
            return
        self.bubbles += 1
        self.places.append(place)
        lowered = text.lower()
        plain = text.isascii()
        chinese = not plain and _CJK.search(text) is not None
        self.chinese += chinese
        self.words.append(len(text.split()))
        self.characters.append(len(text) if " " not in text else len(text) - text.count(" "))
        self._letters(place, text, lowered, chinese)
        if not plain:
            self._emoji(place, text)
        for name, marks in _MARKS.items():
            if any(m in text for m in marks):
                self.marks[name] += 1
        if ("'" in text or "’" in text) and _APOSTROPHE.search(text):
            self.marks["apostrophe"] += 1
        self.ends[_ending(text)] += 1
        laughs = LAUGHTER.findall(lowered) if not plain or any(h in lowered for h in _LAUGHS) else ()
        if laughs:
            self.seen["laughter"].append(place)
            self.forms["laughter"].update(x if len(x) <= LONGEST_FORM else x[:LONGEST_FORM] + "…" for x in laughs)
        if (not plain or any(t in lowered for t in _TRIPLES)) and (
            _STRETCH.search(LAUGHTER.sub(" ", lowered) if laughs else lowered) and not _ROMAN.search(lowered)
        ):
            self.seen["stretch"].append(place)
        # a closing word stands at the very end: the rest of a long bubble need not be searched
        tail = lowered[-END:].rstrip(_CLOSERS) if plain else _TAIL.sub("", lowered[-END:])
        if (m := particles().search(tail)) and not (laughs and tail.endswith(laughs[-1])):
            self.seen["particles"].append(place)
            self.forms["particles"][m[1] or m[2]] += 1

    def _letters(self, place: int, text: str, lowered: str, chinese: bool) -> None:
        if chinese:
            if _LATIN_WORD.search(EMOJI.sub(" ", text)):
                self.seen["mixing"].append(place)
        elif first := _LETTER.search(text):
            self.with_letters += 1
            if text == lowered:
                self.lower += 1
                self.seen["lower"].append(place)
            self.initial += text[first.start()].isupper()

    def _emoji(self, place: int, text: str) -> None:
        if found := EMOJI.findall(text):
            self.seen["emoji"].append(place)
            self.forms["emoji"].update(found)


def _ending(text: str) -> str:
    last = text[-1]
    if last == "." and text.endswith("..") or text.endswith("。。"):
        return "ellipsis"
    if last in _ENDS:
        return _ENDS[last]
    if last in "]\ufe0f" or ord(last) > 0x2000:
        end = text[-16:]
        if any(m.end() == len(end) for m in EMOJI.finditer(end)):
            return "emoji"
    return "none"


def hands(conversation: Conversation) -> dict[str, Hand]:
    """Every speaker's writing, in one pass."""
    out: dict[str, Hand] = {}
    before: Utterance | None = None
    size = 0
    for place, u in enumerate(conversation.utterances):
        if u.kind in SILENT:
            continue
        hand = out.get(u.speaker)
        if hand is None:
            hand = out[u.speaker] = Hand()
        hand.kinds[u.kind] += 1
        if u.kind == Kind.TEXT:
            hand.add(place, u.text)
        if before is not None and before.speaker == u.speaker and u.at - before.at <= SESSION_GAP:
            size += 1
        else:
            if before is not None:
                out[before.speaker].turns.append(size)
            size = 1
        before = u
    if before is not None:
        out[before.speaker].turns.append(size)
    return out


def measure(conversation: Conversation) -> Iterable[Measurement]:
    found = hands(conversation)
    for speaker, suffix in ((conversation.subject, ""), (conversation.owner, ".owner")):
        yield from _side(found.get(speaker) or Hand(), suffix, conversation)


def _side(hand: Hand, suffix: str, conversation: Conversation) -> Iterator[Measurement]:
    n = hand.bubbles

    def ids(places: list[int]) -> tuple[str, ...]:
        return tuple(conversation.utterances[p].id for p in spread_out(places, KEEP))

    def made(
        name: str, value: Any, n: int, support: list[int], interval: tuple[float, float] | None = None, note: str = "",
        unit: str = "share of bubbles",
    ) -> Measurement:  # fmt: skip
        return Measurement(
            f"voice.{name}{suffix}", value if n >= ENOUGH else None, unit, n,
            interval=interval if n >= ENOUGH else None, minimum=ENOUGH, support=ids(support), source=SURFACE, note=note,
        )  # fmt: skip

    value, count, typical, interval = _length(hand)
    yield made("length", value, count, typical, interval, unit=value["unit"])
    turns = hand.turns
    k = len(turns)
    burst = {
        "mean": rounded(sum(turns) / k, 2) if k else 0.0,
        "single_share": rounded(turns.count(1) / k) if k else 0.0,
        "max": max(turns, default=0),
    }
    yield made(
        "burst",
        burst,
        k,
        hand.places,
        wilson(turns.count(1), k),
        "A turn ends when the other writes, or after 6 hours. The interval is that of single bubbles.",
        "bubbles per turn",
    )
    yield made("endings", {e: rounded(hand.ends[e] / n) if n else 0.0 for e in ENDINGS}, n, hand.places,
               wilson(hand.ends["none"], n), "The interval is that of no closing mark.")  # fmt: skip
    yield made("punctuation", {m: rounded(hand.marks[m] / n) if n else 0.0 for m in (*_MARKS, "apostrophe")}, n, hand.places,
               note="Share of bubbles that hold the mark at least once.")  # fmt: skip
    letters = hand.with_letters
    case = (
        {"lower": rounded(hand.lower / letters), "initial_capital": rounded(hand.initial / letters)} if letters else {}
    )
    yield made("case", case, letters, hand.seen["lower"], wilson(hand.lower, letters),
               "Bubbles with Latin letters and no Chinese. " + PARTNER_NOTE)  # fmt: skip
    for name, key in (("laughter", "forms"), ("particles", "top"), ("emoji", "top")):
        rows = [{"form": f, "count": c} for f, c in sorted(hand.forms[name].items(), key=lambda r: (-r[1], r[0]))[:TOP]]
        hits = len(hand.seen[name])
        yield made(name, {"share": rounded(hits / n) if n else 0.0, key: rows}, n, hand.seen[name], wilson(hits, n),
                   PARTNER_NOTE if name == "emoji" else "")  # fmt: skip
    for name in ("stretch", "mixing"):
        hits = len(hand.seen[name])
        yield made(name, {"share": rounded(hits / n) if n else 0.0}, n, hand.seen[name], wilson(hits, n))
    sent = sum(hand.kinds.values())
    kinds = {"sticker": Kind.STICKER, "image": Kind.IMAGE, "voice": Kind.VOICE, "video": Kind.VIDEO}
    yield made("media", {k: rounded(hand.kinds[v] / sent) if sent else 0.0 for k, v in kinds.items()}, sent, [],
               unit="share of messages")  # fmt: skip


def _length(hand: Hand) -> tuple[dict[str, Any], int, list[int], tuple[float, float] | None]:
    """Characters where most bubbles are Chinese or Japanese, words elsewhere: the unit follows the writer."""
    characters = hand.chinese * 2 > hand.bubbles
    sizes = hand.characters if characters else hand.words
    ordered = sorted(sizes) or [0]
    middle = quantile(ordered, 0.5)
    value = {
        "unit": "characters" if characters else "words",
        "median": middle,
        "q1": quantile(ordered, 0.25),
        "q3": quantile(ordered, 0.75),
        "mean": rounded(sum(ordered) / len(ordered), 2),
    }
    typical = [p for p, s in zip(hand.places, sizes, strict=True) if s == round(middle)]
    return value, len(sizes), typical, median_interval(ordered)
