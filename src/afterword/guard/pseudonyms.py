"""Third people stay at home. In: text, and the names of people who are not part of the talk. Out: the same text with
names, numbers and addresses as tokens («P1», «phone2»; «人1», «电话2»), and the way back, letter by letter.

A token stands for one exact spelling, since only then is the way back exact; other spellings of the same person share
its number («P1.2»). Text that already looks like a token is a find like any other and gets a token of its own, so
nothing that a chat or a model writes can be mistaken for somebody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from afterword.guard.private import folded, spans

KINDS = {
    "en": {"person": "P", "mail": "mail", "phone": "phone", "handle": "account", "id": "number", "card": "card", "address": "address", "text": "text"},
    "zh": {"person": "人", "mail": "邮箱", "phone": "电话", "handle": "账号", "id": "号码", "card": "卡", "address": "地址", "text": "文字"},
}  # fmt: skip
_WORDS = "|".join(sorted({w for kinds in KINDS.values() for w in kinds.values()}, key=len, reverse=True))
TOKEN = re.compile(rf"«(?:{_WORDS})\d{{1,6}}(?:\.\d{{1,6}})?»")
LONGEST = 32
"""No token is longer, so an opened « further back than this is just a «."""

_SPACED = r"[^\W\d_\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
"""Letters of scripts that set their words apart. Elsewhere a name has no edge that could be looked for."""
_LEFT = rf"(?:(?<!{_SPACED})|(?<=\\[nrtbf]))"
"""No letter before it; the n of a \\n in JSON is none."""
_RIGHT = rf"(?=(?:'?s)?(?!{_SPACED}))"


class Restorer:
    """Puts the words back into a text that comes in pieces; keeps back what may be the beginning of a token."""

    def __init__(self, show: Callable[[str], str]) -> None:
        self._show, self._kept = show, ""

    def feed(self, piece: str) -> str:
        text = self._kept + piece
        opened = text.rfind("«")
        whole = opened < 0 or "»" in text[opened:] or len(text) - opened > LONGEST
        cut = len(text) if whole else opened
        self._kept = text[cut:]
        return self._show(text[:cut])

    def rest(self) -> str:
        text, self._kept = self._kept, ""
        return self._show(text)


class Pseudonyms:
    """roster  people, each with all the names and aliases they go by; the first is the main one
    known      token → words, as an earlier talk of the same persona left it
    learned    called with each new token and its words, to be kept
    """

    def __init__(
        self,
        roster: Sequence[Sequence[str]] = (),
        *,
        lang: str = "en",
        known: Mapping[str, str] | None = None,
        learned: Callable[[str, str], None] = lambda token, words: None,
    ) -> None:
        self._labels, self._learned = KINDS[lang], learned
        self._words: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._last: dict[str, int] = {}
        self._main = {_key(alias): names[0] for names in reversed(roster) for alias in names if _key(alias)}
        self._names = _pattern([alias for names in roster for alias in names])
        for token, words in (known or {}).items():
            self._enter(token, words)

    def hide(self, text: str) -> tuple[str, int]:
        """The text as it may go, and how many places were replaced."""
        line, at = folded(text)
        found = [(*m.span(), "text") for m in TOKEN.finditer(text)]
        found += [(at[a], _end(at, z), kind) for a, z, kind in spans(text, line, at)]
        if self._names:
            found += [(at[m.start()], _end(at, m.end()), "person") for m in self._names.finditer(line)]
        out, done = [], 0
        for a, z, kind in (joined := _joined(found)):
            out += [text[done:a], self._token(kind, text[a:z])]
            done = z
        return "".join([*out, text[done:]]), len(joined)

    def show(self, text: str) -> str:
        """The text with every token of ours as the words it stands for."""
        return TOKEN.sub(lambda m: self._words.get(m[0], m[0]), text)

    def restorer(self) -> Restorer:
        return Restorer(self.show)

    # -- tokens ---------------------------------------------------------------------------------------------------

    def _token(self, kind: str, words: str) -> str:
        if words in self._tokens:
            return self._tokens[words]
        label = self._labels[kind]
        main = self._main.get(_key(words)) if kind == "person" else None
        if main is None:
            return self._new(f"«{label}{self._last.get(label, 0) + 1}»", words)
        if main not in self._tokens:
            self._new(f"«{label}{self._last.get(label, 0) + 1}»", main)
        stem = self._tokens[main].strip("«»")
        if words == main:
            return self._tokens[main]
        return self._new(f"«{stem}.{self._last.get(stem, 1) + 1}»", words)

    def _new(self, token: str, words: str) -> str:
        self._enter(token, words)
        self._learned(token, words)
        return token

    def _enter(self, token: str, words: str) -> None:
        self._words[token], self._tokens[words] = words, token
        stem, _, number = re.sub(r"(\d+)»$", r" \1", token.strip("«")).rpartition(" ")
        stem = stem.removesuffix(".")
        self._last[stem] = max(self._last.get(stem, 0), int(number))


def _key(name: str) -> str:
    return "".join(c for c in folded(name)[0] if c.isalnum())


def _end(at: list[int], stop: int) -> int:
    """Where the original character ends that the folded character before `stop` came from."""
    return next((i for i in at[stop:] if i > at[stop - 1]), at[-1])


def _joined(found: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Finds that overlap are one, of the kind of the first: no half of a name stays behind."""
    out: list[tuple[int, int, str]] = []
    for a, z, kind in sorted(found, key=lambda f: (f[0], -f[1])):
        if out and a < out[-1][1]:
            out[-1] = (out[-1][0], max(z, out[-1][1]), out[-1][2])
        else:
            out.append((a, z, kind))
    return out


def _pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """All names, the longest first. Width and case are folded; the parts of a name may stand apart in any way."""
    rows = {row for name in names if (row := _row(name))}
    return re.compile("|".join(sorted(rows, key=lambda r: (-len(r), r)))) if rows else None


def _row(name: str) -> str:
    line = folded(name)[0]
    parts = re.findall(rf"{_SPACED}+|\d+|[^\W_]", line)
    key = "".join(parts)
    spaced = re.compile(_SPACED)
    if not key or (len(key) == 1 and spaced.match(key)):
        return ""  # a single letter is a word of its own in too many languages
    left = _LEFT if spaced.match(key[0]) else ""
    right = _RIGHT if spaced.match(key[-1]) else ""
    return left + r"[^\w\n]{0,3}_?".join(re.escape(p) for p in parts) + right
