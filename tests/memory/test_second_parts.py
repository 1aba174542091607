"""What is said back to love, thanks, apology and grief. In: one small bilingual chat. Out: an answer to the same, or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest

from afterword import Workspace
from afterword.memory.second_parts import KIND_OF, addressed, answers, bare, borne, parted
from afterword.texts import LANGS, say


def of(words: str) -> str:
    return "en" if words.isascii() else "zh"


TALKS = [
    [("Bea", "i love cheese"), ("Ned", "me too, love the blue one")],
    [("Bea", "i miss my parents"), ("Ned", "where are your parents? i was fired")],
    [("Bea", "i hate the rain"), ("Ned", "i hate it too")],
    [("Bea", "i love you"), ("Ned", "love you more")],
    [("Bea", "sorry i'm late"), ("Ned", "it's ok")],
    [("Bea", "thanks for the umbrella"), ("Ned", "you're welcome")],
    [("Bea", "thank you"), ("Ned", "did the kiln get repaired btw")],
    [("Bea", "are you angry with me?"), ("Ned", "no. only tired")],
    [("Bea", "why did the heron leave"), ("Ned", "it left because it hates the ferry")],
    [("Bea", "she was scared of the goose"), ("Ned", "calling her like that will scare her off")],
    [("Bea", "我想吃豆沙包"), ("Ned", "我也想吃豆沙包")],
    [("Bea", "你想我吗"), ("Ned", "想你呀")],
    [("Bea", "对不起 来晚了"), ("Ned", "没关系")],
    [("Bea", "对不起"), ("Ned", "睡吧")],
    [("Bea", "谢谢你的伞"), ("Ned", "不客气")],
    [("Bea", "鹤为什么走了"), ("Ned", "它没走呀 画上去的")],
    [("Bea", "室友天天吵架"), ("Ned", "她还帮人吵架")],
    [("Bea", "还在生气吗"), ("Ned", "没有 就是累")],
]  # fmt: skip


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One chat for each language."""
    start = datetime(2023, 3, 17, 9, 0)
    with ExitStack() as stack:
        found = {}
        for lang in LANGS:
            folder = tmp_path_factory.mktemp(lang)
            rows = [
                f"{start + timedelta(days=i, minutes=m):%d/%m/%Y, %H:%M} - {who}: {text}\n"
                for i, said in enumerate(TALKS)
                for m, (who, text) in enumerate(said)
                if said[0][1].isascii() is (lang == "en")
            ]
            (folder / "chat.txt").write_text("".join(rows), encoding="utf-8")
            w = stack.enter_context(
                Workspace(folder / "vault", passphrase="a made up passphrase", zone="UTC", lang=lang)
            )
            made = w.create([folder / "chat.txt"], name="Ned", me="Bea", subject="Ned")
            found[lang] = w.talk(made["person"])
        yield found


def said(talks: dict[str, Any], words: str) -> str:
    found = talks[of(words)].records.replies(words, None, set())
    return "\n".join(u.text for u in found[0].bubbles) if found else ""


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("i love you so much", "love you more"), ("我好爱你", "想你呀"),
        ("do you miss me", "love you more"), ("我想你了", "想你呀"),
        ("i'm sorry", "it's ok"), ("真的对不起", "没关系"),
        ("thank you for everything", "you're welcome"), ("谢谢你做的一切", "不客气"),
        ("are you mad at me?", "no. only tired"), ("你生我气了吗", "没有 就是累"),
    ],
)  # fmt: skip
def test_an_act_is_answered_by_what_was_said_to_the_same(talks: dict[str, Any], words: str, answer: str) -> None:
    assert said(talks, words) == answer


@pytest.mark.parametrize(
    "words",
    [
        "i hate you", "我恨你", "why did you leave", "你为什么要走", "why do we always fight", "我们为什么总是吵架",
        "did i do something wrong?", "我做错什么了", "why did you lie to me", "你为什么骗我", "i'm angry with you", "别走",
        "can we make up", "我们和好吧", "you hurt me", "你伤了我的心", "please come back", "你回来好不好",
    ],
)  # fmt: skip
def test_where_the_same_was_never_said_there_is_no_answer(talks: dict[str, Any], words: str) -> None:
    assert said(talks, words) == ""


@pytest.mark.parametrize("words", ["you and me and the ferry", "你跟我和那只鹤"])
def test_few_words_about_both_are_no_topic(talks: dict[str, Any], words: str) -> None:
    assert said(talks, words) == ""


@pytest.mark.parametrize("words", ["i'm scared", "我好怕"])
def test_grief_is_answered_with_nothing_of_somebody_else(talks: dict[str, Any], words: str) -> None:
    assert "her" not in said(talks, words).split()


def test_what_is_loved_is_still_answered_by_what_was_said_of_it(talks: dict[str, Any]) -> None:
    assert said(talks, "i love blue cheese") == "me too, love the blue one"
    assert said(talks, "我想吃豆沙包") == "我也想吃豆沙包"
    assert said(talks, "i miss my parents") == "where are your parents? i was fired"


@pytest.mark.parametrize(
    ("line", "answered", "reply", "fits"),
    [
        ("i love you", "i love you", "what about the kiln", False),
        ("i love you", "the kiln is warm", "i love you too", True),
        ("i love you", "the kiln is warm", "i don't love you", False),
        ("i love you", "i love you", "she loves you", False),
        ("i miss you", "i miss you", "miss you too. bought bread, milk, soup", False),
        ("i'm sorry", "the kiln is warm", "it's ok", False),
        ("i'm sorry", "sorry about the kiln", "it's ok", True),
        ("thank you for the soup", "thanks for the soup!", "my mum's recipe", True),
        ("why did you go", "why did you go", "the ferry was full", True),
        ("why did you go", "did you go", "the ferry was full", False),
        ("我爱你", "我爱你", "窑修好了吗", False),
        ("我爱你", "窑还热着", "我也爱你", True),
        ("我爱你", "窑还热着", "我不爱你", False),
        ("我爱你", "我爱你", "她爱你", False),
        ("对不起", "窑还热着", "没关系", False),
        ("对不起", "对不起呀", "没关系", True),
        ("谢谢你的汤", "谢谢你的汤！", "外婆教的", True),
        ("你为什么走", "你为什么走", "船坐满啦", True),
        ("你为什么走", "你走了吗", "船坐满啦", False),
    ],
)
def test_the_pair_of_act_and_addressee_agrees(line: str, answered: str, reply: str, fits: bool) -> None:
    assert (answers(line, [answered], reply) > 0) is fits


@pytest.mark.parametrize(
    ("line", "is_for_it"),
    [
        ("thanks! the kiln is warm again and the goose is back", False), ("谢谢！窑又热了 那只鹅也回来了", False),
        ("the kiln is warm. thank you so much for that, really", True), ("窑热了。真的谢谢你帮我把它修好", True),
        ("i love you. the kiln is warm again and the goose is back", True), ("我爱你。窑又热了 那只鹅也回来了", True),
    ],
)  # fmt: skip
def test_thanks_in_passing_are_no_address(line: str, is_for_it: bool) -> None:
    assert bool(addressed(line)) is is_for_it


def test_one_act_of_other_people_is_another() -> None:
    assert parted("i love cheese", "love you")
    assert parted("我爱豆沙包", "爱你")
    assert not parted("good night", "night, love you")
    assert not parted("晚安", "晚安 爱你")


@pytest.mark.parametrize(
    ("line", "words", "mine", "holds"),
    [
        ("why did you lie to me?", "you lied to me", True, True),
        ("why did you lie to me?", "i lied to you", False, True),
        ("why did you lie to me?", "you lied to me", False, False),
        ("why did you lie to me?", "she lied to me", True, False),
        ("i miss you", "miss you", False, True),
        ("你为什么骗我", "你骗我", True, True),
        ("你为什么骗我", "我骗了你", False, True),
        ("你为什么骗我", "你骗我", False, False),
        ("你为什么骗我", "他骗我", True, False),
        ("我想你", "想你", False, True),
    ],
)
def test_evidence_is_of_the_same_two(line: str, words: str, mine: bool, holds: bool) -> None:
    assert borne(line, words, mine) is holds


@pytest.mark.parametrize(("line", "kind"), [("i love you", "love you too"), ("我爱你", "我也爱你")])
def test_what_was_said_to_the_same_comes_first(line: str, kind: str) -> None:
    assert answers(line, [line], kind) > KIND_OF
    assert answers(line, ["the kiln", "窑"], kind) == KIND_OF


def test_what_names_a_moment_is_looked_up() -> None:
    assert bare("i miss you") == bare("我想你") == {"miss"}
    assert not bare("i miss you at the harbour with the umbrella")
    assert not bare("the harbour")
    assert not bare("码头")


@pytest.mark.parametrize("words", ["why did you lie to me?", "i hate you", "你为什么骗我", "我恨你"])
def test_reproach_is_shown_no_record_of_something_else(talks: dict[str, Any], words: str) -> None:
    shown = talks[of(words)].turn(words, "nostalgia")
    assert shown.context == ()
    assert shown.guide == (say(of(words), "talk.nothing_fits", name="Ned"),)


@pytest.mark.parametrize(("words", "there"), [("i love you so much", "i love you"), ("我好想你", "想你呀")])
def test_love_is_shown_where_it_was_said(talks: dict[str, Any], words: str, there: str) -> None:
    shown = talks[of(words)].turn(words, "nostalgia")
    assert shown.guide == (say(of(words), "talk.memory"),)
    assert there in [b.words for b in shown.context]
