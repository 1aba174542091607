"""The general background of keyness: the words of the shipped stories, counted.

In: the example chats, which are this project's own writing. Out: `measures/lang/<language>/background.tsv`, one word and
its count a line, words used once left out. `--check` compares instead of writing.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from afterword.app.demo import stories
from afterword.importers import Options, identify
from afterword.measures.tokens import words
from afterword.model import Kind, Message

LANG = Path(__file__).parents[1] / "src" / "afterword" / "measures" / "lang"


def table(chat: Path) -> str:
    importer, _ = identify(chat)
    found: Counter[str] = Counter()
    for record in importer.read(chat, Options()):
        if isinstance(record, Message) and record.kind == Kind.TEXT:
            found.update(words(record.text))
    rows = sorted(((w, c) for w, c in found.items() if c > 1), key=lambda r: (-r[1], r[0]))
    return "".join(f"{w}\t{c}\n" for w, c in rows)


def main() -> None:
    stale = []
    for lang, story in stories().items():
        path, text = LANG / lang / "background.tsv", table(story.file)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(LANG)))
    if stale:
        sys.exit("Stale, run python quality/background.py: " + ", ".join(stale))


if __name__ == "__main__":
    main()
