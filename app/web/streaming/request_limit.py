"""Limits the long requests of one kind that a process serves at once: its other threads are for short ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from app.errors import Busy

# Of one web worker, which has threads for both kinds and for some more requests (`serve.web.THREADS`).
MOST_WATCHERS = 320
MOST_WAITING = 384

View = TypeVar("View", bound=Callable[..., Any])


class RequestLimit:
    """At most *most* requests at once; *what* says in an error what these are."""

    def __init__(self, what: str, most: int) -> None:
        self._what = what
        self._most = most
        self._lock = threading.Lock()
        self._held = 0

    def check(self) -> None:
        """Raises Busy if the limit is reached."""
        if self._held >= self._most:
            raise Busy(self._what, self._most)

    def acquire(self) -> Callable[[], None]:
        """Counts a request, and returns a function that ends this, once, from any thread. Raises Busy."""
        with self._lock:
            self.check()
            self._held += 1
        held = [True]

        def release() -> None:
            with self._lock:
                if held:
                    held.clear()
                    self._held -= 1

        return release

    def checked(self, view: View) -> View:
        """*view*, which raises Busy instead if the limit is reached: before the handshake of a socket there is a status."""

        @wraps(view)
        def checked(*given: Any, **named: Any) -> Any:
            self.check()
            return view(*given, **named)

        return checked  # type: ignore[return-value]  # it takes and returns what the view does

    @contextmanager
    def held(self) -> Iterator[None]:
        """Counts a request while entered. Raises Busy."""
        release = self.acquire()
        try:
            yield
        finally:
            release()


def of_watchers() -> RequestLimit:
    return RequestLimit("clients that follow jobs", MOST_WATCHERS)


def of_waiting() -> RequestLimit:
    return RequestLimit("clients that wait for a model", MOST_WAITING)
