"""What the main thread knows of a request before a thread has it."""

from __future__ import annotations

import logging
import os
import selectors
import socket
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.http import errors
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestTimeout

from app.serve.connections import PEEKED, ConnectionWorker, ends_head, is_vital, small_length
from app.serve.refusals import HOST, REFUSALS, answer, path_of, refusal

HEAD = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\nAccept: */*\r\n\r\n"


@given(st.integers(1, len(HEAD)))
def test_a_head_in_two_pieces_ends_with_its_last_byte(cut: int) -> None:
    assert ends_head(HEAD, cut if cut < len(HEAD) else 0)
    assert not any(ends_head(HEAD[:length], max(0, length - 1)) for length in range(1, len(HEAD)))


@pytest.mark.parametrize("broken", [b"GET / HTTP/1.1\n", b"GET / HTTP/1.1\r\nHost: x\n\n", b"\n"])
def test_a_head_that_can_never_be_valid_is_not_waited_for(broken: bytes) -> None:
    assert ends_head(broken)


@pytest.mark.parametrize("line", ["GET /healthcheck HTTP/1.1", "GET /metrics HTTP/1.1", "HEAD /health/metrics?a HTTP/1.1"])
def test_health_checks_and_scrapes_are_vital(line: str) -> None:
    assert is_vital(f"{line}\r\nHost: x\r\n\r\n".encode())


@pytest.mark.parametrize(
    "head",
    [
        "GET /metricsfoo HTTP/1.1\r\n\r\n",
        "POST /metrics HTTP/1.1\r\n\r\n",
        "GET /jobs/metrics HTTP/1.1\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
        "GET /metrics HTTP/1.1\r\ntransfer-encoding : chunked\r\n\r\n",
    ],
)
def test_what_only_looks_like_them_is_not(head: str) -> None:
    assert not is_vital(head.encode())


def test_a_small_request_says_how_long_it_is() -> None:
    assert small_length(HEAD + b"{}") == len(HEAD) + 12


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace(b"12", str(PEEKED + 1).encode()),
        HEAD.replace(b"Content-Length: 12", b"Transfer-Encoding: chunked"),
        HEAD.replace(b"Accept: */*", b"Expect: 100-continue"),
        HEAD[:-2],
        b"GET / HTTP/1.1\r\n\r\nContent-Length: 12\r\n",
    ],
)
def test_other_requests_are_left_to_a_thread(head: bytes) -> None:
    assert small_length(head) == 0


@pytest.mark.parametrize("host", ["", "x", "a.example:8000", "127.0.0.1", "[::1]:80", "some_service"])
def test_hosts_of_every_kind_are_taken(host: str) -> None:
    assert HOST.fullmatch(host)


@pytest.mark.parametrize("host", ["a b", "a/b", "user@host", "a:b", "[::1", "a\x00", "é"])
def test_what_is_no_host_is_not(host: str) -> None:
    assert not HOST.fullmatch(host)


@pytest.mark.parametrize(("kind", "status", "why"), REFUSALS)
def test_an_answer_to_a_broken_request_repeats_nothing_of_it(kind: type[Exception], status: int, why: str) -> None:
    error = kind.__new__(kind, "planted")
    error.args = ("planted",)

    refused = refusal(error)

    assert refused == (status, why)
    assert b"planted" not in answer(*refused)


def test_a_late_request_is_told_so() -> None:
    refused = refusal(RequestTimeout("late"))

    assert refused is not None
    assert answer(*refused).startswith(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n")


@pytest.mark.parametrize("error", [ValueError("x"), errors.ConfigurationProblem("x"), errors.InvalidResponseHeader("x")])
def test_our_own_faults_are_not_the_clients(error: Exception) -> None:
    assert refusal(error) is None


class Listener:
    """A listening socket that gives out one end of a pair for each client, all with the first one's number."""

    def __init__(self) -> None:
        self.accepted: list[socket.socket] = []
        self.clients: list[socket.socket] = []

    def accept(self) -> tuple[socket.socket, str]:
        ours, theirs = socket.socketpair()
        self.clients.append(theirs)
        if self.accepted and ours.fileno() != self.number:
            os.dup2(ours.fileno(), self.number)
            ours.close()
            ours = socket.socket(fileno=self.number)
        elif not self.accepted:
            self.number = ours.fileno()
        self.accepted.append(ours)
        return ours, ""

    def getsockname(self) -> str:
        return ""

    def close(self) -> None:
        for each in (*self.accepted, *self.clients):
            each.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with closing(Listener()) as listener:
        yield listener


@pytest.fixture
def worker() -> Iterator[ConnectionWorker]:
    app = SimpleNamespace(max_body=1)
    worker = ConnectionWorker(1, os.getpid(), [], app, 30, Config(), logging.getLogger("test"))
    with selectors.DefaultSelector() as worker.poller:
        yield worker
    worker.tmp.close()


def test_a_socket_that_its_library_closed_meanwhile_leaves_its_number_to_the_next(
    worker: ConnectionWorker, listener: Listener
) -> None:
    worker.accept(listener)
    listener.accepted[0].close()

    worker.accept(listener)

    [key] = worker.poller.get_map().values()
    assert key.fileobj is listener.accepted[1]
    listener.clients[1].close()
    [(key, _)] = worker.poller.select(30)
    key.data(key.fileobj)  # the second client has left
    assert listener.accepted[1].fileno() == -1
    assert worker.nr_conns == 1


@pytest.mark.parametrize(
    ("start", "path"),
    [
        (b"POST /v1/completions HTTP/1.1\r\n", "/v1/completions"),
        (b"\r\nGET //v1//models?x=/y HTTP/1.1\r\n", "/v1/models"),
        (b"GET http://x:9/v1/models", "/v1/models"),
        (b"GET /v1%2Fmodels HTTP/1.1", "/v1/models"),
        (b"GET /v1\r\n", "/v1"),
        (b"OPTIONS * HTTP/1.1\r\n", ""),
        (b"CONNECT x:9 HTTP/1.1\r\n", ""),
        (b"\x16\x03\x01\x02\x00\x01\x00 /v1", ""),
        (b"", ""),
    ],
)
def test_the_path_is_known_as_soon_as_it_is_there(start: bytes, path: str) -> None:
    assert path_of(start) == path
