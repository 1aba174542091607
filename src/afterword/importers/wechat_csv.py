"""WeChat tables: MemoTrace v1 and v2 csv, PyWxDump csv, WeFlow's WeClone csv. In: a path. Out: a record for each row.

The four differ in column names only, so they are one module with one table of columns. Non-text rows of MemoTrace v1
carry raw XML; of it only the reply's own title is the speaker's words, the quoted message is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from afterword.importers.base import Match, Options
from afterword.importers.reading import encoding_of, header_cells, table
from afterword.model import ChatRef, Kind, Message, Skipped

LAYOUTS: dict[str, dict[str, str]] = {
    "MemoTrace v1": {
        "id": "localId",
        "type": "Type",
        "sub": "SubType",
        "mine": "IsSender",
        "epoch": "CreateTime",
        "text": "StrContent",
        "at": "StrTime",
        "name": "NickName",
        "remark": "Remark",
        "handle": "Sender",
        "chat": "TalkerId",
    },
    "MemoTrace v2": {"id": "消息ID", "type": "类型", "name": "发送人", "at": "时间", "text": "内容", "remark": "备注"},
    "PyWxDump": {
        "id": "MsgSvrID",
        "type": "type_name",
        "mine": "is_sender",
        "handle": "talker",
        "room": "room_name",
        "text": "msg",
        "at": "CreateTime",
    },
    "WeClone": {
        "id": "MsgSvrID",
        "type": "type_name",
        "mine": "is_sender",
        "handle": "talker",
        "text": "msg",
        "at": "CreateTime",
    },
}
NUMBERS = {
    "1": Kind.TEXT,
    "3": Kind.IMAGE,
    "34": Kind.VOICE,
    "42": Kind.CONTACT,
    "43": Kind.VIDEO,
    "47": Kind.STICKER,
    "48": Kind.LOCATION,
    "50": Kind.CALL,
    "10000": Kind.SYSTEM,
    "10002": Kind.SYSTEM,
}
SUBTYPES = {
    "57": Kind.TEXT,
    "6": Kind.FILE,
    "19": Kind.FORWARD,
    "2000": Kind.TRANSFER,
    "2001": Kind.TRANSFER,
    "62": Kind.SYSTEM,
    "87": Kind.SYSTEM,
}
WORDS = (
    ("文本", Kind.TEXT),
    ("引用", Kind.TEXT),
    ("图片", Kind.IMAGE),
    ("语音通话", Kind.CALL),
    ("通话", Kind.CALL),
    ("语音", Kind.VOICE),
    ("视频", Kind.VIDEO),
    ("表情", Kind.STICKER),
    ("文件", Kind.FILE),
    ("位置", Kind.LOCATION),
    ("名片", Kind.CONTACT),
    ("转账", Kind.TRANSFER),
    ("红包", Kind.TRANSFER),
    ("合并转发", Kind.FORWARD),
    ("聊天记录", Kind.FORWARD),
    ("系统", Kind.SYSTEM),
    ("撤回", Kind.RECALLED),
    ("拍一拍", Kind.SYSTEM),
    ("链接", Kind.LINK),
    ("小程序", Kind.LINK),
    ("分享", Kind.LINK),
    ("卡片", Kind.LINK),
)
QUOTE = re.compile(r"\n+(?:\[引用\]\([^)\n]*\)[^:\n]*:|引用[:：][^:：\n]*[:：] ?)(.*)\Z", re.S)
"""PyWxDump and MemoTrace v2 write the quoted words behind the speaker's own, in the same cell."""
TIME = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ](\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$")


class WechatCsv:
    name = "wechat_csv"
    version = 1
    title = "WeChat by MemoTrace 留痕, PyWxDump or WeClone (csv)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        layout = _layout(header_cells(head))
        return Match(1.0, f"{layout} columns") if layout else None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        layout: dict[str, int] | None = None
        for number, row in table(path, encoding_of(path, options.encoding)):
            if layout is None:
                names = LAYOUTS[_layout([c.strip() for c in row]) or "WeClone"]
                cells = [c.strip() for c in row]
                layout = {field: cells.index(column) for field, column in names.items() if column in cells}
                continue
            if not any(row):
                yield Skipped(f"line {number}", "empty", "")
                continue
            get = {field: row[i].strip() if field != "text" else row[i] for field, i in layout.items() if i < len(row)}
            yield _record(get, f"line {number}", row)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        rooms: dict[str, None] = {}
        for record in self.read(path, options):
            if isinstance(record, Message) and record.chat not in rooms:
                rooms[record.chat] = None
                group = record.chat.endswith("@chatroom")
                yield ChatRef(record.chat, record.chat, False if group else None, "wechat")


def _layout(cells: list[str]) -> str | None:
    return next((name for name, columns in LAYOUTS.items() if set(columns.values()) <= set(cells)), None)


def _moment(get: dict[str, str]) -> float | str | None:
    if get.get("epoch", "").isdigit():
        return float(get["epoch"])
    raw = get.get("at", "")
    if raw.isdigit() and len(raw) >= 10:
        return float(raw) / (1000 if len(raw) >= 13 else 1)
    m = TIME.match(raw)
    if m is None:
        return None
    text = f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}T{int(m[4]):02}:{m[5]}:{m[6] or '00'}"
    try:
        moment = datetime.fromisoformat(text + ("+00:00" if m[7] == "Z" else m[7] or ""))
    except ValueError:
        return None
    return moment.timestamp() if m[7] else text


def _kind(get: dict[str, str]) -> Kind:
    label = get.get("type", "")
    if label.isdigit():
        if label == "49":
            return SUBTYPES.get(get.get("sub", ""), Kind.LINK)
        return NUMBERS.get(label, Kind.UNKNOWN)
    return next((k for word, k in WORDS if word in label), Kind.UNKNOWN)


def _xml(text: str) -> tuple[str, str]:
    """(the speaker's own title, the quoted words) of a type 49 message."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(text.strip())
    except (ParseError, DefusedXmlException):
        return "", ""
    return root.findtext(".//appmsg/title") or "", root.findtext(".//refermsg/content") or ""


def _record(get: dict[str, str], where: str, row: list[str]) -> Message | Skipped:
    at = _moment(get)
    if at is None:
        return Skipped(where, "no-date", ",".join(row)[:500])
    kind, text, quoted = _kind(get), get.get("text", ""), ""
    if text.lstrip().startswith("<") and kind != Kind.SYSTEM and ("<msg" in text or "<?xml" in text):
        title, quoted = _xml(text)
        text = title if kind in (Kind.TEXT, Kind.LINK) else ""
        if kind == Kind.LINK and quoted:
            kind = Kind.TEXT
    elif kind not in (Kind.TEXT, Kind.SYSTEM, Kind.RECALLED, Kind.LINK):
        text = ""
    elif "引用" in get.get("type", "") and (m := QUOTE.search(text)):
        text, quoted = text[: m.start()], m[1]
    flag = get.get("mine", "").casefold()
    mine = None if flag not in ("0", "1", "true", "false") else flag in ("1", "true")
    room = get.get("room", "") or get.get("chat", "")
    if kind == Kind.SYSTEM:
        return Message(where, at, "", text, kind, chat=room, id=get.get("id", ""))
    handle, name = get.get("handle", ""), get.get("name", "")
    if mine is None and "remark" in get and get.get("type") and not handle:
        handle = name
        name = ""
    return Message(
        where, at, handle or name, text, kind, name if name != handle else "", mine, room, get.get("id", ""), "", quoted
    )


importer = WechatCsv()
