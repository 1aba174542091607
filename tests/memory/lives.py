"""Invented chats for what is remembered. In: rows of (who, local minute, words), or talks. Out: a conversation of Anna and Ben,
or a vault of Ana and Tom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from afterword import Workspace
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


FILL = [("Tom", "home"), ("Ana", "ok see you"), ("Tom", "到家了"), ("Ana", "早点睡"), ("Tom", "night"), ("Ana", "lol")]


@contextmanager
def among_others(talks: Sequence[Sequence[tuple[str, str]]], folder: Path, apart: int) -> Iterator[Workspace]:
    """A vault in which each talk stands once, `apart` days of nothing told from the next; Tom's, about Ana."""
    start, rows = datetime(2022, 5, 2, 19, 0), []
    for i in range(apart * len(talks)):
        for day, said in ((0, talks[i // apart] if i % apart == 3 else FILL), (1, FILL)):
            at = start + timedelta(days=3 * i + day)
            rows += [(at + timedelta(minutes=m), who, text) for m, (who, text) in enumerate(said)]
    file = folder / "chat.txt"
    file.write_text("".join(f"{at:%d/%m/%Y, %H:%M} - {who}: {text}\n" for at, who, text in rows), encoding="utf-8")
    with Workspace(folder / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        w.create([file], name="Ana", me="Tom", subject="Ana")
        yield w
