"""What WeChat's exporters call things, and how a text shows that it is no text. In: type names, numbers, bodies.

Codes such as [捂脸] are words of the person who set them; [图片] alone is a picture. The two look alike, so only
labels that an exporter is known to write are read as placeholders, and those that are codes as well (红包) only alone.
"""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from afterword.han import simplified
from afterword.importers.wechat_exports._labels import ALONE, CODES, ENGLISH, LABELS, MONEY, NUMBERS, SUBTYPES
from afterword.model import Attachment, Kind

SPOKEN_BY_NOBODY = {
    "我通过了你的朋友验证请求，现在我们可以开始聊天了": Kind.AUTOMATED,
    "I've accepted your friend request. Now let's chat!": Kind.AUTOMATED,
}
PLACEHOLDERS: dict[str, Kind] = {
    **{f"[{label}]": kind for label, kind in ALONE.items()},
    **{f"【{label}】": kind for label, kind in ALONE.items()},
    **SPOKEN_BY_NOBODY,
    "[语音消息 - 转文字失败]": Kind.VOICE,
    "（视频丢失）": Kind.VIDEO,
}
NOTICE = re.compile(
    r'(?:你|"[^"\n]{1,60}"|“[^”\n]{1,60}”|「[^」\n]{1,60}」) ?撤回了一条消息(?: ?重新编辑)?$'
    r'|(?:我|你|"[^"\n]{1,60}"|“[^”\n]{1,60}”) ?拍了拍 ?(?:我|自己|你)?(?:"[^"\n]{1,60}"|“[^”\n]{1,60}”).{0,60}$'
    r'|(?:"[^"\n]{1,60}"|“[^”\n]{1,60}”) ?拍了拍 ?(?:我|自己|你).{0,60}$'
    r'|(?:你|"[^"\n]{1,60}"|“[^”\n]{1,60}”).{0,120}(?:加入了?群聊|移出了?群聊)。?$'
    r"|.{0,60}修改群名为[“\"].{0,80}[”\"]$"
    r'|.{1,40}领取了 ?(?:你|自己|"[^"\n]{1,60}"|“[^”\n]{1,60}”) ?(?:发)?的红包$'
    r"|(?:你已添加了|以上是).{0,60}(?:开始聊天了|打招呼的(?:内容|消息))[。.]?$"
    r"|.{1,40}开启了朋友(?:验证|认证)，你还不是.{0,80}$"
    r"|消息已发出，但被对方拒收了[。.]?$"
    r"|You recalled a message$|\"[^\"\n]{1,60}\" recalled a message$"
)
"""Lines of the app itself, as whole bodies. Names stand in quotes there; without them the words may be a person's."""
_LOGGED = re.compile(
    r"^\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d\S*\s+(?:\S+\s+){0,3}?(?:\S+\.)?\[?"
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\b",
    re.M,
)

_LED = re.compile(r"([\[【])([^\[\]【】:：|\n]{1,12}?)(?:[:：|]([^\]】\n]*))?[\]】][:：]?[ \n]?(.*)\Z", re.S)
_SAID_ALOUD = re.compile(r"语音时长[:：] ?([\d.]*) ?秒?(?:\n翻译结果[:：](.*))?\Z", re.S)
_AFTER_NAME = re.compile(r" \d+(?:\.\d+)? ?[KMGT]?B\b.*\Z", re.S)
_IMG = re.compile(r"<img\b[^>]*>", re.I)
_ALT = re.compile(r"""\b(?:alt|id|title)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p[^>]*>|</div>\s*<div[^>]*>", re.I)
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z_][^<>]*>", re.S)
_TITLE = re.compile(r"<title>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</title>", re.S)
_CLOCK = re.compile(
    r"(\d{4})(?:[-/.]|年 ?)(\d{1,2})(?:[-/.]|月 ?)(\d{1,2})日?(?:[T ] ?|　)(上午|下午|凌晨|中午|晚上|AM |PM )?"
    r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)? ?(AM|PM|am|pm)?(Z|[+-]\d\d:?\d\d)?$"
)
_PATH = re.compile(
    r"(?!\w+://)(?:[^\n\"<>|*?]{0,300}[\\/])?(images?|voices?|videos?|emojis?|files?)[\\/](?:[^\\/\n]{1,100}[\\/]){0,3}"
    r"[^\\/\n]{1,200}\.\w{2,5}$",
    re.I,
)
_OLD_QUOTE = re.compile(r"「(?:[^：:\n「」]{0,80}[：:] ?)?(.*?)」\n[-—–─ ]{5,}\n(.*)\Z", re.S)
_FOLDERS = {
    "image": Kind.IMAGE,
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "emoji": Kind.STICKER,
    "file": Kind.FILE,
}
_OLDEST, _NEWEST = 1e8, 1e11
"""Epoch seconds from 1973 to 5138: what lies above is counted in thousandths."""


@lru_cache(maxsize=512)
def kind_of_label(label: str) -> Kind:
    """The kind that a type's name says, in Chinese or English; UNKNOWN when it says none."""
    plain = label.strip().casefold()
    if plain in ENGLISH:
        return ENGLISH[plain]
    return next((kind for word, kind in LABELS if word in label), Kind.UNKNOWN)


@lru_cache(maxsize=512)
def kind_of_number(number: int, sub: int = 0) -> Kind:
    """The kind of WeChat's own type numbers; since version 4 the subtype lies in the upper 32 bits."""
    if number > 0xFFFFFFFF:
        number, sub = number & 0xFFFFFFFF, number >> 32
    if number == 49:
        return SUBTYPES.get(sub, Kind.LINK)
    return NUMBERS.get(number, Kind.UNKNOWN)


def is_log(text: str) -> bool:
    """Whether the lines are a program's: a time and how bad it is."""
    text = text[:4000]
    return len(_LOGGED.findall(text)) * 3 >= text.count("\n") + 1


def told(text: str, labelled: bool) -> tuple[Kind, str, tuple[Attachment, ...]]:
    """What a body is by its own look: (kind, the words, the file it names).

    labelled: the exporter writes "[文件]report.pdf"; else only a label alone or one in 【】 counts.
    """
    first = text[:1]
    if first not in "[【语（我I" or not text:
        return Kind.TEXT, text, ()
    kind = PLACEHOLDERS.get(simplified(text.strip()))
    if kind is not None:
        return kind, text if kind == Kind.AUTOMATED else "", ()
    if first == "语" and (m := _SAID_ALOUD.match(text)):
        return Kind.VOICE, (m[2] or "").strip(), _seconds(m[1])
    m = _LED.match(text)
    if m is None or (m[1] == "[" and not labelled):
        return Kind.TEXT, text, ()
    label, inside, rest = m[2].strip(), (m[3] or "").strip(), m[4]
    if label in MONEY:
        return Kind.TRANSFER, text, ()
    if label.startswith("语音 ") or label.startswith("Audio "):
        label = "语音消息"
    kind = ALONE.get(label)
    if kind is None or (m[1] == "[" and label in CODES and not inside and not _expected(label, rest)):
        return Kind.TEXT, text, ()
    if kind in (Kind.IMAGE, Kind.STICKER):
        return kind, "", (Attachment(inside),) if inside and "/" in inside else ()
    if kind == Kind.FILE:
        name = inside or _AFTER_NAME.sub("", rest.strip())
        return kind, "", (Attachment(name),) if name else ()
    if kind == Kind.VIDEO:
        return kind, "", _seconds(rest.strip().removesuffix("s"))
    if kind == Kind.VOICE:
        return kind, rest if not rest.startswith("(http") else "", ()
    if kind == Kind.SYSTEM:
        return kind, rest or text, ()
    return kind, f"{inside} {rest}".strip() if inside or rest else "", ()


def _expected(label: str, rest: str) -> bool:
    """Whether an exporter, rather than a person, wrote `rest` behind the label."""
    if label == "视频":
        return re.fullmatch(r"\s*\d+s", rest) is not None
    return label == "红包" and "[" not in rest and "\n" not in rest


def _seconds(raw: str) -> tuple[Attachment, ...]:
    try:
        return (Attachment(seconds=float(raw)),) if raw else ()
    except ValueError:
        return ()


def without_quote(text: str) -> tuple[str, str]:
    """(own words, quoted words) of "words[引用 name：quoted]"; the text itself and "" when nothing is quoted."""
    if not text.endswith("]"):
        return text, ""
    own, mark, rest = text.partition("[引用 ")
    if not mark:
        return text, ""
    name, colon, words = rest[:-1].partition("：")
    return own, spoken(words if colon else name)


def spoken(quoted: str) -> str:
    """Quoted words; "" where only a picture or another message without words was quoted."""
    return "" if PLACEHOLDERS.get(simplified(quoted)) or quoted in ("[消息]", "未知") else quoted


def old_quote(text: str) -> tuple[str, str]:
    """(own words, quoted words) of 「name：quoted」, a line of dashes and the answer, as WeChat once wrote into the text."""
    m = _OLD_QUOTE.match(text)
    return (m[2], spoken(m[1])) if m else (text, "")


def path_kind(text: str) -> Kind | None:
    """The kind of a body that is nothing but the path of an exported file, by the folder it lies in."""
    m = _PATH.match(text)
    return _FOLDERS.get(m[1].lower().rstrip("s")) if m else None


def html_text(fragment: str) -> str:
    """The words of a piece of html: line ends, emoji pictures as the codes they stand for, no tags, no entities."""
    if "<" in fragment:
        fragment = _TAG.sub("", _BREAK.sub("\n", _IMG.sub(_emoji, fragment)))
    return html.unescape(fragment) if "&" in fragment else fragment


def _emoji(m: re.Match[str]) -> str:
    alt = _ALT.search(m[0])
    code = (alt[1] or alt[2] or "") if alt else ""
    named = code and (code[0].isascii() or "\u3400" <= code[0] <= "\u9fff")  # else it is the emoji itself
    return f"[{code}]" if named and not code.startswith("[") else code


def appmsg(xml: str) -> tuple[str, str]:
    """(the speaker's own title, the quoted words) of an app message's xml. A damaged one may still show its title."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(xml[xml.index("<") :].strip())
    except (ParseError, DefusedXmlException, ValueError):
        m = _TITLE.search(xml)
        return html.unescape(m[1]) if m else "", ""
    title, quoted = root.findtext(".//appmsg/title") or "", root.findtext(".//refermsg/content") or ""
    if quoted.lstrip().startswith("<"):  # a quoted message may be xml itself
        quoted = appmsg(quoted)[0] if quoted.count("<") < 5_000 else ""
    return title, quoted


def moment(value: Any) -> float | str | None:
    """Epoch seconds for a number or a time with an offset, local wall-clock text for a time without, else None.

    A spreadsheet may have written "2024/10/4 11:42", "2024年10月4日 上午11:42" or the days since 1900.
    """
    if isinstance(value, str):
        value = value.strip()
        m = _CLOCK.match(value)
        if m is not None:
            hour, half = int(m[5]), (m[4] or m[8] or "").strip().upper()
            if half in ("下午", "晚上", "PM", "中午") and hour < 12 and not (half == "中午" and hour > 10):
                hour += 12
            elif half in ("上午", "凌晨", "AM") and hour == 12:
                hour = 0
            local = f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}T{hour:02}:{m[6]}:{m[7] or '00'}"
            try:
                found = datetime.fromisoformat(local + ("+00:00" if m[9] == "Z" else m[9] or ""))
                return found.timestamp() if m[9] else local
            except (ValueError, OverflowError):
                return None
        try:
            value = float(value) if value and value[0].isascii() and value[0].isdigit() else None
        except ValueError:
            return None
        if value is not None and 20_000 < value < 80_000:
            day = datetime(1899, 12, 30) + timedelta(seconds=round(value * 86_400))
            return day.isoformat(timespec="seconds")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if value > 1e18 or not value > _OLDEST:
        return None
    return float(value) / 1000 if value > _NEWEST else float(value)


def yes(value: Any) -> bool | None:
    """True and False of a flag that may be a number, a word or missing."""
    if isinstance(value, str):
        value = {"1": 1, "0": 0, "true": 1, "false": 0}.get(value.strip().casefold())
    return value == 1 if isinstance(value, (bool, int)) and value in (0, 1) else None
