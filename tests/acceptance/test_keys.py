"""Keys, seen from outside: the command makes them, every process honours them, and nobody writes them down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import FINAL, ROLLING, ROOT, Gateway, House, children, eventually, transcript, write_service

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


SECRETS = {
    "OPENAI_API_TOKEN": "sk-planted-vllm-0123456789",
    "WEBHOOK_SECRET": "whsec_planted-webhook-0123456789",
    "GEMINI_API_KEY": "planted-gemini-0123456789",
    "PAID_KEY": "sk-planted-paid-0123456789",
}
ROUTES = (
    "/health",
    "/services",
    "/model/info",
    "/jobs",
    "/apispec.json",
    "/v1/models",
    "/metrics",
    "/health/metrics",
    "/docs/",
)


def test_no_secret_of_the_operators_is_written_anywhere(house: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    secrets = tmp_path_factory.mktemp("secrets")
    for name, secret in SECRETS.items():
        (secrets / name).write_text(f"{secret}\n", encoding="utf-8")
    fake, services = house.fake(), house.folder / "services"
    write_service(services, "rolling", ROLLING)
    write_service(services, "bought", ROLLING, backend="paid")
    paid = {"name": "paid", "kind": "openai", "apiBase": fake.api_base, "apiKeyEnv": "PAID_KEY", "maxRetries": 0}
    (services / "backends.json").write_text(json.dumps([paid]), encoding="utf-8")
    by_file = {f"{name}_FILE": str(secrets / name) for name in SECRETS if name != "PAID_KEY"}
    flags = ("--backend_retries", "0", "--job_deadline", "0", "--debug")
    shown = {"PAID_KEY": SECRETS["PAID_KEY"], "PROMETHEUS_MULTIPROC_DIR": str(house.folder / "counted")}
    gateway = house.gateway(services, *flags, fake=fake, **shown, **by_file)
    gateway.start()

    answers = []
    for quoted in ("", f"Incorrect API key provided: {SECRETS['PAID_KEY']} {SECRETS['OPENAI_API_TOKEN']}"):
        fake.script(default={"status": 401, "message": quoted} if quoted else {})
        for service in ("rolling", "bought"):
            job = gateway.submit(service, transcript(4))
            answers += [json.dumps(gateway.end_of(job)), raw(gateway, "GET", f"/jobs/{job}")]
        said = {"model": "fake-model", "messages": [{"role": "user", "content": "hello"}]}
        answers.append(raw(gateway, "POST", "/v1/chat/completions", said))
    answers += [raw(gateway, "GET", path) for path in ROUTES]
    gateway.stop()

    assert {call.prompt for call in fake.calls}
    assert any('"error"' in answer for answer in answers)
    written = {
        path: path.read_bytes() for path in house.folder.rglob("*") if path.is_file() and not path.name.startswith("calls-")
    }
    for secret in SECRETS.values():
        assert not [answer for answer in answers if secret in answer]
        assert not [path for path, content in written.items() if secret.encode() in content]


def raw(gateway: Gateway, method: str, path: str, body: Any = None) -> str:
    connection = HTTPConnection("127.0.0.1", gateway.port, timeout=30)
    connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = f"{answer.headers} {answer.read().decode()}"
    connection.close()
    return said


def test_processes_that_die_while_the_file_is_broken_come_back_with_the_keys_of_the_others(
    gateway: Gateway, file: Path
) -> None:
    secret = key(file, "add", "first")
    gateway.start()
    eventually(lambda: ask(gateway, "GET", "/services", secret)[0] == 200, 5)
    file.write_text("{")

    web = gateway.pid_of("web")
    os.kill(children(web)[0], signal.SIGKILL)
    eventually(lambda: "Worker (pid" in gateway.process.said, 10)
    kept = [ask(gateway, "GET", "/services", given)[0] for given in (secret, "another")]
    os.kill(web, signal.SIGKILL)
    eventually(lambda: gateway.lives_of("web") == 2 and gateway.answers(), 30)

    assert kept == [200, 401]
    assert [ask(gateway, "GET", "/services", given)[0] for given in (secret, "another")] == [200, 401]
    assert gateway.process.popen is not None
    assert gateway.process.popen.poll() is None
