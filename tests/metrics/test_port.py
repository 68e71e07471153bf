from __future__ import annotations

import logging
import socket
import urllib.error
import urllib.request
from contextlib import ExitStack

import pytest

from app.metrics.port import MOST_CONNECTIONS, listen, serve

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def test_a_scrape_is_answered_with_what_is_rendered() -> None:
    port = free_port()
    listener = listen(HOST, port)
    assert listener is not None
    serve(listener, lambda: b"up 1\n")

    with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=10) as answer:
        body, kind = answer.read(), answer.headers["Content-Type"]

    assert body == b"up 1\n"
    assert kind.startswith("text/plain; version=0.0.4")


def test_a_health_check_is_answered() -> None:
    port = free_port()
    listener = listen(HOST, port)
    assert listener is not None
    serve(listener, lambda: b"")

    with urllib.request.urlopen(f"http://{HOST}:{port}/healthcheck", timeout=10) as answer:
        assert answer.read() == b"1"


def test_there_is_nothing_else() -> None:
    port = free_port()
    listener = listen(HOST, port)
    assert listener is not None
    serve(listener, lambda: b"")

    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://{HOST}:{port}/services", timeout=10)


def test_a_port_that_is_taken_is_a_warning_that_names_the_setting(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as other, caplog.at_level(logging.WARNING):
        other.bind((HOST, 0))
        other.listen(1)

        listener = listen(HOST, other.getsockname()[1])

    assert listener is None
    assert "METRICS_PORT: cannot listen on" in caplog.text


def test_without_a_port_nobody_listens() -> None:
    assert listen(HOST, None) is None


def test_connections_that_are_held_keep_no_scrape_away() -> None:
    listener = listen("127.0.0.1", free_port())
    assert listener is not None
    serve(listener, lambda: b"a 1\n")
    port = listener.getsockname()[1]

    with ExitStack() as stack:
        for _ in range(3 * MOST_CONNECTIONS):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            assert answer.read() == b"a 1\n"
