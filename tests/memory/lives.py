"""Invented chats for what is remembered. In: rows of (who, local minute, words). Out: a conversation of Anna and Ben."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from afterword.memory.lived import Lived, live
from afterword.model import Conversation, Speaker, Utterance

Row = tuple[str, str, str]
DULL = {
    "en": ("the kettle is on", "rain again here", "soup for lunch", "the 12 was late", "paint is dry"),
    "zh": ("水烧上了", "又下雨", "中午喝汤", "公交晚了", "油漆干了"),
}


def dull(day: str, count: int = 60, lang: str = "en") -> list[Row]:
    """A day on which nothing happens."""
    start = datetime.fromisoformat(day + "T10:00")
    return [
        ("ab"[i % 2], (start + timedelta(minutes=i)).isoformat(timespec="minutes"), DULL[lang][i % 5])
        for i in range(count)
    ]


def chat(rows: list[Row]) -> Conversation:
    said = tuple(
        Utterance(f"u{i}", who, int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()), text)
        for i, (who, at, text) in enumerate(sorted(rows, key=lambda r: r[1]))
    )
    people = (Speaker("a", "Anna", ("Anna",), True), Speaker("b", "Ben", ("Ben",)))
    return Conversation("c", "t", True, "a", "b", people, said)


def lived(*rows: Row, lang: str = "en") -> Lived:
    """What a chat remembers that is dull but for these rows."""
    return live(chat([*dull("2023-01-02", lang=lang), *rows, *dull("2024-06-03", lang=lang)]))


def kinds(found: Lived) -> list[str]:
    return [e.kind for e in found.events if e.kind not in ("first-message", "last-message")]
