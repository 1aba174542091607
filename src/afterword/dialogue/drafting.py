"""A reply written by a model. In: a line, the talk so far. Out: bubbles that passed the review, or why there are none.

The model writes several drafts; code throws out copies and misfits and takes the one that fits the moment, in the shape
that was drawn for it, and lies near to a place drawn from the person's own range. Never the one most like them: whoever
picks the maximum gets a caricature. Where none passes, the faults go back once with their fixes. What was ever thrown out
is kept nowhere.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Protocol

import msgspec

from afterword import guard
from afterword.dialogue.brief import Brief, as_text
from afterword.dialogue.compose import compose
from afterword.dialogue.exemplars import Sources
from afterword.dialogue.grounds import Facts
from afterword.dialogue.review import Review, review
from afterword.dialogue.shape import Shape, marks
from afterword.errors import AfterwordError, BadSettings, ChoiceNeeded, NotAllowed, NotFound, TryAgain
from afterword.likeness.score import NotMeasurable
from afterword.likeness.typical import Range, Typical, size_of
from afterword.llm import Completion, Door, How, Message, Preview
from afterword.memory import Recall
from afterword.memory.acts import rest
from afterword.memory.habits import content
from afterword.profile import Profile
from afterword.texts import error_words, say

HERE, ELSEWHERE = 3, 2
"""Drafts asked of a model on this computer, and of one that is paid for by the word."""
CARRIED = 10
"""Lines of the talk that a model is shown."""
REPEATED = 12
"""Letters above which the same reply twice in a talk is a copy; "ok" may come again."""
SIZED, SPLIT = 0.5, 0.25
"""What a draft of another length than asked for (in powers of e), and of other bubbles, loses to one that lies a whole half
of ta's range nearer to the aim."""
STRAY = 0.5
"""The same for each mark that was not drawn for this reply: drawn ones come at the person's own rate, and a choice that
does not mind them laughs in every second line of somebody who laughs in every fifth."""
FITTING = 2.0
"""Fit above what half of ta's real answers reach; beyond it a draft only says the line's words back."""
BORDER = 0.05
"""Targets are drawn between these quantiles of ta's range: the very ends are where the review says no."""
_LABEL = re.compile(r"^\s*\[[^\]\n]{0,40}AI[^\]\n]{0,40}\]\s*", re.IGNORECASE)
_FENCE = re.compile(r"^\s*```\w*\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)


class Said(msgspec.Struct, frozen=True):
    """A line of the live talk. `by`: "user", "real" (words that the person wrote) or "ai" (a draft that was shown)."""

    by: str
    words: str


class Budget(msgspec.Struct, frozen=True):
    """What a talk may cost before drafts are asked for one at a time: in the user's money, or else in tokens."""

    money: float = 0.05
    tokens: int = 60_000


USUAL = Budget()


class Candidate(msgspec.Struct, frozen=True):
    text: str
    found: Review


class Drafted(msgspec.Struct, frozen=True):
    """What came of a line.

    bubbles  a draft that passed; () with `why`: "unfit", "failed" (the model did not answer), "closed" (nor will it)
    silent   the person left such lines unanswered, and this is one of them; nothing was asked of the model
    tried    drafts that were read, of which `passed`; `faults`: those of the best that did not
    aim      where in the person's range the choice was aimed at, and `score`, where it fell
    """

    bubbles: tuple[str, ...] = ()
    why: str = ""
    reason: str = ""
    silent: bool = False
    shape: Shape | None = None
    tried: int = 0
    passed: int = 0
    faults: tuple[guard.Fault, ...] = ()
    aim: float | None = None
    score: float | None = None


class Person(Sources, Facts, Protocol):
    """What drafting asks of the vault: what a brief asks, what a review asks, and what is typical."""

    @property
    def names(self) -> Sequence[str]: ...

    def typical(self) -> Typical | NotMeasurable: ...

    def quoted(self, words: str) -> bool: ...

    def fits(self, words: str, history: Sequence[str]) -> Callable[[str], float]:
        """How well an answer fits this line and the talk before it; 0 is what half of ta's real answers reach."""
        ...


class Drafting:
    """One model for one talk. `agreed` is shown what would go to another computer, and says whether it may."""

    def __init__(
        self,
        door: Door,
        profile: Profile,
        person: Person,
        *,
        lang: str,
        agreed: Callable[[Preview], bool] = lambda preview: False,
        budget: Budget = USUAL,
        seed: int = 0,
    ) -> None:
        self.door, self.profile, self.person, self.lang = door, profile, person, lang
        self.closed = False
        self._agreed, self._budget, self._seed = agreed, budget, seed
        self._money, self._tokens = 0.0, 0
        self._head: tuple[tuple[str, ...], str] = ((), "")

    def reply(
        self,
        line: str,
        talk: Sequence[Said],
        *,
        mode: str,
        hour: int | None,
        turn: int,
        may_be_silent: bool = False,
        recalled: Recall | None = None,
    ) -> Drafted | None:
        """None where no persona may answer. `talk`: the lines before this one."""
        history = [s.words for s in talk]
        brief = compose(
            line, self.profile, self.person, lang=self.lang, mode=mode, hour=hour, history=history, turn=turn,
            seed=self._seed, recalled=recalled or self._topic(line, talk),
        )  # fmt: skip
        if brief is None:
            return None
        shape = brief.shape
        if shape is not None and not shape.answer:
            if may_be_silent:
                return Drafted(silent=True, shape=shape)
            shape = msgspec.structs.replace(shape, answer=True)
            brief = msgspec.structs.replace(brief, shape=shape)
        try:
            return self._drafted(line, talk, brief, quantile_of(self.profile.speaker, line, turn, self._seed))
        except (ChoiceNeeded, NotAllowed, BadSettings, NotFound) as e:
            # what was refused or cannot work is not tried again in this talk; a crisis is only ever kept from the model
            self.closed = e.code != "care.crisis"
            return Drafted(why="closed" if self.closed else "unfit", reason=self._words(e), shape=shape)
        except TryAgain as e:
            return Drafted(why="failed", reason=self._words(e), shape=shape)

    def _words(self, e: AfterwordError) -> str:
        return e.code if e.code == "model.consent" else error_words(self.lang, e.code) or e.message

    def _topic(self, line: str, talk: Sequence[Said]) -> Recall | None:
        """A line that names nothing ("why?") is about what was said before it."""
        before = next((s.words for s in reversed(talk) if s.by == "user"), "")
        if content(rest(line)) or not before:
            return None
        return self.person.recall(f"{before}\n{line}", 2)

    # -- asking ---------------------------------------------------------------------------------------------------

    def _drafted(self, line: str, talk: Sequence[Said], brief: Brief, quantile: float) -> Drafted:
        messages = self.messages(line, talk, brief)
        best: Candidate | None = None
        tried = 0
        for again in (False, True):
            if again:
                messages = [*messages, *self._again(best)]
            answer = self._send(messages, How(n=self.drafts()))
            read = [self._read(text, line, talk, brief) for text in distinct(answer.texts, self.profile.name)]
            tried += len(read)
            passed = [c for c in read if c.found.ok]
            if passed:
                fits = self.person.fits(line, [s.words for s in talk])
                chosen = nearest(passed, self.person.typical(), quantile, brief.shape, fits)
                return Drafted(
                    tuple(chosen.text.split("\n")), shape=brief.shape, tried=tried, passed=len(passed),
                    aim=aim(self.person.typical(), chosen.text, quantile), score=chosen.found.score,
                )  # fmt: skip
            best = min(read, key=lambda c: len(c.found.faults), default=None)
        faults = best.found.faults if best else ()
        return Drafted(why="unfit", shape=brief.shape, tried=tried, faults=faults)

    def drafts(self) -> int:
        """How many are asked for: fewer where they cost money, one once this talk has cost enough."""
        if self._money > self._budget.money or (not self.door.model.local and self._tokens > self._budget.tokens):
            return 1
        return HERE if self.door.model.local else ELSEWHERE

    def _send(self, messages: Sequence[Message], how: How) -> Completion:
        try:
            answer = self.door.send(messages, how)
        except ChoiceNeeded as e:
            if e.code != "model.consent" or not self._agreed(self.door.preview(messages, how)):
                raise
            answer = self.door.send(messages, how)
        self._money += answer.cost or 0.0
        self._tokens += (answer.usage.tokens_in or 0) + (answer.usage.tokens_out or 0)
        return answer

    def messages(self, line: str, talk: Sequence[Said], brief: Brief) -> list[Message]:
        """Rules and the lasting part of the card first, the same from turn to turn, so that a provider caches them. The
        user's line stands last and alone: the door reads it for a crisis."""
        name = self.profile.name
        if not self._head[1] or self._head[0] != brief.corrected:
            only = msgspec.structs.replace(brief, shape=None, words=(), exemplars=(), claims=(), told=(), episodes=())
            card = "\n".join(as_text(only, self.lang).split("\n")[1:-1])
            self._head = (brief.corrected, f"{self._say('rules')}\n\n{card}")
        now = as_text(msgspec.structs.replace(brief, typing={}, never=(), rarely=(), corrected=()), self.lang)
        rows = [now]
        if talk:
            who = {"user": "user", "real": name, "ai": name}
            lines = (msgspec.json.encode({who[s.by]: s.words}).decode().replace("```", "'''") for s in talk[-CARRIED:])
            rows += [self._say("talk"), "```jsonl", *lines, "```"]
        rows.append(self._say("next"))
        return [
            Message("system", self._head[1]),
            Message("user", "\n".join(rows)),
            Message("assistant", self._say("ready")),
            Message("user", line),
        ]

    def _again(self, best: Candidate | None) -> list[Message]:
        if best is None:
            return [Message("assistant", "…"), Message("user", self._say("again", rows=f"- {self._say('empty')}"))]
        rows = "\n".join(f"- {f.why}: {f.fix}" for f in best.found.faults)
        return [Message("assistant", best.text), Message("user", self._say("again", rows=rows))]

    def _say(self, key: str, **values: object) -> str:
        return say(self.lang, f"draft.{key}", name=self.profile.name, **values)

    # -- reading --------------------------------------------------------------------------------------------------

    def _read(self, text: str, line: str, talk: Sequence[Said], brief: Brief) -> Candidate:
        name, person = self.profile.name, self.person
        earlier = [s.words for s in talk if s.by != "user"]
        found = review(
            text,
            typical=person.typical(),
            facts=person,
            lang=self.lang,
            name=name,
            shape=brief.shape,
            line=line,
            evidence=[*person.names, *brief.told, *(s.words for s in talk[-CARRIED:])],
            guard_faults=self._cared(text),
            history=earlier,
        )
        more = [*self._beside(text, line, earlier)]
        return Candidate(text, msgspec.structs.replace(found, ok=found.ok and not more, faults=(*more, *found.faults)))

    def _cared(self, text: str) -> tuple[guard.Fault, ...]:
        name = self.profile.name
        return guard.review(text, lang=self.lang, quotes=self.person.quoted, subject_name=name).faults

    def _beside(self, text: str, line: str, earlier: Sequence[str]) -> list[guard.Fault]:
        """What the review cannot see: a crisis in the draft itself, corrections, and copies of this talk."""
        name, lang = self.profile.name, self.lang
        out = []
        ruling = guard.gate(text, subject_name=name, lang=lang)
        if ruling.name in ("crisis", "harm", "veiled") and ruling.why != "hit":
            why = say(lang, "review.care_self_harm", name=name)
            out.append(guard.Fault("self_harm", why, "", self._say("drop")))
        if words := self.profile.corrections().barred(text):
            why, fix = (say(lang, f"review.{part}_correction", name=name, words=words) for part in ("why", "fix"))
            out.append(guard.Fault("correction", why, words, fix))
        bare = _bare(text)
        if bare == _bare(line) or (len(bare) > REPEATED and bare in map(_bare, earlier)):
            out.append(guard.Fault("repeat", self._say("why_repeat"), text, self._say("fix_repeat")))
        return out


# -- choosing -----------------------------------------------------------------------------------------------------------


def distinct(texts: Sequence[str], name: str) -> list[str]:
    """Drafts as bubbles, one a line, without the fences, labels and names that models put around them; each once."""
    out: dict[str, str] = {}
    for text in texts:
        if m := _FENCE.match(text):
            text = m[1]
        rows = (_LABEL.sub("", row).strip() for row in text.split("\n"))
        rows = (re.sub(rf"^{re.escape(name)}\s*[:：]\s*", "", row) for row in rows)
        if clean := "\n".join(r for r in rows if r):
            out.setdefault(_bare(clean), clean)
    return list(out.values())


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum()) or text.strip()


def quantile_of(speaker: str, line: str, turn: int, seed: int = 0) -> float:
    """Where in ta's range this reply is aimed at: drawn, so that many replies spread as ta's own do, and the same again for
    the same line at the same place of a talk."""
    key = blake2b(f"{speaker}\x1f{line}\x1f{turn}\x1f{seed}".encode(), digest_size=8).digest()
    return random.Random(key).uniform(BORDER, 1 - BORDER)


def aim(typical: Typical | NotMeasurable, text: str, quantile: float) -> float | None:
    """Where in ta's range, at this length, the quantile lies: in the review's own figures."""
    if isinstance(typical, NotMeasurable):
        return None
    place = typical.voices.at(size_of(text))
    return round(place.place(_at(place, quantile)), 2)


def _at(r: Range, quantile: float) -> float:
    known = ((0.01, r.least), (0.05, r.low), (0.5, r.middle), (0.95, r.high), (0.99, r.most))
    for (q, a), (p, b) in zip(known, known[1:], strict=False):
        if quantile <= p:
            return a + max(0.0, quantile - q) / (p - q) * (b - a)
    return r.most


def nearest(
    passed: Sequence[Candidate],
    typical: Typical | NotMeasurable,
    quantile: float,
    shape: Shape | None,
    fits: Callable[[str], float] = lambda text: 0.0,
) -> Candidate:
    """The draft that fits the moment in the shape that was asked for, and lies near to the aim. Typical alone is a short
    "yeah haha": it stands in the middle of everybody's range and answers nothing."""

    def lost(c: Candidate) -> float:
        target = aim(typical, c.text, quantile)
        voice = 0.0 if target is None or c.found.score is None else abs(c.found.score - target)
        return voice + _reshaped(c.text, shape) - min(FITTING, fits(c.text))

    return min(passed, key=lost)


def _reshaped(text: str, shape: Shape | None) -> float:
    if shape is None or not shape.characters:
        return 0.0
    bubbles = [len(x.strip()) for x in text.split("\n") if x.strip()]
    size, split = sum(bubbles) / sum(shape.characters), len(bubbles) / len(shape.characters)
    stray = sum(m not in shape.marks and m != "question" for m in marks(text))  # who means to ask may ask
    return SIZED * abs(math.log(size or 1)) + SPLIT * abs(math.log(split or 1)) + STRAY * stray


def delays(shape: Shape | None, bubbles: int) -> tuple[int | None, tuple[int, ...]]:
    """Seconds before the first bubble, and between them, as the person once took them."""
    if shape is None:
        return None, ()
    gaps = shape.gaps or (0,)
    return shape.wait, tuple(gaps[min(i, len(gaps) - 1)] for i in range(bubbles - 1))
