"""The Echo's answers: whose words, which of them, and when there are none. In: one small bilingual chat. Out: turns of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.memory import Reply, similar_replies
from afterword.memory.habits import Exchange, Habits, exchanges, learn
from afterword.memory.moment import Moment
from afterword.model import Turn, Utterance

START = datetime(2023, 3, 17, 9, 0)
TALKS = [
    [("Bea", "the heron stood in the harbour again"), ("Ned", "i drew that heron"), ("Ned", "badly"), ("Bea", "show me")],
    [("Bea", "did the glaze crack"), ("Ned", "the celadon glaze always cracks"), ("Bea", "pity")],
    [("Bea", "石榴树开花了"), ("Ned", "石榴花是红的"), ("Ned", "去年没开"), ("Bea", "对")],
    [("Ned", "night x"), ("Bea", "sleep"), ("Ned", "早呀"), ("Bea", "哇")],
    [("Bea", "how was the ferry"), ("Ned", "i"), ("Ned", "was"), ("Ned", "sick"), ("Ned", "the"), ("Ned", "whole"), ("Ned", "ferry"), ("Ned", "way")],
    [("Bea", "my aunt keeps bees"), ("Ned", "bees sleep in winter"), ("Bea", "do they")],
    [("Bea", "leave me alone"), ("Ned", "shut up about the lantern"), ("Bea", "fine")],
    [("Bea", "the lantern went out"), ("Ned", "oil the lantern"), ("Bea", "ok")],
    [("Bea", "where is the thermos"), ("Ned", "where is the thermos"), ("Bea", "hey")],
]  # fmt: skip
FILL = [("Bea", "rain here"), ("Ned", "walking home along the canal"), ("Bea", "下雨"), ("Ned", "慢慢走回家")]


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("replies")
    rows = []
    for i, talk in enumerate(TALKS):
        for day, said in ((0, talk), (4, FILL)):
            at = START + timedelta(days=8 * i + day)
            rows += [
                f"{at + timedelta(minutes=m):%d/%m/%Y, %H:%M} - {who}: {text}\n" for m, (who, text) in enumerate(said)
            ]
    (folder / "chat.txt").write_text("".join(rows), encoding="utf-8")
    with Workspace(folder / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as opened:
        opened.create([folder / "chat.txt"], name="Ned", me="Bea", subject="Ned")
        yield opened


def replies(w: Workspace, words: str, **more: Any) -> list[Reply]:
    (persona,) = w.list_personas()
    records: Any = w.talk(persona["person"]).records
    records.ready()
    library = records.library
    asked = {"names": ("Ned", "Bea"), "hour": None, "fetch": library.fetch, "before": library.answered_by, **more}
    return similar_replies(library.shelf, words, **asked)


def said(found: Sequence[Reply]) -> list[str]:
    return ["\n".join(u.text for u in r.bubbles) for r in found]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("the heron is in the harbour", "i drew that heron\nbadly"),
        ("what colour is the celadon", "the celadon glaze always cracks"),
        ("石榴树今年开花了吗", "石榴花是红的\n去年没开"),
        ("good night", "night x"),
        ("早上好", "早呀"),
    ],
)
def test_an_answer_fits_and_is_a_whole_burst(w: Workspace, words: str, answer: str) -> None:
    assert said(replies(w, words))[0] == answer


def test_a_long_burst_stops_after_six(w: Workspace) -> None:
    assert said(replies(w, "how was the ferry"))[0].split("\n") == ["i", "was", "sick", "the", "whole", "ferry"]


@pytest.mark.parametrize(
    "words",
    [
        "zeppelin",
        "quark",
        "飞艇",
        "the zeppelin outlasts every marsupial xylophone near the heron",
        "my aunt died",
        "外婆去世了",
        "",
        "?",
    ],
)
def test_where_nothing_fits_there_is_nothing(w: Workspace, words: str) -> None:
    assert replies(w, words) == []


def test_only_the_persons_own_words_are_said(w: Workspace) -> None:
    for words in [text for talk in TALKS for _, text in talk]:
        for r in replies(w, words):
            assert {u.speaker for u in r.bubbles} == {r.bubbles[0].speaker}
            assert not {u.speaker for u in r.answered} & {r.bubbles[0].speaker}
            assert all(("Ned", u.text) in [x for talk in [*TALKS, FILL] for x in talk] for u in r.bubbles)


def test_what_was_shown_comes_last_and_a_topic_is_answered_once(w: Workspace) -> None:
    first = replies(w, "bees everywhere in winter, so many bees")
    assert said(first)[0] == "bees sleep in winter"
    assert "bees sleep in winter" not in said(replies(w, "bees everywhere in winter, so many bees", used={u.row for u in first[0].bubbles}))  # fmt: skip
    night = replies(w, "good night")
    again = said(replies(w, "good night", used={u.row for u in night[0].bubbles}))
    assert again[-1] == "night x"


def test_a_question_is_not_answered_by_itself(w: Workspace) -> None:
    assert "where is the thermos" not in said(replies(w, "where is the thermos"))


def test_anger_is_no_answer_to_a_plain_line(w: Workspace) -> None:
    found = said(replies(w, "the lantern went out"))
    assert found[0] == "oil the lantern"


def test_until_only_what_was_written_before(w: Workspace) -> None:
    (bees,) = [r for r in replies(w, "my aunt keeps bees") if "bees" in r.bubbles[0].text]
    at = bees.bubbles[0].at
    assert said(replies(w, "my aunt keeps bees", until=at + 1))[0] == "bees sleep in winter"
    assert "bees sleep in winter" not in said(replies(w, "my aunt keeps bees", until=at))
    for r in replies(w, "my aunt keeps bees", until=at, strict=False, k=24):
        assert r.bubbles[-1].at < at
    assert replies(w, "my aunt keeps bees", until=1) == []


def test_examples_of_a_manner_are_many_and_different(w: Workspace) -> None:
    found = said(replies(w, "zeppelin", strict=False, k=8))
    assert len(found) == 8
    assert len({*found[:6]}) == 6


def test_the_talk_before_counts_and_less_than_the_line() -> None:
    habits = Habits(counted=100, rare=4.0)
    before, now = "the heron again", "what was it like"
    plain, told = Moment(now, habits), Moment(now, habits, (), (before,))
    line = Moment(before, habits)
    assert plain.fit("a heron is grey") < told.fit("a heron is grey") < line.fit("a heron is grey")
    assert told.fit("soup is red") == plain.fit("soup is red")


def turn(speaker: str, text: str, at: int) -> Turn:
    return Turn(speaker, (Utterance("", speaker, at, text),))


def test_habits_are_counted_and_pulled_to_the_average() -> None:
    pairs = [Exchange(turn("a", "did you eat?", 1), turn("b", "yes", 2))] * 20
    pairs += [
        Exchange(turn("a", "the kiln is warm", 1), turn("b", "no the kiln is always cold in the morning", 2))
    ] * 20
    habits = learn(pairs)
    assert habits.counted == 40
    assert habits.act("did you sleep?", "yes") > 0.3 > 0 > habits.act("did you sleep?", "no")
    assert (
        habits.length("did you sleep?", "yes") > 0 > habits.length("did you sleep?", "no the kiln is always cold today")
    )
    assert abs(Habits().act("did you sleep?", "yes")) < 1e-9
    assert habits.weight("kiln") < habits.weight("zeppelin") == habits.rare


def test_an_exchange_answers_within_four_hours_and_openings_that_stand_alone_count() -> None:
    hour = 3600
    lines = [
        ("a", 0, "the kiln is warm"), ("b", 60, "good"), ("b", 9 * hour, "morning x"), ("a", 10 * hour, "hi"),
        ("b", 15 * hour, "i fed the goose"), ("a", 16 * hour, "ok"), ("b", 19 * hour, "soup"),
    ]  # fmt: skip
    said = [Utterance(f"u{i}", who, at, text) for i, (who, at, text) in enumerate(lines)]
    found = [(x.answered.text if x.answered else None, x.reply.text) for x in exchanges(said, "b")]
    assert found == [("the kiln is warm", "good"), (None, "morning x"), ("ok", "soup")]


def test_new_habits_come_with_new_lines(tmp_path: Path) -> None:
    def chat(n: int) -> str:
        said = ["the swing squeaks", "oil the swing", "the owl is back", "owls bring luck"]
        return "".join(f"17/03/2023, 1{i}:00 - {('Bea', 'Ned')[i % 2]}: {said[i]}\n" for i in range(n))

    (tmp_path / "short.txt").write_text(chat(2), encoding="utf-8")
    (tmp_path / "long.txt").write_text(chat(4), encoding="utf-8")
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        w.create([tmp_path / "short.txt"], name="Ned", me="Bea", subject="Ned")
        assert replies(w, "the owl is back") == []
        w.import_files([tmp_path / "long.txt"], me="Bea")
        assert said(replies(w, "the owl is back")) == ["owls bring luck"]
