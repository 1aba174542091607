"""One message object of QQChatExporter: V5's clean message, V4's parsed one, and the client's raw one.

In: a decoded object. Out: what it is, its words, and what it quotes. The hard choice: the exporter's `text` renders
everything in a line (`[图片:a.jpg]`, `[回复消息]`, the quoted words), so the words are taken from the elements where
there are any, and from `text` only without them.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from afterword.importers.json_values import text_of, word_of
from afterword.importers.qq._words import kind_of
from afterword.model import Attachment, Kind

KINDS = {
    "image": Kind.IMAGE, "video": Kind.VIDEO, "audio": Kind.VOICE, "voice": Kind.VOICE, "ptt": Kind.VOICE,
    "file": Kind.FILE, "market_face": Kind.STICKER, "giphy": Kind.STICKER, "face_bubble": Kind.STICKER,
    "yolo_game_result": Kind.STICKER, "json": Kind.LINK, "ark": Kind.LINK, "xml": Kind.LINK, "share": Kind.LINK,
    "location": Kind.LOCATION, "forward": Kind.FORWARD, "multi_forward": Kind.FORWARD, "wallet": Kind.TRANSFER,
    "live_gift": Kind.TRANSFER, "av_record": Kind.CALL, "markdown": Kind.AUTOMATED, "inline_keyboard": Kind.AUTOMATED,
    "recommended_msg": Kind.AUTOMATED, "action_bar": Kind.AUTOMATED, "task_top_msg": Kind.AUTOMATED,
    "tofu_record": Kind.SYSTEM, "system": Kind.SYSTEM, "gray_tip": Kind.SYSTEM, "contact": Kind.CONTACT,
}  # fmt: skip
FIRST = (
    Kind.FORWARD, Kind.LINK, Kind.AUTOMATED, Kind.TRANSFER, Kind.CALL, Kind.LOCATION, Kind.CONTACT, Kind.VIDEO,
    Kind.VOICE, Kind.FILE, Kind.IMAGE, Kind.STICKER, Kind.SYSTEM, Kind.UNKNOWN,
)  # fmt: skip
"""What a message of several elements is: the first of these that it has."""

_MEDIA = frozenset({"image", "video", "audio", "voice", "ptt", "file"})
_RENDERED = re.compile(
    r"\[(?:图片|文件|视频|语音|动画表情|商城表情|表情)(?:消息)?[:： ][^\[\]\n]*\]|\[(?:image|video|audio|file)(?:、\w+)*消息\]"
)
_ANSWER = re.compile(r"\[回复(?:消息)?(?:[ :：][^\]\n]*)?\]\s?")
_CQ = re.compile(r"\[CQ:(\w+)((?:,[^\[\],=]+=[^\[\],]*)*)\]")
_RAW = (
    ("picElement", "image", "fileName"), ("fileElement", "file", "fileName"), ("videoElement", "video", "fileName"),
    ("pttElement", "audio", "fileName"), ("marketFaceElement", "market_face", "faceName"),
    ("arkElement", "json", ""), ("multiForwardMsgElement", "forward", ""), ("grayTipElement", "system", ""),
    ("shareLocationElement", "location", ""), ("walletElement", "wallet", ""), ("avRecordElement", "av_record", ""),
    ("markdownElement", "markdown", "content"), ("giphyElement", "giphy", ""),
)  # fmt: skip


class Content(NamedTuple):
    kind: Kind
    text: str
    quoted: str = ""
    reply_to: str = ""
    files: tuple[Attachment, ...] = ()


def content_of(m: dict[str, Any]) -> Content:
    """What a message says. Anything of a wrong type counts as absent."""
    body = m.get("content")
    if not isinstance(body, dict):
        if isinstance(m.get("elements"), list):
            return _of(list(map(_raw, m["elements"])), "")
        return _rendered(body) if isinstance(body, str) else Content(Kind.TEXT, "")
    elements, text = body.get("elements"), body.get("text")
    if isinstance(elements, list) and elements:
        if len(elements) == 1:  # nine of ten messages
            only = elements[0]
            if isinstance(only, dict) and only.get("type") == "text" and isinstance(d := only.get("data"), dict):
                words = d.get("text")
                return Content(Kind.TEXT, text_of(words))
        return _of(elements, text_of(text))
    return _parsed(body, text_of(text))


def _of(elements: list[Any], rendered: str) -> Content:
    parts: list[str] = []
    kinds: set[Kind] = set()
    files: list[Attachment] = []
    quoted = reply_to = title = ""
    answers = whole = False
    for element in elements:
        if not isinstance(element, dict):
            continue
        name, data = word_of(element.get("type")), element.get("data")
        if not isinstance(data, dict):
            data = {}
        if name == "text":
            parts.append(word_of(data.get("text")))
            # Some versions repeat the whole rendering in the first element; then faces and mentions are in it.
            whole = whole or (len(elements) > 1 and bool(rendered) and parts[-1] == rendered)
        elif name == "at":
            if not whole:
                parts.append("@" + word_of(data.get("name")).lstrip("@"))
        elif name == "face":
            if not whole:
                parts.append(word_of(data.get("name")))
        elif name == "reply":
            answers = True
            quoted = word_of(data.get("content"))
            reply_to = next(
                (w for k in ("referencedMessageId", "messageId") if (w := word_of(data.get(k))) not in ("", "0")), ""
            )
        else:
            kind = KINDS.get(name, Kind.UNKNOWN)
            if kind == Kind.IMAGE and data.get("subType") == "sticker":
                kind = Kind.STICKER
            kinds.add(kind)
            if name in _MEDIA:
                seconds = data.get("duration")
                files.append(
                    Attachment(
                        word_of(data.get("filename") or data.get("fileName")),
                        seconds=float(seconds) if isinstance(seconds, (int, float)) and seconds > 0 else None,
                    )
                )
            elif kind == Kind.LINK:
                title = (
                    title
                    or word_of(data.get("title")).replace("JSON消息", "")
                    or word_of(data.get("description"))
                    or word_of(data.get("url"))
                )
            elif kind == Kind.AUTOMATED:
                title = title or word_of(data.get("content")) or word_of(data.get("summary"))
            elif kind == Kind.SYSTEM:
                title = title or word_of(data.get("text")) or word_of(data.get("summary"))
    text = "".join(parts)
    if not text and not kinds and not answers and rendered:
        return _rendered(rendered)  # elements that say nothing
    if answers:
        text = own_words(text, quoted)
        if not quoted:  # V4 says what was answered in the rendering alone
            quoted = _quoted(rendered)
    if kinds and "[" in text:
        text = _RENDERED.sub("", text)
    kind = next((k for k in FIRST if k in kinds), Kind.TEXT)
    if kind == Kind.FORWARD:
        text = rendered
    elif kind in (Kind.LINK, Kind.AUTOMATED, Kind.SYSTEM):
        text = text.strip() or title
    if kind == Kind.SYSTEM and parts and text:
        kind = Kind.TEXT  # words beside an element that the exporter does not know
    return Content(kind, text.strip() if answers or kinds else text, quoted, reply_to, tuple(files))


def own_words(text: str, quoted: str) -> str:
    """The speaker's words without the quotation that the exporter wrote before them."""
    if not text.startswith("[回复"):
        return text
    at = text.find(f"{quoted}]", 3) if quoted else -1
    if at != -1 and "\n" not in text[3:at].replace(quoted, ""):
        return text[at + len(quoted) + 1 :].removeprefix("\n").lstrip(" ")
    m = _ANSWER.match(text)
    return text[m.end() :] if m else text


def _quoted(rendered: str) -> str:
    m = re.match(r"\[回复(?:消息)? ?[^:：\]\n]*[:：]\s?([^\]\n]*)\]", rendered)
    return m[1] if m else ""


def _parsed(body: dict[str, Any], text: str) -> Content:
    """V4: no elements; the resources, the reply, cards and forwards are members of their own."""
    reply, files = body.get("reply"), body.get("resources")
    quoted = word_of(reply.get("content")) if isinstance(reply, dict) else ""
    reply_to = word_of(reply.get("messageId")) if isinstance(reply, dict) else ""
    if isinstance(reply, dict):
        text = own_words(text, quoted)
        quoted = "" if quoted == "引用消息" else quoted
    base = _rendered(text)
    kinds: set[Kind] = set()
    found: list[Attachment] = []
    for r in files if isinstance(files, list) else ():
        if isinstance(r, dict):
            name = r.get("type")
            kinds.add(KINDS.get(name, Kind.FILE) if isinstance(name, str) else Kind.FILE)
            found.append(Attachment(word_of(r.get("fileName") or r.get("filename")), word_of(r.get("mimeType"))))
    for member, kind in (("multiForward", Kind.FORWARD), ("card", Kind.LINK), ("location", Kind.LOCATION)):
        if isinstance(value := body.get(member), dict):
            kinds.add(kind)
            if kind == Kind.LINK and not base.text.strip():
                base = base._replace(text=word_of(value.get("title")) or word_of(value.get("url")))
    kind = next((k for k in FIRST if k in kinds), base.kind)
    words = base.text
    if kinds and "[" in words:
        words = _RENDERED.sub("", words)
        whole, left = kind_of(words)
        words = left if whole != Kind.TEXT else words
    return Content(kind, words.strip() if kinds else words, quoted, reply_to or base.reply_to, tuple(found))


def _rendered(text: str) -> Content:
    """Words as the exporter or OneBot wrote them in one line."""
    reply_to, kind = "", Kind.TEXT
    if "[CQ:" in text:
        for m in _CQ.finditer(text):
            if m[1] == "reply":
                reply_to = m[2].partition("id=")[2].partition(",")[0]
            else:
                cq = {"record": "audio", "mface": "market_face", "node": "forward"}.get(m[1], m[1])
                kind = KINDS.get(cq, kind) if m[1] not in ("at", "face") else kind
        text = _CQ.sub(_mention, text)
        for code, char in (("&#91;", "["), ("&#93;", "]"), ("&#44;", ","), ("&amp;", "&")):
            text = text.replace(code, char)
        return Content(kind, text.strip() if kind else text, "", reply_to)
    if "[" in text:
        text = _ANSWER.sub("", text, count=1) if text.startswith("[回复消息]") else text
        bare = _RENDERED.sub("", text)
        if bare != text and not bare.strip():
            label = re.match(r"\s*\[(\w+?)(?:消息)?[:： \]]", text)
            name = label[1] if label else ""
            return Content(KINDS.get(name) or kind_of(f"[{name}]")[0] or Kind.FILE, "")
        whole, words = kind_of(text)
        return Content(whole, words)
    return Content(kind, text, "", reply_to)


def _mention(m: re.Match[str]) -> str:
    if m[1] != "at":
        return ""
    who = re.search(r",(?:name)=([^,]*)", m[2]) or re.search(r",(?:qq)=([^,]*)", m[2])
    return f"@{who[1]}" if who else ""


def _raw(element: Any) -> dict[str, Any]:
    """An element of the client's own message in the exporter's words."""
    if not isinstance(element, dict):
        return {}
    if isinstance(t := element.get("textElement"), dict):
        return {"type": "text", "data": {"text": word_of(t.get("content"))}}
    if isinstance(f := element.get("faceElement"), dict):
        return {"type": "face", "data": {"name": word_of(f.get("faceText"))}}
    if isinstance(r := element.get("replyElement"), dict):
        quoted = word_of(r.get("sourceMsgText"))
        if not quoted and isinstance(parts := r.get("sourceMsgTextElems"), list):
            quoted = "".join(word_of(p.get("textElemContent")) for p in parts if isinstance(p, dict))
        return {
            "type": "reply",
            "data": {"content": quoted, "messageId": word_of(r.get("replayMsgId") or r.get("sourceMsgIdInRecords"))},
        }
    for member, name, field in _RAW:
        if isinstance(d := element.get(member), dict):
            return {
                "type": name,
                "data": {
                    "filename": word_of(d.get(field)),
                    "content": word_of(d.get("content")),
                    "duration": d.get("duration"),
                },
            }
    return {"type": "unknown", "data": {}}
