"""The door for people and for host agents: shapes, exit codes, and a whole life from the first file to the receipt."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import click
import pytest
from command import PROGRAM, TALK, Terminal, whatsapp

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
    assert {"id", "at", "speaker", "kind", "text"} == found["hits"][0]["utterances"][0].keys()


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
    "skill install": "skill_install", "distill run": "distill_run", "distill scenes": "distill_scenes", "distill next": "distill_next", "distill submit": "distill_submit",
    "model set": "model_set", "model show": "model_show", "model test": "model_test",
}  # fmt: skip


def test_every_command_is_an_operation_of_the_workspace() -> None:
    asked = {
        "demo", "create-ex", "import", "people", "show", "why", "recall", "remember", "correct", "talk", "list", "versions", "rollback", "skill write", "skill validate",
        "skill install", "let-go", "doctor", "help-now", "export", "turn", "distill run", "distill next", "distill submit",
    }  # fmt: skip
    assert asked <= commands().keys()
    for name in commands().keys() - DOORS:
        assert inspect.isfunction(getattr(Workspace, OPERATION.get(name, name.replace("-", "_")))), name


def test_every_command_explains_itself() -> None:
    for name, command in commands().items():
        assert command.help, name
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or getattr(parameter, "help", None), (name, parameter.name)


EVERY_HELP = """
import click, json
from afterword.cli import _register, afterword
_register()
def walk(name, command, parent):
    with click.Context(command, info_name=name, parent=parent) as ctx:
        yield ctx.command_path, command.get_help(ctx)
        for inner, c in getattr(command, "commands", {}).items():
            yield from walk(inner, c, ctx)
print(json.dumps(dict(walk("afterword", afterword, None))))
"""


def test_every_help_speaks_both_languages(terminal: Terminal) -> None:
    """Set as a person sets it, by LANG; AFTERWORD_LANG stands above it."""
    pages: dict[str, dict[str, str]] = {}
    for lang, env in (("en", {"LANG": "en_GB.UTF-8"}), ("zh", {"LANG": "zh_CN.UTF-8"})):
        ran = subprocess.run(
            [sys.executable, "-c", EVERY_HELP],
            env={**{k: v for k, v in terminal.env.items() if k != "AFTERWORD_LANG"}, **env},
            capture_output=True,
            check=True,
        )
        pages[lang] = json.loads(ran.stdout)
    assert pages["en"].keys() == pages["zh"].keys()
    assert len(pages["en"]) > 25
    for path, page in pages["en"].items():
        assert page.startswith("Usage: afterword"), path
        assert not any("\u4e00" <= c <= "\u9fff" for c in page), path
        chinese = pages["zh"][path]
        assert any("\u4e00" <= c <= "\u9fff" for c in chinese.split("\n")[2]), path
        for line in chinese.split("\n"):
            words = line.strip()
            if words.startswith("--") and "  " in words and not words.startswith(("--help", "--version")):
                assert any("\u4e00" <= c <= "\u9fff" for c in words), (path, words)
    assert "Usage: afterword" in terminal.run("--help", AFTERWORD_LANG="en")
    page = terminal.run("let-go", "--help", AFTERWORD_LANG="zh")
    assert page.startswith("用法: afterword let-go")
    assert {"选项:", "显示这段说明。"} <= {*re.split(r"\s+", page)}


def test_errors_of_use_are_json_too(terminal: Terminal) -> None:
    for words in (
        ("import",),
        ("show", "--nonsense"),
        ("recall", "x", "--k", "many"),
        ("nonsense",),
        ("rollback", "-1"),
    ):
        error = terminal.json(*words, code=2)["error"]
        assert error["code"] == "usage"
        assert error["message"]
        assert error["next_step"].startswith("afterword")
        assert error["next_step"].endswith("--help")
    terminal.run("import", code=2)
    assert "Usage" in terminal.errors


def test_words_between_programs_are_utf8(terminal: Terminal) -> None:
    """Whatever the system's own encoding is: JSON goes out as UTF-8, and what comes in otherwise is refused in words."""
    made = terminal.json("create-ex", "--name", "林小雨", "--about", "在一起十七个月", "--yes")
    for env in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "gbk"}):
        assert terminal.json("list", **env)["personas"][0]["name"] == "林小雨"
        told = terminal.json("remember", "-", said="我们养过蜗牛", **env)
        assert told["claim"]["statement"] == "我们养过蜗牛"
    for words, given in (
        ([b"remember", "蜗牛".encode("gbk"), b"--json"], b""),
        ([b"remember", b"-", b"--json"], "蜗牛".encode("gbk")),
        ([b"create-ex", b"--name", b"\xff", b"--about", b"x", b"--yes", b"--json"], b""),
    ):
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, *words], env=terminal.env, input=given, capture_output=True, check=False
        )
        assert (ran.returncode, json.loads(ran.stdout)["error"]["code"]) == (4, "text.encoding")
    # a turn is never refused for its bytes: the gates must see what can be seen
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, b"turn", b"--person", made["person"].encode()],
        env=terminal.env,
        input=b"\xff I want to kill myself \xff",
        capture_output=True,
        check=True,
    )
    assert json.loads(ran.stdout)["gate"] == "crisis"


def test_the_shapes_of_looking(terminal: Terminal, chat: str) -> None:
    made = terminal.json("create-ex", chat, *CREATE, "--about", "We kept snails.")
    person = made["person"]
    assert {
        "person",
        "name",
        "skill",
        "claims",
        "coverage",
        "told_only",
        "ends",
        "consent",
        "version",
        "sources",
        "failed",
        "left",
        "left_by_reason",
        "help",
    } == made.keys()
    claim = {"id", "topic", "statement", "made_by", "verdict", "why", "quotes", "measurements"}
    assert all(c.keys() == claim for c in made["claims"])
    (one,) = terminal.json("list")["personas"]
    assert {"person", "name", "created", "ends", "ended", "consent", "copies"} == one.keys()
    assert {"person", "name", "coverage", "told_only", "ends", "topics", "measurements"} == terminal.json(
        "show", person
    ).keys()
    proof = terminal.json("why", made["claims"][0]["id"])
    assert {*claim, "person", "against", "said_at"} == proof.keys()
    assert all({"utterance", "words", "at", "speaker", "context"} == q.keys() for q in proof["quotes"])
    assert {"version", "at", "why", "bytes"} == terminal.json("versions", person)["versions"][0].keys()
    assert all(
        {"id", "name", "role", "messages", "chats", "also"} == p.keys() for p in terminal.json("people")["people"]
    )
    found = terminal.json("recall", "snails", "-p", person, "--k", "1")
    assert {"label", "hits", "told", "talks", "meaning", "meaning_failed"} == found.keys()
    assert {"score", "utterances", "matched", "event", "singly"} == found["hits"][0].keys()
    checks = terminal.json("doctor")["checks"]
    assert all({"check", "ok", "found"} == c.keys() for c in checks)
    line = json.loads(terminal.run("export", "-p", person).split("\n")[0])
    assert {"id", "speaker", "at", "text", "kind", "sources"} == line.keys()
    assert line["sources"][0].keys() == {"source", "locator"}
    assert datetime.fromisoformat(line["at"]).utcoffset() is not None
    kept = json.loads(terminal.run("export", "-p", person, "--format", "convokit").split("\n")[0])
    assert {"id", "speaker", "conversation_id", "reply_to", "timestamp", "text", "meta", "vectors"} == kept.keys()
    assert terminal.json("doctor", AFTERWORD_HOME=str(terminal.secret), code=5)["error"]["code"] == "vault.folder"


@pytest.mark.parametrize("line", ["I want to kill myself", "我不想活了", "help now"])
def test_care_022_a_locked_vault_does_not_stand_before_a_helpline(terminal: Terminal, line: str) -> None:
    for env in ({"AFTERWORD_PASSPHRASE_FILE": ""}, {}):
        answer = json.loads(terminal.run("turn", "--person", "nobody", "--country", "GB", said=line, **env))
        assert answer["gate"] in ("crisis", "help")
        assert "116 123" in answer["show"]
    assert (
        terminal.json("turn", "--person", "nobody", said="good morning", code=6)["error"]["code"] == "persona.unknown"
    )
