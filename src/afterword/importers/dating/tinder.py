"""Tinder's `data.json`. In: a path. Out: a record for each message the owner sent; the matches' words are not given.

A match has no name, only "Match 12". Texts are HTML-escaped, moments are written as in mail ("Sat, 06 Apr 2024
09:11:12 GMT").
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import undated, unreadable, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

_KINDS = {
    "gif": Kind.IMAGE,
    "image": Kind.IMAGE,
    "sticker": Kind.STICKER,
    "contact_card": Kind.CONTACT,
    "audio": Kind.VOICE,
}


class Tinder:
    name = "tinder"
    version = 1
    title = "Tinder (data.json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if not text.lstrip().startswith("{"):
            return None
        if '"match_id"' in text and '"sent_date"' in text:
            return Match(1.0, "Tinder's matches and sent messages")
        if '"Usage"' in text and ('"app_opens"' in text or '"swipes_likes"' in text):
            return Match(1.0, "Tinder's usage figures")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts(encoding="utf-8", zone="instant")
        chat, at = "", -1
        try:
            for where, value in stream(path, ("Messages", "*", "messages", "*"), encoding=options.encoding):
                if where[:1] != ("Messages",) or len(where) < 2 or not isinstance(where[1], int):
                    continue
                if where[1] != at:
                    at, chat = where[1], f"#{where[1]}"
                if where[2:] == ("match_id",):
                    chat = value if isinstance(value, str) and value else chat
                elif len(where) == 4 and where[2] == "messages":
                    yield _record(value, pointer(where), chat)
                elif len(where) == 2:
                    yield Skipped(pointer(where), "unreadable", str(value)[:500])
        except JsonCut as e:
            yield cut(e)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        keys = dict.fromkeys(r.chat for r in self.read(path, options) if isinstance(r, Message))
        for key in keys:
            yield ChatRef(key, key, True, "tinder", one_sided=True)


def _moment(raw: Any) -> float | None:
    if not isinstance(raw, str):
        return None
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(raw)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def _record(m: Any, where: str, chat: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at = _moment(m.get("sent_date"))
    if at is None:
        return undated(where, m)
    said, who = m.get("message"), m.get("from")
    text = html.unescape(said) if isinstance(said, str) else ""
    mine = not isinstance(who, str) or who in ("You", "")
    handle = "" if mine else str(who)
    kind = _KINDS.get(str(m.get("type") or ""))
    if kind is not None and (not text or text.startswith(("http://", "https://"))):
        return Message(where, at, handle, "", kind, "", mine, chat, attachments=(Attachment(text),))
    raw = "" if text else written(m)
    return Message(where, at, handle, text, Kind.TEXT if text else Kind.UNKNOWN, "", mine, chat, raw=raw)


importer = Tinder()
