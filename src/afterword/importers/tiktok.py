"""TikTok's data request: `Direct Messages.txt` or `user_data(_tiktok).json`. In: a path. Out: its records.

The json file names its sections differently every year, so the lists are found by the names nearest to them
("ChatHistory", "CommentsList", "VideoList"). Whose data it is stands in its profile; the text file does not say.
Times are UTC, written out in the text file and implied in the json. A message that is a link to a video has no words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import text_of, undated, unreadable, written
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Kind, Message, Skipped

_CHAT = re.compile(r">>> (Group )?Chat History with (.*?):*\s*\Z")
_KEY = re.compile(r"(?:Group )?Chat History with (.*?):*\s*\Z")
_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?: UTC)? ([^:]{1,100}): ?(.*)\Z", re.S)
_VIDEO = re.compile(r"https?://(?:www\.|vm\.)?tiktokv?\.com/\S+\Z")
_SECTIONS = (
    "Favorite Videos",
    "Video Browsing History",
    "Watch History",
    "Like List",
    "TikTok Shopping",
    "Your Activity",
    "Profile And Settings",
    "App Settings",
    "Direct Message",
    "CommentsList",
)
_OPENING = re.compile(  # a list that is longer than the head hides the other sections
    r'\s*\{\s*"(?:Activity|Your Activity|Ads and data|App Settings|Comment|Direct Messages?|Likes and Favorites)"\s*:\s*\{'
    r'(?:[^{}]|\{\s*\}){0,400}\{\s*(?:"App"\s*:\s*\d+\s*,\s*)?'
    r'"(?:Favorite\w*List|CommentsList|FansList|ItemFavoriteList|VideoList|BlockList|OffTikTokActivityDataList)"\s*:'
)
_PLACES = (
    ("*", "*", "ChatHistory", "*", "*"),
    ("*", "*", "GroupChat", "*", "*"),
    ("*", "*", "CommentsList", "*"),
    ("Comment", "CommentsList", "*"),
    *(
        (top, "*", "VideoList", "*") for top in ("Video", "Videos", "Post", "Posts")
    ),  # elsewhere it lists what was watched
)


class TikTok:
    name = "tiktok"
    version = 1
    title = "TikTok data request (txt, json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if text.lstrip().startswith(">>> ") and re.search(r"^>>> (?:Group )?Chat History with ", text, re.M):
            return Match(1.0, "a TikTok chat heading")
        if not text.lstrip().startswith("{"):
            return None
        if '"ChatHistory"' in text and '"Chat History with' in text:
            return Match(1.0, "TikTok chat history")
        if sum(f'"{m}"' in text for m in _SECTIONS) >= 3 or _OPENING.match(text):
            return Match(0.9, "sections of TikTok's data")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        if _is_json(path):
            yield FileFacts(encoding="utf-8", zone="instant")
            yield from _json(path, options)
        else:
            encoding = encoding_of(path, options.encoding)
            yield FileFacts(encoding, zone="instant")
            yield from _text(path, encoding)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        seen: dict[str, bool] = {}
        if _is_json(path):
            try:
                for where, _ in stream(path, *_PLACES[:2], encoding=options.encoding):
                    if len(where) == 5:
                        seen.setdefault(_name(str(where[3])), where[2] == "GroupChat")
            except JsonCut:
                pass  # the cut is reported when the messages are read
        else:
            for _, line in lines(path, encoding_of(path, options.encoding)):
                if line.startswith(">>> ") and (m := _CHAT.match(line)):
                    seen.setdefault(m[2], bool(m[1]))
        for name, group in seen.items():
            yield ChatRef(name, name, not group, "tiktok", "" if group else name, "" if group else name)


def _is_json(path: Path) -> bool:
    with path.open("rb") as f:
        return head_text(f.read(4096)).lstrip()[:1] == "{"


def _name(key: str) -> str:
    m = _KEY.match(key)
    return m[1] if m else key


def _moment(value: Any) -> float | None:
    try:
        at = datetime.fromisoformat(text_of(value).removesuffix(" UTC"))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _said(where: str, at: float, who: str, text: str, mine: bool | None, chat: str, raw: str = "") -> Message:
    if _VIDEO.match(text):
        return Message(where, at, who, "", Kind.LINK, "", mine, chat, attachments=(Attachment(text),))
    return Message(where, at, who, text, Kind.TEXT if text else Kind.UNKNOWN, "", mine, chat, raw="" if text else raw)


def _text(path: Path, encoding: str) -> Iterator[Record]:
    chat, start = "", 0
    head: re.Match[str] | None = None
    body: list[str] = []

    def close() -> Iterator[Record]:
        nonlocal head, body
        while body and not body[-1].strip():
            body.pop()
        if head is not None:
            text = "\n".join([head[3], *body])
            at = _moment(head[1])
            if at is None:
                yield Skipped(f"line {start}", "no-date", f"{head[0]}"[:500])
            else:
                yield _said(f"line {start}", at, head[2], text, None, chat, head[0][:2000])
        elif body:
            yield Skipped(f"line {start}", "before-first-header", "\n".join(body)[:500])
        head, body = None, []

    for number, line in lines(path, encoding):
        if line.startswith(">>> ") and (named := _CHAT.match(line)):
            yield from close()
            chat, start = named[2], number + 1
        elif line[:2] in ("20", "19") and (m := _LINE.match(line)):
            yield from close()
            head, start = m, number
        elif head is not None or line.strip():
            body.append(line)
    yield from close()


def _json(path: Path, options: Options) -> Iterator[Record]:
    owner = ""
    try:
        for where, value in stream(path, ("*", "*", "ProfileMap"), encoding=options.encoding):
            if where[-1:] == ("ProfileMap",) and isinstance(value, dict):
                owner = text_of(value.get("userName"))
                break
    except JsonCut:
        pass
    try:
        for where, value in stream(path, *_PLACES, encoding=options.encoding):
            if len(where) == 5 and where[2] in ("ChatHistory", "GroupChat"):
                yield _message(value, pointer(where), _name(str(where[3])), owner)
            elif len(where) > 2 and where[-2] in ("CommentsList", "VideoList"):
                yield _keepsake(value, pointer(where), owner)
    except JsonCut as e:
        yield cut(e)


def _message(m: Any, where: str, chat: str, owner: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    at, who = _moment(m.get("Date")), text_of(m.get("From"))
    if at is None:
        return undated(where, m)
    raw = written(m)
    return _said(where, at, who, text_of(m.get("Content")), who == owner if owner and who else None, chat, raw)


def _keepsake(m: Any, where: str, owner: str) -> Keepsake | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    fields = {k.lower(): v for k, v in m.items()}
    link = text_of(fields.get("link")) or text_of(fields.get("url"))
    return Keepsake(
        where,
        "post",
        _moment(fields.get("date")),
        author=owner,
        mine=True,
        title=text_of(fields.get("title")),
        text=text_of(fields.get("comment")),
        attachments=(Attachment(link),) if link else (),
    )


importer = TikTok()
