"""A server that speaks Gemini's REST API as far as the gateway uses it, with faults on demand; tokens are words."""

from __future__ import annotations

import json
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANGS = 600.0  # seconds; longer than any test lives


@dataclass(frozen=True)
class Reply:
    """How one call is answered: with the words of *text* one by one, or with *parts* as they are.

    *fault* is `reset`, `hang`, `hang_midway`, `end_midway`, `half_json`, or empty."""

    text: str = "one two three"
    parts: tuple[dict[str, Any], ...] = ()
    finish_reason: str = "STOP"
    block_reason: str = ""
    status: int = 200
    error: dict[str, Any] = field(default_factory=dict)
    pace: float = 0.0
    fault: str = ""


@dataclass(frozen=True)
class Seen:
    """A request as the server saw it."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class FakeGemini:
    """The server. *calls* are the requests in order; *open* counts the streams in flight."""

    calls: list[Seen] = field(default_factory=list)
    open: int = 0
    default: Reply = field(default_factory=Reply)
    _scripted: list[Reply] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> FakeGemini:
        fake = self

        class Handler(_Handler):
            pass

        Handler.fake = fake
        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server
        self._server.shutdown()
        self._server.server_close()

    @property
    def root(self) -> str:
        assert self._server
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def script(self, *replies: Reply) -> None:
        self._scripted.extend(replies)

    def reply(self) -> Reply:
        return self._scripted.pop(0) if self._scripted else self.default

    def wait_for_open(self, number: int, seconds: float = 5.0) -> bool:
        """Whether so many streams are in flight before long."""
        with self._changed:
            return self._changed.wait_for(lambda: self.open == number, seconds)

    @contextmanager
    def flying(self) -> Iterator[None]:
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self.open += change
            self._changed.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave are what we test."""


class _Gone(Exception):
    """The client has left, or we broke the answer off."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: FakeGemini

    def log_message(self, *_: object) -> None:
        """Silent: what was seen is in `calls`."""

    def do_GET(self) -> None:
        models = [{"name": "models/gemini-x", "inputTokenLimit": 1000}, {"name": "models/gemini-y", "inputTokenLimit": 2000}]
        self._json({"models": models})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.fake.calls.append(Seen(self.path, body, {name.lower(): value for name, value in self.headers.items()}))
        if ":countTokens" in self.path:
            self._json({"totalTokens": sum(_words(content) for content in body["contents"])})
            return
        with suppress(_Gone, ConnectionError), self.fake.flying():
            self._answer(self.fake.reply(), body)
        self.close_connection = True

    def _answer(self, reply: Reply, body: dict[str, Any]) -> None:
        if reply.status != 200:
            self._json(reply.error or {"error": {"code": reply.status, "message": "no", "status": "FAILED"}}, reply.status)
            return
        if reply.fault in ("reset", "hang"):
            self._break(reply.fault)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        prompt = sum(_words(content) for content in body["contents"])
        if reply.block_reason:
            self._event({"promptFeedback": {"blockReason": reply.block_reason}, "usageMetadata": {"promptTokenCount": prompt}})
        else:
            self._pieces(reply, prompt)
        self._chunk(b"")

    def _pieces(self, reply: Reply, prompt: int) -> None:
        parts = reply.parts or tuple({"text": word} for word in _split(reply.text))
        for number, part in enumerate(parts):
            if reply.fault and number >= len(parts) // 2:
                self._midway(reply.fault)
            last = number == len(parts) - 1
            candidate = {
                "content": {"role": "model", "parts": [part]},
                **({"finishReason": reply.finish_reason} if last else {}),
            }
            usage = {"promptTokenCount": prompt, "candidatesTokenCount": number + 1, "cachedContentTokenCount": 1}
            self._event({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-x-001"})
            self._pause(reply.pace)

    def _midway(self, fault: str) -> None:
        if fault == "half_json":
            self._chunk(b'data: {"candidates": [{"content": {"pa\r\n\r\n')
        if fault in ("half_json", "end_midway"):
            self._chunk(b"")
            raise _Gone
        self._break(fault.removesuffix("_midway"))

    def _break(self, how: str) -> None:
        self.wfile.flush()
        if how == "hang":
            self._pause(HANGS)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise _Gone

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.02))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise _Gone

    def _event(self, data: dict[str, Any]) -> None:
        self._chunk(b"data: " + json.dumps(data).encode() + b"\r\n\r\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def _json(self, body: object, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _words(content: dict[str, Any]) -> int:
    return sum(len(part.get("text", "").split()) for part in content["parts"])


def _split(text: str) -> list[str]:
    words = text.split(" ")
    return [word if at == len(words) - 1 else f"{word} " for at, word in enumerate(words)]
