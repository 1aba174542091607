"""Scenes told by the user's own model. In: scenes, a budget, a yes. Out: a title and a few sentences for each, with their lines.

The model reads the lines of one scene; the court refuses each sentence of which a word does not stand in the lines that it
names. A title that falls is sent back once with its fault; a sentence that falls is left out. What stands is shown in the
place of the people's own words, which stay beside it. Kept with the records it was made from, and gone with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from afterword.app.distilling import hidden_from_models
from afterword.app.library import Library
from afterword.app.model_run import Request
from afterword.distill import SCENE_HOW, Sentence, Telling, key_of, scene_messages, telling_in
from afterword.llm import Unfit
from afterword.memory.titles import MOST_SENTENCE, fault
from afterword.model import Utterance
from afterword.profile import Profile

SCENE = "scene:"
MOST, BESIDE = 40, 2
"""Lines of a scene that are read; of a longer one, those that show what it is and so many to either side come first."""


class Titled(msgspec.Struct, frozen=True):
    """What stands of a model's words for a scene, and why the rest does not."""

    title: Sentence
    summary: tuple[Sentence, ...] = ()
    refused: tuple[str, ...] = ()


def requests(
    rows: Sequence[dict[str, Any]], profile: Profile, library: Library, owner: str, lang: str
) -> list[Request]:
    """A request for each scene (rows of `episodes`) of which a line may be read."""
    if not rows:
        return []
    hidden = hidden_from_models(profile, lang)
    lines = [u for u in library.utterances() if u.at]
    place = {u.id: i for i, u in enumerate(lines)}
    names = (profile.name, *library.names())
    out = []
    for row in rows:
        read = [lines[i] for i in _read(row, place) if not hidden(lines[i].text)]
        if read:
            sent, numbers = scene_messages([read], profile.name, profile.speaker, owner)
            name = f"{SCENE}{row['id']}:{key_of(sent, [*numbers.values()])}"
            out.append(Request(name, sent, _Court(read, numbers, names), SCENE_HOW))
    return out


class _Court:
    """Reads an answer about one scene."""

    def __init__(self, lines: Sequence[Utterance], numbers: dict[str, str], names: Sequence[str]) -> None:
        self._said, self._numbers, self._names = {u.id: u for u in lines}, numbers, names

    def __call__(self, answer: str) -> list[Any]:
        told: Telling = telling_in(answer, self._numbers)
        if told.title.says and (why := self._fault(told.title, told.title.says)):
            raise Unfit(f"the title does not stand: {why}")
        faults = {s: self._fault(s, s.says, MOST_SENTENCE) for s in told.summary}
        kept = tuple(s for s, why in faults.items() if not why)
        return [msgspec.to_builtins(Titled(told.title, kept, tuple(why for why in faults.values() if why)))]

    def _fault(self, sentence: Sentence, says: str, *most: int) -> str:
        return fault(says, [self._said[i] for i in sentence.lines], self._names, *most)


def _read(row: dict[str, Any], place: dict[str, int]) -> list[int]:
    """Places of the lines of a scene that a model reads: those that show what it is, what stands beside them, then the rest."""
    shown = [place[i] for i in row["ids"] if i in place]
    first, last = place.get(row["first"], 0), place.get(row["last"], -1)
    near = sorted({j for i in shown for j in range(i - BESIDE, i + BESIDE + 1) if first <= j <= last})
    rest = [] if row["grain"] == "thread" else range(first, last + 1)
    return sorted([*dict.fromkeys([*shown, *near, *rest])][:MOST])


def titled(library: Library) -> dict[str, tuple[Titled, str]]:
    """Scene → what stands of a model's words for it, and which model's; the latest where there are several."""
    rows = library.shelf.db.execute(
        "SELECT name, basis, body FROM cache WHERE name LIKE ? ORDER BY rowid", (f"{SCENE}%",)
    )
    out: dict[str, tuple[Titled, str]] = {}
    for name, model, body in rows:
        for finding in msgspec.json.decode(body)["findings"]:
            found = msgspec.convert(finding, Titled)
            if found.title.says:
                out[name.removeprefix(SCENE).rpartition(":")[0]] = (found, model)
    return out
