"""The general background, counted: of keyness, and of small words.

In: the example chats and the invented voices, which are this project's own writing. Out: `measures/lang/<language>/background.tsv`,
one word and its count a line, words used once left out; `likeness/background/small.<language>.txt`, the words that a quarter
of the voices use, most used first; `measures/lang/<language>/markers.tsv`, see marker_rates.py. `--check` compares instead of writing.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from afterword.app.demo import stories
from afterword.importers import Options, identify
from afterword.likeness.background import voices
from afterword.measures.tokens import words
from afterword.model import Kind, Message
from quality.marker_rates import marker_rates

ROOT = Path(__file__).parents[1] / "src" / "afterword"
SMALL = 4
"""A word that one in so many voices uses is a small word."""


def table(chat: Path) -> str:
    importer, _ = identify(chat)
    found: Counter[str] = Counter()
    for record in importer.read(chat, Options()):
        if isinstance(record, Message) and record.kind == Kind.TEXT:
            found.update(words(record.text))
    rows = sorted(((w, c) for w, c in found.items() if c > 1), key=lambda r: (-r[1], r[0]))
    return "".join(f"{w}\t{c}\n" for w, c in rows)


def small_words(lang: str) -> str:
    hands = [v for v in voices(lang) if not v.assistant]
    found = Counter(w for v in hands for w in {w for t in v.turns for w in words(t)})
    rows = sorted(((w, n) for w, n in found.items() if n * SMALL >= len(hands)), key=lambda r: (-r[1], r[0]))
    return "".join(f"{w}\n" for w, _ in rows)


def main() -> None:
    stale = []
    files = {}
    for lang, story in stories().items():
        files[ROOT / "measures" / "lang" / lang / "background.tsv"] = table(story.file)
        files[ROOT / "likeness" / "background" / f"small.{lang}.txt"] = small_words(lang)
        files[ROOT / "measures" / "lang" / lang / "markers.tsv"] = marker_rates(lang)
    for path, text in files.items():
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
    if stale:
        sys.exit("Stale, run python -m quality.background: " + ", ".join(stale))


if __name__ == "__main__":
    main()
