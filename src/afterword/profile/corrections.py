"""What corrections leave in force. In: notes, oldest first. Out: words ta would not say, words ta would say instead.

Nothing is ever taken back by the machine: where two corrections contradict each other both stay in the history, and the
later one counts. Words are found whole: who never says "ok" may still write "book", but a laugh is the same laugh when
it is longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Protocol

import msgspec

from afterword.measures.counting import spread_out
from afterword.measures.voice import LAUGHTER
from afterword.model import Kind, Quote, Utterance

SHOWN = 12
"""Quotes of a use, spread from the first to the last."""
_WORD = "a-z0-9\u00c0-\u1fff"
"""Letters of scripts that are written with spaces; an ideograph is a border to them."""


def _plain(text: str, exact: bool) -> str:
    return (text if exact else text.casefold()).replace("’", "'")


@cache
def _pattern(words: str, exact: bool) -> re.Pattern[str]:
    plain = _plain(words, exact)
    body = r"\s+".join(re.escape(part) for part in plain.split()) or "(?!)"
    lowered = plain.casefold()
    letters = f"{_WORD}A-Z" if exact else _WORD
    before = rf"(?<![{letters}])" if re.match(f"[{_WORD}]", lowered.strip()) else ""
    after = rf"(?![{letters}])" if re.search(f"[{_WORD}]$", lowered.strip()) else ""
    return re.compile(before + body + after)


def uses(text: str, words: str, *, exact: bool = False) -> int:
    """How often a text holds these words, whole, in any case unless `exact`."""
    if words.isascii() and LAUGHTER.fullmatch(laugh := _plain(words.strip(), False)):
        return sum(laugh in m[0] for m in LAUGHTER.finditer(_plain(text, False)))
    return sum(1 for _ in _pattern(words, exact).finditer(_plain(text, exact)))


class Correction(Protocol):
    """What is read of a note (state.Note)."""

    @property
    def id(self) -> str: ...

    @property
    def words(self) -> str: ...

    @property
    def instead(self) -> str: ...


class Rule(msgspec.Struct, frozen=True):
    """Words that ta would not say (`never`), words that ta would (`says`), or both: one instead of the other."""

    note: str
    never: str = ""
    says: str = ""

    @property
    def exact(self) -> bool:
        """Only the case is corrected: never "OK", but "ok"."""
        return bool(self.never and self.says) and _same(self.never, self.says)


def _same(a: str, b: str) -> bool:
    return _plain(" ".join(a.split()), False) == _plain(" ".join(b.split()), False)


class Standing(msgspec.Struct, frozen=True):
    """`rules`, oldest first; `overruled`: note → the later note that says otherwise."""

    rules: tuple[Rule, ...] = ()
    overruled: dict[str, str] = {}

    @property
    def never(self) -> tuple[str, ...]:
        return tuple(r.never for r in self.rules if r.never)

    @property
    def says(self) -> tuple[tuple[str, str], ...]:
        """(instead of what, "" for nothing in particular; the words)."""
        return tuple((r.never, r.says) for r in self.rules if r.says)

    def barred(self, text: str) -> str:
        """The words in this text that ta would not say, "" if there are none. "baby girl" passes a "never baby" when the
        user said later that ta does say it."""
        for r in self.rules:
            if r.never and uses(text, r.never, exact=r.exact):
                rest = _plain(text, r.exact)
                for _, says in self.says:
                    if uses(says, r.never, exact=r.exact):
                        rest = _pattern(says, r.exact).sub(" ", rest)
                if uses(rest, r.never, exact=r.exact):
                    return r.never
        return ""

    def wanted(self, text: str) -> bool:
        """Whether a text holds words that ta would say instead of others."""
        return any(uses(text, says) for never, says in self.says if never)


def standing(notes: Iterable[Correction]) -> Standing:
    rules: list[Rule] = []
    overruled: dict[str, str] = {}
    for n in notes:
        never, says = n.words.strip(), n.instead.strip()
        kept = []
        for r in rules:
            no_longer_never = bool(says and r.never) and _same(r.never, says)
            no_longer_said = bool(never and r.says) and not _same(never, says) and uses(r.says, never) > 0
            if no_longer_never or no_longer_said:
                overruled[r.note] = n.id
            left = Rule(r.note, "" if no_longer_never else r.never, "" if no_longer_said else r.says)
            again = _same(left.never, never) and _same(left.says, says)
            if (left.never or left.says) and not again:
                kept.append(left)
        rules = [*kept, Rule(n.id, never, says)] if never or says else kept
    return Standing(tuple(rules), overruled)


# -- against the log ----------------------------------------------------------------------------------------------------


class Weighed(msgspec.Struct, frozen=True):
    """Uses of some words in the records. `n`: by ta, `others`: by everybody else, `messages`: that ta wrote at all;
    `quotes`: messages of ta's that hold them."""

    words: str
    n: int
    others: int
    messages: int
    first: str
    last: str
    quotes: tuple[Quote, ...] = ()

    @property
    def share(self) -> float | None:
        """Ta's part of all uses; None where there are none."""
        return round(self.n / (self.n + self.others), 4) if self.n + self.others else None


def weigh(words: str, said: Sequence[Utterance], subject: str, *, exact: bool = False) -> Weighed:
    """Words are counted as often as they stand there; nobody's pictures and no system line is searched."""
    n = others = messages = 0
    found: list[Utterance] = []
    for u in said:
        if u.kind != Kind.TEXT:
            continue
        own = u.speaker == subject
        messages += own
        if here := uses(u.text, words, exact=exact):
            n, others = n + here * own, others + here * (not own)
            found += [u] * own
    days = [f"{u.local:%Y-%m-%d}" for u in found if u.at]
    quotes = tuple(Quote(found[i].id, found[i].text) for i in spread_out(range(len(found)), SHOWN))
    return Weighed(words, n, others, messages, days[0] if days else "", days[-1] if days else "", quotes)
