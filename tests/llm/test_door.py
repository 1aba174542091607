"""The way out: consent before the first byte, pseudonyms, crisis, and a ledger that equals the wire."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import msgspec
import pytest
from memory_book import NOW, MemoryBook
from scripted_server import Reply, Server

from afterword import guard
from afterword.errors import AfterwordError, Bug, ChoiceNeeded, NotAllowed, TryAgain
from afterword.guard.pseudonyms import Pseudonyms
from afterword.llm import (
    USUAL,
    AnyModel,
    Completion,
    Consents,
    Door,
    How,
    Ledger,
    Message,
    Mode,
    ScriptedModel,
    ask,
    place,
)
from afterword.llm.port import Sent, nobody_looks

Serve = Callable[..., Server]
TALK = (
    Message("system", "You speak as a simulation of Maya."),
    Message("user", "Callum Reed rang from +44 7700 900123, 他说林小雨在人民路12号"),
)
ROSTER = (("Callum Reed", "Callum"), ("林小雨", "小雨"))


def crisis(line: str) -> bool:
    return guard.gate(line, subject_name="", lang="en").name == "crisis"


def door(server: Server, book: MemoryBook, mode: Mode = "ask-each", *, here: bool = False, data: str = "lines") -> Door:
    where = place("openai/m", server.url if here else server.elsewhere)
    slept: list[float] = []
    return Door(
        AnyModel(where, key="k", sleep=slept.append),
        Ledger(book, now=lambda: NOW),
        Consents(mode),
        Pseudonyms(ROSTER),
        is_crisis=crisis,
        persona="a1b2",
        purpose="talk",
        data=data,
    )


def allowed(d: Door, how: How = USUAL) -> str:
    consent = d.consent
    assert isinstance(consent, Consents)
    return consent.allow(d.preview(TALK, how))


def equal(book: MemoryBook, server: Server) -> bool:
    """Whether the ledger and the wire say the same."""
    rows = [(r.bytes, r.sha256) for r in book.rows() if r.kind == "sent"]
    return rows == [(len(a.body), hashlib.sha256(a.body).hexdigest()) for a in server.asked]


def test_care_073_without_a_consent_nothing_leaves(serve: Serve, book: MemoryBook) -> None:
    server = serve()
    with pytest.raises(NotAllowed) as off:
        door(server, book, "off").send(TALK)
    assert off.value.code == "model.off"
    for mode in ("ask-each", "ask-session"):
        with pytest.raises(ChoiceNeeded) as e:
            door(server, book, mode).send(TALK)  # type: ignore[arg-type]
        assert e.value.code == "model.consent"
        with pytest.raises(ChoiceNeeded):
            list(door(server, book, mode).stream(TALK))  # type: ignore[arg-type]
    assert (server.connections, book.rows()) == (0, [])


def test_care_073_what_was_shown_is_what_goes(serve: Serve, book: MemoryBook) -> None:
    server = serve()
    d = door(server, book)
    shown = d.preview(TALK)
    assert server.connections == 0
    assert shown.host == server.elsewhere.split("/")[2]
    assert (shown.persona, shown.data, shown.replaced) == ("a1b2", "lines", 4)
    assert shown.tokens > 10
    consent = allowed(d)
    d.send(TALK)
    assert server.asked[0].body == shown.body
    (sent, answer) = book.rows()
    assert (sent.consent, sent.sha256, sent.bytes) == (consent, shown.sha256, len(shown.body))
    assert (answer.of, answer.outcome, answer.tokens_in, answer.tokens_out) == (1, "ok", 11, 3)


def test_care_073_a_stream_is_shown_as_a_stream(serve: Serve, book: MemoryBook) -> None:
    server = serve(Reply(pieces=["«P", "1», ", "«P1"]))
    d = door(server, book)
    shown = d.preview(TALK, stream=True)
    assert isinstance(d.consent, Consents)
    d.consent.allow(shown)
    pieces = list(d.stream(TALK))
    assert server.asked[0].body == shown.body
    assert "".join(p.text for p in pieces) == "Callum Reed, «P1"
    assert pieces[-1].whole
    assert pieces[-1].whole.text == "Callum Reed, «P1"
    assert equal(book, server)


def test_ask_each_covers_one_body_once(serve: Serve, book: MemoryBook) -> None:
    server = serve()
    d = door(server, book, "ask-each")
    allowed(d)
    with pytest.raises(ChoiceNeeded):
        d.send((*TALK, Message("user", "one word more")))
    d.send(TALK)
    with pytest.raises(ChoiceNeeded):
        d.send(TALK)
    assert len(server.asked) == 1


def test_ask_session_covers_a_host_a_persona_and_a_class_of_data(serve: Serve, book: MemoryBook) -> None:
    server, other = serve(), serve()
    d = door(server, book, "ask-session")
    consent = allowed(d)
    d.send(TALK)
    d.send((*TALK, Message("user", "one word more")))
    assert {r.consent for r in book.rows() if r.kind == "sent"} == {consent}
    for changed in (
        {"persona": "c3d4"},
        {"data": "portrait"},
        {"model": AnyModel(place("openai/m", other.elsewhere), key="k")},
    ):
        again = door(server, book, "ask-session")
        again.consent = d.consent
        for name, value in changed.items():
            setattr(again, name, value)
        with pytest.raises(ChoiceNeeded):
            again.send(TALK)
    assert (len(server.asked), other.connections) == (2, 0)


def test_care_074_third_people_stay_here_and_come_back(serve: Serve, book: MemoryBook) -> None:
    server = serve(Reply("«P2» rang «P1» at «phone1», not «P9»"))
    d = door(server, book)
    allowed(d)
    answer = d.send(TALK)
    wire = server.asked[0].body.decode()
    assert [w for w in ("Callum", "Reed", "7700", "林小雨", "小雨", "人民路") if w in wire] == []
    assert "Maya" in wire
    assert answer.text == "林小雨 rang Callum Reed at +44 7700 900123, not «P9»"
    assert book.rows()[0].replaced == 4


def test_a_model_on_this_computer_gets_names_and_needs_no_consent(serve: Serve, book: MemoryBook) -> None:
    server = serve(Reply("Callum"))
    d = door(server, book, "off", here=True)
    assert d.send(TALK).text == "Callum"
    assert "Callum Reed" in server.asked[0].body.decode()
    assert equal(book, server)
    assert [r.local for r in book.rows() if r.kind == "sent"] == [True]


@pytest.mark.parametrize("line", ["I want to kill myself", "我不想活了"])
@pytest.mark.parametrize("here", [True, False])
def test_care_075_a_crisis_is_never_sent(line: str, here: bool, serve: Serve, book: MemoryBook) -> None:
    server = serve()
    d = door(server, book, "ask-session", here=here)
    messages = (*TALK, Message("user", line), Message("assistant", "…"))
    for refused in (lambda: d.send(messages), lambda: d.preview(messages), lambda: list(d.stream(messages))):
        with pytest.raises(NotAllowed) as e:
            refused()
        assert e.value.code == "care.crisis"
        assert line not in str(e.value.as_json())
    assert (server.connections, book.rows()) == (0, [])


def test_care_072_the_ledger_equals_the_wire(serve: Serve, book: MemoryBook) -> None:
    """Also where a request fails, is repeated, or is made of several."""
    busy = Reply(status=429, body=b"{}", headers={"retry-after": "1"})
    server = serve(busy, Reply("好"), Reply(status=500, body=b"{}"), Reply(pieces=["a", "b"]), Reply("x"))
    d = door(server, book, "ask-session")
    allowed(d)
    assert d.send(TALK).text == "好"
    with pytest.raises(TryAgain):
        d.send(TALK)
    assert "".join(p.text for p in d.stream(TALK)) == "ab"
    d.send(TALK, How(n=3))
    assert equal(book, server)
    assert len(server.asked) == 5
    outcomes = {r.of: r.outcome for r in book.rows() if r.kind == "answer"}
    sent = [r.n for r in book.rows() if r.kind == "sent"]
    assert [outcomes.get(n) for n in sent] == [None, "ok", "model.server", "ok", "ok"]
    assert Ledger(book).broken_at() == 0


def test_a_fault_sent_back_goes_the_same_way(serve: Serve, book: MemoryBook) -> None:
    from test_any_model import parse

    server = serve(Reply("Callum"), Reply("12"))
    d = door(server, book, "ask-session")
    allowed(d)
    assert ask(d.send, TALK, parse) == 12
    assert "Callum" not in server.asked[1].body.decode()
    assert equal(book, server)


def test_names_are_stable_from_call_to_call(serve: Serve, book: MemoryBook) -> None:
    server = serve()
    d = door(server, book, "ask-session")
    allowed(d)
    d.send(TALK)
    d.send(TALK)
    assert len({a.body for a in server.asked}) == 1


def test_a_scripted_model_elsewhere_asks_as_well(book: MemoryBook) -> None:
    model = ScriptedModel(["hello «P1»"], host="model.example")
    d = Door(model, Ledger(book), Consents("ask-each"), Pseudonyms(ROSTER), is_crisis=crisis)
    with pytest.raises(ChoiceNeeded):
        d.send(TALK)
    assert model.seen == []
    allowed(d)
    assert d.send(TALK).text == "hello Callum Reed"
    assert "Callum" not in model.seen[0][1].text


def test_a_stream_that_is_left_stands_in_the_ledger(serve: Serve, book: MemoryBook) -> None:
    d = door(serve(Reply(pieces=["a"] * 9)), book, here=True)
    stream = d.stream(TALK)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert [r.outcome for r in book.rows()] == ["", "left"]


def test_a_model_that_hides_what_it_sends_is_a_fault(book: MemoryBook) -> None:
    class Hiding(ScriptedModel):
        def complete(self, messages: object, how: How = USUAL, sent: object = None) -> Completion:
            return Completion(("x",), "hiding")

    d = Door(Hiding([], host="h"), Ledger(book), Consents("ask-session"), Pseudonyms(), is_crisis=crisis)
    for refused in (lambda: d.send(TALK), lambda: d.preview(TALK)):
        with pytest.raises(Bug):
            refused()


def test_a_second_body_needs_a_consent_of_its_own(book: MemoryBook) -> None:
    class Twice(ScriptedModel):
        def complete(self, messages: Sequence[Message], how: How = USUAL, sent: Sent = nobody_looks) -> Completion:
            super().complete(messages, how, sent)
            return super().complete((*messages, Message("user", "and this")), how, sent)

    d = Door(Twice(["a", "b"], host="h"), Ledger(book), Consents("ask-each"), Pseudonyms(), is_crisis=crisis)
    allowed(d)
    with pytest.raises(ChoiceNeeded):
        d.send(TALK)
    assert [r.kind for r in book.rows()] == ["sent", "answer"]


def test_an_empty_request_is_none(book: MemoryBook) -> None:
    d = Door(ScriptedModel([]), Ledger(book), Consents(), Pseudonyms(), is_crisis=crisis)
    with pytest.raises(AfterwordError) as e:
        d.send([])
    assert e.value.code == "model.empty"


@pytest.mark.usefixtures("serve")
def test_the_servers_of_a_test_are_the_only_exception(serve: Serve) -> None:
    import socket

    import no_network

    serve()
    for port in (9, 80):
        with pytest.raises(no_network.NetworkUsed), socket.socket() as s:
            s.connect(("127.0.0.1", port))
    with pytest.raises(no_network.NetworkUsed):
        socket.getaddrinfo("example.invalid", 80)
    del no_network.attempts[-3:]


# -- the ledger by itself ---------------------------------------------------------------------------------------------


def filled(book: MemoryBook) -> Ledger:
    ledger = Ledger(book, now=lambda: NOW)
    for i in range(4):
        row = ledger.sent(b"x" * i, host="h", local=False, purpose="p", persona="", data="d", replaced=0, consent="c")
        ledger.answered(row, "ok")
    return ledger


@pytest.mark.parametrize(
    ("harm", "where"),
    [
        (lambda rows: rows.__setitem__(2, msgspec.structs.replace(rows[2], bytes=9)), 3),
        (lambda rows: rows.__setitem__(7, msgspec.structs.replace(rows[7], outcome="")), 8),
        (lambda rows: rows.pop(3), 4),
        (lambda rows: rows.pop(0), 1),
        (lambda rows: rows.pop(), 8),
        (lambda rows: rows.clear(), 1),
        (lambda rows: rows.insert(4, rows[3]), 5),
        (lambda rows: rows.reverse(), 1),
    ],
)
def test_care_072_a_changed_a_missing_and_a_cut_off_row_are_seen(
    harm: Callable[[list[object]], object], where: int, book: MemoryBook
) -> None:
    ledger = filled(book)
    assert ledger.broken_at() == 0
    harm(book.kept)  # type: ignore[arg-type]
    assert ledger.broken_at() == where
