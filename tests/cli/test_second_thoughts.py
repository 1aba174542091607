"""What a person does after the portrait: more files later, words of leaving, and "no, I do not want it"."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from command import TALK, Terminal, whatsapp
from test_first_time import Screen

from afterword.cli.create import ENOUGH, correction

CREATE = ("--name", "Bob", "--me", "Ann Ash", "--subject", "Bob Birch", "--lang", "en")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def chat(terminal: Terminal, lines: int) -> str:
    path = terminal.root / "WhatsApp Chat with Bob Birch.txt"
    path.write_text(whatsapp([*TALK, *TALK][:lines]), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_portrait_older_than_its_records_says_so(terminal: Terminal, lang: str) -> None:
    said = {"en": "Not counted here: 10 messages that have come in since", "zh": "之后又有 10 条消息"}[lang]
    person = terminal.json("create-ex", chat(terminal, 60), *CREATE, "--yes", "--traits", "Dry.")["person"]
    terminal.json("correct", "he would never", "--words", "hahaha", "-p", person)
    assert said not in terminal.run("show", person, AFTERWORD_LANG=lang)
    imported = terminal.run("import", chat(terminal, 70), "--me", "Ann Ash", AFTERWORD_LANG=lang)
    assert said in imported
    shown = terminal.run("show", person, AFTERWORD_LANG=lang)
    line = next(row for row in shown.split("\n") if said in row)
    assert terminal.json("show", person)["coverage"]["utterances"] == 60
    _, *command = shlex.split(line[line.index("afterword create-ex") :])
    terminal.run(*command, AFTERWORD_LANG=lang)
    assert said not in terminal.run("show", person, AFTERWORD_LANG=lang)
    after = terminal.json("show", person)
    assert after["coverage"]["utterances"] == 70
    assert [c["statement"] for c in after["topics"]["correction"]] == ["he would never"]
    assert [c["statement"] for c in after["topics"]["told"]] == ["Dry."]
    assert len(terminal.json("list")["personas"]) == 1


def test_one_message_is_said_as_one_and_a_name_of_any_letters_is_one_word(terminal: Terminal) -> None:
    lines = [(who.replace("Bob Birch", 'Bob "B" $Birch'), text) for who, text in TALK]
    path = terminal.root / "chat.txt"
    path.write_text(whatsapp(lines), encoding="utf-8")
    create = ("--name", "Bob", "--me", "Ann Ash", "--subject", 'Bob "B" $Birch')
    person = terminal.json("create-ex", str(path), *create, "--yes")["person"]
    path.write_text(whatsapp([*lines, lines[0]]), encoding="utf-8")
    terminal.json("import", str(path), "--me", "Ann Ash")
    shown = terminal.run("show", person)
    line = next(row for row in shown.split("\n") if "1 message that has come in since" in row)
    terminal.run(*shlex.split(line[line.index("afterword create-ex") :])[1:])
    assert terminal.json("show", person)["coverage"]["utterances"] == 61


@pytest.mark.parametrize(
    "answer", ["", "  ", "stop", "Stop.", "停", "停。", "quit", "q", "exit", "no", "没有", "退出", "/stop"]
)
def test_words_of_leaving_are_no_correction(answer: str) -> None:
    assert correction(answer) == ""


def test_words_of_leaving_in_quotation_marks_are_words() -> None:
    assert correction("“stop”") == "stop"
    assert correction('"停"') == "停"
    assert correction("「不」") == "不"
    assert correction("stop it already") == "stop it already"
    assert correction("不要嘛") == "不要嘛"
    assert "bye" not in ENOUGH
    assert "再见" not in ENOUGH


@pytest.mark.parametrize(
    ("lang", "ask", "answer", "keep", "drop", "gone"),
    [
        ("en", "never say?", "stop", "Keep it?", "Discard this portrait?", "still here"),
        ("zh", "绝不会说", "停", "保留吗", "丢弃这份画像吗", "还在"),
    ],
)
def test_a_portrait_that_is_not_wanted_goes_and_the_import_stays(
    terminal: Terminal, lang: str, ask: str, answer: str, keep: str, drop: str, gone: str
) -> None:
    file = chat(terminal, 60)
    env = {"AFTERWORD_PASSPHRASE_FILE": str(terminal.secret), "AFTERWORD_LANG": lang}
    words = ("create-ex", file, *CREATE, "--about", "We kept snails.", "--traits", "Dry.")
    screen = Screen(terminal, *words, **env)
    screen.until(ask)
    screen.say("hahaha")
    screen.until(ask)
    screen.say(answer)
    screen.until(keep)
    screen.say("n")
    screen.until(drop)
    screen.say("y")
    screen.until(gone)
    assert screen.end() == 0
    assert terminal.json("list")["personas"] == []
    assert not any(terminal.vault.with_name("vault-skills").iterdir())
    assert {p["name"]: p["messages"] for p in terminal.json("people")["people"]} == {"Ann Ash": 30, "Bob Birch": 30}
    # made again it is a first version, without what was said of the one that went
    again = terminal.json("create-ex", "--name", "Bob", "--subject", "Bob Birch", "--yes")
    assert again["version"] == 1
    assert not any(c["topic"] in ("correction", "told") for c in again["claims"])


def test_a_portrait_made_again_and_not_wanted_gives_way_to_the_one_before(terminal: Terminal) -> None:
    first = terminal.json("create-ex", chat(terminal, 60), *CREATE, "--yes", "--consent", "given", "--days", "60")
    terminal.json("correct", "he would never", "--words", "hahaha")
    before = terminal.json("show", "Bob")
    screen = Screen(
        terminal, "create-ex", chat(terminal, 70), *CREATE, "--about", "x", "--traits", "y", "--days", "9",
        AFTERWORD_PASSPHRASE_FILE=str(terminal.secret),
    )  # fmt: skip
    screen.until("never say?")
    screen.say("")
    screen.until("Keep it?")
    screen.say("n")
    screen.until("Discard")
    screen.say("y")
    screen.until("Version 2, the one before, is in force again")
    assert screen.end() == 0
    assert terminal.json("show", "Bob") == before
    (one,) = terminal.json("list")["personas"]
    assert (one["ends"], one["consent"]) == (first["ends"], "given")
    assert "10 messages" in terminal.run("show", "Bob")
    assert "he would never" in "".join(p.read_text(encoding="utf-8") for p in Path(first["skill"]).rglob("*.md"))


def test_a_portrait_from_words_alone_leaves_nothing(terminal: Terminal) -> None:
    for answer, left in (("y", 0), ("n", 1)):
        screen = Screen(
            terminal, "create-ex", "--name", "Zoe", "--about", "We met.", "--traits", "Dry.",
            AFTERWORD_PASSPHRASE_FILE=str(terminal.secret),
        )  # fmt: skip
        screen.until("chat files or folders")
        screen.say("")
        screen.until("never say?")
        screen.say("quit")
        screen.until("Keep it?")
        screen.say("n")
        screen.until("Discard")
        screen.say(answer)
        assert screen.end() == 0
        assert len(terminal.json("list")["personas"]) == left
    assert "let-go ex-zoe" in screen.all
