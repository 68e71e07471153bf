from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from app.serve.staying import _is_here_and_short

BODY = b'{"model": "m"}'


def request(path: bytes = b"/v1/chat/completions", method: bytes = b"POST", length: bytes | None = b"14") -> bytes:
    size = b"Content-Length: " + length + b"\r\n" if length is not None else b"Transfer-Encoding: chunked\r\n"
    return method + b" " + path + b" HTTP/1.1\r\nHost: x\r\n" + size + b"Accept: */*\r\n\r\n" + BODY


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize(
    ("sent", "short"),
    [
        (request(), True),
        (request(b"/v1/completions"), True),
        (request() + request(), True),
        (request()[:-1], False),  # a byte of the body is on its way
        (request()[:40], False),
        (request(b"/generate"), False),
        (request(method=b"GET"), False),
        (request(length=None), False),
        (request(length=b"999999"), False),
        (b"\x16\x03\x01", False),
    ],
)
def test_only_a_request_that_is_here_and_handed_on_takes_a_turn(
    ends: tuple[socket.socket, socket.socket], sent: bytes, short: bool
) -> None:
    ours, theirs = ends
    theirs.sendall(sent)

    assert _is_here_and_short(ours) is short
    assert ours.recv(65536) == sent  # it is still there to be read


def test_a_connection_without_a_request_takes_none(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    assert not _is_here_and_short(ours)

    theirs.close()
    assert not _is_here_and_short(ours)
