"""Child processes: started, started again when they die, stopped in order, and gone when we are gone."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from itertools import groupby
from pathlib import Path
from types import FrameType

from app.engines.child_output import Output
from app.engines.forks import Fork, Forked, fork
from app.engines.launch import CONFIGURATION_ERROR
from app.ports import local_address
from app.signals import STRANGE

__all__ = ["CONFIGURATION_ERROR", "Backoff", "Child", "Supervisor", "answers"]

log = logging.getLogger(__name__)

LAUNCHER = Path(__file__).with_name("launch.py")
SAME_PRESS = 0.3  # seconds in which another stop signal is still the first one: a terminal and `make` may both send it
GOOD_LIFE = 10.0  # seconds for which a child could be used, after which its next death is no sign of a bad start
LONGEST_PAUSE = 300.0  # seconds between two tries to start an engine that dies while it loads its model
WISHES = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)  # to stop
READY_POLL = 0.1  # seconds between two looks whether a starting child is ready
STOPPED_AT_ONCE = 130  # what a shell says of a program that Ctrl-C ended


@dataclass(frozen=True)
class Child:
    """A process to keep alive: a *command*, or *work* that a fork of this process does, given its environment; it returns the
    exit status. *env* is added to the environment that all children share, the variables *without* are left out.

    *ready* says whether it can be used yet; it is asked now and then while the child starts, and has to answer within a
    second. *grace* is the seconds between SIGTERM and SIGKILL. A child that *rereads* is told of SIGHUP, once it is ready.
    Neighbours with the same *stop_group* are asked to stop at the same time. *longest_pause* is the most seconds that a dead
    child waits to be started again. A child that serves a *backend* has its death reported for that,
    one that is *missed* for itself."""

    name: str
    command: Sequence[str] = ()
    work: Callable[[Mapping[str, str]], int] | None = None
    env: Mapping[str, str] = field(default_factory=dict, repr=False)  # may hold keys
    without: frozenset[str] = frozenset()
    ready: Callable[[], bool] | None = None
    grace: float = 10.0
    rereads: bool = False
    stop_group: str = ""
    longest_pause: float = 5.0
    backend: str = ""
    missed: bool = False


def answers(port: int, path: str = "/health", *, host: str = "127.0.0.1") -> Callable[[], bool]:
    """A `Child.ready`: whether a GET of *path* on *port* is answered with 200, by a server that listens on *host*."""
    address = local_address(host)

    def ready() -> bool:
        connection = HTTPConnection(address, port, timeout=0.5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    return ready


class Backoff:
    """How long a dead child waits to be started again: each time twice as long, and short again after a good life, which begins
    when the child can be used. All in seconds."""

    def __init__(self, first: float = 0.1, longest: float = 5.0, good_life: float = GOOD_LIFE) -> None:
        self._first = first
        self._longest = longest
        self._good_life = good_life
        self._next = first

    def pause(self, lived: float) -> float:
        """The pause after a child could be used for so many seconds."""
        now = self._first if lived >= self._good_life else self._next
        self._next = min(2 * now, self._longest)
        return now


class ChildProcess:
    """One child's place: the process that fills it, or the moment when the next one is due."""

    def __init__(self, child: Child, environment: Mapping[str, str]) -> None:
        self.child = child
        self.due: float | None = None
        self.awaited = False
        self.proved = False  # one of its processes could be used as it is configured
        self.output: Output | None = None
        inherited = {name: value for name, value in environment.items() if name not in child.without}
        self._environment = {**inherited, **child.env}
        self._backoff = Backoff(longest=child.longest_pause)
        self._process: subprocess.Popen[bytes] | Fork | None = None
        self._begun = 0.0
        self._usable_since: float | None = None
        self._last_line = ""

    @property
    def pid(self) -> int | None:
        """The process that fills the place; None when there is none."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Begins a process, in a session of its own: Ctrl-C in a terminal reaches the supervisor alone. Raises Forked in it."""
        work = self.child.work
        self._process = fork(self.child.name, partial(work, self._environment)) if work else self._launched()
        self.output = Output(self.child.name, self._process.stdout) if self._process.stdout else None
        self._begun = time.monotonic()
        self.due = None
        self.awaited = self.child.ready is not None
        self._usable_since = None if self.awaited else self._begun
        log.info("%s started: pid %d", self.child.name, self._process.pid)

    def _launched(self) -> subprocess.Popen[bytes]:
        kept = bool(self.child.backend)
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-IS", str(LAUNCHER), str(os.getpid()), *self.child.command],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if kept else None,
            stderr=subprocess.STDOUT if kept else None,
            start_new_session=True,
        )

    def start_if_due(self) -> None:
        """Begins the next process if it is time; one that the system refuses (no memory, no processes left) is due later."""
        if self.due is None or self.due > time.monotonic():
            return
        try:
            self.start()
        except OSError as exc:
            pause = self._backoff.pause(0.0)
            self.due = time.monotonic() + pause
            log.error("%s cannot be started (%s), trying again in %.1f s", self.child.name, exc.strerror, pause)

    def look_ready(self) -> bool:
        """Whether the child has just become ready."""
        if not (self.awaited and self.child.ready and self.child.ready()):
            return False
        self.awaited = False
        self.proved = True
        self._usable_since = time.monotonic()
        log.info("%s ready after %.1f s", self.child.name, self._usable_since - self._begun)
        return True

    def start_later(self, status: int) -> str:
        """Makes the next process due after the pause that the last one's life deserves; why it died, in words."""
        now = time.monotonic()
        loading = self._usable_since is None
        lived = now - self._usable_since if self._usable_since is not None else 0.0
        self.proved = self.proved or lived >= GOOD_LIFE
        pause = self._backoff.pause(lived)
        self.due = now + pause
        log.warning("%s died (%s), starting it again in %.1f s", self.child.name, _in_words(status), pause)
        # once it serves, its last line may quote a prompt
        said = f": {self._last_line}" if loading and self._last_line else ""
        when = " while it was starting" if loading else ""
        return f"died{when} ({_in_words(status)}), and is started again {pause:.0f} s after that{said}"

    def ask_to_stop(self) -> None:
        """Sends SIGTERM to the process alone: it knows best how to stop its own children."""
        if self._process:
            self._process.terminate()

    def clear(self) -> int | None:
        """Ends the process and whatever it left in its session, now. The process's exit status; None when there was none."""
        if self._process is None:
            return None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()  # a fork may not have a session yet
        status = self._process.wait()
        self._last_line = self.output.close() if self.output else ""
        self._process, self.output, self.awaited, self.due = None, None, False, None
        return status


class Supervisor:
    """Keeps children alive until one of WISHES, then stops them in the reverse order of their start, stop groups together.

    A second signal ends them at once. SIGHUP is handed on to those that reread their files, or is a wish to stop as well where
    *hangup_stops*. A child that exits with CONFIGURATION_ERROR is not started again: it ends the whole; unless it could be
    used before, since then it is its surroundings that have changed (a broken file, a full disk), and may change back.
    All in one thread, the main one; nothing else in this process may start processes, since all that end are reaped here.
    *environment* is what every child inherits; *prepare* is called once before the first of them is started, *on_ready* once
    when the last one is ready.
    *report* is told of each child with a backend, or that is missed, why it died, and of an empty text once it is ready."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        environment: Mapping[str, str],
        prepare: Callable[[], None] = lambda: None,
        on_ready: Callable[[], None] | None = None,
        hangup_stops: bool = True,
        report: Callable[[Child, str], None] = lambda _child, _why: None,
    ) -> None:
        self._report = report
        self._hangup_stops = hangup_stops
        self._processes = tuple(ChildProcess(child, environment) for child in children)
        self._prepare = prepare
        self._on_ready = on_ready
        self._asked: float | None = None
        self._at_once = False
        self._status = 0

    def run(self) -> int:
        """Starts the children and stays until they are stopped; the exit status to leave with, 0 after a stop in order.

        Whatever happens here, no child is left when it returns. After a stop that a signal asked for, those of WISHES and
        SIGHUP are ignored from then on: this process has its status to leave with, and a late one must not change it.

        Raises Forked in a child that is a fork."""
        with _signals_heard() as read_fd:
            try:
                self._prepare()
                self._wait(read_fd, time.monotonic())  # a wish to stop may have come meanwhile
                for process in self._processes if self._asked is None else ():
                    process.start()
                while self._asked is None and not self._status:
                    self._keep(read_fd)
                for _, group in groupby(enumerate(reversed(self._processes)), lambda each: each[1].child.stop_group or each[0]):
                    self._stop(tuple(process for _, process in group), read_fd)
            except Forked:
                self._processes = ()  # the others are our parent's children
                raise
            finally:
                for process in self._processes:
                    process.clear()
                if self._asked is not None:
                    _ignore_wishes()
        return STOPPED_AT_ONCE if self._at_once else self._status

    def _keep(self, read_fd: int) -> None:
        """Waits for the next event and does what it asks for."""
        self._wait(read_fd, self._next_event())
        for process, status in self._fallen():
            if status == CONFIGURATION_ERROR and not process.proved:
                log.error("%s cannot run as it is configured: stopping everything", process.child.name)
                self._status = status
            else:
                self._tell(process, process.start_later(status))
        if self._asked is None and not self._status:
            for process in self._processes:
                process.start_if_due()
                if process.look_ready():
                    self._tell(process, "")
            self._announce()

    def _tell(self, process: ChildProcess, why: str) -> None:
        if process.child.backend or process.child.missed:
            self._report(process.child, why)

    def _announce(self) -> None:
        if self._on_ready and all(process.pid and not process.awaited for process in self._processes):
            self._on_ready()
            self._on_ready = None

    def _next_event(self) -> float | None:
        """The moment when there is something to do even if nothing happens; None when there is none."""
        moments = [process.due for process in self._processes if process.due is not None]
        if any(process.awaited for process in self._processes):
            moments.append(time.monotonic() + READY_POLL)
        return min(moments, default=None)

    def _stop(self, processes: Sequence[ChildProcess], read_fd: int) -> None:
        """Asks children to stop and waits until they have, each at most its grace; a second signal cuts that short."""
        began = time.monotonic()
        for process in processes:
            process.ask_to_stop()
        while left := [process for process in processes if process.pid]:
            overdue = [process for process in left if self._at_once or time.monotonic() >= began + process.child.grace]
            for process in overdue:
                log.warning("%s had to be killed", process.child.name)
                process.clear()
            if not overdue:
                self._wait(read_fd, began + min(process.child.grace for process in left))
                for other, status in self._fallen():
                    log.info("%s stopped (%s)", other.child.name, _in_words(status))

    def _fallen(self) -> Iterator[tuple[ChildProcess, int]]:
        """The children that have ended, each once, with its exit status."""
        processes = {process.pid: process for process in self._processes}
        while (pid := _ended()) is not None:
            process = processes.get(pid)
            status = process.clear() if process else None
            if process and status is not None:
                yield process, status
            else:
                os.waitpid(pid, 0)  # somebody's orphan, which came to us because we are process 1

    def _wait(self, read_fd: int, until: float | None) -> None:
        """Waits for a signal or for a child's output, at most until that moment, and notes a wish to stop."""
        timeout = None if until is None else max(0.0, until - time.monotonic())
        outputs = [process.output for process in self._processes if process.output is not None and not process.output.over]
        heard = select.select([read_fd, *(output.fileno() for output in outputs)], [], [], timeout)[0]
        for output in outputs:
            if output.fileno() in heard:
                output.relay()
        if read_fd in heard:
            for number in os.read(read_fd, 512):
                if number == signal.SIGHUP and not self._hangup_stops:
                    self._hand_on()
                elif number in (*WISHES, signal.SIGHUP):
                    self._note_wish(number)

    def _hand_on(self) -> None:
        """Tells the children that reread their files to do so now."""
        for process in self._processes:
            if process.child.rereads and process.pid and not process.awaited:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGHUP)

    def _note_wish(self, number: int) -> None:
        now = time.monotonic()
        if self._asked is None:
            log.info("%s: stopping", signal.Signals(number).name)
            self._asked = now
        elif now - self._asked > SAME_PRESS:
            log.warning("%s again: stopping at once", signal.Signals(number).name)
            self._at_once = True


def _ended() -> int | None:
    """A child process that has ended and is not reaped yet: until it is, its number belongs to nobody else."""
    try:
        seen = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return seen.si_pid if seen else None


def _in_words(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"signal {-status}: {signal.strsignal(-status)}"


def _ignore_wishes() -> None:
    for number in (*WISHES, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _noted(_number: int, _frame: FrameType | None) -> None:
    """A signal's number is in the pipe by the time it gets here."""


@contextmanager
def _signals_heard() -> Iterator[int]:
    """The end of a pipe where the numbers of the signals that reach us can be read. As before on leaving, save the ignored."""
    heard = [*WISHES, *STRANGE, signal.SIGCHLD]  # if they were ignored, they would be so in the children, too
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
        heard.append(signal.SIGHUP)
    read_fd, write_fd = os.pipe()
    os.set_blocking(write_fd, False)
    before = {number: signal.signal(number, _noted) for number in heard}
    fd_before = signal.set_wakeup_fd(write_fd, warn_on_full_buffer=False)
    try:
        yield read_fd
    except Forked:
        before = dict.fromkeys(before, signal.SIG_DFL)  # as in a program that is begun: the ignored ones, too
        raise
    finally:
        signal.set_wakeup_fd(fd_before)
        for number, handler in before.items():
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, handler)
        os.close(read_fd)
        os.close(write_fd)
