"""What an edit of one file costs in a folder of many services: when it is live in all processes, and what it takes meanwhile.

    python -m bench.reload [edits]

Eight processes follow one folder as web workers do. Prints the time from the edit until the last of them serves it, the
processor time that an edit takes in all of them, looks afterwards included, and the requests per second of a gateway with
two web workers during two edits a second, over those without. Times share the machine with whatever else runs on it;
processor times and the ratio do not."""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path

from app.catalog.folder import UNSURE
from app.gateway import load_catalog
from app.metrics import NullMetrics
from app.settings import Settings
from app.watcher import Watcher
from tests.acceptance.processes import Gateway, House

PROCESSES = 8
SERVICES = 202
EDITS = 20
SETTLED = UNSURE + 1.0  # seconds after an edit in which processes look again
ROUNDS, ROUND = 4, 4.0  # rounds with and without edits, and seconds of each
CLIENTS = 4
BETWEEN = 0.5  # seconds between two edits while requests are counted


def fill(folder: Path) -> None:
    """Services of the model server in this process, so that requests cost the gateway and nobody else."""
    folder.mkdir()
    for number in range(SERVICES):
        name = f"service{number:03}"
        flavor = {"name": "f", "backend": "echo", "modelName": "m", "totalContextLength": 4096, "maxGenerationLength": 64}
        manifest = {"type": "generate", "name": name, "description": f"What {name} is for. " * 10, "flavor": [flavor]}
        (folder / f"{name}.txt").write_text(f"{name}: {'Do as you are told. ' * 20}{{{{ prompt }}}}\n", encoding="utf-8")
        (folder / f"{name}.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def edit(folder: Path, number: int) -> None:
    """Replaces the template of one service, as editors do."""
    file = folder / f"service{number % SERVICES:03}.txt"
    fresh = file.with_name(f".{file.name}.tmp")
    fresh.write_text(f"Edit {number}. {{{{ prompt }}}}\n", encoding="utf-8")
    os.replace(fresh, file)


class Telling(NullMetrics):
    """Tells the parent when a new catalog is there, and how much processor time this process has used."""

    def __init__(self, told: Connection) -> None:
        self._told = told

    def reloaded(self, name: str, seconds: float) -> None:  # noqa: ARG002
        self._told.send(time.monotonic())


def follow(settings: Settings, told: Connection) -> None:
    """One process that follows the folder; answers each word of the parent with its processor time."""
    current = load_catalog(settings, Telling(told))
    watcher = Watcher(current, settings.services_folder, settings.watch)
    watcher.start()
    time.sleep(SETTLED)
    told.send("ready")
    while told.recv():
        told.send(("cpu", time.process_time()))
    watcher.stop()
    told.send(current.catalog.generation)


def received(told: Connection, kind: type) -> object:
    while True:
        said = told.recv()
        if isinstance(said, kind):
            return said


def spent(pipes: list[Connection]) -> float:
    """Seconds of processor time that all processes have used."""
    for each in pipes:
        each.send(True)
    return sum(received(each, tuple)[1] for each in pipes)  # type: ignore[index]


def live(home: Path, edits: int) -> None:
    settings = Settings(services=str(home / "services"), db_path=str(home / "results.sqlite"))
    spawning = multiprocessing.get_context("spawn")
    ends = [spawning.Pipe() for _ in range(PROCESSES)]
    processes = [spawning.Process(target=follow, args=(settings, end), daemon=True) for _, end in ends]
    pipes = [end for end, _ in ends]
    for process in processes:
        process.start()
    for pipe in pipes:
        received(pipe, str)
    before = spent(pipes)
    time.sleep(SETTLED)
    idle = spent(pipes) - before
    waits, costs = [], []
    for number in range(edits):
        before, began = spent(pipes), time.monotonic()
        edit(settings.services_folder, number)
        waits.append(max(received(pipe, float) for pipe in pipes) - began)  # type: ignore[type-var, operator]
        time.sleep(max(0.0, SETTLED - (time.monotonic() - began)))
        costs.append(spent(pipes) - before - idle)
    for pipe in pipes:
        pipe.send(False)
    assert len({received(pipe, str) for pipe in pipes}) == 1
    waits.sort()
    print(f"live in {PROCESSES} processes, {SERVICES} services, {edits} edits:")
    print(f"  p50 {1000 * statistics.median(waits):.0f} ms, worst {1000 * waits[-1]:.0f} ms")
    print(f"  processor time of an edit, all processes: {1000 * statistics.median(costs):.0f} ms")
    print(f"  processor time of {SETTLED:g} s without one: {1000 * idle:.0f} ms")


def rate(gateway: Gateway) -> float:
    """Requests a second of all clients together."""
    until = time.monotonic() + ROUND
    done = [0] * CLIENTS

    def client(number: int) -> None:
        while time.monotonic() < until:
            answer = gateway.ask("POST", "/services/service100/generate", {"prompt": "Say hello."})
            assert answer.status == 200, answer
            done[number] += 1

    clients = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return sum(done) / ROUND


def rate_with_edits(gateway: Gateway, folder: Path, first: int) -> float:
    over = threading.Event()

    def keep_editing() -> None:
        number = first
        while not over.wait(BETWEEN):
            edit(folder, number % 100)
            number += 1

    editing = threading.Thread(target=keep_editing)
    editing.start()
    try:
        return rate(gateway)
    finally:
        over.set()
        editing.join()
        time.sleep(SETTLED)


def throughput(home: Path, stack: ExitStack) -> None:
    house = stack.enter_context(House(home))
    gateway = house.gateway(home / "services", "--workers", "2")
    gateway.start()
    stack.callback(gateway.stop)
    rate(gateway)
    pairs = [(rate(gateway), rate_with_edits(gateway, home / "services", 1000 * number)) for number in range(ROUNDS)]
    ratios = [edited / plain for plain, edited in pairs]
    print("requests/s without and with edits: " + ", ".join(f"{plain:.0f}/{edited:.0f}" for plain, edited in pairs))
    print(f"  with over without, median of {ROUNDS}: {statistics.median(ratios):.2f}")


def main(edits: int) -> None:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        fill(home / "services")
        live(home, edits)
        throughput(home, stack)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EDITS)
