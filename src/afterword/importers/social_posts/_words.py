"""Whose words a post holds, and when it was written. In: texts as the sites and their crawlers write them."""

from __future__ import annotations

import re
from datetime import datetime

MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T _]+(\d{1,2}):(\d\d)(?::(\d\d))?)?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?\Z"
)
TAG = re.compile(r"<[^>]{1,300}>")
CHAIN = re.compile(r"\s*//\s*@.*\Z", re.S)
ORIGINAL = re.compile(r"\s*\n(?:原始用户|转发内容): .*\Z", re.S)
REASON = re.compile(r"转发了.{0,80}?微博[:：]\n.*\n转发理由[:：]|转发理由[:：]", re.S)
NOTHING = ("转发微博", "Repost", "轉發微博")
"""What Weibo itself writes where somebody shared a post without a word."""


def own(text: str) -> str:
    """The words of whoever shared a post, without the post and without what others said on its way."""
    if m := REASON.match(text):
        text = text[m.end() :]
    text = CHAIN.sub("", ORIGINAL.sub("", text)).strip()
    return "" if text in NOTHING else text


def moment(raw: str) -> float | str | None:
    """Local time, an instant where a zone or an epoch stands, a day where only a day does; None for anything else."""
    if re.fullmatch(r"\d{10}|\d{13}", raw):
        return int(raw) / (1000 if len(raw) == 13 else 1)
    m = MOMENT.match(raw)
    try:
        if m is None:
            return datetime.strptime(raw, "%a %b %d %H:%M:%S %z %Y").timestamp()
        year, month, day = int(m[1]), int(m[2]), int(m[3])
        if m[4] is None:
            return datetime(year, month, day).date().isoformat()
        at = datetime(year, month, day, int(m[4]), int(m[5]), int(m[6] or 0))
        if m[7]:
            return datetime.fromisoformat(at.isoformat() + m[7].replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return None
    return at.isoformat()
