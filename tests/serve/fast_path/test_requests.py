from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from gunicorn.http.wsgi import base_environ, create

from app import gil
from app.serve.fast_path import requests
from app.serve.fast_path.requests import Other, Reply, ShortParser, ShortRequest, environment, short_request

BODY = b'{"model": "m"}'
HEADERS = (b"Host: x:1", b"Content-Type: application/json", b"Content-Length: 14")


def sent(
    *more: bytes, path: bytes = b"/v1/chat/completions", method: bytes = b"POST", headers: tuple[bytes, ...] = HEADERS
) -> bytes:
    return method + b" " + path + b" HTTP/1.1\r\n" + b"\r\n".join([*headers, *more]) + b"\r\n\r\n" + BODY


def with_length(length: bytes) -> bytes:
    return sent(b"Content-Length:" + length, headers=HEADERS[:2])


@pytest.mark.parametrize(
    "here",
    [
        sent(),
        sent(path=b"/v1/completions"),
        sent(b"connection: Keep-Alive"),
        sent(b"Connection:"),
        sent(b"X-Forwarded-For: 10.0.0.1", b"Authorization: Bearer abc", b"X-Odd: \xe9\t "),
        with_length(b" 14 "),
    ],
)
def test_an_ordinary_request_is_read_as_gunicorn_reads_it(here: bytes) -> None:
    conn = SimpleNamespace(sock=None, client=("10.0.0.9", 5), server=("127.0.0.1", 80))
    cfg = Config()
    theirs = create(Request(cfg, unreader(here), conn.client), conn.sock, conn.client, conn.server, cfg)[1]
    request = short_request(here)
    assert request is not None

    ours = environment(request, conn, base_environ(cfg))

    assert ours.pop("wsgi.input").read() == theirs.pop("wsgi.input").read() == BODY
    for odd in ("wsgi.errors", "wsgi.early_hints", "wsgi.multithread"):  # an object of each, and what the worker says itself
        ours.pop(odd, None)
        theirs.pop(odd, None)
    assert ours == theirs


@pytest.mark.parametrize(
    "here",
    [
        b"",
        b"\x16\x03\x01",
        sent()[:-1],  # a byte of the body is on its way
        sent()[:40],
        sent(method=b"GET"),
        sent(path=b"/generate"),
        sent(path=b"/v1/chat/completions?a=1"),
        sent(path=b"//v1/completions"),
        sent().replace(b"HTTP/1.1", b"HTTP/1.0"),
        sent().replace(b"\r\n", b"\n"),
        sent(headers=HEADERS[:2]),
        sent(b"Content-Length: 14"),  # twice
        sent(b"content-length: 15"),
        sent(b"Transfer-Encoding: chunked"),
        sent(b"Transfer-Encoding: chunked", headers=HEADERS[:2]),
        sent(b"Connection: close"),
        sent(b"Connection: upgrade", b"Upgrade: h2c"),
        sent(b"Expect: 100-continue"),
        sent(b"X-Api-Key: a", b"x-api-key: b"),
        sent(b"X-Forwarded-Ssl: on"),
        sent(b"SCRIPT_NAME: /x"),
        sent(b"X_Api_Key: a"),
        sent(b" folded"),
        sent(b"X : y"),
        sent(b"X: \0"),
        sent(b"X: \x7f"),
        sent(b"X: a\rb"),
        sent(b"nothing"),
        sent(*[b"X-%d: 1" % number for number in range(100)]),
        sent(b"X-Long: " + 9000 * b"a"),
        *map(with_length, (b"", b"-1", b"+14", b"1_4", b"0x0e", b"14, 14", b"999999", "١٤".encode())),
        sent().replace(BODY, b'{"stream":true'),  # to be sent bit by bit
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_gunicorn(here: bytes) -> None:
    assert short_request(here) is None


def test_what_comes_after_a_request_is_kept() -> None:
    request = short_request(sent() + sent(path=b"/v1/completions"))

    assert request is not None
    assert (request.text, request.rest) == (BODY, sent(path=b"/v1/completions"))


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs
    gil.release()


def parser(ours: socket.socket, address: Any = ("127.0.0.1", 5)) -> ShortParser:
    return ShortParser(Config(), ours, address)


def test_one_request_after_the_other_is_read_whoever_reads_it(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    reads = parser(ours)

    kinds = []
    for here in (sent(), b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", sent(), sent(b"Expect: 100-continue"), sent()):
        theirs.sendall(here)
        request = next(reads)
        request.body.read()
        kinds.append(type(request))

    assert kinds == [ShortRequest, Request, ShortRequest, Request, ShortRequest]


def test_requests_that_come_together_are_read_one_by_one(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    reads = parser(ours)
    theirs.sendall(3 * sent())

    assert [next(reads).body.read() for _ in range(3)] == [BODY] * 3


def test_a_body_that_comes_right_after_its_head_belongs_to_it(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MOMENT", 20_000)
    ours, theirs = ends
    theirs.sendall(sent().removesuffix(BODY))
    threading.Timer(0.05, theirs.sendall, (BODY,)).start()

    request = next(parser(ours))

    assert isinstance(request, ShortRequest)
    assert request.text == BODY


def test_a_body_that_comes_late_is_waited_for_by_gunicorn(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(sent().removesuffix(BODY))

    request = next(parser(ours))
    theirs.sendall(BODY)

    assert isinstance(request, Request)
    assert request.body.read() == BODY


def test_what_was_read_to_finish_a_body_comes_before_what_comes_later(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    reads = parser(ours)
    chunked = b"POST /generate HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    theirs.sendall(chunked + b"1\r\na\r\n0\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n" + sent())
    next(reads)  # nobody reads its body

    assert next(reads).path == "/second"
    assert next(reads).body.read() == BODY


def test_who_waits_to_be_told_to_go_on_is_not_waited_for(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MOMENT", 600_000)
    ours, theirs = ends
    theirs.sendall(sent(b"Expect: 100-continue").removesuffix(BODY))

    assert isinstance(next(parser(ours)), Request)


def test_nothing_is_read_after_a_request_that_closes(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    reads = parser(ours)
    theirs.sendall(sent(b"Connection: close"))
    next(reads).body.read()
    theirs.sendall(sent())

    with pytest.raises(StopIteration):
        next(reads)


def test_who_listens_hears_a_short_request_another_one_or_nothing(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    reads = parser(ours)
    assert reads.hear() is Other.NOTHING

    theirs.sendall(sent() + sent())
    heard = reads.hear()
    assert isinstance(heard, ShortRequest)
    assert heard.text == BODY
    assert reads.hear() is Other.SOMETHING  # came with the first
    assert next(reads).body.read() == BODY

    theirs.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert reads.hear() is Other.SOMETHING
    assert next(reads).path == "/health"

    theirs.close()
    assert reads.hear() is Other.SOMETHING
    with pytest.raises(StopIteration):
        next(reads)


@pytest.mark.parametrize("begun", [b"", b"GET /health", sent()[:-1]], ids=["nothing", "a head", "all but a byte"])
def test_after_listening_gunicorn_waits_as_long_as_it_takes(ends: tuple[socket.socket, socket.socket], begun: bytes) -> None:
    ours, theirs = ends
    reads = parser(ours)
    theirs.sendall(sent())
    assert isinstance(reads.hear(), ShortRequest)
    theirs.sendall(begun)

    assert not isinstance(reads.hear(), ShortRequest)

    assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, 16) == bytes(16)
    whole = begun if begun.startswith(b"POST") else b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    rest = BODY[-1:] if begun.startswith(b"POST") else whole.removeprefix(begun)
    threading.Timer(0.2, theirs.sendall, (rest,)).start()  # four times as long as we listen
    request = next(reads)
    assert request.body.read() == (BODY if request.method == "POST" else b"")


def test_only_a_short_request_takes_a_turn(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    reads = parser(ours)
    theirs.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    next(reads)
    assert others_get_a_turn()

    theirs.sendall(sent())
    next(reads)

    assert not others_get_a_turn()
    gil.release()
    assert others_get_a_turn()


def others_get_a_turn() -> bool:
    got = []

    def ask() -> None:
        gil.acquire()
        got.append(gil._local.have)
        gil.release()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return bool(got[0])


@pytest.mark.parametrize(("peer", "scheme"), [("127.0.0.1", "https"), ("10.0.0.9", "http")])
def test_a_proxy_that_is_trusted_says_what_it_is_spoken_to_with(
    ends: tuple[socket.socket, socket.socket], peer: str, scheme: str
) -> None:
    ours, theirs = ends
    theirs.sendall(2 * sent(b"X-Forwarded-Proto: https"))
    reads = parser(ours, (peer, 5))

    assert [next(reads).scheme, next(reads).scheme] == [scheme, scheme]  # the second is read by gunicorn


def test_an_answer_is_sent_with_what_a_server_says() -> None:
    reply = Reply()
    reply.start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3"), ("X-Name", "é")])

    said = reply.whole([b"a", b"bc"], kept=True)

    head, _, body = said.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    assert {"Content-Type: text/plain", "X-Name: é", "Connection: keep-alive", "Content-Length: 3"} <= set(lines)
    assert sum(line.startswith("Content-Length") for line in lines) == 1
    assert body == b"abc"


def test_the_last_answer_of_a_worker_says_so() -> None:
    reply = Reply()
    reply.start("200 OK", [])

    assert b"Connection: close" in reply.whole([], kept=False)


def test_an_error_takes_the_place_of_an_answer_that_was_begun() -> None:
    reply = Reply()
    reply.start("200 OK", [("X-Old", "1")])
    reply.start("500 Internal Server Error", [], (ValueError, ValueError(), None))

    said = reply.whole([b"sorry"], kept=True)

    assert said.startswith(b"HTTP/1.1 500 ")
    assert b"X-Old" not in said


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b"])
def test_a_header_that_would_be_two_is_not_sent(value: str) -> None:
    reply = Reply()
    reply.start("200 OK", [("X-Name", value)])

    with pytest.raises(ValueError, match="end of a line"):
        reply.whole([], kept=True)


def unreader(here: bytes) -> IterUnreader:
    return IterUnreader(iter([here]))
