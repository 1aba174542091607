"""A model server on this computer that says what it was told to say, over real HTTP, and keeps what it was sent.

In: replies, one for each request, the last one for all that follow. Out: `asked`, the requests as they came over the wire.
"""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """`pieces`: a stream of these texts. `vector`: of a text, where vectors are asked for. `cut`: the connection ends before the answer does. `wait`: seconds of silence."""

    text: str = "ready"
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[str] | None = None
    cut: bool = False
    wait: float = 0.0
    usage: dict[str, Any] | None = None
    n: int | None = None
    vector: Callable[[str], Sequence[float]] = lambda text: (float(len(text)), 1.0)


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


USAGE = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}


def completion(reply: Reply, asked: Any) -> dict[str, Any]:
    n = reply.n if reply.n is not None else asked.get("n", 1)
    choices = [
        {"index": i, "finish_reason": "stop", "message": {"role": "assistant", "content": reply.text}} for i in range(n)
    ]
    head = {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}
    return {**head, "choices": choices, "usage": reply.usage or USAGE}


def embedding(reply: Reply, asked: Any) -> dict[str, Any]:
    """Last text first: the order of an answer is not promised, only its numbers are."""
    data = [
        {"object": "embedding", "index": i, "embedding": list(reply.vector(t))} for i, t in enumerate(asked["input"])
    ]
    return {"object": "list", "model": "m", "data": data[::-1], "usage": {"prompt_tokens": 11, "total_tokens": 11}}


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
    head = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    made = {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}
    return b"data: " + json.dumps(made).encode() + b"\n\n"


def anthropic_message(reply: Reply) -> dict[str, Any]:
    head = {"id": "m", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn"}
    usage = {"input_tokens": 7, "output_tokens": 2, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 0}
    return {**head, "stop_sequence": None, "content": [{"type": "text", "text": reply.text}], "usage": usage}


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *replies: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies, self.asked = list(replies) or [Reply()], list[Asked]()
        self.connections = 0
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # HTTPServer would look its own name up
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def get_request(self) -> Any:
        self.connections += 1
        return super().get_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that has had enough is no fault of the server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def elsewhere(self) -> str:
        """The same server under an address that Afterword does not take for this computer."""
        return f"http://0.0.0.0:{self.server_port}/v1"

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        self.server.asked.append(asked)
        replies = self.server.replies
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        time.sleep(reply.wait)
        if reply.pieces is not None:
            return self.streamed(reply)
        if self.path.endswith("/embeddings"):
            answer = embedding(reply, asked.json)
        else:
            answer = anthropic_message(reply) if self.path.endswith("/messages") else completion(reply, asked.json)
        data = reply.body if reply.body is not None else json.dumps(answer).encode()
        self.send_response(reply.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data) + 10 * reply.cut))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = reply.cut
        return None

    def streamed(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for piece in reply.pieces or ():
            self.wfile.write(chunk({"content": piece}))
            self.wfile.flush()
        if not reply.cut:
            self.wfile.write(chunk({}, "stop") + chunk({}, None, usage=reply.usage or USAGE) + b"data: [DONE]\n\n")
        self.close_connection = True
