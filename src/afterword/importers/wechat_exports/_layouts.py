"""The columns of WeChat tables, each exporter's own. In: a header. Out: the exporter, and where its columns stand."""

from __future__ import annotations

FIELDS = (
    *("id", "type", "sub", "mine", "epoch", "text", "at", "name", "remark", "handle", "chat", "title", "src"),
    "role",
)
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
    "MemoTrace before names": {
        "id": "localId",
        "type": "Type",
        "sub": "SubType",
        "mine": "IsSender",
        "epoch": "CreateTime",
        "text": "StrContent",
        "at": "StrTime",
        "chat": "TalkerId",
    },
    "MemoTrace v2": {
        "id": "消息ID",
        "type": "类型",
        "handle": "发送人",
        "at": "时间",
        "text": "内容",
        "remark": "备注",
    },
    "PyWxDump": {
        "id": "MsgSvrID",
        "type": "type_name",
        "mine": "is_sender",
        "handle": "talker",
        "chat": "room_name",
        "text": "msg",
        "src": "src",
        "at": "CreateTime",
    },
    "PyWxDump 2": {
        "id": "MsgSvrID",
        "type": "type_name",
        "mine": "is_sender",
        "handle": "talker",
        "chat": "room_name",
        "text": "content",
        "at": "CreateTime",
    },
    "WeClone": {
        "id": "MsgSvrID",
        "type": "type_name",
        "mine": "is_sender",
        "handle": "talker",
        "text": "msg",
        "src": "src",
        "at": "CreateTime",
    },
    "chatlog": {
        "at": "Time",
        "name": "SenderName",
        "handle": "Sender",
        "title": "TalkerName",
        "chat": "Talker",
        "text": "Content",
    },
    "WeFlow": {
        "at": "时间",
        "name": "发送者昵称",
        "handle": "发送者微信ID",
        "remark": "发送者备注",
        "role": "发送者身份",
        "type": "消息类型",
        "text": "内容",
    },
    "WeFlow, few columns": {
        "at": "时间",
        "name": "发送者身份",
        "role": "发送者身份",
        "type": "消息类型",
        "text": "内容",
    },
    "CipherTalk": {
        "at": "时间",
        "epoch": "时间戳",
        "name": "发送者",
        "handle": "微信ID",
        "type": "消息类型",
        "text": "消息内容",
    },
}
Cells = tuple[int, ...]


def layout_of(cells: list[str]) -> str | None:
    return next((name for name, columns in LAYOUTS.items() if set(columns.values()) <= set(cells)), None)


def columns_of(header: list[str]) -> tuple[str, Cells]:
    """(layout, for each of FIELDS its column or -1, where a row has "" once one is added)."""
    names = [c.strip().lstrip("\ufeff") for c in header]
    layout = layout_of(names) or ""
    places = LAYOUTS.get(layout, {})
    return layout, tuple(names.index(places[f]) if f in places else -1 for f in FIELDS)
