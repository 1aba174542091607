"""Corrections bite: weighed against the log, contested where it disagrees, and in force with the next reply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.app.demo import stories
from afterword.app.talking import VaultRecords, corrected_replies
from afterword.dialogue.brief import as_text
from afterword.dialogue.compose import compose
from afterword.errors import BadInput
from afterword.memory import Reply
from afterword.model import Utterance
from afterword.profile import Note, standing, uses, weigh
from afterword.texts import LANGS

Kept = tuple[Workspace, str]
LINES = {"en": ["ok", "good morning", "i love you", "good night", "how are you", "did you eat", "sorry", "thanks", "the bus is late"],
         "zh": ["早", "早安", "我爱你", "晚安", "在干嘛", "好的", "吃饭了吗", "对不起", "谢谢", "今天好累"]}  # fmt: skip
OFTEN = {"en": "ok", "zh": "早"}
"""A word the person of each story often answers with."""


def clock() -> datetime:
    return datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


@pytest.fixture(params=LANGS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    s = stories()[request.param]
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone=s.zone, lang=s.lang) as w:
        made = w.create([s.file], name=s.subject, me=s.me, subject=s.subject, lang=s.lang)
        yield w, made["person"]


def spoken(w: Workspace, person: str, lines: list[str]) -> list[str]:
    return ["\n".join(b.words for b in w.talk(person, now=clock).turn(line).echo) for line in lines]


def composed(w: Workspace, person: str, line: str) -> Any:
    profile, library = w.personas.profile(person)
    return compose(line, profile, VaultRecords(profile, library), lang=w.lang, hour=20)


# -- words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "n"),
    [
        ("look at the book", "ok", 0),
        ("ok, OK! oK", "ok", 3),
        ("我ok的", "ok", 1),
        ("hahahaha no", "haha", 1),
        ("lollipop", "lol", 0),
        ("宝贝宝贝", "宝贝", 2),
        ("I don’t know", "don't", 1),
        ("good\n  morning", "good morning", 1),
        ("wait!!! what", "!!!", 1),
        ("anything", "  ", 0),
    ],
)
def test_words_are_found_whole(text: str, words: str, n: int) -> None:
    assert uses(text, words) == n


def test_case_counts_where_only_the_case_is_corrected() -> None:
    now = standing([Note("a", "correction", "", "", words="OK", instead="ok")])
    assert now.barred("OK then") == "OK"
    assert now.barred("ok then") == ""


# -- against the log ----------------------------------------------------------------------------------------------------


def test_the_correction_is_weighed_against_the_log(kept: Kept) -> None:
    w, person = kept
    profile, library = w.personas.profile(person)
    words = OFTEN[w.lang]
    said = [u for u in library.utterances() if u.kind == 0 and uses(u.text, words)]
    own = [u for u in said if u.speaker == profile.speaker]
    n, others = (sum(uses(u.text, words) for u in part) for part in (own, [u for u in said if u not in own]))
    assert n > 3
    made = w.correct("never", person, words=words)
    days = [f"{u.local:%Y-%m-%d}" for u in own]
    got = made["weighed"]["never"]
    assert (got["uses"], got["others"], got["first"], got["last"]) == (n, others, days[0], days[-1])
    assert got["share"] == round(n / (n + others), 4)
    for part in (words, str(n), days[-1], profile.name):
        assert part in made["said"]
    assert (made["claim"]["verdict"], made["claim"]["made_by"], made["claim"]["topic"]) == (
        "contested",
        "user",
        "correction",
    )
    assert made["claim"]["log"] == made["said"] == w.why(made["claim"]["id"])["log"]
    shown = {q["utterance"] for q in made["contradicted_by"]}
    assert shown <= {u.id for u in own}
    assert {own[0].id, own[-1].id} <= shown


def test_what_the_log_does_not_hold_is_told(kept: Kept) -> None:
    w, person = kept
    made = w.correct("never", person, words="zymurgy")
    assert (made["claim"]["verdict"], made["weighed"]["never"]["uses"], made["contradicted_by"]) == (
        "told-by-user",
        0,
        [],
    )
    says = w.correct("", person, instead="zymurgy")
    assert (says["claim"]["verdict"], says["weighed"]["says"]["uses"], says["claim"]["statement"]) == ("told-by-user", 0, "zymurgy")  # fmt: skip
    often = w.correct("she does", person, instead=OFTEN[w.lang])
    assert often["weighed"]["says"]["uses"] > 3
    assert often["claim"]["quotes"]


# -- the next reply -----------------------------------------------------------------------------------------------------


def test_the_next_reply_is_another(kept: Kept) -> None:
    w, person = kept
    words, lines = OFTEN[w.lang], LINES[w.lang]
    records = list(w.export())
    before = spoken(w, person, lines)
    assert any(uses(x, words) for x in before)
    w.correct("never", person, words=words)
    after = spoken(w, person, lines)
    assert not any(uses(x, words) for x in after)
    assert [b for b, x in zip(before, after, strict=True) if not uses(b, words)] == [
        x for b, x in zip(before, after, strict=True) if not uses(b, words)
    ]
    assert list(w.export()) == records
    w.rollback(1, person)
    assert spoken(w, person, lines) == before


def test_two_hundred_lines_and_not_one_corrected_word(kept: Kept) -> None:
    w, person = kept
    profile, library = w.personas.profile(person)
    heard = [u.text for u in library.utterances() if u.speaker != profile.speaker and u.text.strip()]
    typical = [r["term"] for r in profile.measured()["words.typical"].value][:3]
    for words in typical:
        w.correct("never", person, words=words)
    talk, spoke = w.talk(person, now=clock), 0
    for line in heard[:: len(heard) // 200][:200]:
        echo = talk.turn(line).echo
        spoke += bool(echo)
        assert not [x for x in typical if any(uses(b.words, x) for b in echo)]
    assert spoke > 40


def test_the_brief_and_the_review_carry_it(kept: Kept) -> None:
    w, person = kept
    words = OFTEN[w.lang]
    _, library = w.personas.profile(person)
    heard = dict.fromkeys(u.text for u in library.utterances())

    def shown(line: str) -> bool:
        brief = composed(w, person, line)
        return brief is not None and any(uses(x, words) for e in brief.exemplars for x in e.said)

    line = next(text for text in [*LINES[w.lang], *heard] if shown(text))
    w.correct("not that", person, words=words, instead="zymurgy")
    brief = composed(w, person, line)
    assert (brief.corrected, brief.prefers) == ((words,), ((words, "zymurgy"),))
    assert not any(uses(x, words) for e in brief.exemplars for x in e.said)
    assert not any(uses(x.form, words) for x in brief.words)
    for lang in LANGS:
        assert "zymurgy" in as_text(brief, lang)
    faults = w.review(f"{words} xx", person)["faults"]
    assert [f["words"] for f in faults if f["code"] == "correction"] == [words]
    assert "correction" not in [f["code"] for f in w.review("zymurgy xx", person)["faults"]]


def test_a_correction_of_manner_is_in_the_brief_as_it_was_said(kept: Kept) -> None:
    w, person = kept
    w.correct("is never rude to waiters", person)
    first = composed(w, person, "xyz").claims[0]
    assert (first.statement, first.verdict) == ("is never rude to waiters", "told-by-user")


def test_a_claim_that_was_corrected_stands_no_more(kept: Kept) -> None:
    w, person = kept
    claims = [c for part in w.show(person)["topics"].values() for c in part if c["verdict"] == "supported"]
    w.correct("that is wrong", person, claim=claims[0]["id"])
    now = w.why(claims[0]["id"], person)
    assert now["verdict"] == "contested"
    assert "that is wrong" in now["why"]
    assert w.why(claims[1]["id"], person)["verdict"] == "supported"


def test_the_words_ta_would_say_instead_come_first_where_the_best_had_to_go() -> None:
    def reply(row: int, text: str) -> Reply:
        return Reply(1.0 / row, (Utterance(f"u{row}", "ta", row, text, row=row),))

    found = [reply(1, "morning honey"), reply(2, "hm"), reply(3, "morning love"), reply(4, "hi")]
    now = standing([Note("a", "correction", "", "", words="honey", instead="love")])
    assert [r.bubbles[0].row for r in corrected_replies(found, now)] == [3, 2, 4]
    assert [r.bubbles[0].row for r in corrected_replies(found[1:], now)] == [2, 3, 4]
    assert [r.bubbles[0].row for r in corrected_replies(found, now, {3})] == [2, 3, 4]
    assert corrected_replies(found[:1], now) == []


# -- contradictions -----------------------------------------------------------------------------------------------------


def notes(*rows: tuple[str, str]) -> list[Note]:
    return [Note(f"n{i}", "correction", "", "", words=never, instead=says) for i, (never, says) in enumerate(rows)]


@pytest.mark.parametrize(
    ("rows", "barred", "passes", "overruled"),
    [
        ([("宝贝", ""), ("", "宝贝")], [], ["宝贝"], {"n0": "n1"}),
        ([("", "宝贝"), ("宝贝", "")], ["宝贝"], [], {"n0": "n1"}),
        ([("baby", ""), ("", "Baby"), ("BABY", "")], ["oh baby"], ["babysit"], {"n0": "n1", "n1": "n2"}),
        ([("baby", ""), ("", "baby girl")], ["baby", "baby girl, baby"], ["my baby girl"], {}),
        ([("", "baby girl"), ("baby", "")], ["baby girl"], [], {"n0": "n1"}),
        ([("honey", "love"), ("love", "")], ["honey", "love"], [], {"n0": "n1"}),
        ([("honey", ""), ("honey", "")], ["honey"], [], {}),
    ],
)
def test_the_later_correction_counts(
    rows: list[tuple[str, str]], barred: list[str], passes: list[str], overruled: dict[str, str]
) -> None:
    now = standing(notes(*rows))
    assert all(now.barred(x) for x in barred)
    assert not any(now.barred(x) for x in passes)
    assert now.overruled == overruled


def test_contradictory_corrections_are_shown_together_and_both_are_kept(kept: Kept) -> None:
    w, person = kept
    words = OFTEN[w.lang]
    first = w.correct("ta never says it", person, words=words)
    assert first["contradicts"] == []
    second = w.correct("no, ta does", person, instead=words)
    assert [c["id"] for c in second["contradicts"]] == [first["claim"]["id"]]
    assert second["contradicts"][0]["overruled_by"] == second["claim"]["id"]
    assert second["in_force"] == {"never": [], "says": [{"instead_of": "", "words": words}]}
    assert {c["id"] for c in w.show(person)["topics"]["correction"]} == {first["claim"]["id"], second["claim"]["id"]}
    assert w.review(f"{words} xx", person)["faults"] == [] or "correction" not in json.dumps(w.review(words, person))
    assert any(uses(x, words) for x in spoken(w, person, LINES[w.lang]))
    w.rollback(second["version"] - 1, person)
    assert not any(uses(x, words) for x in spoken(w, person, LINES[w.lang]))
    assert [c["id"] for c in w.show(person)["topics"]["correction"]] == [first["claim"]["id"]]


def test_the_same_words_cannot_be_both(kept: Kept) -> None:
    w, person = kept
    before = w.versions(person)
    with pytest.raises(BadInput) as e:
        w.correct("x", person, words="hm", instead=" hm ")
    assert e.value.code == "correct.same"
    assert w.versions(person) == before


def test_only_words_are_weighed() -> None:
    said = [Utterance("a", "ta", 0, "hm", 1), Utterance("b", "ta", 0, "hm hm"), Utterance("c", "me", 5, "hm")]
    got = weigh("hm", said, "ta")
    assert (got.n, got.others, got.messages, got.first, got.last) == (2, 1, 1, "", "")
    assert weigh("no", said, "ta").share is None
