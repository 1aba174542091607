"""How often people write the markers of a chat. In: a language's invented voices. Out: `measures/lang/<language>/markers.tsv`.

One marker a line, with how many of 10,000 bubbles hold it: of people, each voice weighing the same, and of models in
their default manner. A marker of fewer than three voices is somebody's own and no habit of the language.
"""

from __future__ import annotations

import statistics

from afterword.dialogue.markers import counted, per_10_000
from afterword.likeness.background import voices

LEAST_VOICES, LEAST_RATE = 3, 10.0


def marker_rates(language: str) -> str:
    people: list[dict[str, float]] = []
    models: list[dict[str, float]] = []
    for voice in voices(language):
        said = counted(line for turn in voice.turns for line in turn.split("\n"))
        n = said.n[language]
        rates = {marker: per_10_000(min(uses, n), n) for marker, uses in said.uses.items()}
        (models if voice.assistant else people).append(rates)
    rows = []
    for marker in sorted({m for rates in (*people, *models) for m in rates}):
        theirs = [rates.get(marker, 0.0) for rates in people]
        drafted = [rates.get(marker, 0.0) for rates in models]
        common = statistics.fmean(theirs) if sum(x > 0 for x in theirs) >= LEAST_VOICES else 0.0
        default = statistics.fmean(drafted) if drafted else 0.0
        if max(common, default) >= LEAST_RATE:
            rows.append(f"{marker}\t{common:.0f}\t{default:.0f}\n")
    return "".join(rows)
