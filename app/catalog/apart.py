"""Examining services in a process of its own, which is killed if a template takes too long there."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.catalog.examining import Case, Outcome
from app.errors import Problem, StoreError

PATIENCE = 60.0  # seconds that a case may take, on a machine that is busy with other things; its own time is bounded apart
IDLE = 30.0  # seconds after which a process that has nothing to do is ended: until then the next edit is examined at once
TRIES = 2  # processes that are started for one case: one may have ended while it was idle
_FOLDER = Path(__file__).resolve().parent.parent.parent  # where `app` is imported from
COMMAND = (sys.executable, "-m", "app.catalog.examiner")
_DEATHS = {signal.SIGXCPU: "takes more than 2 s, and cannot be interrupted", signal.SIGKILL: "was killed while it was tried"}


@dataclass(frozen=True)
class Examined:
    """An outcome, the names of the templates that it depends on, and whether it would be the same again (*final*)."""

    outcome: Outcome
    looked: frozenset[str]
    final: bool = True


class Examiner:
    """The process that examines, as its parent sees it. It is started when it is needed. Any thread may use it."""

    def __init__(self, *, command: Sequence[str] = COMMAND, patience: float = PATIENCE, idle: float = IDLE) -> None:
        self._command = tuple(command)
        self._patience = patience
        self._idle = idle
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._parent = os.getpid()
        self._sources: Mapping[str, str] | None = None  # that the process has
        self._closing: threading.Timer | None = None
        self._used = 0.0  # when a case came last

    @property
    def pid(self) -> int | None:
        """The number of the process; None while there is none."""
        return self._process.pid if self._process is not None else None

    def examine(self, case: Case) -> Examined:
        """The outcome of *case*. Raises StoreError if no process can be started."""
        with self._lock:
            try:
                return self._examine(case)
            finally:
                self._close_later()

    def close(self) -> None:
        """Ends the process; the next case starts another one."""
        with self._lock:
            self._end()
            closing, self._closing = self._closing, None
        if closing is not None:
            closing.cancel()
            closing.join()

    def _examine(self, case: Case) -> Examined:
        for _ in range(TRIES):
            process = self._started()
            looked: set[str] = set()
            try:
                self._ask(process, case)
                for said in self._lines(process):
                    if "looked" not in said:
                        return Examined(_outcome(said), frozenset(looked))
                    looked.add(said["looked"])
            except (BrokenPipeError, ValueError):  # it has ended, or was interrupted while it spoke
                process.kill()
            status = self._end()
            if looked:
                return _died(case, looked, status)
        raise StoreError("templates cannot be tried: the process for it ends at once")

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._parent == os.getpid():
            return self._process
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_FOLDER), "PYTHONUTF8": "1"}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the gateway's own module
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
            )
        except OSError as exc:
            raise StoreError(f"templates cannot be tried: no process can be started: {exc.strerror}") from exc
        self._parent, self._sources = os.getpid(), None
        return self._process

    def _ask(self, process: subprocess.Popen[bytes], case: Case) -> None:
        if self._sources is not case.sources:
            _write(process, {"sources": dict(case.sources)})
            self._sources = case.sources
        _write(process, {"file": case.file, "text": case.text, "functions": dict(case.functions), "whole": case.whole})

    def _lines(self, process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
        """What the process says, until it ends or has taken too long."""
        deadline = time.monotonic() + self._patience
        assert process.stdout is not None  # noqa: S101 - it was asked for
        ready = select.poll()
        ready.register(process.stdout, select.POLLIN)
        rest = b""
        while (left := deadline - time.monotonic()) > 0 and ready.poll(left * 1000):
            more = os.read(process.stdout.fileno(), 2**16)
            if not more:
                return
            *lines, rest = (rest + more).split(b"\n")
            yield from map(json.loads, lines)
        process.kill()

    def _close_later(self) -> None:
        self._used = time.monotonic()
        if self._closing is None:
            self._wait_for_idleness(self._idle)

    def _wait_for_idleness(self, seconds: float) -> None:
        self._closing = threading.Timer(seconds, self._close_if_idle)
        self._closing.daemon, self._closing.name = True, "examiner"
        self._closing.start()

    def _close_if_idle(self) -> None:
        with self._lock:
            if self._closing is not threading.current_thread():  # closed meanwhile
                return
            left = self._used + self._idle - time.monotonic()
            if left > 0:
                self._wait_for_idleness(left)
            else:
                self._closing = None
                self._end()

    def _end(self) -> int:
        """How the process ended: its status, or the negative number of a signal."""
        process, self._process = self._process, None
        if process is None or self._parent != os.getpid():
            return 0
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            return process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def _write(process: subprocess.Popen[bytes], said: Mapping[str, Any]) -> None:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    process.stdin.write(json.dumps(said).encode() + b"\n")
    process.stdin.flush()


def _outcome(said: Mapping[str, Any]) -> Outcome:
    return Outcome.of(said["reached"], said["problems"], said["warnings"])


def _died(case: Case, looked: set[str], status: int) -> Examined:
    """What is said of a case that ended the process; one that we killed may do better on a machine that is less busy."""
    reason = _DEATHS.get(-status, "ended the process in which it was tried")  # type: ignore[call-overload]
    problem = Problem(case.tried, "", reason)
    return Examined(Outcome(problems=(problem,)), frozenset(looked), final=-status != signal.SIGKILL)
