"""The live talk over a real vault: through a real server, with consent, kept only when asked, and the commands for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scripted_server import Reply, Server

from afterword import Workspace
from afterword.cli import pauses, talking
from afterword.dialogue import MODES
from afterword.errors import AfterwordError, BadInput, BadSettings, NotFound
from afterword.llm import ScriptedModel
from afterword.texts import say

Serve = Callable[..., Server]
PASSPHRASE = "a made up passphrase"
DRAFT = "mm the snails again CANARYDRAFT"
PAIRS = [
    ("did you feed the snails", "fed them"), ("is it raining", "a bit"), ("are you home", "nearly"), ("what's for dinner", "soup i think"),
    ("did you see the fox", "he was on the shed again"), ("how was work", "long"), ("sorry about before", "its fine"), ("look at this cloud", "hahaha what is that"),
]  # fmt: skip


def chat(path: Path) -> Path:
    """A made up chat, a talk a day, too short for a likeness: what is tested here is the way, not the words."""
    start = datetime(2023, 3, 17, 9, 0)
    rows = []
    for i in range(50):
        asked, answer = PAIRS[i * 7 % len(PAIRS)]
        at = start + timedelta(days=i)
        rows.append(f"{at:%d/%m/%Y, %H:%M} - Ann Ash: {asked}\n")
        rows += [
            f"{at + timedelta(minutes=1 + j):%d/%m/%Y, %H:%M} - Bob Birch: {b}\n"
            for j, b in enumerate([answer, "ok"][: 1 + i % 2])
        ]
    path.write_text("".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with one persona; tests that change it use a copy."""
    root = tmp_path_factory.mktemp("live")
    with Workspace(root / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
        w.create([chat(root / "chat.txt")], name="Bob Birch", me="Ann Ash", subject="Bob Birch")
    return root / "vault"


@pytest.fixture
def vault(made: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(made, tmp_path / "vault"))


@pytest.fixture
def w(vault: Path) -> Iterator[Workspace]:
    with Workspace(vault, passphrase=PASSPHRASE, zone="UTC", lang="en") as opened:
        yield opened


def clock() -> datetime:
    return datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


def drafted(talk: Any, lines: list[str]) -> list[Any]:
    return [e for line in lines if (e := talk.turn(line)).draft]


ASKED = [q for q, _ in PAIRS]


def test_a_model_here_answers_over_http_and_nothing_leaves(w: Workspace, serve: Serve) -> None:
    server = serve(Reply("soup again\nok"))
    w.model_set("ollama/m", url=server.url)
    before = w.sent_so_far()
    talk = w.talk(model=True, now=clock, seed=1)
    shown = drafted(talk, ASKED)
    assert shown
    assert {e.draft for e in shown} == {("soup again", "ok")}
    assert {e.label for e in shown} == {say("en", "skill.draft_label", name="Bob Birch")}
    assert len(server.asked) % 3 == 0  # a server that gives one answer at a time is asked three times
    assert all(a.json["messages"][-1]["content"] in ASKED for a in server.asked)
    assert w.left_since(before) == {"requests": 0, "bytes": 0}
    assert w.ledger()["stayed"] == len(server.asked)


def test_care_073_elsewhere_only_with_a_yes_and_the_ledger_is_the_wire(w: Workspace, serve: Serve) -> None:
    server = serve(Reply("soup again"))
    w.model_set("openai/m", url=server.elsewhere, mode="ask-session")
    before = w.sent_so_far()
    talk = w.talk(model=True, now=clock, seed=1)
    e = next(e for line in ASKED if not (e := talk.turn(line)).silent)
    assert server.connections == 0
    assert e.draft == ()
    assert say("en", "talk.not_agreed", name="Bob Birch") in e.guide
    assert any(talk.turn(line).echo for line in ASKED)
    assert server.connections == 0
    shown: list[dict[str, Any]] = []

    def yes(preview: dict[str, Any]) -> bool:
        shown.append(preview)
        return True

    talk = w.talk(model=True, now=clock, seed=1, agreed=yes)
    assert drafted(talk, ASKED[:4])
    assert len(shown) == 1
    assert shown[0]["text"] == server.asked[0].body.decode()
    sent = [r for r in w.ledger()["rows"] if r["kind"] == "sent"]
    assert [r["bytes"] for r in sent] == [len(a.body) for a in server.asked]
    assert w.left_since(before) == {"requests": len(sent), "bytes": sum(len(a.body) for a in server.asked)}
    assert {a.json.get("n") for a in server.asked} == {2}


@pytest.mark.parametrize("reply", [Reply(""), Reply(status=500, body=b"{}"), Reply(status=401, body=b"{}")])
def test_a_server_that_fails_leaves_the_echo(w: Workspace, serve: Serve, reply: Reply) -> None:
    w.model_set("ollama/m", url=serve(reply).url)
    talk = w.talk(model=True, now=clock, seed=1)
    shown = [talk.turn(line) for line in ASKED]
    assert all(e.draft == () for e in shown)
    assert any(e.echo for e in shown)
    assert any(g for e in shown for g in e.guide)


def test_care_022_a_crisis_opens_no_connection(w: Workspace, serve: Serve) -> None:
    server = serve(Reply("soup"))
    w.model_set("ollama/m", url=server.url)
    for line in ("I want to kill myself", "我不想活了"):
        assert w.talk(model=True, now=clock).turn(line).gate == "crisis"
    assert server.connections == 0


def test_a_model_is_asked_by_default_only_where_it_was_set_so(w: Workspace) -> None:
    assert w.talk(model=None).drafting is None
    with pytest.raises(BadSettings):
        w.talk(model=True)
    w.model_set("ollama/m")
    assert w.talk(model=None).drafting is None
    assert w.talk().drafting is None
    assert w.talk(model=True).drafting is not None
    w.model_set("ollama/m", mode="ask-session")
    assert w.talk(model=None).drafting is not None
    assert w.talk(model=False).drafting is None


# -- what is kept ---------------------------------------------------------------------------------------------------------


def a_talk(w: Workspace) -> Any:
    w.model_set("ollama/m")
    talk = w.talk(model=ScriptedModel(lambda messages: DRAFT), now=clock, seed=1)
    drafted(talk, ["what's for dinner CANARYUSER", *ASKED])
    return talk


def test_nothing_of_a_talk_is_written_unless_it_is_kept(w: Workspace) -> None:
    talk = a_talk(w)
    assert any(DRAFT in s.words for s in talk.lines)
    assert w.talks() == []
    tables = [
        n for (n,) in talk.records.library.shelf.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    for db in (w.vault.db, talk.records.library.shelf.db):
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if "_text" not in table:
                assert "CANARY" not in str(db.execute(f"SELECT * FROM {table}").fetchall()), table
    assert "talk" in tables


def test_a_kept_talk_is_no_record_of_the_person(w: Workspace) -> None:
    shelf = w.personas.profile(None)[1].shelf
    before = (list(w.export()), shelf.stamp(), w.show())
    talk = a_talk(w)
    id = w.keep_talk(talk)
    assert (list(w.export()), shelf.stamp(), w.show()) == before
    assert w.recall("CANARYDRAFT")["hits"] == []
    assert not talk.records.quoted(DRAFT)
    assert not talk.records.said(DRAFT)
    found = w.talks()
    assert [(t["id"], t["person"], t["modes"], t["lines"]) for t in found] == [
        (id, "ex-bob-birch", ["chat"], len(talk.lines))
    ]
    assert found[0]["drafts"] == sum(s.by == "ai" for s in talk.lines) > 0
    assert "snails" in found[0]["topics"]
    assert "CANARYUSER" not in json.dumps(before[2])
    assert w.talks_delete(id) == {"removed": 1}
    assert w.talks() == []
    with pytest.raises(NotFound):
        w.talks_delete(id)


@pytest.mark.parametrize(
    ("asked", "nothing"),
    [
        ("what did we talk about here last week?", "did we talk about zeppelins here"),
        ("我们上次在这里聊了什么", "我们在这里聊过飞艇吗"),
    ],
)
def test_a_kept_talk_is_recalled_as_a_talk_and_never_as_a_record(w: Workspace, asked: str, nothing: str) -> None:
    line = "did you feed the snails of gotham"
    before = w.talk()
    found = before.turn(asked)
    assert not found.context
    assert not found.echo
    talk = w.talk()
    talk.turn(line)
    w.keep_talk(talk)
    found = w.talk().turn(asked)
    assert any(line in row for row in found.guide)
    assert f"{datetime.now().astimezone():%Y-%m-%d}" in found.guide[0]
    assert not found.echo
    assert not found.context
    assert not any(line in row for row in w.talk().turn(nothing).guide)
    recalled = w.recall("feed snails gotham")
    assert [s["words"] for t in recalled["talks"] for s in t["lines"] if s["by"] == "user"] == [line]
    assert line not in [u["text"] for h in recalled["hits"] for u in h["utterances"]]
    assert w.recall("zeppelins")["talks"] == []


def test_kept_talks_lie_encrypted_and_go_with_the_person(w: Workspace, vault: Path) -> None:
    w.keep_talk(a_talk(w))
    w.keep_talk(a_talk(w))
    held = b"".join(p.read_bytes() for p in vault.rglob("*") if p.is_file() and "skill" not in str(p))
    assert b"CANARY" not in held
    assert len(w.talks()) == 2
    w.let_go(None, "Bob Birch")
    assert w.talks() == []


def test_care_031_crises_goodbyes_and_what_the_gate_stopped_are_never_kept(w: Workspace) -> None:
    talk = w.talk(now=clock)
    said = [("did you feed the snails", "chat"), ("are you real?", "chat"), ("i loved you CANARY", "goodbye"), ("I want to kill myself", "chat")]  # fmt: skip
    for line, mode in said:
        talk.turn(line, mode)
    id = w.keep_talk(talk)
    body = next(b for i, _, b in talk.records.library.shelf.talks() if i == id)
    assert "snails" in body
    assert "CANARY" not in body
    assert "kill" not in body
    assert "real?" not in body
    assert w.talks()[0]["modes"] == ["chat"]
    silent = w.talk(now=clock)
    silent.turn("stop")
    assert w.keep_talk(silent) == ""


# -- a host's history -----------------------------------------------------------------------------------------------------


def test_a_host_may_pass_the_last_lines(w: Workspace) -> None:
    alone = w.turn("did you see the fox", None)
    after = w.turn("did you see the fox", None, history=["you never listen, i hate this", "whatever, go away"])
    assert alone["gate"] == after["gate"] == "pass"
    assert (alone["brief"]["mood"], after["brief"]["mood"]) == ("", "conflict")
    assert w.turn("did you see the fox", None, history=["I want to die"])["gate"] == "pass"


def test_a_host_may_say_for_which_moment_it_answers(w: Workspace) -> None:
    late = w.turn("did you see the fox", None, at="2024-03-01T23:30")
    assert late["brief"]["hour"] == 23
    assert w.turn("did you see the fox", None, at="2024-03-02T04:00+08:00")["brief"]["hour"] == 4
    assert w.turn("I want to die", None, at="2024-03-01T23:30")["gate"] == "crisis"
    # a day of rest is a day by the clock: no host's time ends it
    assert w.turn("did you see the fox", None, at="2031-03-01T23:30")["gate"] == "resting"
    w.vault.put("crisis", "")
    with pytest.raises(BadInput) as e:
        w.turn("did you see the fox", None, at="half past nine")
    assert e.value.code == "turn.at"


@pytest.mark.parametrize(
    "said", ["", "[]", '{"line": 1, "history": []}', '{"line": "x", "history": [1]}', '{"line": "x"}', "{"]
)
def test_a_history_that_is_none(said: str) -> None:
    with pytest.raises(BadInput) as e:
        talking.with_lines(said, "line")
    assert e.value.code == "turn.history"


def test_a_draft_comes_with_the_line_it_answers() -> None:
    said = '{"draft": " so so ", "line": "how was it", "history": ["hey"]}'
    assert talking.with_lines(said, "draft") == ("so so", ["hey"], "how was it")
    with pytest.raises(BadInput, match="draft"):
        talking.with_lines('{"line": "how was it", "history": []}', "draft")


def test_several_drafts_come_with_the_line_they_answer() -> None:
    said = '{"drafts": [" so ", "well"], "line": "how was it", "history": ["hey"]}'
    assert talking.with_drafts(said) == (["so", "well"], ["hey"], "how was it")
    assert talking.with_drafts('{"draft": "so", "line": "how was it", "history": []}') is None
    for broken in ('{"drafts": [1], "line": "x", "history": []}', '{"drafts": [], "line": "x", "history": []}'):
        with pytest.raises(BadInput, match="draft"):
            talking.with_drafts(broken)


# -- the commands ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    monkeypatch.setenv("AFTERWORD_HOME", str(vault))
    monkeypatch.setenv("AFTERWORD_PASSPHRASE_FILE", str(secret))

    def said(command: Any, *words: str, stdin: str = "", lang: str = "en") -> str:
        monkeypatch.setenv("AFTERWORD_LANG", lang)
        ran = CliRunner().invoke(command, words, input=stdin)
        if isinstance(ran.exception, AfterwordError):
            return ran.exception.code
        assert ran.exit_code == 0, (words, ran.output, ran.exception)
        return ran.output

    return said


def test_the_commands_of_a_talk(run: Callable[..., str], serve: Serve, w: Workspace) -> None:
    server = serve(Reply("soup again"))
    w.model_set("openai/m", url=server.elsewhere, mode="ask-each")
    lines = "\n".join(ASKED)
    said = run(talking.talk, stdin=lines)  # nobody can be asked here: nothing goes
    assert server.connections == 0
    assert "Left this computer: nothing" in said
    said = run(talking.talk, "--no-model", "--keep", stdin="did you feed the snails\nstop\n")
    assert "kept in the vault" in said
    assert "Left this computer" not in said
    w.model_set("ollama/m", url=server.url)
    for lang in ("en", "zh"):
        said = run(talking.talk, "--model", "--mode", "emotional", stdin=lines, lang=lang)
        assert "soup again" in said
        assert say(lang, "cli.left_nothing") in said
        rows = said.split("\n")
        at = rows.index("  soup again")
        assert "AI" in rows[at - 1]
    id = json.loads(run(talking.talks, "--json"))[0]["id"]
    assert "snails" in run(talking.talks)
    assert "removed" in run(talking.talks, "--delete", id, "--json")
    assert run(talking.talks, "--delete", id) == "talk.unknown"
    assert "--keep" in run(talking.talks)
    asked = json.dumps({"line": "did you see the fox", "history": ["you never listen, i hate this", "go away"]})
    assert json.loads(run(talking.turn, "--history", stdin=asked))["brief"]["mood"] == "conflict"
    several = json.dumps({"drafts": ["so so", "As an AI language model, I cannot."], "line": "x", "history": []})
    assert json.loads(run(talking.turn, "--review", "--history", stdin=several))["chosen"] in (0, None)
    assert run(talking.turn, "--history", stdin="{") == "turn.history"
    assert json.loads(run(talking.turn, "--history", stdin="{I want to kill myself"))["gate"] == "crisis"


def test_consent_is_asked_with_the_exact_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    preview = {"bytes": 12, "host": "far.example", "text": "every byte of it"}
    assert talking.agreed(preview) is False
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(talking, "interactive", lambda: True)
    for answer in (True, False):
        monkeypatch.setattr(talking.click, "confirm", lambda *a, answer=answer, **k: answer)
        assert talking.agreed(preview) is answer
        assert "every byte of it" in capsys.readouterr().out


def test_every_mode_has_a_key_in_both_languages() -> None:
    assert {*talking.KEYS.values()} == {*talking.ALL_MODES} == {*MODES}
    for mode in talking.ALL_MODES:
        keys = [k for k, m in talking.KEYS.items() if m == mode]
        assert len(keys) == 2
        assert sum(k.isascii() for k in keys) == 1


# -- pauses ---------------------------------------------------------------------------------------------------------------


def test_pauses_are_drawn_together_and_keep_their_order() -> None:
    drawn = [pauses.drawn_together(s, pauses.FIRST) for s in (0, 1, 5, 60, 600, 3600, 90_000)]
    assert drawn == sorted(drawn)
    assert drawn[0] == 0
    assert len({*drawn}) == 6
    assert drawn[-1] == pauses.FIRST


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_enter_shows_the_rest_at_once_and_no_word_is_lost(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AFTERWORD_LANG", lang)
    bubbles = [lambda i=i: print(f"bubble {i}") for i in range(4)]
    waited: list[float] = []

    def wait(answer: str | None, at: int) -> Callable[[float], str | None]:
        def f(seconds: float) -> str | None:
            waited.append(seconds)
            return answer if len(waited) == at else None

        return f

    assert pauses.deliver(bubbles, 60, [5, 9, 2], wait(None, 0)) == ""
    assert len(waited) == 4
    out = capsys.readouterr().out
    assert out.index("bubble 0") < out.index("bubble 1") < out.index("bubble 3")
    assert say(lang, "cli.typing") in out
    for answer in ("", "wait what"):
        waited.clear()
        assert pauses.deliver(bubbles, 60, [5, 9, 2], wait(answer, 2)) == answer
        assert len(waited) == 2
        assert capsys.readouterr().out.count("bubble") == 4
    waited.clear()
    pauses.deliver(bubbles[:1], None, [], wait(None, 0))
    assert waited == []
