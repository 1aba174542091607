"""The talk with no model. In: the user's words. Out: an Exchange in one of two voices.

Echo speaks only words that the person really wrote, each bubble with its date; Guide says everything else. The gate
runs before anything is looked up, so that a crisis, a question about reality or a goodbye never reaches Echo. Choosing
what to say is recall, never writing: where nothing fits, Guide says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from afterword import guard
from afterword.memory import Recall, Reply
from afterword.model import Utterance
from afterword.profile import Profile
from afterword.texts import say

Mode = Literal["chat", "nostalgia", "hard", "goodbye"]
MODES: tuple[Mode, ...] = ("chat", "nostalgia", "hard", "goodbye")
NOTICE_AGAIN = 120 * 60
"""Seconds after which the notice is shown again, at the latest."""


class Bubble(msgspec.Struct, frozen=True):
    """Real words: whose, when, and the utterance they are."""

    words: str
    speaker: str
    at: str
    id: str


class Exchange(msgspec.Struct, frozen=True):
    """What the user sees after a line. `gate` other than "pass" means that Echo stayed silent.

    guide    sentences of the neutral voice, shown first
    echo     real bubbles of the person, newest choice, may be empty
    context  real bubbles of both, quoted as records (nostalgia and hard talk)
    ended    the talk is over
    """

    gate: str
    mode: Mode
    label: str = ""
    notice: str = ""
    guide: tuple[str, ...] = ()
    echo: tuple[Bubble, ...] = ()
    context: tuple[Bubble, ...] = ()
    ended: bool = False


class Records(Protocol):
    """What a talk may ask of the vault."""

    def replies(self, words: str, hour: int | None, used: set[int]) -> list[Reply]: ...

    def recall(self, words: str, k: int) -> Recall: ...

    def find(self, id: str) -> Utterance | None: ...

    def around(self, u: Utterance, before: int = 3, after: int = 3) -> tuple[Utterance, ...]: ...

    def some_day(self, seed: int) -> tuple[Utterance, ...]: ...


class Talk:
    """A live talk about one person. `now` is a clock; nothing is written anywhere."""

    def __init__(
        self,
        profile: Profile,
        records: Records,
        *,
        lang: str,
        now: Callable[[], datetime],
        country: str | None = None,
        resting: bool = False,
        on_crisis: Callable[[], None] = lambda: None,
        step: int = 0,
    ) -> None:
        """`resting`: a crisis was seen less than a day ago, and Echo stays silent. `step`: of the goodbye, from 0."""
        self.profile, self.records, self.lang, self.now, self.country = profile, records, lang, now, country
        self.resting, self._on_crisis = resting, on_crisis
        self.mode: Mode = "chat"
        self._noticed: datetime | None = None
        self._used: set[int] = set()
        self._turn = 0
        self.step = step
        self.last: tuple[Bubble, ...] = ()

    def notice(self) -> str:
        """The notice before the first line; counts as shown."""
        self._noticed = self.now()
        c = self.profile.coverage
        unknown = say(self.lang, "skill.unknown_date")
        return guard.notice(
            self.lang,
            self.profile.name,
            _int(c.get("by_subject")),
            str(c.get("first") or unknown),
            str(c.get("last") or unknown),
        )

    def _due(self) -> str:
        if self._noticed is None:
            return self.notice()
        now = self.now()
        if (now - self._noticed).total_seconds() >= NOTICE_AGAIN or now.date() != self._noticed.date():
            return self.notice()
        return ""

    def turn(self, text: str, mode: Mode | None = None) -> Exchange:
        """One line of the user's."""
        self._turn += 1
        if mode:
            self.mode = mode
        ruling = guard.gate(text, subject_name=self.profile.name, lang=self.lang)
        helplines = guard.help_now(self.lang, self.country, self.now().date())
        if ruling.name == "crisis":
            self.resting = True
            self._on_crisis()
            return Exchange("crisis", self.mode, notice="", guide=(f"{ruling.card}\n\n{helplines}",))
        if guard.asks_for_help(text):
            return Exchange("help", self.mode, guide=(helplines,))
        goodbye = self.mode == "goodbye" and guard.says_goodbye(text, self.profile.name)
        if ruling.name == "exit" and not goodbye:
            return Exchange("exit", self.mode, guide=(guard.farewell(self.lang, self.profile.name),), ended=True)
        # not before: a notice that a card or a farewell replaced was not shown, and is still owed
        notice = self._due()
        if ruling.name not in ("pass", "exit"):
            return Exchange(ruling.name, self.mode, notice=notice, guide=(ruling.card,))
        if self.resting and self.mode != "goodbye":
            return Exchange("resting", self.mode, notice=notice, guide=(self._say("resting"),))
        made = {"chat": self._chat, "nostalgia": self._nostalgia, "hard": self._hard, "goodbye": self._farewell}[
            self.mode
        ](text)
        self.last = made.echo or made.context
        return msgspec.structs.replace(made, notice=notice)

    # -- the modes ------------------------------------------------------------------------------------------------

    def _say(self, key: str, **values: object) -> str:
        return say(self.lang, f"talk.{key}", name=self.profile.name, **values)

    def _bubbles(self, said: Sequence[Utterance]) -> tuple[Bubble, ...]:
        return tuple(
            Bubble(
                u.text,
                self.profile.name if u.speaker == self.profile.speaker else self.profile.owner_name,
                stamp(u),
                u.id,
            )
            for u in said
            if u.text
        )

    def _chat(self, text: str) -> Exchange:
        if guard.memory_asked(text, self.profile.name) is not None:
            return self._nostalgia(text)
        found = self.records.replies(text, self.now().hour, self._used)
        if not found:
            return Exchange("pass", "chat", guide=(self._say("nothing_fits"),))
        best = found[0]
        self._used |= {u.row for u in best.bubbles}
        return Exchange("pass", "chat", label=guard.label(self.lang), echo=self._bubbles(best.bubbles))

    def _nostalgia(self, text: str) -> Exchange:
        of = guard.memory_asked(text, self.profile.name)
        if of == "" and (any_memory := self._any_memory()):
            return any_memory
        found = self.records.recall(of or text, 1)
        if found.label == "told-by-you" and found.told:
            return Exchange("pass", "nostalgia", guide=(self._say("told"), *found.told))
        if found.label == "known" and found.hits:
            return Exchange(
                "pass", "nostalgia", guide=(self._say("memory"),), context=self._bubbles(found.hits[0].utterances)
            )
        some = self.records.some_day(self._turn)
        guide = (self._say("not_in_records"),) + ((self._say("another_day"),) if some else ())
        return Exchange("pass", "nostalgia", guide=guide, context=self._bubbles(some))

    def _any_memory(self) -> Exchange | None:
        if some := self.records.some_day(self._turn):
            return Exchange("pass", "nostalgia", guide=(self._say("memory"),), context=self._bubbles(some))
        if told := [n.text for n in self.profile.notes if n.kind != "correction"]:
            return Exchange("pass", "nostalgia", guide=(self._say("told"), told[self._turn % len(told)]))
        return None

    def _hard(self, text: str) -> Exchange:
        found = self.records.recall(text, 4)
        marks = self._conflict_marks()
        for hit in found.hits if found.label == "known" else ():
            if {u.id for u in hit.utterances} & marks:
                return Exchange("pass", "hard", guide=(self._say("hard_known"),), context=self._bubbles(hit.utterances))
        begun = self._conflict_starts()
        u = self.records.find(begun[self._turn % len(begun)]) if begun else None
        if u is not None:
            said = self._bubbles(self.records.around(u, 2, 8))
            return Exchange("pass", "hard", guide=(self._say("hard_other"),), context=said)
        last = str(self.profile.coverage.get("last") or say(self.lang, "skill.unknown_date"))
        return Exchange("pass", "hard", guide=(self._say("hard_none", last=last),))

    def _conflicts(self) -> list[Mapping[str, Any]]:
        measured = self.profile.measured().get("story.conflicts")
        episodes = measured.value if measured is not None and isinstance(measured.value, list) else []
        return [e for e in episodes if isinstance(e, Mapping) and e.get("marks")]

    def _conflict_marks(self) -> set[str]:
        return {m for e in self._conflicts() for m in e["marks"]}

    def _conflict_starts(self) -> list[str]:
        return [e["marks"][0] for e in self._conflicts()]

    def _farewell(self, text: str) -> Exchange:
        step, self.step = self.step, self.step + 1
        c = self.profile.coverage
        if step == 0:
            return Exchange(
                "pass",
                "goodbye",
                guide=(
                    self._say(
                        "goodbye_1", n=c.get("utterances", 0), first=c.get("first") or "?", last=c.get("last") or "?"
                    ),
                ),
            )
        if step == 1:
            lines = self._bubbles(self.records.some_day(self._turn))
            return Exchange("pass", "goodbye", guide=(self._say("goodbye_2"),), context=lines)
        if step == 2:
            some = self.records.some_day(self._turn)
            return Exchange("pass", "goodbye", guide=(self._say("goodbye_3"),), context=self._bubbles(some))
        return Exchange(
            "pass",
            "goodbye",
            guide=(self._say("goodbye_4", slug=self.profile.slug), guard.farewell(self.lang, self.profile.name)),
            ended=True,
        )


def stamp(u: Utterance) -> str:
    return f"{u.local:%Y-%m-%d %H:%M}" if u.at else ""


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
