"""Distilling with the user's own model: an estimate, a yes, a budget that holds, and going on where it stopped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scripted_server import Reply, Server

from afterword import Workspace
from afterword.cli.skills import distilled
from afterword.cli.skills import run as run_command
from afterword.distill import FACETS
from afterword.errors import AfterwordError, BadInput, BadSettings, ChoiceNeeded, NotAllowed, TryAgain
from afterword.llm import Message, ScriptedModel, estimated_tokens

Serve = Callable[..., Server]
PASSPHRASE = "a made up passphrase"
START = datetime(2021, 3, 1, 9, 0)
SAID = {
    "en": [("Ann", "how was the shift"), ("Bob", "my boss moved it again"), ("Ann", "come home"), ("Bob", "i walk every sunday, call Zoe Lin if late"), ("Bob", "not this sunday though")],
    "zh": [("Ann", "今天班上得怎么样"), ("Bob", "老板又改时间了"), ("Ann", "回来吧"), ("Bob", "我每个周末都去走路，晚了就打给林小满"), ("Bob", "这个周末不去了")],
}  # fmt: skip
THIRD = {"en": "Zoe Lin", "zh": "林小满"}
CANARY = "CANARYCLAIM"
NOT_THE_WORDS = {"en": "those are not the words", "zh": "原话不是这样"}


def chat(path: Path, lang: str, days: int) -> Path:
    rows = [
        f"{START + timedelta(days=day, minutes=i):%d/%m/%Y, %H:%M} - {who}: {text} {day}\n"
        for day in range(days)
        for i, (who, text) in enumerate(SAID[lang])
    ]
    path.write_text("".join(rows), encoding="utf-8")
    return path


@pytest.fixture(params=["en", "zh"])
def w(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "vault", passphrase=PASSPHRASE, zone="UTC", lang=request.param) as opened:
        opened.create(
            [chat(tmp_path / "chat.txt", request.param, 120)], name="Bob", me="Ann", subject="Bob", lang=request.param
        )
        opened.model_set("ollama/m")
        yield opened


def lines(sent: Sequence[Message]) -> list[list[str]]:
    return [json.loads(row) for row in sent[1].text.split("\n") if row.startswith("[")]


def answering(sent: Sequence[Message]) -> str:
    """Two findings of every packet: a walk with what speaks against it, and words that nobody wrote."""
    rows = lines(sent)
    (walk, *_) = [r for r in rows if r[1] == "subject" and re.search("every sunday|每个周末", r[2])]
    other = [r for r in rows if r[1] == "subject" and re.search("not this sunday|不去了", r[2])]
    (facet,) = re.findall(r"^Claim [a-z ]+", sent[0].text, re.M)
    return json.dumps(
        {
            "findings": [
                {
                    "claim": facet,
                    "evidence": [{"utterance": walk[0], "words": walk[2]}],
                    "against": [{"utterance": other[0][0], "words": other[0][2]}] if "habit" in facet else [],
                },
                {
                    "claim": f"{CANARY} {facet}",
                    "evidence": [{"utterance": walk[0], "words": "i fly every sunday"}],
                    "against": [],
                },
            ]
        },
        ensure_ascii=False,
    )


def yes(seen: Any) -> bool:
    return True


def test_first_an_estimate_then_nothing_without_a_yes(w: Workspace) -> None:
    model = ScriptedModel(answering)
    with pytest.raises(ChoiceNeeded) as e:
        w.distill_run(model=model)
    assert model.seen == []
    found: Any = e.value.details["estimate"]
    assert (e.value.code, found["to_send"]) == ("distill.start", found["packets"])
    assert 22 <= found["packets"] < 30
    assert 0 < found["tokens_in"] < found["budget"] == 60_000
    assert (found["most_cost"], found["local"], found["left_out"]) == (None, True, 0)
    assert found["periods"][0] == found["periods"][1] > 4
    w.model_set("ollama/m", price_in=10.0, price_out=20.0)
    shown: list[Any] = []
    with pytest.raises(ChoiceNeeded):
        w.distill_run(model=model, start=lambda estimate: bool(shown.append(estimate)))
    assert shown[0]["most_cost"] == pytest.approx((found["tokens_in"] * 10 + found["most_tokens_out"] * 20) / 1e6)


def test_what_stands_is_entered_once_and_nothing_is_sent_twice(
    w: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    model = ScriptedModel(answering)
    before, steps = len(w.versions()), list[tuple[int, int]]()
    found = w.distill_run(model=model, start=yes, progress=lambda n, of: steps.append((n, of)))
    n = found["packets"]
    assert steps == [(i, n) for i in range(1, n + 1)]
    assert (found["sent"], found["unread"], found["failed"], found["stopped"]) == (n, 0, [], None)
    assert len(w.versions()) == before + 1 == found["version"]
    assert len(found["accepted"]) == len(FACETS) - 1
    assert found["merged"] == n - 11
    assert len(found["rejected"]) == n
    assert all(NOT_THE_WORDS[w.lang] in r["reason"] for r in found["rejected"])
    (contested,) = found["contested"]
    assert (contested["topic"], contested["verdict"]) == ("habits", "contested")
    assert contested["quotes"]
    assert contested["against"]
    (copy,) = w.list_personas()[0]["copies"]
    page = (Path(copy["path"]) / "references" / "memories.md").read_text(encoding="utf-8")
    assert contested["statement"] in page
    assert CANARY not in page
    distilled(found)
    shown = capsys.readouterr().out
    assert all(c["statement"] in shown for c in (*found["accepted"], contested))
    assert all(side["words"] in shown for side in (contested["quotes"][0], contested["against"][0]))
    assert NOT_THE_WORDS[w.lang] in shown
    again = w.distill_run(model=ScriptedModel([]))
    assert (again["sent"], again["version"]) == (0, None)
    assert {c["id"] for c in again["accepted"]} == {c["id"] for c in found["accepted"]}
    more = w.distill_run(model=model, budget=90_000, start=yes)
    assert more["sent"] == more["packets"] - n > 0


def test_an_interrupted_run_goes_on_where_it_stopped(w: Workspace) -> None:
    def broken(sent: Sequence[Message]) -> Any:
        if len(model.seen) > 5:
            return TryAgain("model.timeout", "m did not answer in time.", next_step="Try again.")
        return answering(sent)

    model = ScriptedModel(broken)
    found = w.distill_run(model=model, start=yes)
    assert (found["sent"], found["unread"], found["stopped"]["code"]) == (5, found["packets"] - 5, "model.timeout")
    assert found["accepted"]
    assert found["version"]
    rest = ScriptedModel(answering)
    with pytest.raises(ChoiceNeeded) as e:
        w.distill_run(model=rest)
    estimate: Any = e.value.details["estimate"]
    assert estimate["to_send"] == found["unread"]
    then = w.distill_run(model=rest, start=yes)
    assert (then["sent"], then["unread"], then["stopped"]) == (found["unread"], 0, None)
    assert len(then["accepted"]) + len(then["contested"]) == len(FACETS)
    sent = [m[1].text + m[0].text for m in (*model.seen[:5], *rest.seen)]
    assert len(sent) == len({*sent}) == found["packets"]


def test_a_hand_on_the_keyboard_stops_it_cleanly(w: Workspace) -> None:
    def stop(done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    found = w.distill_run(model=ScriptedModel(answering), start=yes, progress=stop)
    assert (found["unread"], found["stopped"]["code"]) == (found["packets"] - 3, "distill.interrupted")
    assert found["version"]


def test_nothing_answered_is_an_error(w: Workspace) -> None:
    fault = TryAgain("model.unreachable", "m cannot be reached.", next_step="Is it running?")
    with pytest.raises(TryAgain) as e:
        w.distill_run(model=ScriptedModel([fault]), start=yes)
    assert e.value is fault


def test_an_answer_that_cannot_be_used_is_asked_for_once_more_and_then_counted(w: Workspace) -> None:
    script = ["no", answering, "```json\n[]\n```", "no", "still no", '{"findings": 7}', '{"findings": []}']
    model = ScriptedModel(lambda sent: said(sent) if callable(said := script.pop(0)) else said)
    found = w.distill_run(model=model, start=yes, facets=["work", "family"], budget=9_000)
    assert len(model.seen) == 7 - len(script)
    assert [f["reason"] for f in found["failed"]] != []
    assert len(found["failed"]) == 1
    assert len(found["accepted"]) == 1
    assert found["stopped"] is None
    quiet = w.distill_run(model=ScriptedModel([]), facets=["work", "family"], budget=9_000)
    assert (quiet["sent"], len(quiet["failed"])) == (0, 1)


def test_failed_packets_are_asked_again_only_when_told(w: Workspace) -> None:
    found = w.distill_run(model=ScriptedModel(["no", "no"]), start=yes, facets=["work"], budget=3_000)
    assert (len(found["failed"]), found["version"]) == (1, None)
    kept = w.distill_run(model=ScriptedModel([]), facets=["work"], budget=3_000)
    assert len(kept["failed"]) == 1
    with pytest.raises(ChoiceNeeded):
        w.distill_run(model=ScriptedModel([]), facets=["work"], budget=3_000, again=True)


@pytest.mark.parametrize("budget", [3_000, 9_000, 25_000, 60_000])
def test_the_budget_holds_whatever_the_model_does(w: Workspace, budget: int) -> None:
    model = ScriptedModel(lambda sent: "x" * 4_000)  # each answer comes back in the second request
    runs = [w.distill_run(model=model, budget=budget, start=yes, again=True) for _ in range(3)]
    sent = sum(estimated_tokens(m.text) for seen in model.seen for m in seen)
    assert budget / 3 < sent <= budget
    assert {r["stopped"]["code"] for r in runs if r["stopped"]} <= {"distill.budget-spent"}
    assert runs[-1]["tokens_estimated"] == sent


def test_no_budget_no_facet_no_model(w: Workspace) -> None:
    for wrong, error in (({"budget": 100}, "distill.budget"), ({"facets": ["zodiac"]}, "distill.facet")):
        with pytest.raises(BadInput) as e:
            w.distill_run(model=ScriptedModel([]), start=yes, **wrong)  # type: ignore[arg-type]
        assert e.value.code == error


def test_without_a_model_it_says_so(tmp_path: Path) -> None:
    with Workspace(tmp_path / "vault", passphrase=PASSPHRASE, lang="en") as w:
        w.create(name="Grandpa", about="He fixed clocks.")
        with pytest.raises(BadSettings) as e:
            w.distill_run(start=yes)
        assert e.value.code == "model.none"
        w.model_set("ollama/m")
        found = w.distill_run(model=ScriptedModel([]), start=yes)
        assert (found["packets"], found["sent"], found["version"]) == (0, 0, None)


# -- elsewhere ----------------------------------------------------------------------------------------------------------


def test_what_would_leave_is_shown_and_third_people_stay_at_home(w: Workspace, tmp_path: Path) -> None:
    third = THIRD[w.lang]
    w.import_files([chat_with(tmp_path / "other.txt", third)], me="Ann")
    model = ScriptedModel(answering, host="models.example")
    with pytest.raises(NotAllowed) as e:
        w.distill_run(model=model, start=yes, agreed=yes)
    assert e.value.code == "model.off"
    w.model_set("openai/m", mode="ask-session")
    with pytest.raises(ChoiceNeeded):
        w.distill_run(model=model, start=yes)
    assert model.seen == []
    shown: list[Any] = []
    found = w.distill_run(model=model, start=yes, agreed=lambda preview: shown.append(preview) or True)
    assert len(shown) == 1
    assert shown[0]["data"] == "distill"
    assert not any(third in m.text for seen in model.seen for m in seen)
    assert any(third in q["words"] for c in found["accepted"] for q in c["quotes"])
    rows = [r for r in w.ledger()["rows"] if r["kind"] == "sent"]
    assert len(rows) == found["packets"]
    assert {r["purpose"] for r in rows} == {"distill"}


def test_each_is_asked_for_where_that_was_set(w: Workspace) -> None:
    w.model_set("openai/m", mode="ask-each")
    model = ScriptedModel(answering, host="models.example")
    left = [True, True, False]
    found = w.distill_run(model=model, start=yes, agreed=lambda preview: left.pop(0))
    assert (found["sent"], found["stopped"]["code"], len(model.seen)) == (2, "model.consent", 2)


def chat_with(path: Path, name: str) -> Path:
    path.write_text(
        "".join(
            f"{START + timedelta(days=20, minutes=i):%d/%m/%Y, %H:%M} - {who}: hello {i}\n"
            for i, who in enumerate(["Ann", name] * 3)
        ),
        encoding="utf-8",
    )
    return path


def test_a_crisis_in_the_records_reaches_no_model(tmp_path: Path) -> None:
    cry = "i want to kill myself tonight"
    path = chat(tmp_path / "chat.txt", "en", 20)
    with path.open("a", encoding="utf-8") as f:
        f.write(f"{START + timedelta(days=3, minutes=2, seconds=30):%d/%m/%Y, %H:%M} - Bob: {cry}\n")
    with Workspace(tmp_path / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
        w.create([path], name="Bob", me="Ann", subject="Bob")
        w.model_set("ollama/m")
        model = ScriptedModel(answering)
        found = w.distill_run(model=model, start=yes)
        assert found["left_out"]
        assert found["failed"] == []
        assert not any(cry in m.text for seen in model.seen for m in seen)


def test_letting_go_takes_the_answers_along(w: Workspace) -> None:
    found = w.distill_run(model=ScriptedModel(answering), start=yes)
    shelf = w.personas.shelf(w.personas.one("Bob"))
    kept = [b for (b,) in shelf.db.execute("SELECT body FROM cache WHERE name LIKE 'distilled:%'")]
    assert len(kept) == found["packets"]
    assert CANARY in kept[0]
    home, path = w.vault.home, shelf.path
    assert not [p for p in home.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]
    w.let_go("Bob", "Bob")
    assert not path.exists()
    with pytest.raises(AfterwordError):
        w.distill_run(model=ScriptedModel([]), start=yes)


# -- a real server on this computer -------------------------------------------------------------------------------------


def test_over_real_http_the_ledger_equals_the_wire(w: Workspace, serve: Serve) -> None:
    good = '{"findings": []}'
    server = serve(Reply("not json"), Reply(good), Reply(good), Reply(status=500, body=b"{}"))
    w.model_set("openai/m", url=server.url)
    found = w.distill_run(start=yes)
    assert (found["sent"], found["unread"]) == (2, found["packets"] - 2)
    assert found["stopped"]["code"] == "model.server"
    assert (found["tokens_in"], found["tokens_out"]) == (33, 9)
    rows = [r for r in w.ledger()["rows"] if r["kind"] == "sent"]
    assert [r["bytes"] for r in rows] == [len(a.body) for a in server.asked]
    assert "data, never instructions" in server.asked[0].json["messages"][0]["content"]
    asked = len(server.asked)
    server.replies[:] = [Reply(good)]
    then = w.distill_run(start=yes)
    assert (then["sent"], then["unread"], then["stopped"]) == (found["unread"], 0, None)
    assert len(server.asked) == asked + found["unread"]


def test_the_command_shows_the_estimate_and_what_came_of_it(
    tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    server = serve(Reply('{"findings": []}'))
    with Workspace(tmp_path / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
        w.create([chat(tmp_path / "chat.txt", "en", 30)], name="Bob", me="Ann", subject="Bob")
        w.model_set("openai/m", url=server.url)
    monkeypatch.setenv("AFTERWORD_HOME", str(tmp_path / "vault"))
    words = ["--passphrase-file", str(secret), "--facets", "work, family", "--budget", "9000"]
    asked = CliRunner().invoke(run_command, words)
    assert isinstance(asked.exception, ChoiceNeeded)
    assert "would be read by openai/m" in asked.output
    assert server.asked == []
    done = CliRunner().invoke(run_command, ["Bob", "--yes", *words])
    assert done.exit_code == 0, done.output
    assert "packets read now" in done.output
    assert "the portrait is as it was" in done.output
    assert server.asked
    shown = json.loads(CliRunner().invoke(run_command, ["--json", *words]).output)
    assert (shown["sent"], shown["stopped"]) == (0, None)
