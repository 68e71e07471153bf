"""The limit of a backend holds over all processes, and people are served while jobs wait; the model server is the judge."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.acceptance.processes import SINGLE, Call, Fake, Gateway, House, eventually, transcript, write_service

pytestmark = pytest.mark.acceptance

MOST, SECONDS, JOBS = 4, 0.25, 50
CHATTY = {
    "type": "generate",
    "name": "generate",
    "backend": "vLLM",
    "flavor": [{"name": "f", "modelName": "fake-model", "totalContextLength": 2048, "maxGenerationLength": 50}],
}


@pytest.fixture
def fake(house: House) -> Fake:
    return house.fake("--latency", str(SECONDS))


@pytest.fixture
def gateway(house: House, fake: Fake, tmp_path: Path) -> Iterator[Gateway]:
    folder = tmp_path / "services"
    write_service(folder, "mapped", SINGLE, fields=1)
    (folder / "generate.txt").write_text("{{ prompt }}\n", encoding="utf-8")
    (folder / "generate.json").write_text(json.dumps(CHATTY), encoding="utf-8")
    made = house.gateway(folder, "--backend_concurrency", str(MOST), "--workers", "2", fake=fake)
    made.start()
    yield made
    made.stop()


def most_at_once(calls: list[Call]) -> int:
    """How many calls were in flight at the busiest moment; one that ends as another begins counts before it."""
    moments = sorted([(call.started, 1) for call in calls] + [(call.ended, -1) for call in calls if call.ended])
    at_once = most = 0
    for _, change in moments:
        at_once += change
        most = max(most, at_once)
    return most


def test_fifty_jobs_keep_to_the_limit_and_starve_nobody(gateway: Gateway, fake: Fake) -> None:
    for number in range(JOBS):
        gateway.submit("mapped", transcript(8, f"matter {number}"))
    fake.wait_for_calls(2 * MOST)
    waits: list[float] = []

    def person() -> None:
        for number in range(4):
            began = time.monotonic()
            reply = gateway.ask("POST", "/generate", {"prompt": f"question {number}", "max_tokens": 5})
            assert reply.status == 200, reply.body
            waits.append(time.monotonic() - began)

    people = [threading.Thread(target=person) for _ in range(2)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    asked_by_jobs = len(fake.calls) - len(waits)

    assert len(waits) == 8
    assert asked_by_jobs < JOBS * 4, "the jobs were done before the people came: nothing was tested"
    assert most_at_once(fake.calls) == MOST
    print(f"people waited {', '.join(f'{wait:.2f}' for wait in waits)} s for an answer that takes {SECONDS} s")  # noqa: T201
    assert median(waits) < 6 * SECONDS  # measured: 0.3 s; the first one of each process is slower


def test_a_cancelled_job_ends_its_calls_at_the_model_server(gateway: Gateway, fake: Fake) -> None:
    fake.script(default={"latency": 30.0, "text": "late"})
    job_id = gateway.submit("mapped", transcript(8))
    eventually(lambda: sum(call.ended == 0 for call in fake.calls) == MOST, what="its calls are in flight")

    gateway.ask("DELETE", f"/jobs/{job_id}")
    cancelled = time.monotonic()
    eventually(lambda: all(call.ended for call in fake.calls), 20, 0.02, "its calls are ended")

    print(f"calls ended {time.monotonic() - cancelled:.2f} s after the job was cancelled")  # noqa: T201
    assert time.monotonic() - cancelled < 15  # measured: 0.3 s; by themselves they would end after 30
    assert len(fake.calls) == MOST
