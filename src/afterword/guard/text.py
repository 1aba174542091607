"""Text as the gates read it. In: anything. Out: the same words without what hides them.

`normalise` takes away only what nobody can see. `plain` is for matching and goes further: it folds spellings that people
use to get a word past a filter (stretched, leet, look-alike and traditional letters) and the commonest slips of the
thumb, so that the pattern files hold words and not spellings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from afterword.han import simplified
from afterword.measures.phrases import filled

# Zero-width and bidi controls, the tag block and other controls; ZWJ and VS16 stay because emoji are made with them.
_HIDDEN = re.compile(
    "[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
# For matching, joiners, fillers, selectors and marks that no letter has taken up go too.
_JOINERS = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200d\u2065\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_SPELT = re.compile(r"(?<![^\W_])(?:[^\W_][ .*_/|·-]+){2,}[^\W_](?![^\W_])")
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])[ .*_/|·-]+(?=[\u4e00-\u9fff])")
_HAN_LATIN = re.compile(r"(?<=[\u4e00-\u9fff])(?=[a-z])|(?<=[a-z])(?=[\u4e00-\u9fff])")
_BESIDE = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[a-z0-9\u4e00-\u9fff])|(?<=[a-z0-9]) +(?=[\u4e00-\u9fff])")
_MIXED = re.compile(r"\w*(?:[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z])\w*")
_CYRILLIC = str.maketrans("аеорсухіјѕԁһοαερτυκ", "aeopcyxijsdhoaeptuk")
_LEET = re.compile(r"(?<=[a-z])[1!|3@0$](?=[a-z])")
_LEET_LETTERS = str.maketrans("1!|3@0$", "iiieaos")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_PINYIN = re.compile(r"(?<=[\u4e00-\u9fff])(?:shi|si|ma)(?![a-z])|(?<![a-z])(?:wo|ni|shi)(?=[\u4e00-\u9fff])")
_PINYIN_HAN = {"shi": "是", "si": "死", "ma": "吗", "wo": "我", "ni": "你"}
# What is written for 你, 我, 不 and others to get past a filter, and 帐 for 账 as in a bill.
_MARTIAN = str.maketrans("伱祢沵莪涐硪卟吥歺昰湜嫃亻亽萿帐", "你你你我我我不不死是是真人人活账")
_CONTRACTED = re.compile(
    r"\b(do|does|did|is|are|was|were|ca|could|wo|would|should|have|has|had|ai)nt\b|\b(i|you|they|we)(m|ve|re)\b"
    r"|\b(what|that|there|who|he|she|it)s(?= (?:a|the|no|not|so|this|that|really|there|my|it|still|any)\b)"
)
_KEYS = ("want", "wanna", "kill", "killing", "myself", "suicide", "suicidal", "anymore", "die", "real", "human", "are")
_NOT_SLIPS = frozenset({"ran", "ear", "era", "ae", "wan", "rel", "eal", "ra"})


def normalise(text: str) -> str:
    """NFKC without hidden characters. Applying it twice changes nothing more."""
    return unicodedata.normalize("NFKC", _HIDDEN.sub("", unicodedata.normalize("NFKC", text)))


@cache
def _slips() -> dict[str, str]:
    """Spelling → key word: two neighbours swapped, or one inner letter lost ("wnat", "myslef", "kil", "dei")."""
    out: dict[str, str] = {}
    for key in _KEYS:
        swapped = {key[:i] + key[i + 1] + key[i] + key[i + 2 :] for i in range(1, len(key) - 1)}
        lost = {key[:i] + key[i + 1 :] for i in range(1, len(key) - 1)} if len(key) > 3 else set()
        out.update(dict.fromkeys((swapped | lost) - _NOT_SLIPS - set(_KEYS), key))
    return out


def _contraction(m: re.Match[str]) -> str:
    verb, subject, tail, other = m.groups()
    if verb:
        return f"{verb}n't"
    if subject:
        return m[0] if (subject, tail) in (("we", "re"), ("i", "re")) else f"{subject}'{tail}"
    return f"{other}'s"


def plain(text: str) -> str:
    """For matching: normalised, lower case, straight quotes, single spaces, folded spellings."""
    seen = unicodedata.normalize("NFKC", _JOINERS.sub("", normalise(text)))
    folded = seen.casefold().replace("’", "'").replace("‘", "'").replace("`", "'")
    folded = unified(folded)
    folded = _MIXED.sub(lambda m: m[0].translate(_CYRILLIC), folded)
    folded = _LEET.sub(lambda m: m[0].translate(_LEET_LETTERS), folded)
    folded = _PINYIN.sub(lambda m: _PINYIN_HAN[m[0]], _STRETCHED.sub(r"\1", folded))
    folded = _CONTRACTED.sub(_contraction, folded)
    slips = _slips()
    return " ".join(re.sub(r"[a-z]{3,8}", lambda m: slips.get(m[0], m[0]), folded).split())


def unified(line: str) -> str:
    """The characters of the pattern files for their traditional forms, one for one: places in the line stay."""
    return line if line.isascii() else simplified(line).translate(_MARTIAN)


def joined_letters(text: str) -> str:
    """The text without what spells a word out: "k i l l" and "k.i.l.l" are "kill", "不 想 活" is "不想活"."""
    return _SPELT.sub(lambda m: re.sub(r"[\W_]", "", m[0]), _BETWEEN_HAN.sub("", text))


def readings(line: str) -> tuple[str, ...]:
    """The ways one line can be read: as it stands, with spelt-out words closed, with the scripts set apart."""
    return tuple(dict.fromkeys((line, joined_letters(line), _HAN_LATIN.sub(" ", line))))


def together(line: str) -> str:
    """Without the spaces around Chinese characters: "你是 AI 吗" is how many people type it."""
    return _BESIDE.sub("", line)


_HAN_NAME = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{3,4}")


def named(line: str, subject_name: str) -> str:
    """The line with the person's name as "ta", the whole name and the one they are called by: nobody asks "are you Maya
    Okafor?". Names match whole: "Al" is not in "also"."""
    if not (name := plain(subject_name)):
        return line
    given = name[-2:] if _HAN_NAME.fullmatch(name) else name.split()[0]
    edge = r"[a-z0-9_\u00c0-\u04ff]"
    for form in dict.fromkeys((name, given)):
        if len(form) > 1:
            line = re.sub(rf"(?<!{edge}){re.escape(form)}(?!{edge})", "ta", line)
    return line


@cache
def patterns(name: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    """Section → compiled patterns of `<language>/<name>.toml`, all languages together.

    A `[words]` table names alternatives that rows of the same file use as `<name>`.
    """
    out: dict[str, list[re.Pattern[str]]] = {}
    for language in ("en", "zh", "other"):
        path = files("afterword.guard") / language / f"{name}.toml"
        if path.is_file():
            for section, rows in filled(path).items():
                out.setdefault(section, []).extend(re.compile(unified(row)) for row in rows)
    return {section: tuple(rows) for section, rows in out.items()}


def first(found: tuple[re.Pattern[str], ...], *texts: str) -> str:
    """The first match's words in any of the texts, "" when there is none."""
    for text in texts:
        for pattern in found:
            if m := pattern.search(text):
                return m.group(0)
    return ""
