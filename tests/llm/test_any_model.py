"""A real model's answers and faults, over real HTTP, from a server that was told what to say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from scripted_server import Reply, Server

from afterword.errors import AfterwordError, BadInput, BadSettings, TryAgain
from afterword.llm import USUAL, AnyModel, How, Message, Prices, Unfit, ask, estimated_tokens, key_source, place

HELLO = (Message("system", "Be brief."), Message("user", "你好, hello"))
CANARY = "sk-canary-5f0c2d9b7e"
Serve = Callable[..., Server]


def model(server: Server, spec: str = "openai/m", **more: Any) -> AnyModel:
    return AnyModel(place(spec, server.url), key=more.pop("key", CANARY), **more)


def fault(server: Server, how: How = USUAL, **more: Any) -> AfterwordError:
    with pytest.raises(AfterwordError) as e:
        model(server, **more).complete(HELLO, how)
    return e.value


@pytest.mark.parametrize(
    "provider", ["openai", "ollama", "llamacpp", "llamafile", "vllm", "lmstudio", "gemini", "deepseek", "qwen"]
)
def test_an_answer_with_its_tokens(provider: str, serve: Serve) -> None:
    server = serve(Reply("你好！"))
    answer = model(server, f"{provider}/some/m").complete(HELLO, How(max_tokens=50, temperature=0.5))
    assert (answer.texts, answer.finish, answer.cost) == (("你好！",), "stop", None)
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (11, 3)
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.json["messages"] == [{"role": m.role, "content": m.text} for m in HELLO]
    assert (asked.json["model"], asked.json["temperature"]) == ("some/m", 0.5)
    assert 50 in (asked.json.get("max_tokens"), asked.json.get("max_completion_tokens"))


def test_anthropic_is_told_where_the_stable_part_ends(serve: Serve) -> None:
    server = serve(Reply("hi"))
    url = server.url.removesuffix("/v1")
    answer = AnyModel(place("anthropic/m", url), key=CANARY).complete(HELLO)
    assert answer.text == "hi"
    assert answer.usage.cached == 4
    (asked,) = server.asked
    assert asked.path == "/v1/messages"
    assert asked.json["system"] == [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]
    assert asked.headers["x-api-key"] == CANARY


def test_nothing_of_this_computer_stands_in_the_headers(serve: Serve) -> None:
    server = serve()
    model(server).complete(HELLO)
    (asked,) = server.asked
    assert [h for h in asked.headers if h.startswith("x-stainless")] == []
    assert asked.headers["user-agent"] == "afterword"
    assert asked.headers["authorization"] == f"Bearer {CANARY}"


def test_several_answers_come_in_one_request_or_in_several(serve: Serve) -> None:
    one, several = serve(), serve()
    assert len(model(one, "openai/m").complete(HELLO, How(n=3)).texts) == 3
    assert len(one.asked) == 1
    answer = model(several, "ollama/m").complete(HELLO, How(n=3))
    assert len(answer.texts) == 3
    assert answer.usage.tokens_in == 33
    assert len({a.body for a in several.asked}) == 1
    assert len(several.asked) == 3


def test_a_schema_goes_along(serve: Serve) -> None:
    server = serve(Reply('{"a": 1}'))
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    assert json.loads(model(server).complete(HELLO, How(schema=schema)).text) == {"a": 1}
    assert server.asked[0].json["response_format"]["json_schema"]["schema"] == schema


def test_a_stream_comes_in_pieces_and_ends_with_the_whole(serve: Serve) -> None:
    server = serve(Reply(pieces=["早", "上", "好 good ", "morning"]))
    pieces = list(model(server, prices=Prices(1.0, 2.0)).stream(HELLO))
    assert [p.text for p in pieces[:-1]] == ["早", "上", "好 good ", "morning"]
    whole = pieces[-1].whole
    assert whole
    assert whole.text == "早上好 good morning"
    assert whole.usage.tokens_in == 11
    assert whole.cost == pytest.approx(17 / 1_000_000)


def test_a_stream_can_be_left(serve: Serve) -> None:
    stream = model(serve(Reply(pieces=["a"] * 50))).stream(HELLO)
    assert next(stream).text == "a"
    stream.close()  # type: ignore[attr-defined]


def test_a_cost_is_the_providers_or_the_users_and_never_a_guess(serve: Serve) -> None:
    server = serve(
        Reply(), Reply(), Reply(usage={"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2, "cost": 0.25})
    )
    assert model(server).complete(HELLO).cost is None
    assert model(server, prices=Prices(3.0, 15.0)).complete(HELLO).cost == pytest.approx((11 * 3 + 3 * 15) / 1e6)
    assert model(server, prices=Prices(3.0, 15.0)).complete(HELLO).cost == 0.25


ECHO = json.dumps(
    {"error": {"message": f"Incorrect API key: {CANARY} for 你好", "type": "invalid", "code": "bad_thing"}}
)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "model.request", BadSettings), (401, "model.key", BadSettings), (402, "model.funds", BadSettings),
        (403, "model.key", BadSettings), (404, "model.unknown", BadSettings), (413, "model.too-long", BadInput),
        (422, "model.request", BadSettings), (500, "model.server", TryAgain), (503, "model.server", TryAgain),
        (529, "model.server", TryAgain), (307, "model.redirect", BadSettings),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_do_and_repeats_nothing(status: int, code: str, kind: type, serve: Serve) -> None:
    body = json.dumps({"error": {"message": "no"}}) if status in (400, 422) else ECHO
    server = serve(Reply(status=status, body=body.encode(), headers={"location": "http://example.invalid/"}))
    e = fault(server)
    assert (e.code, type(e)) == (code, kind)
    assert e.next_step
    shown = json.dumps(e.as_json(), ensure_ascii=False) + repr(e) + str(e.__cause__)
    assert CANARY not in shown
    assert "你好" not in shown
    assert len(server.asked) == 1, "nothing but a rate limit is tried again"


def test_a_request_that_is_too_long(serve: Serve) -> None:
    body = {"error": {"message": "This model's maximum context length is 8 tokens", "code": "context_length_exceeded"}}
    assert fault(serve(Reply(status=400, body=json.dumps(body).encode()))).code == "model.too-long"


@pytest.mark.parametrize(
    "body", [b"<html>hello</html>", b"{", b"{}", b"[]", b"null", b'{"choices": []}', b'{"choices": null}', b'{"choices": [{}]}',
             b'{"choices": [{"message": {"role": "assistant", "content": ""}, "finish_reason": "stop", "index": 0}]}', b'"words"', b"\xff\xfe\x00"]
)  # fmt: skip
def test_an_answer_that_is_none(body: bytes, serve: Serve) -> None:
    e = fault(serve(Reply(body=body)))
    assert (e.code, type(e)) == ("model.answer-broken", TryAgain)


def test_a_server_that_says_nothing(serve: Serve) -> None:
    assert fault(serve(Reply(wait=0.6)), How(timeout=0.15)).code == "model.timeout"


def test_a_server_that_is_not_there(serve: Serve) -> None:
    server = serve()
    server.close()
    e = fault(server)
    assert e.code == "model.unreachable"
    assert server.url.split("/")[2] in e.message


def test_an_answer_that_is_cut_off(serve: Serve) -> None:
    assert fault(serve(Reply(cut=True))).code == "model.cut"


@pytest.mark.parametrize("pieces", [["half of"], []])
def test_a_stream_that_is_cut_off(pieces: list[str], serve: Serve) -> None:
    said = []
    stream = model(serve(Reply(pieces=pieces, cut=True))).stream(HELLO)
    with pytest.raises(TryAgain) as e:
        said.extend(p.text for p in stream)
    assert said == pieces
    assert e.value.code == ("model.cut" if pieces else "model.answer-broken")


@pytest.mark.parametrize("streamed", [False, True])
def test_a_rate_limit_is_waited_for_twice(streamed: bool, serve: Serve) -> None:
    busy = Reply(status=429, body=b"{}", headers={"retry-after": "7"})
    answer = Reply(pieces=["ready"]) if streamed else Reply()
    slept: list[float] = []
    server = serve(busy, busy, answer)
    asked = model(server, sleep=slept.append)
    text = "".join(p.text for p in asked.stream(HELLO)) if streamed else asked.complete(HELLO).text
    assert (text, slept, len(server.asked)) == ("ready", [7.0, 7.0], 3)
    server, slept[:] = serve(busy), []
    e = fault(server, sleep=slept.append)
    assert (e.code, e.details["retry_after"], slept, len(server.asked)) == ("model.rate-limit", 7.0, [7.0, 7.0], 3)


@pytest.mark.parametrize("headers", [{}, {"retry-after": "3600"}, {"retry-after": "soon"}])
def test_a_wait_that_nobody_stated_or_nobody_can_bear_is_not_waited(headers: dict[str, str], serve: Serve) -> None:
    slept: list[float] = []
    server = serve(Reply(status=429, body=b"{}", headers=headers))
    assert fault(server, sleep=slept.append).code == "model.rate-limit"
    assert (slept, len(server.asked)) == ([], 1)


def test_a_wait_may_be_stated_as_a_moment(serve: Serve) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    slept: list[float] = []
    server = serve(Reply(status=429, body=b"{}", headers={"retry-after": moment}), Reply())
    model(server, sleep=slept.append).complete(HELLO)
    assert 20 < slept[0] <= 30


def test_a_redirect_to_another_server_takes_nothing_along(serve: Serve) -> None:
    other = serve()
    server = serve(Reply(status=307, body=b"", headers={"location": other.url + "/chat/completions"}))
    assert fault(server).code == "model.redirect"
    assert other.connections == 0


def test_a_proxy_is_no_way_to_a_local_server(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, server = serve(), serve()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    assert model(server).complete(HELLO).text == "ready"
    assert proxy.connections == 0


def test_an_address_in_the_environment_changes_nothing(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    other, server = serve(), serve()
    monkeypatch.setenv("OPENAI_BASE_URL", other.url)
    model(server).complete(HELLO)
    assert (len(server.asked), other.connections) == (1, 0)


def test_what_is_raised_before_leaving_keeps_everything_here(serve: Serve) -> None:
    server = serve()

    def no(body: bytes) -> None:
        raise BadInput("x", "no")

    with pytest.raises(BadInput, match="no"):
        model(server).complete(HELLO, How(), no)
    with pytest.raises(BadInput, match="no"):
        list(model(server).stream(HELLO, How(), no))
    assert server.connections == 0


def parse(text: str) -> int:
    if not text.isdigit():
        raise Unfit("it is not a number")
    return int(text)


def test_a_fault_is_sent_back_once(serve: Serve) -> None:
    server = serve(Reply("about seven"), Reply("7"))
    assert ask(model(server).complete, HELLO, parse) == 7
    again = server.asked[1].json["messages"]
    assert [m["role"] for m in again] == ["system", "user", "assistant", "user"]
    assert again[2]["content"] == "about seven"
    assert "it is not a number" in again[3]["content"]


def test_a_model_that_ignores_the_instructions(serve: Serve) -> None:
    server = serve(Reply("Sure! Here is a poem."))
    with pytest.raises(TryAgain) as e:
        ask(model(server).complete, HELLO, parse)
    assert e.value.code == "model.unfit"
    assert "poem" not in e.value.message
    assert len(server.asked) == 2


# -- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_is_for_its_own_provider_only(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    server = serve()
    AnyModel(place("openai/m", server.url)).complete(HELLO)
    assert CANARY not in str(server.asked[0].headers)
    monkeypatch.setenv("AFTERWORD_MODEL_KEY", "mine")
    AnyModel(place("openai/m", server.url)).complete(HELLO)
    assert server.asked[1].headers["authorization"] == "Bearer mine"


def test_a_missing_key_is_said_before_anything_is_sent() -> None:
    with pytest.raises(BadSettings) as e:
        AnyModel(place("openai/m")).complete(HELLO)
    assert e.value.code == "model.key-missing"
    assert "OPENAI_API_KEY" in e.value.next_step


def test_a_key_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {("afterword", "model:api.openai.com"): CANARY}
    monkeypatch.setattr("keyring.get_password", lambda service, user: kept.get((service, user)))
    assert key_source(place("openai/m")) == "keyring"
    assert key_source(place("deepseek/m")) == "none"


LOGGED = """
import logging, sys
sys.path.insert(0, sys.argv[1])
logging.basicConfig(level=logging.DEBUG)
loading = [True]
def hook(event, args):
    if loading and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        print("NETWORK", event, args)
sys.addaudithook(hook)
import afterword.llm.wire
loading.clear()
from scripted_server import Reply, Server
from afterword.llm import USUAL, AnyModel, Message, place
server = Server(Reply(), Reply(status=401, body=b'{"error": {"message": "bad key sk-canary-5f0c2d9b7e"}}'))
m = AnyModel(place("openai/m", server.url), key="sk-canary-5f0c2d9b7e")
print(m.complete([Message("user", "CANARYWORDS")]).text)
m.complete([Message("user", "CANARYWORDS")])
"""


def test_loading_connects_to_nothing_and_neither_key_nor_words_are_logged() -> None:
    """Not even where the libraries are told to log everything, and not in a traceback."""
    pytest.importorskip("any_llm")
    ran = subprocess.run(
        [sys.executable, "-c", LOGGED, str(Path(__file__).parent)],
        env={**os.environ, "OPENAI_LOG": "debug", "ANTHROPIC_LOG": "debug"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == "ready", ran.stderr
    assert "BadSettings" in ran.stderr
    assert CANARY not in ran.stderr
    assert not re.search("DEBUG:(?:openai|anthropic|httpx|httpcore|any_llm)", ran.stderr)
    assert "CANARYWORDS" not in ran.stderr.replace('"CANARYWORDS"', "")  # the line of the program itself


# -- loading ----------------------------------------------------------------------------------------------------------


def test_nothing_is_loaded_before_a_model_is_asked() -> None:
    program = "import sys, afterword.llm, afterword.app.workspace; print(sorted({'any_llm', 'httpx', 'openai', 'anthropic'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_without_the_library_the_error_says_how_to_get_it() -> None:
    program = (
        "import sys; sys.modules['any_llm'] = None\n"
        "from afterword.errors import BadSettings\n"
        "from afterword.llm import USUAL, AnyModel, Message, place\n"
        "from afterword.texts import error_words\n"
        "try: AnyModel(place('ollama/m')).complete([Message('user', 'x')])\n"
        "except BadSettings as e: print(e.code, e.next_step, 'afterword[llm]' in error_words('zh', e.code))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "model.extra pip install 'afterword[llm]' True"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1/v1", True), ("http://127.9.9.9", True), ("http://[::1]:8080", True), ("http://localhost:1", True),
        ("http://LOCALHOST.", True), ("http://a.localhost", True), ("http://[::ffff:127.0.0.1]", True),
        ("http://192.168.1.5:11434", False), ("http://10.0.0.1", False), ("http://0.0.0.0:1", False), ("https://api.openai.com", False),
        ("http://localhost.example.com", False), ("http://127.0.0.1.example.com", False), ("http://127.1", False), ("http://nas:1", False),
    ],
)  # fmt: skip
def test_what_is_this_computer_is_decided_without_asking_anybody(url: str, local: bool) -> None:
    assert place("openai/m", url).local is local


@pytest.mark.parametrize("spec", ["", "m", "openai/", "/m", "nobody/m"])
def test_a_model_is_written_with_its_provider(spec: str) -> None:
    with pytest.raises(BadSettings) as e:
        place(spec)
    assert e.value.code == "model.spec"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a",
        "127.0.0.1:8080",
        "http://",
        "http://u:secretword@h/v1",
        "http://h/v1?key=secretword",
        "http://h:x",
        "http://[::1",
    ],
)
def test_an_address_is_an_address_and_nothing_else(url: str) -> None:
    with pytest.raises(BadSettings) as e:
        place("openai/m", url)
    assert e.value.code == "model.url"
    assert "secretword" not in str(e.value.as_json())


def test_tokens_are_estimated_before_sending() -> None:
    assert [estimated_tokens(t) for t in ("", "abcd", "abcde", "你好", "你好abcd", "안녕")] == [0, 1, 2, 2, 3, 2]
