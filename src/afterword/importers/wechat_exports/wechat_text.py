"""WeChat text of other hands: what copies, scripts and the older "ex-skills" write. In: a path. Out: a record a message.

Four layouts, told by which headers come most often at the beginning; MemoTrace's own form is not read here:
    2024-01-15 10:24:01 name⏎words      [2024-01-15 10:24] name: words
    name 2024-01-15 10:24⏎words         2024/1/15 10:24 name：words
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.han import simplified
from afterword.importers.base import HEAD, Match, Options, Record
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.importers.wechat_exports._blocks import blocks, dense
from afterword.importers.wechat_exports._words import NOTICE, is_log, moment, old_quote, told
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

_STAMP = r"\[?(\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)[ T]{1,2}\d{1,2}:\d\d(?::\d\d)?)\]?"
LAYOUTS = {  # a dash between time and name is WhatsApp's
    "inline": re.compile(
        rf"(?P<at>{_STAMP})\s+(?P<name>(?![-–—] )[^:：\s\[][^:：\t\n]{{0,59}}?)\s?[:：]\s?(?P<text>.*)$"
    ),
    "above": re.compile(rf"(?P<at>{_STAMP})\s+(?P<name>[^'\s\-][^\t\n]{{0,59}})$"),
    "after": re.compile(rf"(?P<name>[^\s\[>][^\t\n]{{0,59}}?)\s+(?P<at>{_STAMP})$"),
}
STAMPED = re.compile(_STAMP)
MEMOTRACE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: .*)?$")
OTHERS = re.compile(r"消息记录（|消息分组:|消息对象:|^\(- .* -\)$|Exported \d+ message", re.M)
FIELD = re.compile(r"[\w-]+:\s")
CHINESE = re.compile(r"[\u3400-\u9fff]")
PHONE = re.compile(r"^\u200e?\[\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d\d:\d\d\] ", re.M)
"""WhatsApp of an iPhone in Chinese or Japanese, day and time in brackets with seconds and slashes."""
NO_CHAT = (".csv", ".tsv", ".json", ".jsonl", ".log", ".srt", ".lrc", ".yml", ".yaml")
ME = "我"


class WechatText:
    name = "wechat_text"
    version = 1
    title = "WeChat text with a time and a name for each message"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        found = _layout(text)
        if found is None or OTHERS.search(text) or is_log(text) or filename.lower().endswith(NO_CHAT):
            return None
        layout, hits = found
        if layout == "inline" and not _comes_back(text, layout):
            return None
        first = text.lstrip("\r\n ").split("\n", 1)[0].rstrip("\r")
        if layout == "above" and MEMOTRACE.match(first):
            return (
                Match(0.9, "time and name above the words, without empty lines")
                if dense(text, MEMOTRACE.match)
                else None
            )
        if layout == "after" and FIELD.match(first) and not CHINESE.search(text):
            return None  # "Start-Date: 2024-01-01 10:00"
        if not CHINESE.search(text) or filename.lower().endswith(".md"):
            return Match(0.29, f"{hits} lines with a time and a name")
        if layout == "inline" and PHONE.search(text):
            return None if "\u200e" in text else Match(0.85, f"{hits} lines as WhatsApp's phones write them too")
        return Match(0.92 if layout == "inline" else 0.58, f"{hits} lines with a time and a name, words in Chinese")

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        codec = encoding_of(path, options.encoding)
        yield FileFacts(encoding=codec, zone="local")
        header = _header(path)
        private = _private(path, codec, header)
        for start, head, body in blocks(lines(path, codec), header.match, False):
            if head is None:
                yield Skipped("line 1", "before-first-header", "\n".join(body)[:500])
            else:
                yield _record(start, head, body, private)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        other = _private(path, encoding_of(path, options.encoding), _header(path))
        yield ChatRef("", other or path.stem, True if other else None, "wechat", other or "", other or "")


def _layout(text: str) -> tuple[str, int] | None:
    rows = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    hits = {layout: sum(1 for row in rows if header.match(row)) for layout, header in LAYOUTS.items()}
    # a line with words behind the name also looks like a name alone, so words decide
    if hits["inline"] and hits["inline"] * 2 >= hits["above"]:
        hits["above"] = 0
    best = max(hits, key=lambda layout: hits[layout])
    early = any(LAYOUTS[best].match(row) for row in rows[:4])
    return (best, hits[best]) if early and hits[best] >= min(2, len(rows)) and hits[best] * 12 >= len(rows) else None


def _comes_back(text: str, layout: str) -> bool:
    """In a diary or a list each line begins with a word of its own; people speak again, or one of them is the owner."""
    rows = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    names = [m["name"].strip().rstrip(":：") for row in rows if (m := LAYOUTS[layout].match(row))]
    if len(set(names)) < len(names) or ME in names:
        return True
    return len(names) < 3 and len(names) == sum(STAMPED.match(row) is not None for row in rows)


def _header(path: Path) -> re.Pattern[str]:
    with path.open("rb") as f:
        found = _layout(head_text(f.read(HEAD)))
    return LAYOUTS[found[0] if found else "above"]


def _private(path: Path, codec: str, header: re.Pattern[str]) -> str | None:
    """The other name, if the file knows two and one of them is 我."""
    names: set[str] = set()
    for _, line in lines(path, codec):
        if m := header.match(line):
            names.add(m["name"].strip().rstrip(":："))
            if len(names) > 2:
                return None
    return next(iter(names - {ME})) if ME in names and len(names) == 2 else None


def _record(start: int, head: re.Match[str], body: list[str], private: str | None) -> Message | Skipped:
    at, name, where = (
        moment(head["at"].strip("[]").replace("  ", " ")),
        head["name"].strip().rstrip(":：") or head["name"],
        f"line {start}",
    )
    if at is None:
        return Skipped(where, "no-date", "\n".join([head[0], *body])[:500])
    if "text" in head.groupdict():
        body = [head["text"], *body]
    text = "\n".join(body).strip("\n")
    if NOTICE.match(simplified(text)) or simplified(name) in ("系统", "系统消息", "System"):
        return Message(where, at, "", text, Kind.SYSTEM)
    text, quoted = old_quote(text) if text[:1] == "「" else (text, "")
    kind, words, files = told(text, False)
    mine = None if private is None else name == ME
    raw = text[:2000] if kind == Kind.UNKNOWN else ""
    return Message(where, at, name, words, kind, "", mine, quoted=quoted, attachments=files, raw=raw)


importer = WechatText()
