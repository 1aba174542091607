"""Both languages say the same things, and nothing promises more than it keeps.

In: the text catalogues, the word lists, the pages. Out: a failure that names the key, the file or the line.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from afterword.texts import LANGS, catalogue, error_words

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "afterword"
DOCS = ROOT / "docs"

PROMISES = re.compile(
    r"securely (?:wiped|deleted|erased)|unrecoverabl[ey]|irrecoverabl[ey]|military[- ]grade|bank[- ]grade|unbreakable|"
    r"\bheal(?:s|ed|ing)?\b|100 ?% (?:safe|secure|private)|guaranteed? closure|"
    r"军[用事]级|银行级|彻底(?:粉碎|擦除|抹除)|无法(?:恢复|复原)|不可恢复|绝对安全|疗愈|治愈",
    re.IGNORECASE,
)


def places(text: str, lang: str) -> set[str]:
    """The places a sentence fills. `{unit_en}` and `{unit_zh}` are one place: each takes its own language's."""
    return {name.removesuffix(f"_{lang}") for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_catalogues_have_the_same_keys() -> None:
    assert catalogue("en").keys() == catalogue("zh").keys()


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_both_languages_fill_the_same_places(key: str) -> None:
    en, zh = catalogue("en")[key], catalogue("zh").get(key, "")
    assert places(en, "en") == places(zh, "zh")
    assert en.strip()
    assert zh.strip()


def test_every_error_is_said_in_chinese() -> None:
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"^\| `([^`]+)`", page, re.M))
    assert len(codes) > 60
    assert {c for c in codes if not re.search(r"[\u4e00-\u9fff]", error_words("zh", c))} == set()
    # the error itself is English; where a library's words stand in it, both languages say all of it with the file
    assert {c for c in codes if error_words("en", c)} == {c for c in codes if "{file}" in error_words("zh", c)}
    assert all("{file}" in words for c in codes if (words := error_words("en", c)))


def test_chinese_sentences_are_chinese() -> None:
    same = {k for k, v in catalogue("zh").items() if len(v) > 24 and not re.search(r"[\u4e00-\u9fff]", v)}
    assert same == set()


def other(lang: str) -> str:
    return LANGS[1 - LANGS.index(lang)]  # type: ignore[arg-type]


def test_no_word_list_is_there_in_one_language_only() -> None:
    missing = []
    for folder in sorted(p for p in SRC.rglob("*") if p.is_dir() and p.name in LANGS and "examples" not in p.parts):
        for file in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            twin = folder.with_name(other(folder.name)) / file.relative_to(folder)
            if not twin.is_file():
                missing.append(str(twin.relative_to(ROOT)))
    for file in sorted(
        p for p in SRC.rglob("*") if p.is_file() and p.suffix in (".txt", ".toml", ".md", ".json", ".py")
    ):
        parts = re.split(r"(?<=[._-])|(?=[._-])", file.name)
        for i, part in enumerate(parts[:-1]):
            if part in LANGS:
                twin = file.with_name("".join([*parts[:i], other(part), *parts[i + 1 :]]))
                if not twin.is_file():
                    missing.append(str(twin.relative_to(ROOT)))
    assert missing == []


def test_no_word_list_is_empty() -> None:
    lists = [p for p in SRC.rglob("*.txt") if {"en", "zh"} & set(p.parts)]
    assert lists
    empty = [
        p
        for p in lists
        if not any(x.strip() and not x.startswith("#") for x in p.read_text(encoding="utf-8").split("\n"))
    ]
    assert empty == []


def test_every_page_is_there_in_both_languages() -> None:
    pages = [p for room in ("tutorial", "guides", "concepts", "reference") for p in sorted((DOCS / room).glob("*.md"))]
    assert pages
    names = {p.relative_to(DOCS).as_posix() for p in pages}
    english = {n for n in names if not n.endswith(".zh.md")}
    assert {n.removesuffix(".md") + ".zh.md" for n in english} == names - english


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [ROOT / "README.md", *DOCS.rglob("*.md"), *(ROOT / "changelog").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_nothing_promises_what_no_program_can_keep() -> None:
    read = [
        ROOT / "README.md",
        *DOCS.rglob("*.md"),
        *(ROOT / "changelog").rglob("*.md"),
        *SRC.rglob("*.toml"),
        *SRC.rglob("*.md"),
    ]
    read += list((ROOT / "skills").rglob("*.md"))
    found = [
        f"{path.relative_to(ROOT)}:{n}: {m.group()}"
        for path in read
        for n, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if (m := PROMISES.search(line))
    ]
    assert found == []


@pytest.mark.parametrize(
    "words", ["Your data is securely wiped", "unrecoverable", "Military-grade keys", "it heals you", "数据无法恢复"]
)
def test_the_search_for_promises_finds_them(words: str) -> None:
    assert PROMISES.search(words)


def test_the_search_for_promises_leaves_plain_words_alone() -> None:
    assert not PROMISES.search("your health; the key was destroyed; this cannot be undone; 不能撤销")
