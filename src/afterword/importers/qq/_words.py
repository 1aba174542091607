"""What the forms of QQ's exports have in common: how a sender is written, placeholders, moments, pasted chats.

In: pieces of text as the client wrote them. Out: accounts and names, kinds, local moments. No importer of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from afterword.errors import ChoiceNeeded
from afterword.importers.base import Options
from afterword.model import Kind

SERVICES = frozenset({"10000", "1000000"})
"""Accounts of the client itself: 系统消息(10000) in a chat of two, (1000000) in a group."""

_ACCOUNT = re.compile(r"^(.*?)(?:\((\d{4,12})\)|<([^<>\s]+)>)$", re.S)
_ROLE = re.compile(r"^【[^【】]{1,20}】")


def sender(raw: str) -> tuple[str, str, bool]:
    """(account or name, name beside an account, whether it is the client itself) of `【管理员】name(12345)`.

    The title in 【】 is a role that comes and goes, so it is never part of the name; without an account behind it
    (friends, discussion groups) nothing tells a title from a name, and it stays.
    """
    raw = raw.strip()
    m = _ACCOUNT.match(raw)
    if m is None:
        return raw, "", not raw or raw == "系统消息"
    account, name = m[2] or m[3], _ROLE.sub("", m[1]).strip()
    return account, "" if name == account else name, account in SERVICES


_MARKS = {
    "图片": Kind.IMAGE, "闪照": Kind.IMAGE, "视频": Kind.VIDEO, "短视频": Kind.VIDEO, "语音": Kind.VOICE,
    "表情": Kind.STICKER, "动画表情": Kind.STICKER, "商城表情": Kind.STICKER, "超级表情": Kind.STICKER,
    "涂鸦": Kind.STICKER, "戳一戳": Kind.STICKER, "窗口抖动": Kind.STICKER, "厘米秀": Kind.STICKER,
    "文件": Kind.FILE, "位置": Kind.LOCATION, "地理位置": Kind.LOCATION, "位置共享": Kind.LOCATION,
    "名片": Kind.CONTACT, "推荐联系人": Kind.CONTACT, "推荐好友": Kind.CONTACT, "推荐群聊": Kind.CONTACT,
    "链接": Kind.LINK, "分享": Kind.LINK, "音乐": Kind.LINK, "卡片消息": Kind.LINK, "小程序": Kind.LINK,
    "QQ小程序": Kind.LINK, "红包": Kind.TRANSFER, "QQ红包": Kind.TRANSFER, "转账": Kind.TRANSFER,
    "送礼物": Kind.TRANSFER, "礼物": Kind.TRANSFER, "语音通话": Kind.CALL, "视频通话": Kind.CALL, "通话": Kind.CALL,
    "聊天记录": Kind.FORWARD, "转发": Kind.FORWARD, "合并转发": Kind.FORWARD, "群投票": Kind.POLL, "投票": Kind.POLL,
}  # fmt: skip
_WHOLE = re.compile(
    rf"\s*\[({'|'.join(_MARKS)})\](?:请使用.{{0,20}}QQ.*|\s*(?:通话时长|时长|已取消|对方已).{{0,30}})?\s*\Z"
)
_REPEATED = re.compile(rf"\s*(?:\[({'|'.join(_MARKS)})\]\s*)+\Z")
_PICTURE = re.compile(r"\[(?:图片|闪照)\]")
_TOO_NEW = re.compile(r"\[[^\[\]\n]{1,12}\]\s*请使用.{0,20}QQ")


def kind_of(text: str) -> tuple[Kind, str]:
    """(kind, words) of a body that holds a "[". A face in the middle of words is part of them; a picture is not."""
    if m := _WHOLE.match(text) or _REPEATED.match(text):
        return _MARKS[m[1]], ""
    if _PICTURE.search(text):
        return Kind.IMAGE, _PICTURE.sub("", text).strip()
    if _TOO_NEW.match(text):
        return Kind.UNKNOWN, ""
    return Kind.TEXT, text


_PASTED = re.compile(
    r"(?:\S.{0,40}?[ \t\u00a0]+)?\d{4}[-/]\d{1,2}[-/]\d{1,2}[ \t\u00a0]+(?:[上下]午 ?)?\d{1,2}:\d\d:\d\d(?: [AP]M)?\s*(?:\n|\Z)"
)


def is_pasted(text: str) -> bool:
    """Whether a body begins as the client writes a copied chat: `name 2019/7/16 18:15:05`. Those are others' words."""
    return _PASTED.match(text) is not None


_DAY = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})日?\Z")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?\Z")
_AFTERNOON = ("PM", "下午", "晚上", "傍晚")
_HALVES = frozenset({"AM", "PM", "上午", "下午", "凌晨", "早上", "中午", "晚上", "傍晚"})


def is_half(word: str) -> bool:
    """Whether a word is one of the halves of a day that a 12-hour clock needs."""
    return word.upper() in _HALVES


def clock(time: str, half: str = "") -> str:
    """ "HH:MM:SS" of a time with one or two digits for the hour, and a half of the day if the client wrote one."""
    m = _CLOCK.match(time)
    if m is None:
        return "00:00:00"
    hour = int(m[1])
    if half:
        late = half.upper() in _AFTERNOON or (half == "中午" and hour < 11)
        hour = hour % 12 + 12 * late if half != "中午" or late else hour
    return f"{hour:02}:{m[2]}:{m[3] or '00'}"


def day(text: str, order: str) -> str:
    """ "YYYY-MM-DD" of a date as the system's locale writes it; "" when it is none."""
    m = _DAY.match(text.strip())
    if m is None:
        return ""
    a, b, c = int(m[1]), int(m[2]), int(m[3])
    if len(m[1]) == 4:
        year, month, date = a, b, c
    else:
        year, month, date = (c, b, a) if order == "dmy" else (c, a, b)
        year += 2000 if year < 100 else 0
    return f"{year:04}-{month:02}-{date:02}" if 1 <= month <= 12 and 1 <= date <= 31 else ""


def order_of(days: Sequence[str], options: Options, name: str) -> tuple[str, str]:
    """(order of day and month, how it was decided), from every different date of the file in its order.

    The client writes dates as Windows does, so the year stands first almost everywhere. Where it does not: a number
    above 12, then the order with fewer steps back in time, else a question.
    """
    parts = [(int(m[1]), int(m[2]), int(m[3])) for d in days if (m := _DAY.match(d.strip())) and len(m[1]) < 4]
    if not parts:
        return "ymd", "format"
    if options.date_order in ("dmy", "mdy"):
        return options.date_order, "asked"
    first, second = any(p[0] > 12 for p in parts), any(p[1] > 12 for p in parts)
    if first != second:
        return ("dmy" if first else "mdy"), "above-12"
    dmy, mdy = [(c, b, a) for a, b, c in parts], [(c, a, b) for a, b, c in parts]
    back = [sum(y < x for x, y in zip(row, row[1:], strict=False)) for row in (dmy, mdy)]
    if back[0] != back[1]:
        return ("dmy" if back[0] < back[1] else "mdy"), "monotone"
    raise ChoiceNeeded(
        "import.date-order",
        f"{name}: day and month cannot be told apart ({parts[0][0]}/{parts[0][1]}/{parts[0][2]}).",
        next_step="Say which comes first: --date-order dmy or --date-order mdy.",
        choices=["dmy", "mdy"],
    )
