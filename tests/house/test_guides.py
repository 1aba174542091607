"""Export guides: short, in both languages, and every command and option they name exists.

In: the pages in `afterword/guides` and the table of them in the docs. Out: a failure that names the page.
"""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from afterword import cli
from afterword.app import guides
from afterword.importers import importers

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "src" / "afterword" / "guides"
LANGS = ("en", "zh")
PAGES = [p for lang in LANGS for p in sorted((GUIDES / lang).glob("*.md"))]
TABLES = {
    "en": ROOT / "docs" / "guides" / "getting-your-files.md",
    "zh": ROOT / "docs" / "guides" / "getting-your-files.zh.md",
}
LONGEST = 60

USE = re.compile(r"(?:^\$ |`)afterword ([a-z][^`\n]*)", re.M)
"""A command line in a block, or in backticks."""


def commands(group: click.Group, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    out: dict[tuple[str, ...], click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            out |= commands(command, (*path, name))
        else:
            out[(*path, name)] = command
    return out


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, ...], click.Command]:
    cli._register()
    found = commands(cli.afterword)
    assert len(found) > 15
    return found


def label(page: Path) -> str:
    return f"{page.parent.name}/{page.name}"


def problems(text: str, known: dict[tuple[str, ...], click.Command]) -> list[str]:
    """What a page says of commands and guides that is not so."""
    out = []
    names = {p.stem for p in PAGES}
    for line in USE.findall(text):
        words = line.split()
        command = known.get(tuple(words[:2])) or known.get(tuple(words[:1]))
        if command is None:
            out.append(f"no command: afterword {line}")
            continue
        options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        out += [
            f"no option {o}: afterword {line}" for o in re.findall(r"(?<!\S)--?[a-z][a-z-]*", line) if o not in options
        ]
        if words[0] == "guide" and len(words) > 1 and words[1] not in names | {"NAME", "名字"}:
            out.append(f"no guide: {words[1]}")
        if (m := re.search(r"--importer (\S+)", line)) and m[1] not in importers():
            out.append(f"no importer: {m[1]}")
    anywhere = {o for c in known.values() for p in c.params for o in p.opts}
    out += [f"no option: {o}" for o in re.findall(r"`(--[a-z][a-z-]*)", text) if o not in anywhere]
    return out


def test_there_are_guides() -> None:
    assert len(PAGES) > 60


def test_every_guide_is_there_in_both_languages() -> None:
    names = [{p.name for p in (GUIDES / lang).glob("*.md")} for lang in LANGS]
    assert names[0] == names[1]


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_a_guide_is_short_and_names_the_next_step(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    lines = text.rstrip("\n").split("\n")
    assert re.fullmatch(r"# \S.*", lines[0])
    assert len(lines) <= LONGEST
    assert not [line for line in lines[1:] if line.startswith("# ")]
    assert text.count("```") % 2 == 0
    assert re.search(r"^\$ afterword doctor ", text, re.M), "no look before the import"
    assert re.search(r"afterword (?:import|create-ex) ", text), "no import"
    assert "{{" not in text


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_command_and_option_a_guide_names_exists(page: Path, known: dict[tuple[str, ...], click.Command]) -> None:
    assert problems(page.read_text(encoding="utf-8"), known) == []


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_a_guide_says_when_its_steps_were_true(page: Path) -> None:
    if page.stem != "your-own-table":
        assert re.search(r"20\d\d", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted({p.name for p in PAGES}))
def test_both_languages_show_the_same_commands(name: str) -> None:
    shown = []
    for lang in LANGS:
        text = (GUIDES / lang / name).read_text(encoding="utf-8")
        blocks = re.findall(r"^\$ (.*)$", text, re.M)
        shown.append([[*line.split()[:2], *re.findall(r"--[a-z-]+", line)] for line in blocks])
    assert shown[0] == shown[1]


@pytest.mark.parametrize("page", [p for p in PAGES if p.parent.name == "zh"], ids=label)
def test_a_chinese_guide_is_chinese(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.S)
    assert len(re.findall(r"[\u4e00-\u9fff]", prose)) > 250
    assert not re.search(r"[\u4e00-\u9fff][,;:?!]", prose), "a half-width mark after Chinese"


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_in_the_docs_holds_every_guide(lang: str, known: dict[tuple[str, ...], click.Command]) -> None:
    text = TABLES[lang].read_text(encoding="utf-8")
    rows = re.findall(r"^\| .* \| `afterword guide ([a-z-]+)` \|$", text, re.M)
    assert sorted(rows) == sorted(guides.guides(lang))
    assert problems(text, known) == []


def test_a_page_that_is_wrong_is_noticed(known: dict[tuple[str, ...], click.Command]) -> None:
    assert problems("`afterword dance`", known)
    assert problems("`afterword import x --loudly`", known)
    assert problems("`afterword guide nowhere`", known)
    assert problems("add `--loudly`", known)
    assert problems("`afterword import x --importer nothing`", known)
    assert problems("`afterword create-ex FILE --groups --subject Maya`", known) == []
