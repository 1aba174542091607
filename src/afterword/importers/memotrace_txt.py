"""MemoTrace (留痕, WeChatMsg) txt, v1 and v2. In: a path. Out: one record for each `YYYY-MM-DD HH:MM:SS name` header.

A record begins with a header after a blank line (or at the start) and ends with the blank line the exporter writes, so
bodies may hold blank lines of their own. A header with the time alone is a system line. Quoted words come as a last
line `引用:name:words`; they are cut off, or the persona would learn the other person's voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.errors import BadInput
from afterword.importers.base import Match, Options
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.model import ChatRef, Kind, Message, Skipped

HEADER = re.compile(r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: (.*))?$")
NOTICE = re.compile(r'撤回了一条消息|拍了拍|加入了?群聊|修改群名|^".*" ')
QUOTE = re.compile(r"^引用[:：]([^:：\n]*)[:：] ?(.*)\Z", re.S | re.M)
PLACEHOLDERS = {
    "[图片]": Kind.IMAGE,
    "[视频]": Kind.VIDEO,
    "[语音]": Kind.VOICE,
    "[动画表情]": Kind.STICKER,
    "[表情包]": Kind.STICKER,
    "[文件]": Kind.FILE,
    "[位置]": Kind.LOCATION,
    "[链接]": Kind.LINK,
    "[分享链接]": Kind.LINK,
    "[名片]": Kind.CONTACT,
    "[转账]": Kind.TRANSFER,
    "[红包]": Kind.TRANSFER,
    "[音视频通话]": Kind.CALL,
    "[语音通话]": Kind.CALL,
    "[视频通话]": Kind.CALL,
    "[合并转发的聊天记录]": Kind.FORWARD,
    "[小程序]": Kind.LINK,
}


class MemotraceTxt:
    name = "memotrace_txt"
    version = 1
    title = "WeChat by MemoTrace 留痕 (txt)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip("\r\n ")
        first = text.split("\n", 1)[0].rstrip("\r")
        if HEADER.match(first) and "'" not in first[-1:]:
            return Match(0.9, "time and name alone on the first line")
        if re.match(r"\*{10,}\d{4}-\d\d-\d\d\*{10,}", first):
            return Match(0.9, "MemoTrace text for AI")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        start, head = 0, None
        body: list[str] = []
        blank = True
        for number, line in lines(path, encoding_of(path, options.encoding)):
            if head is None and line.startswith("**********"):
                raise BadInput(
                    "import.memotrace.masked",
                    f"{path.name} is MemoTrace's text for AI: it has no times, and names and numbers are masked.",
                    next_step="Export the chat again as TXT or CSV.",
                )
            m = HEADER.match(line) if blank else None
            if m:
                if head is not None:
                    yield _record(start, head, body)
                elif body and any(body):
                    yield Skipped("line 1", "before-first-header", "\n".join(body)[:500])
                start, head, body = number, m, []
            else:
                body.append(line)
            blank = not line
        if head is not None:
            yield _record(start, head, body)
        elif any(body):
            yield Skipped("line 1", "before-first-header", "\n".join(body)[:500])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield ChatRef("", path.stem, None, "wechat")


def _record(start: int, head: re.Match[str], body: list[str]) -> Message:
    # The exporter closes a record with one empty line; v2 joins with it, so the last record may have none.
    if body and not body[-1]:
        body = body[:-1]
    text = "\n".join(body)
    where, at, name = f"line {start}", f"{head[1]}T{head[2]}", (head[3] or "").strip()
    if not name or (not text and NOTICE.search(name)):
        return Message(where, at, "", text or name, Kind.SYSTEM)
    quoted = ""
    if "引用" in text and (m := QUOTE.search(text)):
        text, quoted = text[: m.start()].rstrip("\n"), m[2]
    kind = PLACEHOLDERS.get(text.strip(), Kind.TEXT)
    if kind != Kind.TEXT:
        text = ""
    elif text.startswith("语音时长：") and "翻译结果：" in text:
        kind, text = Kind.VOICE, text.split("翻译结果：", 1)[1]
    return Message(where, at, name, text, kind, quoted=quoted)


importer = MemotraceTxt()
