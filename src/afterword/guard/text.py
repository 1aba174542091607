"""Text as the gates read it. In: anything. Out: the same words without what hides them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

# Zero-width and bidi controls, the tag block and other controls; ZWJ and VS16 stay because emoji are made with them.
_HIDDEN = re.compile(
    "[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f-\x9f]"
)


_SPELT = re.compile(r"\b(?:\w ){2,}\w\b")
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")


def normalise(text: str) -> str:
    """NFKC without hidden characters. Applying it twice changes nothing more."""
    return unicodedata.normalize("NFKC", _HIDDEN.sub("", unicodedata.normalize("NFKC", text)))


def plain(text: str) -> str:
    """For matching: normalised, lower case, typographic quotes straightened, spaces collapsed."""
    folded = normalise(text).casefold().replace("’", "'").replace("‘", "'").replace("`", "'")
    return " ".join(folded.split())


def joined_letters(text: str) -> str:
    """The text without the spaces that spell a word out: "k i l l" is "kill", "不 想 活" is "不想活"."""
    return _SPELT.sub(lambda m: m[0].replace(" ", ""), _BETWEEN_HAN.sub("", text))


@cache
def patterns(name: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    """Section → compiled patterns of `<language>/<name>.toml`, all languages together."""
    out: dict[str, list[re.Pattern[str]]] = {}
    for language in ("en", "zh", "other"):
        path = files("afterword.guard") / language / f"{name}.toml"
        if path.is_file():
            for section, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
                out.setdefault(section, []).extend(re.compile(row) for row in rows)
    return {section: tuple(rows) for section, rows in out.items()}


def first(found: tuple[re.Pattern[str], ...], text: str) -> str:
    """The first match's words, "" when there is none."""
    for pattern in found:
        if m := pattern.search(text):
            return m.group(0)
    return ""
