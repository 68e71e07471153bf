"""Children that are forks of this process: what it has loaded is in memory once for all of them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

from app.engines.launch import die_with_parent

PR_SET_NAME = 15


class Forked(BaseException):
    """Raised in the child: it leaves whatever its parent was doing, and then becomes what it is to be. All signals are blocked
    until it does. No Exception, so that nothing on the way takes it for a failure."""

    def __init__(self, work: Callable[[], int], heard: set[signal.Signals | int]) -> None:
        super().__init__()
        self._work = work
        self._heard = heard

    def become(self) -> int:
        """Hears signals again, and does the child's work; its exit status."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self._heard)
        return self._work()


class Fork:
    """A forked child as its parent sees it: what `subprocess.Popen` is for another program."""

    stdout = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """The exit status, as `subprocess` has it: negative if a signal ended the child."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def fork(name: str, work: Callable[[], int]) -> Fork:
    """Begins a child in a session of its own, without input, that dies with us. The parent returns, the child raises
    Forked.

    This process must have one thread: a lock that another one holds would never be released in the child."""
    parent, pid = os.getpid(), -1
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # the child still has our handlers
    try:
        pid = os.fork()
    finally:
        if pid:
            signal.pthread_sigmask(signal.SIG_SETMASK, heard)
    if pid:
        return Fork(pid)
    try:
        os.setsid()
        die_with_parent(parent)
        _call_this_process(f"gateway-{name}")
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.close(null)
    except BaseException:  # noqa: BLE001
        os._exit(os.EX_OSERR)  # and not through the frames of the parent, which would end its other children
    raise Forked(work, heard)


def _call_this_process(name: str) -> None:
    """Has `ps -o comm` and `top` show *name*, of which the first 15 bytes: the command line is the parent's."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
