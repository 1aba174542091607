"""What a phase says of itself: its pace, and what sets it apart from the phase before."""

from __future__ import annotations

from typing import Any

import pytest

from afterword.model import Measurement
from afterword.profile import story

EVEN: dict[str, Any] = {
    "weeks": 10, "lines": 200, "per_week": 20.0, "warmth": 0.03, "conflict": 0.0, "latency_s": 60,
    "label_key": "steady", "support": [],
}  # fmt: skip
NOTHING: dict[str, Any] = {**EVEN, "lines": 0, "per_week": 0.0, "latency_s": None, "label_key": "unrecorded"}


def told(*rows: dict[str, Any]) -> list[dict[str, str]]:
    dated = [{"start": f"2023-0{i}-01", "end": f"2023-0{i}-28", **r} for i, r in enumerate(rows, 1)]
    m = Measurement("story.phases", dated, "phases", 40, minimum=8, version=1, source="", note="")
    return [d.statement for d in story.drafts(m, {}, "a")]


@pytest.mark.parametrize(
    ("later", "en", "zh"),
    [
        ({"latency_s": 420}, "came within 7 minutes; in the phase before, within a minute", "7 分钟"),
        ({"latency_s": 20}, "", ""),  # 60 seconds or 20: both at once
        ({"warmth": 0.01}, "Warm words in 1 % of 200 messages; in the phase before, in 3 % of 200", "暖心的词"),
        ({"conflict": 0.02}, "Angry words in 2 % of 200 messages; in the phase before, in 0 % of 200", "生气的词"),
        ({"conflict": 0.005, "warmth": 0.02, "latency_s": 80}, "", ""),
        ({"latency_s": None}, "", ""),
    ],
)
def test_a_phase_says_what_changed(later: dict[str, Any], en: str, zh: str) -> None:
    alone, changed = told(EVEN, {**EVEN, **later})
    assert alone["en"].endswith("steady, about 20 messages a week.")
    assert alone["zh"].endswith("每周约 20 条。")
    for lang, words in (("en", en), ("zh", zh)):
        added = changed[lang].replace(alone[lang].replace("-01-", "-02-"), "")
        assert words in added
        assert bool(words) == bool(added)


def test_weeks_without_records_are_compared_with_nothing() -> None:
    _, unknown, after, later = told(EVEN, NOTHING, {**EVEN, "latency_s": 420}, {**EVEN, "latency_s": 430})
    assert "phase before" not in unknown["en"] + after["en"] + later["en"]
