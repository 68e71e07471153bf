"""A supervisor with small children, seen from outside.

As a program (`python -m tests.engines.family FOLDER NAME=CODE…`) it runs a Supervisor over Python children with that code,
started in this order. A STUBBORN one has 0.5 s to stop instead of 10; one called `late` is ready when FOLDER/late.ready is;
`left` and `right` are stopped together; `model` serves a backend, and is ready when FOLDER/model.ready is. One whose name
begins with `fork` is a fork of the supervisor."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import TracebackType

from app.engines.child import Child, Supervisor
from app.engines.forks import Forked

# What a child says is one write: several children share the file, and pieces of their lines would mix.
SAY = """
import os
def say(*words):
    os.write(1, (" ".join(map(str, (NAME, *words))) + "\\n").encode())
"""
OBEDIENT = """
import signal, sys, time
def stop(number, frame):
    say("got", signal.Signals(number).name)
    sys.exit(0)
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, stop)
say("up")
time.sleep(120)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
say("up")
time.sleep(120)
"""
PARENT = """
import subprocess, time
say("has", subprocess.Popen(["sleep", "120"]).pid)
time.sleep(120)
"""
LEAVING = """
say("up")
"""
SLOW_TO_STOP = """
import signal, sys, time
def stop(number, frame):
    say("got", signal.Signals(number).name)
    time.sleep(1)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
say("up")
time.sleep(120)
"""
FAILING = """
import sys, time
print("loading weights", flush=True)
time.sleep(0.3)
sys.exit("torch.OutOfMemoryError: CUDA out of memory\\n")
"""
SERVING_THEN_FAILING = """
import os, pathlib, sys, time
pathlib.Path(os.environ["FOLDER"], "model.ready").touch()
time.sleep(1)
sys.exit("bad prompt: said in confidence")
"""
MISCONFIGURED = """
import sys
sys.exit(78)
"""


class Family:
    """The program above as a context: its signals, its output, its children. All are gone afterwards."""

    def __init__(self, folder: Path, **children: str) -> None:
        self._folder = folder
        self._output = folder / "output"
        self._children = children

    def __enter__(self) -> Family:
        arguments = [f"{name}={code}" for name, code in self._children.items()]
        with self._output.open("a", encoding="utf-8") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.engines.family", str(self._folder), *arguments],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        for pid in {int(found) for found in re.findall(r"(?:pid|has) (\d+)", self.said)}:
            if alive(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    @property
    def said(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def hear(self, pattern: str, times: int = 1) -> list[str]:
        """What *pattern* found in the output, once it is there that many times."""
        deadline = time.monotonic() + 30
        while len(found := re.findall(pattern, self.said)) < times:
            assert time.monotonic() < deadline, f"{pattern} was not said {times} times:\n{self.said}"
            time.sleep(0.02)
        return [str(each) for each in found]

    def pid(self, name: str, life: int = 1) -> int:
        """The process id of the child in its life of that number."""
        return int(self.hear(f"{name} started: pid (\\d+)", life)[life - 1])

    def up(self) -> None:
        """Waits until every child says so."""
        for name in self._children:
            self.hear(f"{name} up")

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def status(self) -> int:
        return self.process.wait(30)


def alive(pid: int) -> bool:
    """Whether the process runs; a dead one that nobody has reaped yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def gone(pid: int) -> bool:
    """Whether the process ends within a few seconds."""
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def _carried_out(code: str, environment: Mapping[str, str]) -> int:
    exec(code, {"ENVIRONMENT": environment})
    return 0


def _child(folder: Path, name: str, code: str) -> Child:
    whole = f"NAME = {name!r}\n{SAY}{code}"
    command = (sys.executable, "-c", whole) if code != "missing" else ("/no/such/program",)
    ready = (folder / f"{name}.ready").exists if name in ("late", "model") else None
    return Child(
        name,
        command,
        work=partial(_carried_out, whole) if name.startswith("fork") else None,
        env={"CHILD_NAME": name, "FOLDER": str(folder)},
        ready=ready,
        grace=0.5 if code == STUBBORN else 10.0,
        stop_group="pair" if name in ("left", "right") else "",
        backend=name if name == "model" else "",
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    family = [_child(Path(sys.argv[1]), *argument.split("=", 1)) for argument in sys.argv[2:]]
    environment = {**os.environ, "SHARED": "by all"}
    supervisor = Supervisor(
        family,
        environment=environment,
        on_ready=lambda: logging.info("all ready"),
        report=lambda child, why: logging.info("%s: %s", child.backend, why or "serves"),
    )
    try:
        status = supervisor.run()
    except Forked as forked:
        child = forked
    else:
        sys.exit(status)
    sys.exit(child.become())
