"""What a review finds in drafts that are nearly ta's: a frame of manners around ta's own words, and a plain question.
Own texts and the shipped stories only."""

from __future__ import annotations

import pytest
from test_review import codes, read, turns, typical

from afterword.dialogue.unlike import unlike
from afterword.likeness.hand import traits
from afterword.texts import LANGS, say

FRAME = {
    "en": ("That does make a great deal of sense to me.", "It sounds like it was quite a week for you. What would help you the most right now?"),
    "zh": ("你说得确实很有道理。", "听起来这一周对你来说真的很不容易。你觉得现在怎么做会更好一些呢？"),
}  # fmt: skip
PLAIN = {
    "en": ["who told you that?", "wait what??", "are you at home?", "how was the bus?", "nice!!"],
    "zh": ["谁跟你说的？", "什么情况？？", "到家了吗？", "几点的车呢？", "太好了！！"],
}


@pytest.mark.parametrize("lang", LANGS)
def test_a_frame_of_manners_around_the_persons_own_words_is_found_and_named(lang: str) -> None:
    own, _ = turns(lang)
    rest = [t.replace("\n", " " if lang == "en" else "，") for t in own[len(own) * 7 // 10 :] if 30 < len(t) < 200][:40]
    (before, after), stop = FRAME[lang], {"en": ".", "zh": "。"}[lang]
    found = [read(f"{before} {t}{stop} {after}", lang) for t in rest]
    assert sum("manners" in codes(f) for f in found) >= 0.95 * len(rest) > 10
    for f in found:
        for fault in f.faults:
            if fault.code == "manners":
                assert any(part in f"{before} {after}" for part in fault.words.split(" / ")), fault


@pytest.mark.parametrize("lang", LANGS)
def test_one_plain_question_or_cheer_is_no_manner(lang: str) -> None:
    assert [x for x in PLAIN[lang] if "manners" in codes(read(x, lang))] == []


UNLIKE = {
    "en": ["Ought we not reconsider whether the forthcoming itinerary accommodates Bartholomew", "INDUBITABLY", "zounds forsooth prithee verily"],
    "zh": ["兹定于本月十五日召开年度股东大会敬请诸位董事届时莅临指导工作为盼此致", "谨此奉告", "之乎者也矣焉哉"],
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_unlike_is_named_in_the_fix(lang: str) -> None:
    """Length and typing where they differ, words where nothing else does."""
    t = typical(lang)
    for draft in UNLIKE[lang]:
        told = unlike(draft, t, lang, "Ta")
        assert told, draft
        assert "{" not in told
        for fault in read(draft, lang).faults:
            if fault.code == "unlike":
                assert fault.fix.startswith(told)
    long = unlike(UNLIKE[lang][0], t, lang, "Ta")
    assert f" {round(t.bubble_mean)} " in long
    ended = {"en": "ok then.", "zh": "那好吧。"}[lang]
    assert (say(lang, "brief.typing_period") in unlike(ended, t, lang, "Ta")) is (t.hand.get("period", 0.0) <= 0.5)


@pytest.mark.parametrize("lang", LANGS)
def test_a_draft_typed_as_ta_types_is_told_of_by_its_words(lang: str) -> None:
    t = typical(lang)
    size = round(t.bubble_mean)
    own = [b for x in turns(lang)[0] for b in x.split("\n") if 0.7 * size < len(b) < 1.3 * size]
    habits = [b for b in own if all(abs((k in traits(b)) - v) < 0.5 for k, v in t.hand.items())]
    said = unlike(habits[0], t, lang, "Ta")
    assert not said or said.startswith("“")


LONG_AGO = {
    "en": ["cant remember the last time i had lasagna", "i dont even remember the last time we had soup", "i can't remember when i last had kumquats",
           "when was the last time we had ramen", "i dont remember the harp", "havent had ramen in ages"],
    "zh": ["好久没吃火锅了", "想不起上次吃火锅是什么时候了", "都不记得上次去海边是哪年了", "记不清上次一起看电影是啥时候", "不记得那把竖琴了"],
}  # fmt: skip
RECALLED = {
    "en": ["i remember the harp you bought", "the last time we had ramen it rained", "remember the time we stole a harp",
           "i dont remember the harp but i remember when we sold it"],
    "zh": ["我记得那把竖琴", "上次我们吃竖琴的时候下雨了", "还记得我们偷竖琴吗", "上次一起弹竖琴你笑得好开心"],
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_that_it_was_long_ago_is_no_memory(lang: str) -> None:
    same = {"en": "yeah same", "zh": "对呀我也是"}[lang]
    for i, words in enumerate(LONG_AGO[lang]):
        assert "memory" not in codes(read(words, lang)), words
        if i < 4:
            assert "agrees" not in codes(read(same, lang, line=words)), words
    for words in RECALLED[lang]:
        assert "memory" in codes(read(words, lang)), words
