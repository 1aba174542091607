"""The sets that memory is measured by: their form, and that what answers a question stands in the chat, once."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from quality import asking, chinese_chat

from afterword.app.demo import stories
from afterword.importers import Options, identify
from afterword.model import Message
from afterword.texts import LANGS

SIZES = {("example", "en"): 60, ("example", "zh"): 100} | {
    (name, lang): size
    for name, size in (
        ("absent", 100),
        ("probes", 60),
        ("drafts", 60),
        ("rough", 80),
        ("rough_absent", 60),
        ("happened", 40),
        ("learn", 200),
        ("learn_absent", 200),
    )
    for lang in LANGS
}
FIELDS = {
    "example": {"question", "evidence", "kind"}, "absent": {"question", "why"},
    "rough": {"question", "evidence", "kind"}, "rough_absent": {"question", "why"}, "probes": {"line", "kind", "false"},
    "drafts": {"line", "draft"}, "happened": {"question", "kind"},
    "learn": {"question", "evidence", "kind"}, "learn_absent": {"question", "why"},
}  # fmt: skip


@cache
def said(lang: str) -> Counter[tuple[str, str]]:
    """(day, words) of a shipped story, as the importer reads them."""
    file = stories()[lang].file
    importer, _ = identify(file)
    return Counter((str(m.at)[:10], m.text) for m in importer.read(file, Options()) if isinstance(m, Message))


@cache
def whole(lang: str) -> str:
    return "\n".join(text for _, text in said(lang)).casefold()


@pytest.mark.parametrize(("name", "lang"), SIZES)
def test_form(name: str, lang: str) -> None:
    rows = asking.read(f"{name}_{lang}")
    assert len(rows) == SIZES[name, lang]
    assert all(FIELDS[name] <= row.keys() and all(row.values()) for row in rows)
    asked = [row.get("question", row.get("line")) for row in rows]
    assert len({*asked}) == len(asked)


@pytest.mark.parametrize("lang", LANGS)
def test_the_evidence_stands_in_the_story_once(lang: str) -> None:
    for row in (r for name in ("example", "rough", "learn") for r in asking.read(f"{name}_{lang}")):
        assert row["kind"] in ("single", "multi", "time", "open"), row
        for e in row["evidence"]:
            assert said(lang)[e["day"], e["words"]] == 1, (row["question"], e)


@pytest.mark.parametrize("lang", LANGS)
def test_what_happened_stands_in_the_story_and_what_did_not_says_why(lang: str) -> None:
    rows = asking.read(f"happened_{lang}")
    assert {row["kind"] for row in rows} == {"message", "break-up", "birthday", "day", "relative", "event", "absent"}
    for row in rows:
        assert ("why" in row) is (row["kind"] == "absent") is ("evidence" not in row)
        assert [e for e in row.get("evidence", ()) if said(lang)[e["day"], e["words"]] != 1] == []


def stands(word: str, lang: str) -> bool:
    return bool(re.search(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word), whole(lang)))


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_absent_is_absent(lang: str) -> None:
    rows = asking.read(f"absent_{lang}")
    named = [(row["question"], word) for row in rows for word in row.get("missing", ())]
    assert len(named) > len(rows) // 2
    assert [x for x in named if stands(x[1], lang)] == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_draft_answers_a_probe(lang: str) -> None:
    probes = asking.read(f"probes_{lang}")
    assert [row["line"] for row in asking.read(f"drafts_{lang}")] == [row["line"] for row in probes]
    assert len({row["kind"] for row in probes}) > 7


def test_the_machine_made_chat_is_the_same_every_time(tmp_path: Path) -> None:
    first, again = tmp_path / "a.txt", tmp_path / "b.txt"
    assert chinese_chat.write(first) == {"messages": chinese_chat.MESSAGES, "questions": 100}
    chinese_chat.write(again)
    assert first.read_bytes() == again.read_bytes()


def test_the_machine_made_chat_holds_the_evidence_once() -> None:
    rows = list(chinese_chat.messages())
    days = Counter((f"{at:%Y-%m-%d}", text) for at, _, text in rows)
    anywhere = Counter(text for _, _, text in rows)
    for question in chinese_chat.questions():
        for e in question["evidence"]:
            assert (days[e["day"], e["words"]], anywhere[e["words"]]) == (1, 1), question


def test_the_machine_made_chat_is_one_of_two_people_over_two_years() -> None:
    rows = list(chinese_chat.messages())
    moments = [at for at, _, _ in rows]
    assert {who for _, who, _ in rows} == {chinese_chat.ME, chinese_chat.SUBJECT}
    assert moments == sorted(moments)
    assert moments[-1] - moments[0] > timedelta(days=728)
    assert len({text for _, _, text in rows}) > len(rows) / 3


@pytest.mark.parametrize(("words", "agrees"), [("yes! that night", True), ("记得呀", True), ("what paris", False), ("没有吧", False)])  # fmt: skip
def test_what_the_bench_takes_for_agreement(words: str, agrees: bool) -> None:
    assert bool(asking.AGREES.search(words)) is agrees


def test_a_question_answered_a_message_found() -> None:
    """The figures of recall are shares of evidence, and of the first place where any stands."""

    class Given:
        def recall(self, question: str, k: int) -> dict[str, Any]:
            lines = [[("2024-01-01T09:00:00+00:00", "no")], [("2024-01-02T09:00:00+00:00", "yes")]]
            hits = [{"utterances": [{"at": at, "text": text} for at, text in hit]} for hit in lines]
            return {"label": "known", "hits": hits}

    rows: list[Any] = json.loads(
        '[{"question": "?", "kind": "multi", "evidence": [{"day": "2024-01-02", "words": "yes"},'
        ' {"day": "2024-01-03", "words": "yes"}]}]'
    )
    found = asking.asked(Given(), rows)
    assert found["all"] == {"n": 1, "recall@5": 0.5, "recall@10": 0.5, "mrr": 0.5, "called_absent": 0.0}
