"""The worker's own way with a short request, without a server around it."""

from __future__ import annotations

import errno
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http.wsgi import base_environ

from app import gil
from app.serve.fast_path.keepalive import KeepAliveWorker
from app.serve.fast_path.requests import ShortRequest

REQUEST = ShortRequest("/v1/completions", {"HTTP_HOST": "x", "CONTENT_LENGTH": "2"}, b"{}")
JSON = [("Content-Type", "application/json")]
EVENTS = [("Content-Type", "text/event-stream")]

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Log(logging.LoggerAdapter[logging.Logger]):
    """As gunicorn's: it has a word for an answer besides."""

    def access(self, *_: object) -> None:
        """Nobody reads it."""


class Alone(KeepAliveWorker):
    """A worker that nobody has started, with one connection."""

    def __init__(self, app: App, ours: socket.socket, kept: int = 0) -> None:
        self.cfg = Config()
        self.log: Any = Log(logging.getLogger("tests.staying"), {})
        self.wsgi = app
        self.alive = True
        self.nr = 0
        self.keepalived_conns: Any = [object()] * kept
        self.max_keepalived = 1
        self._usual = base_environ(self.cfg)
        self.conn = SimpleNamespace(sock=ours, client=("127.0.0.1", 5), server=("127.0.0.1", 80))

    def answer(self) -> Any:
        return self._answered(REQUEST, self.conn)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(20)
    with ours, theirs:
        yield ours, theirs
    gil.release()


def saying(*view: bytes, headers: list[tuple[str, str]] = JSON, status: str = "200 OK") -> App:
    def app(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start(status, headers)
        return view

    return app


def all_of(theirs: socket.socket) -> bytes:
    return b"".join(iter(lambda: theirs.recv(65536), b""))


def test_an_answer_is_sent_and_the_connection_kept(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends

    kept = Alone(saying(b"{}"), ours).answer()

    said = theirs.recv(65536)
    assert kept is True
    assert b"\r\nConnection: keep-alive\r\n" in said
    assert said.endswith(b"\r\n\r\n{}")


@pytest.mark.parametrize("headers", [JSON, EVENTS], ids=["whole", "as it comes"])
def test_one_more_kept_connection_than_there_may_be_is_told_to_close(
    ends: tuple[socket.socket, socket.socket], headers: list[tuple[str, str]]
) -> None:
    ours, theirs = ends

    kept = Alone(saying(b"{}", headers=headers), ours, kept=1).answer()

    assert kept is False
    assert b"\r\nConnection: close\r\n" in theirs.recv(65536)


def test_a_client_that_does_not_read_keeps_nobody_else_from_a_turn(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    worker = Alone(saying(b"x" * 4_000_000), ours)

    def serve() -> None:
        gil.acquire()
        worker.answer()
        gil.release()
        ours.close()

    serving = threading.Thread(target=serve)
    serving.start()
    theirs.recv(1)  # the answer is on its way, and more than fits is left
    deadline = time.monotonic() + 20
    while not (free := gil._lock.acquire(timeout=0.01)) and time.monotonic() < deadline:
        pass
    assert free
    gil._lock.release()

    assert all_of(theirs).count(b"x") == 4_000_000
    serving.join()


def test_events_that_nobody_expected_go_out_as_they_come(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    heard = []

    def view() -> Iterator[bytes]:
        yield b"data: 1\n\n"
        while b"data: 1" not in b"".join(heard):  # the first is with the client before the second is made
            heard.append(theirs.recv(65536))
        yield b"data: 2\n\n"

    def app(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", EVENTS)
        return view()

    kept = Alone(app, ours).answer()

    assert kept is True
    assert b"Transfer-Encoding: chunked" in b"".join(heard)
    assert theirs.recv(65536).endswith(b"data: 2\n\n\r\n0\r\n\r\n")


def test_events_that_break_off_do_not_end_as_if_they_were_whole(
    ends: tuple[socket.socket, socket.socket], caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = ends

    def view() -> Iterator[bytes]:
        yield b"data: 1\n\n"
        raise ValueError("a bug")

    def app(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", EVENTS)
        return view()

    threading.Timer(0.1, theirs.shutdown, (socket.SHUT_WR,)).start()  # who is told goodbye says so too
    assert Alone(app, ours).answer() is False

    said = all_of(theirs)
    assert said.count(b"HTTP/1.1") == 1
    assert not said.endswith(b"0\r\n\r\n")
    assert "Error handling request" in caplog.text


def test_an_answer_whose_end_fails_is_one_error(
    ends: tuple[socket.socket, socket.socket], caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = ends

    class Failing(list[bytes]):
        def close(self) -> None:
            raise ValueError("a bug")

    def app(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", JSON)
        return Failing([b"{}"])

    kept = Alone(app, ours).answer()
    ours.close()

    said = all_of(theirs)
    assert kept is False
    assert said.startswith(b"HTTP/1.1 500 ")
    assert said.count(b"HTTP/1.1") == 1
    assert "Error handling request" in caplog.text


@pytest.mark.parametrize(("number", "logged"), [(errno.ENOSPC, True), (errno.ECONNRESET, False), (errno.EPIPE, False)])
def test_only_a_client_that_left_goes_unsaid(
    ends: tuple[socket.socket, socket.socket], caplog: pytest.LogCaptureFixture, number: int, logged: bool
) -> None:
    def app(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        raise OSError(number, "no")

    assert Alone(app, ends[0]).answer() is False

    assert ("Socket error" in caplog.text) is logged


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_body_says_no_length(ends: tuple[socket.socket, socket.socket], status: str) -> None:
    ours, theirs = ends

    Alone(saying(headers=[], status=status), ours).answer()

    said = theirs.recv(65536)
    assert said.startswith(f"HTTP/1.1 {status}".encode())
    assert b"Content-Length" not in said
