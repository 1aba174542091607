"""Somebody's first time, at a real terminal: what is asked, what is shown, and that the words typed are never seen again.

The commands run under a pseudo-terminal, since a prompt that nobody can answer and a prompt that a person answers are
two different programs.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import sys
import time
from pathlib import Path

import pytest
from command import PROGRAM, TALK, Terminal, whatsapp

pty = pytest.importorskip("pty", reason="a pseudo-terminal is a matter of POSIX systems")
PASSPHRASE = "snails at the lighthouse"
LONGEST = 120.0


class Screen:
    """A command at a terminal. `until` reads on to some words; `say` types a line."""

    def __init__(self, terminal: Terminal, *words: str, **env: str) -> None:
        given = {k: v for k, v in terminal.env.items() if k != "AFTERWORD_PASSPHRASE_FILE"}
        given |= {"TERM": "xterm", "COLUMNS": "120", "PYTHONIOENCODING": "utf-8", **env}
        self.pid, self.line = pty.fork()
        if self.pid == 0:
            signal.signal(
                signal.SIGINT, signal.SIG_DFL
            )  # a shell's background jobs are deaf to Ctrl-C, and so are their own
            os.chdir(terminal.root)
            os.execve(sys.executable, [sys.executable, "-c", PROGRAM, *words], given)
        self.held, self.all = b"", ""
        self.code: int | None = None

    def _more(self) -> bool:
        ready, _, _ = select.select([self.line], [], [], 1.0)
        if not ready:
            return True
        try:
            block = os.read(self.line, 65536)
        except OSError:  # Linux tells the end of a terminal so
            block = b""
        self.held += block
        return bool(block)

    def _text(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.held.decode("utf-8", "ignore"))

    def until(self, words: str) -> str:
        """What was shown up to and with the words."""
        end = time.monotonic() + LONGEST
        while words not in self._text():
            assert self._more(), f"ended before {words!r}: {self._text()[-1500:]}"
            assert time.monotonic() < end, f"never said {words!r}: {self._text()[-1500:]}"
        shown = self._text()
        self.held = shown[shown.index(words) + len(words) :].encode()
        self.all += shown[: shown.index(words) + len(words)]
        return shown[: shown.index(words) + len(words)]

    def say(self, line: str) -> None:
        os.write(self.line, line.encode() + b"\n")

    def end(self, again: bytes = b"") -> int:
        """The exit code; everything shown is read first. `again` is typed until it is heard: a prompt is on the screen
        a moment before anybody listens to its keys."""
        end, typed = time.monotonic() + LONGEST, time.monotonic()
        while self._more():
            if again and time.monotonic() > typed + 0.5:
                typed = time.monotonic()
                with contextlib.suppress(OSError):
                    os.write(self.line, again)
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                pytest.fail(f"did not end: {self._text()[-1500:]}")
        self.all += self._text()
        self.held = b""
        _, status = os.waitpid(self.pid, 0)
        os.close(self.line)
        self.code = os.waitstatus_to_exitcode(status)
        assert "Traceback" not in self.all
        return self.code


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def chat(terminal: Terminal) -> Path:
    folder = terminal.root / "WhatsApp Chat with Bob Birch"
    folder.mkdir()
    # the last answer is the only one that stands when "hahaha" has been corrected away
    told = [*TALK[:58], ("Ann Ash", "did you feed the snails tonight"), ("Bob Birch", "fed them, big one bit me")]
    (folder / "_chat.txt").write_text(whatsapp(told), encoding="utf-8")
    (folder / "IMG-20230317-WA0001.jpg").write_bytes(b"\xff\xd8\xff" + bytes(range(256)))
    return folder


ASKED = {
    "en": ("What shall we call this person?", "Which one is you?", "Which one is this about?", "Talk now?", "AI simulation"),
    "zh": ("怎么称呼", "哪一个是你", "关于哪一个人", "现在", "AI 模拟"),
}  # fmt: skip


def number_of(shown: str, name: str) -> str:
    """The number that stands before a name in a list of choices."""
    found = re.findall(rf"(\d+)\. {name}", shown)
    assert found, shown
    return str(found[-1])


def test_three_questions_and_then_a_talk(terminal: Terminal) -> None:
    name, me, ta, now, notice = ASKED["en"]
    screen = Screen(terminal, "create-ex")
    screen.until(name)
    screen.say("Bob")
    screen.until("two of you")
    screen.say("We kept snails")
    screen.until("what they were like")
    screen.say("")
    screen.until("chat files or folders")
    screen.say(f"'{chat(terminal)}'")
    screen.until("Passphrase")
    screen.say(PASSPHRASE)
    screen.until("Once more")
    screen.say(PASSPHRASE)
    shown = screen.until(me)
    assert "Ann Ash  (30)" in shown
    screen.say(number_of(shown, "Ann Ash"))
    shown = screen.until(ta)
    assert "Ann Ash" not in shown.rpartition("\n  1.")[2]
    screen.say("7")
    screen.until("from 1 to 1")
    screen.until(ta)
    screen.say("")  # the only one there is
    shown = screen.until("never say?")
    assert "Bob: 30 of 60 messages" in shown
    assert re.search(r"_chat\.txt │ whatsapp │ +60 │ +60", shown)
    assert "IMG-20230317-WA0001.jpg is not a whole picture" in shown
    assert "○ We kept snails" in shown
    screen.say("hahaha")
    assert "12" in screen.until("never say?")
    screen.say("")
    screen.until("Keep it?")
    screen.say("y")
    ends = screen.until(now)
    assert re.search(r"Bob ends by itself on 20\d\d-\d\d-\d\d", ends)
    screen.say("y")
    screen.until(notice)
    screen.until("> ")
    screen.say("did you feed the snails")
    screen.until("fed them, big one bit me")
    screen.until("> ")
    screen.say("?")
    screen.until("Ann Ash: did you feed the snails tonight")
    screen.until("▶")
    screen.until("fed them, big one bit me")
    screen.until("> ")
    screen.say("/hard")
    screen.until("> ")
    screen.say("are you real?")
    screen.until("It is not Bob")
    screen.until("> ")
    screen.say("stop")
    assert screen.end() == 0
    assert PASSPHRASE not in screen.all
    # what was made at the terminal is there for a host as well
    terminal.secret.write_text(PASSPHRASE, encoding="utf-8")
    shown = terminal.json("show", "Bob")
    assert shown["coverage"]["by_subject"] == 30
    assert [c["verdict"] for c in shown["topics"]["correction"]] == ["contested"]


def test_people_may_be_named_by_name_and_the_questions_left(terminal: Terminal) -> None:
    folder = str(chat(terminal))
    for lang in ("en", "zh"):
        _, me, ta, _, _ = ASKED[lang]
        screen = Screen(
            terminal,
            "create-ex",
            folder,
            "--name",
            "Bob",
            "--about",
            "",
            "--traits",
            "",
            AFTERWORD_LANG=lang,
        )
        for prompt in (("Passphrase: ", "Once more: "), ("口令: ", "再输入一次: "))[lang == "zh"][: 1 + (lang == "en")]:
            screen.until(prompt)
            screen.say(PASSPHRASE)
        screen.until(me)
        screen.say("ann ash")
        screen.until(ta)
        screen.say({"en": "stop", "zh": "停"}[lang])
        assert screen.end() == 130
    terminal.secret.write_text(PASSPHRASE, encoding="utf-8")
    assert terminal.json("list")["personas"] == []


def test_the_same_questions_in_chinese(terminal: Terminal) -> None:
    name, _, _, now, notice = ASKED["zh"]
    screen = Screen(terminal, "create-ex", AFTERWORD_LANG="zh")
    screen.until(name)
    screen.say("林小雨")
    screen.until("2.")
    screen.say("在一起十七个月")
    screen.until("3.")
    screen.say("爱笑，说话一串一串的")
    screen.until("文件")
    screen.say("")
    for prompt in ("口令: ", "再输入一次: "):
        screen.until(prompt)
        screen.say(PASSPHRASE)
    screen.until("绝不会说")
    screen.until(":")
    screen.say("")
    screen.until("[Y/n]")
    screen.say("y")
    shown = screen.until(now)
    assert "afterword talk ex-lin-xiao-yu" in shown + screen.all
    screen.say("n")
    assert screen.end() == 0
    assert PASSPHRASE not in screen.all
    terminal.secret.write_text(PASSPHRASE, encoding="utf-8")
    assert terminal.json("list")["personas"][0]["name"] == "林小雨"
    talk = terminal.run("talk", said="早\n再见\n", AFTERWORD_LANG="zh")
    assert notice in talk


def test_a_wrong_passphrase_and_then_leaving_in_the_middle(terminal: Terminal) -> None:
    terminal.json("create-ex", "--name", "Zoe", "--about", "x", "--yes")
    screen = Screen(terminal, "list")
    screen.until("Passphrase")
    screen.say("not this one")
    assert screen.end() == 5
    assert "does not open this vault" in screen.all
    for leave in (b"\x03", b"\x04"):  # Ctrl-C, Ctrl-D
        screen = Screen(terminal, "create-ex")
        screen.until("person?: ")
        os.write(screen.line, leave)
        assert screen.end(leave) == 130
    assert len(terminal.json("list")["personas"]) == 1


def test_letting_go_asks_for_the_name(terminal: Terminal) -> None:
    terminal.json("create-ex", "--name", "Zoe", "--about", "We met on a ferry.", "--yes")
    for typed, code in (("Zo", 4), ("zoe", 0)):
        screen = Screen(terminal, "let-go", AFTERWORD_PASSPHRASE_FILE=str(terminal.secret))
        shown = screen.until("Zoe")
        screen.until("Type")
        screen.until(":")
        screen.say(typed)
        assert screen.end() == code, screen.all
        assert "ex-zoe" in shown + screen.all
        assert len(terminal.json("list")["personas"]) == (0 if code == 0 else 1)
    assert not (terminal.vault.with_name("vault-skills") / "ex-zoe").exists()


@pytest.mark.parametrize("story", ["en", "zh"])
def test_the_demo_ends_in_a_live_prompt(terminal: Terminal, story: str) -> None:
    screen = Screen(terminal, "demo", "--story", story)
    screen.until({"en": "are you real?", "zh": "你是真人吗"}[story])
    screen.until("/nostalgia" if story == "en" else "/")
    screen.until("\n> ")
    screen.say({"en": "good morning", "zh": "早"}[story])
    screen.until("\n> ")
    screen.say({"en": "stop", "zh": "再见"}[story])
    assert screen.end() == 0
    assert list(terminal.temp.iterdir()) == []
    assert not terminal.vault.exists()
    assert json.dumps(sorted(p.name for p in terminal.home.iterdir())) == "[]"
