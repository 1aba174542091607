"""The invented voices: many hands, whole files, nobody's address; and the small words are those that they use."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from afterword.likeness.background import voices
from afterword.texts import LANGS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src" / "afterword" / "likeness" / "background"
PRIVATE = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?<!\d)(?:\+?\d[\s()-]?){9,}(?!\d)|https?://|www\.")
LONG = {"en": 14, "zh": 6}


def lines(lang: str) -> list[tuple[Path, int, str]]:
    files = sorted(FOLDER.glob(f"{lang}-*.txt"))
    return [(p, n, x) for p in files for n, x in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)]


@pytest.mark.parametrize("lang", LANGS)
def test_there_are_enough_voices_and_assistants(lang: str) -> None:
    found = voices(lang)
    assert sum(not v.assistant for v in found) >= 100
    assert sum(v.assistant for v in found) >= 10
    assert min(len(v.turns) for v in found) >= 30
    assert sum(len(v.turns) for v in found) > 4_500


def test_an_id_belongs_to_one_voice_and_to_its_language() -> None:
    ids = [(v.id, v.language, lang) for lang in LANGS for v in voices(lang)]
    assert [i for i, n in Counter(x[0] for x in ids).items() if n > 1] == []
    assert [x for x in ids if not x[0].startswith(f"{x[2]}-") or x[1] != x[2]] == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_line_is_read(lang: str) -> None:
    rows = lines(lang)
    heads = [x for _, _, x in rows if x.startswith("[")]
    assert [x for x in heads if not re.fullmatch(rf"\[{lang}-[a-z]+-?\d+\] \S.*", x)] == []
    said = [x for _, _, x in rows if x.strip() and not x.startswith("[")]
    assert len(heads) == len(voices(lang))
    assert len(said) == sum(len(v.turns) for v in voices(lang))
    assert [x for x in said if x.startswith("|") or x.endswith("|") or "||" in x] == []


@pytest.mark.parametrize("lang", LANGS)
def test_nobody_says_a_long_thing_twice(lang: str) -> None:
    again = [(v.id, t) for v in voices(lang) for t, n in Counter(v.turns).items() if n > 1 and len(t) > LONG[lang]]
    assert again == []


@pytest.mark.parametrize("lang", LANGS)
def test_nobody_can_be_reached(lang: str) -> None:
    assert [(p.name, n) for p, n, x in lines(lang) if PRIVATE.search(x)] == []


@pytest.mark.parametrize("text", ["mail me: a.b@example.org", "+44 7700 900 123", "13800138000", "see http://x.y"])
def test_the_search_for_addresses_finds_them(text: str) -> None:
    assert PRIVATE.search(text)


def test_the_small_words_are_counted_from_the_voices() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "quality.background", "--check"], capture_output=True, text=True, check=False,
        cwd=ROOT,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    for lang, small in (("en", {"the", "i", "you"}), ("zh", {"我", "你", "的"})):
        assert small <= {*(FOLDER / f"small.{lang}.txt").read_text(encoding="utf-8").split()}
