"""The door for people and for host agents: shapes, exit codes, and a whole life from the first file to the receipt."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import click
import pytest
from command import TALK, Terminal, whatsapp

from afterword import Workspace
from afterword.cli import _register, afterword
from afterword.texts import LANGS


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def chat(terminal: Terminal) -> str:
    path = terminal.root / "WhatsApp Chat with Bob Birch.txt"
    path.write_text(whatsapp(TALK), encoding="utf-8")
    return str(path)


CREATE = ("--name", "Bob", "--me", "Ann Ash", "--subject", "Bob Birch", "--yes")


def test_the_fixed_shapes(terminal: Terminal, chat: str) -> None:
    done = terminal.json("import", chat, "--me", "Ann Ash", "--subject", "Bob Birch")
    (source,) = done["sources"]
    assert {"path", "importer", "records", "messages", "skipped", "new"} <= source.keys()
    assert (source["importer"], source["records"], source["messages"], source["skipped"], source["new"]) == (
        "whatsapp",
        60,
        60,
        {},
        60,
    )
    assert {p["name"]: p["role"] for p in done["people"]} == {"Ann Ash": "me", "Bob Birch": "direct"}
    lines = [json.loads(line) for line in terminal.run("export", "--format", "jsonl").splitlines()]
    assert len(lines) == 60
    assert all({"id", "speaker", "at", "text", "kind", "sources"} <= u.keys() for u in lines)
    kept = [
        json.loads(line)
        for line in terminal.run("export", "--format", "convokit", "--person", "Bob Birch").splitlines()
    ]
    assert len(kept) == 60
    assert {"id", "speaker", "conversation_id", "reply_to", "timestamp", "text"} <= kept[0].keys()
    made = terminal.json("create-ex", chat, *CREATE, "--about", "We kept snails.", "--traits", "Dry.")
    assert {"person", "skill", "claims"} <= made.keys()
    assert made["sources"][0]["new"] == 0
    found = terminal.json("recall", "snails", "--person", made["person"], "--k", "3")
    assert found["label"] == "known"
    assert len(found["hits"]) == 3
    assert {"id", "at", "speaker", "text"} == found["hits"][0]["utterances"][0].keys()


def test_a_whole_life(terminal: Terminal, chat: str) -> None:
    made = terminal.json("create-ex", chat, *CREATE)
    person = made["person"]
    assert terminal.json("list")["personas"][0]["person"] == person
    shown = terminal.json("show", person)
    claims = [c for part in shown["topics"].values() for c in part]
    assert {c["id"] for c in claims} == {c["id"] for c in made["claims"]}
    for c in claims[:3]:
        proof = terminal.json("why", c["id"], "--person", person)
        assert proof["quotes"] or proof["measurements"]
    told = terminal.json("remember", "we named the big one Gerald", "--kind", "memory", "--person", person)
    assert told["claim"]["verdict"] == "told-by-user"
    wrong = terminal.json("correct", "ta would never laugh like that", "--words", "hahaha", "--person", person)
    assert wrong["claim"]["verdict"] == "contested"
    assert wrong["contradicted_by"]
    assert [v["version"] for v in terminal.json("versions", person)["versions"]] == [1, 2, 3]
    assert terminal.json("rollback", "1", "--person", person)["version"] == 4
    talked = [
        json.loads(row)
        for row in terminal.run("talk", person, "--json", said="did you feed the snails\nare you real?\nstop\nmore\n")
        .replace("}\n{", "}\x00{")
        .split("\x00")
    ]
    assert [t["gate"] for t in talked] == ["pass", "identity", "exit"]
    assert "fed them" in talked[0]["echo"][0]["words"]
    turn = json.loads(terminal.run("turn", "--person", person, "--mode", "nostalgia", said="the snails"))
    assert turn["gate"] == "pass"
    assert (
        json.loads(terminal.run("turn", "--review", "--person", person, said="I'm really him, I missed you"))["ok"]
        is False
    )
    installed = Path(terminal.json("skill", "install", "--person", person, "--host", "claude")["skill"])
    assert installed == terminal.home / ".claude" / "skills" / person
    assert terminal.json("skill", "validate", str(installed))["ok"]
    plan = terminal.json("let-go", person, code=3)["error"]
    assert plan["plan"]["utterances"] == 60
    assert str(installed) in plan["plan"]["copies"]
    assert terminal.json("let-go", person, "--confirm", "Rob", code=4)["error"]["code"] == "let-go.name"
    receipt = terminal.json("let-go", person, "--confirm", "Bob")
    assert (receipt["key"], receipt["utterances"], receipt["copies_left"]) == ("destroyed", 60, [])
    assert not installed.exists()
    assert not Path(made["skill"]).exists()
    assert terminal.json("list")["personas"] == []
    assert terminal.run("export") == ""


def test_nothing_is_asked_where_nobody_can_answer(terminal: Terminal, chat: str) -> None:
    error = terminal.json("import", chat, code=3)["error"]
    assert {p["name"] for p in error["people"]} == {"Ann Ash", "Bob Birch"}
    assert error["next_step"]
    assert terminal.json("create-ex", code=3)["error"]["code"] == "create.name"
    assert (
        terminal.json("create-ex", chat, "--name", "Bob", "--me", "Ann Ash", "--subject", "Zed", "--yes", code=3)[
            "error"
        ]["code"]
        == "people.subject"
    )


def test_errors_are_sentences_and_codes(terminal: Terminal, chat: str) -> None:
    bad = terminal.root / "notes.bin"
    bad.write_bytes(bytes(range(256)) * 20)
    assert terminal.json("import", str(bad), "--me", "Ann Ash", code=4)["error"]["code"] == "import.unknown"
    assert terminal.json("import", str(terminal.root / "none.txt"), "--me", "A", code=4)["error"]["next_step"]
    terminal.json("create-ex", chat, *CREATE)
    assert terminal.json("show", "nobody", code=6)["error"]["code"] == "persona.unknown"
    assert terminal.json("why", "c1:none", code=6)["error"]["code"] == "claim.unknown"
    assert terminal.json("recall", "  ", code=4)["error"]["code"] == "recall.empty"
    assert terminal.json("rollback", "99", code=6)["error"]["code"] == "version.unknown"
    assert terminal.json("create-ex", chat, *CREATE, "--consent", "declined", code=7)["error"]["code"].startswith(
        "care."
    )
    terminal.run("no-such-command", code=2)
    terminal.run("show", "nobody", code=6)
    assert "nobody" in terminal.errors


def test_the_passphrase_comes_from_a_file_and_never_from_a_word(terminal: Terminal, chat: str) -> None:
    terminal.json("import", chat, "--me", "Ann Ash")
    other = terminal.root / "other"
    other.write_text("another one", encoding="utf-8")
    assert terminal.json("people", code=5, AFTERWORD_PASSPHRASE_FILE=str(other))["error"]["code"] == "vault.passphrase"
    assert terminal.json("people", "--passphrase-file", str(terminal.secret), AFTERWORD_PASSPHRASE_FILE=str(other))[
        "people"
    ]
    assert terminal.json("people", code=5, AFTERWORD_PASSPHRASE_FILE="")["error"]["code"] == "vault.no-passphrase"
    assert (
        terminal.json("people", code=5, AFTERWORD_PASSPHRASE_FILE="", AFTERWORD_PASSPHRASE="a made up passphrase")[
            "error"
        ]["code"]
        == "vault.no-passphrase"
    )
    terminal.run("people", "--passphrase", "a made up passphrase", code=2)


@pytest.mark.parametrize("story", LANGS)
def test_the_demo_ends_by_itself(terminal: Terminal, story: str) -> None:
    before = set(terminal.root.rglob("*"))
    text = terminal.run("demo", "--story", story)
    assert {"en": "Maya Okafor", "zh": "林小雨"}[story] in text
    assert {"en": "AI simulation", "zh": "AI 模拟"}[story] in text
    assert set(terminal.root.rglob("*")) == before


@pytest.mark.parametrize("lang", LANGS)
def test_help_now_needs_no_vault(terminal: Terminal, lang: str) -> None:
    text = terminal.run("help-now", "--country", "CN", AFTERWORD_LANG=lang, AFTERWORD_PASSPHRASE_FILE="")
    assert "12356" in text
    assert not terminal.vault.exists()


def commands() -> dict[str, click.Command]:
    _register()
    found: dict[str, click.Command] = {}

    def walk(prefix: str, command: click.Command) -> None:
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                walk(f"{prefix} {name}".strip(), inner)
        else:
            found[prefix] = command

    walk("", afterword)
    return found


# a command without an operation of its own: shown help, or a story told with the others
DOORS = {"demo", "help-now"}
OPERATION = {
    "import": "import_files", "create-ex": "create", "list": "list_personas", "let-go": "let_go", "skill write": "skill_write", "skill validate": "skill_validate",
    "skill install": "skill_install", "distill next": "distill_next", "distill submit": "distill_submit",
}  # fmt: skip


def test_every_command_is_an_operation_of_the_workspace() -> None:
    asked = {
        "demo", "create-ex", "import", "people", "show", "why", "recall", "remember", "correct", "talk", "list", "versions", "rollback", "skill write", "skill validate",
        "skill install", "let-go", "doctor", "help-now", "export", "turn", "distill next", "distill submit",
    }  # fmt: skip
    assert asked <= commands().keys()
    for name in commands().keys() - DOORS:
        assert inspect.isfunction(getattr(Workspace, OPERATION.get(name, name.replace("-", "_")))), name


def test_every_command_explains_itself() -> None:
    for name, command in commands().items():
        assert command.help, name
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or getattr(parameter, "help", None), (name, parameter.name)


def test_help_in_chinese(terminal: Terminal) -> None:
    for name in ("--help", "create-ex --help", "let-go --help"):
        assert any("\u4e00" <= c <= "\u9fff" for c in terminal.run(*name.split(), AFTERWORD_LANG="zh"))
