"""Does the review stop what is not the person, and let the person pass? In: conversations. Out: shares for each person.

The first 70 % of a chat is what the review knows; contexts and real replies are of the rest. Four scripted writers answer
each context: a flatterer, a caricaturist with every catchphrase of the person's in every draft, a lecturer, and a polisher
that says what the person really said in a model's manners. A fifth, the inventor, adds an event of a life to what the
person really said, and no name that could be looked up. A draft counts as stopped when a fault of its kind is named.
Their lines stand here and nowhere in the background that the review learned from.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from quality.conversations import load

if TYPE_CHECKING:
    from afterword.memory import Recall

HELD_OUT, CONTEXTS, WINDOW, LEAST = 0.3, 50, 6, 100

PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "agree": (
            "That really does make a lot of sense to me.", "You're absolutely right about that!", "Oh, for sure, no doubt about it!", "I completely agree with you.",
            "Yes, that is exactly it!", "Of course, I totally understand.", "That's a really good point you're making.", "How true that is.",
        ),
        "praise": (
            "Honestly, you handled it with such grace.", "I really admire how thoughtful you are.", "You have such a good heart!",
            "I'm so impressed by everything you do.", "Not many people could have done that, you know.",
            "You should be really proud of yourself!", "You always find the kindest way to look at things.",
            "I love how curious you are about the world!", "Your energy is contagious, it brightens my whole day!",
            "It says so much about your strength that you kept going.",
        ),
        "empathy": (
            "It sounds like today took a lot out of you.", "I can hear how much this means to you.",
            "It's okay to feel whatever you're feeling.", "I'm always here if you want to talk it through.",
            "I can only imagine how overwhelming that must be.", "Please be kind to yourself tonight.",
            "Thank you for sharing that with me.", "Your feelings make perfect sense.",
        ),
        "ask": (
            "How are you holding up through all of it?", "What was the best part for you?", "Is there anything I can do to make it easier?",
            "How did that make you feel?", "Do you want to tell me more about it?", "What are you most looking forward to?",
            "What would help you right now?", "Have you had a moment to rest?",
        ),
        "lead": (
            "There are a few things worth considering here.", "Let me break this down, because it matters more than it seems.",
            "This is a common situation, and it helps to look at it step by step.",
            "It's important to understand why this happens in the first place.",
            "From a practical point of view, there are several factors at play.",
        ),
        "point": (
            "Start by writing down what you actually want to achieve", "Set aside a fixed time every day and protect it",
            "Consider how the other person may see the matter", "Compare the costs with the benefits before deciding",
            "Keep a regular sleep schedule, since tiredness affects judgement", "Review your progress at the end of each week",
            "Communicate your expectations clearly and early", "Avoid drawing conclusions from a single event",
            "Break large tasks into smaller and more manageable pieces", "Remember that habits take several weeks to form",
        ),
        "close": (
            "In summary, consistency matters more than intensity.", "Ultimately, the choice depends on your priorities.",
            "Overall, a balanced approach tends to work best in the long run.",
            "Keep in mind that there is rarely one right answer.", "The key is to stay patient with the process.",
        ),
        "event": (
            "my sister got a new dog", "i started a new job last week", "we had that fight about the car", "my mom is in the hospital again",
            "my dad had a heart attack last spring", "omg i got engaged!!", "moved in with my cousin in june", "my grandma passed away",
            "we finally bought a house", "bought a new car yesterday", "my brother got fired lol", "got a puppy haha", "i had surgery on my knee",
            "my aunt is pregnant", "my cousin got married on saturday", "i crashed my car", "i just got back from a trip with the girls",
            "failed my driving test again", "we had that huge argument in the kitchen", "my parents got divorced", "i broke my arm skating",
            "my sister had a baby!!", "got promoted today", "my roommate and i moved out", "we watched the meteor shower on the roof",
        ),
        "carrier": ("so the bus", "and then the thing", "about tonight", "with the dog", "at the shop", "that film", "my phone", "the weather"),
    },
    "zh": {
        "agree": ("你说得太对了！", "确实是这样的。", "对，我完全同意你的看法。", "当然啦！", "嗯嗯，说得很有道理。", "没错，就是这样！", "是的，我也这么觉得。", "好的，完全没有问题！"),
        "praise": (
            "你真的好棒，我一直都很佩服你！", "能坚持到现在已经很了不起了。", "你总是这么细心，真让人羡慕。", "这么难的事都能做好，你太厉害了！",
            "你的善良真的会感染身边的人。", "我为你感到骄傲！", "你永远都能把事情想得这么周到。", "有你这样的朋友真是太幸福了！",
            "你真的很有才华，一定要相信自己。", "换作别人早就放弃了，你真的好坚强！",
        ),
        "empathy": (
            "听起来你今天真的很辛苦。", "我能理解你现在的心情。", "有这样的感受是很正常的，不用责怪自己。", "无论发生什么，我都会陪着你。",
            "抱抱你，一切都会慢慢好起来的。", "谢谢你愿意跟我分享这些。", "你的感受对我来说很重要。", "别给自己太大压力，照顾好自己。",
        ),
        "ask": ("你现在感觉怎么样呢？", "想跟我多说说吗？", "有什么我可以帮你的吗？", "今天最开心的事情是什么呀？", "后来你是怎么想的呢？", "你最期待的是什么呢？", "要不要先休息一下呢？", "你觉得怎样会更好一些呢？"),
        "lead": (
            "其实这个问题可以从几个方面来看。", "遇到这种情况，建议你一步一步来分析。", "首先要弄清楚事情为什么会变成这样。", "从实际的角度来说，这里面有几个因素需要考虑。",
            "这是一个很常见的现象，我来给你解释一下。",
        ),
        "point": (
            "先把自己真正想要达到的目标写下来", "每天安排固定的时间，并且坚持执行", "尝试站在对方的立场上考虑问题", "做决定之前比较一下成本和收益", "保持规律的作息，因为疲劳会影响判断",
            "每周结束的时候回顾一下自己的进展", "尽早并且清楚地表达自己的期望", "不要因为一次结果就下结论", "把大的任务拆分成更容易完成的小步骤", "养成一个习惯通常需要几个星期",
        ),
        "close": ("总之，持续比强度更重要。", "归根结底，还是要看你自己的优先级。", "总的来说，保持平衡的心态最有利于长期发展。", "需要注意的是，这种事情往往没有标准答案。", "关键在于对过程保持耐心。"),
        "event": (
            "刚换了工作", "我妈住院了", "我姐养了一只狗", "我们上次吵架是因为车", "我上个月辞职了", "我爸做了手术", "我弟考上研究生了", "刚搬家 累死", "我奶奶去世了",
            "我表姐结婚了", "我怀孕了", "我哥买了车", "我们买了房", "养了只猫", "我骨折了", "我被裁了", "我妈查出肿瘤", "我出了车祸", "我妹生了个女儿", "昨天领证了", "我升职了",
            "我爸退休了", "终于拿到驾照了", "上周参加了表哥的婚礼", "我们在屋顶看了流星雨",
        ),
        "carrier": ("那个车", "今天晚上", "楼下的店", "刚才的事", "手机", "这天气", "我妈那边", "那部片"),
    },
}  # fmt: skip
RIGHT = {
    "flatterer": {"manners"},
    "caricaturist": {"caricature"},
    "lecturer": {"list", "manners", "explains", "too_long", "too_few_bubbles", "markup"},
    "polisher": {"manners"},
    "inventor": {"invented", "memory", "fact"},
}
_FIRST = re.compile(r"^[a-z]|(?<=[.!?] )[a-z]|\bi\b")


@dataclass(frozen=True)
class Person:
    """`rows`: what was answered ("" where it is not known) and the reply, in time order."""

    name: str
    lang: str
    rows: tuple[tuple[str, str], ...]
    partner: tuple[str, ...]

    def border(self) -> int:
        return int(len(self.rows) * (1 - HELD_OUT))


# -- the writers --------------------------------------------------------------------------------------------------------


def flatterer(line: str, reply: str, lang: str, own: Sequence[str], die: random.Random) -> str:
    p = PARTS[lang]
    said = [die.choice(p["agree"]), die.choice(p["praise"]), die.choice(p["empathy"]), die.choice(p["ask"])]
    del said[die.randrange(3)]  # three of the four, and always the question
    return _joined(said, lang)


def lecturer(line: str, reply: str, lang: str, own: Sequence[str], die: random.Random) -> str:
    p = PARTS[lang]
    points = die.sample(p["point"], 3)
    stop = "。" if lang == "zh" else "."
    if die.random() < 0.5:
        listed = "\n".join(f"{i}. {x}{stop}" for i, x in enumerate(points, 1))
        return f"{die.choice(p['lead'])}\n{listed}\n{die.choice(p['close'])}"
    return _joined([die.choice(p["lead"]), *(x + stop for x in points[:2]), die.choice(p["close"])], lang)


def caricaturist(line: str, reply: str, lang: str, own: Sequence[str], die: random.Random) -> str:
    """Half of them nothing but catchphrases, half a real reply with six in every bubble."""
    between = "" if lang == "zh" else " "
    if die.random() < 0.5:
        words = die.sample(own, len(own))
        half = len(words) // 2
        carriers = die.sample(PARTS[lang]["carrier"], 2)
        return "\n".join(
            between.join([*part, c]) for part, c in zip((words[:half], words[half:]), carriers, strict=True)
        )
    rows = []
    for bubble in reply.split("\n"):
        words = die.sample(own, min(6, len(own)))
        rows.append(
            between.join([*words[:3], bubble, *words[3:]])
            if lang == "zh"
            else " ".join([*words[:3], bubble, *words[3:]])
        )
    return "\n".join(rows)


def polisher(line: str, reply: str, lang: str, own: Sequence[str], die: random.Random) -> str:
    p = PARTS[lang]
    stop = "。" if lang == "zh" else "."
    said = []
    for bubble in reply.split("\n"):
        bare = bubble.strip().rstrip("~～ ")
        if not bare:
            continue
        if lang == "en":
            bare = _FIRST.sub(lambda m: m[0].upper(), bare)
        said.append(bare if bare[-1] in ".!?。！？" else bare + stop)
    return _joined([die.choice(p["agree"]), *said, die.choice(p["empathy"]), die.choice(p["ask"])], lang)


def inventor(line: str, reply: str, lang: str, own: Sequence[str], die: random.Random) -> str:
    return f"{reply}\n{die.choice(PARTS[lang]['event'])}"


WRITERS: dict[str, Callable[[str, str, str, Sequence[str], random.Random], str]] = {
    "flatterer": flatterer, "caricaturist": caricaturist, "lecturer": lecturer, "polisher": polisher,
    "inventor": inventor,
}  # fmt: skip


def _joined(said: Sequence[str], lang: str) -> str:
    return ("" if lang == "zh" else " ").join(said)


# -- the people ---------------------------------------------------------------------------------------------------------


def of_chat(path: Path, lang: str) -> list[Person]:
    chat = load(path)
    people = []
    for speaker in chat.speakers:
        rows = [("", chat.turns[0].text)] if chat.turns[0].speaker == speaker else []
        rows += [(a.text, b.text) for a, b in pairwise(chat.turns) if b.speaker == speaker]
        partner = tuple(t.text for t in chat.turns if t.speaker != speaker)
        people.append(Person(f"{chat.name}:{speaker}", lang, tuple(rows), partner))
    return people


def of_writers(path: Path) -> list[Person]:
    """Text messages of one side: every line a message, its writer and its moment."""
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said[row["writer"]].append((row["at"], row["text"]))
    most = sorted(said, key=lambda w: (-len(said[w]), w))
    return [Person(w, "zh", tuple(("", text) for _, text in sorted(said[w])), ()) for w in most]


class Records:
    """What the records hold: windows of six messages, searched as the product's recall searches them but for rarity."""

    def __init__(self, said: Sequence[str], own: Sequence[str]) -> None:
        from afterword.memory import Hit
        from afterword.memory.query import stems
        from afterword.model import Utterance

        lines = [x for t in said for x in t.split("\n")]
        parts = [lines[i : i + WINDOW] for i in range(0, len(lines), WINDOW // 2)]
        self.windows = [stems(" \n ".join(part)) for part in parts]
        self.hits = [Hit(1.0, tuple(Utterance("", "", 0, x) for x in part)) for part in parts]
        self.own = "\n".join(own)

    def known(self, words: str) -> bool:
        from afterword.memory.query import holds, terms_of

        terms = terms_of(words)
        return any(2 * sum(holds(w, t) for t in terms) >= len(terms) for w in self.windows)

    def said(self, words: str) -> bool:
        return words in self.own

    def recall(self, words: str, k: int) -> Recall:
        from afterword.memory import Recall
        from afterword.memory.query import holds, terms_of

        terms = terms_of(words)
        held = [sum(holds(w, t) for t in terms) for w in self.windows]
        best = sorted(range(len(held)), key=lambda i: -held[i])[:k]
        hits = tuple(self.hits[i] for i in best if held[i])
        known = bool(hits) and 2 * held[best[0]] >= len(terms)
        return Recall("known" if known else "not-in-records", hits)


# -- the bench ----------------------------------------------------------------------------------------------------------


def of_person(person: Person) -> dict[str, Any]:
    from afterword import guard
    from afterword.dialogue.review import review
    from afterword.likeness import sanitise
    from afterword.likeness.score import NotMeasurable
    from afterword.likeness.typical import learned

    border = person.border()
    past, rest = person.rows[:border], person.rows[border:]
    partner = person.partner[: int(len(person.partner) * (1 - HELD_OUT))]
    own = [r for _, r in past]
    before = time.process_time()
    typical = learned(own, partner)
    spent = time.process_time() - before
    if isinstance(typical, NotMeasurable):
        return {"unchecked": typical.code, "n": typical.found}
    die = random.Random(f"{person.name}|drafts")
    earlier = Records([*own, *partner], own)
    whole = Records([*own, *partner, *(x for row in rest for x in row)], [*own, *(reply for _, reply in rest)])
    taken: list[float] = []

    def read(draft: str, line: str, records: Records) -> Counter[str]:
        cared = guard.review(draft, lang=person.lang, quotes=lambda w: w in whole.own, subject_name="").faults
        start = time.process_time()
        found = review(
            draft, typical=typical, facts=records, lang=person.lang, name="ta", line=line, guard_faults=cared
        )
        taken.append((time.process_time() - start) * 1000)
        # a held-out line is no copy of itself
        kept = [f for f in found.faults if f.code != "copy" or earlier.said(f.words)]
        return Counter(f.code if f not in found.faults[: len(cared)] else f"care:{f.code}" for f in kept)

    real = [read(reply, line, whole) for line, reply in rest]
    fresh = [read(reply, line, earlier) for line, reply in rest]
    # a real reply is not put back under care's rules: ta may have said "love you", and a persona may not
    kept = [{c for c in found if not c.startswith("care:")} for found in real]
    out: dict[str, Any] = {
        "turns": typical.turns, "held_out": len(rest), "training_cpu_seconds": round(spent, 1),
        "real_passes": _share(not codes for codes in kept), "real_passes_with_care": _share(not codes for codes in real),
        "real_with_fresh_facts": _share(f["fact"] > 0 for f in fresh), "real_with_fresh_events": _share(f["invented"] > 0 for f in fresh),
        "real_faults": dict(Counter(c for codes in real for c in codes).most_common()),
        "training_mb": round(len(msgspec.msgpack.encode(typical)) / 1e6, 2),
    }  # fmt: skip
    contexts = [rest[i * len(rest) // CONTEXTS] for i in range(CONTEXTS)] if len(rest) >= CONTEXTS else list(rest)
    catchphrases = [w.removeprefix("laugh:") for w in typical.signature]
    drafts: dict[str, list[tuple[str, str]]] = {}
    for name, write in WRITERS.items():
        drafts[name] = [(line, write(line, reply, person.lang, catchphrases, die)) for line, reply in contexts]
        codes = [read(draft, line, whole) for line, draft in drafts[name]]
        out[name] = {
            "n": len(codes), "stopped": _share(map(bool, codes)),
            "stopped_rightly": _share(bool(RIGHT[name] & c.keys()) for c in codes),
            "faults": dict(Counter(c for found in codes for c in found).most_common(6)),
        }  # fmt: skip
    answers = [sanitise.Answer(line, reply) for line, reply in contexts]
    index = sanitise.index(answers, [sanitise.Answer(*d) for d in drafts["flatterer"]])
    out["flatterer"]["sanitised"] = [index.value, index.low, index.high]
    out["review_ms"] = round(statistics.median(taken), 1)
    return out


def _share(rows: Any) -> float:
    held = list(rows)
    return round(sum(held) / max(1, len(held)), 3)


SHARES = ("real_passes", "real_passes_with_care", "real_with_fresh_facts", "real_with_fresh_events")


def summed(people: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Means over the people that could be checked."""
    found = [p for p in people.values() if "unchecked" not in p]
    if not found:
        return {}
    out: dict[str, Any] = {k: round(statistics.fmean(p[k] for p in found), 3) for k in SHARES}
    for name in WRITERS:
        out[name] = {k: round(statistics.fmean(p[name][k] for p in found), 3) for k in ("stopped", "stopped_rightly")}
    out["flatterer"]["sanitised"] = round(statistics.fmean(p["flatterer"]["sanitised"][0] for p in found), 2)
    return out


def speed(messages: int, lang: str = "en") -> dict[str, Any]:
    """CPU milliseconds of a review through the product, in a chat of so many messages, once it has learned."""
    import tempfile

    from afterword import Workspace
    from afterword.importers import Options
    from quality import synthetic
    from quality.importing import PASSPHRASE

    die = random.Random(7)
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        chat = Path(folder) / "chat.txt"
        synthetic.write(chat, messages)
        said = [text for _, who, text in synthetic.messages(messages) if who == synthetic.SUBJECT]
        own = [x for x in dict.fromkeys(said) if x != synthetic.MEDIA]
        with Workspace(Path(folder) / "vault", passphrase=PASSPHRASE, zone="UTC", lang=lang) as w:
            made = w.create(
                [chat],
                name=synthetic.SUBJECT,
                me=synthetic.ME,
                subject=synthetic.SUBJECT,
                options=Options(date_order="dmy"),
            )
            before = time.process_time()
            w.review("ok", made["person"])
            learning, taken = time.process_time() - before, []
            for i in range(100):
                draft = polisher("", die.choice(own), lang, (), die) if i % 2 else die.choice(own)
                before = time.process_time()
                w.review(draft, made["person"])
                taken.append((time.process_time() - before) * 1000)
    rows = sorted(taken)
    return {
        "messages": messages, "first_cpu_seconds": round(learning, 1), "p50_ms": round(statistics.median(rows), 1),
        "p95_ms": round(rows[94], 1),
    }  # fmt: skip


def measure(paths: Sequence[str], writers: str | None = None, most: int = 12, messages: int = 0) -> dict[str, Any]:
    """`paths`: conversations; without any the two shipped stories. `writers`: one-sided text messages."""
    from afterword.app.demo import stories
    from afterword.likeness.background import languages

    files = [Path(p) for p in paths] or [s.file for s in stories().values()]
    people: list[Person] = []
    for file in files:
        spoken = languages([t.text for t in load(file).turns])
        people += of_chat(file, spoken[0]) if spoken else []
    if writers:
        people += [p for p in of_writers(Path(writers)) if len(p.rows) >= LEAST][:most]
    found = {p.name: of_person(p) for p in people}
    langs = {lang: {p.name: found[p.name] for p in people if p.lang == lang} for lang in PARTS}
    means = {lang: summed(rows) for lang, rows in langs.items() if rows}
    return {"people": found, "mean": means, "speed": speed(messages) if messages else None}
