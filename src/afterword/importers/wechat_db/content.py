"""What a WeChat message says. In: its type and its content, words or XML. Out: a kind, the person's words, what is quoted.

Everything but plain words is XML. Of a reply the title is the speaker's and the rest somebody else's; a forward, a
link, a file and a transfer have a title that nobody said.
"""

from __future__ import annotations

import html
import re
from typing import Any, NamedTuple

from afterword.model import Attachment, Kind

KINDS = {
    1: Kind.TEXT, 3: Kind.IMAGE, 34: Kind.VOICE, 37: Kind.SYSTEM, 40: Kind.SYSTEM, 42: Kind.CONTACT, 43: Kind.VIDEO,
    47: Kind.STICKER, 48: Kind.LOCATION, 50: Kind.CALL, 52: Kind.SYSTEM, 53: Kind.CALL, 62: Kind.VIDEO,
    66: Kind.CONTACT, 10000: Kind.SYSTEM, 10002: Kind.SYSTEM, 11000: Kind.SYSTEM,
}  # fmt: skip
APP = {
    1: Kind.TEXT, 2: Kind.IMAGE, 6: Kind.FILE, 8: Kind.STICKER, 17: Kind.LOCATION, 19: Kind.FORWARD, 40: Kind.FORWARD,
    50: Kind.CONTACT, 57: Kind.TEXT, 62: Kind.SYSTEM, 74: Kind.FILE, 87: Kind.SYSTEM, 2000: Kind.TRANSFER,
    2001: Kind.TRANSFER, 2003: Kind.TRANSFER,
}  # fmt: skip
"""Types inside a message of type 49. All others are things to open: links, programs, music, channels."""
SHARED = 49

_QUOTED_KINDS = {"1", "49", "57", str(57 << 32 | 49)}
"""Types of a quoted message whose content is words; of a picture it is XML."""
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d\d)")
_TITLE = re.compile(r"<title>(.*?)</title>", re.S)
_TYPE = re.compile(r"<type>(\d+)</type>")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_SPEAKER = re.compile(r"\A[A-Za-z0-9_\-@.]{2,64}:\n(?=\s*<)")
_MARKUP = re.compile(r"<[^<>]*>")


class Content(NamedTuple):
    kind: Kind
    text: str = ""
    quoted: str = ""
    reply_to: str = ""
    files: tuple[Attachment, ...] = ()


def content_of(type: int, sub: int, content: str) -> Content:
    """What a message of this type says."""
    if type == 1:
        return Content(Kind.TEXT, content)
    if type == SHARED:
        return _shared(sub, content)
    kind = KINDS.get(type, Kind.UNKNOWN)
    if kind == Kind.SYSTEM:
        return Content(kind, _notice(content))
    if kind == Kind.VOICE:
        return Content(kind, files=_lasting(_number(_attribute(content, "voicelength")) / 1000))
    if kind == Kind.CALL:
        m = _CLOCK.search(_MARKUP.sub(" ", _CDATA.sub(r"\1", content)))
        return Content(kind, files=_lasting(int(m[1] or 0) * 3600 + int(m[2]) * 60 + int(m[3]) if m else 0))
    if kind == Kind.LOCATION:
        place = _attribute(content, "poiname")
        return Content(kind, _attribute(content, "label") if place in ("", "[位置]") else place)
    if kind == Kind.CONTACT:
        return Content(kind, _attribute(content, "nickname"))
    return Content(kind)


def _shared(sub: int, content: str) -> Content:
    root = _tree(content)
    if root is None:
        if "<" not in content:  # no XML at all: older versions keep the title bare
            return _titled(APP.get(sub, Kind.LINK), content) if content else Content(APP.get(sub, Kind.UNKNOWN))
        t, n = _TITLE.search(content), _TYPE.search(content)
        title, number = (html.unescape(_CDATA.sub(r"\1", t[1])) if t else ""), int(n[1][:6]) if n else sub
        return _titled(APP.get(number, Kind.LINK), title)
    app = root if root.tag == "appmsg" else root.find(".//appmsg")
    if app is None:
        return Content(Kind.UNKNOWN)
    number = int(_number(app.findtext("type") or "")) or sub
    kind, title = APP.get(number, Kind.LINK), app.findtext("title") or ""
    refer = app.find("refermsg")
    if number == 57 or refer is not None:
        return Content(Kind.TEXT, title, _quoted(refer), (refer.findtext("svrid") or "") if refer is not None else "")
    if kind == Kind.FORWARD:
        return Content(kind, "\n".join(p for p in (title, app.findtext("des") or "") if p))
    if number == 62:
        return Content(kind, title or app.findtext(".//template") or app.findtext(".//templete") or "")
    if number == 87:
        return Content(kind, app.findtext("textannouncement") or title)
    if kind == Kind.LINK and not title:
        title = app.findtext(".//finderFeed/desc") or app.findtext("sourcedisplayname") or app.findtext("url") or ""
    return _titled(kind, title)


def _titled(kind: Kind, title: str) -> Content:
    if kind == Kind.FILE:
        return Content(kind, files=(Attachment(title),) if title else ())
    return Content(kind, title if kind in (Kind.TEXT, Kind.LINK, Kind.SYSTEM, Kind.FORWARD) else "")


def _quoted(refer: Any) -> str:
    if refer is None:
        return ""
    words = _SPEAKER.sub("", refer.findtext("content") or "", count=1)
    kind = refer.findtext("type") or "1"
    if kind == "1" or not words.lstrip().startswith("<"):
        return words if kind in _QUOTED_KINDS else ""
    inner = _tree(words)
    return (inner.findtext(".//appmsg/title") or "") if inner is not None else ""


def _notice(content: str) -> str:
    """The sentence of a system message; of its XML only what a person was shown."""
    if "<" not in content:
        return content
    root = _tree(content)
    if root is None:
        return html.unescape(_MARKUP.sub("", _CDATA.sub(r"\1", content))).strip()
    for path in (".//replacemsg", ".//plain", ".//template", ".//text"):
        if found := root.findtext(path):
            return _filled(found, root) if "$" in found else found
    return "".join(root.itertext()).strip()[:2000]


def _filled(template: str, root: Any) -> str:
    for link in root.iter("link"):
        names = [n.text or "" for n in link.iter("nickname")]
        template = template.replace(f"${link.get('name')}$", "、".join(names) or link.findtext("title") or "")
    return template


def _tree(content: str) -> Any:
    """The XML of a message, or None when it is damaged or unsafe."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    text = content.strip().strip("\0")
    at = text.find("<")
    if at == -1:
        return None
    try:
        return fromstring(text[at:])
    except (ParseError, DefusedXmlException, ValueError):
        return None


def _attribute(content: str, name: str) -> str:
    m = re.search(rf'\b{name}\s*=\s*"([^"<>]*)"', content)
    return html.unescape(m[1]) if m else ""


def _number(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0.0


def _lasting(seconds: float) -> tuple[Attachment, ...]:
    return (Attachment(seconds=seconds),) if seconds > 0 else ()
