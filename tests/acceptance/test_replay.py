"""`replay` against a real gateway with a fake model server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.client import Gateway
from app.prompt_tests import read
from tests.acceptance.processes import ROOT, SINGLE, Fake, House, transcript, write_service

pytestmark = pytest.mark.acceptance

PATIENCE = 60.0  # seconds


@pytest.fixture(scope="module")
def fake(shared_house: House) -> Fake:
    return shared_house.fake()


@pytest.fixture(scope="module")
def services(shared_house: House) -> Path:
    folder = shared_house.folder / "services"
    write_service(folder, "single", SINGLE, fields=1)
    (folder / "single.short.txt").write_text((folder / "single.txt").read_text(encoding="utf-8") + "\nShort.\n")
    return folder


@pytest.fixture(scope="module")
def url(shared_house: House, services: Path, fake: Fake) -> str:
    made = shared_house.gateway(services, fake=fake)
    made.start()
    return f"http://127.0.0.1:{made.port}"


def begun(url: str, services: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app", "replay", "single", "--url", url, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        text=True,
        env={**os.environ, "SERVICES_PATH": str(services)},
    )


def run(url: str, services: Path, *arguments: str) -> tuple[int, str, str]:
    process = begun(url, services, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def of_replays(gateway: Gateway) -> list[Any]:
    return [job for job in gateway.jobs(service="single") if job.body.get("replayOf")]


def test_stored_jobs_are_replayed_once_after_the_calls_were_confirmed(url: str, fake: Fake, services: Path) -> None:
    fake.script(default={"text": "Ann: costs 480.", "latency": 0.01})
    with Gateway(url) as gateway:
        stored = gateway.run("single", transcript(6)).job.id
        fake.script(default={"text": "Ann: costs 77.", "latency": 0.01})

        unconfirmed = run(url, services, "--with", str(services / "single.short.txt"))
        nothing = of_replays(gateway)
        first = run(url, services, "--with", "single.short.txt", "--yes", "--json")
        again = run(url, services, "--with", "single.short.txt", "--yes", "--save-as-tests")

        assert (unconfirmed[0], nothing) == (6, [])
        assert "1 job will be run again with 3 calls" in unconfirmed[2]
        assert (first[0], again[0]) == (0, 0)
        [told] = json.loads(first[1])["replays"]
        assert told["stored"]["jobId"] == stored
        assert ("480" in told["stored"]["text"], told["replay"]["unsupported"]) == (True, ["77"])
        assert "+Ann" in told["diff"]
        assert len(of_replays(gateway)) == 1
        assert "480" in gateway.result(stored).text
        [case] = read(services / "single.tests.json").cases
        assert (case.name, case.vars) == (f"job {stored}", {"variant": "single.short.txt"})


def test_ctrl_c_cancels_the_replays_and_the_same_command_goes_on(url: str, fake: Fake, services: Path) -> None:
    fake.script(default={"text": "Fine.", "latency": 0.01})
    with Gateway(url) as gateway:
        gateway.run("single", transcript(8))
        fake.script(default={"text": "Slow.", "latency": 30})
        seen = {job.id for job in of_replays(gateway)}
        process = begun(url, services, "--last", "1", "--yes")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not [job for job in of_replays(gateway) if job.status == "processing"]:
            time.sleep(0.1)

        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        [cancelled] = [job for job in of_replays(gateway) if job.id not in seen]
        fake.script(default={"text": "Fine.", "latency": 0.01})
        again = run(url, services, "--last", "1", "--yes")

        assert (process.returncode, cancelled.status) == (130, "cancelled"), told
        assert again[0] == 0, again[2]
        assert gateway.job(cancelled.id).status == "complete"


def test_a_template_that_the_gateway_does_not_have_is_replayed(url: str, fake: Fake, tmp_path: Path, services: Path) -> None:
    fake.script(default={"text": "Fine.", "latency": 0.01})
    edited = tmp_path / "edited.txt"
    edited.write_text("Be brief.\n{{ turns }}\n")
    with Gateway(url) as gateway:
        stored = gateway.run("single", transcript(4)).job.id

        ended = run(url, services, "--with", str(edited), "--last", "1", "--yes", "--json")

        assert ended[0] == 0, ended[2]
        [told] = json.loads(ended[1])["replays"]
        assert told["stored"]["jobId"] == stored
        assert gateway.preview_replay(stored)["manifest"] == "single.json"
    assert "Be brief." in fake.calls[-1].prompt
    assert not list(services.glob("*edited*"))


def test_a_variant_that_is_not_there_is_refused_with_the_one_that_is_meant(url: str, services: Path) -> None:
    status, _, told = run(url, services, "--with", "single.shrt.txt", "--yes")

    assert (status, 'did you mean "short"' in told) == (1, True)
