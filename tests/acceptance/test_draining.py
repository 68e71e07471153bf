"""A gateway that is stopped while clients wait: each is told so before the process ends, which it does in Docker's time."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import Fake, Gateway, House, eventually, transcript, write_service

pytestmark = pytest.mark.acceptance

DOCKER_WAITS = 10.0  # seconds between SIGTERM and SIGKILL by default
HANGS = {"text": "one two three four", "fault": "hang_midway"}
CHAT = {"model": "fake-model", "messages": [{"role": "user", "content": "Hello"}]}
SENT: dict[str, tuple[str, Any]] = {
    "generate": ("/generate", {"prompt": "p"}),
    "generate, as text": ("/generate/stream", {"prompt": "p"}),
    "generate, as events": ("/generate/stream", {"prompt": "p", "stream_format": "sse"}),
    "openai": ("/v1/chat/completions", CHAT),
    "openai, streamed": ("/v1/chat/completions", {**CHAT, "stream": True}),
}


@pytest.fixture
def services(tmp_path: Path) -> Path:
    folder = tmp_path / "services"
    write_service(folder, "rolling", "{{ previous }}\n{{ turns }}\n")
    flavor = {"name": "f", "modelName": "fake-model", "totalContextLength": 4096, "maxGenerationLength": 500}
    (folder / "generate.json").write_text(json.dumps({"type": "generate", "name": "generate", "flavor": [flavor]}), "utf-8")
    (folder / "generate.txt").write_text("{{ prompt }}", "utf-8")
    return folder


def asking(port: int, path: str, body: Any) -> socket.socket:
    data = json.dumps(body).encode()
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    client.sendall(head.encode() + data)
    return client


def all_of(client: socket.socket) -> bytes:
    """What comes until the connection ends, in whatever way; the client closes it as well then."""
    said = b""
    with client, suppress(ConnectionError):
        while data := client.recv(65536):
            said += data
    return said


def hanging(house: House, services: Path, *flags: str) -> tuple[Gateway, Fake]:
    fake = house.fake()
    fake.script(default=HANGS)
    gateway = house.gateway(services, *flags, fake=fake)
    gateway.start()
    return gateway, fake


def test_who_waits_is_told_that_the_gateway_stops(house: House, services: Path) -> None:
    gateway, fake = hanging(house, services, "--drain_timeout", "1")
    clients = {name: asking(gateway.port, path, body) for name, (path, body) in SENT.items()}
    eventually(lambda: len(fake.calls) == len(SENT), what="all calls are in flight")
    time.sleep(0.5)

    status = gateway.stop()
    said = {name: all_of(client) for name, client in clients.items()}

    assert status == 0
    for name in ("generate", "openai"):
        assert said[name].startswith(b"HTTP/1.1 503 "), said[name]
        assert b"\r\nRetry-After: " in said[name]
    assert b"event: error" in said["generate, as events"]
    assert b'"stopping"' in said["generate, as events"]
    assert b'"error"' in said["openai, streamed"]
    assert not said["generate, as text"].endswith(b"0\r\n\r\n")  # broken off, and does not look whole
    assert "Traceback" not in gateway.process.said
    assert house.inhabitants() == set()


def test_what_is_done_within_the_drain_is_answered(house: House, services: Path) -> None:
    gateway, fake = hanging(house, services, "--drain_timeout", "20")
    fake.script(default={"latency": 1.5, "text": "in time"})
    client = asking(gateway.port, *SENT["generate"])
    eventually(lambda: fake.calls, what="the call is in flight")

    status = gateway.stop()

    assert status == 0
    assert b"in time" in all_of(client)


def test_the_whole_stop_takes_no_longer_than_docker_waits(house: House, services: Path) -> None:
    """With the usual settings, a client that waits, a job in flight, and clients that hold their connections."""
    gateway, fake = hanging(house, services)
    clients = [asking(gateway.port, *SENT["openai, streamed"]), socket.create_connection(("127.0.0.1", gateway.port))]
    clients[1].sendall(b"GET /heal")
    gateway.submit("rolling", transcript(4))
    eventually(lambda: len(fake.calls) >= 2, what="a stream and a job are in flight")
    reading = threading.Thread(target=all_of, args=(clients[0],))
    reading.start()
    began = time.monotonic()

    status = gateway.stop()

    took = time.monotonic() - began
    reading.join()
    clients[1].close()
    print(f"stopped after {took:.1f} s")  # noqa: T201
    assert (status, house.inhabitants()) == (0, set())
    assert took < DOCKER_WAITS
