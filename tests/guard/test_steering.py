"""Goodbyes and wishes for a memory are whole lines: what only speaks of them is left alone, and nothing takes long."""

from __future__ import annotations

import time

import pytest

from afterword.guard import memory_asked, says_goodbye


@pytest.mark.parametrize(
    "line", ["goodbye", "ok bye", "Bye bye", "goodbye Maya", "再见", "拜拜", "再见了，亲爱的", "再見"]
)
def test_a_goodbye_is_one(line: str) -> None:
    assert says_goodbye(line, "Maya")


@pytest.mark.parametrize(
    "line", ["stop", "停", "quit", "i'm done, bye", "结束了，再见", "我走了，再见", "she waved goodbye"]
)
def test_stopping_is_no_goodbye(line: str) -> None:
    assert not says_goodbye(line, "Maya")


@pytest.mark.parametrize(
    ("line", "of"),
    [
        ("memory", ""),
        ("another memory, please", ""),
        ("can you show me a happy memory?", ""),
        ("a memory of us", ""),
        ("回忆一下", ""),
        ("再来一段回忆吧", ""),
        ("a memory about the lighthouse, please", "the lighthouse"),
        ("講一段關於燈塔的回憶", "燈塔"),
        ("my phone is out of memory", None),
        ("do you remember the lighthouse", None),
        ("i don't want a memory", None),
        ("remember me", None),
        ("记得带伞", None),
        ("我们的回忆都在这里", None),
    ],
)
def test_a_memory_is_asked_for_in_a_whole_line(line: str, of: str | None) -> None:
    assert memory_asked(line, "Maya") == of


@pytest.mark.parametrize("part", ["bye ", "byebye", "拜", "问", "好", "关于", "ask for ", "a good ", "a memory of "])
@pytest.mark.parametrize("size", [100, 150, 100_000])
def test_no_line_takes_long(part: str, size: int) -> None:
    line = (part * size)[:size] + "x"
    begun = time.perf_counter()
    says_goodbye(line, "Maya")
    memory_asked(line, "Maya")
    assert time.perf_counter() - begun < 0.5
