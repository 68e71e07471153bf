"""Keys, seen from outside: the command makes them, every process honours them, and nobody writes them down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import FINAL, ROLLING, ROOT, Gateway, House, eventually, transcript, write_service

pytestmark = pytest.mark.acceptance


def key(file: Path, *arguments: str) -> str:
    """What `python3 -m app key` prints."""
    command = [sys.executable, "-m", "app", "key", "--file", str(file), *arguments]
    made = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60, env=dict(os.environ))
    return made.stdout.strip()


def ask(gateway: Gateway, method: str, path: str, secret: str = "", body: Any = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", gateway.port, timeout=30)
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {secret}"} if secret else {})}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def gateway(house: House, file: Path, tmp_path: Path) -> Gateway:
    """A gateway of two web workers, which is not started yet."""
    services = tmp_path / "services"
    write_service(services, "rolling", ROLLING)
    folder = tmp_path / "counted"
    return house.gateway(services, fake=house.fake(), API_KEYS_FILE=str(file), PROMETHEUS_MULTIPROC_DIR=str(folder))


def test_a_key_that_is_made_is_good_in_every_worker_within_a_second_and_gone_when_it_is_removed(
    gateway: Gateway, file: Path
) -> None:
    key(file, "add", "first")
    gateway.start()

    secret = key(file, "add", "second", "--services", "rolling")
    eventually(lambda: all(ask(gateway, "GET", "/services", secret)[0] == 200 for _ in range(8)), 5)
    key(file, "remove", "second")
    eventually(lambda: all(ask(gateway, "GET", "/services", secret)[0] == 401 for _ in range(8)), 5)


def test_the_rate_holds_over_all_workers(gateway: Gateway, file: Path) -> None:
    secret = key(file, "add", "alice", "--rate", "5/hour")
    gateway.start()

    body = {"content": transcript(1), "flavor": "none"}
    statuses = [ask(gateway, "POST", "/services/rolling/generate", secret, body)[0] for _ in range(12)]

    assert statuses == [404] * 5 + [429] * 7


def test_no_key_is_written_anywhere(house: House, gateway: Gateway, file: Path) -> None:
    secret, wrong = key(file, "add", "alice", "--tokens", "1M/day"), "lgw_" + "planted-and-wrong" * 2
    gateway.start()

    def ended() -> bool:
        return ask(gateway, "GET", f"/results/{job}", secret)[1]["status"] in FINAL

    asked = {"content": transcript(4), "flavor": "f"}
    job = ask(gateway, "POST", "/services/rolling/generate", secret, asked)[1]["jobId"]
    eventually(ended, 60)
    answers = [
        ask(gateway, "GET", path, secret)[1] for path in (f"/jobs/{job}", "/jobs", "/services", "/health", "/apispec.json")
    ]
    refused = ask(gateway, "GET", "/services", wrong)
    gateway.stop()

    written = {path: path.read_bytes() for path in house.folder.rglob("*") if path.is_file()}
    assert refused[0] == 401
    assert gateway.database in written
    for planted in (secret, wrong):
        assert planted not in json.dumps([*answers, refused[1]])
        assert not [path for path, content in written.items() if planted.encode() in content]


def test_without_its_keys_a_gateway_does_not_start(gateway: Gateway) -> None:
    gateway.process.begin()

    assert gateway.process.wait(60) == 78
    assert "API_KEYS_FILE" in gateway.process.said
