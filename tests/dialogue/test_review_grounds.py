"""What a draft claims that can be looked up: names, numbers, dates, memories of both; and what is no claim."""

from __future__ import annotations

import pytest

from afterword.dialogue.grounds import explaining, long, sentences, specifics, ungrounded, unquoted
from afterword.memory import Recall


class Nothing:
    def known(self, words: str) -> bool:
        return False

    def recall(self, words: str, k: int) -> Recall:
        return Recall("not-in-records", ())

    def said(self, words: str) -> bool:
        return False


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("we took the 8:15 to Lisbon", ["8:15", "Lisbon"]), ("ask Anna Lind, she knows", ["Anna Lind"]), ("it was £40", ["£40"]),
        ("on the 21st", ["21st"]), ("lol 100%", []), ("Good morning", []), ("i think so. Maybe", []), ("see you on Monday", []),
        ("我在成都等你", ["成都"]), ("三月五号见", ["三", "五"]), ("哈哈哈 2333", []), ("好呀 明天见", []),
    ],
)  # fmt: skip
def test_specifics(sentence: str, found: list[str]) -> None:
    assert specifics(sentence) == found


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ("remember when we stole the boat", "memory"), ("last time we went to the opera you cried", "memory"),
        ("还记得我们在码头钓鱼吗", "memory"), ("上次我们去滑雪你摔了", "memory"), ("remember to eat", ""), ("记得吃饭", ""),
        ("do you remember", ""), ("haha ok", ""), ("好的呀", ""),
    ],
)  # fmt: skip
def test_a_memory_of_both_is_a_claim(draft: str, code: str) -> None:
    assert next((c for c, _ in ungrounded(draft, line="", evidence=(), facts=Nothing())), "") == code


def test_what_is_quoted_is_the_guards_to_compare() -> None:
    assert unquoted("so “remember when we met in Oslo” and 「上次我们」 ok").split() == ["so", "and", "ok"]


@pytest.mark.parametrize(
    ("text", "is_long"), [("a" * 40, False), ("a" * 41, True), ("好" * 16, False), ("好" * 17, True)]
)
def test_a_long_line(text: str, is_long: bool) -> None:
    assert long(text) is is_long


def test_sentences_end_at_marks_and_bubbles() -> None:
    assert sentences("hi! how are you?\n好的。走吧") == ["hi!", "how are you?", "好的。", "走吧"]


@pytest.mark.parametrize(("text", "found"), [("ok. Overall, it works.", "Overall, it works."), ("pull your overall up", ""), ("最后，早点睡。", "最后，早点睡。"), ("到最后都没来", "")])  # fmt: skip
def test_openings_count_at_the_opening_only(text: str, found: str) -> None:
    assert explaining(text) == found


@pytest.mark.parametrize("draft", ["叫李阿姨就行", "姓陈 叫陈老师吧", "她叫陳老師"])
def test_a_surname_with_what_an_elder_is_called_by_is_a_name(draft: str) -> None:
    assert [w for w in specifics(draft) if w[0] in "李陈陳"]


@pytest.mark.parametrize("draft", ["老师说的", "去问医生"])
def test_what_everybody_is_called_by_is_no_name(draft: str) -> None:
    assert specifics(draft) == []
