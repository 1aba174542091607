"""Not this one, but another of its kind: where the rest of a question stands beside something else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lives import among_others

from afterword import Workspace
from afterword.measures.lexicon import LANGUAGES, word_list
from afterword.memory.others import named_in, others

SAID = [
    [("Ana", "the brooch was a gift from my grandma"), ("Tom", "it is lovely"), ("Ana", "she wore it every sunday")],
    [("Tom", "i practise the cello every evening"), ("Ana", "poor neighbours"), ("Tom", "they have drums")],
    [("Ana", "外婆送的那枚胸针我天天戴"), ("Tom", "好看"), ("Ana", "她年轻时候的")],
    [("Tom", "我每天晚上练小提琴"), ("Ana", "邻居没意见吗"), ("Tom", "隔音好")],
]  # fmt: skip


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with among_others(SAID, tmp_path_factory.mktemp("others"), 8) as opened:
        yield opened


@pytest.mark.parametrize(
    ("word", "question", "somebody"),
    [
        ("nora", "who did Nora marry", True), ("nora", "what was sung at Nora's wedding", True), ("lisbon", "what did we eat in Lisbon", False),
        ("december", "which bird was it that December", False), ("scottish", "who paid for the Scottish island", False),
        ("小严", "小严结婚了吗", True), ("小狗", "小狗几岁了", False),
    ],
)  # fmt: skip
def test_places_and_times_are_nobody(word: str, question: str, somebody: bool) -> None:
    assert named_in(word, question) is somebody


@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        ("who gave Ana the brooch, was it a gift from grandma", "who gave Ana the brooch, was it a gift from grandpa"),
        ("does Tom practise the cello every evening", "does Tom practise the piano every evening"),
        ("外婆送的胸针她天天戴吗", "爷爷送的胸针她天天戴吗"),
        ("我每天晚上练小提琴吗", "我每天晚上练钢琴吗"),
    ],
)
def test_another_of_the_kind_is_no_answer(w: Workspace, asked: str, instead: str) -> None:
    assert w.recall(asked)["label"] != "not-in-records"
    assert w.recall(instead)["label"] == "not-in-records"


@pytest.mark.parametrize(
    ("word", "same", "other"),
    [("grandma", "nan", "grandpa"), ("flutes", "flute", "cello"), ("外婆", "姥姥", "奶奶"), ("钢琴", "钢琴", "二胡")],
)
def test_names_of_the_same_are_no_others(word: str, same: str, other: str) -> None:
    own, rest = others(word)
    assert same in own
    assert other in rest
    assert not own & rest


def test_every_kind_has_more_than_one() -> None:
    for language in LANGUAGES:
        lines = [line for line, _, _ in word_list(language, "others")]
        assert lines
        assert all(len(line.split()) > 1 for line in lines)
