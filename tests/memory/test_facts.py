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
    ("i don't eat bacon", "dislikes", "bacon"), ("我不吃香菜", "dislikes", "香菜"),
    ("my dog is called Biscuit", "pet", "dog: Biscuit"), ("我家猫叫豆子", "pet", "猫: 豆子"),
    ("my brother's name is Otto", "family", "brother: Otto"), ("我弟叫小石", "family", "弟: 小石"),
    ("my birthday is the 3rd of march", "birthday", "3rd of march"), ("我生日是3月3号", "birthday", "3月3号"),
    ("i hate mushrooms", "dislikes", "mushrooms"), ("我讨厌香菜", "dislikes", "香菜"),
    ("i love badminton the most", "likes", "badminton"), ("我最喜欢羽毛球", "likes", "羽毛球"),
    ("i'm a huge fan of old trains", "likes", "old trains"), ("我特别喜欢老火车", "likes", "老火车"),
    ("blue is my favourite", "likes", "blue"), ("我最喜欢的颜色是蓝色", "likes", "颜色: 蓝色"),
    ("i can't have cheese", "cannot-have", "cheese"), ("我不能吃鸡蛋", "cannot-have", "鸡蛋"),
    ("i work in a flower shop while i study", "works", "a flower shop"), ("我在花店实习", "works", "花店"),
    ("i live with two other girls", "lives-with", "two other girls"), ("我跟同事一起住", "lives-with", "同事"),
    ("i have an older brother", "family", "an older brother"), ("我有个哥哥", "family", "哥哥"),
    ("i play the cello", "plays", "cello"), ("我会弹吉他", "plays", "吉他"),
    ("i have asthma", "health", "asthma"), ("我有鼻炎", "health", "鼻炎"),
    ("my name is Noa", "name", "Noa"), ("我叫林一", "name", "林一"),
    ("i speak welsh", "speaks", "welsh"), ("我会说粤语", "speaks", "粤语"),
    ("i'm 28 years old", "age", "28"), ("我今年28岁", "age", "28"),
    ("i study at NYU", "studies-at", "NYU"), ("我老家是芜湖", "from", "芜湖"),
]  # fmt: skip
NOTHING = [
    "i love it when you sing", "i love how it ends", "i love you", "i hate people", 'he said "i love snails"', "i love himmm",
    "我喜欢你", "我喜欢那个", "我喜欢吃什么呢", "我叫过她", "我不吃人啊", "我姐来了", "my sister rang",
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


@pytest.mark.parametrize(
    ("loves", "cannot"), [("i love cheese", "i can't have cheese"), ("我爱吃鸡蛋", "我不能吃鸡蛋")]
)
def test_of_a_liking_and_a_plain_word_against_it_the_second_stands(loves: str, cannot: str) -> None:
    held = facts(chat([("b", "2023-03-01T10:00", loves), ("b", "2023-03-02T10:00", cannot)]))
    assert [f.slot for f in held] == ["cannot-have"]


@pytest.mark.parametrize(("one", "two", "value"), [
    ("my sister rang", "went to see my sister", "sister"), ("我姐来了", "去找我姐玩", "姐"),
])  # fmt: skip
def test_two_lines_name_a_relative(one: str, two: str, value: str) -> None:
    (fact,) = facts(chat([("b", "2023-03-01T10:00", one), ("b", "2023-03-02T10:00", two)]))
    assert (fact.slot, fact.value, len(fact.ids)) == ("relative", value, 2)


@pytest.mark.parametrize(
    ("said", "laugh", "value"), [("i love soup lol", "lol", "soup"), ("我最喜欢西瓜哈哈", "哈哈", "西瓜")]
)
def test_who_laughs_in_every_line_does_not_joke_in_each(said: str, laugh: str, value: str) -> None:
    rows = [("b", f"2023-02-01T10:{m:02}", f"{laugh} {m}") for m in range(55)]
    assert facts(chat([("b", "2023-03-01T10:00", said)])) == []
    assert [f.value for f in facts(chat([*rows, ("b", "2023-03-01T10:00", said)]))] == [value]
