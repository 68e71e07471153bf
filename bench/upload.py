"""What a long transcript costs the others: the real processes in front of the fake model server, which answers at once.

    python -m bench.upload [megabytes ...]

Prints, for each size, how long `/healthcheck` takes for others while the transcript is accepted, the time from the answer to
the first call to the model, the peak memory of the worker, and the memory of the web worker before and a minute after."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psutil

from bench.chunking import FLAVOR, TEMPLATE, transcript
from bench.streams import MIB, quantiles
from tests.acceptance.processes import Fake, Gateway, House, ask, eventually, tree, write_service

SIZES = (5.0, 50.0)  # megabytes
GAP = 0.01  # seconds between two questions of the other client
LATER = 60.0  # seconds after which the memory of the web is looked at again
CHANGED = {name: value for name, value in FLAVOR.items() if name not in ("name", "modelName", "backend")}


class OtherClient:
    """Asks `/healthcheck` again and again."""

    def __init__(self, port: int) -> None:
        self.waits: list[float] = []
        self._port = port
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> OtherClient:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._over.is_set():
            began = time.perf_counter()
            ask(self._port, "GET", "/healthcheck", timeout=60)
            self.waits.append(time.perf_counter() - began)
            time.sleep(GAP)


def measure(megabytes: float, house: House, fake: Fake, services: Path) -> None:
    """One gateway, so that the peak of its memory is that of this size."""
    gateway = house.gateway(services, "--max_body", str(int(2 * megabytes * 1e6) + 2**20), fake=fake)
    gateway.start()
    gateway.end_of(gateway.submit("rolling", transcript(0.05)))  # imports what is only needed now
    web, worker = gateway.pid_of("web"), gateway.pid_of("worker")
    body = order(transcript(megabytes))  # before the other client begins: one step keeps all threads of this process waiting
    before, idle = web_memory(web), psutil.Process(worker).memory_info().rss
    seen = len(fake.calls)
    spent = processor_seconds(web)
    with OtherClient(gateway.port) as other:
        began = time.time()
        job_id = accepted(gateway, body)
        answered = time.time()
    print(f"{megabytes:g} MB: accepted in {answered - began:.2f} s ({processor_seconds(web) - spent:.2f} s of the processor)")
    print(f"    {quantiles('/healthcheck of others meanwhile', other.waits)}")
    first = first_call(fake, seen)
    print(f"    first call to the model {first - answered:.2f} s after the answer; worker then {peak(worker):.0f} MiB at most")
    time.sleep(max(0.0, answered + LATER - time.time()))
    percent = gateway.ask("GET", f"/jobs/{job_id}").body.get("progress", {}).get("percent")
    after = web_memory(web)
    print(f"    web {before:.0f} MiB before, {after:.0f} MiB after {LATER:g} s: {after - before:+.0f} MiB")
    print(f"    worker {idle / MIB:.0f} MiB before, {peak(worker):.0f} MiB at most until then ({percent} % of the job)")
    gateway.stop()


def order(content: str) -> bytes:
    """The body of a request for a summary of *content*."""
    return json.dumps({"content": content, "flavor": "f"}).encode()


def accepted(gateway: Gateway, body: bytes) -> str:
    """The id of the job; large bodies take longer than tests wait."""
    return str(ask(gateway.port, "POST", "/services/rolling/generate", body, timeout=600).body["jobId"])


def first_call(fake: Fake, seen: int) -> float:
    eventually(lambda: len(fake.calls) > seen, 600, 0.02, "the model is asked")
    return fake.calls[seen].started


def web_memory(pid: int) -> float:
    """Resident memory of the web's processes, in MiB."""
    return sum(psutil.Process(each).memory_info().rss for each in tree(pid)) / MIB


def processor_seconds(pid: int) -> float:
    return sum(sum(psutil.Process(each).cpu_times()[:2]) for each in tree(pid))


def peak(pid: int) -> float:
    """The most memory that the process has had, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main(sizes: Sequence[float]) -> None:
    for megabytes in sizes or SIZES:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            house = stack.enter_context(House(folder))
            services = folder / "services"
            write_service(services, "rolling", TEMPLATE, **CHANGED)
            measure(megabytes, house, house.fake(), services)
    print(f"load of the machine, last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main([float(each) for each in sys.argv[1:]])
