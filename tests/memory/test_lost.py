"""What everybody calls by its name, and whose name stands nowhere; and the one named, of whom something else is told."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

import pytest
from lives import among_others

from afterword import Workspace
from afterword.measures.lexicon import LANGUAGES, word_list
from afterword.memory.lost import tells_of
from afterword.memory.query import root
from afterword.memory.sureness import Held, present

SAID = [
    [("Ana", "granny was buried on the hill today"), ("Tom", "was it a long service"), ("Ana", "long and cold")],
    [("Tom", "Otto dropped the tray again"), ("Ana", "poor Otto"), ("Tom", "he laughed the loudest")],
    [("Ana", "the parcel came with a bell in it"), ("Tom", "who sent the parcel"), ("Ana", "Ruth, with the bell")],
    [("Ana", "毛毛今天一直打喷嚏，带它去了宠物医院"), ("Tom", "要紧吗"), ("Ana", "开了药")],
    [("Tom", "老严把钥匙掉河里了"), ("Ana", "怎么掉的"), ("Tom", "老严说手滑")],
    [("Ana", "小冯寄来一箱橙子"), ("Tom", "甜吗"), ("Ana", "小冯挑的，甜")],
]  # fmt: skip


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with among_others(SAID, tmp_path_factory.mktemp("lost"), 8) as opened:
        yield opened


@pytest.fixture
def signs(w: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, float]]:
    seen: list[Held] = []
    recall = importlib.import_module("afterword.memory.recall")  # the package's name for it is the function
    monkeypatch.setattr(recall, "present", lambda what: bool(seen.append(what)) or present(what))

    def of(question: str) -> dict[str, float]:
        w.recall(question)
        return seen.pop().signs

    return of


@pytest.mark.parametrize(
    ("question", "lost"),
    [
        ("what did the parrot say on the hill", 1.0),
        ("which museum was on the hill", 0.6),  # it may be called by its name alone
        ("what was cold at the funeral", 0.0),  # of which "buried" tells
        ("what did the animal say on the hill", 0.0),
        ("our passports, were they in the parcel", 1.0),
        ("鹦鹉打喷嚏了吗", 1.0),
        ("打篮球那天开了什么药", 1.0),  # the name in a longer word
        ("看兽医那天开了什么药", 0.0),  # 宠物医院
        ("那只动物打喷嚏了吗", 0.0),
    ],
)
def test_a_thing_with_one_name_is_lost_where_it_never_stands(
    signs: Callable[[str], dict[str, float]], question: str, lost: float
) -> None:
    assert signs(question)["lost"] == lost


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("what did Otto drop with the tray", "what did Ruth drop with the tray"),
        ("老严的钥匙掉河里了吗", "小冯的钥匙掉河里了吗"),
    ],
)
def test_what_is_told_of_somebody_else_stands_apart(
    signs: Callable[[str], dict[str, float]], own: str, other: str
) -> None:
    assert signs(own)["apart"] == 0
    assert signs(other)["apart"] > 0.5


@pytest.mark.parametrize(
    ("word", "tells"),
    [("allergic", "allergies"), ("funeral", "buried"), ("婚纱照", "婚纱照"), ("篮球赛", "篮球"), ("领证", "结婚证")],
)
def test_a_name_is_known_in_its_forms(word: str, tells: str) -> None:
    assert root(tells) in tells_of(word)


@pytest.mark.parametrize("word", ["pet", "fruit", "trip", "painter", "festive", "宠物", "水果", "旅行", "画家", "东西"])
def test_what_has_many_names_is_in_no_list(word: str) -> None:
    assert not tells_of(word)


def test_the_lists_are_about_as_long_in_each_language() -> None:
    sizes = [sum(len(line.split()) for line, _, _ in word_list(x, "own_name")) for x in LANGUAGES]
    assert min(sizes) > 0.6 * max(sizes)
