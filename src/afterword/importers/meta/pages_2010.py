"""Facebook's `messages.htm` of 2010 to 2018, and the page for each thread that followed it. In: a page's tree.

Out: one record for each message. All threads lie in one page; a thread is cut every ten thousand messages and goes on
as another one with the same people. Moments carry their offset from UTC, or an abbreviation that several zones share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from afterword.importers.meta.times import Stamp, stamp
from afterword.importers.meta.words import Spoken
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

_ZONE = re.compile(r"\s+(?:(UTC|GMT)(?:([+-])(\d{1,2})(?::?(\d\d))?)?|[A-Z]{2,5}(?:[+-]\d{1,4})?)\s*\Z")
_HEADER = re.compile(r'class="message_header"')
_LISTED = re.compile(r"\s*[^\W\d_]+\s*[:：]\s*")


def fits(text: str) -> bool:
    """Whether a page's beginning has this form."""
    return bool(_HEADER.search(text)) and 'class="thread"' in text and 'class="meta"' in text


def moment(text: str) -> tuple[Stamp | None, int | None]:
    """(the moment, its offset from UTC in minutes where it says one)."""
    offset: int | None = None
    if m := _ZONE.search(text):
        if m[1]:
            minutes = int(m[3] or 0) * 60 + int(m[4] or 0)
            offset = -minutes if m[2] == "-" else minutes
        text = text[: m.start()]
    text = " ".join(text.split())
    found = stamp(text) or stamp(text.partition(" ")[2])  # the day of the week stands in front
    return (found if found and not found.open else None), offset


def read(tree: Any, encoding: str, cut: bool) -> Iterator[Message | Skipped | FileFacts]:
    """Every message; where the page is cut, the last is not whole."""
    last: Message | Skipped | FileFacts | None = None
    for record in Threads(tree).read(encoding):
        if last is not None:
            yield last
        last = record
    if cut and isinstance(last, Message | Skipped):
        yield Skipped(last.locator, "truncated", last.raw or getattr(last, "text", ""))
    elif last is not None:
        yield last


class Threads:
    """The threads of a page and whose page it is."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self.threads: list[tuple[str, list[str], list[tuple[str, str, str, str]]]] = []
        heading = tree.css_first(".contents h1")
        self.owner = " ".join(heading.text().split()) if heading else ""
        for thread in tree.css(".thread"):
            self.threads.append(_thread(thread))
        if not self.owner or self.owner.startswith("Conversation "):
            self.owner = self._left_over()

    def _left_over(self) -> str:
        """A thread's own page lists everybody but the owner, so who writes besides them is the owner."""
        found = {s for _, people, said in self.threads for s, _, _, _ in said if people and s not in people}
        return found.pop() if len(found) == 1 else ""

    def read(self, encoding: str) -> Iterator[Message | Skipped | FileFacts]:
        moments = {when: moment(when) for _, _, said in self.threads for _, when, _, _ in said}
        instant = all(offset is not None for found, offset in moments.values() if found)
        yield FileFacts(encoding, zone="instant" if instant else "local")
        for t, (_, people, said) in enumerate(self.threads, 1):
            key = self.key(people, said)
            spoken = Spoken({*people, *(s for s, _, _, _ in said)})
            for n, (sender, when, text, raw) in enumerate(said, 1):
                where = f"thread:{t} message:{n}"
                found, offset = moments[when]
                clock = found.text("") if found else None
                if clock is None:
                    yield Skipped(where, "no-date", raw)
                    continue
                at = _epoch(clock, offset) if instant and offset is not None else clock
                mine = sender == self.owner if self.owner and sender else None
                told = spoken.told(text, sender, False) if text else None
                if told in (Kind.SYSTEM, Kind.POLL):
                    yield Message(where, at, "", text, Kind.SYSTEM, "", None, key)
                elif told is not None:
                    yield Message(where, at, sender, "", told, "", mine, key)
                elif text:
                    yield Message(where, at, sender, text, Kind.TEXT, "", mine, key)
                else:  # a picture or a sticker, which these pages leave out
                    yield Message(where, at, sender, "", Kind.UNKNOWN, "", mine, key, raw=raw)

    def key(self, people: list[str], said: list[tuple[str, str, str, str]]) -> str:
        inside = {*people, *(s for s, _, _, _ in said if not people)} - {self.owner}
        return ", ".join(sorted(inside)) or self.owner

    def chats(self) -> Iterator[ChatRef]:
        seen: set[str] = set()
        for title, people, said in self.threads:
            key = self.key(people, said)
            if key not in seen:
                seen.add(key)
                others = {*people, *(s for _, p, rows in self.threads if p == people for s, _, _, _ in rows if s)} - {
                    self.owner
                }
                direct = len(others) == 1 if self.owner else None
                other = next(iter(others)) if direct else ""
                yield ChatRef(key, title or key, direct, "facebook", other, other)


def _epoch(clock: str, offset: int) -> float:
    from datetime import datetime

    return datetime.fromisoformat(clock + "+00:00").timestamp() - offset * 60


def _thread(thread: Any) -> tuple[str, list[str], list[tuple[str, str, str, str]]]:
    """(title, people, [(sender, moment, text, raw)])."""
    title, names = "", ""
    said: list[tuple[str, str, str, str]] = []
    texts: list[str] = []
    head: tuple[str, str, str] | None = None
    node = thread.child
    while node is not None:
        if node.tag == "-text":
            if head is None:
                names += node.text() or ""
        elif node.tag in ("h1", "h2", "h3"):
            title = " ".join(node.text().split())
        elif node.css_first(".message_header") is not None:
            if head:
                said.append((*head[:2], "\n".join(t for t in texts if t), head[2]))
            user, when = node.css_first(".user"), node.css_first(".meta")
            sender = " ".join(user.text().split()) if user else ""
            head, texts = (sender, when.text() if when else "", (node.html or "")[:2000]), []
        elif head:
            texts.append(_words(node))
        node = node.next
    if head:
        said.append((*head[:2], "\n".join(t for t in texts if t), head[2]))
    people = [p.strip() for p in _LISTED.sub("", names, count=1).replace("\n", " ").split(",") if p.strip()]
    return title, people, said


def _words(node: Any) -> str:
    for line in node.css("br"):
        line.replace_with("\n")
    return (node.text() or "").strip()
