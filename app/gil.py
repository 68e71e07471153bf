"""A lock that threads which serve short requests hold while they compute: one at a time.

The interpreter runs one thread at a time anyway, but switches at every system call, and a thread that comes back then has to
wait: with 32 requests at once there were 27 switches in each, and a third of the time went into them. A thread holds the lock
until it waits for something else."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

# Seconds after which a thread goes on without the lock: its owner may be stuck, and must not stop the others.
ACQUIRE_TIMEOUT = 0.05


class FairLock:
    """A lock that goes from the thread that releases it to the one that has waited longest.

    The interpreter's own locks go to whichever thread comes first: at 32 connections, one in a hundred threads waited until
    its timeout."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._line: deque[threading.Lock] = deque()  # each is released when its thread may go on

    def acquire(self, timeout: float) -> bool:
        """Whether the lock was acquired within *timeout* seconds."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._line.append(mine)
        if mine.acquire(timeout=timeout):
            return True
        with self._guard:
            if mine not in self._line:
                return True  # it came just then
            self._line.remove(mine)
            return False

    def locked(self) -> bool:
        return self._held

    def release(self) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().release()
            else:
                self._held = False


_lock = FairLock()
_local = threading.local()


def acquire() -> None:
    """Waits for the lock, though not for long. A thread that has it keeps it."""
    if not getattr(_local, "have", False):
        _local.have = _lock.acquire(timeout=ACQUIRE_TIMEOUT)


def release() -> None:
    """Releases the lock if this thread has it: the thread is about to wait, or to compute for longer."""
    if getattr(_local, "have", False):
        _local.have = False
        _lock.release()


class Released:
    """Releases the lock while it is entered, and acquires it again if this thread had it."""

    __slots__ = ("_had",)

    def __enter__(self) -> None:
        self._had = getattr(_local, "have", False)
        release()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._had:
            acquire()
