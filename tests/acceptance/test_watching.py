"""Many who watch one job, over all web workers: told in time, at no cost to others, and sent away when a process ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.acceptance.processes import Fake, Gateway, House, children, eventually, transcript

pytestmark = pytest.mark.acceptance

WATCHERS = 200
TURNS = 16  # two a call
LATENCY = 0.5  # seconds of one model call
PROMISED = 0.3  # seconds after which another process shows what a worker wrote
SLACK = 2.0  # more of them for those who come last: 200 clients share this machine's cores with the gateway
LONG = 60.0


@dataclass
class Watcher:
    """A client of the event stream of one job: what it was told, and when."""

    address: str
    told: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    last_id: str = ""

    @property
    def states(self) -> list[dict[str, Any]]:
        return [state for _, state in self.told]

    async def watch(self, client: httpx2.AsyncClient) -> None:
        """Until the server ends the stream, or is gone."""
        headers = {"Last-Event-ID": self.last_id} if self.last_id else {}
        async with client.stream("GET", self.address, headers=headers) as answer:
            assert answer.status_code in (200, 204), (answer.status_code, await answer.aread())
            with suppress(httpx2.TransportError):
                async for line in answer.aiter_lines():
                    self._hear(line)

    def _hear(self, line: str) -> None:
        name, _, value = line.partition(": ")
        if name == "id":
            self.last_id = value
        elif name == "data":
            self.told.append((time.time(), json.loads(value)))


def clients() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(limits=httpx2.Limits(max_connections=None), timeout=LONG)


async def until(true: Any, seconds: float = LONG) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def fake(shared_house: House) -> Fake:
    return shared_house.fake(latency=LATENCY)


@pytest.fixture(scope="module")
def gateway(shared_house: House, services: Path, fake: Fake) -> Iterator[Gateway]:
    gateway = shared_house.gateway(services, "--workers", "2", fake=fake)
    gateway.start()
    yield gateway
    gateway.stop()


def watcher_of(gateway: Gateway, job_id: str) -> Watcher:
    return Watcher(f"http://127.0.0.1:{gateway.port}/jobs/{job_id}/events")


@dataclass
class Watched:
    """What 200 were told of one job, and how long others waited meanwhile."""

    job: dict[str, Any]
    watchers: list[Watcher]
    others: list[float]


@pytest.fixture(scope="module")
def watched(gateway: Gateway) -> Watched:
    async def run() -> Watched:
        job_id = gateway.submit("rolling", transcript(TURNS))
        watchers = [watcher_of(gateway, job_id) for _ in range(WATCHERS)]
        async with clients() as client:
            watching = asyncio.gather(*(watcher.watch(client) for watcher in watchers))
            others = []
            while not watching.done():
                began = time.monotonic()
                await client.get(f"http://127.0.0.1:{gateway.port}/healthcheck")
                others.append(time.monotonic() - began)
                await asyncio.sleep(0.1)
            await watching
        return Watched(gateway.ask("GET", f"/jobs/{job_id}").body, watchers, others)

    return asyncio.run(run())


def test_all_two_hundred_are_told_of_the_end(watched: Watched) -> None:
    ends = [watcher.states[-1] for watcher in watched.watchers]

    assert {end["status"] for end in ends} == {"complete"}
    assert len({end["text"] for end in ends}) == 1


def test_what_one_process_wrote_another_one_tells_within_300_ms(watched: Watched) -> None:
    late = sorted(delay for watcher in watched.watchers for delay in delays(watcher, watched.job["calls"]))

    assert late[len(late) // 2] < PROMISED
    assert late[-1] < PROMISED + SLACK


def delays(watcher: Watcher, calls: list[dict[str, Any]]) -> Iterator[float]:
    """How long after each call was written down its tokens were told, for the calls that ended while he watched."""
    began, tokens = watcher.told[0][0], 0
    for call in calls:
        tokens += call["tokens"]["prompt"]
        written = datetime.fromisoformat(call["created"]).timestamp()
        if written > began:
            yield next(at for at, state in watcher.told if state["tokens"]["prompt"] >= tokens) - written


def test_others_are_answered_meanwhile(watched: Watched) -> None:
    assert sorted(watched.others)[len(watched.others) // 2] < SLACK


def test_both_sockets_tell_a_job_to_its_end(gateway: Gateway) -> None:
    job_id = gateway.submit("rolling", transcript(4))

    with (
        connect(f"ws://127.0.0.1:{gateway.port}/ws/results/{job_id}") as one,
        connect(f"ws://127.0.0.1:{gateway.port}/ws/results") as many,
    ):
        many.send(json.dumps([job_id]))
        alone = [json.loads(message) for message in one]
        together = list(told_until_complete(many))

    assert alone[-1]["status"] == together[-1]["status"] == "complete"
    assert alone[-1]["summarization"] == together[-1]["summarization"]
    assert one.close_code == 1000


def told_until_complete(many: ClientConnection) -> Iterator[dict[str, Any]]:
    """Every object about a job, the answer to the array included."""
    for message in many:
        said = json.loads(message)
        yield from (said if isinstance(said, list) else [said])
        if isinstance(said, dict) and said["status"] == "complete":
            return


def test_who_comes_back_after_his_web_worker_died_has_missed_nothing(gateway: Gateway) -> None:
    async def run() -> Watcher:
        watcher = watcher_of(gateway, gateway.submit("rolling", transcript(TURNS)))
        async with clients() as client:
            first = asyncio.ensure_future(watcher.watch(client))
            await until(lambda: any(state["progress"]["done"] for state in watcher.states))
            for pid in children(gateway.pid_of("web")):
                os.kill(pid, signal.SIGKILL)
            await first
            await asyncio.sleep(2 * LATENCY)
            eventually(gateway.answers)
            deadline = time.monotonic() + LONG
            while watcher.states[-1]["status"] in ("queued", "processing"):  # comes back as often as a browser would
                assert time.monotonic() < deadline, watcher.states[-1]
                await watcher.watch(client)
        return watcher

    watcher = asyncio.run(run())

    done = [state["progress"]["done"] for state in watcher.states]
    assert watcher.states[-1]["status"] == "complete"
    assert done == sorted(done)


def test_a_gateway_that_stops_does_not_wait_for_those_who_watch(house: House, services: Path, fake: Fake) -> None:
    gateway = house.gateway(services, "--workers", "2", fake=fake)
    gateway.start()
    watchers = [watcher_of(gateway, gateway.submit("rolling", transcript(60))) for _ in range(4)]

    async def run() -> float:
        async with clients() as client:
            watching = asyncio.gather(*(watcher.watch(client) for watcher in watchers))
            await until(lambda: all(watcher.told for watcher in watchers))
            began = time.monotonic()
            os.kill(gateway.pid_of("web"), signal.SIGTERM)
            await watching
            return time.monotonic() - began

    seconds = asyncio.run(run())
    gateway.stop()

    assert seconds < 5  # of the ten that a stopping process may use
