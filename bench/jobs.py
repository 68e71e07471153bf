"""Jobs against the ideal schedule of the same calls, with the real processes in front of the fake model server.

    python -m bench.jobs [sqlite|postgres ...] [--slots 8,32,64,128,256] [--seconds 0.4] [--workers 1] [--short 600]

For each number of slots: three jobs a slot, which wait when the workers begin. Ratios of one run; the calls' own times are the
model server's, so the machine's moods are in both. The ideal takes nothing between two calls: the longer of all calls' time
over the number of slots, and the longest job's calls one after the other. Processor time is that of all processes of the
gateway, from the first request to the last end, divided by the calls; the database server's is apart."""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from tests.acceptance.processes import ROLLING, SINGLE, Call, Fake, Gateway, House, eventually, transcript, tree, write_service
from tests.fixtures.postgres import READY, Postgres

CALLS = 12  # of a rolling job
A_SLOT = 3  # jobs for each slot
LONG = 96  # calls of the one long transcript
DETAILED = 8  # slots with which the costs of single steps are measured
IDLE_SECONDS = 20
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Running:
    """A gateway with its model server, and the worker processes that it has besides its own."""

    name: str
    slots: int
    fake: Fake
    gateway: Gateway
    house: House
    server: Postgres | None
    others: list[Gateway] = field(default_factory=list)

    def print(self, what: str) -> None:
        print(f"{self.name}, {self.slots} slots: {what}", flush=True)

    @property
    def workers(self) -> list[int]:
        return [self.gateway.pid_of("worker"), *(other.process.pid for other in self.others)]

    def spent(self) -> dict[str, float]:
        """Seconds of processor time so far, by what spent them."""
        workers = self.workers
        spent = {"workers": sum(map(_spent, workers))}
        spent["rest"] = sum(map(_spent, self.house.inhabitants() - set(workers)))
        if self.server is not None:
            postmaster = int((self.server.folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])
            spent["server"] = sum(map(_spent, tree(postmaster)))
        return spent

    def transactions(self) -> int:
        """How many the database server has committed so far; it says so with a delay of about a second."""
        if self.server is None:
            return 0
        time.sleep(1.5)
        return int(self.server.run("SELECT sum(xact_commit) FROM pg_stat_database WHERE datname = 'test1'")[0][0])

    @contextmanager
    def frozen_workers(self) -> Iterator[None]:
        """The workers do nothing meanwhile."""
        for pid in self.workers:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in self.workers:
                os.kill(pid, signal.SIGCONT)

    def wait_until_idle(self) -> None:
        def idle() -> bool:
            jobs = self.gateway.ask("GET", "/health").body["jobs"]
            return not jobs["queued"] and not jobs["processing"]

        eventually(idle, 3600, 0.5)

    def timed(self, service: str, contents: Iterable[str]) -> tuple[float, list[Call]]:
        """How long it took from the first start to the last end, and the calls that were made."""
        before = len(self.fake.calls)
        with self.frozen_workers():
            accepted = [self.gateway.submit(service, content) for content in contents]
        self.wait_until_idle()
        records = [self.gateway.ask("GET", f"/jobs/{job_id}").body for job_id in accepted]
        assert all(each["status"] == "complete" for each in records)
        began, ended = min(each["started"] for each in records), max(each["finished"] for each in records)
        return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds(), self.fake.calls[before:]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgres"], help="sqlite, postgres")
    parser.add_argument("--slots", default="8,32,64,128,256")
    parser.add_argument("--seconds", type=float, default=0.4, help="of a call")
    parser.add_argument("--workers", type=int, default=1, help="more than one needs postgres")
    parser.add_argument("--short", type=int, default=600, help="jobs of one call of no time; 0: none")
    asked = parser.parse_args()
    for database in asked.databases:
        for slots in map(int, asked.slots.split(",") if asked.slots else ()):
            with ExitStack() as stack:
                running = _start(database, slots, asked.seconds, asked.workers, stack)
                _makespan(running, asked.seconds)
                if slots == DETAILED:
                    _details(running)
        if asked.short:
            with ExitStack() as stack:
                running = _start(database, DETAILED, 0.0, asked.workers, stack)
                _short(running, asked.short)
                _idle(running)


def _start(database: str, slots: int, seconds: float, workers: int, stack: ExitStack) -> Running:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    house = stack.enter_context(House(folder))
    fake = house.fake("--latency", str(seconds), "--dialect", "plain")
    services = folder / "services"
    write_service(services, "rolling", ROLLING, tokenizerClass="LlamaTokenizer")
    write_service(services, "mapped", SINGLE, fields=1, tokenizerClass="LlamaTokenizer")
    flags = ["--backend_concurrency", str(slots), "--max_queued", "0"]
    server = None
    if database == "postgres":
        server = Postgres()
        stack.callback(server.close)
        flags += ["--database_url", server.create(like=READY)]
    gateway = house.gateway(services, *flags, fake=fake)
    gateway.start()
    stack.callback(gateway.stop)
    running = Running(database, slots, fake, gateway, house, server)
    for _ in range(workers - 1):
        running.others.append(house.gateway(services, *flags, command="worker", fake=fake))
        running.others[-1].process.begin()
        stack.callback(running.others[-1].stop)
    for number in range(4 * workers):
        gateway.submit("rolling", transcript(4, f"warming up {number}"))
    running.wait_until_idle()
    return running


def _makespan(running: Running, seconds: float) -> None:
    jobs = A_SLOT * running.slots
    before, committed = running.spent(), running.transactions()
    took, calls = running.timed("rolling", (transcript(2 * CALLS, f"matter {n}") for n in range(jobs)))
    each = {name: 1000 * (spent - before[name]) / len(calls) for name, spent in running.spent().items()}
    ratio, whole = took / _ideal(calls, running.slots), each["workers"] + each["rest"]
    apart = ", ".join(f"{name} {spent:.2f}" for name, spent in each.items())
    running.print(
        f"{jobs} jobs of {CALLS} calls of {seconds:g} s, {len(running.workers)} workers: {took:.1f} s = {ratio:.3f} x ideal"
    )
    running.print(f"processor time of a call {whole:.2f} ms ({apart}); most calls at once at the server {_most_at_once(calls)}")
    if running.server is not None:
        running.print(f"transactions of the database a call: {(running.transactions() - committed) / len(calls):.2f}")


def _details(running: Running) -> None:
    one, calls = running.timed("rolling", [transcript(2 * CALLS, "one matter")])
    running.print(f"our own cost of a call: {1000 * (one - _seconds(calls)) / len(calls):.1f} ms")
    running.print(f"between two calls of a job: {1000 * statistics.median(_gaps(calls)):.1f} ms")
    wide, calls = running.timed("mapped", [transcript(2 * LONG, "a long matter")])
    running.print(f"fields: 1, {LONG} calls: {_seconds(calls) / wide:.2f} x faster than one after the other")
    waits = _accepting(running)
    running.print(f"accepted while busy: p50 {1000 * waits[len(waits) // 2]:.0f} ms, p99 {1000 * waits[-3]:.0f} ms")
    running.print(f"load of the machine, last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _short(running: Running, jobs: int) -> None:
    before = running.spent()
    took, calls = running.timed("rolling", (transcript(2, f"a short matter {n}") for n in range(jobs)))
    each = {name: 1000 * (spent - before[name]) / len(calls) for name, spent in running.spent().items()}
    running.print(
        f"{jobs} jobs of one call of no time: {jobs / took:.0f} a second; {each['workers']:.1f} ms of the worker each"
    )


def _idle(running: Running) -> None:
    before = running.spent()["workers"]
    time.sleep(IDLE_SECONDS)
    running.print(f"idle: {100 * (running.spent()['workers'] - before) / IDLE_SECONDS:.1f} % of a core")


def _spent(pid: int) -> float:
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / _TICK


def _seconds(calls: Iterable[Call]) -> float:
    return sum(call.ended - call.started for call in calls)


def _ideal(calls: Sequence[Call], slots: int) -> float:
    """Seconds; the jobs are told apart by what their transcripts are about."""
    chains: dict[str, float] = defaultdict(float)
    for call in calls:
        chains[call.prompt.partition("about ")[2].partition(",")[0]] += call.ended - call.started
    return max(_seconds(calls) / slots, *chains.values())


def _most_at_once(calls: Iterable[Call]) -> int:
    """The most calls that the model server had in hand at a time."""
    moments = sorted([(call.ended, -1) for call in calls] + [(call.started, 1) for call in calls])
    now = most = 0
    for _, change in moments:
        now += change
        most = max(most, now)
    return most


def _gaps(calls: Sequence[Call]) -> list[float]:
    ordered = sorted(calls, key=lambda call: call.started)
    return [after.started - before.ended for before, after in pairwise(ordered)]


def _accepting(running: Running) -> list[float]:
    """How long each of 200 orders took to be accepted, two clients at once, while the worker is busy; sorted."""
    for number in range(running.slots):
        running.gateway.submit("rolling", transcript(100, f"work {number}"))
    waits: list[float] = []

    def client(first: int) -> None:
        for number in range(first, 200, 2):
            began = time.monotonic()
            running.gateway.submit("rolling", transcript(100, f"more {number}"))
            waits.append(time.monotonic() - began)

    clients = [threading.Thread(target=client, args=(first,)) for first in range(2)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return sorted(waits)


if __name__ == "__main__":
    main()
