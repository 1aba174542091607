"""The shipped examples: two invented couples. In: nothing. Out: where their chats are and how the demo speaks."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path

import msgspec


class Story(msgspec.Struct, frozen=True):
    lang: str
    file: Path
    me: str
    subject: str
    about: str
    traits: str
    zone: str
    script: tuple[str, ...]


def afternoon() -> datetime:
    """The demonstration is held at four in the afternoon, whenever it is held: the hour has a say in what is answered."""
    return datetime.now().astimezone().replace(hour=16, minute=0)


def stories() -> dict[str, Story]:
    here = Path(str(files("afterword"))) / "examples"
    return {
        "zh": Story(
            "zh",
            here / "zh" / "chat.txt",
            "周远",
            "林小雨",
            "在一起十七个月，2024 年夏天分开的。",
            "说话一串一串的，爱笑，生气了就变得很短。",
            "Asia/Shanghai",
            ("早", "主任呢", "今天好累", "你是真人吗"),
        ),
        "en": Story(
            "en",
            here / "en" / "WhatsApp Chat with Maya Okafor.txt",
            "Tom Hale",
            "Maya Okafor",
            "Together for a year and a half, over since February 2024.",
            "Writes in bursts, laughs a lot, goes very correct when hurt.",
            "Europe/London",
            ("good morning", "i love you", "long day at work", "are you real?"),
        ),
    }
