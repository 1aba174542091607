"""The court gives its reasons in English; a reader of Chinese gets each of them in Chinese. The list is read from the code."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

from afterword.distill import findings
from afterword.profile import court
from afterword.texts import court_words, reasons


def returned(function: object) -> set[str]:
    """The sentences that a function returns, with {} for what they fill in."""
    out = set()
    for node in ast.walk(ast.parse(inspect.getsource(function))):  # type: ignore[arg-type]
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant | ast.JoinedStr):
            parts = node.value.values if isinstance(node.value, ast.JoinedStr) else [node.value]
            out.add("".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts))
    return out - {""}


def test_every_reason_of_the_court_has_chinese_words() -> None:
    found = returned(court.fault_of) | returned(findings.fault_of)
    assert len(found) > 8
    assert found - reasons("zh", "court").keys() == set()


@pytest.mark.parametrize(
    "why",
    [
        "3 exact quotes; voice.length (n = 120)",
        "1 exact quote",
        "you told this; the records say otherwise; 2 exact quotes",
        "rhythm.wait has n = 3, fewer than the 20 it needs; nothing was measured as x.y",
    ],
)
def test_a_verdict_is_said_in_the_readers_language(why: str) -> None:
    said = court_words("zh", why)
    assert said.count("; ") == why.count("; ")
    assert not re.search(r"quote|told|records|fewer|measured", said)
    assert court_words("en", why) == why
