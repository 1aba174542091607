"""What a review finds in drafts that are nearly ta's: a frame of manners around ta's own words, and a plain question.
Own texts and the shipped stories only."""

from __future__ import annotations

import pytest
from test_review import codes, read, turns

from afterword.texts import LANGS

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
