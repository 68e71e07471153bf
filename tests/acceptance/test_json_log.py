"""With LOG_FORMAT=json every line of all processes is an object, whatever befalls them."""

from __future__ import annotations

import json
import os
import signal
import socket

import pytest

from tests.acceptance.processes import Fake, House, children, eventually, transcript, write_service

pytestmark = pytest.mark.acceptance


def test_every_line_is_an_object_from_the_start_to_the_end(house: House) -> None:
    fake: Fake = house.fake()
    services = house.folder / "services"
    write_service(services, "cra", "Minutes.\n{{ previous }}\n{{ turns }}\n")
    gateway = house.gateway(services, "--workers", "1", fake=fake, LOG_FORMAT="json")
    gateway.start()
    job = gateway.submit("cra", transcript(4))
    gateway.end_of(job)

    for pid in (children(gateway.pid_of("web"))[0], gateway.pid_of("worker")):
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: gateway.lives_of("worker") == 2 and gateway.answers(), what="others have taken their places")
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.sendall(b"no HTTP\x00\r\n\r\n")
        connection.recv(100)
    (services / "cra.json").write_text("{broken", encoding="utf-8")
    eventually(lambda: gateway.ask("GET", "/health").body["catalog"]["problems"], what="the broken file is noticed")
    gateway.stop()

    lines = [json.loads(line) for line in gateway.process.said.splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    assert "gunicorn.error" in {line["logger"] for line in lines}
    assert [line["request"] for line in lines if line.get("job") == job and "request" in line]
