"""From shelves to corpus values: the conversation of a person, single utterances, what stood around them.

In: a vault and a shelf. Out: frozen values of `model`. Conversations are built on demand and not kept: a million
utterances are worth their memory only while they are measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from afterword.app.people import People
from afterword.corpus import parse_utterance_id, utterance_id
from afterword.model import Conversation, Kind, Measurement, Speaker, Utterance
from afterword.store import Shelf, Vault

ROWS = 5
PIECE, PIECES = 7 * 86_400, 6
"""More than so many files of less than a week are one export in pieces: letters, a file for each day or each page."""
FIELDS = "i.key, u.row, u.handle, u.at, u.east, u.text, u.kind"


class Library:
    """Read access to one shelf."""

    def __init__(self, vault: Vault, shelf: Shelf) -> None:
        self.vault, self.shelf = vault, shelf
        self.chat = shelf.get("chat", "00000000")
        self._handles = shelf.handles()
        self._speaker = {h[0]: h[5] for h in self._handles}

    def _utterance(self, r: Sequence[Any]) -> Utterance:
        return Utterance(utterance_id(self.chat, r[0]), self._speaker.get(r[2], ""), r[3], r[5], r[6], r[4], r[1])

    def utterances(self) -> Iterator[Utterance]:
        """Everything somebody said or sent, in time order; system records and recalled words left out."""
        speaker, chat = self._speaker, self.chat
        for key, row, handle, at, east, text, kind in self.shelf.rows():
            who = speaker.get(handle, "")
            if who and kind != Kind.SYSTEM:
                yield Utterance(utterance_id(chat, key), who, at, text, kind, east, row)

    def holding(self, word: str) -> list[Utterance]:
        """Lines that hold a word somewhere, in time order. Reads them all: a moment for a million."""
        rows = self.shelf.rows(word)
        found = (
            Utterance(utterance_id(self.chat, key), self._speaker.get(handle, ""), at, text, kind, east, row)
            for key, row, handle, at, east, text, kind in rows
            if kind != Kind.SYSTEM
        )
        return [u for u in found if u.speaker]

    def conversation(self, subject: str) -> Conversation:
        people = People(self.vault)
        owner = people.owner(None)
        said = tuple(self.utterances())
        ids = list(dict.fromkeys(s for s in self._speaker.values() if s))
        names: dict[str, list[str]] = {}
        for _, _, handle, name, _, speaker in self.shelf.handles():
            if speaker:
                names.setdefault(speaker, []).append(name or handle)
        speakers = tuple(
            Speaker(i, people.name(i), tuple(dict.fromkeys(n for n in names[i] if n)), i == owner) for i in ids
        )
        title, direct = "", True
        for entry in self.vault.shelves():
            if entry["id"] == self.shelf.id:
                title, direct = entry["title"], bool(entry["direct"])
        return Conversation(self.shelf.id, title, direct, owner, subject, speakers, said, covered(self.shelf.spans()))

    def called(self) -> dict[str, tuple[str, ...]]:
        """speaker → every name of theirs, the user's own name for them first."""
        own = self.named()
        out: dict[str, list[str]] = {}
        for _, _, handle, name, _, speaker in self._handles:
            if speaker:
                out.setdefault(speaker, [own[speaker]]).extend(n for n in (handle, name) if n)
        return {s: tuple(dict.fromkeys(n for n in names if n)) for s, names in out.items()}

    def named(self) -> dict[str, str]:
        """speaker → the user's own name for them."""
        people = People(self.vault)
        return {s: people.name(s) for s in {*self._speaker.values()}}

    def names(self) -> tuple[str, ...]:
        exported = [n for h in self._handles for n in (h[2], h[3]) if n]
        return tuple(dict.fromkeys([*(name for s, name in self.named().items() if s), *exported]))

    def fetch(self, rows: Sequence[int]) -> Mapping[int, Utterance]:
        out: dict[int, Utterance] = {}
        wanted = list(dict.fromkeys(rows))
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ",".join("?" * len(part))
            for r in self.shelf.db.execute(
                f"SELECT {FIELDS} FROM utterance u JOIN identity i ON i.row = u.row WHERE u.row IN ({marks})", part
            ):
                out[r[1]] = self._utterance(r)
        return out

    def find(self, id: str) -> Utterance | None:
        """The utterance with a public id, or None."""
        parsed = parse_utterance_id(id)
        if parsed is None or parsed[0] != self.chat:
            return None
        row = self.shelf.row_of(parsed[1])
        return None if row is None else self.fetch([row]).get(row)

    def between(self, start: int, end: int) -> Iterator[Utterance]:
        """What was said from one moment to another, both in it, in time order."""
        self.shelf.by_time()
        for r in self.shelf.db.execute(
            f"SELECT {FIELDS} FROM utterance u JOIN identity i ON i.row = u.row WHERE u.at BETWEEN ? AND ? AND u.kind != ?"
            " ORDER BY u.at, u.row",
            (start, end, int(Kind.SYSTEM)),
        ):
            if (u := self._utterance(r)).speaker:
                yield u

    def around(self, u: Utterance, before: int = 3, after: int = 3) -> tuple[Utterance, ...]:
        """The utterances next to one, in time order, itself included."""
        if not u.at:
            near = list(self.fetch(range(max(1, u.row - before), u.row + after + 1)).values())
            return tuple(sorted(near, key=lambda x: x.row))
        earlier = [*self._earlier(u, before)]
        later = self.shelf.db.execute(
            f"SELECT {FIELDS} FROM utterance u JOIN identity i ON i.row = u.row WHERE (u.at, u.row) > (?, ?)"
            " ORDER BY u.at, u.row LIMIT ?",
            (u.at, u.row, after),
        )
        found = [*reversed(earlier), u, *map(self._utterance, later)]
        return tuple(x for x in found if x.speaker)

    def answered_by(self, u: Utterance) -> tuple[Utterance, ...]:
        """The other's utterances directly before one: what it answers."""
        run: list[Utterance] = []
        for x in self._earlier(u, 8) if u.at else reversed(self.around(u, before=8, after=0)[:-1]):
            if x.speaker == u.speaker:
                break
            run.append(x)
        return tuple(reversed(run))

    def _earlier(self, u: Utterance, most: int) -> Iterator[Utterance]:
        """Before dated words, the latest first; no more is read than is asked for."""
        self.shelf.by_time()
        for r in self.shelf.db.execute(
            f"SELECT {FIELDS} FROM utterance u JOIN identity i ON i.row = u.row WHERE (u.at, u.row) < (?, ?)"
            " ORDER BY u.at DESC, u.row DESC LIMIT ?",
            (u.at, u.row, most),
        ):
            if (x := self._utterance(r)).speaker:
                yield x

    def coverage(self, subject: str) -> dict[str, Any]:
        """Counts and dates: {"utterances", "by_subject", "first", "last", "days", "undated"}."""
        ids = [h for h, s in self._speaker.items() if s]
        marks = ",".join("?" * len(ids))
        n, first, last, undated = self.shelf.db.execute(
            f"""SELECT count(*), min(CASE WHEN at > 0 THEN at END), max(at), sum(at = 0) FROM utterance
                WHERE kind != {int(Kind.SYSTEM)} AND handle IN ({marks})""",
            ids,
        ).fetchone()
        theirs = [h for h, s in self._speaker.items() if s == subject]
        marks = ",".join("?" * len(theirs))
        by = self.shelf.db.execute(
            f"SELECT count(*) FROM utterance WHERE kind != {int(Kind.SYSTEM)} AND handle IN ({marks})", theirs
        ).fetchone()[0]
        return {
            "utterances": n,
            "by_subject": by,
            "first": iso_day(first),
            "last": iso_day(last if last else None),
            "undated": undated or 0,
        }


def covered(files: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """What the (first, last) moments of files cover together, merged where they overlap; () for no more than one span."""
    short = [f for f in files if f[1] - f[0] < PIECE]
    if len(short) > PIECES:
        files = [*(f for f in files if f[1] - f[0] >= PIECE), (min(short)[0], max(z for _, z in short))]
    merged: list[tuple[int, int]] = []
    for first, last in sorted(files):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged) if len(merged) > 1 else ()


def iso(u: Utterance) -> str:
    """ISO 8601 with the writer's offset, "" for undated words."""
    return u.local.isoformat() if u.at else ""


_KINDS = {int(kind): kind.name.lower() for kind in Kind}


def line_shown(u: Utterance, speaker: str) -> dict[str, str]:
    """A line as every answer holds it; `kind`: "text", or what was sent without words: "image", "voice"."""
    return {"id": u.id, "at": iso(u), "speaker": speaker, "kind": _KINDS[u.kind], "text": u.text}


def iso_day(at: int | None, east: int = 0) -> str:
    return datetime.fromtimestamp(at, timezone(timedelta(minutes=east))).date().isoformat() if at else ""


def figure(m: Measurement) -> dict[str, Any]:
    """A measurement as a proof shows it: of a table the first rows, and how many there are."""
    out: dict[str, Any] = msgspec.to_builtins(m)
    if isinstance(m.value, list) and len(m.value) > ROWS:
        out |= {"value": out["value"][:ROWS], "rows": len(m.value)}
    return out
