"""What must be complete in the docs comes from the code. In: the pages. Out: a failure that says how to renew them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click

from afterword import cli
from afterword.importers import importers

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def test_the_reference_says_what_the_code_says() -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"run: python docs/generate.py\n{ran.stdout}{ran.stderr}"


def commands(group: click.Group, path: str) -> list[str]:
    out: list[str] = []
    for name, command in group.commands.items():
        out += commands(command, f"{path} {name}") if isinstance(command, click.Group) else [f"{path} {name}"]
    return out


def test_every_command_has_its_heading() -> None:
    cli._register()
    found = commands(cli.afterword, "afterword")
    assert len(found) > 15
    for page in ("commands.md", "commands.zh.md"):
        text = (REFERENCE / page).read_text(encoding="utf-8")
        assert [c for c in found if f"## {c}\n" not in text] == []


def test_every_importer_has_its_row() -> None:
    for page in ("formats.md", "formats.zh.md"):
        text = (REFERENCE / page).read_text(encoding="utf-8")
        assert [n for n in importers() if f"| `{n}` |" not in text] == []


def test_every_option_says_what_it_is_for() -> None:
    empty = [
        f"{page}: {line}"
        for page in ("commands.md", "commands.zh.md")
        for line in (REFERENCE / page).read_text(encoding="utf-8").split("\n")
        if re.match(r"\| `--[^|]*(?:\\\|[^|]*)*\|\s+\|", line)
    ]
    assert empty == []


def test_every_command_named_in_a_page_exists() -> None:
    cli._register()
    known = {c.removeprefix("afterword ") for c in commands(cli.afterword, "afterword")}
    unknown = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "skills").rglob("*.md")]:
        for used in re.findall(
            r"(?:^\$ |`)afterword ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", page.read_text(encoding="utf-8"), re.M
        ):
            if used not in known and used.split()[0] not in known:
                unknown.append(f"{page.relative_to(ROOT)}: afterword {used}")
    assert unknown == []
