"""Reading from clients that stall, trickle, or send what is no HTTP."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.http.body import Body, ChunkedReader, LengthReader
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestTimeout

from app.serve.bodies import DeadlineUnreader, Patience, bound

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


HURRIED = Patience(stall=0.3, pace=10**9, crowded=0.05, look=0.02)


def reading(client: socket.socket, *, crowded: bool = False, patience: Patience = HURRIED) -> DeadlineUnreader:
    return DeadlineUnreader(client, lambda: crowded, patience)


def request(unreader: Any, reader: Any) -> Any:
    made = SimpleNamespace(unreader=unreader, limit_request_field_size=0, max_buffer_headers=0)
    made.body = Body(reader(made))
    return made


def of_length(ends: Ends, length: int) -> Any:
    unreader = reading(ends[0])
    return request(unreader, lambda _: LengthReader(unreader, length))


def in_chunks(ends: Ends) -> Any:
    unreader = reading(ends[0])
    return request(unreader, lambda made: ChunkedReader(made, unreader))


def test_what_is_there_is_read_at_once(ends: Ends) -> None:
    ends[1].sendall(b"abc")

    assert reading(ends[0]).read() == b"abc"


@pytest.mark.parametrize("crowded", [False, True])
def test_a_client_that_stalls_is_given_up(ends: Ends, crowded: bool) -> None:
    unreader = reading(ends[0], crowded=crowded)

    with pytest.raises(RequestTimeout):
        unreader.read()


def test_a_client_that_trickles_is_given_up(ends: Ends) -> None:
    unreader, over = reading(ends[0]), threading.Event()

    def trickle() -> None:
        while not over.wait(0.02):
            ends[1].sendall(b"x")

    trickling = threading.Thread(target=trickle)
    trickling.start()
    with pytest.raises(RequestTimeout):
        deque(iter(unreader.read, b""), maxlen=0)
    over.set()
    trickling.join()


def test_the_next_request_on_a_connection_has_its_own_time(ends: Ends) -> None:
    unreader = reading(ends[0])
    with pytest.raises(RequestTimeout):
        unreader.read()

    unreader.begin()
    threading.Timer(0.1, ends[1].sendall, (b"abc",)).start()

    assert unreader.read() == b"abc"


def test_a_socket_with_a_timeout_keeps_to_it(ends: Ends) -> None:
    ends[0].settimeout(0.01)

    with pytest.raises(TimeoutError):
        reading(ends[0]).read()


def test_a_body_that_is_whole_is_read(ends: Ends) -> None:
    made = of_length(ends, 5)
    bound(made, 100)
    ends[1].sendall(b"hello, and the next request")

    assert (made.body.read(), made.unreader.buf.getvalue()) == (b"hello", b", and the next request")


def test_a_body_that_is_cut_off_is_refused(ends: Ends) -> None:
    made = of_length(ends, 50)
    bound(made, 100)
    ends[1].sendall(b"hello")
    ends[1].shutdown(socket.SHUT_WR)

    with pytest.raises(BadRequest):
        made.body.read()


@pytest.mark.parametrize("sent", [b"z\r\n", b"-1\r\n", b"\r\n", b"1\r\nab\r\n", b"1;\x00\r\na\r\n"])
def test_malformed_chunks_are_the_clients_fault(ends: Ends, sent: bytes) -> None:
    made = in_chunks(ends)
    bound(made, 100)
    ends[1].sendall(sent)

    with pytest.raises(BadRequest):
        made.body.read()


@pytest.mark.parametrize("sent", [b"65\r\n", b"60\r\n" + b"a" * 96 + b"\r\n5\r\n", b"F" * 1000 + b"\r\n"])
def test_chunks_that_announce_too_much_are_refused_before_they_come(ends: Ends, sent: bytes) -> None:
    made = in_chunks(ends)
    bound(made, 100)
    ends[1].sendall(sent)

    with pytest.raises(RequestEntityTooLarge):
        made.body.read()


def test_chunks_up_to_the_limit_are_read(ends: Ends) -> None:
    made = in_chunks(ends)
    bound(made, 100)
    ends[1].sendall(b"32\r\n" + b"a" * 50 + b"\r\n32\r\n" + b"b" * 50 + b"\r\n0\r\n\r\n")

    assert made.body.read() == b"a" * 50 + b"b" * 50
