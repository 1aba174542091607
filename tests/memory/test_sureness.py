"""What a question asks for that was never said, and of whom: the signs that an answer is absent, in both languages."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest
from lives import among_others

from afterword import Workspace
from afterword.memory.query import cut
from afterword.memory.solid import asks, roles, several
from afterword.memory.sureness import SPOKEN as WHOSE
from afterword.memory.sureness import THINGS, Held, present
from afterword.memory.whose import ASKS, MIXED, clauses

SAID = [
    [("Ana", "my brother moved to Leeds last week"), ("Tom", "how is your brother finding it"), ("Ana", "he misses the sea")],
    [("Tom", "i dropped my violin on the stairs"), ("Ana", "oh no your violin!! is it broken"), ("Tom", "one string, my violin is fine")],
    [("Ana", "we booked the cottage by the lake"), ("Tom", "is there an oven in the cottage"), ("Ana", "there is, and a canoe")],
    [("Ana", "我妈炖了一锅羊肉汤"), ("Tom", "羊肉汤好喝吗"), ("Ana", "好喝，就是有点咸")],
    [("Tom", "我把雨伞忘在图书馆了"), ("Ana", "那把蓝色的雨伞吗"), ("Tom", "对，图书馆关门了")],
]  # fmt: skip


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with among_others(SAID, tmp_path_factory.mktemp("sureness"), 8) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "things", "kinds", "others"),
    [
        ("what did we eat in Paris", {"paris"}, set(), {"eat"}),
        ("which guitar did I play for her", set(), {"guitar"}, {"play"}),
        ("what was the old song at Nora's wedding", {"old", "song", "nora", "wedding"}, set(), set()),
        ("lighthouse keys", {"lighthouse", "keys"}, set(), set()),
        ("我们去巴黎那次住的哪家酒店", {"巴黎", "酒店"}, set(), {"去", "住"}),
        ("她戴的什么领带", set(), {"领带"}, {"戴"}),
    ],
)
def test_what_a_question_names(question: str, things: set[str], kinds: set[str], others: set[str]) -> None:
    found = roles(question)
    assert {x for x, r in found.items() if r in ("thing", "name")} == things
    assert {x for x, r in found.items() if r == "kind"} == kinds
    assert {x for x, r in found.items() if r == "other"} == others


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("my violin is fine", [1.0]),
        ("i like it. your violin is lovely", [1.0, 0.0]),
        ("we lost. Is your violin broken?", [1.0, ASKS]),
        ("the sea was warm", [MIXED]),
        ("我的雨伞丢了", [1.0]),
        ("我饿了。你的雨伞好看", [1.0, 0.0]),
        ("我到了。你的雨伞呢？", [1.0, ASKS]),
        ("海水很暖", [MIXED]),
    ],
)
def test_of_whom_a_clause_speaks(text: str, parts: list[float]) -> None:
    assert [part for _, part, _ in clauses(text)] == parts


@pytest.mark.parametrize(
    "question",
    [
        "what happened to Tom's violin",
        "where did Ana's brother move",
        "what did we find in the cottage by the lake",
        "图书馆的雨伞",
        "羊肉汤好喝吗",
    ],
)
def test_what_was_said_is_found(w: Workspace, question: str) -> None:
    assert w.recall(question)["label"] in ("known", "inferred"), question


@pytest.mark.parametrize(
    "question",
    [
        "what did we eat at the hotel in Paris",
        "which museum did we visit in Amsterdam",
        "what happened to Ana's violin",  # it is Tom's
        "where did Tom's brother move",  # Ana's
        "我们在巴黎住的酒店",
        "金鱼和仓鼠是谁买的",
    ],
)
def test_what_was_never_said_or_of_the_other_is_absent(w: Workspace, question: str) -> None:
    assert w.recall(question)["label"] == "not-in-records", question


def test_no_sign_speaks_against_its_meaning() -> None:
    against = ("lost", "unfit", "instead", "apart", "unsaid", "detail")
    assert max(THINGS[k] for k in against) <= 0 <= min(THINGS[k] for k in ("many", "owned", "theirs", "inside"))
    assert (
        max(WHOSE[k] for k in ("rival", "against", "turned", "lost"))
        <= 0
        <= min(WHOSE[k] for k in ("mass", "told", "line", "owned"))
    )


@pytest.mark.parametrize("question", ["did he sneeze when he missed her", "她忘了打喷嚏吗"])
def test_what_is_done_counts_where_no_thing_is_named(
    w: Workspace, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Held] = []
    recall = importlib.import_module("afterword.memory.recall")  # the package's name for it is the function
    monkeypatch.setattr(recall, "present", lambda what: bool(seen.append(what)) or present(what))
    w.recall(question)
    assert not {"thing", "name", "kind"} & {*roles(question).values()}
    assert seen[0].signs["whole"] < 1
    assert not seen[0].signs["lost"]  # one sneezes in many words


@pytest.mark.parametrize(
    ("question", "there"),
    [
        ("what instruments did we have", True),
        ("what pets did we have", False),
        ("what did we paint", False),
        ("我们吃过什么菜", True),
        ("我们养过什么宠物", False),
        ("我们喝过哪些汤", True),
        ("我们看过什么电影", False),
        ("我忘过什么", True),
        ("我们吵过什么架", False),
    ],
)
def test_who_asks_for_no_more_than_a_kind_is_answered_by_one_of_the_kind(
    w: Workspace, question: str, there: bool
) -> None:
    assert (w.recall(question)["label"] != "not-in-records") is there


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("我们去过哪些城市", ["我们", "去", "过", "哪些", "城市"]),
        ("我们吵过什么架", ["我们", "吵架", "过", "什么"]),
        ("我们去过哪些地方", ["我们", "去", "过", "哪些", "地方"]),
        ("她难过的时候", ["她", "难过", "的", "时候"]),  # 过 is part of the word
    ],
)
def test_chinese_is_cut_as_it_is_looked_for(run: str, words: list[str]) -> None:
    assert [*cut(run)] == words


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("what films did we see", {"films"}),
        ("what kind of music did she like", {"music"}),
        ("who were her friends", {"friends"}),
        ("what car did she drive", set()),
        ("what was his name", set()),
        ("我们看过什么电影", {"电影"}),
        ("去过哪些城市", {"城市"}),
        ("我的车是什么牌子", set()),
        ("她戴的什么领带", set()),
    ],
)
def test_of_what_kinds_all_is_asked_for(question: str, kinds: set[str]) -> None:
    assert several(question) == kinds


def test_a_city_is_a_kind_and_paris_a_name() -> None:
    assert roles("我们去过哪些城市")["城市"] == "kind"
    assert roles("我们去巴黎那次")["巴黎"] == "name"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("lighthouse keys", False),
        ("where are the keys", True),
        ("雨伞 图书馆", False),
        ("雨伞在哪", True),
        ("雨伞？", True),
    ],
)
def test_who_gives_words_asks_nothing(words: str, asked: bool) -> None:
    assert asks(words) is asked
