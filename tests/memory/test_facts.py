"""What somebody says of themselves: plain words only, and later ones close earlier ones of the same slot."""

from __future__ import annotations

import pytest
from lives import chat

from afterword.memory.facts import facts

PLAIN = [
    ("i live in Leeds now", "lives", "Leeds"), ("我住在杭州", "lives", "杭州"),
    ("I work at the Foundry.", "works", "the Foundry"), ("我在书店上班", "works", "书店"),
    ("i'm a nurse", "works-as", "nurse"), ("我是个护士", "works-as", "护士"),
    ("i'm allergic to penicillin", "allergy", "penicillin"), ("我对花生过敏", "allergy", "花生"),
    ("i hate mushrooms, i don't eat bacon", "dislikes", "bacon"), ("我不吃香菜", "dislikes", "香菜"),
    ("my dog is called Biscuit", "pet", "dog: Biscuit"), ("我家猫叫豆子", "pet", "猫: 豆子"),
    ("my brother's name is Otto", "family", "brother: Otto"), ("我弟叫小石", "family", "弟: 小石"),
    ("my birthday is the 3rd of march", "birthday", "3rd of march"), ("我生日是3月3号", "birthday", "3月3号"),
    ("i study at NYU", "studies-at", "NYU"), ("我老家是芜湖", "from", "芜湖"),
]  # fmt: skip
NOTHING = [
    "do you live in Leeds?", "i wish i lived in Leeds", "if i move to York", "i used to work at the mill", "i live in fear",
    "she said i work at a circus", "i'm allergic to mondays haha", "i moved to the sofa, lol",
    "你住在杭州吗", "我以前在书店上班", "如果我住在海边", "我不吃了", "我在家上班", "我是在上海等你", "梦到我住在月亮上",
]  # fmt: skip


@pytest.mark.parametrize(("words", "slot", "value"), PLAIN)
def test_plain_words_of_oneself(words: str, slot: str, value: str) -> None:
    (fact,) = [f for f in facts(chat([("b", "2023-03-01T10:00", words)])) if f.slot == slot]
    assert (fact.who, fact.value, fact.since, fact.ids) == ("b", value, "2023-03-01", ("u0",))


@pytest.mark.parametrize("words", NOTHING)
def test_questions_wishes_the_past_others_and_jokes_are_left_out(words: str) -> None:
    assert facts(chat([("b", "2023-03-01T10:00", words)])) == []


@pytest.mark.parametrize(("first", "second", "values"), [
    ("i live in Leeds", "i moved to York", ("Leeds", "York")), ("我住在上海", "我搬到杭州了", ("上海", "杭州")),
])  # fmt: skip
def test_later_words_close_earlier_ones_and_both_are_kept(first: str, second: str, values: tuple[str, str]) -> None:
    held = facts(chat([("b", "2022-01-05T10:00", first), ("b", "2023-03-01T10:00", second)]))
    assert [(f.value, f.since, f.until, f.replaced_by) for f in held] == [
        (values[0], "2022-01-05", "2023-03-01", values[1]), (values[1], "2023-03-01", "", ""),
    ]  # fmt: skip


def test_likes_stand_side_by_side_and_words_said_twice_are_one_fact() -> None:
    held = facts(
        chat(
            [
                ("b", f"2023-03-0{d}T10:00", w)
                for d, w in ((1, "i love pizza"), (2, "i love sushi"), (3, "i love pizza"))
            ]
        )
    )
    assert sorted((f.value, len(f.ids), f.until) for f in held) == [("pizza", 2, ""), ("sushi", 1, "")]
