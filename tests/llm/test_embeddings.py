"""Vectors over real HTTP: from a server that was told what to say, through the door, into recall over a real vault."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from memory_book import MemoryBook
from scripted_server import Reply, Server

from afterword import Workspace
from afterword.app import letting_go
from afterword.app.meaning import _with_the_unsent
from afterword.cli.models import model as model_command
from afterword.cli.people import recall as recall_command
from afterword.errors import AfterwordError, BadInput, BadSettings, ChoiceNeeded, NotAllowed, TryAgain
from afterword.guard.gate import Ruling
from afterword.guard.pseudonyms import Pseudonyms
from afterword.llm import AnyModel, Consents, Door, Ledger, ScriptedModel, beside, place
from afterword.store import vectors

Serve = Callable[..., Server]
PASSPHRASE = "a made up passphrase"
SENTENCES = {
    "en": ["the heron stood by the pond", "the plum jam is on the shelf", "the ladder leans on the wall", "the kite tore at the harbour",
           "the kettle whistles at seven", "the stamp album is in the attic", "the lantern fell in the pond", "the scarf hangs by the door"],
    "zh": ["苍鹭站在池塘边", "梅子酱放在架子上", "梯子靠在墙上", "风筝在港口撕破了", "水壶七点就响", "集邮册在阁楼里", "灯笼掉进池塘里", "围巾挂在门边"],
}  # fmt: skip
FILLER = {"en": ["good morning", "slept well", "see you later"], "zh": ["早上好", "睡得不错", "晚点见"]}
QUESTION = {"en": "what about the pond", "zh": "池塘怎么了"}
POND = {"en": ("heron", "lantern"), "zh": ("苍鹭", "灯笼")}
CRISIS = {"en": "i want to kill myself", "zh": "我不想活了"}


def chat(path: Path, lang: str, name: str) -> Path:
    """Each sentence on a day of its own, months apart; right after the first a crisis that nobody may send."""
    start = datetime(2023, 3, 17, 9, 0)
    filler = FILLER[lang]
    rows = []
    for i, sentence in enumerate(SENTENCES[lang]):
        at = start + timedelta(days=40 * i)
        for j, words in enumerate([*filler, sentence, *[CRISIS[lang]] * (i == 0), *filler]):
            who = ("Ann Ash", name)[j % 2]
            rows.append(f"{at + timedelta(minutes=j):%d/%m/%Y, %H:%M} - {who}: {words}\n")
    path.write_text("".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = {}
    for lang in ("en", "zh"):
        root = tmp_path_factory.mktemp(lang)
        with Workspace(root / "vault", passphrase=PASSPHRASE, zone="UTC", lang=lang) as w:
            w.create([chat(root / "chat.txt", lang, "Bob Birch")], name="Bob Birch", me="Ann Ash", subject="Bob Birch")
        out[lang] = root / "vault"
    return out


@pytest.fixture(params=["en", "zh"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def vault(made: dict[str, Path], lang: str, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(made[lang], tmp_path / "vault"))


@pytest.fixture
def w(vault: Path, lang: str) -> Iterator[Workspace]:
    with Workspace(vault, passphrase=PASSPHRASE, zone="UTC", lang=lang) as opened:
        yield opened


def near(*words: str) -> Callable[[str], tuple[float, float]]:
    """A model for which a text with one of these words means what every question means."""
    return lambda text: (1.0, 0.0) if any(x in text for x in words) else (0.0, 1.0)


def first(found: dict[str, Any]) -> str:
    return " ".join(u["text"] for u in found["hits"][0]["utterances"])


def plain(found: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in found.items() if not k.startswith("meaning")}


def inputs(server: Server) -> list[list[str]]:
    return [a.json["input"] for a in server.asked]


# -- the wire and the door ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["openai", "ollama", "llamacpp", "vllm", "lmstudio", "gemini", "qwen"])
def test_vectors_come_in_the_order_of_the_texts(provider: str, serve: Serve) -> None:
    server = serve(Reply(vector=lambda t: [float(len(t)), 0.5]))
    found = AnyModel(place(f"{provider}/some/m", server.url), key="k").embed(["a", "你好", "abc"])
    assert found.vectors == ([1.0, 0.5], [2.0, 0.5], [3.0, 0.5])
    assert found.usage.tokens_in == 11
    (asked,) = server.asked
    assert asked.path == "/v1/embeddings"
    assert (asked.json["model"], asked.json["input"]) == ("some/m", ["a", "你好", "abc"])
    assert asked.headers["user-agent"] == "afterword"


def body(*embeddings: Any, index: int = 0) -> bytes:
    data = [{"object": "embedding", "index": index + i, "embedding": e} for i, e in enumerate(embeddings)]
    return json.dumps({"object": "list", "model": "m", "data": data}).encode()


NONSENSE = {
    "empty": b"", "no json": b"<html>", "a list": b"[]", "no data": b"{}", "one too few": body([1.0]), "one too many": body([1.0], [1.0], [1.0]),
    "two lengths": body([1.0], [1.0, 2.0]), "words": body(["x"], ["y"]), "not a number": body([float("nan")], [1.0]), "too big": body([10**400], [1.0]),
    "other numbers": body([1.0], [2.0], index=5), "nothing in them": body([], []), "null": body(None, None),
    "a completion": json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}}]}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("what", NONSENSE)
def test_nonsense_is_an_error_of_ours(what: str, serve: Serve) -> None:
    server = serve(Reply(body=NONSENSE[what]))
    with pytest.raises(TryAgain) as e:
        AnyModel(place("openai/m", server.url), key="k").embed(["a", "b"])
    assert e.value.code == "model.answer-broken"


@pytest.mark.parametrize(("status", "code"), [(404, "model.unknown"), (429, "model.rate-limit"), (500, "model.server")])
def test_a_refusal_is_not_waited_for(status: int, code: str, serve: Serve) -> None:
    server = serve(Reply(status=status, body=b"{}", headers={"retry-after": "5"}))
    with pytest.raises(AfterwordError) as e:
        AnyModel(place("ollama/m", server.url), sleep=lambda s: pytest.fail("waited")).embed(["a"])
    assert e.value.code == code
    assert len(server.asked) == 1


def test_where_vectors_come_from() -> None:
    chat_model = place("llamacpp/m", "http://127.0.0.1:9999/v1")
    assert (beside(chat_model, "bge").spec, beside(chat_model, "bge").url) == ("llamacpp/bge", chat_model.url)
    assert beside(chat_model, "BAAI/bge-m3").spec == "llamacpp/BAAI/bge-m3"
    assert beside(chat_model, "llama.cpp/bge").url == chat_model.url
    assert beside(chat_model, "ollama/nomic").url == "http://127.0.0.1:11434/v1"
    assert beside(place("anthropic/m"), "ollama/nomic").local
    for name in ("x", "deepseek/x"):
        with pytest.raises(BadSettings) as e:
            beside(place("anthropic/m"), name)
        assert e.value.code == "model.no-vectors"


def door(server: Server, book: MemoryBook, mode: Any, url: str, **more: Any) -> Door:
    names = Pseudonyms([["Callum"], ["阿姨"]], lang="en")
    return Door(
        AnyModel(place(more.pop("spec", "openai/m"), url), key="k"), Ledger(book), Consents(mode), names,
        is_crisis=lambda line: line in CRISIS.values(), persona="p", purpose="recall", data="recall",
    )  # fmt: skip


def test_the_ledger_is_the_bytes_on_the_wire_and_names_stay(book: MemoryBook, serve: Serve) -> None:
    server = serve()
    d = door(server, book, "ask-session", server.elsewhere, spec="qwen/m")
    texts = [f"Callum told 阿姨 {i}" for i in range(23)]
    with pytest.raises(ChoiceNeeded):
        d.embed(texts)
    assert server.connections == 0
    preview = d.preview_embed(texts)
    assert server.connections == 0
    assert preview.replaced == 20
    d.consent.allow(preview)  # type: ignore[attr-defined]
    assert len(d.embed(texts)) == 23
    assert [len(i) for i in inputs(server)] == [10, 10, 3]
    sent = [r for r in d.ledger.rows() if r.kind == "sent"]
    assert [(r.bytes, r.sha256) for r in sent] == [
        (len(a.body), hashlib.sha256(a.body).hexdigest()) for a in server.asked
    ]
    assert server.asked[0].body == preview.body
    assert [r.replaced for r in sent] == [20, 20, 6]
    assert {(r.purpose, r.data, r.persona, bool(r.consent)) for r in sent} == {("recall", "recall", "p", True)}
    assert [(r.outcome, r.tokens_in) for r in d.ledger.rows() if r.kind == "answer"] == [("ok", 11)] * 3
    assert "Callum" not in str(inputs(server))
    assert "阿姨" not in str(inputs(server))


def test_here_names_stay_as_they_are_and_nobody_is_asked(book: MemoryBook, serve: Serve) -> None:
    server = serve(Reply(), Reply(body=b"{}"))
    d = door(server, book, "off", server.url)
    assert len(d.embed(["Callum"])) == 1
    assert inputs(server) == [["Callum"]]
    with pytest.raises(TryAgain):
        d.embed(["Callum"])
    assert [r.outcome for r in d.ledger.rows() if r.kind == "answer"] == ["ok", "model.answer-broken"]


def test_care_a_crisis_is_never_turned_into_vectors(book: MemoryBook, serve: Serve, lang: str) -> None:
    server = serve()
    with pytest.raises(NotAllowed) as e:
        door(server, book, "off", server.url).embed(["the pond", CRISIS[lang], "the jam"])
    assert e.value.code == "care.crisis"
    assert (server.connections, book.rows()) == (0, [])


def test_what_cannot_be_embedded(book: MemoryBook) -> None:
    names = Pseudonyms([], lang="en")
    without = Door(ScriptedModel([]), Ledger(book), Consents(), names, is_crisis=lambda line: False)
    with pytest.raises(BadSettings) as e:
        without.embed(["x"])
    assert e.value.code == "model.no-vectors"
    with pytest.raises(BadInput):
        Door(
            AnyModel(place("ollama/m")), Ledger(book), Consents(), names, is_crisis=lambda line: False
        ).embed([])  # fmt: skip


# -- recall -------------------------------------------------------------------------------------------------------


def test_without_the_setting_nothing_is_asked(w: Workspace, lang: str, serve: Serve) -> None:
    server = serve()
    before = w.recall(QUESTION[lang])
    w.model_set("openai/m", url=server.url)
    assert w.model_show()["embed"] is None
    assert w.recall(QUESTION[lang], agreed=lambda preview: True) == before
    assert not before["meaning"]
    assert server.connections == 0


def test_what_the_vectors_say_changes_what_comes_first(w: Workspace, lang: str, serve: Serve) -> None:
    for word in POND[lang]:
        w.model_set("openai/m", url=serve(Reply(vector=near(word, QUESTION[lang]))).url, embed="v")
        found = w.recall(QUESTION[lang])
        assert found["meaning"]
        assert word in first(found)


def test_a_question_asked_again_sends_only_itself(w: Workspace, lang: str, serve: Serve) -> None:
    server = serve(Reply(vector=near(POND[lang][1], QUESTION[lang])))
    w.model_set("ollama/m", url=server.url, embed="v")
    found = w.recall(QUESTION[lang])
    sent = [t for part in inputs(server) for t in part]
    assert len(sent) == len(set(sent)) > 3, "a line that was said twice is sent once"
    server.asked.clear()
    assert w.recall(QUESTION[lang]) == found
    assert inputs(server) == [[QUESTION[lang]]]
    w.model_set("ollama/m", url=server.url, embed="another")
    w.recall(QUESTION[lang])
    assert len(inputs(server)[1]) > 3, "another model has said nothing of these lines yet"
    said = w.ledger()
    assert (said["left"], said["whole"]) == (0, True)
    rows = [r for r in said["rows"] if r["kind"] == "sent"]
    assert {(r["purpose"], r["data"]) for r in rows} == {("recall", "recall")}
    assert rows[-1]["sha256"] == hashlib.sha256(server.asked[-1].body).hexdigest()


def test_care_no_crisis_goes_along(w: Workspace, lang: str, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve()
    w.model_set("ollama/m", url=server.url, embed="v")
    assert w.recall(QUESTION[lang])["meaning"]
    sent = [t for part in inputs(server) for t in part]
    assert sent[0] == QUESTION[lang]
    assert SENTENCES[lang][0] in sent
    assert CRISIS[lang] not in sent
    server.asked.clear()
    assert not w.recall(CRISIS[lang])["meaning"]
    assert server.asked == []
    monkeypatch.setattr("afterword.guard.gate", lambda text, **more: Ruling("pass", ""))
    w.recall(QUESTION[lang])
    assert inputs(server) == [[QUESTION[lang], CRISIS[lang]]], "only the gate had held it back"


def test_a_line_that_is_not_sent_ranks_as_the_middling_one() -> None:
    one, two, three = [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]
    assert _with_the_unsent([1.0, 0.0], [three, None, one, two]) == [three, two, one, two]


FAULTS = {
    "nonsense": Reply(body=b"<html>"), "broken": Reply(status=500), "refused": Reply(status=400), "wrong shape": Reply(body=body([1.0])),
    "zeros only": Reply(vector=lambda t: [0.0, 0.0]), "cut": Reply(cut=True),
}  # fmt: skip


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_leaves_recall_as_it_was(what: str, w: Workspace, lang: str, serve: Serve) -> None:
    before = w.recall(QUESTION[lang])
    w.model_set("ollama/m", url=serve(FAULTS[what]).url, embed="v")
    found = w.recall(QUESTION[lang])
    assert plain(found) == plain(before)
    assert found["meaning"] == (what == "zeros only")
    assert bool(found["meaning_failed"]) == (what != "zeros only")
    assert not before["meaning_failed"]


def test_a_server_that_is_silent_or_not_there(
    w: Workspace, lang: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    from afterword.llm import How, wire

    before = w.recall(QUESTION[lang])
    monkeypatch.setattr(wire, "EMBEDDING", How(timeout=0.1))
    server = serve(Reply(wait=1.0))
    w.model_set("ollama/m", url=server.url, embed="v")
    silent = w.recall(QUESTION[lang])
    server.shutdown()
    server.server_close()
    gone = w.recall(QUESTION[lang])
    assert plain(silent) == plain(gone) == plain(before)
    assert silent["meaning_failed"] != gone["meaning_failed"]
    assert "" not in (silent["meaning_failed"], gone["meaning_failed"])
    assert [r["outcome"] for r in w.ledger()["rows"] if r["kind"] == "answer"] == ["model.timeout", "model.unreachable"]


def test_vectors_of_another_length_are_dropped(w: Workspace, lang: str, serve: Serve) -> None:
    server = serve(Reply(), Reply(vector=lambda t: [1.0, 2.0, 3.0]))
    w.model_set("ollama/m", url=server.url, embed="v")
    assert w.recall(QUESTION[lang])["meaning"]
    assert not w.recall(QUESTION[lang])["meaning"]
    assert w.recall(QUESTION[lang])["meaning"], "asked anew, all of one length"


def test_elsewhere_only_once_it_was_agreed_for_the_session(w: Workspace, lang: str, serve: Serve) -> None:
    server = serve()
    for mode in ("off", "ask-each"):
        w.model_set("openai/m", url=server.elsewhere, mode=mode, embed="v")
        assert not w.recall(QUESTION[lang], agreed=lambda preview: pytest.fail("asked"))["meaning"]
    w.model_set("openai/m", url=server.elsewhere, mode="ask-session", embed="v")
    assert not w.recall(QUESTION[lang])["meaning"]
    assert not w.recall(QUESTION[lang], agreed=lambda preview: False)["meaning"]
    assert server.connections == 0
    shown: list[dict[str, Any]] = []

    def yes(preview: dict[str, Any]) -> bool:
        shown.append(preview)
        return True

    assert w.recall(QUESTION[lang], agreed=yes)["meaning"]
    assert w.recall(QUESTION[lang])["meaning"], "agreed to for this session"
    assert [p["text"].encode() for p in shown] == [server.asked[0].body]
    said = w.ledger()
    assert said["left"] == len(server.asked) == 2
    assert all(r["consent"] for r in said["rows"] if r["kind"] == "sent")
    w.model_set("openai/m", url=server.elsewhere, mode="off", embed="v")
    assert not w.recall(QUESTION[lang])["meaning"]


def test_vectors_are_kept_encrypted_and_go_with_the_records(w: Workspace, lang: str, serve: Serve) -> None:
    w.model_set("ollama/m", url=serve().url, embed="v")
    w.recall(QUESTION[lang])
    _, library = w.personas.profile(None)
    line = SENTENCES[lang][0]
    held = library.shelf.db.execute("SELECT count(*) FROM vector").fetchone()[0]
    assert held > 3
    model = library.shelf.get(vectors.MODEL)
    assert list(vectors.known(library.shelf, model, [line])[line]) == [float(len(line)), 1.0]
    assert vectors.known(library.shelf, "another", [line]) == {}
    path = library.shelf.path
    assert b"SQLite format" not in path.read_bytes()[:16]
    w.let_go(None, "Bob Birch")
    assert not path.exists()


def test_who_leaves_a_group_takes_the_vectors_along(w: Workspace, lang: str) -> None:
    _, library = w.personas.profile(None)
    shelf = library.shelf
    vectors.keep(shelf, "m", {"x": array("f", [1.0])})
    assert vectors.known(shelf, "m", ["x"]) == {"x": array("f", [1.0])}
    letting_go._leave_group(shelf, shelf.handles()[0][5])
    assert vectors.known(shelf, "m", ["x"]) == {}


def test_a_talk_recalls_without_it(w: Workspace, lang: str, serve: Serve) -> None:
    server = serve()
    w.model_set("ollama/m", url=server.url, embed="v")
    w.turn(QUESTION[lang])
    assert server.connections == 0


# -- the commands -------------------------------------------------------------------------------------------------


def test_the_commands_say_it(vault: Path, lang: str, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve()
    monkeypatch.setenv("AFTERWORD_HOME", str(vault))
    secret = vault.parent / "secret"
    secret.write_text(PASSPHRASE)

    def run(command: Any, *args: str) -> str:
        done = CliRunner().invoke(command, [*args, "--passphrase-file", str(secret)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    assert "ollama/v" not in run(model_command, "set", "ollama/m", "--url", server.url)
    assert "ollama/v" in run(model_command, "set", "ollama/m", "--url", server.url, "--embed", "v")
    assert "ollama/v" in run(model_command, "show")
    for mode, more, meaning in (
        ("off", ["--yes"], False),
        ("ask-session", [], False),
        ("ask-session", ["--yes"], True),
    ):
        said = run(model_command, "set", "openai/m", "--url", server.elsewhere, "--mode", mode, "--embed", "v")
        assert f"0.0.0.0:{server.server_port}" in said
        assert json.loads(run(recall_command, QUESTION[lang], "--json", *more))["meaning"] is meaning
