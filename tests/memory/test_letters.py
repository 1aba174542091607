"""Words with marks are found however they are typed: German, French, Vietnamese; Chinese, Japanese, Korean stay."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from afterword import Workspace
from afterword.memory.query import holds, stems, terms_of
from afterword.memory.replies import Line
from afterword.store.search import folded

SAID = [
    "meet me at the café",
    "die Straße war gesperrt, schöne Grüße",
    "l’été à Orléans, un thé glacé",
    "mình ăn phở ở Đà Nẵng nhé",
    "番茄炒蛋真好吃",
    unicodedata.normalize("NFD", "un crêpe flambée"),
    "пойдём домой",
    "がんばって",
    "보고 싶어",
]


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("letters")
    start, rows = datetime(2023, 3, 17, 9, 0), []
    for i, text in enumerate(SAID):
        at = start + timedelta(days=9 * i)
        for m, (who, line) in enumerate([("Bea", "ok so"), ("Bea", text), ("Ned", f"yes {i}"), *[("Bea", "hm")] * 9]):
            rows.append(f"{at + timedelta(minutes=m):%d/%m/%Y, %H:%M} - {who}: {line}\n")
    (folder / "chat.txt").write_text("".join(rows), encoding="utf-8")
    with Workspace(folder / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as opened:
        opened.create([folder / "chat.txt"], name="Ned", me="Bea", subject="Ned")
        yield opened


FOUND = [
    ("café", 0), ("cafe", 0), ("CAFÉ", 0),
    ("Straße", 1), ("strasse", 1), ("STRASSE", 1), ("schöne Grüße", 1), ("schone", 1),
    ("été", 2), ("l'ete", 2), ("thé glacé", 2), ("Orleans", 2),
    ("phở", 3), ("pho", 3), ("Đà Nẵng", 3), ("da nang", 3),
    ("番茄炒蛋", 4), ("炒蛋", 4), ("crêpe", 5), ("flambee", 5), ("домой", 6), ("がんばって", 7), ("보고", 8),
]  # fmt: skip


@pytest.mark.parametrize(("question", "line"), FOUND)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_word_is_found_with_and_without_its_marks(w: Workspace, question: str, line: int, form: str) -> None:
    found = w.recall(unicodedata.normalize(form, question))  # type: ignore[arg-type]
    assert found["label"] == "known"
    assert SAID[line] in [u["text"] for u in found["hits"][0]["utterances"]]


@pytest.mark.parametrize("question", ["naïveté", "Käse", "bún chả", "がっこう", "학교", "火锅"])
def test_what_was_not_written_stays_unknown(w: Workspace, question: str) -> None:
    assert w.recall(question)["label"] == "not-in-records"


@pytest.mark.parametrize("line", [0, 1, 2, 3, 5])
def test_echo_answers_with_or_without_marks(w: Workspace, line: int) -> None:
    bare = folded(SAID[line])
    for asked in (SAID[line], bare):
        assert [b["words"] for b in w.turn(asked)["echo"]] == [f"yes {line}"], asked
    weights = dict.fromkeys(terms_of(SAID[line]), 1.0)
    assert Line(bare, ()).like(Line(SAID[line], ()), weights) == pytest.approx(1.0)


def test_folding_keeps_other_scripts() -> None:
    for text in ("番茄炒蛋", "がんばって", "보고 싶어", "пойдём", "Ελλάδα"):
        assert folded(text) == text
        assert unicodedata.normalize("NFC", folded(text + " é")) == text.casefold() + " e"
    assert terms_of("thé et café") == ["the", "et", "cafe"]
    assert terms_of("José said cafe", ["Jose"]) == ["cafe"]
    assert holds(stems("Schöne Straße"), "strasse")
