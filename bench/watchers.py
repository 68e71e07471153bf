"""What those who watch a job cost: one job of 20 calls, and so many who watch it over two web workers.

    python -m bench.watchers [watchers]

Memory and CPU of each web worker, and how long after a call was written down its tokens were told, first by event streams,
then by WebSockets. The watchers share the machine with the gateway, so the times are upper bounds."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from websockets.asyncio.client import connect

from tests.acceptance.processes import ROLLING, Gateway, House, children, transcript, write_service
from tests.acceptance.test_watching import clients, delays, until, watcher_of

TURNS = 40  # two a call
LATENCY = 0.5  # seconds of a call
SECONDS = 4.0  # over which CPU time is measured


@dataclass(frozen=True)
class Workers:
    """The web workers, as the system sees them."""

    processes: Sequence[psutil.Process]

    def show(self, when: str, cpu: Sequence[float] = ()) -> None:
        memory = ", ".join(f"{each.memory_info().rss / 2**20:.0f}" for each in self.processes)
        threads = ", ".join(str(each.num_threads()) for each in self.processes)
        spent = f"; CPU {', '.join(f'{100 * share:.0f}' for share in cpu)} %" if cpu else ""
        print(f"{when:14} RSS {memory} MiB; threads {threads}{spent}")

    async def cpu(self) -> list[float]:
        """The share of a core that each uses in the next seconds."""
        before = [sum(each.cpu_times()[:2]) for each in self.processes]
        await asyncio.sleep(SECONDS)
        return [(sum(each.cpu_times()[:2]) - one) / SECONDS for each, one in zip(self.processes, before, strict=True)]


async def streams(gateway: Gateway, workers: Workers, number: int) -> None:
    job_id = gateway.submit("rolling", transcript(TURNS))
    watchers = [watcher_of(gateway, job_id) for _ in range(number)]
    async with clients() as client:
        watching = asyncio.gather(*(watcher.watch(client) for watcher in watchers))
        await until(lambda: all(watcher.told for watcher in watchers))
        workers.show("event streams", await workers.cpu())
        await watching
    calls = gateway.ask("GET", f"/jobs/{job_id}").body["calls"]
    late = sorted(delay for watcher in watchers for delay in delays(watcher, calls))
    shares = ", ".join(f"{name} {late[int(share * (len(late) - 1))]:.3f} s" for name, share in (("p50", 0.5), ("p99", 0.99)))
    print(f"{'told after':14} {shares} ({len(late)} times)")


async def sockets(gateway: Gateway, workers: Workers, number: int) -> None:
    job_id = gateway.submit("rolling", transcript(TURNS, "the roof"))
    address = f"ws://127.0.0.1:{gateway.port}/ws/results/{job_id}"

    async def watch() -> None:
        async with connect(address, open_timeout=60) as ws:
            async for _ in ws:
                pass

    watching = asyncio.gather(*(watch() for _ in range(number)))
    await asyncio.sleep(3)
    workers.show("WebSockets", await workers.cpu())
    await watching


@contextmanager
def watched() -> Iterator[tuple[Gateway, Workers]]:
    """A gateway with one service and two web workers, whose figures at rest are shown."""
    with tempfile.TemporaryDirectory() as folder, House(Path(folder)) as house:
        services = Path(folder) / "services"
        write_service(services, "rolling", ROLLING)
        gateway = house.gateway(services, "--workers", "2", fake=house.fake(latency=LATENCY))
        gateway.start()
        workers = Workers([psutil.Process(pid) for pid in children(gateway.pid_of("web"))])
        workers.show("nobody")
        yield gateway, workers


def main(number: int) -> None:
    with watched() as (gateway, workers):
        asyncio.run(streams(gateway, workers, number))
        asyncio.run(sockets(gateway, workers, number))
        time.sleep(1)
        workers.show("nobody again")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
