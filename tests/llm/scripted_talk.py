"""A live talk with a scripted model, over a shipped story and without a vault's ledger. In: answers. Out: a Talk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from memory_book import MemoryBook

from afterword import Workspace, guard
from afterword.app.talking import VaultRecords
from afterword.dialogue import Drafting, Exchange, Talk
from afterword.dialogue.drafting import Budget
from afterword.guard.pseudonyms import Pseudonyms
from afterword.llm import Consents, Door, Ledger, Message, ScriptedModel
from afterword.llm.consent import Mode

Story = tuple[Workspace, Any]
SAID: dict[str, list[str]] = {
    "en": [
        "how are you",
        "what about lisbon",
        "ok",
        "did you eat",
        "the bus is late",
        "look at this",
        "the kettle is on",
    ],
    "zh": ["你好吗", "主任还好吗", "好的", "吃饭了吗", "公交又晚点了", "你看这个", "那是谁"],
}
GOOD = {
    "en": ["good\nyou", "haha ok", "no you", "mm fine", "same", "who", "ok so", "wait what"],
    "zh": ["还好\n你呢", "哈哈哈好", "没啊\n怎么了", "困", "嗯嗯", "谁", "好吧", "啊"],
}
CRISIS = {"en": "I want to kill myself", "zh": "我不想活了"}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def turns(*answers: str) -> Callable[[Sequence[Message]], str]:
    n = count()
    return lambda messages: answers[next(n) % len(answers)]


def live(
    story: Story,
    model: ScriptedModel,
    *,
    mode: Mode = "ask-session",
    yes: bool = True,
    budget: Budget | None = None,
    seed: int = 1,
    clock: Clock | None = None,
) -> Talk:
    """A talk with a model, without a vault's ledger. `yes`: what is said to every question whether something may go."""
    w, told = story
    profile, library = w.personas.profile(None)
    consent = Consents(mode)

    def agreed(preview: Any) -> bool:
        shown.append(preview.text)
        if yes:
            consent.allow(preview)
        return yes

    shown: list[str] = []
    door = Door(
        model, Ledger(MemoryBook()), consent, Pseudonyms((), lang=told.lang), data="talk", purpose="talk",
        is_crisis=lambda line: guard.gate(line, subject_name="", lang=told.lang).name == "crisis",
    )  # fmt: skip
    records = VaultRecords(profile, library)
    drafting = Drafting(door, profile, records, lang=told.lang, agreed=agreed, budget=budget or Budget(), seed=seed)
    talk = Talk(profile, records, lang=told.lang, now=clock or Clock(), drafting=drafting)
    talk.shown_before_sending = shown  # type: ignore[attr-defined]
    return talk


def through(talk: Talk, lang: str) -> Iterator[tuple[str, Exchange]]:
    for line in SAID[lang]:
        yield line, talk.turn(line)
