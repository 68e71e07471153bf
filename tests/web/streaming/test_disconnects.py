from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from app.cancellation import CancelToken
from app.web.streaming.disconnects import DisconnectMonitor

SOON = 10.0  # seconds that a busy machine may need
A_WHILE = 0.6  # several looks


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The client's end and ours."""
    theirs, ours = socket.socketpair()
    with theirs, ours:
        yield theirs, ours


Pair = tuple[socket.socket, socket.socket]


def test_a_client_that_leaves_is_noticed(pair: Pair) -> None:
    theirs, ours = pair
    cancel = CancelToken()

    with DisconnectMonitor().watch({"gunicorn.socket": ours}, cancel):
        theirs.close()

        assert cancel.wait(SOON)


def test_a_client_that_waits_is_left_alone(pair: Pair) -> None:
    _, ours = pair
    cancel = CancelToken()

    with DisconnectMonitor().watch({"gunicorn.socket": ours}, cancel):
        assert not cancel.wait(A_WHILE)


def test_a_client_that_sends_its_next_request_early_is_still_there(pair: Pair) -> None:
    theirs, ours = pair
    cancel = CancelToken()

    with DisconnectMonitor().watch({"gunicorn.socket": ours}, cancel):
        theirs.sendall(b"GET /")

        assert not cancel.wait(A_WHILE)
    assert ours.recv(5) == b"GET /"


def test_nobody_is_told_after_the_end(pair: Pair) -> None:
    theirs, ours = pair
    cancel = CancelToken()

    with DisconnectMonitor().watch({"werkzeug.socket": ours}, cancel):
        pass
    theirs.close()

    assert not cancel.wait(A_WHILE)


def test_our_own_end_being_closed_counts_too(pair: Pair) -> None:
    _, ours = pair
    cancel = CancelToken()

    with DisconnectMonitor().watch({"gunicorn.socket": ours}, cancel):
        ours.close()

        assert cancel.wait(SOON)


def test_a_server_that_shows_no_socket_is_no_reason_to_fail() -> None:
    with DisconnectMonitor().watch({}, CancelToken()):
        pass


def test_many_clients_are_watched_by_one_thread(pair: Pair) -> None:
    _, ours = pair
    disconnects = DisconnectMonitor()
    before = threading.active_count()

    held = [disconnects.begin({"gunicorn.socket": ours}, CancelToken()) for _ in range(50)]

    assert threading.active_count() == before + 1
    for each in held:
        disconnects.end(each)
