"""Two or three personas and the user. In: the user's line. Out: what each answers, of its own records alone.

A scene holds no records. Each persona is a callable that was made from its own shelf; what one says reaches the others only
as a public line, words and a name, never where it came from. The gate stands once before all of them, since a crisis
concerns nobody's voice. What a persona wrote in somebody else's words, or from somebody else's records, is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from afterword import guard
from afterword.dialogue.guide import Guide
from afterword.dialogue.talk import NOTICE_AGAIN, Exchange
from afterword.guard import Ruling
from afterword.profile import uses
from afterword.texts import say

CARRIED = 10
"""Public lines that a persona is told of."""
SHORT, SHORT_HAN = 12, 5
"""Letters up to which two people may have written the same without having it from one another."""
GATES = ("crisis", "harm", "violence", "veiled", "exit", "identity", "present", "unknowable")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTER = "a-z0-9_\u00c0-\u1fff"


class Spoken(msgspec.Struct, frozen=True):
    """A public line: who said it, "" for the user, and the words."""

    who: str
    words: str


Speaker = Callable[[str, Sequence[Spoken]], Exchange]
"""One persona: answers a line after public lines. Its own gate, memory and voice are behind it."""


class Member(msgspec.Struct, frozen=True):
    """A persona in a scene.

    called      names that address it
    notice      what it is and is not, of how many messages
    initiative  share of talks that the person opened; None where that was not measured
    private     words that are the person's own: catchphrases, names, places, dishes
    wrote       whether the person ever wrote these words; `holds`: whether they stand in these records at all
    """

    name: str
    called: tuple[str, ...]
    notice: str
    initiative: float | None
    private: tuple[str, ...]
    wrote: Callable[[str], bool]
    holds: Callable[[str], bool]
    speak: Speaker


class Part(msgspec.Struct, frozen=True):
    """What one persona answered."""

    name: str
    exchange: Exchange


class SceneTurn(msgspec.Struct, frozen=True):
    """`gate` other than "pass" means that no persona was asked. `guide` is shown first."""

    gate: str
    notice: str = ""
    guide: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    ended: bool = False


class Scene:
    """A live scene. `now` is a clock; nothing is written anywhere."""

    def __init__(
        self,
        cast: Sequence[Member],
        *,
        lang: str,
        now: Callable[[], datetime],
        owner: str = "",
        country: str | None = None,
        resting: bool = False,
        on_crisis: Callable[[], None] = lambda: None,
    ) -> None:
        """`owner`: the user's name, which is nobody's secret."""
        self.cast, self.lang, self.now, self.country = tuple(cast), lang, now, country
        self.resting, self._on_crisis = resting, on_crisis
        self.lines: list[Spoken] = []
        self.guide = Guide(lang, self._all(), country)
        self._noticed: datetime | None = None
        self._known = (owner, *(n for m in cast for n in m.called))

    def notice(self) -> str:
        """The notices of all; counts as shown."""
        self._noticed = self.now()
        return "\n".join(m.notice for m in self.cast)

    def _due(self) -> str:
        now = self.now()
        if self._noticed is None or now.date() != self._noticed.date():
            return self.notice()
        return self.notice() if (now - self._noticed).total_seconds() >= NOTICE_AGAIN else ""

    def turn(self, text: str) -> SceneTurn:
        """One line of the user's."""
        ruling = self.guide.heard(self._ruling(text), text)
        today = self.now().date()
        helplines = guard.help_now(self.lang, self.country, today, of="crisis")
        if ruling.name == "crisis":
            self.resting = True
            self._on_crisis()
            return SceneTurn("crisis", guide=(f"{ruling.card}\n\n{helplines}",))
        if guard.asks_for_help(text):
            return SceneTurn("help", guide=(guard.help_now(self.lang, self.country, today),))
        if ruling.name == "exit":
            return SceneTurn("exit", guide=(guard.farewell(self.lang, self._all()),), ended=True)
        notice = self._due()
        if ruling.name != "pass":
            near = guard.help_now(self.lang, self.country, today, of="violence")
            card = f"{ruling.card}\n\n{near}" if ruling.name == "violence" else ruling.card
            return SceneTurn(ruling.name, notice, (card,))
        if self.resting:
            return SceneTurn("resting", notice, (self.guide.resting(text, today),))
        parts = []
        told = [*self.lines]
        self.lines.append(Spoken("", text))
        for member in self.order(text):
            made = self._own(member, text, member.speak(text, tuple(told[-CARRIED:])))
            if words := "\n".join(made.draft or tuple(b.words for b in made.echo)):
                told.append(Spoken(member.name, words))
                self.lines.append(Spoken(member.name, words))
            if words or made.context or made.silent:
                parts.append(Part(member.name, made))
        silent = () if parts else (say(self.lang, "scene.nobody"),)
        return SceneTurn("pass", notice, silent, tuple(parts))

    def _all(self) -> str:
        return say(self.lang, "scene.and").join(m.name for m in self.cast)

    def _ruling(self, text: str) -> Ruling:
        """The gravest ruling under any name; its card speaks of the one that was named, else of all."""
        found = [(m, guard.gate(text, subject_name=n, lang=self.lang)) for m in self.cast for n in m.called]
        _, ruling = min(found, key=lambda f: GATES.index(f[1].name) if f[1].name in GATES else len(GATES))
        if ruling.name == "crisis":
            return msgspec.structs.replace(ruling, card=guard.crisis_card(self.lang, self._all()))
        if ruling.name == "veiled":
            key = ruling.why if ruling.why in ("light", "hit") else "veiled"
            return msgspec.structs.replace(ruling, card=say(self.lang, f"guard.{key}", name=self._all()))
        if ruling.name in ("identity", "present", "unknowable"):
            named = self.addressed(text)
            name = named[0].name if len(named) == 1 else ""
            key = f"guard.{ruling.name}" if name else f"scene.{ruling.name}"
            ruling = msgspec.structs.replace(ruling, card=say(self.lang, key, name=name or self._all()))
        return ruling

    # -- who answers ----------------------------------------------------------------------------------------------

    def addressed(self, text: str) -> tuple[Member, ...]:
        """Those named in a line, in the order of their names. Names match whole, the longest first: 张三 is not 张三丰."""
        lowered = text.casefold()
        places: dict[int, Member] = {}
        for name, member in sorted(((n.casefold(), m) for m in self.cast for n in m.called), key=lambda x: -len(x[0])):
            edge = rf"(?<![{_LETTER}]){re.escape(name)}(?![{_LETTER}])" if not _HAN.search(name) else re.escape(name)
            for m in re.finditer(edge, lowered):
                places.setdefault(m.start(), member)
            lowered = re.sub(edge, lambda m: "\0" * len(m[0]), lowered)
        return _once([places[at] for at in sorted(places)])

    def order(self, text: str) -> tuple[Member, ...]:
        """Those who are named, and nobody else; else all, first who opened talks most often."""
        usual = sorted(self.cast, key=lambda m: -1.0 if m.initiative is None else m.initiative, reverse=True)
        return self.addressed(text) or tuple(usual)

    # -- what is nobody else's ------------------------------------------------------------------------------------

    def _own(self, member: Member, line: str, made: Exchange) -> Exchange:
        """An answer without a notice of its own, and none at all where it holds what is another's."""
        made = msgspec.structs.replace(made, notice="")
        words = (*made.draft, *(b.words for b in made.echo))
        if any(self.leaks(member, w, line) for w in words):
            return msgspec.structs.replace(made, draft=(), echo=(), label="", wait=None, gaps=())
        return made

    def leaks(self, member: Member, words: str, line: str = "") -> str:
        """What in these words is another's and not this person's; "". What the user said in this line, and the names of
        those present, are nobody's secret."""
        for other in (m for m in self.cast if m is not member):
            for form in other.private:
                if uses(words, form) and not uses(line, form) and not member.wrote(form) and not self._present(form):
                    return form
            if _long(words) and other.holds(words) and not member.holds(words):
                return words
        return ""

    def _present(self, form: str) -> bool:
        return any(uses(name, form) for name in self._known)


def _once(members: Sequence[Member]) -> tuple[Member, ...]:
    seen: list[Member] = []
    for m in members:
        if all(m is not x for x in seen):
            seen.append(m)
    return tuple(seen)


def _long(words: str) -> bool:
    han = len(_HAN.findall(words))
    return han > SHORT_HAN or len(words) - han > SHORT
