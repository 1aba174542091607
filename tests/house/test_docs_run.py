"""The tutorials run. In: ```console blocks marked `<!-- run -->`. Out: every command succeeds and says what they say.

A line "$ …" is a command; the lines under it must stand in what it prints, in that order; "…" stands for anything.
Each page runs in an empty folder of its own that holds the invented chat it speaks of and a passphrase file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "src" / "afterword" / "examples"
BLOCK = re.compile(r"<!-- run -->\n+```console\n(.*?)```", re.DOTALL)
PAGES = {"first-persona.md": "en", "first-persona.zh.md": "zh"}


def steps(page: Path) -> list[tuple[str, list[str]]]:
    """(command, lines it must print)."""
    out: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                out.append((line[2:], []))
            elif line.strip():
                out[-1][1].append(line.strip())
    return out


def holds(text: str, line: str) -> re.Match[str] | None:
    pattern = ".*?".join(re.escape(" ".join(part.split())).replace(r"\ ", r"\s+") for part in line.split("…"))
    return re.search(pattern, text)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the shipped examples are not there yet")
def test_a_tutorial_runs_as_it_stands(name: str, tmp_path: Path) -> None:
    lang = PAGES[name]
    chats = [p for p in (EXAMPLES / lang).glob("*.txt") if not p.name.startswith("README")]
    (chat,) = chats
    shutil.copyfile(chat, tmp_path / chat.name)
    (tmp_path / "passphrase.txt").write_text("a made up passphrase\n", encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", ""),
        "HOME": str(tmp_path), "AFTERWORD_HOME": str(tmp_path / "vault"), "AFTERWORD_LANG": lang,
        "PYTHONIOENCODING": "utf-8", "COLUMNS": "200",
    }  # fmt: skip
    environment.pop("AFTERWORD_PASSPHRASE_FILE", None)
    exported: dict[str, str] = {}
    found = steps(ROOT / "docs" / "tutorial" / name)
    assert len(found) > 5
    for command, lines in found:
        if setting := re.fullmatch(r"export (\w+)=(\S+)", command):
            exported[setting[1]] = setting[2]
            continue
        ran = subprocess.run(
            command, shell=True, cwd=tmp_path, env={**environment, **exported}, capture_output=True, check=False,
            timeout=300, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        said = ran.stdout.decode("utf-8") + ran.stderr.decode("utf-8")
        assert ran.returncode == 0, f"$ {command}\n{said}"
        rest = said
        for line in lines:
            match = holds(rest, line)
            assert match, f"$ {command}\ndoes not say: {line}\n{said}"
            rest = rest[match.end() :]


def test_a_page_that_is_wrong_is_noticed() -> None:
    assert holds("The skill is written: x/y", "The skill is … x")
    assert not holds("The skill is written", "The skill is gone")


def test_both_tutorials_run_the_same_steps() -> None:
    plain = [
        [re.sub(r"\"[^\"]*\"|'[^']*'|\S*\.txt", "X", c) for c, _ in steps(ROOT / "docs" / "tutorial" / n)]
        for n in PAGES
    ]
    verbs = [[" ".join(w for w in c.split()[:2]) for c in page] for page in plain]
    assert verbs[0] == verbs[1]


@pytest.mark.parametrize(("page", "story"), [("README.md", "en"), ("README.zh.md", "zh")])
def test_the_transcript_is_what_the_demonstration_says(page: str, story: str, tmp_path: Path) -> None:
    shown = re.search(r"<!-- demo -->\n```text\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)
    assert shown
    env = {**os.environ, "AFTERWORD_LANG": story, "TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    program = "import sys; sys.argv[0] = 'afterword'; from afterword.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", program, "demo", "--story", story],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    said = {line.strip() for line in ran.stdout.splitlines()}
    # ids of what the user told differ from run to run
    told = {re.sub(r"\s+\[c1:\w+\]$", "", line) for line in said}
    missing = [line for line in shown[1].splitlines() if line.strip() and line.strip() not in said | told]
    assert missing == []
