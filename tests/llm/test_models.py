"""The chosen model, its door and its ledger over a real vault, and the commands for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scripted_server import Reply, Server

from afterword import Workspace
from afterword.app.models import HARMLESS, Models, forget_pseudonyms, open_door, third_people
from afterword.cli.models import ledger as ledger_command
from afterword.cli.models import model as model_command
from afterword.errors import AfterwordError, BadSettings, ChoiceNeeded, NotAllowed
from afterword.llm import Consents, Message, ScriptedModel

Serve = Callable[..., Server]
CANARY = "sk-canary-5f0c2d9b7e"
WORDS = "CANARYWORDS"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC") as w:
        yield w


@pytest.fixture
def models(workspace: Workspace) -> Models:
    return Models(workspace.vault)


def test_a_model_is_chosen_and_nothing_is_sent(models: Models, serve: Serve) -> None:
    with pytest.raises(BadSettings) as e:
        models.model_show()
    assert e.value.code == "model.none"
    server = serve()
    chosen = models.model_set("openai/m", url=server.elsewhere, price_in=1.0, price_out=2.0)
    assert chosen == models.model_show()
    assert (chosen["mode"], chosen["local"], chosen["key"]) == ("off", False, "none")
    assert chosen["prices"] == {"tokens_in": 1.0, "tokens_out": 2.0}
    assert server.connections == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"mode": "always"}, "model.mode"), ({"url": "x"}, "model.url"), ({"price_in": 1.0}, "model.price"),
        ({"price_in": 1.0, "price_out": -1.0}, "model.price"), ({"spec": "nobody/m"}, "model.spec"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be(more: dict[str, Any], code: str, models: Models) -> None:
    with pytest.raises(BadSettings) as e:
        models.model_set(**{"spec": "ollama/m", **more})
    assert e.value.code == code


def test_a_model_here_is_tested_without_a_question(models: Models, serve: Serve) -> None:
    server = serve(Reply("ready"))
    models.model_set("ollama/m", url=server.url)
    found = models.model_test()
    assert (found["answer"], found["local"], found["tokens_in"]) == ("ready", True, 11)
    said = models.ledger()
    assert (said["left"], said["stayed"], said["whole"]) == (0, 1, True)


def test_a_model_elsewhere_is_tested_with_consent_only(models: Models, serve: Serve) -> None:
    server = serve(Reply("ready"))
    models.model_set("openai/m", url=server.elsewhere)
    with pytest.raises(NotAllowed):
        models.model_test(agreed=lambda preview: True)
    models.model_set("openai/m", url=server.elsewhere, mode="ask-each")
    with pytest.raises(ChoiceNeeded) as e:
        models.model_test()
    assert server.connections == 0
    shown: list[dict[str, Any]] = []

    def yes(preview: dict[str, Any]) -> bool:
        shown.append(preview)
        return True

    assert models.model_test(agreed=yes)["answer"] == "ready"
    assert server.asked[0].body.decode() == shown[0]["text"] == e.value.details["preview"]["text"]  # type: ignore[index]
    said = models.ledger()
    assert (said["left"], said["stayed"]) == (1, 0)
    assert said["rows"][0]["sha256"] == shown[0]["sha256"]
    assert said["rows"][0]["consent"]


def test_the_ledger_lies_in_the_vault_and_survives_it(tmp_path: Path) -> None:
    for i in range(3):
        with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC") as w:
            model = ScriptedModel(["x"], host="far.example")
            consent = Consents("ask-session")
            d = open_door(w.vault, purpose="talk", data="lines", lang="en", consent=consent, model=model)
            consent.allow(d.preview([Message("user", WORDS)]))
            d.send([Message("user", WORDS)])
            said = Models(w.vault).ledger()
            assert (said["left"], said["whole"]) == (i + 1, True)
            if i == 2:
                w.vault.db.execute("DELETE FROM egress WHERE n = 6")
                assert Models(w.vault).ledger()["broken_at"] == 6
    held = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"far.example" not in held


def test_care_077_a_key_and_words_stand_nowhere(
    models: Models, workspace: Workspace, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERWORD_MODEL_KEY", CANARY)
    body = json.dumps({"error": {"message": f"bad key {CANARY}"}}).encode()
    server = serve(Reply(), Reply(status=401, body=body))
    models.model_set("openai/m", url=server.url)
    assert models.model_show()["key"] == "environment"
    d = open_door(workspace.vault, purpose="talk", data="lines", lang="en")
    d.send([Message("user", WORDS)])
    with pytest.raises(BadSettings) as e:
        d.send([Message("user", WORDS)])
    assert server.asked[0].headers["authorization"] == f"Bearer {CANARY}"
    rows = [
        str(row)
        for (table,) in workspace.vault.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for row in workspace.vault.db.execute(f"SELECT * FROM {table}")
    ]
    everything = " ".join([*rows, str(e.value.as_json()), str(models.ledger()), str(models.model_show())])
    assert CANARY not in everything
    assert WORDS not in everything


def test_pseudonyms_lie_on_the_personas_shelf(workspace: Workspace) -> None:
    vault = workspace.vault
    shelf = vault.adopt(vault.stage(), speaker="p1:maya", title="", direct=True, platform="test")
    said = [Message("user", "阿姨 and CALLUM")]
    sent: list[str] = []
    for _ in range(2):
        model = ScriptedModel(lambda messages: messages[-1].text, host="far.example")
        consent = Consents("ask-session")
        d = open_door(
            vault, purpose="talk", data="lines", lang="zh", shelf=shelf, roster=[["Callum"], ["阿姨"]], consent=consent, model=model
        )  # fmt: skip
        consent.allow(d.preview(said))
        assert d.send(said).text == "阿姨 and CALLUM"
        assert d.persona == shelf.id
        sent.append(model.seen[0][0].text)
    assert sent == ["«人1» and «人2.2»"] * 2
    forget_pseudonyms(vault)
    assert not [k for (k,) in shelf.db.execute("SELECT key FROM meta") if "«" in k]


def test_the_roster_is_everybody_but_the_two_who_talk(workspace: Workspace) -> None:
    db = workspace.vault.db
    db.execute("INSERT INTO speaker VALUES ('p1:owner', 'Tom', 1), ('p1:maya', 'Maya', 0), ('p1:cal', 'Callum', 0)")
    db.execute("INSERT INTO alias VALUES ('may', 'p1:maya'), ('cal reed', 'p1:cal')")
    db.execute("INSERT INTO contact VALUES ('tel:1', 'Aunt Jo'), ('tel:2', 'Maya')")
    two = ("p1:owner", "p1:maya")
    assert third_people(workspace.vault, two) == [["Callum", "cal reed"], ["Aunt Jo"]]


# -- the commands -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    secret = tmp_path / "passphrase"
    secret.write_text("a made up passphrase\n", encoding="utf-8")
    monkeypatch.setenv("AFTERWORD_HOME", str(tmp_path / "vault"))
    monkeypatch.setenv("AFTERWORD_PASSPHRASE_FILE", str(secret))

    def said(*words: str, code: int = 0) -> str:
        command = ledger_command if words[0] == "ledger" else model_command
        ran = CliRunner().invoke(command, words[1:])
        if isinstance(ran.exception, AfterwordError):
            assert ran.exception.exit_code == code, ran.exception
            return ran.exception.code
        assert ran.exit_code == code, (words, ran.output, ran.exception)
        return ran.output

    return said


def test_the_commands(run: Callable[..., str], serve: Serve) -> None:
    assert run("ledger").strip() == "Left this computer: nothing"
    server = serve(Reply("ready"))
    assert "is this computer" in run("model", "set", "ollama/m", "--url", server.url)
    assert "ready" in run("model", "test")
    said = run("ledger")
    assert "Left this computer: nothing" in said
    assert "To models on this computer: 1 request" in said
    assert "The ledger is whole" in said
    assert "before every request" in run("model", "set", "openai/m", "--url", server.elsewhere, "--mode", "ask-each")
    assert run("model", "test", code=3) == "model.consent"
    assert len(server.asked) == 1
    said = run("model", "test", "--yes")
    assert server.asked[1].body.decode() in said
    assert HARMLESS[1].text in said
    found = json.loads(run("ledger", "--json"))
    assert (found["left"], found["stayed"], found["whole"]) == (1, 1, True)
