"""What gives somebody away besides a name: mail, telephone, account, card, identity and street. In: text. Out: spans.

Patterns are read on `folded` text, in which width, case, accents and hidden characters are gone and every character
knows its place in the original. What is in doubt is found: it is put back letter by letter, so finding too much costs
a model some sense and costs nobody their privacy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_HIDDEN = ("Cf", "Mn", "Me", "Cc")
_SPACE = re.compile(r"\s")


def folded(text: str) -> tuple[str, list[int]]:
    """The text without width, case, accents and hidden characters; and for each of its characters the place in `text`,
    with the end of `text` as the last. Prompts carry chat lines as JSON, so \\u escapes are read as what they stand for."""
    out: list[str] = []
    at: list[int] = []
    i = 0
    while i < len(text):
        char, step = text[i], 1
        if char == "\\" and (m := _ESCAPED.match(text, i)):
            char, step = chr(int(m[1], 16)), 6
        if _SPACE.match(char):
            out.append("\n" if char in "\r\n" else " ")
            at.append(i)
        elif unicodedata.decimal(char, None) is not None:
            out.append(str(unicodedata.decimal(char)))
            at.append(i)
        else:
            for part in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold()):
                if unicodedata.category(part) not in _HIDDEN:
                    out.append(" " if _SPACE.match(part) else part)
                    at.append(i)
        i += step
    return "".join(out), [*at, len(text)]


_HAN = "\u3400-\u9fff"
_STREET = r"street|st|road|rd|avenue|ave|lane|ln|boulevard|blvd|terrace|crescent"
_STREET_TOO = r"drive|dr|court|ct|place|square|close|way|gardens|grove|hill|row|park"
_SMALL = r"(?:the|a|an|of|on|in|at|to|my|your|our|his|her|their|this|that|down|up|by|for|and|or|is|was|from|days?|hours?|minutes?|years?|times?|miles?)"
_APPS = r"微信号?|wechat|weixin|vx|qq号?|line|telegram|whatsapp|instagram|insta|ig|snapchat|skype|signal|账号|帐号|id"

PATTERNS = {
    "mail": r"[a-z0-9_.+%-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}",
    "handle": r"(?<![\w@])@[a-z0-9_][\w.-]*|(?<![a-z0-9])wxid_\w+"
    rf"|(?<![a-z0-9])(?:{_APPS}) ?(?:[:=是] ?|(?=[\w.-]*[\d_]))[a-z0-9][\w.-]{{3,}}",
    "id": r"(?<![a-z0-9])(?:[a-z]{2}\d{2} ?[a-z0-9]{4}(?: ?\d{4}){2,6}(?: ?[a-z0-9]{1,4})?|\d{17}x|[a-z]{1,2}\d{6,9}[a-z]?)(?![a-z0-9])",
    "number": r"(?<!\d)[+(]{0,2}\d(?:[ \t().\-\u2010-\u2015/]{0,3}\d){6,24}(?!\d)",
    "address": rf"(?<![a-z0-9])\d{{1,5}}[a-z]?,?(?: (?!{_SMALL}\b)[^\W\d_][\w'’.-]*){{1,4}}? (?:{_STREET}|{_STREET_TOO})\b\.?"
    rf"|(?:[{_HAN}]{{1,7}}?[省市区县镇])*(?:(?![在到去住是从离往来])[{_HAN}]){{1,6}}?(?:路|街|大道|巷|弄|胡同|里|道)\d{{1,5}}(?:号|弄)?(?:\d{{1,4}}(?:号楼|栋|幢|单元|楼|层|室|号|座))*"
    rf"|(?:(?![在到去住是从离往来])[{_HAN}]){{2,8}}?(?:小区|花园|公寓|苑|大厦|新村)\d{{1,4}}(?:号楼|栋|幢|单元|楼|层|室|号|座)(?:\d{{1,4}}(?:号楼|栋|幢|单元|楼|层|室|号|座))*",
}
_ALL = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in PATTERNS.items()))
_DAY = re.compile(
    r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?:[ t]+\d{1,2}(?:[.]\d\d)*)?|\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d\d(?: +\d{1,2})?"
    r"|(?:19|20)\d\d *[-\u2010-\u2015/] *(?:19|20)\d\d|(?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])"
)
_LOWER_STREET = re.compile(rf" (?:{_STREET_TOO})\.?$")


def spans(text: str, line: str, at: list[int]) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) in the folded line, left to right: mail, handle, id, card, phone or address."""
    start = 0
    while m := _ALL.search(line, start):
        kind = _kind(m, text, at)
        start = m.end() if kind else m.start() + _skip(m)
        if kind:
            yield m.start(), m.end(), kind


def _skip(m: re.Match[str]) -> int:
    """After a date, go on behind it; after anything else that is nothing, at the next character."""
    day = _DAY.match(m[0]) if m.lastgroup == "number" else None
    return day.end() if day else 1


def _kind(m: re.Match[str], text: str, at: list[int]) -> str:
    """The kind of a find, "" when it is none after all: a date, or "3 weeks his way"."""
    kind = m.lastgroup or ""
    if kind == "address":
        original = text[at[m.start()] : at[m.end()]]
        small = _LOWER_STREET.search(m[0]) and not re.search(r"\s[A-Z]\w*\.?$", original)
        return "" if small else kind
    if kind == "number":
        return "" if _DAY.match(m[0]) else _kind_of_number(re.sub(r"\D", "", m[0]))
    return kind


def _kind_of_number(digits: str) -> str:
    if 13 <= len(digits) <= 19 and _luhn(digits):
        return "card"
    return "id" if len(digits) > 13 else "phone"


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        n = int(digit) * (2 if place % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0
