"""QQChatExporter's txt. In: a path. Out: one record for each `name:` line with `时间:` below it.

A record is lines with labels: 时间, 内容 (which may go on over many lines), 资源, 提及, 回复. What is answered stands
behind the words, and the exporter may render it before them as well; both are cut off, as they are somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Match, Options, Record
from afterword.importers.qq._elements import KINDS, own_words
from afterword.importers.qq._words import clock, day, kind_of
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

TIME = re.compile(r"时间: ?(\d{4}[-/]\d{1,2}[-/]\d{1,2})[ T](\d{1,2}:\d\d(?::\d\d)?)\s*$")
ABOUT = re.compile(r"聊天(名称|类型): ?(.*)$")
_TITLE = re.compile(r"^\[[^\[\]\n]{1,20}\] (?=.)")
_NUMBER = re.compile(r"\[\d+\]$")
_FILES = re.compile(r"资源: \d+ 个文件$")
_FILE = re.compile(r"  - (\w*): (.*)$")
_RULE = "=" * 20
_NOTHING = re.compile(
    r"\s*\[(?:(image|video|audio|voice|file)(?:、\w+)*消息|(\w+消息|无文本内容|Giphy动图|内联键盘|通话记录))\]\s*\Z"
)
_NOTICES = {
    "表情消息": Kind.STICKER, "JSON消息": Kind.LINK, "位置消息": Kind.LOCATION, "系统消息": Kind.SYSTEM,
    "Giphy动图": Kind.STICKER, "转发消息": Kind.FORWARD, "Markdown消息": Kind.AUTOMATED, "通话记录": Kind.CALL,
}  # fmt: skip
_RENDERED = re.compile(r"\[(图片|文件|视频|语音|动画表情)[:： ][^\[\]\n]*\]")
_FORWARD = re.compile(r"\[转发消息(?:: \d+条)?\]")


class QceTxt:
    name = "qce_txt"
    version = 1
    title = "QQ by QQChatExporter (txt)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if head_text(head).lstrip().startswith("[QQChatExporter V"):
            return Match(1.0, "QQChatExporter header")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = encoding_of(path, options.encoding)
        yield FileFacts(encoding, "ymd", "format", "local")
        for start, who, moment, body in _blocks(path, encoding):
            yield _record(f"line {start}", who, moment, body)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        about: dict[str, str] = {}
        for number, line in lines(path, encoding_of(path, options.encoding)):
            if m := ABOUT.match(line):
                about.setdefault(m[1], m[2].strip())
            if number > 40 or len(about) == 2:
                break
        direct = {"群聊": False, "group": False, "私聊": True, "private": True, "临时会话": True}.get(
            about.get("类型", "")
        )
        name = about.get("名称", "") or path.stem
        yield ChatRef("", name, direct, "qq", name if direct else "", name if direct else "")


def _blocks(path: Path, encoding: str) -> Iterator[tuple[int, str, str, list[str]]]:
    """(line, name, the line of the time, what follows) of every record. A name is known by the time below it."""
    start, who, moment = 0, "", ""
    body: list[str] = [""]
    for number, line in lines(path, encoding):
        if line.startswith("时间: ") and len(body) > 1 and body[-1].endswith(":"):
            if not body[-2] or _NUMBER.match(body[-2]):
                name = body.pop()[:-1]
                if _NUMBER.match(body[-1]):
                    body.pop()
                if start:
                    yield start, who, moment, body
                start, who, moment, body = number - 1, name, line, []
                continue
        elif line.strip() == "导出完成" and body and body[-1].startswith(_RULE):
            body.pop()
            break
        body.append(line)
        if not start:
            del body[:-3]
    if start:
        yield start, who, moment, body


def _record(where: str, who: str, moment: str, body: list[str]) -> Message | Skipped:
    while body and not body[-1]:
        body.pop()
    t = TIME.match(moment)
    if t is None:
        return Skipped(where, "no-date", "\n".join([who, moment, *body])[:500])
    at = f"{day(t[1], 'ymd')}T{clock(t[2])}"
    if body and body[0].startswith("类型: "):
        del body[0]
    end = next(
        (i for i, line in enumerate(body) if line[:2] in ("资源", "提及", "回复") and _is_tail(body[i:])), len(body)
    )
    tail, text = body[end:], "\n".join(body[:end]).removeprefix("内容:").removeprefix(" ")
    files = tuple(Attachment(m[2]) for line in tail if (m := _FILE.match(line)))
    types = [m[1] for line in tail if (m := _FILE.match(line))]
    quoted, answer = "", next((i for i, line in enumerate(tail) if line.startswith("回复: ")), -1)
    if answer != -1:
        quoted = "\n".join(tail[answer:]).partition(" - ")[2]
        text = own_words(text, quoted)
    who = _TITLE.sub("", who)
    kind, text = _kind(text, types)
    if who in ("", "0", "系统消息") or kind == Kind.SYSTEM:
        return Message(where, at, "", text, Kind.SYSTEM)
    raw = "\n".join(body)[:2000] if kind == Kind.UNKNOWN else ""
    return Message(where, at, who, text, kind, quoted=quoted, attachments=files, raw=raw)


def _is_tail(rows: list[str]) -> bool:
    """Whether the labels that the exporter writes behind the words begin here, and nothing else follows them."""
    i = 0
    if _FILES.match(rows[0]):
        i = 1
        while i < len(rows) and _FILE.match(rows[i]):
            i += 1
    if i < len(rows) and rows[i].startswith("提及: "):
        i += 1
    return i == len(rows) or (rows[i].startswith("回复: ") and " - " in rows[i])


def _kind(text: str, types: list[str]) -> tuple[Kind, str]:
    if m := _NOTHING.match(text):
        if m[1]:
            return KINDS[m[1]], ""
        return _NOTICES.get(m[2], Kind.UNKNOWN if not types else KINDS.get(types[0], Kind.FILE)), ""
    if _FORWARD.match(text):
        return Kind.FORWARD, text
    if m := _RENDERED.search(text):
        words = _RENDERED.sub("", text).strip()
        return kind_of(f"[{m[1]}]")[0], words
    if types:
        return KINDS.get(types[0], Kind.FILE), text
    return kind_of(text) if "[" in text else (Kind.TEXT, text)


importer = QceTxt()
