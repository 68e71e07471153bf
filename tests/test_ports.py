from __future__ import annotations

import socket

import pytest

from app.ports import listener, local_address


@pytest.mark.parametrize(
    ("host", "address"),
    [("", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("127.0.0.1", "127.0.0.1"), ("gpu1", "gpu1")],
)
def test_a_server_on_every_address_is_reached_on_loopback(host: str, address: str) -> None:
    assert local_address(host) == address


def test_a_listener_takes_connections() -> None:
    with listener("127.0.0.1", 0) as made, socket.create_connection(made.getsockname(), timeout=5) as client:
        accepted, _ = made.accept()
        accepted.sendall(b"here")
        accepted.close()

        assert client.recv(4) == b"here"


def test_a_port_is_listened_on_once() -> None:
    with listener("127.0.0.1", 0) as made, pytest.raises(OSError, match="in use"):
        listener("127.0.0.1", made.getsockname()[1])
