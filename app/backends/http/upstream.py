"""Requests to model servers while they run: how long a server may be silent, and what a cancellation does to a connection."""

from __future__ import annotations

import heapq
import itertools
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from math import inf
from typing import TYPE_CHECKING, Any

from app.cancellation import CancelToken

if TYPE_CHECKING:
    import httpx2

_current: ContextVar[Upstream | None] = ContextVar("upstream", default=None)
_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})


class Upstream:
    """One request to a model server while it is entered (`with upstream:`). Its socket is shut down after too long a silence,
    or when *cancel* is cancelled: the thread that reads from it wakes up, and finds the end of the stream.

    The HTTP library's own read timeout will not do: it is one for all reads, counts from byte to byte (servers send comments to
    keep a connection alive), and nothing else ends a read in which another thread waits."""

    def __init__(self, cancel: CancelToken) -> None:
        self.cancel = cancel
        self.timed_out_after = 0.0  # seconds of silence after which the socket was shut down; 0 if it was not
        self.over = False  # whether the request has ended
        self._lock = threading.Lock()
        self._allowed = inf
        self._until = inf
        self._looked_at = inf  # when the watchdog will look at this request
        self._socket: socket.socket | None = None
        self._registration = cancel.on_cancel(self._abort)

    def __enter__(self) -> Upstream:
        self.cancel.check()
        _watchdog.entered()
        self._registration.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._registration.__exit__(*error)
        with self._lock:
            self.over = True
            self._socket = None
        _watchdog.left()

    def arm(self, seconds: float) -> None:
        """From now on, the server may be silent for at most so many seconds."""
        with self._lock:
            self._allowed, self._until = seconds, time.monotonic() + seconds
            if self._until >= self._looked_at:  # the watchdog looks early enough anyway: nothing to do for most tokens
                return
            self._looked_at = self._until
        _watchdog.look_at(self, self._until)

    def disarm(self) -> None:
        """Nothing is expected of the server: the reader takes its time."""
        self._until = inf

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """httpcore's `trace` extension: tells of the socket when it is connected."""
        if event in _CONNECTED:
            self.attach(info["return_value"].get_extra_info("socket"))

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Requests that are sent meanwhile with the hook `watched` belong to this one."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def attach(self, connection: socket.socket | None) -> None:
        """The socket to shut down; None if the connection may be another request's from now on."""
        with self._lock:
            self._socket = connection
            if self.cancel.cancelled or self.timed_out_after:
                self._shut_down()

    def look(self) -> float:
        """Shuts the socket down if the server was silent for too long. The moment of the next look."""
        with self._lock:
            if self.over or self.timed_out_after:
                return inf
            if self._until <= time.monotonic():
                self.timed_out_after = self._allowed
                self._shut_down()
                return inf
            self._looked_at = self._until
            return self._until

    def _abort(self) -> None:
        with self._lock:
            self._shut_down()

    def _shut_down(self) -> None:
        if self._socket and not self.over:
            with suppress(OSError):  # it is closed already
                # the plain socket's shutdown, also below TLS: the reader finds the end of the stream and cleans up by itself
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def watched(request: httpx2.Request) -> None:
    """httpx2's hook for requests: tells the `Upstream` of a request which socket it uses."""
    upstream = _current.get()
    if upstream is not None:
        request.extensions["trace"] = upstream.trace


class _Watchdog:
    """One thread for all requests of a process. It starts with the first of them, and again in a forked child."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Upstream]] = []
        self._number = itertools.count()
        self._running = 0
        self._thread: threading.Thread | None = None

    def entered(self) -> None:
        with self._changed:
            self._running += 1

    def left(self) -> None:
        with self._changed:
            self._running -= 1
            if len(self._due) > 2 * self._running + 64:  # most are of requests that have ended long before they were due
                self._due = [each for each in self._due if not each[2].over]
                heapq.heapify(self._due)

    def look_at(self, upstream: Upstream, moment: float) -> None:
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._keep_looking, name="upstream-watchdog", daemon=True)
                self._thread.start()
            heapq.heappush(self._due, (moment, next(self._number), upstream))
            if self._due[0][2] is upstream:
                self._changed.notify()

    def _keep_looking(self) -> None:
        while True:
            for upstream in self._next():
                moment = upstream.look()
                if moment < inf:
                    self.look_at(upstream, moment)

    def _next(self) -> list[Upstream]:
        """Waits until something is due."""
        with self._changed:
            pause = self._due[0][0] - time.monotonic() if self._due else None
            if pause is None or pause > 0:
                self._changed.wait(pause)
            now = time.monotonic()
            due: list[Upstream] = []
            while self._due and self._due[0][0] <= now:
                due.append(heapq.heappop(self._due)[2])
            return due


_watchdog = _Watchdog()
