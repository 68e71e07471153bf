"""Connections that are used for one request after the other, with the real gunicorn."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from http.client import HTTPConnection

import pytest

from app.serve.staying import STAY
from tests.acceptance.processes import Gateway, House

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def gateway(shared_house: House) -> Gateway:
    services = shared_house.folder / "services"
    services.mkdir()
    gateway = shared_house.gateway(services, command="web")
    gateway.start()
    return gateway  # the last test stops it, or the house when it is left


@pytest.mark.parametrize("pause", [0.0, 3 * STAY / 1000], ids=["at once", "later than its thread stays"])
def test_a_connection_takes_one_request_after_the_other(gateway: Gateway, pause: float) -> None:
    with closing(HTTPConnection("127.0.0.1", gateway.port, timeout=20)) as connection:
        connection.connect()
        used = connection.sock
        answers = []
        for _ in range(4):
            connection.request("GET", "/healthcheck")
            answers.append(connection.getresponse().read())
            time.sleep(pause)

        assert answers == [b"1"] * 4
        assert connection.sock is used


def test_requests_that_come_together_are_answered_in_turn(gateway: Gateway) -> None:
    request = b"GET /healthcheck HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /healthcheck HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        client.sendall(2 * request + last)
        said = b"".join(iter(lambda: client.recv(65536), b""))

    assert said.count(b"HTTP/1.1 200 OK") == 3


def test_one_who_stays_does_not_keep_the_gateway_from_ending(gateway: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        client.sendall(b"GET /healthcheck HTTP/1.1\r\nHost: x\r\n\r\n")
        client.recv(65536)
        began = time.monotonic()

        gateway.stop()

    assert time.monotonic() - began < 8
