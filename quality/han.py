"""Traditional Chinese characters with their simplified forms, as Afterword reads them. In: nothing. Out: han/table.txt.

`python -m quality.han` needs `pip install opencc`, which nothing else does: 3,761 characters, one for one, are loaded in a
millisecond, the library with its phrases in a hundred.
"""

from __future__ import annotations

import importlib
from pathlib import Path

FILE = Path(__file__).parent.parent / "src" / "afterword" / "han" / "table.txt"
HEAD = "# Traditional characters, and below each row their simplified forms. From the tables of OpenCC (Apache-2.0), one for one.\n"
ROW = 60


def main() -> None:
    simplified = importlib.import_module("opencc").OpenCC("t2s").convert
    pairs = [(c, s) for c in map(chr, range(0x3400, 0xA000)) if (s := simplified(c)) != c and len(s) == 1]
    rows = (pairs[i : i + ROW] for i in range(0, len(pairs), ROW))
    written = ("".join(a for a, _ in row) + "\n" + "".join(s for _, s in row) + "\n" for row in rows)
    FILE.write_text(HEAD + "".join(written), "utf-8")


if __name__ == "__main__":
    main()
