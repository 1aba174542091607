"""A claim before the court has seen it: topic, key, sentence in both languages, what it may stand on."""

from __future__ import annotations

import msgspec

from afterword.texts import LANGS, say


class Draft(msgspec.Struct, frozen=True):
    """`quotes`: utterance ids that may be quoted whole, best first; those of other speakers are passed over.

    style   the same fact as an instruction with numbers only, for SKILL.md; {} when there is none
    """

    topic: str
    key: str
    statement: dict[str, str]
    measurements: tuple[str, ...]
    quotes: tuple[str, ...]
    style: dict[str, str] = {}


def sentence(key: str, **values: object) -> dict[str, str]:
    """The text `claim.<key>` in every language."""
    return {lang: say(lang, f"claim.{key}", **values) for lang in LANGS}


def style(key: str, **values: object) -> dict[str, str]:
    return {f"style_{lang}": say(lang, f"style.{key}", **values) for lang in LANGS}


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if value < 100 else f"{value:,.0f}"


def duration(seconds: float, *, minutes_only: bool = False) -> dict[str, str]:
    """Seconds in words for both languages; a clock that keeps minutes only cannot tell what is under one."""
    if minutes_only and seconds < 60:
        return {"en": "less than a minute", "zh": "不到一分钟"}
    if minutes_only and seconds == 60:
        return {"en": "a minute", "zh": "一分钟"}
    for size, en, zh in ((86400, "days", "天"), (3600, "hours", "小时"), (60, "minutes", "分钟")):
        if seconds >= size * 1.5:
            return {"en": f"{number(seconds / size)} {en}", "zh": f"{number(seconds / size)} {zh}"}
    return {"en": f"{number(seconds)} seconds", "zh": f"{number(seconds)} 秒"}
