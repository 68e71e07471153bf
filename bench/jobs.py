"""Jobs against the ideal schedule of the same calls, with the real processes in front of the fake model server.

    python -m bench.jobs [sqlite|postgres ...]

Ratios of one run; the calls' own times are the model server's, so the machine's moods are in both. The ideal takes nothing
between two calls: the longer of all calls' time over the number of slots, and the longest job's calls one after the other."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from tests.acceptance.processes import ROLLING, SINGLE, Call, Gateway, House, eventually, transcript, write_service
from tests.fixtures.postgres import READY, Postgres

SLOTS, SECONDS = 8, 0.4
JOBS, CALLS = 16, 12
LONG = 96  # calls of the one long transcript


def main(databases: Sequence[str]) -> None:
    for database in databases or ("sqlite", "postgres"):
        with ExitStack() as stack:
            _measure(database, stack)


def _measure(database: str, stack: ExitStack) -> None:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    house = stack.enter_context(House(folder))
    fake = house.fake("--latency", str(SECONDS))
    services = folder / "services"
    write_service(services, "rolling", ROLLING, tokenizerClass="LlamaTokenizer")
    write_service(services, "mapped", SINGLE, fields=1, tokenizerClass="LlamaTokenizer")
    flags = ["--backend_concurrency", str(SLOTS)]
    if database == "postgres":
        server = Postgres()
        stack.callback(server.close)
        flags += ["--database_url", server.create(like=READY)]
    gateway = house.gateway(services, *flags, fake=fake)
    gateway.start()
    stack.callback(gateway.stop)
    gateway.end_of(gateway.submit("rolling", transcript(4, "warming up")))

    def ask(name: str, contents: Iterable[str]) -> tuple[float, list[Call]]:
        """How long it took from the first start to the last end, and the calls that were made."""
        before = len(fake.calls)
        accepted = [gateway.submit(name, content) for content in contents]
        for job_id in accepted:
            eventually(lambda job_id=job_id: gateway.result(job_id)["status"] == "complete", 600, 0.5)
        records = [gateway.ask("GET", f"/jobs/{job_id}").body for job_id in accepted]
        began, ended = min(each["started"] for each in records), max(each["finished"] for each in records)
        return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds(), fake.calls[before:]

    many, calls = ask("rolling", [transcript(2 * CALLS, f"matter {n}") for n in range(JOBS)])
    print(f"{database}: {JOBS} transcripts at {SLOTS} slots: {many:.1f} s = {many / _ideal(calls):.3f} x the ideal")
    one, calls = ask("rolling", [transcript(2 * CALLS, "one matter")])
    print(f"{database}: our own cost of a call: {1000 * (one - _seconds(calls)) / len(calls):.1f} ms")
    print(f"{database}: between two calls of a job: {1000 * statistics.median(_gaps(calls)):.1f} ms")
    wide, calls = ask("mapped", [transcript(2 * LONG, "a long matter")])
    print(f"{database}: fields: 1, {LONG} calls: {_seconds(calls) / wide:.2f} x faster than one after the other")
    waits = _accepting(gateway)
    print(f"{database}: load of the machine, last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{database}: accepted while busy: p50 {1000 * waits[len(waits) // 2]:.0f} ms, p99 {1000 * waits[-3]:.0f} ms")


def _seconds(calls: Iterable[Call]) -> float:
    return sum(call.ended - call.started for call in calls)


def _ideal(calls: Sequence[Call]) -> float:
    """Seconds; the jobs are told apart by what their transcripts are about."""
    chains: dict[str, float] = defaultdict(float)
    for call in calls:
        chains[call.prompt.partition("about ")[2].partition(",")[0]] += call.ended - call.started
    return max(_seconds(calls) / SLOTS, *chains.values())


def _gaps(calls: Sequence[Call]) -> list[float]:
    ordered = sorted(calls, key=lambda call: call.started)
    return [after.started - before.ended for before, after in pairwise(ordered)]


def _accepting(gateway: Gateway) -> list[float]:
    """How long each of 200 orders took to be accepted, two clients at once, while the worker is busy; sorted."""
    for number in range(SLOTS):
        gateway.submit("rolling", transcript(100, f"work {number}"))
    waits: list[float] = []

    def client(first: int) -> None:
        for number in range(first, 200, 2):
            began = time.monotonic()
            gateway.submit("rolling", transcript(100, f"more {number}"))
            waits.append(time.monotonic() - began)

    clients = [threading.Thread(target=client, args=(first,)) for first in range(2)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return sorted(waits)


if __name__ == "__main__":
    main(sys.argv[1:])
