"""The code keeps the house's shape: layers, sizes, one boundary for unforeseen errors, a door that opens fast.

In: the repository as it lies there. Out: a failure that names the file and the line.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "afterword"
MOST_LINES = 500
LISTED: dict[str, int] = {}
"""Files that may be longer, each with its own figure. The figure may only fall."""

HEAVY = (
    "numpy",
    "sqlcipher3",
    "rich",
    "msgspec",
    "cryptography",
    "argon2",
    "keyring",
    "rjieba",
    "ijson",
    "charset_normalizer",
)


def python_files() -> Iterator[Path]:
    for room in ("src", "tests", "quality", "docs"):
        yield from sorted((ROOT / room).rglob("*.py"))


def tracked() -> list[Path]:
    """The files of the repository; everything that is no dot folder where there is no git (an unpacked archive)."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode("utf-8").split("\0") if name]
    else:
        found = [
            p for p in ROOT.rglob("*") if not any(x.startswith(".") or x == "build" for x in p.relative_to(ROOT).parts)
        ]
    return [p for p in found if p.is_file()]


def test_rooms_import_downward_only() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    ran = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_room_has_its_place_in_the_layers() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(c for c in config if c["type"] == "layers")
    named = {room.strip() for line in layers["layers"] for room in line.split("|")}
    rooms = {p.stem for p in SRC.iterdir() if p.suffix == ".py" or (p.is_dir() and any(p.glob("*.py")))} - {
        "__init__",
        "__main__",
    }
    assert rooms <= named


def test_no_file_grows_into_a_god_file() -> None:
    sizes = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in python_files()}
    assert {n: s for n, s in sizes.items() if s > LISTED.get(n, MOST_LINES)} == {}
    assert {n for n in LISTED if sizes.get(n, 0) <= MOST_LINES} == set(), "no longer needs its own figure"


def test_every_module_opens_with_what_it_is_for() -> None:
    silent = [
        p
        for p in python_files()
        if p.read_text(encoding="utf-8").strip() and not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert silent == []


def catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(n, ast.Name) and n.id in ("Exception", "BaseException") for n in names)


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_unforeseen_errors_are_caught_in_three_places_only() -> None:
    """The door's boundary, the per-file import loop, and the one place where somebody else's parser works."""
    found = [
        str(path.relative_to(SRC).as_posix())
        for path in sorted(SRC.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node) and not raises_again(node)
    ]
    assert found == ["app/importing.py", "cli/__init__.py", "importers/reading.py"]


def test_the_door_opens_without_anything_heavy() -> None:
    program = (
        "import sys; sys.argv = ['afterword', '--help']\n"
        "from afterword.cli import main\n"
        "try:\n    main()\nexcept SystemExit as e:\n    assert not e.code, e.code\n"
        f"print('LOADED', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "create-ex" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "LOADED []"


def test_the_installed_command_answers() -> None:
    command = Path(sys.executable).with_name("afterword")
    ran = subprocess.run([command, "--help"], capture_output=True, text=True, check=True)
    assert "create-ex" in ran.stdout


def test_nothing_speaks_of_the_machine_it_was_written_on() -> None:
    # Put together here, so that this file does not find itself.
    machine = re.compile(r"(?<![\w.:/])/(?:" + "|".join(["root", "home", "work", "Users"]) + r")/\w")
    found = []
    for path in tracked():
        if path.suffix in (".db", ".zip", ".png", ".gz"):
            continue
        for number, line in enumerate(path.read_bytes().decode("utf-8", errors="replace").split("\n"), 1):
            if machine.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []
