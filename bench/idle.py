"""What a gateway with nothing to do takes: the memory and the processor time of each of its processes.

    python -m bench.idle [seconds] [services]

The gateway of this checkout as it ships (two web workers, SQLite, the services of this repository unless others are named),
its model server away. It is left alone for a quarter of a minute, then watched.
RSS counts what processes share in each of them, PSS counts it once."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.acceptance.processes import ROOT, House, tree

REST = 15.0  # seconds after the start: until then the services are examined


def role_of(process: psutil.Process, others: dict[int, str]) -> str:
    """What *process* is, by its name, its command and by what its parent is."""
    comm = Path(f"/proc/{process.pid}/comm").read_text(encoding="utf-8").strip()
    words = (*process.cmdline(), comm.removeprefix("gateway-"))
    named = next((word for word in ("web", "worker", "app.catalog.examiner") if word in words), "supervisor")
    return "web worker" if others.get(process.ppid()) == "web" else "web" if named == "web" else named


def seconds_of(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])


def watch(pid: int, seconds: float) -> None:
    """Prints a row for each process below *pid*, and their sum."""
    processes, roles = [psutil.Process(each) for each in tree(pid)], dict[int, str]()
    for each in processes:
        roles[each.pid] = role_of(each, roles)
    before = [seconds_of(each) for each in processes]
    time.sleep(seconds)
    print(f"{'process':22}{'PSS':>9}{'RSS':>9}{'threads':>9}{'processor':>12}")
    rows = []
    for each, since in zip(processes, before, strict=True):
        memory = each.memory_full_info()
        rows.append((memory.pss / 2**20, memory.rss / 2**20, each.num_threads(), (seconds_of(each) - since) / seconds))
        show(roles[each.pid], *rows[-1])
    show("all", *map(sum, zip(*rows, strict=True)))


def show(role: str, pss: float, rss: float, threads: float, share: float) -> None:
    print(f"{role:22}{pss:5.0f} MiB{rss:5.0f} MiB{threads:9.0f}{100 * share:10.1f} %")


def main(arguments: list[str]) -> None:
    seconds = float(arguments[0]) if arguments else 30.0
    services = Path(arguments[1]) if len(arguments) > 1 else ROOT / "services"
    with tempfile.TemporaryDirectory() as folder, House(Path(folder)) as house:
        gateway = house.gateway(services)
        gateway.start()
        time.sleep(REST)
        watch(gateway.process.pid, seconds)
        gateway.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
