"""What is typical is kept until it may no longer be what would be learned. The learning itself is stood in for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from afterword.app import typical_replies
from afterword.app.library import Library
from afterword.app.past import MemoryShelf
from afterword.app.typical_replies import typical_of
from afterword.likeness.score import NotMeasurable
from afterword.likeness.typical import ByLength, Range, Typical
from afterword.likeness.verifier import Verifier


class Records:
    """A shelf of lines in turn, and how often it was learned of."""

    def __init__(self) -> None:
        self.shelf, self.learned, self.turns = MemoryShelf("s"), 0, 0
        for id, speaker in ((1, "her"), (2, "me")):
            self.shelf.add_handle("", speaker, "", None)
            self.shelf.db.execute("UPDATE handle SET speaker = ? WHERE id = ?", (speaker, id))
        self.add(100)

    def add(self, n: int) -> None:
        at = self.shelf.db.execute("SELECT count(*) FROM utterance").fetchone()[0] * 60
        self.shelf.add_rows([(1 + i % 2, at + 60 * i, 0, 0, f"walk {i} 走", 1, f"{i}", None) for i in range(n)])

    def learn(self, own: Sequence[str], partner: Sequence[str]) -> Typical:
        self.learned += 1
        one = Range(0, 0, 0, 0, 1)
        sizes = ByLength((1,), (one,))
        return Typical(
            "", len(own), (), Verifier(()), sizes, None, None, {}, sizes, (), sizes, sizes, one, one, one, one
        )

    def typical(self) -> Typical:
        typical_replies._OPEN.clear()  # as if the vault had been closed in between
        library: Any = Library(None, self.shelf)  # type: ignore[arg-type]
        found = typical_of(library, "her")
        assert isinstance(found, Typical)
        return found


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Records:
    made = Records()
    monkeypatch.setattr(typical_replies, "learned", made.learn)
    assert made.typical().turns == 50
    return made


def test_it_stays_until_the_records_have_grown_by_a_tenth(records: Records) -> None:
    assert records.typical().turns == 50
    records.add(8)
    assert (records.typical().turns, records.learned) == (50, 1)
    records.add(4)
    assert (records.typical().turns, records.learned) == (56, 2)
    records.add(8)
    assert (records.typical().turns, records.learned) == (56, 2)


@pytest.mark.parametrize(
    "change", ["DELETE FROM utterance WHERE row = 3", "UPDATE handle SET speaker = 'other' WHERE id = 2"]
)
def test_it_is_learned_anew_when_anything_went_or_changed_hands(records: Records, change: str) -> None:
    records.shelf.db.execute(change)
    records.typical()
    assert records.learned == 2


def test_of_somebody_else_it_is_learned_for_itself(records: Records) -> None:
    library: Any = Library(None, records.shelf)  # type: ignore[arg-type]
    typical_of(library, "me")
    assert records.learned == 2


def test_what_cannot_be_learned_is_asked_again(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typical_replies, "learned", lambda *sides: NotMeasurable("turns", 3, 60))
    records.add(60)
    library: Any = Library(None, records.shelf)  # type: ignore[arg-type]
    assert typical_of(library, "her") == NotMeasurable("turns", 3, 60)
    monkeypatch.setattr(typical_replies, "learned", records.learn)
    assert records.typical().turns == 80
