"""No word of anybody lies in the clear: while the vault is open, after a kill in mid-work, and after letting go."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
from command import Terminal, whatsapp  # noqa: E402

from afterword import Workspace  # noqa: E402

WORDS = {name: f"CANARY{name}q7x" for name in ("MESSAGE", "PARTNER", "NAME", "ABOUT", "TRAITS", "MEMORY", "CORRECTION")}
HAN = "金丝雀在煤矿里唱歌"


def talk(n: int = 60) -> str:
    lines = [
        ("Ann Ash", f"{WORDS['PARTNER']} {i}") if i % 2 else (f"Bob {WORDS['NAME']}", f"{WORDS['MESSAGE']} {HAN} {i}")
        for i in range(n)
    ]
    return whatsapp(lines)


def seen(*folders: Path, but: tuple[Path, ...] = ()) -> set[tuple[str, str]]:
    """(file, canary) for every canary in the bytes or the name of any file, as UTF-8 or UTF-16."""
    found = set()
    for folder in folders:
        for path in folder.rglob("*"):
            if any(b in (path, *path.parents) for b in but):
                continue
            data = path.read_bytes() if path.is_file() else b""
            for word in (*WORDS.values(), HAN):
                forms = (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"))
                if any(f in data for f in forms) or word.lower() in path.name.lower():
                    found.add((path.name, word))
    return found


def chat_in(terminal: Terminal, n: int = 60) -> Path:
    inbox = terminal.root / "inbox"
    inbox.mkdir(exist_ok=True)
    path = inbox / "chat.txt"
    path.write_text(talk(n), encoding="utf-8")
    return path


CREATE = (
    "--name",
    WORDS["NAME"],
    "--me",
    "Ann Ash",
    "--subject",
    f"Bob {WORDS['NAME']}",
    "--about",
    WORDS["ABOUT"],
    "--traits",
    WORDS["TRAITS"],
    "--yes",
)


def test_care_053_nothing_is_in_the_clear_while_the_vault_is_open(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    chat = chat_in(terminal)
    with Workspace(terminal.vault, passphrase="a made up passphrase", zone="UTC") as w:
        made = w.create(
            [chat],
            name=WORDS["NAME"],
            me="Ann Ash",
            subject=f"Bob {WORDS['NAME']}",
            about=WORDS["ABOUT"],
            traits=WORDS["TRAITS"],
        )
        w.remember(WORDS["MEMORY"])
        w.correct(WORDS["CORRECTION"], words=WORDS["MESSAGE"])
        w.recall(WORDS["MESSAGE"])
        assert seen(Path(made["skill"])), "the skill holds quotations, so the test can see a canary"
        assert not seen(tmp_path, but=(chat.parent, Path(made["skill"]).parent))
    assert not seen(tmp_path, but=(chat.parent, Path(made["skill"]).parent))


@pytest.mark.parametrize("after", [0.7, 1.4])
def test_care_053_nothing_is_left_in_the_clear_by_a_kill(tmp_path: Path, after: float) -> None:
    terminal = Terminal(tmp_path)
    chat = chat_in(terminal, 20_000)
    process = terminal.start("create-ex", str(chat), *CREATE, "--json")
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    skills = terminal.vault.with_name("vault-skills")
    assert not seen(tmp_path, but=(chat.parent, skills))
    # and the next try begins again, and keeps everything
    assert terminal.json("create-ex", str(chat), *CREATE)["coverage"]["utterances"] == 20_000


@pytest.mark.parametrize(
    ("mark", "nth"), [("/shelves/", 1), ("chat.txt", 4), ("keys.json", 3), ("references/evidence.md", 1)]
)
def test_care_053_a_kill_at_any_step_can_be_followed_by_letting_go(tmp_path: Path, mark: str, nth: int) -> None:
    """The first shelf is made; the chat is read; a key is written; the skill folder is half there."""
    terminal = Terminal(tmp_path)
    chat = chat_in(terminal)
    skills = terminal.vault.with_name("vault-skills")
    terminal.killed(mark, nth, "create-ex", str(chat), *CREATE, "--json")
    assert not seen(tmp_path, but=(chat.parent, skills))
    assert bool(seen(skills)) == mark.startswith("references")
    person = terminal.json("create-ex", str(chat), *CREATE)["person"]
    assert len(terminal.run("export").splitlines()) == 60
    terminal.json("let-go", person, "--confirm", WORDS["NAME"])
    assert not seen(tmp_path, but=(chat.parent,))


def test_care_054_a_half_written_folder_goes_with_the_person(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    chat = chat_in(terminal)
    person = terminal.json("create-ex", str(chat), *CREATE)["person"]
    terminal.killed(".claude", 6, "skill", "install", "--person", person, "--host", "claude")
    half = terminal.home / ".claude" / "skills" / person
    assert half.exists()
    assert not (half / "SKILL.md").exists()
    receipt = terminal.json("let-go", person, "--confirm", WORDS["NAME"])
    assert str(half) in receipt["copies"]
    assert receipt["copies_left"] == []
    assert not half.exists()
    assert not seen(tmp_path, but=(chat.parent,))


def test_care_053_nothing_is_in_the_clear_while_another_process_talks(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    chat = chat_in(terminal)
    made = terminal.json("create-ex", str(chat), *CREATE)
    process = terminal.start("talk", made["person"])
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{WORDS['MESSAGE']} {HAN}\n".encode())
    process.stdin.flush()
    assert process.stdout.readline()  # the notice: the vault is open and the first line was answered
    skills = Path(made["skill"]).parent
    assert not seen(tmp_path, but=(chat.parent, skills))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not seen(tmp_path, but=(chat.parent, skills))


def test_care_053_each_canary_stands_only_where_a_skill_may_hold_it(tmp_path: Path) -> None:
    """SKILL.md holds no word of anybody; what was told stands in the files for what was told."""
    chat = chat_in(Terminal(tmp_path))
    with Workspace(tmp_path / "data" / "vault", passphrase="a made up passphrase", zone="UTC") as w:
        made = w.create(
            [chat],
            name=WORDS["NAME"],
            me="Ann Ash",
            subject=f"Bob {WORDS['NAME']}",
            about=WORDS["ABOUT"],
            traits=WORDS["TRAITS"],
        )
        w.remember(WORDS["MEMORY"])
        w.correct(WORDS["CORRECTION"], words=WORDS["MESSAGE"])
    found = seen(Path(made["skill"]))
    page = (Path(made["skill"]) / "SKILL.md").read_text(encoding="utf-8")
    assert {word for word in (*WORDS.values(), HAN) if word in page} <= {WORDS["NAME"]}
    told = {WORDS["ABOUT"], WORDS["TRAITS"], WORDS["MEMORY"]}
    assert {name for name, word in found if word in told} <= {"told-by-you.md", "evidence.md", "memories.md"}
    assert ("told-by-you.md", WORDS["MEMORY"]) in found
    assert not any(word == WORDS["CORRECTION"] for name, word in found if name in ("voice.md", "SKILL.md"))


def test_care_054_after_letting_go_nothing_is_left(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    chat = chat_in(terminal)
    person = terminal.json("create-ex", str(chat), *CREATE)["person"]
    terminal.json("remember", WORDS["MEMORY"], "--person", person)
    terminal.json("correct", WORDS["CORRECTION"], "--words", WORDS["MESSAGE"], "--person", person)
    for host in ("claude", "agents", "gemini"):
        terminal.json("skill", "install", "--person", person, "--host", host)
    terminal.json("skill", "write", "--person", person, "--out", str(terminal.home / "elsewhere"))
    terminal.run("talk", person, said=f"{WORDS['MESSAGE']}\nI want to die {WORDS['MEMORY']}\nstop\n")
    assert seen(terminal.home)
    receipt = terminal.json("let-go", person, "--confirm", WORDS["NAME"])
    assert receipt["copies_left"] == []
    assert len(receipt["copies"]) == 5
    assert not seen(tmp_path, but=(chat.parent,))
    # what is still in the vault knows nothing either
    with Workspace(terminal.vault, passphrase="a made up passphrase") as w:
        assert list(w.export()) == []
        held = [
            str(row)
            for (table,) in w.vault.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for row in w.vault.db.execute(f"SELECT * FROM {table}")
        ]
        assert not [row for row in held if "CANARY" in row.replace("Ann Ash", "")]
    assert not any(p.suffix == ".db" for p in (terminal.vault / "shelves").iterdir())


def test_a_link_in_a_host_folder_is_removed_and_not_followed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    person = terminal.json("create-ex", str(chat_in(terminal)), *CREATE)["person"]
    precious = tmp_path / "precious"
    (precious / "references").mkdir(parents=True)
    (precious / "references" / "manifest.json").write_text("{}", encoding="utf-8")
    installed = Path(terminal.json("skill", "install", "--person", person, "--host", "claude")["skill"])
    installed.rename(tmp_path / "moved")
    installed.symlink_to(precious)
    terminal.json("let-go", person, "--confirm", WORDS["NAME"])
    assert not installed.is_symlink()
    assert (precious / "references" / "manifest.json").exists()
