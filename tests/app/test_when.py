"""Speaking from an earlier time: which time is meant, and not one word of what came after it, in any field."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from afterword import Workspace
from afterword.app.past import told_by_then
from afterword.app.talking import VaultRecords, host_turn, live_talk
from afterword.app.when import Span, dates_in, span_of
from afterword.dialogue.brief import as_dict, as_text
from afterword.dialogue.compose import compose
from afterword.errors import BadInput, ChoiceNeeded, NotFound
from afterword.profile import Note
from afterword.texts import say

Story = tuple[Workspace, Any]
FIRST, LAST = date(2022, 9, 4), date(2024, 3, 24)
PHASES = [
    {"start": "2022-09-04", "end": "2023-01-01", "label_key": "beginning"},
    {"start": "2023-01-02", "end": "2023-06-04", "label_key": "steady"},
    {"start": "2023-06-05", "end": "2024-01-28", "label_key": "steady"},
    {"start": "2024-01-29", "end": "2024-03-24", "label_key": "ending"},
]
MODES = ("chat", "chat", "chat", "nostalgia", "hard", "emotional")


def clock() -> datetime:
    return datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("2023 spring", "2023-03-01", "2023-06-01"),
        ("Spring 2023", "2023-03-01", "2023-06-01"),
        ("2023年春", "2023-03-01", "2023-06-01"),
        ("2023年的春天", "2023-03-01", "2023-06-01"),
        ("fall of 2022", "2022-09-04", "2022-12-01"),
        ("2022 winter", "2022-12-01", "2023-03-01"),
        ("2023-03", "2023-03-01", "2023-04-01"),
        ("2023/3", "2023-03-01", "2023-04-01"),
        ("2023年3月", "2023-03-01", "2023-04-01"),
        ("二〇二三", "", ""),
        ("2023年十二月", "2023-12-01", "2024-01-01"),
        ("March 2023", "2023-03-01", "2023-04-01"),
        ("2023 mar", "2023-03-01", "2023-04-01"),
        ("2023-03-05", "2023-03-05", "2023-03-06"),
        ("2023年3月5日", "2023-03-05", "2023-03-06"),
        ("2023", "2023-01-01", "2024-01-01"),
        ("2022年", "2022-09-04", "2023-01-01"),
        ("early 2023", "2023-01-01", "2023-05-01"),
        ("2023年底", "2023-09-01", "2024-01-01"),
        ("last spring", "2024-03-01", "2024-03-25"),
        ("the first winter", "2022-12-01", "2023-03-01"),
        ("最后一个夏天", "2023-06-01", "2023-09-01"),
        ("the first month", "2022-09-04", "2022-10-04"),
        ("第一个月", "2022-09-04", "2022-10-04"),
        ("the last month", "2024-02-25", "2024-03-25"),
        ("最后一个月", "2024-02-25", "2024-03-25"),
        ("最后两周", "2024-03-11", "2024-03-25"),
        ("前三个月", "2022-09-04", "2022-12-04"),
        ("the last 9000 years", "2022-09-04", "2024-03-25"),
        ("前9000年", "2022-09-04", "2024-03-25"),
        ("the first three months", "2022-09-04", "2022-12-04"),
        ("first 10 days", "2022-09-04", "2022-09-14"),
        ("phase 2", "2023-01-02", "2023-06-05"),
        ("第二段", "2023-01-02", "2023-06-05"),
        ("the beginning", "2022-09-04", "2023-01-02"),
        ("结尾", "2024-01-29", "2024-03-25"),
        ("2023-03..2023-04", "2023-03-01", "2023-05-01"),
        ("march 2023 to april 2023", "2023-03-01", "2023-05-01"),
        ("2023年3月到5月", "2023-03-01", "2023-06-01"),
        ("spring 2023 until today", "", ""),
        ("5/3/2023", "", ""),
        ("before we met", "", ""),
        ("2023-13", "", ""),
        ("2023-02-30", "", ""),
    ],
)
def test_a_time_in_words(words: str, start: str, end: str) -> None:
    if not start:
        with pytest.raises((BadInput, ChoiceNeeded)):
            span_of(words, FIRST, LAST, PHASES)
        return
    assert span_of(words, FIRST, LAST, PHASES) == Span(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(("words", "n"), [("autumn", 2), ("steady", 2), ("平稳", 2), ("十月", 2), ("冬天", 2)])
def test_what_could_be_several_times_is_asked(words: str, n: int) -> None:
    with pytest.raises(ChoiceNeeded) as e:
        span_of(words, FIRST, LAST, PHASES)
    assert len(e.value.details["choices"]) == n  # type: ignore[arg-type]
    for choice in e.value.details["choices"]:  # type: ignore[attr-defined]
        assert span_of(choice.partition(" (")[0], FIRST, LAST, PHASES).start >= FIRST


@pytest.mark.parametrize("words", ["2021", "2025 spring", "2024年4月", "cold"])
def test_a_time_that_the_records_do_not_hold(words: str) -> None:
    with pytest.raises(NotFound):
        span_of(words, FIRST, LAST, PHASES)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("On January 3 2024 she told me", "2024-01-03", "2024-01-03"),
        ("that was the 10th of January, 2024", "2024-01-10", "2024-01-10"),
        ("christmas 2023 at her mum's", "2023-12-25", "2023-12-25"),
        ("new year's eve 2022 on the roof", "2022-12-31", "2022-12-31"),
        ("2023年圣诞节在她妈妈家", "2023-12-25", "2023-12-25"),
        ("2022年中秋一起看月亮", "2022-09-10", "2022-09-10"),
        ("in May 2023 we moved", "2023-05-01", "2023-05-31"),
    ],
)
def test_a_day_that_was_told_is_that_day(text: str, first: str, last: str) -> None:
    (span,) = dates_in(text)
    assert (span.start.isoformat(), span.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("text", "n"),
    [("over since February 2024", 1), ("2024 年夏天分开的", 1), ("from 2022-03-05 to 2023年", 2), ("for 2 years", 0), ("called 20231 times", 0)],
)  # fmt: skip
def test_dates_in_what_was_told(text: str, n: int) -> None:
    assert len([*dates_in(text)]) == n


@pytest.mark.parametrize(
    ("kind", "text", "known"),
    [
        ("memory", "we got the cat in March 2023", True),
        ("memory", "we split in June 2023", False),
        ("memory", "we split", False),
        ("about", "together in 2023", False),
        ("habit", "hums while cooking", True),
        ("habit", "smokes since 2024", False),
        ("correction", "never says honey", True),
    ],
)
def test_told_notes_of_later_are_left_out(kind: Any, text: str, known: bool) -> None:
    span = Span(date(2023, 3, 1), date(2023, 4, 1))
    assert told_by_then(Note("n", kind, text, "2026-01-01"), span) is known


# -- over the shipped stories -------------------------------------------------------------------------------------------


def times(story: Story) -> tuple[str, ...]:
    return {"en": ("2022 autumn", "2023-05", "first month", "phase 2"), "zh": ("2023年春", "2023-11", "第一个月", "第二段")}[
        story[1].lang
    ]  # fmt: skip


def every_string(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [x for k, v in value.items() for x in (*every_string(k), *every_string(v))]
    if isinstance(value, list | tuple):
        return [x for v in value for x in every_string(v)]
    return []


@pytest.mark.parametrize("which", range(4))
def test_not_one_utterance_of_later_in_any_field(told_story: Story, which: int) -> None:
    """Over 200 lines: neither the id nor the words of what was written later, if nobody had written them before."""
    w, story = told_story
    w.vault.put("crisis", "")
    profile, library = w.personas.profile(None, times(told_story)[which])
    _, whole = w.personas.profile(None)
    said = list(whole.utterances())
    until = max(u.at for u in library.utterances()) + 1
    later = [u for u in said if u.at >= until]
    assert len(later) > 80
    assert len(later) + len(list(library.utterances())) == len(said)
    earlier = "\n".join(u.text for u in said if u.at < until)
    ids = {u.id for u in later}
    words = {u.text for u in later if len(u.text) > 6 and u.text not in earlier}
    heard = [u.text for u in said if u.speaker != profile.speaker and u.text.strip()]
    lines = heard[:: max(1, len(heard) // 200)][:200]
    assert len(lines) == 200
    records = VaultRecords(profile, library)
    talk = live_talk(w.vault, profile, library, lang=story.lang, now=clock)
    spoke = 0
    for i, line in enumerate(lines):
        mode = MODES[i % len(MODES)]
        out = host_turn(talk, records, line, mode)
        spoke += bool(out["echo"])
        parts = [out]
        if i % 10 == 0 and (brief := compose(line, profile, records, lang=story.lang, mode=mode, hour=20, turn=i)):
            parts += [as_dict(brief), as_text(brief, "en"), as_text(brief, "zh")]
            parts.append(
                msgspec.to_builtins(live_talk(w.vault, profile, library, lang=story.lang, now=clock).turn(line))
            )
        found = {x for part in parts for x in every_string(part)}
        assert not found & ids, line
        whole_text = "\n".join(x for x in found if x != line)
        assert [x for x in words if x in whole_text and x not in line] == [], line
    assert spoke > 20
    claims = "\n".join(every_string(msgspec.to_builtins(profile.claims)))
    assert not [x for x in ids if x in claims]
    for at in range(3):
        assert not {u.id for u in records.some_day(at)} & ids


def test_the_notice_says_which_time_speaks(told_story: Story) -> None:
    w, story = told_story
    when = times(told_story)[0]
    talk = w.talk(now=clock, when=when)
    time: Any = talk.profile.coverage["time"]
    assert say(story.lang, "talk.then", name=story.subject, first=time["first"], last=time["last"]) in talk.notice()
    assert str(talk.profile.coverage["last"]) <= time["last"]
    plain = w.talk(now=clock)
    assert (
        say(story.lang, "talk.then", name=story.subject, first=time["first"], last=time["last"]) not in plain.notice()
    )
    assert "time" not in plain.profile.coverage
    brief = w.turn({"en": "morning", "zh": "早"}[story.lang], when=when)["brief"]
    assert (brief["phase"]["label"], brief["phase"]["last"]) == (when, time["last"])


def test_the_time_itself_comes_first(told_story: Story) -> None:
    w, _ = told_story
    profile, library = w.personas.profile(None, times(told_story)[3])
    since = profile.coverage["time"]["since"]  # type: ignore[index]
    records = VaultRecords(profile, library)
    heard = [u.text for u in library.utterances() if u.speaker != profile.speaker and u.text][-80:]
    for line in heard:
        found = [r.bubbles[0].at >= since for r in records.replies(line, 20, set())]
        assert found == sorted(found, reverse=True), line
        alike = [r.bubbles[0].at >= since for r in records.alike(line, 20, 12, history=(), until=None)]
        assert alike == sorted(alike, reverse=True), line


def test_nothing_of_it_is_kept(told_story: Story) -> None:
    w, _ = told_story
    _, whole = w.personas.profile(None)
    before = sorted((p.name, p.stat().st_size) for p in w.vault.home.rglob("*") if p.is_file())
    shown, kept = w.show(), whole.shelf.db.execute("SELECT name, basis FROM cache ORDER BY name").fetchall()
    one = w.personas.profile(None, times(told_story)[1])
    assert w.personas.profile(None, times(told_story)[1])[1] is one[1]
    assert one[0].coverage["utterances"] < shown["coverage"]["utterances"]  # type: ignore[operator]
    assert w.show() == shown
    assert whole.shelf.db.execute("SELECT name, basis FROM cache ORDER BY name").fetchall() == kept
    assert sorted((p.name, p.stat().st_size) for p in w.vault.home.rglob("*") if p.is_file()) == before


def test_a_description_has_no_earlier_time(tmp_path: Any) -> None:
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", lang="zh") as w:
        w.create(name="外公", about="他修钟表。")
        with pytest.raises(NotFound) as e:
            w.talk(when="2022")
        assert e.value.code == "when.undated"
        assert json.dumps(e.value.as_json())
