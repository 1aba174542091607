"""What Guide says where no line of the person's may stand: after a crisis, to a veiled line, to grief that nothing fits.
In: the user's line. Out: sentences of the neutral voice.

What was asked and said is found in the lines of the talk themselves, so that a host, which starts anew with every line and
hands on the lines before it, hears the same Guide as somebody at the prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from afterword import guard
from afterword.memory.acts import acts
from afterword.texts import say

PHRASINGS = 3
"""Ways to say one thing, in turn: the same sentence twice is a machine's."""
LATELY = 2
"""Lines in which a question still stands: Guide's own, and the user's before it."""


class Guide:
    """`name`: of the person who is simulated, or of all of them. `asked`: which question still waits for its answer, "" for none."""

    def __init__(self, lang: str, name: str, country: str | None = None) -> None:
        self.lang, self.name, self.country = lang, name, country
        self.asked = ""
        self._said: list[str] = []

    def say(self, key: str, **values: object) -> str:
        return say(self.lang, f"talk.{key}", name=self.name, **values)

    def carry(self, history: Sequence[str]) -> None:
        """Go on from lines that somebody else kept, of all voices."""
        self._said += history
        cards = {key: say(self.lang, f"guard.{key}", name=self.name) for key in ("veiled", "light", "hit")}
        self.asked = next((key for line in history[-LATELY:] for key, card in cards.items() if card in line), "")

    def first_time(self, sentence: str) -> bool:
        """Whether this was not said yet; it counts as said."""
        said = any(sentence in line for line in self._said)
        self._said.append(sentence)
        return not said

    # -- after a question -------------------------------------------------------------------------------------------

    def heard(self, ruling: guard.Ruling, text: str) -> guard.Ruling:
        """The ruling on a line that may answer Guide's question: a yes to it is a crisis, or violence; a no is `veiled` and
        thanked for."""
        asked, self.asked = self.asked, ruling.why if ruling.name == "veiled" else ""
        if not asked or ruling.name != "pass":
            return ruling
        answer = guard.hurt(text) if asked == "hit" else guard.meant(text)
        if answer == "unsafe" and asked == "hit":
            return guard.Ruling("violence", "answered", (text,), say(self.lang, "guard.violence", name=self.name))
        if answer == "unsafe":
            return guard.Ruling("crisis", "answered", (text,), guard.crisis_card(self.lang, self.name))
        if answer:
            return guard.Ruling("veiled", "answered", (text,), self.say("veiled_no"))
        return ruling

    def resting(self, text: str, today: date) -> str:
        """While the simulation is silent after a crisis, every line may answer the card: "are you safe?"."""
        answer = guard.safe_now(text)
        if answer == "unsafe":
            helplines = guard.help_now(self.lang, self.country, today, of="crisis", urgent=True)
            return f"{self.say('resting_unsafe')}\n\n{helplines}"
        if answer:
            return self.say(f"resting_{answer}")
        return f"{self.say('resting')}\n{guard.first_help(self.lang, self.country, today)}"

    # -- where nothing fits -------------------------------------------------------------------------------------------

    def nothing_fits(self, text: str) -> str:
        kind = guard.grieves(text)
        if kind is None:
            return self.say("no_hello" if acts(text) == ("greet",) else "nothing_fits")
        ways = [self.say(f"{kind}_{i}") for i in range(1, PHRASINGS + 1)]
        said = min(ways, key=lambda way: sum(way in line for line in self._said))
        self._said.append(said)
        return said
