"""Who is meant by a relation: what a line names, and that recall then looks for the name, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lives import among_others

from afterword import Workspace
from afterword.memory.meant import namings

SAID = [
    [("Ana", "my flatmate Bettina is baking again"), ("Tom", "lucky you"), ("Ana", "it is all rye")],
    [("Tom", "how was the weekend"), ("Ana", "Bettina dropped a whole tray of flapjacks"), ("Tom", "no!")],
    [("Tom", "Osric, my boss, moved the meeting"), ("Ana", "again"), ("Tom", "to seven in the morning")],
    [("Tom", "Osric has bought a canoe"), ("Ana", "what for"), ("Tom", "only Osric knows")],
    [("Ana", "我徒弟小严今天来报到"), ("Tom", "人怎么样"), ("Ana", "话不多")],
    [("Ana", "小严把螺丝装反了"), ("Tom", "哈哈"), ("Ana", "拆了重来")],
]  # fmt: skip


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with among_others(SAID, tmp_path_factory.mktemp("meant"), 8) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Bettina, my flatmate, is here", ("flatmate", "Bettina", True)),
        ("Bettina. My flatmate. She bakes", ("flatmate", "Bettina", True)),
        ("how is your old neighbour Ludo doing", ("neighbour", "Ludo", False)),
        ("my brother is called Piet", ("brother", "Piet", True)),
        ("我徒弟小严今天来了", ("徒弟", "小严", True)),
        ("小严是我徒弟", ("徒弟", "小严", True)),
        ("你室友叫阿苗吗", ("室友", "阿苗", False)),
        ("同事丁姐给的", ("同事", "丁姐", None)),
        ("我们领导老陈", ("领导", "老陈", True)),
    ],
)
def test_a_line_that_names_somebody(text: str, named: tuple[str, str, bool | None]) -> None:
    assert [*namings(text)] == [named]


@pytest.mark.parametrize(
    "text",
    [
        "my flatmate is baking",
        "is your aunt French?",  # what she is, not who
        "how is your brother, Tom?",  # it is Tom who is asked
        "Thankfully, my son's fine",
        "we met my cousin in Lisbon",
        "my parents Monday, your kids Tuesday",  # of these there are several
        "我妈老说我",
        "我哥大概不来",
        "我爸小气",
        "我老公小声说",
        "老师傅来了",
    ],
)
def test_a_line_that_names_nobody(text: str) -> None:
    assert not [*namings(text)]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what did her flatmate drop", "flapjacks"),
        ("what did Ana's housemate drop", "flapjacks"),  # by another name of the relation
        ("what did my boss buy", "canoe"),
        ("她徒弟装反了什么", "螺丝"),
    ],
)
def test_who_asks_by_the_relation_is_answered_by_the_name(w: Workspace, question: str, words: str) -> None:
    found = w.recall(question, k=3)
    assert found["label"] != "not-in-records"
    assert any(words in u["text"] for h in found["hits"] for u in h["utterances"])


@pytest.mark.parametrize(
    ("question", "name"),
    [("what is her flatmate's name", "Bettina"), ("what is my boss called", "Osric"), ("她徒弟叫什么", "小严")],
)
def test_who_asks_for_the_name_is_shown_the_line_that_gives_it(w: Workspace, question: str, name: str) -> None:
    found = w.recall(question)
    assert found["label"] != "not-in-records"
    assert any(name in u["text"] for u in found["hits"][0]["utterances"])


def test_the_name_is_of_the_one_who_has_them(w: Workspace) -> None:
    assert w.recall("what did my flatmate drop")["label"] == "not-in-records"  # she is Ana's
    assert w.recall("what is her boss called")["label"] == "not-in-records"  # he is Tom's
