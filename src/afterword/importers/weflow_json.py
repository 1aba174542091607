"""WeFlow's (and EchoTrace's) WeChat json. In: a path. Out: one record for each message object, streamed.

The Chinese `type` says what a record is; `localType` is known to lie. Quoted words stand in fields of their own and
never become the speaker's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options
from afterword.importers.reading import head_text, json_file
from afterword.model import ChatRef, Kind, Message, Skipped

KINDS = (
    ("文本", Kind.TEXT),
    ("引用", Kind.TEXT),
    ("回复", Kind.TEXT),
    ("图片", Kind.IMAGE),
    ("语音通话", Kind.CALL),
    ("通话", Kind.CALL),
    ("语音", Kind.VOICE),
    ("视频", Kind.VIDEO),
    ("动画表情", Kind.STICKER),
    ("表情", Kind.STICKER),
    ("文件", Kind.FILE),
    ("位置", Kind.LOCATION),
    ("名片", Kind.CONTACT),
    ("链接", Kind.LINK),
    ("小程序", Kind.LINK),
    ("卡片", Kind.LINK),
    ("转账", Kind.TRANSFER),
    ("红包", Kind.TRANSFER),
    ("合并转发", Kind.FORWARD),
    ("聊天记录", Kind.FORWARD),
    ("撤回", Kind.RECALLED),
    ("拍一拍", Kind.SYSTEM),
    ("系统", Kind.SYSTEM),
)


class WeflowJson:
    name = "weflow_json"
    version = 1
    title = "WeChat by WeFlow or EchoTrace (json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if not text.lstrip().startswith("{") or '"chatlab"' in text:
            return None
        if '"weflow"' in text and '"session"' in text:
            return Match(1.0, "WeFlow header")
        if '"session"' in text and ('"isSend"' in text or '"senderUsername"' in text or '"wxid"' in text):
            return Match(0.95, "session and WeChat message fields")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        import ijson

        n = 0
        with json_file(path) as f:
            try:
                for m in ijson.items(f, "messages.item", use_float=True):
                    yield _record(m, n)
                    n += 1
            except ijson.JSONError as e:
                yield Skipped(f"/messages/{n}", "truncated", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        import ijson

        with json_file(path) as f:
            try:
                for s in ijson.items(f, "session", use_float=True):
                    s = s or {}
                    account = str(s.get("wxid") or s.get("accountId") or "")
                    name = str(s.get("displayName") or s.get("nickname") or account)
                    kind = str(s.get("type") or "")
                    direct = (
                        True if "私聊" in kind else False if "群" in kind or account.endswith("@chatroom") else None
                    )
                    yield ChatRef("", name, direct, "wechat", account, name)
                    return
            except ijson.JSONError:
                return


def _record(m: dict[str, Any], n: int) -> Message | Skipped:
    where = f"/messages/{n}"
    if not isinstance(m, dict):
        return Skipped(where, "unreadable", str(m)[:500])
    try:
        at: float | str = float(m.get("createTime") or 0)
    except ValueError:
        at = 0.0
    at = at or str(m.get("formattedTime") or "").replace(" ", "T")
    if not at:
        return Skipped(where, "no-date", str(m)[:500])
    if isinstance(at, float) and at > 1e11:
        at /= 1000
    label = str(m.get("type") or "文本消息")
    kind = next((k for word, k in KINDS if word in label), Kind.UNKNOWN)
    sent = m.get("isSend")
    if sent is None and kind == Kind.TEXT:
        kind = Kind.SYSTEM
    mine = None if sent is None else bool(sent)
    text, quoted = str(m.get("content") or ""), str(m.get("quotedContent") or "")
    if "引用" in label:
        text = _own(text, str(m.get("quotedSender") or ""), quoted)
    if kind not in (Kind.TEXT, Kind.SYSTEM, Kind.LINK, Kind.RECALLED) and text.startswith("[") and text.endswith("]"):
        text = ""
    system = kind == Kind.SYSTEM
    handle = "" if system else str(m.get("senderUsername") or "")
    name = "" if system else str(m.get("senderDisplayName") or "")
    return Message(
        where,
        at,
        handle,
        text,
        kind,
        name,
        None if system else mine,
        "",
        str(m.get("platformMessageId") or m.get("localId") or ""),
        str(m.get("replyToMessageId") or ""),
        quoted,
    )


def _own(text: str, sender: str, quoted: str) -> str:
    """The speaker's words of a quoting message: WeFlow repeats the quoted ones behind them, as [引用 name：words]."""
    if quoted and text.endswith(end := f"[引用 {sender}：{quoted}]"):
        return text.removesuffix(end)
    own, mark, _ = text.partition("[引用 ")
    return own if mark and text.endswith("]") else text


importer = WeflowJson()
