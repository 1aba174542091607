"""What somebody said of themselves, and until when. In: a conversation. Out: facts, later words of one slot after earlier ones.

Only the first person's plain present counts: "i live in Leeds", 我在杭州上班. Questions, wishes, conditions, the past, what somebody is
told and what is said with a laugh are left out, and so is every value that is no thing ("i work in a minute"). A later word
closes the earlier one of the same slot where a person has one at a time (home, work); likes and pets stand side by side. "My sister"
is a sister once two lines have her. A laugh takes the word back only from somebody who does not laugh all the time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from afterword.measures.calendar import local_date
from afterword.measures.lexicon import lower
from afterword.memory.disclosed import mine, patterns
from afterword.memory.signs import SAID, standing
from afterword.memory.values import Fact, iso
from afterword.model import Conversation, Utterance

RELATIVE = "relative"
ONE_AT_A_TIME = ("name", "age", "lives", "lives-with", "works", "works-as", "studies", "studies-at", "birthday")
WITH_ARTICLE = ("works", "owns", "lives-with", "family", "pet")
AGAINST = ("dislikes", "cannot-have", "allergy")
LAUGHS, KNOWN, LEAST = 0.08, 50, 2
"""Share of lines with a laugh from which on it is a manner, of so many at least; lines that must name a relative."""
_NO_VALUE = re.compile(
    r"^(?:the )?\s*(?:it|this|that|them|fear|hope|peace|here|there|your|his|her|our|their|me|you|us|home|bed|the past|denial|past"
    r"|both|which|one|some|all|hell|general|tears|town|everyone|everything|something|nothing|anything|life|people|trying|hearing|how|when|being|half|work|myself|huge|big|massive|total|spending time$"
    r"|(?:a|an|two|three) (?:world|place|way|time|while|bit|lot|hurry|rush|minute|second|team|group|fun|good|great|nice|really|very|big|small|lovely|different)(?: .*)?)\b"
    r"|^(?:一起|这|那|哪|什么|你|他|她|它|我|家|楼上|楼下|了|得|的|下面|附近|人|谁|里面|外面|路上|车上)"
)
_SHORT = re.compile(r"^ (?:for (?:those|the|fun)|and [\w-]+ (?:movies|films|books|music|games|songs)|with the)\b")
_CLAUSE = re.compile(r"\b(?:things?|what|something|everything|anything|ones?|people|all|how much)(?: that)? $")
"""After a liking: its head is still to come ("action and sci-fi movies"). Before it: "the things i love" is no sentence."""
_ARTICLE = re.compile(r"^(?:an?|my) ")
_HINT = re.compile(
    r"\b(?:live|living|based|moved|from|grew|born|work|start|teach|study|major|allergic|hate|stand|like|love|adore|enjoy|fav|fan|lover|vegan|vegetarian|lactose|birthday"
    r"|called|name|play|playing|speak|drive|collect|have|eat|drink|as an?|my|got|i'?m|i am)"
)
_LAUGH = re.compile(r"\b(?:haha\w*|lol|lmao)\b|哈哈|笑死|😂|🤣")
_JOKE = re.compile(r"\b(?:jk|just kidding|joke|joking)\b|开玩笑")
_PAST = re.compile(
    r"\b(?:used to|back when|if|wish|imagine|dreamt|pretend|will|would(?! (?:be|have to be) )|when i|should|not sure|told (?:her|him|them)|as a kid|character)\b"
    r"|以前|小时候|如果|要是|梦到|假装|那时候|曾经|他说|她说"
)


def facts(conversation: Conversation) -> list[Fact]:
    """By person, slot and time."""
    found: dict[tuple[str, str], list[Fact]] = {}
    called = {lower(n) for s in conversation.speakers for n in (s.name, s.name.split(" ")[0])}
    jolly = _jolly(conversation.utterances)
    for u in conversation.utterances:
        for slot, value in _said(u, u.speaker in jolly):
            head, _, tail = value.rpartition(" ")
            value = head if head and lower(tail) in called else value  # "business finance Kevin" is said to Kevin
            held = found.setdefault((u.speaker, slot), [])
            same = next((k for k, f in enumerate(held) if lower(f.value) == lower(value) and not f.until), None)
            if same is not None:
                f = held[same]
                held[same] = Fact(f.who, f.slot, f.value, f.since, (*f.ids, u.id)[:6])
                continue
            day = iso(local_date(u))
            if slot in ONE_AT_A_TIME and held and not held[-1].until:
                f = held[-1]
                if _within(f.value, value):  # California and Los Angeles, teacher and student teacher are no change
                    continue
                held[-1] = Fact(f.who, f.slot, f.value, f.since, f.ids, until=day, replaced_by=value)
            held.append(Fact(u.speaker, slot, value, day, (u.id,)))
    return [f for key in sorted(found) for f in found[key] if _stands(f, found)]


def _within(a: str, b: str) -> bool:
    return lower(a) in lower(b) or lower(b) in lower(a)


def _stands(f: Fact, found: dict[tuple[str, str], list[Fact]]) -> bool:
    """A relative that one line names may be a guess or a game; of "i love cheese" and "i can't have cheese" the second stands."""
    if f.slot == RELATIVE:
        rest = (k.value for slot in ("family", "pet") for k in found.get((f.who, slot), ()))
        return len(f.ids) >= LEAST and not any(_within(f.value, v) for v in rest)
    against = {lower(k.value) for slot in AGAINST for k in found.get((f.who, slot), ())}
    return f.slot != "likes" or not any(_within(f.value, v) for v in against)


def _jolly(lines: Sequence[Utterance]) -> frozenset[str]:
    """Speakers to whom a laugh is a manner."""
    said = Counter(u.speaker for u in lines if u.text)
    laughed = Counter(u.speaker for u in lines if u.text and _LAUGH.search(lower(u.text)))
    return frozenset(s for s, n in said.items() if n >= KNOWN and laughed[s] > LAUGHS * n)


def _said(u: Utterance, jolly: bool) -> Iterator[tuple[str, str]]:
    text = u.text
    if not text or u.kind or len(text) > 600:
        return
    lowered = lower(text)
    if _JOKE.search(lowered) or (not jolly and _LAUGH.search(lowered)):
        return
    if (lowered[0] == "i" or " i" in lowered or "my " in lowered) and _HINT.search(lowered):
        yield from _matched("en", text, lowered)
    if "我" in lowered:
        yield from _matched("zh", text, lowered)


def _matched(language: str, text: str, lowered: str) -> Iterator[tuple[str, str]]:
    taken: set[tuple[str, str]] = set()
    rows = [*patterns(language), (RELATIVE, mine(language))]
    for slot, pattern in rows:
        for hit in pattern.finditer(lowered):
            a, b = hit.span("v")
            value = (text[a:b] if len(text) == len(lowered) else hit["v"]).strip(" .'’的").rstrip("啊呀啦哦哈")
            if slot not in WITH_ARTICLE:
                value = _ARTICLE.sub("", value)
            clause = lowered[max(0, hit.start() - 30) : hit.end() + 12]
            start = hit.start() + len(hit[0]) - len(hit[0].lstrip(" .,!?;:\n，。"))
            if slot == "likes" and (
                "'s" in lower(value) or _SHORT.match(lowered[b:]) or _CLAUSE.search(lowered[:start])
            ):
                continue  # somebody's dress of one evening
            if not value or _NO_VALUE.search(value.lower()) or _PAST.search(clause) or _quoted(lowered, start):
                continue
            if slot not in AGAINST and standing(lowered, start, hit.end()) != SAID:
                continue
            if "?" in lowered[hit.end() : hit.end() + 25] or "吗" in lowered[hit.end() : hit.end() + 4]:
                continue
            kept = f"{hit['k']}: {value}" if "k" in pattern.groupindex and hit["k"] else value
            if (slot, kept) not in taken:
                taken.add((slot, kept))
                yield slot, kept


def _quoted(lowered: str, start: int) -> bool:
    """Inside quotation marks: somebody else's words, or a title."""
    return lowered.count('"', 0, start) % 2 == 1 or lowered.count("“", 0, start) > lowered.count("”", 0, start)
