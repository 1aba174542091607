"""What somebody said of themselves, and until when. In: a conversation. Out: facts, later words of one slot after earlier ones.

Only the first person's plain present counts: "i live in Leeds", 我在杭州上班. Questions, wishes, conditions, the past, what somebody is
told and what is said with a laugh are left out, and so is every value that is no thing ("i work in a minute"). A later word
closes the earlier one of the same slot where a person has one at a time (home, work); likes and pets stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from afterword.measures.calendar import local_date
from afterword.measures.dates import MONTH
from afterword.measures.lexicon import lower
from afterword.memory.signs import SAID, standing
from afterword.memory.values import Fact, iso
from afterword.model import Conversation, Utterance

ONE_AT_A_TIME = ("lives", "works", "works-as", "studies", "studies-at", "birthday")
_END = r"(?=[.,!?;:~\n]|$| (?:and|but|so|now|at|for|with|since|because|which|where|who|these|right|anyway|haha|lol|too|as|when|here|\()\b| x\b)"
_OF = r"(?P<v>[^\W_][\w'’&.-]*(?: [^\W_][\w'’&-]*){0,3}?)"
_I = r"(?:^|[.,!?;:\n] ?|\b(?:and|but|so|cos|because|yeah|yes|well|that|now|ok) )"
_EN: tuple[tuple[str, str], ...] = (
    ("lives", rf"{_I}i (?:now )?live in {_OF}{_END}"),
    ("lives", rf"{_I}i(?:'ve| have)?(?: just)? moved (?:in)?to {_OF}{_END}"),
    ("lives", rf"{_I}i'?m (?:now )?living in {_OF}{_END}"),
    ("from", rf"{_I}i'?m (?:originally )?from {_OF}{_END}"),
    ("from", rf"{_I}i (?:grew up|was born) in {_OF}{_END}"),
    ("works", rf"{_I}i (?:now )?work (?:at|for) {_OF}{_END}"),
    ("works", rf"{_I}i(?:'ve| have)? (?:just )?started (?:working )?at {_OF}{_END}"),
    ("works-as", rf"{_I}i(?:'m| am) an? (?P<v>(?:[a-z]+ ){{0,2}}(?:{{jobs}})){_END}"),
    ("works-as", rf"{_I}i work as an? {_OF}{_END}"),
    ("teaches", rf"{_I}i teach (?P<v>(?!you|him|her|them|people|kids)[a-z]+){_END}"),
    ("studies-at", rf"{_I}i (?:study|go to (?:uni|school|college)) at {_OF}{_END}"),
    ("studies", rf"{_I}i(?:'m| am)? study(?:ing)? (?!at\b|in\b|for\b|with\b|here\b|hard\b){_OF}{_END}"),
    ("studies", rf"{_I}i(?:'m| am) (?:majoring in|doing a (?:degree|phd|masters?) in) {_OF}{_END}"),
    ("allergy", rf"{_I}i'?m allergic to {_OF}{_END}"),
    ("dislikes", rf"{_I}i (?:hate|can'?t stand|don'?t like|don'?t eat|do not eat) (?P<v>(?:{{food}})s?){_END}"),
    ("likes", rf"{_I}i (?:really |absolutely )?(?:love|like|adore) (?P<v>(?:{{food}})s?){_END}"),
    ("likes", rf"{_I}i (?:really |absolutely )?(?:love|enjoy) (?P<v>{{doings}})(?: a lot)?{_END}"),
    ("likes", rf"{_I}my fav(?:ou?rite)? (?P<k>food|colou?r|band|film|movie|book|song|season|animal|flower|city|show|sport) is {_OF}{_END}"),
    ("eats", rf"{_I}i(?:'m| am) (?:a )?(?P<v>vegetarian|vegan|gluten free|lactose intolerant){_END}"),
    ("birthday", rf"\bmy birthday(?:'s| is) (?:on )?(?:the )?(?P<v>(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {{months}})|(?:{{months}} \d{{1,2}}(?:st|nd|rd|th)?)){_END}"),
    ("pet", rf"\bmy (?P<k>dog|cat|puppy|kitten|rabbit|hamster|horse|parrot|tortoise)(?:'s name is| is called|,) (?P<v>[A-Z]?[a-z]+){_END}"),
    ("pet", rf"{_I}i(?:'ve got| have) an? (?P<v>dog|cat|puppy|kitten|rabbit|hamster|horse|parrot|tortoise){_END}"),
    ("family", rf"\bmy (?P<k>brother|sister|mum|mom|dad|son|daughter|nephew|niece|husband|wife|cousin|uncle|aunt|grandma|grandpa)(?:'s name is| is called) (?P<v>[^\W\d_]+){_END}"),
)  # fmt: skip
_Z = r"(?P<v>[\u3400-\u9fffA-Za-z]{2,8}?)"
_ZEND = r"(?=[了啦呀啊的]?(?:[，。,.!！?？；;\s~～]|$))"
_ZS = r"(?:^|[，。,.!！；;\s])(?:我现在|我目前|我)"
_ZH: tuple[tuple[str, str], ...] = (
    ("lives", rf"{_ZS}(?:住在|家在|住){_Z}(?:这边|那边)?{_ZEND}"),
    ("lives", rf"{_ZS}搬(?:到|去|来){_Z}了"),
    ("from", rf"{_ZS}是(?P<v>[\u3400-\u9fff]{{2,4}})人{_ZEND}"),
    ("from", rf"{_ZS}老家(?:是|在){_Z}(?:的)?{_ZEND}"),
    ("works", rf"{_ZS}在{_Z}(?:上班|工作|做事)"),
    ("works-as", rf"{_ZS}是(?:个|一名|一个|做)(?P<v>[\u3400-\u9fff]{{0,4}}(?:老师|医生|护士|程序员|设计师|工程师|司机|厨师|律师|会计|记者|编辑|警察|学生|销售|技术))(?:的)?{_ZEND}"),
    ("studies", rf"{_ZS}(?:在)?(?:学|读|念)(?P<v>[\u3400-\u9fff]{{1,5}}(?:专业|系|学|法|计算机|会计|设计|金融)){_ZEND}"),
    ("allergy", rf"{_ZS}对{_Z}过敏"),
    ("dislikes", rf"{_ZS}(?:不吃|不喝|讨厌吃|不爱吃|不喜欢吃|不能吃){_Z}的?{_ZEND}"),
    ("likes", rf"{_ZS}(?:最|很|超|特别)?(?:喜欢|爱)(?:吃|喝|听|看){_Z}{_ZEND}"),
    ("eats", rf"{_ZS}(?:吃|是)(?P<v>素|素食|清真){_ZEND}"),
    ("birthday", r"我(?:的)?生日(?:是|在)(?P<v>(?:农历|阴历)?\d{1,2}月\d{1,2}[日号]?)"),
    ("pet", r"我(?:家)?(?P<k>猫|狗|小猫|小狗|兔子|仓鼠|乌龟)(?:的名字)?叫(?P<v>[\u3400-\u9fff]{1,4}|[A-Za-z]+)"),
    ("pet", rf"{_ZS}(?:养了|有)(?:一)?[只条个](?P<v>猫|狗|小猫|小狗|兔子|仓鼠|乌龟|鹦鹉){_ZEND}"),
    ("family", r"我(?P<k>哥|姐|弟弟?|妹妹?|爸|妈|儿子|女儿|表哥|表姐|表弟|表妹|老公|老婆)叫(?P<v>[\u3400-\u9fff]{1,4})"),
)  # fmt: skip
_JOBS = (
    "teacher|nurse|doctor|engineer|developer|programmer|designer|illustrator|artist|writer|lawyer|accountant|chef|baker|barista|driver"
    "|electrician|plumber|photographer|musician|student|manager|consultant|scientist|researcher|librarian|waiter|waitress|dentist"
    "|vet|therapist|journalist|architect|carpenter|firefighter|paramedic|pharmacist|translator|editor|salesman|secretary"
)
_DOINGS = (
    "hiking|swimming|running|cooking|baking|dancing|singing|painting|drawing|reading|writing|gardening|climbing|cycling|skiing|surfing"
    "|camping|fishing|travelling|traveling|knitting|sewing|skating|sailing|rowing|boxing|diving|snowboarding|playing the [a-z]+|playing [a-z]+"
    "|watching [a-z]+|collecting [a-z]+|riding (?:horses|bikes|motorbikes)"
)
_NO_VALUE = re.compile(
    r"^(?:a|an|the)?\s*(?:it|this|that|them|fear|hope|peace|here|there|my|your|his|her|our|their|me|you|us|home|bed|the past|denial|a .*|an .*|past"
    r"|both|which|one|some|all|hell|general|tears|town|everyone|everything|something|nothing|life|people)\b|^(?:一起|这|那|哪|什么|你|他|她|它|家|楼上|楼下|了|得|的|下面|附近)"
)
_HINT = re.compile(
    r"\b(?:live|living|moved|from|grew|born|work|start|teach|study|major|doing|allergic|hate|stand|like|love|adore|fav|vegan|vegetarian|gluten|lactose|birthday|called|name|got an?|have an?|i'?m an?|i am an?)"
)
_ZHINT = re.compile(
    r"我.{0,4}(?:住|搬|家|老家|是|在|学|读|念|对|不吃|不喝|讨厌|不爱|不喜欢|不能吃|喜欢|爱|吃|生日|叫|养|有)"
)
_JOKE = re.compile(r"\b(?:haha\w*|lol|lmao|jk|joke)\b|哈哈|笑死|开玩笑|😂|🤣")
_PAST = re.compile(
    r"\b(?:used to|back when|if|wish|imagine|dreamt|pretend|will|would|when i)\b|以前|小时候|如果|要是|梦到|假装|那时候|曾经"
)


@cache
def _patterns() -> tuple[list[tuple[str, re.Pattern[str]]], list[tuple[str, re.Pattern[str]]]]:
    from afterword.measures.lexicon import trie_pattern, word_list

    fill = {
        "jobs": _JOBS,
        "doings": _DOINGS,
        "months": MONTH,
        "food": trie_pattern(w for w, _, _ in word_list("en", "food")),
    }

    def filled(p: str) -> str:
        for key, words in fill.items():
            p = p.replace("{{" + key + "}}", words).replace("{" + key + "}", words)
        return p

    return [(s, re.compile(filled(p))) for s, p in _EN], [(s, re.compile(p)) for s, p in _ZH]


def facts(conversation: Conversation) -> list[Fact]:
    """By person, slot and time."""
    found: dict[tuple[str, str], list[Fact]] = {}
    called = {lower(n) for s in conversation.speakers for n in (s.name, s.name.split(" ")[0])}
    for u in conversation.utterances:
        for slot, value in _said(u):
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
                held[-1] = Fact(f.who, f.slot, f.value, f.since, f.ids, until=day, replaced_by=value)
            held.append(Fact(u.speaker, slot, value, day, (u.id,)))
    return [f for key in sorted(found) for f in found[key]]


def _said(u: Utterance) -> Iterator[tuple[str, str]]:
    text = u.text
    if not text or u.kind or len(text) > 600:
        return
    lowered = lower(text)
    english, chinese = _patterns()
    if (lowered[0] == "i" or " i" in lowered or "my " in lowered) and _HINT.search(lowered):
        yield from _matched(english, text, lowered)
    if "我" in lowered and _ZHINT.search(lowered):
        yield from _matched(chinese, text, lowered)


def _matched(patterns: Sequence[tuple[str, re.Pattern[str]]], text: str, lowered: str) -> Iterator[tuple[str, str]]:
    if _JOKE.search(lowered):
        return
    taken: set[tuple[str, str]] = set()
    for slot, pattern in patterns:
        for hit in pattern.finditer(lowered):
            a, b = hit.span("v")
            value = (text[a:b] if len(text) == len(lowered) else hit["v"]).strip(" .'’的")
            clause = lowered[max(0, hit.start() - 30) : hit.end() + 12]
            start = hit.start() + len(hit[0]) - len(hit[0].lstrip(" .,!?;:\n，。"))
            own_denial = slot in ("dislikes", "allergy")
            if not value or _NO_VALUE.search(value.lower()) or _PAST.search(clause):
                continue
            if not own_denial and standing(lowered, start, hit.end()) != SAID:
                continue
            if "?" in lowered[hit.end() : hit.end() + 25] or "吗" in lowered[hit.end() : hit.end() + 4]:
                continue
            kept = f"{hit['k']}: {value}" if "k" in pattern.groupindex and hit["k"] else value
            if (slot, kept) not in taken:
                taken.add((slot, kept))
                yield slot, kept
