"""WeFlow's WeChat json (its arkme-json and its API's answers too), EchoTrace's and CipherTalk's. In: a path. Out: a
record for each message.

The Chinese `type` says what a record is; `localType` is asked only where the name says nothing. Quoted words stand in
fields of their own and are repeated behind the speaker's; they never become the speaker's. In arkme-json a message has
a number for its sender, and the senders stand in a list before the messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import dict_of, undated, unreadable, word_of, written
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import ANY, JsonCut, cut, pointer
from afterword.importers.wechat_exports._json import facts, streamed
from afterword.importers.wechat_exports._words import (
    kind_of_label,
    kind_of_number,
    moment,
    old_quote,
    spoken,
    told,
    without_quote,
    yes,
)
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

APP_KINDS = {
    "red-packet": Kind.TRANSFER,
    "transfer": Kind.TRANSFER,
    "chat-record": Kind.FORWARD,
    "solitaire": Kind.FORWARD,
    "announcement": Kind.SYSTEM,
    "file": Kind.FILE,
    "quote": Kind.TEXT,
}
MEDIA = (Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.STICKER, Kind.FILE)
FILE_PATH = re.compile(r"[^\n\"<>|]{0,300}[\\/][^\\/\n]{1,200}\.\w{2,5}$")
Senders = dict[int, tuple[str, str]]


class WeflowJson:
    name = "weflow_json"
    version = 1
    title = "WeChat by WeFlow, EchoTrace or CipherTalk (json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if not text.lstrip().startswith("{") or '"chatlab"' in text[:400]:
            return None
        if '"weflow"' in text and '"session"' in text:
            return Match(1.0, "WeFlow header")
        if '"session"' in text and ('"isSend"' in text or '"senderUsername"' in text or '"wxid"' in text):
            return Match(0.95, "session and WeChat message fields")
        answer = '"talker"' in text[:500] and all(f'"{k}"' in text for k in ("messages", "localId", "createTime"))
        if answer and ('"senderUsername"' in text or '"isSelf"' in text):
            return Match(0.9, "WeFlow's API")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield facts(path, options)
        senders: Senders = {}
        owner, n = "", 0
        try:
            for where, value in streamed(path, options, ("session",), ("senders", ANY), ("messages", ANY)):
                if where[:1] == ("messages",) and len(where) == 2:
                    if isinstance(value, dict) and "senderID" in value and not senders:
                        senders = _senders(path, options)
                    yield _record(value, pointer(where), senders, owner)
                    n += 1
                elif where[:1] == ("senders",):
                    _sender(value, senders)
                elif where == ("session",) and isinstance(value, dict):
                    owner = word_of(value.get("ownerId"))
        except JsonCut as e:
            yield cut(e, f"/messages/{n}")

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        about: dict[str, Any] = {}
        try:
            for where, s in streamed(path, options, ("session",)):
                if where == ("session",):
                    yield _chat(dict_of(s), path.stem)
                    return
                if where in (("talker",), ("chatName",)):
                    about["wxid" if where[0] == "talker" else "displayName"] = s
        except JsonCut:
            pass  # the place is reported when the messages are read
        account = word_of(about.get("wxid"))
        about["isGroup"] = account.endswith("@chatroom") if account else None
        yield _chat(about, path.stem)


def _chat(s: dict[str, Any], stem: str) -> ChatRef:
    account = next((v for k in ("accountId", "wxid", "username") if (v := word_of(s.get(k)))), "")
    name = next((v for k in ("displayName", "remark", "nickname") if (v := word_of(s.get(k)))), account)
    kind = word_of(s.get("type"))
    group = "群" in kind or account.endswith("@chatroom") or s.get("isGroup") is True
    direct = False if group else True if "私聊" in kind or s.get("isGroup") is False else None
    return ChatRef("", name or stem, direct, "wechat", "" if group else account, "" if group else name)


def _senders(path: Path, options: Options) -> Senders:
    found: Senders = {}
    try:
        for where, value in streamed(path, options, ("senders", ANY)):
            if where[:1] == ("senders",):
                _sender(value, found)
    except JsonCut:
        pass
    return found or {-1: ("", "")}


def _sender(value: Any, senders: Senders) -> None:
    if not isinstance(value, dict):
        return
    number = value.get("senderID")
    if isinstance(number, int):
        account = word_of(value.get("accountId")) or word_of(value.get("wxid"))
        account = "" if account == "unknown" else account
        senders[number] = (account, word_of(value.get("displayName")) or word_of(value.get("nickname")))


def _record(m: Any, where: str, senders: Senders, owner: str) -> Message | Skipped:
    if not isinstance(m, dict):
        return unreadable(where, m)
    get = m.get
    at = moment(get("createTime"))
    if at is None:
        at = moment(get("formattedTime"))
        if at is None:
            return undated(where, m)
    label = get("type")
    if isinstance(label, str) and label:
        kind = kind_of_label(label)
    else:
        number = label if isinstance(label, int) else get("localType")
        kind = kind_of_number(number) if isinstance(number, int) else Kind.TEXT
    content, text, quoted, raw = word_of(get("content")), "", word_of(get("quotedContent")), ""
    if content[:1] == "<" and isinstance(get("parsedContent"), str):
        content = m["parsedContent"]  # the API gives the xml of an app message as its content
    files: tuple[Attachment, ...] = ()
    sender = get("senderID")
    if isinstance(sender, int) and sender in senders:
        handle, name = senders[sender]
    else:
        handle = word_of(get("senderUsername")) or word_of(get("sender"))
        name = word_of(get("senderDisplayName")) or word_of(get("senderName"))
    if isinstance(get("content"), (dict, list)):
        kind, raw = Kind.UNKNOWN, written(m)
    elif kind == Kind.TEXT:
        text = content
        if quoted or (isinstance(label, str) and "引用" in label):
            text, quoted = _own(content, word_of(get("quotedSender")), quoted)
        elif text[:1] == "「":
            text, quoted = old_quote(text)
        if get("isSend", get("isSelf")) is None and not handle:
            kind = Kind.SYSTEM
    elif kind != Kind.SYSTEM:
        kind, text, files = _other(kind, content, m)
        if kind == Kind.UNKNOWN:
            text, raw = "", written(m)
        elif kind == Kind.TEXT:
            text, quoted = _own(content, word_of(get("quotedSender")), quoted)
    else:
        text = content
    ident, answered = word_of(get("platformMessageId")) or word_of(get("localId")), word_of(get("replyToMessageId"))
    if kind == Kind.SYSTEM:
        return Message(where, at, "", text, kind, id=ident)
    mine = yes(get("isSend", get("isSelf")))
    if mine is None and owner and handle:
        mine = handle == owner
    if name == handle:
        name = ""
    return Message(where, at, handle, text, kind, name, mine, "", ident, answered, quoted, attachments=files, raw=raw)


def _other(kind: Kind, content: str, m: dict[str, Any]) -> tuple[Kind, str, tuple[Attachment, ...]]:
    """All that is no text: the kind may be said better by the app message's kind, its number or the label before it."""
    app = m.get("appMsgKind")
    if isinstance(app, str) and app in APP_KINDS:
        kind = APP_KINDS[app]
    if kind == Kind.UNKNOWN:
        number = m.get("localType")
        kind = kind_of_number(number) if isinstance(number, int) else kind
    seen, words, files = told(content, True)
    if kind in (Kind.UNKNOWN, Kind.LINK) and seen not in (Kind.TEXT, Kind.UNKNOWN):
        kind = seen
    if seen != Kind.TEXT:
        return kind, "" if kind in MEDIA and kind != Kind.VOICE else words, files
    if kind == Kind.RECALLED:
        return (Kind.SYSTEM, content, ()) if "撤回" in content else (kind, "", ())
    if kind in MEDIA:
        path = content.strip()
        if path and FILE_PATH.match(path):
            return kind, "", (Attachment(path.replace("\\", "/")),)
        return kind, content if kind == Kind.VOICE else "", (Attachment(path),) if kind == Kind.FILE and path else ()
    return kind, content, ()


def _own(text: str, sender: str, quoted: str) -> tuple[str, str]:
    """(the speaker's words, the quoted ones): WeFlow repeats these behind the others, as [引用 name：words]."""
    for end in (f"[引用 {sender}：{quoted}]", f"[引用 {quoted}]"):
        if quoted and text.endswith(end):
            return text.removesuffix(end), spoken(quoted)
    own, said = without_quote(text)
    return own, spoken(quoted) or said


importer = WeflowJson()
