"""`kill -9` of any process loses nothing, and no finished model call is paid for twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import Call, Gateway, House, children, eventually, transcript

pytestmark = pytest.mark.acceptance

LATENCY = 0.2  # seconds of one model call
AT_ONCE = 8  # calls in flight, the gateway's default
ORDERS = (("rolling", transcript(30)), ("mapped", transcript(90, "the roof")))  # 15 calls one by one, 45 side by side
SLACK = 1.0  # seconds a busy machine may need to write an answer down


@dataclass(frozen=True)
class Run:
    """What became of ORDERS, of what was submitted meanwhile, and of the model's calls."""

    results: list[dict[str, Any]]
    calls: list[Call]
    killed: float = 0.0
    meanwhile: list[dict[str, Any]] = field(default_factory=list)

    def repeated(self) -> list[Call]:
        """The calls that were made again later with the same prompt."""
        by_prompt = defaultdict(list)
        for call in self.calls:
            by_prompt[call.prompt].append(call)
        return [call for calls in by_prompt.values() for call in calls[:-1]]

    def interrupted(self, call: Call) -> bool:
        """Whether it was open when the process was killed, or its answer so fresh that it may not have been written down."""
        before = call.started < self.killed or call.outcome == "aborted"
        return before and call.ended + SLACK > self.killed


def kill(pid: int) -> float:
    """When it was killed."""
    os.kill(pid, signal.SIGKILL)
    return time.time()


def kill_worker(gateway: Gateway) -> float:
    return kill(gateway.pid_of("worker"))


def kill_web_worker(gateway: Gateway) -> float:
    return kill(children(gateway.pid_of("web"))[0])


def kill_web_master(gateway: Gateway) -> float:
    return kill(gateway.pid_of("web"))


def kill_supervisor(gateway: Gateway) -> float:
    """And starts it again, as an operator's service manager would."""
    killed = kill(gateway.process.pid)
    gateway.process.wait()
    gateway.start()
    return killed


VICTIMS = (kill_worker, kill_web_worker, kill_web_master, kill_supervisor)


class Submitter:
    """Submits small jobs from a thread until it is left; keeps the ids that came back."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._submit)
        self.accepted: list[str] = []

    def __enter__(self) -> Submitter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _submit(self) -> None:
        number = 0
        while not self._over.wait(0.1):
            number += 1
            with suppress(OSError, HTTPException):  # no answer, no promise
                self.accepted.append(self._gateway.submit("rolling", f"Dan : Small matter {number}."))


@pytest.fixture(scope="module")
def undisturbed(shared_house: House, services: Path) -> Run:
    fake = shared_house.fake()
    gateway = shared_house.gateway(services, fake=fake)
    gateway.start()
    jobs = [gateway.submit(*order) for order in ORDERS]
    return Run([gateway.end_of(job) for job in jobs], fake.calls)


@pytest.fixture(scope="module", params=VICTIMS, ids=lambda kill: kill.__name__)
def disturbed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, services: Path) -> Run:
    """ORDERS with a `kill -9` in the middle, while somebody goes on submitting."""
    with House(tmp_path_factory.mktemp("house")) as house:
        fake = house.fake(latency=LATENCY)
        gateway = house.gateway(services, fake=fake)
        gateway.start()
        jobs = [gateway.submit(*order) for order in ORDERS]
        with Submitter(gateway) as submitter:
            fake.wait_for_calls(12)
            killed = request.param(gateway)
            time.sleep(1.5)
            eventually(gateway.answers, what="the web is back")
        results = [gateway.end_of(job) for job in jobs]
        meanwhile = [gateway.end_of(job) for job in submitter.accepted]
        return Run(results, fake.calls, killed, meanwhile)


def test_every_job_ends_complete_and_with_the_text_of_an_undisturbed_run(undisturbed: Run, disturbed: Run) -> None:
    assert [result["status"] for result in undisturbed.results] == ["complete", "complete"]
    assert disturbed.results == undisturbed.results


def test_only_calls_in_flight_at_that_moment_are_made_again(disturbed: Run) -> None:
    again = disturbed.repeated()

    assert [call for call in again if not disturbed.interrupted(call)] == []
    assert len([call for call in again if "budget" in call.prompt]) <= 1  # the rolling job asks one call at a time
    assert len(again) <= 2 * AT_ONCE  # a slot is free when an answer is there, which is before it is written down


def test_the_model_is_shown_the_same_as_in_an_undisturbed_run(undisturbed: Run, disturbed: Run) -> None:
    small = {call.prompt for call in disturbed.calls if "Small matter" in call.prompt}

    assert {call.prompt for call in disturbed.calls} - small == {call.prompt for call in undisturbed.calls}


def test_what_was_answered_with_a_job_id_is_carried_out(disturbed: Run) -> None:
    assert disturbed.meanwhile
    assert {result["status"] for result in disturbed.meanwhile} == {"complete"}


def test_nobody_outlives_a_killed_supervisor(house: House, services: Path) -> None:
    gateway = house.gateway(services)
    gateway.start()
    eventually(lambda: len(house.inhabitants()) == 5, 10, 0.02, "supervisor, worker, gunicorn's master and two workers")

    kill(gateway.process.pid)
    gateway.process.wait()

    eventually(lambda: not house.inhabitants(), 10, 0.02, "everybody is gone")
