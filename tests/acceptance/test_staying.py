"""Connections that are used for one request after the other, with the real gunicorn."""

from __future__ import annotations

import json
import socket
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from app.serve.fast_path.requests import STAY
from tests.acceptance.processes import Gateway, House

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def gateway(shared_house: House) -> Gateway:
    services = shared_house.folder / "services"
    services.mkdir()
    gateway = shared_house.gateway(services, command="web", fake=shared_house.fake())
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


def test_connections_stay_open_if_the_system_allows_few_files(house: House, tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    gateway = house.gateway(
        tmp_path / "services", command="web", wrapper=("sh", "-c", 'ulimit -n 1024 && exec "$@"', "sh"), FAST_PATH="off"
    )
    gateway.start()

    with closing(HTTPConnection("127.0.0.1", gateway.port, timeout=20)) as connection:
        connection.connect()
        used = connection.sock
        for _ in range(2):
            connection.request("GET", "/healthcheck")
            connection.getresponse().read()

        assert connection.sock is used


def test_requests_that_come_together_are_answered_in_turn(gateway: Gateway) -> None:
    request = b"GET /healthcheck HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /healthcheck HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        client.sendall(2 * request + last)
        said = b"".join(iter(lambda: client.recv(65536), b""))

    assert said.count(b"HTTP/1.1 200 OK") == 3


def test_short_requests_and_others_share_a_connection(gateway: Gateway) -> None:
    said: dict[str, Any] = {"model": "fake-model", "messages": [{"role": "user", "content": "Hello"}]}
    body, streamed = json.dumps(said).encode(), json.dumps({**said, "stream": True}).encode()

    with closing(HTTPConnection("127.0.0.1", gateway.port, timeout=20)) as connection:
        connection.connect()
        used = connection.sock
        for asked in (body, body, streamed, body, b"", body):
            connection.request("POST" if asked else "GET", "/v1/chat/completions" if asked else "/healthcheck", asked or None)
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200
            assert answer.headers["X-Request-Id"]
            assert ("data: [DONE]" in text) is (asked is streamed)
            assert ("chat.completion" in text) is bool(asked)
        assert connection.sock is used


def test_a_slow_client_is_waited_for_after_a_fast_one(gateway: Gateway) -> None:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        for pause in (0.0, 4 * STAY / 1000, 0.0):
            client.sendall(head)
            time.sleep(pause)
            client.sendall(b"{}")

            answer = b""
            while not answer.endswith(b"}}"):
                answer += client.recv(65536)
            assert answer.startswith(b"HTTP/1.1 400 ")


def test_one_who_stays_does_not_keep_the_gateway_from_ending(gateway: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as client:
        client.sendall(b"GET /healthcheck HTTP/1.1\r\nHost: x\r\n\r\n")
        client.recv(65536)
        began = time.monotonic()

        gateway.stop()

    assert time.monotonic() - began < 8
