"""A chat between two in; what each calls the other out.

Precision before recall, because a wrong pet name hurts. A form counts when it is made from the other's own name, or when
it is a word of love or a title and stands where somebody is spoken to (alone between marks, or after a greeting). A word that
nobody listed counts when it begins as the name does and closes a thought, or follows two different greetings.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

from afterword.measures.counting import spread_out
from afterword.measures.episodes import session_bounds
from afterword.measures.lexicon import entries, lower, trie_pattern
from afterword.measures.tokens import URL
from afterword.model import Kind
from afterword.model.corpus import Conversation, Speaker
from afterword.model.measurement import Measurement

ENOUGH, LEAST, LEAST_SESSIONS = 30, 3, 2
FOUND_LEAST, FOUND_SESSIONS, IN_PLACE = 5, 4, 0.3
FAMILY_LEAST, FAMILY_SESSIONS = 20, 10
SUPPORT, KEEP, LONGEST = 8, 12, 400

_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}\Z")
_LATIN_NAME = re.compile(r"[^\W\d_]{3,}(?:['’-][^\W\d_]+)*")
_BREAK = re.compile(r"[,.!?;:，。！？；：~～…\n()（）\"“”]+")
# What may follow a Chinese form without changing whom it is for: "宝宝呀", "老婆~", "周师傅早".
_CALL_TAIL = r"(?=$|[呀啊哦呢吖嘞～~早晚辛你我在快,，!！?？。.…\s])"


@cache
def listed(section: str) -> tuple[str, ...]:
    """Words of one section of the address lists, all languages; endearments count as pet names."""
    return tuple(dict.fromkeys(entries("address", section) + (entries("endearments") if section == "pet" else ())))


def forms_of(person: Speaker) -> dict[str, str]:
    """Lower-case forms made from a person's own names → the form as shown."""
    out: dict[str, str] = {}
    for name in dict.fromkeys((person.name, *person.names)):
        name = name.strip()
        if _HAN_NAME.match(name):
            given = name[1:] if len(name) < 4 else name[2:]
            made = [name, given] if len(given) > 1 else [name, given * 2]
            for char in dict.fromkeys(given):
                made += [f"{p}{char}" for p in "小阿大老"] + [char * 2]
                made += [char + t for t in listed("title") if not t.isascii()]
            made += [f"{p}{name[0]}" for p in "小阿大老"] + [name[0] + t for t in listed("title") if not t.isascii()]
            out.update({lower(m): m for m in made})
        else:
            for part in _LATIN_NAME.findall(name):
                out.setdefault(part.lower(), part)
    return out


class Seen(msgspec.Struct):
    """Uses of one form: `called` where somebody is spoken to, `all` every one; `after` the greetings it followed."""

    called: int = 0
    all: int = 0
    after: set[str] = msgspec.field(default_factory=set)
    shown: Counter[str] = msgspec.field(default_factory=Counter)
    sessions: set[int] = msgspec.field(default_factory=set)
    places: list[int] = msgspec.field(default_factory=list)

    def note(self, place: int, session: int) -> None:
        self.called += 1
        self.sessions.add(session)
        if not self.places or self.places[-1] != place:
            self.places.append(place)


def measure(conversation: Conversation) -> Iterable[Measurement]:
    lines = conversation.utterances
    n = sum(u.kind == Kind.TEXT and bool(u.text) for u in lines)
    rows = called(conversation) if conversation.direct and n >= ENOUGH else None
    yield Measurement(
        "words.names", rows, "forms", n, minimum=ENOUGH,
        support=tuple(i for r in (rows or [])[:6] for i in r["support"][:2]),
        source="Forms of address (Brown and Gilman 1960, The pronouns of power and solidarity); own lists and places",
        note="At least 3 uses in 2 talks, 5 in 4 for forms that no list holds, 20 in 10 for words for a parent. Nicknames that stand only in mid-sentence are missed.",
    )  # fmt: skip


def called(conversation: Conversation) -> list[dict[str, Any]]:
    """[{"by", "form", "count", "sessions", "support"}], most used first."""
    sides = {s.id: s for s in conversation.speakers if s.id in (conversation.subject, conversation.owner)}
    session_of: list[int] = []
    for number, (first, past) in enumerate(session_bounds(conversation.utterances)):
        session_of += [number] * (past - first)
    rows: list[dict[str, Any]] = []
    for speaker in sides.values():
        other = next((s for s in sides.values() if s.id != speaker.id), None)
        scan = Scan(forms_of(other) if other else {}, forms_of(speaker))
        for place, u in enumerate(conversation.utterances):
            if u.speaker == speaker.id and u.kind == Kind.TEXT and 0 < len(u.text) <= LONGEST:
                scan.read(place, session_of[place], u.text)
        for form, seen in scan.found():
            ids = [conversation.utterances[p].id for p in spread_out(seen.places, SUPPORT)]
            sessions = len(seen.sessions)
            rows.append({"by": speaker.id, "form": form, "count": seen.called, "sessions": sessions, "support": ids})
    rows.sort(key=lambda r: (-r["count"], r["by"], r["form"]))
    return [r for by in sides for r in [r for r in rows if r["by"] == by][:KEEP]]


class Scan:
    """One side's messages, read for what they call the other. `own` and `self_forms`: the other's and the writer's names."""

    def __init__(self, own: dict[str, str], self_forms: dict[str, str]) -> None:
        self.own, self.self_forms = own, self_forms
        self.seen: dict[str, Seen] = defaultdict(Seen)
        self.family = frozenset(listed("family"))
        self.pets = frozenset((*listed("pet"), *listed("title"), *self.family))
        self.nobody = frozenset((*listed("nobody"), *listed("before")))
        greetings = trie_pattern(w for w in listed("before") if w.isascii())
        self.opener = re.compile(rf"({greetings}) (.+)")
        han = [f for f in (*own, *listed("pet"), *self.family) if not f.isascii()]
        self.han = re.compile(trie_pattern(han)) if han else None
        self.stems = {f[:3] for f in own if f.isascii() and len(f) >= 3}

    def read(self, place: int, session: int, text: str) -> None:
        if "http" in text:
            text = URL.sub(" ", text)
        lowered = lower(text)
        spoken = self._slots(lowered)
        for word in _LATIN_NAME.findall(text):
            form = word.lower()
            if form in self.own or form[:3] in self.stems or form in spoken:
                self.seen[form].all += 1
                self.seen[form].shown[word] += 1
                if form in self.own:
                    spoken.add(form)
        if self.han is not None and not lowered.isascii():
            for m in self.han.finditer(lowered):
                if m[0] in self.own or _edge(lowered, m.start(), m.end()):
                    self.seen[m[0]].all += 1
                    shown = text[m.start() : m.end()] if len(text) == len(lowered) else m[0]
                    self.seen[m[0]].shown[shown] += 1
                    spoken.add(m[0])
        for form in spoken:
            self.seen[form].note(place, session)

    def _slots(self, lowered: str) -> set[str]:
        """Latin words that stand where somebody is spoken to: alone between marks, or after a greeting."""
        parts = [p for p in (p.strip() for p in _BREAK.split(lowered)) if p]
        out: set[str] = set()
        for part in parts:
            if len(parts) > 1 and part.isascii():
                out.add(part)
            last = part.rpartition(" ")[2]
            if last[:3] in self.stems:
                out.add(last)
            if m := self.opener.fullmatch(part):
                out.add(m[2])
                self.seen[m[2]].after.add(m[1])
        return {f for f in out if f in self.pets or (" " not in f and len(f) > 2 and f not in self.nobody)}

    def found(self) -> Iterator[tuple[str, Seen]]:
        """(form as mostly written, uses) of what passes."""
        for form, seen in self.seen.items():
            if form in self.self_forms:
                continue
            listed_form = form in self.own or form in self.pets
            nickname = form[:3] in self.stems and seen.called >= IN_PLACE * seen.all
            greeted = len(seen.after) > 1 and seen.called >= IN_PLACE * seen.all
            least, sessions = (LEAST, LEAST_SESSIONS) if listed_form else (FOUND_LEAST, FOUND_SESSIONS)
            if form in self.family:
                least, sessions = FAMILY_LEAST, FAMILY_SESSIONS
            if (listed_form or nickname or greeted) and seen.called >= least and len(seen.sessions) >= sessions:
                yield (seen.shown.most_common(1)[0][0] if seen.shown else form), seen


_AFTER = re.compile(_CALL_TAIL)


def _edge(text: str, start: int, end: int) -> bool:
    """Whether a Chinese pet name stands where somebody is spoken to."""
    opens = start == 0 or text[start - 1] in " ,，.。!！?？~～…\n"
    closes = end == len(text) or text[end] in " ,，.。!！?？~～…\n[" or ord(text[end]) > 0x1F000
    return (opens and _AFTER.match(text, end) is not None) or (closes and start > 0)
