"""Hinge's `matches.json` and `prompts.json`. In: a path. Out: messages and comments the owner sent; answers to prompts.

Only the owner's side is given and no match has a name. A match is known by its earliest moment, which stays the same in
a later request; its place in the list does not. Moments carry no zone and are taken as wall-clock text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import list_of, text_of, undated, unreadable, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Kind, Message, Skipped

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]([01]\d|2[0-3])(:[0-5]\d:[0-5]\d)(?:\.\d+)?Z?\Z")
_LISTS = ("match", "chats", "like", "block", "we_met", "voice_notes")


class Hinge:
    name = "hinge"
    version = 1
    title = "Hinge (matches.json, prompts.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if not re.match(r"\s*\[\s*\{", text):
            return None
        if '"timestamp"' in text and (
            ('"block_type"' in text and '"block"' in text)
            or ('"chats"' in text and '"body"' in text and '"match"' in text)
            or ('"we_met"' in text and '"did_meet_subject"' in text)
            or re.match(r'\s*\[\s*\{\s*"(?:like|match|chats)"\s*:\s*\[\s*\{\s*"(?:timestamp|body)"', text)
        ):
            return Match(0.95, "Hinge's matches")
        if '"prompt"' in text and '"user_updated"' in text:
            return Match(0.95, "Hinge's prompts")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(encoding="utf-8", zone="local")
        try:
            for where, value in stream(path, ("*",), encoding=options.encoding):
                yield from _element(value, pointer(where) or "/")
        except JsonCut as e:
            yield cut(e)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        keys = dict.fromkeys(r.chat for r in self.read(path, options) if isinstance(r, Message))
        for key in keys:
            yield ChatRef(key, key, True, "hinge", one_sided=True)


def _moment(value: Any) -> str | None:
    m = _MOMENT.match(value) if isinstance(value, str) else None
    return f"{m[1]}T{m[2]}{m[3]}" if m else None


def _element(thread: Any, where: str) -> Iterator[Message | Keepsake | Skipped]:
    if not isinstance(thread, dict):
        yield unreadable(where, thread)
        return
    if "prompt" in thread:
        text, options = thread.get("text"), thread.get("options")
        if not text and isinstance(options, list):  # a poll
            text = "\n".join(o for o in options if isinstance(o, str))
        yield Keepsake(
            where,
            "post",
            _moment(thread.get("created")),
            mine=True,
            title=str(thread.get("prompt") or ""),
            text=text_of(text),
        )
        return
    moments = [
        m
        for name in _LISTS
        for row in list_of(thread.get(name))
        if isinstance(row, dict) and (m := _moment(row.get("timestamp")))
    ]
    chat = min(moments, default="")
    for i, row in enumerate(list_of(thread.get("like"))):
        if isinstance(row, dict):
            yield from _like(row, f"{where}/like/{i}", chat)
    for name in ("chats", "voice_notes"):
        for i, row in enumerate(list_of(thread.get(name))):
            yield _said(row, f"{where}/{name}/{i}", chat, voice=name == "voice_notes")


def _like(row: dict[str, Any], where: str, chat: str) -> Iterator[Message]:
    """A like is no message; words sent with it are."""
    places = [(where, row)]
    for name in ("like", "content"):
        held = row.get(name)
        if isinstance(held, str) and held[:1] == "[":  # the list as a text
            try:
                held = json.loads(held)
            except (ValueError, RecursionError):
                continue
        places += [(f"{where}/{name}/{i}", r) for i, r in enumerate(list_of(held)) if isinstance(r, dict)]
    for place, holder in places:
        words, at = holder.get("comment"), _moment(holder.get("timestamp")) or _moment(row.get("timestamp"))
        if isinstance(words, str) and words and at:
            yield Message(place, at, "", words, Kind.TEXT, "", True, chat)


def _said(row: Any, where: str, chat: str, *, voice: bool) -> Message | Skipped:
    if not isinstance(row, dict):
        return unreadable(where, row)
    at = _moment(row.get("timestamp"))
    if at is None:
        return undated(where, row)
    if voice:
        files = (Attachment(text_of(row.get("url"))),)
        return Message(where, at, "", "", Kind.VOICE, "", True, chat, attachments=files)
    text = text_of(row.get("body"))
    raw = "" if text else written(row)
    return Message(where, at, "", text, Kind.TEXT if text else Kind.UNKNOWN, "", True, chat, raw=raw)


importer = Hinge()
