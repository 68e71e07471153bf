"""At most so many calls to a backend at a time."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Protocol

from app.backends.base import Backend
from app.backends.wrappers.base import BackendWrapper
from app.backends.wrappers.requests import Item, Request
from app.cancellation import CancelToken


class Semaphore(Protocol):
    """Lets so many calls at a time through to a backend."""

    def hold(self, cancel: CancelToken | None = None) -> AbstractContextManager[None]:
        """Holds a slot while it is entered; waits for one. Raises the reason of *cancel* if that is cancelled meanwhile."""


class Slots:
    """The semaphore of one process."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, cancel: CancelToken | None = None) -> Iterator[None]:
        cancel = cancel or CancelToken()
        with cancel.on_cancel(self._wake), self._changed:
            self._changed.wait_for(lambda: self._free > 0 or cancel.cancelled)
            cancel.check()
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


class Limited(BackendWrapper):
    """At most as many calls in flight as *semaphore* has slots, or so many in this process; further ones wait. Counting tokens
    takes no slot, nor does anything else for which the model does not work.

    A call holds its slot from before the request until its answer has ended, failed or been cancelled. It stands inside the
    retry, so that a call that sleeps before its next attempt holds no slot."""

    def __init__(self, backend: Backend, semaphore: Semaphore | int) -> None:
        super().__init__(backend)
        self._semaphore: Semaphore = Slots(semaphore) if isinstance(semaphore, int) else semaphore

    def run(self, request: Request[Item], cancel: CancelToken) -> Generator[Item, None, None]:
        if not request.takes_slot:
            yield from request.open(self._backend, cancel)
            return
        with self._semaphore.hold(cancel), closing(request.open(self._backend, cancel)) as items:
            yield from items
