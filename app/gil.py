"""Threads that serve short requests take turns at the interpreter.

It serves one thread at a time anyway, but lets another one in at every system call, and who then comes back has to wait: with
32 requests at once there were 27 changes of thread in each, and a third of the time went into them. A turn lasts until its
thread waits for somebody else."""

from __future__ import annotations

import threading
from types import TracebackType

# Seconds after which a thread goes on without a turn: whoever has it may be stuck, and nobody is to be with him.
ACQUIRE_TIMEOUT = 0.05

_lock = threading.Lock()
_local = threading.local()


def acquire() -> None:
    """Waits for a turn, though not for long; `release` ends it. Who has one keeps it."""
    if not getattr(_local, "have", False):
        _local.have = _lock.acquire(timeout=ACQUIRE_TIMEOUT)


def release() -> None:
    """Ends this thread's turn, if it has one: it is about to wait, or has something longer to do."""
    if getattr(_local, "have", False):
        _local.have = False
        _lock.release()


class Released:
    """Without the turn while it is entered, for a thread that has one: it waits for somebody else."""

    __slots__ = ("_had",)

    def __enter__(self) -> None:
        self._had = getattr(_local, "have", False)
        release()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._had:
            acquire()
