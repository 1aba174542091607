"""A conversation in; the places, the food and the plans named in it out, each with the utterances that name them.

The hard choice: a place needs a frame, not only a name. English takes capitalised words after "at", "in" or a verb of
motion with "to", and listed nouns after "the"; Chinese cuts only the few characters around a word of motion or a
place's ending with the segmenter, because cutting a million messages whole would cost more than all other families.
Counts are by session with dispersion, so that one long evening about a trip does not make a place of one's life.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import rjieba

from afterword.measures.episodes import local_iso, session_bounds
from afterword.measures.lexicon import LANGUAGES, LATIN, entries, lower, trie_pattern, written
from afterword.model.corpus import Conversation, Utterance
from afterword.model.measurement import Measurement

MENTIONS, SESSIONS = 3, 2
ROWS = 40
PLANS = 60
BATCH = 2000

GRIES = "Gries 2008, Dispersions and adjusted frequencies in corpora (DP)"

_EN_PLACE = re.compile(
    r"\b(?:[Aa]t|[Ii]n|[Nn]ear|(?:[Gg]o|going|went|gone|[Cc]ome|coming|came|drive|drove|fly|flying|flew|move|moving|moved|trip"
    r"|travel|travell?ing|back|get|got|head|heading|been|walk|walking|[Ww]elcome|visit(?:ing|ed)? over) to) "
    r"(?P<name>(?:the )?[A-Z][\w'’&-]+(?: (?:of |de |la )?[A-Z][\w'’&-]+){0,3})"
    r"|\b(?:[Vv]isit|visiting|visited) (?P<seen>(?:the )?[A-Z][\w'’&-]+(?: [A-Z][\w'’&-]+){0,3})"
)
_EN_HINT = re.compile(r" [A-Z]")
# a word of motion, unless what follows is grammar ("去了", "在不在") and no name
_ZH_HINT = re.compile(
    r"[去到在回逛](?=[一-鿿]{2})(?![了吗吧呢啊的不我你他她它这那哪做看吃干来过说想是家睡上下里外忙玩就也都没有把跟和])"
)
_MOTION = frozenset("去到在回逛来从往")
# part-of-speech tags of names of places and institutions (ICTCLAS letters, as in jieba's dictionary)
_PLACE_TAGS = ("ns", "nt")
_NAME_TAGS = ("ns", "nt", "nz", "nr", "nrt", "n", "j")
_STRONG_NAME = ("ns", "nt", "nz", "nr", "nrt", "j")


@cache
def _words(name: str, language: str) -> frozenset[str]:
    return frozenset(entries(name, language=language))


@cache
def _common_place() -> re.Pattern[str]:
    nouns = trie_pattern(_words("places", "en"))
    return re.compile(rf"\b(?:at|to|in|by|near|from) (?:the |our |that )({nouns})(?![a-z])")


@cache
def _endings() -> tuple[re.Pattern[str], tuple[str, ...], frozenset[str]]:
    words = _words("places", "zh")
    return (
        re.compile(trie_pattern(w for w in words if len(w) > 1)),
        tuple(sorted(words, key=lambda w: (-len(w), w))),
        frozenset(w[-1] for w in words),
    )


@cache
def _food() -> tuple[re.Pattern[str], re.Pattern[str]]:
    latin = rf"\b({trie_pattern(_words('food', 'en'))})(?:e?s)?(?![a-z])"
    return re.compile(latin), re.compile(trie_pattern(_words("food", "zh")))


@cache
def _plan() -> tuple[re.Pattern[str], re.Pattern[str]]:
    latin = rf"\b{trie_pattern(_words('plans', 'en'))}(?![a-z])"
    han = _words("plans", "zh")
    gapped = ["[^。!?,，！？\\n]{1,8}".join(map(re.escape, w.split("…"))) for w in sorted(han) if "…" in w]
    plain = trie_pattern(w for w in han if "…" not in w)
    return re.compile(latin), re.compile("|".join([plain, *gapped]))


def english_places(text: str, people: frozenset[str]) -> Iterable[str]:
    """Places in an English message: names after a preposition of place, listed nouns after "the"."""
    if _EN_HINT.search(text):
        unfit = _words("not_places", "en")
        for hit in _EN_PLACE.finditer(text):
            name = (hit["name"] or hit["seen"]).replace("’", "'")
            words = name.removeprefix("the ").split(" ")
            while words and words[-1].lower() in unfit:
                words.pop()
            # "at Anna's" is a place, "in Anna" is not; shouting ("IN LOVE") is no name
            first = words[0].lower() if words else ""
            if not words or first in unfit or first in people or (len(words) > 1 and " ".join(words).isupper()):
                continue
            yield " ".join(words)


def chinese_places(snippets: Sequence[str]) -> Iterable[tuple[int, str]]:
    """(position of the snippet, place): a tagged place after a word of motion, or a name with a place's ending.

    All snippets are tagged in one call: the call costs five times the work. No guessing of unknown words (HMM), which
    makes places of "三点湖南大学"; an unknown shop's name is missed for it.
    """
    endings, last_chars = _endings()[1], _endings()[2]
    unfit = _words("not_places", "zh")
    tokens: list[tuple[str, str]] = rjieba.tag("\n".join(snippets), False)
    at = 0
    previous = ""
    for k, (word, tag) in enumerate(tokens):
        if word == "\n":
            at += 1
            previous = ""
            continue
        name = ""
        if word[-1] in last_chars and (ending := next((e for e in endings if word.endswith(e)), "")):
            # "朝阳" + "公园": at most two names before it; an ending of one character needs a true name
            j = k
            while j and k - j < 2 and tokens[j - 1][1] in _NAME_TAGS and len(tokens[j - 1][0]) > 1:
                j -= 1
            front = tokens[j:k]
            if front and (len(ending) > 1 or any(t in _STRONG_NAME for _, t in front)):
                name = "".join(w for w, _ in front) + word
            elif len(word) > 1 and len(ending) > 1:
                name = word
        elif tag in _PLACE_TAGS and len(word) > 1 and previous in _MOTION:
            following = tokens[k + 1][0] if k + 1 < len(tokens) else ""
            # "在上海图书馆": the longer name is taken at its ending
            if not following or following[-1] not in last_chars or not following.endswith(endings):
                name = word
        name = re.split("[去到在]", name)[-1]  # the dictionary holds "带我去医院" as one word
        if name and name not in unfit:
            yield at, name
        previous = word[-1]


def _snippets(text: str) -> Iterable[str]:
    """The characters around words of motion and place endings, overlapping ones joined."""
    spans: list[tuple[int, int]] = []
    for hit in _ZH_HINT.finditer(text):
        spans.append((hit.start(), hit.end() + 8))
    for hit in _endings()[0].finditer(text):
        spans.append((max(0, hit.start() - 6), hit.end()))
    spans.sort()
    start, past = -1, -1
    for a, b in spans:
        if a > past:
            if start >= 0:
                yield text[start:past].replace("\n", ",")
            start, past = a, b
        else:
            past = max(past, b)
    if start >= 0:
        yield text[start:past].replace("\n", ",")


class Tally:
    """Mentions of named things by session."""

    def __init__(self) -> None:
        self.where: dict[str, list[int]] = {}

    def add(self, name: str, index: int) -> None:
        held = self.where.setdefault(name, [])
        if not held or held[-1] != index:
            held.append(index)

    def rows(self, lines: Sequence[Utterance], bounds: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
        firsts = [a for a, _ in bounds]
        rows: list[dict[str, Any]] = []
        for name, indices in self.where.items():
            if len(indices) < MENTIONS:
                continue
            by_session = Counter(bisect_right(firsts, i) - 1 for i in indices)
            if len(by_session) < SESSIONS:
                continue
            # one mention of each session first, so that the support shows the spread
            spread = list({bisect_right(firsts, i) - 1: i for i in reversed(indices)}.values())[::-1]
            rows.append(
                {
                    "name": written(name, lines[indices[0]].text),
                    "count": len(indices),
                    "sessions": len(by_session),
                    "dispersion": round(_dp(by_session, len(indices), bounds, len(lines)), 3),
                    "by": dict(sorted(Counter(lines[i].speaker for i in indices).items())),
                    "first": lines[indices[0]].local.date().isoformat(),
                    "last": lines[indices[-1]].local.date().isoformat(),
                    "support": [lines[i].id for i in spread[:6]],
                }
            )
        rows.sort(key=lambda r: (-r["sessions"], -r["count"], r["name"]))
        return rows[:ROWS]


def _dp(by_session: Counter[int], count: int, bounds: Sequence[tuple[int, int]], total: int) -> float:
    """Deviation of proportions: 0 = spread like the chat itself, 1 = all in one corner."""
    inside, gap = 0.0, 0.0
    for s, k in by_session.items():
        size = (bounds[s][1] - bounds[s][0]) / total
        inside += size
        gap += abs(k / count - size)
    return 0.5 * (gap + 1 - inside)


def collect(conversation: Conversation) -> tuple[Tally, Tally, list[tuple[int, str]]]:
    """Places, food and (position, cue) of plans, in one pass over the words."""
    places, food = Tally(), Tally()
    plans: list[tuple[int, str]] = []
    people = frozenset(p.lower() for s in conversation.speakers for n in (s.name, *s.names) for p in n.split())
    held: list[tuple[int, str]] = []
    common, (food_en, food_zh), (plan_en, plan_zh) = _common_place(), _food(), _plan()
    for i, u in enumerate(conversation.utterances):
        text = u.text
        if not text or u.kind:
            continue
        lowered = lower(text)
        plain = lowered.isascii()
        latin = plain or LATIN.search(lowered) is not None
        if latin:
            for name in english_places(text, people):
                places.add(name, i)
        if " the " in lowered or " our " in lowered:
            for hit in common.finditer(lowered):
                places.add("the " + hit[1], i)
        plan = None
        if latin:
            for hit in food_en.finditer(lowered):
                food.add(hit[1], i)
            plan = _joint(plan_en, lowered)
        if not plain:
            held.extend((i, snippet) for snippet in _snippets(lowered))
            if len(held) > BATCH:
                _tag(held, places)
            for hit in food_zh.finditer(lowered):
                food.add(hit[0], i)
            plan = plan or _joint(plan_zh, lowered)
        if plan:
            plans.append((i, _cue(plan[0])))
    _tag(held, places)
    return places, food, plans


_OTHERS = re.compile(
    r"\b(?:if|in case|whether|when) (?:you|u|they|he|she|people|someone|ya)\b[^.!?\n]*$|\b(?:he|she|they|people|don't|didn't|not|never)(?: [a-z']+)? $"
    r"|(?:如果|要是|万一|假如)(?:你|他|她)[^。！？，\n]*$|[他她]们?[^。！？，我咱\n]{0,4}$|(?<![要])[不没]$"
)
"""Before the words of a plan: advice to the other ("if you wanna go all the way"), other people's plans, none at all."""


def _joint(pattern: re.Pattern[str], lowered: str) -> re.Match[str] | None:
    return next((m for m in pattern.finditer(lowered) if not _OTHERS.search(lowered, 0, m.start())), None)


def _tag(held: list[tuple[int, str]], places: Tally) -> None:
    """Tag what is held and let go of it."""
    for k, name in chinese_places([snippet for _, snippet in held]):
        places.add(name, held[k][0])
    held.clear()


def _cue(words: str) -> str:
    """The listed form behind a match: "等你回来一起" is "等…一起"."""
    for language in LANGUAGES:
        if words in _words("plans", language):
            return words
        for listed in sorted(_words("plans", language)):
            head, gap, tail = listed.partition("…")
            if gap and words.startswith(head) and words.endswith(tail):
                return listed
    return words


def plan_rows(
    conversation: Conversation, found: Sequence[tuple[int, str]], places: Tally, food: Tally
) -> list[dict[str, Any]]:
    """Plans of both, those that name a place or a dish first, then the later ones; the answer beside them."""
    lines = conversation.utterances
    positions = {i for i, _ in found}
    things: dict[int, dict[str, str]] = {}
    for kind, tally in (("place", places), ("food", food)):
        for name, indices in tally.where.items():
            for i in indices:
                if i in positions:
                    things.setdefault(i, {}).setdefault(kind, name)
    rows = []
    for i, cue in sorted(found, key=lambda f: (-len(things.get(f[0], {})), -f[0]))[:PLANS]:
        u, thing = lines[i], things.get(i, {})
        support = [u.id]
        if i + 1 < len(lines) and lines[i + 1].speaker != u.speaker and lines[i + 1].at - u.at <= 3600:
            support.append(lines[i + 1].id)
        rows.append(
            {
                "at": local_iso(u),
                "by": u.speaker,
                "cue": cue,
                **{kind: written(thing[kind], u.text) if kind in thing else None for kind in ("place", "food")},
                "support": support,
            }
        )
    return rows


def measure(conversation: Conversation) -> Iterable[Measurement]:
    """places.places, places.food, places.plans."""
    lines = conversation.utterances
    bounds = session_bounds(lines)
    places, food, plans = collect(conversation)
    bar = (
        f"At least {MENTIONS} messages in {SESSIONS} sessions; sessions are the parts; both people's messages counted. "
    )
    for name, tally, how in (
        ("places.places", places, "Frames and lists, no gazetteer; a place said in passing or only once is missed."),
        ("places.food", food, "A list of dishes and drinks; what is talked about need not have been eaten or liked."),
    ):
        rows = tally.rows(lines, bounds)
        yield Measurement(
            name, rows or None, "mentions", sum(len(v) for v in tally.where.values()), minimum=MENTIONS,
            support=tuple(dict.fromkeys(r["support"][0] for r in rows))[:12], source=GRIES, note=bar + how,
        )  # fmt: skip
    shown = plan_rows(conversation, plans, places, food)
    yield Measurement(
        "places.plans", shown or None, "sentences", len(plans), minimum=1,
        support=tuple(r["support"][0] for r in shown[:12]), source="Openings of joint plans (own list)",
        note="A plan as said; whether it came about is not known. Those with a place or a dish first, then the latest.",
    )  # fmt: skip
