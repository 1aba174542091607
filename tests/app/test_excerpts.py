"""A quote is cut around the word that the claim is about, in both languages, and never inside a word or an emoji."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.app.excerpts import LINE, excerpt

LONG = {
    "en": "well the market was packed and we queued for ages and Priya lost her glove, and then there was this little stall with"
    " soups in paper cups and the man gave us extra bread because it was nearly closing time and raining again",
    "zh": "昨天的早市真是人挤人我们先是绕着外面走了一大圈又折回来在门口等了很久很久才进去我们排了好久的队小满还丢了一只手套后来转角有个小摊子只卖两样东西一样是豆浆一样是羊肉汤老板看快收摊了天又下雨就多送了我们两个烧饼还说明天再来给我们留位置不过我看那个位置也就能坐下一个半人吧哈哈哈哈",
}
CLAIM = {"en": ("Speaks of soup: 17 times", "soup"), "zh": ("常提到羊肉汤：17 次", "羊肉汤")}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_word_that_counts_is_shown(lang: str) -> None:
    claim, word = CLAIM[lang]
    shown = excerpt(LONG[lang], claim)
    assert word not in excerpt(LONG[lang])
    assert word in shown
    assert shown[0] == shown[-1] == "…"
    assert len(shown) <= LINE + 2
    assert shown.strip("…") in LONG[lang]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_in_quotation_marks_come_first(lang: str) -> None:
    said = {
        "en": f"{'really truly ' * 9}and so on {'and on ' * 20}grapefruit {'ok ' * 30}",
        "zh": f"{'真的是这样' * 20}然后{'就是啊' * 30}柚子{'嗯' * 90}",
    }[lang]
    claim = {"en": "Says “grapefruit” really often", "zh": "真的常说“柚子”"}[lang]
    assert {"en": "grapefruit", "zh": "柚子"}[lang] in excerpt(said, claim)


def test_a_short_line_stays_whole_and_one_without_the_word_is_cut_at_its_end() -> None:
    assert excerpt("two\n lines", "soup") == "two lines"
    assert excerpt("汤 " * 20, "") == ("汤 " * 20).strip()
    long = "alpha beta gamma " * 20
    assert long.startswith(excerpt(long, "soup").rstrip("…"))


def test_no_word_and_no_emoji_is_cut_in_two() -> None:
    family = "👩\u200d👩\u200d👧"
    for pad in range(60, 84):
        shown = excerpt("x" * 10 + "。" * (pad - 10) + family + "🇨🇳" + "。" * 60).rstrip("…")
        assert shown.count("👩") in (0, 2)
        assert ("👧" in shown) == ("👩" in shown)
        assert shown.count("🇨") == shown.count("🇳")
    words = " ".join(["marmalade"] * 40)
    assert {*excerpt(words, "").rstrip("…").split()} == {"marmalade"}


@given(st.text(max_size=400), st.text(max_size=60))
def test_every_excerpt_is_a_part_of_the_line(words: str, about: str) -> None:
    shown = excerpt(words, about)
    assert shown.removeprefix("…").removesuffix("…") in " ".join(words.split()) or "…" in words
    assert len(shown) <= LINE + 2 + LINE // 4
