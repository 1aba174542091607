"""The doors to what was lived through: events on the line of time, scenes, fights, facts, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import Terminal

from afterword.texts import LANGS, say

CHAT = "".join(
    f"0{1 + i // 40}/03/2023, 10:{i % 40:02} - {('Ann Ash', 'Bob Birch')[i % 2]}: line {i} about the snails\n" for i in range(120)
) + (
    "10/03/2023, 20:00 - Ann Ash: happy birthday!!\n10/03/2023, 20:01 - Bob Birch: i live in Hull now\n"
    "11/03/2023, 20:00 - Ann Ash: You promised me\n11/03/2023, 20:01 - Bob Birch: are you angry?\n"
    "11/03/2023, 20:02 - Ann Ash: i don't want to talk\n12/03/2023, 20:00 - Bob Birch: I'm so sorry. I'm outside\n"
    "12/03/2023, 20:01 - Ann Ash: ok haha\n13/03/2023, 20:00 - Bob Birch: i moved to York\n"
)  # fmt: skip


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_the_doors(terminal: Terminal) -> None:
    file = terminal.root / "WhatsApp Chat with Bob Birch.txt"
    file.write_text(CHAT, encoding="utf-8")
    person = terminal.json(
        "create-ex", str(file), "--name", "Bob", "--me", "Ann Ash", "--subject", "Bob Birch", "--yes"
    )["person"]
    kinds = [i["kind"] for i in terminal.json("timeline", person)["items"] if i["type"] == "event"]
    assert kinds == ["first-message", "birthday", "fight", "repair", "last-message"]
    (fight,) = terminal.json("episodes", person, "--kind", "fight")["fights"]
    assert (fight["first"], fight["mended"], fight["mended_by"]) == ("Ann Ash", "2023-03-12", "Bob Birch")
    facts = terminal.json("facts", person)["facts"]
    assert [(f["value"], f["until"]) for f in facts] == [("Hull", "2023-03-13"), ("York", "")]
    (birthday,) = [i for i in terminal.json("timeline", person)["items"] if i.get("kind") == "birthday"]
    opened = terminal.run("timeline", person, "--open", birthday["id"])
    assert "▶ Ann Ash: happy birthday!!" in opened
    assert "Bob Birch: i live in Hull now" in opened
    for lang in LANGS:
        env = {"AFTERWORD_LANG": lang}
        named = say(lang, "cli.kind.fight")
        assert terminal.json("episodes", person, "--kind", named, **env)["fights"] == [fight]
        assert "happy birthday!!" in terminal.run("timeline", person, **env)
        told = terminal.run("episodes", person, "--kind", "fight", **env)
        assert "You promised me" in told
        assert say(lang, "cli.fight_mended", day="2023-03-12", who="Bob Birch") in told
        assert "York" in terminal.run("facts", person, **env)
        assert say(lang, "cli.no_episodes") in terminal.run("episodes", person, "--kind", "trip", **env)
    out = terminal.root / "days.ics"
    page = terminal.root / "days.html"
    made = terminal.json("timeline", person, "--ics", str(out), "--page", str(page))
    assert (made["ics"]["yearly"], out.exists(), page.exists()) == (1, True, True)
    assert terminal.json("episodes", person, "--kind", "nonsense", code=4)["error"]["code"] == "episodes.kind"


def test_the_question_mark_shows_what_a_line_answered(terminal: Terminal) -> None:
    file = terminal.root / "WhatsApp Chat with Bob Birch.txt"
    file.write_text(
        "".join(
            f"{1 + i:02}/03/2023, 10:00 - Ann Ash: did the heron come to the pond {i}\n"
            + "".join(
                f"{1 + i:02}/03/2023, 10:0{b} - Bob Birch: heron pond {words}\n"
                for b, words in enumerate(("yes", "it stood", "it left", "no fish", "none at all", "poor heron"), 1)
            )
            for i in range(25)
        ),
        encoding="utf-8",
    )
    terminal.json("create-ex", str(file), "--name", "Bob", "--me", "Ann Ash", "--subject", "Bob Birch", "--yes")
    for lang in LANGS:
        said = terminal.run("talk", said="did the heron come to the pond\n?\n", AFTERWORD_LANG=lang)
        after = said.partition("heron pond yes")[2]
        assert "Ann Ash: did the heron come to the pond" in after
        assert "▶" in after
    noted = terminal.run("correct", "she would never say that", AFTERWORD_LANG="en")
    assert "--words" in noted
    assert "--words" not in terminal.run("correct", "--words", "poor heron", AFTERWORD_LANG="en")


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_sent_without_words_is_said_to_be_what_it_is(terminal: Terminal, lang: str) -> None:
    file = terminal.root / "WhatsApp Chat with Bob Birch.txt"
    picture = "10/03/2023, 20:00 - Bob Birch: IMG-20230310-WA0001.jpg (file attached)\n"
    file.write_text(CHAT.replace("10/03/2023, 20:01", picture + "10/03/2023, 20:01"), encoding="utf-8")
    person = terminal.json(
        "create-ex", str(file), "--name", "Bob", "--me", "Ann Ash", "--subject", "Bob Birch", "--yes"
    )["person"]
    shown = f"Bob Birch: [{say(lang, 'cli.sent.image')}]"
    env = {"AFTERWORD_LANG": lang}
    found = terminal.json("recall", "--person", person, "when was the birthday", **env)
    lines = [u for h in found["hits"] for u in h["utterances"] if not u["text"]]
    assert [u["kind"] for u in lines] == ["image"]
    assert shown in terminal.run("recall", "--person", person, "when was the birthday", **env)
    (birthday,) = [i for i in terminal.json("timeline", person)["items"] if i.get("kind") == "birthday"]
    assert shown in terminal.run("timeline", person, "--open", birthday["id"], **env)


@pytest.mark.parametrize(
    ("lang", "line"), [("en", "do you remember when we went to Paris"), ("zh", "还记得我们去巴黎那次吗")]
)
def test_whoever_talks_hears_how_to_tell_what_is_not_there(terminal: Terminal, lang: str, line: str) -> None:
    file = terminal.root / "WhatsApp Chat with Bob Birch.txt"
    file.write_text(CHAT, encoding="utf-8")
    person = terminal.json(
        "create-ex", str(file), "--name", "Bob", "--me", "Ann Ash", "--subject", "Bob Birch", "--yes"
    )["person"]
    told = terminal.run("talk", person, said=f"{line}\n{line}\nstop\n", AFTERWORD_LANG=lang)
    for key in ("talk.tell_it", "cli.talk_tell"):
        assert told.count(say(lang, key)) == 1
