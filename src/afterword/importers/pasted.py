"""Pasted lines, `Name: words`, or `Name 21:05` above the words. In: a path. Out: a record for each named line; lines
without a name continue the one before.

The least certain format, so it claims a file last, and only if names keep coming back, one after the other answered:
what stands once before a colon is the key of a list or of a form. Its words have no date
unless a line `2024-03-05` or `[21:05]` says one: undated words are kept and shown as undated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from afterword.han import simplified
from afterword.importers.base import HEAD, Match, Options
from afterword.importers.reading import encoding_of, head_text, lines
from afterword.model import ChatRef, Kind, Message, Skipped

_HALF = r"凌晨|早上|上午|中午|下午|傍晚|晚上|[AaPp][Mm]"
_CLOCK = rf"(?:({_HALF}) ?)?(\d{{1,2}}):(\d\d)(?::(\d\d))?(?: ?([AaPp][Mm]))?"
SAID = re.compile(
    r"^(?:\[(\d{1,2}:\d\d(?::\d\d)?)\]\s*|(\d{1,2}:\d\d(?::\d\d)?)\s+)?"
    r"(?P<name>[^\s:：*#\[\]{}<>/\\|][^:：\n]{0,38}?)\s*(?!(?<=\d):\d\d(?!\d))[:：](?!//)\s?(?P<text>.*)$"
)
ABOVE = re.compile(
    rf"^(?P<name>[^\s:：\[\]{{}}<>/\\|][^:：\n]{{0,38}}?)[:：]?\s+(?:(\d{{1,2}})[-/月](\d{{1,2}})日?\s+)?{_CLOCK}\s*$"
)
EXPORTED = re.compile(
    r"\d{4}-\d\d-\d\d[ \t]{1,3}\d\d:\d\d:\d\d"
)  # an exporter's file that its own importer should read
CLOCK = re.compile(
    r"(?:[上下]午|午[前後])?\d{1,2}:\d\d(?:\s|[AP]M)"
)  # an exporter's line, with its own layout of names
DAY = re.compile(
    r"^\W*(\d{4})[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})日?(?:\s*(?:星期|周|週)[一二三四五六日天])?"
    rf"(?:\s+{_CLOCK})?\W*$"
)
RELATIVE = re.compile(r"(?:今天|昨天|前天|(?:星期|周|週)[一二三四五六日天]|Yesterday|Today|[A-Z][a-z]{2,5}day)$")
NOTICE = re.compile(
    r".{1,40}撤回了一条消息(?: ?重新编辑)?$|.{1,80}点击添加好友。$|.{1,60}加入了?(?:本群|群聊)。?$|以上是打招呼的内容$"
)
NO_CHAT = tuple(".yml .yaml .toml .ini .conf .cfg .log .srt .vtt .lrc .csv .tsv .py .js .rst".split())
KEYS = re.compile(
    r"(?:user ?(?:name|id)?|log ?in|sign ?in|pass(?:word|code|phrase|wort)?|pw|pwd|pin|e-?mail|account|web ?site|url|uri|link|host|server|port|ssid|wi-?fi|wlan|key"
    r"|address|phone|tel|mobile|fax|note|notes|tip|hint|warning|important|example|usage|input|output|step|question|answer|q|a|name|title|author|version|licen[sc]e|summary|date|time|from|to|subject"
    r"|用户名?|账号|帐号|账户|帐户|密码|口令|邮箱|网址|网站|链接|地址|电话|手机号?|备注|注意?|提示|说明|示例|例如?|步骤|问题?|答案?|姓名|名称|标题|作者|版本|日期|时间)(?: ?#?\d+)?\Z",
    re.I,
)
"""What stands before a colon in lists and forms. Such a list may repeat: login, password, login, password."""
MARKS = {
    "图片": Kind.IMAGE,
    "照片": Kind.IMAGE,
    "Photo": Kind.IMAGE,
    "Image": Kind.IMAGE,
    "视频": Kind.VIDEO,
    "影片": Kind.VIDEO,
    "Video": Kind.VIDEO,
    "语音": Kind.VOICE,
    "Voice": Kind.VOICE,
    "动画表情": Kind.STICKER,
    "贴图": Kind.STICKER,
    "Sticker": Kind.STICKER,
    "文件": Kind.FILE,
    "档案": Kind.FILE,
    "File": Kind.FILE,
    "位置": Kind.LOCATION,
    "Location": Kind.LOCATION,
}


class Pasted:
    name = "pasted"
    version = 1
    title = "pasted lines (Name: words)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if filename.lower().endswith(NO_CHAT):
            return None
        if text.lstrip().startswith(("{", "[{", "<", "SQLite")) or "\x00" in text or EXPORTED.search(text):
            return None
        rows = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
        layout = _layout(rows)
        if layout != "said":
            header = ABOVE if layout == "above" else SAID
            names = [m["name"] for row in rows if (m := header.match(row)) and not RELATIVE.match(m["name"])]
            often = [n for n, c in Counter(names).items() if c >= 2]
            sure = _answered(names, 0.5 if layout == "above" else 0.51) and (
                len(often) >= 2 or len(rows) <= 8 or DAY.match(rows[0]) is not None
            )
            return Match(0.1, "names above the words") if sure else None
        names = []
        foreign = 0
        for line in rows:
            if m := SAID.match(line):
                names.append(m["name"])
            elif CLOCK.match(line) and not DAY.match(line):
                foreign += 1
        if foreign > 0.2 * len(rows):
            return None
        often = [n for n, c in Counter(names).items() if c >= 2]
        if _answered(names, 0.51) and (len(often) >= 2 or len(rows) <= 8) and len(names) >= len(rows) * 0.5:
            return Match(0.1, "lines that begin with a name")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        codec = encoding_of(path, options.encoding)
        with path.open("rb") as f:
            text = head_text(f.read(HEAD)).replace("\r", "").strip("\n")
        rows = [row for row in text.split("\n") if row.strip()]
        layout = _layout(rows)
        header, shape, known = SAID, "", Counter[str]()
        if layout == "above":
            header, shape = ABOVE, _usual(rows)
            known.update(m["name"] for _, line in lines(path, codec) if (m := ABOVE.match(line)))
        few = sum(known.values()) <= 4 and "\n\n" not in text
        day, time, held = "", "00:00:00", None
        body: list[str] = []
        before = ""
        for number, line in lines(path, codec):
            blank, before = not before.strip(), line
            if m := DAY.match(line):
                day, time = f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}", _clock(m[4] or m[8], m[5], m[6], m[7])
                before = ""
                continue
            m = header.match(line)
            if m and layout == "above" and RELATIVE.match(m["name"]):
                day, time = "", _clock(m[4] or m[8], m[5], m[6], m[7])
            elif m and (
                layout == "said"
                or (layout == "alone" and not m["text"])
                # words may look like a name and a time, "tomorrow 10:30", so the others are asked
                or (layout == "above" and _shape(m) == shape and (blank or shape or few or known[m["name"]] > 1))
            ):
                if held:
                    yield _record(*held, body)
                if layout == "above":
                    today, time = "" if m[2] else day, _clock(m[4] or m[8], m[5], m[6], m[7])
                    held, body = (f"line {number}", f"{today}T{time}" if today else "", m["name"].strip()), []
                else:
                    # a line without a time was said after the one before it, not at midnight
                    time = _clock("", *f"{m[1] or m[2]}:00".split(":")[:3]) if m[1] or m[2] else time
                    held, body = (f"line {number}", f"{day}T{time}" if day else "", m["name"].strip()), [m["text"]]
            elif NOTICE.match(simplified(line)) and (not held or blank):
                if held:
                    yield _record(*held, body)
                held, body = None, []
                yield Skipped(f"line {number}", "notice", line[:500])
            elif held:
                body.append(line)
            elif line.strip():
                yield Skipped(f"line {number}", "no-name", line[:500])
        if held:
            yield _record(*held, body)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield ChatRef("", path.stem, None, "pasted")


def _answered(names: list[str], share: float) -> bool:
    """Do people talk here? Somebody speaks again after another, a share of the lines is of those who do (words may look
    like a name and a time, so beside times it is lower), and most names are no keys."""
    turns = Counter(name for name, _ in groupby(names))
    back = {name for name, n in turns.items() if n >= 2}
    keys = sum(KEYS.match(name) is not None for name in turns)
    return bool(back) and sum(name in back for name in names) >= len(names) * share and keys * 2 <= len(turns)


def _layout(rows: list[str]) -> str:
    """ "said": `Name: words`; "above": a name with a time above the words; "alone": a name and a colon above them.

    In a timetable, names with times follow one another; above words they do not.
    """
    said = [m for row in rows if (m := SAID.match(row)) and not ABOVE.match(row)]
    hits = {n for n, row in enumerate(rows) if (m := ABOVE.match(row)) and not RELATIVE.match(m["name"])}
    answered = sum(n + 1 < len(rows) and n + 1 not in hits for n in hits)
    if hits and len(hits) > len(said) and answered * 5 >= len(hits) * 4 - 4 and len(hits) * 6 >= len(rows):
        return "above"
    alone = sum(not m["text"] for m in said)
    return "alone" if alone * 2 > len(said) and alone * 6 >= len(rows) else "said"


def _shape(m: re.Match[str]) -> str:
    """Whether a day and seconds stand beside the time."""
    return ("day " if m[2] else "") + ("seconds" if m[7] else "")


def _usual(rows: list[str]) -> str:
    shapes = Counter(_shape(m) for row in rows if (m := ABOVE.match(row)) and not RELATIVE.match(m["name"]))
    return shapes.most_common(1)[0][0] if shapes else ""


def _clock(half: str | None, hour: str | None, minute: str | None, second: str | None) -> str:
    if hour is None:
        return "00:00:00"
    h, half = int(hour), (half or "").upper()
    if half in ("PM", "下午", "傍晚", "晚上", "中午") and (1 <= h < 12 and not (half == "中午" and h > 10)):
        h += 12
    elif half in ("AM", "凌晨", "上午", "早上") and h == 12:
        h = 0
    return f"{h:02}:{minute}:{second or '00'}" if h < 24 and minute and minute < "60" else "00:00:00"


def _record(where: str, at: str, name: str, body: list[str]) -> Message:
    while len(body) > 1 and not body[-1].strip():
        body.pop()
    while len(body) > 1 and not body[0].strip():  # the name stood on a line of its own
        del body[0]
    text = "\n".join(body)
    kind = (
        MARKS.get(simplified(text.strip()[1:-1]), Kind.TEXT)
        if text[:1] == "[" and text.rstrip()[-1:] == "]"
        else Kind.TEXT
    )
    return Message(where, at, name, "" if kind != Kind.TEXT else text, kind)


importer = Pasted()
